package compose

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxNesting = 40      // of references inside defaults
	maxVars    = 500     // references in one string
	maxValue   = 1 << 16 // bytes of one interpolated string
)

// Interpolate works out a string as docker compose does (compose-go's template package): "$$" is a dollar, "$NAME", "${NAME}",
// "${NAME:-default}", "${NAME-default}", "${NAME:+text}", "${NAME+text}", "${NAME:?message}", "${NAME?message}", nested. A
// nil lookup knows nothing.
func Interpolate(raw string, lookup Lookup) Result {
	if !strings.Contains(raw, "$") {
		return Result{Value: raw, Known: true}
	}
	in := interpolator{lookup: lookup}
	value, known := in.text(raw, 0, 0, true)
	if len(in.vars) > maxVars || len(value) > maxValue {
		return Result{Value: raw, Vars: in.vars, Err: "too many variable references"}
	}
	return Result{Value: value, Known: known && in.err == "", Vars: in.vars, Err: in.err}
}

// Interpolate works out the scalar. A null is the empty string.
func (s Scalar) Interpolate(lookup Lookup) Result { return Interpolate(s.Raw, lookup) }

// IsZero reports whether there is no such scalar, or it is null.
func (s Scalar) IsZero() bool { return s.Raw == "" && (s.Null || s.Span.IsZero()) }

// SpanOf returns the place of the default (or other text behind the operator) of a variable that Interpolate found in the
// scalar; of the reference if it has none; of the whole scalar if escapes or folding keep it from being found.
func (s Scalar) SpanOf(v Var) source.Span {
	start, end := v.Start, v.End
	if v.Op != "" && v.Text != "" {
		start, end = v.TextStart, v.TextStart+len(v.Text)
	}
	if s.Span.IsZero() || start < 0 || end > len(s.Raw) || start > end {
		return s.Span
	}
	written := s.Span.Text()
	at := strings.Index(written, s.Raw)
	if at >= 0 {
		return source.Span{File: s.Span.File, Start: s.Span.Start + at + start, End: s.Span.Start + at + end}
	}
	if want := s.Raw[start:end]; want != "" && strings.Count(written, want) == 1 {
		at := s.Span.Start + strings.Index(written, want)
		return source.Span{File: s.Span.File, Start: at, End: at + len(want)}
	}
	return s.Span
}

type interpolator struct {
	lookup Lookup
	vars   []Var
	err    string
}

func (in *interpolator) look(name string) (string, VarState) {
	if in.lookup == nil {
		return "", Unknown
	}
	return in.lookup(name)
}

// text interpolates s, which stands at offset base of the raw string. live is false for text that is not used.
func (in *interpolator) text(s string, base, depth int, live bool) (string, bool) {
	var b strings.Builder
	known := true
	lineEnd, last := -1, -1
	for i := 0; i < len(s); {
		if len(in.vars) > maxVars || b.Len() > maxValue {
			return b.String(), false
		}
		if s[i] != '$' || i+1 == len(s) {
			n := strings.IndexByte(s[i+1:], '$')
			if n < 0 {
				n = len(s) - i - 1
			}
			b.WriteString(s[i : i+1+n])
			i += 1 + n
			continue
		}
		switch c := s[i+1]; {
		case c == '$':
			b.WriteByte('$')
			i += 2
		case isNameStart(c):
			end := nameEnd(s, i+1)
			v := Var{Name: s[i+1 : end], Start: base + i, End: base + end}
			in.vars = append(in.vars, v)
			value, state := in.look(v.Name)
			if state == Unknown {
				value, known = s[i:end], false
			}
			b.WriteString(value)
			i = end
		case c == '{':
			if i >= lineEnd { // the template pattern's "." stops at a newline, and so does its search for the brace
				lineEnd = len(s)
				if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
					lineEnd = i + n
				}
				last = strings.LastIndexByte(s[:lineEnd], '}')
			}
			value, ok, end := in.braced(s, i, last, base, depth, live)
			b.WriteString(value)
			known = known && ok
			i = end
		default:
			b.WriteByte('$')
			i++
		}
	}
	return b.String(), known
}

func (in *interpolator) fail(text string, live bool) {
	if in.err == "" && live {
		in.err = text
	}
}

// braced works out the reference that starts with "${" at i and returns where it ends. last is the last closing brace of
// the line.
func (in *interpolator) braced(s string, i, last, base, depth int, live bool) (string, bool, int) {
	bad := func() (string, bool, int) {
		in.fail("invalid interpolation format", live)
		return s[i : i+2], false, i + 2
	}
	if i+2 >= len(s) || !isNameStart(s[i+2]) || depth > maxNesting {
		return bad()
	}
	end := nameEnd(s, i+2)
	v := Var{Name: s[i+2 : end], Start: base + i}
	value, state := in.look(v.Name)
	if end < len(s) && s[end] == '}' {
		v.End = base + end + 1
		in.vars = append(in.vars, v)
		if state == Unknown {
			return s[i : end+1], false, end + 1
		}
		return value, true, end + 1
	}
	op := end
	if op < len(s) && s[op] == ':' {
		op++
	}
	if op >= len(s) || strings.IndexByte("-+?", s[op]) < 0 || last <= op {
		return bad()
	}
	stop := closing(s, i, last)
	v.Op, v.Text, v.TextStart, v.End = s[end:op+1], s[op+1:stop], base+op+1, base+stop+1
	there := state == Set && (v.Op[0] != ':' || value != "")
	v.Used = state != Unknown && (s[op] == '+') == there
	at := len(in.vars)
	in.vars = append(in.vars, v)
	text, ok := in.text(v.Text, v.TextStart, depth+1, live && v.Used)
	switch {
	case state == Unknown:
		return s[i : stop+1], false, stop + 1
	case s[op] == '+' && !there:
		if state == Unset {
			value = ""
		}
		return value, true, stop + 1
	case s[op] == '?' && !there:
		in.vars[at].Used = false
		if text == "" {
			text = "is missing a value"
		}
		in.fail("required variable "+v.Name+": "+text, live)
		return s[i : stop+1], false, stop + 1
	case v.Used:
		return text, ok, stop + 1
	}
	return value, true, stop + 1
}

// closing returns the brace that closes the one at i+1, or last if none does. The character after an opening brace is
// skipped, as compose-go does.
func closing(s string, i, last int) int {
	open := 0
	for j := i; j <= last; j++ {
		switch s[j] {
		case '}':
			if open--; open == 0 {
				return j
			}
		case '{':
			open++
			j++
		}
	}
	return last
}

func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func nameEnd(s string, i int) int {
	for i < len(s) && (isNameStart(s[i]) || '0' <= s[i] && s[i] <= '9') {
		i++
	}
	return i
}

// assumed interpolates with defaults in force for variables that are not known; ok is false if one of those has no default.
func assumed(raw string, lookup Lookup) (value string, ok bool) {
	r := Interpolate(raw, lookup)
	if r.Known {
		return r.Value, true
	}
	open := false
	r = Interpolate(raw, func(name string) (string, VarState) {
		if lookup != nil {
			if v, s := lookup(name); s != Unknown {
				return v, s
			}
		}
		return "", Unset
	})
	for _, v := range r.Vars {
		state := Unknown
		if lookup != nil {
			_, state = lookup(v.Name)
		}
		open = open || state == Unknown && !(strings.HasSuffix(v.Op, "-") && v.Used)
	}
	return r.Value, r.Known && !open
}

// splitRaw splits at a separator outside of references.
func splitRaw(s string, sep byte) []string {
	var out []string
	start, depth := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '$' && i+1 < len(s) && s[i+1] == '{':
			depth++
			i++
		case s[i] == '}' && depth > 0:
			depth--
		case s[i] == sep && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
