package nginx

import (
	"fmt"
	"strconv"
	"strings"
)

// enums are the directives whose values are a closed list; every argument must be of it.
func enumOf(name string) []string {
	switch name {
	case "satisfy":
		return []string{"all", "any"}
	case "ssl_protocols", "proxy_ssl_protocols", "uwsgi_ssl_protocols", "grpc_ssl_protocols":
		return protocolNames
	case "server_tokens":
		return []string{"on", "off", "build"}
	case "gzip_http_version":
		return []string{"1.0", "1.1"}
	case "proxy_http_version":
		return []string{"1.0", "1.1", "2"}
	case "gzip_proxied":
		return []string{"off", "expired", "no-cache", "no-store", "private", "no_last_modified", "no_etag", "auth", "any"}
	case "ssl_verify_client":
		return []string{"on", "off", "optional", "optional_no_ca"}
	case "if_modified_since":
		return []string{"off", "exact", "before"}
	case "limit_req_log_level", "limit_conn_log_level":
		return []string{"info", "notice", "warn", "error"}
	case "gzip_static", "gunzip_static":
		return []string{"on", "off", "always"}
	case "add_header_inherit", "add_trailer_inherit":
		return []string{"on", "off", "merge"}
	case "client_body_in_file_only":
		return []string{"on", "off", "clean"}
	case "real_ip_recursive", "log_not_found", "log_subrequest":
		return []string{"on", "off"}
	}
	return nil
}

// special checks what single directives ask of their arguments beyond number and kind.
func (v *validator) special(d *Directive, p place, parent *Directive) {
	fail := func(format string, a ...any) { v.c.fault(d, fmt.Sprintf(format, a...)) }
	if enum := enumOf(d.Name); enum != nil {
		for _, a := range d.Args {
			if !foldIn(a.Text, enum) {
				fail("invalid value %q in %q directive", clip(a.Text), d.Name)
				return
			}
		}
	}
	switch d.Name {
	case "listen":
		if p == 'S' {
			v.listen(d)
		}
	case "location":
		v.location(d, parent)
	case "add_header", "add_trailer":
		if len(d.Args) == 3 && d.Text(2) != "always" {
			fail("invalid parameter %q", clip(d.Text(2)))
		}
	case "return":
		v.returnCode(d, p)
	case "rewrite":
		if len(d.Args) == 3 && !oneOf(d.Text(2), "last", "break", "redirect", "permanent") {
			fail("invalid parameter %q", clip(d.Text(2)))
		}
		if badRegexp(d.Text(0)) {
			fail("the regular expression %q does not compile", clip(d.Text(0)))
		}
	case "if":
		v.condition(d)
	case "set":
		if !strings.HasPrefix(d.Text(0), "$") || len(d.Text(0)) < 2 {
			fail("invalid variable name %q", clip(d.Text(0)))
		}
	case "proxy_pass", "grpc_pass":
		if p != 'V' {
			v.proxyPass(d, p, parent)
		}
	case "server":
		v.upstreamServer(d, p)
	case "alias":
		if parent != nil && strings.HasPrefix(parent.Text(0), "@") {
			fail(`the "alias" directive cannot be used inside the named location`)
		}
	case "root":
		if strings.Contains(d.Text(0), "${document_root}") || strings.Contains(d.Text(0), "$document_root") {
			fail(`the $document_root variable cannot be used in the "root" directive`)
		}
	case "allow", "deny":
		if t := d.Text(0); t != "all" && t != "unix:" && !isNetwork(t) {
			fail("invalid parameter %q", clip(t))
		}
	case "error_page":
		v.errorPage(d)
	case "limit_req_zone", "limit_conn_zone":
		v.zone(d)
	case "upstream":
		if v.c.Version.Less(1, 27, 3) || len(d.Block) == 0 || !hasName(d.Block, "zone") {
			if !hasName(d.Block, "server") && !hasName(d.Block, "include") && !v.c.open[d] && !v.holey(d.Block) && p == 'H' {
				fail("no servers are inside upstream")
			}
		}
	case "worker_processes":
		if t := d.Text(0); t != "auto" && (strings.Trim(t, "0123456789") != "" || t == "0") {
			fail("invalid value %q in \"worker_processes\" directive", clip(t))
		}
	case "map":
		v.mapBlock(d)
	case "server_name":
		for _, a := range d.Args {
			if strings.HasPrefix(a.Text, "~") && badRegexp(a.Text[1:]) {
				fail("the regular expression %q does not compile", clip(a.Text))
			}
		}
	case "limit_req":
		if !hasPrefixArg(d, "zone=") {
			fail(`"limit_req" must have "zone" parameter`)
		}
	}
}

// holey reports whether a list holds something that could not be read.
func (v *validator) holey(list []*Directive) bool {
	for _, d := range list {
		if d.Placeholder || d.Conditional {
			return true
		}
	}
	return false
}

// foldIn reports whether s is in list without regard to case, as nginx compares enums, or a variable.
func foldIn(s string, list []string) bool {
	for _, x := range list {
		if strings.EqualFold(s, x) {
			return true
		}
	}
	return strings.Contains(s, "$")
}

// hasPrefixArg reports whether an argument starts with prefix.
func hasPrefixArg(d *Directive, prefix string) bool {
	for _, a := range d.Args {
		if strings.HasPrefix(a.Text, prefix) {
			return true
		}
	}
	return false
}

// badName reports whether nginx refuses a server name: a "*" anywhere but in front of a dot or behind one at the end.
func badName(s string) bool {
	if s == "" || s[0] == '~' {
		return false
	}
	s = strings.TrimPrefix(s, "*.")
	s = strings.TrimSuffix(s, ".*")
	return strings.Contains(s, "*") || strings.Contains(s, "..") || s == "."
}

// listen checks port and parameters (ngx_http_core_listen).
func (v *validator) listen(d *Directive) {
	text := d.Text(0)
	if !strings.HasPrefix(text, "unix:") {
		port := text
		if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
			port = text[i+1:]
		} else if strings.Trim(text, "0123456789-") != "" {
			port = ""
		}
		first, last, ranged := strings.Cut(port, "-")
		for _, n := range []string{first, last} {
			if n == "" && (port == "" && !strings.HasSuffix(text, ":") || n == last && !ranged) {
				continue
			}
			if i, err := strconv.Atoi(n); err != nil || i < 1 || i > 65535 {
				v.c.fault(d, fmt.Sprintf("invalid port in %q of the \"listen\" directive", clip(text)))
				return
			}
		}
	}
	for _, a := range d.Args[1:] {
		name, _, has := strings.Cut(a.Text, "=")
		switch {
		case !has && oneOf(name, "default_server", "default", "ssl", "http2", "quic", "proxy_protocol", "bind", "deferred", "reuseport", "spdy", "multipath"),
			has && oneOf(name, "backlog", "rcvbuf", "sndbuf", "setfib", "fastopen", "accept_filter", "so_keepalive", "ipv6only"):
			if name == "quic" && v.c.Version.Less(1, 25, 0) || name == "spdy" || name == "multipath" && v.c.Version.Less(1, 29, 7) {
				v.c.fault(d, fmt.Sprintf("invalid parameter %q", clip(a.Text)))
			}
			if name == "ipv6only" && !strings.HasPrefix(text, "[") {
				v.c.fault(d, fmt.Sprintf("ipv6only is not supported on addr %q, ignored or refused", clip(text)))
			}
		default:
			v.c.fault(d, fmt.Sprintf("invalid parameter %q", clip(a.Text)))
		}
	}
}

// location checks modifiers and what may stand in what (ngx_http_core_location).
func (v *validator) location(d *Directive, parent *Directive) {
	if len(d.Args) == 2 && !oneOf(d.Text(0), "=", "^~", "~", "~*") {
		v.c.fault(d, fmt.Sprintf("invalid location modifier %q", clip(d.Text(0))))
		return
	}
	l := newLocation(&Scope{Directive: d})
	if (l.Modifier == "~" || l.Modifier == "~*") && badRegexp(l.Pattern) {
		v.c.fault(d, fmt.Sprintf("the regular expression %q does not compile", clip(l.Pattern)))
	}
	if parent == nil || parent.Name != "location" || !parent.Known() {
		return
	}
	out := newLocation(&Scope{Directive: parent})
	switch {
	case out.Modifier == "=":
		v.c.fault(d, fmt.Sprintf("location %q cannot be inside the exact location %q", clip(l.Pattern), clip(out.Pattern)))
	case out.Modifier == "@":
		v.c.fault(d, fmt.Sprintf("location %q cannot be inside the named location %q", clip(l.Pattern), clip("@"+out.Pattern)))
	case l.Modifier == "@":
		v.c.fault(d, fmt.Sprintf("named location %q can be on the server level only", clip("@"+l.Pattern)))
	case l.Modifier != "~" && l.Modifier != "~*" && !strings.HasPrefix(l.Pattern, out.Pattern):
		v.c.fault(d, fmt.Sprintf("location %q is outside location %q", clip(l.Pattern), clip(out.Pattern)))
	}
}

// returnCode checks the status of a return: three digits at most, or a URL alone (ngx_http_rewrite_return).
func (v *validator) returnCode(d *Directive, p place) {
	t := d.Text(0)
	if len(d.Args) == 1 && (strings.HasPrefix(t, "http://") || strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "$scheme")) {
		return
	}
	if n, err := strconv.Atoi(t); (err != nil || n < 0 || n > 999) && !(p == 'V') {
		v.c.fault(d, fmt.Sprintf("invalid return code %q", clip(t)))
	}
}

// condition checks the condition of an if.
func (v *validator) condition(d *Directive) {
	first, last := d.Text(0), d.Text(len(d.Args)-1)
	bad := func(s string) { v.c.fault(d, fmt.Sprintf("invalid condition %q", clip(s))) }
	if !strings.HasPrefix(first, "(") || !strings.HasSuffix(last, ")") {
		bad(strings.Join(d.Texts(), " "))
		return
	}
	w := ifWords(d)
	if len(w) == 0 {
		bad(strings.Join(d.Texts(), " "))
		return
	}
	if strings.HasPrefix(w[0], "$") && len(w[0]) > 1 {
		switch {
		case len(w) == 1:
		case len(w) == 3 && oneOf(w[1], "=", "!=", "~", "~*", "!~", "!~*"):
			if strings.Contains(w[1], "~") && badRegexp(w[2]) {
				v.c.fault(d, fmt.Sprintf("the regular expression %q does not compile", clip(w[2])))
			}
		case len(w) < 3:
			bad(w[1])
		default:
			v.c.fault(d, fmt.Sprintf("unexpected %q in condition", clip(w[1])))
		}
		return
	}
	if len(w) == 2 && oneOf(w[0], "-f", "!-f", "-d", "!-d", "-e", "!-e", "-x", "!-x") {
		return
	}
	bad(w[0])
}

// proxyPass checks the URL and where it may have a path.
func (v *validator) proxyPass(d *Directive, p place, parent *Directive) {
	t := d.Text(0)
	if strings.Contains(t, "$") {
		return
	}
	rest := t
	if d.Name == "proxy_pass" {
		var ok bool
		low := strings.ToLower(t)
		if rest, ok = strings.CutPrefix(low, "http://"); !ok {
			rest, ok = strings.CutPrefix(low, "https://")
		}
		if !ok {
			v.c.fault(d, fmt.Sprintf("invalid URL prefix in proxy_pass %q", clip(t)))
			return
		}
		if rest == "" || rest[0] == '/' || rest[0] == ':' {
			v.c.fault(d, fmt.Sprintf("no host in upstream %q", clip(rest)))
			return
		}
		path := strings.Contains(rest, "/")
		if sock, ok := strings.CutPrefix(rest, "unix:"); ok {
			path = strings.Contains(sock, ":")
		}
		if path && parent != nil {
			l := parent
			for l != nil && l.Name != "location" {
				l = l.Parent
			}
			if p != 'L' || l != nil && oneOf(newLocation(&Scope{Directive: l}).Modifier, "~", "~*", "@") {
				v.c.fault(d, `"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block`)
				return
			}
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasPrefix(host, "unix:") && !strings.HasSuffix(host, "]") && d.Name == "proxy_pass" {
		if n, err := strconv.Atoi(host[i+1:]); err != nil || n < 1 || n > 65535 {
			v.c.fault(d, fmt.Sprintf("invalid port in upstream %q", clip(t)))
		}
	}
}

// upstreamServer checks the parameters of a server of an upstream.
func (v *validator) upstreamServer(d *Directive, p place) {
	if p != 'U' && p != 'W' || len(d.Args) == 0 {
		return
	}
	for _, a := range d.Args[1:] {
		name, _, _ := strings.Cut(a.Text, "=")
		if !oneOf(name, "weight", "max_conns", "max_fails", "fail_timeout", "backup", "down", "resolve", "service", "slow_start", "route", "drain", "id") {
			v.c.fault(d, fmt.Sprintf("invalid parameter %q", clip(a.Text)))
		}
	}
}

// errorPage checks the statuses of an error_page (ngx_http_core_error_page).
func (v *validator) errorPage(d *Directive) {
	for i, a := range d.Args[:len(d.Args)-1] {
		if strings.HasPrefix(a.Text, "=") && i == len(d.Args)-2 && i > 0 {
			if len(a.Text) > 1 && strings.Trim(a.Text[1:], "0123456789") != "" {
				v.c.fault(d, fmt.Sprintf("invalid value %q", clip(a.Text)))
			}
			continue
		}
		n, err := strconv.Atoi(a.Text)
		switch {
		case err != nil || n == 499:
			v.c.fault(d, fmt.Sprintf("invalid value %q", clip(a.Text)))
			return
		case n < 300 || n > 599:
			v.c.fault(d, fmt.Sprintf("value %q must be between 300 and 599", clip(a.Text)))
			return
		}
	}
}

// zone checks limit_req_zone and limit_conn_zone: eight pages are the least a zone may have.
func (v *validator) zone(d *Directive) {
	zone, rate := false, true
	for _, a := range d.Args[1:] {
		if z, ok := strings.CutPrefix(a.Text, "zone="); ok {
			_, size, has := strings.Cut(z, ":")
			n, good := parseSize(size)
			zone = true
			if !has || !good || n < 32<<10 {
				v.c.fault(d, fmt.Sprintf("invalid zone size %q", clip(a.Text)))
				return
			}
		} else if r, ok := strings.CutPrefix(a.Text, "rate="); ok && d.Name == "limit_req_zone" {
			r = strings.TrimSuffix(strings.TrimSuffix(r, "r/s"), "r/m")
			n, err := strconv.Atoi(r)
			rate = err == nil && n > 0
		} else if a.Text != "sync" {
			v.c.fault(d, fmt.Sprintf("invalid parameter %q", clip(a.Text)))
			return
		}
	}
	if !rate {
		v.c.fault(d, "invalid rate in \"limit_req_zone\"")
	} else if !zone {
		v.c.fault(d, fmt.Sprintf("%q must have \"zone\" parameter", d.Name))
	}
}

// mapBlock checks that entries are pairs and no key comes twice.
func (v *validator) mapBlock(d *Directive) {
	if len(d.Args) == 2 && !strings.HasPrefix(d.Text(1), "$") {
		v.c.fault(d, fmt.Sprintf("invalid variable name %q", clip(d.Text(1))))
	}
	seen := map[string]bool{}
	for _, e := range d.Block {
		name := strings.ToLower(e.Name)
		switch {
		case e.Placeholder || !e.Known():
		case e.HasBlock:
			v.c.fault(e, "unexpected \"{\"")
		case len(e.Args) == 0 && oneOf(name, "hostnames", "volatile"):
		case len(e.Args) != 1:
			v.c.fault(e, "invalid number of the map parameters")
		case name == "include":
		case strings.HasPrefix(name, "~"):
			if badRegexp(strings.TrimPrefix(e.Name[1:], "*")) {
				v.c.fault(e, fmt.Sprintf("the regular expression %q does not compile", clip(e.Name)))
			}
		case seen[name] && !e.Conditional:
			v.c.fault(e, fmt.Sprintf("conflicting parameter %q", clip(e.Name)))
		default:
			seen[name] = true
		}
	}
}

// isNetwork reports whether s is an IPv4 or IPv6 address, with a prefix length or mask or without.
func isNetwork(s string) bool {
	addr, bits, has := strings.Cut(s, "/")
	if has && strings.Trim(bits, "0123456789.") != "" || has && bits == "" {
		return false
	}
	if strings.Contains(addr, ":") {
		return strings.Trim(addr, "0123456789abcdefABCDEF:.") == "" && len(addr) < 46 && len(addr) > 1
	}
	parts := strings.Split(addr, ".")
	if len(parts) != 4 {
		return false
	}
	for _, p := range parts {
		if n, err := strconv.Atoi(p); err != nil || n < 0 || n > 255 {
			return false
		}
	}
	return true
}
