package django

import (
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/python"
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

func (i *interp) sequence(name string, a *args, at source.Span) *node {
	kind := ListKind
	switch name {
	case "tuple":
		kind = TupleKind
	case "set", "frozenset":
		kind = SetKind
	}
	if len(a.pos) == 0 {
		return container(kind, nil)
	}
	return i.lift(a.pos[0], func(v *node) *node {
		elems, ok := i.iterate(v)
		i.charge(len(elems) / 16)
		i.grow(8 * len(elems))
		if !ok && !v.isContainer() {
			u := unknown(Value{v}.Reason()).with(at, v)
			return u
		}
		out := container(kind, nil)
		if kind == SetKind {
			for _, e := range elems {
				i.add(out, e)
			}
		} else {
			out.box.c.elems = append([]*node(nil), elems...)
		}
		if !ok {
			out.box.c.open = true
			out.box.c.maybe = v.box.c.maybe
		}
		switch name {
		case "sorted":
			es, sorted := i.sortNodes(out.box.c.elems, a, at)
			if sorted && !out.box.c.open {
				out.box.c.elems = es
			} else if len(elems) > 1 {
				i.havocBox(out)
			}
		case "reversed":
			es := out.box.c.elems
			for x, y := 0, len(es)-1; x < y; x, y = x+1, y-1 {
				es[x], es[y] = es[y], es[x]
			}
		}
		return out.with(at, v)
	})
}

func (i *interp) anyAll(name string, v *node, at source.Span) *node {
	return i.lift(v, func(v *node) *node {
		if !v.isContainer() {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		sure := !v.box.c.open
		out := v
		for _, e := range v.box.c.elems {
			t, ok := truthOf(e)
			out = out.plusReads(e.reads)
			if ok && t == (name == "any") {
				return boolean(t).with(at, v, e)
			}
			sure = sure && ok
		}
		if !sure {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		return boolean(name == "all").with(at, out)
	})
}

func (i *interp) mapFilter(name string, a *args, at source.Span) *node {
	if len(a.pos) != 2 {
		return unknown("map over several values")
	}
	return i.lift(a.pos[1], func(v *node) *node {
		elems, ok := i.iterate(v)
		if !ok {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		out := container(ListKind, nil)
		for _, e := range elems {
			i.step()
			if name == "map" {
				out.box.c.elems = append(out.box.c.elems, i.apply(a.pos[0], []*node{e}, nil, at))
				continue
			}
			t := e
			if a.pos[0].kind != NoneKind {
				t = i.apply(a.pos[0], []*node{e}, nil, at)
			}
			keep, known := truthOf(t)
			if !known {
				out.box.c.open = true
				out.box.c.maybe = append(out.box.c.maybe, e)
			} else if keep {
				out.box.c.elems = append(out.box.c.elems, e)
			}
		}
		return out.with(at, v)
	})
}

func (i *interp) series(name string, a *args, at source.Span) *node {
	out := container(ListKind, nil)
	switch name {
	case "range":
		lo, hi, st := int64(0), int64(0), int64(1)
		for _, p := range a.pos {
			if !isInt(p) {
				return unknown("a range that is not known")
			}
		}
		switch len(a.pos) {
		case 1:
			hi = a.pos[0].num
		case 2, 3:
			lo, hi = a.pos[0].num, a.pos[1].num
			if len(a.pos) == 3 {
				st = a.pos[2].num
			}
		}
		if st == 0 {
			return unknown("a range that is not known")
		}
		for n := lo; st > 0 && n < hi || st < 0 && n > hi; n += st {
			if len(out.box.c.elems) > maxLoop {
				return unknown("a range that is too long")
			}
			i.step()
			out.box.c.elems = append(out.box.c.elems, integer(n))
		}
	case "enumerate":
		elems, ok := i.iterate(a.first())
		if !ok {
			return unknown(Value{a.first()}.Reason()).with(at, a.first())
		}
		start := int64(0)
		if s := a.get(1, "start"); s != nil && isInt(s) {
			start = s.num
		}
		for k, e := range elems {
			out.box.c.elems = append(out.box.c.elems, container(TupleKind, []*node{integer(start + int64(k)), e}))
		}
	case "zip":
		var cols [][]*node
		n := math.MaxInt
		for _, p := range a.pos {
			elems, ok := i.iterate(p)
			if !ok {
				return unknown(Value{p}.Reason()).with(at, p)
			}
			cols = append(cols, elems)
			n = min(n, len(elems))
		}
		for k := 0; len(cols) > 0 && k < n; k++ {
			t := container(TupleKind, nil)
			for _, c := range cols {
				t.box.c.elems = append(t.box.c.elems, c[k])
			}
			out.box.c.elems = append(out.box.c.elems, t)
		}
	}
	return out.with(at, a.pos...)
}

func (i *interp) arithmetic(name string, a *args, at source.Span) *node {
	switch name {
	case "abs":
		v := a.first()
		switch v.kind {
		case IntKind:
			return integer(max(v.num, -v.num)).with(at, v)
		case FloatKind:
			return float(math.Abs(v.flt)).with(at, v)
		}
	case "round":
		if v := a.first(); len(a.pos) == 1 && v.kind == FloatKind {
			return integer(int64(math.RoundToEven(v.flt))).with(at, v)
		} else if isInt(v) {
			return v
		}
	default:
		list := a.pos
		if len(a.pos) == 1 || name == "sum" {
			elems, ok := i.iterate(a.first())
			if !ok {
				break
			}
			list = elems
		}
		if len(a.kw) > 0 {
			break
		}
		if name == "sum" {
			total := integer(0)
			if s := a.get(1, ""); s != nil {
				total = s
			}
			for _, e := range list {
				total = i.binary(total, "+", e, at)
			}
			return total
		}
		if len(list) == 0 {
			break
		}
		best := list[0]
		for _, e := range list[1:] {
			op := "<"
			if name == "max" {
				op = ">"
			}
			r := i.lift2(e, best, func(x, y *node) *node { return i.compare1(x, op, y, at) })
			t, ok := truthOf(r)
			if !ok {
				return unknown(Value{e}.Reason()).with(at, list...)
			}
			if t {
				best = e
			}
		}
		return best.with(at, list...)
	}
	return unknown(Value{a.first()}.Reason()).with(at, a.pos...)
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

// fromJSON turns decoded JSON into a value; keys keep their order.
func fromJSON(text string, at source.Span, from *node) (*node, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var read func(depth int) (*node, bool)
	read = func(depth int) (*node, bool) {
		if depth > 100 {
			return nil, false
		}
		t, err := dec.Token()
		if err != nil {
			return nil, false
		}
		switch t := t.(type) {
		case string:
			return str(t).with(at, from), true
		case bool:
			return boolean(t).with(at, from), true
		case nil:
			return none().with(at, from), true
		case json.Number:
			if n, err := t.Int64(); err == nil {
				return integer(n).with(at, from), true
			}
			f, err := t.Float64()
			return float(f).with(at, from), err == nil
		case json.Delim:
			if t == '[' {
				out := container(ListKind, nil)
				for dec.More() {
					e, ok := read(depth + 1)
					if !ok {
						return nil, false
					}
					out.box.c.elems = append(out.box.c.elems, e)
				}
				_, err := dec.Token()
				return out.with(at, from), err == nil
			}
			out := dict(nil, nil)
			for dec.More() {
				k, ok := read(depth + 1)
				if !ok || !k.isStr() {
					return nil, false
				}
				v, ok := read(depth + 1)
				if !ok {
					return nil, false
				}
				out.box.c.keys = append(out.box.c.keys, k)
				out.box.c.elems = append(out.box.c.elems, v)
			}
			_, err := dec.Token()
			return out.with(at, from), err == nil
		}
		return nil, false
	}
	v, ok := read(0)
	if !ok || dec.More() {
		return nil, false
	}
	return v, true
}

// literalEval is ast.literal_eval.
func (i *interp) literalEval(v *node, at source.Span) *node {
	if !v.isStr() {
		return unknown(Value{v}.Reason()).with(at, v)
	}
	i.charge(len(v.str))
	m := python.Parse(source.NewFile("literal", []byte(strings.TrimLeft(v.str, " \t")+"\n")))
	if len(m.Body) == 1 && len(m.Problems) == 0 {
		if e, ok := m.Body[0].(*python.ExprStmt); ok && onlyLiterals(e.Value) {
			sc := newScope(nil, &module{m: m})
			return i.relocate(i.eval(e.Value, sc), at, v, 0)
		}
	}
	return i.valueError(v, at)
}

func onlyLiterals(e python.Expr) bool {
	ok := true
	python.Walk(e, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Constant, *python.List, *python.Tuple, *python.Set, *python.Dict:
		case *python.UnaryOp:
			ok = ok && n.Op != "not"
		default:
			ok = false
		}
		return ok
	})
	return ok
}

// relocate gives a value that was made from text the evidence of that text.
func (i *interp) relocate(v *node, at source.Span, from *node, depth int) *node {
	c := v.with(at, from)
	if v.box != nil && depth < 20 {
		c.box = &box{&contents{keys: v.box.c.keys, open: v.box.c.open}}
		for _, e := range v.box.c.elems {
			c.box.c.elems = append(c.box.c.elems, i.relocate(e, at, from, depth+1))
		}
	}
	return c
}

func timedelta(i *interp, a *args, at source.Span) *node {
	units := []struct {
		name string
		d    time.Duration
	}{{"days", 24 * time.Hour}, {"seconds", time.Second}, {"microseconds", time.Microsecond}, {"milliseconds", time.Millisecond},
		{"minutes", time.Minute}, {"hours", time.Hour}, {"weeks", 7 * 24 * time.Hour}}
	total := 0.0
	var from []*node
	for k, u := range units {
		v := a.get(k, u.name)
		if v == nil {
			continue
		}
		from = append(from, v)
		if len(v.alts) > 0 {
			return i.lift(v, func(x *node) *node {
				b := &args{open: a.open}
				b.pos = append([]*node(nil), a.pos...)
				b.kw = append([]kwarg(nil), a.kw...)
				if k < len(b.pos) {
					b.pos[k] = x
				}
				for n := range b.kw {
					if b.kw[n].name == u.name {
						b.kw[n].v = x
					}
				}
				return timedelta(i, b, at)
			})
		}
		x, ok := number(v)
		if !ok {
			return unknown(Value{v}.Reason()).with(at, v)
		}
		total += x * float64(u.d)
	}
	if a.open || math.Abs(total) >= math.MaxInt64 {
		return unknown("a length of time that is not known").with(at, from...)
	}
	return dur(time.Duration(math.RoundToEven(total/1000))*1000).with(at, from...)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
