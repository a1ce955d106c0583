package checks

import (
	"regexp"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveServerTokens = &LiveCheck{
	Check: Check{
		ID:       "live-server-tokens",
		Title:    "The site tells everyone its software and version",
		Severity: Low,
		Why:      "Every answer names the exact version, so that scanners know at once which published holes to try.",
		Fix:      "Write server_tokens off; in nginx's http block, and proxy_hide_header for what the application adds.",
		Misses:   "What a CDN in front takes away.",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens"},
		Bad:      headerSite(`"Server": ["nginx/1.22.1"]`),
		Good:     headerSite(`"Server": ["nginx"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if !s.HTTPS.First().OK() {
			unanswered(s, v)
			return
		}
		told := map[string]bool{}
		for _, r := range []*site.Response{s.HTTPS.Last(), s.HTTP.First(), s.Missing, s.Static} {
			if !r.OK() {
				continue
			}
			for _, name := range []string{"Server", "X-Powered-By", "X-Aspnet-Version", "X-Aspnetmvc-Version", "Via"} {
				value := r.Header(name)
				if told[name+value] || !versioned.MatchString(value) {
					continue
				}
				told[name+value] = true
				v.failAt(r.URL, "answers with %s: %s", name, cutText(value))
			}
		}
		if len(told) == 0 {
			server := s.HTTPS.First().Header("Server")
			if server == "" {
				v.passAt(s.HTTPS.First().URL, "no header names the software")
			} else {
				v.passAt(s.HTTPS.First().URL, "Server: %s", cutText(server))
			}
		}
	},
}

// versioned matches the name of a software with its version; "1.1 proxy", a Via without one, is none.
var versioned = regexp.MustCompile(`[A-Za-z][A-Za-z._-]*[/ ]v?\d+\.\d|^\d+\.\d+\.\d`)
