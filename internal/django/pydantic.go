package django

import (
	gopath "path"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// isSettingsModel reports whether instances of a class are filled by pydantic: BaseSettings, which reads the environment, or
// BaseModel, which does not.
func (i *interp) isSettingsModel(c *class) bool {
	return c.pydantic("BaseSettings") || c.pydantic("BaseModel")
}

func (c *class) pydantic(base string) bool {
	for _, k := range c.mro() {
		for _, b := range k.bases {
			if b.impl == nil && strings.HasPrefix(b.str, "pydantic") && strings.HasSuffix(b.str, "."+base) {
				return true
			}
		}
	}
	return false
}

// A modelConfig is what model_config or the inner class Config says of a BaseSettings.
type modelConfig struct {
	prefix, delimiter string
	files             []*node
	caseSensitive     bool
}

func (i *interp) modelConfig(c *class) modelConfig {
	var out modelConfig
	set := func(name string, v *node) {
		switch name {
		case "env_prefix":
			out.prefix = v.str
		case "env_nested_delimiter":
			out.delimiter = v.str
		case "case_sensitive":
			out.caseSensitive = Value{v}.IsTrue()
		case "env_file":
			if elems, ok := i.iterate(v); ok && !v.isStr() {
				out.files = elems
			} else {
				out.files = []*node{v}
			}
		}
	}
	mro := c.mro()
	for k := len(mro) - 1; k >= 0; k-- {
		sc := mro[k].sc
		if b := sc.names["model_config"]; b != nil {
			if b.v.kind == DictKind {
				for n, key := range b.v.box.c.keys {
					set(key.str, b.v.box.c.elems[n])
				}
			} else if b.v.call != nil {
				for _, kw := range b.v.call.kwargs {
					set(kw.name, kw.v)
				}
			}
		}
		if b := sc.names["Config"]; b != nil {
			if inner, ok := b.v.impl.(*class); ok {
				for _, n := range sortedNames(inner.sc.names) {
					set(n, inner.sc.names[n].v)
				}
			}
		}
	}
	return out
}

// fillModel is the constructor of a pydantic model: arguments win over the environment, that over files, those over defaults.
func (i *interp) fillModel(self *node, inst *instance, a *args, at source.Span) {
	var cfg modelConfig
	env := inst.class.pydantic("BaseSettings")
	if env {
		cfg = i.modelConfig(inst.class)
		for k := len(cfg.files) - 1; k >= 0; k-- { // a later file wins, the process wins over all
			if t, ok := text(cfg.files[k]); ok {
				i.loadFile(joinPath(i.o.root(), t), false, at)
			}
		}
	}
	names, annotations := inst.class.fields()
	for _, name := range names {
		if name == "model_config" || strings.HasPrefix(name, "_") {
			continue
		}
		typ := annotations[name].str
		if strings.HasPrefix(typ, "ClassVar") {
			continue
		}
		def := i.classAttr(inst.class, name)
		var field *node
		if def != nil && def.call != nil && strings.HasPrefix(def.str, "pydantic") && strings.HasSuffix(def.str, ".Field") {
			field, def = def, i.modelDefault(def, at)
		}
		v := a.get(-1, name)
		if v != nil {
			v = i.coerce(inst.class, typ, v, false, at)
		} else if a.open {
			v = unknown("an argument that is not known")
		} else if env {
			v = i.modelRead(inst.class, cfg, name, typ, field, def, at)
		} else if def != nil {
			v = def
		} else {
			v = unknown("a field without value")
		}
		i.set(inst.sc, name, &binding{v, at})
	}
	i.validate(self, inst, at)
}

// modelDefault is the default of Field(...), nil if there is none.
func (i *interp) modelDefault(f *node, at source.Span) *node {
	if v, ok := (Value{f}).Arg(0, "default"); ok {
		if v.v.kind == ObjectKind && v.v.str == "Ellipsis" {
			return nil
		}
		return v.v
	}
	if v, ok := (Value{f}).Arg(-1, "default_factory"); ok {
		return i.apply(v.v, nil, nil, at)
	}
	return nil
}

// envNames lists the variables that a field is read from: its aliases as they stand, else the prefixed name.
func (i *interp) envNames(cfg modelConfig, name string, field *node) []string {
	var out []string
	if field != nil {
		for _, key := range []string{"validation_alias", "alias", "env"} {
			v, ok := (Value{field}).Arg(-1, key)
			if !ok {
				continue
			}
			switch {
			case v.v.isStr():
				out = append(out, v.v.str)
			case v.v.call != nil && strings.HasSuffix(v.v.str, ".AliasChoices"):
				for _, x := range v.v.call.args {
					if x.isStr() {
						out = append(out, x.str)
					}
				}
			default:
				if elems, ok := i.iterate(v.v); ok {
					for _, x := range elems {
						out = append(out, x.str)
					}
				}
			}
			return out
		}
	}
	return []string{cfg.prefix + name}
}

func (i *interp) modelRead(c *class, cfg modelConfig, name, typ string, field, def *node, at source.Span) *node {
	var first Read
	for k, n := range i.envNames(cfg, name, field) {
		spellings := []string{n}
		if !cfg.caseSensitive {
			spellings = []string{strings.ToUpper(n), n, strings.ToLower(n)}
		}
		for j, s := range spellings {
			v, r := i.readVar(s, nil, at)
			if v != nil {
				return i.lift(v, func(x *node) *node { return i.coerce(c, typ, x, true, at) })
			}
			if k == 0 && j == 0 {
				first = r
			}
		}
	}
	if m := i.nested(c, typ); m != nil {
		if v := i.nestedModel(m, cfg, strings.ToUpper(cfg.prefix+name), at); v != nil {
			return v
		}
	}
	if def == nil {
		return i.need(first, "ValidationError", at)
	}
	first.Fallback, first.HasDefault, first.Default = true, true, def.ev.Span
	i.note(first)
	return i.fallBack(i.coerce(c, typ, def, false, at), first) // BaseSettings validates defaults
}

// nested returns the class of the repository that an annotation names, if it is a model.
func (i *interp) nested(c *class, typ string) *class {
	v := i.lookup(c.mod.sc, bareType(typ))
	if v == nil {
		return nil
	}
	if m, ok := v.impl.(*class); ok && i.isSettingsModel(m) {
		return m
	}
	return nil
}

// nestedModel fills a model from variables such as DATABASE__PASSWORD; nil if none of them is set. What no variable sets has the
// default of the model's class, not that of the field's default.
func (i *interp) nestedModel(m *class, cfg modelConfig, prefix string, at source.Span) *node {
	if cfg.delimiter == "" {
		return nil
	}
	a := &args{}
	names, _ := m.fields()
	found := false
	for _, n := range names {
		v, _ := i.readVar(prefix+cfg.delimiter+strings.ToUpper(n), nil, at)
		if v != nil {
			found = true
			a.kw = append(a.kw, kwarg{n, v})
		}
	}
	if !found {
		return nil
	}
	return i.instantiate(nil, m, a, at)
}

// bareType strips what makes a type optional or annotated.
func bareType(t string) string {
	t = strings.TrimSpace(t)
	for {
		old := t
		for _, p := range []string{"Optional[", "Annotated[", "Final[", "typing.Optional[", "typing.Annotated["} {
			if strings.HasPrefix(t, p) && strings.HasSuffix(t, "]") {
				t = t[len(p) : len(t)-1]
				if strings.HasSuffix(p, "Annotated[") {
					t = firstType(t)
				}
			}
		}
		t = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(t), "| None"))
		t = strings.TrimSpace(strings.TrimPrefix(t, "None |"))
		t = strings.Trim(t, `"'`)
		if t == old {
			return t
		}
	}
}

// firstType is the first of several types between commas.
func firstType(t string) string {
	depth := 0
	for k, c := range t {
		switch c {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case ',':
			if depth == 0 {
				return t[:k]
			}
		}
	}
	return t
}

// coerce gives a value the type of an annotation. Text from the environment is parsed; containers come as JSON.
func (i *interp) coerce(c *class, typ string, v *node, fromEnv bool, at source.Span) *node {
	t := bareType(typ)
	if len(v.alts) > 0 {
		return i.lift(v, func(x *node) *node { return i.coerce(c, typ, x, fromEnv, at) })
	}
	base, inner, _ := strings.Cut(t, "[")
	inner = strings.TrimSuffix(inner, "]")
	if k := strings.LastIndexByte(base, '.'); k >= 0 {
		base = base[k+1:]
	}
	if m := i.nested(c, t); m != nil {
		if v.isStr() {
			v, _ = fromJSON(v.str, at, v)
		}
		if v != nil && v.kind == DictKind {
			a := &args{}
			for k, key := range v.box.c.keys {
				a.kw = append(a.kw, kwarg{key.str, v.box.c.elems[k]})
			}
			return i.instantiate(nil, m, a, at)
		}
		if v == nil {
			return unknown("a model that is not understood")
		}
		return v
	}
	if strings.HasPrefix(base, "Secret") {
		if _, ok := v.impl.(*secretText); ok {
			return v
		}
		return &node{kind: ObjectKind, str: "pydantic.SecretStr", impl: &secretText{v}, ev: v.ev, reads: v.reads}
	}
	if !v.isStr() {
		if v.kind == Unknown && (base == "list" || base == "List") {
			l := container(ListKind, nil)
			l.box.c.open = true
			return l.with(at, v)
		}
		if v.kind == Unknown && base != "str" {
			u := unknown(Value{v}.Reason()).with(at, v)
			u.secret = v.secret
			return u
		}
		return v
	}
	switch base {
	case "Literal":
		for _, q := range []string{`"`, "'"} {
			if strings.Contains(inner, q+v.str+q) {
				return v
			}
		}
		return i.valueError(v, at)
	case "str", "Any", "EmailStr", "constr":
		return v
	case "bool":
		switch strings.ToLower(v.str) {
		case "1", "true", "t", "yes", "y", "on":
			return boolean(true).with(at, v)
		case "0", "false", "f", "no", "n", "off":
			return boolean(false).with(at, v)
		}
		return i.valueError(v, at)
	case "int", "PositiveInt", "NonNegativeInt":
		return i.toInt(v, nil, at)
	case "float":
		return i.toFloat(v, at)
	case "Path", "DirectoryPath", "FilePath":
		return path(gopath.Clean(v.str)).with(at, v)
	case "timedelta":
		if n := i.quietInt(v.str); n != nil {
			return dur(time.Duration(*n)*time.Second).with(at, v)
		}
	case "list", "List", "set", "Set", "tuple", "Tuple", "dict", "Dict", "frozenset":
		if !fromEnv {
			return i.valueError(v, at)
		}
		r, ok := fromJSON(v.str, at, v)
		if !ok {
			return i.valueError(v, at)
		}
		if r.kind != ListKind {
			return r
		}
		kind := map[string]Kind{"list": ListKind, "tuple": TupleKind, "set": SetKind, "frozenset": SetKind}[strings.ToLower(base)]
		if kind == Unknown {
			return r
		}
		out := container(kind, nil)
		for _, e := range r.box.c.elems {
			if kind == SetKind {
				i.add(out, i.coerce(c, firstType(inner), e, false, at))
			} else {
				out.box.c.elems = append(out.box.c.elems, i.coerce(c, firstType(inner), e, false, at))
			}
		}
		return out.with(at, v)
	}
	if strings.HasSuffix(base, "Url") || strings.HasSuffix(base, "Dsn") {
		return &node{kind: ObjectKind, str: "pydantic." + base, impl: &urlText{v}, ev: v.ev, reads: v.reads}
	}
	if cv := i.lookup(c.mod.sc, t); cv != nil {
		if e, ok := cv.impl.(*class); ok && e.enum {
			return i.instantiate(cv, e, &args{pos: []*node{v}}, at)
		}
	}
	return unknown("a type that is not understood: "+strconv.Quote(shorten(t))).with(at, v)
}

// A secretText is a SecretStr, a urlText a URL of pydantic.
type (
	secretText struct{ v *node }
	urlText    struct{ v *node }
)

func (s *secretText) attr(i *interp, self *node, name string, at source.Span) *node {
	if name == "get_secret_value" {
		return &node{kind: ObjectKind, str: name, impl: nativeFunc(func(*interp, *args, source.Span) *node { return s.v })}
	}
	return nil
}

func (u *urlText) attr(i *interp, self *node, name string, at source.Span) *node {
	switch name {
	case "unicode_string", "__str__":
		return &node{kind: ObjectKind, str: name, impl: nativeFunc(func(*interp, *args, source.Span) *node { return u.v })}
	case "scheme", "host", "port", "username", "password", "path", "query":
		if name == "host" {
			name = "hostname"
		}
		return i.urlAttr(&node{kind: ObjectKind, str: "urllib.parse.urlparse", call: &call{args: []*node{u.v}}}, name, at)
	}
	return nil
}

// validate runs the validators of a model's class, those before and after parsing alike, and what a model validator does to it.
func (i *interp) validate(self *node, inst *instance, at source.Span) {
	for _, k := range inst.class.mro() {
		for _, s := range k.def.Body {
			fd, ok := s.(*python.FunctionDef)
			if !ok {
				continue
			}
			for _, d := range fd.Decorators {
				call, ok := d.(*python.Call)
				if !ok {
					continue
				}
				name := python.DottedName(call.Func)
				name = name[strings.LastIndexByte(name, '.')+1:]
				b := k.sc.names[fd.Name.ID]
				if b == nil {
					continue
				}
				f, ok := b.v.impl.(*function)
				if !ok {
					continue
				}
				switch name {
				case "model_validator", "root_validator":
					if len(call.Keywords) == 1 && strings.Contains(i.span(k.sc, call.Keywords[0].Value).Text(), "after") {
						m := *f
						m.self, m.class = self, false
						i.callFunction(&m, &args{}, at)
						continue
					}
					for _, n := range sortedNames(inst.sc.names) {
						i.set(inst.sc, n, &binding{unknown("a validator of the whole model may change it"), at})
					}
				case "field_validator", "validator":
					for _, x := range call.Args {
						c, ok := x.(*python.Constant)
						if !ok {
							continue
						}
						old := inst.sc.names[c.S]
						if old == nil {
							continue
						}
						m := *f
						m.self = &node{kind: ObjectKind, str: k.name, impl: k}
						i.set(inst.sc, c.S, &binding{i.callFunction(&m, &args{pos: []*node{old.v}}, at), at})
					}
				}
			}
		}
	}
}

// modelMethod returns a method that pydantic gives to models, nil if there is none of that name.
func (i *interp) modelMethod(self *node, inst *instance, name string) *node {
	if !i.isSettingsModel(inst.class) {
		return nil
	}
	switch name {
	case "dict", "model_dump":
		return &node{kind: ObjectKind, str: name, impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
			return i.dumpModel(inst, at, 0)
		})}
	case "json", "model_dump_json", "copy", "model_copy":
		return &node{kind: ObjectKind, str: name, impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
			if strings.HasSuffix(name, "copy") && len(a.pos) == 0 && len(a.kw) == 0 {
				return self
			}
			return unknown("the result of " + name + " is not evaluated")
		})}
	}
	return nil
}

func (i *interp) dumpModel(inst *instance, at source.Span, depth int) *node {
	d := dict(nil, nil)
	names, _ := inst.class.fields()
	for _, n := range names {
		b := inst.sc.names[n]
		if b == nil {
			continue
		}
		v := b.v
		if sub, ok := v.impl.(*instance); ok && depth < 10 && i.isSettingsModel(sub.class) {
			v = i.dumpModel(sub, at, depth+1)
		}
		i.put(d, str(n), v)
	}
	return d.with(at)
}
