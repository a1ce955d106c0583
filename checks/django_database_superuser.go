package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoDatabaseSuperuser = &Check{
	ID:       "django-database-superuser",
	Title:    "The application connects to the database as its superuser",
	Severity: Medium,
	Why:      "One SQL injection then reaches every database of the server and, with PostgreSQL's COPY … TO PROGRAM, the server itself. An application needs only its own tables.",
	Fix:      "Create a role that owns the application's database alone and connect as that: DB_USER=filmclub.",
	Misses:   "What a user under another name may do: the image's POSTGRES_USER is a superuser whatever it is called.",
	Refs:     []string{settingsDocs + "#user", "https://www.postgresql.org/docs/current/role-attributes.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db",
        "USER": "postgres",  # want "connects as postgres, the superuser"
    },
}
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db",
        "USER": "filmclub",
    },
}
`,
	Run: func(f *Facts, v *Verdict) {
		eachDatabase(f, v, Unknown, func(_ *deploy.Project, _ *django.Settings, db database) opinion {
			user, there := db.get("USER")
			text, ok := user.Str()
			switch {
			case !there || ok && text == "":
				return opinion{} // the system user's name, or a service file
			case !ok:
				return unknowing("document the database user in an environment template", "the user of the database %s cannot be worked out: %s", db.alias, user.Reason()).about(user)
			}
			// "name@server" is how Azure writes a user
			switch name, _, _ := strings.Cut(strings.ToLower(text), "@"); name {
			case "postgres", "root", "sa", "sys", "system":
				verb := "connects"
				if user.Fallback() {
					verb = "falls back to connecting"
				}
				return failing("the database %s: Django %s as %s, the superuser", db.alias, verb, name).about(user)
			}
			return passing("the database %s is used as %q", db.alias, text).about(user)
		})
	},
}
