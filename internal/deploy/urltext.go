package deploy

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
)

// text works out the text of a route: literals, f-strings, sums, settings, constants of the module and variables of the environment.
func (r *urlReader) text(u *urlModule, e python.Expr) route {
	return r.textAt(u, e, 0)
}

func (r *urlReader) textAt(u *urlModule, e python.Expr, depth int) route {
	nothing := route{text: unknownPart}
	if r.visits++; depth > maxURLDepth || r.visits > maxURLVisits {
		return nothing
	}
	switch e := e.(type) {
	case *python.Constant:
		if e.Kind == python.Str {
			return route{text: e.S, known: true}
		}
	case *python.JoinedStr:
		out := route{known: true}
		for _, x := range e.Values {
			if f, ok := x.(*python.FormattedValue); ok {
				if f.Spec != nil || f.Conversion == 'r' || f.Conversion == 'a' {
					return nothing
				}
				x = f.Value
			}
			out = out.add(r.textAt(u, x, depth+1))
		}
		return out
	case *python.BinOp:
		if e.Op == "+" {
			return r.textAt(u, e.Left, depth+1).add(r.textAt(u, e.Right, depth+1))
		}
		if left := r.textAt(u, e.Left, depth+1); e.Op == "%" && left.known && strings.Count(left.text, "%s") == 1 {
			before, after, _ := strings.Cut(left.text, "%s")
			return route{text: before, known: true}.add(r.textAt(u, e.Right, depth+1)).add(route{text: after, known: true})
		}
	case *python.Call:
		return r.called(u, e, depth)
	case *python.Subscript:
		if c, ok := e.Index.(*python.Constant); ok && strings.HasSuffix(u.dotted(e.Value), "os.environ") {
			return r.variable(u, c.S, nil, e, depth)
		}
	case *python.Name:
		if list := u.values[e.ID]; len(list) == 1 {
			return r.textAt(u, list[0], depth+1)
		}
		if full := u.imports[e.ID]; full != "" {
			return r.constant(full, depth)
		}
	case *python.Attribute:
		full := u.dotted(e)
		if name, ok := strings.CutPrefix(full, "django.conf.settings."); ok {
			return r.setting(name)
		}
		return r.constant(full, depth)
	}
	return nothing
}

// setting is the text of a setting, as the repository alone gives it, else as documented.
func (r *urlReader) setting(name string) route {
	for _, s := range []*django.Settings{r.p.Unset, r.p.Documented} {
		if s == nil {
			continue
		}
		val := s.Get(name).Value
		if t, ok := val.Str(); ok {
			return route{text: t, known: true, reads: val.Reads()}
		}
	}
	if r.p.Unset != nil {
		return route{text: unknownPart, reads: r.p.Unset.Get(name).Value.Reads()}
	}
	return route{text: unknownPart}
}

// constant is the text of a constant of another module; of the settings module it is the setting.
func (r *urlReader) constant(full string, depth int) route {
	mod, name := parentModule(full), full[strings.LastIndexByte(full, '.')+1:]
	if mod == r.p.Module || mod == "django.conf" {
		return r.setting(name)
	}
	if mod == "" {
		return route{text: unknownPart}
	}
	if o := r.module(mod); o != nil && len(o.values[name]) == 1 {
		return r.textAt(o, o.values[name][0], depth+1)
	}
	return route{text: unknownPart}
}

// called is the text of a call: a read of the environment, or a method of a text.
func (r *urlReader) called(u *urlModule, c *python.Call, depth int) route {
	fn := u.dotted(c.Func)
	if len(c.Args) > 0 {
		name, isName := c.Args[0].(*python.Constant)
		var def python.Expr
		if len(c.Args) > 1 {
			def = c.Args[1]
		}
		for _, k := range c.Keywords {
			if k.Name == "default" {
				def = k.Value
			}
		}
		switch {
		case isName && (strings.HasSuffix(fn, "os.environ.get") || strings.HasSuffix(fn, "os.getenv") || strings.HasSuffix(fn, "decouple.config") ||
			strings.HasSuffix(fn, ".env") || strings.HasSuffix(fn, ".env.str")):
			return r.variable(u, name.S, def, c, depth)
		case fn == "django.utils.translation.gettext_lazy" || strings.HasSuffix(fn, "translation.gettext") || strings.HasSuffix(fn, "ugettext_lazy"):
			return r.textAt(u, c.Args[0], depth+1)
		case fn == "getattr" && len(c.Args) == 3 && strings.HasSuffix(u.dotted(c.Args[0]), "conf.settings"):
			if s, ok := c.Args[1].(*python.Constant); ok {
				if out := r.setting(s.S); out.known {
					return out
				}
				return r.textAt(u, c.Args[2], depth+1)
			}
		}
	}
	if a, ok := c.Func.(*python.Attribute); ok {
		on := r.textAt(u, a.Value, depth+1)
		cut := "/"
		if len(c.Args) == 1 {
			if s, ok := c.Args[0].(*python.Constant); ok {
				cut = s.S
			}
		}
		switch a.Attr.ID {
		case "strip":
			on.text = strings.Trim(on.text, cut)
		case "lstrip":
			on.text = strings.TrimLeft(on.text, cut)
		case "rstrip":
			on.text = strings.TrimRight(on.text, cut)
		default:
			return route{text: unknownPart, reads: on.reads}
		}
		return on
	}
	return route{text: unknownPart}
}

// variable is the text of a variable of the environment, or of the fallback in code.
func (r *urlReader) variable(u *urlModule, name string, def, at python.Expr, depth int) route {
	x := r.v.host(r.p, Unset).Env(name)
	read := django.Read{Var: x, Span: u.m.Span(at), HasDefault: def != nil}
	if x.State == django.VarKnown {
		return route{text: x.Value, known: true, reads: []django.Read{read}}
	}
	if x.State == django.VarUnset && def != nil {
		read.Fallback, read.Default = true, u.m.Span(def)
		out := r.textAt(u, def, depth+1)
		out.reads = append(out.reads, read)
		return out
	}
	return route{text: unknownPart, reads: []django.Read{read}}
}
