package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// good is a site that does what the checklist asks.
func good(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Server", "nginx")
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("X-Frame-Options", "DENY")
	if o := r.Header.Get("Origin"); o == "https://app.site.test" {
		h.Set("Access-Control-Allow-Origin", o)
		h.Set("Access-Control-Allow-Credentials", "true")
	} else if o != "" {
		h.Set("Access-Control-Allow-Credentials", "true") // as django-cors-headers does for refused origins too
	}
	switch {
	case r.Host != testHost:
		http.Error(w, "<title>Bad Request (400)</title><h1>Bad Request (400)</h1>", http.StatusBadRequest)
	case r.ContentLength > 1<<20:
		h.Set("Connection", "close")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	case r.URL.Path == "/":
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Add("Set-Cookie", "csrftoken=secretsecret; Path=/; Secure; SameSite=Lax")
		fmt.Fprint(w, `<!doctype html><title>Film club</title><link rel="stylesheet" href="/static/site.css"><script src="/static/a.js" integrity="sha384-x"></script><img src="http://img.test/a.png">`)
	case r.URL.Path == "/static/site.css":
		h.Set("Content-Type", "text/css")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			fmt.Fprint(z, strings.Repeat("a{}\n", 1000))
			z.Close()
		}
	case r.URL.Path == "/admin/":
		http.Redirect(w, r, "/admin/login/", http.StatusFound)
	case r.URL.Path == "/admin/login/":
		h.Set("Content-Type", "text/html")
		fmt.Fprint(w, `<title>Log in | Django site admin</title><form method=post><input type=hidden name=csrfmiddlewaretoken value=x><input type=password name=password></form>`)
	default:
		http.NotFound(w, r)
	}
}

func TestProbeOfGoodSite(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, http.HandlerFunc(good), toHTTPS, a.roots)
	s.o.TrustedOrigins = []string{"https://app.site.test"}
	var mu sync.Mutex
	open, most, dial := 0, 0, s.o.Dial
	s.o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) { // counts connections that are being opened or not idle
		mu.Lock()
		open++
		most = max(most, open)
		mu.Unlock()
		defer func() { mu.Lock(); open--; mu.Unlock() }()
		time.Sleep(time.Millisecond)
		return dial(ctx, network, address)
	}
	defer func() {
		if most > 4 {
			t.Errorf("%d connections are opened at once", most)
		}
	}()
	start := time.Now()
	got := look(t, s.o)
	if d := time.Since(start); d > 3*time.Second || got.Connections > 200 || got.Requests > 40 {
		t.Errorf("took %s, %d connections, %d requests", d, got.Connections, got.Requests)
	}
	t.Logf("%s, %d connections, %d requests, problems %v", time.Since(start), got.Connections, got.Requests, got.Problems)
	if len(got.Problems) > 0 || len(got.Handshakes) != 1 {
		t.Fatalf("problems: %v, %d handshakes", got.Problems, len(got.Handshakes))
	}
	h := got.Handshakes[0]
	if !h.Trust.Verified || len(h.Chain) != 2 || h.Leaf().Key != "ECDSA" || h.ALPN != "h2" {
		t.Errorf("handshake: %+v", h)
	}
	if used := h.Leaf().Used(got.Start); used < 0.32 || used > 0.34 {
		t.Errorf("used %f of the lifetime", used)
	}
	if got.TLS.Version(tlsprobe.TLS13).Offered != tlsprobe.Yes || got.TLS.Version(tlsprobe.TLS10).Offered != tlsprobe.No {
		t.Errorf("versions: %+v", got.TLS.Versions)
	}
	for _, p := range got.Ports {
		if want := map[bool]string{true: "open", false: "closed"}[p.Port == 443 || p.Port == 80]; p.State != want {
			t.Errorf("port %d is %s", p.Port, p.State)
		}
	}
	if got.HTTP.First().Status != 301 || got.HTTP.Last().Status != 200 || got.HTTP.Stopped != "" || len(got.HTTP.Responses) != 2 {
		t.Errorf("http chain: %+v", got.HTTP)
	}
	if got.HTTPS.Last().Header("Strict-Transport-Security") == "" || got.Missing.Status != 404 || got.ForeignHost.Status != 400 {
		t.Errorf("answers: %+v", got)
	}
	if p := got.Page; p == nil || p.Title != "Film club" || len(p.Scripts) != 1 || len(p.Insecure) != 1 || p.Insecure[0].Active || len(p.Assets) != 2 {
		t.Errorf("page: %+v", p)
	}
	if got.Static.Header("Content-Encoding") != "gzip" || got.BodyLimit.Outcome != "refused" {
		t.Errorf("static %+v, body %+v", got.Static, got.BodyLimit)
	}
	if p := got.Admin; len(p.Responses) != 2 || !p.Page.CSRFField || !p.Page.Password {
		t.Errorf("admin: %+v", p)
	}
	if len(got.Cookies) != 1 || got.Cookies[0] != (Cookie{Name: "csrftoken", URL: "https://site.test/", Path: "/", Secure: true, SameSite: "Lax", HasSameSite: true, Bytes: 12}) {
		t.Errorf("cookies: %+v", got.Cookies)
	}
	for _, p := range got.CORS {
		if p.Allows() != (p.Kind == "trusted") || !p.Response.OK() {
			t.Errorf("cors: %+v", p)
		}
	}
	for _, e := range got.Exposures {
		if e.Hit || e.Response.Status != 404 {
			t.Errorf("exposure: %+v", e)
		}
	}
	if b, _ := json.Marshal(got); bytes.Contains(b, []byte("secretsecret")) {
		t.Error("the value of a cookie is in the facts")
	}
	start = time.Now()
	s.o.Depth = Basic
	basic := look(t, s.o)
	if d := time.Since(start); d > time.Second {
		t.Errorf("basic took %s", d)
	}
	t.Logf("basic: %s, %d connections, %d requests", time.Since(start), basic.Connections, basic.Requests)
}

// TestProbeOfBadSite is a site that serves what it should not: one answer for every mistake.
func TestProbeOfBadSite(t *testing.T) {
	a := newAuthority(t)
	bad := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o := r.Header.Get("Origin"); o != "" {
			w.Header().Set("Access-Control-Allow-Origin", o)
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}
		switch r.URL.Path {
		case "/.env":
			fmt.Fprint(w, "SECRET_KEY=topsecretvalue\nDEBUG=True\n")
		case "/.git/HEAD", "/static../.git/HEAD":
			w.Header().Set("Content-Type", "application/octet-stream")
			fmt.Fprint(w, "ref: refs/heads/main\n")
		case "/dump.sql":
			fmt.Fprint(w, "-- PostgreSQL database dump\n")
		case "/db.sqlite3":
			w.Write([]byte("SQLite format 3\x00"))
		case "/docker-compose.yml":
			fmt.Fprint(w, "services:\n  web:\n")
		case "/":
			fmt.Fprint(w, "<html><script src=http://cdn.test/x.js></script><form action=http://site.test/login></form>")
		default:
			w.WriteHeader(404)
			fmt.Fprint(w, "<html>Using the URLconf defined in <code>club.urls</code>, Django tried these URL patterns, in this order: DEBUG = True</code>")
		}
	})
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, bad, bad, a.roots, 5432, 6379)
	got := look(t, s.o)
	var open []int
	for _, p := range got.Ports {
		if p.State == "open" {
			open = append(open, p.Port)
		}
	}
	slices.Sort(open)
	if !slices.Equal(open, []int{80, 443, 5432, 6379}) {
		t.Errorf("open ports: %v", open)
	}
	hits := 0
	for _, e := range got.Exposures {
		if e.Hit {
			hits++
		}
		if e.Hit == (e.Path == "/media../.git/HEAD") {
			t.Errorf("%s: %+v", e.Path, e)
		}
	}
	for _, p := range got.CORS {
		if !p.Allows() || !p.Credentials() {
			t.Errorf("cors: %+v", p)
		}
	}
	if len(got.Missing.Marks) != 1 || got.Missing.Marks[0].Kind != "debug" || got.Missing.Marks[0].Framework != "Django" {
		t.Errorf("marks: %+v", got.Missing.Marks)
	}
	if len(got.HTTP.Responses) != 1 || got.HTTP.First().Status != 200 {
		t.Errorf("http: %+v", got.HTTP)
	}
	if p := got.Page; len(p.Insecure) != 2 || !p.Insecure[0].Active || !p.Insecure[1].Active {
		t.Errorf("page: %+v", p)
	}
	if got.BodyLimit.Outcome == "refused" {
		t.Errorf("body limit: %+v", got.BodyLimit)
	}
	if b, _ := json.Marshal(got); bytes.Contains(b, []byte("topsecretvalue")) {
		t.Error("the content of a file is in the facts")
	}
	t.Logf("%d hits, body %s", hits, got.BodyLimit.Outcome)
}

// TestCatchAll is a site that answers every path with its one page: no path of it is a hit.
func TestCatchAll(t *testing.T) {
	a := newAuthority(t)
	for _, body := range []string{"<!doctype html><html><div id=root></div>", "ref: refs/heads/main\n", "A_B=1\nC_D=2\n"} {
		all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
		s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, all, toHTTPS, a.roots)
		s.o.Depth = Basic
		for _, e := range look(t, s.o).Exposures {
			if e.Hit {
				t.Errorf("%q: %+v", body, e)
			}
		}
	}
}

func TestTrust(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	selfSigned := func() tls.Certificate {
		k := newKey(t)
		c := &x509.Certificate{SerialNumber: a.root.SerialNumber, DNSNames: []string{testHost}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
		return tls.Certificate{Certificate: [][]byte{sign(t, c, c, &k.PublicKey, k).Raw}, PrivateKey: k}
	}()
	short := a.leaf(t)
	short.Certificate = short.Certificate[:1]
	for name, test := range map[string]struct {
		pair tls.Certificate
		want Trust
	}{
		"good":        {a.leaf(t), Trust{Verified: true, Chained: true, InTime: true, Named: true}},
		"expired":     {a.leaf(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }), Trust{Chained: true, Named: true}},
		"future":      {a.leaf(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }), Trust{Chained: true, Named: true}},
		"wrong name":  {a.leaf(t, func(c *x509.Certificate) { c.DNSNames = []string{"other.test"} }), Trust{Chained: true, InTime: true}},
		"incomplete":  {short, Trust{InTime: true, Named: true, Incomplete: true}},
		"self-signed": {selfSigned, Trust{InTime: true, Named: true, SelfSigned: true}},
		"untrusted": {func() tls.Certificate {
			c := other.leaf(t, func(c *x509.Certificate) { c.IssuingCertificateURL = nil })
			return c
		}(), Trust{InTime: true, Named: true}},
	} {
		s := newSite(t, &tls.Config{Certificates: []tls.Certificate{test.pair}}, http.HandlerFunc(good), toHTTPS, a.roots)
		s.o.Depth = Basic
		got := look(t, s.o)
		trust := got.Handshakes[0].Trust
		if (trust.Error == "") != trust.Verified {
			t.Errorf("%s: error %q", name, trust.Error)
		}
		trust.Error = ""
		if trust != test.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, trust, test.want)
		}
		if got.HTTPS.First().Status != 200 {
			t.Errorf("%s: headers are not looked at: %+v", name, got.HTTPS.First())
		}
	}
}
