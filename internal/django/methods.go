package django

import (
	"sort"
	"strconv"

	"github.com/prodcheck/prodcheck/internal/source"
)

// methodNames lists what a value of a built-in type has besides what begins with an underscore; "" for other kinds.
func methodNames(k Kind) string {
	const text = " capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle isupper join " +
		"ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split " +
		"splitlines startswith strip swapcase title translate upper zfill "
	switch k {
	case StringKind:
		return text + "casefold encode format format_map isdecimal isidentifier isnumeric isprintable "
	case BytesKind:
		return text + "decode fromhex hex "
	case ListKind:
		return " append clear copy count extend index insert pop remove reverse sort "
	case TupleKind:
		return " count index "
	case SetKind:
		return " add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset pop remove " +
			"symmetric_difference symmetric_difference_update union update "
	case DictKind:
		return " clear copy fromkeys get items keys pop popitem setdefault update values move_to_end "
	case IntKind, BoolKind:
		return " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag numerator real to_bytes is_integer "
	case FloatKind:
		return " as_integer_ratio conjugate fromhex hex imag is_integer real "
	}
	return ""
}

// method calls a method of a built-in type. The receiver has no alternatives; arguments may.
func (i *interp) method(r *node, name string, a *args, at source.Span) *node {
	for k := range a.pos {
		if r.isContainer() || r.isStr() {
			if name != "append" && name != "insert" && name != "add" && name != "setdefault" {
				a.pos[k] = i.consumed(a.pos[k])
			}
		}
	}
	for k, p := range a.pos {
		if len(p.alts) > 0 && !r.isContainer() {
			return i.lift(p, func(x *node) *node {
				b := &args{pos: append([]*node(nil), a.pos...), kw: a.kw, open: a.open}
				b.pos[k] = x
				return i.method(r, name, b, at)
			})
		}
	}
	from := append([]*node{r}, a.pos...)
	open := func() *node {
		u := unknown("").with(at, from...)
		u.reason = ""
		for _, n := range from {
			if n.kind == Unknown && u.reason == "" {
				u.reason = Value{n}.Reason()
			}
		}
		if u.reason == "" {
			u.reason = "the method " + name + " is not evaluated"
		}
		return u
	}
	if a.open {
		return open()
	}
	i.charge(len(r.str) / 64)
	switch r.kind {
	case StringKind, BytesKind:
		if v := i.strMethod(r, name, a, at); v != nil {
			i.grow(len(v.str))
			return v.with(at, from...)
		}
	case ListKind, TupleKind:
		if v := i.listMethod(r, name, a, at); v != nil {
			return v
		}
	case SetKind:
		if v := i.setMethod(r, name, a, at); v != nil {
			return v
		}
	case DictKind:
		if v := i.dictMethod(r, name, a, at); v != nil {
			return v
		}
	case DurationKind:
		if name == "total_seconds" {
			return float(r.dur.Seconds()).with(at, r)
		}
	case IntKind, BoolKind, FloatKind:
		if name == "bit_length" && isInt(r) && r.num >= 0 {
			return integer(int64(len(strconv.FormatInt(r.num, 2)))).with(at, r)
		}
	case RegexpKind:
		return open()
	}
	return open()
}

func (i *interp) listMethod(r *node, name string, a *args, at source.Span) *node {
	arg := a.get(0, "")
	switch name {
	case "append":
		if arg != nil && r.kind == ListKind {
			c := i.touch(r.box)
			if len(c.elems) >= maxElems {
				panic(stop{"a list has too many elements"})
			}
			c.elems = append(c.elems, i.underControl(arg, true))
			return none()
		}
	case "extend":
		if arg != nil && r.kind == ListKind {
			i.extend(r, arg)
			return none()
		}
	case "insert":
		if len(a.pos) == 2 && r.kind == ListKind {
			c := i.touch(r.box)
			v := i.underControl(a.pos[1], true)
			if !isInt(a.pos[0]) || c.open {
				c.open = true
				c.elems = append(c.elems, v)
				return none()
			}
			n := a.pos[0].num
			if n < 0 {
				n += int64(len(c.elems))
			}
			n = max(0, min(n, int64(len(c.elems))))
			c.elems = append(c.elems[:n:n], append([]*node{v}, c.elems[n:]...)...)
			return none()
		}
	case "remove":
		if arg != nil && r.kind == ListKind {
			c := i.touch(r.box)
			sure := true
			for k, e := range c.elems {
				eq, known := equal(e, arg)
				if eq {
					c.elems = append(c.elems[:k:k], c.elems[k+1:]...)
					return none()
				}
				sure = sure && known
			}
			if sure && !c.open && i.caught("ValueError") {
				panic(&raised{name: "ValueError", at: at})
			}
			return none()
		}
	case "pop":
		if r.kind == ListKind && !r.box.c.open && len(r.box.c.elems) > 0 {
			n := int64(len(r.box.c.elems) - 1)
			if arg != nil {
				if !isInt(arg) {
					break
				}
				n = arg.num
				if n < 0 {
					n += int64(len(r.box.c.elems))
				}
			}
			if n >= 0 && n < int64(len(r.box.c.elems)) {
				c := i.touch(r.box)
				v := c.elems[n]
				c.elems = append(c.elems[:n:n], c.elems[n+1:]...)
				return v
			}
		}
	case "index":
		if arg != nil && !r.box.c.open {
			for k, e := range r.box.c.elems {
				if eq, known := equal(e, arg); known && eq {
					return integer(int64(k)).with(at, r, arg)
				} else if !known {
					return nil
				}
			}
			if i.caught("ValueError") {
				panic(&raised{name: "ValueError", at: at})
			}
		}
	case "count":
		if arg != nil && !r.box.c.open {
			n := int64(0)
			for _, e := range r.box.c.elems {
				eq, known := equal(e, arg)
				if !known {
					return nil
				}
				if eq {
					n++
				}
			}
			return integer(n).with(at, r)
		}
	case "copy":
		return i.copyOf(r)
	case "reverse":
		c := i.touch(r.box)
		for x, y := 0, len(c.elems)-1; x < y; x, y = x+1, y-1 {
			c.elems[x], c.elems[y] = c.elems[y], c.elems[x]
		}
		return none()
	case "sort":
		if es, ok := i.sortNodes(r.box.c.elems, a, at); ok && !r.box.c.open {
			i.touch(r.box).elems = es
			return none()
		}
		i.havocBox(r)
		return none()
	case "clear":
		c := i.touch(r.box)
		c.elems, c.open, c.maybe = nil, false, nil
		return none()
	}
	return nil
}

// sortNodes returns elements in the order that sorted(in, key=key, reverse=reverse) gives, if their keys can be compared.
func (i *interp) sortNodes(in []*node, a *args, at source.Span) ([]*node, bool) {
	i.charge(8 * len(in))
	keys := append([]*node(nil), in...)
	key, reverse := a.get(-1, "key"), false
	if r := a.get(-1, "reverse"); r != nil {
		t, known := truthOf(r)
		if !known {
			return nil, false
		}
		reverse = t
	}
	for k := range keys {
		if key != nil && key.kind != NoneKind {
			keys[k] = i.apply(key, []*node{in[k]}, nil, at)
		}
		if n := keys[k]; len(n.alts) > 0 || k > 0 && n.kind != keys[0].kind || !n.isStr() && n.kind != IntKind && n.kind != TupleKind {
			return nil, false
		}
	}
	order := make([]int, len(in))
	for k := range order {
		order[k] = k
	}
	sure := true
	sort.SliceStable(order, func(x, y int) bool {
		if reverse {
			x, y = y, x
		}
		less, known := truthOf(i.compare1(keys[order[x]], "<", keys[order[y]], at))
		sure = sure && known
		return less
	})
	out := make([]*node, len(in))
	for k, o := range order {
		out[k] = in[o]
	}
	return out, sure
}

func (i *interp) setMethod(r *node, name string, a *args, at source.Span) *node {
	arg := a.get(0, "")
	switch name {
	case "add":
		if arg != nil {
			i.add(r, arg)
			return none()
		}
	case "update":
		for _, p := range a.pos {
			i.extend(r, p)
		}
		return none()
	case "discard", "remove":
		if arg != nil {
			c := i.touch(r.box)
			for k, e := range c.elems {
				if eq, known := equal(e, arg); known && eq {
					c.elems = append(c.elems[:k:k], c.elems[k+1:]...)
					break
				}
			}
			return none()
		}
	case "union":
		v := i.copyOf(r)
		for _, p := range a.pos {
			i.extend(v, p)
		}
		return v.with(at, append([]*node{r}, a.pos...)...)
	case "difference", "intersection":
		if arg == nil {
			return i.copyOf(r)
		}
		if elems, ok := i.iterate(arg); ok {
			s := container(SetKind, nil)
			for _, e := range elems {
				i.add(s, e)
			}
			op := "-"
			if name == "intersection" {
				op = "&"
			}
			return i.binary(r, op, s, at)
		}
	case "copy":
		return i.copyOf(r)
	}
	return nil
}

func (i *interp) dictMethod(r *node, name string, a *args, at source.Span) *node {
	c := r.box.c
	key := a.get(0, "")
	find := func() (*node, bool) {
		if key == nil || key.kind == Unknown || len(key.alts) > 0 {
			return nil, false
		}
		for k := len(c.keys) - 1; k >= 0; k-- {
			if sameKey(c.keys[k], key) {
				return c.elems[k], true
			}
		}
		return nil, !c.open
	}
	switch name {
	case "get", "pop", "setdefault":
		v, known := find()
		if !known {
			if key != nil && len(key.alts) > 0 {
				return i.lift(key, func(k *node) *node {
					return i.dictMethod(r, name, &args{pos: append([]*node{k}, a.pos[min(1, len(a.pos)):]...), kw: a.kw}, at)
				})
			}
			return nil
		}
		if v != nil {
			for _, alt := range v.alts {
				if alt.unset {
					return nil
				}
			}
			if name == "pop" {
				i.delKey(r, key)
			}
			return v.plusReads(joinReads(r.reads, key.reads))
		}
		d := a.get(1, "default")
		if d == nil {
			if name == "pop" {
				if i.caught("KeyError") {
					panic(&raised{name: "KeyError", reads: key.reads, at: at})
				}
				return nil
			}
			d = none()
		}
		if name == "setdefault" {
			i.put(r, key, d)
		}
		return d.plusReads(key.reads)
	case "update":
		for _, p := range a.pos {
			i.update(r, i.underControl(p, false))
		}
		for _, k := range a.kw {
			i.put(r, str(k.name), i.underControl(k.v, true))
		}
		return none()
	case "items", "keys", "values":
		out := container(ListKind, nil)
		out.box.c.open = c.open
		for k := range c.keys {
			if isMaybe(c.elems[k]) {
				out.box.c.open = true
				continue
			}
			switch name {
			case "items":
				out.box.c.elems = append(out.box.c.elems, container(TupleKind, []*node{c.keys[k], i.settled(c.elems[k], at)}))
			case "keys":
				out.box.c.elems = append(out.box.c.elems, c.keys[k])
			default:
				out.box.c.elems = append(out.box.c.elems, i.settled(c.elems[k], at))
			}
		}
		return out.with(at, r)
	case "copy":
		return i.copyOf(r)
	case "clear":
		t := i.touch(r.box)
		t.keys, t.elems, t.open = []*node{}, nil, false
		return none()
	}
	return nil
}
