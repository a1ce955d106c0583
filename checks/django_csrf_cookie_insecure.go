package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoCsrfCookieInsecure = &Check{
	ID:       "django-csrf-cookie-insecure",
	Title:    "The CSRF token travels over plain HTTP",
	Severity: Medium,
	Why:      "Without the Secure flag a browser sends the CSRF cookie with any http:// request to the site. Whoever listens on the network can then forge that visitor's forms.",
	Fix:      "Set CSRF_COOKIE_SECURE = True in production, on no other condition.",
	Misses:   "A proxy that adds the flag.",
	Refs:     []string{settingsDocs + "#csrf-cookie-secure"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_COOKIE_SECURE = False  # want "CSRF_COOKIE_SECURE is False"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_COOKIE_SECURE = True
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "CSRF_COOKIE_SECURE", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			if sessions := s.Get("CSRF_USE_SESSIONS"); sessions.Value.IsTrue() {
				return passing("CSRF_USE_SESSIONS keeps the token in the session: there is no CSRF cookie").about(sessions.Value)
			}
			if csrfChecked(p, s) == notIn {
				return opinion{}
			}
			return secureCookie(set, "the CSRF cookie")
		})
	},
}
