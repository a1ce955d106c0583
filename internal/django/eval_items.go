package django

import (
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) comprehension(e *python.Comp, sc *scope, at source.Span) *node {
	inner := newScope(sc, sc.mod)
	inner.globals = sc.globals
	var out *node
	switch e.Kind {
	case "dict":
		out = dict(nil, nil)
	case "set":
		out = container(SetKind, nil)
	default:
		out = container(ListKind, nil)
	}
	out.ev = source.At(at)
	var reads []Read
	rounds := 0
	var loop func(k int) bool
	loop = func(k int) bool {
		if k == len(e.For) {
			v := i.eval(e.Elt, inner)
			switch e.Kind {
			case "dict":
				i.put(out, v, i.eval(e.Value, inner))
			case "set":
				i.add(out, v)
			default:
				out.box.c.elems = append(out.box.c.elems, v)
			}
			return true
		}
		src := sc
		if k > 0 {
			src = inner
		}
		in := i.eval(e.For[k].Iter, src)
		reads = joinReads(reads, in.reads)
		elems, ok := i.iterate(in)
		if !ok && len(in.alts) > 0 {
			return false
		}
		if !ok {
			out.box.c.open = true
			if elems == nil {
				return in.isContainer()
			}
		}
		for _, x := range elems {
			if rounds++; rounds > maxLoop {
				panic(stop{"a comprehension has too many rounds"})
			}
			i.step()
			i.assign(e.For[k].Target, x, inner, at)
			keep, sure := true, true
			for _, f := range e.For[k].Ifs {
				c := i.eval(f, inner)
				reads = joinReads(reads, c.reads)
				t, known := truthOf(c)
				if known && !t {
					keep = false
					break
				}
				sure = sure && known
			}
			if !keep {
				continue
			}
			n := len(out.box.c.elems)
			if !loop(k + 1) {
				return false
			}
			if !sure { // it may or may not be in
				if out.kind != DictKind {
					out.box.c.maybe = append(out.box.c.maybe, out.box.c.elems[n:]...)
					out.box.c.elems = out.box.c.elems[:n]
				}
				out.box.c.open = true
			}
		}
		return true
	}
	// over a choice of lists the result is a choice too
	if in := e.For[0].Iter; len(e.For) == 1 {
		v := i.eval(in, sc)
		if len(v.alts) > 0 {
			var alts []*node
			for _, a := range v.alts {
				tmp := "·choice"
				i.set(inner, tmp, &binding{a, at})
				c := *e
				c.For = []python.CompFor{e.For[0]}
				c.For[0].Iter = &python.Name{ID: tmp}
				alts = append(alts, i.comprehension(&c, inner, at))
			}
			return choice(alts...).plusReads(v.reads)
		}
	}
	if !loop(0) {
		u := unknown("it is made of values that are not known")
		u.reads, u.ev = reads, source.At(at)
		return u
	}
	if e.Kind == "generator" {
		out.kind = ListKind
	}
	out.reads = joinReads(out.reads, reads)
	return out
}

// index evaluates a subscript; a slice is nil.
func (i *interp) index(e python.Expr, sc *scope) *node {
	if _, ok := e.(*python.Slice); ok {
		return nil
	}
	return i.eval(e, sc)
}

// item is v[index].
func (i *interp) item(v, index *node, e python.Expr, sc *scope, at source.Span) *node {
	if s, ok := e.(*python.Slice); ok {
		return i.lift(v, func(a *node) *node { return i.slice(a, s, sc, at) })
	}
	if env, ok := v.impl.(*environ); ok && env != nil {
		return i.environItem(index, at)
	}
	v = i.notNone(v, "TypeError", at)
	return i.lift2(v, index, func(a, k *node) *node {
		switch a.kind {
		case NoneKind:
			i.fail("TypeError", at, a)
		case ListKind, TupleKind:
			if k.kind == IntKind && !a.box.c.open {
				n := k.num
				if n < 0 {
					n += int64(len(a.box.c.elems))
				}
				if n >= 0 && n < int64(len(a.box.c.elems)) {
					return a.box.c.elems[n].plusReads(a.reads)
				}
				if i.caught("IndexError") {
					panic(&raised{name: "IndexError", reads: a.reads, at: at})
				}
			}
		case StringKind:
			r := []rune(a.str)
			if k.kind == IntKind {
				n := k.num
				if n < 0 {
					n += int64(len(r))
				}
				if n >= 0 && n < int64(len(r)) {
					return str(string(r[n])).with(at, a)
				}
			}
		case DictKind:
			if k.kind == Unknown {
				break
			}
			i.charge(len(a.box.c.keys) / 16)
			for x := len(a.box.c.keys) - 1; x >= 0; x-- {
				if sameKey(a.box.c.keys[x], k) {
					return i.settled(a.box.c.elems[x], at).plusReads(joinReads(a.reads, k.reads))
				}
			}
			if !a.box.c.open {
				if i.caught("KeyError") {
					panic(&raised{name: "KeyError", reads: joinReads(a.reads, k.reads), at: at})
				}
				if d, ok := a.impl.(*defaultDict); ok && d != nil {
					nv := i.apply(d.factory, nil, nil, at)
					i.put(a, k, nv)
					return nv
				}
			}
		}
		if m := a.impl; m != nil {
			if r := i.nativeItem(a, k, at); r != nil {
				return r
			}
		}
		u := unknown(Value{a}.Reason()).with(at, a, k)
		u.secret = a.secret
		return u
	})
}

func (i *interp) slice(v *node, s *python.Slice, sc *scope, at source.Span) *node {
	if v.isContainer() {
		i.grow(8 * len(v.box.c.elems))
	}
	i.grow(len(v.str))
	num := func(e python.Expr) (int64, bool, bool) {
		if e == nil {
			return 0, false, true
		}
		n := i.eval(e, sc)
		if n.kind == NoneKind {
			return 0, false, true
		}
		return n.num, true, n.kind == IntKind && len(n.alts) == 0
	}
	lo, hasLo, ok1 := num(s.Lower)
	hi, hasHi, ok2 := num(s.Upper)
	st, hasSt, ok3 := num(s.Step)
	if !ok1 || !ok2 || !ok3 || hasSt && st != 1 && st != -1 {
		return unknown("a slice that is not known").with(at, v)
	}
	bounds := func(n int64) (int64, int64) {
		clamp := func(x int64) int64 {
			if x < 0 {
				x += n
			}
			return max(0, min(x, n))
		}
		a, b := int64(0), n
		if hasLo {
			a = clamp(lo)
		}
		if hasHi {
			b = clamp(hi)
		}
		return a, max(a, b)
	}
	if hasSt && st == -1 && (hasLo || hasHi) {
		return unknown("a slice that is not known").with(at, v)
	}
	switch v.kind {
	case StringKind:
		r := []rune(v.str)
		a, b := bounds(int64(len(r)))
		r = append([]rune(nil), r[a:b]...)
		if hasSt && st == -1 {
			for x, y := 0, len(r)-1; x < y; x, y = x+1, y-1 {
				r[x], r[y] = r[y], r[x]
			}
		}
		return str(string(r)).with(at, v)
	case ListKind, TupleKind:
		if v.box.c.open {
			break
		}
		a, b := bounds(int64(len(v.box.c.elems)))
		es := append([]*node(nil), v.box.c.elems[a:b]...)
		if hasSt && st == -1 {
			for x, y := 0, len(es)-1; x < y; x, y = x+1, y-1 {
				es[x], es[y] = es[y], es[x]
			}
		}
		out := container(v.kind, es)
		return out.with(at, v)
	}
	return unknown(Value{v}.Reason()).with(at, v)
}
