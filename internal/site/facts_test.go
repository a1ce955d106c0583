package site

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"crypto/x509/pkix"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

func TestReadPage(t *testing.T) {
	p := ReadPage("https://site.test/a/b.html", []byte(`<!doctype html><title> Films &amp; more </title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'"><meta name="Referrer" content="no-referrer">
<!-- <script src="http://comment.test/x.js"></script> --><script>var s = "<script src=http://text.test/x.js>";</script>
<script src="c.js" src="http://second.test/x.js"></script><script SRC='http://active.test/x.js' integrity=sha384-a crossorigin></script>
<link rel="preload stylesheet" href="//site.test/d.css"><link rel=canonical href="http://site.test/a"><link rel=icon href=http://passive.test/i.ico>
<a href="http://link.test/">a link is not loaded</a><img src="http://passive.test/a.png"><iframe src=http://frame.test></iframe><object data="http://object.test/o"></object>
<form action="http://site.test/login"><input name=csrfmiddlewaretoken><input type=PASSWORD></form><form action="/ok"></form><video src="https://site.test/v.mp4">`))
	if p.Title != "Films & more" || len(p.CSP) != 1 || p.Referrer != "no-referrer" || !p.CSRFField || !p.Password || p.More {
		t.Errorf("%+v", p)
	}
	var scripts []string
	for _, s := range p.Scripts {
		scripts = append(scripts, s.Src)
	}
	if want := []string{"", "c.js", "http://active.test/x.js"}; !slices.Equal(scripts, want) || p.Scripts[2].Integrity != "sha384-a" {
		t.Errorf("scripts %v, want %v", p.Scripts, want)
	}
	if want := []string{"https://site.test/a/c.js", "https://site.test/d.css", "https://site.test/v.mp4"}; !slices.Equal(slices.Compact(p.Assets), want) {
		t.Errorf("assets %v, want %v", p.Assets, want)
	}
	active, passive := 0, 0
	for _, r := range p.Insecure {
		if strings.Contains(r.URL, "comment") || strings.Contains(r.URL, "text.") || strings.Contains(r.URL, "link.") || strings.Contains(r.URL, "second") {
			t.Errorf("%+v is not loaded", r)
		}
		if r.Active {
			active++
		} else {
			passive++
		}
	}
	if active != 4 || passive != 2 {
		t.Errorf("%d active, %d passive: %+v", active, passive, p.Insecure)
	}
	if plain := ReadPage("http://site.test/", []byte(`<img src="http://a.test/x.png">`)); len(plain.Insecure) != 0 {
		t.Errorf("a page of HTTP has no mixed content: %+v", plain.Insecure)
	}
}

func TestMarks(t *testing.T) {
	for body, want := range map[string]string{
		"<h1>Page not found</h1> Using the URLconf defined in <code>a.urls</code>, Django tried these URL patterns, in this order:": "debug Django",
		"<title>DisallowedHost at /</title> Invalid HTTP_HOST header: 'x'. Request information":                                     "debug Django",
		"Forbidden. CSRF verification failed. More information is available with DEBUG=True.":                                       "", // the trap: it is off
		"How to set DEBUG = True</code> in Django":                                                                                  "",
		"A blog about Django Version: 5":                                                                                            "",
		"__debugger__ EVALEX = true":                                                                                                "debug Werkzeug",
		"Whitelabel Error Page: This application has no explicit mapping for /error":                                                "framework-page Spring",
		"<center><h1>404 Not Found</h1></center><hr><center>nginx</center>":                                                         "framework-page nginx",
		"": "",
	} {
		got := ""
		if m := marks([]byte(body)); len(m) > 0 {
			got = m[0].Kind + " " + m[0].Framework
		}
		if got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// TestCAA answers queries from a name server of this process: the parent has records.
func TestCAA(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil {
				continue
			}
			m.Response = true
			if name := m.Questions[0].Name; name.String() == "site.test." {
				for _, data := range []string{"\x00\x05issueletsencrypt.org", "\x80\x09issuewild;", "\x00\xFFx"} {
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: name, Type: typeCAA, Class: dnsmessage.ClassINET},
						Body: &dnsmessage.UnknownResource{Type: typeCAA, Data: []byte(data)}})
				}
			} else {
				m.RCode = dnsmessage.RCodeNameError
			}
			out, err := m.Pack()
			if err == nil {
				pc.WriteTo(out, from)
			}
		}
	}()
	p := &probe{o: Options{DNSServer: pc.LocalAddr().String()}.withDefaults(), host: "app.site.test", site: &Site{}}
	p.caa(t.Context())
	d := p.site.DNS
	if want := []CAA{{Tag: "issue", Value: "letsencrypt.org"}, {Critical: true, Tag: "issuewild", Value: ";"}}; !slices.Equal(d.CAA, want) || d.CAAName != "site.test" || d.CAAState != "found" {
		t.Errorf("%+v", d)
	}
	p.host, p.site = "other.example", &Site{}
	if p.caa(t.Context()); p.site.DNS.CAAState != "none" {
		t.Errorf("%+v", p.site.DNS)
	}
}

// TestSCTs reads timestamps of a certificate: one that is whole, one of another version, one that is cut off.
func TestSCTs(t *testing.T) {
	a := newAuthority(t)
	id := make([]byte, 32)
	id[0] = 9
	one := append(append([]byte{0}, id...), 0, 0, 1, 0x90, 0, 0, 0, 0, 0, 0)
	other := append([]byte{1}, one[1:]...)
	var list []byte
	for _, s := range [][]byte{one, other, one[:20]} {
		list = append(append(list, 0, byte(len(s))), s...)
	}
	list = append([]byte{0, byte(len(list))}, list...)
	value, err := asn1.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	pair := a.leaf(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{{Id: oidSCTs, Value: value}} })
	pair.SignedCertificateTimestamps = [][]byte{one}
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{pair}}, http.HandlerFunc(good), toHTTPS, a.roots)
	s.o.Depth = Basic
	want := SCT{Log: base64.StdEncoding.EncodeToString(id), Time: time.UnixMilli(0x0190_0000_0000).UTC()}
	got := look(t, s.o).Handshakes[0].Leaf().SCTs
	if len(got) != 2 || got[0].Source != "certificate" || got[1].Source != "tls" || got[0].Log != want.Log || !got[0].Time.Equal(want.Time) {
		t.Errorf("%+v, want two of %+v", got, want)
	}
}

// TestH2Alone is a server that chooses nothing but HTTP/2.
func TestH2Alone(t *testing.T) {
	a := newAuthority(t)
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, http.HandlerFunc(good), toHTTPS, a.roots)
	s.https.TLS.NextProtos = []string{"h2"}
	s.https.TLS.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		return &tls.Config{Certificates: s.https.TLS.Certificates, NextProtos: []string{"h2"}}, nil
	}
	got := look(t, s.o)
	if got.HTTPS.First().Proto != "HTTP/2.0" || got.TLS.ALPN["h2"] != tlsprobe.Yes || got.TLS.ALPN["http/1.1"] != tlsprobe.No {
		t.Errorf("%s, %v", got.HTTPS.First().Proto, got.TLS.ALPN)
	}
}

// TestBurst counts answers of a burst that was asked for.
func TestBurst(t *testing.T) {
	a := newAuthority(t)
	n := make(chan struct{}, 7)
	limited := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			select {
			case n <- struct{}{}:
			default:
				w.WriteHeader(http.StatusTooManyRequests)
			}
		}
	})
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, limited, toHTTPS, a.roots)
	s.o.BurstPath, s.o.BurstRequests, s.o.Depth = "/login", 500, Basic
	if b := look(t, s.o).Burst; b == nil || b.Requests != 30 || b.Statuses[200] != 7 || b.Statuses[429] != 23 {
		t.Errorf("%+v", b)
	}
}

func TestRead(t *testing.T) {
	for _, in := range []string{"", "{}", `{"schema": 2}`, `{"schema": 1, "unknown": 1}`, "[]"} {
		if _, err := Read(strings.NewReader(in)); err == nil {
			t.Errorf("%q is taken", in)
		}
	}
}
