package django

import (
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

func unknown(reason string) *node { return &node{reason: reason} }
func none() *node                 { return &node{kind: NoneKind} }
func str(s string) *node          { return &node{kind: StringKind, str: s} }
func integer(i int64) *node       { return &node{kind: IntKind, num: i} }
func float(f float64) *node       { return &node{kind: FloatKind, flt: f} }
func path(s string) *node         { return &node{kind: PathKind, str: s} }
func dur(d time.Duration) *node   { return &node{kind: DurationKind, dur: d} }

func boolean(b bool) *node {
	n := &node{kind: BoolKind}
	if b {
		n.num = 1
	}
	return n
}

func container(k Kind, elems []*node) *node {
	return &node{kind: k, box: &box{&contents{elems: elems}}}
}

func dict(keys, elems []*node) *node {
	if keys == nil {
		keys = []*node{}
	}
	return &node{kind: DictKind, box: &box{&contents{keys: keys, elems: elems}}}
}

// object is something known by its dotted name only.
func object(name string, at source.Span) *node {
	return &node{kind: ObjectKind, str: name, ev: source.At(at)}
}

func (n *node) isContainer() bool { return n.box != nil }

func (n *node) isStr() bool { return n.kind == StringKind }

// with returns a copy of n with the evidence and reads of the values it was made from: those of the first one that depends on
// the environment, else its own place.
func (n *node) with(at source.Span, from ...*node) *node {
	c := *n
	c.ev = source.Evidence{Span: at}
	c.reads = nil
	for _, f := range from {
		if f == nil {
			continue
		}
		if len(c.reads) == 0 && len(f.reads) > 0 && !f.ev.IsZero() {
			c.ev = f.ev
		}
		c.reads = joinReads(c.reads, f.reads)
		if c.kind == Unknown && c.reason == "" {
			c.reason = f.reason
		}
	}
	return &c
}

const maxReads = 24

// joinReads returns both lists without repetition, up to a cap.
func joinReads(a, b []Read) []Read {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 {
		return b
	}
	out := a[:len(a):len(a)]
next:
	for _, r := range b {
		for i, o := range out {
			if o.Var.Name == r.Var.Name && o.Span == r.Span {
				if o.Control && !r.Control {
					out = append([]Read(nil), out...)
					out[i].Control = false
				}
				continue next
			}
		}
		if len(out) >= maxReads {
			break
		}
		out = append(out, r)
	}
	return out
}

// controlled returns the reads as such that matter through a branch.
func controlled(reads []Read) []Read {
	out := make([]Read, len(reads))
	for i, r := range reads {
		r.Control = true
		out[i] = r
	}
	return out
}

// choice returns a value that is one of several; equal ones are told once, and more than a few are unknown.
func choice(vs ...*node) *node {
	var flat []*node
	var reads []Read
	reason := ""
	for _, v := range vs {
		if v == nil {
			continue
		}
		reads = joinReads(reads, v.reads)
		list := v.alts
		if len(list) == 0 {
			list = []*node{v}
		}
	next:
		for _, a := range list {
			if a.reason != "" && reason == "" {
				reason = a.reason
			}
			for _, o := range flat {
				if o.kind == Unknown && a.kind == Unknown && o.unset == a.unset && o.secret == a.secret && o.nonEmpty == a.nonEmpty || same(o, a) {
					continue next
				}
			}
			flat = append(flat, a)
		}
	}
	switch {
	case len(flat) == 0:
		return unknown("")
	case len(flat) == 1:
		c := *flat[0]
		c.reads = joinReads(c.reads, reads)
		return &c
	case len(flat) > maxAlternatives:
		u := unknown("it depends on too many branches")
		u.reads = reads
		return u
	}
	return &node{alts: flat, reads: reads, reason: reason, ev: flat[0].ev}
}

// same reports whether two known values are equal in value and type, so that it does not matter which one it is. Values that are
// too large to compare are taken for different.
func same(a, b *node) bool {
	budget := maxCompared
	return sameWithin(a, b, 0, &budget)
}

// maxCompared is how many parts of two values are compared: containers may hold one part a million times.
const maxCompared = 5_000

func sameWithin(a, b *node, depth int, budget *int) bool {
	if a == b {
		return true
	}
	if *budget--; *budget < 0 {
		return false
	}
	if a == nil || b == nil || depth > 20 || a.kind != b.kind || len(a.alts) != len(b.alts) {
		return false
	}
	for i := range a.alts {
		if !sameWithin(a.alts[i], b.alts[i], depth+1, budget) {
			return false
		}
	}
	switch a.kind {
	case Unknown:
		return len(a.alts) > 0 || a.unset && b.unset
	case NoneKind:
		return true
	case BoolKind, IntKind:
		return a.num == b.num
	case FloatKind:
		return a.flt == b.flt
	case StringKind, BytesKind, PathKind, RegexpKind:
		return a.str == b.str
	case DurationKind:
		return a.dur == b.dur
	case ObjectKind:
		return a.str != "" && a.str == b.str && a.call == nil && b.call == nil && (a.impl == nil && b.impl == nil || strings.HasPrefix(a.str, "builtins."))
	}
	if a.box == b.box {
		return true
	}
	x, y := a.box.c, b.box.c
	if x.open || y.open || len(x.elems) != len(y.elems) {
		return false
	}
	for i := range x.elems {
		if !sameWithin(x.elems[i], y.elems[i], depth+1, budget) {
			return false
		}
		if a.kind == DictKind && !sameWithin(x.keys[i], y.keys[i], depth+1, budget) {
			return false
		}
	}
	return true
}

// lift applies f to each alternative of a value.
func (i *interp) lift(v *node, f func(*node) *node) *node {
	if len(v.alts) == 0 {
		return f(v)
	}
	i.charge(20 * len(v.alts) * len(v.alts))
	out := make([]*node, 0, len(v.alts))
	for _, a := range v.alts {
		r := f(a)
		if r == nil {
			r = unknown("it cannot be worked out for one of several values")
		}
		r = r.plusReads(v.reads)
		out = append(out, r)
	}
	return choice(out...)
}

func (n *node) plusReads(reads []Read) *node {
	if len(reads) == 0 {
		return n
	}
	c := *n
	c.reads = joinReads(c.reads, reads)
	return &c
}

// lift2 applies f to each pair of alternatives of two values.
func (i *interp) lift2(a, b *node, f func(a, b *node) *node) *node {
	if len(a.alts) == 0 && len(b.alts) == 0 {
		return f(a, b)
	}
	return i.lift(a, func(x *node) *node { return i.lift(b, func(y *node) *node { return f(x, y) }) })
}
