package tlsprobe

import (
	"fmt"
	"strconv"
)

// A Group is the number of a group in the IANA registry of TLS supported groups. In JSON it is its name.
type Group uint16

// groups are the registered groups, in the order in which they are offered: the ones of today first, in ascending strength of the
// rest. Numbers from the registry and, for 0x6399 and 0xFE.., from drafts that were deployed.
var groups = []struct {
	id   Group
	name string
	bits int // RSA-equivalent strength by NIST SP 800-57 part 1; 0 if it has none
}{
	{0x11EC, "X25519MLKEM768", 3072}, {0x001D, "x25519", 3072}, {0x0017, "secp256r1", 3072}, {0x0018, "secp384r1", 7680}, {0x0019, "secp521r1", 15360},
	{0x001E, "x448", 7680}, {0x11EB, "SecP256r1MLKEM768", 3072}, {0x11ED, "SecP384r1MLKEM1024", 7680}, {0x11EE, "curveSM2MLKEM768", 3072},
	{0x0200, "MLKEM512", 3072}, {0x0201, "MLKEM768", 7680}, {0x0202, "MLKEM1024", 15360}, {0x6399, "X25519Kyber768Draft00", 3072},
	{0x0100, "ffdhe2048", 2048}, {0x0101, "ffdhe3072", 3072}, {0x0102, "ffdhe4096", 4096}, {0x0103, "ffdhe6144", 6144}, {0x0104, "ffdhe8192", 8192},
	{0x001A, "brainpoolP256r1", 3072}, {0x001B, "brainpoolP384r1", 7680}, {0x001C, "brainpoolP512r1", 15360},
	{0x001F, "brainpoolP256r1tls13", 3072}, {0x0020, "brainpoolP384r1tls13", 7680}, {0x0021, "brainpoolP512r1tls13", 15360},
	{0x0016, "secp256k1", 3072}, {0x0015, "secp224r1", 2048}, {0x0014, "secp224k1", 2048}, {0x0013, "secp192r1", 1536}, {0x0012, "secp192k1", 1536},
	{0x0011, "secp160r2", 1024}, {0x0010, "secp160r1", 1024}, {0x000F, "secp160k1", 1024},
	{0x0009, "sect283k1", 3072}, {0x000A, "sect283r1", 3072}, {0x000B, "sect409k1", 7680}, {0x000C, "sect409r1", 7680}, {0x000D, "sect571k1", 15360},
	{0x000E, "sect571r1", 15360}, {0x0006, "sect233k1", 2048}, {0x0007, "sect233r1", 2048}, {0x0008, "sect239k1", 2048}, {0x0001, "sect163k1", 1024},
	{0x0002, "sect163r1", 1024}, {0x0003, "sect163r2", 1024}, {0x0004, "sect193r1", 1536}, {0x0005, "sect193r2", 1536}, {0x0029, "curveSM2", 3072},
	{0x0022, "GC256A", 3072}, {0x0023, "GC256B", 3072}, {0x0024, "GC256C", 3072}, {0x0025, "GC256D", 3072}, {0x0026, "GC512A", 15360},
	{0x0027, "GC512B", 15360}, {0x0028, "GC512C", 15360},
}

// X25519MLKEM768 is the hybrid of an elliptic curve and ML-KEM that browsers prefer.
const X25519MLKEM768 Group = 0x11EC

// String returns the registered name, or the number in hexadecimal.
func (g Group) String() string {
	for _, x := range groups {
		if x.id == g {
			return x.name
		}
	}
	return fmt.Sprintf("0x%04X", uint16(g))
}

// Strength returns the bits of an RSA key as strong as the group, by NIST SP 800-57; 0 for a group that is not known.
func (g Group) Strength() int {
	for _, x := range groups {
		if x.id == g {
			return x.bits
		}
	}
	return 0
}

// PostQuantum reports whether the group holds against a quantum computer.
func (g Group) PostQuantum() bool {
	return g >= 0x0200 && g <= 0x0202 || g >= 0x11EB && g <= 0x11EE || g == 0x6399
}

// MarshalText returns the name.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText accepts what MarshalText returns. The error quotes an unknown name.
func (g *Group) UnmarshalText(b []byte) error {
	for _, x := range groups {
		if x.name == string(b) {
			*g = x.id
			return nil
		}
	}
	n, err := strconv.ParseUint(string(b), 0, 16)
	if err != nil {
		return fmt.Errorf("unknown group %q", b)
	}
	*g = Group(n)
	return nil
}

// allGroups returns what can be offered to a version: TLS 1.3 has a part of the registry of its own, the rest is for ECDHE.
func allGroups(v Version) []Group {
	var out []Group
	for _, x := range groups {
		ecOnly := x.id <= 0x001C || x.id == 0x001D || x.id == 0x001E || x.id >= 0x22 && x.id <= 0x28
		if v == TLS13 || ecOnly {
			out = append(out, x.id)
		}
	}
	return out
}
