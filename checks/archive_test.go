package checks_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/memfs"
	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/repo"
)

// An archive is one small repository of a test. Its files are tracked, but those under @untracked/ (in the work tree only) and
// @history/ (in an earlier commit only). The comment before the first file may hold lines "state: --settings x"-like options:
//
//	git: none            no git directory
//	settings: a.b        a stated settings module
//	compose: file        a stated compose file
//
// and the lines of its files may hold expectations: `# want "regexp"` at the end of a line for that line, alone on a line for the
// next; `# miss "why"` records a false negative and fails once it is caught.
type archive struct {
	files map[string][]byte
	wants []want
	opts  repo.Options
	noGit bool
}

type want struct {
	path string
	line int
	re   *regexp.Regexp
	miss bool
}

var wantRE = regexp.MustCompile("(?:#|//|;|<!--)\\s*(want|miss) ((?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)(?: (?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`))*)\\s*(?:#\\}|-->)?\\s*$")
var quotedRE = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")

func parseArchive(t testing.TB, text string) *archive {
	t.Helper()
	ar := txtar.Parse([]byte(text))
	a := &archive{files: map[string][]byte{}}
	for _, l := range strings.Split(string(ar.Comment), "\n") {
		k, val, ok := strings.Cut(strings.TrimSpace(l), ": ")
		if !ok {
			continue
		}
		switch k {
		case "git":
			a.noGit = val == "none"
		case "settings":
			a.opts.Stated.Settings = val
		case "compose":
			a.opts.Stated.Compose = strings.Fields(val)
		}
	}
	for _, f := range ar.Files {
		a.files[f.Name] = f.Data
		if strings.HasPrefix(f.Name, "@history/") {
			continue
		}
		name := strings.TrimPrefix(f.Name, "@untracked/")
		lines := strings.Split(string(f.Data), "\n")
		for i, l := range lines {
			m := wantRE.FindStringSubmatchIndex(l)
			if m == nil {
				continue
			}
			line := i + 1
			if strings.TrimSpace(l[:m[0]]) == "" {
				line++
			}
			for _, q := range quotedRE.FindAllString(l[m[4]:m[5]], -1) {
				w := want{path: name, line: line, miss: l[m[2]:m[3]] == "miss"}
				if !w.miss {
					re, err := regexp.Compile(q[1 : len(q)-1])
					if err != nil {
						t.Fatalf("%s:%d: %v", f.Name, i+1, err)
					}
					w.re = re
				}
				a.wants = append(a.wants, w)
			}
		}
	}
	return a
}

// load makes the repository in memory and loads it; edit changes every file on the way in.
func (a *archive) load(t testing.TB, edit func(name string, data []byte) []byte) *repo.Repo {
	t.Helper()
	r, err := repo.Load(context.Background(), a.fsys(t, edit), a.opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (a *archive) fsys(t testing.TB, edit func(name string, data []byte) []byte) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	work := memfs.New()
	names := make([]string, 0, len(a.files))
	for n := range a.files {
		names = append(names, n)
	}
	slices.Sort(names)
	data := func(n string) []byte {
		if edit == nil {
			return a.files[n]
		}
		return edit(n, a.files[n])
	}
	var tracked, old []string
	for _, n := range names {
		switch {
		case strings.HasPrefix(n, "@history/"):
			old = append(old, n)
		case strings.HasPrefix(n, "@untracked/"):
			out[strings.TrimPrefix(n, "@untracked/")] = &fstest.MapFile{Data: data(n), Mode: 0o644}
		default:
			tracked = append(tracked, n)
			out[n] = &fstest.MapFile{Data: data(n), Mode: 0o644}
		}
	}
	if a.noGit {
		return out
	}
	gitfs := memfs.New()
	gr, err := gogit.Init(filesystem.NewStorage(gitfs, cache.NewObjectLRUDefault()), work)
	check(t, err)
	wt, err := gr.Worktree()
	check(t, err)
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	commit := func(msg string) {
		when = when.Add(time.Hour)
		_, err := wt.Commit(msg, &gogit.CommitOptions{AllowEmptyCommits: true, Author: &object.Signature{Name: "n", Email: "n@example.com", When: when}})
		check(t, err)
	}
	if len(old) > 0 {
		for _, n := range old {
			write(t, work, strings.TrimPrefix(n, "@history/"), data(n))
			_, err := wt.Add(strings.TrimPrefix(n, "@history/"))
			check(t, err)
		}
		commit("old")
		for _, n := range old {
			_, err := wt.Remove(strings.TrimPrefix(n, "@history/"))
			check(t, err)
		}
		commit("gone")
	}
	for _, n := range tracked {
		write(t, work, n, data(n))
		check(t, wt.AddWithOptions(&gogit.AddOptions{Path: n, SkipStatus: true}))
	}
	commit("now")
	copyFS(t, gitfs, "/", out)
	return out
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, w billy.Filesystem, name string, data []byte) {
	t.Helper()
	f, err := w.Create(name)
	check(t, err)
	_, err = f.Write(data)
	check(t, err)
	check(t, f.Close())
}

func copyFS(t testing.TB, from billy.Filesystem, dir string, to fstest.MapFS) {
	t.Helper()
	entries, err := from.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		if e.IsDir() {
			copyFS(t, from, p, to)
			continue
		}
		f, err := from.Open(p)
		check(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(f)
		check(t, err)
		data := b.Bytes()
		if p == "/config" { // go-git notes where its work tree is; here it is the folder above, as for everybody
			data = regexp.MustCompile(`(?m)^\s*worktree = .*\n`).ReplaceAll(data, nil)
		}
		to[path.Join(".git", p)] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
}

// run asks one check of a repository.
func run(r *repo.Repo, c *checks.Check) *checks.Result {
	for _, res := range checks.Run(&checks.Facts{Repo: r}).Results {
		if res.Check == c {
			return res
		}
	}
	return nil
}

func describe(res *checks.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", res.Check.ID, res.Status)
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "  %s:%d:%d: %s %s\n", f.Place.Path, f.Place.Line, f.Place.Column, f.Severity, f.Message)
		for _, s := range f.Trail {
			fmt.Fprintf(&b, "      %s:%d: %s\n", s.Place.Path, s.Place.Line, s.Text)
		}
	}
	for _, l := range res.Unknowns {
		fmt.Fprintf(&b, "  unknown %s:%d: %s (%s)\n", l.Place.Path, l.Place.Line, l.Text, l.Settle)
	}
	for _, l := range res.Passes {
		fmt.Fprintf(&b, "  pass %s:%d: %s\n", l.Place.Path, l.Place.Line, l.Text)
	}
	return b.String()
}

// compare holds the findings against the expectations of the archive.
func (a *archive) compare(t *testing.T, res *checks.Result) {
	t.Helper()
	met := make([]bool, len(a.wants))
	for _, f := range res.Findings {
		line := max(1, f.Place.Line)
		ok := false
		for i, w := range a.wants {
			if w.path != f.Place.Path || w.line != line {
				continue
			}
			if w.miss {
				t.Errorf("%s:%d: a known miss is caught now: replace miss by want", w.path, w.line)
				ok = true
			} else if w.re.MatchString(f.Message) {
				met[i], ok = true, true
			}
		}
		if !ok {
			t.Errorf("unexpected finding at %s:%d: %s", f.Place.Path, f.Place.Line, f.Message)
		}
	}
	for i, w := range a.wants {
		if !w.miss && !met[i] {
			t.Errorf("%s:%d: no finding matches %q", w.path, w.line, w.re)
		}
	}
	if t.Failed() {
		t.Log("\n" + describe(res))
	}
}

func TestClaims(t *testing.T) {
	for _, c := range checks.All() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			t.Run("complete", func(t *testing.T) { complete(t, c) })
			t.Run("bad", func(t *testing.T) {
				a := parseArchive(t, c.Bad)
				if len(a.wants) == 0 {
					t.Fatal("Bad expects no finding")
				}
				a.compare(t, run(a.load(t, nil), c))
			})
			t.Run("good", func(t *testing.T) {
				a := parseArchive(t, c.Good)
				res := run(a.load(t, nil), c)
				if res.Status != checks.Pass || len(res.Passes) == 0 || res.Passes[0].Place.Path == "" {
					t.Errorf("Good does not pass with evidence:\n%s", describe(res))
				}
			})
			t.Run("empty", func(t *testing.T) {
				if res := run(parseArchive(t, "git: none\n").load(t, nil), c); res.Status != checks.NotApplicable {
					t.Errorf("an empty repository: %s", describe(res))
				}
			})
			t.Run("commented", func(t *testing.T) {
				a := parseArchive(t, c.Bad)
				res := run(a.load(t, func(n string, data []byte) []byte {
					if strings.HasSuffix(n, ".key") {
						return nil // keys know no comments
					}
					if strings.HasSuffix(n, ".html") {
						return []byte("<!--" + strings.ReplaceAll(string(data), "-->", "") + "-->")
					}
					return regexp.MustCompile(`(?m)^(.+)$`).ReplaceAll(data, []byte("# $1"))
				}), c)
				if len(res.Findings) > 0 {
					t.Errorf("a finding in comments: %s", describe(res))
				}
			})
			t.Run("crlf", func(t *testing.T) {
				a := parseArchive(t, c.Bad)
				plain := run(a.load(t, nil), c)
				crlf := run(a.load(t, func(n string, data []byte) []byte { return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")) }), c)
				if describe(plain) != describe(crlf) {
					t.Errorf("CRLF moves something:\n%s\n%s", describe(plain), describe(crlf))
				}
			})
			t.Run("unresolvable", func(t *testing.T) {
				a := parseArchive(t, c.Bad)
				inSettings := false
				for _, w := range a.wants {
					inSettings = inSettings || strings.Contains(w.path, "settings")
				}
				if !inSettings {
					return
				}
				res := run(a.load(t, func(n string, data []byte) []byte {
					if strings.Contains(n, "settings") && strings.HasSuffix(n, ".py") {
						return []byte("from elsewhere import load\nglobals().update(load())\n")
					}
					return data
				}), c)
				if len(res.Findings) > 0 {
					t.Errorf("unresolvable settings: %s", describe(res))
				}
			})
			for _, file := range stories(t, c.ID) {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
					text, err := os.ReadFile(file)
					check(t, err)
					a := parseArchive(t, string(text))
					res := run(a.load(t, nil), c)
					a.compare(t, res)
					if m := regexp.MustCompile(`(?m)^status: (.*)$`).FindSubmatch(text); m != nil && string(m[1]) != res.Status.String() {
						t.Errorf("status %s, want %s:\n%s", res.Status, m[1], describe(res))
					}
				})
			}
		})
	}
}

func stories(t *testing.T, id string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", id, "*.txtar"))
	check(t, err)
	return files
}

func complete(t *testing.T, c *checks.Check) {
	t.Helper()
	for name, field := range map[string]string{"Title": c.Title, "Why": c.Why, "Fix": c.Fix, "Bad": c.Bad, "Good": c.Good} {
		if strings.TrimSpace(field) == "" {
			t.Errorf("%s is blank", name)
		}
	}
	if c.Run == nil || len(c.Refs) == 0 {
		t.Error("Run or Refs is missing")
	}
	if !regexp.MustCompile(`^(repo|django|drf|jwt|cors|docker|nginx|certbot|frontend)(-[a-z0-9]+)+$`).MatchString(c.ID) {
		t.Errorf("id %q", c.ID)
	}
	if _, err := os.Stat(strings.ReplaceAll(c.ID, "-", "_") + ".go"); err != nil {
		t.Errorf("the check does not live in the file its id names: %v", err)
	}
	for _, s := range []string{c.Why, c.Fix} {
		if n := len(regexp.MustCompile(`[.!?](\s|$)`).FindAllString(s, -1)); n > 3 {
			t.Errorf("%d sentences, at most 3: %s", n, s)
		}
	}
	_ = deploy.Stated{}
}
