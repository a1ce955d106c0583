package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A decoupleConfig is a Config or AutoConfig of python-decouple: the process environment wins, then a file, then the default,
// and the cast is applied to all three. Its behaviour is that of decouple.py.
type decoupleConfig struct {
	file string // root-relative; "" finds the nearest .env above the caller or above dir
	dir  string
	none bool // Config(RepositoryEmpty()): no file
}

// A decoupleRepo is a Repository of python-decouple; open says why its contents are not known.
type decoupleRepo struct {
	file string
	open string
}

// A csvCast is Csv(...); its call splits text as shlex does.
type csvCast struct {
	cast, post *node
	delimiter  string
	strip      string
}

func (i *interp) decouple(fn string, a *args, at source.Span) *node {
	obj := func(impl any) *node {
		return &node{kind: ObjectKind, str: "decouple." + fn, impl: impl, ev: source.At(at)}
	}
	switch fn {
	case "config":
		return (&decoupleConfig{}).call(i, nil, a, at)
	case "AutoConfig":
		c := &decoupleConfig{}
		if p := a.get(0, "search_path"); p != nil && p.kind != NoneKind {
			t, ok := text(p)
			if !ok || len(p.alts) > 0 {
				return obj(&decoupleRepo{open: "it is read from a file whose path is not known"})
			}
			c.dir = gopath.Clean(t)
		}
		return obj(c)
	case "RepositoryEnv", "RepositoryIni":
		t, ok := text(a.first())
		if !ok || len(a.first().alts) > 0 || fn == "RepositoryIni" {
			return obj(&decoupleRepo{open: "it is read from a file that is not understood"})
		}
		p := gopath.Clean(t)
		if _, known := i.h.EnvFile(p, at); !known && !i.h.Exists(p) && i.caught("FileNotFoundError") {
			panic(&raised{name: "FileNotFoundError", at: at})
		}
		return obj(&decoupleRepo{file: p})
	case "RepositoryEmpty":
		return obj(&decoupleRepo{})
	case "RepositorySecret":
		return obj(&decoupleRepo{open: "it is read from a Docker secret"})
	case "Config":
		r, ok := a.first().impl.(*decoupleRepo)
		if !ok {
			return obj(&decoupleRepo{open: "it is read from a repository that is not understood"})
		}
		if r.open != "" {
			return obj(r)
		}
		return obj(&decoupleConfig{file: r.file, none: r.file == ""})
	case "Csv":
		c := &csvCast{delimiter: ",", strip: " \t\n\r\x0b\x0c"}
		if v := a.get(0, "cast"); v != nil {
			c.cast = v
		}
		if s, ok := a.str(1, "delimiter"); ok {
			c.delimiter = s
		}
		if s, ok := a.str(2, "strip"); ok {
			c.strip = s
		}
		c.post = a.get(3, "post_process")
		return obj(c)
	case "Choices":
		cast := a.get(1, "cast")
		return obj(nativeFunc(func(i *interp, b *args, at source.Span) *node {
			if cast == nil || cast.str == "builtins.str" {
				return b.first()
			}
			return i.apply(cast, b.pos, nil, at)
		}))
	case "strtobool":
		return i.lift(a.first(), func(v *node) *node { return i.strToBool(v, true, at) })
	}
	return unknown("a part of decouple that is not known")
}

// call is config(option, default=…, cast=…).
func (d *decoupleConfig) call(i *interp, _ *node, a *args, at source.Span) *node {
	name, ok := a.str(0, "option")
	if !ok || a.open {
		return unknown("a variable whose name is not known").with(at, a.pos...)
	}
	def, cast := a.get(1, "default"), a.get(2, "cast")
	v, r := i.readVar(name, nil, at)
	if v == nil {
		if v = i.decoupleFile(d, name, r, at); v != nil {
			i.note(v.reads[0])
		}
	}
	if v == nil {
		if def == nil {
			v = i.need(r, "UndefinedValueError", at)
		} else {
			r.Fallback, r.HasDefault, r.Default = true, true, def.ev.Span
			i.note(r)
			v = i.fallBack(def, r)
		}
	}
	if cast == nil {
		return v
	}
	return i.lift(v, func(n *node) *node {
		switch cast.str {
		case "builtins.bool":
			return i.strToBool(n, false, at)
		}
		return i.apply(cast, []*node{n}, nil, at).plusReads(n.reads)
	})
}

func (d *decoupleConfig) attr(i *interp, self *node, name string, at source.Span) *node {
	switch name {
	case "get", "__call__":
		return &node{kind: ObjectKind, str: "decouple.config.get", ev: source.At(at), impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
			return d.call(i, self, a, at)
		})}
	case "search_path":
		return str(d.dir)
	}
	return nil
}

func (r *decoupleRepo) call(i *interp, _ *node, a *args, at source.Span) *node {
	why := r.open
	if why == "" {
		why = "it is read from a repository that is not understood"
	}
	return unknown(why).with(at, a.pos...)
}

// decoupleFile looks a variable up in the file that a config reads; nil if it is not there.
func (i *interp) decoupleFile(d *decoupleConfig, name string, r Read, at source.Span) *node {
	if d.none {
		return nil
	}
	file := d.file
	if file == "" {
		from := at
		if d.dir != "" {
			from = source.Span{File: &source.File{Path: gopath.Join(d.dir, "x")}}
		}
		file = i.foundDotenv(".env", from)
	}
	i.useEnvFile(file, at)
	vars, _ := i.h.EnvFile(file, at)
	for k := len(vars) - 1; k >= 0; k-- {
		if v := vars[k]; v.Name == name && v.State != VarUnset {
			if i.required[name] {
				v.State = VarSecret
			}
			n := i.fileVar(v, at)
			n.reads[0].HasDefault, n.reads[0].Default = r.HasDefault, r.Default
			n.ev = v.Evidence
			n.ev.Trail = append([]source.Step{{Span: at, Note: "reads " + name}}, v.Evidence.Trail...)
			if n.ev.Span.IsZero() {
				n.ev.Span = at
			}
			return n
		}
	}
	return nil
}

// strToBool is decouple's bool cast: str(value), "" being false when it stands for a bool.
func (i *interp) strToBool(v *node, strict bool, at source.Span) *node {
	t, ok := text(v)
	if !ok {
		u := unknown(Value{v}.Reason()).with(at, v)
		u.secret = v.secret
		return u
	}
	switch strings.ToLower(t) {
	case "y", "yes", "t", "true", "on", "1":
		return boolean(true).with(at, v)
	case "n", "no", "f", "false", "off", "0":
		return boolean(false).with(at, v)
	case "":
		if !strict {
			return boolean(false).with(at, v)
		}
	}
	return i.valueError(v, at)
}

func (c *csvCast) call(i *interp, _ *node, a *args, at source.Span) *node {
	return i.lift(a.first(), func(v *node) *node {
		out := container(ListKind, nil)
		switch {
		case v.kind == NoneKind:
		case v.isStr():
			words, ok := shlexSplit(v.str, c.delimiter)
			if !ok {
				return i.valueError(v, at)
			}
			for _, w := range words {
				e := str(strings.Trim(w, c.strip)).with(at, v)
				if c.cast != nil && c.cast.str != "builtins.str" {
					e = i.apply(c.cast, []*node{e}, nil, at)
				}
				out.box.c.elems = append(out.box.c.elems, e)
			}
		default:
			out.box.c.open = true
		}
		out = out.with(at, v)
		if c.post != nil && c.post.str != "builtins.list" {
			return i.apply(c.post, []*node{out}, nil, at)
		}
		return out
	})
}

// shlexSplit is list(shlex(text, posix=True)) with whitespace=delimiter and whitespace_split, and false for an open quotation.
func shlexSplit(s, delimiter string) (words []string, ok bool) {
	var b strings.Builder
	quoted := false // a quotation makes even an empty word count
	flush := func() {
		if b.Len() > 0 || quoted {
			words = append(words, b.String())
		}
		b.Reset()
		quoted = false
	}
	for k := 0; k < len(s); k++ {
		switch c := s[k]; {
		case strings.IndexByte(delimiter, c) >= 0:
			flush()
		case c == '#':
			flush()
			for k < len(s) && s[k] != '\n' {
				k++
			}
		case c == '\\':
			if k++; k >= len(s) {
				return nil, false
			}
			b.WriteByte(s[k])
		case c == '\'' || c == '"':
			quoted = true
			for k++; ; k++ {
				if k >= len(s) {
					return nil, false
				}
				if s[k] == c {
					break
				}
				if c == '"' && s[k] == '\\' && k+1 < len(s) && (s[k+1] == '"' || s[k+1] == '\\') {
					k++
				}
				b.WriteByte(s[k])
			}
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return words, true
}
