package checks

import (
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoObsoleteSetting = &Check{
	ID:       "django-obsolete-setting",
	Title:    "A security setting guards nothing",
	Severity: Info,
	Why:      "The installed version does not read the setting. Whoever reads the file believes in a protection that is not there.",
	Fix:      "Remove the setting, or use the one that took its place.",
	Misses:   "Settings of packages other than Django, django-cors-headers and django-csp.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/internals/deprecation/", "https://github.com/adamchainz/django-cors-headers/blob/main/CHANGELOG.rst", "https://django-csp.readthedocs.io/en/latest/migration-guide.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- requirements.txt --
Django==5.2
-- site1/settings.py --
DEBUG = False
SECURE_BROWSER_XSS_FILTER = True  # want "Django has ignored SECURE_BROWSER_XSS_FILTER since 4.0"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- requirements.txt --
Django==5.2
-- site1/settings.py --
DEBUG = False
SECURE_CONTENT_TYPE_NOSNIFF = True
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range f.Projects() {
			s := p.Unset
			if s == nil || blank(s) {
				continue
			}
			found := false
			for _, n := range s.Names() {
				set := s.Get(n)
				if why := ignored(p, s, n); why != "" && set.State != django.Default {
					found = true
					v.Fail(decided(s, set), "%s", why)
				}
			}
			if first := s.Get("DEBUG"); !found && first.State == django.Maybe {
				v.Unknown(decided(s, first), "let the settings be evaluated from the repository alone", "which settings there are cannot be worked out")
			} else if !found {
				v.Pass(missing(s, "SECURE_SSL_REDIRECT"), "every security setting is one that the installed versions read")
			}
		}
	},
}
