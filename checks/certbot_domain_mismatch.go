package checks

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

var certbotDomainMismatch = &Check{
	ID:       "certbot-domain-mismatch",
	Title:    "The certificate is not for the names that nginx serves",
	Severity: Medium,
	Why:      "Visitors of a name that the certificate does not hold see a warning instead of the site. A name that only the certificate holds keeps it from being renewed once its DNS is gone.",
	Fix:      "Name the same domains in the script and in server_name.",
	Misses:   "Names that are put in when the container starts.",
	Refs:     []string{certbotDocs, "https://nginx.org/en/docs/http/server_names.html"},
	Bad: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["80:80", "443:443"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]
-- nginx.conf --
server {
    listen 443 ssl;
    server_name filmclub.info shop.filmclub.info; # want "shop.filmclub.info"
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
-- init-letsencrypt.sh --
#!/bin/bash
certbot certonly --webroot -w /var/www/certbot --email ops@filmclub.info -d filmclub.info --agree-tos
`,
	Good: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["80:80", "443:443"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]
-- nginx.conf --
server {
    listen 443 ssl;
    server_name filmclub.info;
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
-- init-letsencrypt.sh --
#!/bin/bash
certbot certonly --webroot -w /var/www/certbot --email ops@filmclub.info -d filmclub.info --agree-tos
`,
	Run: func(f *Facts, v *Verdict) {
		served := servedNames(f)
		if len(served) == 0 {
			return
		}
		var certified []named
		for _, o := range obtainings(f) {
			for _, c := range o.calls {
				for _, d := range c.Domains {
					if !d.Known || domainPlaceholder(d.Text) != "" {
						return // another check speaks of placeholders; what is not known may be any name
					}
					certified = append(certified, named{strings.ToLower(d.Text), source.At(d.Span)})
				}
			}
		}
		if len(certified) == 0 {
			return
		}
		ok := true
		for _, s := range served {
			if !slices.ContainsFunc(certified, func(c named) bool { return covered(s.name, c.name) }) {
				ok = false
				v.Fail(s.at.Then(source.Step{Span: certified[0].at.Span, Note: "the certificate is asked for here"}), "nginx serves %s with TLS, but the certificate is not for it", s.name)
			}
		}
		for _, c := range certified {
			if !strings.HasPrefix(c.name, "*.") && !slices.ContainsFunc(served, func(s named) bool { return covered(c.name, s.name) }) {
				ok = false
				v.Fail(c.at.Then(source.Step{Span: served[0].at.Span, Note: "the names that nginx serves"}), "the certificate is for %s, but nginx serves no such name", c.name)
			}
		}
		if ok {
			v.Pass(served[0].at, "the certificate is for the names that nginx serves")
		}
	},
}

type named struct {
	name string
	at   source.Evidence
}

// servedNames returns the exact names of the edge's TLS servers; none if one of them is a pattern or not known.
func servedNames(f *Facts) (names []named) {
	for _, p := range edges(f) {
		for _, s := range p.Config.Servers {
			if !s.HasTLS() {
				continue
			}
			for _, n := range s.Names {
				if !n.Arg.Known || n.Kind == nginx.RegexName {
					return nil
				}
				if n.Text == "" || n.Text == "_" || n.Text == "localhost" {
					continue
				}
				names = append(names, named{strings.ToLower(n.Text), source.At(n.Arg.Span)})
			}
		}
	}
	return names
}

// covered reports whether a pattern of one label ("*.example.org") or a name equals a name.
func covered(name, pattern string) bool {
	if name == pattern {
		return true
	}
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		_, parent, _ := strings.Cut(name, ".")
		return parent == rest
	}
	return false
}
