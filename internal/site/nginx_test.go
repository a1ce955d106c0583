package site_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// An nginxSite is one server block of HTTPS and its neighbour of HTTP, and what is expected of them.
type nginxSite struct {
	name     string
	https    string                  // directives of the server of HTTPS
	http     string                  // directives of the server of HTTP; a redirect to HTTPS if empty
	cert     func(*x509.Certificate) // changes the certificate
	alone    bool                    // the intermediate is not sent
	letter   string                  // SSL Labs
	versions []tlsprobe.Version
	check    func(*testing.T, *site.Site)
}

const (
	hsts   = `add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always;`
	modern = `ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM;`
	tlsOld = `ssl_protocols TLSv1 TLSv1.1; ssl_ciphers HIGH:!aNULL:@SECLEVEL=0; ssl_prefer_server_ciphers on;`
)

func nginxSites(dir string) []nginxSite {
	v10, v11, v12, v13 := tlsprobe.TLS10, tlsprobe.TLS11, tlsprobe.TLS12, tlsprobe.TLS13
	both := []tlsprobe.Version{v12, v13}
	return []nginxSite{
		{name: "modern", https: modern + hsts + "http2 on_listen;", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if s.Handshakes[0].ALPN != "h2" || s.TLS.ALPN["h2"] != tlsprobe.Yes || s.HTTPS.Last().Proto != "HTTP/2.0" {
				t.Errorf("ALPN %q, %v, %s", s.Handshakes[0].ALPN, s.TLS.ALPN, s.HTTPS.Last().Proto)
			}
			if p := grade.HSTSPreload(s); !p.Eligible && p.Errors[0].Code != "redirects.http.first_redirect.no_hsts" {
				t.Errorf("%+v", p)
			}
		}},
		{name: "TLS 1.3 alone", https: "ssl_protocols TLSv1.3;" + hsts, letter: "A+", versions: []tlsprobe.Version{v13}},
		{name: "TLS 1.2 alone", https: "ssl_protocols TLSv1.2; ssl_ciphers ECDHE+AESGCM;" + hsts, letter: "A-", versions: []tlsprobe.Version{v12}},
		{name: "TLS 1.0 and 1.1", https: tlsOld + hsts, letter: "C", versions: []tlsprobe.Version{v10, v11}},
		{name: "TLS 1.0 to 1.3", https: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AES:@SECLEVEL=0;" + hsts, letter: "B", versions: []tlsprobe.Version{v10, v11, v12, v13}},
		{name: "CBC alone", https: "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384;" + hsts, letter: "B", versions: []tlsprobe.Version{v12}},
		{name: "DHE 1024, anonymous", https: "ssl_protocols TLSv1.2; ssl_ciphers ADH-AES128-GCM-SHA256:ECDHE+AESGCM:@SECLEVEL=0; ssl_dhparam " + filepath.Join(dir, "dh.pem") + ";" + hsts,
			letter: "F", versions: []tlsprobe.Version{v12}, check: func(t *testing.T, s *site.Site) {
				if len(s.TLS.DH) != 1 || s.TLS.DH[0].Bits != 1024 {
					t.Errorf("DH %v", s.TLS.DH)
				}
			}},
		{name: "DHE 1024 alone", https: "ssl_protocols TLSv1.2; ssl_ciphers DHE+AESGCM:@SECLEVEL=0; ssl_dhparam " + filepath.Join(dir, "dh.pem") + ";" + hsts, letter: "B", versions: []tlsprobe.Version{v12},
			cert: func(c *x509.Certificate) { c.PublicKeyAlgorithm = x509.RSA }, check: func(t *testing.T, s *site.Site) { // crypto/tls has no DHE
				if h := s.Handshakes[0]; h.Version != "" || h.Leaf() == nil || !h.Trust.Verified || h.Leaf().Key != "RSA" || s.HTTPS.First().OK() {
					t.Errorf("%+v", h)
				}
				if len(s.TLS.DH) != 1 || s.TLS.DH[0].Bits != 1024 {
					t.Errorf("DH %v", s.TLS.DH)
				}
			}},
		{name: "two certificates", https: modern + hsts + "ssl_certificate " + dir + "/rsa.pem; ssl_certificate_key " + dir + "/rsa.pem;", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if len(s.Alternatives) != 1 || s.Alternatives[0].Leaf().Key == s.Handshakes[0].Leaf().Key || !s.Alternatives[0].Trust.Verified {
				t.Errorf("%+v", s.Alternatives)
			}
		}},
		{name: "server order", https: modern + "ssl_prefer_server_ciphers on;" + hsts, letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if o := s.TLS.Version(v12).ServerOrder; o != tlsprobe.Yes {
				t.Errorf("order %q", o)
			}
		}},
		{name: "client order", https: modern + "ssl_prefer_server_ciphers off;" + hsts, letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if o := s.TLS.Version(v12).ServerOrder; o != tlsprobe.No {
				t.Errorf("order %q", o)
			}
		}},
		{name: "no HSTS", https: modern, letter: "A", versions: both},
		{name: "short HSTS", https: modern + `add_header Strict-Transport-Security "max-age=3600";`, letter: "A", versions: both},
		{name: "HSTS off", https: modern + `add_header Strict-Transport-Security "max-age=0";`, letter: "A-", versions: both},
		{name: "HSTS not on errors", https: modern + `add_header Strict-Transport-Security "max-age=63072000";`, letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if s.HTTPS.First().Header("Strict-Transport-Security") == "" || s.Missing.Header("Strict-Transport-Security") != "" || s.Missing.Status != 404 {
				t.Errorf("the header is on / or not on a 404: %v", s.Missing)
			}
		}},
		{name: "expired", https: modern + hsts, cert: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }, letter: "T", versions: both},
		{name: "wrong name", https: modern + hsts, cert: func(c *x509.Certificate) { c.DNSNames = []string{"other.test"} }, letter: "M", versions: both},
		{name: "incomplete chain", https: modern + hsts, alone: true, letter: "B", versions: both},
		{name: "tokens", https: modern + hsts + "server_tokens on;", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if !strings.HasPrefix(s.HTTPS.First().Header("Server"), "nginx/1") {
				t.Errorf("Server: %q", s.HTTPS.First().Header("Server"))
			}
		}},
		{name: "alias traversal", https: modern + hsts + "location /static { alias " + dir + "/www/static/; }", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			for _, e := range s.Exposures {
				if e.Hit != (e.Rule == "alias-traversal" && e.Path == "/static../.git/HEAD" || e.Rule == "dotenv" || e.Rule == "git") {
					t.Errorf("%+v", e)
				}
			}
		}},
		{name: "body limit, gzip", https: modern + hsts + "client_max_body_size 10m; gzip on; gzip_types text/css;", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if s.BodyLimit.Outcome != "refused" || s.Static == nil || s.Static.Header("Content-Encoding") != "gzip" {
				t.Errorf("%+v, %+v", s.BodyLimit, s.Static)
			}
		}},
		{name: "no body limit, no gzip", https: modern + hsts + "client_max_body_size 0; location = / { proxy_pass http://127.0.0.1:1; }", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if s.BodyLimit.Outcome == "refused" || s.HTTPS.First().Status != 502 {
				t.Errorf("%+v", s.BodyLimit)
			}
		}},
		{name: "no redirect", https: modern + hsts, http: "root " + dir + "/www;", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if r, _ := ruleOf(grade.Observatory(s, nil), "redirection"); r != "redirection-missing" {
				t.Errorf("%s", r)
			}
		}},
		{name: "redirect loop", https: modern + hsts + "location = / { return 302 https://site.test/; }", letter: "A+", versions: both, check: func(t *testing.T, s *site.Site) {
			if s.HTTPS.Stopped != "a loop" {
				t.Errorf("%+v", s.HTTPS)
			}
		}},
		{name: "stapling file", https: modern + hsts + "ssl_stapling on; ssl_stapling_file " + dir + "/staple.der;", letter: "A+", versions: both,
			cert: func(c *x509.Certificate) {
				c.SerialNumber = big.NewInt(77)
				c.OCSPServer = []string{"http://127.0.0.1:1/"}
			}, check: func(t *testing.T, s *site.Site) {
				if st := s.Handshakes[0].Staple; st == nil || st.Status != "good" || s.Handshakes[0].Tries != 1 {
					t.Errorf("%+v", st)
				}
			}},
		{name: "must-staple, none", https: modern + hsts, letter: "A+", versions: both, cert: func(c *x509.Certificate) {
			c.OCSPServer = []string{"http://127.0.0.1:1/"}
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
		}, check: func(t *testing.T, s *site.Site) {
			if h := s.Handshakes[0]; h.Staple != nil || !h.Leaf().MustStaple || h.Tries != 3 {
				t.Errorf("%+v", h)
			}
		}},
	}
}

func ruleOf(g grade.Grade, name string) (string, bool) {
	r, ok := g.Rule(name)
	return r.Result, ok
}

// TestNginx serves each configuration by a real nginx and compares versions, the grade and what else was said of it.
func TestNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	os.Chmod(dir, 0o755)
	os.Chmod(filepath.Dir(dir), 0o755)
	write("www/index.html", []byte("<!doctype html><title>Club</title><link rel=stylesheet href=/static/a.css>"))
	write("www/static/a.css", bytes.Repeat([]byte("a { color: red }\n"), 200))
	write("www/.git/HEAD", []byte("ref: refs/heads/main\n"))
	write("www/.env", []byte("A_KEY=1\nB_KEY=2\n"))
	p := new(big.Int).SetBit(big.NewInt(1), 1023, 1)
	der, err := asn1.Marshal(struct{ P, G *big.Int }{p, big.NewInt(2)})
	if err != nil {
		t.Fatal(err)
	}
	write("dh.pem", pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: der}))
	a := site.NewAuthority(t)
	write("rsa.pem", pemOf(t, a.Leaf(t, func(c *x509.Certificate) { c.PublicKeyAlgorithm = x509.RSA })))
	var conf strings.Builder
	fmt.Fprintf(&conf, "user root; daemon off; master_process off; pid %s/pid; error_log %s/error.log; events {}\nhttp { access_log off; types { text/html html; text/css css; } default_type application/octet-stream; server_tokens off;\n", dir, dir)
	for _, d := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&conf, "%s_temp_path %s/tmp;\n", d, dir)
	}
	sites := nginxSites(dir)
	ports := make([][2]int, len(sites))
	for i, x := range sites {
		pair := a.Leaf(t, func(c *x509.Certificate) {
			if os.Getenv("PRODCHECK_TESTSSL") != "" {
				c.DNSNames = append(c.DNSNames, "localhost") // a name that testssl.sh can look up
			}
			if x.cert != nil {
				x.cert(c)
			}
		})
		if x.name == "stapling file" {
			write("staple.der", a.Staple(t, pair, ocsp.Good))
		}
		if x.alone {
			pair.Certificate = pair.Certificate[:1]
		}
		file := write(fmt.Sprintf("%d.pem", i), pemOf(t, pair))
		ports[i] = [2]int{freePort(t), freePort(t)}
		listen := ""
		if strings.Contains(x.https, "http2 on_listen;") {
			listen, x.https = " http2", strings.ReplaceAll(x.https, "http2 on_listen;", "")
		}
		if x.http == "" {
			x.http = "return 301 https://site.test$request_uri;"
		}
		if !strings.Contains(x.https, "location /static") {
			x.https += "location /static/ { alias " + dir + "/www/static/; }"
		}
		fmt.Fprintf(&conf, "server { listen 127.0.0.1:%d ssl%s; root %s/www; ssl_certificate %s; ssl_certificate_key %s;\n%s }\n", ports[i][0], listen, dir, file, file, x.https)
		fmt.Fprintf(&conf, "server { listen 127.0.0.1:%d; %s }\n", ports[i][1], x.http)
	}
	conf.WriteString("}\n")
	start(t, nginx, dir, write("nginx.conf", []byte(conf.String())), ports[0][0])
	for i, x := range sites {
		t.Run(x.name, func(t *testing.T) {
			began := time.Now()
			o := site.Loopback(ports[i][0], ports[i][1], a.Roots())
			s := site.Look(t, o)
			for v := tlsprobe.SSL30; v <= tlsprobe.TLS13; v++ {
				want := tlsprobe.No
				if slices.Contains(x.versions, v) {
					want = tlsprobe.Yes
				}
				if got := s.TLS.Version(v); got.Offered != want {
					t.Errorf("%s is %s (%s), want %s", v, got.Offered, got.Reason, want)
				}
			}
			g := grade.SSLLabs(s)
			if g.Letter != x.letter {
				t.Errorf("SSL Labs %s %d %q, want %s: %v", g.Letter, g.Score, g.Refused, x.letter, g.Rules)
			}
			if x.check != nil {
				x.check(t, s)
			}
			againstTestssl(t, x.name, ports[i][0], a.ChainPEM(), g)
			var facts bytes.Buffer
			if err := site.Write(&facts, s); err != nil {
				t.Fatal(err)
			}
			if again, err := site.Read(&facts); err != nil || !reflect.DeepEqual(grade.SSLLabs(again), g) || !reflect.DeepEqual(grade.Observatory(again, nil), grade.Observatory(s, nil)) {
				t.Errorf("the same facts give another grade when they come from a file: %v", err)
			}
			if s.Connections > 200 || s.Requests > 40 {
				t.Errorf("%d connections, %d requests", s.Connections, s.Requests)
			}
			t.Logf("%s, %s %d, Observatory %s, %d connections, %d requests", time.Since(began).Round(time.Millisecond), g.Letter, g.Score, grade.Observatory(s, nil).Letter, s.Connections, s.Requests)
		})
	}
}

// TestLazyStaple is an nginx that asks its responder after the first handshake: the staple is seen at a later one.
func TestLazyStaple(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	dir, a := t.TempDir(), site.NewAuthority(t)
	var answer []byte
	responder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/ocsp-response")
		w.Write(answer)
	}))
	t.Cleanup(responder.Close)
	pair := a.Leaf(t, func(c *x509.Certificate) { c.OCSPServer = []string{responder.URL} })
	answer = a.Staple(t, pair, ocsp.Good)
	file, chain := filepath.Join(dir, "a.pem"), filepath.Join(dir, "chain.pem")
	os.WriteFile(file, pemOf(t, pair), 0o644)
	os.WriteFile(chain, a.ChainPEM(), 0o644)
	port := freePort(t)
	conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log; events {} http { access_log off; client_body_temp_path %[1]s/t; proxy_temp_path %[1]s/t;
fastcgi_temp_path %[1]s/t; uwsgi_temp_path %[1]s/t; scgi_temp_path %[1]s/t;
server { listen 127.0.0.1:%[2]d ssl; ssl_certificate %[3]s; ssl_certificate_key %[3]s; ssl_trusted_certificate %[4]s; ssl_stapling on; return 204; } }`, dir, port, file, chain)
	path := filepath.Join(dir, "nginx.conf")
	os.WriteFile(path, []byte(conf), 0o644)
	start(t, nginx, dir, path, port)
	s := site.Look(t, site.Loopback(port, 1, a.Roots()))
	if h := s.Handshakes[0]; h.Staple == nil || h.Staple.Status != "good" {
		t.Errorf("%+v after %d handshakes", h.Staple, h.Tries)
	} else {
		t.Logf("stapled at handshake %d", h.Tries)
	}
}

func start(t *testing.T, nginx, dir, conf string, port int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), nginx, "-p", dir, "-c", conf)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	more, _ := os.ReadFile(filepath.Join(dir, "error.log"))
	t.Fatalf("nginx does not listen: %s%s", log.String(), more)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func pemOf(t *testing.T, pair tls.Certificate) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, c := range pair.Certificate {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c})
	}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	pem.Encode(&b, &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	return b.Bytes()
}
