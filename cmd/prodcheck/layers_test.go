package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/prodcheck/prodcheck"

// A layer says which packages of ours a package may import, and which of the standard library it must not.
type layer struct{ may, never []string }

var (
	parsers = []string{"internal/compose", "internal/dockerfile", "internal/dotenv", "internal/git", "internal/nginx", "internal/python",
		"internal/secrets", "internal/shell", "internal/web"}
	world = []string{"os", "net", "net/http", "os/exec", "syscall", "time.Now", "time.Since", "math/rand", "math/rand/v2", "crypto/rand"}
)

// layers is the table of who may import whom. A package that is not in it is an error: where it belongs is a decision.
func layers() map[string]layer {
	source := []string{"internal/source"}
	facts := slices.Concat(source, parsers, []string{"internal/django", "internal/deploy"})
	table := map[string]layer{
		"internal/source": {nil, world},
		"internal/fix":    {source, world},
		"internal/inert":  {nil, world},
		// the cipher strings of OpenSSL, which nginx's configuration and probes of the live site both speak
		"internal/nginx/openssl": {nil, world},
		"internal/django":        {slices.Concat(source, []string{"internal/python"}), world},
		"internal/deploy":        {slices.Concat(source, parsers, []string{"internal/django"}), world},
		"internal/repo":          {facts, world},
		"internal/ingest":        {nil, world},
		"checks":                 {slices.Concat(facts, []string{"internal/repo", "internal/fix", "internal/ingest", "internal/site", "internal/site/grade", "internal/tlsprobe"}), world},
		"internal/baseline":      {[]string{"checks", "internal/inert"}, world},
		"internal/report":        {[]string{"internal/source", "checks", "internal/inert", "internal/baseline"}, world},
		"sarif":                  {[]string{"internal/source", "checks", "internal/inert"}, world},
		// these talk to the world
		"internal/tlsprobe":   {[]string{"internal/source", "internal/inert"}, nil},
		"internal/site/grade": {[]string{"internal/source", "internal/site", "internal/tlsprobe"}, world},
		"internal/site":       {[]string{"internal/source", "internal/inert", "internal/tlsprobe"}, nil},
		"internal/config":     {source, []string{"os", "net"}},
		"internal/github":     {[]string{"internal/source", "checks", "internal/inert", "internal/report", "sarif"}, nil},
	}
	for _, f := range parsers {
		table[f] = layer{source, world}
	}
	for _, user := range []string{"internal/nginx", "internal/site", "internal/site/grade", "internal/tlsprobe", "checks"} {
		l := table[user]
		l.may = append(slices.Clone(l.may), "internal/nginx/openssl")
		table[user] = l
	}
	return table
}

// A pkg is one package of ours, without its tests.
type pkg struct {
	files map[string]*ast.File
	fset  *token.FileSet
}

// packages parses every package of the module, by its path below the module's.
func packages(t *testing.T) map[string]*pkg {
	t.Helper()
	root := filepath.Join("..", "..")
	all := map[string]*pkg{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "examples" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(rel)
		if all[dir] == nil {
			all[dir] = &pkg{map[string]*ast.File{}, token.NewFileSet()}
		}
		f, err := parser.ParseFile(all[dir].fset, name, nil, 0)
		all[dir].files[name] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestLayers(t *testing.T) {
	table := layers()
	for dir, p := range packages(t) {
		l, known := table[dir]
		if dir == "cmd/prodcheck" {
			known = true
		}
		if !known {
			t.Errorf("%s is in no layer: put it into the table above", dir)
			continue
		}
		for name, f := range p.files {
			for _, spec := range f.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				ours, isOurs := strings.CutPrefix(imported, module+"/")
				switch {
				case isOurs && strings.HasPrefix(ours, "cmd/"):
					t.Errorf("%s imports %s: a command is not imported", name, ours)
				case dir == "cmd/prodcheck":
				case isOurs && !slices.Contains(l.may, ours):
					t.Errorf("%s imports %s: %s may import %s", name, ours, dir, strings.Join(append(l.may, "none of the others"), ", "))
				case slices.Contains(l.never, imported):
					t.Errorf("%s imports %s, which %s must not", name, imported, dir)
				}
			}
			for _, call := range l.never {
				if pk, fn, ok := strings.Cut(call, "."); ok {
					for _, at := range uses(f, pk, fn) {
						t.Errorf("%s uses %s, which %s must not", p.fset.Position(at), call, dir)
					}
				}
			}
		}
	}
}

// uses returns where a file names a function of an imported package.
func uses(f *ast.File, pk, fn string) (at []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == fn {
			if id, ok := s.X.(*ast.Ident); ok && id.Name == path.Base(pk) && id.Obj == nil {
				at = append(at, s.Pos())
			}
		}
		return true
	})
	return at
}

// TestNoState holds the rule that nothing is set up by init and no variable of a package is assigned after start.
func TestNoState(t *testing.T) {
	for _, p := range packages(t) {
		vars := map[string]bool{}
		for _, f := range p.files {
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.GenDecl:
					if d.Tok != token.VAR {
						continue
					}
					for _, s := range d.Specs {
						for _, n := range s.(*ast.ValueSpec).Names {
							vars[n.Name] = n.Name != "_"
						}
					}
				case *ast.FuncDecl:
					if d.Recv == nil && d.Name.Name == "init" {
						t.Errorf("%s: an init function", p.fset.Position(d.Pos()))
					}
				}
			}
		}
		for _, f := range p.files {
			for _, bad := range assigned(f, vars) {
				t.Errorf("%s: %s is a variable of the package and is changed here", p.fset.Position(bad.Pos()), bad.Name)
			}
		}
	}
}

// assigned returns the variables of a package that functions of a file change: by assignment, ++, or through an index or a field.
func assigned(f *ast.File, vars map[string]bool) (bad []*ast.Ident) {
	root := func(e ast.Expr) *ast.Ident {
		for {
			switch x := e.(type) {
			case *ast.Ident:
				return x
			case *ast.IndexExpr:
				e = x.X
			case *ast.SelectorExpr:
				e = x.X
			case *ast.ParenExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			default:
				return nil
			}
		}
	}
	look := func(e ast.Expr) {
		id := root(e)
		if id == nil || !vars[id.Name] {
			return
		}
		if id.Obj != nil { // the parser resolves names within one file: locals, and what the file itself declares
			if spec, ok := id.Obj.Decl.(*ast.ValueSpec); !ok || !topLevel(f, spec) {
				return
			}
		}
		bad = append(bad, id)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					look(e)
				}
			}
		case *ast.IncDecStmt:
			look(n.X)
		}
		return true
	})
	return bad
}

func topLevel(f *ast.File, spec *ast.ValueSpec) bool {
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && slices.Contains(g.Specs, ast.Spec(spec)) {
			return true
		}
	}
	return false
}

// TestNoStateSees holds the test above against code that breaks the rule and code that does not.
func TestNoStateSees(t *testing.T) {
	const text = `package p
var a, b int
var m = map[string]int{}
func f() { a = 1; m["x"]++; other.X = 2 }
func g(b int) { b = 2; a := 3; a = 4; var m []int; m[0] = 1; _ = a }
`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, id := range assigned(f, map[string]bool{"a": true, "b": true, "m": true, "other": true}) {
		names = append(names, id.Name)
	}
	if got := fmt.Sprint(names); got != "[a m other]" {
		t.Errorf("changed: %s", got)
	}
}

// TestUpdateFlag holds that go test ./... -update works: a package whose tests do not know the flag would stop it.
func TestUpdateFlag(t *testing.T) {
	root := filepath.Join("..", "..")
	knows := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			dir := filepath.Dir(name)
			knows[dir] = knows[dir] || strings.Contains(string(text), "flag.Bool(\"update\"")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, ok := range knows {
		if !ok {
			t.Errorf("%s: its tests do not accept -update: copy update_test.go from a package that has nothing to rewrite", dir)
		}
	}
}
