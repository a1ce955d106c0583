package checks

import (
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/secrets"
)

var djangoSecretKeyWeak = &Check{
	ID:       "django-secret-key-weak",
	Title:    "SECRET_KEY can be guessed",
	Severity: High,
	Why:      "Sessions, password-reset links and tokens are signed with this key. Whoever finds it offline from one signed cookie can log in as anybody.",
	Fix:      "Make a key of 64 random characters, for example with python -c \"import secrets; print(secrets.token_urlsafe(48))\", and give it to production only.",
	Misses:   "A key that production alone knows.",
	Refs:     []string{settingsDocs + "#secret-key", "https://docs.djangoproject.com/en/stable/ref/checks/#security"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
SECRET_KEY = "django-insecure-film-club"  # want "SECRET_KEY is weak: .*django-insecure-"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
SECRET_KEY = os.environ["SECRET_KEY"]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SECRET_KEY", func(_ *deploy.Project, _ *django.Settings, set django.Setting) opinion {
			if o, done := unseenKey(set); done {
				return o
			}
			var least opinion // of several keys, only what holds for all of them
			for _, a := range set.Value.Alternatives() {
				o := keyStrength("SECRET_KEY", a, f.Limits.SecretKey).about(a)
				if o.status != Fail {
					return o
				}
				if least.status != Fail || o.lesser {
					least = o
				}
			}
			return least
		})
		judge(f, v, "SECRET_KEY_FALLBACKS", func(_ *deploy.Project, _ *django.Settings, set django.Setting) opinion {
			elems, _ := set.Value.Elements()
			for _, e := range elems {
				if o := keyStrength("a key of SECRET_KEY_FALLBACKS", e, f.Limits.SecretKey); o.status == Fail && !o.lesser {
					return o.about(e)
				}
			}
			return opinion{}
		})
	},
}

// keyStrength is the opinion of a key by its text. Django asks for 50 characters, the checklist for more, 64 unless configured.
func keyStrength(what string, val django.Value, asked int) opinion {
	text, ok := val.Str()
	if !ok {
		return opinion{}
	}
	verb := "is"
	if val.Fallback() {
		verb = "falls back to a literal that is"
	}
	if reasons := secrets.KeyWeakness(text); len(reasons) > 0 {
		return failing("%s %s weak: %s", what, verb, strings.Join(reasons, ", "))
	}
	if n := utf8.RuneCountInString(text); n < asked {
		return failing("%s %s %d characters long, short of the checklist's %d", what, verb, n, asked).as(Low)
	}
	return passing("%s is %d characters long", what, utf8.RuneCountInString(text))
}
