package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoSslRedirectOff = &Check{
	ID:       "django-ssl-redirect-off",
	Title:    "Django answers over plain HTTP",
	Severity: Medium,
	Why:      "Whoever types the site's name without https:// sends passwords and cookies in the clear, and stays on plain HTTP. A proxy that redirects protects only what passes through it.",
	Fix:      "Set SECURE_SSL_REDIRECT = True in production, with SecurityMiddleware in MIDDLEWARE and SECURE_PROXY_SSL_HEADER if a proxy ends TLS.",
	Misses:   "A redirect that a proxy outside the repository makes.",
	Refs:     []string{settingsDocs + "#secure-ssl-redirect", "https://docs.djangoproject.com/en/stable/topics/security/#ssl-https"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
if os.environ.get("USE_HTTPS", "False") == "True":
    SECURE_SSL_REDIRECT = True  # want "SECURE_SSL_REDIRECT falls back to"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
if not os.environ.get("DEBUG"):
    SECURE_SSL_REDIRECT = True
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SECURE_SSL_REDIRECT", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			switch {
			case set.Value.IsTrue():
				if o := inert(p, s, set); o.status == Fail {
					return o
				}
				return passing("%s", tell(set))
			case set.Value.IsFalse():
				o := failing("%s: Django answers over plain HTTP", tell(set))
				if fr := frontOf(f, p); fr.redirects.Yes {
					o = failing("%s; %s redirects before requests reach Django (%s)", tell(set), fr.name, where(fr.redirects.At)).as(Info)
				}
				return o
			}
			return undecided(set)
		})
	},
}

// inert is the opinion of a setting that SecurityMiddleware would act on, were it there; not applicable if it is there or may be.
func inert(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
	if hasMiddleware(p, s, "SecurityMiddleware") != notIn {
		return opinion{}
	}
	return failing("%s does nothing: SecurityMiddleware is not in MIDDLEWARE", set.Name).about(set.Value)
}
