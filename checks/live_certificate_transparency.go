package checks

import (
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCertificateTransparency = &LiveCheck{
	Check: Check{
		ID:       "live-certificate-transparency",
		Title:    "The certificate is not in enough public logs",
		Severity: Medium,
		Why:      "Chrome and Safari refuse certificates that come without promises of public logs to list them. The logs are also where a certificate for the domain that somebody else got can be noticed.",
		Fix:      "Get the certificate from a public authority, which logs it by itself; Let's Encrypt does.",
		Misses:   "Whether the signatures of the promises are right, and whether browsers know the logs: that changes by the month.",
		Refs:     []string{"https://www.rfc-editor.org/rfc/rfc6962", "https://developer.mozilla.org/en-US/docs/Web/Security/Certificate_Transparency"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "trust_store": "system",
 "handshakes": [{"address": "93.184.215.14", "trust": {"verified": true, "chained": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=Sub", "serial": "1", "name_count": 0, "sha256": "ab",
   "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z", "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA",
   "scts": [{"log": "AAAA", "time": "2026-11-01T00:00:00Z", "source": "certificate"}]}]}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "trust_store": "system",
 "handshakes": [{"address": "93.184.215.14", "trust": {"verified": true, "chained": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12", "serial": "1", "name_count": 0, "sha256": "ab",
   "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z", "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA",
   "scts": [{"log": "AAAA", "time": "2026-11-01T00:00:00Z", "source": "certificate"},
    {"log": "BBBB", "time": "2026-11-01T00:00:00Z", "source": "certificate"}]}]}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Handshakes) == 0 || s.Handshakes[0].Leaf() == nil {
			unanswered(s, v)
			return
		}
		leaf := s.Handshakes[0].Leaf()
		logs := map[string]bool{}
		for _, t := range leaf.SCTs {
			logs[t.Log] = true
		}
		// two logs for a certificate of up to 180 days, three for a longer one, as the policies of Chrome and Apple have it
		need := 2
		if leaf.Lifetime() > 180*24*time.Hour {
			need = 3
		}
		switch {
		case len(logs) >= need:
			v.passAt(s.URL, "%d logs promise to list the certificate", len(logs))
		case s.TrustStore == "given" || !s.Handshakes[0].Trust.Chained:
			v.unknownAt(s.URL, "a certificate of a public authority", "a certificate of %s is in no public log, and need not be", quote(leaf.Issuer))
		default:
			v.failAt(s.URL, "%s of the %d that browsers ask for promise to list the certificate", plural(len(logs), "%d log", "%d logs"), need)
		}
	},
}
