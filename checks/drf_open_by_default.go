package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var drfOpenByDefault = &Check{
	ID:       "drf-open-by-default",
	Title:    "API views are open to everybody unless they say otherwise",
	Severity: Medium,
	Why:      "REST framework lets anybody call a view that names no permission. One forgotten line in one view then shows, or changes, everybody's data.",
	Fix:      "Set \"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"] in REST_FRAMEWORK and open single views with AllowAny.",
	Misses:   "Whether every view names its own permissions.",
	Refs:     []string{"https://www.django-rest-framework.org/api-guide/permissions/#setting-the-permission-policy"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["rest_framework"]
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # want "AllowAny"
}
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["rest_framework"]
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "REST_FRAMEWORK", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			installed, there := findElement(s.Get("INSTALLED_APPS").Value, inPackage("rest_framework"))
			if there == notIn && set.State == django.Default {
				return opinion{}
			}
			if mw, st := findElement(middlewareOf(p, s).Value, loginRequired); st == surelyIn {
				return passing("%s asks for a login on every view", mw.Display(false)).about(mw)
			}
			if set.State == django.Default {
				if there != surelyIn {
					return undecided(s.Get("INSTALLED_APPS"))
				}
				return failing("REST_FRAMEWORK is not set: views without permissions of their own are open to everybody").about(installed)
			}
			classes, state := set.Value.Key("DEFAULT_PERMISSION_CLASSES")
			switch state {
			case django.KeyAbsent:
				return failing("REST_FRAMEWORK has no DEFAULT_PERMISSION_CLASSES: views without permissions of their own are open to everybody")
			case django.KeyMaybe:
				return undecided(set)
			}
			elems, complete := classes.Elements()
			open := 0
			for _, e := range elems {
				if n, ok := elementName(e); ok && lastPart("AllowAny")(n) {
					open++
				}
			}
			switch {
			case open < len(elems):
				return passing("views ask for %s unless they say otherwise", classes.Display(false)).about(classes)
			case !complete:
				return undecided(set).about(classes)
			case len(elems) == 0:
				return failing("DEFAULT_PERMISSION_CLASSES is empty: views without permissions of their own are open to everybody").about(classes)
			}
			return failing("DEFAULT_PERMISSION_CLASSES is AllowAny: views without permissions of their own are open to everybody").about(classes)
		})
	},
}

// loginRequired matches middleware that asks for a login everywhere. Django's own leaves REST framework's views out (their
// as_view marks them as not asking for one).
func loginRequired(n string) bool {
	return strings.Contains(n, "LoginRequired") && !strings.HasPrefix(n, "django.contrib.auth.")
}
