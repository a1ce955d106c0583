package django

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// eval returns the value of an expression. It never returns nil.
func (i *interp) eval(e python.Expr, sc *scope) *node {
	i.step()
	at := i.span(sc, e)
	switch e := e.(type) {
	case *python.Constant:
		return constant(e, at)
	case *python.Name:
		if v := i.lookup(sc, e.ID); v != nil {
			return i.settled(v, at)
		}
		if v := i.builtin(e.ID, sc); v != nil {
			if i.importOpen != "" { // "from x import *" may have put another thing in its place
				return &node{reason: i.importOpen, ev: source.At(at)}
			}
			return v
		}
		if i.caught("NameError") {
			panic(&raised{name: "NameError", at: at})
		}
		return &node{reason: e.ID + " is not defined here", ev: source.At(at)}
	case *python.JoinedStr:
		return i.fstring(e, sc, at)
	case *python.List:
		return i.place(container(ListKind, nil), e.Elts, sc, at)
	case *python.Tuple:
		return i.place(container(TupleKind, nil), e.Elts, sc, at)
	case *python.Set:
		v := container(SetKind, nil)
		v.ev = source.At(at)
		tmp := i.place(container(ListKind, nil), e.Elts, sc, at)
		i.extend(v, tmp)
		return v
	case *python.Dict:
		v := dict(nil, nil)
		v.ev = source.At(at)
		for k := range e.Keys {
			val := i.eval(e.Values[k], sc)
			if e.Keys[k] == nil {
				i.update(v, val)
				continue
			}
			i.put(v, i.eval(e.Keys[k], sc), val)
		}
		return v
	case *python.BinOp:
		return i.binary(i.eval(e.Left, sc), e.Op, i.eval(e.Right, sc), at)
	case *python.UnaryOp:
		return i.unary(e.Op, i.eval(e.Operand, sc), at)
	case *python.BoolOp:
		return i.boolOp(e, sc, at)
	case *python.Compare:
		return i.compare(e, sc, at)
	case *python.IfExp:
		return i.conditional(e, sc, at)
	case *python.Call:
		return i.call(e, sc, at)
	case *python.Attribute:
		return i.attr(i.eval(e.Value, sc), e.Attr.ID, at)
	case *python.Subscript:
		return i.item(i.eval(e.Value, sc), i.index(e.Index, sc), e.Index, sc, at)
	case *python.Comp:
		v := i.comprehension(e, sc, at)
		if e.Kind == "generator" {
			return &node{kind: ObjectKind, str: "generator", ev: source.At(at), reads: v.reads, impl: &generator{run: func() *node { return v }}}
		}
		return v
	case *python.Lambda:
		fn := &function{args: e.Args, expr: e.Body, sc: sc, name: "<lambda>"}
		for _, d := range e.Args.Defaults {
			fn.defaults = append(fn.defaults, i.eval(d, sc))
		}
		for _, d := range e.Args.KwDefaults {
			if d == nil {
				fn.kwDefaults = append(fn.kwDefaults, nil)
			} else {
				fn.kwDefaults = append(fn.kwDefaults, i.eval(d, sc))
			}
		}
		return &node{kind: ObjectKind, str: "<lambda>", impl: fn, ev: source.At(at)}
	case *python.NamedExpr:
		v := i.eval(e.Value, sc)
		i.bind(sc, e.Target.ID, v, at)
		return v
	case *python.Starred:
		return i.eval(e.Value, sc)
	case *python.Await:
		return i.eval(e.Value, sc)
	case *python.Yield:
		v := none()
		if e.Value != nil {
			v = i.eval(e.Value, sc)
		}
		if n := len(i.frames); n > 0 && i.frames[n-1].isGen {
			if elems, ok := i.iterate(v); e.From && ok {
				i.frames[n-1].yields = append(i.frames[n-1].yields, elems...)
			} else if !e.From && len(i.frames[n-1].yields) < maxElems {
				i.frames[n-1].yields = append(i.frames[n-1].yields, v)
			}
		}
		return none()
	}
	return unknown("an expression that is not understood")
}

// settled returns a name's value for use in an expression. A name that is bound only on some paths is used where it is bound.
func (i *interp) settled(v *node, at source.Span) *node {
	for k, a := range v.alts {
		if a.unset {
			rest := append(append([]*node(nil), v.alts[:k]...), v.alts[k+1:]...)
			return choice(rest...).plusReads(v.reads)
		}
	}
	if v.unset {
		return unknown("it is set on some paths only")
	}
	return v
}

func constant(e *python.Constant, at source.Span) *node {
	n := &node{ev: source.At(at)}
	switch e.Kind {
	case python.None:
		n.kind = NoneKind
	case python.True:
		n.kind, n.num = BoolKind, 1
	case python.False:
		n.kind = BoolKind
	case python.Str:
		if strings.Contains(e.S, "\uFFFD") && strings.Contains(at.Text(), `\N{`) {
			n.reason = "a character by its name"
			return n
		}
		n.kind, n.str = StringKind, e.S
	case python.Bytes:
		n.kind, n.str = BytesKind, e.S
	case python.Int:
		v, err := strconv.ParseInt(e.S, 0, 64)
		if err != nil {
			if v, err = strconv.ParseInt(strings.TrimLeft(e.S, "0"), 10, 64); err != nil && strings.Trim(e.S, "0") != "" {
				n.reason = "a number that is too large"
				return n
			}
		}
		n.kind, n.num = IntKind, v
	case python.Float:
		v, err := strconv.ParseFloat(e.S, 64)
		if err != nil {
			n.reason = "a number that is too large"
			return n
		}
		n.kind, n.flt = FloatKind, v
	case python.Ellipsis:
		n.kind, n.str = ObjectKind, "Ellipsis"
	default:
		n.reason = "a number that is not understood"
	}
	return n
}

// place fills a sequence from expressions, unpacked ones included.
func (i *interp) place(v *node, elts []python.Expr, sc *scope, at source.Span) *node {
	v.ev = source.At(at)
	c := v.box.c
	for _, x := range elts {
		if s, ok := x.(*python.Starred); ok {
			in := i.eval(s.Value, sc)
			elems, known := i.iterate(in)
			c.elems = append(c.elems, elems...)
			v.reads = joinReads(v.reads, in.reads)
			if !known {
				c.open = true
				c.elems = append(c.elems, i.mayHold(in)...)
			}
		} else {
			c.elems = append(c.elems, i.eval(x, sc))
		}
		if len(c.elems) > maxElems {
			panic(stop{"a list has too many elements"})
		}
	}
	i.grow(8 * len(c.elems))
	return v
}

// mayHold returns the elements that are known of a value that is not known in full.
func (i *interp) mayHold(v *node) []*node {
	if len(v.alts) == 0 && v.isContainer() {
		return v.box.c.elems
	}
	return nil
}

// iterate returns the elements of a value in order, if they are all known.
func (i *interp) iterate(v *node) ([]*node, bool) {
	if len(v.alts) > 0 {
		return nil, false
	}
	switch v.kind {
	case ListKind, TupleKind, SetKind:
		return v.box.c.elems, !v.box.c.open
	case DictKind:
		keys := v.box.c.sureKeys()
		return keys, !v.box.c.open && len(keys) == len(v.box.c.keys)
	case StringKind:
		if len(v.str) > 10_000 {
			return nil, false
		}
		i.charge(len(v.str))
		var out []*node
		for _, r := range v.str {
			out = append(out, str(string(r)).with(v.ev.Span, v))
		}
		return out, true
	}
	if _, ok := v.impl.(*generator); ok {
		if list := i.consumed(v); list.kind == ListKind {
			return list.box.c.elems, !list.box.c.open
		}
		return nil, false
	}
	if c, ok := v.impl.(*class); ok && c.enum {
		var out []*node
		for _, name := range c.order {
			out = append(out, i.attr(v, name, v.ev.Span))
		}
		return out, true
	}
	return nil, false
}

func (i *interp) fstring(e *python.JoinedStr, sc *scope, at source.Span) *node {
	if e.Template {
		return unknown("a template string")
	}
	out := str("")
	out.ev = source.At(at)
	for _, p := range e.Values {
		var part *node
		if f, ok := p.(*python.FormattedValue); ok {
			v := i.eval(f.Value, sc)
			spec := ""
			if f.Spec != nil {
				s := i.fstring(f.Spec, sc, at)
				if !s.isStr() || len(s.alts) > 0 {
					v = unknown("a format that is not known").plusReads(s.reads)
				}
				spec = s.str
			}
			part = i.lift(v, func(a *node) *node { return format(a, f.Conversion, spec, at) })
		} else {
			part = i.eval(p, sc)
		}
		out = i.binary(out, "+", part, at)
	}
	return out
}

// format is format(value, spec) after a conversion.
func format(v *node, conversion byte, spec string, at source.Span) *node {
	var s string
	switch conversion {
	case 'r', 'a':
		if v.kind == Unknown || v.isContainer() || v.kind == ObjectKind {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		s = pyRepr(v)
	default:
		t, ok := text(v)
		if !ok {
			u := unknown(Value{v}.Reason()).with(at, v)
			u.secret = v.secret
			return u
		}
		s = t
	}
	if spec != "" {
		t, ok := formatSpec(v, s, spec)
		if !ok {
			return unknown("a format that is not understood").with(at, v)
		}
		s = t
	}
	return str(s).with(at, v)
}

// formatSpec covers what settings use: width, fill, alignment, precision of floats, integers with zeros or commas.
func formatSpec(v *node, s, spec string) (string, bool) {
	fill, align := " ", byte(0)
	if r := []rune(spec); len(r) >= 2 && strings.ContainsRune("<>^", r[1]) {
		fill, align = string(r[0]), byte(r[1])
		spec = string(r[2:])
	} else if spec[0] == '<' || spec[0] == '>' || spec[0] == '^' {
		align = spec[0]
		spec = spec[1:]
	}
	num := v.kind == IntKind || v.kind == FloatKind
	if num && strings.HasPrefix(spec, "0") && len(spec) > 1 && align == 0 {
		fill, align = "0", '>'
		spec = spec[1:]
	}
	comma := false
	if k := strings.IndexAny(spec, ",_"); k >= 0 && v.kind == IntKind && !strings.HasPrefix(spec, "0") {
		s = group(s, spec[k])
		spec = spec[:k] + spec[k+1:]
		comma = true
	}
	width, digits := 0, 0
	for digits < len(spec) && spec[digits] >= '0' && spec[digits] <= '9' && digits < 4 {
		width = width*10 + int(spec[digits]-'0')
		digits++
	}
	switch rest := spec[digits:]; {
	case rest == "" || rest == "s" && v.isStr() || rest == "d" && v.kind == IntKind:
	case len(rest) == 3 && rest[0] == '.' && rest[2] == 'f' && num && !comma:
		f := v.flt
		if v.kind == IntKind {
			f = float64(v.num)
		}
		s = strconv.FormatFloat(f, 'f', int(rest[1]-'0'), 64)
	default:
		return "", false
	}
	if align == 0 {
		align = '<'
		if num {
			align = '>'
		}
	}
	n := max(width-utf8.RuneCountInString(s), 0)
	switch align {
	case '<':
		s += strings.Repeat(fill, n)
	case '^':
		s = strings.Repeat(fill, n/2) + s + strings.Repeat(fill, n-n/2)
	default:
		s = strings.Repeat(fill, n) + s
	}
	return s, true
}

// group puts a separator between the thousands of a number.
func group(s string, sep byte) string {
	start := 0
	if strings.HasPrefix(s, "-") {
		start = 1
	}
	for k := len(s) - 3; k > start; k -= 3 {
		s = s[:k] + string(sep) + s[k:]
	}
	return s
}

func (i *interp) unary(op string, v *node, at source.Span) *node {
	return i.lift(v, func(a *node) *node {
		switch op {
		case "not":
			t, ok := a.truth()
			if !ok {
				return unknown(Value{a}.Reason()).with(at, a)
			}
			return boolean(!t).with(at, a)
		case "-":
			switch a.kind {
			case IntKind, BoolKind:
				return integer(-a.num).with(at, a)
			case FloatKind:
				return float(-a.flt).with(at, a)
			case DurationKind:
				return dur(-a.dur).with(at, a)
			}
		case "+":
			if a.kind == IntKind || a.kind == FloatKind {
				return a
			}
		case "~":
			if a.kind == IntKind || a.kind == BoolKind {
				return integer(^a.num).with(at, a)
			}
		}
		return unknown(Value{a}.Reason()).with(at, a)
	})
}

// boolOp returns an operand, as Python does. The operands before it lend their reads: the result depends on them.
func (i *interp) boolOp(e *python.BoolOp, sc *scope, at source.Span) *node {
	var before []*node
	var open []*node
	for k, x := range e.Values {
		v := i.eval(x, sc)
		t, ok := truthOf(v)
		last := k == len(e.Values)-1
		if ok && t == (e.Op == "or") || last {
			out := i.after(v, before)
			if len(open) == 0 {
				return out
			}
			return choice(append(open, out)...)
		}
		if !ok {
			// it may be this one
			for _, a := range (Value{v}).Alternatives() {
				t, known := a.v.truth()
				if !known || t == (e.Op == "or") {
					open = append(open, i.after(a.v.plusReads(v.reads), before))
				}
			}
		}
		before = append(before, v)
	}
	return unknown("")
}

// after returns v for the case that the values before it did not decide.
func (i *interp) after(v *node, before []*node) *node {
	var reads []Read
	var steps []source.Step
	for _, b := range before {
		rs := b.reads
		// "get(name) or literal": the literal is a fallback like any other
		if len(v.reads) == 0 && len(b.alts) == 0 && b.kind != Unknown {
			rs = make([]Read, len(b.reads))
			for k, r := range b.reads {
				if r.Var.State == VarUnset {
					r.Fallback, r.HasDefault, r.Default = true, true, v.ev.Span
				}
				rs[k] = r
			}
		}
		reads = joinReads(reads, rs)
		steps = append(steps, b.ev.Trail...)
	}
	if len(reads) == 0 {
		return v
	}
	c := *v
	if len(v.reads) == 0 {
		c.ev = c.ev.Then(steps...)
		c.ev.Trail = c.ev.Trail[:min(len(c.ev.Trail), maxTrailSteps)]
		c.reads = reads
	} else {
		c.reads = joinReads(c.reads, controlled(reads))
	}
	return &c
}

func (i *interp) conditional(e *python.IfExp, sc *scope, at source.Span) *node {
	cond := i.eval(e.Test, sc)
	t, ok := truthOf(cond)
	if !ok {
		ctl := control{i.span(sc, e.Test), "whether " + shorten(i.span(sc, e.Test).Text()) + " holds is not known", cond}
		run := func(x python.Expr) changes {
			return i.branch(func() (flow, *node) { return flowReturn, i.eval(x, sc) })
		}
		i.control = append(i.control, ctl)
		a, b := run(e.Body), run(e.Else)
		i.control = i.control[:len(i.control)-1]
		i.merge(a, b)
		v := choice(a.val, b.val)
		return v.plusReads(controlled(cond.reads))
	}
	x := e.Body
	if !t {
		x = e.Else
	}
	v := i.eval(x, sc)
	if len(cond.reads) == 0 {
		return v
	}
	c := *v
	c.reads = joinReads(c.reads, controlled(cond.reads))
	c.ev = c.ev.Then(source.Step{Span: i.span(sc, e.Test), Note: i.condition("if", e.Test, sc, t)}).Then(cond.ev.Trail...)
	if len(c.ev.Trail) > maxTrailSteps {
		c.ev.Trail = c.ev.Trail[:maxTrailSteps]
	}
	return &c
}
