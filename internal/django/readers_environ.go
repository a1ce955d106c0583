package django

import (
	"encoding/json"
	"net/url"
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
		switch name {
		case "read_env":
			i.readEnv(a, at)
			return none()
		case "__call__":
			return e.call(i, self, a, at)
		case "get_value":
			return e.call(i, self, a, at)
		case "__contains__":
			return i.inEnviron(a.first(), at)
		case "list", "tuple", "dict", "set":
			cast := a.get(1, "cast")
			return e.read(i, a.get(0, "var"), name, cast, a.get(2, "default"), a, at)
		case "db", "db_url":
			v := a.get(0, "var")
			if v == nil {
				v = str("DATABASE_URL")
			}
			return e.read(i, v, "db", nil, a.get(1, "default"), a, at)
		case "cache", "cache_url", "email", "email_url", "search_url", "channels", "channels_url":
			v := a.get(0, "var")
			if v == nil {
				v = str(map[byte]string{'c': "CACHE_URL", 'e': "EMAIL_URL", 's': "SEARCH_URL"}[name[0]])
			}
			return e.read(i, v, "config", nil, a.get(1, "default"), a, at)
		case "str", "unicode", "bytes", "bool", "int", "float", "json", "url", "path":
			return e.read(i, a.get(0, "var"), name, nil, a.get(1, "default"), a, at)
		}
		return unknown("a reader that is not known")
	})}
}

func (e *environReader) item(i *interp, self, key *node, at source.Span) *node {
	return e.read(i, key, "", nil, nil, &args{}, at)
}

// read is Env.get_value.
func (e *environReader) read(i *interp, name *node, cast string, castNode, def *node, a *args, at source.Span) *node {
	if name == nil || !name.isStr() || len(name.alts) > 0 || !e.prefix.isStr() {
		return unknown("a variable whose name is not known")
	}
	if def != nil && def.str == "environ.NOTSET" {
		def = nil
	}
	full := e.prefix.str + name.str
	if s := e.scheme.box.c.get(full); s != nil {
		c, d := s, (*node)(nil)
		if s.kind == TupleKind && len(s.box.c.elems) == 2 {
			c, d = s.box.c.elems[0], s.box.c.elems[1]
		}
		if cast == "" && castNode == nil {
			castNode = c
			cast = castName(c)
			if cast == "" {
				cast = "call"
			}
		}
		if def == nil {
			def = d
		}
	}
	if e.files {
		if v, _ := i.readVar(full+"_FILE", nil, at); v != nil {
			return i.openFile(v, at)
		}
	}
	v, r := i.readVar(full, nil, at)
	if v == nil {
		if def == nil {
			return i.need(r, "ImproperlyConfigured", at)
		}
		r.Fallback, r.HasDefault, r.Default = true, true, def.ev.Span
		i.note(r)
		// a default is cast only if it is text and no cast of its own type: environ parses it like a value
		d := def
		if d.isStr() && (cast == "bool" || cast == "int" || cast == "float" || cast == "list" || cast == "dict" || cast == "tuple" || cast == "db" || cast == "config" || cast == "json" || cast == "url" || cast == "path") && !(d.str == "" && cast == "db") {
			d = e.parse(i, d, cast, castNode, a, at)
		} else if cast == "db" && d.kind == StringKind {
			d = e.parse(i, d, cast, castNode, a, at)
		} else if cast == "path" && d.isStr() {
			d = newEnvironPath(d.str, at)
		}
		return i.fallBack(d, r)
	}
	// "$OTHER" stands for another variable
	if v.isStr() && strings.HasPrefix(v.str, "$") && len(v.str) > 1 {
		return e.read(i, str(strings.TrimLeft(v.str, "$")), cast, castNode, def, a, at).plusReads(v.reads)
	}
	if v.isStr() && v.str == "" && def != nil && def.kind == NoneKind && cast != "" && cast != "str" {
		return def.plusReads(v.reads)
	}
	return lift(v, func(n *node) *node { return e.parse(i, n, cast, castNode, a, at) })
}

// parse is Env.parse_value.
func (e *environReader) parse(i *interp, v *node, cast string, castNode *node, a *args, at source.Span) *node {
	if !v.isStr() {
		u := unknown(Value{v}.Reason()).with(at, v)
		u.secret = v.secret
		u.nonEmpty = v.nonEmpty && (cast == "" || cast == "str" || cast == "list" || cast == "db")
		if cast == "list" || cast == "tuple" {
			c := container(ListKind, nil)
			c.box.c.open = true
			return c.with(at, v)
		}
		return u
	}
	switch cast {
	case "", "str", "unicode":
		if m := a.get(-1, "multiline"); m != nil && (Value{m}).IsTrue() {
			return str(strings.ReplaceAll(v.str, `\n`, "\n")).with(at, v)
		}
		return v
	case "bool":
		switch s := strings.TrimSpace(strings.ToLower(v.str)); s {
		case "true", "on", "ok", "y", "yes", "1":
			return boolean(true).with(at, v)
		default:
			// a number other than 0 counts as true
			if n := i.quietInt(s); n != nil {
				return boolean(*n != 0).with(at, v)
			}
			return boolean(false).with(at, v)
		}
	case "int":
		return i.toInt(v, nil, at)
	case "float":
		s := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '.' || r == ',' || r == '-' {
				return r
			}
			return -1
		}, v.str)
		return i.toFloat(str(strings.ReplaceAll(s, ",", ".")).with(at, v), at)
	case "list", "tuple", "set":
		out := container(ListKind, nil)
		if cast == "tuple" {
			out = container(TupleKind, nil)
		}
		text := v.str
		if cast == "tuple" {
			text = strings.Trim(text, "()")
		}
		for _, p := range strings.Split(text, ",") {
			if p == "" {
				continue
			}
			el := str(p).with(at, v)
			if castNode != nil && castNode.kind == ListKind && len(castNode.box.c.elems) == 1 {
				el = e.parse(i, el, castName(castNode.box.c.elems[0]), castNode.box.c.elems[0], &args{}, at)
			}
			out.box.c.elems = append(out.box.c.elems, el)
		}
		return out.with(at, v)
	case "dict":
		out := dict(nil, nil)
		for _, p := range strings.Split(v.str, ",") {
			if k, val, ok := strings.Cut(p, "="); ok {
				i.put(out, str(k), str(val).with(at, v))
			}
		}
		return out.with(at, v)
	case "json":
		if r, ok := fromJSON(v.str, at, v); ok && json.Valid([]byte(v.str)) {
			return r
		}
		return i.valueError(v, at)
	case "db":
		d := i.databaseURL(v, at)
		if d.kind == DictKind {
			if en := a.get(2, "engine"); en != nil && en.isStr() {
				i.put(d, str("ENGINE"), en)
			}
		}
		return d
	case "url":
		if u, err := url.Parse(v.str); err == nil {
			_ = u
			o := &node{kind: ObjectKind, str: "urllib.parse.urlparse", call: &call{args: []*node{v}}}
			return o.with(at, v)
		}
	case "path":
		return newEnvironPath(v.str, at).plusReads(v.reads)
	case "config":
		u := dict(nil, nil)
		u.box.c.open = true
		return u.with(at, v)
	case "call":
		return i.apply(castNode, []*node{v}, nil, at).plusReads(v.reads)
	}
	return unknown("a cast that is not known").with(at, v)
}

func (i *interp) quietInt(s string) *int64 {
	n := int64(0)
	if s == "" || len(s) > 18 {
		return nil
	}
	neg := s[0] == '-'
	d := strings.TrimLeft(s, "+-")
	if d == "" {
		return nil
	}
	for _, c := range d {
		if c < '0' || c > '9' {
			return nil
		}
		n = n*10 + int64(c-'0')
	}
	if neg {
		n = -n
	}
	return &n
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
