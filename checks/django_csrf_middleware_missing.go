package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoCsrfMiddlewareMissing = &Check{
	ID:       "django-csrf-middleware-missing",
	Title:    "Forms are accepted from any website",
	Severity: High,
	Why:      "Without CsrfViewMiddleware any page on the web can submit the site's forms in the name of whoever is logged in: change the address, the password, the order.",
	Fix:      "Put \"django.middleware.csrf.CsrfViewMiddleware\" in MIDDLEWARE, after SessionMiddleware.",
	Misses:   "Views that carry @csrf_protect one by one.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/csrf/", "https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = [  # want "CsrfViewMiddleware is not in MIDDLEWARE"
    "django.contrib.sessions.middleware.SessionMiddleware",
    # "django.middleware.csrf.CsrfViewMiddleware",
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "MIDDLEWARE", func(p *deploy.Project, s *django.Settings, _ django.Setting) opinion {
			set := middlewareOf(p, s)
			apps := s.Get("INSTALLED_APPS")
			if apps.State != django.Default && hasApp(s, "django.contrib.sessions") == notIn && hasMiddleware(p, s, "SessionMiddleware") == notIn {
				return opinion{} // nobody is logged in by a cookie, so there is no name to act in
			}
			if e, there := findElement(set.Value, customCsrf); there == surelyIn {
				return passing("%s stands in for CsrfViewMiddleware", e.Display(false)).about(e)
			}
			return inList(set, "CsrfViewMiddleware", func(before []string) (string, bool) {
				if !s.Get("CSRF_USE_SESSIONS").Value.IsTrue() {
					return "", false
				}
				for _, n := range before {
					if lastPart("SessionMiddleware")(n) {
						return "", false
					}
				}
				return "no SessionMiddleware", true
			}, "CSRF_USE_SESSIONS needs")
		})
	},
}

// customCsrf matches a project's own CSRF middleware, which is taken to extend Django's unless its name says the contrary.
func customCsrf(n string) bool {
	l := strings.ToLower(n[strings.LastIndexByte(n, '.')+1:])
	for _, off := range []string{"disable", "exempt", "skip", "bypass", "no", "without", "ignore", "post"} {
		if strings.Contains(l, off) {
			return false
		}
	}
	return strings.Contains(l, "csrf") && l != "csrfviewmiddleware"
}
