package checks

import (
	"bytes"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// anyModule asks of every module of the project's own code that holds one of the words, tests and migrations left out, until one
// answers true. Modules without them are not parsed.
func anyModule(f *Facts, p *deploy.Project, words []string, ask func(*python.Module) bool) bool {
	for _, file := range p.Code {
		if isTest(file.Path) || !holds(file, words) {
			continue
		}
		if m := f.Repo.Python(file.Path); m != nil && ask(m) {
			return true
		}
	}
	return false
}

func holds(file *source.File, words []string) bool {
	for _, w := range words {
		if bytes.Contains(file.Text, []byte(w)) {
			return true
		}
	}
	return false
}

// isTest reports whether a Python file belongs to tests or migrations by its path: it does not serve production.
func isTest(path string) bool {
	for _, part := range strings.Split(strings.TrimSuffix(path, ".py"), "/") {
		switch {
		case part == "tests" || part == "test" || part == "testing" || part == "migrations" || part == "conftest":
			return true
		case strings.HasPrefix(part, "test_") || strings.HasSuffix(part, "_test") || strings.HasSuffix(part, "_tests"):
			return true
		}
	}
	return false
}

// imports maps the names that a module's import statements bind, at any depth, to the dotted names they stand for.
func imports(m *python.Module) map[string]string {
	out := map[string]string{}
	python.WalkBody(m.Body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Import:
			for _, a := range n.Names {
				if a.AsName != "" {
					out[a.AsName] = a.Name
				} else {
					top, _, _ := strings.Cut(a.Name, ".")
					out[top] = top
				}
			}
		case *python.ImportFrom:
			for _, a := range n.Names {
				as := a.AsName
				if as == "" {
					as = a.Name
				}
				out[as] = strings.Repeat(".", n.Level) + strings.TrimPrefix(n.Module+"."+a.Name, ".")
			}
		}
		_, isExpr := n.(python.Expr)
		return !isExpr
	})
	return out
}

// dotted is the full name of an expression of names and attributes, through the module's imports; "" for any other.
func dotted(e python.Expr, imported map[string]string) string {
	n := python.DottedName(e)
	head, rest, more := strings.Cut(n, ".")
	if full, ok := imported[head]; ok {
		if more {
			return full + "." + rest
		}
		return full
	}
	return n
}

// findCall finds the first call of a function, by its full dotted name, in the settings that were interpreted and in the
// project's own code. A module that holds none of the words is not parsed.
func findCall(f *Facts, p *deploy.Project, s *django.Settings, words []string, match func(string) bool) (at source.Evidence, found bool) {
	files := append(append([]*source.File(nil), s.Files...), p.Code...)
	for _, file := range files {
		if isTest(file.Path) || !holds(file, words) {
			continue
		}
		m := f.Repo.Python(file.Path)
		if m == nil {
			continue
		}
		imported := imports(m)
		python.WalkBody(m.Body, func(n python.Node) bool {
			if c, ok := n.(*python.Call); ok && !found && match(dotted(c.Func, imported)) {
				at, found = source.At(m.Span(c)), true
			}
			return !found
		})
		if found {
			return at, true
		}
	}
	return at, false
}
