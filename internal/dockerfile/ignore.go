package dockerfile

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxRules   = 10_000
	maxRuleLen = 4096
)

// An Ignore is one .dockerignore file. Its rules are anchored at the root of the build context, unlike git's. It is safe for
// concurrent use.
type Ignore struct {
	Source   *source.File
	Rules    []Rule
	Problems []source.Problem
}

// A Rule is one line of a .dockerignore.
type Rule struct {
	Pattern string // cleaned, without ! and leading slash
	Negated bool   // lets files in again
	Span    source.Span
	match   func(string) bool
}

// IgnoreNames returns the root-relative files that Docker looks for, the first that exists being the only one it reads, for the
// Dockerfile at a root-relative path and a root-relative context folder.
func IgnoreNames(dockerfile, context string) []string {
	return []string{dockerfile + ".dockerignore", path.Join(context, ".dockerignore")}
}

// ParseIgnore reads a .dockerignore file as moby/patternmatcher does. It never fails: a rule that Docker refuses is in Problems
// and matches nothing.
func ParseIgnore(f *source.File) *Ignore {
	g := &Ignore{Source: f}
	text := string(f.Text[:min(len(f.Text), maxSize)])
	if len(f.Text) > maxSize {
		g.problem(source.Span{File: f}, "only the first 1048576 bytes are read")
	}
	for i := 0; i < len(text); {
		end, next := len(text), len(text)
		if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
			end, next = i+n, i+n+1
		}
		if i == 0 {
			i += len(text[:end]) - len(strings.TrimPrefix(text[:end], "\uFEFF"))
		}
		if len(g.Rules) == maxRules {
			g.problem(source.Span{File: f, Start: i, End: end}, "more than 10000 rules: the rest is not read")
			break
		}
		if !strings.HasPrefix(text[i:end], "#") {
			start, stop := trimSpace(text, i, end)
			g.rule(text[start:stop], source.Span{File: f, Start: start, End: stop})
		}
		i = next
	}
	return g
}

func (g *Ignore) problem(at source.Span, text string) {
	if len(g.Problems) < maxProblems {
		g.Problems = append(g.Problems, source.Problem{Span: at, Text: text})
	}
}

func (g *Ignore) rule(s string, at source.Span) {
	if s == "" {
		return
	}
	if len(s) > maxRuleLen {
		g.problem(at, "a rule longer than 4096 bytes is not read")
		return
	}
	// Docker cleans a pattern when it reads the file, and once more, with its ! in front, when it compiles it.
	s, negated := strings.CutPrefix(s, "!")
	if s = strings.TrimSpace(s); s != "" {
		if s = path.Clean(s); len(s) > 1 {
			s = strings.TrimPrefix(s, "/")
		}
	}
	if negated {
		s = "!" + s
	}
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	r := Rule{Span: at}
	if r.Pattern, r.Negated = strings.CutPrefix(path.Clean(s), "!"); r.Pattern == "" {
		g.problem(at, "a rule of ! alone is refused by Docker")
		return
	}
	if _, err := path.Match(r.Pattern, "."); err != nil {
		g.problem(at, "the pattern cannot be read")
		return
	}
	if r.match = matcher(r.Pattern); r.match == nil {
		g.problem(at, "the pattern cannot be read")
		return
	}
	g.Rules = append(g.Rules, r)
}

// Match reports whether a slash-separated path relative to the build context is kept out of it, and the rule that decided: the
// last one to change the answer, which is zero if none did. A rule for a folder holds for all that is in it.
func (g *Ignore) Match(name string) (ignored bool, by source.Span) {
	if g == nil {
		return false, source.Span{}
	}
	if name = path.Clean(name); name == "." {
		return false, source.Span{}
	}
	for i := range g.Rules {
		r := &g.Rules[i]
		if r.Negated == ignored && r.matchesOrParent(name) {
			ignored, by = !r.Negated, r.Span
		}
	}
	return ignored, by
}

func (r *Rule) matchesOrParent(name string) bool {
	if r.match(name) {
		return true
	}
	for i := 0; i < len(name); i++ {
		if name[i] == '/' && r.match(name[:i]) {
			return true
		}
	}
	return false
}

// matcher compiles a pattern. The text of a class in brackets goes to the regular expression as it stands and so does ^, as in
// moby/patternmatcher, and a pattern that starts with ** or has none of * ? [ ] \ is compared without one; nil if it does not compile.
func matcher(pattern string) func(string) bool {
	var b strings.Builder
	b.WriteByte('^')
	exact, suffix, prefix := true, false, false
	for i, n := 0, 0; i < len(pattern); n++ {
		c, size := utf8.DecodeRuneInString(pattern[i:])
		i += size
		switch {
		case c == '*' && strings.HasPrefix(pattern[i:], "*"):
			i++
			if strings.HasPrefix(pattern[i:], "/") {
				i++
			}
			switch {
			case i < len(pattern):
				b.WriteString("(.*/)?")
				exact, suffix, prefix = false, false, false
			case exact && !suffix && !prefix:
				exact, prefix = false, true
			default:
				b.WriteString(".*")
				exact, suffix, prefix = false, false, false
			}
			if n == 0 {
				suffix, prefix, exact = true, false, false
			}
		case c == '*':
			b.WriteString("[^/]*")
			exact, suffix, prefix = false, false, false
		case c == '?':
			b.WriteString("[^/]")
			exact, suffix, prefix = false, false, false
		case strings.ContainsRune(".+()|{}$", c):
			b.WriteString(`\` + string(c))
		case c == '\\':
			if i == len(pattern) {
				b.WriteString(`\`)
				break
			}
			c, size := utf8.DecodeRuneInString(pattern[i:])
			i += size
			b.WriteString(`\` + string(c))
			exact, suffix, prefix = false, false, false
		case c == '[' || c == ']':
			b.WriteRune(c)
			exact, suffix, prefix = false, false, false
		default:
			b.WriteRune(c)
		}
	}
	switch {
	case exact:
		return func(s string) bool { return s == pattern }
	case prefix:
		head := strings.TrimSuffix(pattern, "**")
		return func(s string) bool { return strings.HasPrefix(s, head) }
	case suffix:
		tail := pattern[2:]
		return func(s string) bool {
			return strings.HasSuffix(s, tail) || strings.HasPrefix(tail, "/") && s == tail[1:]
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	if err != nil {
		return nil
	}
	return re.MatchString
}
