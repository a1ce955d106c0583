package deploy

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxURLs      = 5000
	maxURLDepth  = 20
	maxURLVisits = 20_000
	unknownPart  = "…"
)

// A urlReader reads URL configurations from ROOT_URLCONF on. It follows what can be followed on paper (lists, includes, routers)
// and takes every branch: a URL that exists under a condition exists.
type urlReader struct {
	v      *view
	p      *Project
	out    []URLPattern
	open   map[string]bool // modules that are being read, against includes in a circle
	read   map[string]*urlModule
	visits int
}

// urls fills in the URL configuration of a project.
func (v *view) urls(p *Project) {
	for _, s := range []*django.Settings{p.Unset, p.Documented} {
		if s == nil {
			continue
		}
		for _, root := range s.Get("ROOT_URLCONF").Value.Alternatives() {
			if name, ok := root.Str(); ok && moduleName.MatchString(name) && len(p.URLs) == 0 {
				r := &urlReader{v: v, p: p, open: map[string]bool{}, read: map[string]*urlModule{}}
				r.include(name, route{known: true})
				p.URLs = r.out
			}
		}
	}
}

// A route is the part of a URL that was worked out so far.
type route struct {
	text   string
	known  bool
	regexp bool
	reads  []django.Read
}

func (a route) add(b route) route {
	return route{a.text + b.text, a.known && b.known, a.regexp || b.regexp, append(append([]django.Read(nil), a.reads...), b.reads...)}
}

// A urlModule is one module with what its names stand for.
type urlModule struct {
	m       *python.Module
	name    string
	imports map[string]string        // name → dotted name
	values  map[string][]python.Expr // name → what is assigned or added to it
	routers map[string][]*python.Call
}

func (r *urlReader) module(name string) *urlModule {
	u, ok := r.read[name]
	if !ok {
		u = r.parse(name)
		r.read[name] = u
	}
	return u
}

func (r *urlReader) parse(name string) *urlModule {
	rel := strings.ReplaceAll(name, ".", "/")
	for _, root := range r.p.roots {
		for _, file := range []string{path.Join(root, rel) + ".py", path.Join(root, rel, "__init__.py")} {
			if m := r.v.fs.Python(file); m != nil {
				u := &urlModule{m: m, name: name, imports: map[string]string{}, values: map[string][]python.Expr{}, routers: map[string][]*python.Call{}}
				pkg := name
				if !strings.HasSuffix(file, "/__init__.py") {
					pkg = parentModule(name)
				}
				u.collect(pkg)
				return u
			}
		}
	}
	return nil
}

func parentModule(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}

// collect notes imports, assignments and registrations of the module, whatever branch they stand in.
func (u *urlModule) collect(pkg string) {
	python.WalkBody(u.m.Body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.FunctionDef, *python.ClassDef:
			return false
		case *python.Import:
			for _, a := range n.Names {
				switch {
				case a.AsName != "":
					u.imports[a.AsName] = a.Name
				default:
					first, _, _ := strings.Cut(a.Name, ".")
					u.imports[first] = first
				}
			}
		case *python.ImportFrom:
			from := n.Module
			if n.Level > 0 {
				base := pkg
				for i := 1; i < n.Level; i++ {
					base = parentModule(base)
				}
				from = strings.Trim(base+"."+n.Module, ".")
			}
			for _, a := range n.Names {
				as := a.AsName
				if as == "" {
					as = a.Name
				}
				u.imports[as] = from + "." + a.Name
			}
		case *python.Assign:
			for _, t := range n.Targets {
				if name, ok := t.(*python.Name); ok {
					u.values[name.ID] = append(u.values[name.ID], n.Value)
				}
			}
		case *python.AnnAssign:
			if name, ok := n.Target.(*python.Name); ok && n.Value != nil {
				u.values[name.ID] = append(u.values[name.ID], n.Value)
			}
		case *python.AugAssign:
			if name, ok := n.Target.(*python.Name); ok {
				u.values[name.ID] = append(u.values[name.ID], n.Value)
			}
		case *python.Call:
			if a, ok := n.Func.(*python.Attribute); ok {
				on, ok := a.Value.(*python.Name)
				if !ok || len(n.Args) == 0 {
					return true
				}
				switch a.Attr.ID {
				case "append":
					u.values[on.ID] = append(u.values[on.ID], &python.List{Elts: n.Args[:1]})
				case "extend":
					u.values[on.ID] = append(u.values[on.ID], n.Args[0])
				case "insert":
					u.values[on.ID] = append(u.values[on.ID], &python.List{Elts: n.Args[len(n.Args)-1:]})
				case "register":
					u.routers[on.ID] = append(u.routers[on.ID], n)
				}
			}
		}
		return true
	})
}

// dotted returns the dotted name that an expression stands for, through the module's imports; "" if it is none.
func (u *urlModule) dotted(e python.Expr) string {
	name := python.DottedName(e)
	if name == "" {
		return ""
	}
	first, rest, more := strings.Cut(name, ".")
	if full, ok := u.imports[first]; ok {
		first = full
	} else if len(u.values[first]) > 0 || !more {
		first = u.name + "." + first
	}
	if more {
		return first + "." + rest
	}
	return first
}

// include reads the patterns of a module.
func (r *urlReader) include(name string, prefix route) {
	if r.open[name] || len(r.open) > maxURLDepth {
		return
	}
	u := r.module(name)
	if u == nil {
		r.emit(prefix, name, false, source.Span{})
		return
	}
	r.open[name] = true
	defer delete(r.open, name)
	r.patterns(u, &python.Name{ID: "urlpatterns"}, prefix, 0)
}

func (r *urlReader) emit(rt route, target string, exempt bool, at source.Span) {
	if at.IsZero() || len(r.out) >= maxURLs {
		return
	}
	r.out = append(r.out, URLPattern{Route: rt.text, Known: rt.known, Regexp: rt.regexp, Target: target, Exempt: exempt, Span: at, Reads: rt.reads})
}

// patterns reads an expression that stands for a list of patterns, or for one of them.
func (r *urlReader) patterns(u *urlModule, e python.Expr, prefix route, depth int) {
	if r.visits++; r.visits > maxURLVisits || depth > maxURLDepth {
		return
	}
	switch e := e.(type) {
	case *python.List:
		for _, x := range e.Elts {
			r.patterns(u, x, prefix, depth+1)
		}
	case *python.Tuple:
		for _, x := range e.Elts {
			r.patterns(u, x, prefix, depth+1)
		}
	case *python.Starred:
		r.patterns(u, e.Value, prefix, depth+1)
	case *python.BinOp:
		r.patterns(u, e.Left, prefix, depth+1)
		r.patterns(u, e.Right, prefix, depth+1)
	case *python.IfExp:
		r.patterns(u, e.Body, prefix, depth+1)
		r.patterns(u, e.Else, prefix, depth+1)
	case *python.Name:
		if list := u.values[e.ID]; len(list) > 0 {
			key := u.name + ":" + e.ID
			if r.open[key] {
				return // urlpatterns = urlpatterns + …
			}
			r.open[key] = true
			for _, x := range list {
				r.patterns(u, x, prefix, depth+1)
			}
			delete(r.open, key)
		} else if full := u.imports[e.ID]; full != "" {
			r.listOf(full, prefix, depth)
		}
	case *python.Attribute:
		r.attribute(u, e, prefix, depth)
	case *python.Call:
		r.call(u, e, prefix, depth)
	}
}

// listOf reads a list that another module holds.
func (r *urlReader) listOf(full string, prefix route, depth int) {
	mod, name := parentModule(full), full[strings.LastIndexByte(full, '.')+1:]
	if mod == "" || r.open[full] {
		return
	}
	if o := r.module(mod); o != nil {
		r.open[full] = true
		defer delete(r.open, full)
		for _, x := range o.values[name] {
			r.patterns(o, x, prefix, depth+1)
		}
		if len(o.routers[name]) > 0 {
			r.router(o, name, prefix)
		}
	}
}

// attribute reads router.urls and module.urlpatterns.
func (r *urlReader) attribute(u *urlModule, e *python.Attribute, prefix route, depth int) {
	on, ok := e.Value.(*python.Name)
	switch {
	case ok && e.Attr.ID == "urls" && len(u.values[on.ID]) > 0:
		r.router(u, on.ID, prefix)
	case ok && e.Attr.ID == "urls" && u.imports[on.ID] != "":
		full := u.imports[on.ID]
		if o := r.module(parentModule(full)); o != nil && len(o.routers[on.ID]) > 0 {
			r.router(o, on.ID, prefix)
		}
	case e.Attr.ID == "urlpatterns":
		r.listOf(u.dotted(e), prefix, depth)
	}
}

// router emits what is registered at a router of REST framework.
func (r *urlReader) router(u *urlModule, name string, prefix route) {
	for _, c := range u.routers[name] {
		if len(c.Args) < 2 {
			continue
		}
		rt := r.text(u, c.Args[0])
		rt.text = strings.TrimSuffix(rt.text, "/") + "/"
		target, exempt := r.view(u, c.Args[1])
		r.emit(prefix.add(rt), target, exempt, u.m.Span(c))
	}
}

func (r *urlReader) call(u *urlModule, c *python.Call, prefix route, depth int) {
	fn := u.dotted(c.Func)
	switch name := fn[strings.LastIndexByte(fn, '.')+1:]; name {
	case "path", "re_path", "url":
		r.entry(u, c, name != "path", prefix, depth)
	case "i18n_patterns":
		for _, a := range c.Args {
			r.patterns(u, a, prefix.add(route{text: unknownPart + "/"}), depth+1)
		}
	case "include", "decorator_include":
		r.included(u, c, prefix, depth)
	case "list", "tuple", "format_suffix_patterns", "required", "decorated_patterns", "get_patterns":
		for _, a := range c.Args {
			r.patterns(u, a, prefix, depth+1)
		}
	}
}

// entry reads path(route, view).
func (r *urlReader) entry(u *urlModule, c *python.Call, re bool, prefix route, depth int) {
	var where, view python.Expr
	if len(c.Args) > 0 {
		where = c.Args[0]
	}
	if len(c.Args) > 1 {
		view = c.Args[1]
	}
	for _, k := range c.Keywords {
		switch k.Name {
		case "route", "regex":
			where = k.Value
		case "view":
			view = k.Value
		}
	}
	if where == nil || view == nil {
		return
	}
	rt := r.text(u, where)
	if re {
		rt.text, rt.regexp = strings.TrimPrefix(rt.text, "^"), true
	}
	rt = prefix.add(rt)
	if inc, ok := view.(*python.Call); ok {
		if fn := u.dotted(inc.Func); fn == "include" || strings.HasSuffix(fn, ".include") || strings.HasSuffix(fn, "decorator_include") {
			r.included(u, inc, rt, depth)
			return
		}
	}
	target, exempt := r.view(u, view)
	r.emit(rt, target, exempt, u.m.Span(c))
}

// included reads include("module"), include(("module", "app")), include([…]), include(router.urls) and include(module).
func (r *urlReader) included(u *urlModule, c *python.Call, prefix route, depth int) {
	var arg python.Expr
	if len(c.Args) > 0 {
		arg = c.Args[len(c.Args)-1]
		if !strings.HasSuffix(u.dotted(c.Func), "decorator_include") {
			arg = c.Args[0]
		}
	}
	for _, k := range c.Keywords {
		if k.Name == "arg" {
			arg = k.Value
		}
	}
	if t, ok := arg.(*python.Tuple); ok && len(t.Elts) == 2 {
		if _, list := t.Elts[0].(*python.Call); !list {
			arg = t.Elts[0]
		}
	}
	switch a := arg.(type) {
	case nil:
	case *python.Constant:
		if a.Kind == python.Str && moduleName.MatchString(a.S) {
			if r.module(a.S) == nil {
				r.emit(prefix, a.S, false, u.m.Span(c))
				return
			}
			r.include(a.S, prefix)
		}
	case *python.Name:
		if full := u.imports[a.ID]; full != "" && r.module(full) != nil {
			r.include(full, prefix)
			return
		}
		r.patterns(u, a, prefix, depth+1)
	case *python.Attribute:
		if full := u.dotted(a); r.module(full) != nil {
			r.include(full, prefix)
			return
		}
		if full := u.dotted(a); strings.HasSuffix(full, "site.urls") {
			r.emit(prefix, full, false, u.m.Span(c))
			return
		}
		r.patterns(u, a, prefix, depth+1)
	default:
		r.patterns(u, arg, prefix, depth+1)
	}
}

// view returns the dotted name of a view below its decorators, and whether one of them is csrf_exempt.
func (r *urlReader) view(u *urlModule, e python.Expr) (target string, exempt bool) {
	for range maxURLDepth {
		c, ok := e.(*python.Call)
		if !ok {
			break
		}
		fn := u.dotted(c.Func)
		switch {
		case strings.HasSuffix(fn, ".as_view"):
			return strings.TrimSuffix(fn, ".as_view"), exempt
		case strings.HasSuffix(fn, "csrf_exempt"):
			exempt = true
		}
		if len(c.Args) == 0 || fn == "" && !isCall(c.Func) {
			return fn, exempt
		}
		e = c.Args[0]
	}
	return u.dotted(e), exempt
}

func isCall(e python.Expr) bool { _, ok := e.(*python.Call); return ok }
