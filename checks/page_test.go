package checks_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
)

var update = flag.Bool("update", false, "rewrite docs/checks/*.md and docs/checklist.md")

// TestPages holds the pages in docs against the checks: a stale page and a page of no check are errors.
func TestPages(t *testing.T) {
	dir := filepath.Join("..", "docs", "checks")
	want := map[string]string{filepath.Join("..", "docs", "checklist.md"): checks.ChecklistPage()}
	for _, c := range checks.All() {
		want[filepath.Join(dir, c.ID+".md")] = checks.Page(c)
	}
	for _, c := range checks.Live() {
		want[filepath.Join(dir, c.ID+".md")] = checks.Page(&c.Check)
	}
	if *update {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range want {
		got, err := os.ReadFile(name)
		if err == nil && string(got) == page {
			continue
		}
		if !*update {
			t.Errorf("%s is stale: go test ./checks -update writes it", name)
			continue
		}
		if err := os.WriteFile(name, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	there, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range there {
		switch _, ok := want[name]; {
		case ok:
		case *update:
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is the page of no check: go test ./checks -update removes it", name)
		}
	}
}

func TestExample(t *testing.T) {
	files := checks.Example(`
settings: a.b
-- a/settings.py --
import os
DEBUG = True  # want "on" ` + "`in production`" + `
# want "next"
X = 1
Y = 2  # miss "known"
# want more of this
-- @untracked/.env --
A=b
-- @history/.env --
-- x.js --
const a = 1 // want "x"
`)
	if len(files) != 4 {
		t.Fatalf("%d files, want 4: %v", len(files), files)
	}
	for i, want := range []struct {
		name, note, text string
		here             int
	}{
		{"a/settings.py", "", "import os\nDEBUG = True\nX = 1\nY = 2\n# want more of this", 2},
		{".env", "not committed", "A=b", 0},
		{".env", "committed once and gone", "", 0},
		{"x.js", "", "const a = 1", 1},
	} {
		f := files[i]
		if f.Name != want.name || f.Note != want.note || f.Text != want.text || len(f.Here) != want.here {
			t.Errorf("file %d is %+v, want %+v", i, f, want)
		}
	}
	if h := files[0].Here; h[0] != 2 || h[1] != 3 {
		t.Errorf("reported lines %v, want 2 and 3", h)
	}
}

// TestPagesAreWhole looks for what a reader needs on every page.
func TestPagesAreWhole(t *testing.T) {
	for _, c := range checks.All() {
		page := checks.Page(c)
		for _, part := range []string{"# " + c.Title + "\n", "`" + c.ID + "`", c.Severity.String(), c.Why, c.Fix, c.Misses, "## Fails\n", "## Passes\n", c.Refs[0]} {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the page has no %q", c.ID, part)
			}
		}
		if strings.Contains(page, " want \"") {
			t.Errorf("%s: the page shows an expectation of a test", c.ID)
		}
		if !strings.Contains(page, "reported at line") {
			t.Errorf("%s: the page does not say which line is reported", c.ID)
		}
	}
}
