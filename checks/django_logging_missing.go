package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoLoggingMissing = &Check{
	ID:       "django-logging-missing",
	Title:    "The application's errors are logged nowhere",
	Severity: Low,
	Why:      "With DEBUG off, Django's default logging sends errors to ADMINS by mail and nothing to the console. What went wrong, and who was at it, cannot be told afterwards.",
	Fix:      "Set LOGGING with a console handler on the root logger; the container's log keeps it.",
	Misses:   "Whether somebody reads the log.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/topics/logging/#configuring-logging", "https://docs.djangoproject.com/en/stable/ref/logging/#default-logging-configuration"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
# want "LOGGING is not set"
INSTALLED_APPS = ["django.contrib.auth"]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "LOGGING", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			switch {
			case set.Value.IsTrue():
				return passing("LOGGING is set")
			case !set.Value.IsFalse():
				return undecided(set)
			}
			if at, ok := ownLogging(f, p, s); ok {
				o := passing("the code configures logging itself")
				o.at = at
				return o
			}
			if set.State == django.Default {
				return failing("%s: errors of production are logged nowhere", tell(set))
			}
			return failing("LOGGING is empty: errors of production are logged nowhere")
		})
	},
}

// ownLogging finds a call by which the settings or the project's code configure logging without LOGGING.
func ownLogging(f *Facts, p *deploy.Project, s *django.Settings) (source.Evidence, bool) {
	return findCall(f, p, s, []string{"logging", "loguru", "structlog"}, func(name string) bool {
		switch name {
		case "logging.config.dictConfig", "logging.config.fileConfig", "logging.basicConfig", "loguru.logger.add", "loguru.logger.configure", "structlog.configure":
			return true
		}
		return false
	})
}
