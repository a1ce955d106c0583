package dockerfile

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A mode says who expands a value.
type mode uint8

const (
	plain   mode = iota // nobody: a word of a JSON form, a name
	builder             // Docker, with ARG and ENV
	global              // Docker, with the ARGs before the first FROM
	inRun               // the shell of RUN, which sees ARG and ENV
	atStart             // the shell of a container, which sees ENV
)

// A binding is what is known of a variable.
type binding struct {
	text  string
	set   bool // it has a value; false means it is known to have none
	known bool // false: it may or may not have a value, and nobody can say which
	args  []string
}

var unknown = binding{}

var (
	errSubstitution = errors.New("bad substitution")
	errBrace        = errors.New("a ${ has no closing brace")
	errQuote        = errors.New("a quote is not closed")
	errModifier     = errors.New("unsupported modifier in a substitution")
)

// An expander expands one word as BuildKit's shell.Lex does: quotes, escapes and ${X:-default}, ${X:+other}, ${X:?message},
// ${X#prefix}, ${X%suffix}, ${X/pattern/text} and their longest-match forms.
type expander struct {
	s      string
	i      int
	escape byte
	lookup func(name string) binding
	budget *int // bytes that may still be written

	refs    []string
	args    []string
	unknown bool
}

// A result is an expanded word.
type result struct {
	text  string
	known bool
	refs  []string
	args  []string
}

// expand works out a word; an error is one that Docker stops at.
func expand(s string, escape byte, lookup func(string) binding, budget *int) (result, error) {
	if strings.IndexByte(s, '$') < 0 && strings.IndexByte(s, escape) < 0 && strings.IndexAny(s, `'"`) < 0 {
		return result{text: s, known: true}, nil
	}
	e := &expander{s: s, escape: escape, lookup: lookup, budget: budget}
	text, err := e.until(0, false, false)
	if err != nil {
		return result{text: s, refs: e.refs, args: e.args}, err
	}
	return result{text: text, known: !e.unknown, refs: e.refs, args: e.args}, nil
}

func (e *expander) eof() bool { return e.i >= len(e.s) }

func (e *expander) note(name string) {
	if len(e.refs) < maxRefs && !slices.Contains(e.refs, name) {
		e.refs = append(e.refs, name)
	}
}

// until reads up to the stop byte (0: the end). Raw keeps escape characters; pattern doubles those inside quotes, because a
// pattern is read once more.
func (e *expander) until(stop byte, raw, pattern bool) (string, error) {
	var b strings.Builder
	for !e.eof() {
		c := e.s[e.i]
		switch {
		case stop != 0 && c == stop:
			e.i++
			return b.String(), nil
		case c == '$':
			v, err := e.dollar()
			if err != nil {
				return "", err
			}
			e.write(&b, v)
		case c == '\'':
			n := strings.IndexByte(e.s[e.i+1:], '\'')
			if n < 0 {
				e.i = len(e.s)
				return "", errQuote
			}
			text := e.s[e.i+1 : e.i+1+n]
			if pattern {
				text = strings.ReplaceAll(text, string(e.escape), string([]byte{e.escape, e.escape}))
			}
			e.write(&b, text)
			e.i += n + 2
		case c == '"':
			if err := e.double(&b, raw, pattern); err != nil {
				return "", err
			}
		case c == e.escape:
			if raw {
				b.WriteByte(c)
			}
			if e.i++; !e.eof() {
				b.WriteByte(e.s[e.i])
				e.i++
			}
		default:
			b.WriteByte(c)
			e.i++
		}
	}
	if stop != 0 {
		return "", errBrace
	}
	return b.String(), nil
}

func (e *expander) write(b *strings.Builder, s string) {
	if *e.budget -= len(s); *e.budget < 0 || b.Len()+len(s) > maxValue {
		e.unknown = true
		return
	}
	b.WriteString(s)
}

func (e *expander) double(b *strings.Builder, raw, pattern bool) error {
	for e.i++; !e.eof(); {
		switch c := e.s[e.i]; {
		case c == '"':
			e.i++
			return nil
		case c == '$':
			v, err := e.dollar()
			if err != nil {
				return err
			}
			e.write(b, v)
		case c == e.escape:
			if e.i++; e.eof() {
				return errQuote
			}
			if n := e.s[e.i]; n == '"' || n == '$' || n == e.escape {
				if raw {
					b.WriteByte(c)
				}
				b.WriteByte(n)
				e.i++
				continue
			}
			if raw || pattern {
				b.WriteByte(c)
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
			e.i++
		}
	}
	return errQuote
}

// name reads a variable's name, which may be one of the special parameters.
func (e *expander) name() string {
	start := e.i
	for !e.eof() {
		r, n := utf8.DecodeRuneInString(e.s[e.i:])
		if e.i == start {
			if unicode.IsDigit(r) {
				for !e.eof() {
					if r, n = utf8.DecodeRuneInString(e.s[e.i:]); !unicode.IsDigit(r) {
						break
					}
					e.i += n
				}
				break
			}
			if strings.ContainsRune("@*#?-$!", r) {
				e.i += n
				break
			}
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			break
		}
		e.i += n
	}
	return e.s[start:e.i]
}

// get looks a name up and notes it.
func (e *expander) get(name string) binding {
	e.note(name)
	v := e.lookup(name)
	for _, a := range v.args {
		if len(e.args) < maxRefs && !slices.Contains(e.args, a) {
			e.args = append(e.args, a)
		}
	}
	return v
}

// dollar expands a reference. What is not known stays as written.
func (e *expander) dollar() (string, error) {
	start := e.i
	if e.i++; e.eof() || e.s[e.i] != '{' {
		name := e.name()
		if name == "" {
			return "$", nil
		}
		v := e.get(name)
		return e.leave(v, start, v.text), nil
	}
	if e.i++; e.eof() {
		return "", errBrace
	}
	if c := e.s[e.i]; c == '{' || c == '}' || c == ':' {
		return "", errSubstitution
	}
	name := e.name()
	v := e.get(name)
	if e.eof() {
		return "", errModifier
	}
	op := e.s[e.i]
	e.i++
	if op == '}' {
		return e.leave(v, start, v.text), nil
	}
	if op == '/' {
		return e.replace(v, start)
	}
	colon := op == ':'
	if colon {
		if e.eof() {
			return "", errBrace
		}
		op = e.s[e.i]
		e.i++
	} else if strings.IndexByte("+-?#%", op) < 0 {
		return "", errModifier
	}
	trim := op == '#' || op == '%'
	if colon && trim {
		return "", errModifier
	}
	inner := e.unknown
	word, err := e.until('}', trim, trim)
	if err != nil {
		return "", err
	}
	wordUnknown := e.unknown && !inner
	present := v.set && (!colon || v.text != "")
	switch {
	case !v.known:
		return e.leave(v, start, ""), nil
	case op == '-' && present, op == '+' && !present, op == '?':
		e.unknown = inner || op == '?' && !present
		if op == '+' {
			return "", nil
		}
		if e.unknown && op == '?' {
			return e.s[start:e.i], nil
		}
		return v.text, nil
	case op == '-' || op == '+':
		return word, nil
	case trim:
		if wordUnknown {
			return e.s[start:e.i], nil
		}
		return trimPattern(v.text, word, op)
	}
	return "", errModifier
}

// leave returns the text of a known variable, or else the reference as written.
func (e *expander) leave(v binding, start int, text string) string {
	if !v.known {
		e.unknown = true
		return e.s[start:e.i]
	}
	return text
}

func (e *expander) replace(v binding, start int) (string, error) {
	all := !e.eof() && e.s[e.i] == '/'
	if all {
		e.i++
	}
	pattern, err := e.until('/', true, true)
	if err != nil {
		return "", err
	}
	with, err := e.until('}', true, false)
	if err != nil {
		return "", err
	}
	if !v.known || e.unknown {
		e.unknown = true
		return e.s[start:e.i], nil
	}
	re, err := glob(pattern, true, false)
	if err != nil {
		return "", err
	}
	if all {
		return re.ReplaceAllString(v.text, with), nil
	}
	if at := re.FindStringIndex(v.text); at != nil {
		return v.text[:at[0]] + with + v.text[at[1]:], nil
	}
	return v.text, nil
}

// glob turns a pattern of * and ? into a regular expression.
func glob(pattern string, greedy, anchored bool) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, errModifier
	}
	var b strings.Builder
	if anchored {
		b.WriteByte('^')
	}
	rs := []rune(pattern)
	for i := 0; i < len(rs); i++ {
		switch r := rs[i]; {
		case r == '*' && greedy:
			b.WriteString(".*")
		case r == '*':
			b.WriteString(".*?")
		case r == '?':
			b.WriteByte('.')
		case r == '\\':
			if i++; i == len(rs) {
				return nil, errModifier
			}
			switch rs[i] {
			case '}', '/':
				b.WriteRune(rs[i])
			case '*', '?', '\\':
				b.WriteString(regexp.QuoteMeta(string(rs[i])))
			default:
				return nil, errModifier
			}
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return regexp.Compile(b.String())
}

// trimPattern is ${X#word} and ${X%word}. The shortest suffix is found as the shortest prefix of the text read backwards.
func trimPattern(value, word string, op byte) (string, error) {
	greedy := word != "" && word[0] == op
	if greedy {
		word = word[1:]
	}
	if op == '%' {
		value, word = reverse(value, false), reverse(word, true)
	}
	re, err := glob(word, greedy, true)
	if err != nil {
		return "", err
	}
	if at := re.FindStringIndex(value); at != nil {
		value = value[at[1]:]
	}
	if op == '%' {
		value = reverse(value, false)
	}
	return value, nil
}

// reverse turns a text round; in a pattern, an escape stays in front of what it escapes.
func reverse(s string, pattern bool) string {
	rs := []rune(s)
	out := make([]rune, 0, len(rs))
	for i := len(rs) - 1; i >= 0; i-- {
		escapes := 0
		for pattern && i-1-escapes >= 0 && rs[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 1 {
			out = append(out, '\\', rs[i])
			i--
			continue
		}
		out = append(out, rs[i])
	}
	return string(out)
}
