package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoSecretKeyExposed = &Check{
	ID:       "django-secret-key-exposed",
	Title:    "SECRET_KEY can be read in the repository",
	Severity: Critical,
	Fallback: High,
	Why:      "Whoever reads the code can sign sessions, password-reset links and tokens that the site takes for its own, and so log in as anybody. A fallback is as public as a literal: the site runs with it whenever the variable is missing.",
	Fix:      "Read the key from the environment without a default, SECRET_KEY = os.environ[\"SECRET_KEY\"], and make a new one: the old one stays in the history.",
	Misses:   "A key that the code computes or reads from a file.",
	Refs:     []string{settingsDocs + "#secret-key", "https://cwe.mitre.org/data/definitions/798.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
SECRET_KEY = os.environ.get("SECRET_KEY", "v9w2n7-the-film-club-forever")  # want "SECRET_KEY falls back to a literal"
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
			return exposed("SECRET_KEY", set.Value).about(set.Value) // the literal's own place
		})
		judge(f, v, "SECRET_KEY_FALLBACKS", func(_ *deploy.Project, _ *django.Settings, set django.Setting) opinion {
			elems, _ := set.Value.Elements()
			for _, e := range elems {
				if text, ok := e.Str(); ok && text != "" {
					return exposed("a key of SECRET_KEY_FALLBACKS", e).about(e)
				}
			}
			return opinion{}
		})
	},
}

// exposed is the opinion of a key whose text is known.
func exposed(what string, val django.Value) opinion {
	switch shown := val.Display(true); {
	case val.Fallback() && !val.Literal():
		return failing("%s falls back to a literal that everyone can read: %s", what, shown)
	case val.Documented():
		return failing("%s is what the environment template gives everyone: %s", what, shown).as(High)
	case val.Literal():
		return failing("%s is a literal in the code: %s", what, shown)
	default:
		return failing("%s is set to a value that stands in the repository: %s", what, shown)
	}
}

// unseenKey is the opinion of a SECRET_KEY whose text the repository does not tell, and whether that settles the question.
func unseenKey(set django.Setting) (opinion, bool) {
	if set.State == django.Default {
		return opinion{}, true // Django does not start without one
	}
	if set.Value.Random() {
		return passing("SECRET_KEY is made at random at every start"), true
	}
	if set.Value.SecretAtDeployment() {
		return passing("SECRET_KEY is set at deployment"), true
	}
	for _, a := range set.Value.Alternatives() {
		text, ok := a.Str()
		if !ok && !a.Random() && !a.SecretAtDeployment() {
			return undecided(set), true
		}
		if !ok {
			return unknowing("set SECRET_KEY at deployment on every branch", "whether SECRET_KEY comes from the environment depends on a branch that cannot be decided"), true
		}
		if text == "" {
			return passing("SECRET_KEY is empty unless it is set: Django does not start without it"), true
		}
	}
	return opinion{}, false
}
