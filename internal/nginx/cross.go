package nginx

import (
	"fmt"
	"strings"
)

// http checks what spans directives: zones, log formats, certificates, default servers, duplicates, variables.
func (v *validator) http() {
	h := v.c.HTTP
	if h == nil {
		return
	}
	v.zones(h)
	v.upstreams(h)
	v.names(len(v.c.Servers) > 1)
	defaults := map[string]bool{}
	for _, s := range v.c.Servers {
		v.server(s, defaults)
	}
	if !h.Open && !v.thirdParty && len(v.c.Unknown) == 0 { // another module could bring the variable
		v.variables(h)
	}
}

// each visits the directives of a scope and of all blocks in it.
func each(list []*Directive, f func(*Directive)) {
	for _, d := range list {
		f(d)
		if !d.Data {
			each(d.Block, f)
		}
	}
}

// zones checks that the zones, caches and log formats that are used are there.
func (v *validator) zones(h *Scope) {
	if h.Open || h.Parent.Open {
		return
	}
	conns, caches, formats := map[string]bool{}, map[string]bool{}, map[string]bool{"combined": true}
	unknownZone := false
	for _, d := range h.list {
		name := ""
		for _, a := range d.Args {
			if z, ok := strings.CutPrefix(a.Text, "zone="); ok {
				name, _, _ = strings.Cut(z, ":")
			}
			if z, ok := strings.CutPrefix(a.Text, "keys_zone="); ok {
				name, _, _ = strings.Cut(z, ":")
			}
		}
		switch d.Name {
		case "limit_conn_zone":
			conns[name] = true
			unknownZone = unknownZone || !d.Known()
		case "limit_req_zone":
			unknownZone = unknownZone || !d.Known()
		case "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path":
			caches[name] = true
		case "log_format":
			if formats[d.Text(0)] && d.Known() {
				v.c.fault(d, fmt.Sprintf("duplicate \"log_format\" name %q", clip(d.Text(0))))
			}
			formats[d.Text(0)] = true
		}
	}
	each(h.list, func(d *Directive) {
		if !d.Known() || d.Conditional {
			return
		}
		zone := ""
		for _, a := range d.Args {
			if z, ok := strings.CutPrefix(a.Text, "zone="); ok {
				zone = z
			}
		}
		switch {
		case d.Name == "limit_req" && zone != "" && v.c.Zones[zone] == nil && !unknownZone,
			d.Name == "limit_conn" && len(d.Args) == 2 && !conns[d.Text(0)] && !unknownZone:
			if d.Name == "limit_conn" {
				zone = d.Text(0)
			}
			v.cross(d, fmt.Sprintf("zero size shared memory zone %q: no %s_zone defines it", clip(zone), d.Name))
		case oneOf(d.Name, "proxy_cache", "fastcgi_cache", "uwsgi_cache", "scgi_cache") && d.Text(0) != "off" && !strings.Contains(d.Text(0), "$") && !caches[d.Text(0)]:
			v.cross(d, fmt.Sprintf("%q zone %q is unknown", d.Name, clip(d.Text(0))))
		case d.Name == "access_log" && len(d.Args) > 1 && !strings.Contains(d.Text(1), "=") && !formats[d.Text(1)]:
			v.cross(d, fmt.Sprintf("unknown log format %q", clip(d.Text(1))))
		}
	})
}

// upstreams checks that no upstream comes twice.
func (v *validator) upstreams(h *Scope) {
	seen := map[string]bool{}
	for _, d := range h.list {
		if d.Name != "upstream" || !d.Known() || d.Conditional {
			continue
		}
		if seen[d.Text(0)] {
			v.c.fault(d, fmt.Sprintf("duplicate upstream %q", clip(d.Text(0))))
		}
		seen[d.Text(0)] = true
	}
}

// names checks wildcards in server names, which nginx does only once it has several servers to choose from.
func (v *validator) names(several bool) {
	for _, s := range v.c.Servers {
		for _, n := range s.Names {
			if several && n.Arg.Known && badName(n.Text) {
				v.c.fault(n.At, fmt.Sprintf("invalid server name or wildcard %q", clip(n.Text)))
			}
		}
	}
}

// server checks listens, certificates and locations of one server. defaults holds the addresses with a default server.
func (v *validator) server(s *Server, defaults map[string]bool) {
	own := map[string]bool{}
	for _, l := range s.Listens {
		if !l.Known || l.Implicit {
			continue
		}
		key := fmt.Sprintf("%s:%d", l.Host, l.Port)
		if own[key] && !l.QUIC {
			v.c.fault(l.Directive, fmt.Sprintf("a duplicate listen %q", clip(l.Directive.Text(0))))
		}
		if l.QUIC {
			key += " quic"
		}
		own[key] = true
		if l.Default {
			if defaults[key] {
				v.c.fault(l.Directive, fmt.Sprintf("a duplicate default server for %q", clip(l.Directive.Text(0))))
			}
			defaults[key] = true
		}
	}
	v.certificates(s)
	v.locations(s.Scope)
}

// certificates checks that a server that listens with TLS has a certificate and each certificate a key.
func (v *validator) certificates(s *Server) {
	if !s.HasTLS() || s.Open || s.Parent.Open {
		return
	}
	certs, keys := s.All("ssl_certificate"), s.All("ssl_certificate_key")
	byLua := len(s.All("ssl_certificate_by_lua_block"))+len(s.All("ssl_certificate_by_lua_file")) > 0
	switch {
	case len(certs) == 0:
		if s.Value("ssl_reject_handshake").Is("on") || byLua {
			return
		}
		for _, l := range s.Listens {
			if l.TLS && l.Directive != nil {
				v.cross(l.Directive, `no "ssl_certificate" is defined for the "listen … ssl" directive`)
				return
			}
		}
		v.cross(s.Directive, `no "ssl_certificate" is defined for the "ssl" directive`)
	case len(keys) < len(certs):
		v.cross(certs[len(keys)], fmt.Sprintf("no \"ssl_certificate_key\" is defined for certificate %q", clip(certs[len(keys)].Text(0))))
	}
}

// locations checks that no location comes twice on one level.
func (v *validator) locations(sc *Scope) {
	seen := map[string]bool{}
	for _, child := range sc.Children {
		if child.Kind != LocationScope {
			continue
		}
		l := child.Location
		kind := l.Modifier
		if kind == "^~" {
			kind = ""
		}
		key := kind + " " + l.Pattern
		if l.Modifier != "~" && l.Modifier != "~*" && l.Modifier != "@" && l.Known && !child.Directive.Conditional {
			if seen[key] {
				v.c.fault(child.Directive, fmt.Sprintf("duplicate location %q", clip(strings.Join(child.Directive.Texts(), " "))))
			}
			seen[key] = true
		}
		v.locations(child)
	}
}

// variables checks that every variable used where variables are resolved at start is defined somewhere.
func (v *validator) variables(h *Scope) {
	defined := map[string]bool{}
	for name := range v.c.vars {
		defined[name] = true
	}
	note := func(text string) {
		for _, m := range definePattern.FindAllStringSubmatch("("+text, 50) {
			defined[strings.ToLower(m[2])] = true
		}
	}
	each(h.list, func(d *Directive) {
		switch d.Name {
		case "set", "auth_request_set":
			defined[strings.ToLower(strings.TrimPrefix(d.Text(0), "$"))] = true
		}
		for _, a := range d.Args {
			note(a.Text)
		}
		for _, e := range d.Block {
			if d.Data {
				note(e.Name)
			}
		}
	})
	each(h.list, func(d *Directive) {
		if oneOf(d.Name, "return", "set", "add_header", "proxy_set_header", "proxy_pass", "if", "log_format", "rewrite", "map", "try_files", "fastcgi_param", "uwsgi_param", "limit_req_zone", "root", "alias") && !d.Conditional {
			for i, a := range d.Args {
				if a.Known && !(d.Name == "rewrite" && i == 0) && !(d.Name == "if" && i > 1) && !(d.Name == "map" && i == 1) {
					v.variable(d, a.Text, defined)
				}
			}
		}
	})
}

// variable notes the first use of each variable that nothing defines.
func (v *validator) variable(d *Directive, text string, defined map[string]bool) {
	for i := strings.IndexByte(text, '$'); i >= 0 && i < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		name, n := variableAt(text, i)
		if n == 0 || name[0] >= '0' && name[0] <= '9' {
			continue
		}
		if !isVariable(name) && !defined[name] && !v.seen[name] {
			v.seen[name] = true
			v.cross(d, fmt.Sprintf("unknown %q variable", clip(name)))
		}
	}
}
