package django

import (
	gopath "path"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

// An environsReader is an Env of the environs package. A default is returned as it stands; only what is read is parsed. Its
// behaviour is that of environs and of marshmallow's fields.
type environsReader struct{ prefix []string }

func (e *environsReader) name(n string) string { return strings.Join(e.prefix, "") + n }

func (e *environsReader) call(i *interp, self *node, a *args, at source.Span) *node {
	return e.read(i, "str", a, at)
}

func (e *environsReader) attr(i *interp, self *node, name string, at source.Span) *node {
	return &node{kind: ObjectKind, str: "env." + name, ev: source.At(at), impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
		switch name {
		case "read_env":
			override := false
			if o := a.get(-1, "override"); o != nil {
				override = (Value{o}).IsTrue()
			}
			p := a.get(0, "path")
			if p == nil || p.kind == NoneKind {
				return boolean(i.loadFound(override, at))
			}
			if t, ok := text(p); ok && len(p.alts) == 0 {
				return boolean(i.loadFile(gopath.Clean(t), override, at))
			}
			i.envOpen = "variables are loaded from a file whose path is not known"
			return none()
		case "prefixed":
			if p, ok := a.str(0, "prefix"); ok {
				return &node{kind: ObjectKind, str: "environs.prefixed", impl: &environsPrefix{e, p, self}, ev: source.At(at)}
			}
			return unknown("a prefix that is not known")
		case "seal":
			return none()
		case "dump":
			return unknown("all variables that were read")
		}
		return e.read(i, name, a, at)
	})}
}

// An environsPrefix is the context manager that env.prefixed returns.
type environsPrefix struct {
	env    *environsReader
	prefix string
	self   *node
}

func (p *environsPrefix) enter(i *interp, _ *node) *node {
	p.env.prefix = append(p.env.prefix[:len(p.env.prefix):len(p.env.prefix)], p.prefix)
	return p.self
}

func (p *environsPrefix) leave(i *interp) {
	if n := len(p.env.prefix); n > 0 {
		p.env.prefix = p.env.prefix[:n-1]
	}
}

func (e *environsReader) read(i *interp, kind string, a *args, at source.Span) *node {
	n, ok := a.str(0, "name")
	if !ok && (kind == "dj_db_url" || kind == "dj_email_url" || kind == "dj_cache_url") && len(a.pos) == 0 {
		n, ok = map[string]string{"dj_db_url": "DATABASE_URL", "dj_email_url": "EMAIL_URL", "dj_cache_url": "CACHE_URL"}[kind], true
	}
	if !ok || a.open {
		return unknown("a variable whose name is not known").with(at, a.pos...)
	}
	def := a.get(1, "default")
	v, r := i.readVar(e.name(n), nil, at)
	if v == nil {
		if def == nil {
			return e.parse(i, kind, i.need(r, "EnvError", at), a, at)
		}
		r.Fallback, r.HasDefault, r.Default = true, true, def.ev.Span
		i.note(r)
		if kind == "dj_db_url" && def.isStr() {
			def = i.djParse(def, e.djArgs(a), at)
		}
		return i.fallBack(def, r)
	}
	return i.lift(v, func(x *node) *node { return e.parse(i, kind, x, a, at) })
}

func (e *environsReader) invalid(i *interp, v *node, at source.Span) *node {
	if i.caught("EnvValidationError") {
		panic(&raised{name: "EnvValidationError", reads: v.reads, at: at})
	}
	return i.valueError(v, at)
}

func (e *environsReader) parse(i *interp, kind string, v *node, a *args, at source.Span) *node {
	if !v.isStr() {
		u := unknown(Value{v}.Reason()).with(at, v)
		u.secret = v.secret
		u.nonEmpty = v.nonEmpty && (kind == "str" || kind == "url" || kind == "path")
		if kind == "list" {
			c := container(ListKind, nil)
			c.box.c.open = true
			return c.with(at, v)
		}
		return u
	}
	sub := a.get(-1, "subcast")
	one := func(s string, cast *node) *node {
		el := str(s).with(at, v)
		if cast == nil || cast.kind == NoneKind {
			return el
		}
		if n := castName(cast); n == "bool" || n == "int" || n == "float" || n == "str" {
			return e.parse(i, n, el, &args{}, at)
		}
		return i.apply(cast, []*node{el}, nil, at)
	}
	switch kind {
	case "str", "enum":
		return v
	case "url":
		return (&node{kind: ObjectKind, str: "urllib.parse.urlparse", nonEmpty: true, call: &call{args: []*node{v}}}).with(at, v)
	case "path":
		return path(gopath.Clean(v.str)).with(at, v)
	case "bool":
		if b, ok := marshmallowBool(v.str); ok {
			return boolean(b).with(at, v)
		}
		return e.invalid(i, v, at)
	case "int":
		if n := i.quietInt(pyStrip(v.str)); n != nil {
			return integer(*n).with(at, v)
		}
		return e.invalid(i, v, at)
	case "float":
		return i.toFloat(v, at)
	case "list", "tuple":
		out := container(ListKind, nil)
		if kind == "tuple" {
			out = container(TupleKind, nil)
		}
		sep := ","
		if s, ok := a.str(-1, "delimiter"); ok && s != "" {
			sep = s
		}
		if v.str != "" {
			for _, p := range strings.Split(v.str, sep) {
				out.box.c.elems = append(out.box.c.elems, one(p, sub))
			}
		}
		return out.with(at, v)
	case "dict":
		out := dict(nil, nil)
		if v.str != "" {
			for _, p := range strings.Split(v.str, ",") {
				k, val, ok := strings.Cut(p, "=")
				if !ok {
					return e.invalid(i, v, at)
				}
				cast := a.get(-1, "subcast_values")
				if cast == nil {
					cast = sub
				}
				i.put(out, one(pyStrip(k), a.get(-1, "subcast_keys")), one(pyStrip(val), cast))
			}
		}
		return out.with(at, v)
	case "json":
		if r, ok := fromJSON(v.str, at, v); ok {
			return r
		}
		return e.invalid(i, v, at)
	case "timedelta":
		if n := i.quietInt(pyStrip(v.str)); n != nil {
			return dur(time.Duration(*n)*time.Second).with(at, v)
		}
		return unknown("a length of time that is not understood").with(at, v)
	case "log_level":
		if n := i.quietInt(v.str); n != nil {
			return integer(*n).with(at, v)
		}
		if l := logLevel(strings.ToUpper(v.str)); l > 0 {
			return integer(l).with(at, v)
		}
		return e.invalid(i, v, at)
	case "dj_db_url":
		return i.djParse(v, e.djArgs(a), at)
	}
	return unknown("a reader that is not known").with(at, v)
}

func logLevel(name string) int64 {
	switch name {
	case "DEBUG":
		return 10
	case "INFO":
		return 20
	case "WARNING", "WARN":
		return 30
	case "ERROR":
		return 40
	case "CRITICAL", "FATAL":
		return 50
	}
	return 0
}

// djArgs are the arguments that dj_db_url passes on to dj_database_url.
func (e *environsReader) djArgs(a *args) *args { return &args{kw: a.kw} }

// marshmallowBool is what marshmallow's Boolean field accepts: these spellings and no other.
func marshmallowBool(s string) (value, ok bool) {
	switch s {
	case "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1":
		return true, true
	case "f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0":
		return false, true
	}
	return false, false
}
