package django

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// builtin returns the built-in object of a name, or nil.
func (i *interp) builtin(name string, sc *scope) *node {
	switch name {
	case "__file__":
		return path(sc.mod.file)
	case "__name__":
		return str(sc.mod.name)
	case "__package__":
		return str(packageOf(sc.mod))
	case "__doc__", "__spec__":
		return none()
	case "__debug__":
		return boolean(true)
	case "NotImplemented", "Ellipsis":
		return object(name, source.Span{})
	}
	if f := builtinFunc(name); f != nil {
		return &node{kind: ObjectKind, str: "builtins." + name, impl: f}
	}
	if strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception") || strings.HasSuffix(name, "Warning") || name == "object" || name == "property" || name == "type" || name == "super" || name == "SystemExit" {
		return object(name, source.Span{})
	}
	return nil
}

func builtinFunc(name string) nativeFunc {
	switch name {
	case "bool":
		return func(i *interp, a *args, at source.Span) *node {
			if len(a.pos) == 0 {
				return boolean(false)
			}
			return i.lift(a.pos[0], func(v *node) *node { return toBool(v, at) })
		}
	case "int":
		return func(i *interp, a *args, at source.Span) *node {
			if len(a.pos) == 0 {
				return integer(0)
			}
			return i.lift(a.pos[0], func(v *node) *node { return i.toInt(v, a.get(1, "base"), at) })
		}
	case "float":
		return func(i *interp, a *args, at source.Span) *node {
			if len(a.pos) == 0 {
				return float(0)
			}
			return i.lift(a.pos[0], func(v *node) *node { return i.toFloat(v, at) })
		}
	case "str":
		return func(i *interp, a *args, at source.Span) *node {
			if len(a.pos) == 0 {
				return str("")
			}
			return i.lift(a.pos[0], func(v *node) *node { return format(v, 0, "", at) })
		}
	case "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter":
		return func(i *interp, a *args, at source.Span) *node { return i.sequence(name, a, at) }
	case "dict":
		return func(i *interp, a *args, at source.Span) *node {
			d := dict(nil, nil)
			d.ev = source.At(at)
			if len(a.pos) > 0 {
				i.update(d, a.pos[0])
				d.reads = a.pos[0].reads
			}
			for _, k := range a.kw {
				i.put(d, str(k.name).with(at), k.v)
			}
			d.box.c.open = d.box.c.open || a.open
			return d
		}
	case "len":
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node {
				switch {
				case v.isStr():
					return integer(int64(len([]rune(v.str)))).with(at, v)
				case v.kind == BytesKind:
					return integer(int64(len(v.str))).with(at, v)
				case v.isContainer() && !v.box.c.open && (v.kind != DictKind || len(v.box.c.sureKeys()) == len(v.box.c.keys)):
					return integer(int64(len(v.box.c.elems))).with(at, v)
				}
				return unknown(Value{v}.Reason()).with(at, v)
			})
		}
	case "any", "all":
		return func(i *interp, a *args, at source.Span) *node { return i.anyAll(name, a.first(), at) }
	case "map", "filter":
		return func(i *interp, a *args, at source.Span) *node { return i.mapFilter(name, a, at) }
	case "zip", "enumerate", "range":
		return func(i *interp, a *args, at source.Span) *node { return i.series(name, a, at) }
	case "min", "max", "sum", "abs", "round":
		return func(i *interp, a *args, at source.Span) *node { return i.arithmetic(name, a, at) }
	case "getattr":
		return func(i *interp, a *args, at source.Span) *node {
			n, ok := a.str(1, "")
			if !ok {
				return unknown("an attribute that is not known")
			}
			if d := a.get(2, ""); d != nil {
				has, known := i.hasAttr(a.pos[0], n, at)
				if known && !has {
					return d
				}
				if !known {
					return choice(d, unknown("an attribute that is not known"))
				}
			}
			return i.attr(a.pos[0], n, at)
		}
	case "hasattr":
		return func(i *interp, a *args, at source.Span) *node {
			if n, ok := a.str(1, ""); ok {
				if has, known := i.hasAttr(a.pos[0], n, at); known {
					return boolean(has)
				}
			}
			return unknown("an attribute that is not known")
		}
	case "setattr":
		return func(i *interp, a *args, at source.Span) *node {
			if n, ok := a.str(1, ""); ok && len(a.pos) == 3 {
				i.setAttr(a.pos[0], n, a.pos[2], at)
			} else if m, ok := a.first().impl.(*module); ok {
				i.loosen(m.sc, "a setting whose name is not known is set", at)
			}
			return none()
		}
	case "isinstance":
		return func(i *interp, a *args, at source.Span) *node { return i.isInstance(a, at) }
	case "callable":
		return func(i *interp, a *args, at source.Span) *node {
			v := a.first()
			if v.kind == ObjectKind && v.call == nil {
				return boolean(true)
			}
			if v.kind == Unknown || v.kind == ObjectKind {
				return unknown("")
			}
			return boolean(false)
		}
	case "print", "input", "breakpoint", "exit", "quit":
		return func(i *interp, a *args, at source.Span) *node {
			if name == "exit" || name == "quit" {
				i.refuse("SystemExit", none(), at)
			}
			return none()
		}
	case "repr", "chr", "ord", "hash", "id", "open", "next", "vars", "dir", "issubclass", "bytes", "slice", "hex", "format", "pow", "divmod", "compile", "__import__":
		return func(i *interp, a *args, at source.Span) *node { return i.rest(name, a, at) }
	case "staticmethod", "classmethod":
		return func(i *interp, a *args, at source.Span) *node { return a.first() }
	case "dict.fromkeys":
		return func(i *interp, a *args, at source.Span) *node {
			v := a.get(1, "value")
			if v == nil {
				v = none()
			}
			elems, ok := i.iterate(a.first())
			if !ok {
				return unknown(Value{a.first()}.Reason()).with(at, a.first())
			}
			d := dict(nil, nil)
			for _, e := range elems {
				i.put(d, e, v)
			}
			return d.with(at, a.first())
		}
	}
	// a method of a type, called with the value as its first argument
	if t, m, ok := strings.Cut(name, "."); ok && (t == "str" || t == "list" || t == "dict" || t == "int" || t == "set") {
		return func(i *interp, a *args, at source.Span) *node {
			rest := &args{kw: a.kw, open: a.open}
			if len(a.pos) > 1 {
				rest.pos = a.pos[1:]
			}
			return i.lift(a.first(), func(r *node) *node { return i.method(r, m, rest, at) })
		}
	}
	return nil
}

func (a *args) first() *node {
	if len(a.pos) > 0 {
		return a.pos[0]
	}
	return unknown("a missing argument")
}

// get2 is the argument at a position, unknown if there is none.
func (a *args) get2(k int) *node {
	if v := a.get(k, ""); v != nil {
		return v
	}
	return unknown("a missing argument")
}

func toBool(v *node, at source.Span) *node {
	t, ok := v.truth()
	if !ok {
		return unknown(Value{v}.Reason()).with(at, v)
	}
	return boolean(t).with(at, v)
}

func (i *interp) valueError(v *node, at source.Span) *node {
	if i.caught("ValueError") {
		panic(&raised{name: "ValueError", reads: v.reads, at: at})
	}
	if len(v.reads) > 0 && v.kind == StringKind {
		i.refuse("ValueError", v, at)
	}
	return unknown("a text that is no number").with(at, v)
}

func (i *interp) toInt(v, base *node, at source.Span) *node {
	switch v.kind {
	case IntKind, BoolKind:
		return integer(v.num).with(at, v)
	case FloatKind:
		if math.Abs(v.flt) < 1<<53 {
			return integer(int64(v.flt)).with(at, v)
		}
	case StringKind:
		b := 10
		if base != nil && base.kind == IntKind && base.num >= 0 && base.num <= 36 {
			b = int(base.num)
		}
		s := pyStrip(v.str)
		if p := map[int]string{16: "0x", 8: "0o", 2: "0b"}[b]; p != "" && len(s) > 2 && strings.EqualFold(s[:2], p) {
			s = s[2:]
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(s, "_", ""), b, 64)
		if err == nil && !strings.HasPrefix(s, "_") && !strings.HasSuffix(s, "_") && !strings.Contains(s, "__") {
			return integer(n).with(at, v)
		}
		return i.valueError(v, at)
	case NoneKind:
		if i.caught("TypeError") {
			panic(&raised{name: "TypeError", reads: v.reads, at: at})
		}
		if len(v.reads) > 0 {
			i.refuse("TypeError", v, at)
		}
	}
	u := unknown(Value{v}.Reason()).with(at, v)
	u.secret = v.secret
	return u
}

func (i *interp) toFloat(v *node, at source.Span) *node {
	switch v.kind {
	case IntKind, BoolKind:
		return float(float64(v.num)).with(at, v)
	case FloatKind:
		return v.with(at, v)
	case StringKind:
		f, err := strconv.ParseFloat(strings.ReplaceAll(pyStrip(v.str), "_", ""), 64)
		if err == nil && !strings.ContainsAny(v.str, "xXpP") {
			return float(f).with(at, v)
		}
		return i.valueError(v, at)
	}
	return unknown(Value{v}.Reason()).with(at, v)
}

func (i *interp) hasAttr(v *node, name string, at source.Span) (has, known bool) {
	if len(v.alts) > 0 {
		return false, false
	}
	switch t := v.impl.(type) {
	case *instance:
		if t.sc.names[name] != nil || i.classAttr(t.class, name) != nil || i.modelMethod(v, t, name) != nil {
			return true, true
		}
		return false, !t.class.foreign() && t.sc.open == ""
	case *class:
		if i.classAttr(t, name) != nil {
			return true, true
		}
		return false, !t.foreign()
	case *module:
		if t.sc.names[name] != nil {
			return true, true
		}
		return false, t.sc.open == ""
	}
	return false, false
}

func (i *interp) isInstance(a *args, at source.Span) *node {
	if len(a.pos) != 2 {
		return unknown("")
	}
	types := []*node{a.pos[1]}
	if a.pos[1].kind == TupleKind {
		types = a.pos[1].box.c.elems
	}
	return i.lift(a.pos[0], func(v *node) *node {
		if v.kind == Unknown && v.impl == nil {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		sure := true
		for _, t := range types {
			name := strings.TrimPrefix(t.str, "builtins.")
			is, known := false, true
			switch name {
			case "str":
				is = v.isStr()
			case "bool":
				is = v.kind == BoolKind
			case "int":
				is = isInt(v)
			case "float":
				is = v.kind == FloatKind
			case "list":
				is = v.kind == ListKind
			case "tuple":
				is = v.kind == TupleKind
			case "dict":
				is = v.kind == DictKind
			case "set", "frozenset":
				is = v.kind == SetKind
			case "bytes":
				is = v.kind == BytesKind
			default:
				known = false
				if c, ok := t.impl.(*class); ok {
					if inst, ok := v.impl.(*instance); ok {
						known = true
						for _, k := range inst.class.mro() {
							is = is || k == c
						}
					}
				}
			}
			if is {
				return boolean(true).with(at, v)
			}
			sure = sure && known
		}
		if !sure {
			return unknown("a type that is not known").with(at, v)
		}
		return boolean(false).with(at, v)
	})
}

func (i *interp) rest(name string, a *args, at source.Span) *node {
	v := a.first()
	switch name {
	case "repr":
		if v.isStr() || v.kind == IntKind || v.kind == BoolKind || v.kind == NoneKind {
			return str(pyRepr(v)).with(at, v)
		}
	case "chr":
		if isInt(v) && v.num >= 0 && v.num < 0x110000 {
			return str(string(rune(v.num))).with(at, v)
		}
	case "ord":
		if r := []rune(v.str); v.isStr() && len(r) == 1 {
			return integer(int64(r[0])).with(at, v)
		}
	case "bytes":
		if v.isStr() {
			return (&node{kind: BytesKind, str: v.str}).with(at, v)
		}
	case "next":
		if elems, ok := i.iterate(v); ok {
			if len(elems) > 0 {
				return elems[0]
			}
			if d := a.get(1, ""); d != nil {
				return d
			}
		}
	case "open":
		return i.openFile(v, at)
	case "__import__":
		if s, ok := a.str(0, "name"); ok {
			return i.importName(s, nil, at)
		}
	}
	return unknown("the result of "+name+" is not evaluated").with(at, a.pos...)
}

// openFile is open(path). Files are not read; a Docker secret is what production supplies.
func (i *interp) openFile(v *node, at source.Span) *node {
	u := &node{reason: "it is read from a file", ev: source.At(at), reads: v.reads}
	if p, ok := text(v); ok {
		u.reason = "it is read from the file " + p
		if strings.HasPrefix(p, "/run/secrets/") {
			u.secret, u.nonEmpty = true, true
			u.reason = "it is the Docker secret " + strings.TrimPrefix(p, "/run/secrets/")
		} else if !i.h.Exists(p) && i.caught("FileNotFoundError") && !strings.HasPrefix(p, "/") {
			panic(&raised{name: "FileNotFoundError", at: at})
		}
	}
	return u
}

// enter is what a context manager gives to its with statement.
func (i *interp) enter(v *node, at source.Span) *node {
	if p, ok := v.impl.(contextual); ok {
		return p.enter(i, v)
	}
	if inst, ok := v.impl.(*instance); ok {
		if m := i.classAttr(inst.class, "__enter__"); m != nil {
			return i.apply(i.bound(m, v, at), nil, nil, at)
		}
	}
	return v
}

type contextual interface {
	enter(i *interp, self *node) *node
	leave(i *interp)
}

// leave ends a with statement.
func (i *interp) leave(v *node) {
	if p, ok := v.impl.(contextual); ok {
		p.leave(i)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
