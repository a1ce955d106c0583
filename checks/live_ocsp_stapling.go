package checks

import (
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveOCSPStapling = &LiveCheck{
	Check: Check{
		ID:       "live-ocsp-stapling",
		Title:    "OCSP stapling does not fit the certificate",
		Severity: Low,
		Why:      "Where an authority still runs OCSP, a stapled answer spares browsers from asking it, and it from knowing who visits the site. A certificate that demands stapling is refused without.",
		Fix:      "Set ssl_stapling with a resolver and ssl_trusted_certificate for such a certificate; for one without a responder, as all of Let's Encrypt's since May 2025, take ssl_stapling out.",
		Misses:   "Whether the certificate is on its authority's revocation list.",
		Refs:     []string{"https://letsencrypt.org/2024/12/05/ending-ocsp", "https://www.rfc-editor.org/rfc/rfc7633"},
		Bad:      stapledSite(`"must_staple": true, "ocsp": ["http://ocsp.example.net"]`, ""),
		Good: stapledSite(`"ocsp": ["http://ocsp.example.net"]`, `, "staple": {"status": "good",
  "this_update": "2026-11-22T00:00:00Z", "next_update": "2026-11-25T00:00:00Z"}`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Handshakes) == 0 || s.Handshakes[0].Leaf() == nil {
			unanswered(s, v)
			return
		}
		h := &s.Handshakes[0]
		leaf, staple := h.Leaf(), h.Staple
		switch {
		case staple != nil && staple.Status == "good" && (staple.NextUpdate.IsZero() || s.Start.Before(staple.NextUpdate)):
			v.passAt(s.URL, "a good answer is stapled, of %s", isoDate(staple.ThisUpdate))
		case staple != nil && staple.Status == "revoked": // told by live-certificate
			v.failAt(s.URL, "the stapled answer says that the certificate is revoked").WithSeverity(High)
		case staple != nil && staple.Status == "good":
			v.failAt(s.URL, "the stapled answer ended on %s", isoDate(staple.NextUpdate)).WithSeverity(mustStaple(leaf, Medium))
		case staple != nil:
			v.failAt(s.URL, "the stapled answer is %s: %s", staple.Status, staple.Error).WithSeverity(mustStaple(leaf, Medium))
		case leaf.MustStaple:
			v.failAt(s.URL, "the certificate demands a stapled answer, and none came in %s: browsers that heed it refuse the site", plural(h.Tries, "%d handshake", "%d handshakes")).WithSeverity(High)
		case leaf.Lifetime() <= 7*24*time.Hour: // shorter than revocation takes to be heard of
		case len(leaf.OCSP) > 0 && h.Tries < 3:
			v.unknownAt(s.URL, "prodcheck verify --depth full", "no answer came with the first handshake; nginx fetches it after that")
		case len(leaf.OCSP) > 0:
			v.failAt(s.URL, "no answer is stapled in %s, though the certificate names a responder", plural(h.Tries, "%d handshake", "%d handshakes"))
		}
		// Without a responder there is nothing to staple: not applicable.
	},
}

// mustStaple is High for a certificate that demands stapling.
func mustStaple(c *site.Certificate, otherwise Severity) Severity {
	if c.MustStaple {
		return High
	}
	return otherwise
}

// stapledSite is an archive of facts with one certificate and what came with it.
func stapledSite(leaf, staple string) string {
	return `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "start": "2026-11-23T00:00:00Z",
 "handshakes": [{"address": "93.184.215.14", "tries": 3, "trust": {"verified": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12", "serial": "1", "name_count": 0, "sha256": "ab",
   "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z", "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA",
   ` + leaf + `}]` + staple + `}]}
`
}
