package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoPasswordValidatorsMissing = &Check{
	ID:       "django-password-validators-missing",
	Title:    "Accounts may have any password",
	Severity: Medium,
	Why:      "People choose \"123456\" where the site lets them. Such accounts are taken over by trying the few passwords that everybody uses.",
	Fix:      "List MinimumLengthValidator and CommonPasswordValidator in AUTH_PASSWORD_VALIDATORS, as startproject does.",
	Misses:   "Rules in forms and serializers of the project's own.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/topics/auth/passwords/#enabling-password-validation"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["django.contrib.auth"]
AUTH_PASSWORD_VALIDATORS = []  # want "AUTH_PASSWORD_VALIDATORS is empty"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["django.contrib.auth"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "AUTH_PASSWORD_VALIDATORS", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			if apps := s.Get("INSTALLED_APPS"); apps.State != django.Default && hasApp(s, "django.contrib.auth") == notIn {
				return opinion{}
			}
			if elsewhere, ok := loginElsewhere(s); ok {
				return passing("passwords are kept elsewhere: the site logs in by %s", elsewhere.Display(false)).about(elsewhere)
			}
			rules, complete := set.Value.Elements()
			if !complete {
				return undecided(set)
			}
			if len(rules) == 0 && set.State == django.Default {
				return failing("AUTH_PASSWORD_VALIDATORS is not set: any password will do")
			} else if len(rules) == 0 {
				return failing("AUTH_PASSWORD_VALIDATORS is empty: any password will do")
			}
			length, common, own := false, false, false
			for _, r := range rules {
				n, _ := r.Key("NAME")
				cls, ok := n.Str()
				switch {
				case lastPart("MinimumLengthValidator")(cls):
					length = true
					if o := shortMinimum(r); o.status == Fail {
						return o
					}
				case lastPart("CommonPasswordValidator")(cls):
					common = true
				case !ok || !strings.HasPrefix(cls, "django.contrib.auth."):
					own = true
				}
			}
			switch {
			case length && common:
				return passing("passwords are checked for length and against common ones")
			case own:
				return unknowing("attest the rule, or add Django's validators beside your own", "what AUTH_PASSWORD_VALIDATORS asks for is decided by the project's own validators")
			case length:
				return failing("AUTH_PASSWORD_VALIDATORS lets in the passwords that everybody uses: CommonPasswordValidator is missing")
			case common:
				return failing("AUTH_PASSWORD_VALIDATORS lets in short passwords: MinimumLengthValidator is missing")
			}
			return failing("AUTH_PASSWORD_VALIDATORS asks neither for a length nor against common passwords")
		})
	},
}

// shortMinimum is a failing opinion of a MinimumLengthValidator that asks for less than Django's own eight characters.
func shortMinimum(rule django.Value) opinion {
	options, _ := rule.Key("OPTIONS")
	least, _ := options.Key("min_length")
	if n, ok := least.Int(); ok && n < 8 {
		return failing("passwords of %d characters are let in", n).about(least)
	}
	return opinion{}
}
