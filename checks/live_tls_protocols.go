package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

var liveTLSProtocols = &LiveCheck{
	Check: Check{
		ID:       "live-tls-protocols",
		Title:    "The site offers TLS below 1.2",
		Severity: High,
		Why:      "TLS 1.0 and 1.1 rest on hashes that are broken, and RFC 8996 forbids them. SSL 3.0 can be read by whoever is on the network.",
		Fix:      "Write ssl_protocols TLSv1.2 TLSv1.3; and reload nginx: the first server block of a port decides for all of them.",
		Misses:   "SSL 2.0, which has a hello of its own.",
		Refs:     []string{"https://www.rfc-editor.org/rfc/rfc8996", "https://ssl-config.mozilla.org/guidelines/6.0.json"},
		Bad:      gradedSite(`{"version": "TLSv1.0", "offered": "yes", "complete": true, "suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}`),
		Good: gradedSite(`{"version": "TLSv1.3", "offered": "yes", "complete": true, "suites": ["TLS_AES_128_GCM_SHA256"]},
   {"version": "TLSv1.1", "offered": "no", "reason": "alert 70 (protocol_version)", "complete": false}`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if s.TLS == nil || len(s.TLS.Versions) == 0 {
			unanswered(s, v)
			return
		}
		var offered, open []string
		weak := false
		for _, x := range s.TLS.Versions {
			switch {
			case x.Offered == tlsprobe.Yes && x.Version < tlsprobe.TLS12:
				weak = true
				v.failAt(s.URL, "%s is offered", x.Version)
			case x.Offered == tlsprobe.Yes:
				offered = append(offered, x.Version.String())
			case x.Offered != tlsprobe.No:
				open = append(open, x.Version.String())
			}
		}
		switch {
		case len(open) == len(s.TLS.Versions):
			unanswered(s, v)
		case len(open) > 0:
			v.unknownAt(s.URL, "run it again, from a network with a better line", "whether %s is offered: the server gives no clear answer", strings.Join(open, ", "))
		case weak:
		case len(offered) == 0:
			v.unknownAt(s.URL, "run it from where the site can be reached", "no version of TLS is offered to this machine")
		default:
			v.passAt(s.URL, "%s, and none below", strings.Join(offered, " and "))
		}
	},
}
