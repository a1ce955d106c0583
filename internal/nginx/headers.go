package nginx

import (
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// AddHeaders returns the headers a scope adds to answers, its own and those it inherits: add_header by nginx's rule of all or
// nothing and add_header_inherit where it is set (since 1.29.3), then more_set_headers, which accumulate.
func (s *Scope) AddHeaders() []AddHeader {
	return append(s.addHeaders(), s.moreHeaders()...)
}

// addHeaders is AddHeaders for add_header alone.
func (s *Scope) addHeaders() []AddHeader {
	if s == nil || s.Kind == MainScope {
		return nil
	}
	own := ownHeaders(s)
	switch mode := s.Value("add_header_inherit"); {
	case mode.Is("merge"):
		return append(own, s.Parent.addHeaders()...)
	case mode.Is("off"), len(own) > 0:
		return own
	}
	return s.Parent.addHeaders()
}

// ownHeaders reads the add_header directives of the block itself.
func ownHeaders(s *Scope) []AddHeader {
	var out []AddHeader
	for _, d := range s.Own("add_header") {
		if len(d.Args) < 2 {
			continue
		}
		out = append(out, AddHeader{Name: d.Text(0), Value: d.Text(1), Always: d.Text(2) == "always", Known: d.Known() && !d.Conditional, At: d})
	}
	return out
}

// DroppedHeaders returns the headers that the enclosing scope adds and this one does not, because it has an add_header (or
// add_header_inherit off) of its own. A header that the scope sets again under the same name is not among them.
func (s *Scope) DroppedHeaders() []AddHeader {
	if s.Parent == nil || s.Kind == MainScope || s.Kind == HTTPScope {
		return nil
	}
	mine := s.AddHeaders()
	has := map[string]bool{}
	for _, h := range mine {
		has[strings.ToLower(h.Name)] = true
	}
	var out []AddHeader
	for _, h := range s.Parent.AddHeaders() {
		if !has[strings.ToLower(h.Name)] {
			out = append(out, h)
		}
	}
	return out
}

// moreHeaders reads more_set_headers of OpenResty's headers-more module: applied to every status unless -s names some, and
// joined over the levels, the outer ones first; the last one of a name counts.
func (s *Scope) moreHeaders() []AddHeader {
	if s == nil {
		return nil
	}
	out := s.Parent.moreHeaders()
	for _, d := range s.list {
		if d.Name != "more_set_headers" && d.Name != "more_clear_headers" {
			continue
		}
		var statuses []string
		byType := false
		for i := 0; i < len(d.Args); i++ {
			a := d.Args[i]
			if a.Text == "-s" || a.Text == "-t" {
				if byType = byType || a.Text == "-t"; a.Text == "-s" {
					statuses = append(statuses, strings.Fields(d.Text(i+1))...)
				}
				i++
				continue
			}
			name, value, _ := strings.Cut(a.Text, ":")
			if statuses == nil && !byType {
				out = withoutHeader(out, strings.TrimSpace(name))
			}
			if value = strings.TrimSpace(value); d.Name == "more_set_headers" && value != "" {
				out = append(out, AddHeader{Name: strings.TrimSpace(name), Value: value, Always: statuses == nil && !byType, Known: a.Known && !d.Conditional && !byType, Statuses: statuses, At: d})
			}
		}
	}
	return out
}

// withoutHeader returns the list without the headers of a name.
func withoutHeader(list []AddHeader, name string) []AddHeader {
	out := list[:0:0]
	for _, h := range list {
		if !strings.EqualFold(h.Name, name) {
			out = append(out, h)
		}
	}
	return out
}

// safeStatus reports whether add_header without "always" applies to a status.
func safeStatus(status int) bool {
	switch status {
	case 200, 201, 204, 206, 301, 302, 303, 304, 307, 308:
		return true
	}
	return false
}

// Headers returns the headers that nginx adds to an answer with a status to a request for a URI of a server. If error_page
// sends the status elsewhere, the headers are those of the page's location. Headers of the proxied server are not among
// them. A status of 0 stands for what nginx itself decides, or 200 if the content decides.
func (c *Config) Headers(s *Server, uri string, status int) []Header {
	r := Request{URI: uri}
	a := c.serve(s, r, status)
	return c.headers(a.Scope, a.context, a.Status, func(h AddHeader) bool { return a.anywhere || missingIn(a.others, h) })
}

// missingIn reports whether one of the scopes does not add a header.
func missingIn(scopes []*Scope, h AddHeader) bool {
	for _, s := range scopes {
		found := false
		for _, o := range s.AddHeaders() {
			found = found || o.At == h.At
		}
		if !found {
			return true
		}
	}
	return false
}

// HeadersOf returns the headers that a scope adds to an answer with a status.
func (c *Config) HeadersOf(sc *Scope, r Request, status int) []Header {
	return c.headers(sc, c.newContext(sc.Server, r), status, func(AddHeader) bool { return false })
}

// headers evaluates the headers of a scope. maybe tells whether another scope that does not add one may apply instead.
func (c *Config) headers(sc *Scope, x *context, status int, maybe func(AddHeader) bool) []Header {
	if sc == nil {
		return nil
	}
	if status == 0 {
		status = 200
	}
	x.status = status
	var out []Header
	for _, h := range sc.AddHeaders() {
		set := strings.HasPrefix(h.At.Name, "more_")
		if h.Name == "" || !set && !h.Always && !safeStatus(status) || h.Statuses != nil && !contains(h.Statuses, strconv.Itoa(status)) {
			continue
		}
		v := x.eval(h.Value)
		if v.known && h.Known && v.text == "" {
			continue // an empty value adds no header
		}
		e := h.At.Evidence()
		for _, at := range v.via {
			if ev := at.Evidence(); !ev.IsZero() {
				e = e.Then(source.Step{Span: ev.Span, Note: "value of $" + variableOf(at)})
			}
		}
		out = append(out, Header{
			Name: h.Name, Value: v.text, Known: v.known && h.Known, Always: h.Always, Evidence: e,
			Maybe: maybe(h) || set && !h.Always && h.Statuses == nil || h.At.Conditional || !v.known && v.mayBeEmpty(), Possible: v.possible,
		})
	}
	return out
}

// variableOf names the variable that a set, map or geo defines.
func variableOf(d *Directive) string {
	i := 0
	if d.Name != "set" && len(d.Args) > 1 {
		i = 1
	}
	return strings.TrimPrefix(d.Text(i), "$")
}

// HSTS is a Strict-Transport-Security value as browsers read it (RFC 6797, section 6.1).
type HSTS struct {
	// Void is true if browsers ignore the header; Why says for what reason.
	Void              bool
	Why               string
	MaxAge            int64 // seconds; 0 tells browsers to forget the host
	IncludeSubDomains bool
	Preload           bool
}

// ParseHSTS judges a Strict-Transport-Security value.
func ParseHSTS(value string) HSTS {
	h := HSTS{}
	seen := map[string]bool{}
	void := func(why string) HSTS { return HSTS{Void: true, Why: why} }
	for _, part := range strings.Split(value, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, arg, has := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		arg = strings.TrimSpace(arg)
		if strings.ContainsAny(name, ", \t\"") || name == "" {
			return void("directives are separated by \";\" and nothing else")
		}
		if seen[name] {
			return void("\"" + name + "\" is given twice")
		}
		seen[name] = true
		switch name {
		case "max-age":
			if len(arg) > 1 && arg[0] == '"' && arg[len(arg)-1] == '"' {
				arg = arg[1 : len(arg)-1]
			}
			if !has || arg == "" {
				return void("max-age has no value")
			}
			for _, c := range arg {
				if c < '0' || c > '9' {
					return void("max-age is no number of seconds")
				}
				if h.MaxAge < 1<<40 {
					h.MaxAge = h.MaxAge*10 + int64(c-'0')
				}
			}
		case "includesubdomains":
			if has {
				return void("includeSubDomains takes no value")
			}
			h.IncludeSubDomains = true
		case "preload":
			h.Preload = true
		}
	}
	if !seen["max-age"] {
		return void("max-age is missing")
	}
	return h
}
