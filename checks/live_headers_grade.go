package checks

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

var liveHeadersGrade = &LiveCheck{
	Check: Check{
		ID:       "live-headers-grade",
		Title:    "The security headers would not be graded A",
		Severity: Low,
		Why:      "Each of the six headers closes a way in through the browser: injected scripts, frames, wrong types, leaked addresses, plain HTTP. The checklist asks for A or A+.",
		Fix:      "Send the missing headers with add_header … always in the TLS server, or from Django's middleware.",
		Misses:   "Grades below A, which the service never published.",
		Refs:     []string{"https://securityheaders.com/", "https://owasp.org/www-project-secure-headers/"},
		Bad:      headerSite(`"Strict-Transport-Security": ["max-age=63072000"]`),
		Good: headerSite(`"Strict-Transport-Security": ["max-age=63072000"], "Content-Security-Policy": ["default-src 'self'"],
   "Permissions-Policy": ["camera=()"], "Referrer-Policy": ["same-origin"], "X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["DENY"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if answered(s, v) == nil {
			return
		}
		g := grade.SecurityHeaders(s)
		rubric := fmt.Sprintf("by the rubric of %s (%s)", g.Rubric, g.Version)
		var missing, warned []string
		for _, r := range g.Rules {
			switch r.Cap {
			case "below A":
				missing = append(missing, r.Name)
			case "A":
				warned = append(warned, r.Name+": "+r.Result)
			}
		}
		at := s.HTTPS.Last().URL
		switch {
		case g.Refused != "":
			v.unknownAt(s.URL, "run it again", "there is no grade: %s", g.Refused)
		case len(missing) > 0:
			v.failAt(at, "below A %s, as it lacks %s", rubric, strings.Join(missing, ", ")).because(reasons(&g)...)
		case len(warned) > 0:
			v.passAt(at, "A at best %s, for %s", rubric, someOf(warned, 2))
		default:
			v.passAt(at, "A+ is in reach %s", rubric)
		}
	},
}

// headerSite is an archive of facts with the headers of a page, for the proofs of checks of headers.
func headerSite(headers string) string {
	return `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "depth": "full",
 "handshakes": [{"address": "93.184.215.14", "trust": {"verified": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12", "serial": "1", "name_count": 0, "sha256": "ab",
   "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z", "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA"}]}],
 "http": {"responses": [{"method": "GET", "url": "http://example.org/", "status": 301, "length": 0},
  {"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]},
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9, "headers": {
   ` + headers + `}}]}}
`
}
