package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoClickjackingMiddlewareMissing = &Check{
	ID:       "django-clickjacking-middleware-missing",
	Title:    "Any website may show the site in a frame",
	Severity: Low,
	Why:      "A page can lay the site invisibly over its own buttons, so that a logged-in visitor's click lands on the site: delete, buy, allow.",
	Fix:      "Put \"django.middleware.clickjacking.XFrameOptionsMiddleware\" in MIDDLEWARE.",
	Misses:   "A proxy that sends X-Frame-Options or frame-ancestors.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/clickjacking/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # want "XFrameOptionsMiddleware is not in MIDDLEWARE"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.clickjacking.XFrameOptionsMiddleware"]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "MIDDLEWARE", func(p *deploy.Project, s *django.Settings, _ django.Setting) opinion {
			o := inList(middlewareOf(p, s), "XFrameOptionsMiddleware", func([]string) (string, bool) { return "", false }, "")
			options := s.Get("X_FRAME_OPTIONS")
			if text, ok := options.Value.Str(); o.status == Pass && ok {
				if t := strings.ToUpper(strings.TrimSpace(text)); t != "DENY" && t != "SAMEORIGIN" {
					o = failing("X_FRAME_OPTIONS is %q, which browsers do not know and so ignore", text).about(options.Value)
				}
			}
			if o.status == Fail {
				if policy, ok := framePolicy(p, s); ok {
					return passing("the content security policy has frame-ancestors").about(policy)
				}
			}
			return o
		})
	},
}

// framePolicy returns the frame-ancestors that Django's or django-csp's policy sends, if it sends one.
func framePolicy(p *deploy.Project, s *django.Settings) (django.Value, bool) {
	if hasMiddleware(p, s, "ContentSecurityPolicyMiddleware") == surelyIn && p.Version.AtLeast(6, 0) {
		if v, st := s.Get("SECURE_CSP").Value.Key("frame-ancestors"); st == django.KeyPresent {
			return v, true
		}
	}
	if hasMiddleware(p, s, "CSPMiddleware") == surelyIn {
		if old := s.Get("CSP_FRAME_ANCESTORS"); old.State == django.Assigned {
			return old.Value, true
		}
		if d, st := s.Get("CONTENT_SECURITY_POLICY").Value.Key("DIRECTIVES"); st == django.KeyPresent {
			if v, st := d.Key("frame-ancestors"); st == django.KeyPresent {
				return v, true
			}
		}
	}
	return django.Value{}, false
}
