package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxText   = 500  // characters of one text
	maxItems  = 1000 // of a list or mapping
	maxErrors = 20
)

// A decoder holds one file to the layout and collects what is wrong.
type decoder struct {
	file   *source.File
	errs   Errors
	layout *shape
}

// parse returns the root of the file's one document.
func parse(file *source.File) (root *yaml.Node, err *Error) {
	whole := source.Span{File: file}
	// The parser is trusted less than its input: it must not take the run with it.
	defer func() {
		if recover() != nil {
			root, err = nil, &Error{whole, "the file cannot be read as YAML", "write it more simply"}
		}
	}()
	if len(file.Text) > MaxSize {
		return nil, &Error{whole, fmt.Sprintf("the file has %d bytes", len(file.Text)), fmt.Sprintf("%d are the most that is read", MaxSize)}
	}
	dec := yaml.NewDecoder(bytes.NewReader(file.Text))
	var doc, more yaml.Node
	switch e := dec.Decode(&doc); {
	case errors.Is(e, io.EOF):
		return nil, &Error{whole, "the file is empty", "begin it with version: 1"}
	case e != nil:
		return nil, syntax(file, e)
	}
	if e := dec.Decode(&more); !errors.Is(e, io.EOF) {
		if e != nil {
			return nil, syntax(file, e)
		}
		return nil, &Error{file.LineSpan(max(1, more.Line)), "a second document", "keep one, without --- between"}
	}
	if len(doc.Content) != 1 {
		return nil, &Error{whole, "the file is empty", "begin it with version: 1"}
	}
	return doc.Content[0], nil
}

func syntax(file *source.File, err error) *Error {
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		err = many.Errors[0]
	}
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	var one *yaml.LoadError
	if errors.As(err, &one) {
		line, text = max(1, one.Mark.Line), one.Message
	}
	return &Error{file.LineSpan(min(line, file.Lines())), "not YAML: " + strings.ReplaceAll(text, "\n", " "), "mind indentation, colons and quotes there"}
}

// span returns where a node begins: to the end of its text for one that is written on one line.
func span(file *source.File, n *yaml.Node) source.Span {
	start := file.LineStart(n.Line)
	line := file.Line(n.Line)
	for c := 1; c < n.Column && line != ""; c++ { // columns count characters
		_, size := utf8.DecodeRuneInString(line)
		start, line = start+size, line[size:]
	}
	end := start
	switch {
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 && strings.HasPrefix(line, n.Value):
		end += len(n.Value)
	case n.Kind == yaml.ScalarNode && line != "" && (line[0] == '"' || line[0] == '\''):
		end += quoted(line)
	}
	if end == 0 {
		end = min(1, len(file.Text)) // an empty span at the start would mean the whole file
	}
	return source.Span{File: file, Start: start, End: end}
}

// quoted returns the length of the quoted text that a line begins with, or 1 if it does not end on the line.
func quoted(line string) int {
	for i := 1; i < len(line); i++ {
		switch {
		case line[0] == '"' && line[i] == '\\':
			i++
		case line[0] == '\'' && line[i] == '\'' && i+1 < len(line) && line[i+1] == '\'':
			i++
		case line[i] == line[0]:
			return i + 1
		}
	}
	return 1
}

func (d *decoder) fail(n *yaml.Node, remedy, format string, args ...any) {
	d.errs = append(d.errs, &Error{span(d.file, n), fmt.Sprintf(format, args...), remedy})
}

// hold holds a node against a shape. name is what the value is called in messages.
func (d *decoder) hold(n *yaml.Node, s *shape, name string) {
	switch {
	case len(d.errs) >= maxErrors:
	case n.Kind == yaml.AliasNode:
		d.fail(n, "write the value out", "%s is an alias of another value", name)
	case n.Tag != "" && strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		d.fail(n, "leave the tag out", "%s has the tag %s", name, quote(n.Tag))
	case s.kind == fieldsKind || s.kind == mapKind:
		d.mapping(n, s, name)
	case s.kind == listKind:
		if n.Kind != yaml.SequenceNode {
			d.fail(n, "write [one, another], or one a line with - before", "%s is %s and not a list", name, describe(n))
			return
		}
		if len(n.Content) > maxItems {
			d.fail(n, fmt.Sprintf("%d are the most", maxItems), "%s has %d items", name, len(n.Content))
			return
		}
		for _, item := range n.Content {
			d.hold(item, s.item, "an item of "+name)
		}
	default:
		d.scalar(n, s, name)
	}
}

func (d *decoder) mapping(n *yaml.Node, s *shape, name string) {
	if n.Kind != yaml.MappingNode {
		remedy := "write its keys below, indented"
		if n.ShortTag() == "!!null" {
			remedy = "take the key out, or " + remedy
		}
		if len(s.fields) > 0 {
			remedy += ": " + strings.Join(s.keys(), ", ")
		}
		d.fail(n, remedy, "%s is %s and not a mapping", name, describe(n))
		return
	}
	if len(n.Content) > 2*maxItems {
		d.fail(n, fmt.Sprintf("%d are the most", maxItems), "%s has %d keys", name, len(n.Content)/2)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Value == "<<" {
			d.fail(key, "write its keys out", "%s has a key that is %s", name, describe(key))
			continue
		}
		if seen[key.Value] {
			d.fail(key, "keep one of them", "%s is there twice", quote(key.Value))
			continue
		}
		seen[key.Value] = true
		if s.kind == mapKind {
			if !slices.Contains(s.names, key.Value) {
				d.fail(key, Suggest(key.Value, s.names, "prodcheck checklist and prodcheck checks list them"), "there is no %s %s", s.what, quote(key.Value))
				continue
			}
			d.hold(value, s.item, key.Value)
			continue
		}
		f := s.field(key.Value)
		if f == nil {
			d.fail(key, Suggest(key.Value, s.keys(), "use "+strings.Join(s.keys(), ", ")), "unknown key %s in %s", quote(key.Value), name)
			continue
		}
		d.hold(value, f.shape, f.key)
	}
	for _, f := range s.fields {
		if f.required && !seen[f.key] {
			d.fail(n, fmt.Sprintf("add %s: %s", f.key, strings.TrimSuffix(lower(f.shape.doc), ".")), "%s has no %s", name, f.key)
		}
	}
	if check := child(n, "check"); len(s.until) > 0 && check != nil && slices.Contains(s.until, check.Value) && !seen["until"] {
		d.fail(n, "add until: the last day on which it is in force", "the waiver of %s has no end, and that check is high or critical", check.Value)
	}
}

func (d *decoder) scalar(n *yaml.Node, s *shape, name string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "write one value", "%s is %s and not %s", name, describe(n), kindNames[s.kind])
		return
	}
	switch s.kind {
	case numberKind:
		v, err := strconv.Atoi(n.Value)
		switch {
		case n.ShortTag() != "!!int" || err != nil && !errors.Is(err, strconv.ErrRange):
			d.fail(n, fmt.Sprintf("write a number without quotes, from %d to %d", s.least, s.most), "%s is %s and not a number", name, describe(n))
		case err != nil || v < s.least || v > s.most:
			d.fail(n, fmt.Sprintf("use %s", interval(s.least, s.most)), "%s is %s", name, quote(n.Value))
		}
	case boolKind:
		if n.Value != "true" && n.Value != "false" || n.ShortTag() != "!!bool" {
			d.fail(n, "write true or false, without quotes", "%s is %s", name, describe(n))
		}
	case dateKind:
		if n.ShortTag() != "!!str" && n.ShortTag() != "!!timestamp" {
			d.fail(n, "write "+s.says, "%s is %s and not a date", name, describe(n))
		} else if _, err := time.Parse(time.DateOnly, n.Value); err != nil {
			d.fail(n, "write "+s.says, "%s is %s and not a date", name, quote(n.Value))
		}
	default:
		d.text(n, s, name)
	}
}

func (d *decoder) text(n *yaml.Node, s *shape, name string) {
	switch {
	case n.ShortTag() != "!!str":
		remedy := "put it in quotes"
		if len(s.words) > 0 {
			remedy = "use " + words(s.words)
		}
		d.fail(n, remedy, "%s is %s and not text", name, describe(n))
	case len(s.words) > 0 && !slices.Contains(s.words, n.Value):
		d.fail(n, Suggest(n.Value, s.words, "use "+words(s.words)), "%s is %s", name, quote(n.Value))
	case utf8.RuneCountInString(n.Value) > maxText:
		d.fail(n, fmt.Sprintf("%d characters are the most", maxText), "%s is %d characters long", name, utf8.RuneCountInString(n.Value))
	case s.pattern != "" && !regexp.MustCompile(s.pattern).MatchString(n.Value),
		s.never != "" && regexp.MustCompile(s.never).MatchString(n.Value):
		d.fail(n, "write "+s.says, "%s is %s", name, quote(n.Value))
	}
}

// Suggest returns the remedy for a word that is not known: the nearest known one as a question, or what else to do.
func Suggest(word string, all []string, otherwise string) string {
	if w := nearest(word, all); w != "" {
		return "is it " + w + "?"
	}
	return otherwise
}

// words lists a few words, or the number of many.
func words(all []string) string {
	if len(all) > 8 {
		return "one of the " + strconv.Itoa(len(all)) + " that prodcheck checks lists"
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

func interval(least, most int) string {
	if least == most {
		return strconv.Itoa(least)
	}
	return fmt.Sprintf("a number from %d to %d", least, most)
}

func lower(s string) string {
	if s == "" || strings.ToUpper(s[:min(3, len(s))]) == s[:min(3, len(s))] {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// quote returns a value as messages quote it, shortened.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return strconv.Quote(s)
}

// describe says what a node is in a reader's words.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case n.ShortTag() == "!!null":
		return "empty"
	case n.ShortTag() == "!!str":
		return "the text " + quote(n.Value)
	case n.ShortTag() == "!!int" || n.ShortTag() == "!!float":
		return "the number " + quote(n.Value)
	case n.ShortTag() == "!!timestamp":
		return "the date " + quote(n.Value)
	}
	return quote(n.Value)
}

// child returns the value under a key of a mapping, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
