package django

import (
	"math"
	gopath "path"
	"strings"
	"time"

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
