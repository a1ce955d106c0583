package grade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// browserTLS12 is what browsers of today offer below TLS 1.3, in their order: the suites that Chrome and Firefox share.
var browserTLS12 = []tlsprobe.Suite{0xC02B, 0xC02F, 0xCCA9, 0xCCA8, 0xC02C, 0xC030, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035}

// olderTLS12 is what clients of the guide's own time offer besides: DHE, the CBC suites of TLS 1.2, 3DES at the end.
var olderTLS12 = []tlsprobe.Suite{0x009E, 0x009F, 0xCCAA, 0xC023, 0xC027, 0xC024, 0xC028, 0xC009, 0xC00A, 0x0033, 0x0039, 0x0067, 0x006B, 0x003C, 0x003D, 0xC008, 0xC012, 0x0016, 0x000A}

// chosen returns the suite that a client gets from a server: of TLS 1.3 if it is offered, or else what a browser of today gets, or
// else what an older client gets. It stands for the handshake simulation of the guide, which is done with some fifty clients.
func chosen(offered []tlsprobe.VersionResult) (tlsprobe.Suite, bool) {
	if offered[0].Version == tlsprobe.TLS13 && len(offered[0].Suites) > 0 { // newest first
		return offered[0].Suites[0], true
	}
	for _, client := range [][]tlsprobe.Suite{browserTLS12, olderTLS12} {
		for _, v := range offered {
			first, second := v.Suites, client
			if v.ServerOrder == tlsprobe.No {
				first, second = second, first
			}
			for _, s := range first {
				if slices.Contains(second, s) {
					return s, true
				}
			}
		}
	}
	return 0, false
}

// suiteRules are the caps by what suites are offered.
func (x *ssllabs) suiteRules(offered []tlsprobe.VersionResult) {
	all := suitesOf(offered)
	only, rc4 := true, tlsprobe.Suite(0)
	for _, s := range all {
		a := s.Attributes()
		if strings.HasPrefix(a.Enc, "RC4") {
			rc4 = s
		} else {
			only = false
		}
		if a.Export {
			x.capAt("F", "export", s.Name()+" is offered")
			break
		}
	}
	switch {
	case rc4 != 0 && only:
		x.capAt("F", "rc4", "only RC4 is offered")
	case rc4 != 0:
		x.capAt("B", "rc4", rc4.Name()+" is offered")
	}
	// With TLS 1.1 and above these are not needed for any client; the guide asks whether a client that can do better gets them.
	for _, v := range offered {
		if v.Version < tlsprobe.TLS11 {
			continue
		}
		for _, s := range v.Suites {
			if strings.HasPrefix(s.Attributes().Enc, "RC4") {
				x.capAt("C", "rc4-modern", fmt.Sprintf("%s is offered with %s", s, v.Version))
				break
			}
		}
	}
	pick, ok := chosen(offered)
	if !ok {
		x.unknown("forward secrecy, AEAD and 64-bit blocks: no client of the simulation has a suite in common")
		return
	}
	a := pick.Attributes()
	if a.Block == 64 {
		x.capAt("C", "sweet32", "a client gets "+pick.Name())
	}
	if !a.ForwardSecret {
		x.capAt("B", "forward-secrecy", "a client gets "+pick.Name()+", which has no forward secrecy")
	}
	if !a.AEAD {
		x.capAt("B", "aead", "a client gets "+pick.Name()+", which is no AEAD")
	}
	x.rule("simulation", "a client gets "+pick.Name())
}

// features are the caps by protocol features.
func (x *ssllabs) features(s *site.Site, offered []tlsprobe.VersionResult) {
	legacy := slices.ContainsFunc(offered, func(v tlsprobe.VersionResult) bool { return v.Version < tlsprobe.TLS13 })
	switch s.TLS.Compression {
	case tlsprobe.Yes:
		x.capAt("C", "compression", "TLS compression is on (CRIME)")
	case tlsprobe.Inconclusive:
		x.unknown("TLS compression")
	}
	if legacy {
		switch s.TLS.SecureRenegotiation {
		case tlsprobe.No:
			x.warn("renegotiation", "secure renegotiation is not supported")
		case tlsprobe.Inconclusive, tlsprobe.NotAsked:
			x.unknown("secure renegotiation")
		}
	}
	for _, v := range offered {
		if v.Version != tlsprobe.SSL30 {
			continue
		}
		for _, suite := range v.Suites {
			if a := suite.Attributes(); a.Block > 0 && !a.AEAD {
				x.capAt("C", "poodle", suite.Name()+" is offered with SSLv3 (POODLE)")
				break
			}
		}
	}
}

// hsts is a warning if the header is there and not in force, and no more than a missed A+ if it is absent or short.
func (x *ssllabs) hsts(s *site.Site) {
	first := s.HTTPS.First()
	if !first.OK() {
		x.unknown("HSTS: no answer over HTTPS")
		return
	}
	h := hstsOf(s)
	switch {
	case !h.Present:
		x.rule("hsts", "no header: no A+")
	case h.Invalid != "":
		x.warn("hsts", "the header is invalid: "+h.Invalid)
	case h.MaxAge == 0:
		x.warn("hsts", "max-age=0 turns HSTS off")
	case h.MaxAge < sixMonths:
		x.rule("hsts", fmt.Sprintf("max-age=%d is less than six months: no A+", h.MaxAge))
	default:
		x.rule("hsts", fmt.Sprintf("max-age=%d", h.MaxAge))
	}
}

// signature caps by the algorithm that a certificate is signed with.
func (x *ssllabs) signature(leaf *site.Certificate) {
	signature := strings.ToUpper(leaf.Signature)
	switch {
	case strings.Contains(signature, "MD2"), strings.Contains(signature, "MD5"):
		x.capAt("F", "signature", "the certificate is signed with "+leaf.Signature)
	case strings.Contains(signature, "SHA1"):
		x.capAt("A", "signature", "the certificate is signed with "+leaf.Signature)
	}
}

// chain caps a chain that leaves the issuer out.
func (x *ssllabs) chain(t site.Trust) {
	if t.Incomplete {
		x.capAt("B", "chain", "the certificate of the issuer is not sent")
		x.unknown("whether the certificate that is not sent leads to a trusted root")
	}
}

// trust takes the letter away from a site that browsers do not trust: M for another name, T for the rest.
func (x *ssllabs) trust(s *site.Site) {
	t := s.Handshakes[0].Trust
	staple := s.Handshakes[0].Staple
	letter, why := "", t.Error
	switch {
	case staple != nil && staple.Status == "revoked":
		letter, why = "T", "the certificate is revoked"
	case t.Verified, t.Incomplete && t.InTime && t.Named:
		return
	// M is for nothing but the name: what is untrusted or expired besides is T.
	case !t.Named && (t.Chained || t.Incomplete) && t.InTime:
		letter = "M"
	default:
		letter = "T"
	}
	x.g.IfTrusted, x.g.Letter = x.g.Letter, letter
	x.g.Rules = append(x.g.Rules, Rule{Name: "trust", Result: why, Cap: letter})
}
