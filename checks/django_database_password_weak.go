package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/secrets"
)

var djangoDatabasePasswordWeak = &Check{
	ID:       "django-database-password-weak",
	Title:    "The database password can be guessed",
	Severity: High,
	Why:      "Whoever gets a foot into the network, by another container or a published port, tries the usual passwords first and then has all data of the site.",
	Fix:      "Read the password from the environment without a default and give production one of 16 or more random characters of all kinds.",
	Misses:   "A password that production alone knows.",
	Refs:     []string{settingsDocs + "#password", "https://www.postgresql.org/docs/current/auth-password.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db",
        "PASSWORD": os.environ.get("DB_PASSWORD", "filmclub"),  # want "falls back to 'fil…', which is weak"
    },
}
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db",
        "PASSWORD": os.environ["DB_PASSWORD"],
    },
}
`,
	Run: func(f *Facts, v *Verdict) {
		eachDatabase(f, v, Pass, func(_ *deploy.Project, _ *django.Settings, db database) opinion {
			password, there := db.get("PASSWORD")
			text, ok := password.Str()
			switch {
			case password.SecretAtDeployment():
				return passing("the password of the database %s is set at deployment", db.alias).about(password)
			case !there || ok && text == "" || password.IsNone():
				return unknowing("attest how the database knows the application", "the settings give the database %s no password", db.alias).about(db.entry)
			case !ok:
				return unknowing("attest the password's strength", "the password of the database %s cannot be worked out: %s", db.alias, password.Reason()).about(password)
			}
			if reasons := secrets.PasswordWeakness(text); len(reasons) > 0 {
				return failing("the password of the database %s %s %s, which is weak: %s", db.alias, comes(password), password.Display(true), strings.Join(reasons, ", ")).about(password)
			}
			return passing("the password of the database %s is long and mixed", db.alias).about(password)
		})
		judgeServicePasswords(f, v)
	},
}
