package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
)

var djangoCspMissing = &Check{
	ID:       "django-csp-missing",
	Title:    "Pages run any script that gets into them",
	Severity: Low,
	Why:      "Without a Content-Security-Policy one place that prints a visitor's text unescaped is enough for that text to run as script in everybody's pages.",
	Fix:      "On Django 6 add django.middleware.csp.ContentSecurityPolicyMiddleware and SECURE_CSP, before that django-csp; start with {\"default-src\": [\"'self'\"]}.",
	Misses:   "A policy that a proxy outside the repository adds.",
	Refs:     []string{settingsDocs + "#secure-csp", "https://django-csp.readthedocs.io/en/latest/configuration.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_CSP = {"default-src": ["'self'"]}  # want "SECURE_CSP does nothing"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- requirements.txt --
Django==6.0
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csp.ContentSecurityPolicyMiddleware"]
SECURE_CSP = {"default-src": ["'self'"]}
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SECURE_CSP", func(p *deploy.Project, s *django.Settings, own django.Setting) opinion {
			list := middlewareOf(p, s)
			mw, there := findElement(list.Value, func(n string) bool {
				n = strings.ToLower(n)
				return strings.Contains(n, "csp") || strings.Contains(n, "contentsecuritypolicy")
			})
			switch {
			case frontOf(f, p).csp.Yes:
				fr := frontOf(f, p)
				o := passing("%s sends a content security policy", fr.name)
				o.at = fr.csp.At
				return o
			case there == surelyIn:
				return policy(p, s, mw)
			case there == maybeIn:
				return undecided(list).about(list.Value)
			case sendsPolicy(f, p):
				return passing("the project's own code sends a content security policy")
			}
			if at, ok := proxySpeaksOf(f, "Content-Security-Policy"); ok {
				o := unknowing("ask the running site", "the proxy's configuration speaks of Content-Security-Policy; whether Django's pages get it is not known")
				o.at = at
				return o
			}
			for _, n := range []string{"SECURE_CSP", "CONTENT_SECURITY_POLICY", "CSP_DEFAULT_SRC"} {
				if set := s.Get(n); set.State == django.Assigned {
					return failing("%s does nothing: its middleware is not in MIDDLEWARE", n).about(set.Value)
				}
			}
			return failing("no Content-Security-Policy is sent by Django").about(list.Value)
		})
	},
}

// policy is the opinion of the settings behind a middleware that sends the policy.
func policy(p *deploy.Project, s *django.Settings, mw django.Value) opinion {
	n, _ := elementName(mw)
	builtin := strings.HasPrefix(n, "django.middleware.csp.")
	if builtin && !p.Version.AtLeast(6, 0) {
		return failing("%s comes with Django 6, not with %d.%d", n, p.Version.Major, p.Version.Minor).about(mw)
	}
	enforced, reported := s.Get("CONTENT_SECURITY_POLICY"), s.Get("CONTENT_SECURITY_POLICY_REPORT_ONLY")
	if builtin {
		enforced, reported = s.Get("SECURE_CSP"), s.Get("SECURE_CSP_REPORT_ONLY")
	}
	switch {
	case enforced.State == django.Default && reported.State == django.Assigned:
		return failing("%s only reports: nothing is blocked", reported.Name).about(reported.Value)
	case builtin && enforced.Value.IsFalse():
		return failing("%s is empty: no policy is sent", enforced.Name).about(mw)
	}
	return passing("%s sends a content security policy", n).about(mw)
}

// sendsPolicy reports whether the project's code names the header in a string.
func sendsPolicy(f *Facts, p *deploy.Project) bool {
	return anyModule(f, p, []string{"Content-Security-Policy", "content-security-policy"}, func(m *python.Module) (found bool) {
		python.WalkBody(m.Body, func(n python.Node) bool {
			c, ok := n.(*python.Constant)
			found = found || ok && c.Kind == python.Str && strings.EqualFold(c.S, "Content-Security-Policy")
			return !found
		})
		return found
	})
}
