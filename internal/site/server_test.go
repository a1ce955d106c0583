package site

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

const testHost = "site.test"

// An authority is a root and an intermediate of this process.
type authority struct {
	root, between       *x509.Certificate
	rootKey, betweenKey *ecdsa.PrivateKey
	roots               *x509.CertPool
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t testing.TB, template, parent *x509.Certificate, pub crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newAuthority(t testing.TB) *authority {
	a := &authority{rootKey: newKey(t), betweenKey: newKey(t), roots: x509.NewCertPool()}
	ca := func(name string, serial int64) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Test Authority"}}, IsCA: true, BasicConstraintsValid: true,
			KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(1000 * time.Hour)}
	}
	a.root = sign(t, ca("Root", 1), ca("Root", 1), &a.rootKey.PublicKey, a.rootKey)
	a.between = sign(t, ca("Intermediate", 2), a.root, &a.betweenKey.PublicKey, a.rootKey)
	a.roots.AddCert(a.root)
	return a
}

// Leaf is leaf, for the tests of the package's own outside.
func (a *authority) Leaf(t testing.TB, change ...func(*x509.Certificate)) tls.Certificate {
	return a.leaf(t, change...)
}

// Roots is the pool with the root.
func (a *authority) Roots() *x509.CertPool { return a.roots }

// ChainPEM is the intermediate and the root.
func (a *authority) ChainPEM() []byte {
	var b bytes.Buffer
	for _, c := range []*x509.Certificate{a.between, a.root} {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

// Staple signs an OCSP answer about a certificate of the authority.
func (a *authority) Staple(t testing.TB, pair tls.Certificate, status int) []byte {
	t.Helper()
	c, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	b, err := ocsp.CreateResponse(a.between, a.between, ocsp.Response{Status: status, SerialNumber: c.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour)}, a.betweenKey)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// leaf issues a certificate for testHost, changed by the functions. Its key is one of P-256, or of RSA if the template says so.
func (a *authority) leaf(t testing.TB, change ...func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: testHost}, DNSNames: []string{testHost}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-30 * 24 * time.Hour), NotAfter: time.Now().Add(60 * 24 * time.Hour), IssuingCertificateURL: []string{"http://ca.test/ca.crt"}}
	for _, f := range change {
		f(template)
	}
	var k crypto.Signer = newKey(t)
	if template.PublicKeyAlgorithm == x509.RSA {
		var err error
		if k, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	c := sign(t, template, a.between, k.Public(), a.betweenKey)
	return tls.Certificate{Certificate: [][]byte{c.Raw, a.between.Raw}, PrivateKey: k}
}

// A testSite is a server of HTTPS and one of HTTP on loopback, which the names and ports of Options lead to.
type testSite struct {
	https, http *httptest.Server
	o           Options
}

func port(s *httptest.Server) int { return s.Listener.Addr().(*net.TCPAddr).Port }

// newSite serves handlers and returns a site whose probe finds port 443 and 80 there, and all other ports closed but those in open.
func newSite(t testing.TB, config *tls.Config, https, plain http.Handler, roots *x509.CertPool, open ...int) *testSite {
	t.Helper()
	s := &testSite{https: httptest.NewUnstartedServer(https), http: httptest.NewUnstartedServer(plain)}
	for _, x := range []*httptest.Server{s.https, s.http} {
		x.Config.ErrorLog = log.New(io.Discard, "", 0)
		t.Cleanup(x.Close)
	}
	s.https.TLS = config
	s.https.EnableHTTP2 = true
	s.https.StartTLS()
	s.http.Start()
	s.o = loopback(port(s.https), port(s.http), roots, open...)
	return s
}

// loopback returns options under which testHost:443 and :80 are two ports of this machine.
func loopback(https, plain int, roots *x509.CertPool, open ...int) Options {
	return Options{AllowPrivate: true, Roots: roots, Resolve: []Override{{testHost, 443, netip.MustParseAddr("127.0.0.1")}}, RequestTimeout: 2 * time.Second,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			to := netip.MustParseAddrPort(address)
			n := 1 // tcpmux, which is closed
			switch to.Port() {
			case 443:
				n = https
			case 80:
				n = plain
			}
			for _, p := range open {
				if int(to.Port()) == p {
					n = https
				}
			}
			return (&net.Dialer{}).DialContext(ctx, network, netip.AddrPortFrom(to.Addr(), uint16(n)).String())
		}}
}

// look probes a site and checks that JSON keeps the facts.
func look(t testing.TB, o Options) *Site {
	t.Helper()
	s, err := Probe(t.Context(), "https://"+testHost, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(normal(s), normal(back)) {
		t.Errorf("JSON loses something")
	}
	return s
}

// normal writes facts, which makes empty and absent lists alike.
func normal(s *Site) string {
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		return err.Error()
	}
	return b.String()
}

var toHTTPS = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "https://"+testHost+r.URL.Path, http.StatusMovedPermanently)
})
