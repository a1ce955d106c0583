package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

// isAdmin reports whether a URL pattern is that of an admin site: Django's own, or an AdminSite of the project's.
func isAdmin(u deploy.URLPattern) bool {
	t := strings.ToLower(u.Target)
	return strings.HasSuffix(t, "admin.site.urls") || strings.Contains(t, "admin") && strings.HasSuffix(t, "site.urls")
}

// usualAdmin reports whether a route is the one that scanners try, with or without a language before it.
func usualAdmin(route string) bool {
	route = strings.TrimPrefix(route, "…/")
	return route == "admin/" || route == "admin"
}

func fallenBack(reads []django.Read) bool {
	for _, r := range reads {
		if r.Fallback {
			return true
		}
	}
	return false
}

// guardsAdmin matches middleware that lets only some clients reach the admin.
func guardsAdmin(n string) bool {
	n = strings.ToLower(n)
	if !strings.Contains(n, "admin") {
		return false
	}
	for _, w := range []string{"restrict", "allow", "whitelist", "ip", "lock", "guard", "protect", "block"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}

// routeTo is the route by which a view is reached, or "".
func routeTo(p *deploy.Project, view string) string {
	for _, u := range p.URLs {
		if lastPart(view)(u.Target) || lastPart(view+".as_view")(u.Target) {
			return u.Route
		}
	}
	return ""
}
