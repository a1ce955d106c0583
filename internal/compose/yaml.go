package compose

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxSize  = 1 << 20 // bytes of a file
	maxDepth = 64      // nesting of a document
	maxNodes = 100_000 // nodes of a document with aliases expanded, as compose-go caps them
	maxDocs  = 50
)

type kind uint8

const (
	null kind = iota
	scalar
	list
	mapping
)

// A node is one YAML node. Nodes are shared between aliases and never changed once a file is read.
type node struct {
	kind   kind
	raw    string
	tag    string // of a scalar: "!!str", "!!int", "!!float", "!!bool", "!!null"
	span   source.Span
	fields []field
	items  []*node
	size   int    // nodes in it, aliases expanded
	dir    string // folder that relative paths in it start from
	patch  patch
	// bare is a name without a value in a list of NAME=value.
	bare bool
	// from are the places of a service's name in the files it is merged from, extends those of services it extends.
	from, extends []source.Span
}

type patch uint8

const (
	replaces patch = iota + 1 // !override
	removes                   // !reset
)

type field struct {
	key  string
	span source.Span
	val  *node
}

func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i := len(n.fields) - 1; i >= 0; i-- {
		if n.fields[i].key == key {
			return n.fields[i].val
		}
	}
	return nil
}

func (n *node) keySpan(key string) source.Span {
	if n != nil {
		for i := len(n.fields) - 1; i >= 0; i-- {
			if n.fields[i].key == key {
				return n.fields[i].span
			}
		}
	}
	return source.Span{}
}

// with returns a copy of a mapping with one field set.
func (n *node) with(key string, span source.Span, val *node) *node {
	c := *n
	c.fields = make([]field, 0, len(n.fields)+1)
	done := false
	for _, f := range n.fields {
		if f.key == key {
			if !done {
				c.fields = append(c.fields, field{key, span, val})
			}
			done = true
			continue
		}
		c.fields = append(c.fields, f)
	}
	if !done {
		c.fields = append(c.fields, field{key, span, val})
	}
	return &c
}

func (n *node) without(key string) *node {
	c := *n
	c.fields = nil
	for _, f := range n.fields {
		if f.key != key {
			c.fields = append(c.fields, f)
		}
	}
	return &c
}

func (n *node) isNull() bool { return n == nil || n.kind == null }

// scalar returns the node as a Scalar; the zero Scalar with Null set for anything else.
func (n *node) scalar() Scalar {
	switch {
	case n == nil:
		return Scalar{Null: true}
	case n.kind == scalar:
		return Scalar{Raw: n.raw, Span: n.span}
	}
	return Scalar{Span: n.span, Null: true}
}

// A reader turns one file into nodes.
type reader struct {
	l     *loader
	file  *source.File
	dir   string
	lines []int // offsets of lines as YAML counts them
	done  map[*yaml.Node]*node
	busy  map[*yaml.Node]bool
	total int                                // nodes converted, aliases counted once, and fields that "<<" copied
	large bool                               // that it is too large has been told
	last  struct{ line, column, offset int } // the place looked up last: nodes come in order
}

// documents reads the documents of a file. What cannot be parsed is reported; lines before the error are kept.
func (l *loader) documents(f *source.File, dir string) []*node {
	text := f.Text
	if len(text) > maxSize {
		l.problem(source.Span{File: f}, fmt.Sprintf("larger than %d bytes, not read", maxSize))
		return nil
	}
	if !utf8.Valid(text) {
		l.invalid(source.Span{File: f}, "not UTF-8")
		return nil
	}
	if isTemplate(text) {
		l.templates[f] = true
	}
	r := &reader{l: l, file: f, dir: dir, lines: yamlLines(text), done: map[*yaml.Node]*node{}, busy: map[*yaml.Node]bool{}}
	parsed, line, message := parseYAML(text)
	if message != "" {
		span := f.LineSpan(line)
		l.invalid(span, message)
		parsed = r.salvage(text, line, parsed)
	}
	if len(parsed) >= maxDocs {
		l.problem(source.Span{File: f}, fmt.Sprintf("%d documents or more, the rest is not read", maxDocs))
	}
	var out []*node
	for _, y := range parsed {
		if y.Kind == yaml.DocumentNode && len(y.Content) == 1 {
			y = y.Content[0]
		}
		if n := r.convert(y, 0); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// isTemplate reports whether Jinja, Go templates or ERB are to fill in the file: their braces stand where YAML has values or
// lines. Within quotes they are text that docker itself may fill in.
func isTemplate(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		for _, start := range [...]string{"{{", "{%", "<%"} {
			if bytes.HasPrefix(line, []byte(start)) || bytes.Contains(line, []byte(": "+start)) || bytes.Contains(line, []byte("- "+start)) {
				return true
			}
		}
	}
	return false
}

// salvage reads the lines before an error, once up to the error and once up to the last line that starts a top-level key
// or a service.
func (r *reader) salvage(text []byte, line int, parsed []*yaml.Node) []*yaml.Node {
	before := len(parsed)
	for tries := 0; tries < 3 && line > 1; tries++ {
		if line-1 >= len(r.lines) {
			line = len(r.lines)
		}
		if again, _, message := parseYAML(text[:r.lines[line-1]]); message == "" && len(again) >= before {
			return again
		}
		for line--; line > 1; line-- {
			start := text[r.lines[line-1]:]
			if n := len(start) - len(bytes.TrimLeft(start, " ")); n <= 2 && len(start) > n && start[n] != '#' && start[n] != '\n' {
				break
			}
		}
	}
	return parsed
}

// parseYAML returns the documents and, if one is broken, the line and the parser's message.
func parseYAML(text []byte) (docs []*yaml.Node, line int, message string) {
	// The parser is ours to trust less than its input: it must not take the scan with it.
	defer func() {
		if recover() != nil {
			line, message = 1, "the YAML parser gave up"
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for len(docs) < maxDocs {
		n := new(yaml.Node)
		err := dec.Decode(n)
		if errors.Is(err, io.EOF) {
			return docs, 0, ""
		}
		if err != nil {
			line, message = yamlError(err)
			return docs, line, message
		}
		docs = append(docs, n)
	}
	return docs, 0, ""
}

func yamlError(err error) (int, string) {
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	var one *yaml.LoadError
	if errors.As(err, &one) {
		return max(1, one.Mark.Line), one.Message
	}
	return 1, strings.TrimPrefix(err.Error(), "yaml: ")
}

func (r *reader) convert(y *yaml.Node, depth int) *node {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
		if y == nil || r.busy[y] {
			return &node{dir: r.dir}
		}
		if n := r.done[y]; n != nil {
			return n
		}
	}
	if r.busy[y] {
		r.l.invalid(r.at(y), "an alias refers to what contains it")
		return &node{dir: r.dir}
	}
	if r.total++; depth > maxDepth || r.total > maxNodes {
		r.tooLarge(r.at(y), "nested too deeply, or too large")
		return &node{dir: r.dir}
	}
	r.busy[y] = true
	n := &node{tag: y.Tag, span: r.at(y), size: 1, dir: r.dir}
	switch y.Tag {
	case "!override":
		n.patch = replaces
	case "!reset":
		n.patch = removes
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		r.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			item := r.convert(c, depth+1)
			if item.patch != removes && r.grow(n, item) {
				n.items = append(n.items, item)
			}
		}
	default:
		scalarNode(n, y)
	}
	delete(r.busy, y)
	if y.Anchor != "" {
		r.done[y] = n
	}
	return n
}

// tooLarge tells once for a file that not all of it is read.
func (r *reader) tooLarge(span source.Span, text string) {
	if !r.large {
		r.l.problem(span, text)
	}
	r.large = true
}

// grow counts a child; false if the document is too large with it.
func (r *reader) grow(n, child *node) bool {
	if n.size+child.size > maxNodes {
		r.tooLarge(child.span, "too large once aliases are expanded")
		return false
	}
	n.size += child.size
	return true
}

func (r *reader) mapping(n *node, y *yaml.Node, depth int) {
	at := map[string]int{}
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		if k.Kind == yaml.AliasNode && k.Alias != nil {
			k = k.Alias
		}
		span := r.at(k)
		if k.Kind != yaml.ScalarNode {
			r.l.invalid(span, "a mapping key is not a string")
			continue
		}
		val := r.convert(y.Content[i+1], depth+1)
		if _, dup := at[k.Value]; dup {
			r.l.invalid(span, fmt.Sprintf("mapping key %q is already defined above", k.Value))
		}
		if k.Value == "<<" && k.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
			merges = append(merges, val)
			at[k.Value] = -1
			continue
		}
		if !r.grow(n, val) {
			continue
		}
		if j, dup := at[k.Value]; dup && j >= 0 {
			n.fields[j] = field{k.Value, span, val}
			continue
		}
		at[k.Value] = len(n.fields)
		n.fields = append(n.fields, field{k.Value, span, val})
	}
	for _, m := range merges {
		r.merge(n, m, at)
	}
}

// merge adds the fields of "<<": what the mapping says itself wins, then the first of a list.
func (r *reader) merge(n, m *node, at map[string]int) {
	sources := []*node{m}
	if m.kind == list {
		sources = m.items
	}
	for _, s := range sources {
		if s.kind != mapping {
			r.l.invalid(s.span, "\"<<\" takes a mapping or a list of mappings")
			continue
		}
		for _, f := range s.fields {
			if _, ok := at[f.key]; ok || !r.grow(n, f.val) {
				continue
			}
			if r.total++; r.total > maxNodes {
				r.tooLarge(f.span, "nested too deeply, or too large")
				return
			}
			at[f.key] = len(n.fields)
			n.fields = append(n.fields, f)
		}
	}
}

func scalarNode(n *node, y *yaml.Node) {
	n.kind, n.raw = scalar, y.Value
	if n.patch != 0 || !strings.HasPrefix(n.tag, "!!") {
		n.tag = "!!str"
	}
	switch n.tag {
	case "!!null":
		n.kind, n.raw = null, ""
	case "!!int", "!!float", "!!timestamp", "!!bool": // docker compose knows the value only: 0x1F is 31, 3.10 is 3.1
		var v any
		if y.Decode(&v) == nil && v != nil {
			n.raw = fmt.Sprint(v)
		}
	}
}
