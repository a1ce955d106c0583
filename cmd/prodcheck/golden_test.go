package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// runs runs a command line that must end with a status, and returns what it prints on standard output.
func runs(t *testing.T, want int, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}
	if status := a.run(context.Background(), args); status != want || errs.Len() > 0 {
		t.Fatalf("prodcheck %s: status %d, want %d; stderr %q", strings.Join(args, " "), status, want, errs.String())
	}
	return out.Bytes()
}

// example copies one of the examples to a folder without git, so that reports do not depend on where the tests run.
func example(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestGolden holds what a new user sees first, in every format, against testdata/golden. The difference that a change makes there
// is to be read like the change itself: go test ./cmd/prodcheck -update writes it.
func TestGolden(t *testing.T) {
	insecure, hardened := example(t, "insecure"), example(t, "hardened")
	for name, got := range map[string][]byte{
		"insecure.txt":   runs(t, statusFindings, "scan", insecure),
		"insecure.json":  runs(t, statusFindings, "scan", "--format", "json", insecure),
		"insecure.sarif": runs(t, statusFindings, "scan", "--format", "sarif", insecure),
		"settings.txt":   runs(t, statusOK, "settings", insecure),
		"hardened.txt":   runs(t, statusOK, "scan", hardened),
	} {
		file := filepath.Join("testdata", "golden", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale, from\n%s\nto\n%s\ngo test ./cmd/prodcheck -update writes it", file, differing(want, got), differing(got, want))
		}
	}
}

// TestHardened holds that the hardened example has nothing to fix.
func TestHardened(t *testing.T) {
	if report := runs(t, statusOK, "scan", "--fail-on", "never", example(t, "hardened")); !bytes.Contains(report, []byte("\nnothing to fix · ")) {
		t.Errorf("examples/hardened is not clean:\n%s", report)
	}
}

// differing returns the first lines of a that b does not have.
func differing(a, b []byte) string {
	there := map[string]bool{}
	for _, line := range strings.Split(string(b), "\n") {
		there[line] = true
	}
	var out []string
	for _, line := range strings.Split(string(a), "\n") {
		if !there[line] && len(out) < 12 {
			out = append(out, "  "+line)
		}
	}
	return strings.Join(out, "\n")
}

// TestSchemas holds whole reports of the examples and of the canaries' repositories against the schemas of their formats.
func TestSchemas(t *testing.T) {
	dirs := []string{example(t, "insecure"), example(t, "hardened"), t.TempDir()}
	for format, file := range map[string]string{
		"json": filepath.Join("..", "..", "docs", "report.schema.json"), "sarif": filepath.Join("..", "..", "sarif", "testdata", "sarif-2.1.0.schema.json"),
	} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(f)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(format, doc); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile(format)
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			report := runs(t, statusOK, "scan", "--fail-on", "never", "--format", format, dir)
			got, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(got); err != nil {
				t.Errorf("%s of %s: %v", format, filepath.Base(dir), err)
			}
			if again := runs(t, statusOK, "scan", "--fail-on", "never", "--format", format, dir); !bytes.Equal(report, again) {
				t.Errorf("%s of %s: the same repository gives other bytes", format, filepath.Base(dir))
			}
		}
	}
}

// TestReadme holds the console block of the README against what the command really prints: every line of it, in its order. A line
// "…" stands for lines that are left out.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "```console\n$ go run ./cmd/prodcheck scan examples/insecure\n")
	block, _, closed := strings.Cut(block, "```\n")
	if !ok || !closed {
		t.Fatal("the README has no console block of the first run")
	}
	real := strings.Split(string(runs(t, statusFindings, "scan", example(t, "insecure"))), "\n")
	shown := 0
	for _, line := range strings.Split(strings.TrimSuffix(block, "\n"), "\n") {
		if strings.TrimSpace(line) == "…" {
			continue
		}
		i := 0
		for i < len(real) && real[i] != line {
			i++
		}
		if i == len(real) {
			t.Errorf("the README shows a line that is not printed there: %q", line)
			continue
		}
		real, shown = real[i+1:], shown+1
	}
	if shown < 15 {
		t.Errorf("the README shows %d lines", shown)
	}
}
