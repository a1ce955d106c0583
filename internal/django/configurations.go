package django

import (
	"net/url"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const configurationsBase = "configurations.Configuration"

// isConfiguration reports whether a class descends from the Configuration of django-configurations.
func (c *class) isConfiguration() bool {
	for _, k := range c.mro() {
		for _, b := range k.bases {
			if b.impl == nil && (b.str == configurationsBase || b.str == "configurations.base.Configuration") {
				return true
			}
		}
	}
	return false
}

// configured returns the namespace that a module of django-configurations ends up with: the attributes of the class that
// DJANGO_CONFIGURATION names. It is nil if the module has no such classes.
func (i *interp) configured(sc *scope) *scope {
	var names []string
	for _, n := range sortedNames(sc.names) {
		if c, ok := sc.names[n].v.impl.(*class); ok && c.isConfiguration() {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return nil
	}
	want := i.o.Configuration
	if want == "" {
		if v := i.h.Env("DJANGO_CONFIGURATION"); v.State == VarKnown {
			want = v.Value
		} else if len(names) == 1 {
			want = names[0]
		}
	}
	out := newScope(nil, sc.mod)
	out.record, out.skipped, out.past = true, map[string][]skip{}, map[string][]source.Evidence{}
	b := sc.names[want]
	c, ok := (*class)(nil), false
	if b != nil {
		c, ok = b.v.impl.(*class)
	}
	if !ok {
		out.open = "it is not known which configuration class is in force: " + strings.Join(names, ", ")
		return out
	}
	return i.configuration(out, b.v, c)
}

func (i *interp) configuration(out *scope, cn *node, c *class) *scope {
	inst := &instance{class: c, sc: newScope(nil, c.mod)}
	self := &node{kind: ObjectKind, str: c.name, impl: inst, ev: cn.ev}
	mro := c.mro()
	seen := map[string]bool{}
	for _, k := range mro {
		for _, n := range sortedNames(k.sc.names) {
			if !isSetting(n) || seen[n] {
				continue
			}
			seen[n] = true
			b := k.sc.names[n]
			v := i.classAttr(c, n) // open where a base that is not known comes first
			if cv, ok := v.impl.(*configValue); ok {
				v = cv.setup(i, n, b.span)
			}
			i.set(inst.sc, n, &binding{v, b.span})
			delete(inst.sc.names, n)
			i.set(c.sc, n, &binding{v, b.span}) // methods see the value, not its declaration
			for name, list := range k.sc.skipped {
				if name == n {
					out.skipped[n] = append(out.skipped[n], list...)
				}
			}
		}
		if k.sc.open != "" {
			out.open = k.sc.open
		}
		for _, b := range k.bases {
			if b.kind == Unknown {
				out.open = "it may come from a base class that is not known"
			} else if b.impl == nil && b.str != configurationsBase && b.str != "configurations.base.Configuration" && b.str != "object" {
				out.open = "it may come from the class " + b.str + ", which is not in the repository"
			}
		}
	}
	for _, hook := range []string{"pre_setup", "setup"} {
		if m := i.classAttr(c, hook); m != nil {
			i.apply(i.bound(m, cn, cn.ev.Span), nil, nil, cn.ev.Span)
		}
	}
	for _, n := range sortedKeys(seen) {
		for _, k := range mro {
			b := k.sc.names[n]
			if b == nil {
				continue
			}
			v := i.bound(i.classAttr(c, n), self, b.span)
			if f, ok := v.impl.(*function); ok && (f.def == nil || !f.property) { // callables are called
				v = i.apply(v, nil, nil, b.span)
			}
			if cv, ok := v.impl.(*configValue); ok {
				v = cv.setup(i, n, b.span)
			}
			i.set(out, n, &binding{v, b.span})
			break
		}
	}
	if m := i.classAttr(c, "post_setup"); m != nil {
		i.apply(i.bound(m, cn, cn.ev.Span), nil, nil, cn.ev.Span)
	}
	return out
}

// A configValue is one of the values of django-configurations: a default and a variable, parsed by its class.
type configValue struct {
	kind     string // "BooleanValue"
	def      *node
	name     string
	prefix   string
	environ  bool
	required bool
	converts *node
	sep      string
	alias    string
	engine   *node
	at       source.Span
}

// newConfigValue is values.XValue(default, environ=…, environ_name=…, environ_prefix=…). With a name of its own it is read at once.
func newConfigValue(i *interp, kind string, a *args, at source.Span) *node {
	c := &configValue{kind: kind, prefix: "DJANGO", environ: true, sep: ",", alias: "default", at: at}
	if v := a.get(0, "default"); v != nil {
		c.def = v
	}
	if v := a.get(1, "environ"); v != nil {
		c.environ = !(Value{v}).IsFalse()
	}
	if s, ok := a.str(2, "environ_name"); ok {
		c.name = s
	}
	if v := a.get(3, "environ_prefix"); v != nil {
		c.prefix = v.str
	}
	if v := a.get(-1, "environ_required"); v != nil {
		c.required = (Value{v}).IsTrue()
	}
	if s, ok := a.str(-1, "separator"); ok && s != "" {
		c.sep = s
	}
	c.converts = a.get(-1, "converter")
	switch kind {
	case "SecretValue":
		c.required, c.environ, c.def = true, true, nil
	case "DatabaseURLValue", "CacheURLValue", "EmailURLValue", "SearchURLValue":
		if a.get(-1, "environ_prefix") == nil {
			c.prefix = ""
		}
		if c.name == "" {
			c.name = map[string]string{"DatabaseURLValue": "DATABASE_URL", "CacheURLValue": "CACHE_URL", "EmailURLValue": "EMAIL_URL", "SearchURLValue": "SEARCH_URL"}[kind]
		}
		if s, ok := a.str(-1, "alias"); ok {
			c.alias = s
		}
	}
	late := false
	if v := a.get(-1, "late_binding"); v != nil {
		late = (Value{v}).IsTrue()
	}
	if !late && (c.environ && c.name != "" || !c.environ && c.def != nil) {
		return c.setup(i, c.name, at)
	}
	return &node{kind: ObjectKind, str: "configurations.values." + kind, impl: c, ev: source.At(at)}
}

// setup reads the variable of a value that is assigned to a name.
func (c *configValue) setup(i *interp, name string, at source.Span) *node {
	if !c.environ {
		return c.initial(i)
	}
	full := c.name
	if full == "" {
		full = strings.ToUpper(name)
	}
	if c.prefix != "" {
		full = c.prefix + "_" + full
	}
	v, r := i.readVar(full, nil, c.at)
	if v == nil {
		if c.required {
			return c.parse(i, i.need(r, "ValueError", c.at))
		}
		d := c.initial(i)
		r.Fallback, r.HasDefault, r.Default = true, true, d.ev.Span
		i.note(r)
		return i.fallBack(d, r)
	}
	return i.lift(v, func(n *node) *node { return c.parse(i, n) })
}

// initial is the default as the value's class keeps it.
func (c *configValue) initial(i *interp) *node {
	if c.def == nil {
		switch c.kind {
		case "ListValue", "BackendsValue":
			return container(ListKind, nil).with(c.at)
		case "TupleValue":
			return container(TupleKind, nil).with(c.at)
		case "SetValue":
			return container(SetKind, nil).with(c.at)
		case "DictValue", "DatabaseURLValue", "CacheURLValue", "EmailURLValue":
			return dict(nil, nil).with(c.at)
		}
		return none().with(c.at)
	}
	if strings.HasSuffix(c.kind, "URLValue") && c.kind != "URLValue" && c.def.isStr() {
		return c.parse(i, c.def)
	}
	kind := map[string]string{"ListValue": "list", "TupleValue": "tuple", "SetValue": "set"}[c.kind]
	if kind != "" {
		return i.sequence(kind, &args{pos: []*node{c.def}}, c.at)
	}
	return c.def
}

func (c *configValue) parse(i *interp, v *node) *node {
	if !v.isStr() {
		u := unknown(Value{v}.Reason()).with(c.at, v)
		u.secret = v.secret
		u.nonEmpty = v.nonEmpty && (c.kind == "Value" || c.kind == "SecretValue")
		if c.kind == "ListValue" {
			l := container(ListKind, nil)
			l.box.c.open = true
			return l.with(c.at, v)
		}
		return u
	}
	switch c.kind {
	case "BooleanValue":
		switch strings.ToLower(pyStrip(v.str)) {
		case "yes", "y", "true", "1":
			return boolean(true).with(c.at, v)
		case "no", "n", "false", "0", "":
			return boolean(false).with(c.at, v)
		}
		return i.valueError(v, c.at)
	case "IntegerValue", "PositiveIntegerValue":
		return i.toInt(v, nil, c.at)
	case "FloatValue":
		return i.toFloat(v, c.at)
	case "ListValue", "TupleValue", "SetValue", "BackendsValue":
		out := container(map[string]Kind{"TupleValue": TupleKind, "SetValue": SetKind}[c.kind], nil)
		if out.kind == Unknown {
			out.kind = ListKind
		}
		for _, p := range strings.Split(v.str, c.sep) {
			p = pyStrip(p)
			if p == "" {
				continue
			}
			e := str(p).with(c.at, v)
			if c.converts != nil && c.converts.kind != NoneKind {
				e = i.apply(c.converts, []*node{e}, nil, c.at)
			}
			if out.kind == SetKind {
				i.add(out, e)
			} else {
				out.box.c.elems = append(out.box.c.elems, e)
			}
		}
		return out.with(c.at, v)
	case "DictValue":
		if pyStrip(v.str) == "" {
			return dict(nil, nil).with(c.at, v)
		}
		return i.literalEval(v, c.at)
	case "DatabaseURLValue":
		out := dict(nil, nil)
		i.put(out, str(c.alias), i.djParse(v, &args{}, c.at))
		return out.with(c.at, v)
	case "SecretValue":
		if v.str == "" {
			return i.valueError(v, c.at)
		}
		i.secret(v)
		return v
	case "URLValue":
		if _, err := url.Parse(v.str); err == nil {
			return v
		}
	case "Value", "EmailValue", "IPValue", "RegexValue", "PathValue":
		return v
	}
	return unknown("a value of django-configurations that is not understood").with(c.at, v)
}
