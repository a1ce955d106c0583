package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCertificate = &LiveCheck{
	Check: Check{
		ID:       "live-certificate",
		Title:    "The certificate is not right, or about to end",
		Severity: High,
		Why:      "Browsers refuse a site whose certificate is for another name, over, or not from an authority that they trust. A certificate with little of its lifetime left says that renewal does not work.",
		Fix:      "Have certbot renew (certbot renew --force-renewal) and nginx reload, serve fullchain.pem, and look why the renewal did not run.",
		Misses:   "Whether a certificate was revoked, unless a stapled answer says so.",
		Refs:     []string{"https://letsencrypt.org/docs/integration-guide/", "https://cabforum.org/working-groups/server/baseline-requirements/"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "start": "2026-11-23T00:00:00Z",
 "handshakes": [{"address": "93.184.215.14", "version": "TLS 1.3",
  "trust": {"verified": false, "chained": true, "in_time": false, "named": true, "error": "certificate has expired"},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12,O=Let's Encrypt", "issuer_org": "Let's Encrypt", "serial": "1",
   "names": ["example.org"], "name_count": 1, "not_before": "2026-08-01T00:00:00Z", "not_after": "2026-10-30T00:00:00Z",
   "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA", "sha256": "ab"}]}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "start": "2026-11-23T00:00:00Z",
 "handshakes": [{"address": "93.184.215.14", "version": "TLS 1.3",
  "trust": {"verified": true, "chained": true, "in_time": true, "named": true},
  "chain": [{"subject": "CN=example.org", "issuer": "CN=R12,O=Let's Encrypt", "issuer_org": "Let's Encrypt", "serial": "1",
   "names": ["example.org"], "name_count": 1, "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z",
   "key": "ECDSA", "bits": 256, "signature": "SHA256-RSA", "sha256": "ab"}]}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Handshakes) == 0 || s.Handshakes[0].Leaf() == nil {
			if len(s.Handshakes) > 0 && s.HTTPS.First().OK() {
				v.unknownAt(s.URL, "run it again", "the certificate was not seen: %s", s.Handshakes[0].Error)
				return
			}
			unanswered(s, v)
			return
		}
		for i := range s.Handshakes {
			h := &s.Handshakes[i]
			if leaf := h.Leaf(); leaf != nil && (i == 0 || leaf.SHA256 != s.Handshakes[0].Leaf().SHA256) {
				judgeCertificate(s, v, h, leaf)
			}
		}
	},
}

// judgeCertificate says what is wrong with one certificate, each thing once.
func judgeCertificate(s *site.Site, v *Verdict, h *site.Handshake, leaf *site.Certificate) {
	t, before := h.Trust, len(v.findings)
	left := leaf.NotAfter.Sub(s.Start)
	switch {
	case s.Start.After(leaf.NotAfter):
		v.failAt(s.URL, "the certificate ended on %s, %s ago", isoDate(leaf.NotAfter), span(-left)).WithSeverity(Critical)
	case s.Start.Before(leaf.NotBefore):
		v.failAt(s.URL, "the certificate begins on %s only", isoDate(leaf.NotBefore))
	}
	if !t.Named {
		names := append([]string{}, leaf.Names...)
		if len(names) == 0 {
			names = []string{"no name"}
		}
		v.failAt(s.URL, "the certificate is for %s and not for %s", quote(someOf(names, 3)), s.Host).WithFix("Ask for a certificate that names every host of the site: certbot certonly -d %s …", s.Host)
	}
	switch {
	case t.SelfSigned && !t.Chained:
		v.failAt(s.URL, "the certificate is signed by itself: no browser trusts it")
	case t.Incomplete && !t.Chained:
		v.failAt(s.URL, "the certificate of the issuer %s is not sent: clients that do not have it refuse the site", quote(leaf.Issuer)).WithFix("Point ssl_certificate at fullchain.pem, which has the issuer's certificate too.")
	case !t.Chained:
		v.failAt(s.URL, "the certificate is from %s, whom %s: %s", quote(leaf.Issuer), trustedBy(s, "does not trust"), t.Error)
	case !t.Verified && t.InTime && t.Named:
		v.failAt(s.URL, "the certificate is refused: %s", t.Error)
	}
	if h.Staple != nil && h.Staple.Status == "revoked" {
		v.failAt(s.URL, "the certificate is revoked, as the answer of its issuer that the site sends along says").WithSeverity(Critical)
	}
	if leaf.Key == "RSA" && leaf.Bits < 2048 {
		v.failAt(s.URL, "the key of the certificate is RSA with %d bits", leaf.Bits)
	}
	if !t.InTime || left < 0 {
		return
	}
	used := leaf.Used(s.Start)
	rest := fmt.Sprintf("%s left of %s", span(left), span(leaf.Lifetime()))
	switch {
	case used > 5./6, left < 48*time.Hour && leaf.Lifetime() > 10*24*time.Hour:
		v.failAt(s.URL, "the certificate ends on %s, %s: renewal does not work", isoDate(leaf.NotAfter), rest)
	case used > 2./3:
		v.failAt(s.URL, "the certificate ends on %s, %s: renewal is late", isoDate(leaf.NotAfter), rest).WithSeverity(Low)
	}
	if len(v.findings) > before {
		return
	}
	issuer := leaf.IssuerOrg
	if issuer == "" {
		issuer = leaf.Issuer
	}
	note := ""
	if !strings.EqualFold(issuer, "Let's Encrypt") {
		note = ", not Let’s Encrypt"
	}
	v.passAt(s.URL, "from %s%s, trusted by %s, %s", quote(issuer), note, trustedBy(s, ""), rest)
}

// trustedBy names the roots that were asked.
func trustedBy(s *site.Site, verb string) string {
	who := "this machine"
	if s.TrustStore == "given" {
		who = "the file of --ca-file"
	}
	return strings.TrimSpace(who + " " + verb)
}

// span writes a duration in days, or in hours where there are less than three days.
func span(d time.Duration) string {
	if d < 72*time.Hour {
		return plural(int(d.Hours()), "%d hour", "%d hours")
	}
	return plural(int(d.Hours()/24), "%d day", "%d days")
}
