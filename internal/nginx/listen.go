package nginx

import (
	"strconv"
	"strings"
)

// listens reads the listen directives of a server, and the two old and new ways to switch TLS and HTTP/2 on beside them.
func (s *Server) listens() {
	tls := s.Value("ssl").Is("on")
	h2 := s.Value("http2").Is("on")
	for _, d := range s.Own("listen") {
		if len(d.Args) > 0 {
			s.Listens = append(s.Listens, newListen(d))
		}
	}
	if len(s.Listens) == 0 { // *:80 with root's rights, which is how containers start nginx
		s.Listens = append(s.Listens, Listen{Host: "*", Port: 80, PortEnd: 80, Known: !s.Open, Implicit: true})
	}
	for i := range s.Listens {
		l := &s.Listens[i]
		l.TLS = l.TLS || tls
		l.HTTP2 = l.HTTP2 || h2
	}
}

// newListen reads one listen directive: port, address, address:port, unix:path, and the parameters that change the protocol.
func newListen(d *Directive) Listen {
	l := Listen{Directive: d, Known: d.Args[0].Known}
	text := d.Text(0)
	if first, last, ok := strings.Cut(text, "-"); ok && !strings.HasPrefix(text, "unix:") {
		if n, err := strconv.Atoi(last); err == nil {
			text, l.PortEnd = first, n
		}
	}
	if n, err := strconv.Atoi(text); err == nil {
		l.Host, l.Port = "*", n
	} else {
		var unix string
		if l.Host, l.Port, unix = splitAddress(text, 80); unix != "" {
			l.Host = "unix:" + unix
		}
	}
	if !l.Known {
		l.Port = 0
		if strings.HasPrefix(text, "[::]:") {
			l.Host = "[::]"
		}
	}
	if l.PortEnd == 0 {
		l.PortEnd = l.Port
	}
	for _, a := range d.Args[1:] {
		switch a.Text {
		case "ssl":
			l.TLS = true
		case "quic":
			l.TLS, l.QUIC = true, true
		case "http2":
			l.HTTP2 = true
		case "default_server", "default":
			l.Default = true
		case "proxy_protocol":
			l.Proxy = true
		}
		if !a.Known {
			l.Known = false
		}
	}
	return l
}

// names reads server_name. Several directives add up.
func (s *Server) names() {
	for _, d := range s.Own("server_name") {
		for _, a := range d.Args {
			n := Name{Text: strings.ToLower(a.Text), Arg: a, At: d}
			switch {
			case n.Text == "" || n.Text == "_":
				n.Kind = CatchAllName
			case n.Text[0] == '~':
				n.Kind, n.Text = RegexName, a.Text
			case strings.HasPrefix(n.Text, "*.") || n.Text[0] == '.':
				n.Kind = SuffixName
			case strings.HasSuffix(n.Text, ".*"):
				n.Kind = PrefixName
			}
			s.Names = append(s.Names, n)
		}
	}
}

// HasTLS reports whether the server takes connections with TLS on some address.
func (s *Server) HasTLS() bool {
	for _, l := range s.Listens {
		if l.TLS {
			return true
		}
	}
	return false
}

// HasPlain reports whether the server surely takes connections without TLS on some TCP port.
func (s *Server) HasPlain() bool {
	for _, l := range s.Listens {
		if !l.TLS && l.Known && !strings.HasPrefix(l.Host, "unix:") {
			return true
		}
	}
	return false
}

// Host returns a host name the server answers to: its first exact name, "" if it has none that is known.
func (s *Server) Host() string {
	for _, n := range s.Names {
		if n.Arg.Known && n.Kind == ExactName && !strings.Contains(n.Text, "$") {
			return n.Text
		}
	}
	for _, n := range s.Names {
		if n.Arg.Known && n.Kind == SuffixName {
			return "www." + strings.TrimLeft(n.Text, "*.")
		}
	}
	return ""
}

// matches returns how well a name takes a lower-case host: 4 exact, 3 suffix, 2 prefix, 1 regular expression, 0 not at all;
// length breaks ties among wildcards.
func (n Name) matches(host string) (rank, length int) {
	switch n.Kind {
	case ExactName:
		if n.Text == host {
			return 4, 0
		}
	case SuffixName:
		suffix := strings.TrimPrefix(n.Text, "*")
		if n.Text[0] == '.' && host == n.Text[1:] {
			return 4, 0
		}
		if strings.HasSuffix(host, suffix) && len(host) > len(suffix) {
			return 3, len(suffix)
		}
	case PrefixName:
		prefix := strings.TrimSuffix(n.Text, "*")
		if strings.HasPrefix(host, prefix) && len(host) > len(prefix) {
			return 2, len(prefix)
		}
	case RegexName:
		if re, err := compile(n.Text[1:], true); err == nil && re.MatchString(host) {
			return 1, 0
		}
	}
	return 0, 0
}

// Route returns the server that takes a request for host on a port, as nginx chooses it: by name among those that listen
// there, else the default server of the address. It returns nil if none listens there.
func (c *Config) Route(host string, port int, tls bool) *Server {
	host = strings.ToLower(host)
	var best, def *Server
	var rank, length int
	explicit := false
	for _, s := range c.Servers {
		for _, l := range s.Listens {
			if !l.Known || port < l.Port || port > l.PortEnd || l.TLS != tls {
				continue
			}
			if def == nil || l.Default && !explicit {
				def, explicit = s, l.Default
			}
			for _, n := range s.Names {
				r, k := n.matches(host)
				if r > rank || r == rank && r > 0 && k > length {
					best, rank, length = s, r, k
				}
			}
		}
	}
	if best != nil {
		return best
	}
	return def
}

// Locations returns all locations of the server in order, nested ones behind the one that holds them.
func (s *Server) Locations() []*Location {
	var out []*Location
	var walk func(sc *Scope)
	walk = func(sc *Scope) {
		for _, child := range sc.Children {
			if child.Kind == LocationScope {
				out = append(out, child.Location)
				walk(child)
			}
		}
	}
	walk(s.Scope)
	return out
}
