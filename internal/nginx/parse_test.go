package nginx

import (
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

func parseText(text string) *File { return Parse(source.NewFile("app.conf", []byte(text))) }

func TestPlaces(t *testing.T) {
	f := parseText("server {\n  listen 443 ssl; # tls\n\tlocation ~ \"^/a b\" { return 200 'x y'; }\n}\n")
	if len(f.Invalid) > 0 || len(f.Directives) != 1 || len(f.Comments) != 1 {
		t.Fatalf("%+v", f)
	}
	s := f.Directives[0]
	if s.Span.Text() != string(f.Source.Text[:len(f.Source.Text)-1]) || !strings.HasPrefix(s.BodySpan.Text(), "\n  listen") {
		t.Errorf("server spans %q, body %q", s.Span.Text(), s.BodySpan.Text())
	}
	l := s.Block[0]
	if l.Span.Text() != "listen 443 ssl;" || l.HeadSpan().Text() != "listen 443 ssl" || l.Args[1].Span.Text() != "ssl" || l.Span.Position() != (source.Position{Line: 2, Column: 3}) {
		t.Errorf("listen at %v: %q", l.Span.Position(), l.Span.Text())
	}
	if loc := s.Block[1]; loc.Args[1].Raw != `"^/a b"` || loc.Args[1].Text != "^/a b" || !loc.Args[1].Quoted || loc.Block[0].Text(1) != "x y" {
		t.Errorf("location %+v", loc)
	}
	if f.Comments[0].Text() != "# tls" {
		t.Errorf("comment %q", f.Comments[0].Text())
	}
}

func TestTemplates(t *testing.T) {
	for _, c := range []struct{ text, holes, kind string }{
		{"server_name ${DOMAIN};", "DOMAIN", "envsubst"},
		{"server_name $DOMAIN_NAME www.$DOMAIN_NAME;", "DOMAIN_NAME DOMAIN_NAME", "envsubst"},
		{"server_name ${DOMAIN:-example.org};", "DOMAIN", "envsubst"},
		{"proxy_pass http://${BACKEND_HOST}:${BACKEND_PORT};", "BACKEND_HOST BACKEND_PORT", "envsubst"},
		{"server_name {{ domain }} www.{{ domain }};", "domain domain", "jinja"},
		{"ssl_certificate /etc/letsencrypt/live/{{ domain | default('a b') }}/fullchain.pem;", "domain | default('a b')", "jinja"},
		{"listen {{port}}{% if ssl %} ssl{% endif %};", "port if ssl endif", "jinja"},
		{"server_name <%= @domain %>;", "domain", "jinja"},
		{"server_name __DOMAIN__;", "DOMAIN", "sed"},
		{"server_name %%DOMAIN%% @@HOST@@ %NAME%;", "DOMAIN HOST NAME", "sed"},
		{"server_name <YOUR_DOMAIN>;", "YOUR_DOMAIN", "sed"},
		{"return 301 https://$host$request_uri;", "", ""},
		{"return 301 https://${host}${REQUEST_URI};", "", ""},
		{"server_name ~^(?<SUB>.+)$; set $A $SUB; return 200 $A;", "", ""},
		{"rewrite ^/a__b__c$ /x;", "", ""},
		{"location ~ \\.(php|a)$ { }", "", ""},
		{"add_header X '<a> %41 $1';", "", ""},
	} {
		f := parseText(c.text)
		var holes []string
		known := true
		each(f.Directives, func(d *Directive) {
			for _, a := range d.Args {
				holes = append(holes, a.Holes...)
				known = known && a.Known
			}
		})
		if got := strings.Join(holes, " "); got != c.holes || known != (c.holes == "") || strings.Join(f.Template, " ") != c.kind || len(f.Invalid) > 0 {
			t.Errorf("%s: holes %q, kinds %v, invalid %v", c.text, got, f.Template, f.Invalid)
		}
	}
}

func TestTemplateBlocks(t *testing.T) {
	f := parseText(`{# a comment #}
{% if tls %}
server {
    listen 443 ssl;
    {{ extra_directives }}
    {% for name in names %}
    server_name {{ name }};
    {% endfor %}
    ${EXTRA}
    root /srv;
}
{% endif %}
server { listen 80; }
`)
	if len(f.Invalid) > 0 || len(f.Directives) != 2 {
		t.Fatalf("%d directives, invalid %v", len(f.Directives), f.Invalid)
	}
	s := f.Directives[0]
	var names []string
	for _, d := range s.Block {
		names = append(names, d.Name)
	}
	if got := strings.Join(names, ","); got != "listen,{{ extra_directives }},server_name,${EXTRA},root" {
		t.Errorf("inside: %s", got)
	}
	if !s.Conditional || !s.Block[1].Placeholder || !s.Block[3].Placeholder || f.Directives[1].Conditional {
		t.Errorf("conditions and placeholders are not told")
	}
}

func TestLua(t *testing.T) {
	f := parseText("server { location / { content_by_lua_block {\n local s = \"}\" -- }\n --[[ } ]] local t = { a = '}' } ngx.say([==[ } ]==])\n} access_log off; } listen 80; }")
	if len(f.Invalid) > 0 {
		t.Fatal(f.Invalid)
	}
	loc := f.Directives[0].Block[0]
	if !loc.Block[0].Opaque || loc.Block[1].Name != "access_log" || f.Directives[0].Block[1].Name != "listen" {
		t.Errorf("%+v", loc.Block)
	}
}

func TestRecovery(t *testing.T) {
	f := parseText("server {\n  listen 80\n  server_tokens off;\n  client_max_body_size 5m\n}\nserver { root \"/a\"b; listen 81; }")
	if len(f.Directives) != 2 || len(f.Invalid) != 3 {
		t.Fatalf("%d, %v", len(f.Directives), f.Invalid)
	}
	names := ""
	for _, d := range f.Directives[0].Block {
		names += d.Name + " " + d.Text(0) + ","
	}
	if names != "listen 80,server_tokens off,client_max_body_size 5m," {
		t.Errorf("recovered %s", names)
	}
	if d := f.Directives[1].Block; len(d) != 2 || d[1].Text(0) != "81" {
		t.Errorf("behind the quote: %v", d)
	}
}

func TestData(t *testing.T) {
	f := parseText(`map $host $x { default 1; "~^a b" 2; server 3; hostnames; }`)
	m := f.Directives[0]
	if !m.Data || len(m.Block) != 4 || m.Block[1].Name != "~^a b" || m.Block[2].Name != "server" {
		t.Errorf("%+v", m)
	}
}

// TestHostile: sizes, depths and loops end soon and without panic.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"braces":      strings.Repeat("{", 100000),
		"nested":      strings.Repeat("a {", 100000),
		"closed":      strings.Repeat("}", 100000),
		"line":        "server_name " + strings.Repeat("a", 10<<20) + ";",
		"words":       strings.Repeat("a ", 1<<20),
		"newlines":    "listen " + strings.Repeat("\nroot", 300000),
		"semicolons":  strings.Repeat(";", 100000),
		"quotes":      strings.Repeat(`"a"b`, 100000),
		"dollars":     strings.Repeat("${", 500000),
		"jinja":       strings.Repeat("{{", 500000),
		"jinja words": strings.Repeat("{% if %} a", 100000),
		"tags":        strings.Repeat("{% a %}", 200000),
		"lua":         strings.Repeat("a_by_lua_block {", 50000),
		"lua long":    "a_by_lua_block {" + strings.Repeat("[==", 300000),
		"backslash":   strings.Repeat(`\`, 100001),
		"directives":  strings.Repeat("a;", 300000),
		"ifs":         "server{" + strings.Repeat("if ($a) {", 5000),
		"locations":   "events{}http{server{" + strings.Repeat("location /a {", 5000),
		"nul":         strings.Repeat("\x00;", 1000),
	} {
		start := time.Now()
		f := parseText(text)
		checkSpans(t, f)
		loadText(text, Version{})
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func checkSpans(t *testing.T, f *File) {
	t.Helper()
	n := len(f.Source.Text)
	in := func(s source.Span) bool { return s.File == f.Source && s.Start >= 0 && s.Start <= s.End && s.End <= n }
	bad := 0
	each(f.Directives, func(d *Directive) {
		ok := in(d.Span) && in(d.HeadSpan()) && in(d.Head.Span)
		for _, a := range d.Args {
			ok = ok && in(a.Span) && a.Span.Start >= d.Span.Start
		}
		if d.HasBlock && !in(d.BodySpan) || !ok {
			bad++
		}
	})
	for _, p := range append(f.Invalid, f.Problems...) {
		if !in(p.Span) {
			bad++
		}
	}
	if bad > 0 {
		t.Errorf("%d spans out of bounds", bad)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range corpus(f) {
		f.Add(c.text)
	}
	f.Add("{% if a %}server { listen {{ p }}; }{% endif %}\n${X}\nserver_name __A__;")
	f.Fuzz(func(t *testing.T, text string) {
		checkSpans(t, parseText(text))
		c := loadText(text, Version{})
		for _, s := range c.Servers {
			for _, l := range s.Locations() {
				c.Headers(s, l.Sample(), 404)
				l.Scope.Pass()
				l.Scope.Access()
			}
			s.Redirects("/a/b?c=d")
			s.TLS()
		}
	})
}
