package shell

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A piece is a part of a value with the place it was written at.
type piece struct {
	text  string
	at    source.Span
	exact bool // at holds the text byte for byte
	known bool
	refs  []string // variables from outside that decide it
	alts  []rope   // what it may be, if it is not known but the script assigns it
}

// A rope is a value made of pieces, each of which keeps its place through assignments, concatenation and splitting.
type rope []piece

func (r rope) String() string {
	if len(r) == 1 {
		return r[0].text
	}
	var b strings.Builder
	for _, p := range r {
		b.WriteString(p.text)
	}
	return b.String()
}

func (r rope) len() (n int) {
	for _, p := range r {
		n += len(p.text)
	}
	return n
}

func (r rope) known() bool {
	for _, p := range r {
		if !p.known {
			return false
		}
	}
	return true
}

func (r rope) refs() (refs []string) {
	for _, p := range r {
		refs = union(refs, p.refs)
	}
	return refs
}

// union appends the names of b that a does not hold.
func union(a, b []string) []string {
	for _, name := range b {
		if len(a) < maxRefs && !slices.Contains(a, name) {
			a = append(slices.Clip(a), name)
		}
	}
	return a
}

// cut returns the bytes from i to j.
func (r rope) cut(i, j int) (out rope) {
	at := 0
	for _, p := range r {
		a, b := max(i-at, 0), min(j-at, len(p.text))
		at += len(p.text)
		if a >= b {
			continue
		}
		if a > 0 || b < len(p.text) {
			p.text = p.text[a:b]
			if p.exact {
				p.at.Start, p.at.End = p.at.Start+a, p.at.Start+b
			}
		}
		out = append(out, p)
	}
	return out
}

// melt makes one piece of all, which loses the places.
func (r rope) melt() rope {
	return rope{{text: r.String(), at: r[0].at, known: r.known(), refs: r.refs()}}
}

// within returns the place of the bytes from i to j: that of the parts that stand inside a span, or else of the first part.
func (r rope) within(in source.Span, i, j int) source.Span {
	if j <= i {
		if p := r.cut(i, i+1); len(p) > 0 {
			return source.Span{File: p[0].at.File, Start: p[0].at.Start, End: p[0].at.Start}
		}
		return source.Span{File: in.File, Start: in.End, End: in.End}
	}
	parts := r.cut(i, j)
	at := source.Span{}
	for _, p := range parts {
		switch {
		case p.at.File != in.File || p.at.Start < in.Start || p.at.End > in.End:
		case at.IsZero():
			at = p.at
		default:
			at.Start, at.End = min(at.Start, p.at.Start), max(at.End, p.at.End)
		}
	}
	if at.IsZero() && len(parts) > 0 {
		at = parts[0].at
	}
	return at
}

// origin is the place all of the rope was written at, if there is one.
func (r rope) origin() (source.Span, bool) {
	var at source.Span
	for _, p := range r {
		switch {
		case p.text == "":
		case at.IsZero():
			at = p.at
		case at.End == p.at.Start && p.exact:
			at.End = p.at.End
		default:
			return source.Span{}, false
		}
	}
	if at.IsZero() && len(r) > 0 {
		return r[0].at, true
	}
	return at, !at.IsZero()
}

// split returns the fields between blanks, as an unquoted expansion is split. What is not known is not split.
func (r rope) split(seps string) (fields []rope, before, after bool) {
	var field rope
	any := false
	flush := func() {
		if any {
			fields = append(fields, field)
		}
		field, any = nil, false
	}
	for n, p := range r {
		if !p.known {
			field, any = append(field, p), true
			continue
		}
		for i := 0; i < len(p.text); {
			j := i
			for j < len(p.text) && strings.IndexByte(seps, p.text[j]) < 0 {
				j++
			}
			if j > i {
				field, any = append(field, rope{p}.cut(i, j)...), true
			}
			if j < len(p.text) {
				before = before || n == 0 && j == 0
				after = n == len(r)-1 && j == len(p.text)-1
				flush()
				j++
			}
			i = j
		}
	}
	flush()
	return fields, before, after
}

// equal compares what two values are, not where they come from.
func (r rope) equal(o rope) bool {
	return r.known() == o.known() && r.String() == o.String()
}

// A value is what a variable holds.
type value struct {
	list  []rope
	array bool
	open  bool // an array whose elements are not all known
	set   bool // assigned in the script
}

func scalar(r rope) *value { return &value{list: []rope{r}, set: true} }

func (v *value) first() rope {
	if v == nil || len(v.list) == 0 {
		return nil
	}
	return v.list[0]
}

func (v *value) equal(o *value) bool {
	if v == nil || o == nil {
		return v == o
	}
	return v.array == o.array && v.open == o.open && v.set == o.set && slices.EqualFunc(v.list, o.list, rope.equal)
}

// A scope holds the variables that a branch assigns; what it does not hold, its parent may.
type scope struct {
	vars   map[string]*value
	parent *scope
}

func (s *scope) get(name string) *value {
	for ; s != nil; s = s.parent {
		if v, ok := s.vars[name]; ok {
			return v
		}
	}
	return nil
}
