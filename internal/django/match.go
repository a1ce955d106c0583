package django

import (
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// matchStmt runs a match statement: the first case that is proven to match, or every case that may, each on its own.
func (i *interp) matchStmt(s *python.Match, rest []python.Stmt, sc *scope) (flow, *node, bool) {
	subject := i.eval(s.Subject, sc)
	return i.matchCases(s.Cases, subject, rest, sc)
}

func (i *interp) matchCases(cases []*python.MatchCase, subject *node, rest []python.Stmt, sc *scope) (flow, *node, bool) {
	for k, c := range cases {
		at := i.span(sc, c.Pattern)
		held, known := i.matches(c.Pattern, subject, sc, at)
		cond := boolean(held).with(at, subject)
		if known && held && c.Guard != nil {
			g := i.eval(c.Guard, sc)
			held, known = truthOf(g)
			cond = boolean(held).with(at, subject, g)
		}
		if known && !held {
			i.skip(c.Body, sc, control{at, "case " + shorten(at.Text()) + " does not match", cond})
			continue
		}
		if known {
			ctl := control{at, "case " + shorten(at.Text()) + " matches", cond}
			for _, o := range cases[k+1:] {
				i.skip(o.Body, sc, ctl)
			}
			i.control = append(i.control, ctl)
			f, v := i.exec(c.Body, sc)
			i.control = i.control[:len(i.control)-1]
			return f, v, false
		}
		mayExit := false
		for _, o := range cases[k:] {
			mayExit = mayExit || exits(o.Body)
		}
		done := false
		f, v, d := i.fork(cond, at, rest, sc,
			func() (flow, *node) { return i.exec(c.Body, sc) },
			func() (flow, *node) {
				f, v, d := i.matchCases(cases[k+1:], subject, rest, sc)
				done = done || d
				return f, v
			}, mayExit)
		return f, v, d || done && mayExit
	}
	return flowNext, nil, false
}

// matches reports whether a value matches a pattern, if that can be told, and binds the names that the pattern captures.
func (i *interp) matches(p python.Expr, v *node, sc *scope, at source.Span) (held, known bool) {
	i.step()
	if len(v.alts) > 0 {
		if n, ok := p.(*python.Name); ok {
			if n.ID != "_" {
				i.bind(sc, n.ID, v, at)
			}
			return true, true
		}
		all, none := true, true
		for _, a := range v.alts {
			h, k := i.matches(p, a.plusReads(v.reads), sc, at)
			all = all && k && h
			none = none && k && !h
		}
		return all, all || none
	}
	switch p := p.(type) {
	case *python.Name:
		if p.ID != "_" {
			i.bind(sc, p.ID, v, at)
		}
		return true, true
	case *python.NamedExpr:
		held, known = i.matches(p.Value, v, sc, at)
		i.bind(sc, p.Target.ID, v, at)
		return held, known
	case *python.BinOp:
		if p.Op != "|" {
			return equal(i.eval(p, sc), v)
		}
		held, known = i.matches(p.Left, v, sc, at)
		if held && known {
			return true, true
		}
		h, k := i.matches(p.Right, v, sc, at)
		if h && k {
			return true, true
		}
		return false, known && k
	case *python.Constant:
		c := constant(p, at)
		switch p.Kind {
		case python.None, python.True, python.False: // compared by identity
			if v.kind != Unknown && v.kind != c.kind {
				return false, true
			}
		}
		return equal(c, v)
	case *python.Tuple:
		return i.matchSequence(p.Elts, v, sc, at)
	case *python.List:
		return i.matchSequence(p.Elts, v, sc, at)
	case *python.Dict:
		return i.matchMapping(p, v, sc, at)
	case *python.Call:
		return i.matchClass(p, v, sc, at)
	}
	return equal(i.eval(p, sc), v)
}

func (i *interp) matchSequence(elts []python.Expr, v *node, sc *scope, at source.Span) (held, known bool) {
	star := -1
	for k, e := range elts {
		if _, ok := e.(*python.Starred); ok {
			star = k
		}
	}
	isSeq := v.kind == ListKind || v.kind == TupleKind
	if !isSeq && v.kind != Unknown && v.kind != ObjectKind {
		return false, true
	}
	if !isSeq || v.box.c.open {
		i.captureUnknown(elts, sc, at)
		return false, false
	}
	elems := v.box.c.elems
	i.charge(len(elems) / 16)
	i.grow(8 * len(elems))
	if star < 0 && len(elems) != len(elts) || star >= 0 && len(elems) < len(elts)-1 {
		return false, true
	}
	held, known = true, true
	for k, e := range elts {
		x := (*node)(nil)
		switch {
		case star < 0 || k < star:
			x = elems[k]
		case k == star:
			e = e.(*python.Starred).Value
			n := len(elems) - len(elts) + 1
			x = container(ListKind, append([]*node(nil), elems[k:k+n]...)).with(at, v)
		default:
			x = elems[len(elems)-len(elts)+k]
		}
		h, kn := i.matches(e, x, sc, at)
		if kn && !h {
			return false, true
		}
		known = known && kn
	}
	return known, known
}

func (i *interp) matchMapping(p *python.Dict, v *node, sc *scope, at source.Span) (held, known bool) {
	if v.kind != DictKind {
		i.captureUnknown(p.Values, sc, at)
		return false, v.kind != Unknown && v.kind != ObjectKind
	}
	known = true
	rest := i.copyOf(v)
	for k, key := range p.Keys {
		if key == nil {
			i.matches(p.Values[k], rest, sc, at)
			continue
		}
		want := i.eval(key, sc)
		x, sure := (*node)(nil), !v.box.c.open
		for n, o := range v.box.c.keys {
			if same(o, want) {
				x = v.box.c.elems[n]
			}
		}
		if x == nil {
			i.captureUnknown(p.Values[k:k+1], sc, at)
			if sure {
				return false, true
			}
			known = false
			continue
		}
		i.delKey(rest, want)
		h, kn := i.matches(p.Values[k], x, sc, at)
		if kn && !h {
			return false, true
		}
		known = known && kn
	}
	return known, known
}

// matchClass covers the patterns of built-in types, such as str() and int(n), and of classes without arguments.
func (i *interp) matchClass(p *python.Call, v *node, sc *scope, at source.Span) (held, known bool) {
	is, ok := truthOf(i.isInstance(&args{pos: []*node{v, i.eval(p.Func, sc)}}, at))
	if ok && !is {
		return false, true
	}
	if len(p.Args) == 1 && len(p.Keywords) == 0 && v.kind != ObjectKind {
		h, k := i.matches(p.Args[0], v, sc, at)
		return ok && h, ok && k
	}
	if len(p.Args) > 0 || len(p.Keywords) > 0 {
		i.captureUnknown(p.Args, sc, at)
		for _, k := range p.Keywords {
			i.captureUnknown([]python.Expr{k.Value}, sc, at)
		}
		return false, false
	}
	return is, ok
}

// captureUnknown binds what patterns would capture when it is not known what they are held against.
func (i *interp) captureUnknown(patterns []python.Expr, sc *scope, at source.Span) {
	for _, p := range patterns {
		python.Walk(p, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Name:
				if n.ID != "_" {
					i.bind(sc, n.ID, unknown("it is captured from a value that is not known"), at)
				}
			case *python.NamedExpr:
				i.bind(sc, n.Target.ID, unknown("it is captured from a value that is not known"), at)
			case *python.Attribute:
				return false
			}
			return true
		})
	}
}
