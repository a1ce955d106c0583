package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoErrorPagesMissing = &Check{
	ID:       "django-error-pages-missing",
	Title:    "Errors are answered with Django's bare page",
	Severity: Info,
	Why:      "Visitors who mistype an address or meet a fault see two lines of black on white, without a way back to the site.",
	Fix:      "Add templates/404.html and templates/500.html; the latter must not need a database or a context.",
	Misses:   "Error pages that the proxy or a front end shows instead.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/topics/http/views/#customizing-error-views", "https://docs.djangoproject.com/en/stable/ref/views/#error-views"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["films"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]  # want "500"
-- films/templates/404.html --
<p>No such film.
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["films"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
-- films/templates/404.html --
<p>No such film.
-- films/templates/500.html --
<p>The film tore.
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "TEMPLATES", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			var lacks []string
			at := source.Evidence{}
			for _, code := range []string{"404", "500"} {
				if found, ok := errorPage(f, p, s, code); ok {
					at = found
				} else {
					lacks = append(lacks, code)
				}
			}
			if len(lacks) == 0 {
				o := passing("404 and 500 have pages of their own")
				o.at = at
				return o
			}
			if set.State == django.Maybe {
				return undecided(set)
			}
			return failing("no page of the site's own for status %s", strings.Join(lacks, " and "))
		})
	},
}

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
