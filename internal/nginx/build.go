package nginx

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// maxScopes is the number of blocks that are modelled: questions about each location look at every other.
const maxScopes = 5000

// maxRegexp is the length of the longest regular expression that is compiled.
const maxRegexp = 2000

// build makes the scopes of an expanded tree. open holds the blocks that could not be read in full.
func (c *Config) build(list []*Directive, open map[*Directive]bool) {
	c.Upstreams, c.Zones, c.vars = map[string]*Upstream{}, map[string]*Zone{}, map[string][]*Directive{}
	c.Main = &Scope{Kind: MainScope, Open: open[nil], config: c, list: list, byName: index(list)}
	for _, d := range list {
		if !d.HasBlock {
			continue
		}
		switch d.Name {
		case "http":
			s := c.scope(HTTPScope, d, c.Main, open)
			if c.HTTP == nil {
				c.HTTP = s
				c.buildHTTP(s, open)
			}
		case "stream", "mail":
			s := c.scope(StreamScope, d, c.Main, open)
			for _, inner := range d.Block {
				if inner.Name == "server" && inner.HasBlock {
					c.Streams = append(c.Streams, c.scope(StreamScope, inner, s, open))
				}
			}
		}
	}
}

// scope makes the scope of a block and hangs it into its parent.
func (c *Config) scope(kind Kind, d *Directive, parent *Scope, open map[*Directive]bool) *Scope {
	s := &Scope{Kind: kind, Directive: d, Parent: parent, Open: open[d], config: c, list: d.Block, byName: index(d.Block), Server: parent.Server, Location: parent.Location}
	c.scopes++
	parent.Children = append(parent.Children, s)
	return s
}

// crowded reports whether the cap on blocks is reached, and tells so once. What stands behind it is not known then.
func (c *Config) crowded(d *Directive, parent *Scope) bool {
	if c.scopes < maxScopes {
		return false
	}
	if c.scopes == maxScopes {
		c.scopes++
		c.Problems = append(c.Problems, source.Problem{Span: d.Evidence().Span, Text: fmt.Sprintf("more than %d servers and locations, the rest is not read", maxScopes)})
	}
	parent.Open = true
	return true
}

// buildHTTP reads what http defines first (upstreams, zones, maps), then the servers, which refer to it.
func (c *Config) buildHTTP(h *Scope, open map[*Directive]bool) {
	for _, d := range h.list {
		switch {
		case d.Name == "upstream" && d.HasBlock && len(d.Args) > 0:
			c.Upstreams[d.Text(0)] = newUpstream(d)
		case d.Name == "limit_req_zone":
			if z := newZone(d); z.Name != "" {
				c.Zones[z.Name] = z
			}
		case d.Data || d.Name == "js_set" || d.Name == "perl_set":
			c.define(d)
		}
	}
	for _, d := range h.list {
		if d.Name == "server" && d.HasBlock && !c.crowded(d, h) {
			s := &Server{Scope: c.scope(ServerScope, d, h, open)}
			s.Scope.Server = s
			s.listens()
			s.names()
			c.inside(s.Scope, open)
			c.Servers = append(c.Servers, s)
		}
	}
}

// define notes the variable that a map, geo, split_clients or js_set makes.
func (c *Config) define(d *Directive) {
	i := 1
	if len(d.Args) == 1 || d.Name == "js_set" || d.Name == "perl_set" {
		i = 0
	}
	if name := strings.ToLower(strings.TrimPrefix(d.Text(i), "$")); name != "" {
		c.vars[name] = append(c.vars[name], d)
	}
}

// inside makes the scopes within a server or location.
func (c *Config) inside(s *Scope, open map[*Directive]bool) {
	for _, d := range s.list {
		switch {
		case d.HasBlock && c.crowded(d, s):
			return
		case d.Name == "location" && d.HasBlock && len(d.Args) > 0:
			in := c.scope(LocationScope, d, s, open)
			l := newLocation(in)
			l.Parent = s.Location
			in.Location = l
			if s.Location != nil {
				s.Location.Nested = append(s.Location.Nested, l)
			}
			c.inside(in, open)
		case d.Name == "if" && d.HasBlock:
			c.inside(c.scope(IfScope, d, s, open), open)
		case d.Name == "limit_except" && d.HasBlock:
			c.scope(LimitExceptScope, d, s, open)
		}
	}
}

// newLocation reads the modifier, which may be glued to its pattern (ngx_http_core_location).
func newLocation(s *Scope) *Location {
	d := s.Directive
	l := &Location{Scope: s, Known: d.Known()}
	if len(d.Args) == 1 {
		t := d.Text(0)
		for _, m := range []string{"=", "^~", "~*", "~", "@"} {
			if strings.HasPrefix(t, m) {
				l.Modifier, t = m, t[len(m):]
				break
			}
		}
		l.Pattern = t
	} else {
		l.Modifier, l.Pattern = d.Text(0), d.Text(1)
	}
	if l.Modifier == "~" || l.Modifier == "~*" {
		l.re, _ = compile(l.Pattern, l.Modifier == "~*")
	}
	return l
}

// compile translates a PCRE into Go's syntax. It fails for look-around, back-references and other things RE2 does not have;
// the error then says whether PCRE would refuse it as well.
func compile(pattern string, fold bool) (*regexp.Regexp, error) {
	if len(pattern) > maxRegexp {
		return nil, strconv.ErrRange
	}
	flags := "(?s"
	if fold {
		flags += "i"
	}
	return regexp.Compile(flags + ")" + pattern)
}

// badRegexp reports whether PCRE refuses the pattern for sure.
func badRegexp(pattern string) bool {
	_, err := syntax.Parse(pattern, syntax.Perl)
	e, ok := err.(*syntax.Error)
	if !ok || strings.Contains(pattern, "(?") || strings.Contains(pattern, `\Q`) || strings.Contains(pattern, "[[:") {
		return false
	}
	return e.Code == syntax.ErrMissingParen || e.Code == syntax.ErrUnexpectedParen || e.Code == syntax.ErrMissingBracket
}

// newUpstream reads the servers of an upstream block.
func newUpstream(d *Directive) *Upstream {
	u := &Upstream{Name: d.Text(0), Directive: d}
	for _, s := range d.Block {
		if s.Name != "server" || len(s.Args) == 0 {
			continue
		}
		us := UpstreamServer{Address: s.Text(0), At: s, Known: s.Args[0].Known}
		var unix string
		us.Host, us.Port, unix = splitAddress(us.Address, 80)
		if unix != "" {
			us.Host, us.Port = us.Address, 0
		}
		for _, a := range s.Args[1:] {
			us.Down = us.Down || a.Text == "down"
			us.Backup = us.Backup || a.Text == "backup"
		}
		u.Servers = append(u.Servers, us)
	}
	return u
}

// newZone reads a limit_req_zone: the key, zone=NAME:SIZE and rate=N with r/s or r/m.
func newZone(d *Directive) *Zone {
	z := &Zone{Key: d.Text(0), Directive: d}
	for _, a := range d.Args[min(1, len(d.Args)):] {
		if v, ok := strings.CutPrefix(a.Text, "zone="); ok {
			z.Name, _, _ = strings.Cut(v, ":")
		}
		if v, ok := strings.CutPrefix(a.Text, "rate="); ok {
			scale := 1.0
			if n, found := strings.CutSuffix(v, "r/m"); found {
				v, scale = n, 60
			} else {
				v = strings.TrimSuffix(v, "r/s")
			}
			if n, err := strconv.ParseFloat(v, 64); err == nil {
				z.PerSecond = n / scale
			}
		}
	}
	return z
}

// splitAddress cuts host:port, [v6]:port and unix:path.
func splitAddress(s string, port int) (host string, p int, unix string) {
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		path, _, _ = strings.Cut(path, ":")
		return "", 0, path
	}
	if strings.HasPrefix(s, "[") {
		i := strings.IndexByte(s, ']')
		if i < 0 {
			return s, port, ""
		}
		host, s = s[:i+1], s[i+1:]
		if s == "" {
			return host, port, ""
		}
		n, _ := strconv.Atoi(strings.TrimPrefix(s, ":"))
		return host, n, ""
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			return s[:i], 0, ""
		}
		return s[:i], n, ""
	}
	return s, port, ""
}

// Evidence is the place of the scope's head; for the top level, and for stock blocks, the start of the first file read.
func (s *Scope) Evidence() source.Evidence {
	for at := s; at != nil && at.Directive != nil; at = at.Parent {
		if e := at.Directive.Evidence(); !e.IsZero() {
			return e
		}
	}
	if s.config != nil && len(s.config.Files) > 0 {
		return source.At(source.Span{File: s.config.Files[0]})
	}
	return source.Evidence{}
}

// Config returns the configuration the scope belongs to.
func (s *Scope) Config() *Config { return s.config }

// Directives returns the directives of the block in order, with those of includes in place.
func (s *Scope) Directives() []*Directive { return s.list }

// Own returns the directives of a name that stand in this very block or in a file it includes.
func (s *Scope) Own(name string) []*Directive {
	return s.byName[name]
}

// index groups directives by name: a hostile block may hold many servers that each ask what it says.
func index(list []*Directive) map[string][]*Directive {
	out := make(map[string][]*Directive)
	for _, d := range list {
		out[d.Name] = append(out[d.Name], d)
	}
	return out
}

// All returns the directives of a name in force: those of the nearest block outwards that has any.
func (s *Scope) All(name string) []*Directive {
	for ; s != nil; s = s.Parent {
		if own := s.Own(name); len(own) > 0 {
			return own
		}
	}
	return nil
}

// Value returns the single value of a directive in force, or nginx's default, or an unknown Value without text.
func (s *Scope) Value(name string) Value {
	open := false
	for at := s; at != nil; at = at.Parent {
		if own := at.Own(name); len(own) > 0 {
			d := own[len(own)-1]
			return Value{Text: strings.Join(d.Texts(), " "), Args: d.Texts(), Known: !open && d.Known() && !d.Conditional, Directive: d, Evidence: d.Evidence()}
		}
		open = open || at.Open
	}
	def, ok := defaultOf(name, s.version())
	return Value{Text: def, Args: strings.Fields(def), Known: ok && !open, Default: true, Evidence: s.Evidence()}
}

// version is the version of nginx, zero for a scope that stands alone.
func (s *Scope) version() Version {
	if s.config == nil {
		return Version{}
	}
	return s.config.Version
}

// defaultOf returns the value nginx takes where no block sets the directive.
func defaultOf(name string, v Version) (string, bool) {
	switch name {
	case "ssl_protocols": // TLS 1.3 by default since 1.23.4, TLS 1.0 and 1.1 out of it since 1.27.3
		switch {
		case v.IsZero():
			return "TLSv1.2 TLSv1.3", true
		case v.Less(1, 23, 4):
			return "TLSv1 TLSv1.1 TLSv1.2", true
		case v.Less(1, 27, 3):
			return "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", true
		}
		return "TLSv1.2 TLSv1.3", true
	case "http2", "ssl":
		return "off", true
	}
	text, ok := map[string]string{
		"server_tokens": "on", "gzip": "off", "gzip_types": "text/html", "gzip_min_length": "20", "gzip_comp_level": "1", "gzip_proxied": "off", "gzip_vary": "off",
		"client_max_body_size": "1m", "client_body_timeout": "60s", "client_header_timeout": "60s", "keepalive_timeout": "75s", "send_timeout": "60s",
		"large_client_header_buffers": "4 8k", "client_body_buffer_size": "16k", "client_header_buffer_size": "1k",
		"ssl_ciphers": "HIGH:!aNULL:!MD5", "ssl_prefer_server_ciphers": "off", "ssl_stapling": "off", "ssl_stapling_verify": "off", "ssl_session_cache": "none",
		"ssl_session_tickets": "on", "ssl_session_timeout": "5m", "ssl_ecdh_curve": "auto", "ssl_dhparam": "", "ssl_trusted_certificate": "",
		"ssl_certificate": "", "ssl_certificate_key": "", "ssl_verify_client": "off", "ssl_early_data": "off", "ssl_reject_handshake": "off",
		"limit_req_status": "503", "limit_conn_status": "503", "limit_req_dry_run": "off", "satisfy": "all", "auth_basic": "off", "auth_basic_user_file": "", "auth_request": "off",
		"autoindex": "off", "root": "html", "alias": "", "index": "index.html", "default_type": "text/plain", "add_header_inherit": "on",
		"error_page": "", "try_files": "", "expires": "off", "etag": "on", "sendfile": "off", "resolver": "", "server_name_in_redirect": "off",
		"absolute_redirect": "on", "port_in_redirect": "on", "merge_slashes": "on", "underscores_in_headers": "off", "recursive_error_pages": "off",
		"proxy_intercept_errors": "off", "fastcgi_intercept_errors": "off", "uwsgi_intercept_errors": "off", "proxy_http_version": "1.0",
		"proxy_read_timeout": "60s", "proxy_connect_timeout": "60s", "proxy_send_timeout": "60s", "proxy_buffering": "on", "proxy_redirect": "default",
		"proxy_ssl_verify": "off", "real_ip_header": "X-Real-IP", "real_ip_recursive": "off", "disable_symlinks": "off", "brotli": "off", "gzip_static": "off",
		"worker_processes": "1", "worker_connections": "512", "access_log": "logs/access.log combined", "log_not_found": "on",
	}[name]
	if name == "proxy_http_version" && v.AtLeast(1, 29, 7) {
		text = "1.1"
	}
	return text, ok
}

// ParseVersion reads the version of nginx out of a version, an image tag or an image name: "1.25.3", "nginx:1.27-alpine".
// A tag without a patch level gives the last one published for mainline questions: patch 99. "latest", "stable" and the like
// give the zero Version.
func ParseVersion(s string) Version {
	if i := strings.LastIndexAny(s, ":"); i >= 0 {
		s = s[i+1:]
	}
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return Version{}
	}
	n := func(s string) int { i, _ := strconv.Atoi(s); return i }
	v := Version{n(m[1]), n(m[2]), 99}
	if m[3] != "" {
		v.Patch = n(m[3])
	}
	return v
}

var versionPattern = regexp.MustCompile(`^v?(1|0)\.(\d{1,2})(?:\.(\d{1,2}))?(?:$|[^\d.])`)
