package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A namedModule is a settings module, and what names it.
type namedModule struct {
	module  string
	span    source.Span
	because string
	forced  bool // it replaces what the environment says
}

// defaults returns the settings modules that a gateway or manage.py names, in order of appearance.
func (v *view) defaults(p string) []namedModule {
	return v.environDefaults(p, "DJANGO_SETTINGS_MODULE")
}

func (v *view) environDefaults(p, name string) []namedModule {
	m := v.fs.Python(p)
	if m == nil || !strings.Contains(string(m.File.Text), name) {
		return nil
	}
	var out []namedModule
	found := func(value python.Expr, span source.Span, forced bool) {
		for _, s := range v.texts(m, p, value) {
			if moduleName.MatchString(s) && len(out) < 20 {
				out = append(out, namedModule{module: s, span: span, because: fmt.Sprintf("%s names the settings", p), forced: forced})
			}
		}
	}
	python.WalkBody(m.Body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Call:
			fn := python.DottedName(n.Func)
			if (fn == "os.environ.setdefault" || fn == "environ.setdefault") && len(n.Args) == 2 && isText(n.Args[0], name) {
				found(n.Args[1], m.Span(n), false)
			}
		case *python.Assign:
			for _, t := range n.Targets {
				if s, ok := t.(*python.Subscript); ok && strings.HasSuffix(python.DottedName(s.Value), "environ") && isText(s.Index, name) {
					found(n.Value, m.Span(n), true)
				}
			}
		}
		return true
	})
	return out
}

func isText(e python.Expr, s string) bool {
	c, ok := e.(*python.Constant)
	return ok && c.Kind == python.Str && c.S == s
}

// texts returns the texts that an expression of a gateway may come to: a literal, both sides of a condition, the fallback of
// os.environ.get, or what the module's own code makes of a name.
func (v *view) texts(m *python.Module, p string, e python.Expr) []string {
	switch e := e.(type) {
	case *python.Constant:
		if e.Kind == python.Str {
			return []string{e.S}
		}
	case *python.IfExp:
		return append(v.texts(m, p, e.Body), v.texts(m, p, e.Else)...)
	case *python.Call:
		if fn := python.DottedName(e.Func); (fn == "os.environ.get" || fn == "os.getenv") && len(e.Args) == 2 {
			return v.texts(m, p, e.Args[1])
		}
	case *python.BoolOp:
		var out []string
		for _, x := range e.Values {
			out = append(out, v.texts(m, p, x)...)
		}
		return out
	case *python.Name:
		var out []string
		python.WalkBody(m.Body, func(n python.Node) bool {
			if a, ok := n.(*python.Assign); ok && len(a.Targets) == 1 && python.DottedName(a.Targets[0]) == e.ID {
				if _, loop := a.Value.(*python.Name); !loop {
					out = append(out, v.texts(m, p, a.Value)...)
				}
			}
			return true
		})
		return out
	}
	return nil
}

// chooseSettings decides which settings module production loads: the environment of its service, else a manifest or a deploy
// script, else wsgi.py and asgi.py, else a module named for production, manage.py last.
func (v *view) chooseSettings(p *Project) {
	p.roots = v.importRoots(p)
	p.copied = v.copiedModules(p)
	if m := v.stated.Settings; m != "" {
		p.Module, p.Because = m, "it is stated"
	} else if m, ok := v.settingsOf(p); ok {
		p.Module, p.Because, p.At = m.module, m.because, source.At(m.span)
	}
	if p.Module != "" && !v.found(p, p.Module) {
		root := v.rootOf(p.Module, p.Root)
		if !slices.Contains(p.roots, root) {
			p.roots = append(p.roots, root)
		}
	}
	if v.stated.Configuration != "" {
		p.Configuration = v.stated.Configuration
	} else {
		p.Configuration = v.configurationOf(p)
	}
}

// importRoots are the folders on sys.path: the project's own, and a src folder in it.
func (v *view) importRoots(p *Project) []string {
	out := []string{orDotPath(p.Root)}
	for _, d := range []string{path.Join(p.Root, "src")} {
		if v.fs.IsDir(d) {
			out = append(out, d)
		}
	}
	if p.Root != "" {
		out = append(out, ".")
	}
	return out
}

func (v *view) found(p *Project, module string) bool {
	rel := strings.ReplaceAll(module, ".", "/")
	for _, r := range p.roots {
		r = strings.TrimPrefix(r, ".")
		if v.moduleAt(r, rel) || p.copied[path.Join(r, rel+".py")] != "" {
			return true
		}
	}
	return false
}

func (v *view) settingsOf(p *Project) (namedModule, bool) {
	gates := v.gatewaysOf(p)
	for _, g := range gates {
		if g.forced {
			g.because = fmt.Sprintf("%s sets it whatever the environment says", g.span.Path())
			return g, true
		}
	}
	for _, sc := range []Scenario{Unset, Documented} {
		if sc == Documented && !v.documents(p) {
			break
		}
		if x := v.environment(p, sc).get("DJANGO_SETTINGS_MODULE"); x.State == django.VarKnown && moduleName.MatchString(x.Value) {
			if sc == Documented && stageOf(x.Value) == development {
				break
			}
			at := x.Evidence.Span
			return namedModule{module: x.Value, span: at, because: fmt.Sprintf("%s sets DJANGO_SETTINGS_MODULE", place(at))}, true
		}
	}
	if m, ok := v.scriptSettings(p); ok {
		return m, true
	}
	var prod, plain, dev []namedModule
	sort := func(m namedModule) {
		switch stageOf(m.module) {
		case production:
			prod = append(prod, m)
		case development:
			dev = append(dev, m)
		default:
			plain = append(plain, m)
		}
	}
	for _, g := range gates {
		if v.found(p, g.module) || v.rootOf(g.module, p.Root) != p.Root {
			sort(g)
		}
	}
	if len(prod) == 0 && len(plain) > 0 && isBase(plain[0].module) {
		// a gateway that names the common part only
		if m, ok := v.productionModule(p, plain); ok {
			return m, true
		}
	}
	switch {
	case len(prod) > 0:
		return prod[0], true
	case len(plain) > 0:
		return plain[0], true
	}
	// a gateway that names development settings says nothing of production if there are settings that do
	if m, ok := v.productionModule(p, dev); ok {
		return m, true
	}
	if m, ok := v.deployedSibling(p, dev); ok {
		return m, true
	}
	if len(dev) > 0 {
		return dev[0], true
	}
	for _, m := range v.defaults(path.Join(p.Root, "manage.py")) {
		m.because = fmt.Sprintf("nothing but %s names settings", path.Join(p.Root, "manage.py"))
		if stageOf(m.module) == development {
			dev = append(dev, m)
			continue
		}
		return m, true
	}
	if m, ok := v.productionModule(p, dev); ok {
		return m, true
	}
	if len(dev) > 0 {
		return dev[0], true
	}
	return v.onlyModule(p)
}

// isBase reports whether a settings module is the common part of others by its name.
func isBase(module string) bool {
	switch module[strings.LastIndexByte(module, '.')+1:] {
	case "base", "common", "defaults", "default", "settings_base", "base_settings":
		return true
	}
	return false
}

// copiedModules are the Python files that the image copies to another place of the project ("COPY docker/config.py
// settings/config.py").
func (v *view) copiedModules(p *Project) map[string]string {
	out := map[string]string{}
	if p.Image == nil {
		return out
	}
	img := p.Image.File.Image(p.Image.Target, p.Image.lookup)
	if img == nil {
		return out
	}
	put := func(src, dest string) {
		from, ok := join(p.Image.Context, strings.TrimPrefix(path.Clean("/"+src), "/"))
		if !ok || !strings.HasSuffix(from, ".py") || !v.fs.Has(from) {
			return
		}
		if strings.HasPrefix(dest, "/") {
			// the folder that holds the project is the working directory, or one that the rest of the image is copied to
			rest, below := beneath(dest, img.Dir)
			if !below || img.Dir == "" {
				rest = strings.TrimPrefix(dest, "/"+strings.SplitN(strings.TrimPrefix(dest, "/"), "/", 2)[0]+"/")
			}
			dest = rest
		}
		if to, ok := join(p.Root, dest); ok && (strings.HasSuffix(dest, "/") || v.fs.IsDir(to)) {
			dest = path.Join(dest, path.Base(from))
		}
		if to, ok := join(p.Root, dest); ok && to != from && !v.fs.Has(to) {
			out[to] = from
		}
	}
	for _, in := range img.Files {
		for _, src := range in.Sources {
			if in.From.Raw == "" {
				put(src.Text, in.Dest.Text)
			}
		}
	}
	for _, s := range img.Chain {
		for _, in := range s.Instructions {
			if in.Kind != dockerfile.Run || !strings.Contains(in.Command, ".py") {
				continue
			}
			for _, c := range shell.ParseText(in.Args, in.Command).Commands {
				if w := c.Program(); len(w) == 3 && (w[0].Text == "cp" || w[0].Text == "mv") {
					put(w[1].Text, w[2].Text)
				}
			}
		}
	}
	return out
}

// gatewaysOf returns the defaults of a project's wsgi.py, then asgi.py; what the command names comes first.
func (v *view) gatewaysOf(p *Project) []namedModule {
	var files []string
	for _, g := range v.index.gateways {
		if inside(g, p.Root) && !aside(strings.TrimPrefix(folder(g), p.Root)) && v.nearest(g) == p.Root {
			files = append(files, g)
		}
	}
	rank := func(f string) int {
		n := strings.Count(f, "/")
		if strings.Contains(path.Base(f), "asgi") {
			n += 100
		}
		if app := strings.TrimPrefix(strings.TrimSuffix(f, ".py"), p.Root+"/"); p.Command != "" && strings.Contains(p.Command, strings.ReplaceAll(app, "/", ".")) {
			n -= 1000
		}
		return n
	}
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	var out []namedModule
	for _, f := range files {
		out = append(out, v.defaults(f)...)
	}
	return out
}

// nearest returns the project root that a file belongs to: the longest folder with a manage.py above it, or the root of the only
// project.
func (v *view) nearest(p string) string {
	for d := folder(p); ; d = folder(d) {
		if v.owners[d] {
			return d
		}
		if d == "" {
			break
		}
	}
	best := ""
	for _, r := range v.rootsFound {
		if inside(p, r) && len(r) >= len(best) {
			best = r
		}
	}
	return best
}

// productionModule finds the settings module named for production beside those that are named for development, or anywhere in
// the project.
func (v *view) productionModule(p *Project, dev []namedModule) (namedModule, bool) {
	var list []string
	for _, s := range v.index.settings {
		stem := strings.TrimSuffix(path.Base(s), ".py")
		if inside(s, p.Root) && !aside(folder(s)) && stageOf(stem) == production && !strings.ContainsAny(stem, ".-") && v.nearest(s) == p.Root {
			list = append(list, s)
		}
	}
	for _, d := range dev {
		dir := strings.ReplaceAll(d.module, ".", "/")
		slices.SortStableFunc(list, func(a, b string) int {
			return near(folder(b), path.Join(p.Root, folder(dir))) - near(folder(a), path.Join(p.Root, folder(dir)))
		})
		break
	}
	for _, s := range list {
		f := v.fs.File(s)
		if f == nil || !strings.Contains(string(f.Text), "=") && !strings.Contains(string(f.Text), "import") {
			continue
		}
		rel := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(s, ".py"), p.Root), "/")
		rel = strings.TrimPrefix(rel, "src/")
		because := "its name says production"
		if len(dev) > 0 {
			because = fmt.Sprintf("its name says production, and %s only names %s", place(dev[0].span), dev[0].module)
		}
		return namedModule{module: strings.ReplaceAll(rel, "/", "."), span: whole(f), because: because}, true
	}
	return namedModule{}, false
}

// onlyModule takes a file that looks like a settings module when nothing names one.
func (v *view) onlyModule(p *Project) (namedModule, bool) {
	for _, s := range v.index.settings {
		f := v.fs.File(s)
		if !inside(s, p.Root) || aside(folder(s)) || f == nil || !strings.Contains(string(f.Text), "INSTALLED_APPS") || v.nearest(s) != p.Root {
			continue
		}
		rel := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(s, ".py"), p.Root), "/")
		rel = strings.TrimSuffix(rel, "/__init__")
		return namedModule{module: strings.ReplaceAll(rel, "/", "."), span: whole(f), because: "it is the settings module that was found"}, true
	}
	return namedModule{}, false
}

// configurationOf returns the class of django-configurations that production loads, or "".
func (v *view) configurationOf(p *Project) string {
	for _, sc := range []Scenario{Unset, Documented} {
		if sc == Documented && !v.documents(p) {
			break
		}
		if x := v.environment(p, sc).get("DJANGO_CONFIGURATION"); x.State == django.VarKnown {
			return x.Value
		}
	}
	var all []namedModule
	for _, g := range v.index.gateways {
		if inside(g, p.Root) && v.nearest(g) == p.Root {
			all = append(all, v.environDefaults(g, "DJANGO_CONFIGURATION")...)
		}
	}
	all = append(all, v.environDefaults(path.Join(p.Root, "manage.py"), "DJANGO_CONFIGURATION")...)
	for _, m := range all {
		if stageOf(m.module) == production {
			return m.module
		}
	}
	if len(all) > 0 {
		return all[0].module
	}
	return ""
}
