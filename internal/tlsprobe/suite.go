package tlsprobe

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Suite is the number of a cipher suite in the IANA registry of TLS cipher suites. In JSON it is its name.
type Suite uint16

// The two signalling values, which name no cipher suite (RFC 5746, RFC 7507).
const (
	renegotiationSCSV Suite = 0x00FF
	fallbackSCSV      Suite = 0x5600
)

// index holds the name of every registered suite.
var index = sync.OnceValue(func() map[Suite]string {
	names := map[Suite]string{}
	for _, run := range registry {
		for i, name := range strings.Fields(run.names) {
			names[run.first+Suite(i)] = "TLS_" + strings.Replace(name, "/", "_WITH_", 1)
		}
	}
	return names
})

// Name returns the registered name, "TLS_RSA_WITH_AES_128_CBC_SHA", or "0x1A2A" for a number that is not registered.
func (s Suite) Name() string {
	if name, ok := index()[s]; ok {
		return name
	}
	return fmt.Sprintf("0x%04X", uint16(s))
}

// String returns the name.
func (s Suite) String() string { return s.Name() }

// MarshalText returns the name.
func (s Suite) MarshalText() ([]byte, error) { return []byte(s.Name()), nil }

// UnmarshalText accepts what MarshalText returns. The error quotes an unknown name.
func (s *Suite) UnmarshalText(b []byte) error {
	name := string(b)
	if len(name) > 2 && name[:2] == "0x" {
		n, err := strconv.ParseUint(name[2:], 16, 16)
		*s = Suite(n)
		return err
	}
	for _, known := range Suites() {
		if known.Name() == name {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("unknown cipher suite %q", name)
}

// Suites returns every registered suite of any version, in ascending order.
func Suites() []Suite { return slices.Sorted(maps.Keys(index())) }

// Attributes are what the name of a suite says.
type Attributes struct {
	Kx   string // "RSA", "DHE", "ECDHE", "DH", "ECDH", "PSK", "KRB5", "SRP", "GOST", …; "" for TLS 1.3, which negotiates it apart
	Auth string // "RSA", "DSS", "ECDSA", "anon", "PSK", …; "" for TLS 1.3
	Enc  string // "AES_128_GCM", "3DES_EDE_CBC", "NULL"
	Mac  string // "SHA", "MD5", "SHA256"; for an AEAD the hash of the key derivation, "" for CCM
	// Bits is the strength of the encryption: 0 for NULL, 40 or 56 for export suites, 112 for 3DES.
	Bits   int
	Block  int // block size of the cipher in bits; 0 for a stream cipher and NULL
	AEAD   bool
	Export bool
	Anon   bool // the server is not authenticated
	// ForwardSecret says that the traffic cannot be read with the key of the certificate later on.
	ForwardSecret bool
	TLS13         bool // only for TLS 1.3, and the only suites for it
	TLS12         bool // needs TLS 1.2: an AEAD, or a MAC of the SHA-2 family
}

// Attributes returns what the name says. A suite that is not registered has no attribute but zero bits.
func (s Suite) Attributes() Attributes {
	name := strings.TrimPrefix(s.Name(), "TLS_")
	a := Attributes{TLS13: s>>8 == 0x13 || s == 0x00C6 || s == 0x00C7 || s == 0xC0B4 || s == 0xC0B5 || s >= 0xC103 && s <= 0xC106}
	kx, cipher, found := strings.Cut(name, "_WITH_")
	if a.TLS13 && !found {
		cipher, kx = name, ""
	}
	a.ForwardSecret = a.TLS13
	if !a.TLS13 {
		a.exchange(kx)
	}
	a.cipher(cipher)
	if s == 0xC0B4 || s == 0xC0B5 { // RFC 9150: integrity only
		a.Enc, a.Bits, a.Block, a.AEAD = "NULL", 0, 0, false
	}
	a.TLS12 = !a.TLS13 && (a.AEAD || strings.HasPrefix(a.Mac, "SHA2") || strings.HasPrefix(a.Mac, "SHA3"))
	return a
}

// exchange reads the part before _WITH_.
func (a *Attributes) exchange(kx string) {
	if base, _, ok := strings.Cut(kx, "_EXPORT"); ok {
		kx, a.Export = base, true
	}
	parts := strings.Split(kx, "_")
	a.Kx, a.Auth = parts[0], parts[len(parts)-1]
	switch {
	case kx == "PSK_DHE":
		a.Kx, a.Auth = "DHE", "PSK"
	case a.Kx == "SRP":
		a.Auth = strings.TrimPrefix(strings.TrimPrefix(kx, "SRP_SHA"), "_")
	case strings.HasPrefix(kx, "GOST"):
		a.Kx, a.Auth = "GOST", "GOST"
	case kx == "RSA_FIPS":
		a.Auth = "RSA"
	}
	a.Anon = a.Auth == "anon"
	if a.Anon {
		a.Kx += "E" // an anonymous exchange is ephemeral by nature
	}
	a.ForwardSecret = a.Kx == "DHE" || a.Kx == "ECDHE" || a.Kx == "ECCPWD" || a.Kx == "SRP"
}

// strengths gives bits and block size of ciphers by the start of their name. The longer name comes first.
var strengths = []struct {
	prefix      string
	bits, block int
}{
	{"NULL", 0, 0}, {"RC4_40", 40, 0}, {"RC4_56", 56, 0}, {"RC4_128", 128, 0}, {"RC2_CBC_40", 40, 64}, {"IDEA_CBC", 128, 64},
	{"DES40_CBC", 40, 64}, {"DES_CBC_40", 40, 64}, {"DES_CBC", 56, 64}, {"3DES_EDE_CBC", 112, 64}, {"AES_128", 128, 128}, {"AES_256", 256, 128},
	{"CAMELLIA_128", 128, 128}, {"CAMELLIA_256", 256, 128}, {"ARIA_128", 128, 128}, {"ARIA_256", 256, 128}, {"SEED", 128, 128},
	{"CHACHA20", 256, 0}, {"SM4", 128, 128}, {"AEGIS_256", 256, 128}, {"AEGIS_128", 128, 128}, {"28147", 256, 64}, {"MAGMA", 256, 64},
	{"KUZNYECHIK", 256, 128},
}

// cipher reads the part after _WITH_.
func (a *Attributes) cipher(name string) {
	for _, s := range strengths {
		if strings.HasPrefix(name, s.prefix) {
			a.Bits, a.Block = s.bits, s.block
			break
		}
	}
	parts := strings.Split(name, "_")
	if last := parts[len(parts)-1]; strings.HasPrefix(last, "SHA") || last == "MD5" || last == "SM3" || last == "IMIT" || last == "OMAC" {
		a.Mac, parts = last, parts[:len(parts)-1]
	}
	a.Enc = strings.Join(parts, "_")
	for _, mode := range []string{"GCM", "CCM", "POLY1305", "AEGIS", "MGM"} {
		a.AEAD = a.AEAD || strings.Contains(name, mode)
	}
	if a.Export {
		a.Bits = min(a.Bits, 56)
	}
}

// suitesFor returns the registered suites that can be negotiated by a version, those that servers use first.
func suitesFor(v Version) []Suite {
	var out []Suite
	for _, s := range Suites() {
		a := s.Attributes()
		if a.TLS13 == (v == TLS13) && (v >= TLS12 || !a.TLS12) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y Suite) int { return rank(x) - rank(y) })
	return out
}

// rank puts what servers use before what few have heard of, so that a short list finds most servers.
func rank(s Suite) int {
	a := s.Attributes()
	switch {
	case a.TLS13:
		return int(s) // 0x00C6 and 0x13xx by number
	case a.Kx == "ECDHE" && a.AEAD && a.Auth != "PSK", a.Kx == "DHE" && a.AEAD && strings.HasPrefix(a.Enc, "AES"), strings.HasPrefix(a.Enc, "AES") && a.Kx == "RSA":
		return 0
	case a.Auth == "RSA" || a.Auth == "ECDSA":
		return 1
	case a.Anon:
		return 2
	}
	return 3
}
