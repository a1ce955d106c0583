package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
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
