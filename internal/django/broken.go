package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// broken reports whether a statement, or one within it, could not be parsed. One that holds such a statement is not understood.
func (i *interp) broken(s python.Stmt) bool {
	found := false
	python.Walk(s, func(n python.Node) bool {
		switch n.(type) {
		case *python.BadStmt, *python.BadExpr:
			found = true
		}
		i.charge(1)
		return !found
	})
	return found
}

// badStmt forgets what a statement that could not be parsed may have changed: what it names, and the environment. It reports whether
// the statement may leave its block.
func (i *interp) badStmt(s python.Stmt, sc *scope) (leaves bool) {
	at := i.span(sc, s)
	text := at.Text()
	i.problem(at, "this statement could not be parsed; what it sets is unknown")
	const why = "a statement that could not be parsed may set it"
	i.charge(len(text))
	calls := false
	for k := 0; k < len(text); {
		if !isWordByte(text[k]) {
			k++
			continue
		}
		end := k
		for end < len(text) && isWordByte(text[end]) {
			end++
		}
		switch w := text[k:end]; {
		case w == "return" || w == "break" || w == "continue" || w == "raise":
			leaves = true
		case w[0] < '0' || w[0] > '9':
			if v := i.lookup(sc, w); v != nil {
				switch v.impl.(type) {
				case *function, *class, *forgotten:
					calls = true
				}
				calls = calls || isSplitInclude(v)
			}
			calls = calls || w == "exec" || w == "eval" || w == "setattr" || w == "vars"
			i.forget(w, sc, why, at)
		}
		k = end
	}
	if calls { // what it may call may change anything of the module
		(&forgotten{sc.mod}).call(i, nil, nil, at)
	}
	if strings.Contains(text, "import") || strings.Contains(text, "from") || strings.Contains(text, "globals") || strings.Contains(text, "locals") {
		i.loosen(sc, why, at)
		i.importOpen = "a module that is imported by a statement which could not be parsed may set it"
	}
	i.envOpen = "a statement that could not be parsed may set variables"
	if n := len(i.frames); n > 0 {
		i.frames[n-1].broken = true
	}
	return leaves
}

// forget makes a name unknown in every scope that a statement can reach, and the container it stands for.
func (i *interp) forget(name string, sc *scope, why string, at source.Span) {
	for s := sc; s != nil; s = s.parent {
		b := s.names[name]
		if b == nil && s != sc {
			continue
		}
		if b != nil && b.v.isContainer() {
			i.havocBox(b.v)
		}
		i.set(s, name, &binding{&node{reason: why, ev: source.At(at), impl: &forgotten{sc.mod}}, at})
	}
}

// forgotten stands behind a name that a statement defines which could not be parsed. A call of it may change the whole module.
type forgotten struct{ mod *module }

func (f *forgotten) call(i *interp, self *node, a *args, at source.Span) *node {
	const why = "a function that could not be parsed may set it"
	i.envOpen = "a function that could not be parsed may set variables"
	i.loosen(f.mod.sc, why, at)
	for _, n := range sortedNames(f.mod.sc.names) {
		if v := f.mod.sc.names[n].v; v.isContainer() {
			i.havocBox(v)
		}
	}
	return &node{reason: why, ev: source.At(at), impl: f}
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// assigned calls f for every name that statements would bind or change.
func assigned(body []python.Stmt, f func(name string, n python.Node)) {
	var target func(e python.Expr, n python.Node)
	target = func(e python.Expr, n python.Node) {
		switch e := e.(type) {
		case *python.Name:
			f(e.ID, n)
		case *python.Subscript:
			target(e.Value, n)
		case *python.Tuple:
			for _, x := range e.Elts {
				target(x, n)
			}
		case *python.List:
			for _, x := range e.Elts {
				target(x, n)
			}
		case *python.Starred:
			target(e.Value, n)
		}
	}
	python.WalkBody(body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Assign:
			for _, t := range n.Targets {
				target(t, n)
			}
		case *python.AugAssign:
			target(n.Target, n)
		case *python.AnnAssign:
			if n.Value != nil {
				target(n.Target, n)
			}
		case *python.For:
			target(n.Target, n)
		case *python.Call:
			if a, ok := n.Func.(*python.Attribute); ok {
				switch a.Attr.ID {
				case "append", "extend", "insert", "remove", "update", "setdefault", "pop", "add", "clear", "discard":
					target(a.Value, n)
				}
			}
		case *python.NamedExpr:
			f(n.Target.ID, n)
		case *python.FunctionDef:
			f(n.Name.ID, n)
			return false
		case *python.ClassDef:
			f(n.Name.ID, n)
			return false
		case *python.Import:
			for _, a := range n.Names {
				if a.AsName != "" {
					f(a.AsName, n)
				}
			}
		case *python.ImportFrom:
			for _, a := range n.Names {
				if a.AsName != "" {
					f(a.AsName, n)
				} else if a.Name != "*" {
					f(a.Name, n)
				}
			}
		case *python.Lambda, *python.Comp:
			return false
		}
		return true
	})
}

// havoc makes unknown what statements may change, when it is not known how often they run.
func (i *interp) havoc(body []python.Stmt, sc *scope, why string) {
	if len(body) == 0 {
		return
	}
	i.charge((body[len(body)-1].End() - body[0].Pos()) / 32)
	assigned(body, func(name string, n python.Node) {
		u := unknown(why)
		u.ev = source.At(i.span(sc, n))
		old := i.lookup(sc, name)
		if old != nil && old.isContainer() {
			i.havocBox(old)
			return
		}
		v := choice(u, old)
		if old == nil {
			v = choice(u, &node{unset: true})
		}
		i.bind(sc, name, v, i.span(sc, n))
	})
}

// havocBox makes it unknown which elements a container has; those it had may still be there.
func (i *interp) havocBox(v *node) {
	c := i.touch(v.box)
	c.open = true
	if v.kind == DictKind {
		for k := range c.elems {
			c.elems[k] = choice(c.elems[k], unknown("it may have been replaced"), &node{unset: true})
		}
		return
	}
	c.maybe = append(c.maybe, c.elems...)
	c.elems = nil
}
