package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// An environReader is an Env of django-environ. Its behaviour is that of django-environ's environ.py.
type environReader struct {
	scheme *node // dict of name → cast or (cast, default)
	prefix *node
	files  bool // FileAwareEnv: NAME_FILE names a file that holds the value
}

func newEnviron(i *interp, a *args, files bool, at source.Span) *node {
	r := &environReader{scheme: dict(nil, nil), prefix: str(""), files: files}
	for _, k := range a.kw {
		i.put(r.scheme, str(k.name), k.v)
	}
	return &node{kind: ObjectKind, str: "environ.Env", impl: r, ev: source.At(at)}
}

func (e *environReader) set(name string, v *node) {
	if name == "prefix" {
		e.prefix = v
	}
}

func (e *environReader) call(i *interp, self *node, a *args, at source.Span) *node {
	cast := a.get(1, "cast")
	name := ""
	if cast != nil && cast.kind == NoneKind {
		cast = nil
	}
	if cast != nil {
		name = castName(cast)
		if name == "" {
			name = "call"
		}
	}
	return e.read(i, a.get(0, "var"), name, cast, a.get(2, "default"), a, at)
}

// castName is the name of a type that is used as a cast, or "".
func castName(c *node) string {
	if n, ok := strings.CutPrefix(c.str, "builtins."); ok && c.kind == ObjectKind {
		return n
	}
	if c.kind == ListKind || c.kind == TupleKind {
		return "list"
	}
	if c.kind == DictKind {
		return "dict"
	}
	return ""
}

func (e *environReader) attr(i *interp, self *node, name string, at source.Span) *node {
	switch name {
	case "NOTSET":
		return object("environ.NOTSET", at)
	case "prefix":
		return e.prefix
	case "ENVIRON":
		return &node{kind: ObjectKind, str: "os.environ", impl: &environ{}, ev: source.At(at)}
	case "smart_cast", "escape_proxy", "scheme":
		return none()
	}
	return &node{kind: ObjectKind, str: "env." + name, ev: source.At(at), impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
		return e.method(i, self, name, a, at)
	})}
}

func (e *environReader) method(i *interp, self *node, name string, a *args, at source.Span) *node {
	v := a.get(0, "var")
	fallback := func(name string) *node {
		if v == nil {
			return str(name)
		}
		return v
	}
	switch name {
	case "read_env":
		i.readEnv(a, at)
		return none()
	case "__call__", "get_value":
		return e.call(i, self, a, at)
	case "__contains__":
		return i.inEnviron(a.first(), at)
	case "list", "tuple":
		return e.read(i, v, name, a.get(1, "cast"), a.get(2, "default"), a, at)
	case "dict":
		cast := a.get(1, "cast")
		if cast != nil && cast.kind != DictKind {
			cast = nil
		}
		return e.read(i, v, name, cast, a.get(2, "default"), a, at)
	case "db", "db_url":
		raw := e.read(i, fallback("DATABASE_URL"), "", nil, a.get(1, "default"), a, at)
		return i.lift(raw, func(n *node) *node {
			d := i.databaseURL(n, environDialect, at)
			if en := a.get(2, "engine"); en != nil && en.isStr() && d.kind == DictKind {
				i.put(d, str("ENGINE"), en)
			}
			return d
		})
	case "cache", "cache_url":
		return i.cacheURL(e.read(i, fallback("CACHE_URL"), "", nil, a.get(1, "default"), a, at), a.get(2, "backend"), at)
	case "email", "email_url":
		return i.emailURL(e.read(i, fallback("EMAIL_URL"), "", nil, a.get(1, "default"), a, at), a.get(2, "backend"), at)
	case "search_url":
		return unknown("the search engine's settings from a URL").plusReads(e.read(i, fallback("SEARCH_URL"), "", nil, a.get(1, "default"), a, at).reads)
	case "path":
		raw := e.read(i, v, "", nil, a.get(1, "default"), &args{}, at)
		return i.lift(raw, func(n *node) *node {
			if !n.isStr() {
				return unknown(Value{n}.Reason()).with(at, n)
			}
			return newEnvironPath(gopath.Clean(n.str), at).plusReads(n.reads)
		})
	case "bytes":
		return i.lift(e.read(i, v, "str", nil, a.get(1, "default"), a, at), func(n *node) *node {
			if n.isStr() {
				return (&node{kind: BytesKind, str: n.str}).with(at, n)
			}
			return n
		})
	case "str", "unicode":
		out := e.read(i, v, "str", nil, a.get(1, "default"), a, at)
		if m := a.get(2, "multiline"); m != nil && (Value{m}).IsTrue() && out.isStr() {
			return str(strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(out.str)).with(at, out)
		}
		return out
	case "bool", "int", "float", "json", "url":
		return e.read(i, v, name, nil, a.get(1, "default"), a, at)
	}
	return unknown("a reader that is not known")
}

func (e *environReader) item(i *interp, self, key *node, at source.Span) *node {
	return e.read(i, key, "", nil, nil, &args{}, at)
}

// read is Env.get_value. A value that equals the default is returned as it stands: env.bool("X", default="False") is "False", which
// counts as true.
func (e *environReader) read(i *interp, name *node, cast string, castNode, def *node, a *args, at source.Span) *node {
	if name == nil || !name.isStr() || len(name.alts) > 0 || !e.prefix.isStr() || a.open {
		return unknown("a variable whose name is not known")
	}
	if def != nil && def.str == "environ.NOTSET" {
		def = nil
	}
	full := e.prefix.str + name.str
	if s := e.scheme.box.c.get(full); s != nil {
		c, d := s, (*node)(nil)
		if (s.kind == TupleKind || s.kind == ListKind) && len(s.box.c.elems) == 2 {
			c, d = s.box.c.elems[0], s.box.c.elems[1]
		}
		if cast == "" && castNode == nil {
			cast, castNode = castOf(c), c
		}
		if def == nil {
			def = d
		}
	}
	if e.files {
		if v, _ := i.readVar(full+"_FILE", nil, at); v != nil && !(Value{v}).IsFalse() {
			return i.openFile(v, at)
		}
	}
	if cast == "" && def != nil && def.kind != NoneKind { // smart cast
		cast = typeName(def)
	}
	v, r := i.readVar(full, nil, at)
	if v == nil {
		if def == nil {
			return e.parse(i, i.need(r, "ImproperlyConfigured", at), cast, castNode, a, at)
		}
		r.Fallback, r.HasDefault, r.Default = true, true, def.ev.Span
		i.note(r)
		d := def
		if cast == "url" && d.kind != NoneKind {
			d = e.parse(i, d, cast, castNode, a, at)
		} else if d.isStr() && len(d.alts) == 0 && len(d.str) > 1 && d.str[0] == '$' {
			d = e.read(i, str(strings.TrimLeft(d.str, "$")), cast, castNode, def, a, at)
		}
		return i.fallBack(d, r)
	}
	return i.lift(v, func(n *node) *node {
		if n.isStr() && strings.HasPrefix(n.str, "$") && len(n.str) > 1 { // "$OTHER" stands for another variable
			if i.calls >= maxCalls {
				return unknown("variables that stand for each other")
			}
			i.calls++
			defer func() { i.calls-- }()
			return e.read(i, str(strings.TrimLeft(n.str, "$")), cast, castNode, def, a, at).plusReads(n.reads)
		}
		if def != nil && n.isStr() {
			if def.kind == NoneKind && n.str == "" {
				return def.plusReads(n.reads)
			}
			if eq, known := equal(n, def); known && eq && cast != "url" {
				return n
			}
		}
		return e.parse(i, n, cast, castNode, a, at)
	})
}

// castOf names what a cast does: a type, or "call" for a function.
func castOf(c *node) string {
	if n := castName(c); n != "" {
		return n
	}
	return "call"
}

// typeName is the cast that the type of a default stands for.
func typeName(d *node) string {
	if len(d.alts) > 0 {
		return ""
	}
	switch d.kind {
	case BoolKind:
		return "bool"
	case IntKind:
		return "int"
	case FloatKind:
		return "float"
	case ListKind:
		return "list"
	case TupleKind:
		return "tuple"
	case DictKind:
		return "dict"
	case StringKind:
		return "str"
	}
	return "call"
}

// readEnv is Env.read_env.
func (i *interp) readEnv(a *args, at source.Span) {
	override := false
	if o := a.get(-1, "overwrite"); o != nil {
		override = (Value{o}).IsTrue()
	}
	p := a.get(0, "env_file")
	if p == nil || p.kind == NoneKind {
		i.loadFile(gopath.Join(gopath.Dir(at.Path()), ".env"), override, at)
		return
	}
	if t, ok := text(p); ok {
		i.loadFile(gopath.Clean(t), override, at)
	} else if ep, ok := p.impl.(*environPath); ok {
		i.loadFile(ep.p, override, at)
	} else {
		i.envOpen = "variables are loaded from a file whose path is not known"
	}
}

// An environPath is django-environ's Path.
type environPath struct{ p string }

func newEnvironPath(p string, at source.Span) *node {
	return &node{kind: ObjectKind, str: "environ.Path", call: &call{}, impl: &environPath{p}, nonEmpty: true, ev: source.At(at)}
}

func (p *environPath) call(i *interp, self *node, a *args, at source.Span) *node {
	out := p.p
	for _, x := range a.pos {
		t, ok := text(x)
		if !ok {
			return unknown("a path that is not known")
		}
		out = joinPath(out, t)
	}
	return str(gopath.Clean(out)).with(at, self)
}

func (p *environPath) attr(i *interp, self *node, name string, at source.Span) *node {
	switch name {
	case "path":
		return &node{kind: ObjectKind, str: "environ.Path.path", impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
			v := p.call(i, self, a, at)
			if v.isStr() {
				return newEnvironPath(v.str, at)
			}
			return v
		})}
	case "root", "__root__":
		return str(p.p).with(at, self)
	case "file":
		return nil
	}
	return nil
}
