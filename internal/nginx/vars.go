package nginx

import (
	"fmt"
	"strconv"
	"strings"
)

// maxPossible bounds the values that a variable is said to be able to take.
const maxPossible = 50

// maxSteps bounds the variables evaluated for one request: maps that refer to maps multiply.
const maxSteps = 20000

// A context is what variables depend on while one request is answered.
type context struct {
	c      *Config
	s      *Server
	r      Request
	uri    string // current path, decoded
	args   string // current query
	scope  *Scope
	set    map[string]result // by set, by captures, by auth_request_set
	status int
	depth  int
	steps  *int // variables evaluated for this request
}

// A result is the value of a text with variables.
type result struct {
	text  string
	known bool
	// possible are the values it can take if it is not known; nil: anything.
	possible []string
	via      []*Directive // maps and sets on the way
}

// mayBeEmpty reports whether the empty string is among the values it can take.
func (r result) mayBeEmpty() bool {
	if r.possible == nil {
		return false // a variable of the request nearly always has a value, and no more can be said
	}
	for _, p := range r.possible {
		if p == "" {
			return true
		}
	}
	return false
}

// known is the result of a text that is known.
func known(s string) result { return result{text: s, known: true} }

// newContext fills in what the request leaves open and the server says.
func (c *Config) newContext(s *Server, r Request) *context {
	if r.Method == "" {
		r.Method = "GET"
	}
	if r.URI == "" {
		r.URI = "/"
	}
	x := &context{c: c, s: s, r: r, set: map[string]result{}, status: 200, steps: new(int)}
	if s != nil {
		x.scope = s.Scope
		if x.r.Host == "" {
			x.r.Host = s.Host()
		}
		if x.r.Scheme == "" && s.HasTLS() != s.HasPlain() {
			x.r.Scheme = map[bool]string{true: "https", false: "http"}[s.HasTLS()]
		}
	}
	x.uri = cleanURI(r.URI)
	_, x.args, _ = strings.Cut(r.URI, "?")
	return x
}

// eval replaces the variables of a text by their values.
func (x *context) eval(text string) result {
	if strings.IndexByte(text, '$') < 0 {
		return known(text)
	}
	out := result{known: true}
	var b strings.Builder
	combined := []string{""}
	for i := 0; i < len(text); {
		name, n := variableAt(text, i)
		if n == 0 {
			b.WriteByte(text[i])
			appendAll(combined, text[i:i+1])
			i++
			continue
		}
		v := x.variable(name)
		out.via = append(out.via, v.via...)
		switch {
		case v.known:
			b.WriteString(v.text)
			appendAll(combined, v.text)
		default:
			out.known = false
			b.WriteString(text[i : i+n])
			combined = multiply(combined, v.possible)
		}
		if b.Len() > 1<<16 {
			return result{text: b.String()[:1<<16], via: out.via}
		}
		i += n
	}
	out.text = b.String()
	if !out.known {
		out.possible = combined
	}
	return out
}

// appendAll appends s to every text of the list.
func appendAll(list []string, s string) {
	for i := range list {
		list[i] += s
	}
}

// multiply combines two sets of possible values; nil if one is unbounded or there are too many.
func multiply(a, b []string) []string {
	if b == nil || len(a)*len(b) > maxPossible {
		return nil
	}
	out := make([]string, 0, len(a)*len(b))
	for _, s := range a {
		for _, t := range b {
			out = append(out, s+t)
		}
	}
	return out
}

// variableAt returns the lower-case name of the variable that starts at i, and the length of its reference, or 0.
func variableAt(s string, i int) (string, int) {
	if s[i] != '$' || i+1 >= len(s) {
		return "", 0
	}
	j := i + 1
	brace := s[j] == '{'
	if brace {
		j++
	}
	start := j
	if !brace && s[j] >= '0' && s[j] <= '9' { // $1 is one digit
		return s[j : j+1], 2
	}
	for j < len(s) && (s[j] == '_' || s[j] >= '0' && s[j] <= '9' || s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z') {
		j++
	}
	if j == start {
		return "", 0
	}
	name := strings.ToLower(s[start:j])
	if brace {
		if j >= len(s) || s[j] != '}' {
			return "", 0
		}
		j++
	}
	return name, j - i
}

// variable returns the value of a variable by lower-case name.
func (x *context) variable(name string) result {
	if v, ok := x.set[name]; ok {
		return v
	}
	if *x.steps++; x.depth > 20 || *x.steps > maxSteps {
		return result{}
	}
	x.depth++
	defer func() { x.depth-- }()
	if defs := x.c.vars[name]; len(defs) > 0 {
		d := defs[len(defs)-1]
		v := x.defined(d)
		v.via = append([]*Directive{d}, v.via...)
		return v
	}
	if name >= "0" && name <= "9" {
		return known("")
	}
	if h, ok := strings.CutPrefix(name, "http_"); ok {
		return x.header(strings.ReplaceAll(h, "_", "-"))
	}
	if a, ok := strings.CutPrefix(name, "arg_"); ok {
		for _, kv := range strings.Split(x.args, "&") {
			if k, v, _ := strings.Cut(kv, "="); strings.EqualFold(k, a) {
				return known(v)
			}
		}
		return known("")
	}
	return x.builtin(name)
}

// header is the value of a request header by lower-case name.
func (x *context) header(name string) result {
	switch {
	case name == "host" && x.r.Host != "":
		return known(x.r.Host)
	case x.r.Header == nil:
		return result{}
	}
	return known(x.r.Header[name])
}

// builtin is the value of a variable of nginx itself, unknown for those that depend on connection, time or upstream.
func (x *context) builtin(name string) result {
	switch name {
	case "scheme":
		if x.r.Scheme == "" {
			return result{possible: []string{"http", "https"}}
		}
		return known(x.r.Scheme)
	case "https":
		switch x.r.Scheme {
		case "https":
			return known("on")
		case "http":
			return known("")
		}
		return result{possible: []string{"on", ""}}
	case "host":
		if x.r.Host == "" {
			return result{}
		}
		host, _, _ := splitAddress(x.r.Host, 0)
		return known(strings.ToLower(host))
	case "server_name":
		if x.s == nil || len(x.s.Names) == 0 {
			return known("")
		}
		n := x.s.Names[0]
		if !n.Arg.Known || n.Kind == RegexName || strings.Contains(n.Text, "$") {
			return result{}
		}
		return known(strings.TrimPrefix(n.Text, "."))
	case "server_port":
		return x.port()
	case "request_uri":
		return known(x.r.URI)
	case "uri", "document_uri":
		return known(x.uri)
	case "args", "query_string":
		return known(x.args)
	case "is_args":
		if x.args != "" {
			return known("?")
		}
		return known("")
	case "request_method":
		return known(x.r.Method)
	case "status":
		return known(strconv.Itoa(x.status))
	case "pipe":
		return known(".")
	case "nginx_version":
		if v := x.c.Version; !v.IsZero() && v.Patch != 99 {
			return known(fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch))
		}
	case "document_root":
		if f := x.scope.Files(); f.Root.Known && !strings.Contains(f.Root.Text, "$") {
			return known(f.Root.Text)
		}
	case "request_filename":
		if p, ok := x.path(x.uri); ok {
			return known(p)
		}
	}
	return result{}
}

// port is $server_port where the listens of the scheme agree.
func (x *context) port() result {
	port := 0
	for _, l := range x.s.Listens {
		if x.r.Scheme != "" && l.TLS == (x.r.Scheme == "https") && l.Known && l.Port == l.PortEnd {
			if port != 0 && port != l.Port {
				return result{}
			}
			port = l.Port
		}
	}
	if port == 0 {
		return result{}
	}
	return known(strconv.Itoa(port))
}

// defined evaluates a map, geo or split_clients block.
func (x *context) defined(d *Directive) result {
	switch {
	case d.Name == "map" && len(d.Args) == 2:
		return x.mapped(d)
	case d.Name == "geo" || d.Name == "split_clients":
		var values []string
		plain := true
		for _, e := range d.Block {
			if e.Name == "default" || e.Name == "*" || len(e.Args) == 1 && !oneOf(e.Name, "include", "proxy", "delete", "ranges", "proxy_recursive", "volatile") {
				values = append(values, e.Text(0))
				plain = plain && e.Known()
			} else if e.Name == "include" {
				return result{}
			}
		}
		if !plain || len(values) > maxPossible {
			return result{}
		}
		if d.Name == "geo" && len(d.Block) > 0 && !hasEntry(d, "default") || len(values) == 0 {
			values = append(values, "")
		}
		values = distinct(values)
		if len(values) == 1 {
			return known(values[0])
		}
		return result{possible: values}
	}
	return result{}
}

// hasEntry reports whether a data block has an entry of that name.
func hasEntry(d *Directive, name string) bool {
	for _, e := range d.Block {
		if e.Name == name {
			return true
		}
	}
	return false
}

// oneOf reports whether s is one of list.
func oneOf(s string, list ...string) bool { return contains(list, s) }

// distinct returns the list without repetitions.
func distinct(in []string) []string {
	var out []string
	for _, s := range in {
		if !contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// mapped evaluates a map as ngx_http_map_find does: exact strings without regard to case, then the longest wildcard of names,
// then regular expressions in order, then the default.
func (x *context) mapped(d *Directive) result {
	key := x.eval(d.Text(0))
	hostnames := hasEntry(d, "hostnames")
	if !key.known {
		return x.anyOf(d, key)
	}
	low := strings.ToLower(key.text)
	if hostnames {
		low = strings.TrimSuffix(low, ".")
	}
	var wild *Directive
	rank, length := 0, -1
	for _, e := range d.Block {
		name := e.Name
		if len(e.Args) != 1 || !e.Head.Quoted && oneOf(name, "default", "include") || strings.HasPrefix(name, "~") {
			continue
		}
		name = strings.ToLower(strings.TrimPrefix(name, `\`))
		if name == low {
			return x.eval(e.Text(0))
		}
		if hostnames {
			n := Name{Text: name}
			if strings.HasPrefix(name, "*.") || strings.HasPrefix(name, ".") {
				n.Kind = SuffixName
			} else if strings.HasSuffix(name, ".*") {
				n.Kind = PrefixName
			} else {
				continue
			}
			if r, k := n.matches(low); r > rank || r == rank && r > 0 && k > length {
				wild, rank, length = e, r, k
			}
		}
	}
	if wild != nil {
		return x.eval(wild.Text(0))
	}
	for _, e := range d.Block {
		if !strings.HasPrefix(e.Name, "~") || len(e.Args) != 1 {
			continue
		}
		pattern, fold := e.Name[1:], false
		if strings.HasPrefix(pattern, "*") {
			pattern, fold = pattern[1:], true
		}
		re, err := compile(pattern, fold)
		if err != nil || !e.Head.Known {
			return x.anyOf(d, key)
		}
		if g := re.FindStringSubmatch(key.text); g != nil {
			for k, v := range captured(g, re.SubexpNames()) {
				x.set[k] = known(v)
			}
			return x.eval(e.Text(0))
		}
	}
	for _, e := range d.Block {
		if e.Name == "default" && !e.Head.Quoted && len(e.Args) == 1 {
			return x.eval(e.Text(0))
		}
		if e.Name == "include" {
			return result{}
		}
	}
	return known("")
}

// anyOf returns the values a map can take if its key is not known.
func (x *context) anyOf(d *Directive, key result) result {
	if key.possible != nil {
		var all []string
		for _, k := range distinct(key.possible) {
			y := *x
			y.set = map[string]result{}
			for n, v := range x.set {
				y.set[n] = v
			}
			if name, n := variableAt(d.Text(0), 0); n == len(d.Text(0)) {
				y.set[name] = known(k)
				if v := y.mapped(d); v.known {
					all = append(all, v.text)
					continue
				}
			}
			all = nil
			break
		}
		if all != nil {
			if all = distinct(all); len(all) == 1 {
				return known(all[0])
			}
			return result{possible: all}
		}
	}
	var values []string
	def := false
	for _, e := range d.Block {
		if e.Name == "include" {
			return result{}
		}
		if len(e.Args) != 1 {
			continue
		}
		def = def || e.Name == "default"
		v := x.eval(e.Text(0))
		if !v.known || !e.Known() {
			return result{}
		}
		values = append(values, v.text)
	}
	if !def {
		values = append(values, "")
	}
	if values = distinct(values); len(values) == 1 {
		return known(values[0])
	}
	if len(values) > maxPossible {
		return result{}
	}
	return result{possible: values}
}
