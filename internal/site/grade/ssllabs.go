package grade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// sixMonths is what HSTS must last for A+, in seconds: 180 days, as SSL Labs counts them.
const sixMonths = 15552000

// letters are those of the rubric, best first.
var letters = []string{"A+", "A", "A-", "B", "C", "D", "E", "F"}

// An ssllabs collects what the rules say.
type ssllabs struct {
	g        Grade
	warnings int
	limit    string // the best letter that is left
}

// rule notes a rule that changes nothing.
func (x *ssllabs) rule(name, result string) {
	x.g.Rules = append(x.g.Rules, Rule{Name: name, Result: result})
}

// capAt notes a rule that leaves no better letter.
func (x *ssllabs) capAt(letter, name, result string) {
	x.g.Rules = append(x.g.Rules, Rule{Name: name, Result: result, Cap: letter})
	if slices.Index(letters, letter) > slices.Index(letters, x.limit) {
		x.limit = letter
	}
}

// warn notes a rule that takes A down to A-.
func (x *ssllabs) warn(name, result string) {
	x.g.Rules = append(x.g.Rules, Rule{Name: name, Result: result, Cap: "A-"})
	x.warnings++
}

// unknown notes a rule that no fact answers.
func (x *ssllabs) unknown(format string, args ...any) {
	x.g.NotEvaluated = append(x.g.NotEvaluated, fmt.Sprintf(format, args...))
}

// SSLLabs applies the SSL Labs SSL Server Rating Guide 2009r (16 May 2025) to what was seen of the first address. Keys of elliptic
// curves count as the RSA keys that NIST SP 800-57 takes for as strong. What the guide judges by simulating handshakes of
// browsers is judged by two lists of suites that clients offer: see chosen.
func SSLLabs(s *site.Site) Grade {
	x := &ssllabs{g: Grade{Rubric: "SSL Labs SSL Server Rating Guide", Version: "2009r", NotEvaluated: tlsprobe.NotEvaluated()}, limit: "A+"}
	if s.TLS == nil || len(s.Handshakes) == 0 {
		x.g.Refused = "TLS was not probed"
		return x.g
	}
	offered := x.protocols(s.TLS)
	if len(offered) == 0 {
		return x.g
	}
	leaf := s.Handshakes[0].Leaf()
	if leaf == nil {
		x.g.Refused = "the certificate was not seen"
		return x.g
	}
	protocol := x.protocolScore(offered)
	key := x.keyScore(s, leaf, offered)
	cipher := x.cipherScore(offered)
	score := (30*protocol + 30*key + 40*cipher) / 100
	// Nothing makes up for no security at all in one of the three.
	if protocol == 0 || key == 0 || cipher == 0 {
		score = 0
	}
	x.g.Score = score
	x.features(s, offered)
	x.hsts(s)
	for _, c := range leaves(s, leaf) {
		x.signature(c)
	}
	x.chain(s.Handshakes[0].Trust)
	letter := "F"
	for _, row := range []struct {
		from   int
		letter string
	}{{80, "A"}, {65, "B"}, {50, "C"}, {35, "D"}, {20, "E"}} {
		if score >= row.from {
			letter = row.letter
			break
		}
	}
	if slices.Index(letters, x.limit) > slices.Index(letters, letter) {
		letter = x.limit
	}
	if letter == "A" {
		if x.warnings > 0 {
			letter = "A-"
			// Any cap, even one at A, rules A+ out.
		} else if h := hstsOf(s); h.Invalid == "" && h.MaxAge >= sixMonths && x.limit == "A+" {
			letter = "A+"
		}
	}
	x.g.Letter = letter
	x.trust(s)
	return x.g
}

// protocols returns the versions that are offered. Without an answer about every version there is no grade that means anything.
func (x *ssllabs) protocols(r *tlsprobe.Result) []tlsprobe.VersionResult {
	var offered []tlsprobe.VersionResult
	for _, v := range r.Versions {
		switch {
		case v.Offered == tlsprobe.Yes:
			offered = append(offered, v)
			if !v.Complete && r.Depth == tlsprobe.Full {
				x.unknown("suites of %s beyond the %d that were found", v.Version, len(v.Suites))
			}
		case v.Offered != tlsprobe.No:
			x.unknown("whether %s is offered: %s", v.Version, v.Reason)
		}
	}
	if r.Depth != tlsprobe.Full {
		x.unknown("suites beyond one for each version: the probe was a basic one")
	}
	if len(offered) == 0 {
		x.g.Refused = "no version of TLS is offered that is known"
	}
	return offered
}

// protocolScores are the scores of versions; the guide's table ends at TLS 1.2, and 1.3 counts as that.
var protocolScores = map[tlsprobe.Version]int{tlsprobe.SSL30: 80, tlsprobe.TLS10: 90, tlsprobe.TLS11: 95, tlsprobe.TLS12: 100, tlsprobe.TLS13: 100}

// protocolScore is the mean of the best and the worst version.
func (x *ssllabs) protocolScore(offered []tlsprobe.VersionResult) int {
	best, worst := 0, 100
	var names []string
	for _, v := range offered {
		best, worst = max(best, protocolScores[v.Version]), min(worst, protocolScores[v.Version])
		names = append(names, v.Version.String())
	}
	x.rule("protocol", fmt.Sprintf("%d points for %s", (best+worst)/2, strings.Join(names, ", ")))
	has := func(v tlsprobe.Version) bool {
		return slices.ContainsFunc(offered, func(o tlsprobe.VersionResult) bool { return o.Version == v })
	}
	switch {
	case !has(tlsprobe.TLS10) && !has(tlsprobe.TLS11) && !has(tlsprobe.TLS12) && !has(tlsprobe.TLS13):
		x.capAt("F", "ssl3-only", "SSLv3 is the best protocol")
	case !has(tlsprobe.TLS12) && !has(tlsprobe.TLS13):
		x.capAt("C", "no-tls1.2", "TLS 1.2 is not offered")
	}
	if has(tlsprobe.SSL30) {
		x.capAt("B", "ssl3", "SSLv3 is offered")
	}
	for _, v := range []tlsprobe.Version{tlsprobe.TLS10, tlsprobe.TLS11} {
		if has(v) {
			x.capAt("B", "legacy-tls", v.String()+" is offered")
		}
	}
	if !has(tlsprobe.TLS13) {
		x.warn("no-tls1.3", "TLS 1.3 is not offered")
	}
	return (best + worst) / 2
}

// equivalent returns the RSA bits of a key, by NIST SP 800-57 part 1, table 2.
func equivalent(c *site.Certificate) int {
	switch {
	case c.Key == "RSA" || c.Key == "DSA":
		return c.Bits
	case c.Bits >= 512:
		return 15360
	case c.Bits >= 384:
		return 7680
	case c.Bits >= 256:
		return 3072
	case c.Bits >= 224:
		return 2048
	}
	return c.Bits * 4 // below 224 bits the table has 1024 for 160
}

// keyScore scores bits of RSA or Diffie-Hellman.
func keyScore(bits int) int {
	switch {
	case bits < 512:
		return 20
	case bits < 1024:
		return 40
	case bits < 2048:
		return 80
	case bits < 4096:
		return 90
	}
	return 100
}

// keyScore returns the score of the weaker of certificate and parameters; the key of an anonymous exchange is none.
func (x *ssllabs) keyScore(s *site.Site, leaf *site.Certificate, offered []tlsprobe.VersionResult) int {
	score, result := 100, ""
	for _, c := range leaves(s, leaf) {
		bits := equivalent(c)
		key := fmt.Sprintf("%s of %d bits", c.Key, c.Bits)
		if n := keyScore(bits); n < score || result == "" {
			score, result = n, key
		}
		switch {
		case c.Key == "RSA" && c.Exponent == 1:
			x.capAt("F", "exponent", "the exponent of the RSA key is 1")
		case bits < 1024:
			x.capAt("F", "key", "the certificate has a key of "+key)
		case bits < 2048:
			x.capAt("B", "key", "the certificate has a key of "+key)
		}
	}
	for _, dh := range s.TLS.DH {
		if n := keyScore(dh.Bits); n < score {
			score, result = n, fmt.Sprintf("Diffie-Hellman of %d bits", dh.Bits)
		}
		switch {
		case dh.Bits < 1024:
			x.capAt("F", "dh", fmt.Sprintf("Diffie-Hellman parameters have %d bits", dh.Bits))
		case dh.Bits < 2048:
			x.capAt("B", "dh", fmt.Sprintf("Diffie-Hellman parameters have %d bits", dh.Bits))
		}
	}
	for _, g := range slices.Concat(s.TLS.Groups.Groups, s.TLS.Curves.Groups) {
		if n := g.Strength(); n > 0 && keyScore(n) < score {
			score, result = keyScore(n), "the group "+g.String()
		}
	}
	for _, suite := range suitesOf(offered) {
		switch a := suite.Attributes(); {
		case a.Anon:
			score, result = 0, "no key at all: "+suite.Name()
		case a.Export:
			score, result = min(score, 40), "the export suite "+suite.Name()
		}
		if score == 0 {
			break
		}
	}
	x.rule("key-exchange", fmt.Sprintf("%d points for %s", score, result))
	return score
}

// leaves returns the certificate and those that other clients get.
func leaves(s *site.Site, leaf *site.Certificate) []*site.Certificate {
	out := []*site.Certificate{leaf}
	for i := range s.Alternatives {
		if c := s.Alternatives[i].Leaf(); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// suitesOf returns the suites of all versions, each once.
func suitesOf(offered []tlsprobe.VersionResult) []tlsprobe.Suite {
	var all []tlsprobe.Suite
	for _, v := range offered {
		all = append(all, v.Suites...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// cipherScore is the mean of the strongest and the weakest suite.
func (x *ssllabs) cipherScore(offered []tlsprobe.VersionResult) int {
	score := func(bits int) int {
		switch {
		case bits == 0:
			return 0
		case bits < 128:
			return 20
		case bits < 256:
			return 80
		}
		return 100
	}
	best, worst := 0, 100
	var weakest tlsprobe.Suite
	for _, s := range suitesOf(offered) {
		n := score(s.Attributes().Bits)
		best = max(best, n)
		if n < worst || weakest == 0 {
			worst, weakest = n, s
		}
	}
	total := (best + worst) / 2
	if worst == 0 {
		total = 0
	}
	x.rule("cipher", fmt.Sprintf("%d points, the weakest is %s", total, weakest))
	x.suiteRules(offered)
	return total
}
