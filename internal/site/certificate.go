package site

import (
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/ocsp"
)

// maxNames is how many names of a certificate are kept.
const maxNames = 100

// A Handshake is what crypto/tls saw of one address.
type Handshake struct {
	Address string `json:"address"`
	// Error is why there is no connection, with the kind in front as in Response.
	Error   string `json:"error,omitempty"`
	Version string `json:"version,omitempty"`
	Suite   string `json:"suite,omitempty"`
	ALPN    string `json:"alpn,omitempty"`
	// Chain are the certificates as sent, leaf first.
	Chain []Certificate `json:"chain,omitempty"`
	Trust Trust         `json:"trust"`
	// Staple is the OCSP answer that came with the handshake; nil if none came. Tries is how many handshakes it took, or were tried.
	Staple *Staple `json:"staple,omitempty"`
	Tries  int     `json:"tries,omitempty"`
}

// Leaf returns the certificate of the server, nil if none was sent.
func (h *Handshake) Leaf() *Certificate {
	if h == nil || len(h.Chain) == 0 {
		return nil
	}
	return &h.Chain[0]
}

// A Trust is what verification of a chain came to. Each question is answered apart: a certificate can be expired and have the wrong
// name.
type Trust struct {
	// Verified says that a browser with the same roots would go on: chain, time and name are right, without any certificate that
	// was not sent.
	Verified bool `json:"verified"`
	// Chained says that the certificates as sent lead to a root, whatever the time and name.
	Chained bool `json:"chained"`
	InTime  bool `json:"in_time"`
	Named   bool `json:"named"`
	// SelfSigned is the leaf. Incomplete says that no root was reached, and that the last certificate sent names where its issuer's
	// certificate can be had: it was left out, and is not fetched.
	SelfSigned bool   `json:"self_signed,omitempty"`
	Incomplete bool   `json:"incomplete,omitempty"`
	Error      string `json:"error,omitempty"`
}

// A Certificate is what one says.
type Certificate struct {
	Subject    string    `json:"subject"`
	Issuer     string    `json:"issuer"`
	IssuerOrg  string    `json:"issuer_org,omitempty"`
	CommonName string    `json:"common_name,omitempty"`
	Serial     string    `json:"serial"`
	Names      []string  `json:"names,omitempty"` // DNS names and IP addresses, the first hundred
	NameCount  int       `json:"name_count"`
	NotBefore  time.Time `json:"not_before"`
	NotAfter   time.Time `json:"not_after"`
	IsCA       bool      `json:"is_ca,omitempty"`
	// Key is "RSA", "ECDSA", "Ed25519", "DSA" or "unknown"; Bits its size, Exponent that of RSA.
	Key       string `json:"key"`
	Bits      int    `json:"bits"`
	Exponent  int    `json:"exponent,omitempty"`
	Signature string `json:"signature"` // "SHA256-RSA"
	// OCSP, CRL and Issuers are URLs that the certificate gives.
	OCSP    []string `json:"ocsp,omitempty"`
	CRL     []string `json:"crl,omitempty"`
	Issuers []string `json:"issuers,omitempty"`
	// MustStaple is the extension of RFC 7633 with status_request.
	MustStaple bool `json:"must_staple,omitempty"`
	// SCTs are signed promises of certificate transparency logs: in the certificate, the handshake or the stapled answer.
	SCTs   []SCT  `json:"scts,omitempty"`
	SHA256 string `json:"sha256"`
}

// Lifetime returns how long the certificate is valid in all.
func (c *Certificate) Lifetime() time.Duration { return c.NotAfter.Sub(c.NotBefore) }

// Used returns the part of the lifetime that has passed at a time: 0 at its start, 1 at its end and above that when it is over.
func (c *Certificate) Used(at time.Time) float64 {
	if c.Lifetime() <= 0 {
		return 1
	}
	return float64(at.Sub(c.NotBefore)) / float64(c.Lifetime())
}

// An SCT is one signed certificate timestamp. Its signature is not verified.
type SCT struct {
	Log    string    `json:"log"` // the log's id in base64
	Time   time.Time `json:"time"`
	Source string    `json:"source"` // "certificate", "tls" or "ocsp"
}

// A Staple is a stapled OCSP answer.
type Staple struct {
	Status     string    `json:"status"` // "good", "revoked", "unknown" or "invalid", with the reason in Error
	ThisUpdate time.Time `json:"this_update,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"`
	Error      string    `json:"error,omitempty"`
}

// Extensions: timestamps in a certificate and in an OCSP answer (RFC 6962, 3.3), TLS features (RFC 7633).
var (
	oidSCTs       = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	oidOCSPSCTs   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 5}
	oidTLSFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
)

// describe returns what a certificate says.
func describe(c *x509.Certificate) Certificate {
	sum := sha256.Sum256(c.Raw)
	out := Certificate{Subject: text(c.Subject.String()), Issuer: text(c.Issuer.String()), CommonName: text(c.Subject.CommonName), IsCA: c.IsCA, Serial: fmt.Sprintf("%x", c.SerialNumber),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), Signature: c.SignatureAlgorithm.String(), SHA256: hex.EncodeToString(sum[:]), NameCount: len(c.DNSNames) + len(c.IPAddresses),
		OCSP: urls(c.OCSPServer), CRL: urls(c.CRLDistributionPoints), Issuers: urls(c.IssuingCertificateURL)}
	if len(c.Issuer.Organization) > 0 {
		out.IssuerOrg = text(c.Issuer.Organization[0])
	}
	for _, n := range c.DNSNames {
		out.Names = append(out.Names, text(n))
	}
	for _, ip := range c.IPAddresses {
		out.Names = append(out.Names, ip.String())
	}
	out.Names = out.Names[:min(len(out.Names), maxNames)]
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		out.Key, out.Bits, out.Exponent = "RSA", k.N.BitLen(), k.E
	case *ecdsa.PublicKey:
		out.Key, out.Bits = "ECDSA", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		out.Key, out.Bits = "Ed25519", 256
	case *dsa.PublicKey:
		out.Key, out.Bits = "DSA", k.P.BitLen()
	default:
		out.Key = "unknown"
	}
	for _, e := range c.Extensions {
		switch {
		case e.Id.Equal(oidTLSFeature):
			var features []int
			if _, err := asn1.Unmarshal(e.Value, &features); err == nil {
				out.MustStaple = slices.Contains(features, 5) // status_request
			}
		case e.Id.Equal(oidSCTs):
			out.SCTs = append(out.SCTs, sctList(e.Value, "certificate")...)
		}
	}
	return out
}

// sctList reads the list of an extension: an OCTET STRING around the list of RFC 6962, 3.3.
func sctList(der []byte, source string) []SCT {
	var raw []byte
	if _, err := asn1.Unmarshal(der, &raw); err != nil {
		return nil
	}
	list := cryptobyte.String(raw)
	var items cryptobyte.String
	if !list.ReadUint16LengthPrefixed(&items) {
		return nil
	}
	var out []SCT
	for !items.Empty() && len(out) < 20 {
		var one cryptobyte.String
		if !items.ReadUint16LengthPrefixed(&one) {
			break
		}
		if s, ok := sct(one, source); ok {
			out = append(out, s)
		}
	}
	return out
}

// sct reads one timestamp of version 1: version, log id, milliseconds.
func sct(b cryptobyte.String, source string) (SCT, bool) {
	var version uint8
	var id []byte
	var ms uint64
	if !b.ReadUint8(&version) || version != 0 || !b.ReadBytes(&id, 32) || !b.ReadUint64(&ms) || ms > 1<<52 {
		return SCT{}, false
	}
	return SCT{Log: base64.StdEncoding.EncodeToString(id), Time: time.UnixMilli(int64(ms)).UTC(), Source: source}, true
}

// verify answers each question of Trust for a chain as it was sent. Roots nil means the system's.
func verify(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) Trust {
	if len(chain) == 0 {
		return Trust{Error: "no certificate is sent"}
	}
	leaf, t := chain[0], Trust{}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	o := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now}
	nameErr := leaf.VerifyHostname(host)
	_, err := leaf.Verify(o)
	t.Named, t.Chained = nameErr == nil, err == nil
	t.InTime = !now.Before(leaf.NotBefore) && !now.After(leaf.NotAfter)
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired { // would it have been trusted in the middle of its life?
		o.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
		_, then := leaf.Verify(o)
		t.Chained = then == nil
		t.InTime = false
	}
	t.Verified = err == nil && nameErr == nil
	t.SelfSigned = string(leaf.RawIssuer) == string(leaf.RawSubject) && leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) && !t.SelfSigned {
		last := chain[len(chain)-1]
		t.Incomplete = len(last.IssuingCertificateURL) > 0 && string(last.RawIssuer) != string(last.RawSubject)
	}
	for _, e := range []error{err, nameErr} {
		if e != nil && t.Error == "" {
			t.Error = text(e.Error())
		}
	}
	return t
}

// staple reads a stapled answer for the leaf of a chain.
func staple(raw []byte, chain []*x509.Certificate) *Staple {
	if len(raw) == 0 || len(chain) == 0 {
		return nil
	}
	var issuer *x509.Certificate
	if len(chain) > 1 {
		issuer = chain[1]
	}
	r, err := ocsp.ParseResponseForCert(raw, chain[0], issuer)
	if err != nil {
		return &Staple{Status: "invalid", Error: text(err.Error())}
	}
	s := &Staple{Status: "unknown", ThisUpdate: r.ThisUpdate.UTC(), NextUpdate: r.NextUpdate.UTC()}
	switch r.Status {
	case ocsp.Good:
		s.Status = "good"
	case ocsp.Revoked:
		s.Status = "revoked"
	}
	return s
}

// stapledSCTs returns the timestamps of a stapled answer.
func stapledSCTs(raw []byte) []SCT {
	r, err := ocsp.ParseResponse(raw, nil)
	if err != nil {
		return nil
	}
	for _, e := range r.Extensions {
		if e.Id.Equal(oidOCSPSCTs) {
			return sctList(e.Value, "ocsp")
		}
	}
	return nil
}

// urls keeps the first eight.
func urls(in []string) []string {
	var out []string
	for _, u := range in[:min(len(in), 8)] {
		out = append(out, text(u))
	}
	return out
}

// text caps a string of a server and makes it valid UTF-8, so that JSON gives it back as it was. Printing it is another matter:
// reports go through inert.Text.
func text(s string) string {
	const most = 2048
	if len(s) > most {
		s = s[:most]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}
