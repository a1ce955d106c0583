package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

const corsDocs = "https://github.com/adamchainz/django-cors-headers#configuration"

var corsAllowAllOrigins = &Check{
	ID:       "cors-allow-all-origins",
	Title:    "Every website may call the API from its visitors' browsers",
	Severity: High,
	Why:      "Any page on the web can read what the API answers to its visitors. Whatever the API shows without a login, or with a token that the page holds, is open to every site.",
	Fix:      "List the front end's origins in CORS_ALLOWED_ORIGINS and remove CORS_ALLOW_ALL_ORIGINS.",
	Misses:   "Headers that views or other middleware add by themselves, and those that a proxy adds under a condition.",
	Refs:     []string{corsDocs, "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOW_ALL_ORIGINS = True  # want "every origin"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = ["https://www.example.com"]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "CORS_ALLOW_ALL_ORIGINS", func(p *deploy.Project, s *django.Settings, _ django.Setting) opinion {
			return allowAll(s)
		})
		nginxOrigins(f, v, false)
	},
}

// allowAll is the opinion of whether one scenario lets every origin in, by the switch or by a pattern that matches anything.
func allowAll(s *django.Settings) opinion {
	if !corsActive(s) {
		return opinion{}
	}
	set := corsAllowAll(s)
	if set.Value.IsTrue() {
		return failing("%s is %s: the API answers every origin", set.Name, set.Value.Display(false)).about(set.Value)
	}
	for _, e := range corsRegexes(s).Value.MayContain() {
		if pattern, ok := e.Str(); ok && matchesAnyOrigin(pattern) {
			return failing("the pattern %q matches every origin", pattern).about(e)
		}
	}
	if !set.Value.IsFalse() {
		return unknowing("document the production value of "+set.Name, "%s cannot be worked out: %s", set.Name, set.Value.Reason()).about(set.Value)
	}
	o := passing("%s is off", set.Name)
	if origins := corsOrigins(s); set.State == django.Default && origins.State != django.Default {
		o = passing("only listed origins are allowed").about(origins.Value)
	}
	return o
}
