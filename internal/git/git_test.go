package git

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A world is a repository made by the real git, to compare with what git itself says of it.
type world struct {
	t   testing.TB
	dir string
	day int
	// sparse: ask git with its index
	sparse bool
}

func newWorld(t testing.TB, initArgs ...string) *world {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIP: git is not installed: nothing to compare with")
	}
	if len(initArgs) == 0 {
		return template(t, &blank, func(w *world) {})
	}
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "r")}
	w.init(initArgs...)
	return w
}

func (w *world) init(args ...string) {
	w.t.Helper()
	if err := os.Mkdir(w.dir, 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.git(append([]string{"init", "-q", "-b", "main", "--template="}, args...)...)
}

// A mould is a repository that many tests start from: copying one takes less time than running git to make it.
type mould struct {
	once sync.Once
	dir  string
	day  int
}

var blank, full mould

func template(t testing.TB, m *mould, grow func(*world)) *world {
	t.Helper()
	m.once.Do(func() {
		dir, err := os.MkdirTemp(moulds, "mould")
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, dir: filepath.Join(dir, "r")}
		w.init()
		grow(w)
		m.dir, m.day = w.dir, w.day
	})
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "r"), day: m.day}
	if m.dir == "" {
		t.Fatal("the mould is broken")
	}
	if err := os.CopyFS(w.dir, os.DirFS(m.dir)); err != nil {
		t.Fatal(err)
	}
	return w
}

// moulds is the folder of all moulds. It is set before any test runs.
var moulds string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "git-test")
	if err != nil {
		panic(err)
	}
	moulds = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// run runs git and returns what it printed; ok is false if it failed.
func (w *world) run(stdin string, args ...string) (out string, ok bool) {
	w.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = w.dir
	when := "2024-01-01T00:00:00+0000"
	if w.day > 0 {
		when = fmt.Sprintf("@%d +0200", 1704067200+w.day*86400-3600)
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(w.dir), "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_AUTHOR_NAME=n", "GIT_AUTHOR_EMAIL=n@example.com", "GIT_COMMITTER_NAME=n", "GIT_COMMITTER_EMAIL=n@example.com",
		"GIT_AUTHOR_DATE=" + when, "GIT_COMMITTER_DATE=" + when, "GIT_ALLOW_PROTOCOL=file",
		"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=core.fsync", "GIT_CONFIG_VALUE_0=none", "GIT_CONFIG_KEY_1=maintenance.auto", "GIT_CONFIG_VALUE_1=false"}
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err != nil && os.Getenv("GIT_TEST_VERBOSE") != "" {
		w.t.Logf("git %v: %v\n%s", args, err, stderr.String())
	}
	return stdout.String(), err == nil
}

func (w *world) git(args ...string) string {
	w.t.Helper()
	out, ok := w.run("", args...)
	if !ok {
		w.t.Fatalf("git %s failed", strings.Join(args, " "))
	}
	return out
}

func (w *world) write(name, text string) {
	w.t.Helper()
	p := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(name string) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.dir, filepath.FromSlash(name))); err != nil {
		w.t.Fatal(err)
	}
}

// commit commits the whole work tree on the next day.
func (w *world) commit(msg string) {
	w.t.Helper()
	w.day++
	w.git("add", "-A", "-f")
	w.git("commit", "-q", "--allow-empty", "-m", msg)
}

func (w *world) open() *Repository {
	r := Open(os.DirFS(w.dir))
	w.t.Cleanup(func() { r.Close() })
	return r
}

// lsFiles is what git says is tracked, submodules left out.
func (w *world) lsFiles() []string {
	w.t.Helper()
	var out []string
	for _, l := range strings.Split(w.git("ls-files", "-s", "-z"), "\x00") {
		if info, name, ok := strings.Cut(l, "\t"); ok && !strings.HasPrefix(info, "160000") {
			out = append(out, name)
		}
	}
	return slices.Compact(out)
}

// sameFiles checks that the index reads as git reads it.
func (w *world) sameFiles(r *Repository) {
	w.t.Helper()
	got, state, reason := r.TrackedFiles()
	if state != Yes || reason != "" {
		w.t.Errorf("TrackedFiles: %v %q, want yes", state, reason)
	}
	if want := w.lsFiles(); !slices.Equal(got, want) && len(got)+len(want) > 0 {
		w.t.Errorf("TrackedFiles = %q\ngit ls-files  = %q", got, want)
	}
	for _, p := range got {
		if s, _ := r.Tracked(p); s != Yes {
			w.t.Errorf("Tracked(%q) = %v", p, s)
		}
	}
	for _, p := range []string{"no such file", "a/no such file", "", ".", "..", "../x", "/etc/passwd", ".git/config"} {
		if s, _ := r.Tracked(p); s != No {
			w.t.Errorf("Tracked(%q) = %v, want no", p, s)
		}
	}
}

// sameHistory checks that the history of all paths reads as git log reads it.
func (w *world) sameHistory(r *Repository) *History {
	w.t.Helper()
	h := r.History(func(string) bool { return true }, Limits{})
	if h.Complete != Yes {
		w.t.Errorf("history is not complete: %s", h.Reason)
	}
	got := map[string]bool{}
	for _, e := range h.Events {
		got[fmt.Sprintf("%s %s %s %s", e.Commit, e.Date, strings.ToUpper(e.Change.String()[:1]), e.Path)] = true
	}
	want := map[string]bool{}
	log := w.git("-c", "core.quotepath=off", "log", "--all", "-c", "--root", "--no-renames", "--name-status", "-z", "--date=short", "--format=%x01%H %cs", "--ignore-submodules=all")
	for _, block := range strings.Split(log, "\x01")[1:] {
		head, rest, _ := strings.Cut(block, "\x00")
		rest = strings.TrimLeft(rest, "\n\x00") // a merge has a zero byte more
		f := strings.Split(rest, "\x00")
		for i := 0; i+1 < len(f); i += 2 {
			st := strings.TrimSpace(f[i])
			if st == "" {
				break
			}
			ch := "M"
			switch {
			case strings.Trim(st, "A") == "":
				ch = "A"
			case strings.Trim(st, "D") == "":
				ch = "D"
			}
			want[fmt.Sprintf("%s %s %s", head, ch, f[i+1])] = true
		}
	}
	for k := range got {
		if !want[k] {
			w.t.Errorf("git does not know %s", k)
		}
	}
	for k := range want {
		if !got[k] {
			w.t.Errorf("missed %s", k)
		}
	}
	if n := strings.Count(w.git("rev-list", "--all"), "\n"); n != h.Commits {
		w.t.Errorf("%d commits, git sees %d", h.Commits, n)
	}
	return h
}
