package django

import (
	"github.com/prodcheck/prodcheck/internal/source"
)

// changes are what a branch did, to be merged with what the other one did.
type changes struct {
	boxes  map[*box]*contents
	scopes map[*scope]map[string]*binding
	opens  map[*scope]string
	env    map[string]*node
	dead   bool // the branch raised or left the program
	flow   flow
	val    *node
	why    *raised
}

// branch runs f, takes back what it changed and returns that.
func (i *interp) branch(f func() (flow, *node)) changes {
	j := &journal{up: i.journal, boxes: map[*box]*contents{}, scopes: map[*scope]map[string]*binding{}, opens: map[*scope]string{},
		env: map[string]*node{}, hadEnv: map[string]bool{}}
	i.journal = j
	calls, controls, frames, catching, tries, nest := i.calls, len(i.control), len(i.frames), len(i.catching), len(i.tries), i.forkNest
	c := changes{boxes: map[*box]*contents{}, scopes: map[*scope]map[string]*binding{}, opens: map[*scope]string{}, env: map[string]*node{}}
	func() {
		defer func() {
			if e := recover(); e != nil {
				r, ok := e.(*raised)
				if !ok {
					panic(e)
				}
				c.dead, c.why = true, r
				i.calls, i.control, i.frames, i.catching, i.forkNest = calls, i.control[:controls], i.frames[:frames], i.catching[:catching], nest
				i.tries = i.tries[:tries]
			}
		}()
		c.flow, c.val = f()
	}()
	for b, old := range j.boxes {
		c.boxes[b] = b.c
		b.c = old
	}
	for sc, old := range j.scopes {
		now := map[string]*binding{}
		for name, b := range old {
			now[name] = sc.names[name]
			if b == nil {
				delete(sc.names, name)
			} else {
				sc.names[name] = b
			}
		}
		c.scopes[sc] = now
	}
	for sc, old := range j.opens {
		c.opens[sc] = sc.open
		sc.open = old
	}
	for name := range j.hadEnv {
		c.env[name] = i.env[name]
		if old, ok := j.env[name]; ok {
			i.env[name] = old
		} else {
			delete(i.env, name)
		}
	}
	i.journal = j.up
	return c
}

// merge puts the changes of several branches, one of which was taken, into effect.
func (i *interp) merge(bs ...changes) {
	live := bs[:0:0]
	for _, b := range bs {
		if !b.dead {
			live = append(live, b)
		}
	}
	boxes := map[*box]bool{}
	scopes := map[*scope]map[string]bool{}
	env := map[string]bool{}
	for _, b := range live {
		for x := range b.boxes {
			boxes[x] = true
		}
		for sc, names := range b.scopes {
			if scopes[sc] == nil {
				scopes[sc] = map[string]bool{}
			}
			for n := range names {
				scopes[sc][n] = true
			}
		}
		for sc, why := range b.opens {
			if why != "" {
				i.setOpen(sc, why)
			}
		}
		for n := range b.env {
			env[n] = true
		}
	}
	for x := range boxes {
		old := x.c
		var cs []*contents
		for _, b := range live {
			if c, ok := b.boxes[x]; ok {
				cs = append(cs, c)
			} else {
				cs = append(cs, old)
			}
		}
		i.touch(x)
		x.c = mergeContents(cs)
	}
	for sc, names := range scopes {
		for name := range names {
			old := sc.names[name]
			var vs []*node
			var span source.Span
			all := true
			for _, b := range live {
				bd, ok := b.scopes[sc][name]
				if !ok {
					bd = old
				}
				if bd == nil {
					all = false
					continue
				}
				vs = append(vs, bd.v)
				if span.IsZero() || bd != old {
					span = bd.span
				}
			}
			if len(vs) == 0 {
				i.set(sc, name, nil)
				continue
			}
			if !all {
				vs = append(vs, &node{unset: true})
			}
			i.set(sc, name, &binding{choice(vs...), span})
		}
	}
	for name := range env {
		var vs []*node
		for _, b := range live {
			if v, ok := b.env[name]; ok && v != nil {
				vs = append(vs, v)
			} else if v := i.env[name]; !ok && v != nil {
				vs = append(vs, v)
			} else {
				vs = append(vs, unknown("it is set in one branch only"))
			}
		}
		i.setEnv(name, choice(vs...))
	}
}

// mergeContents joins what a container holds at the end of several branches.
func mergeContents(cs []*contents) *contents {
	first := cs[0]
	out := &contents{open: first.open, keys: first.keys, elems: first.elems, maybe: first.maybe}
	for _, c := range cs[1:] {
		if out.keys != nil || c.keys != nil {
			out = mergeDicts(out, c)
			continue
		}
		n := &contents{open: out.open || c.open, maybe: append(append([]*node(nil), out.maybe...), c.maybe...)}
		used := make([]bool, len(c.elems))
		tooLong := len(c.elems)*len(out.elems) > 250_000
		for k, e := range out.elems {
			found := false
			if tooLong { // only what stands at the same place is compared
				if k < len(c.elems) && same(e, c.elems[k]) {
					used[k] = true
					n.elems = append(n.elems, e)
				} else {
					n.maybe = append(n.maybe, e)
					n.open = true
				}
				continue
			}
			for k, o := range c.elems {
				if !used[k] && same(e, o) {
					used[k], found = true, true
					break
				}
			}
			if found {
				n.elems = append(n.elems, e)
			} else {
				n.maybe = append(n.maybe, e)
				n.open = true
			}
		}
		for k, o := range c.elems {
			if !used[k] {
				n.maybe = append(n.maybe, o)
				n.open = true
			}
		}
		out = n
	}
	return out
}

func mergeDicts(a, b *contents) *contents {
	n := &contents{open: a.open || b.open || len(a.keys)*len(b.keys) > 250_000, keys: []*node{}}
	tooLong := len(a.keys)*len(b.keys) > 250_000
	find := func(c *contents, k *node) *node {
		if tooLong {
			return unknown("the dict is too large")
		}
		for i, o := range c.keys {
			if same(o, k) {
				return c.elems[i]
			}
		}
		return &node{unset: true}
	}
	for i, k := range a.keys {
		n.keys = append(n.keys, k)
		n.elems = append(n.elems, choice(a.elems[i], find(b, k)))
	}
	for i, k := range b.keys {
		if f := find(a, k); f.unset && len(f.alts) == 0 {
			n.keys = append(n.keys, k)
			n.elems = append(n.elems, choice(b.elems[i], &node{unset: true}))
		}
	}
	return n
}
