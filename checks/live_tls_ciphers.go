package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

var liveTLSCiphers = &LiveCheck{
	Check: Check{
		ID:       "live-tls-ciphers",
		Title:    "The site accepts weak cipher suites",
		Severity: Medium,
		Why:      "With a broken suite an attacker who records the traffic can read or change it. Without forward secrecy everything recorded so far can be read once the server's key leaks.",
		Fix:      "Use Mozilla's intermediate list, ECDHE with AES-GCM and ChaCha20 alone, and reload nginx.",
		Misses:   "Suites that the server offers only together with extensions that no client of today sends.",
		Refs:     []string{mozillaTLS, "https://ssl-config.mozilla.org/guidelines/6.0.json"},
		Bad:      gradedSite(`{"version": "TLSv1.2", "offered": "yes", "complete": true, "suites": ["TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"]}`),
		Good:     gradedSite(`{"version": "TLSv1.2", "offered": "yes", "complete": true, "suites": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if s.TLS == nil || len(s.TLS.Versions) == 0 {
			unanswered(s, v)
			return
		}
		broken, weak, n, complete := sortSuites(s.TLS)
		switch {
		case n == 0:
			unanswered(s, v)
			return
		case len(broken) > 0:
			v.failAt(s.URL, "%s", suitesTold(broken, "offers broken suites")).WithSeverity(High)
		}
		if names := weak["no forward secrecy"]; len(names) > 0 {
			v.failAt(s.URL, "offers %s, which %s no forward secrecy", someOf(names, 3), verbFor(len(names), "has", "have"))
		}
		if names := weak["no AEAD"]; len(names) > 0 {
			v.failAt(s.URL, "offers %s, which %s CBC with a MAC beside it: timing attacks keep coming back to %s", someOf(names, 3), verbFor(len(names), "is", "are"), verbFor(len(names), "it", "them")).WithSeverity(Low)
		}
		for _, dh := range s.TLS.DH {
			if dh.Bits < 2048 {
				v.failAt(s.URL, "the Diffie-Hellman parameters have %d bits", dh.Bits).WithSeverity(High).WithFix("Leave the DHE suites out, or write ssl_dhparam with parameters of 2048 bits or more.")
			}
		}
		switch {
		case len(v.findings) > 0:
		case s.TLS.Depth == tlsprobe.Basic:
			v.unknownAt(s.URL, "prodcheck verify --depth full", "suites beyond one for each version are not looked at with --depth basic")
		case !complete:
			v.unknownAt(s.URL, "run it again, from a network with a better line", "the list of suites is not complete: the server gives no clear answer")
		default:
			v.passAt(s.URL, "%s, all with forward secrecy and authenticated encryption", plural(n, "%d suite", "%d suites"))
		}
	},
}

// sortSuites puts the suites that are offered into those that are broken, by what is broken, and those that are weak. complete says
// that the server was asked for all others too.
func sortSuites(r *tlsprobe.Result) (broken, weak map[string][]string, n int, complete bool) {
	broken, weak, complete = map[string][]string{}, map[string][]string{}, true
	seen := map[tlsprobe.Suite]bool{}
	for _, x := range r.Versions {
		if x.Offered == tlsprobe.Yes && !x.Complete || x.Offered == tlsprobe.Inconclusive {
			complete = false
		}
		for _, suite := range x.Suites {
			if seen[suite] {
				continue
			}
			seen[suite] = true
			n++
			a := suite.Attributes()
			switch {
			case a.Enc == "NULL":
				broken["without encryption"] = append(broken["without encryption"], suite.Name())
			case a.Anon:
				broken["without authentication"] = append(broken["without authentication"], suite.Name())
			case a.Export, strings.HasPrefix(a.Enc, "RC4"), a.Block == 64, a.Mac == "MD5", a.Bits < 112:
				broken["with a broken cipher"] = append(broken["with a broken cipher"], suite.Name())
			case !a.ForwardSecret:
				weak["no forward secrecy"] = append(weak["no forward secrecy"], suite.Name())
			case !a.AEAD:
				weak["no AEAD"] = append(weak["no AEAD"], suite.Name())
			}
		}
	}
	return broken, weak, n, complete
}

// suitesTold names the first suites of each kind, the kinds in a fixed order.
func suitesTold(kinds map[string][]string, lead string) string {
	var parts []string
	for _, k := range []string{"without encryption", "without authentication", "with a broken cipher"} {
		if names := kinds[k]; len(names) > 0 {
			slices.Sort(names)
			parts = append(parts, fmt.Sprintf("%s (%s)", k, someOf(names, 2)))
		}
	}
	return lead + ": " + strings.Join(parts, ", ")
}

func verbFor(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
