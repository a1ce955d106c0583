package nginx

import (
	"fmt"
	"strings"
	"testing"
)

// one loads a body of http and returns its first server.
func one(t *testing.T, body string) *Server {
	t.Helper()
	c := loadText("events { }\nhttp {\n"+body+"\n}\n", Version{})
	if len(c.Servers) == 0 {
		t.Fatal("no server")
	}
	if len(c.Invalid) > 0 {
		t.Errorf("%s: %s", body, faults(c.Invalid))
	}
	return c.Servers[0]
}

func TestRedirects(t *testing.T) {
	for _, x := range []struct{ body, uri, want string }{
		{"server { listen 80; server_name a.example.org; return 301 https://$host$request_uri; }", "/x?y", "301 https://a.example.org/x?y https known"},
		{"server { listen 80; server_name a.example.org; if ($host = a.example.org) { return 301 https://$host$request_uri; } return 404; }", "/", "301 https://a.example.org/ https known"},
		{"server { listen 80; server_name a.example.org; location /.well-known/acme-challenge/ { root /x; } location / { return 308 https://$server_name$uri; } }", "/b", "308 https://a.example.org/b https known"},
		{"server { listen 80; server_name a.example.org; location /.well-known/acme-challenge/ { root /x; } location / { return 308 https://$server_name$uri; } }", "/.well-known/acme-challenge/t", "static"},
		{"server { listen 80; server_name a.example.org; rewrite ^ https://$host$request_uri? permanent; }", "/q?w", "301 https://a.example.org/q?w https known"},
		{"server { listen 80; server_name a.example.org; location / { proxy_pass http://web:8000; } }", "/", "pass"},
		{"server { listen 80; server_name ${DOMAIN}; return 301 https://$host$request_uri; }", "/", "301 https://$host/ https"},
		{"server { listen 80; server_name a.example.org; return 301 https://${DOMAIN}$request_uri; }", "/", "301 https://${DOMAIN}/ https"},
		{"server { listen 80; server_name a.example.org; return 301 $scheme://www.example.org/; }", "/", "301 http://www.example.org/ known"},
		{"server { listen 80; server_name a.example.org; return 301 /login; }", "/", "301 http://a.example.org/login known"},
		{"server { listen 80; listen 443 ssl; ssl_certificate a; ssl_certificate_key b; server_name a.example.org; if ($scheme != https) { return 301 https://$host$request_uri; } location / { proxy_pass http://web:8000; } }", "/", "301 https://a.example.org/ https known"},
		{"server { listen 80; if ($http_x_forwarded_proto = http) { return 301 https://$host$request_uri; } location / { proxy_pass http://web:8000; } }", "/", "pass maybe"},
		{"map $scheme $to { http https; default $scheme; } server { listen 80; server_name a; return 301 $to://$host; }", "/", "301 https://a https known"},
		{"server { listen 80 default_server; return 444; }", "/", "444"},
		{"server { listen 80; location / { try_files $uri $uri/ /index.html; } }", "/app", "static maybe"},
		{"server { listen 80; location / { try_files $uri /a; } location /a { try_files /b /c; } location /c { return 204; } }", "/app", "204 maybe"},
		{"server { listen 80; location / { error_page 418 = @x; return 418; } location @x { proxy_pass http://web; } }", "/", "pass"},
	} {
		a := one(t, x.body).Redirects(x.uri)
		got := fmt.Sprintf("%d %s", a.Status, a.Location)
		switch a.Kind {
		case PassAnswer:
			got = "pass"
		case StaticAnswer:
			got = "static"
		case ReturnAnswer:
			got = fmt.Sprint(a.Status)
		case RedirectAnswer:
			if a.HTTPS {
				got += " https"
			}
			if a.Known {
				got += " known"
			}
		}
		if len(a.Maybe) > 0 {
			got += " maybe"
		}
		if got != x.want {
			t.Errorf("%s %s: %s, want %s", x.body, x.uri, got, x.want)
		}
		if a.Evidence.IsZero() {
			t.Errorf("%s: no place", x.body)
		}
	}
}

func TestAccess(t *testing.T) {
	for _, x := range []struct {
		rules        string
		open, closed bool
	}{
		{"", true, false},
		{"deny all;", false, true},
		{"allow 10.0.0.0/8; deny all;", false, true},
		{"allow all; deny all;", true, false},
		{"allow ${ADMIN_IP}; deny all;", false, false},
		{"deny 10.0.0.1;", true, false},
		{"allow 10.0.0.1;", true, false},
		{"auth_basic x; auth_basic_user_file /f;", false, true},
		{"auth_basic off;", true, false},
		{"auth_basic $realm;", false, false},
		{"satisfy any; allow 10.0.0.1; deny all; auth_basic x;", false, true},
		{"satisfy any; allow all; auth_basic x;", true, false},
		{"auth_request /auth;", false, false},
		{"auth_request /auth; deny all;", false, true},
	} {
		s := one(t, "geo $realm { default off; } server { listen 80; location /admin/ { "+x.rules+" } location /auth { } }")
		a := s.Locations()[0].Access()
		if a.Open() != x.open || a.Closed() != x.closed {
			t.Errorf("%q: open %v closed %v", x.rules, a.Open(), a.Closed())
		}
	}
	s := one(t, "server { listen 80; deny all; location /a { allow 10.0.0.1; } }")
	if a := s.Locations()[0].Access(); len(a.Rules) != 1 || a.Closed() {
		t.Error("a location's own rules replace those of the server")
	}
}

func TestPass(t *testing.T) {
	for _, x := range []struct{ conf, want string }{
		{"proxy_pass http://web:8000;", "http web 8000  true"},
		{"proxy_pass http://web;", "http web 80  true"},
		{"proxy_pass https://web/api/;", "https web 443 /api/ true"},
		{"proxy_pass http://pool;", "http app 9000  true"},
		{"proxy_pass http://pool/x;", "http app 9000 /x true"},
		{"set $up http://web:8000; proxy_pass $up;", "http web 8000  true"},
		{"set $up web; proxy_pass http://$up:8000;", "http web 8000  true"},
		{"proxy_pass http://web:8000$request_uri;", "http web 8000 $request_uri true"},
		{"proxy_pass http://${HOST_NAME}:8000;", "http  0  false"},
		{"uwsgi_pass unix:///run/a.sock;", "uwsgi  0  true"},
		{"uwsgi_pass django:8001;", "uwsgi django 8001  true"},
		{"fastcgi_pass php:9000;", "fastcgi php 9000  true"},
		{"grpc_pass grpc://g:50051;", "grpc g 50051  true"},
		{"proxy_pass http://unix:/run/g.sock:/x;", "http  0 /x true"},
		{"proxy_pass http://[::1]:8000;", "http [::1] 8000  true"},
	} {
		s := one(t, "upstream pool { server old:1 down; server app:9000; server b:2 backup; } server { listen 80; location / { "+x.conf+" } }")
		p := s.Locations()[0].Pass()
		if got := fmt.Sprint(p.Protocol, " ", p.Host, " ", p.Port, " ", p.URI, " ", p.Known); got != x.want {
			t.Errorf("%s: %s, want %s", x.conf, got, x.want)
		}
	}
	s := one(t, "server { listen 80; location / { proxy_pass http://web:8000$request_uri; location /in/ { } } }")
	if p := s.Locations()[0].Pass(); p.Host != "web" || p.Port != 8000 || !p.Known {
		t.Errorf("a path that is a variable hides nothing: %+v", p)
	}
	if p := s.Locations()[1].Pass(); p != nil {
		t.Error("a nested location inherits no proxy_pass")
	}
}

func TestProxyHeaders(t *testing.T) {
	s := one(t, "proxy_set_header Host $host; server { listen 80; location /a { proxy_pass http://w; } location /b { proxy_set_header X-Forwarded-Proto $scheme; proxy_pass http://w; } }")
	list := func(l *Location) string {
		var out []string
		for _, h := range l.ProxyHeaders() {
			out = append(out, h.Name+"="+h.Value)
		}
		return strings.Join(out, " ")
	}
	if got := list(s.Locations()[0]); got != "Host=$host Connection=close" {
		t.Error(got)
	}
	if got := list(s.Locations()[1]); got != "X-Forwarded-Proto=$scheme Host=$proxy_host Connection=close" {
		t.Error(got)
	}
}

func TestValues(t *testing.T) {
	s := one(t, `limit_req_zone $binary_remote_addr zone=l:1m rate=30r/m; server_tokens off; client_max_body_size 10m; client_body_timeout ${T};
		server { listen 443 ssl; ssl_certificate /etc/letsencrypt/live/a.example.org/fullchain.pem; ssl_certificate_key /etc/letsencrypt/live/a.example.org/privkey.pem; ssl_protocols TLSv1.3 TLSv1 TLSv1.2;
		location /l { limit_req zone=l burst=5; client_max_body_size 0; } location /static { alias /srv/static/; } location /ok/ { alias /srv/; } ${MORE}
		} `)
	if v := s.Value("server_tokens"); v.Is("off") {
		t.Error("a placeholder in the server may say otherwise")
	}
	if v := s.Parent.Value("server_tokens"); !v.Is("off") || v.Default {
		t.Errorf("%+v", v)
	}
	if v := s.Value("client_body_timeout"); v.Known {
		t.Errorf("%+v", v)
	}
	if n, v := s.Locations()[0].BodySize(); n != 0 || !v.Known {
		t.Errorf("%d %+v", n, v)
	}
	if n, _ := s.Parent.BodySize(); n != 10<<20 {
		t.Error(n)
	}
	l := s.Locations()[0].LimitReqs()
	if len(l) != 1 || l[0].Of == nil || l[0].Of.PerSecond != 0.5 || l[0].Burst != 5 {
		t.Errorf("%+v", l)
	}
	if !s.Locations()[1].AliasTraversal() || s.Locations()[2].AliasTraversal() {
		t.Error("alias traversal")
	}
	tls := s.TLS()
	if strings.Join(tls.Protocols, " ") != "TLSv1 TLSv1.2 TLSv1.3" || tls.Certificates[0].LetsEncrypt != "a.example.org" || !tls.ProtocolsAt.Known || tls.Ciphers.Known {
		t.Errorf("%+v", tls)
	}
}

func TestHeaderInheritance(t *testing.T) {
	s := one(t, `add_header X-Http h; server { listen 80; add_header X-Frame-Options DENY always;
		location /a { add_header Cache-Control no-store; } location /b { add_header_inherit merge; add_header X-B b; location /b/c { add_header X-C c; } } location /d { add_header_inherit off; } location /e { add_header x-frame-options SAMEORIGIN; } }`)
	names := func(list []AddHeader) string {
		var out []string
		for _, h := range list {
			out = append(out, h.Name)
		}
		return strings.Join(out, " ")
	}
	for i, want := range []string{"Cache-Control | X-Frame-Options", "X-B X-Frame-Options | ", "X-C X-B X-Frame-Options | ", " | X-Frame-Options", "x-frame-options | "} {
		sc := s.Locations()[i]
		if got := names(sc.AddHeaders()) + " | " + names(sc.DroppedHeaders()); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
	if got := names(s.DroppedHeaders()); got != "X-Http" {
		t.Errorf("server drops %q", got)
	}
}

func TestHeaderUnknown(t *testing.T) {
	s := one(t, `map $sent_http_content_type $csp { default ""; text/html "default-src 'self'"; } map $http_a $m { default x; b y; } server { listen 80; add_header Content-Security-Policy $csp; add_header X-M $m; add_header X-T ${VALUE}; }`)
	h := s.Config().Headers(s, "/x", 200)
	if len(h) != 3 || h[0].Known || !h[0].Maybe || len(h[0].Possible) != 2 || h[1].Maybe || len(h[1].Possible) != 2 || h[2].Known {
		t.Errorf("%+v", h)
	}
	if len(h[0].Evidence.Trail) == 0 || h[0].Evidence.Trail[0].Note != "value of $csp" {
		t.Errorf("trail %+v", h[0].Evidence.Trail)
	}
}

// TestHeaderMaybe: a header is in doubt only if a scope that may apply instead does not add it.
func TestHeaderMaybe(t *testing.T) {
	for _, x := range []struct {
		body  string
		maybe bool
	}{
		{"location / { try_files $uri $uri/ /index.html; }", false},
		{"location / { try_files $uri @app; } location @app { proxy_pass http://w; }", false},
		{"location / { add_header X-B b; try_files $uri @app; } location @app { proxy_pass http://w; }", true},
		{"location / { if ($http_a) { return 403; } proxy_pass http://w; }", false},
		{"location / { if ($http_a) { add_header X-B b; } proxy_pass http://w; }", true},
		{"location / { proxy_pass http://w; } location ~ ^/(?!x) { add_header X-B b; }", true},
	} {
		s := one(t, "server { listen 80; add_header X-A a always; "+x.body+" }")
		h := s.Config().Headers(s, "/p", 200)
		if len(h) != 1 || h[0].Name != "X-A" || h[0].Maybe != x.maybe {
			t.Errorf("%s: %+v", x.body, h)
		}
	}
}

func TestHSTS(t *testing.T) {
	for value, want := range map[string]string{
		"max-age=63072000; includeSubDomains; preload": "63072000 sub preload",
		"max-age=31536000":                      "31536000",
		`max-age="31536000"`:                    "31536000",
		" MAX-AGE = 10 ; includesubdomains":     "10 sub",
		"max-age=0":                             "0",
		"includeSubDomains":                     "void max-age is missing",
		"":                                      "void max-age is missing",
		"max-age=-1":                            "void max-age is no number of seconds",
		"max-age":                               "void max-age has no value",
		"max-age=1; max-age=2":                  `void "max-age" is given twice`,
		"max-age=31536000, includeSubDomains":   "void max-age is no number of seconds",
		"max-age=1; includeSubDomains, preload": `void directives are separated by ";" and nothing else`,
		"max-age=99999999999999999999999":       "10000000000000",
	} {
		h := ParseHSTS(value)
		got := fmt.Sprint(h.MaxAge)
		if h.IncludeSubDomains {
			got += " sub"
		}
		if h.Preload {
			got += " preload"
		}
		if h.Void {
			got = "void " + h.Why
		}
		if strings.HasPrefix(value, "max-age=9999") {
			if h.Void || h.MaxAge < 1<<40 {
				t.Errorf("%q: %+v", value, h)
			}
			continue
		}
		if got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestRoute(t *testing.T) {
	c := loadText(`events { } http { server { listen 80; server_name a.example.org; } server { listen 80 default_server; server_name _; } server { listen 443 ssl; server_name a.example.org; ssl_certificate a; ssl_certificate_key b; } }`, Version{})
	for host, want := range map[string]int{"a.example.org": 0, "A.EXAMPLE.ORG": 0, "b.example.org": 1, "": 1} {
		if got := c.Route(host, 80, false); got != c.Servers[want] {
			t.Errorf("%q goes elsewhere", host)
		}
	}
	if c.Route("x", 443, true) != c.Servers[2] || c.Route("x", 8080, false) != nil {
		t.Error("ports")
	}
}

func TestSample(t *testing.T) {
	for pattern, regex := range map[string]bool{"/a/": false, `^/(api|admin)/`: true, `\.(js|css)$`: true, `^/x/\d{2}$`: true, `/[^/]+\.php`: true} {
		m := ""
		if regex {
			m = "~ "
		}
		s := one(t, "server { listen 80; location "+m+`"`+pattern+`" { } }`)
		uri := s.Locations()[0].Sample()
		if l, known := s.Config().Match(s, uri); uri == "" || l != s.Locations()[0] || !known {
			t.Errorf("%s: %q", pattern, uri)
		}
	}
}

// TestMapsMultiply: maps that refer to maps are cut off.
func TestMapsMultiply(t *testing.T) {
	var b strings.Builder
	for i := 0; i < 18; i++ {
		fmt.Fprintf(&b, "map $http_x $m%d { default \"\";", i)
		for j := 0; j < 20; j++ {
			fmt.Fprintf(&b, " k%d $m%d;", j, i+1)
		}
		b.WriteString(" }\n")
	}
	s := one(t, b.String()+"map $http_x $m18 { default 1; } server { listen 80; add_header X-A $m0; }")
	if h := s.Config().Headers(s, "/", 200); len(h) != 1 {
		t.Errorf("%+v", h)
	}
}

// TestManyLocations: questions about every location of a hostile server end.
func TestManyLocations(t *testing.T) {
	var b strings.Builder
	b.WriteString("server { listen 80; add_header X-A a;\n")
	for i := 0; i < 20000; i++ {
		fmt.Fprintf(&b, "location /a%d { }\n", i)
	}
	s := one(t, b.String()+"}")
	if n := len(s.Locations()); n < 4000 || n > 5000 || !s.Open || len(s.Config().Problems) != 1 {
		t.Errorf("%d locations, %v", n, s.Config().Problems)
	}
	for _, l := range s.Locations()[:200] {
		s.Config().Headers(s, l.Sample(), 200)
	}
}
