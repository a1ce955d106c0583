package openssl

import "strings"

// A Judgement lists what a cipher string lets in that it should not.
type Judgement struct {
	Weak     []Suite // broken: see Suite.Weak
	NoFS     []Suite // without forward secrecy, and not broken otherwise
	NoAEAD   []Suite // CBC modes, and not broken otherwise
	Good     []Suite // forward secret AEAD suites
	Mozilla  bool    // nothing beyond Mozilla's intermediate list
	Strength int     // bits of the weakest suite
}

// Judge sorts the suites of a result. Pre-shared keys and SRP are left out: nginx cannot use them.
func Judge(r Result) Judgement {
	j := Judgement{Mozilla: true, Strength: 256}
	for _, s := range r.Suites {
		if strings.Contains(s.Kx, "PSK") || s.Kx == "SRP" {
			continue
		}
		if r.SecLevel > 0 && !s.Allowed(r.SecLevel) {
			continue
		}
		j.Strength = min(j.Strength, s.strength())
		if !in(s.Name, Intermediate()) {
			j.Mozilla = false
		}
		switch {
		case s.Weak() != "":
			j.Weak = append(j.Weak, s)
			continue
		case s.ForwardSecret() && s.AEAD():
			j.Good = append(j.Good, s)
		}
		if !s.ForwardSecret() {
			j.NoFS = append(j.NoFS, s)
		}
		if !s.AEAD() {
			j.NoAEAD = append(j.NoAEAD, s)
		}
	}
	return j
}

// Kinds returns the distinct reasons in j.Weak, worst first: NULL, anonymous, export, DES, RC4, 3DES, MD5.
func (j Judgement) Kinds() []string {
	var out []string
	for _, kind := range []string{"NULL", "anonymous", "export", "DES", "RC4", "3DES", "MD5"} {
		for _, s := range j.Weak {
			if s.Weak() == kind {
				out = append(out, kind)
				break
			}
		}
	}
	return out
}

// Intermediate are the TLS 1.2 suites of Mozilla's intermediate configuration, guidelines 6.0: ECDHE and AEAD only, DHE is out.
func Intermediate() []string {
	return []string{
		"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
		"ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
	}
}

// ModernProtocols and IntermediateProtocols are what Mozilla's two configurations set ssl_protocols to. The modern one has no
// suites below TLS 1.3.
func ModernProtocols() []string { return []string{"TLSv1.3"} }

// IntermediateProtocols are the protocols of the intermediate configuration.
func IntermediateProtocols() []string { return []string{"TLSv1.2", "TLSv1.3"} }
