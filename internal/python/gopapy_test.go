package python

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	gopapy "github.com/tamnd/gopapy/parser"

	"github.com/prodcheck/prodcheck/internal/source"
)

// TestAgainstGopapy compares calls and string constants with those of another parser written in Go, on the settings projects of the
// repository: it needs no python3.
func TestAgainstGopapy(t *testing.T) {
	var files []string
	for _, dir := range []string{"../django/testdata/corpus", "../django/testdata/shims"} {
		err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(p, ".py") {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 100 {
		t.Fatalf("%d files", len(files))
	}
	n := 0
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := gopapy.ParseFile(name, string(src))
		if err != nil {
			t.Errorf("gopapy: %v", err)
			continue
		}
		m := Parse(source.NewFile(name, src))
		if len(m.Problems) > 0 {
			t.Errorf("%s: %s", name, m.Problems[0].Text)
			continue
		}
		got, want := factsOf(m), facts{}
		gopapyFacts(reflect.ValueOf(tree), &want)
		sort.Strings(want.Calls)
		sort.Strings(want.Strings)
		n += len(want.Calls) + len(want.Strings)
		if d := difference(unnamed(got.Calls), unnamed(want.Calls)); d != "" {
			t.Errorf("%s: call %s", name, strings.Replace(d, "ast", "gopapy", 1))
		}
		if strings.Contains(string(src), `\N{`) { // no table of character names is kept
			continue
		}
		if d := difference(got.Strings, want.Strings); d != "" {
			t.Errorf("%s: string %s", name, strings.Replace(d, "ast", "gopapy", 1))
		}
	}
	t.Logf("%d files, %d facts", len(files), n)
}

// unnamed drops the lines of calls of what is no dotted name: gopapy puts a formatted string of several lines at its last one.
func unnamed(calls []string) []string {
	var out []string
	for _, c := range calls {
		if strings.HasPrefix(c, "/") {
			c, _, _ = strings.Cut(c, " ")
		}
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

// gopapyFacts walks gopapy's tree.
func gopapyFacts(v reflect.Value, f *facts) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			gopapyFacts(v.Elem(), f)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *gopapy.JoinedStr:
			return
		case *gopapy.Call:
			f.Calls = append(f.Calls, fmt.Sprintf("%s/%d/%d %d", gopapyName(n.Func), len(n.Args), len(n.Keywords), n.P.Line))
		case *gopapy.Constant:
			if s, ok := n.Value.(string); ok && (n.Kind == "str" || n.Kind == "u" || n.Kind == "") {
				s = strings.NewReplacer("?", "", "\uFFFD", "").Replace(s)
				if r := []rune(s); len(r) > 200 {
					s = string(r[:200])
				}
				f.Strings = append(f.Strings, fmt.Sprintf("%s %d", s, n.P.Line))
			}
			return
		}
		gopapyFacts(v.Elem(), f)
	case reflect.Struct:
		for k := range v.NumField() {
			gopapyFacts(v.Field(k), f)
		}
	case reflect.Slice:
		for k := range v.Len() {
			gopapyFacts(v.Index(k), f)
		}
	}
}

func gopapyName(e gopapy.Expr) string {
	switch e := e.(type) {
	case *gopapy.Name:
		return e.Id
	case *gopapy.Attribute:
		if left := gopapyName(e.Value); left != "" {
			return left + "." + e.Attr
		}
	}
	return ""
}
