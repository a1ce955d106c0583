package nginx

import (
	"bufio"
	stdctx "context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// siteFiles is what stands below ROOT.
var siteFiles = []string{"index.html", "a.js", "docs/index.html", "static/app.css", "404.html", "50x.html", "htpasswd"}

type exchange struct{ scheme, host, uri string }

type headerCase struct {
	name, config string
	asks         []exchange
}

func headerCases(t *testing.T) []headerCase {
	a, err := txtar.ParseFile("testdata/headers.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []headerCase
	for i := 0; i+1 < len(a.Files); i += 2 {
		c := headerCase{name: a.Files[i].Name, config: string(a.Files[i].Data)}
		if a.Files[i+1].Name != c.name+".req" {
			t.Fatalf("%s has no requests", c.name)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(a.Files[i+1].Data)), "\n") {
			f := strings.Fields(line)
			c.asks = append(c.asks, exchange{f[0], f[1], f[2]})
		}
		out = append(out, c)
	}
	return out
}

// wrap fills a body in. The ports that are not used by a real server are fixed.
func wrap(body, port, tlsPort, backend, root string) string {
	body = strings.NewReplacer("TLSPORT", tlsPort, "PORT", port, "BACKEND", backend, "ROOT", root).Replace(body)
	return "events { }\nhttp {\naccess_log off; error_log /dev/null crit; default_type text/plain;\n" + body + "}\n"
}

// predict says what our model makes of a request: status, Location and the headers added.
func predict(c *Config, e exchange, port, tlsPort int, root string) string {
	p := port
	if e.scheme == "https" {
		p = tlsPort
	}
	s := c.Route(e.host, p, e.scheme == "https")
	if s == nil {
		return "no server"
	}
	exists := func(path string) bool {
		for _, f := range siteFiles {
			full := root + "/" + f
			if path == full || strings.HasSuffix(path, "/") && strings.HasPrefix(full, path) {
				return true
			}
		}
		return false
	}
	content := 0
	if _, v, ok := strings.Cut(e.uri, "s="); ok {
		content, _ = strconv.Atoi(v)
	}
	a := c.serve(s, Request{Host: e.host, URI: e.uri, Scheme: e.scheme, Header: map[string]string{"user-agent": "Go-http-client/1.1"}, Exists: exists}, content)
	status := a.Status
	if status == 0 {
		status = 200
	}
	var lines []string
	for _, h := range c.headers(a.Scope, a.context, status, func(AddHeader) bool { return false }) {
		v := h.Value
		if !h.Known {
			v = "?"
		}
		lines = append(lines, http.CanonicalHeaderKey(h.Name)+": "+v)
	}
	return outcome(status, a.Location, lines)
}

func outcome(status int, location string, headers []string) string {
	sort.Strings(headers)
	return fmt.Sprintf("%d %s [%s]", status, location, strings.Join(headers, "] ["))
}

// TestHeaders compares with what a real nginx was seen to send.
func TestHeaders(t *testing.T) {
	if *update {
		recordHeaders(t)
	}
	f, err := os.Open("testdata/headers.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[string]string{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		key, v, _ := strings.Cut(sc.Text(), "\t")
		want[key] = v
	}
	n := 0
	for _, c := range headerCases(t) {
		cfg := loadText(wrap(c.config, "18080", "18443", "127.0.0.1:18000", "/site"), oracleVersion)
		for _, bad := range cfg.Invalid {
			t.Errorf("%s: %s", c.name, bad.Text)
		}
		for _, e := range c.asks {
			key := c.name + " " + e.scheme + " " + e.host + " " + e.uri
			if got := predict(cfg, e, 18080, 18443, "/site"); got != want[key] {
				t.Errorf("%s\n got %s\nwant %s", key, got, want[key])
			}
			n++
		}
	}
	if n < 60 || len(want) != n {
		t.Errorf("%d cases, %d recorded; want 60 or more of both", n, len(want))
	}
}

// TestHeadersInstalled starts the installed nginx on loopback for some of the configurations.
func TestHeadersInstalled(t *testing.T) {
	o := newOracle(t)
	for i, c := range headerCases(t) {
		if !*all && i%8 != 1 {
			continue
		}
		if strings.Contains(c.config, "more_set_headers") && !strings.Contains(o.modules, "headers_more") {
			continue
		}
		s := o.start(t, c)
		cfg := loadText(s.text, o.version)
		for _, e := range c.asks {
			if got, want := predict(cfg, e, s.port, s.tlsPort, s.root), s.ask(t, e); got != want {
				t.Errorf("%s %v\n got %s\nwant %s", c.name, e, got, want)
			}
		}
		s.stop()
	}
}

func recordHeaders(t *testing.T) {
	o := newOracle(t)
	var b strings.Builder
	for _, c := range headerCases(t) {
		s := o.start(t, c)
		for _, e := range c.asks {
			got := strings.NewReplacer(":"+strconv.Itoa(s.port), "", ":"+strconv.Itoa(s.tlsPort), "", s.root, "/site").Replace(s.ask(t, e))
			fmt.Fprintf(&b, "%s %s %s %s\t%s\n", c.name, e.scheme, e.host, e.uri, got)
		}
		s.stop()
	}
	if err := os.WriteFile("testdata/headers.txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A site is a running nginx with a backend behind it.
type site struct {
	text, root    string
	port, tlsPort int
	stop          func()
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("no loopback: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (o *oracle) start(t *testing.T, c headerCase) *site {
	s := &site{root: filepath.Join(o.dir, "site"), port: freePort(t), tlsPort: freePort(t)}
	for _, f := range siteFiles {
		p := filepath.Join(s.root, f)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(f), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("no loopback: %v", err)
	}
	backend := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, err := strconv.Atoi(r.URL.Query().Get("s")); err == nil {
			w.WriteHeader(n)
		}
	})}
	go backend.Serve(l)
	s.text = wrap(c.config, "127.0.0.1:"+strconv.Itoa(s.port), "127.0.0.1:"+strconv.Itoa(s.tlsPort), l.Addr().String(), s.root)
	conf := filepath.Join(o.dir, "run.conf")
	if err := os.WriteFile(conf, []byte(s.text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := stdctx.WithCancel(stdctx.Background())
	cmd := exec.CommandContext(ctx, "nginx", "-p", o.dir, "-c", conf, "-e", "stderr", "-g", o.modules+"daemon off; master_process off; pid "+filepath.Join(o.dir, "nginx.pid")+";")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.stop = func() {
		cancel()
		cmd.Wait()
		backend.Close()
	}
	for i := 0; i < 100; i++ {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port)); err == nil {
			conn.Close()
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	t.Fatalf("%s: nginx does not answer: %s", c.name, stderr.String())
	return nil
}

// standard are the headers that nginx sends on its own.
const standard = " Server Date Content-Type Content-Length Connection Last-Modified Etag Accept-Ranges Transfer-Encoding Location Keep-Alive Expires Www-Authenticate "

// ask sends one request and returns its outcome, redirects of this server without the port.
func (s *site) ask(t *testing.T, e exchange) string {
	port := s.port
	if e.scheme == "https" {
		port = s.tlsPort
	}
	addr := "127.0.0.1:" + strconv.Itoa(port)
	var conn net.Conn
	var err error
	if e.scheme == "https" {
		conn, err = tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, ServerName: e.host})
	} else {
		conn, err = net.Dial("tcp", addr)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nConnection: close\r\n\r\n", e.uri, e.host)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%v: %v", e, err)
	}
	defer res.Body.Close()
	var lines []string
	for name, values := range res.Header {
		if strings.Contains(standard, " "+name+" ") {
			continue
		}
		for _, v := range values {
			if name == "Cache-Control" && v == "max-age=3600" { // of expires
				continue
			}
			lines = append(lines, name+": "+v)
		}
	}
	location := strings.NewReplacer(":"+strconv.Itoa(s.port), "", ":"+strconv.Itoa(s.tlsPort), "").Replace(res.Header.Get("Location"))
	return outcome(res.StatusCode, location, lines)
}
