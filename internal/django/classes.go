package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

type class struct {
	name      string
	bases     []*node
	sc        *scope
	order     []string // names in order of definition
	enum      bool
	strEnum   bool
	dataclass bool
	def       *python.ClassDef
	mod       *module
}

type instance struct {
	class *class
	sc    *scope
}

// An enumMember is one member of an Enum class.
type enumMember struct {
	class *class
	name  string
	value *node
}

// mro lists a class and its bases, nearest first, left to right: C3 for all that settings do.
func (c *class) mro() []*class {
	var out []*class
	visits := 0
	var walk func(c *class, depth int)
	walk = func(c *class, depth int) {
		if visits++; depth > 30 || visits > 500 {
			return
		}
		for k, o := range out {
			if o == c { // a shared base comes after all that share it
				out = append(out[:k:k], out[k+1:]...)
				break
			}
		}
		out = append(out, c)
		for _, b := range c.bases {
			if bc, ok := b.impl.(*class); ok {
				walk(bc, depth+1)
			}
		}
	}
	walk(c, 0)
	return out
}

// isA reports whether a class descends from one that is known by its dotted name, or by the end of it.
func (c *class) isA(name string) bool {
	for _, k := range c.mro() {
		for _, b := range k.bases {
			if b.impl == nil && (b.str == name || strings.HasSuffix(b.str, "."+name)) {
				return true
			}
		}
	}
	return false
}

// foreign reports whether the class has a base that is not known.
func (c *class) foreign() bool {
	for _, k := range c.mro() {
		for _, b := range k.bases {
			if _, ok := b.impl.(*class); !ok && (b.kind == Unknown || !plainBase(b.str)) {
				return true
			}
		}
	}
	return false
}

func (i *interp) classDef(s *python.ClassDef, sc *scope) *node {
	c := &class{name: s.Name.ID, def: s, mod: sc.mod}
	for _, b := range s.Bases {
		v := i.eval(b, sc)
		if len(v.alts) > 0 {
			v = unknown("a base class that is not known")
		}
		c.bases = append(c.bases, v)
		if v.impl == nil && (strings.HasSuffix(v.str, "Enum") || strings.HasSuffix(v.str, "Choices")) {
			c.enum = true
		}
		if v.impl == nil && (strings.HasSuffix(v.str, "StrEnum") || strings.HasSuffix(v.str, "TextChoices") || v.str == "str" || v.str == "builtins.str") {
			c.strEnum = true
		}
		if bc, ok := v.impl.(*class); ok {
			c.enum, c.strEnum = c.enum || bc.enum, c.strEnum || bc.strEnum
			c.dataclass = c.dataclass || bc.dataclass
		}
		if v.impl == nil && strings.HasSuffix(v.str, "NamedTuple") {
			c.dataclass = true
		}
	}
	c.sc = newScope(sc, sc.mod)
	c.sc.record, c.sc.skipped, c.sc.past = true, map[string][]skip{}, map[string][]source.Evidence{}
	c.sc.names["__annotations__"] = &binding{v: dict(nil, nil)}
	c.sc.names["__qualname__"] = &binding{v: str(c.name)}
	i.exec(s.Body, c.sc)
	python.WalkBody(s.Body, func(n python.Node) bool {
		add := func(name string) {
			for _, o := range c.order {
				if o == name {
					return
				}
			}
			c.order = append(c.order, name)
		}
		switch n := n.(type) {
		case *python.Assign:
			for _, t := range n.Targets {
				if x, ok := t.(*python.Name); ok {
					add(x.ID)
				}
			}
		case *python.AnnAssign:
			if x, ok := n.Target.(*python.Name); ok {
				add(x.ID)
			}
		case *python.FunctionDef, *python.ClassDef:
			return false
		}
		return true
	})
	if c.enum {
		var members []string
		for _, n := range c.order {
			if b := c.sc.names[n]; b != nil && !strings.HasPrefix(n, "_") {
				members = append(members, n)
				v := b.v
				if v.kind == TupleKind && c.isA("TextChoices") && len(v.box.c.elems) > 0 {
					v = v.box.c.elems[0]
				}
				c.sc.names[n] = &binding{&node{kind: ObjectKind, str: c.name + "." + n, impl: &enumMember{c, n, v}, ev: v.ev}, b.span}
			}
		}
		c.order = members
	}
	return &node{kind: ObjectKind, str: s.Name.ID, impl: c, ev: source.At(i.span(sc, s.Name))}
}

// annotate remembers an annotated field of a class, in order.
func (i *interp) annotate(sc *scope, name string, s *python.AnnAssign) {
	b := sc.names["__annotations__"]
	v := object(strings.TrimSpace(i.span(sc, s.Annotation).Text()), i.span(sc, s))
	b.v.box.c.keys = append(b.v.box.c.keys, str(name))
	b.v.box.c.elems = append(b.v.box.c.elems, v)
}

// fields lists the annotated fields of a class and its bases with their annotations, bases first.
func (c *class) fields() (names []string, annotations map[string]*node) {
	annotations = map[string]*node{}
	mro := c.mro()
	for k := len(mro) - 1; k >= 0; k-- {
		a := mro[k].sc.names["__annotations__"]
		if a == nil {
			continue
		}
		for n, key := range a.v.box.c.keys {
			if _, seen := annotations[key.str]; !seen {
				names = append(names, key.str)
			}
			annotations[key.str] = a.v.box.c.elems[n]
		}
	}
	return names, annotations
}

// classAttr finds an attribute of a class, nil if it has none. One that a base which is not known may replace is open.
func (i *interp) classAttr(c *class, name string) *node {
	hidden := false
	for _, k := range c.mro() {
		if b := k.sc.names[name]; b != nil {
			if _, method := b.v.impl.(*function); hidden && !method {
				return choice(b.v, unknown("a base class that is not known may set it"))
			}
			return b.v
		}
		hidden = hidden || k.unknownBase()
	}
	return nil
}

// unknownBase reports whether nothing is known of one of the class's own bases.
func (c *class) unknownBase() bool {
	for _, b := range c.bases {
		if b.kind == Unknown {
			return true
		}
	}
	return false
}

// plainBase reports whether a base by name leaves the attributes of its descendants as they are.
func plainBase(name string) bool {
	if name == "object" || strings.HasPrefix(name, "builtins.") || strings.HasPrefix(name, "typing.") || strings.HasPrefix(name, "abc.") ||
		strings.HasPrefix(name, "enum.") || strings.HasPrefix(name, "collections.") {
		return true
	}
	for _, end := range []string{"BaseSettings", "BaseModel", "configurations.Configuration", "Enum", "Choices", "Error", "Exception", "NamedTuple"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func (i *interp) superOf(sc *scope) *node {
	for s := sc; s != nil; s = s.parent {
		if b := s.names["self"]; b != nil {
			if inst, ok := b.v.impl.(*instance); ok {
				// good enough for __init__ chains: the first base
				for _, base := range inst.class.bases {
					if bc, ok := base.impl.(*class); ok {
						return &node{kind: ObjectKind, str: "super", impl: &superProxy{b.v, bc}}
					}
				}
			}
		}
	}
	return nil
}

type superProxy struct {
	self *node
	base *class
}

func (s *superProxy) attr(i *interp, _ *node, name string, at source.Span) *node {
	v := i.classAttr(s.base, name)
	if v == nil {
		return nil
	}
	return i.bound(v, s.self, at)
}

// bound makes a function found in a class a method of self.
func (i *interp) bound(v, self *node, at source.Span) *node {
	f, ok := v.impl.(*function)
	if !ok || f.static {
		return v
	}
	c := *f
	c.self = self
	if f.class {
		if inst, ok := self.impl.(*instance); ok {
			c.self = &node{kind: ObjectKind, str: inst.class.name, impl: inst.class}
		}
	}
	if f.property {
		return i.callFunction(&c, &args{}, at)
	}
	n := *v
	n.impl = &c
	return &n
}

// instantiate makes an instance of a class.
func (i *interp) instantiate(cn *node, c *class, a *args, at source.Span) *node {
	if c.enum {
		if len(a.pos) == 1 {
			for _, name := range c.order {
				m := c.sc.names[name].v
				if eq, known := equal(m.impl.(*enumMember).value, a.pos[0]); known && eq {
					return m.plusReads(a.pos[0].reads)
				}
			}
		}
		return unknown("a member of "+c.name+" that is not known").with(at, a.pos...)
	}
	inst := &instance{class: c, sc: newScope(nil, c.mod)}
	self := &node{kind: ObjectKind, str: c.name, impl: inst, call: &call{a.pos, a.kw}, ev: source.At(at)}
	if i.isSettingsModel(c) {
		i.fillModel(self, inst, a, at)
		return self
	}
	if init := i.classAttr(c, "__init__"); init != nil {
		if f, ok := init.impl.(*function); ok {
			b := *f
			b.self = self
			i.callFunction(&b, a, at)
		}
		return self
	}
	if c.dataclass {
		names, _ := c.fields()
		for k, n := range names {
			v := a.get(k, n)
			if v == nil {
				if v = i.classAttr(c, n); v == nil || a.open {
					v = unknown("a field that is not known")
				} else if v.str == "dataclasses.field" && v.call != nil {
					v = fieldDefault(i, v, at)
				}
			}
			inst.sc.names[n] = &binding{v: v, span: at}
		}
		if post := i.classAttr(c, "__post_init__"); post != nil {
			i.apply(i.bound(post, self, at), nil, nil, at)
		}
		return self
	}
	if c.foreign() {
		inst.sc.open = "it is made by a class whose base is not known"
	}
	return self
}

// fieldDefault is the default of a dataclass or model field.
func fieldDefault(i *interp, f *node, at source.Span) *node {
	if v, ok := (Value{f}).Arg(-1, "default"); ok {
		return v.v
	}
	if v, ok := (Value{f}).Arg(-1, "default_factory"); ok {
		return i.apply(v.v, nil, nil, at)
	}
	return unknown("a field without default")
}

// attr is v.name.
func (i *interp) attr(v *node, name string, at source.Span) *node {
	if len(v.alts) > 0 {
		return i.lift(i.notNone(v, "AttributeError", at), func(a *node) *node { return i.attr(a, name, at) })
	}
	if v.kind == NoneKind && !strings.HasPrefix(name, "__") {
		i.fail("AttributeError", at, v)
	}
	switch t := v.impl.(type) {
	case *instance:
		if b := t.sc.names[name]; b != nil {
			return i.settled(b.v, at)
		}
		if name == "__dict__" {
			return &node{kind: ObjectKind, str: "namespace", impl: &namespace{t.sc}}
		}
		if name == "__class__" {
			return &node{kind: ObjectKind, str: t.class.name, impl: t.class}
		}
		if m := i.classAttr(t.class, name); m != nil {
			if _, method := m.impl.(*function); !method && t.class.foreign() {
				m = choice(m, unknown("a base class that is not known may set it"))
			}
			return i.bound(m, v, at)
		}
		if m := i.modelMethod(v, t, name); m != nil {
			return m
		}
		if g := i.classAttr(t.class, "__getattr__"); g != nil {
			return i.apply(i.bound(g, v, at), []*node{str(name)}, nil, at)
		}
		if t.class.foreign() || t.sc.open != "" {
			return &node{reason: "an attribute of " + t.class.name + " that is not known", ev: source.At(at)}
		}
		if i.caught("AttributeError") {
			panic(&raised{name: "AttributeError", at: at})
		}
		return &node{reason: t.class.name + " has no attribute " + name, ev: source.At(at)}
	case *class:
		if name == "__name__" || name == "__qualname__" {
			return str(t.name)
		}
		if name == "__members__" && t.enum {
			d := dict(nil, nil)
			for _, n := range t.order {
				i.put(d, str(n), t.sc.names[n].v)
			}
			return d
		}
		if m := i.classAttr(t, name); m != nil {
			if f, ok := m.impl.(*function); ok && f.class {
				return i.bound(m, v, at)
			}
			return i.settled(m, at)
		}
		return &node{reason: t.name + " has no attribute " + name + " that is known", ev: source.At(at)}
	case *enumMember:
		switch name {
		case "value", "_value_":
			return t.value.plusReads(v.reads)
		case "name", "_name_":
			return str(t.name).with(at, v)
		}
		if m := i.classAttr(t.class, name); m != nil {
			return i.bound(m, v, at)
		}
		if t.class.strEnum {
			return i.attr(t.value, name, at)
		}
	case *module:
		if b := t.sc.names[name]; b != nil {
			return i.imported(i.settled(b.v, at))
		}
		if name == "__file__" {
			return path(t.file).with(at)
		}
		if name == "__name__" {
			return str(t.name)
		}
		if name == "__dict__" {
			return &node{kind: ObjectKind, str: "namespace", impl: &namespace{t.sc}}
		}
		if sub := i.module(t.name+"."+name, at); sub != nil {
			return moduleNode(sub)
		}
		if t.sc.open != "" {
			return unknown(t.sc.open)
		}
		if i.caught("AttributeError") {
			panic(&raised{name: "AttributeError", at: at})
		}
		return &node{reason: t.name + " has no name " + name, ev: source.At(at)}
	case attributed:
		if x := t.attr(i, v, name, at); x != nil {
			return x
		}
	}
	switch v.kind {
	case ObjectKind:
		if v.call == nil {
			if x := i.nativeAttr(v.str+"."+name, at); x != nil {
				return x
			}
			return object(v.str+"."+name, at)
		}
		if x := i.callAttr(v, name, at); x != nil {
			return x
		}
		u := object(v.str+"()."+name, at)
		u.reads = v.reads
		return u
	case StringKind, BytesKind, ListKind, TupleKind, SetKind, DictKind, RegexpKind, IntKind, FloatKind, BoolKind:
		if names := methodNames(v.kind); names != "" && v.impl == nil && v.str != "argv" && !strings.HasPrefix(name, "_") && !strings.Contains(names, " "+name+" ") {
			i.fail("AttributeError", at, v)
		}
		return &node{kind: ObjectKind, str: "method " + name, impl: &method{v, name}, ev: source.At(at), reads: v.reads}
	case PathKind:
		return i.pathAttr(v, name, at)
	case DurationKind:
		switch name {
		case "days":
			return integer(floorDiv(int64(v.dur), 24*3600*1e9)).with(at, v)
		case "seconds":
			return integer((int64(v.dur)-floorDiv(int64(v.dur), 24*3600*1e9)*24*3600*1e9)/1e9).with(at, v)
		}
		return &node{kind: ObjectKind, str: "method " + name, impl: &method{v, name}, ev: source.At(at), reads: v.reads}
	}
	if v.kind == Unknown {
		return &node{impl: &unknownAttr{v, name}, ev: source.At(at), reads: v.reads, reason: Value{v}.Reason()}
	}
	return unknown(Value{v}.Reason()).with(at, v)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// An unknownAttr is an attribute of a value that is not known: a method of it gives something unknown too.
type unknownAttr struct {
	of   *node
	name string
}

func (u *unknownAttr) call(i *interp, self *node, a *args, at source.Span) *node {
	n := unknown(Value{u.of}.Reason()).with(at, u.of)
	n.secret = u.of.secret
	switch u.name {
	case "split", "rsplit", "splitlines", "copy", "encode", "items", "keys", "values": // what is not empty stays so
		n.nonEmpty = u.of.nonEmpty
	}
	return n
}

func (u *unknownAttr) attr(i *interp, self *node, name string, at source.Span) *node {
	return &node{impl: &unknownAttr{u.of, name}, reads: self.reads, ev: source.At(at), reason: Value{u.of}.Reason()}
}

func (u *unknownAttr) item(i *interp, self, key *node, at source.Span) *node {
	return unknown(Value{u.of}.Reason()).with(at, u.of)
}
