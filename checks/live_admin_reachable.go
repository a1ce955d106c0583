package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveAdminReachable = &LiveCheck{
	Check: Check{
		ID:       "live-admin-reachable",
		Title:    "The admin can be reached from here",
		Severity: Low,
		Why:      "Every scanner of the web tries /admin/ and then passwords on it. One weak staff password opens all data of the site.",
		Fix:      "Serve the admin under a path of your own, or let the proxy allow only your addresses to reach it.",
		Misses:   "Whether strangers can reach it: from an address that is let in, everything looks open.",
		Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/contrib/admin/#hooking-adminsite-instances-into-your-urlconf"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "admin": {"responses": [{"method": "GET", "url": "https://example.org/admin/login/", "status": 200, "length": 900}],
 "page": {"url": "https://example.org/admin/login/", "title": "Log in | Django site admin", "password": true}}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "admin": {"responses": [{"method": "GET", "url": "https://example.org/admin/", "status": 403, "length": 9}]}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		last := s.Admin.Last()
		if s.Admin == nil || !last.OK() {
			unlooked(s, v, "the admin", "http")
			return
		}
		page := s.Admin.Page
		same := s.Missing.OK() && s.Missing.Status == last.Status && s.Missing.SHA256 == last.SHA256
		switch {
		case last.Status == 200 && page != nil && (isDjangoAdmin(page) || page.CSRFField && page.Password && strings.Contains(page.URL, "/login")):
			if near, yes := fromWithin(s); yes {
				v.unknownAt(page.URL, "run it from another network", "the admin answers at %s, which may be let in where strangers are not", near)
				return
			}
			v.failAt(page.URL, "the login of the admin answers from here")
		case last.Status == 401 || last.Status == 403:
			v.passAt(last.URL, "the admin answers %d from here", last.Status)
		case last.Status == 404 || same:
			v.passAt(last.URL, "there is no admin at %s", cutText(s.Admin.First().URL))
		default:
			v.unknownAt(last.URL, "prodcheck verify --admin-path /path/of/the/admin/", "what answers %d is not known to be the admin", last.Status)
		}
	},
}
