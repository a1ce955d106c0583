package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoCsrfTrustedOriginsInsecure = &Check{
	ID:       "django-csrf-trusted-origins-insecure",
	Title:    "CSRF_TRUSTED_ORIGINS trusts an origin without HTTPS",
	Severity: Medium,
	Why:      "Whoever sits between a visitor and that http:// page can change it and send forms in the visitor's name. An entry without a scheme is refused by Django 4 and later: \"CSRF verification failed\".",
	Fix:      "Write every entry with its scheme: CSRF_TRUSTED_ORIGINS = [\"https://www.example.com\"].",
	Misses:   "Origins that only the server's own environment sets.",
	Refs:     []string{settingsDocs + "#csrf-trusted-origins", "https://docs.djangoproject.com/en/stable/releases/4.0/#csrf-trusted-origins-changes"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_TRUSTED_ORIGINS = [
    "https://www.example.com",
    "http://forum.example.com",  # want "http://forum.example.com, which is not HTTPS"
    "shop.example.com",          # want "without a scheme"
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_TRUSTED_ORIGINS = ["https://*.example.com"]
`,
	Run: func(f *Facts, v *Verdict) {
		list := func(s *django.Settings) django.Setting { return s.Get("CSRF_TRUSTED_ORIGINS") }
		active := func(p *deploy.Project, s *django.Settings) bool {
			return csrfChecked(p, s) != notIn
		}
		eachElement(f, v, list, active, func(p *deploy.Project, element string) opinion {
			switch e := strings.ToLower(strings.TrimSpace(element)); {
			case strings.HasPrefix(e, "http://"):
				return failing("forms are trusted from %s, which is not HTTPS", element)
			case e != "" && !strings.Contains(e, "://") && p.Version.AtLeast(4, 0):
				return failing("%q stands in CSRF_TRUSTED_ORIGINS without a scheme, which Django 4 and later refuse", element)
			}
			return opinion{status: Pass}
		}, "holds HTTPS origins only")
	},
}

// csrfChecked reports whether something asks for CSRF tokens: Django's middleware, or REST framework, which checks sessions itself.
func csrfChecked(p *deploy.Project, s *django.Settings) presence {
	_, there := findElement(middlewareOf(p, s).Value, func(n string) bool { return strings.Contains(strings.ToLower(n), "csrf") })
	return max(there, hasApp(s, "rest_framework"))
}
