package checks

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

var liveTLSGrade = &LiveCheck{
	Check: Check{
		ID:       "live-tls-grade",
		Title:    "TLS would not be graded A",
		Severity: Medium,
		Why:      "The grade sums up protocols, suites, keys and the certificate. The checklist asks for A or A+.",
		Fix:      "Offer TLS 1.2 and 1.3 with Mozilla's intermediate suites, send the whole chain, and HSTS of half a year for A+.",
		Misses:   "What the rubric asks and no probe here does: each grade names it. The grade is computed by the published rubric and is not the service's own.",
		Refs:     []string{"https://github.com/ssllabs/research/wiki/SSL-Server-Rating-Guide", "https://www.ssllabs.com/ssltest/"},
		Bad:      gradedSite(`{"version": "TLSv1.2", "offered": "yes", "complete": true, "suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}`),
		Good:     gradedSite(`{"version": "TLSv1.3", "offered": "yes", "complete": true, "suites": ["TLS_AES_128_GCM_SHA256"]}`),
	},
	Run: func(s *site.Site, v *Verdict) {
		g := grade.SSLLabs(s)
		if g.Refused != "" {
			if s.TLS == nil || len(s.Handshakes) == 0 || s.Handshakes[0].Leaf() == nil {
				unanswered(s, v)
				return
			}
			v.unknownAt(s.URL, "run it again", "there is no grade: %s", g.Refused)
			return
		}
		told := gradeTold(&g)
		switch g.Letter {
		case "A", "A+":
			for _, x := range s.TLS.Versions {
				if x.Offered == tlsprobe.Inconclusive {
					v.unknownAt(s.URL, "run it again, from a network with a better line", "whether it is %s hangs on %s: %s", told, x.Version, x.Reason)
					return
				}
			}
			v.passAt(s.URL, "%s", told)
		case "A-":
			v.failAt(s.URL, "it would be %s", told).WithSeverity(Low).because(reasons(&g)...)
		case "T", "M", "F":
			v.failAt(s.URL, "it would be %s", told).WithSeverity(High).because(reasons(&g)...)
		default:
			v.failAt(s.URL, "it would be %s", told).because(reasons(&g)...)
		}
	},
}

// gradedSite is an archive of facts with one version of TLS, for the proofs of checks of TLS.
func gradedSite(version string) string {
	return `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "start": "2026-11-23T00:00:00Z",
 "handshakes": [{"address": "93.184.215.14", "trust": {"verified": true, "chained": true, "in_time": true, "named": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12", "serial": "1", "name_count": 0, "sha256": "ab",
   "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z", "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA"}]}],
 "tls": {"address": "93.184.215.14:443", "depth": "full", "secure_renegotiation": "yes", "connections": 1,
  "versions": [` + version + `],
  "groups": {"groups": ["x25519"], "complete": true}, "curves": {"complete": true}},
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9,
  "headers": {"Strict-Transport-Security": ["max-age=63072000"]}}]}}
`
}

// gradeTold is a grade in one line: letter, rubric, version, score.
func gradeTold(g *grade.Grade) string {
	text := fmt.Sprintf("%s by %s, %s", g.Letter, g.Rubric, g.Version)
	if g.Score > 0 {
		text += fmt.Sprintf(", score %d", g.Score)
	}
	if g.IfTrusted != "" {
		text += fmt.Sprintf(", %s if the certificate were trusted", g.IfTrusted)
	}
	return text
}

// reasons are the rules that cost something.
func reasons(g *grade.Grade) (out []string) {
	for _, r := range g.Rules {
		switch {
		case r.Points < 0:
			out = append(out, fmt.Sprintf("%s: %s (%d)", r.Name, strings.ReplaceAll(r.Result, "-", " "), r.Points))
		case r.Cap == "below A":
			out = append(out, r.Name+": "+r.Result)
		case r.Cap != "":
			out = append(out, fmt.Sprintf("%s: %s (at best %s)", r.Name, r.Result, r.Cap))
		}
	}
	return out
}
