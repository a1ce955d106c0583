package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// The rules of this file are those of compose-go's override package (docs.docker.com/reference/compose-file/merge).

// canon gives the parts of a file that have several forms the form that merges.
func (l *loader) canon(cfg *node) *node {
	services := cfg.get("services")
	if services.isNull() || services.kind != mapping {
		return cfg
	}
	c := *services
	c.fields = nil
	for _, f := range services.fields {
		if f.val.kind == mapping {
			f.val = l.canonService(f.val)
			s := *f.val
			s.from = []source.Span{f.span}
			f.val = &s
		}
		c.fields = append(c.fields, f)
	}
	return cfg.with("services", cfg.keySpan("services"), &c)
}

func (l *loader) canonService(s *node) *node {
	for _, f := range s.fields {
		val := f.val
		switch f.key {
		case "environment", "labels", "annotations", "sysctls":
			val = l.pairs(val)
		case "build":
			val = l.canonBuild(val)
		case "depends_on", "networks", "models":
			val = names(val)
		case "dns", "dns_search", "dns_opt", "env_file", "label_file", "tmpfs":
			val = sequence(val)
		case "deploy":
			if labels := val.get("labels"); labels != nil {
				val = val.with("labels", val.keySpan("labels"), l.pairs(labels))
			}
		}
		if val != f.val {
			s = s.with(f.key, f.span, val)
		}
	}
	return s
}

func (l *loader) canonBuild(b *node) *node {
	if b.kind == scalar {
		m := &node{kind: mapping, span: b.span, size: 2, dir: b.dir, patch: b.patch}
		m.fields = []field{{"context", b.span, b}}
		return m
	}
	for _, key := range []string{"args", "labels", "additional_contexts"} {
		if v := b.get(key); v != nil {
			b = b.with(key, b.keySpan(key), l.pairs(v))
		}
	}
	return b
}

// pairs turns a list of NAME=value into a mapping; a name alone becomes a null.
func (l *loader) pairs(n *node) *node {
	if n.kind != list {
		return n
	}
	m := &node{kind: mapping, span: n.span, size: n.size, dir: n.dir, patch: n.patch}
	at := map[string]int{}
	for _, item := range n.items {
		if item.kind != scalar {
			continue
		}
		f := l.pair(item)
		if i, dup := at[f.key]; dup {
			m.fields[i] = f
			continue
		}
		at[f.key] = len(m.fields)
		m.fields = append(m.fields, f)
	}
	return m
}

func (l *loader) pair(item *node) field {
	parts := splitRaw(item.raw, '=')
	name := parts[0]
	key, _ := assumed(name, l.opt.Env)
	if len(parts) == 1 {
		return field{key, item.span, &node{span: item.span, size: 1, dir: item.dir, bare: true}}
	}
	val := &node{kind: scalar, raw: item.raw[len(name)+1:], tag: "!!str", size: 1, dir: item.dir, span: item.span}
	span := item.span
	// the name's span is exact if the item is written as it reads; else both stay the whole item
	if i := strings.Index(item.span.Text(), item.raw); i >= 0 {
		span.Start += i
		span.End = span.Start + len(name)
		val.span.Start = span.End + 1
		val.span.End = val.span.Start + len(val.raw)
	}
	return field{key, span, val}
}

// names turns a list of names into a mapping of nulls.
func names(n *node) *node {
	if n.kind != list {
		return n
	}
	m := &node{kind: mapping, span: n.span, size: n.size, dir: n.dir, patch: n.patch}
	for _, item := range n.items {
		if item.kind == scalar && m.keySpan(item.raw).IsZero() && len(m.fields) < 1000 {
			m.fields = append(m.fields, field{item.raw, item.span, &node{span: item.span, size: 1, dir: item.dir}})
		}
	}
	return m
}

func sequence(n *node) *node {
	if n.kind != scalar {
		return n
	}
	return &node{kind: list, span: n.span, size: 2, dir: n.dir, items: []*node{n}, patch: n.patch}
}

// mergeProject lays one document over another.
func (l *loader) mergeProject(base, over *node) *node {
	if base == nil {
		return l.strip(over)
	}
	return l.mergeMaps(base, over, func(key string, b, o *node, span source.Span) *node {
		switch key {
		case "services":
			return l.mergeNamed(b, o, l.mergeService)
		case "volumes", "networks", "secrets", "configs":
			return l.mergeNamed(b, o, func(b, o *node) *node { return l.mergeAny(b, o, span, key) })
		}
		return l.mergeAny(b, o, span, key)
	})
}

// strip drops what is marked !reset: there is nothing below it.
func (l *loader) strip(n *node) *node {
	if n.kind != mapping {
		return n
	}
	c := *n
	c.fields = nil
	for _, f := range n.fields {
		if f.val.patch != removes {
			f.val = l.strip(f.val)
			c.fields = append(c.fields, f)
		}
	}
	return &c
}

// mergeMaps merges two mappings key by key.
func (l *loader) mergeMaps(base, over *node, merge func(key string, b, o *node, span source.Span) *node) *node {
	if over.patch == replaces {
		return l.strip(over)
	}
	c := *base
	c.fields = append([]field(nil), base.fields...)
	c.patch = 0
	if over.span.File != nil {
		c.span = over.span
	}
	at := make(map[string]int, len(c.fields))
	for i, f := range c.fields {
		at[f.key] = i
	}
	dropped := map[int]bool{}
	for _, f := range over.fields {
		i, ok := at[f.key]
		switch {
		case f.val.patch == removes:
			if ok {
				dropped[i] = true
			}
		case f.val.patch == replaces:
			f.val = l.strip(f.val)
			if ok {
				f.val = keepFrom(c.fields[i].val, f.val)
				c.fields[i] = f
			} else {
				c.fields = append(c.fields, f)
			}
		case ok:
			c.fields[i] = field{f.key, f.span, merge(f.key, c.fields[i].val, f.val, f.span)}
		default:
			f.val = l.strip(f.val)
			at[f.key] = len(c.fields)
			c.fields = append(c.fields, f)
		}
		c.size += f.val.size
	}
	if len(dropped) > 0 {
		kept := c.fields[:0:0]
		for i, f := range c.fields {
			if !dropped[i] {
				kept = append(kept, f)
			}
		}
		c.fields = kept
	}
	if c.size > 4*maxNodes {
		l.problem(over.span, "the merged model is too large")
		return base
	}
	return &c
}

func keepFrom(base, over *node) *node {
	if base == nil || len(base.from) == 0 {
		return over
	}
	c := *over
	c.from = append(append([]source.Span(nil), base.from...), over.from...)
	return &c
}

func (l *loader) mergeNamed(base, over *node, merge func(b, o *node) *node) *node {
	if base.kind != mapping || over.kind != mapping {
		if over.kind == null {
			return base
		}
		return over
	}
	return l.mergeMaps(base, over, func(key string, b, o *node, _ source.Span) *node { return merge(b, o) })
}

// mergeAny is the rule where there is no special one: mappings merge, lists append what is new, scalars replace, a null
// leaves what is there.
func (l *loader) mergeAny(base, over *node, span source.Span, what string) *node {
	switch {
	case over.kind == null:
		return base
	case base.kind == null:
		return l.strip(over)
	case base.kind == mapping && over.kind == mapping:
		return l.mergeMaps(base, over, func(key string, b, o *node, s source.Span) *node { return l.mergeAny(b, o, s, key) })
	case base.kind == list && over.kind == list:
		return appendNew(base, over)
	case base.kind == mapping || base.kind == list:
		l.invalid(span, fmt.Sprintf("cannot override %s: it has another form in the file below", what))
	}
	return over
}

func appendNew(base, over *node) *node {
	c := *base
	c.items = append([]*node(nil), base.items...)
	c.span, c.patch = over.span, 0
	for _, o := range over.items {
		if len(c.items) < 5000 && !slices.ContainsFunc(c.items, func(b *node) bool { return equal(b, o, 0) }) {
			c.items = append(c.items, o)
			c.size += o.size
		}
	}
	return &c
}

// equal compares what two nodes say.
func equal(a, b *node, depth int) bool {
	if a == b {
		return true
	}
	if a.kind != b.kind || a.raw != b.raw || a.dir != b.dir || len(a.items) != len(b.items) || len(a.fields) != len(b.fields) || depth > maxDepth {
		return false
	}
	for i := range a.items {
		if !equal(a.items[i], b.items[i], depth+1) {
			return false
		}
	}
	for _, f := range a.fields {
		o := b.get(f.key)
		if o == nil || !equal(f.val, o, depth+1) {
			return false
		}
	}
	return true
}

// mergeService lays one service over another.
func (l *loader) mergeService(base, over *node) *node {
	if over.kind != mapping || base.kind != mapping {
		return keepFrom(base, l.mergeAny(base, over, over.span, "service"))
	}
	c := l.mergeMaps(base, over, func(key string, b, o *node, span source.Span) *node {
		switch key {
		case "command", "entrypoint":
			return o
		case "environment", "labels", "annotations", "sysctls":
			return l.mergePairs(b, o)
		case "build":
			return l.mergeBuild(b, o, span)
		case "depends_on", "networks", "models":
			return l.mergeNames(b, o, key)
		case "logging":
			return l.mergeLogging(b, o, span)
		case "healthcheck":
			return l.mergeSpecial(b, o, span, key, "test", func(_, o *node) *node { return o })
		case "deploy":
			return l.mergeSpecial(b, o, span, key, "labels", l.mergePairs)
		}
		return l.mergeAny(b, o, span, key)
	})
	s := *c
	s.from = append(append([]source.Span(nil), base.from...), over.from...)
	s.extends = append(append([]source.Span(nil), base.extends...), over.extends...)
	return &s
}

// mergeSpecial merges mappings of which one key has a rule of its own.
func (l *loader) mergeSpecial(base, over *node, span source.Span, what, special string, rule func(b, o *node) *node) *node {
	if base.kind != mapping || over.kind != mapping {
		return l.mergeAny(base, over, span, what)
	}
	return l.mergeMaps(base, over, func(key string, b, o *node, s source.Span) *node {
		if key == special {
			return rule(b, o)
		}
		return l.mergeAny(b, o, s, key)
	})
}

// mergePairs merges by name; a name alone replaces the value below it.
func (l *loader) mergePairs(base, over *node) *node {
	if base.kind != mapping || over.kind != mapping {
		if over.kind == null {
			return base
		}
		return over
	}
	return l.mergeMaps(base, over, func(_ string, _, o *node, _ source.Span) *node { return o })
}

func (l *loader) mergeBuild(base, over *node, span source.Span) *node {
	if base.kind != mapping || over.kind != mapping {
		return l.mergeAny(base, over, span, "build")
	}
	return l.mergeMaps(base, over, func(key string, b, o *node, s source.Span) *node {
		switch key {
		case "args", "labels", "additional_contexts":
			return l.mergePairs(b, o)
		}
		return l.mergeAny(b, o, s, key)
	})
}

func (l *loader) mergeNames(base, over *node, what string) *node {
	if base.kind == null {
		base = &node{kind: mapping, size: 1, dir: base.dir}
	}
	if over.kind == null {
		return base
	}
	return l.mergeAny(base, over, over.span, what)
}

// mergeLogging merges options only if both files mean the same driver.
func (l *loader) mergeLogging(base, over *node, span source.Span) *node {
	b, o := base.get("driver"), over.get("driver")
	if b != nil && o != nil && b.raw != o.raw {
		return over
	}
	return l.mergeAny(base, over, span, "logging")
}
