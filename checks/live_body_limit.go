package checks

import "github.com/prodcheck/prodcheck/internal/site"

var liveBodyLimit = &LiveCheck{
	Check: Check{
		ID:       "live-body-limit",
		Title:    "Request bodies of a gigabyte are accepted",
		Severity: Low,
		Why:      "Without a limit a few requests fill the server's disk and memory, and no password is needed for that.",
		Fix:      "Set client_max_body_size in nginx to what the largest upload needs; its default is one megabyte.",
		Misses:   "Limits of single paths, and one that the application has: it comes into force after the body was sent.",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "body_limit": {"announced": 1073741824, "outcome": "accepted",
 "response": {"method": "POST", "url": "https://example.org/", "status": 100, "length": 0}}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "body_limit": {"announced": 1073741824, "outcome": "refused",
 "response": {"method": "POST", "url": "https://example.org/", "status": 413, "length": 0}}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		b := s.BodyLimit
		if b == nil {
			unlooked(s, v, "the limit of request bodies", "http")
			return
		}
		switch b.Outcome {
		case "refused":
			v.passAt(b.Response.URL, "a POST that announces %d MiB is refused before its body", b.Announced>>20)
		case "accepted":
			v.failAt(b.Response.URL, "a POST that announces %d MiB is asked for its body", b.Announced>>20)
		case "answered":
			v.unknownAt(b.Response.URL, "a path that takes a POST", "a POST is answered %d before any body: whether one has a limit does not show", b.Response.Status)
		default:
			v.unknownAt(b.Response.URL, "run it again", "a POST that announces a body gets no answer: %s", b.Response.Error)
		}
	},
}
