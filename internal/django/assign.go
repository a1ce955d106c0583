package django

import (
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) assign(t python.Expr, v *node, sc *scope, stmt source.Span) {
	switch t := t.(type) {
	case *python.Name:
		if v.ev.IsZero() {
			c := *v
			c.ev = source.At(stmt)
			v = &c
		}
		i.bind(sc, t.ID, v, stmt)
	case *python.Attribute:
		i.setAttr(i.eval(t.Value, sc), t.Attr.ID, v, stmt)
	case *python.Subscript:
		to := i.eval(t.Value, sc)
		if sl, ok := t.Index.(*python.Slice); ok {
			i.setSlice(to, sl, v, sc)
			return
		}
		i.setItem(to, i.index(t.Index, sc), v, sc, t, stmt)
	case *python.Starred:
		i.assign(t.Value, v, sc, stmt)
	case *python.Tuple:
		i.unpack(t.Elts, v, sc, stmt)
	case *python.List:
		i.unpack(t.Elts, v, sc, stmt)
	}
}

// unpack assigns the elements of a value to several targets.
func (i *interp) unpack(targets []python.Expr, v *node, sc *scope, stmt source.Span) {
	elems, ok := i.iterate(v)
	star := -1
	for k, t := range targets {
		if _, is := t.(*python.Starred); is {
			star = k
		}
	}
	if !ok || star < 0 && len(elems) != len(targets) || star >= 0 && len(elems) < len(targets)-1 {
		for _, t := range targets {
			u := unknown(Value{v}.Reason())
			u.reads = v.reads
			i.assign(t, u, sc, stmt)
		}
		return
	}
	for k, t := range targets {
		switch {
		case star < 0 || k < star:
			i.assign(t, elems[k], sc, stmt)
		case k == star:
			n := len(elems) - len(targets) + 1
			i.assign(t, container(ListKind, append([]*node(nil), elems[k:k+n]...)), sc, stmt)
		default:
			i.assign(t, elems[len(elems)-len(targets)+k], sc, stmt)
		}
	}
}

func (i *interp) augAssign(s *python.AugAssign, sc *scope) {
	stmt := i.span(sc, s)
	old := i.eval(s.Target, sc)
	right := i.eval(s.Value, sc)
	// lists, sets and dicts are changed in place, so that other names of the same object see it
	if old.isContainer() && len(old.alts) == 0 {
		switch {
		case old.kind == ListKind && s.Op == "+":
			i.extend(old, right)
			if n, ok := s.Target.(*python.Name); ok {
				i.rebind(sc, n.ID, old, right, stmt)
			}
			return
		case old.kind == SetKind && (s.Op == "-" || s.Op == "&") && right.kind == SetKind:
			v := i.binary(old, s.Op, right, stmt)
			if v.kind != SetKind {
				i.havocBox(old)
				return
			}
			i.touch(old.box).elems = v.box.c.elems
			return
		case (old.kind == DictKind || old.kind == SetKind) && s.Op == "|":
			i.update(old, right)
			if n, ok := s.Target.(*python.Name); ok {
				i.rebind(sc, n.ID, old, right, stmt)
			}
			return
		}
	}
	v := i.binary(old, s.Op, right, stmt)
	if v.ev.IsZero() || len(v.reads) == 0 {
		c := *v
		c.ev = source.At(stmt)
		v = &c
	}
	i.assign(s.Target, v, sc, stmt)
}

// rebind binds a name anew to a container that was changed in place, with the reads of what went in.
func (i *interp) rebind(sc *scope, name string, v, in *node, stmt source.Span) {
	c := *v
	c.reads = joinReads(c.reads, in.reads)
	if c.ev.IsZero() {
		c.ev = source.At(stmt)
	}
	i.bind(sc, name, &c, stmt)
}

func (i *interp) del(t python.Expr, sc *scope) {
	switch t := t.(type) {
	case *python.Name:
		i.set(sc, t.ID, nil)
	case *python.Subscript:
		v, k := i.eval(t.Value, sc), i.index(t.Index, sc)
		if v.kind == DictKind && k.isStr() {
			i.delKey(v, k)
		} else if e, ok := v.impl.(*environ); ok && e != nil && k.isStr() {
			i.setEnv(k.str, nil)
		} else if v.kind == ListKind && len(v.alts) == 0 && k != nil && isInt(k) && !v.box.c.open {
			i.listMethod(v, "pop", &args{pos: []*node{k}}, i.span(sc, t))
		} else if v.isContainer() {
			i.havocBox(v)
		}
	case *python.Attribute:
		i.setAttr(i.eval(t.Value, sc), t.Attr.ID, unknown("it was deleted"), i.span(sc, t))
	case *python.Tuple:
		for _, e := range t.Elts {
			i.del(e, sc)
		}
	case *python.List:
		for _, e := range t.Elts {
			i.del(e, sc)
		}
	}
}
