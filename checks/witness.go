package checks

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Origins that nobody's pattern means to let in.
const (
	strangerOne = "https://xq7.evil.test"
	strangerTwo = "https://zk2-hostile.invalid:8443"
)

// matchesAnyOrigin reports whether a pattern of allowed origins, matched as re.match does, lets in origins that have nothing in
// common.
func matchesAnyOrigin(pattern string) bool {
	re, err := compileMatch(pattern)
	return err == nil && re.MatchString(strangerOne) && re.MatchString(strangerTwo)
}

// compileMatch compiles a Python pattern for re.match: anchored at the start, open at the end.
func compileMatch(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > 2000 {
		return nil, &syntax.Error{Code: syntax.ErrLarge}
	}
	return regexp.Compile(`^(?:` + strings.ReplaceAll(pattern, `\Z`, `\z`) + `)`)
}

// strangerWitness returns an origin of somebody else that the pattern lets in, or "" if none was found. The witness is found by
// writing an origin that the pattern means, then changing one loose place of it (the open end, a dot that matches any character,
// a wildcard that reaches over a label's edge) so that another owner's domain results. A wildcard below a platform's suffix is
// platformWitness's.
func strangerWitness(pattern string) (string, error) {
	re, err := compileMatch(pattern)
	if err != nil {
		return "", err
	}
	for _, s := range samples(pattern) {
		for _, w := range s.variants() {
			if !re.MatchString(w) || !re.MatchString(s.text()) {
				continue
			}
			if foreign(s.text(), w) {
				return w, nil
			}
		}
	}
	return "", nil
}

// foreign reports whether two origins belong to different owners, the second one being free for anybody to register.
func foreign(meant, witness string) bool {
	m, w := parseOrigin(meant), parseOrigin(witness)
	if isLocal(m.host) || !validHost(w.host) {
		return false
	}
	a, b := registrable(m.host), registrable(w.host)
	if a == "" || b == "" || a == b {
		return false
	}
	// under a top-level domain that is not in the list nobody registers anything; .test stands for the stranger's own
	if suffix, listed := publicsuffix.PublicSuffix(w.host); !listed && !strings.Contains(suffix, ".") && suffix != "test" {
		return false
	}
	// one label below the same suffix that a platform runs: the pattern is about a platform, not about one domain
	return !samePlatform(m.host, w.host)
}

// samePlatform reports whether both hosts lie below one suffix that a company, not a registry, runs ("vercel.app").
func samePlatform(a, b string) bool {
	sa, sb := platform(a), platform(b)
	return sa != "" && sa == sb
}

func validHost(h string) bool {
	if h == "" || strings.Contains(h, "..") || strings.HasPrefix(h, ".") || strings.HasPrefix(h, "-") {
		return false
	}
	for _, r := range h {
		if r != '.' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// platformWitness returns an origin below a hosting platform's suffix where anybody can have a site and which the pattern lets
// in through a wildcard.
func platformWitness(pattern string) (string, bool) {
	re, err := compileMatch(pattern)
	if err != nil || matchesAnyOrigin(pattern) {
		return "", false
	}
	for _, s := range samples(pattern) {
		m := parseOrigin(s.text())
		if platform(m.host) == "" {
			continue
		}
		for _, w := range s.variants() {
			o := parseOrigin(w)
			if re.MatchString(w) && validHost(o.host) && samePlatform(m.host, o.host) && registrable(m.host) != registrable(o.host) {
				return w, true
			}
		}
	}
	return "", false
}

// insecureWitness returns an http:// origin that is not local and that the pattern lets in.
func insecureWitness(pattern string) (string, bool) {
	re, err := compileMatch(pattern)
	if err != nil || matchesAnyOrigin(pattern) {
		return "", false
	}
	for _, s := range samples(pattern) {
		w := "http://" + strings.TrimPrefix(strings.TrimPrefix(s.text(), "https://"), "http://")
		if o := parseOrigin(w); re.MatchString(w) && validHost(o.host) && !isLocal(o.host) {
			return w, true
		}
	}
	return "", false
}

// A sample is a text that a pattern matches, in pieces: literal ones, and loose ones with what a stranger would put there.
type sample []piece

type piece struct {
	text    string
	hostile []string
}

func (s sample) text() string {
	var b strings.Builder
	for _, p := range s {
		b.WriteString(p.text)
	}
	return b.String()
}

// variants are the sample with one loose piece changed, and with something after its end.
func (s sample) variants() (out []string) {
	for i, p := range s {
		for _, h := range p.hostile {
			c := append(sample(nil), s...)
			c[i].text = h
			out = append(out, c.text())
		}
	}
	return append(out, s.text()+".evil.test", strings.TrimRight(s.text(), "/")+".evil.test")
}

const maxSamples = 64

// samples writes texts that the pattern matches, one for each way through its alternatives, up to a cap.
func samples(pattern string) []sample {
	re, err := syntax.Parse(strings.ReplaceAll(pattern, `\Z`, `\z`), syntax.Perl)
	if err != nil {
		return nil
	}
	return expand(re, 0)
}

func expand(re *syntax.Regexp, depth int) []sample {
	if depth > 50 {
		return nil
	}
	one := func(p ...piece) []sample { return []sample{p} }
	switch re.Op {
	case syntax.OpLiteral:
		return one(piece{text: strings.ToLower(string(re.Rune))})
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return one(piece{text: ".", hostile: []string{"x"}})
	case syntax.OpCharClass:
		return one(classPiece(re))
	case syntax.OpCapture:
		return expand(re.Sub[0], depth+1)
	case syntax.OpConcat:
		return concat(re.Sub, depth)
	case syntax.OpAlternate:
		var all []sample
		for _, sub := range re.Sub {
			all = append(all, expand(sub, depth+1)...)
		}
		return all[:min(len(all), maxSamples)]
	case syntax.OpQuest:
		return append(expand(re.Sub[0], depth+1), sample{})
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		switch sub := re.Sub[0]; sub.Op {
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			return one(piece{text: "a", hostile: []string{"evil", "x.evil"}})
		case syntax.OpCharClass:
			p := classPiece(sub)
			p.hostile = append(p.hostile, "evil")
			return one(p)
		}
		return expand(re.Sub[0], depth+1)
	}
	return one()
}

// classPiece is a character that a class means in a host name, and what a stranger would put there.
func classPiece(re *syntax.Regexp) piece {
	has := func(r rune) bool {
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= r && r <= re.Rune[i+1] {
				return true
			}
		}
		return false
	}
	for _, r := range "a.x0-/:" {
		if has(r) {
			p := piece{text: string(r)}
			if r == '.' && has('x') {
				p.hostile = []string{"x"}
			}
			return p
		}
	}
	if len(re.Rune) > 0 {
		return piece{text: string(re.Rune[0])}
	}
	return piece{}
}

func concat(subs []*syntax.Regexp, depth int) []sample {
	out := []sample{{}}
	for _, sub := range subs {
		parts := expand(sub, depth+1)
		if len(parts) == 0 {
			continue
		}
		var next []sample
		for _, s := range out {
			for _, p := range parts {
				if len(next) < maxSamples {
					next = append(next, append(append(sample(nil), s...), p...))
				}
			}
		}
		out = next
	}
	return out
}
