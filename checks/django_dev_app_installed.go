package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoDevAppInstalled = &Check{
	ID:       "django-dev-app-installed",
	Title:    "A development tool is installed in production",
	Severity: Medium,
	Why:      "Profilers and debug toolbars record queries, requests and settings and show them on pages of their own; werkzeug's debugger runs code. They are made for a machine that nobody else reaches.",
	Fix:      "Add the app only where DEBUG is on: if DEBUG: INSTALLED_APPS += [\"debug_toolbar\"].",
	Misses:   "Development tools that are less well known.",
	Refs:     []string{"https://django-debug-toolbar.readthedocs.io/en/latest/installation.html", "https://github.com/jazzband/django-silk#readme", "https://django-extensions.readthedocs.io/en/latest/runserver_plus.html"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = [
    "django.contrib.admin",
    "debug_toolbar",  # want "debug_toolbar is installed in production"
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
DEBUG = os.environ.get("DEBUG") == "1"
INSTALLED_APPS = ["django.contrib.admin"]
if DEBUG:
    INSTALLED_APPS += ["debug_toolbar"]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "INSTALLED_APPS", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			if set.State == django.Default {
				return opinion{}
			}
			e, there := findElement(set.Value, func(n string) bool { return isDevApp(p, n) })
			if n, _ := elementName(e); there == surelyIn {
				return failing("%s is installed in production", n).about(e)
			} else if there == maybeIn && n != "" {
				return unknowing("set the variable that decides it in an environment template", "whether %s is installed depends on a branch that cannot be decided", n).about(e)
			} else if there == maybeIn {
				return undecided(set)
			}
			return passing("no development tool is installed")
		})
	},
}

// isDevApp reports whether an entry of INSTALLED_APPS is a tool for development only. django_extensions is one where its
// runserver_plus can start: with werkzeug, whose debugger runs code.
func isDevApp(p *deploy.Project, entry string) bool {
	top, _, _ := strings.Cut(entry, ".")
	switch top {
	case "debug_toolbar", "silk", "nplusone", "devserver", "django_pdb", "sslserver", "livereload", "django_browser_reload", "debug_permissions",
		"template_profiler_panel", "debug_toolbar_force", "graphiql_debug_toolbar", "werkzeug_debugger_runserver", "dev_toolbar", "debugtools",
		"request_profiler":
		return true
	case "django_extensions":
		_, werkzeug := p.Requirements["werkzeug"]
		return werkzeug || strings.Contains(p.Command, "runserver_plus")
	}
	return false
}
