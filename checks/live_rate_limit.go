package checks

import "github.com/prodcheck/prodcheck/internal/site"

var liveRateLimit = &LiveCheck{
	Check: Check{
		ID:       "live-rate-limit",
		Title:    "Requests are not limited",
		Severity: Low,
		Why:      "Without a limit one machine can try passwords by the thousand, or keep the application busy for everybody else.",
		Fix:      "Write limit_req_zone and limit_req in nginx for the login and the API, or use Django REST Framework's throttles.",
		Misses:   "A limit above the number of requests that were made, and other paths. Without --rate-limit nothing is tried.",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_limit_req_module.html"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "burst": {"path": "/api/", "requests": 30, "statuses": {"200": 30}}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "burst": {"path": "/api/", "requests": 30, "statuses": {"200": 12, "503": 18}}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		b := s.Burst
		if b == nil {
			v.unknownAt(s.URL, "prodcheck verify --rate-limit PATH, which makes 30 requests in a row", "no burst of requests is made unless it is asked for")
			return
		}
		at := s.URL + b.Path[min(1, len(b.Path)):]
		refused := b.Statuses[429] + b.Statuses[503]
		switch {
		case refused > 0:
			v.passAt(at, "%d of %d requests in a row are refused", refused, b.Requests)
		case b.Requests < 10 || b.Statuses[0]*2 > b.Requests:
			v.unknownAt(at, "run it again", "of %s in a row %d got no answer", plural(b.Requests, "%d request", "%d requests"), b.Statuses[0])
		default:
			v.failAt(at, "%d requests in a row are all answered", b.Requests)
		}
	},
}
