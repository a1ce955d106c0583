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

// A namespace is what globals() and locals() return.
type namespace struct{ sc *scope }

func (n *namespace) item(i *interp, _, key *node, at source.Span) *node {
	if key.isStr() && len(key.alts) == 0 {
		if b := n.sc.names[key.str]; b != nil {
			return i.settled(b.v, at)
		}
	}
	return unknown("a name of the module that is not known")
}

func (n *namespace) attr(i *interp, self *node, name string, at source.Span) *node {
	switch name {
	case "update", "setdefault", "get", "__setitem__", "copy", "items", "keys", "pop":
		return &node{kind: ObjectKind, str: "namespace." + name, impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
			return n.method(i, name, a, at)
		})}
	}
	return nil
}

func (n *namespace) method(i *interp, name string, a *args, at source.Span) *node {
	switch name {
	case "update":
		for _, v := range a.pos {
			if v.kind != DictKind || len(v.alts) > 0 || v.box.c.open || len(v.box.c.sureKeys()) != len(v.box.c.keys) {
				if ns, ok := v.impl.(*namespace); ok {
					for _, k := range sortedNames(ns.sc.names) {
						i.bind(n.sc, k, ns.sc.names[k].v, at)
					}
					continue
				}
				i.loosen(n.sc, "the module's names are updated with values that are not known", at)
				continue
			}
			for k, key := range v.box.c.keys {
				if key.isStr() {
					i.bind(n.sc, key.str, v.box.c.elems[k], at)
				}
			}
		}
		for _, k := range a.kw {
			i.bind(n.sc, k.name, k.v, at)
		}
		if a.open {
			i.loosen(n.sc, "the module's names are updated with values that are not known", at)
		}
		return none()
	case "__setitem__":
		if len(a.pos) == 2 && a.pos[0].isStr() {
			i.bind(n.sc, a.pos[0].str, a.pos[1], at)
			return none()
		}
	case "get", "setdefault", "pop":
		if k, ok := a.str(0, ""); ok {
			if b := n.sc.names[k]; b != nil {
				return i.settled(b.v, at)
			}
			if n.sc.open == "" {
				v := a.get(1, "default")
				if v == nil {
					v = none()
				}
				if name == "setdefault" {
					i.bind(n.sc, k, v, at)
				}
				return v
			}
		}
	}
	return unknown("the names of the module")
}

// loosen says that any setting may have any value from here on.
func (i *interp) loosen(sc *scope, why string, at source.Span) {
	i.problem(at, "%s; settings above this line may be replaced", why)
	i.setOpen(sc, why)
	for _, name := range sortedNames(sc.names) {
		if isSetting(name) {
			u := unknown(why)
			u.ev = source.At(at)
			b := sc.names[name]
			i.set(sc, name, &binding{choice(b.v, u), b.span})
		}
	}
}

func (i *interp) nativeItem(v, key *node, at source.Span) *node {
	switch t := v.impl.(type) {
	case *class:
		if t.enum && key.isStr() {
			if b := t.sc.names[key.str]; b != nil {
				return b.v.plusReads(key.reads)
			}
		}
	case *instance:
		if names, _ := t.class.fields(); t.class.isA("NamedTuple") && key.kind == IntKind && key.num >= 0 && key.num < int64(len(names)) {
			return i.attr(v, names[key.num], at)
		}
		if m := i.classAttr(t.class, "__getitem__"); m != nil {
			return i.apply(i.bound(m, v, at), []*node{key}, nil, at)
		}
	}
	if x, ok := v.impl.(indexed); ok {
		return x.item(i, v, key, at)
	}
	return nil
}

// setAttr is v.name = value.
func (i *interp) setAttr(v *node, name string, val *node, at source.Span) {
	switch t := v.impl.(type) {
	case *instance:
		i.set(t.sc, name, &binding{i.underControl(val, false), at})
	case *class:
		i.set(t.sc, name, &binding{val, at})
	case *module:
		i.bind(t.sc, name, val, at)
	case *environReader:
		t.set(name, val)
	}
}

// setItem is v[key] = value.
func (i *interp) setItem(v, key, val *node, sc *scope, t *python.Subscript, at source.Span) {
	if key == nil {
		if v.isContainer() {
			i.havocBox(v)
		}
		return
	}
	if len(v.alts) > 0 {
		// the container is one of several: each gets the entry, as each would
		for _, a := range v.alts {
			i.setItem(a, key, val, sc, t, at)
		}
		return
	}
	val = i.underControl(val, true)
	switch x := v.impl.(type) {
	case *environ:
		if key.isStr() && len(key.alts) == 0 {
			i.setEnv(key.str, val)
		}
		return
	case *namespace:
		if key.isStr() && len(key.alts) == 0 {
			i.bind(x.sc, key.str, val, at)
		} else {
			i.loosen(x.sc, "a name of the module that is not known is set", at)
		}
		return
	}
	switch v.kind {
	case DictKind:
		if val.ev.IsZero() {
			c := *val
			c.ev = source.At(at)
			val = &c
		}
		i.put(v, key, val)
	case ListKind:
		c := i.touch(v.box)
		if key.kind == IntKind && len(key.alts) == 0 && !c.open {
			n := key.num
			if n < 0 {
				n += int64(len(c.elems))
			}
			if n >= 0 && n < int64(len(c.elems)) {
				c.elems[n] = val
				return
			}
		}
		c.open = true
	}
}

// setSlice is v[a:b] = value.
func (i *interp) setSlice(v *node, s *python.Slice, val *node, sc *scope) {
	if len(v.alts) > 0 {
		for _, a := range v.alts {
			i.setSlice(a, s, unknown("one of several lists is changed"), sc)
		}
		return
	}
	if !v.isContainer() {
		return
	}
	elems, known := i.iterate(val)
	lo, hi, ok := int64(0), int64(len(v.box.c.elems)), v.kind == ListKind && known && !v.box.c.open && s.Step == nil
	for k, e := range []python.Expr{s.Lower, s.Upper} {
		if e == nil {
			continue
		}
		n := i.eval(e, sc)
		if !isInt(n) || len(n.alts) > 0 {
			ok = ok && n.kind == NoneKind
			continue
		}
		x := n.num
		if x < 0 {
			x += int64(len(v.box.c.elems))
		}
		x = max(0, min(x, int64(len(v.box.c.elems))))
		if k == 0 {
			lo = x
		} else {
			hi = x
		}
	}
	if !ok {
		i.havocBox(v)
		return
	}
	c := i.touch(v.box)
	tail := append([]*node(nil), c.elems[max(lo, hi):]...)
	c.elems = append(append(c.elems[:lo:lo], elems...), tail...)
	if len(c.elems) > maxElems {
		panic(stop{"a list has too many elements"})
	}
}

// sameKey reports whether two keys of a dict are one: 1, 1.0 and True are.
func sameKey(a, b *node) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y && len(a.alts)+len(b.alts) == 0
	}
	return same(a, b)
}

// put sets a key of a dict.
func (i *interp) put(v, key, val *node) {
	c := i.touch(v.box)
	i.charge(len(c.keys) / 16)
	if key.kind == Unknown || len(key.alts) > 0 {
		c.open = true
		return
	}
	for k, o := range c.keys {
		if sameKey(o, key) {
			c.elems[k] = val
			return
		}
	}
	if len(c.keys) >= maxElems {
		panic(stop{"a dict has too many keys"})
	}
	c.keys = append(c.keys, key)
	c.elems = append(c.elems, val)
}

func (i *interp) delKey(v, key *node) {
	c := i.touch(v.box)
	for k, o := range c.keys {
		if sameKey(o, key) {
			c.keys = append(c.keys[:k:k], c.keys[k+1:]...)
			c.elems = append(c.elems[:k:k], c.elems[k+1:]...)
			return
		}
	}
}

// add puts an element into a set.
func (i *interp) add(v, e *node) {
	c := i.touch(v.box)
	i.charge(len(c.elems) / 16)
	for _, o := range c.elems {
		if eq, known := equal(o, e); known && eq {
			return
		}
	}
	c.elems = append(c.elems, e)
}

// extend appends the elements of a value to a list or set.
func (i *interp) extend(v, in *node) {
	elems, known := i.iterate(in)
	if v.kind == SetKind {
		for _, e := range elems {
			i.add(v, e)
		}
		if !known {
			i.touch(v.box).open = true
		}
		return
	}
	c := i.touch(v.box)
	if len(c.elems)+len(elems) > maxElems {
		panic(stop{"a list has too many elements"})
	}
	c.elems = append(c.elems, elems...)
	if !known {
		c.open = true
		for _, a := range (Value{in}).MayContain() {
			c.maybe = append(c.maybe, a.v)
		}
	}
}

// update is dict.update with one mapping.
func (i *interp) update(v, in *node) {
	if v.kind == SetKind {
		i.extend(v, in)
		return
	}
	if len(in.alts) > 0 || in.kind != DictKind {
		if elems, ok := i.iterate(in); ok { // pairs
			for _, p := range elems {
				if kv, ok := i.iterate(p); ok && len(kv) == 2 {
					i.put(v, kv[0], kv[1])
				}
			}
			return
		}
		c := i.touch(v.box)
		c.open = true
		for k := range c.elems {
			c.elems[k] = choice(c.elems[k], unknown("it may be replaced by values that are not known"))
		}
		return
	}
	for k, key := range in.box.c.keys {
		val := in.box.c.elems[k]
		if len(in.reads) > 0 {
			val = val.plusReads(in.reads)
		}
		i.put(v, key, val)
	}
	if in.box.c.open {
		i.touch(v.box).open = true
	}
}

// copyOf is a shallow copy of a container.
func (i *interp) copyOf(v *node) *node {
	i.charge(len(v.box.c.elems) / 32)
	i.grow(16 * len(v.box.c.elems))
	c := *v
	c.box = &box{&contents{keys: append([]*node(nil), v.box.c.keys...), elems: append([]*node(nil), v.box.c.elems...),
		open: v.box.c.open, maybe: append([]*node(nil), v.box.c.maybe...)}}
	if v.kind == DictKind && c.box.c.keys == nil {
		c.box.c.keys = []*node{}
	}
	return &c
}

func (i *interp) deepCopy(v *node, depth int) *node {
	i.step()
	if v.box == nil || depth > 20 {
		return v
	}
	c := i.copyOf(v)
	for k, e := range c.box.c.elems {
		c.box.c.elems[k] = i.deepCopy(e, depth+1)
	}
	return c
}
