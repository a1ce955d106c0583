package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoSecurityMiddlewareMissing = &Check{
	ID:       "django-security-middleware-missing",
	Title:    "SecurityMiddleware does not guard every answer",
	Severity: Medium,
	Why:      "SecurityMiddleware sends HSTS, nosniff and the referrer policy and redirects to HTTPS: without it the SECURE_… settings do nothing. What answers before it in the list goes out without them.",
	Fix:      "Put \"django.middleware.security.SecurityMiddleware\" first in MIDDLEWARE.",
	Misses:   "A middleware of your own that does the same under another name.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = [  # want "SecurityMiddleware is not in MIDDLEWARE"
    # "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "MIDDLEWARE", func(p *deploy.Project, s *django.Settings, _ django.Setting) opinion {
			return inList(middlewareOf(p, s), "SecurityMiddleware", func(before []string) (string, bool) {
				for _, n := range before {
					for _, answers := range []string{"WhiteNoiseMiddleware", "CommonMiddleware", "FetchFromCacheMiddleware", "CsrfViewMiddleware"} {
						if lastPart(answers)(n) {
							return n, true
						}
					}
				}
				return "", false
			}, "answers without its headers")
		})
	},
}

// inList is the opinion of a middleware that must be in the list. early finds among those before it one that must come after it;
// because says what follows from that.
func inList(set django.Setting, cls string, early func(before []string) (string, bool), because string) opinion {
	e, there := findElement(set.Value, lastPart(cls))
	switch there {
	case notIn:
		return failing("%s is not in %s", cls, set.Name).about(set.Value)
	case maybeIn:
		return undecided(set).about(set.Value)
	}
	var before []string
	elems, _ := set.Value.Elements()
	for _, x := range elems {
		n, _ := elementName(x)
		if lastPart(cls)(n) {
			break
		}
		before = append(before, n)
	}
	if n, found := early(before); found {
		return failing("%s comes after %s in %s, which %s", cls, n, set.Name, because).about(e).as(Low)
	}
	return passing("%s is in %s", cls, set.Name).about(e)
}
