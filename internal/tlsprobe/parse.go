package tlsprobe

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// errMalformed says that what a server sent is not TLS, or not the answer to a hello.
var errMalformed = errors.New("malformed answer")

// An answer is the first flight of a server, as far as it was needed.
type answer struct {
	version     Version
	suite       Suite
	compression byte
	extensions  map[uint16][]byte
	retry       bool // a HelloRetryRequest
	group       Group
	dh          DHParameters
	chain       [][]byte
	alert       int // description of a fatal alert; -1 if none
}

// alertNames are the descriptions that a server refuses a hello with (RFC 8446, 6.2; RFC 5246, 7.2.2).
var alertNames = map[int]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 40: "handshake_failure", 42: "bad_certificate", 47: "illegal_parameter", 48: "unknown_ca",
	50: "decode_error", 51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
	90: "user_canceled", 109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name", 115: "unknown_psk_identity",
	116: "certificate_required", 120: "no_application_protocol",
}

// alertText returns an alert by number and, if it is known, name.
func alertText(n int) string {
	if name, ok := alertNames[n]; ok {
		return fmt.Sprintf("alert %d (%s)", n, name)
	}
	return fmt.Sprintf("alert %d", n)
}

// helloRetry is the random value that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446, 4.1.3).
var helloRetry = sha256.Sum256([]byte("HelloRetryRequest"))

// A reader of the flight: it hands out handshake messages, whatever the records they come in.
type flight struct {
	r       io.Reader
	left    int    // bytes that may still be read
	pending []byte // bytes of handshake records that are not yet a message
	alert   int
}

// next returns the next handshake message, type first. A fatal alert ends the flight with errAlert.
func (f *flight) next() (kind byte, body []byte, err error) {
	for {
		if len(f.pending) >= 4 {
			n := int(f.pending[1])<<16 | int(f.pending[2])<<8 | int(f.pending[3])
			if n > f.left+len(f.pending) {
				return 0, nil, fmt.Errorf("%w: a message of %d bytes", errMalformed, n)
			}
			if len(f.pending) >= 4+n {
				kind, body = f.pending[0], f.pending[4:4+n]
				f.pending = f.pending[4+n:]
				return kind, body, nil
			}
		}
		if err := f.record(); err != nil {
			return 0, nil, err
		}
	}
}

// errAlert says that the flight ended with an alert, whose description is in the flight.
var errAlert = errors.New("fatal alert")

// record reads one record: handshake bytes are kept, warnings passed over, change_cipher_spec is none of a first flight.
func (f *flight) record() error {
	var head [5]byte
	if f.left < len(head) {
		return fmt.Errorf("%w: too long", errMalformed)
	}
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return err
	}
	f.left -= len(head)
	n := int(binary.BigEndian.Uint16(head[3:]))
	// 2048 bytes above 2^14 are the most that any version allows
	// A server that is asked for what it does not know may answer in plain text, or with a record of SSL 2.0.
	if head[1] != 3 || head[2] > 4 || n == 0 || n > 1<<14+2048 || head[0] != recordAlert && head[0] != recordHandshake {
		return fmt.Errorf("%w: no TLS record", errMalformed)
	}
	// What is announced is allocated only if it may be read.
	if n > f.left {
		return fmt.Errorf("%w: too long", errMalformed)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(f.r, body); err != nil {
		return err
	}
	f.left -= n
	if head[0] == recordHandshake {
		f.pending = append(f.pending, body...)
		return nil
	}
	if n != 2 {
		return fmt.Errorf("%w: an alert of %d bytes", errMalformed, n)
	}
	// Some servers send handshake_failure as a warning and hang up; unrecognized_name (112) is a warning that is followed by more.
	if body[0] == 2 || body[1] != 112 {
		f.alert = int(body[1])
		return errAlert
	}
	return nil
}

// readAnswer reads the ServerHello of a flight and, if asked, goes on to the parameters of the key exchange as far as they can be
// read: the choice of the ServerHello stands whatever comes after it. What follows a ServerHello of TLS 1.3 is encrypted and not read.
func readAnswer(r io.Reader, most int, parameters bool) (answer, error) {
	f := &flight{r: r, left: most}
	a := answer{alert: -1}
	kind, body, err := f.next()
	if errors.Is(err, errAlert) {
		a.alert = f.alert
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if kind != handshakeServerHello {
		return a, fmt.Errorf("%w: message %d instead of a ServerHello", errMalformed, kind)
	}
	if err := a.serverHello(body); err != nil || a.version >= TLS13 || !parameters {
		return a, err
	}
	for err == nil && kind != handshakeServerKeyExchange && kind != handshakeServerHelloDone {
		switch kind, body, err = f.next(); {
		case err != nil:
		case kind == handshakeCertificate:
			a.chain, err = certificates(body)
		case kind == handshakeServerKeyExchange:
			err = a.keyExchange(body)
		}
	}
	return a, nil
}

// A cursor reads fields off the front of a message; after the first field that is not there, bad stays set.
type cursor struct {
	b   []byte
	bad bool
}

// bytes returns the next n bytes, nil if there are fewer.
func (c *cursor) bytes(n int) []byte {
	if n > len(c.b) {
		c.bad, c.b = true, nil
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

// uint returns the next n bytes as a number, big end first.
func (c *cursor) uint(n int) int {
	v := 0
	for _, x := range c.bytes(n) {
		v = v<<8 | int(x)
	}
	return v
}

// vector returns the bytes after a length of n bytes.
func (c *cursor) vector(n int) []byte { return c.bytes(c.uint(n)) }

// serverHello reads a ServerHello or HelloRetryRequest. The version of TLS 1.3 stands in an extension, for the sake of boxes in the
// middle that know no other number than that of TLS 1.2 (RFC 8446, 4.1.3).
func (a *answer) serverHello(b []byte) error {
	c := &cursor{b: b}
	a.version = Version(c.uint(2))
	a.retry = string(c.bytes(32)) == string(helloRetry[:])
	c.vector(1)
	a.suite = Suite(c.uint(2))
	a.compression = byte(c.uint(1))
	if c.bad {
		return fmt.Errorf("%w: ServerHello", errMalformed)
	}
	// Servers of SSL 3.0 and TLS 1.0 end the message here.
	a.extensions = map[uint16][]byte{}
	if len(c.b) > 0 {
		for x := (&cursor{b: c.vector(2)}); len(x.b) > 0; {
			id := uint16(x.uint(2))
			a.extensions[id] = x.vector(2)
			c.bad = c.bad || x.bad
		}
	}
	if v := a.extensions[extSupportedVersions]; len(v) == 2 {
		a.version = Version(binary.BigEndian.Uint16(v))
	}
	if k := a.extensions[extKeyShare]; len(k) >= 2 {
		a.group = Group(binary.BigEndian.Uint16(k))
	}
	// A version that was never registered is nonsense, and not a newer one: servers choose what was offered.
	if c.bad || a.version < SSL30 || a.version > TLS13 {
		return fmt.Errorf("%w: ServerHello", errMalformed)
	}
	return nil
}

// certificates reads the chain of a Certificate message of TLS 1.2 and below.
func certificates(b []byte) ([][]byte, error) {
	c := &cursor{b: b}
	list := &cursor{b: c.vector(3)}
	var chain [][]byte
	for len(list.b) > 0 && len(chain) < 32 {
		chain = append(chain, list.vector(3))
	}
	if c.bad || list.bad {
		return nil, fmt.Errorf("%w: Certificate", errMalformed)
	}
	return chain, nil
}

// keyExchange reads the size of Diffie-Hellman parameters or the curve, by the exchange of the chosen suite. A message of a suite
// that is not understood is passed over.
func (a *answer) keyExchange(b []byte) error {
	c := &cursor{b: b}
	at := a.suite.Attributes()
	if at.Auth == "PSK" { // the identity hint comes first (RFC 4279, RFC 5489)
		c.vector(2)
	}
	switch at.Kx {
	case "DHE":
		p := c.vector(2)
		for len(p) > 0 && p[0] == 0 {
			p = p[1:]
		}
		if len(p) == 0 {
			return fmt.Errorf("%w: ServerKeyExchange", errMalformed)
		}
		sum := sha256.Sum256(p)
		a.dh = DHParameters{Bits: (len(p)-1)*8 + bits.Len8(p[0]), Prime: hex.EncodeToString(sum[:])}
	case "ECDHE":
		if kind := c.uint(1); kind != 3 { // 1 and 2 spell the curve out, which RFC 8422 forbids
			return nil
		}
		a.group = Group(c.uint(2))
		if c.bad {
			return fmt.Errorf("%w: ServerKeyExchange", errMalformed)
		}
	}
	return nil
}
