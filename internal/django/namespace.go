package django

import (
	"github.com/prodcheck/prodcheck/internal/source"
)

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
