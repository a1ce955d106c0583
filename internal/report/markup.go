package report

import (
	"fmt"
	"html"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// A markup is a parsed page template: the part of html/template's language that our own pages use (fields, if, with, range, define,
// template, or, eq, len), with every value escaped for HTML text and quoted attributes. html/template itself reaches methods by
// name, which keeps the linker from leaving out what is never called: 2.7 MB of the binary.
//
// The pages are ours, so that only three places of a value occur: text, a quoted attribute that is no address, and href, whose
// values start with "https://" or "#" or are dropped.
type markup struct {
	nodes []markupNode
	named map[string][]markupNode
}

// trusted is markup of our own that is written as it stands.
type trusted string

type markupNode struct {
	text      string   // of plain text
	verb      string   // "", "out", "if", "with", "range", "template"
	args      []string // words of the action
	href      bool     // the value is an address
	body, alt []markupNode
}

// parseMarkup reads a page template. It panics on one that it cannot read: templates are a part of the program.
func parseMarkup(text string) *markup {
	m := &markup{named: map[string][]markupNode{}}
	p := &markupParser{m: m}
	p.split(text)
	var end string
	if m.nodes, end = p.list(); end != "" {
		panic("page template: {{" + end + "}} without a beginning")
	}
	return m
}

type markupParser struct {
	m     *markup
	parts []markupNode // text, and actions with verb "action"
	at    int
}

// split cuts the text at its actions and trims white space where they ask for it.
func (p *markupParser) split(text string) {
	trim := false
	for {
		before, rest, ok := strings.Cut(text, "{{")
		if trim {
			before = strings.TrimLeft(before, " \t\r\n")
		}
		if !ok {
			p.parts = append(p.parts, markupNode{text: before})
			return
		}
		action, after, ok := strings.Cut(rest, "}}")
		if !ok {
			panic("page template: {{ without }}")
		}
		if strings.HasPrefix(action, "- ") {
			before, action = strings.TrimRight(before, " \t\r\n"), action[2:]
		}
		if action, trim = strings.CutSuffix(action, " -"); trim {
			action = strings.TrimSpace(action)
		}
		p.parts = append(p.parts, markupNode{text: before},
			markupNode{verb: "action", args: words(action), href: strings.HasSuffix(before, `href="`)})
		text = after
	}
}

func words(action string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ", ",", " , ").Replace(action))
}

// list reads nodes up to an end or else, whose word it returns.
func (p *markupParser) list() (nodes []markupNode, end string) {
	for p.at < len(p.parts) {
		n := p.parts[p.at]
		p.at++
		if n.verb == "" {
			nodes = append(nodes, n)
			continue
		}
		switch n.args[0] {
		case "end", "else":
			return nodes, n.args[0]
		case "define":
			name, _ := strconv.Unquote(n.args[1])
			p.m.named[name], _ = p.list()
			continue
		case "if", "with", "range":
			n.verb, n.args = n.args[0], n.args[1:]
			var end string
			if n.body, end = p.list(); end == "else" {
				n.alt, _ = p.list()
			}
		case "template":
			n.verb, n.args = "template", n.args[1:]
		default:
			n.verb = "out"
		}
		nodes = append(nodes, n)
	}
	return nodes, ""
}

// execute writes the page of some data: a struct, or a map with text keys.
func (m *markup) execute(w io.Writer, data any) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("fill in the page: %v", e)
		}
	}()
	var b strings.Builder
	r := &markupRun{m: m, b: &b}
	r.nodes(m.nodes, scope{dot: reflect.ValueOf(data), vars: map[string]reflect.Value{"$": reflect.ValueOf(data)}})
	_, err = io.WriteString(w, b.String())
	return err
}

type markupRun struct {
	m *markup
	b *strings.Builder
}

type scope struct {
	dot  reflect.Value
	vars map[string]reflect.Value
}

func (s scope) with(dot reflect.Value) scope { return scope{dot, s.vars} }

func (r *markupRun) nodes(nodes []markupNode, s scope) {
	for _, n := range nodes {
		switch n.verb {
		case "":
			r.b.WriteString(n.text)
		case "out":
			r.write(s.value(n.args), n.href)
		case "template":
			name, _ := strconv.Unquote(n.args[0])
			r.nodes(r.m.named[name], s.with(s.value(n.args[1:])))
		case "if":
			if truth(s.value(n.args)) {
				r.nodes(n.body, s)
			} else {
				r.nodes(n.alt, s)
			}
		case "with":
			if v := s.value(n.args); truth(v) {
				r.nodes(n.body, s.with(v))
			} else {
				r.nodes(n.alt, s)
			}
		case "range":
			r.each(n, s)
		}
	}
}

// each runs a range: "range .List" or "range $i, $x := .List".
func (r *markupRun) each(n markupNode, s scope) {
	args := n.args
	var index, elem string
	if len(args) > 4 && args[3] == ":=" {
		index, elem, args = args[0], args[2], args[4:]
	}
	list := s.value(args)
	if !list.IsValid() || list.Len() == 0 {
		r.nodes(n.alt, s)
		return
	}
	for i := range list.Len() {
		in := scope{dot: list.Index(i), vars: s.vars}
		if index != "" {
			in.vars = map[string]reflect.Value{}
			for k, v := range s.vars {
				in.vars[k] = v
			}
			in.vars[index], in.vars[elem] = reflect.ValueOf(i), list.Index(i)
		}
		r.nodes(n.body, in)
	}
}

// value works out the words of an action: a path, "len path", "or path path", "eq value value".
func (s scope) value(args []string) reflect.Value {
	if len(args) == 0 {
		return reflect.Value{}
	}
	switch args[0] {
	case "or":
		for _, a := range args[1:] {
			if v := s.path(a); truth(v) {
				return v
			}
		}
		return reflect.ValueOf(false)
	case "len":
		return reflect.ValueOf(s.path(args[1]).Len())
	case "eq":
		rest := args[1:]
		var a reflect.Value
		if rest[0] == "(" { // (len .X)
			a, rest = s.value(rest[1:3]), rest[4:]
		} else {
			a, rest = s.path(rest[0]), rest[1:]
		}
		return reflect.ValueOf(fmt.Sprint(basic(a)) == fmt.Sprint(basic(s.path(rest[0]))))
	}
	return s.path(args[0])
}

// path follows ".", ".A.B", "$x", "$x.A", a number or a quoted text.
func (s scope) path(word string) reflect.Value {
	if n, err := strconv.Atoi(word); err == nil {
		return reflect.ValueOf(n)
	}
	if text, err := strconv.Unquote(word); err == nil {
		return reflect.ValueOf(text)
	}
	v := s.dot
	if strings.HasPrefix(word, "$") {
		name, rest, _ := strings.Cut(word, ".")
		v, word = s.vars[name], "."+rest
	}
	for _, field := range strings.Split(strings.TrimPrefix(word, "."), ".") {
		if field == "" {
			continue
		}
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		switch v.Kind() {
		case reflect.Map:
			v = v.MapIndex(reflect.ValueOf(field))
		case reflect.Struct:
			f := v.FieldByName(field)
			if !f.IsValid() {
				panic("no field " + field + " in " + v.Type().String())
			}
			v = f
		default:
			panic("no field " + field)
		}
	}
	return v
}

// truth is what if and with go by: neither zero, empty nor nil.
func truth(v reflect.Value) bool {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return false
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() > 0
	case reflect.Struct:
		return true
	}
	return !v.IsZero()
}

// basic is the Go value behind a reflected one of a basic kind.
func basic(v reflect.Value) any {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Invalid:
		return ""
	}
	panic("a " + v.Kind().String() + " cannot be written")
}

func (r *markupRun) write(v reflect.Value, href bool) {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.IsValid() && v.Type() == reflect.TypeFor[trusted]() {
		r.b.WriteString(v.String())
		return
	}
	text := fmt.Sprint(basic(v))
	if href && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "#") && text != "" {
		if !r.anchored() {
			text = "#"
		}
	}
	r.b.WriteString(html.EscapeString(strings.ReplaceAll(text, "\x00", "\uFFFD")))
}

// anchored reports whether what was written last is the "#" of an address inside the page.
func (r *markupRun) anchored() bool { return strings.HasSuffix(r.b.String(), `href="#`) }
