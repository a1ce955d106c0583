package django

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// environ is os.environ.
type environ struct{}

// readVar reads a variable on behalf of a reader. If it is not set and there is a default, the default is in force; without one
// nil is returned, and the read is told.
func (i *interp) readVar(name string, def *node, at source.Span) (*node, Read) {
	v, r := i.readVarOnce(name, def, at)
	if i.envOpen != "" {
		u := unknown(i.envOpen)
		u.reads = []Read{r}
		u.ev = source.At(at)
		if v == nil {
			return u, r
		}
		return choice(v, u), r
	}
	return v, r
}

func (i *interp) readVarOnce(name string, def *node, at source.Span) (*node, Read) {
	r := Read{Var: Var{Name: name}, Span: at, HasDefault: def != nil}
	if def != nil {
		r.Default = def.ev.Span
	}
	v, written := i.env[name]
	if written && v != nil {
		r.Var.State = VarKnown
		if v.isStr() {
			r.Var.Value = v.str
			for _, old := range v.reads {
				if old.Var.Name == name {
					r.Var = old.Var
				}
			}
		}
		i.note(r)
		c := *v
		c.reads = joinReads([]Read{r}, v.reads)
		c.ev = source.Evidence{Span: v.ev.Span, Trail: append([]source.Step{{Span: at, Note: "reads " + name}}, v.ev.Trail[:min(len(v.ev.Trail), maxTrailSteps)]...)}
		return &c, r
	}
	if !written {
		r.Var = i.h.Env(name)
		r.Var.Name = name
	}
	if i.required[name] && r.Var.State != VarSecret {
		r.Var.State, r.Var.Value = VarSecret, ""
	}
	switch r.Var.State {
	case VarKnown:
		i.note(r)
		s := str(r.Var.Value)
		s.reads = []Read{r}
		s.ev = source.Evidence{Span: r.Var.Evidence.Span, Trail: append([]source.Step{{Span: at, Note: "reads " + name}}, r.Var.Evidence.Trail...)}
		if s.ev.Span.IsZero() {
			s.ev.Span = at
		}
		return s, r
	case VarSecret:
		i.note(r)
		u := &node{secret: true, nonEmpty: true, reason: name + " is set at deployment", reads: []Read{r}}
		u.ev = source.Evidence{Span: at, Trail: r.Var.Evidence.Trail}
		return u, r
	case VarUnknown:
		i.note(r)
		u := &node{reason: "it cannot be known how production sets " + name, reads: []Read{r}}
		u.ev = source.Evidence{Span: at, Trail: r.Var.Evidence.Trail}
		if def != nil {
			return choice(u, def).plusReads(u.reads), r
		}
		return u, r
	}
	if def == nil {
		return nil, r
	}
	r.Fallback = true
	i.note(r)
	return i.fallBack(def, r), r
}

// fallBack is the default of a reader whose variable is not set.
func (i *interp) fallBack(def *node, r Read) *node {
	c := *def
	c.reads = joinReads([]Read{r}, def.reads)
	private := secretName(r.Var.Name) || loginURL(def.str)
	shown := Value{def}.Display(private)
	note := fmt.Sprintf("falls back to %s: %s is not set", shown, r.Var.Name)
	trail := append([]source.Step{{Span: r.Span, Note: note}}, r.Var.Evidence.Trail...)
	c.ev = source.Evidence{Span: def.ev.Span, Trail: append(trail, def.ev.Trail...)}
	c.ev.Trail = c.ev.Trail[:min(len(c.ev.Trail), maxTrailSteps)]
	if c.ev.Span.IsZero() {
		c.ev.Span = r.Span
	}
	if private {
		i.secret(def)
	}
	return &c
}

// note remembers that the settings read a variable.
func (i *interp) note(r Read) {
	for _, o := range i.reads {
		if o.Var.Name == r.Var.Name && o.Span == r.Span {
			return
		}
	}
	if len(i.reads) < 5000 {
		i.reads = append(i.reads, r)
	}
}

func (i *interp) secret(v *node) {
	for _, a := range (Value{v}).Alternatives() {
		if (a.v.kind == StringKind || a.v.kind == BytesKind) && len(a.v.str) >= 4 && len(i.secrets) < 1000 {
			i.secrets = append(i.secrets, a.v.str)
		}
	}
}

// need is what a required variable without default gives: something that production has to supply.
func (i *interp) need(r Read, exception string, at source.Span) *node {
	if i.caught(exception) {
		r.Fallback = true
		i.note(r)
		panic(&raised{name: exception, reads: []Read{r}, at: at})
	}
	i.note(r)
	u := &node{secret: true, nonEmpty: true, reason: "required: " + r.Var.Name + " must be set at deployment", reads: []Read{r}}
	u.ev = source.Evidence{Span: at, Trail: r.Var.Evidence.Trail}
	return u
}

func (i *interp) getenv(a *args, at source.Span) *node {
	name := a.get(0, "key")
	if name == nil {
		return unknown("a variable whose name is not known")
	}
	return i.lift(name, func(n *node) *node {
		if !n.isStr() {
			return unknown("a variable whose name is not known").with(at, n)
		}
		def := a.get(1, "default")
		if def == nil {
			def = none().with(at)
		}
		v, _ := i.readVar(n.str, def, at)
		return v
	})
}

func (i *interp) environItem(key *node, at source.Span) *node {
	return i.lift(key, func(k *node) *node {
		if !k.isStr() {
			return unknown("a variable whose name is not known").with(at, k)
		}
		v, r := i.readVar(k.str, nil, at)
		if v == nil {
			return i.need(r, "KeyError", at)
		}
		return v
	})
}

func (i *interp) inEnviron(key *node, at source.Span) *node {
	if !key.isStr() || len(key.alts) > 0 {
		return unknown("a variable whose name is not known")
	}
	v, r := i.readVar(key.str, nil, at)
	if v == nil {
		r.Fallback = true
		i.note(r)
		b := boolean(false)
		b.reads = []Read{r}
		b.ev = source.Evidence{Span: at, Trail: append([]source.Step{{Span: at, Note: r.Var.Name + " is not set"}}, r.Var.Evidence.Trail...)}
		return b
	}
	if v.kind == Unknown && !v.nonEmpty {
		return unknown(v.reason).with(at, v)
	}
	return boolean(true).with(at, v)
}

func (e *environ) item(i *interp, self, key *node, at source.Span) *node {
	return i.environItem(key, at)
}

func (e *environ) attr(i *interp, self *node, name string, at source.Span) *node {
	return &node{kind: ObjectKind, str: "os.environ." + name, ev: source.At(at), impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
		switch name {
		case "get":
			return i.getenv(a, at)
		case "setdefault":
			if n, ok := a.str(0, ""); ok && len(a.pos) == 2 {
				v, _ := i.readVar(n, nil, at)
				if v == nil {
					i.setEnv(n, a.pos[1])
					return a.pos[1]
				}
				return v
			}
		case "update":
			for _, p := range a.pos {
				if p.kind == DictKind {
					for k, key := range p.box.c.keys {
						if key.isStr() {
							i.setEnv(key.str, p.box.c.elems[k])
						}
					}
				}
			}
			for _, k := range a.kw {
				i.setEnv(k.name, k.v)
			}
			return none()
		case "pop":
			v := i.getenv(a, at)
			if n, ok := a.str(0, ""); ok {
				i.setEnv(n, nil)
			}
			return v
		case "__getitem__":
			return i.environItem(a.first(), at)
		case "__contains__":
			return i.inEnviron(a.first(), at)
		case "copy":
			return self
		}
		return unknown("the whole environment")
	})}
}

// loadFile is what load_dotenv and read_env do: put the variables of a file into the environment.
func (i *interp) loadFile(p string, override bool, at source.Span) bool {
	i.useEnvFile(p, at)
	vars, ok := i.h.EnvFile(p, at)
	if !ok {
		return false
	}
	for _, v := range vars {
		if !override {
			if cur, written := i.env[v.Name]; written && cur != nil {
				continue
			}
			if i.h.Env(v.Name).State != VarUnset {
				continue
			}
		}
		if i.required[v.Name] {
			v.State = VarSecret
		}
		n := &node{}
		switch v.State {
		case VarKnown:
			n = str(v.Value)
		case VarSecret:
			n = &node{secret: true, nonEmpty: true, reason: v.Name + " is set at deployment"}
		case VarUnset:
			continue
		default:
			n = unknown("it cannot be known how production sets " + v.Name)
		}
		n.ev = v.Evidence
		n.reads = []Read{{Var: v, Span: at}}
		i.setEnv(v.Name, n)
	}
	return true
}

// useEnvFile remembers that the settings read an environment file.
func (i *interp) useEnvFile(p string, at source.Span) {
	for _, u := range i.envFiles {
		if u.Path == p {
			return
		}
	}
	if len(i.envFiles) < 200 {
		i.envFiles = append(i.envFiles, EnvFileUse{Path: p, Span: at})
	}
}

// secretName reports whether a name looks like one of a secret, for what is shown of a value. It errs on the side of hiding.
func secretName(name string) bool {
	n := strings.ToUpper(name)
	for _, w := range []string{"SECRET", "PASS", "TOKEN", "PWD", "CREDENTIAL", "PRIVATE", "APIKEY", "API_KEY", "DSN", "SALT"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return strings.HasSuffix(n, "KEY") || strings.HasSuffix(n, "KEYS") || strings.HasPrefix(n, "KEY") || strings.Contains(n, "DATABASE_URL")
}

// loginURL reports whether a text is a URL with a login in it, which is a secret under any name.
func loginURL(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	return ok && strings.Contains(rest, "@")
}

// urlAttr is an attribute of urlparse(text).
func (i *interp) urlAttr(v *node, name string, at source.Span) *node {
	in, ok := (Value{v}).Arg(0, "url")
	if !ok {
		return nil
	}
	return i.lift(in.v, func(n *node) *node {
		if !n.isStr() {
			return unknown(Value{n}.Reason()).with(at, n)
		}
		u, ok := splitURL(n.str)
		if !ok {
			return unknown("a URL that cannot be read").with(at, n)
		}
		opt := func(s string, has bool) *node {
			if !has {
				return none().with(at, n)
			}
			return str(s).with(at, n)
		}
		switch name {
		case "scheme":
			return str(u.scheme).with(at, n)
		case "netloc":
			return str(u.netloc).with(at, n)
		case "hostname":
			return opt(u.host, u.host != "")
		case "path":
			return str(u.path).with(at, n)
		case "username":
			return opt(u.user, u.hasUser)
		case "password":
			i.secret(str(u.password))
			return opt(u.password, u.hasPassword)
		case "port":
			if u.port == "" {
				return none().with(at, n)
			}
			return i.toInt(str(u.port), nil, at).with(at, n)
		case "query":
			return str(u.query).with(at, n)
		}
		return unknown("a part of a URL that is not known").with(at, n)
	})
}
