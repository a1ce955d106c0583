package python

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sort"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

// facts are what prodcheck takes from a file, each with its line: names bound at the top level, calls, string constants outside of
// formatted strings.
type facts struct {
	Names, Calls, Strings []string
}

const astScript = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
def dotted(e):
    parts = []
    while isinstance(e, ast.Attribute):
        parts.append(e.attr)
        e = e.value
    if not isinstance(e, ast.Name):
        return ""
    return ".".join([e.id] + parts[::-1])
for path in sys.stdin.read().split("\n"):
    if not path:
        continue
    with open(path, "rb") as h:
        src = h.read()
    tree = ast.parse(src)
    names, calls, strings = [], [], []
    for s in tree.body:
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append("%s %d" % (s.name, s.lineno))
        elif isinstance(s, ast.Assign):
            names += ["%s %d" % (t.id, t.lineno) for t in s.targets if isinstance(t, ast.Name)]
        elif isinstance(s, (ast.Import, ast.ImportFrom)):
            names += ["%s %d" % (a.asname or a.name, s.lineno) for a in s.names]
    inside = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.JoinedStr):
            inside.update(id(c) for c in ast.walk(n))
    for n in ast.walk(tree):
        if id(n) in inside:
            continue
        if isinstance(n, ast.Call):
            calls.append("%s/%d/%d %d" % (dotted(n.func), len(n.args), len(n.keywords), n.lineno))
        elif isinstance(n, ast.Constant) and isinstance(n.value, str):
            s = n.value.encode("utf-8", "replace").decode("utf-8").replace("?", "").replace("\ufffd", "")
            strings.append("%s %d" % (s[:200], n.lineno))
    print(json.dumps({"Names": names, "Calls": sorted(calls), "Strings": sorted(strings)}))
`

// TestFactsAgainstAST compares names, calls and strings with those of CPython's ast. stdlib says which
// files it takes.
func TestFactsAgainstAST(t *testing.T) {
	files := stdlib(t)
	var list []string
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.Size() < maxSize {
			list = append(list, f)
		}
	}
	cmd := exec.Command("python3", "-c", astScript)
	cmd.Stdin = strings.NewReader(strings.Join(list, "\n"))
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(bytes.NewReader(out))
	in.Buffer(nil, 64<<20)
	n := 0
	for _, name := range list {
		if !in.Scan() {
			t.Fatal("python3 told of fewer files", in.Err())
		}
		var want facts
		if err := json.Unmarshal(in.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := factsOf(Parse(source.NewFile(name, src)))
		named := bytes.Contains(src, []byte(`\N{`)) // no table of character names is kept
		for _, k := range []struct {
			what      string
			got, want []string
		}{{"name", got.Names, want.Names}, {"call", got.Calls, want.Calls}, {"string", got.Strings, want.Strings}} {
			if k.what == "string" && named {
				continue
			}
			n += len(k.want)
			if d := difference(k.got, k.want); d != "" {
				t.Errorf("%s: %s %s", name, k.what, d)
			}
		}
	}
	t.Logf("%d files, %d facts", len(list), n)
}

func difference(got, want []string) string {
	for k := 0; k < len(got) || k < len(want); k++ {
		switch {
		case k >= len(got):
			return fmt.Sprintf("%q is missing", want[k])
		case k >= len(want):
			return fmt.Sprintf("%q is too much", got[k])
		case got[k] != want[k]:
			return fmt.Sprintf("%q; ast says %q", got[k], want[k])
		}
	}
	return ""
}

func factsOf(m *Module) (f facts) {
	line := func(n Node) int { return m.Span(n).Position().Line }
	name := func(s string, at int) { f.Names = append(f.Names, fmt.Sprintf("%s %d", s, at)) }
	for _, s := range m.Body {
		switch s := s.(type) {
		case *FunctionDef:
			name(s.Name.ID, line(s))
		case *ClassDef:
			name(s.Name.ID, line(s))
		case *Assign:
			for _, t := range s.Targets {
				if n, ok := t.(*Name); ok {
					name(n.ID, line(n))
				}
			}
		case *Import:
			for _, a := range s.Names {
				name(bound(a), line(s))
			}
		case *ImportFrom:
			for _, a := range s.Names {
				name(bound(a), line(s))
			}
		}
	}
	patterns := map[*Call]bool{}
	WalkBody(m.Body, func(n Node) bool {
		switch n := n.(type) {
		case *JoinedStr:
			return false
		case *Match:
			for _, c := range n.Cases { // class patterns look like calls and are none
				Walk(c.Pattern, func(n Node) bool {
					if c, ok := n.(*Call); ok {
						patterns[c] = true
					}
					return true
				})
			}
		case *Call:
			if patterns[n] {
				return true
			}
			f.Calls = append(f.Calls, fmt.Sprintf("%s/%d/%d %d", DottedName(n.Func), len(n.Args), len(n.Keywords), line(n)))
		case *Constant:
			if n.Kind == Str {
				s := strings.NewReplacer("?", "", "\uFFFD", "").Replace(n.S)
				if r := []rune(s); len(r) > 200 {
					s = string(r[:200])
				}
				f.Strings = append(f.Strings, fmt.Sprintf("%s %d", s, line(n)))
			}
		}
		return true
	})
	sort.Strings(f.Calls)
	sort.Strings(f.Strings)
	return f
}

func bound(a Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	return a.Name
}
