package openssl

import "strings"

// A mask is what a word, or several joined by "+", select: each set that is not nil must hold the suite's part.
type mask struct {
	name                 string // of one suite
	kx, auth, enc, mac   []string
	protocol             string
	grade                byte
	fips, notDef, export bool
	empty                bool // the words exclude each other
}

// alias is one name of cipher_aliases (ssl/ssl_ciph.c).
type alias mask

// names cuts a list at blanks.
func names(s string) []string { return strings.Fields(s) }

const (
	allEnc  = "AESGCM/128 AESGCM/256 AES/128 AES/256 AESCCM/128 AESCCM/256 AESCCM8/128 AESCCM8/256 ARIAGCM/128 ARIAGCM/256 Camellia/128 Camellia/256 CHACHA20/POLY1305/256 RC4/128 RC4/40 RC2/40 IDEA/128 SEED/128 DES/56 DES/40 3DES/168"
	someone = "RSA ECDSA DSS PSK SRP"
)

// aliasOf returns what an alias selects.
func aliasOf(word string) (alias, bool) {
	switch word {
	case "ALL":
		return alias{enc: names(allEnc)}, true
	case "COMPLEMENTOFALL", "NULL", "eNULL":
		return alias{enc: names("None/0")}, true
	case "COMPLEMENTOFDEFAULT":
		return alias{notDef: true}, true
	case "kRSA":
		return alias{kx: names("RSA")}, true
	case "kEDH", "kDHE", "DH":
		return alias{kx: names("DH")}, true
	case "kEECDH", "kECDHE", "ECDH":
		return alias{kx: names("ECDH")}, true
	case "kPSK":
		return alias{kx: names("PSK")}, true
	case "kRSAPSK":
		return alias{kx: names("RSAPSK")}, true
	case "kECDHEPSK":
		return alias{kx: names("ECDHEPSK")}, true
	case "kDHEPSK":
		return alias{kx: names("DHEPSK")}, true
	case "kSRP", "SRP":
		return alias{kx: names("SRP")}, true
	case "PSK":
		return alias{kx: names("PSK RSAPSK DHEPSK ECDHEPSK")}, true
	case "aRSA":
		return alias{auth: names("RSA")}, true
	case "aDSS", "DSS":
		return alias{auth: names("DSS")}, true
	case "aNULL":
		return alias{auth: names("None")}, true
	case "aECDSA", "ECDSA":
		return alias{auth: names("ECDSA")}, true
	case "aPSK":
		return alias{auth: names("PSK")}, true
	case "aSRP":
		return alias{auth: names("SRP")}, true
	case "RSA":
		return alias{kx: names("RSA"), auth: names("RSA")}, true
	case "EDH", "DHE":
		return alias{kx: names("DH"), auth: names(someone)}, true
	case "EECDH", "ECDHE":
		return alias{kx: names("ECDH"), auth: names(someone)}, true
	case "ADH":
		return alias{kx: names("DH"), auth: names("None")}, true
	case "AECDH":
		return alias{kx: names("ECDH"), auth: names("None")}, true
	case "AES":
		return alias{enc: prefixed("AES")}, true
	case "AES128":
		return alias{enc: names("AES/128 AESGCM/128 AESCCM/128 AESCCM8/128")}, true
	case "AES256":
		return alias{enc: names("AES/256 AESGCM/256 AESCCM/256 AESCCM8/256")}, true
	case "AESGCM":
		return alias{enc: prefixed("AESGCM")}, true
	case "AESCCM":
		return alias{enc: prefixed("AESCCM")}, true
	case "AESCCM8":
		return alias{enc: prefixed("AESCCM8")}, true
	case "ARIA", "ARIAGCM":
		return alias{enc: prefixed("ARIAGCM")}, true
	case "ARIA128":
		return alias{enc: names("ARIAGCM/128")}, true
	case "ARIA256":
		return alias{enc: names("ARIAGCM/256")}, true
	case "CAMELLIA":
		return alias{enc: prefixed("Camellia")}, true
	case "CAMELLIA128":
		return alias{enc: names("Camellia/128")}, true
	case "CAMELLIA256":
		return alias{enc: names("Camellia/256")}, true
	case "CHACHA20":
		return alias{enc: prefixed("CHACHA20")}, true
	case "CBC":
		return alias{enc: names("AES/128 AES/256 Camellia/128 Camellia/256 IDEA/128 SEED/128 DES/56 DES/40 3DES/168 RC2/40")}, true
	case "3DES", "RC4", "RC2", "IDEA", "SEED", "DES":
		return alias{enc: prefixed(word)}, true
	case "MD5", "SHA256", "SHA384":
		return alias{mac: names(word)}, true
	case "SHA1", "SHA":
		return alias{mac: names("SHA1")}, true
	case "SSLv3", "TLSv1", "TLSv1.2":
		return alias{protocol: word}, true
	case "TLSv1.0":
		return alias{protocol: "TLSv1"}, true
	case "HIGH":
		return alias{grade: 'H'}, true
	case "MEDIUM":
		return alias{grade: 'M'}, true
	case "LOW":
		return alias{grade: 'L'}, true
	case "FIPS":
		return alias{fips: true}, true
	case "EXP", "EXPORT", "EXPORT40", "EXPORT56":
		return alias{export: true}, true
	}
	return alias{}, false
}

// prefixed returns the ciphers of an algorithm in all key lengths.
func prefixed(name string) []string {
	var out []string
	for _, e := range names(allEnc) {
		if strings.HasPrefix(e, name) && (name != "AESCCM8" && name != "DES" || strings.HasPrefix(e, name+"/")) {
			out = append(out, e)
		}
	}
	return out
}

// add narrows the mask by a word. It reports false if the word is not known, or no suite can have both.
func (m *mask) add(word string, l entries) bool {
	for _, e := range l {
		if e.s.Name == word {
			m.name = word
			return true
		}
	}
	if renamed := strings.Replace(word, "EDH-", "DHE-", 1); renamed != word && strings.Contains(word, "DES-CBC3") {
		return m.add(renamed, l)
	}
	a, ok := aliasOf(word)
	if !ok {
		return false
	}
	m.kx, ok = both(m.kx, a.kx)
	if ok {
		m.auth, ok = both(m.auth, a.auth)
	}
	if ok {
		m.enc, ok = both(m.enc, a.enc)
	}
	if ok {
		m.mac, ok = both(m.mac, a.mac)
	}
	if ok && a.protocol != "" {
		ok = m.protocol == "" || m.protocol == a.protocol
		m.protocol = a.protocol
	}
	if ok && a.grade != 0 {
		ok = m.grade == 0 || m.grade == a.grade
		m.grade = a.grade
	}
	m.fips, m.notDef, m.export = m.fips || a.fips, m.notDef || a.notDef, m.export || a.export
	ok = ok && !(m.fips && m.grade != 0) // one mask in OpenSSL: FIPS+HIGH selects nothing
	m.empty = !ok
	return ok
}

// both returns what is in two sets, nil standing for everything.
func both(a, b []string) ([]string, bool) {
	if a == nil || b == nil {
		if a == nil {
			a = b
		}
		return a, true
	}
	var out []string
	for _, s := range a {
		if in(s, b) {
			out = append(out, s)
		}
	}
	return out, len(out) > 0
}

// match reports whether a suite has every part that the mask asks for.
func (m *mask) match(s Suite) bool {
	if m.name != "" && m.name != s.Name {
		return false
	}
	bits := "/" + map[int]string{0: "0", 40: "40", 56: "56", 128: "128", 168: "168", 256: "256"}[s.Bits]
	switch {
	case m.kx != nil && !in(s.Kx, m.kx),
		m.auth != nil && !in(s.Auth, m.auth),
		m.enc != nil && !in(s.Enc+bits, m.enc),
		m.mac != nil && !in(s.Mac, m.mac),
		m.protocol != "" && m.protocol != s.Protocol,
		m.grade != 0 && m.grade != s.grade,
		m.fips && !s.fips, m.notDef && !s.notDef, m.export && !s.Export:
		return false
	}
	return true
}
