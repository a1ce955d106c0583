package deploy

import (
	"net/netip"
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A caddy is the configuration of one Caddy.
type caddy struct {
	v        *view
	st       *Stack
	snippets map[string]*caddyNode
	paths    map[string]string // of its container
	env      func(name string) (string, bool)
	auto     string // the global option auto_https, "" is on
	visits   int
}

const maxCaddyVisits = 20_000

// caddyEdge reads what Caddy does in front of a stack.
func (v *view) caddyEdge(st *Stack, svc *compose.Service) *Edge {
	e := &Edge{Kind: CaddyEdge, Name: "Caddy", Stack: st, Service: svc}
	if svc == nil {
		return e
	}
	c := &caddy{v: v, st: st, snippets: map[string]*caddyNode{}, paths: v.containerPaths(svc, v.builtFor(svc))}
	vars := v.containerVars(st, svc)
	c.env = func(name string) (string, bool) { x, ok := vars(name); return x.Value, ok }
	for _, name := range []string{"/etc/caddy/Caddyfile", "/etc/Caddyfile", "/Caddyfile", "/srv/Caddyfile"} {
		if at, ok := c.paths[name]; ok && e.File == nil {
			e.File = v.fs.File(at)
		}
	}
	if svc.Command != nil && e.File == nil {
		for _, w := range svc.Command.Words {
			if at, ok := c.paths[path.Clean(w.Raw)]; ok && strings.Contains(strings.ToLower(path.Base(at)), "caddy") {
				e.File = v.fs.File(at)
			}
		}
	}
	top := parseCaddyfile(e.File, c.env)
	if len(top) > 1 && !top[0].has && top[0].name() != "import" { // one site without braces
		top = []*caddyNode{{words: top[0].words, block: top[1:], has: true, span: top[0].span}}
	}
	for _, n := range top {
		switch name := n.name(); {
		case name == "" && n.has:
			for _, o := range n.block {
				if o.name() == "auto_https" {
					c.auto = o.arg(0)
				}
			}
		case strings.HasPrefix(name, "(") && strings.HasSuffix(name, ")"):
			c.snippets[strings.Trim(name, "()")] = n
		}
	}
	for _, n := range top {
		if name := n.name(); name != "" && n.has && !strings.HasPrefix(name, "(") && !strings.HasPrefix(name, "&(") {
			c.site(e, n)
		}
	}
	c.plainSites(e)
	return e
}

// An address is one of the names of a site.
type address struct {
	host   string
	plain  bool // http:// or port 80: no HTTPS by itself
	secure bool // a name that Caddy gets a certificate for, or https://
	known  bool
}

func parseAddress(w caddyWord) address {
	s := strings.TrimSuffix(strings.ToLower(w.text), ",")
	a := address{known: w.known}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	}
	rest, _, _ = strings.Cut(rest, "/")
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		host, port = rest[:i], rest[i+1:]
	}
	a.host = host
	switch {
	case scheme == "http" || port == "80":
		a.plain = true
	case scheme == "https" || port == "443":
		a.secure = true
	case host == "" || host == "*":
		a.plain = true // a port alone: no name to get a certificate for
	default:
		a.secure = true
	}
	return a
}

// site adds the routes of one site block.
func (c *caddy) site(e *Edge, n *caddyNode) {
	var hosts []string
	tls, plainOnly, known := false, true, true
	for _, w := range n.words {
		a := parseAddress(w)
		known = known && a.known
		tls = tls || a.secure
		plainOnly = plainOnly && a.plain
		if a.known && a.host != "" {
			hosts = append(hosts, a.host)
		}
	}
	at := source.At(n.span)
	site := &Route{Hosts: hosts, At: at}
	automatic := false
	for _, name := range hosts {
		automatic = automatic || tls && !localName(name)
	}
	c.walk(n.block, "", 0, func(d *caddyNode, under string) {
		if d.name() != "tls" {
			return
		}
		if d.arg(0) == "internal" || len(d.words) == 3 {
			automatic = false // certificates of its own
		}
		plainOnly, tls = false, true
	})
	switch {
	case !known:
	case plainOnly:
		site.TLS, site.Plain, site.Redirects = no(at), yes(at), no(at)
	case tls:
		site.TLS = yes(at)
		site.MinTLS, site.MinTLSAt = "1.2", at
		if automatic && c.auto != "off" && c.auto != "disable_certs" {
			site.Automatic = yes(at)
		}
		if c.auto != "off" && c.auto != "disable_redirects" {
			site.Plain, site.Redirects = no(at), yes(at)
		}
	}
	c.headersAndGuards(site, n.block)
	// the proxied services, each with the paths that lead to it
	c.walk(n.block, "", 0, func(d *caddyNode, under string) {
		if d.name() != "reverse_proxy" && d.name() != "php_fastcgi" {
			return
		}
		p, targets := under, d.words[1:]
		if len(targets) > 0 && (strings.HasPrefix(targets[0].text, "/") || targets[0].text == "*" || strings.HasPrefix(targets[0].text, "@")) {
			p = c.matched(n.block, targets[0].text, under)
			targets = targets[1:]
		}
		if len(targets) == 0 {
			for _, to := range d.block {
				if to.name() == "to" {
					targets = to.words[1:]
				}
			}
		}
		for _, w := range targets {
			host := w.text
			if _, rest, ok := strings.Cut(host, "://"); ok {
				host = rest
			}
			host, _, _ = strings.Cut(host, ":")
			svc := serviceNamed(c.st, host)
			if svc == nil {
				continue
			}
			r := *site
			r.Service, r.Path, r.At = svc, p, source.At(d.span, source.Step{Span: n.span, Note: "of this site"})
			r.Headers = append([]RouteHeader(nil), site.Headers...)
			for _, h := range d.block {
				if h.name() == "header_down" && len(h.words) == 3 {
					r.Headers = append(r.Headers, RouteHeader{strings.TrimLeft(h.arg(0), "+>?"), h.arg(1), h.words[2].known, source.At(h.span)})
				}
			}
			e.Routes = append(e.Routes, &r)
			break
		}
	})
}

// walk visits directives with the prefix of the paths for which they hold: those of handle and route blocks, and of snippets.
func (c *caddy) walk(block []*caddyNode, under string, depth int, visit func(d *caddyNode, under string)) {
	for _, d := range block {
		if c.visits++; c.visits > maxCaddyVisits || depth > maxCaddyDepth {
			return
		}
		switch d.name() {
		case "import":
			if s := c.snippets[d.arg(0)]; s != nil {
				c.walk(s.block, under, depth+1, visit)
			} else if at, ok := c.paths[path.Join("/etc/caddy", d.arg(0))]; ok {
				c.walk(parseCaddyfile(c.v.fs.File(at), c.env), under, depth+1, visit)
			} else {
				visit(d, under)
			}
		case "handle", "handle_path", "route":
			p := under
			if m := d.arg(0); m != "" {
				p = c.matched(block, m, under)
			}
			c.walk(d.block, p, depth+1, visit)
		default:
			visit(d, under)
		}
	}
}

// matched is the prefix of the paths that a matcher takes; "…" if it matches by something else.
func (c *caddy) matched(block []*caddyNode, matcher, under string) string {
	switch {
	case matcher == "*":
		return under
	case strings.HasPrefix(matcher, "/"):
		if p := strings.TrimRight(strings.TrimSuffix(matcher, "*"), "/"); p != "" {
			return p
		}
		return under
	}
	for _, d := range block {
		if d.name() == matcher && d.arg(0) == "path" && d.arg(1) != "" {
			return c.matched(nil, d.arg(1), under)
		}
	}
	return unknownPart
}

// headersAndGuards reads what holds for every path of a site.
func (c *caddy) headersAndGuards(r *Route, block []*caddyNode) {
	c.walk(block, "", 0, func(d *caddyNode, under string) {
		if under != "" {
			return
		}
		switch d.name() {
		case "import":
			r.Open = true
		case "header":
			words := d.words[1:]
			if len(words) > 0 && (words[0].text == "*" || words[0].text == "/*") {
				words = words[1:]
			} else if len(words) > 0 && (strings.HasPrefix(words[0].text, "/") || strings.HasPrefix(words[0].text, "@")) {
				return
			}
			if len(words) >= 2 {
				r.addHeader(words, d.span)
			}
			for _, h := range d.block {
				if len(h.words) >= 2 {
					r.addHeader(h.words, h.span)
				}
			}
		case "basic_auth", "basicauth", "forward_auth":
			if m := d.arg(0); !strings.HasPrefix(m, "/") && !strings.HasPrefix(m, "@") {
				r.Guard = yes(source.At(d.span))
			}
		}
	})
}

func (r *Route) addHeader(words []caddyWord, span source.Span) {
	name := strings.TrimLeft(words[0].text, "+>?")
	if strings.HasPrefix(name, "-") || r.Header(name) != nil {
		return
	}
	r.Headers = append(r.Headers, RouteHeader{name, words[1].text, words[1].known, source.At(span)})
}

// plainSites finds sites that answer plain HTTP for a name that another site serves with HTTPS: Caddy then does not redirect it.
func (c *caddy) plainSites(e *Edge) {
	for _, r := range e.Routes {
		if !r.TLS.Yes {
			continue
		}
		for _, other := range e.Routes {
			if !other.TLS.Known || other.TLS.Yes {
				continue
			}
			for _, name := range other.Hosts {
				for _, mine := range r.Hosts {
					if name == mine {
						r.Plain, r.Redirects = yes(other.At), no(other.At)
					}
				}
			}
		}
	}
}

// localName reports whether a host is no public one: Caddy signs its certificate itself.
func localName(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || !strings.Contains(host, ".")
}
