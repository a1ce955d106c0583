package django

import (
	"math"
	gopath "path"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// binary is left op right.
func (i *interp) binary(left *node, op string, right *node, at source.Span) *node {
	return i.lift2(left, right, func(a, b *node) *node {
		if v := i.binary1(a, op, b, at); v != nil {
			return v
		}
		if name := cannot(a, op, b); name != "" {
			i.fail(name, at, a, b)
		}
		u := (&node{}).with(at, a, b)
		u.reason = ""
		for _, n := range []*node{a, b} {
			if n.kind == Unknown && u.reason == "" {
				u.reason = Value{n}.Reason()
			}
			if n.kind == Unknown {
				u.secret = u.secret || n.secret
				u.nonEmpty = u.nonEmpty || op == "+" && n.nonEmpty
			}
		}
		if op == "+" && (a.isStr() && a.str != "" || b.isStr() && b.str != "") {
			u.nonEmpty = true
		}
		return u
	})
}

// cannot names the exception that an operation raises for sure, "" if it may have a value.
func cannot(a *node, op string, b *node) string {
	_, x := number(a)
	y, isNumber := number(b)
	switch {
	case x && isNumber:
		if y == 0 && (op == "/" || op == "//" || op == "%") {
			return "ZeroDivisionError"
		}
	case op == "+" && (a.isStr() && b.kind != Unknown && b.kind != ObjectKind || b.isStr() && a.kind != Unknown && a.kind != ObjectKind) && a.kind != b.kind:
		return "TypeError"
	case (op == "+" || op == "-" || op == "/" || op == "*") && (a.kind == NoneKind && b.kind != Unknown && b.kind != ObjectKind || b.kind == NoneKind && a.kind != Unknown && a.kind != ObjectKind):
		return "TypeError"
	}
	return ""
}

// fail raises an exception that an operation raises for sure. Where no handler waits for it and no variable has to do with it, it
// is left to what follows that the value is unknown: our reading is less to be trusted than the code.
func (i *interp) fail(name string, at source.Span, from ...*node) {
	var reads []Read
	for _, f := range from {
		reads = joinReads(reads, f.reads)
	}
	if i.caught(name) {
		panic(&raised{name: name, reads: reads, at: at})
	}
	if len(reads) > 0 {
		c := none()
		c.reads = reads
		i.refuse(name, c, at)
	}
}

// notNone drops None from the alternatives of a value of which an attribute or item is asked: that path raises.
func (i *interp) notNone(v *node, name string, at source.Span) *node {
	var rest []*node
	for _, a := range v.alts {
		if a.kind != NoneKind {
			rest = append(rest, a)
		}
	}
	if len(rest) == len(v.alts) || len(rest) == 0 {
		return v
	}
	i.mayRaise(&raised{name: name, reads: v.reads, at: at})
	return choice(rest...).plusReads(v.reads)
}

func number(n *node) (float64, bool) {
	switch n.kind {
	case IntKind, BoolKind:
		return float64(n.num), true
	case FloatKind:
		return n.flt, true
	}
	return 0, false
}

func isInt(n *node) bool { return n.kind == IntKind || n.kind == BoolKind }

func (i *interp) binary1(a *node, op string, b *node, at source.Span) *node {
	switch {
	case isInt(a) && isInt(b):
		if v := intOp(a.num, op, b.num); v != nil {
			if a.kind == BoolKind && b.kind == BoolKind && (op == "|" || op == "&" || op == "^") {
				v.kind = BoolKind
			}
			return v.with(at, a, b)
		}
		return nil
	case a.kind == DurationKind || b.kind == DurationKind:
		if v := durOp(a, op, b); v != nil {
			return v.with(at, a, b)
		}
		return nil
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			if v := floatOp(x, op, y); v != nil {
				return v.with(at, a, b)
			}
			return nil
		}
	}
	switch op {
	case "+":
		if p, ok := a.impl.(*environPath); ok {
			if t, ok := text(b); ok {
				return newEnvironPath(gopath.Clean(joinPath(p.p, t)), at).with(at, a, b)
			}
			return nil
		}
		if a.kind == b.kind && (a.kind == StringKind || a.kind == BytesKind) {
			i.grow(len(a.str) + len(b.str))
			if len(a.str)+len(b.str) > maxText {
				return unknown("a text that is too long").with(at, a, b)
			}
			v := (&node{kind: a.kind, str: a.str + b.str}).with(at, a, b)
			return v
		}
		if a.kind == b.kind && (a.kind == ListKind || a.kind == TupleKind) {
			return i.concat(a, b, at)
		}
		// a list of known elements beside something unknown keeps what it is known to hold
		if a.kind == ListKind || a.kind == TupleKind || b.kind == ListKind || b.kind == TupleKind {
			if a.kind == Unknown || b.kind == Unknown || a.kind == ObjectKind || b.kind == ObjectKind {
				return i.concat(a, b, at)
			}
		}
	case "*":
		if isInt(a) {
			a, b = b, a
		}
		if isInt(b) {
			switch {
			case a.isStr():
				if b.num > 0 && int64(len(a.str))*b.num > maxText || b.num > maxText {
					return unknown("a text that is too long").with(at, a, b)
				}
				i.grow(len(a.str) * int(max(b.num, 0)))
				return str(strings.Repeat(a.str, int(max(b.num, 0)))).with(at, a, b)
			case a.kind == ListKind || a.kind == TupleKind:
				if b.num < 0 || b.num > maxElems || int64(len(a.box.c.elems))*b.num > maxElems || a.box.c.open {
					return nil
				}
				i.grow(8 * len(a.box.c.elems) * int(b.num))
				var es []*node
				for range b.num {
					es = append(es, a.box.c.elems...)
				}
				return container(a.kind, es).with(at, a, b)
			}
		}
	case "%":
		if a.isStr() {
			return i.percent(a, b, at)
		}
	case "-":
		if p, ok := a.impl.(*environPath); ok && b.kind == IntKind && b.num >= 0 && b.num < 100 {
			return newEnvironPath(gopath.Clean(p.p+strings.Repeat("/..", int(b.num))), at).with(at, a, b)
		}
	case "/":
		if a.kind == PathKind {
			if t, ok := text(b); ok && (b.isStr() || b.kind == PathKind) {
				return path(joinPath(a.str, t)).with(at, a, b)
			}
		}
		if b.kind == PathKind && a.isStr() {
			return path(joinPath(a.str, b.str)).with(at, a, b)
		}
	case "|":
		switch {
		case a.kind == DictKind && b.kind == DictKind:
			v := i.copyOf(a)
			i.update(v, b)
			return v.with(at, a, b)
		case a.kind == SetKind && b.kind == SetKind:
			v := i.copyOf(a)
			i.extend(v, b)
			return v.with(at, a, b)
		}
	}
	switch op {
	case "-", "&":
		if a.kind == SetKind && b.kind == SetKind && !a.box.c.open && !b.box.c.open {
			v := container(SetKind, nil)
			for _, e := range a.box.c.elems {
				in, known := contains(b, e)
				if !known {
					return nil
				}
				if in == (op == "&") {
					v.box.c.elems = append(v.box.c.elems, e)
				}
			}
			return v.with(at, a, b)
		}
	}
	return nil
}

// concat is a + b for sequences, one of which may be unknown.
func (i *interp) concat(a, b *node, at source.Span) *node {
	kind := a.kind
	if a.box == nil {
		kind = b.kind
	}
	v := container(kind, nil)
	for _, x := range []*node{a, b} {
		if x.box != nil {
			i.grow(8 * (len(x.box.c.elems) + len(x.box.c.maybe)))
		}
		if x.box == nil {
			v.box.c.open = true
			continue
		}
		if len(v.box.c.elems)+len(x.box.c.elems) > maxElems {
			panic(stop{"a list has too many elements"})
		}
		v.box.c.elems = append(v.box.c.elems, x.box.c.elems...)
		v.box.c.maybe = append(v.box.c.maybe, x.box.c.maybe...)
		v.box.c.open = v.box.c.open || x.box.c.open
	}
	return v.with(at, a, b)
}

func intOp(x int64, op string, y int64) *node {
	big := func(n int64) bool { return n > 1<<31 || n < -1<<31 }
	switch op {
	case "+":
		if s := x + y; (s > x) == (y > 0) {
			return integer(s)
		}
	case "-":
		if s := x - y; (s < x) == (y > 0) {
			return integer(s)
		}
	case "*":
		if big(x) || big(y) {
			if x == 0 || y == 0 {
				return integer(0)
			}
			if p := x * y; p/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64) {
				return integer(p)
			}
			return nil
		}
		return integer(x * y)
	case "/":
		if y != 0 {
			return float(float64(x) / float64(y))
		}
	case "//":
		if y != 0 && !(x == math.MinInt64 && y == -1) {
			q := x / y
			if x%y != 0 && (x < 0) != (y < 0) {
				q--
			}
			return integer(q)
		}
	case "%":
		if y != 0 && !(x == math.MinInt64 && y == -1) {
			m := x % y
			if m != 0 && (m < 0) != (y < 0) {
				m += y
			}
			return integer(m)
		}
	case "**":
		if y < 0 {
			return float(math.Pow(float64(x), float64(y)))
		}
		r := int64(1)
		for k := int64(0); k < y; k++ {
			if r != 0 && k > 64 && x != 1 && x != 0 && x != -1 {
				return nil
			}
			if k > 100 {
				return nil
			}
			n := r * x
			if x != 0 && n/x != r {
				return nil
			}
			r = n
		}
		return integer(r)
	case "<<":
		if y >= 0 && y < 40 && !big(x) && x >= 0 && x<<y>>y == x {
			return integer(x << y)
		}
	case ">>":
		if y >= 0 && y < 64 {
			return integer(x >> y)
		}
	case "|":
		return integer(x | y)
	case "&":
		return integer(x & y)
	case "^":
		return integer(x ^ y)
	}
	return nil
}

func floatOp(x float64, op string, y float64) *node {
	switch op {
	case "+":
		return float(x + y)
	case "-":
		return float(x - y)
	case "*":
		return float(x * y)
	case "/":
		if y != 0 {
			return float(x / y)
		}
	case "//":
		if y != 0 {
			return float(math.Floor(x / y))
		}
	case "**":
		return float(math.Pow(x, y))
	}
	return nil
}

func durOp(a *node, op string, b *node) *node {
	// timedelta keeps microseconds within ±999,999,999 days; ours ends at 292 years, far beyond any setting
	const limit = float64(math.MaxInt64)
	ok := func(f float64) *node {
		if math.Abs(f) >= limit {
			return nil
		}
		return dur(time.Duration(math.RoundToEven(f/1000)) * 1000)
	}
	switch {
	case a.kind == DurationKind && b.kind == DurationKind:
		switch op {
		case "+":
			if math.Abs(float64(a.dur)+float64(b.dur)) < limit {
				return dur(a.dur + b.dur)
			}
		case "-":
			if math.Abs(float64(a.dur)-float64(b.dur)) < limit {
				return dur(a.dur - b.dur)
			}
		case "/":
			if b.dur != 0 {
				return float(float64(a.dur) / float64(b.dur))
			}
		case "//":
			if b.dur != 0 {
				return integer(int64(math.Floor(float64(a.dur) / float64(b.dur))))
			}
		}
	case a.kind == DurationKind:
		if x, is := number(b); is {
			switch op {
			case "*":
				return ok(float64(a.dur) * x)
			case "/":
				if x != 0 {
					return ok(float64(a.dur) / x)
				}
			case "//":
				if x != 0 && isInt(b) {
					return ok(math.Floor(float64(a.dur)/1000/x) * 1000)
				}
			}
		}
	default:
		if x, is := number(a); is && op == "*" {
			return ok(float64(b.dur) * x)
		}
	}
	return nil
}

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
