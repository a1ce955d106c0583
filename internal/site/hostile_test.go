package site

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// rawTLS accepts TLS connections and hands them to f after the head of a request was read.
func rawTLS(t *testing.T, pair tls.Certificate, f func(net.Conn)) int {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil && r != nil {
					f(c)
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// TestHostile serves answers that were made to do harm and expects one line for each, soon, in little memory.
func TestHostile(t *testing.T) {
	a := newAuthority(t)
	pair := a.leaf(t)
	plain := httptest.NewServer(toHTTPS)
	t.Cleanup(plain.Close)
	forever := func(c net.Conn, head string, unit []byte) {
		io.WriteString(c, head)
		for {
			if _, err := c.Write(unit); err != nil {
				return
			}
		}
	}
	drip := func(c net.Conn, head string) {
		io.WriteString(c, head)
		for {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	block := bytes.Repeat([]byte("x"), 1<<16)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 1 << 10 {
		z.Write(block)
	}
	z.Close()
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	for name, test := range map[string]struct {
		serve func(net.Conn)
		want  string // the start of the error of the first answer; "" if it is one
	}{
		"slow head":       {func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nX: ") }, "timeout: "},
		"slow body":       {func(c net.Conn) { drip(c, ok+"Content-Length: 1000000\r\n\r\n") }, ""},
		"endless head":    {func(c net.Conn) { forever(c, "HTTP/1.1 200 OK\r\n", []byte("X-A: b\r\n")) }, "too-large: "},
		"one huge header": {func(c net.Conn) { forever(c, "HTTP/1.1 200 OK\r\nX: ", block) }, "too-large: "},
		"endless body":    {func(c net.Conn) { forever(c, ok+"\r\n", block) }, ""},
		"endless 100s":    {func(c net.Conn) { forever(c, "", []byte("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n")) }, ""},
		"gzip bomb": {func(c net.Conn) {
			fmt.Fprintf(c, ok+"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", bomb.Len(), bomb.Bytes())
		}, ""},
		"not HTTP":   {func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH\r\n\r\n") }, "malformed: "},
		"hangs up":   {func(c net.Conn) {}, "reset: "},
		"bad length": {func(c net.Conn) { io.WriteString(c, ok+"Content-Length: -5\r\n\r\n") }, "malformed: "},
		"bad chunks": {func(c net.Conn) { io.WriteString(c, ok+"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n") }, ""},
		"escapes":    {func(c net.Conn) { io.WriteString(c, ok+"Server: \x1b[31mred\x1b]0;t\x07\r\nContent-Length: 0\r\n\r\n") }, "malformed: "},
		"markup": {func(c net.Conn) {
			io.WriteString(c, ok+"Server: ::error::x [x](javascript:1) <b>\xff\r\nContent-Length: 0\r\n\r\n")
		}, ""},
		"deep HTML": {func(c net.Conn) { io.WriteString(c, ok+"\r\n"+strings.Repeat("<div a=\"", 200000)) }, ""},
		"endless scripts": {func(c net.Conn) {
			io.WriteString(c, ok+"\r\n"+strings.Repeat("<script src=//a.test/b.js></script>", 50000))
		}, ""},
		"endless raw text": {func(c net.Conn) { io.WriteString(c, ok+"\r\n<script>"+strings.Repeat("x</scrip", 200000)) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := loopback(rawTLS(t, pair, test.serve), port(plain), a.roots)
			o.Depth, o.RequestTimeout, o.Timeout = Basic, 5*time.Second, 15*time.Second
			if strings.HasPrefix(name, "slow") { // the others answer at once, or as soon as a busy machine lets them
				o.RequestTimeout, o.Timeout = 500*time.Millisecond, 5*time.Second
			}
			start := time.Now()
			s := look(t, o)
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %s", d)
			}
			got := s.HTTPS.First().Error
			if test.want == "" && name == "endless 100s" {
				t.Logf("%q", got)
			} else if !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("error %q, want %q", got, test.want)
			}
			if strings.ContainsAny(got, "\n\x1b") {
				t.Errorf("the error is not one line: %q", got)
			}
			if n := len(normal(s)); n > 1<<20 {
				t.Errorf("the facts have %d bytes", n)
			}
		})
	}
}

// TestManyNames is a certificate with ten thousand names, of which a hundred are kept.
func TestManyNames(t *testing.T) {
	a := newAuthority(t)
	pair := a.leaf(t, func(c *x509.Certificate) {
		for i := range 1000 {
			c.DNSNames = append(c.DNSNames, fmt.Sprintf("host-%d.site.test", i))
		}
	})
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{pair}}, http.HandlerFunc(good), toHTTPS, a.roots)
	got := look(t, s.o)
	if leaf := got.Handshakes[0].Leaf(); leaf == nil || len(leaf.Names) != maxNames || leaf.NameCount != 1001 || !got.Handshakes[0].Trust.Verified {
		t.Errorf("%+v", got.Handshakes[0].Trust)
	}
	huge := a.leaf(t, func(c *x509.Certificate) {
		for i := range 10000 {
			c.DNSNames = append(c.DNSNames, fmt.Sprintf("host-%d.site.test", i))
		}
	})
	s = newSite(t, &tls.Config{Certificates: []tls.Certificate{huge}}, http.HandlerFunc(good), toHTTPS, a.roots)
	s.o.Depth = Basic
	got = look(t, s.o)
	if h := got.Handshakes[0]; h.Error == "" && h.Leaf().NameCount != 10001 {
		t.Errorf("%+v", h.Error)
	} else {
		t.Logf("ten thousand names: %q", h.Error)
	}
}

// TestMemory reads bodies without end and looks at what the heap grew to.
func TestMemory(t *testing.T) {
	a := newAuthority(t)
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := bytes.Repeat([]byte("A_B=1\n"), 10000)
		for {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	})
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, endless, endless, a.roots)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	look(t, s.o)
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 200<<20 || time.Since(start) > 10*time.Second {
		t.Errorf("the heap grew by %d MB in %s", grown>>20, time.Since(start))
	}
}

// TestOutOfTime ends when the time is up, with what was seen until then.
func TestOutOfTime(t *testing.T) {
	a := newAuthority(t)
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			<-r.Context().Done()
		}
	})
	s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, slow, toHTTPS, a.roots)
	s.o.Timeout = 700 * time.Millisecond
	start := time.Now()
	got := look(t, s.o)
	if d := time.Since(start); d > 2*time.Second || got.HTTPS.First().Status != 200 || len(got.Handshakes) != 1 {
		t.Errorf("%s, %+v", d, got.HTTPS)
	}
	last := got.Problems[len(got.Problems)-1]
	if last.Probe != "time" {
		t.Errorf("%v", got.Problems)
	}
}
