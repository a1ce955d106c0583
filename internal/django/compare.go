package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) compare(e *python.Compare, sc *scope, at source.Span) *node {
	left := i.eval(e.Left, sc)
	var result *node
	for k, op := range e.Ops {
		right := i.eval(e.Comparators[k], sc)
		r := i.lift2(left, right, func(a, b *node) *node { return i.compare1(a, op, b, at) })
		if result == nil {
			result = r
		} else {
			result = i.lift2(result, r, func(a, b *node) *node {
				if t, ok := a.truth(); ok && !t {
					return a.plusReads(b.reads)
				}
				return b.plusReads(a.reads)
			})
		}
		if t, ok := truthOf(result); ok && !t {
			return result
		}
		left = right
	}
	return result
}

func (i *interp) compare1(a *node, op string, b *node, at source.Span) *node {
	i.charge((len(a.str) + len(b.str)) / 256)
	if b.box != nil {
		i.charge(len(b.box.c.elems) / 16)
	}
	verdict := func(t bool) *node { return boolean(t).with(at, a, b) }
	open := func() *node {
		u := (&node{}).with(at, a, b)
		u.reason = ""
		for _, n := range []*node{a, b} {
			if u.reason == "" && n.kind == Unknown {
				u.reason = Value{n}.Reason()
			}
		}
		return u
	}
	switch op {
	case "is", "is not", "==", "!=":
		eq, known := equal(a, b)
		if op == "is" || op == "is not" {
			eq, known = identical(a, b)
		}
		if !known {
			return open()
		}
		return verdict(eq == (op == "==" || op == "is"))
	case "in", "not in":
		if env, ok := b.impl.(*environ); ok && env != nil {
			r := i.inEnviron(a, at)
			if op == "not in" {
				return i.unary("not", r, at)
			}
			return r
		}
		if v := i.inObject(a, b, at); v != nil {
			if op == "not in" {
				return i.unary("not", v, at)
			}
			return v
		}
		in, known := i.holds(b, a)
		if !known {
			return open()
		}
		return verdict(in == (op == "in"))
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			return verdict(ordered(op, x < y, x == y))
		}
	}
	switch {
	case a.kind == StringKind && b.kind == StringKind:
		return verdict(ordered(op, a.str < b.str, a.str == b.str))
	case a.kind == DurationKind && b.kind == DurationKind:
		return verdict(ordered(op, a.dur < b.dur, a.dur == b.dur))
	case (a.kind == TupleKind || a.kind == ListKind) && b.kind == a.kind && !a.box.c.open && !b.box.c.open:
		for k := range min(len(a.box.c.elems), len(b.box.c.elems)) {
			x, y := a.box.c.elems[k], b.box.c.elems[k]
			eq, known := equal(x, y)
			if !known {
				return open()
			}
			if !eq {
				return i.compare1(x, op, y, at)
			}
		}
		x, y := len(a.box.c.elems), len(b.box.c.elems)
		return verdict(ordered(op, x < y, x == y))
	}
	return open()
}

func ordered(op string, less, eq bool) bool {
	switch op {
	case "<":
		return less
	case "<=":
		return less || eq
	case ">":
		return !less && !eq
	}
	return !less
}

// inObject is v in o for an object that answers itself, nil for any other.
func (i *interp) inObject(v, o *node, at source.Span) *node {
	switch t := o.impl.(type) {
	case *environReader:
		return i.inEnviron(v, at)
	case *instance:
		if m := i.classAttr(t.class, "__contains__"); m != nil {
			return i.lift(i.apply(i.bound(m, o, at), []*node{v}, nil, at), func(r *node) *node { return toBool(r, at) })
		}
	}
	return nil
}

// identical is a is b, if it can be told. Of texts and numbers it cannot: that is the implementation's business.
func identical(a, b *node) (is, known bool) {
	if len(a.alts)+len(b.alts) > 0 {
		return false, false
	}
	single := func(n *node) bool { return n.kind == NoneKind || n.kind == BoolKind }
	switch {
	case a.isContainer() && b.isContainer():
		return a.box == b.box, true
	case single(a) || single(b):
		if a.kind != Unknown && b.kind != Unknown && a.kind != b.kind {
			if o := object2(a, b); o != nil && o.call != nil && o.impl == nil {
				return false, false
			}
			return false, true
		}
		return equal(a, b)
	case a.kind == ObjectKind && b.kind == ObjectKind:
		return sameObject(a, b)
	case a.kind != Unknown && b.kind != Unknown && a.kind != b.kind && a.kind != ObjectKind && b.kind != ObjectKind:
		return false, true
	}
	return false, false
}

// object2 is the one of two values that is an object, nil if neither is.
func object2(a, b *node) *node {
	switch {
	case a.kind == ObjectKind:
		return a
	case b.kind == ObjectKind:
		return b
	}
	return nil
}

// sameObject reports whether two objects are one. Classes, functions and modules of the repository are told apart by themselves,
// built-in ones by their names.
func sameObject(a, b *node) (is, known bool) {
	if a.call != nil && a.impl == nil || b.call != nil && b.impl == nil {
		return a == b, a == b
	}
	builtinA, builtinB := strings.HasPrefix(a.str, "builtins."), strings.HasPrefix(b.str, "builtins.")
	if builtinA || builtinB {
		return a.str == b.str, builtinA && builtinB || a.impl != nil || b.impl != nil
	}
	own := func(x any) any {
		switch t := x.(type) {
		case *class, *module, *instance, *enumMember:
			return t
		case *function:
			return t.def
		}
		return nil
	}
	x, y := own(a.impl), own(b.impl)
	if x != nil && y != nil {
		if m, ok := x.(*enumMember); ok {
			if n, ok := y.(*enumMember); ok {
				return m == n || m.class == n.class && m.name == n.name, true
			}
		}
		if f, ok := a.impl.(*function); ok && f.def == nil { // lambdas
			return a.impl == b.impl, true
		}
		return x == y, true
	}
	if x == nil && y == nil && a.impl == nil && b.impl == nil && a.str == b.str {
		return true, true
	}
	return false, x != nil || y != nil
}

// equal is a == b, if it can be told.
func equal(a, b *node) (eq, known bool) {
	budget := maxCompared
	return equalWithin(a, b, 0, &budget)
}

func equalWithin(a, b *node, depth int, budget *int) (eq, known bool) {
	if *budget--; *budget < 0 {
		return false, false
	}
	if depth > 20 || len(a.alts) > 0 || len(b.alts) > 0 {
		return false, false
	}
	if a.kind == Unknown || b.kind == Unknown {
		if a.random != b.random && (a.kind != Unknown || b.kind != Unknown) {
			return false, true // no text of the code equals one that is made anew
		}
		// what is not empty is neither None nor ""
		if a.nonEmpty || b.nonEmpty {
			o := a
			if a.kind == Unknown {
				o = b
			}
			if t, ok := o.truth(); ok && !t && o.kind != Unknown {
				return false, true
			}
		}
		return false, false
	}
	if x, ok := number(a); ok {
		y, ok := number(b)
		if !ok {
			return false, b.kind != ObjectKind || b.impl == nil && b.call == nil
		}
		return x == y, true
	}
	if a.kind == ObjectKind || b.kind == ObjectKind {
		if e1, ok := a.impl.(*enumMember); ok {
			if e2, ok := b.impl.(*enumMember); ok {
				return e1 == e2 || e1.class == e2.class && e1.name == e2.name, true
			}
			if e1.class.strEnum {
				return equalWithin(e1.value, b, depth+1, budget)
			}
			return false, b.kind != Unknown
		}
		if _, ok := b.impl.(*enumMember); ok {
			return equalWithin(b, a, depth+1, budget)
		}
		if a.kind == NoneKind || b.kind == NoneKind {
			o := a
			if a.kind == NoneKind {
				o = b
			}
			return false, o.call == nil || o.impl != nil // a function that is not known may give None
		}
		if a.kind == ObjectKind && b.kind == ObjectKind {
			return sameObject(a, b)
		}
		return false, false
	}
	if a.kind != b.kind {
		if a.kind == PathKind || b.kind == PathKind {
			return false, true
		}
		return false, true
	}
	switch a.kind {
	case NoneKind:
		return true, true
	case StringKind, BytesKind, RegexpKind:
		return a.str == b.str, true
	case PathKind:
		return a.str == b.str, true
	case DurationKind:
		return a.dur == b.dur, true
	}
	x, y := a.box.c, b.box.c
	if x.open || y.open || a.kind == DictKind && (len(x.sureKeys()) != len(x.keys) || len(y.sureKeys()) != len(y.keys)) {
		return false, false
	}
	if len(x.elems) != len(y.elems) {
		return false, true
	}
	if a.kind == ListKind || a.kind == TupleKind {
		for k := range x.elems {
			if eq, known := equalWithin(x.elems[k], y.elems[k], depth+1, budget); !eq {
				return false, known
			}
		}
		return true, true
	}
	list, other := x.elems, b
	if a.kind == DictKind {
		list = x.keys
	}
	for k, e := range list {
		*budget -= len(y.elems) / 4
		if *budget < 0 {
			return false, false
		}
		in, known := contains(other, e)
		if !known || !in {
			return false, known
		}
		if a.kind == DictKind {
			for z, key := range y.keys {
				if same(key, e) {
					if eq, known := equalWithin(x.elems[k], y.elems[z], depth+1, budget); !eq {
						return false, known
					}
				}
			}
		}
	}
	return true, true
}

// holds is v in c, for what the interpreter itself puts behind a name too.
func (i *interp) holds(c, v *node) (in, known bool) {
	if !v.isStr() || len(v.alts) > 0 {
		return contains(c, v)
	}
	switch t := c.impl.(type) {
	case *namespace:
		if b := t.sc.names[v.str]; b != nil {
			if _, ok := b.v.impl.(*forgotten); ok {
				return false, false
			}
			for _, a := range b.v.alts {
				if a.unset {
					return false, false
				}
			}
			return true, true
		}
		return false, t.sc.open == "" && !t.sc.record || t.sc.open == "" && !strings.HasPrefix(v.str, "__")
	case sysModules:
		if i.modules[v.str] != nil {
			return true, true
		}
		return false, v.str == "pytest"
	case *sysModules:
		return i.holds(&node{impl: *t}, v)
	}
	return contains(c, v)
}

// contains is v in c, if it can be told.
func contains(c, v *node) (in, known bool) {
	switch c.kind {
	case StringKind:
		if v.isStr() {
			return strings.Contains(c.str, v.str), true
		}
		return false, false
	case ListKind, TupleKind, SetKind, DictKind:
		list := c.box.c.elems
		if c.kind == DictKind {
			list = c.box.c.keys
		}
		sure := !c.box.c.open
		for k, e := range list {
			eq, known := equal(e, v)
			if eq {
				if c.kind == DictKind && len(c.box.c.elems[k].alts) > 0 {
					for _, a := range c.box.c.elems[k].alts {
						if a.unset {
							return false, false
						}
					}
				}
				return true, true
			}
			sure = sure && known
		}
		return false, sure
	}
	return false, false
}
