package checks

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveDNS = &LiveCheck{
	Check: Check{
		ID:       "live-dns",
		Title:    "The domain does not lead to the site",
		Severity: High,
		Why:      "A name that does not resolve, or resolves to an address that nobody outside reaches, is no site. Of several addresses each must answer, or every so many visitors see an error.",
		Fix:      "Let the A record name the public address of the server, and only addresses that answer on port 443.",
		Misses:   "What other resolvers answer: DNS may differ by place and time.",
		Refs:     []string{"https://www.rfc-editor.org/rfc/rfc1034"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "dns": {"error": "lookup example.org: no such host"}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "dns": {"addresses": ["93.184.215.14"], "ipv4": ["93.184.215.14"]},
 "handshakes": [{"address": "93.184.215.14", "version": "TLS 1.3", "trust": {"verified": true}}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		d := s.DNS
		switch {
		case d.Overridden:
			v.unknownAt(s.URL, "run it without --resolve, with the domain as the URL", "the address was given and not looked up")
			return
		case strings.Contains(d.Error, "no such host"):
			v.failAt(s.Host, "%s does not resolve", quote(s.Host))
			return
		case d.Error != "":
			v.unknownAt(s.Host, "run it again, or from elsewhere", "the resolver gives no answer for %s: %s", quote(s.Host), d.Error)
			return
		case len(d.IPv4)+len(d.IPv6) == 0:
			unanswered(s, v)
			return
		}
		for _, a := range d.Refused {
			v.failAt(s.Host, "%s resolves to %s: nobody on the internet reaches it", quote(s.Host), a)
		}
		if addressesAnswer(s, v, false) && len(d.Refused) == 0 && len(d.IPv4) > 0 {
			v.passAt(s.Host, "resolves to %s", someOf(d.IPv4, 4))
		}
	},
}

// addressesAnswer says which addresses of a family do not speak TLS as the others do, and reports whether all of them do.
func addressesAnswer(s *site.Site, v *Verdict, six bool) bool {
	good := slices.ContainsFunc(s.Handshakes, func(h site.Handshake) bool { return h.Trust.Verified })
	ok := true
	for i := range s.Handshakes {
		h := &s.Handshakes[i]
		a, err := netip.ParseAddr(h.Address)
		if err != nil || a.Is6() != six {
			continue
		}
		switch {
		case h.Version != "" && (h.Trust.Verified || !good):
		case strings.Contains(h.Error, "unreachable"), strings.Contains(h.Error, "no route"):
			ok = false
			v.unknownAt(s.Host, "run it from a machine that has such addresses", "%s cannot be reached from this machine's network", h.Address)
		case !good && h.Error != "": // that nothing answers at all is told elsewhere
			ok = false
			v.unknownAt(s.Host, "run it from where the site can be reached", "%s gives no answer on port %d: %s", h.Address, s.Port, h.Error)
		case h.Error != "":
			ok = false
			v.failAt(s.Host, "%s, one of the addresses of %s, gives no answer on port %d: %s", h.Address, quote(s.Host), s.Port, h.Error)
		default:
			ok = false
			v.failAt(s.Host, "%s, one of the addresses of %s, has another certificate, which is not trusted: %s", h.Address, quote(s.Host), h.Trust.Error)
		}
	}
	return ok
}
