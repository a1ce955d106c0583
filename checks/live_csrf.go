package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCSRF = &LiveCheck{
	Check: Check{
		ID:       "live-csrf",
		Title:    "The login form has no CSRF token",
		Severity: Medium,
		Why:      "Without a token another site can send forms in the name of a visitor who is logged in here.",
		Fix:      "Leave CsrfViewMiddleware on and write {% csrf_token %} into each form.",
		Misses:   "Forms other than the login's, and what the server does with a wrong token: nothing is posted.",
		Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/csrf/"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "login": {"responses": [{"method": "GET", "url": "https://example.org/admin/login/", "status": 200, "length": 900}],
  "page": {"url": "https://example.org/admin/login/", "title": "Log in | Django site admin", "password": true}}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "login": {"responses": [{"method": "GET", "url": "https://example.org/admin/login/", "status": 200, "length": 900,
   "headers": {"Set-Cookie": ["csrftoken=<64 bytes>; Secure; SameSite=Lax"]}}],
  "page": {"url": "https://example.org/admin/login/", "title": "Log in | Django site admin", "password": true, "csrf_field": true}}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		switch {
		case s.Login == nil:
			unlooked(s, v, "the login form", "http")
			return
		case !s.Login.Last().OK() || s.Login.Page == nil || s.Login.Last().Status >= 400:
			v.unknownAt(s.URL, "prodcheck verify --login-path /path/of/the/login/", "no login form was found%s", loginAt(s.Login))
			return
		}
		page := s.Login.Page
		switch {
		case page.CSRFField:
			for i := range s.Login.Responses {
				for _, c := range site.Cookies(&s.Login.Responses[i]) {
					if strings.Contains(strings.ToLower(c.Name), "csrf") && strings.EqualFold(c.SameSite, "none") {
						v.failAt(page.URL, "the cookie %s is SameSite=None: other sites' requests carry it", quote(c.Name)).WithSeverity(Low).WithFix("Set CSRF_COOKIE_SAMESITE to \"Lax\".")
					}
				}
			}
			if len(v.findings) == 0 {
				v.passAt(page.URL, "the login form has a CSRF token")
			}
		case page.Password && isDjangoAdmin(page):
			v.failAt(page.URL, "the login form of Django's admin has no CSRF token")
		case page.Password:
			v.unknownAt(page.URL, "look at how the form is sent", "the login form has no field of Django's for a CSRF token; a script may send one")
		default:
			v.unknownAt(page.URL, "prodcheck verify --login-path /path/of/the/login/", "the page has no login form")
		}
	},
}

func loginAt(c *site.Chain) string {
	if r := c.First(); r.OK() {
		return " at " + cutText(r.URL)
	}
	return ""
}

func isDjangoAdmin(p *site.Page) bool {
	return strings.Contains(p.Title, "Django site admin") || strings.Contains(p.Title, "Django administration")
}
