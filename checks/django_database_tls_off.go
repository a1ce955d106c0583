package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoDatabaseTlsOff = &Check{
	ID:       "django-database-tls-off",
	Title:    "The database connection leaves the host without TLS",
	Severity: Medium,
	Why:      "Queries, results and the login travel over somebody's network. PostgreSQL's default, sslmode=prefer, goes on in the clear when TLS fails, so whoever sits in between can make it fail.",
	Fix:      "Ask for TLS: \"OPTIONS\": {\"sslmode\": \"verify-full\"}, or ?sslmode=verify-full in the URL.",
	Misses:   "A tunnel or a private link between the hosts.",
	Refs:     []string{settingsDocs + "#databases", "https://www.postgresql.org/docs/current/libpq-ssl.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.com",  # want "db.example.com, outside the compose network, and does not ask for TLS"
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
        "HOST": "db.example.com",
        "OPTIONS": {"sslmode": "require"},
    },
}
`,
	Run: func(f *Facts, v *Verdict) {
		eachDatabase(f, v, Unknown, func(p *deploy.Project, _ *django.Settings, db database) opinion {
			host, there := db.get("HOST")
			text, ok := host.Str()
			if _, state := db.entry.Key("HOST"); !there && state == django.KeyAbsent {
				text, ok, host = "", true, db.entry // a socket
			}
			var where string
			var r reach
			if ok {
				if r, where = hostReach(p, text); r == inside {
					return passing("the database %s is %s", db.alias, where).about(host)
				}
			}
			switch tls, how := asksForTLS(p, db); {
			case tls == surelyIn:
				return passing("the database %s is reached with %s", db.alias, how).about(db.entry)
			case !ok:
				return unknowing("document the database host in an environment template", "the host of the database %s cannot be worked out: %s", db.alias, host.Reason()).about(host)
			case r == unclear || tls == maybeIn:
				return unknowing("state the production compose file, or ask for TLS", "the database %s is at %s, %s, and is not known to be asked for TLS", db.alias, text, where).about(host)
			case db.engine != "postgresql" && db.engine != "mysql":
				return unknowing("attest that the connection is encrypted", "whether the connection to the database %s at %s is encrypted cannot be told", db.alias, text).about(host)
			}
			if host.Fallback() {
				return failing("the database %s falls back to %s, %s, and does not ask for TLS", db.alias, text, where).about(host)
			}
			return failing("the database %s is at %s, %s, and does not ask for TLS", db.alias, text, where).about(host)
		})
	},
}
