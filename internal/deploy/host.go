package deploy

import (
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A host is what one project's settings see in one scenario. It implements django.Host.
type host struct {
	v   *view
	p   *Project
	sc  Scenario
	env *environ
}

func (v *view) host(p *Project, sc Scenario) *host {
	h := &host{v: v, p: p, sc: sc, env: v.environment(p, sc)}
	h.env.near = h.near
	return h
}

// clean makes a path as django gives it root-relative; ok is false outside of the root.
func clean(p string) (string, bool) {
	if p == "" || p == "." {
		return "", true
	}
	return join("", p)
}

// Parse implements django.Host.
func (h *host) Parse(p string) *python.Module {
	q, ok := clean(p)
	if !ok {
		return nil
	}
	if from, ok := h.p.copied[q]; ok && !h.v.fs.Has(q) {
		q = from
	} else if h.keptOut(q) {
		return nil
	}
	return h.v.fs.Python(q)
}

// Exists implements django.Host. An environment file that is only in this work tree is not there in production.
func (h *host) Exists(p string) bool {
	q, ok := clean(p)
	if !ok {
		return false
	}
	if isEnvFile(q) && h.v.fs.Has(q) {
		if _, copied := h.v.env.copies[q]; copied {
			return true
		}
		return h.v.fs.Present(q)
	}
	_, copied := h.p.copied[q]
	if !copied && strings.HasSuffix(q, ".py") && h.keptOut(q) {
		return false
	}
	return copied || h.v.fs.Has(q) || h.v.fs.IsDir(q)
}

// keptOut reports whether the .dockerignore of the project's image keeps a file out of it, so that production does not have it.
func (h *host) keptOut(q string) bool {
	i := h.p.Image
	if i == nil || i.Ignore == nil || !inside(q, i.Context) || !h.v.fs.Has(q) {
		return false
	}
	for _, svc := range h.p.Services {
		for _, m := range svc.Volumes {
			if m.Type == "bind" && m.InRoot && inside(q, m.SourcePath) {
				return false
			}
		}
	}
	ignored, _ := i.Ignore.Match(strings.TrimPrefix(strings.TrimPrefix(q, i.Context), "/"))
	return ignored
}

const maxGlob = 2000

// Glob implements django.Host.
func (h *host) Glob(pattern string) []string {
	q, ok := clean(pattern)
	if !ok || len(q) > 1000 {
		return nil
	}
	dir := ""
	if i := strings.IndexAny(q, "*?[\\"); i >= 0 {
		dir = folder(q[:i])
	} else if h.Exists(q) {
		return []string{q}
	} else {
		return nil
	}
	paths := under(h.v.fs.Paths(), dir)
	depth := strings.Count(q, "/")
	var out []string
	for i := 0; i < len(paths) && len(out) < maxGlob; {
		p := paths[i]
		if strings.Count(p, "/") <= depth {
			if ok, err := path.Match(q, p); ok && err == nil {
				out = append(out, p)
			}
			i++
			continue
		}
		// a folder may match; what is below it cannot, and is jumped over
		d := p
		for strings.Count(d, "/") > depth {
			d = folder(d)
		}
		if ok, err := path.Match(q, d); ok && err == nil {
			out = append(out, d)
		}
		i += sort.SearchStrings(paths[i:], d+"0") // '0' follows '/'
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// Env implements django.Host.
func (h *host) Env(name string) django.Var { return h.env.get(name) }

// EnvFile implements django.Host.
func (h *host) EnvFile(p string, at source.Span) ([]django.Var, bool) {
	q, ok := clean(p)
	if !ok {
		return nil, false
	}
	v := h.v
	f, documented := v.env.values(q, h.sc)
	if f == nil {
		f = v.looseFile(q)
	}
	if f == nil {
		// a search upwards asks for one file after the other from one place: the last one is nearest to where it is expected
		if n := len(h.env.missing); n > 0 && h.env.missing[n-1].at == at && !at.IsZero() {
			h.env.missing[n-1].path = q
		} else if !slices.ContainsFunc(h.env.missing, func(m missingFile) bool { return m.path == q }) {
			h.env.missing = append(h.env.missing, missingFile{q, at})
		}
		return nil, false
	}
	if documented && h.env.template == nil {
		h.env.template = f
	}
	if f.Encrypted != "" && len(f.Parsed.Entries) == 0 {
		h.env.opaque = f.Path + " is encrypted with " + f.Encrypted
		return nil, false
	}
	parsed := f
	if f.File != nil {
		c := *f
		c.Parsed = dotenv.Parse(f.File, dotenv.PythonDotenv)
		parsed = &c
	}
	vars := v.fileVars(parsed, documented, func(name string) (string, dotenv.State) {
		switch x := h.env.get(name); x.State {
		case django.VarKnown:
			return x.Value, dotenv.Set
		case django.VarUnset:
			return "", dotenv.Unset
		}
		return "", dotenv.Unknown
	})
	for i := range vars {
		vars[i].Evidence = vars[i].Evidence.Then(source.Step{Span: at, Note: "loads " + q})
	}
	return vars, true
}

// looseFile is a file that only settings load: its name does not say that it is an environment file, or says that it is a template.
func (v *view) looseFile(p string) *EnvFile {
	if !v.fs.Present(p) {
		return nil
	}
	f := v.fs.File(p)
	if f == nil {
		return nil
	}
	e := &EnvFile{Path: p, File: f, Parsed: dotenv.Parse(f, dotenv.PythonDotenv)}
	e.Encrypted = e.Parsed.Encrypted
	return e
}

// documents reports whether a template speaks for the production of a project.
func (v *view) documents(p *Project) bool {
	for _, e := range v.env.files {
		if e.Speaks && e.File != nil && !v.env.loaded[e.Path] && v.env.speaksTo(e, p) {
			return true
		}
	}
	return false
}

// speaksTo reports whether a template belongs to a project rather than to another one of the repository.
func (b *envBook) speaksTo(e *EnvFile, p *Project) bool {
	if len(b.v.rootsFound) <= 1 {
		return true
	}
	owner := b.v.nearest(e.Path)
	return owner == p.Root || !slices.ContainsFunc(b.v.index.manages, func(m string) bool { return inside(e.Path, folder(m)) && folder(m) != "" })
}

// near finds the variable of a template that is meant for a name which the template does not have.
func (h *host) near(name string) (*dotenv.Entry, bool) {
	t := h.env.template
	if t == nil {
		t = h.v.env.speaker(path.Join(h.p.Root, ".env"))
	}
	if t == nil {
		t = h.v.env.speaker(".env")
	}
	if t == nil || t.Parsed == nil || t.Parsed.Lookup(name) != nil {
		return nil, false
	}
	want := core(name)
	for _, x := range t.Parsed.Entries {
		if x.Key != name && core(x.Key) == want && !h.v.reads(h.p, x.Key) {
			return x, true
		}
	}
	return nil, false
}

// core strips a variable's name of the words that people add or leave out.
func core(name string) string {
	var out []string
	for _, w := range words(name) {
		switch w {
		case "django", "app", "my", "web", "site", "backend", "secret", "allowed", "the", "server", "prod", "production":
		case "database", "postgres", "postgresql", "pg", "mysql", "sql", "rds":
			out = append(out, "db")
		case "pass", "pwd", "passwd":
			out = append(out, "password")
		case "username":
			out = append(out, "user")
		default:
			out = append(out, w)
		}
	}
	return strings.Join(out, "_")
}

// reads reports whether the project's settings speak of a variable at all.
func (v *view) reads(p *Project, name string) bool {
	for _, s := range v.index.settings {
		if f := v.fs.File(s); f != nil && inside(s, p.Root) && (strings.Contains(string(f.Text), `"`+name+`"`) || strings.Contains(string(f.Text), `'`+name+`'`)) {
			return true
		}
	}
	return false
}
