package nginx

import (
	"strings"
)

var passNames = map[string]string{
	"proxy_pass": "http", "fastcgi_pass": "fastcgi", "uwsgi_pass": "uwsgi", "scgi_pass": "scgi", "grpc_pass": "grpc", "memcached_pass": "memcached",
}

// Pass returns where the scope hands requests to, or nil. Nested locations do not inherit it, an if does.
func (s *Scope) Pass() *Pass {
	for at := s; at != nil; at = at.Parent {
		for i := len(at.list) - 1; i >= 0; i-- {
			if d := at.list[i]; passNames[d.Name] != "" && len(d.Args) > 0 {
				return at.newPass(d)
			}
		}
		if at.Kind != IfScope && at.Kind != LimitExceptScope {
			return nil
		}
	}
	return nil
}

// newPass reads the target of a pass directive. Variables are followed as far as set makes them the same for every request.
func (s *Scope) newPass(d *Directive) *Pass {
	p := &Pass{Directive: d, Protocol: passNames[d.Name], Target: d.Text(0), Known: d.Args[0].Known}
	v := s.static().eval(p.Target)
	target := v.text
	p.Known = p.Known && v.known
	if scheme, rest, ok := strings.Cut(target, "://"); ok && oneOf(scheme, "http", "https", "grpc", "grpcs", "uwsgi", "suwsgi") {
		p.Protocol, target = scheme, rest
	}
	port := 0
	switch p.Protocol {
	case "http", "grpc":
		port = 80
	case "https", "grpcs":
		port = 443
	}
	if path, ok := strings.CutPrefix(target, "unix:"); ok {
		p.Unix, p.URI, _ = strings.Cut(path, ":")
		return p
	}
	if i := strings.IndexAny(target, "/?"); i >= 0 {
		target, p.URI = target[:i], target[i:]
	}
	if i := strings.IndexByte(target, '$'); i > 0 && strings.Contains(target[:i], ":") { // http://web:8000$request_uri
		target, p.URI = target[:i], target[i:]+p.URI
	}
	if strings.HasPrefix(target, "$") || target == "" {
		p.Known = false
		return p
	}
	p.Host, p.Port, _ = splitAddress(target, port)
	host := strings.IndexByte(p.Host, '$') < 0 && !isHole(p.Host)
	if !p.Known && host && !isHole(target) && p.Port != 0 && strings.Contains(p.URI, "$") && d.Args[0].Known {
		p.Known = true // only the path is a variable's
	}
	if s.config == nil {
		return p
	}
	if u := s.config.Upstreams[target]; u != nil {
		p.Upstream = u
		p.Host, p.Port = "", 0
		p.Known = false
		for _, us := range u.Servers {
			if us.Known && !us.Down && !us.Backup {
				p.Host, p.Port, p.Known = us.Host, us.Port, true
				if strings.HasPrefix(us.Address, "unix:") {
					p.Host, p.Unix = "", strings.TrimPrefix(us.Address, "unix:")
				}
				break
			}
		}
	}
	return p
}

// static returns a context in which the sets of the server and of this location are done, whatever the request.
func (s *Scope) static() *context {
	x := s.config.newContext(s.Server, Request{})
	x.scope = s
	x.r.Host, x.r.Scheme = "", ""
	x.r.URI, x.uri = "", ""
	for _, name := range []string{"request_uri", "uri", "document_uri", "args", "query_string", "is_args", "1", "2", "3", "request_method"} {
		x.set[name] = result{}
	}
	var scopes []*Scope
	if s.Server != nil {
		scopes = append(scopes, s.Server.Scope)
	}
	if s.Location != nil {
		scopes = append(scopes, s.Location.Scope)
	}
	if s.Kind == IfScope {
		scopes = append(scopes, s)
	}
	for _, at := range scopes {
		for _, d := range at.Own("set") {
			if len(d.Args) == 2 {
				v := x.eval(d.Text(1))
				v.known = v.known && d.Known()
				x.set[strings.ToLower(strings.TrimPrefix(d.Text(0), "$"))] = v
			}
		}
	}
	return x
}

// A ProxyHeader is one header (or parameter) the proxied server is sent.
type ProxyHeader struct {
	Name    string // as written; of fastcgi_param and uwsgi_param the name of the parameter
	Value   string // with variables as written; "" takes the header away
	Known   bool
	Default bool // nginx's own: Host $proxy_host, Connection close
	At      *Directive
}

// ProxyHeaders returns what proxied servers are told on top of the client's own headers: proxy_set_header or grpc_set_header
// (or fastcgi_param, uwsgi_param, scgi_param, by the kind of pass) in force, all-or-nothing, and nginx's defaults.
func (s *Scope) ProxyHeaders() []ProxyHeader {
	name := "proxy_set_header"
	if p := s.Pass(); p != nil {
		switch p.Protocol {
		case "fastcgi", "scgi":
			name = p.Protocol + "_param"
		case "uwsgi", "suwsgi":
			name = "uwsgi_param"
		case "grpc", "grpcs":
			name = "grpc_set_header"
		}
	}
	var out []ProxyHeader
	seen := map[string]bool{}
	for _, d := range s.All(name) {
		if len(d.Args) < 2 {
			continue
		}
		out = append(out, ProxyHeader{Name: d.Text(0), Value: d.Text(1), Known: d.Known() && !d.Conditional, At: d})
		seen[strings.ToLower(d.Text(0))] = true
	}
	if name == "proxy_set_header" {
		if !seen["host"] {
			out = append(out, ProxyHeader{Name: "Host", Value: "$proxy_host", Known: true, Default: true})
		}
		if !seen["connection"] && !s.version().AtLeast(1, 29, 7) {
			out = append(out, ProxyHeader{Name: "Connection", Value: "close", Known: true, Default: true})
		}
	}
	return out
}

// Files says which folder a scope serves files from.
type Files struct {
	Root     Value     // root or alias in force
	Alias    bool      // it is an alias: the location's prefix is cut off the URI
	Location *Location // the one that has the alias
}

// Files returns root or alias in force.
func (s *Scope) Files() Files {
	for at := s; at != nil; at = at.Parent {
		if len(at.Own("alias")) > 0 {
			return Files{Root: at.Value("alias"), Alias: true, Location: at.Location}
		}
		if len(at.Own("root")) > 0 {
			return Files{Root: s.Value("root")}
		}
	}
	return Files{Root: s.Value("root")}
}

// path returns the file that a URI means in the current scope, and false if that is not known.
func (x *context) path(uri string) (string, bool) {
	f := x.scope.Files()
	if !f.Root.Known {
		return "", false
	}
	root := x.eval(f.Root.Text)
	if !root.known {
		return "", false
	}
	if !f.Alias {
		return strings.TrimSuffix(root.text, "/") + uri, true
	}
	if f.Location == nil || f.Location.re != nil || f.Location.Modifier == "~" || f.Location.Modifier == "~*" {
		return root.text, true
	}
	return root.text + strings.TrimPrefix(uri, f.Location.Pattern), true
}

// AliasTraversal reports whether a path such as /static../ leaves the alias: the location's prefix does not end with a slash
// and the alias does.
func (l *Location) AliasTraversal() bool {
	if l.Modifier != "" && l.Modifier != "^~" || !l.Known || strings.HasSuffix(l.Pattern, "/") || l.Pattern == "" {
		return false
	}
	own := l.Own("alias")
	return len(own) > 0 && strings.HasSuffix(own[0].Text(0), "/")
}

// tryFiles returns try_files of the scope. It is inherited by nothing, not even an if.
func (s *Scope) tryFiles() *Directive {
	if own := s.Own("try_files"); len(own) > 0 {
		return own[0]
	}
	return nil
}
