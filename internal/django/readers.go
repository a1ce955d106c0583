package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// readerFunc returns a function of a package that reads the environment, by its dotted name, or nil.
func readerFunc(name string) nativeFunc {
	switch name {
	case "dotenv.load_dotenv", "dotenv.read_dotenv", "dotenv.main.load_dotenv":
		return func(i *interp, a *args, at source.Span) *node {
			override := false
			if o := a.get(3, "override"); o != nil {
				override = Value{o}.IsTrue()
			}
			p := a.get(0, "dotenv_path")
			if p == nil || p.kind == NoneKind || p.str == "dotenv.find_dotenv" {
				return boolean(i.loadFound(override, at))
			}
			if t, ok := text(p); ok {
				return boolean(i.loadFile(gopath.Clean(t), override, at))
			}
			i.envOpen = "variables are loaded from a file whose path is not known"
			return unknown("a file whose path is not known")
		}
	case "dotenv.find_dotenv":
		return func(i *interp, a *args, at source.Span) *node {
			if n, ok := a.str(0, "filename"); ok {
				return str(i.foundDotenv(n, at)).with(at)
			}
			return str(i.foundDotenv(".env", at)).with(at)
		}
	case "dotenv.dotenv_values":
		return func(i *interp, a *args, at source.Span) *node {
			p := i.foundDotenv(".env", at)
			if v := a.get(0, "dotenv_path"); v != nil && v.kind != NoneKind {
				t, ok := text(v)
				if !ok || len(v.alts) > 0 {
					d := dict(nil, nil)
					d.box.c.open = true
					return d.with(at, v)
				}
				p = gopath.Clean(t)
			}
			i.useEnvFile(p, at)
			d := dict(nil, nil)
			vars, ok := i.h.EnvFile(p, at)
			if !ok {
				return d.with(at)
			}
			for _, v := range vars {
				i.put(d, str(v.Name), i.fileVar(v, at))
			}
			return d.with(at)
		}
	case "environ.Env", "environ.FileAwareEnv":
		return func(i *interp, a *args, at source.Span) *node {
			return newEnviron(i, a, name == "environ.FileAwareEnv", at)
		}
	case "environ.Env.read_env", "environ.FileAwareEnv.read_env":
		return func(i *interp, a *args, at source.Span) *node {
			i.readEnv(a, at)
			return none()
		}
	case "environ.Path":
		return func(i *interp, a *args, at source.Span) *node {
			p, ok := a.str(0, "")
			if !ok {
				return unknown("a path that is not known").with(at, a.pos...)
			}
			return newEnvironPath(gopath.Clean(p), at)
		}
	case "decouple.config", "decouple.AutoConfig", "decouple.Config", "decouple.RepositoryEnv", "decouple.RepositoryIni", "decouple.RepositorySecret",
		"decouple.RepositoryEmpty", "decouple.Csv", "decouple.Choices", "decouple.strtobool":
		return func(i *interp, a *args, at source.Span) *node {
			return i.decouple(strings.TrimPrefix(name, "decouple."), a, at)
		}
	case "dj_database_url.config", "dj_database_url.parse":
		return func(i *interp, a *args, at source.Span) *node {
			return i.djDatabaseURL(strings.TrimPrefix(name, "dj_database_url."), a, at)
		}
	case "environs.Env", "environs.FileAwareEnv":
		return func(i *interp, a *args, at source.Span) *node {
			return &node{kind: ObjectKind, str: "environs.Env", impl: &environsReader{}, ev: source.At(at)}
		}
	}
	if kind, ok := strings.CutPrefix(name, "configurations.values."); ok && strings.HasSuffix(kind, "Value") {
		return func(i *interp, a *args, at source.Span) *node { return newConfigValue(i, kind, a, at) }
	}
	return nil
}

// readerAttr returns an object that a reading package offers under a name, or nil.
func (i *interp) readerAttr(name string, at source.Span) *node {
	switch name {
	case "decouple.config":
		return &node{kind: ObjectKind, str: "decouple.config", impl: &decoupleConfig{}, ev: source.At(at)}
	case "environs.env":
		return &node{kind: ObjectKind, str: "environs.Env", impl: &environsReader{}, ev: source.At(at)}
	case "environ.Env.NOTSET":
		return object("environ.NOTSET", at)
	}
	return nil
}

// foundDotenv is the file that find_dotenv finds: the nearest one above the calling file.
func (i *interp) foundDotenv(name string, at source.Span) string {
	dir := gopath.Dir(at.Path())
	for {
		p := gopath.Join(dir, name)
		if _, ok := i.h.EnvFile(p, at); ok || i.h.Exists(p) {
			return p
		}
		if dir == "." || dir == "/" || dir == "" {
			break
		}
		dir = gopath.Dir(dir)
	}
	return gopath.Join(i.o.root(), name)
}

func (i *interp) loadFound(override bool, at source.Span) bool {
	return i.loadFile(i.foundDotenv(".env", at), override, at)
}

func (i *interp) fileVar(v Var, at source.Span) *node {
	n := &node{}
	switch v.State {
	case VarKnown:
		n = str(v.Value)
	case VarSecret:
		n = &node{secret: true, nonEmpty: true, reason: v.Name + " is set at deployment"}
	default:
		n = unknown("it cannot be known how production sets " + v.Name)
	}
	n.ev = v.Evidence
	n.reads = []Read{{Var: v, Span: at}}
	return n
}
