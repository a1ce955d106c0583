package deploy

import (
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A mention is one call of docker compose in a script, a document or a comment.
type mention struct {
	files []string
	env   []string
	at    source.Span
}

func (m *mention) envFiles() (out []located) {
	for _, e := range m.env {
		out = append(out, located{e, source.At(m.at)})
	}
	return out
}

// A buildCall is one docker build in a script or workflow.
type buildCall struct {
	tag, file, context, target string
	at                         source.Span
}

// mentions are what scripts, workflows and documents say about how the project is deployed.
type mentions struct {
	composes []mention
	builds   []buildCall
}

const (
	maxMentions   = 500
	maxScriptSize = 256 << 10
)

var (
	composeCall = regexp.MustCompile(`docker[- ]compose\s|podman[- ]compose\s|docker stack deploy\s|\bcompose\s+-f|COMPOSE_FILE`)
	fileFlag    = regexp.MustCompile(`(?:^|\s)(?:-f|--file|-c|--compose-file)[ =]+["']?([^\s"'` + "`" + `]+)`)
	envFlag     = regexp.MustCompile(`(?:^|\s)--env-file[ =]+["']?([^\s"'` + "`" + `]+)`)
	composeFile = regexp.MustCompile(`COMPOSE_FILE\s*[=:]\s*["']?([^\s"'` + "`" + `]+)`)
	buildLine   = regexp.MustCompile(`docker (?:buildx )?build\s`)
	tagFlag     = regexp.MustCompile(`(?:^|\s)(?:-t|--tag)[ =]+["']?([^\s"']+)`)
	targetFlag  = regexp.MustCompile(`(?:^|\s)--target[ =]+["']?([^\s"']+)`)
	lastWord    = regexp.MustCompile(`(?:^|\s)["']?(\.|\.{0,2}/?[\w][\w./-]*/?|\./[\w./-]*)["']?\s*$`)
)

// mentions reads the scripts and documents on first use.
func (v *view) mentions() *mentions {
	if v.said == nil {
		v.said = &mentions{}
		for _, list := range [][]string{v.index.composes, v.index.scripts, v.index.docs} {
			for _, p := range list {
				if f := v.fs.File(p); f != nil && len(f.Text) <= maxScriptSize && !strings.Contains(p, "{{") {
					v.readMentions(f)
				}
			}
		}
	}
	return v.said
}

func (v *view) readMentions(f *source.File) {
	if !strings.Contains(string(f.Text), "compose") && !strings.Contains(string(f.Text), "COMPOSE_FILE") && !strings.Contains(string(f.Text), "docker") {
		return
	}
	for n := 1; n <= f.Lines() && len(v.said.composes) < maxMentions; n++ {
		line := f.Line(n)
		if len(line) > 2000 {
			continue
		}
		at := f.LineSpan(n)
		for strings.HasSuffix(strings.TrimSpace(line), `\`) && n < f.Lines() && len(line) < 4000 {
			n++
			line = strings.TrimSuffix(strings.TrimSpace(line), `\`) + " " + strings.TrimLeft(f.Line(n), "# \t")
		}
		if composeCall.MatchString(line) {
			v.composeMention(f, line, at)
		}
		if buildLine.MatchString(line) && len(v.said.builds) < maxMentions {
			v.buildMention(f, line, at)
		}
	}
}

func (v *view) composeMention(f *source.File, line string, at source.Span) {
	m := mention{at: at}
	add := func(p string) {
		if found, ok := v.locate(f.Path, p); ok {
			m.files = append(m.files, found)
		} else {
			m.files = append(m.files, "?"+p)
		}
	}
	for _, g := range fileFlag.FindAllStringSubmatch(line, 20) {
		add(g[1])
	}
	if g := composeFile.FindStringSubmatch(line); g != nil && len(m.files) == 0 {
		for _, p := range strings.Split(g[1], ":") {
			add(p)
		}
	}
	for _, g := range envFlag.FindAllStringSubmatch(line, 20) {
		if p, ok := v.locate(f.Path, g[1]); ok {
			m.env = append(m.env, p)
		} else if p, ok := join("", g[1]); ok && !strings.ContainsAny(p, "$<{") {
			m.env = append(m.env, p)
		}
	}
	if len(m.files) > 0 {
		v.said.composes = append(v.said.composes, m)
	}
}

// locate finds the file that a script or document means by a relative path: from the root, or from its own folder.
func (v *view) locate(from, p string) (string, bool) {
	if strings.ContainsAny(p, "$<>*{}()") {
		return "", false
	}
	for _, dir := range []string{"", folder(from), folder(folder(from))} {
		if q, ok := join(dir, p); ok && v.fs.Has(q) {
			return q, true
		}
	}
	return "", false
}

func (v *view) buildMention(f *source.File, line string, at source.Span) {
	b := buildCall{at: at}
	if g := tagFlag.FindStringSubmatch(line); g != nil {
		b.tag = g[1]
	}
	if g := targetFlag.FindStringSubmatch(line); g != nil {
		b.target = g[1]
	}
	if g := lastWord.FindStringSubmatch(line); g != nil {
		if c, ok := join("", g[1]); ok && v.fs.IsDir(c) {
			b.context = c
		}
	}
	if g := fileFlag.FindStringSubmatch(line); g != nil {
		if p, ok := v.locate(f.Path, g[1]); ok {
			b.file = p
		}
	} else if p, ok := join(b.context, "Dockerfile"); ok && v.fs.Has(p) {
		b.file = p
	}
	if b.file != "" {
		v.said.builds = append(v.said.builds, b)
	}
}
