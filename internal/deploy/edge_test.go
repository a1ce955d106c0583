package deploy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

func flatOf(name, text string) string {
	var f flat
	f.file(source.NewFile(name, []byte(text)))
	var b strings.Builder
	for _, k := range f.keys {
		fmt.Fprintf(&b, "%s=%s@%d ", k, f.values[k].text, f.values[k].at.Span.Position().Line)
	}
	return strings.TrimSpace(b.String())
}

// YAML, TOML and their templates give the same dotted keys.
func TestFlat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"traefik.yml", "entryPoints:\n  web:\n    address: ':80'\nhttp:\n  routers:\n    site:\n      tls: {}\n      entryPoints: [web, secure]\n",
			"entrypoints.web.address=:80@3 http.routers.site.tls=@7 http.routers.site.entrypoints=web,secure@8"},
		{"traefik.toml", "[entryPoints.web]\n  address = \":80\"\n# x = 1\n[[http.services.s.loadBalancer.servers]]\n  url = \"http://web:8000\"\n",
			"entrypoints.web=@1 entrypoints.web.address=:80@2 http.services.s.loadbalancer.servers[0].url=http://web:8000@5"},
		{"dynamic.yml", "http:\n  services:\n    s:\n      loadBalancer:\n        servers:\n          - url: http://web:8000\n",
			"http.services.s.loadbalancer.servers[0].url=http://web:8000@6"},
		{"broken.yml", "a: [\n", ""},
	} {
		if got := flatOf(c.name, c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestCaddyfile(t *testing.T) {
	env := func(name string) (string, bool) {
		switch name {
		case "HOST":
			return "cinema.example.org", true
		case "EMPTY":
			return "", true
		}
		return "", false
	}
	f := source.NewFile("Caddyfile", []byte("{\n\temail a@b.c # mail\n}\n{$HOST}, www.example.org,\nthird.org {\n  header X \"a \\\"b\\\"\"\n  respond `it's` {$EMPTY:204} {$ELSE}\n}\n"))
	var b strings.Builder
	var print func(ns []*caddyNode)
	print = func(ns []*caddyNode) {
		for _, n := range ns {
			for _, w := range n.words {
				fmt.Fprintf(&b, "%s", w.text)
				if !w.known {
					b.WriteByte('?')
				}
				b.WriteByte('|')
			}
			if n.has {
				b.WriteString("{ ")
				print(n.block)
				b.WriteString("} ")
			}
		}
	}
	print(parseCaddyfile(f, env))
	want := "{ email|a@b.c|} cinema.example.org,|www.example.org,|third.org|{ header|X|a \"b\"|respond|it's|204|{$ELSE}?|} "
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"example.org": "example.org secure", "http://example.org": "example.org plain", ":80": " plain", ":8443": " plain", "https://a.org:443/x": "a.org secure",
		"localhost": "localhost secure", "*.example.org": "*.example.org secure", "a.org:8000,": "a.org secure", "[::1]": "[::1] secure",
	} {
		a := parseAddress(caddyWord{text: text, known: true})
		got := a.host
		if a.plain {
			got += " plain"
		}
		if a.secure {
			got += " secure"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// Input of no sense takes bounded time and memory.
func TestEdgeHostile(t *testing.T) {
	for _, text := range []string{strings.Repeat("a {\n", 50000), strings.Repeat("[", 100000), strings.Repeat("{$", 50000), strings.Repeat("a:\n ", 20000), "a: &x [*x, *x]\nb: *x\n",
		"a: &a [b,b]\nc: &c [*a,*a,*a,*a,*a,*a]\nd: &d [*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f]\n"} {
		parseCaddyfile(source.NewFile("Caddyfile", []byte(text)), nil)
		flatOf("a.yml", text)
		flatOf("a.toml", text)
	}
}
