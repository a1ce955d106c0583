package django

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// fromJSON turns decoded JSON into a value; keys keep their order.
func fromJSON(text string, at source.Span, from *node) (*node, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var read func(depth int) (*node, bool)
	read = func(depth int) (*node, bool) {
		if depth > 100 {
			return nil, false
		}
		t, err := dec.Token()
		if err != nil {
			return nil, false
		}
		switch t := t.(type) {
		case string:
			return str(t).with(at, from), true
		case bool:
			return boolean(t).with(at, from), true
		case nil:
			return none().with(at, from), true
		case json.Number:
			if n, err := t.Int64(); err == nil {
				return integer(n).with(at, from), true
			}
			f, err := t.Float64()
			return float(f).with(at, from), err == nil
		case json.Delim:
			if t == '[' {
				out := container(ListKind, nil)
				for dec.More() {
					e, ok := read(depth + 1)
					if !ok {
						return nil, false
					}
					out.box.c.elems = append(out.box.c.elems, e)
				}
				_, err := dec.Token()
				return out.with(at, from), err == nil
			}
			out := dict(nil, nil)
			for dec.More() {
				k, ok := read(depth + 1)
				if !ok || !k.isStr() {
					return nil, false
				}
				v, ok := read(depth + 1)
				if !ok {
					return nil, false
				}
				out.box.c.keys = append(out.box.c.keys, k)
				out.box.c.elems = append(out.box.c.elems, v)
			}
			_, err := dec.Token()
			return out.with(at, from), err == nil
		}
		return nil, false
	}
	v, ok := read(0)
	if !ok || dec.More() {
		return nil, false
	}
	return v, true
}

// literalEval is ast.literal_eval.
func (i *interp) literalEval(v *node, at source.Span) *node {
	if !v.isStr() {
		return unknown(Value{v}.Reason()).with(at, v)
	}
	i.charge(len(v.str))
	m := python.Parse(source.NewFile("literal", []byte(strings.TrimLeft(v.str, " \t")+"\n")))
	if len(m.Body) == 1 && len(m.Problems) == 0 {
		if e, ok := m.Body[0].(*python.ExprStmt); ok && onlyLiterals(e.Value) {
			sc := newScope(nil, &module{m: m})
			return i.relocate(i.eval(e.Value, sc), at, v, 0)
		}
	}
	return i.valueError(v, at)
}

func onlyLiterals(e python.Expr) bool {
	ok := true
	python.Walk(e, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Constant, *python.List, *python.Tuple, *python.Set, *python.Dict:
		case *python.UnaryOp:
			ok = ok && n.Op != "not"
		default:
			ok = false
		}
		return ok
	})
	return ok
}

// relocate gives a value that was made from text the evidence of that text.
func (i *interp) relocate(v *node, at source.Span, from *node, depth int) *node {
	c := v.with(at, from)
	if v.box != nil && depth < 20 {
		c.box = &box{&contents{keys: v.box.c.keys, open: v.box.c.open}}
		for _, e := range v.box.c.elems {
			c.box.c.elems = append(c.box.c.elems, i.relocate(e, at, from, depth+1))
		}
	}
	return c
}

func timedelta(i *interp, a *args, at source.Span) *node {
	units := []struct {
		name string
		d    time.Duration
	}{{"days", 24 * time.Hour}, {"seconds", time.Second}, {"microseconds", time.Microsecond}, {"milliseconds", time.Millisecond},
		{"minutes", time.Minute}, {"hours", time.Hour}, {"weeks", 7 * 24 * time.Hour}}
	total := 0.0
	var from []*node
	for k, u := range units {
		v := a.get(k, u.name)
		if v == nil {
			continue
		}
		from = append(from, v)
		if len(v.alts) > 0 {
			return i.lift(v, func(x *node) *node {
				b := &args{open: a.open}
				b.pos = append([]*node(nil), a.pos...)
				b.kw = append([]kwarg(nil), a.kw...)
				if k < len(b.pos) {
					b.pos[k] = x
				}
				for n := range b.kw {
					if b.kw[n].name == u.name {
						b.kw[n].v = x
					}
				}
				return timedelta(i, b, at)
			})
		}
		x, ok := number(v)
		if !ok {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		total += x * float64(u.d)
	}
	if a.open || math.Abs(total) >= math.MaxInt64 {
		return unknown("a length of time that is not known").with(at, from...)
	}
	return dur(time.Duration(math.RoundToEven(total/1000))*1000).with(at, from...)
}
