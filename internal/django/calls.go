package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// args are the arguments of a call.
type args struct {
	pos  []*node
	kw   []kwarg
	open bool // an unpacked argument was not known
}

// get returns an argument by position (i ≥ 0) or name, or nil.
func (a *args) get(k int, name string) *node {
	for _, x := range a.kw {
		if x.name == name && name != "" {
			return x.v
		}
	}
	if k >= 0 && k < len(a.pos) {
		return a.pos[k]
	}
	return nil
}

func (a *args) str(k int, name string) (string, bool) {
	v := a.get(k, name)
	if v == nil || len(v.alts) > 0 {
		return "", false
	}
	return v.str, v.isStr() || v.kind == PathKind
}

// A callable is what the interpreter itself puts behind a name: a reader, a bound method.
type callable interface {
	call(i *interp, self *node, a *args, at source.Span) *node
}

// An attributed value has attributes of its own; nil means it has none of that name.
type attributed interface {
	attr(i *interp, self *node, name string, at source.Span) *node
}

type indexed interface {
	item(i *interp, self, key *node, at source.Span) *node
}

type function struct {
	def                  *python.FunctionDef
	args                 *python.Arguments
	body                 []python.Stmt
	expr                 python.Expr // of a lambda
	sc                   *scope
	name                 string
	defaults, kwDefaults []*node
	gen                  bool
	self                 *node // bound to
	static               bool
	class                bool
	property             bool
}

// A method is a bound method of a built-in type.
type method struct {
	recv *node
	name string
}

func (m *method) call(i *interp, _ *node, a *args, at source.Span) *node {
	return i.lift(m.recv, func(r *node) *node { return i.method(r, m.name, a, at) })
}

// A nativeFunc is a function that the interpreter knows by its dotted name.
type nativeFunc func(i *interp, a *args, at source.Span) *node

func (f nativeFunc) call(i *interp, _ *node, a *args, at source.Span) *node { return f(i, a, at) }

func (i *interp) call(e *python.Call, sc *scope, at source.Span) *node {
	// functions that look at the scope they are called in
	switch python.DottedName(e.Func) {
	case "globals", "locals", "vars":
		if len(e.Args) == 0 && i.lookup(sc, python.DottedName(e.Func)) == nil {
			t := sc
			if python.DottedName(e.Func) == "globals" {
				t = sc.mod.sc
			}
			return &node{kind: ObjectKind, str: "namespace", impl: &namespace{t}, call: nil, ev: source.At(at)}
		}
	case "super":
		if s := i.superOf(sc); s != nil {
			return s
		}
	case "exec", "eval", "execfile":
		if sc.mod.sc != nil && sc.mod.sc.names[python.DottedName(e.Func)] == nil {
			i.loosen(sc.mod.sc, "code that is made at run time may set it", at)
			return unknown("code that is made at run time")
		}
	}
	fn := i.eval(e.Func, sc)
	a := &args{}
	for _, x := range e.Args {
		if s, ok := x.(*python.Starred); ok {
			v := i.eval(s.Value, sc)
			elems, known := i.iterate(v)
			a.pos = append(a.pos, elems...)
			a.open = a.open || !known
			continue
		}
		if c, ok := x.(*python.Comp); ok && c.Kind == "generator" { // used up by the call
			a.pos = append(a.pos, i.comprehension(c, sc, i.span(sc, c)))
			continue
		}
		a.pos = append(a.pos, i.eval(x, sc))
	}
	for k, x := range a.pos {
		if _, local := fn.impl.(*function); !local {
			a.pos[k] = i.consumed(x)
		}
	}
	for _, k := range e.Keywords {
		v := i.eval(k.Value, sc)
		if k.Name != "" {
			a.kw = append(a.kw, kwarg{k.Name, v})
			continue
		}
		if v.kind == DictKind && !v.box.c.open && len(v.alts) == 0 && len(v.box.c.sureKeys()) == len(v.box.c.keys) {
			for n, key := range v.box.c.keys {
				if key.isStr() {
					a.kw = append(a.kw, kwarg{key.str, v.box.c.elems[n]})
				}
			}
		} else {
			a.open = true
		}
	}
	if strings.HasPrefix(fn.str, "dynaconf.") && strings.HasSuffix(fn.str, "DjangoDynaconf") {
		i.loosen(sc.mod.sc, "dynaconf may set it from its own files and variables", at)
	}
	if d := python.DottedName(e.Func); strings.HasSuffix(d, "include") || strings.HasSuffix(d, "include_settings") {
		if isSplitInclude(fn) {
			return i.splitInclude(a, sc, at)
		}
	}
	return i.applyIn(fn, a, at, sc)
}

func (i *interp) apply(fn *node, pos []*node, kw []kwarg, at source.Span) *node {
	return i.applyIn(fn, &args{pos: pos, kw: kw}, at, nil)
}

// applyIn calls a value.
func (i *interp) applyIn(fn *node, a *args, at source.Span, sc *scope) *node {
	if len(fn.alts) > 0 {
		return i.lift(fn, func(f *node) *node { return i.applyIn(f, a, at, sc) })
	}
	switch f := fn.impl.(type) {
	case *function:
		return i.callFunction(f, a, at)
	case *class:
		return i.instantiate(fn, f, a, at)
	case callable:
		return f.call(i, fn, a, at)
	case *instance:
		if m := i.classAttr(f.class, "__call__"); m != nil {
			if g, ok := m.impl.(*function); ok {
				b := *g
				b.self = fn
				return i.callFunction(&b, a, at)
			}
		}
	}
	if fn.kind == ObjectKind {
		if nf := natives(fn.str); nf != nil {
			if v := nf(i, a, at); v != nil {
				return v
			}
		}
		for _, x := range a.pos { // what gets the names of a module may change them
			if ns, ok := x.impl.(*namespace); ok {
				i.loosen(ns.sc, fn.str+" gets the names of the module and may set them", at)
			}
		}
		// a call of something that is known by name only is known by that name and its arguments
		c := &call{args: a.pos, kwargs: a.kw}
		v := &node{kind: ObjectKind, str: fn.str, call: c, ev: source.At(at)}
		for _, x := range a.pos {
			v.reads = joinReads(v.reads, x.reads)
		}
		for _, x := range a.kw {
			v.reads = joinReads(v.reads, x.v.reads)
		}
		return v
	}
	u := unknown(Value{fn}.Reason()).with(at, fn)
	u.secret = fn.secret
	return u
}

func (i *interp) callFunction(f *function, a *args, at source.Span) *node {
	if i.calls++; i.calls > maxCalls {
		i.calls--
		return unknown("functions that call each other too deeply")
	}
	defer func() { i.calls-- }()
	sc := newScope(f.sc, f.sc.mod)
	if f.sc.record && f.sc != f.sc.mod.sc { // a class body is no enclosing scope of its methods
		sc.parent = f.sc.mod.sc
		if f.sc.parent != nil {
			sc.parent = f.sc.parent
		}
	}
	pos := a.pos
	if f.self != nil {
		pos = append([]*node{f.self}, pos...)
	}
	i.bindParams(f, sc, pos, a)
	if f.gen {
		return &node{kind: ObjectKind, str: "generator", ev: source.At(at), impl: &generator{run: func() *node { return i.generate(f, sc, at) }}}
	}
	fr := &frame{controls: len(i.control), isGen: false}
	i.frames = append(i.frames, fr)
	n := len(i.frames)
	var out *node
	if f.expr != nil {
		out = i.eval(f.expr, sc)
	} else {
		fl, v := i.exec(f.body, sc)
		out = v
		if fl != flowReturn || v == nil {
			out = none().plusReads(fr.residual)
		}
	}
	i.frames = i.frames[:n-1]
	if fr.broken {
		return &node{reason: "a function that could not be parsed in full", ev: source.At(at)}
	}
	if out.ev.IsZero() {
		c := *out
		c.ev = source.At(at)
		out = &c
	}
	return out
}

// A generator is one whose body has not run yet: it runs when the first element is asked for.
type generator struct {
	run  func() *node
	done bool
}

// generate runs the body of a generator function to its end.
func (i *interp) generate(f *function, sc *scope, at source.Span) *node {
	if i.calls++; i.calls > maxCalls {
		i.calls--
		return unknown("functions that call each other too deeply")
	}
	defer func() { i.calls-- }()
	fr := &frame{controls: len(i.control), isGen: true}
	i.frames = append(i.frames, fr)
	n := len(i.frames)
	i.exec(f.body, sc)
	i.frames = i.frames[:n-1]
	g := container(ListKind, fr.yields)
	g.ev = source.At(at)
	g.box.c.open = fr.broken
	return g
}

// consumed is what a generator yields, as a list; any other value is itself. A second time around there is nothing left.
func (i *interp) consumed(v *node) *node {
	g, ok := v.impl.(*generator)
	if !ok || len(v.alts) > 0 {
		return v
	}
	if g.done {
		return unknown("a generator that was used before").with(v.ev.Span, v)
	}
	g.done = true
	return g.run().plusReads(v.reads)
}

func (i *interp) bindParams(f *function, sc *scope, pos []*node, a *args) {
	put := func(name string, v *node) { sc.names[name] = &binding{v: v} }
	params := append(append([]python.Param(nil), f.args.PosOnly...), f.args.Args...)
	used := map[string]bool{}
	for k, p := range params {
		v := (*node)(nil)
		if k < len(pos) {
			v = pos[k]
		} else {
			for _, kw := range a.kw {
				if kw.name == p.Name {
					v = kw.v
					used[p.Name] = true
				}
			}
		}
		if v == nil {
			if d := k - (len(params) - len(f.defaults)); d >= 0 && !a.open {
				v = f.defaults[d]
			} else {
				v = unknown("an argument that is not known")
			}
		}
		put(p.Name, v)
	}
	if f.args.Vararg != nil {
		var rest []*node
		if len(pos) > len(params) {
			rest = append(rest, pos[len(params):]...)
		}
		t := container(TupleKind, rest)
		t.box.c.open = a.open
		put(f.args.Vararg.Name, t)
	}
	for k, p := range f.args.KwOnly {
		v := (*node)(nil)
		for _, kw := range a.kw {
			if kw.name == p.Name {
				v = kw.v
				used[p.Name] = true
			}
		}
		if v == nil && f.kwDefaults[k] != nil && !a.open {
			v = f.kwDefaults[k]
		}
		if v == nil {
			v = unknown("an argument that is not known")
		}
		put(p.Name, v)
	}
	if f.args.Kwarg != nil {
		d := dict(nil, nil)
		d.box.c.open = a.open
		for _, kw := range a.kw {
			if !used[kw.name] {
				d.box.c.keys = append(d.box.c.keys, str(kw.name))
				d.box.c.elems = append(d.box.c.elems, kw.v)
			}
		}
		put(f.args.Kwarg.Name, d)
	}
}

// decorate applies a decorator.
func (i *interp) decorate(d python.Expr, v *node, sc *scope) *node {
	name := python.DottedName(d)
	if c, ok := d.(*python.Call); ok {
		name = python.DottedName(c.Func)
	}
	if k := strings.LastIndexByte(name, '.'); k >= 0 {
		name = name[k+1:]
	}
	if f, ok := v.impl.(*function); ok {
		c := *f
		switch name {
		case "staticmethod":
			c.static = true
		case "classmethod":
			c.class = true
		case "property", "cached_property", "computed_field":
			c.property = true
		case "lru_cache", "cache", "wraps", "overload", "final", "override", "no_type_check", "field_validator", "validator", "model_validator":
		default:
			return i.apply(i.eval(d, sc), []*node{v}, nil, i.span(sc, d))
		}
		n := *v
		n.impl = &c
		return &n
	}
	if c, ok := v.impl.(*class); ok {
		switch name {
		case "dataclass":
			c.dataclass = true
			return v
		case "unique", "final", "total_ordering":
			return v
		}
	}
	return i.apply(i.eval(d, sc), []*node{v}, nil, i.span(sc, d))
}
