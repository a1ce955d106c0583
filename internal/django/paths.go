package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Paths are kept relative to the repository root, which stands for wherever the code is deployed. A path that a program builds
// from an absolute one keeps its leading slash.

// suffix is the suffix of pathlib: ".env" has none, and neither has "a.".
func suffix(p string) string {
	base := p[strings.LastIndexByte(p, '/')+1:]
	if k := strings.LastIndexByte(base, '.'); k > 0 && k < len(base)-1 {
		return base[k:]
	}
	return ""
}

// joinPath is a / b of pathlib: ".." stays until the path is resolved.
func joinPath(a, b string) string {
	if strings.HasPrefix(b, "/") {
		return purePath(b)
	}
	return purePath(strings.TrimSuffix(a, "/") + "/" + b)
}

// purePath drops what pathlib drops from a path: empty parts and ".".
func purePath(p string) string {
	var parts []string
	for _, s := range strings.Split(p, "/") {
		if s != "" && s != "." {
			parts = append(parts, s)
		}
	}
	out := strings.Join(parts, "/")
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "//" + out // POSIX leaves the meaning of two slashes open, and so does pathlib
	}
	if strings.HasPrefix(p, "/") {
		return "/" + out
	}
	if out == "" {
		return "."
	}
	return out
}

// parentPath is the parent of pathlib and, but for the root of the repository, os.path.dirname.
func parentPath(p string) string {
	if p == "." || p == ".." || strings.HasSuffix(p, "/..") && strings.Trim(p, "./") == "" {
		return gopath.Join(p, "..")
	}
	if k := strings.LastIndexByte(p, '/'); k > 0 {
		return p[:k]
	} else if k == 0 {
		return "/"
	}
	return "."
}

func (i *interp) pathAttr(v *node, name string, at source.Span) *node {
	p := v.str
	switch name {
	case "parent":
		return path(parentPath(p)).with(at, v)
	case "parents":
		out := container(ListKind, nil)
		for k := 0; k < 30; k++ {
			p = parentPath(p)
			out.box.c.elems = append(out.box.c.elems, path(p).with(at, v))
		}
		return out
	case "name":
		return str(gopath.Base(p)).with(at, v)
	case "stem":
		return str(strings.TrimSuffix(gopath.Base(p), suffix(p))).with(at, v)
	case "suffix":
		return str(suffix(p)).with(at, v)
	}
	return &node{kind: ObjectKind, str: "method " + name, ev: source.At(at), reads: v.reads, impl: nativeFunc(func(i *interp, a *args, at source.Span) *node {
		switch name {
		case "resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__":
			if name == "as_posix" || strings.HasPrefix(name, "__") {
				return str(p).with(at, v)
			}
			if name == "resolve" {
				return path(gopath.Clean(p)).with(at, v)
			}
			return v
		case "joinpath":
			out := v
			for _, x := range a.pos {
				t, ok := text(x)
				if !ok {
					return unknown(Value{x}.Reason()).with(at, x)
				}
				out = path(joinPath(out.str, t)).with(at, v)
			}
			return out
		case "with_suffix", "with_name":
			if t, ok := a.str(0, ""); ok {
				if name == "with_name" {
					return path(gopath.Join(gopath.Dir(p), t)).with(at, v)
				}
				return path(strings.TrimSuffix(p, suffix(p))+t).with(at, v)
			}
		case "exists", "is_file", "is_dir":
			return i.exists(p, at).plusReads(v.reads)
		case "read_text", "read_bytes", "open":
			u := i.openFile(v, at)
			return u
		case "mkdir", "touch", "write_text", "unlink", "chmod":
			return none()
		case "glob", "rglob", "iterdir":
			return unknown("the files of a folder").with(at, v)
		}
		return unknown("the result of "+name+" is not evaluated").with(at, v)
	})}
}

// exists answers os.path.exists. A file that is not in the repository may be on the server only if it lies outside of it or is
// one that deployments put there: for environment files and local settings the answer is the repository's.
func (i *interp) exists(p string, at source.Span) *node {
	if strings.HasPrefix(p, "/") {
		if strings.HasPrefix(p, "/run/secrets/") {
			return unknown("it depends on whether " + p + " exists on the server")
		}
		return unknown("it depends on whether " + p + " exists on the server")
	}
	p = gopath.Clean(p)
	if _, known := i.h.EnvFile(p, at); known {
		return boolean(true)
	}
	return boolean(p == "." || i.h.Exists(p))
}

// osPath are the functions of os.path.
func osPath(name string) nativeFunc {
	one := func(f func(i *interp, p string, at source.Span) *node) nativeFunc {
		return func(i *interp, a *args, at source.Span) *node {
			return i.lift(a.first(), func(v *node) *node {
				p, ok := text(v)
				if !ok {
					u := unknown(Value{v}.Reason()).with(at, v)
					return u
				}
				return f(i, p, at).with(at, v)
			})
		}
	}
	switch name {
	case "join":
		return func(i *interp, a *args, at source.Span) *node {
			out := ""
			for k, v := range a.pos {
				if len(v.alts) > 0 {
					return i.lift(v, func(x *node) *node {
						b := append([]*node(nil), a.pos...)
						b[k] = x
						return osPath("join")(i, &args{pos: b}, at)
					})
				}
				p, ok := text(v)
				if !ok {
					return unknown(Value{v}.Reason()).with(at, v)
				}
				if k == 0 {
					out = p
				} else if strings.HasPrefix(p, "/") {
					out = p
				} else if out == "" || out == "." {
					out = p
				} else {
					out = strings.TrimSuffix(out, "/") + "/" + p
				}
			}
			return str(out).with(at, a.pos...)
		}
	case "dirname":
		return one(func(i *interp, p string, at source.Span) *node {
			if strings.HasSuffix(p, "/") && p != "/" {
				return str(strings.TrimRight(p, "/"))
			}
			return str(parentPath(p))
		})
	case "abspath", "realpath", "normpath", "expanduser":
		return one(func(i *interp, p string, at source.Span) *node { return str(gopath.Clean(p)) })
	case "basename":
		return one(func(i *interp, p string, at source.Span) *node { return str(p[strings.LastIndexByte(p, '/')+1:]) })
	case "exists", "isfile", "isdir":
		return one(func(i *interp, p string, at source.Span) *node { return i.exists(p, at) })
	case "splitext":
		return one(func(i *interp, p string, at source.Span) *node {
			e := suffix(p)
			if strings.HasSuffix(p, ".") && strings.Trim(p[strings.LastIndexByte(p, '/')+1:], ".") != "" {
				e = "." // os.path.splitext differs from pathlib here
			}
			return container(TupleKind, []*node{str(strings.TrimSuffix(p, e)), str(e)})
		})
	}
	return nil
}
