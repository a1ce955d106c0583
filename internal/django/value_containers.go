package django

// Elements returns the elements of a list, tuple or set, or the keys of a dict, and whether they are all. For several
// alternatives it returns the elements that every one of them has, and false.
func (v Value) Elements() (elems []Value, complete bool) {
	n := v.node()
	if len(n.alts) == 0 {
		if n.box == nil {
			return nil, false
		}
		out := n.elements()
		return out, !n.box.c.open && len(out) == len(n.box.c.elems)
	}
	tries := 250_000
	for i, a := range n.alts {
		if a.box == nil {
			return nil, false
		}
		if i == 0 {
			elems = a.elements()
			continue
		}
		var both []Value
		for _, e := range elems {
			for _, o := range a.elements() {
				if tries--; tries < 0 {
					break
				}
				if same(e.v, o.v) {
					both = append(both, e)
					break
				}
			}
		}
		elems = both
	}
	return elems, false
}

// isMaybe reports whether a key of a dict may be absent.
func isMaybe(e *node) bool {
	for _, a := range e.alts {
		if a.unset {
			return true
		}
	}
	return e.unset
}

// sureKeys lists the keys of a dict that are there in any case.
func (c *contents) sureKeys() []*node {
	for k, e := range c.elems {
		if isMaybe(e) {
			out := append([]*node(nil), c.keys[:k]...)
			for n := k + 1; n < len(c.keys); n++ {
				if !isMaybe(c.elems[n]) {
					out = append(out, c.keys[n])
				}
			}
			return out
		}
	}
	return c.keys
}

func (n *node) elements() []Value {
	list := n.box.c.elems
	if n.kind == DictKind {
		list = n.box.c.sureKeys()
	}
	out := make([]Value, len(list))
	for i, e := range list {
		out[i] = Value{e}
	}
	return out
}

// MayContain returns the elements that at least one alternative has. An element that is itself a choice is given as its
// alternatives.
func (v Value) MayContain() []Value {
	var out []Value
	for _, a := range v.Alternatives() {
		if a.node().box == nil {
			continue
		}
		all := a.v.elements()
		if a.v.kind == DictKind {
			all = all[:0:0]
			for _, k := range a.v.box.c.keys {
				all = append(all, Value{k})
			}
		}
		for _, e := range a.v.box.c.maybe {
			all = append(all, Value{e})
		}
		for _, e := range all {
			for _, x := range e.Alternatives() {
				if x.v.unset {
					continue
				}
				dup := false
				for _, o := range out[max(0, len(out)-500):] {
					dup = dup || same(o.v, x.v) && o.Span() == x.Span()
				}
				if !dup {
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// Key looks a name up in a dict.
func (v Value) Key(name string) (Value, KeyState) {
	n := v.node()
	if len(n.alts) == 0 {
		if n.kind != DictKind {
			return Value{}, KeyMaybe
		}
		if e := n.box.c.get(name); e != nil {
			for k, a := range e.alts {
				if a.unset {
					rest := append(append([]*node(nil), e.alts[:k]...), e.alts[k+1:]...)
					return Value{choice(rest...)}, KeyMaybe
				}
			}
			return Value{e}, KeyPresent
		}
		if n.box.c.open {
			return Value{unknown("the dict is not known in full")}, KeyMaybe
		}
		return Value{}, KeyAbsent
	}
	present, absent := 0, 0
	var found []*node
	for _, a := range v.Alternatives() {
		e, st := a.Key(name)
		switch st {
		case KeyPresent:
			present++
			found = append(found, e.v)
		case KeyAbsent:
			absent++
		default:
			return Value{unknown("the dict is not known in full")}, KeyMaybe
		}
	}
	switch {
	case absent == 0:
		return Value{choice(found...)}, KeyPresent
	case present == 0:
		return Value{}, KeyAbsent
	}
	return Value{choice(found...)}, KeyMaybe
}

func (c *contents) get(name string) *node {
	for i := len(c.keys) - 1; i >= 0; i-- {
		if k := c.keys[i]; k.kind == StringKind && k.str == name {
			return c.elems[i]
		}
	}
	return nil
}

// Keys returns the keys of a dict and whether they are all.
func (v Value) Keys() (keys []Value, complete bool) {
	if v.Kind() != DictKind {
		return nil, false
	}
	return v.Elements()
}
