package tlsprobe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

// message returns a handshake message.
func message(kind byte, body ...byte) []byte {
	return append([]byte{kind, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// inRecords cuts handshake bytes into records of n bytes.
func inRecords(n int, b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		k := min(n, len(b))
		out = append(append(out, recordHandshake, 3, 3, byte(k>>8), byte(k)), b[:k]...)
		b = b[k:]
	}
	return out
}

// serverHello returns the body of a ServerHello.
func serverHello(v Version, s Suite, random []byte, extensions ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(v))
	b = append(append(b, random...), 0)
	b = append(binary.BigEndian.AppendUint16(b, uint16(s)), 0)
	if len(extensions) > 0 {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(extensions))), extensions...)
	}
	return b
}

// dheFlight is the flight of a server with a modulus of the given bytes.
func dheFlight(suite Suite, modulus []byte) []byte {
	ske := append(binary.BigEndian.AppendUint16(nil, uint16(len(modulus))), modulus...)
	ske = append(ske, 0, 1, 2, 0, 1, 3)
	flight := message(handshakeServerHello, serverHello(SSL30, suite, make([]byte, 32))...)
	flight = append(flight, message(handshakeCertificate, 0, 0, 5, 0, 0, 2, 0x30, 0)...)
	flight = append(flight, message(handshakeServerKeyExchange, ske...)...)
	return append(flight, message(handshakeServerHelloDone)...)
}

func TestReadAnswer(t *testing.T) {
	small := append([]byte{0, 0, 0xC0}, make([]byte, 63)...)  // 512 bits after two zeros
	x13 := []byte{0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0x11, 0xEC} // supported_versions, key_share
	export := Suite(0x0014)                                   // DHE_RSA_EXPORT
	retry := message(handshakeServerHello, serverHello(TLS12, 0x1301, helloRetry[:], x13...)...)
	for name, test := range map[string]struct {
		in   []byte
		want func(answer) bool
	}{
		"export DH of 512 bits in one record": {inRecords(1<<14, dheFlight(export, small)), func(a answer) bool {
			return a.version == SSL30 && a.suite == export && a.dh.Bits == 512 && len(a.chain) == 1
		}},
		"byte by byte":                   {inRecords(1, dheFlight(0x0033, small)), func(a answer) bool { return a.dh.Bits == 512 }},
		"retry names the group":          {inRecords(1<<14, retry), func(a answer) bool { return a.retry && a.version == TLS13 && a.group == X25519MLKEM768 }},
		"a warning, then a hello":        {append([]byte{21, 3, 3, 0, 2, 1, 112}, inRecords(99, dheFlight(0x33, small))...), func(a answer) bool { return a.dh.Bits == 512 }},
		"fatal alert":                    {[]byte{21, 3, 1, 0, 2, 2, 40}, func(a answer) bool { return a.alert == 40 }},
		"handshake failure as a warning": {[]byte{21, 3, 1, 0, 2, 1, 40}, func(a answer) bool { return a.alert == 40 }},
		"the end after the hello":        {inRecords(99, dheFlight(0x33, small)[:44]), func(a answer) bool { return a.suite == 0x33 && a.dh.Bits == 0 }},
		"empty modulus":                  {inRecords(99, dheFlight(0x33, nil)), func(a answer) bool { return a.suite == 0x33 && a.dh.Bits == 0 }},
	} {
		a, err := readAnswer(bytes.NewReader(test.in), 1<<16, true)
		if err != nil || !test.want(a) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	for name, in := range map[string][]byte{
		"text":              []byte("SSH-2.0-OpenSSH\r\n"),
		"empty record":      {22, 3, 3, 0, 0},
		"other message":     inRecords(9, message(11)),
		"short hello":       inRecords(99, message(2, 3, 3, 0)),
		"bad extensions":    inRecords(99, message(2, serverHello(TLS12, 0x2F, make([]byte, 32), 0, 1, 0, 9)...)),
		"version of 2029":   inRecords(99, message(2, serverHello(0x0400, 0x2F, make([]byte, 32))...)),
		"alert of one byte": {21, 3, 3, 0, 1, 2},
	} {
		if a, err := readAnswer(bytes.NewReader(in), 1<<16, true); !errors.Is(err, errMalformed) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// FuzzReadAnswer expects an end within the cap and no panic.
func FuzzReadAnswer(f *testing.F) {
	f.Add(inRecords(1<<14, dheFlight(0x0033, []byte{1, 2, 3})))
	f.Add(inRecords(3, message(handshakeServerHello, serverHello(TLS12, 0x1301, helloRetry[:], 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 29)...)))
	f.Add([]byte{21, 3, 1, 0, 2, 1, 112, 21, 3, 1, 0, 2, 2, 70})
	f.Fuzz(func(t *testing.T, in []byte) {
		const most = 4096
		r := &counter{r: bytes.NewReader(in)}
		a, err := readAnswer(r, most, true)
		if r.n > most {
			t.Errorf("read %d bytes", r.n)
		}
		if err == nil && a.alert < 0 && (a.version < SSL30 || a.version > TLS13) {
			t.Errorf("version %s", a.version)
		}
		if a.dh.Bits > 8*65535 || len(a.chain) > 32 {
			t.Errorf("%+v", a)
		}
	})
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

func TestAttributes(t *testing.T) {
	for id, want := range map[Suite]Attributes{
		0x0003: {Kx: "RSA", Auth: "RSA", Enc: "RC4_40", Mac: "MD5", Bits: 40, Export: true},
		0x0062: {Kx: "RSA", Auth: "RSA", Enc: "DES_CBC", Mac: "SHA", Bits: 56, Block: 64, Export: true},
		0x0034: {Kx: "DHE", Auth: "anon", Enc: "AES_128_CBC", Mac: "SHA", Bits: 128, Block: 128, Anon: true, ForwardSecret: true},
		0x0030: {Kx: "DH", Auth: "DSS", Enc: "AES_128_CBC", Mac: "SHA", Bits: 128, Block: 128},
		0xC027: {Kx: "ECDHE", Auth: "RSA", Enc: "AES_128_CBC", Mac: "SHA256", Bits: 128, Block: 128, ForwardSecret: true, TLS12: true},
		0xCCA9: {Kx: "ECDHE", Auth: "ECDSA", Enc: "CHACHA20_POLY1305", Mac: "SHA256", Bits: 256, AEAD: true, ForwardSecret: true, TLS12: true},
		0xC0AE: {Kx: "ECDHE", Auth: "ECDSA", Enc: "AES_128_CCM_8", Bits: 128, Block: 128, AEAD: true, ForwardSecret: true, TLS12: true},
		0x1302: {Enc: "AES_256_GCM", Mac: "SHA384", Bits: 256, Block: 128, AEAD: true, ForwardSecret: true, TLS13: true},
		0x000A: {Kx: "RSA", Auth: "RSA", Enc: "3DES_EDE_CBC", Mac: "SHA", Bits: 112, Block: 64},
		0xC0B4: {Enc: "NULL", Mac: "SHA256", ForwardSecret: true, TLS13: true},
	} {
		if got := id.Attributes(); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", id, got, want)
		}
	}
	for _, s := range Suites() {
		var back Suite
		text, _ := s.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != s && back.Name() != s.Name() {
			t.Errorf("%s comes back as %s, %v", s, back, err)
		}
	}
}
