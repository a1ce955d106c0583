package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A story is one repository of testdata/fix: checks whose edits are made, how many findings of them remain, and the files, with
// those that come out of it under @after/.
type story struct {
	checks []string
	remain int
	files  map[string]string
	after  map[string]string
}

func readStory(t *testing.T, name string) (s story, a *txtar.Archive) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s.files, s.after = map[string]string{}, map[string]string{}
	for _, line := range strings.Split(string(a.Comment), "\n") {
		if ids, ok := strings.CutPrefix(line, "check: "); ok {
			s.checks = strings.Split(ids, ", ")
		}
		if n, ok := strings.CutPrefix(line, "remains: "); ok {
			var err error
			if s.remain, err = strconv.Atoi(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, "@after/"); ok {
			s.after[name] = string(f.Data)
		} else {
			s.files[f.Name] = string(f.Data)
		}
	}
	return s, a
}

// lay writes the files of a story to a new folder, with a git directory so that rules of .gitignore count.
func lay(t *testing.T, files map[string]string, ends string) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{".git/objects", ".git/refs/heads"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	files[".git/HEAD"], files[".git/config"] = "ref: refs/heads/main\n", "[core]\n\trepositoryformatversion = 0\n"
	for name, text := range files {
		if !strings.HasPrefix(name, ".git/") {
			text = strings.ReplaceAll(text, "\n", ends)
		}
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	delete(files, ".git/HEAD")
	delete(files, ".git/config")
	return dir
}

// contents reads a folder without its git directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil || strings.HasPrefix(filepath.ToSlash(rel), ".git/") {
			return err
		}
		text, err := os.ReadFile(name)
		out[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// findings counts the findings of checks, and the problems of reading.
func findings(t *testing.T, dir string, ids []string) (n, problems int) {
	t.Helper()
	var r struct {
		Checks []struct {
			ID       string
			Findings []struct{}
		}
		Problems []struct{}
	}
	if err := json.Unmarshal(runs(t, statusOK, "scan", "--fail-on", "never", "--format", "json", dir), &r); err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		for _, id := range ids {
			if c.ID == id {
				n += len(c.Findings)
			}
		}
	}
	return n, len(r.Problems)
}

// TestFixStories holds every edit against its story: the findings are gone, the files still parse, nothing else is changed, line
// ends are kept, and a second time changes nothing. go test ./cmd/prodcheck -run FixStories -update writes what comes out.
func TestFixStories(t *testing.T) {
	stories, err := filepath.Glob(filepath.Join("testdata", "fix", "*.txtar"))
	if err != nil || len(stories) == 0 {
		t.Fatal("no stories", err)
	}
	for _, name := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s, archive := readStory(t, name)
			for _, ends := range []string{"\n", "\r\n"} {
				dir := lay(t, s.files, ends)
				before, _ := findings(t, dir, s.checks)
				if before <= s.remain && len(s.after) > 0 || before == 0 {
					t.Fatalf("%d findings before, and %d are to remain", before, s.remain)
				}
				args := []string{"fix", dir}
				for _, id := range s.checks {
					args = append(args, "--check", id)
				}
				whole := contents(t, dir)
				runs(t, statusOK, append(args, "--dry-run")...)
				if got := contents(t, dir); !maps.Equal(got, whole) {
					t.Error("--dry-run changes files")
				}
				runs(t, statusOK, args...)
				got := contents(t, dir)
				for file, text := range got {
					if strings.Contains(strings.ReplaceAll(text, ends, ""), "\n") && s.files[file] != "" {
						t.Errorf("%s has line ends of two kinds: %q", file, text)
					}
					got[file] = strings.ReplaceAll(text, "\r\n", "\n")
				}
				after, problems := findings(t, dir, s.checks)
				if after != s.remain || problems > 0 {
					t.Errorf("%d findings after, want %d; %d problems; files %q", after, s.remain, problems, got)
				}
				runs(t, statusOK, args...)
				again := contents(t, dir)
				for file, text := range again {
					if strings.ReplaceAll(text, "\r\n", "\n") != got[file] {
						t.Errorf("a second time changes %s to %q", file, text)
					}
				}
				changed := map[string]string{}
				for file, text := range got {
					if was, ok := s.files[file]; !ok || was != text {
						changed[file] = text
					}
				}
				if *update {
					rewrite(t, name, archive, changed)
					s.after = changed
				}
				if !maps.Equal(changed, s.after) {
					t.Errorf("changed files are\n%q\nwant\n%q", changed, s.after)
				}
			}
		})
	}
}

// rewrite writes what came out into a story.
func rewrite(t *testing.T, name string, a *txtar.Archive, changed map[string]string) {
	t.Helper()
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		if !strings.HasPrefix(f.Name, "@after/") {
			out.Files = append(out.Files, f)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(changed)) {
		out.Files = append(out.Files, txtar.File{Name: "@after/" + f, Data: []byte(changed[f])})
	}
	if err := os.WriteFile(name, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
}
