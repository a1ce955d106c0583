package django

import (
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

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
