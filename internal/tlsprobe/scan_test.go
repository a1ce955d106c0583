package tlsprobe

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"
)

// certificate makes a certificate that nobody trusts, which is of no concern here.
func certificate(t testing.TB, ec bool) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "site.test"}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"site.test"}}
	if ec {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
		if err != nil {
			t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k}
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k}
}

// serve starts an HTTPS server of this process and returns its address.
func serve(t testing.TB, config *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func scan(t testing.TB, address string, o Options) *Result {
	t.Helper()
	o.ServerName = "site.test"
	r := Scan(t.Context(), address, o)
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, r) {
		t.Errorf("JSON loses something:\n%+v\n%+v", r, &back)
	}
	return r
}

// TestScanOfGo offers all that crypto/tls has and expects to find just that.
func TestScanOfGo(t *testing.T) {
	var legacy []uint16
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if s.SupportedVersions[0] != tls.VersionTLS13 {
			legacy = append(legacy, s.ID)
		}
	}
	groups := []tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	address := serve(t, &tls.Config{MinVersion: tls.VersionTLS10, CipherSuites: legacy, CurvePreferences: groups, NextProtos: []string{"h2", "http/1.1"},
		Certificates: []tls.Certificate{certificate(t, false), certificate(t, true)}})
	r := scan(t, address, Options{})
	if r.Stopped != "" {
		t.Fatalf("stopped: %s", r.Stopped)
	}
	for v := TLS10; v <= TLS13; v++ {
		x := r.Version(v)
		if x.Offered != Yes || !x.Complete {
			t.Errorf("%s: %+v", v, x)
		}
		var want []string
		for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			if slices.Contains(s.SupportedVersions, uint16(v)) {
				want = append(want, s.Name)
			}
		}
		var got []string
		for _, s := range x.Suites {
			got = append(got, s.Name())
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s suites:\n got %v\nwant %v", v, got, want)
		}
	}
	if x := r.Version(SSL30); x.Offered != No {
		t.Errorf("SSLv3: %+v", x)
	}
	if x := r.Version(TLS12); x.ServerOrder != Yes {
		t.Errorf("server order: %q", x.ServerOrder)
	}
	if len(r.Groups.Groups) != len(groups) || !r.Groups.Complete || r.Groups.Groups[0] != X25519MLKEM768 {
		t.Errorf("groups: %v", r.Groups)
	}
	if want := []Group{0x1D, 0x17, 0x18, 0x19}; !slices.Equal(r.Curves.Groups, want) {
		t.Errorf("curves: %v, want %v", r.Curves, want)
	}
	if len(r.Chains) != 2 || len(r.DH) != 0 {
		t.Errorf("%d chains, DH %v", len(r.Chains), r.DH)
	}
	for name, got := range map[string]State{"compression": r.Compression, "heartbeat": r.Heartbeat} {
		if got != No {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, got := range map[string]State{"secure renegotiation": r.SecureRenegotiation, "fallback": r.FallbackSCSV,
		"extended master secret": r.ExtendedMasterSecret, "h2": r.ALPN["h2"], "http/1.1": r.ALPN["http/1.1"]} {
		if got != Yes {
			t.Errorf("%s: %q", name, got)
		}
	}
	t.Logf("%d connections", r.Connections)
}

func TestScanOfModernGo(t *testing.T) {
	address := serve(t, &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"}, Certificates: []tls.Certificate{certificate(t, true)}})
	r := scan(t, address, Options{})
	for v := SSL30; v <= TLS12; v++ {
		if x := r.Version(v); x.Offered != No {
			t.Errorf("%s: %+v", v, x)
		}
	}
	if r.ALPN["h2"] != Yes || r.ALPN["http/1.1"] != No || r.SecureRenegotiation != NotAsked || r.Stopped != "" {
		t.Errorf("%+v", r)
	}
	t.Logf("%d connections", r.Connections)
	if basic := scan(t, address, Options{Depth: Basic}); basic.Connections > 10 || basic.Version(TLS13).Offered != Yes {
		t.Errorf("basic: %+v", basic)
	}
}

// TestHostile expects a result and a reason, soon, whatever a server does.
func TestHostile(t *testing.T) {
	hello := func() []byte { // a ServerHello of TLS 1.2
		b := append([]byte{2, 0, 0, 38, 3, 3}, make([]byte, 33)...)
		return append([]byte{22, 3, 3, 0, 42}, append(b, 0, 0x2F, 0)...)
	}()
	for name, do := range map[string]func(net.Conn){
		"closes": func(c net.Conn) {},
		"silent": func(c net.Conn) { io.Copy(io.Discard, c) },
		"http":   func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") },
		"endless": func(c net.Conn) {
			for b := make([]byte, 1<<16); ; {
				if _, err := c.Write(b); err != nil {
					return
				}
			}
		},
		"drip": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{22}); err != nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		},
		"endless warnings": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{21, 3, 3, 0, 2, 1, 112}); err != nil {
					return
				}
			}
		},
		"huge message":     func(c net.Conn) { c.Write([]byte{22, 3, 3, 0, 4, 2, 0xFF, 0xFF, 0xFF}); io.Copy(io.Discard, c) },
		"not offered":      func(c net.Conn) { c.Write(append(hello[:len(hello)-3:len(hello)-3], 0x13, 0x01, 0)) },
		"same suite again": func(c net.Conn) { c.Write(hello) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					go func() { defer c.Close(); do(c) }()
				}
			}()
			start := time.Now()
			r := scan(t, l.Addr().String(), Options{Timeout: 200 * time.Millisecond})
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %s", d)
			}
			for _, v := range r.Versions {
				if v.Offered == No || v.Offered == Yes && v.Complete {
					t.Errorf("%s is %s, complete %t: %s", v.Version, v.Offered, v.Complete, v.Reason)
				}
			}
			t.Logf("%d connections, stopped %q, TLS 1.2 %s: %s", r.Connections, r.Stopped, r.Version(TLS12).Offered, r.Version(TLS12).Reason)
		})
	}
}

// TestResetAfterSome is a server that refuses to talk after a number of connections: what is left is unknown, not absent.
func TestResetAfterSome(t *testing.T) {
	inner := serve(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, true)}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if n >= 9 {
					return
				}
				up, err := net.Dial("tcp", inner)
				if err != nil {
					return
				}
				defer up.Close()
				go io.Copy(up, c)
				io.Copy(c, up)
			}()
		}
	}()
	r := scan(t, l.Addr().String(), Options{Parallel: 1})
	if r.Stopped == "" || r.Version(TLS13).Complete && r.Version(TLS12).Complete {
		t.Errorf("stopped %q, %+v", r.Stopped, r.Versions)
	}
	t.Log(r.Stopped)
}
