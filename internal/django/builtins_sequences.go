package django

import (
	"math"

	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) sequence(name string, a *args, at source.Span) *node {
	kind := ListKind
	switch name {
	case "tuple":
		kind = TupleKind
	case "set", "frozenset":
		kind = SetKind
	}
	if len(a.pos) == 0 {
		return container(kind, nil)
	}
	return i.lift(a.pos[0], func(v *node) *node {
		elems, ok := i.iterate(v)
		i.charge(len(elems) / 16)
		i.grow(8 * len(elems))
		if !ok && !v.isContainer() {
			u := unknown(Value{v}.Reason()).with(at, v)
			return u
		}
		out := container(kind, nil)
		if kind == SetKind {
			for _, e := range elems {
				i.add(out, e)
			}
		} else {
			out.box.c.elems = append([]*node(nil), elems...)
		}
		if !ok {
			out.box.c.open = true
			out.box.c.maybe = v.box.c.maybe
		}
		switch name {
		case "sorted":
			es, sorted := i.sortNodes(out.box.c.elems, a, at)
			if sorted && !out.box.c.open {
				out.box.c.elems = es
			} else if len(elems) > 1 {
				i.havocBox(out)
			}
		case "reversed":
			es := out.box.c.elems
			for x, y := 0, len(es)-1; x < y; x, y = x+1, y-1 {
				es[x], es[y] = es[y], es[x]
			}
		}
		return out.with(at, v)
	})
}

func (i *interp) anyAll(name string, v *node, at source.Span) *node {
	return i.lift(v, func(v *node) *node {
		if !v.isContainer() {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		sure := !v.box.c.open
		out := v
		for _, e := range v.box.c.elems {
			t, ok := truthOf(e)
			out = out.plusReads(e.reads)
			if ok && t == (name == "any") {
				return boolean(t).with(at, v, e)
			}
			sure = sure && ok
		}
		if !sure {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		return boolean(name == "all").with(at, out)
	})
}

func (i *interp) mapFilter(name string, a *args, at source.Span) *node {
	if len(a.pos) != 2 {
		return unknown("map over several values")
	}
	return i.lift(a.pos[1], func(v *node) *node {
		elems, ok := i.iterate(v)
		if !ok {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		out := container(ListKind, nil)
		for _, e := range elems {
			i.step()
			if name == "map" {
				out.box.c.elems = append(out.box.c.elems, i.apply(a.pos[0], []*node{e}, nil, at))
				continue
			}
			t := e
			if a.pos[0].kind != NoneKind {
				t = i.apply(a.pos[0], []*node{e}, nil, at)
			}
			keep, known := truthOf(t)
			if !known {
				out.box.c.open = true
				out.box.c.maybe = append(out.box.c.maybe, e)
			} else if keep {
				out.box.c.elems = append(out.box.c.elems, e)
			}
		}
		return out.with(at, v)
	})
}

func (i *interp) series(name string, a *args, at source.Span) *node {
	out := container(ListKind, nil)
	switch name {
	case "range":
		lo, hi, st := int64(0), int64(0), int64(1)
		for _, p := range a.pos {
			if !isInt(p) {
				return unknown("a range that is not known")
			}
		}
		switch len(a.pos) {
		case 1:
			hi = a.pos[0].num
		case 2, 3:
			lo, hi = a.pos[0].num, a.pos[1].num
			if len(a.pos) == 3 {
				st = a.pos[2].num
			}
		}
		if st == 0 {
			return unknown("a range that is not known")
		}
		for n := lo; st > 0 && n < hi || st < 0 && n > hi; n += st {
			if len(out.box.c.elems) > maxLoop {
				return unknown("a range that is too long")
			}
			i.step()
			out.box.c.elems = append(out.box.c.elems, integer(n))
		}
	case "enumerate":
		elems, ok := i.iterate(a.first())
		if !ok {
			return unknown(Value{a.first()}.Reason()).with(at, a.first())
		}
		start := int64(0)
		if s := a.get(1, "start"); s != nil && isInt(s) {
			start = s.num
		}
		for k, e := range elems {
			out.box.c.elems = append(out.box.c.elems, container(TupleKind, []*node{integer(start + int64(k)), e}))
		}
	case "zip":
		var cols [][]*node
		n := math.MaxInt
		for _, p := range a.pos {
			elems, ok := i.iterate(p)
			if !ok {
				return unknown(Value{p}.Reason()).with(at, p)
			}
			cols = append(cols, elems)
			n = min(n, len(elems))
		}
		for k := 0; len(cols) > 0 && k < n; k++ {
			t := container(TupleKind, nil)
			for _, c := range cols {
				t.box.c.elems = append(t.box.c.elems, c[k])
			}
			out.box.c.elems = append(out.box.c.elems, t)
		}
	}
	return out.with(at, a.pos...)
}

func (i *interp) arithmetic(name string, a *args, at source.Span) *node {
	switch name {
	case "abs":
		v := a.first()
		switch v.kind {
		case IntKind:
			return integer(max(v.num, -v.num)).with(at, v)
		case FloatKind:
			return float(math.Abs(v.flt)).with(at, v)
		}
	case "round":
		if v := a.first(); len(a.pos) == 1 && v.kind == FloatKind {
			return integer(int64(math.RoundToEven(v.flt))).with(at, v)
		} else if isInt(v) {
			return v
		}
	default:
		list := a.pos
		if len(a.pos) == 1 || name == "sum" {
			elems, ok := i.iterate(a.first())
			if !ok {
				break
			}
			list = elems
		}
		if len(a.kw) > 0 {
			break
		}
		if name == "sum" {
			total := integer(0)
			if s := a.get(1, ""); s != nil {
				total = s
			}
			for _, e := range list {
				total = i.binary(total, "+", e, at)
			}
			return total
		}
		if len(list) == 0 {
			break
		}
		best := list[0]
		for _, e := range list[1:] {
			op := "<"
			if name == "max" {
				op = ">"
			}
			r := i.lift2(e, best, func(x, y *node) *node { return i.compare1(x, op, y, at) })
			t, ok := truthOf(r)
			if !ok {
				return unknown(Value{e}.Reason()).with(at, list...)
			}
			if t {
				best = e
			}
		}
		return best.with(at, list...)
	}
	return unknown(Value{a.first()}.Reason()).with(at, a.pos...)
}
