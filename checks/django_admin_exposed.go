package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoAdminExposed = &Check{
	ID:       "django-admin-exposed",
	Title:    "The admin's login page is where everybody looks for it",
	Severity: Low,
	Why:      "Every scanner of the web tries /admin/ and then passwords on it. One weak staff password opens all data of the site.",
	Fix:      "Serve the admin under a path of your own, or let the proxy allow only your addresses to reach it.",
	Misses:   "A restriction by a firewall, a VPN or a proxy outside the repository.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/contrib/admin/#hooking-adminsite-instances-into-your-urlconf", "https://docs.djangoproject.com/en/stable/howto/deployment/checklist/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["django.contrib.admin"]
ROOT_URLCONF = "site1.urls"
-- site1/urls.py --
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),  # want "the admin is at /admin/"
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
INSTALLED_APPS = ["django.contrib.admin"]
ROOT_URLCONF = "site1.urls"
-- site1/urls.py --
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("box-office/", admin.site.urls),
]
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range f.Projects() {
			if p.Unset == nil || hasApp(p.Unset, "django.contrib.admin") == notIn {
				continue
			}
			proxy := frontOf(f, p)
			guard, guarded := findElement(middlewareOf(p, p.Unset).Value, guardsAdmin)
			for _, u := range p.URLs {
				if !isAdmin(u) {
					continue
				}
				at := source.At(u.Span)
				for _, r := range u.Reads {
					at = at.Then(source.Step{Span: r.Span, Note: "reads " + r.Var.Name})
				}
				route := strings.TrimSuffix(strings.TrimLeft(u.Route, "^/"), "$")
				closed, kept := source.Evidence{}, false
				if u.Known {
					closed, kept = proxy.guards(route)
				}
				switch {
				case guarded == surelyIn:
					v.Pass(guard.Evidence(), "%s guards the admin", guard.Display(false))
				case kept:
					v.Pass(at.Then(source.Step{Span: closed.Span, Note: "strangers are kept out"}), "%s keeps strangers away from the admin", proxy.name)
				case (u.Known || strings.HasPrefix(route, "…/")) && usualAdmin(route):
					fd := v.Fail(at, "the admin is at /%s, for everybody", route)
					if fallenBack(u.Reads) {
						fd.Message = "the admin's path falls back to /" + route
						fd.FallsBack()
					}
				case !u.Known:
					v.Unknown(at, "document the admin's path in an environment template", "the admin's path cannot be worked out")
				default:
					v.Pass(at, "the admin is not at /admin/")
				}
			}
		}
	},
}
