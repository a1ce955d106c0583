package grade

import (
	"fmt"
	"slices"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// What Mozilla's server side TLS guidelines 6.0 (6 April 2026) allow.
var (
	mozillaTLS13 = []tlsprobe.Suite{0x1301, 0x1302, 0x1303}
	// ECDHE with an ECDSA or RSA certificate; of AES-128-GCM, AES-256-GCM and ChaCha20.
	mozillaTLS12 = []tlsprobe.Suite{0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8}
	// The guidelines of 2023 had DHE with an RSA certificate besides.
	mozilla57 = []tlsprobe.Suite{0x009E, 0x009F, 0xCCAA}
)

// Mozilla says which configuration of Mozilla's guidelines 6.0 what is offered complies with: "modern", "intermediate",
// "intermediate 5.7" for one that was intermediate until 2026, or "" if it offers more, which the rules name. Not offering something
// that is allowed is compliant. Curves and lifetimes are left out, as checkers of the guidelines do.
func Mozilla(s *site.Site) Grade {
	g := Grade{Rubric: "Mozilla server side TLS", Version: "6.0"}
	if s.TLS == nil {
		g.Refused = "TLS was not probed"
		return g
	}
	level, any := 0, false
	worse := func(to int, name, result string) {
		g.Rules = append(g.Rules, Rule{Name: name, Result: result})
		level = max(level, to)
	}
	for _, v := range s.TLS.Versions {
		switch {
		case v.Offered != tlsprobe.Yes && v.Offered != tlsprobe.No:
			g.NotEvaluated = append(g.NotEvaluated, fmt.Sprintf("whether %s is offered: %s", v.Version, v.Reason))
			continue
		case v.Offered == tlsprobe.No:
			continue
		}
		any = true
		if !v.Complete {
			g.NotEvaluated = append(g.NotEvaluated, fmt.Sprintf("suites of %s beyond the %d that were found", v.Version, len(v.Suites)))
		}
		switch {
		case v.Version < tlsprobe.TLS12:
			worse(3, "protocol", v.Version.String()+" is offered")
		case v.Version == tlsprobe.TLS12:
			worse(1, "protocol", "TLSv1.2 is offered")
		}
		for _, suite := range v.Suites {
			switch {
			case slices.Contains(mozillaTLS13, suite), v.Version <= tlsprobe.TLS12 && slices.Contains(mozillaTLS12, suite):
			case v.Version == tlsprobe.TLS12 && slices.Contains(mozilla57, suite):
				worse(2, "suite", suite.Name()+" is offered")
			default:
				worse(3, "suite", fmt.Sprintf("%s is offered with %s", suite, v.Version))
			}
		}
	}
	if !any {
		g.Refused = "no version of TLS is offered that is known"
		return g
	}
	for _, dh := range s.TLS.DH {
		if dh.Bits < 2048 {
			worse(3, "dh", fmt.Sprintf("Diffie-Hellman parameters have %d bits", dh.Bits))
		}
	}
	if len(s.Handshakes) > 0 && s.Handshakes[0].Leaf() != nil {
		for _, c := range leaves(s, s.Handshakes[0].Leaf()) {
			switch {
			case c.Key == "RSA" && c.Bits < 2048:
				worse(3, "key", fmt.Sprintf("the certificate has an RSA key of %d bits", c.Bits))
			case c.Key == "RSA":
				worse(1, "key", fmt.Sprintf("the certificate has an RSA key of %d bits", c.Bits))
			}
		}
	} else {
		g.NotEvaluated = append(g.NotEvaluated, "the key of the certificate")
	}
	g.Letter = [...]string{"modern", "intermediate", "intermediate 5.7", ""}[level]
	return g
}
