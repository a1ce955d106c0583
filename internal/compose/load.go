package compose

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxFiles    = 100 // files of one project, includes and extends counted
	maxProblems = 100
	maxChain    = 50 // extends or includes that lead to each other
)

// Load reads and merges compose files, root-relative, in the order of -f. It never fails: see Problems and Invalid.
func Load(read Read, files []string, opt Options) *Project {
	l := &loader{read: read, opt: opt, files: map[string]*source.File{}, parsed: map[parsedKey][]*node{}, raw: map[parsedKey][]*node{}, templates: map[*source.File]bool{}, checked: map[parsedKey]bool{}, project: &Project{}}
	dir := opt.Dir
	if dir == "" && len(files) > 0 {
		dir = folder(files[0])
	}
	dir, inside := clean("", dir)
	if !inside {
		l.problem(source.Span{}, "the project directory is outside of the repository")
		dir = ""
	}
	l.project.Dir = dir
	var paths []located
	for _, f := range files {
		paths = append(paths, located{path: f, exact: true})
	}
	model := l.model(paths, dir, nil)
	l.finish(model)
	return l.project
}

type parsedKey struct{ path, dir string }

type loader struct {
	read      Read
	opt       Options
	project   *Project
	files     map[string]*source.File // by path; nil: could not be read
	parsed    map[parsedKey][]*node
	raw       map[parsedKey][]*node // documents as written
	checked   map[parsedKey]bool
	byName    map[string]*Service
	templates map[*source.File]bool
	told      map[string]bool
}

// A located is a path and the place that names it; exact paths are root-relative already.
type located struct {
	path  string
	span  source.Span
	exact bool
}

func (l *loader) problem(span source.Span, text string) {
	l.project.Problems = l.tell(l.project.Problems, "p", span, text)
}

// invalid reports what docker compose refuses. A template is not what docker compose is given: of that it is no more than a
// problem.
func (l *loader) invalid(span source.Span, text string) {
	if l.templates[span.File] {
		l.problem(source.Span{File: span.File}, "a template that something else fills in, not read in full")
		return
	}
	l.project.Invalid = l.tell(l.project.Invalid, "i", span, text)
}

func (l *loader) tell(to []source.Problem, list string, span source.Span, text string) []source.Problem {
	key := fmt.Sprintf("%s %s %d %s", list, span.Path(), span.Start, text)
	if l.told == nil {
		l.told = map[string]bool{}
	}
	if l.told[key] || len(to) >= maxProblems {
		return to
	}
	l.told[key] = true
	return append(to, source.Problem{Span: span, Text: text})
}

// file reads a file once; nil if it is not there, and then a problem says so.
func (l *loader) file(p string, at source.Span) *source.File {
	f, ok := l.files[p]
	if ok {
		if f == nil {
			l.problem(at, fmt.Sprintf("cannot read %q", p))
		}
		return f
	}
	if len(l.files) >= maxFiles {
		l.problem(at, fmt.Sprintf("more than %d files", maxFiles))
		return nil
	}
	if p == "" || p == "." { // the root itself is no file
		l.problem(at, "a folder cannot be read as a compose file")
		return nil
	}
	f, err := l.read(p)
	if err != nil {
		f = nil
		l.problem(at, fmt.Sprintf("cannot read %q", p))
	} else if f != nil {
		l.project.Files = append(l.project.Files, f)
	}
	l.files[p] = f
	return f
}

// docs returns the documents of a file with relative paths starting from dir.
func (l *loader) docs(p, dir string, at source.Span) []*node {
	f := l.file(p, at)
	if f == nil {
		return nil
	}
	key := parsedKey{p, dir}
	if d, ok := l.parsed[key]; ok {
		return d
	}
	var out []*node
	for _, d := range l.documents(f, dir) {
		switch d.kind {
		case mapping:
			l.raw[key] = append(l.raw[key], d)
			out = append(out, l.canon(d))
		case null:
		default:
			l.invalid(d.span, "the top level is not a mapping")
		}
	}
	l.parsed[key] = out
	return out
}

// model merges files and what they include.
func (l *loader) model(paths []located, dir string, chain []string) *node {
	var dict *node
	for _, p := range paths {
		file := p.path
		if p.exact {
			var inside bool
			if file, inside = clean("", p.path); !inside {
				l.problem(p.span, fmt.Sprintf("%q is outside of the repository, not read", p.path))
				continue
			}
		}
		if slices.Contains(chain, file) || len(chain) > maxChain {
			l.invalid(p.span, fmt.Sprintf("%q includes itself", file))
			continue
		}
		chain := append(slices.Clone(chain), file)
		docs := l.docs(file, dir, p.span)
		if key := (parsedKey{file, dir}); !l.checked[key] { // what only extends names is not checked as a whole
			l.checked[key] = true
			for _, d := range l.raw[key] {
				l.checkSchema(d)
			}
		}
		for _, cfg := range docs {
			cfg = l.include(cfg, dir, chain)
			cfg = l.extend(cfg, file, dir)
			dict = l.mergeProject(dict, cfg)
		}
	}
	return dict
}

// include lays a document over what it includes.
func (l *loader) include(cfg *node, dir string, chain []string) *node {
	inc := cfg.get("include")
	if inc == nil {
		return cfg
	}
	cfg = cfg.without("include")
	items := inc.items
	if inc.kind == scalar {
		items = []*node{inc}
	}
	for _, item := range items {
		var paths []located
		project, stated := "", false
		entries := []*node{item}
		if item.kind == mapping {
			entries = nil
			if p := item.get("path"); p != nil {
				entries = p.items
				if p.kind == scalar {
					entries = []*node{p}
				}
			}
			if pd := item.get("project_directory"); pd != nil && pd.kind == scalar {
				project, stated = l.local(pd, dir, "project directory")
			}
		}
		for _, e := range entries {
			if e.kind != scalar {
				continue
			}
			if p, ok := l.local(e, dir, "included file"); ok {
				paths = append(paths, located{path: p, span: e.span})
			}
		}
		if len(paths) == 0 {
			continue
		}
		if !stated {
			project = folder(paths[0].path)
		}
		imported := l.model(paths, project, chain)
		if imported == nil {
			continue
		}
		cfg = l.importAll(imported, cfg)
	}
	return cfg
}

// importAll lays a document over an included model, resource by resource.
func (l *loader) importAll(imported, cfg *node) *node {
	for _, key := range []string{"services", "volumes", "networks", "secrets", "configs"} {
		from := imported.get(key)
		if from.isNull() || from.kind != mapping {
			continue
		}
		to := cfg.get(key)
		if to.isNull() || to.kind != mapping {
			cfg = cfg.with(key, imported.keySpan(key), from)
			continue
		}
		merge := l.mergeService
		if key != "services" {
			merge = func(b, o *node) *node { return l.mergeAny(b, o, o.span, key) }
		}
		merged := l.mergeNamed(from, to, func(b, o *node) *node {
			if equal(b, o, 0) { // the same resource reached twice
				return b
			}
			return merge(b, o)
		})
		cfg = cfg.with(key, cfg.keySpan(key), merged)
	}
	return cfg
}

// extend resolves extends in all services of a document.
func (l *loader) extend(cfg *node, file, dir string) *node {
	services := cfg.get("services")
	if services.isNull() || services.kind != mapping {
		return cfg
	}
	x := &extender{l: l, done: map[extendKey]*node{}}
	for _, f := range services.fields {
		if f.val.kind == mapping && f.val.get("extends") != nil {
			merged := x.resolve(services, extendKey{file, dir, f.key}, 0)
			services = services.with(f.key, f.span, merged)
		}
	}
	return cfg.with("services", cfg.keySpan("services"), services)
}

type extendKey struct{ file, dir, service string }

type extender struct {
	l     *loader
	chain []extendKey
	done  map[extendKey]*node
}

// resolve returns a service laid over the one it extends.
func (x *extender) resolve(services *node, k extendKey, depth int) *node {
	s := services.get(k.service)
	if s == nil || s.kind != mapping {
		return s
	}
	ext := s.get("extends")
	if ext == nil {
		return s
	}
	if d, ok := x.done[k]; ok {
		return d
	}
	span := s.keySpan("extends")
	if slices.Contains(x.chain, k) || depth > maxChain {
		x.l.invalid(span, fmt.Sprintf("service %q extends itself", k.service))
		return s.without("extends")
	}
	x.chain = append(x.chain, k)
	base := x.base(services, ext, k, depth)
	x.chain = x.chain[:len(x.chain)-1]
	out := s.without("extends")
	if base != nil && base.kind == mapping {
		b := *base
		b.extends = append(append([]source.Span(nil), base.extends...), base.from...)
		b.from = nil
		out = x.l.mergeService(&b, out)
	}
	x.done[k] = out
	return out
}

func (x *extender) base(services, ext *node, k extendKey, depth int) *node {
	name, file := ext, (*node)(nil)
	if ext.kind == mapping {
		name, file = ext.get("service"), ext.get("file")
	}
	if name == nil || name.kind != scalar {
		x.l.invalid(ext.span, "extends needs a service")
		return nil
	}
	next := extendKey{k.file, k.dir, name.raw}
	if file != nil && file.kind == scalar {
		p, ok := x.l.local(file, k.dir, "extended file")
		if !ok {
			return nil
		}
		next.file, next.dir = p, folder(p)
		services = nil
		var dict *node
		for _, d := range x.l.docs(p, next.dir, file.span) {
			dict = x.l.mergeProject(dict, d)
		}
		if dict == nil {
			return nil
		}
		services = dict.get("services")
	}
	if services.get(name.raw) == nil {
		x.l.invalid(name.span, fmt.Sprintf("cannot extend service %q: it is not in %s", name.raw, next.file))
		return nil
	}
	return x.resolve(services, next, depth+1)
}

// local returns the root-relative path that a scalar names, and whether it is one inside the root.
func (l *loader) local(n *node, dir, what string) (string, bool) {
	raw, ok := assumed(n.raw, l.opt.Env)
	if !ok {
		l.problem(n.span, fmt.Sprintf("the path of the %s depends on a variable that is not known", what))
		return "", false
	}
	if isRemote(raw) {
		l.problem(n.span, fmt.Sprintf("the %s is remote, not read", what))
		return "", false
	}
	p, inside := clean(dir, raw)
	if !inside {
		l.problem(n.span, fmt.Sprintf("the %s is outside of the repository, not read", what))
	}
	return p, inside
}

// finish turns the merged model into the project.
func (l *loader) finish(model *node) {
	p := l.project
	if model == nil {
		if len(p.Problems) == 0 && len(p.Invalid) == 0 && len(p.Files) > 0 {
			l.invalid(source.Span{File: p.Files[0]}, "empty compose file")
		}
		return
	}
	p.Name = model.get("name").scalar()
	services := model.get("services")
	if services != nil && services.kind == mapping {
		for _, f := range services.fields {
			p.Services = append(p.Services, l.service(f))
		}
	}
	sort.SliceStable(p.Services, func(i, j int) bool { return p.Services[i].Name < p.Services[j].Name })
	l.byName = make(map[string]*Service, len(p.Services))
	for _, s := range p.Services {
		l.byName[s.Name] = s
	}
	p.Volumes = resources(model.get("volumes"))
	p.Networks = resources(model.get("networks"))
	p.Secrets = resources(model.get("secrets"))
	p.Configs = resources(model.get("configs"))
	l.checkModel(model)
}

func resources(n *node) []*Resource {
	if n == nil || n.kind != mapping {
		return nil
	}
	var out []*Resource
	for _, f := range n.fields {
		r := &Resource{
			Name: f.key, Span: f.span,
			Driver: f.val.get("driver").scalar(), File: f.val.get("file").scalar(), Environment: f.val.get("environment").scalar(),
			Content: f.val.get("content").scalar(), Internal: f.val.get("internal").scalar(),
		}
		if ext := f.val.get("external"); ext != nil {
			r.External = ext.kind == mapping || ext.raw == "true"
		}
		out = append(out, r)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Service returns a service by name, or nil.
func (p *Project) Service(name string) *Service {
	for _, s := range p.Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Resource returns the resource of a name, or nil.
func find(rs []*Resource, name string) *Resource {
	for _, r := range rs {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Volume returns a top-level volume by name, or nil.
func (p *Project) Volume(name string) *Resource { return find(p.Volumes, name) }

// Network returns a top-level network by name, or nil.
func (p *Project) Network(name string) *Resource { return find(p.Networks, name) }

// Secret returns a top-level secret by name, or nil.
func (p *Project) Secret(name string) *Resource { return find(p.Secrets, name) }

func folder(p string) string {
	if d := path.Dir(path.Clean(p)); d != "." && d != "/" {
		return d
	}
	return ""
}

// clean joins a path to a root-relative folder; inside is false if it leaves the root.
func clean(dir, p string) (out string, inside bool) {
	if strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.ContainsAny(p, "\x00\\") || len(p) > 4096 {
		return "", false
	}
	out = path.Join(dir, p)
	switch {
	case out == "." || out == "":
		return "", true
	case out == ".." || strings.HasPrefix(out, "../"):
		return "", false
	}
	return out, true
}

func isRemote(p string) bool {
	for _, prefix := range []string{"http://", "https://", "git://", "git@", "ssh://", "oci://", "github.com/", "docker-image://", "s3://", "file://"} {
		if strings.HasPrefix(p, prefix) {
			return true
		}
	}
	return false
}
