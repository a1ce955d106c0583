package nginx

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/rogpeppe/go-internal/txtar"
)

// load reads an archive whose names are container paths below /etc/nginx.
func load(archive string, o Options) *Config {
	files := map[string]*source.File{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		p := f.Name
		if !path.IsAbs(p) {
			p = "/etc/nginx/" + p
		}
		files[p] = source.NewFile("repo/"+strings.TrimPrefix(f.Name, "/"), f.Data)
	}
	o.Read = func(p string) *source.File { return files[p] }
	o.Glob = func(pattern string) []string {
		var out []string
		for p := range files {
			if ok, _ := path.Match(pattern, p); ok {
				out = append(out, p)
			}
		}
		return out
	}
	return Load(o)
}

func faults(list []Fault) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Text)
	}
	return strings.Join(out, "; ")
}

func TestConfD(t *testing.T) {
	c := load("-- conf.d/app.conf --\nserver { listen 80; server_name a.example.org; include snippets/h.conf; location / { proxy_pass http://web:8000; } }\n-- snippets/h.conf --\nadd_header X-A b;\n", Options{})
	if len(c.Servers) != 1 || len(c.Invalid) > 0 || len(c.Files) != 2 {
		t.Fatalf("%d servers, %s", len(c.Servers), faults(c.Invalid))
	}
	h := c.Headers(c.Servers[0], "/", 200)
	if len(h) != 1 || h[0].Evidence.Span.Path() != "repo/snippets/h.conf" || len(h[0].Evidence.Trail) != 1 || h[0].Evidence.Trail[0].Span.Path() != "repo/conf.d/app.conf" {
		t.Errorf("%+v", h)
	}
	if v := c.Servers[0].Value("gzip"); !v.Is("off") || !v.Default || v.Evidence.Span.Path() != "repo/conf.d/app.conf" {
		t.Errorf("gzip %+v", v)
	}
}

func TestDebian(t *testing.T) {
	c := load("-- sites-enabled/app --\nserver { listen 80; }\n", Options{Debian: true})
	if len(c.Servers) != 1 || !c.Servers[0].Value("gzip").Is("on") {
		t.Fatalf("%d servers", len(c.Servers))
	}
	v := c.Servers[0].Value("ssl_protocols")
	if !strings.Contains(v.Text, "TLSv1.1") || v.Evidence.Span.Path() != "" && strings.HasPrefix(v.Evidence.Span.Path(), "/") {
		t.Errorf("%+v", v)
	}
}

func TestIncludes(t *testing.T) {
	c := load("-- nginx.conf --\nevents { }\nhttp { include mime.types; include /etc/letsencrypt/options-ssl-nginx.conf; include conf.d/*.conf; include /run/made/*.conf; }\n-- conf.d/b.conf --\nserver { listen 81; }\n-- conf.d/a.conf --\nserver { listen 80; }\n", Options{})
	if len(c.Servers) != 2 || c.Servers[0].Listens[0].Port != 80 || len(c.Invalid) > 0 {
		t.Fatalf("%d servers: %s", len(c.Servers), faults(c.Invalid))
	}
	if !c.HTTP.Open {
		t.Error("an include of a folder outside leaves http open")
	}
	if v := c.HTTP.Value("ssl_protocols"); v.Text != "TLSv1.2 TLSv1.3" || !v.Known || v.Evidence.Span.Path() != "repo/nginx.conf" {
		t.Errorf("certbot's options: %+v", v)
	}
	if v := c.HTTP.Value("server_tokens"); v.Known || v.Is("on") || v.Is("off") {
		t.Errorf("server_tokens is not known: %+v", v)
	}
}

func TestIncludeMissing(t *testing.T) {
	c := load("-- nginx.conf --\nevents { }\nhttp { include snippets/none.conf; include /srv/x.conf; }\n", Options{})
	if faults(c.Invalid) != `include of "snippets/none.conf": no such file` || faults(c.Unknown) != `include of "/srv/x.conf": no such file in the repository` {
		t.Errorf("%s | %s", faults(c.Invalid), faults(c.Unknown))
	}
}

func TestIncludeLoop(t *testing.T) {
	c := load("-- nginx.conf --\nevents { }\nhttp { include a.conf; }\n-- a.conf --\ninclude b.conf;\n-- b.conf --\ninclude a.conf;\n", Options{})
	if !strings.Contains(faults(c.Invalid), "includes itself") {
		t.Error(faults(c.Invalid))
	}
	// each file includes the next ten times: a tree of 10^15 files
	var b strings.Builder
	b.WriteString("-- nginx.conf --\nevents { }\nhttp { include f0.conf; }\n")
	for i := 0; i < 15; i++ {
		fmt.Fprintf(&b, "-- f%d.conf --\n%s", i, strings.Repeat(fmt.Sprintf("include f%d.conf;\n", i+1), 10))
	}
	b.WriteString("-- f15.conf --\nserver { listen 80; }\n")
	if c := load(b.String(), Options{}); len(c.Problems) == 0 {
		t.Error("no cap was told")
	}
}

func TestLoadFile(t *testing.T) {
	for _, x := range []struct {
		text string
		kind FileKind
		n    int
	}{
		{"server { listen 80; }", HTTPFile, 1},
		{"upstream a { server b; } server { listen 80; location / { proxy_pass http://a; } }", HTTPFile, 1},
		{"events { } http { server { listen 80; } }", MainFile, 1},
		{"location / { return 204; }", ServerFragment, 0},
		{"proxy_set_header Host $host;", ParamsFragment, 0},
		{"hello world", NoFile, 0},
		{"", NoFile, 0},
	} {
		f := source.NewFile("deploy/nginx/default.conf.template", []byte(x.text))
		if k := Parse(f).Kind(); k != x.kind {
			t.Errorf("%s: kind %d, want %d", x.text, k, x.kind)
		}
		c := LoadFile(f, Options{})
		if len(c.Servers) != x.n || x.n > 0 && len(c.Invalid) > 0 {
			t.Errorf("%s: %d servers, %s", x.text, len(c.Servers), faults(c.Invalid))
		}
	}
}

func TestEnv(t *testing.T) {
	env := func(name string) (string, bool) { return "web.example.org", name == "DOMAIN" }
	c := load("-- conf.d/a.conf --\nserver { listen ${PORT}; server_name ${DOMAIN}; return 301 https://$host; }\n", Options{Env: env})
	s := c.Servers[0]
	if s.Host() != "web.example.org" || s.Listens[0].Known || len(c.Invalid) > 0 {
		t.Errorf("%q %+v %s", s.Host(), s.Listens, faults(c.Invalid))
	}
}

func TestVersion(t *testing.T) {
	for s, want := range map[string]Version{
		"1.25.3": {1, 25, 3}, "nginx:1.27-alpine": {1, 27, 99}, "docker.io/library/nginx:1.22.1-bookworm": {1, 22, 1}, "nginx:latest": {}, "nginx": {},
		"nginx:stable-alpine": {}, "nginx:1": {}, "localhost:5000/nginx:1.19.0": {1, 19, 0},
	} {
		if got := ParseVersion(s); got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
	text := "events { } http { server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; http2 on; } }"
	if c := loadText(text, Version{1, 24, 0}); !strings.Contains(faults(c.Invalid), `unknown directive "http2"`) {
		t.Errorf("http2 in 1.24: %s", faults(c.Invalid))
	}
	if c := loadText(text, Version{1, 25, 99}); len(c.Invalid) > 0 || !c.Servers[0].Listens[0].HTTP2 {
		t.Errorf("http2 in 1.25: %s", faults(c.Invalid))
	}
	for v, want := range map[Version]string{{1, 18, 0}: "TLSv1 TLSv1.1 TLSv1.2", {1, 24, 0}: "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", {1, 27, 3}: "TLSv1.2 TLSv1.3", {}: "TLSv1.2 TLSv1.3"} {
		c := loadText("events { } http { server { listen 80; } }", v)
		if got := strings.Join(c.Servers[0].TLS().Protocols, " "); got != want {
			t.Errorf("%v: %s", v, got)
		}
	}
}
