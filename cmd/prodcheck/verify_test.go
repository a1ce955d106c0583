package main

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

// hardenedConf is the example's nginx configuration, with this machine's ports and paths, for an nginx that runs for nobody else.
func hardenedConf(t *testing.T, s *served, backend string) string {
	t.Helper()
	example := filepath.Join("..", "..", "examples", "hardened", "nginx")
	text, err := os.ReadFile(filepath.Join(example, "nginx.conf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"headers.conf", "proxy.conf"} {
		snippet, err := os.ReadFile(filepath.Join(example, "snippets", name))
		if err != nil {
			t.Fatal(err)
		}
		s.write(t, "snippets/"+name, strings.ReplaceAll(string(snippet), "http://backend:8000", backend))
	}
	conf := string(text)
	conf = conf[strings.Index(conf, "http {")+len("http {") : strings.LastIndex(conf, "}")]
	return strings.NewReplacer(
		"include /etc/nginx/mime.types;", "", "listen 80 default_server", fmt.Sprintf("listen 127.0.0.1:%d default_server", s.http),
		"listen 443 ssl default_server", fmt.Sprintf("listen 127.0.0.1:%d ssl default_server", s.https), "http2 on;", "",
		"https://$host$request_uri", fmt.Sprintf("https://$host:%d$request_uri", s.https),
		"/etc/letsencrypt/live/filmclub.info/fullchain.pem", s.dir+"/site.pem", "/etc/letsencrypt/live/filmclub.info/privkey.pem", s.dir+"/site.key",
		"/srv/app", s.dir+"/app", "/srv/static", s.dir+"/static",
	).Replace(conf)
}

// api stands in for the example's Django: one front end, and nothing else.
func api(t *testing.T) string {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Origin")
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		if r.Header.Get("Origin") == "https://"+servedHost {
			w.Header().Set("Access-Control-Allow-Origin", "https://"+servedHost)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[]")
	}))
	t.Cleanup(backend.Close)
	return backend.URL
}

// page writes a front end with a style sheet that is worth compressing.
func page(t *testing.T, s *served) {
	t.Helper()
	s.write(t, "app/index.html", `<!doctype html><title>Film club</title><link rel="stylesheet" href="/app.css"><div id="root"></div>`)
	s.write(t, "app/app.css", strings.Repeat("body { color: black }\n", 200))
}

// TestVerifyHardened serves the hardened example with its own nginx configuration: nothing that the running site can tell fails,
// and within the time and the number of connections that are promised.
func TestVerifyHardened(t *testing.T) {
	s := newServed(t, nil)
	page(t, s)
	s.nginx(t, hardenedConf(t, s, api(t)))
	begin := time.Now()
	status, j := s.verify(t, "--repo", filepath.Join("..", "..", "examples", "hardened"), "--api-path", "/api/", "--origin", "https://"+servedHost, "--rate-limit", "/api/token/")
	if took := time.Since(begin); took > 10*time.Second || j.Site.Connections > 200 || j.Site.Requests > 40+burstRequests {
		t.Errorf("%s, %d connections, %d requests", took, j.Site.Connections, j.Site.Requests)
	} else {
		t.Logf("%s, %d connections, %d requests", took, j.Site.Connections, j.Site.Requests)
	}
	if status != statusOK {
		t.Errorf("exit status %d", status)
	}
	for _, c := range j.Checks {
		if c.Status == "fail" && strings.HasPrefix(c.ID, "live-") {
			t.Errorf("%s:\n%s", c.ID, j.said(c.ID))
		}
	}
	for _, id := range []string{"live-https-redirect", "live-ports", "live-certificate", "live-tls-grade", "live-tls-protocols", "live-tls-ciphers", "live-headers-grade", "live-observatory-grade",
		"live-hsts", "live-hsts-preload", "live-security-headers", "live-server-tokens", "live-compression", "live-body-limit", "live-cors", "live-mixed-content", "live-debug-page",
		"live-file-exposed", "live-rate-limit", "live-database-port-open"} {
		if got := j.status(id); got != "pass" && !(id == "live-database-port-open" && got == "unknown") {
			t.Errorf("%s: %s\n%s", id, got, j.said(id))
		}
	}
	for _, row := range []string{"tls.ssl-labs", "online.observatory", "nginx.security-headers", "cors.trusted-only", "nginx.rate-limit", "commands.https"} {
		if got := j.status(row); got != "pass" {
			t.Errorf("row %s: %s", row, got)
		}
	}
	if !regexp.MustCompile(`^A\+? by SSL Labs`).MatchString(j.said("live-tls-grade")) || !strings.Contains(j.said("live-observatory-grade"), "A+ by MDN HTTP Observatory, algorithm 6") {
		t.Errorf("%s%s", j.said("live-tls-grade"), j.said("live-observatory-grade"))
	}
}

// TestVerifyBasic holds the quick look to its time.
func TestVerifyBasic(t *testing.T) {
	s := newServed(t, nil)
	page(t, s)
	s.nginx(t, hardenedConf(t, s, api(t)))
	begin := time.Now()
	_, j := s.verify(t, "--depth", "basic")
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s", took)
	} else {
		t.Logf("%s, %d connections", took, j.Site.Connections)
	}
	for _, id := range []string{"live-ports", "live-certificate", "live-hsts", "live-tls-protocols", "live-file-exposed"} {
		if j.status(id) != "pass" {
			t.Errorf("%s: %s", id, j.said(id))
		}
	}
	if j.status("live-body-limit") != "unknown" {
		t.Error("the limit of bodies is not looked at")
	}
}

// TestVerifyDrift serves the hardened example with a configuration that is not the repository's: what is configured and not in
// force is told at its line.
func TestVerifyDrift(t *testing.T) {
	s := newServed(t, nil)
	page(t, s)
	conf := hardenedConf(t, s, api(t))
	s.nginx(t, strings.NewReplacer("include snippets/headers.conf;", "", "server_tokens off;", "", "TLSv1.2 TLSv1.3", "TLSv1 TLSv1.1 TLSv1.2", "ssl_ciphers ", "ssl_ciphers ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0:",
		"client_max_body_size 10m;", "client_max_body_size 0;", "gzip on;", "").Replace(conf))
	status, j := s.verify(t, "--repo", filepath.Join("..", "..", "examples", "hardened"))
	if status != statusFindings {
		t.Errorf("exit status %d", status)
	}
	for id, file := range map[string]string{"live-hsts": "", "live-tls-protocols": "nginx/nginx.conf", "live-tls-ciphers": "nginx/nginx.conf", "live-security-headers": "nginx/", "live-server-tokens": "nginx/nginx.conf",
		"live-compression": "nginx/nginx.conf"} {
		if said := j.said(id); j.status(id) != "fail" || !regexp.MustCompile(`(?m)^\w+ `+file+`\S*:[1-9][0-9]* configured but not in force: `).MatchString(said) {
			t.Errorf("%s: %s\n%s", id, j.status(id), said)
		}
	}
	for _, row := range []string{"nginx.tls-protocols", "django.hsts", "nginx.server-tokens", "weekly.headers"} {
		if got := j.status(row); got != "fail" {
			t.Errorf("row %s: %s", row, got)
		}
	}
}

// TestVerifyNginx serves what goes wrong with nginx one thing at a time.
func TestVerifyNginx(t *testing.T) {
	const modern = "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM;"
	for _, c := range []struct {
		name, https, http string
		cert              func(*x509.Certificate)
		want              map[string]string // check → what it says
	}{
		{name: "old TLS", https: "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers HIGH:!aNULL:@SECLEVEL=0;", want: map[string]string{"live-tls-protocols": "high .*TLSv1.1 is offered", "live-tls-grade": "would be [CF] by"}},
		{name: "CBC", https: "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES128-SHA;", want: map[string]string{"live-tls-ciphers": "low .*CBC", "live-tls-grade": "would be B by"}},
		{name: "every suite", https: "ssl_protocols TLSv1.2; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0;", want: map[string]string{"live-tls-ciphers": "high .*without encryption .*without authentication", "live-tls-grade": "high .*would be F by"}},
		{name: "expired", https: modern, cert: func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-90*24*time.Hour), time.Now().Add(-2*time.Hour)
		},
			want: map[string]string{"live-certificate": "critical .*ended on", "live-tls-grade": "high .*would be T by"}},
		{name: "late", https: modern, cert: func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(-85*24*time.Hour), time.Now().Add(5*24*time.Hour)
		},
			want: map[string]string{"live-certificate": "high .*renewal does not work"}},
		{name: "other name", https: modern, cert: func(c *x509.Certificate) { c.DNSNames = []string{"other.test"} },
			want: map[string]string{"live-certificate": `for "other.test" and not for`, "live-tls-grade": "would be M by"}},
		{name: "must staple", https: modern, cert: func(c *x509.Certificate) {
			c.OCSPServer = []string{"http://127.0.0.1:1"}
			c.ExtraExtensions = append(c.ExtraExtensions, mustStapleExtension())
		}, want: map[string]string{"live-ocsp-stapling": "high .*demands a stapled answer"}},
		{name: "no redirect", https: modern, http: "root app;", want: map[string]string{"live-https-redirect": "plain HTTP answers 200"}},
		{name: "loop", https: modern + "return 302 $scheme://$host:$server_port$request_uri;", want: map[string]string{"live-https-redirect": "never end"}},
		{name: "down", https: modern + "location / { proxy_pass http://127.0.0.1:1; }", want: map[string]string{"live-https-redirect": "answers 502", "live-observatory-grade": "there is no grade"}},
		{name: "short HSTS", https: modern + `add_header Strict-Transport-Security "max-age=3600";`, want: map[string]string{"live-hsts": "lasts 1 hour"}},
		{name: "HSTS not on errors", https: modern + `add_header X-Frame-Options DENY;`, want: map[string]string{"live-security-headers": `a page that does not exist \(404\) comes without X-Frame-Options`}},
		{name: "env and git", https: modern + "location /.git/ { return 200 'ref: refs/heads/main\\n'; } location = /.env { default_type text/plain; return 200 'A_KEY=abc\\nB_KEY=def\\n'; }",
			want: map[string]string{"live-file-exposed": `critical .*"/.env" is served`}},
		{name: "one page for all", https: modern + "location / { try_files $uri /index.html; }", want: map[string]string{"live-file-exposed": "^none of 7 files is served", "live-error-pages": "answers 200: no error page shows"}},
		{name: "any origin", https: modern + `add_header Access-Control-Allow-Origin $http_origin always; add_header Access-Control-Allow-Credentials true always;`,
			want: map[string]string{"live-cors": "critical .*any origin may read it", "live-observatory-grade": "(?i)would be"}},
		{name: "mixed content", https: modern + `location = / { default_type text/html; return 200 '<script src="http://cdn.test/a.js"></script>'; }`, want: map[string]string{"live-mixed-content": "<script> loads"}},
		{name: "cookies", https: modern + `add_header Set-Cookie "sessionid=abc; Path=/";`, want: map[string]string{"live-cookies": "high .*\"sessionid\" has no Secure"}},
		{name: "preload", https: modern + `add_header Strict-Transport-Security "max-age=63072000; preload";`, want: map[string]string{"live-hsts-preload": "asks for preloading"}},
		{name: "tokens", https: modern + "server_tokens on;", want: map[string]string{"live-server-tokens": "Server: nginx/1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServed(t, c.cert)
			page(t, s)
			if c.http == "" {
				c.http = fmt.Sprintf("return 301 https://$host:%d$request_uri;", s.https)
			}
			s.nginx(t, fmt.Sprintf("server { listen 127.0.0.1:%d; server_name %s; %s }\nserver { listen 127.0.0.1:%d ssl; server_name %[2]s; root app; ssl_certificate site.pem; ssl_certificate_key site.key; %[5]s }",
				s.http, servedHost, c.http, s.https, c.https))
			_, j := s.verify(t, "--api-path", "/api/")
			for id, says := range c.want {
				if said := j.said(id); !regexp.MustCompile(says).MatchString(said) {
					t.Errorf("%s (%s) does not say %q:\n%s", id, j.status(id), says, said)
				}
			}
		})
	}
}

// djangoProject is a whole project in one file, with DEBUG as the first argument says.
const djangoProject = `
import sys
from django.conf import settings
debug, port = sys.argv[1] == "on", int(sys.argv[2])
settings.configure(DEBUG=debug, SECRET_KEY="x" * 60, ALLOWED_HOSTS=["filmclub.info"], ROOT_URLCONF=__name__, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, CSRF_COOKIE_SECURE=not debug, STATIC_URL="/static/")
import django
django.setup()
from django.contrib import admin
from django.urls import path
urlpatterns = [path("admin/", admin.site.urls)]
from django.core.wsgi import get_wsgi_application
from wsgiref.simple_server import make_server
make_server("127.0.0.1", port, get_wsgi_application()).serve_forever()
`

// TestVerifyDjango serves a real Django with DEBUG on and off behind nginx.
func TestVerifyDjango(t *testing.T) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import django").Run() == nil {
			python = p
		}
	}
	if python == "" {
		t.Skip("Django is not installed")
	}
	for debug, want := range map[string]map[string]string{
		"on":  {"live-debug-page": "critical .*debug page of Django", "live-cookies": `medium .*"csrftoken" has no Secure`, "live-csrf": "the login form has a CSRF token"},
		"off": {"live-debug-page": "answers 404 without a debug page", "live-cookies": "csrftoken: Secure", "live-error-pages": "the one that Django comes with", "live-admin-reachable": "the admin answers at 127.0.0.1"},
	} {
		t.Run("debug "+debug, func(t *testing.T) {
			t.Parallel()
			s := newServed(t, nil)
			s.write(t, "club.py", djangoProject)
			port := freeTCP(t)
			start(t, port, python, filepath.Join(s.dir, "club.py"), debug, fmt.Sprint(port))
			s.nginx(t, fmt.Sprintf("server { listen 127.0.0.1:%d ssl; server_name %s; ssl_certificate site.pem; ssl_certificate_key site.key; location / { proxy_pass http://127.0.0.1:%d; proxy_set_header Host $host; } }", s.https, servedHost, port))
			_, j := s.verify(t)
			for id, says := range want {
				if said := j.said(id); !regexp.MustCompile(says).MatchString(said) {
					t.Errorf("%s (%s) does not say %q:\n%s", id, j.status(id), says, said)
				}
			}
		})
	}
}

// TestVerifyInert judges facts of a server that sends what drives terminals, runners and pages: none of it reaches a report.
func TestVerifyInert(t *testing.T) {
	const evil = "nginx/1.22 \x1b[31m\r\n::error::x <script>alert(1)</script> | ](javascript:x)"
	r := site.Response{Method: "GET", URL: "https://example.org/", Status: 200, Length: 9, Headers: map[string][]string{"Server": {evil}, "Strict-Transport-Security": {evil}, "Set-Cookie": {"sess\x1b[0m=<9 bytes>"}}}
	file := filepath.Join(t.TempDir(), "site.json")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	err = site.Write(f, &site.Site{Schema: site.Schema, URL: "https://example.org/", Host: "example.org", Depth: site.Full, HTTPS: site.Chain{Responses: []site.Response{r}}, Missing: &r,
		Page: &site.Page{URL: "https://example.org/", Insecure: []site.Reference{{Element: "script", URL: "http://a/\x1b[2J<script>", Active: true}}}, Problems: []site.Problem{{Probe: "tls", Text: evil}}})
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	for _, format := range formats() {
		var out, errs bytes.Buffer
		a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}
		if status := a.run(t.Context(), []string{"verify", "--from-facts", file, "--format", format, "--fail-on", "never"}); status != statusOK {
			t.Errorf("%s: status %d, %s", format, status, errs.String())
		}
		for line := range strings.Lines(out.String()) {
			if strings.Contains(line, "\x1b") || strings.HasPrefix(strings.TrimSpace(line), "::error") || (format == "html" || format == "markdown") && strings.Contains(line, "<script>alert") {
				t.Errorf("%s: %q", format, line)
			}
		}
	}
}
