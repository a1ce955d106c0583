package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// errorPage finds the template that Django shows for a status, or the handler of ROOT_URLCONF.
func errorPage(f *Facts, p *deploy.Project, s *django.Settings, code string) (source.Evidence, bool) {
	dirs := templateDirs(s)
	for _, file := range f.Repo.Find(func(name string) bool { return path.Base(name) == code+".html" }) {
		dir := path.Dir(file)
		if (path.Base(dir) == "templates" || path.Base(dir) == "jinja2" || dirs[dir]) && (p.Root == "" || strings.HasPrefix(file, p.Root+"/") || dirs[dir]) {
			if src := f.Repo.File(file); src != nil {
				return source.At(source.Span{File: src}), true
			}
		}
	}
	urls, ok := s.Get("ROOT_URLCONF").Value.Str()
	if !ok {
		return source.Evidence{}, false
	}
	base := path.Join(p.Root, strings.ReplaceAll(urls, ".", "/"))
	for _, file := range []string{base + ".py", base + "/__init__.py"} {
		m := f.Repo.Python(file)
		if m == nil {
			continue
		}
		for _, st := range m.Body {
			switch st := st.(type) {
			case *python.Assign:
				for _, t := range st.Targets {
					if python.DottedName(t) == "handler"+code {
						return source.At(m.Span(st)), true
					}
				}
			case *python.ImportFrom:
				for _, a := range st.Names {
					if a.Name == "handler"+code && a.AsName == "" || a.AsName == "handler"+code {
						return source.At(m.Span(st)), true
					}
				}
			}
		}
	}
	return source.Evidence{}, false
}

// templateDirs are the root-relative folders that TEMPLATES lists.
func templateDirs(s *django.Settings) map[string]bool {
	out := map[string]bool{}
	engines, _ := s.Get("TEMPLATES").Value.Elements()
	for _, e := range engines {
		list, _ := e.Key("DIRS")
		for _, d := range list.MayContain() {
			if text, ok := d.Str(); ok {
				out[path.Clean(strings.TrimPrefix(text, "/"))] = true
			}
		}
	}
	return out
}
