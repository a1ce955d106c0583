package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// nativeAttr returns a value that a package of Python's world holds under a dotted name, or nil.
func (i *interp) nativeAttr(name string, at source.Span) *node {
	switch name {
	case "os.environ", "environ.environ":
		if name == "os.environ" {
			return &node{kind: ObjectKind, str: "os.environ", impl: &environ{}, ev: source.At(at)}
		}
	case "os.sep":
		return str("/")
	case "os.linesep":
		return str("\n")
	case "os.name":
		return str("posix")
	case "os.pathsep":
		return str(":")
	case "sys.argv":
		out := container(ListKind, nil)
		argv := i.o.Argv
		if len(argv) == 0 {
			argv = []string{"gunicorn"}
		}
		for _, a := range argv {
			out.box.c.elems = append(out.box.c.elems, str(a))
		}
		if len(i.o.Argv) == 0 {
			// what production starts is not known word for word, but it is none of the commands that settings look for
			return &node{kind: ListKind, str: "argv", box: out.box, ev: source.At(at)}
		}
		return out.with(at)
	case "sys.version_info":
		return container(TupleKind, []*node{integer(3), integer(12), integer(0), str("final"), integer(0)}).with(at)
	case "sys.platform":
		return str("linux").with(at)
	case "sys.modules":
		return &node{kind: ObjectKind, str: name, impl: &sysModules{}}
	case "sys.path":
		l := container(ListKind, nil)
		l.box.c.open = true
		return l
	case "corsheaders.defaults.default_headers":
		return strTuple("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with").with(at)
	case "corsheaders.defaults.default_methods":
		return strTuple("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT").with(at)
	case "http.HTTPStatus.OK":
		return integer(200)
	case "typing.TYPE_CHECKING":
		return boolean(false).with(at)
	case "django.VERSION":
		if v := i.o.DjangoVersion; v.Major > 0 {
			return container(TupleKind, []*node{integer(int64(v.Major)), integer(int64(v.Minor)), integer(0), str("final"), integer(0)}).with(at)
		}
		return unknown("the Django version is not known")
	case "logging.DEBUG":
		return integer(10)
	case "logging.INFO":
		return integer(20)
	case "logging.WARNING":
		return integer(30)
	case "logging.ERROR":
		return integer(40)
	case "string.ascii_letters":
		return str("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "string.digits":
		return str("0123456789")
	case "django.conf.global_settings", "django.conf.settings":
		return &node{kind: ObjectKind, str: name, impl: &globalSettings{}}
	}
	return i.readerAttr(name, at)
}

func strTuple(s ...string) *node {
	out := container(TupleKind, nil)
	for _, x := range s {
		out.box.c.elems = append(out.box.c.elems, str(x))
	}
	return out
}

// globalSettings are Django's own defaults.
type globalSettings struct{}

func (globalSettings) attr(i *interp, self *node, name string, at source.Span) *node {
	if v := djangoDefault(name, i.o.DjangoVersion); v != nil && self.str == "django.conf.global_settings" {
		return v.with(at)
	}
	return unknown("a setting of Django itself that is not known")
}

type sysModules struct{}

func (sysModules) item(i *interp, self, key *node, at source.Span) *node {
	if key.isStr() {
		if m := i.modules[key.str]; m != nil {
			return moduleNode(m)
		}
	}
	return unknown("a module that is not known")
}

func (sysModules) attr(i *interp, self *node, name string, at source.Span) *node { return nil }

// natives returns a function of Python's world by its dotted name, or nil.
func natives(name string) nativeFunc {
	if f, ok := strings.CutPrefix(name, "os.path."); ok {
		return osPath(f)
	}
	if f, ok := strings.CutPrefix(name, "builtins."); ok {
		return builtinFunc(f)
	}
	fixed := func(reason string) nativeFunc {
		return func(i *interp, a *args, at source.Span) *node {
			u := unknown(reason).with(at, a.pos...)
			return u
		}
	}
	switch name {
	case "os.getenv", "os.environ.get":
		return func(i *interp, a *args, at source.Span) *node { return i.getenv(a, at) }
	case "os.putenv":
		return func(i *interp, a *args, at source.Span) *node { return none() }
	case "os.getcwd":
		return func(i *interp, a *args, at source.Span) *node { return str(gopath.Clean(i.o.root())).with(at) }
	case "os.fspath":
		return func(i *interp, a *args, at source.Span) *node { return format(a.first(), 0, "", at) }
	case "os.makedirs", "os.mkdir", "os.umask", "os.chmod", "warnings.warn", "warnings.filterwarnings", "warnings.simplefilter",
		"logging.basicConfig", "sys.path.insert", "sys.path.append", "sys.setrecursionlimit", "mimetypes.add_type":
		return func(i *interp, a *args, at source.Span) *node { return none() }
	case "sys.exit", "os._exit", "exit":
		return func(i *interp, a *args, at source.Span) *node {
			i.refuse("SystemExit", none(), at)
			return nil
		}
	case "os.urandom", "secrets.token_urlsafe", "secrets.token_hex", "secrets.token_bytes", "secrets.choice", "random.choice", "uuid.uuid4",
		"django.core.management.utils.get_random_secret_key", "django.utils.crypto.get_random_string", "random.SystemRandom", "secrets.SystemRandom":
		return func(i *interp, a *args, at source.Span) *node {
			return &node{random: true, nonEmpty: true, reason: "it is made anew at every start", ev: source.At(at)}
		}
	case "socket.gethostname", "platform.node", "socket.gethostbyname", "subprocess.check_output", "subprocess.run", "os.popen", "getpass.getuser", "os.uname":
		return fixed("it depends on the machine: " + name + "()")
	case "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "unipath.Path", "path.Path":
		return func(i *interp, a *args, at source.Span) *node {
			out := path(".")
			for k, v := range a.pos {
				if len(v.alts) > 0 {
					return unknown(Value{v}.Reason()).with(at, v)
				}
				t, ok := text(v)
				if !ok {
					return unknown(Value{v}.Reason()).with(at, v)
				}
				if k == 0 {
					out = path(purePath(t))
				} else {
					out = path(joinPath(out.str, t))
				}
			}
			return out.with(at, a.pos...)
		}
	case "datetime.timedelta":
		return timedelta
	case "re.compile":
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node {
				if !v.isStr() {
					return unknown(Value{v}.Reason()).with(at, v)
				}
				c := (&node{kind: RegexpKind, str: v.str}).with(at, v)
				return c
			})
		}
	case "json.loads", "simplejson.loads":
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node {
				if v.isStr() {
					i.charge(len(v.str))
					i.grow(100 * len(v.str))
					if r, ok := fromJSON(v.str, at, v); ok {
						return r
					}
					return i.valueError(v, at)
				}
				return unknown(Value{v}.Reason()).with(at, v)
			})
		}
	case "ast.literal_eval":
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node { return i.literalEval(v, at) })
		}
	case "distutils.util.strtobool", "setuptools.distutils.util.strtobool", "str2bool.str2bool":
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node {
				if !v.isStr() {
					return unknown(Value{v}.Reason()).with(at, v)
				}
				switch strings.ToLower(v.str) {
				case "y", "yes", "t", "true", "on", "1":
					return integer(1).with(at, v)
				case "n", "no", "f", "false", "off", "0":
					return integer(0).with(at, v)
				}
				return i.valueError(v, at)
			})
		}
	case "pydantic.SecretStr", "pydantic.types.SecretStr":
		return func(i *interp, a *args, at source.Span) *node {
			return &node{kind: ObjectKind, str: "pydantic.SecretStr", impl: &secretText{a.first()}, ev: source.At(at), reads: a.first().reads}
		}
	case "copy.copy", "copy.deepcopy":
		return func(i *interp, a *args, at source.Span) *node { return i.deepCopy(a.first(), 0) }
	case "importlib.import_module":
		return func(i *interp, a *args, at source.Span) *node {
			if n, ok := a.str(0, "name"); ok {
				if strings.HasPrefix(n, ".") {
					if p, ok := a.str(1, "package"); ok {
						n = p + "." + strings.TrimLeft(n, ".")
					}
				}
				return i.importName(n, nil, at)
			}
			return unknown("a module whose name is not known")
		}
	case "django.utils.translation.gettext_lazy", "django.utils.translation.gettext", "django.utils.translation.ugettext_lazy",
		"django.utils.translation.ugettext", "django.utils.safestring.mark_safe", "typing.cast", "functools.lru_cache", "functools.cache", "os.path.expandvars":
		return func(i *interp, a *args, at source.Span) *node {
			if name == "typing.cast" && len(a.pos) == 2 {
				return a.pos[1]
			}
			return a.first()
		}
	case "collections.OrderedDict":
		return builtinFunc("dict")
	case "collections.defaultdict":
		return func(i *interp, a *args, at source.Span) *node {
			d := dict(nil, nil)
			d.impl = &defaultDict{a.first()}
			return d.with(at)
		}
	case "functools.partial":
		return func(i *interp, a *args, at source.Span) *node {
			bound := *a
			fn := nativeFunc(func(i *interp, b *args, at source.Span) *node {
				all := &args{pos: append(append([]*node(nil), bound.pos[min(1, len(bound.pos)):]...), b.pos...), open: bound.open || b.open}
				for _, k := range bound.kw {
					if b.get(-1, k.name) == nil {
						all.kw = append(all.kw, k)
					}
				}
				all.kw = append(all.kw, b.kw...)
				return i.applyIn(bound.first(), all, at, nil)
			})
			return &node{kind: ObjectKind, str: "functools.partial", impl: fn, ev: source.At(at)}
		}
	case "functools.reduce":
		return func(i *interp, a *args, at source.Span) *node {
			elems, ok := i.iterate(a.get2(1))
			total := a.get(2, "")
			if !ok || total == nil && len(elems) == 0 {
				return unknown(Value{a.get2(1)}.Reason()).with(at, a.get2(1))
			}
			if total == nil {
				total, elems = elems[0], elems[1:]
			}
			for _, e := range elems {
				i.step()
				total = i.apply(a.first(), []*node{total, e}, nil, at)
			}
			return total
		}
	case "itertools.chain", "itertools.chain.from_iterable":
		return func(i *interp, a *args, at source.Span) *node {
			out := container(ListKind, nil)
			list := a.pos
			if name == "itertools.chain.from_iterable" {
				elems, ok := i.iterate(a.first())
				if !ok {
					return unknown(Value{a.first()}.Reason()).with(at, a.first())
				}
				list = elems
			}
			for _, p := range list {
				i.extend(out, p)
			}
			return out.with(at, a.pos...)
		}
	case "platform.system":
		return func(i *interp, a *args, at source.Span) *node { return str("Linux").with(at) }
	case "string.Template":
		return nil
	}
	return readerFunc(name)
}

type defaultDict struct{ factory *node }

// callAttr is an attribute of the result of a call that is known by name only.
func (i *interp) callAttr(v *node, name string, at source.Span) *node {
	switch v.str {
	case "urllib.parse.urlparse", "urllib.parse.urlsplit":
		return i.urlAttr(v, name, at)
	}
	return nil
}
