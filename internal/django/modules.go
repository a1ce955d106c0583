package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

func moduleNode(m *module) *node { return &node{kind: ObjectKind, str: m.name, impl: m} }

func packageOf(m *module) string {
	if m.pkg {
		return m.name
	}
	if k := strings.LastIndexByte(m.name, '.'); k >= 0 {
		return m.name[:k]
	}
	return ""
}

// find returns the file of a dotted module below the roots, or "".
func (i *interp) find(name string) (file string, pkg bool) {
	rel := strings.ReplaceAll(name, ".", "/")
	for _, root := range i.o.Roots {
		base := gopath.Join(root, rel)
		if strings.HasPrefix(base, "..") {
			continue
		}
		if f := gopath.Join(base, "__init__.py"); i.h.Exists(f) {
			return f, true
		}
		if f := base + ".py"; i.h.Exists(f) {
			return f, false
		}
	}
	return "", false
}

// isLocal reports whether a dotted name belongs to the repository: its first package is there.
func (i *interp) isLocal(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	if known, ok := i.local[first]; ok {
		return known
	}
	found := false
	for _, root := range i.o.Roots {
		base := gopath.Join(root, first)
		found = found || i.h.Exists(base) && len(i.h.Glob(base+"/*.py")) > 0 || i.h.Exists(base+".py")
	}
	if i.local == nil {
		i.local = map[string]bool{}
	}
	i.local[first] = found
	return found
}

// module runs a module of the repository once and returns it; nil if there is none.
func (i *interp) module(name string, at source.Span) *module {
	if m, ok := i.modules[name]; ok {
		return m
	}
	file, pkg := i.find(name)
	if file == "" {
		// a folder without __init__.py is a package too
		for _, root := range i.o.Roots {
			dir := gopath.Join(root, strings.ReplaceAll(name, ".", "/"))
			if dir != "." && i.h.Exists(dir) && !strings.HasPrefix(dir, "..") {
				m := &module{name: name, file: dir, pkg: true, m: &python.Module{File: source.NewFile(dir, nil)}}
				m.sc = newScope(nil, m)
				i.modules[name] = m
				return m
			}
		}
		return nil
	}
	if k := strings.LastIndexByte(name, '.'); k > 0 {
		i.module(name[:k], at)
	}
	return i.load(name, file, pkg, at)
}

// load interprets a file as a module.
func (i *interp) load(name, file string, pkg bool, at source.Span) *module {
	if len(i.modules) >= maxModules {
		panic(stop{"the settings import too many modules"})
	}
	pm := i.h.Parse(file)
	if pm == nil {
		return nil
	}
	m := &module{name: name, file: file, pkg: pkg, m: pm, busy: true}
	m.sc = newScope(nil, m)
	m.sc.record, m.sc.skipped, m.sc.past = true, map[string][]skip{}, map[string][]source.Evidence{}
	i.modules[name] = m
	i.files = append(i.files, pm.File)
	for _, p := range pm.Problems {
		i.problem(p.Span, "%s", p.Text)
	}
	// an import runs in no function and under no branch of its own
	control, frames, catching := i.control, i.frames, i.catching
	i.frames = nil
	f := i.catching
	i.catching = append([]string(nil), f...)
	i.exec(pm.Body, m.sc)
	i.control, i.frames, i.catching = control, frames, catching
	if pm.Incomplete {
		i.loosen(m.sc, "the file could not be read to its end", source.Span{File: pm.File})
	}
	m.busy = false
	return m
}

// importName is import a.b.c: the module, or a name for what is not in the repository.
func (i *interp) importName(name string, from *module, at source.Span) *node {
	if m := i.module(name, at); m != nil {
		return moduleNode(m)
	}
	if (i.isLocal(name) || siteFile(name) && !installed(name)) && i.caught("ImportError") {
		panic(&raised{name: "ModuleNotFoundError", at: at})
	}
	if !installed(name) {
		i.mayRaise(&raised{name: "ModuleNotFoundError", at: at})
	}
	return object(name, at)
}

// absolute resolves a relative import.
func absolute(m *module, level int, name string) string {
	if level == 0 {
		return name
	}
	pkg := packageOf(m)
	for ; level > 1; level-- {
		if k := strings.LastIndexByte(pkg, '.'); k >= 0 {
			pkg = pkg[:k]
		} else {
			pkg = ""
		}
	}
	if pkg == "" {
		return name
	}
	if name == "" {
		return pkg
	}
	return pkg + "." + name
}

func (i *interp) importFrom(s *python.ImportFrom, sc *scope) {
	at := i.span(sc, s)
	name := absolute(sc.mod, s.Level, s.Module)
	m := i.module(name, at)
	star := len(s.Names) == 1 && s.Names[0].Name == "*"
	if m == nil {
		local := s.Level > 0 || i.isLocal(name) || siteFile(name) && !installed(name)
		if local && i.caught("ImportError") {
			panic(&raised{name: "ModuleNotFoundError", at: at})
		}
		if !local && !installed(name) {
			i.mayRaise(&raised{name: "ModuleNotFoundError", at: at})
		}
		if star {
			if local {
				i.loosen(sc, "the module "+name+" is not in the repository", at)
			} else if !harmless(name) {
				i.loosen(sc, "the names of the package "+name+" are not known", at)
			}
			return
		}
		for _, a := range s.Names {
			bound := a.Name
			if a.AsName != "" {
				bound = a.AsName
			}
			v := i.nativeAttr(name+"."+a.Name, at)
			if v == nil {
				v = object(name+"."+a.Name, at)
				if local {
					v = &node{reason: "the module " + name + " is not in the repository", ev: source.At(at)}
				}
			}
			i.bind(sc, bound, v, at)
		}
		return
	}
	if star {
		i.starImport(m, sc, at)
		return
	}
	for _, a := range s.Names {
		bound := a.Name
		if a.AsName != "" {
			bound = a.AsName
		}
		if b := m.sc.names[a.Name]; b != nil {
			i.bind(sc, bound, i.imported(b.v), at)
			continue
		}
		if sub := i.module(name+"."+a.Name, at); sub != nil {
			i.bind(sc, bound, moduleNode(sub), at)
			continue
		}
		if i.caught("ImportError") && m.sc.open == "" && !m.busy {
			panic(&raised{name: "ImportError", at: at})
		}
		why := a.Name + " is not defined in " + m.file
		if m.sc.open != "" {
			why = m.sc.open
		}
		i.bind(sc, bound, &node{reason: why, ev: source.At(at)}, at)
	}
}

// starImport copies the public names of a module, and what is known of the settings that it does not reach.
func (i *interp) starImport(m *module, sc *scope, at source.Span) {
	var names []string
	if all := m.sc.names["__all__"]; all != nil {
		if elems, ok := i.iterate(all.v); ok {
			for _, e := range elems {
				if e.isStr() {
					names = append(names, e.str)
				}
			}
		}
	} else {
		for _, n := range sortedNames(m.sc.names) {
			if !strings.HasPrefix(n, "_") {
				names = append(names, n)
			}
		}
	}
	step := source.Step{Span: at, Note: "imported by " + sc.mod.file}
	for _, n := range names {
		b := m.sc.names[n]
		if b == nil {
			continue
		}
		v := b.v
		if isSetting(n) && !v.ev.IsZero() {
			c := *v
			c.ev = c.ev.Then(step)
			v = &c
		}
		v = i.underControl(v, sc.record)
		if old := sc.names[n]; old != nil && isSetting(n) && i.journal == nil && sc.past != nil && len(sc.past[n]) < 20 {
			sc.past[n] = append(sc.past[n], old.v.ev)
		}
		i.set(sc, n, &binding{i.imported(v), b.span})
		if sc.record {
			delete(sc.skipped, n)
		}
	}
	if sc.record {
		for n, list := range m.sc.skipped {
			if strings.HasPrefix(n, "_") {
				continue
			}
			for _, s := range list {
				s.ev = s.ev.Then(step)
				sc.skipped[n] = append(sc.skipped[n], s)
			}
		}
	}
	if m.sc.open != "" {
		i.setOpen(sc, m.sc.open)
	}
}

// imported is a value of another module, which something that was not understood may have changed.
func (i *interp) imported(v *node) *node {
	if i.importOpen == "" {
		return v
	}
	return choice(v, unknown(i.importOpen))
}

// siteFile reports whether a name is one of those that projects give to a module which is not kept in the repository, such as
// local_settings.
func siteFile(name string) bool {
	n := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	for _, w := range []string{"local", "settings", "secret", "private", "override", "credentials", "devel", "production"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return n == "dev" || n == "prod" || n == "config" || n == "conf"
}

// harmless reports whether a star import of a package brings in no settings.
func harmless(name string) bool { return installed(name) }

// standard lists modules of Python's standard library.
const standard = " __future__ abc argparse array ast asyncio atexit base64 binascii bisect builtins calendar codecs collections " +
	"colorsys concurrent configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib dis email enum errno " +
	"fcntl fileinput fnmatch fractions functools gc getopt getpass gettext glob grp gzip hashlib heapq hmac html http imaplib importlib " +
	"inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes multiprocessing netrc " +
	"numbers operator os pathlib pickle pkgutil platform plistlib posixpath pprint pwd queue random re reprlib resource runpy sched " +
	"secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string struct " +
	"subprocess symtable sys sysconfig syslog tarfile tempfile textwrap threading time timeit token tokenize traceback types typing " +
	"unicodedata unittest urllib uuid venv warnings weakref webbrowser xml xmlrpc zipfile zipimport zlib zoneinfo tomllib "

// readers lists packages that settings are built with: where they are imported, they are installed.
const readers = " django decouple environ dotenv environs configurations split_settings dj_database_url pydantic pydantic_settings " +
	"corsheaders rest_framework rest_framework_simplejwt celery kombu typing_extensions "

// installed reports whether a package is taken to be there: it is Python's own, or settings cannot do without it.
func installed(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	return strings.Contains(standard, " "+first+" ") || strings.Contains(readers, " "+first+" ")
}
