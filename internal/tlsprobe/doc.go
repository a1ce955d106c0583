// Package tlsprobe finds out what a TLS server offers: protocol versions from SSL 3.0 to TLS 1.3, cipher suites and their order,
// groups, the size of Diffie-Hellman parameters, compression, secure renegotiation, ALPN.
//
// It speaks just enough of the protocol to be answered: it encodes a ClientHello and reads the first flight of the server. No key
// is ever agreed on, so that suites, groups and parameters are found which no TLS library would use. crypto/tls is the better tool
// for trust, names and stapling and is not used here, but for ALPN of a server that speaks TLS 1.3 alone.
//
// Every byte of a server is taken for hostile: what is read of one connection is capped in size and time. An answer is never
// guessed: what could not be learned is Inconclusive, which is not "not offered".
package tlsprobe

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"
)

// A Version is the number of a protocol version as it stands on the wire. In JSON it is its name.
type Version uint16

// The versions that are probed. SSL 2.0 has a hello of its own and is not probed.
const (
	SSL30 Version = 0x0300
	TLS10 Version = 0x0301
	TLS11 Version = 0x0302
	TLS12 Version = 0x0303
	TLS13 Version = 0x0304
)

// String returns "SSLv3", "TLSv1.0" … "TLSv1.3", or the number in hexadecimal.
func (v Version) String() string {
	switch {
	case v == SSL30:
		return "SSLv3"
	case v >= TLS10 && v <= TLS13:
		return fmt.Sprintf("TLSv1.%d", v-TLS10)
	}
	return fmt.Sprintf("0x%04X", uint16(v))
}

// MarshalText returns String.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText accepts what MarshalText returns.
func (v *Version) UnmarshalText(b []byte) error {
	for x := SSL30; x <= TLS13; x++ {
		if x.String() == string(b) {
			*v = x
			return nil
		}
	}
	n, err := strconv.ParseUint(string(b), 0, 16)
	if err != nil {
		return fmt.Errorf("unknown TLS version %q", b)
	}
	*v = Version(n)
	return nil
}

// A State is an answer to a question about a server.
type State string

// The states. The zero value means that the question was not asked.
const (
	NotAsked     State = ""
	Yes          State = "yes"
	No           State = "no"
	Inconclusive State = "inconclusive" // the server timed out, hung up or talked nonsense: nothing is known
)

// A Depth says how much to ask.
type Depth string

// The depths. Full takes about 30 connections for a server of today and about 130 for one that offers everything; Basic takes five
// to ten and learns the versions and one suite of each.
const (
	Full  Depth = "full"
	Basic Depth = "basic"
)

// Options say how to probe. The zero value is usable: a full probe over the net.
type Options struct {
	// ServerName is sent as SNI unless it is empty or an IP address.
	ServerName string
	// Dial opens a connection; net.Dialer's if nil. It is called from several goroutines.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Depth is Full if empty.
	Depth Depth
	// MaxConnections is how many connections may be opened; 150 if zero.
	MaxConnections int
	// Parallel is how many connections may be open at once; 4 if zero.
	Parallel int
	// Timeout is for one connection, from dialling to the last byte that is read; 5 seconds if zero.
	Timeout time.Duration
	// MaxBytes is how much of one answer is read; 256 KiB if zero.
	MaxBytes int
}

// withDefaults fills what is zero.
func (o Options) withDefaults() Options {
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.Depth == "" {
		o.Depth = Full
	}
	for _, d := range []struct {
		field *int
		value int
	}{{&o.MaxConnections, 150}, {&o.Parallel, 4}, {&o.MaxBytes, 256 << 10}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	return o
}

// A Result is what was learned of one server. It is plain data: JSON keeps all of it.
type Result struct {
	Address    string `json:"address"`
	ServerName string `json:"server_name,omitempty"`
	Depth      Depth  `json:"depth"`
	// Versions has one entry for each version that was asked for, newest first.
	Versions []VersionResult `json:"versions"`
	// Groups are those of TLS 1.3 in the order of preference, Curves those of ECDHE in TLS 1.2 and below.
	Groups GroupResult `json:"groups"`
	Curves GroupResult `json:"curves"`
	// DH has one entry for each size of Diffie-Hellman parameters that was seen, ascending.
	DH []DHParameters `json:"dh,omitempty"`
	// Chains are the certificates of TLS 1.2 and below as they were sent, DER, leaf first: one for each leaf that was seen.
	Chains [][][]byte `json:"chains,omitempty"`
	// Compression says whether the server compresses, SecureRenegotiation whether it answers RFC 5746 (which TLS 1.3 has no use
	// for), FallbackSCSV whether it refuses a downgrade, ExtendedMasterSecret and Heartbeat whether it answers the extension.
	Compression          State `json:"compression,omitempty"`
	SecureRenegotiation  State `json:"secure_renegotiation,omitempty"`
	FallbackSCSV         State `json:"fallback_scsv,omitempty"`
	ExtendedMasterSecret State `json:"extended_master_secret,omitempty"`
	Heartbeat            State `json:"heartbeat,omitempty"`
	// ALPN says for each protocol whether the server chose it when it was offered alone.
	ALPN map[string]State `json:"alpn,omitempty"`
	// Connections is how many were opened. Stopped says why probing ended early, "" if it did not.
	Connections int    `json:"connections"`
	Stopped     string `json:"stopped,omitempty"`
}

// A VersionResult is what is known of one protocol version.
type VersionResult struct {
	Version Version `json:"version"`
	Offered State   `json:"offered"`
	// Reason is the answer that decided: "alert 70 (protocol_version)", "timeout".
	Reason string `json:"reason,omitempty"`
	// Suites are in the order in which the server chose them. Complete says that the server refused when all others were offered.
	Suites   []Suite `json:"suites,omitempty"`
	Complete bool    `json:"complete"`
	// ServerOrder says whether the server's order counts and not the client's; NotAsked if it has one suite only.
	ServerOrder State `json:"server_order,omitempty"`
}

// A GroupResult is a list of groups. Complete says that the server refused when all others were offered.
type GroupResult struct {
	Groups   []Group `json:"groups,omitempty"`
	Complete bool    `json:"complete"`
}

// DHParameters are finite-field Diffie-Hellman parameters of TLS 1.2 and below.
type DHParameters struct {
	Bits int `json:"bits"`
	// Prime is the SHA-256 of the modulus in hexadecimal, by which a shared prime is known.
	Prime string `json:"prime"`
}

// Version returns the entry of a version; one that was not asked for if there is none.
func (r *Result) Version(v Version) VersionResult {
	for _, x := range r.Versions {
		if x.Version == v {
			return x
		}
	}
	return VersionResult{Version: v}
}

// NotEvaluated names what this package never asks, for whoever prints a grade.
func NotEvaluated() []string {
	return []string{"SSL 2.0 (DROWN)", "insecure renegotiation", "Heartbleed", "CCS injection", "Ticketbleed", "ROBOT", "POODLE over TLS and its variants",
		"zero-length padding oracle", "CVE-2016-2107", "weak Debian keys"}
}
