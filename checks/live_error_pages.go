package checks

import "github.com/prodcheck/prodcheck/internal/site"

var liveErrorPages = &LiveCheck{
	Check: Check{
		ID:       "live-error-pages",
		Title:    "The site has no error page of its own",
		Severity: Info,
		Why:      "Who follows a dead link sees a bare page that does not lead back, and that tells what the site is made with.",
		Fix:      "Write templates/404.html and 500.html, and error_page in nginx for when Django is down.",
		Misses:   "The page for an error of the server: none is provoked, so look at it by hand.",
		Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/error-reporting/", "https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "missing": {"method": "GET", "url": "https://example.org/4f1c", "status": 404, "length": 153,
 "marks": [{"kind": "framework-page", "framework": "nginx", "text": "<hr><center>nginx"}]}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "missing": {"method": "GET", "url": "https://example.org/4f1c", "status": 404, "length": 2048}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		r := s.Missing
		if !r.OK() {
			unanswered(s, v)
			return
		}
		for _, m := range r.Marks {
			if m.Kind == "framework-page" {
				v.failAt(r.URL, "the page for %d is the one that %s comes with", r.Status, m.Framework)
				return
			}
			if m.Kind == "debug" {
				v.failAt(r.URL, "the page for %d is a debug page of %s", r.Status, m.Framework).WithSeverity(High)
				return
			}
		}
		switch {
		case r.Status >= 500:
			v.failAt(r.URL, "a path that does not exist answers %d", r.Status).WithSeverity(Medium)
		case r.Status == 404 || r.Status == 410:
			v.passAt(r.URL, "the page for %d is the site's own; that for 500 is not tested live", r.Status)
		default:
			v.unknownAt(r.URL, "look at the site's error pages by hand", "a path that does not exist answers %d: no error page shows", r.Status)
		}
	},
}
