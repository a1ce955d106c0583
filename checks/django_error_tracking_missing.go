package checks

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoErrorTrackingMissing = &Check{
	ID:       "django-error-tracking-missing",
	Title:    "Nobody is told when production fails",
	Severity: Info,
	Why:      "A visitor sees a 500 page and leaves. Without an error tracker the first to notice an attack or a broken release is whoever complains.",
	Fix:      "Start a tracker in the settings, for example sentry_sdk.init(dsn=os.environ.get(\"SENTRY_DSN\")).",
	Misses:   "A tracker that is fed from the container's log.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/error-reporting/", "https://docs.sentry.io/platforms/python/integrations/django/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
# want "no error tracker"
INSTALLED_APPS = ["django.contrib.auth"]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
import sentry_sdk
INSTALLED_APPS = ["django.contrib.auth"]
sentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"))
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "INSTALLED_APPS", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			for _, list := range []django.Setting{set, middlewareOf(p, s)} {
				if e, there := findElement(list.Value, isTracker); there == surelyIn {
					n, _ := elementName(e)
					return passing("%s tracks errors", n).about(e)
				}
			}
			at, called := findCall(f, p, s, append(slices.Sorted(maps.Keys(trackers)), "configure_azure_monitor"), func(name string) bool {
				top, rest, _ := strings.Cut(name, ".")
				return trackers[top] && rest != "" || strings.HasSuffix(name, "configure_azure_monitor")
			})
			if called {
				o := passing("an error tracker is started")
				o.at = at
				return o
			}
			for _, starter := range []string{"newrelic-admin", "ddtrace-run", "opentelemetry-instrument", "elastic-apm", "sentry"} {
				if strings.Contains(p.Command, starter) {
					return passing("%s starts the application", starter)
				}
			}
			for _, dist := range []string{"sentry-sdk", "rollbar", "bugsnag", "honeybadger", "raygun4py", "elastic-apm", "newrelic", "ddtrace", "scout-apm", "appsignal", "pybrake"} {
				if r, ok := p.Requirements[dist]; ok {
					o := unknowing("start it in the settings", "%s is required, but nothing was found that starts it", dist)
					o.at.Span = r.Span
					return o
				}
			}
			if set.State == django.Maybe {
				return undecided(set)
			}
			o := failing("no error tracker (Sentry, Rollbar, Bugsnag …) is started or required")
			if o.at = whereRequired(p); o.at.IsZero() {
				o.at = missing(s, "LOGGING")
			}
			return o
		})
	},
}

// trackers are the packages whose calls start an error tracker.
var trackers = map[string]bool{"sentry_sdk": true, "raven": true, "rollbar": true, "bugsnag": true, "honeybadger": true, "raygun4py": true,
	"elasticapm": true, "newrelic": true, "ddtrace": true, "scout_apm": true, "appsignal": true, "pybrake": true}

// whereRequired is the line of the requirements beside which a missing distribution would go: Django's own, in a file named for
// production where there is one; zero if the project has no requirements file.
func whereRequired(p *deploy.Project) (at source.Evidence) {
	for _, name := range slices.Sorted(maps.Keys(p.Requirements)) {
		r := p.Requirements[name]
		if r.Span.IsZero() || strings.HasSuffix(r.Span.Path(), ".py") {
			continue
		}
		if base := path.Base(r.Span.Path()); strings.HasPrefix(base, "prod") {
			return source.At(r.Span)
		}
		if name == "django" {
			at = source.At(r.Span)
		}
	}
	return at
}

// isTracker matches apps and middleware of error trackers.
func isTracker(n string) bool {
	top, _, _ := strings.Cut(n, ".")
	return trackers[top]
}
