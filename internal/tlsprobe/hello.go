package tlsprobe

import (
	"encoding/binary"
	"net"
	"strings"
)

// Content types, handshake types and extensions that are written or read, by their numbers in the IANA registries.
const (
	recordAlert     = 21
	recordHandshake = 22

	handshakeServerHello       = 2
	handshakeCertificate       = 11
	handshakeServerKeyExchange = 12
	handshakeServerHelloDone   = 14

	extServerName           = 0
	extStatusRequest        = 5
	extSupportedGroups      = 10
	extPointFormats         = 11
	extSignatureAlgorithms  = 13
	extHeartbeat            = 15
	extALPN                 = 16
	extEncryptThenMAC       = 22
	extExtendedMasterSecret = 23
	extPadding              = 21
	extSupportedVersions    = 43
	extPSKModes             = 45
	extKeyShare             = 51
	extRenegotiation        = 0xFF01
)

// A hello is a ClientHello before it is encoded.
type hello struct {
	version    Version
	suites     []Suite
	groups     []Group
	serverName string
	// compress offers DEFLATE before no compression; features adds the extensions whose answer tells of a feature.
	compress, features bool
	fallback           bool // sends TLS_FALLBACK_SCSV
	alpn               []string
	keyShare           bool // sends a share for x25519 with TLS 1.3, where none makes a server name the group it wants
}

// signatureAlgorithms are all that a server could sign with: legacy ones with SHA-1, MD5 and DSA are among them, since the aim is
// to be answered.
var signatureAlgorithms = []uint16{
	0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x0401, 0x0501, 0x0601, 0x0904, 0x0905, 0x0906,
	0x081A, 0x081B, 0x081C, 0x0303, 0x0301, 0x0402, 0x0502, 0x0602, 0x0302, 0x0203, 0x0201, 0x0202, 0x0101, 0x0708, 0x0709, 0x0840, 0x0841,
}

// encode returns the records of the hello. The random bytes are fixed: nothing of the handshake is ever used.
func (h hello) encode() []byte {
	legacy := h.version
	if legacy > TLS12 {
		legacy = TLS12
	}
	var random [32]byte
	for i := range random {
		random[i] = byte(i*7 + 1)
	}
	b := binary.BigEndian.AppendUint16(nil, uint16(legacy))
	b = append(b, random[:]...)
	if h.version == TLS13 { // a session id makes boxes in the middle take it for a resumption (RFC 8446, D.4)
		b = append(append(b, 32), random[:]...)
	} else {
		b = append(b, 0)
	}
	suites := h.suites
	// The signalling value asks what the extension of RFC 5746 asks, and SSL 3.0 can carry it.
	if h.version < TLS13 {
		suites = append(suites[:len(suites):len(suites)], renegotiationSCSV)
	}
	if h.fallback {
		suites = append(suites[:len(suites):len(suites)], fallbackSCSV)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(2*len(suites)))
	for _, s := range suites {
		b = binary.BigEndian.AppendUint16(b, uint16(s))
	}
	if h.compress {
		b = append(b, 2, 1, 0)
	} else {
		b = append(b, 1, 0)
	}
	if h.version > SSL30 { // SSL 3.0 has no extensions
		b = h.extensions(b)
	}
	return records(h.version, append([]byte{1, byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...))
}

// records puts a handshake message into records. Their version is 3.1 at most, as servers expect of a first flight (RFC 8446, 5.1).
func records(v Version, msg []byte) []byte {
	const most = 1 << 14
	var out []byte
	for len(msg) > 0 {
		n := min(len(msg), most)
		out = append(out, recordHandshake, 3, byte(min(v, TLS10)), byte(n>>8), byte(n))
		out, msg = append(out, msg[:n]...), msg[n:]
	}
	return out
}

// extensions appends the block of extensions. Which ones are sent depends on the version: old servers hang up on some of TLS 1.3.
func (h hello) extensions(b []byte) []byte {
	start := len(b)
	b = append(b, 0, 0)
	add := func(id uint16, body []byte) {
		b = binary.BigEndian.AppendUint16(b, id)
		b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
		b = append(b, body...)
	}
	list := func(n int, v []uint16) []byte { // a vector of numbers after its length in n bytes
		out := make([]byte, n)
		for _, x := range v {
			out = binary.BigEndian.AppendUint16(out, x)
		}
		out[n-1] = byte(len(out) - n)
		if n == 2 {
			binary.BigEndian.PutUint16(out, uint16(len(out)-n))
		}
		return out
	}
	// An address must not be sent as a name (RFC 6066, 3).
	if name := strings.TrimSuffix(h.serverName, "."); name != "" && net.ParseIP(name) == nil && len(name) < 256 {
		sni := []byte{byte((len(name) + 3) >> 8), byte(len(name) + 3), 0, byte(len(name) >> 8), byte(len(name))}
		add(extServerName, append(sni, name...))
	}
	if len(h.groups) > 0 {
		ids := make([]uint16, len(h.groups))
		for i, g := range h.groups {
			ids[i] = uint16(g)
		}
		add(extSupportedGroups, list(2, ids))
		add(extPointFormats, []byte{3, 0, 1, 2})
	}
	// Without the list a server of TLS 1.2 signs with SHA-1 or not at all.
	if h.version >= TLS12 {
		add(extSignatureAlgorithms, list(2, signatureAlgorithms))
	}
	if len(h.alpn) > 0 {
		var names []byte
		for _, p := range h.alpn {
			names = append(append(names, byte(len(p))), p...)
		}
		add(extALPN, append([]byte{byte(len(names) >> 8), byte(len(names))}, names...))
	}
	if h.features {
		add(extExtendedMasterSecret, nil)
		add(extEncryptThenMAC, nil)
		add(extHeartbeat, []byte{1})
		add(extStatusRequest, []byte{1, 0, 0, 0, 0})
	}
	if h.version == TLS13 {
		add(extSupportedVersions, list(1, []uint16{uint16(TLS13)}))
		add(extPSKModes, []byte{1, 1})
		share := []byte{0, 0}
		if h.keyShare { // any 32 bytes are a point of x25519
			share = []byte{0, 36, 0, byte(Group(0x1D)), 0, 32}
			for i := range 32 {
				share = append(share, byte(i*11+9))
			}
		}
		add(extKeyShare, share)
	}
	// Hellos of 256 to 511 bytes hang some load balancers (RFC 7685); 4 bytes are the handshake header.
	if n := len(b) + 4; n > 255 && n < 512 {
		add(extPadding, make([]byte, max(0, 512-n-4)))
	}
	binary.BigEndian.PutUint16(b[start:], uint16(len(b)-start-2))
	return b
}
