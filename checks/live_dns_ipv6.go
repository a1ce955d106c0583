package checks

import "github.com/prodcheck/prodcheck/internal/site"

var liveDNSIPv6 = &LiveCheck{
	Check: Check{
		ID:       "live-dns-ipv6",
		Title:    "The AAAA record leads nowhere",
		Severity: Medium,
		Why:      "Browsers that have IPv6 try it first, and so does Let's Encrypt: an AAAA record that leads nowhere slows visitors down and makes renewals fail.",
		Fix:      "Let the server listen on its IPv6 address ([::]:80 and [::]:443), or take the AAAA record away.",
		Misses:   "Without IPv6 on the machine that asks, whether the address answers.",
		Refs:     []string{"https://letsencrypt.org/docs/ipv6-support/", "https://www.rfc-editor.org/rfc/rfc8305"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "port": 443,
 "dns": {"ipv4": ["93.184.215.14"], "ipv6": ["2606:2800:21f::1"]},
 "handshakes": [{"address": "93.184.215.14", "version": "TLS 1.3", "trust": {"verified": true}},
  {"address": "2606:2800:21f::1", "error": "refused: the port is closed"}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "dns": {"ipv4": ["93.184.215.14"], "ipv6": ["2606:2800:21f::1"]},
 "handshakes": [{"address": "2606:2800:21f::1", "version": "TLS 1.3", "trust": {"verified": true}}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		d := s.DNS
		switch {
		case d.Overridden, d.Error != "": // told by live-dns
		case len(d.IPv6) > 0:
			if addressesAnswer(s, v, true) {
				v.passAt(s.Host, "resolves to %s", someOf(d.IPv6, 4))
			}
		}
	},
}
