package django

import (
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) strFormat(r *node, a *args, at source.Span) *node {
	var b strings.Builder
	auto := 0
	var reads []Read
	for k := 0; k < len(r.str); k++ {
		c := r.str[k]
		if (c == '{' || c == '}') && k+1 < len(r.str) && r.str[k+1] == c {
			b.WriteByte(c)
			k++
			continue
		}
		if c != '{' {
			b.WriteByte(c)
			continue
		}
		end := strings.IndexByte(r.str[k:], '}')
		if end < 0 {
			return nil
		}
		field := r.str[k+1 : k+end]
		k += end
		field, spec, _ := strings.Cut(field, ":")
		conv := byte(0)
		if x := strings.IndexByte(field, '!'); x >= 0 && x+1 < len(field) {
			conv = field[x+1]
			field = field[:x]
		}
		name, rest := field, ""
		if x := strings.IndexAny(field, ".["); x >= 0 {
			name, rest = field[:x], field[x:]
		}
		var v *node
		if name == "" {
			v = a.get(auto, "")
			auto++
		} else if n, err := strconv.Atoi(name); err == nil {
			v = a.get(n, "")
		} else {
			v = a.get(-1, name)
		}
		for rest != "" && v != nil {
			if rest[0] == '.' {
				x := strings.IndexAny(rest[1:], ".[")
				n := rest[1:]
				if x >= 0 {
					n = rest[1 : x+1]
				}
				v = i.attr(v, n, at)
				rest = rest[1+len(n):]
				continue
			}
			x := strings.IndexByte(rest, ']')
			if x < 0 || rest[0] != '[' {
				return nil
			}
			key := str(rest[1:x])
			if n, err := strconv.ParseInt(rest[1:x], 10, 64); err == nil {
				key = integer(n)
			}
			v = i.item(v, key, nil, nil, at)
			rest = rest[x+1:]
		}
		if v == nil || len(v.alts) > 0 {
			return nil
		}
		t := format(v, conv, spec, at)
		if !t.isStr() {
			u := unknown(Value{t}.Reason())
			u.reads, u.secret = t.reads, t.secret
			return u
		}
		reads = joinReads(reads, t.reads)
		b.WriteString(t.str)
		if b.Len() > maxText {
			return unknown("a text that is too long")
		}
	}
	n := str(b.String())
	n.reads = reads
	return n
}

// percent is text % values.
func (i *interp) percent(a, b *node, at source.Span) *node {
	var vals []*node
	if b.kind == TupleKind {
		if b.box.c.open {
			return nil
		}
		vals = b.box.c.elems
	} else {
		vals = []*node{b}
	}
	var out strings.Builder
	from := []*node{a, b}
	n := 0
	for k := 0; k < len(a.str); k++ {
		if a.str[k] != '%' {
			out.WriteByte(a.str[k])
			continue
		}
		if k++; k >= len(a.str) {
			return nil
		}
		if a.str[k] == '%' {
			out.WriteByte('%')
			continue
		}
		var v *node
		if a.str[k] == '(' {
			end := strings.IndexByte(a.str[k:], ')')
			if end < 0 || b.kind != DictKind || b.box.c.open {
				return nil
			}
			v = b.box.c.get(a.str[k+1 : k+end])
			k += end + 1
		} else if n < len(vals) {
			v = vals[n]
			n++
		}
		if v == nil || k >= len(a.str) || len(v.alts) > 0 {
			return nil
		}
		from = append(from, v)
		t, ok := "", false
		switch a.str[k] {
		case 's':
			t, ok = text(v)
		case 'd', 'i':
			t, ok = strconv.FormatInt(v.num, 10), isInt(v)
		case 'r':
			t, ok = pyRepr(v), v.kind != Unknown && v.kind != ObjectKind && v.box == nil
		}
		if !ok || out.Len()+len(t) > maxText {
			u := (&node{}).with(at, from...)
			u.reason = Value{v}.Reason()
			u.secret = v.secret
			return u
		}
		out.WriteString(t)
	}
	return str(out.String()).with(at, from...)
}

// text is str(value), if it is known.
func text(n *node) (string, bool) {
	switch n.kind {
	case StringKind, PathKind:
		return n.str, true
	case NoneKind, BoolKind, IntKind, FloatKind:
		return n.repr(false, 0), true
	}
	switch t := n.impl.(type) {
	case *enumMember:
		if t.class.strEnum {
			return text(t.value)
		}
	case *environPath:
		return t.p, true
	}
	return "", false
}

// pyRepr is repr(value) for plain values.
func pyRepr(n *node) string {
	if n.isStr() {
		q := "'"
		if strings.Contains(n.str, "'") && !strings.Contains(n.str, `"`) {
			q = `"`
		}
		s := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(n.str)
		if q == "'" {
			s = strings.ReplaceAll(s, "'", `\'`)
		}
		return q + s + q
	}
	return n.repr(false, 0)
}
