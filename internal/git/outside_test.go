package git

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// guard fails the test if anything outside the root, or a pipe, is opened.
type guard struct {
	fs.FS
	t testing.TB
}

func (g guard) Open(name string) (fs.File, error) {
	if fi, err := fs.Lstat(g.FS, name); err == nil && !fi.Mode().IsRegular() && !fi.IsDir() {
		g.t.Errorf("opened %s, %v", name, fi.Mode())
	}
	return g.FS.Open(name)
}

func (g guard) Lstat(name string) (fs.FileInfo, error)  { return fs.Lstat(g.FS, name) }
func (g guard) ReadLink(name string) (string, error)    { return fs.ReadLink(g.FS, name) }
func (g guard) ReadDir(n string) ([]fs.DirEntry, error) { return fs.ReadDir(g.FS, n) }

func TestNothingOutside(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIP: git is not installed: nothing to compare with")
	}
	var m mould
	for _, name := range []string{"HEAD", "config", "index", "packed-refs", "refs", "refs/heads", "refs/heads/main", "objects", "objects/pack",
		"shallow", "info", "info/grafts", "worktrees", "../.gitignore", "../d", "../d/.gitignore"} {
		w := template(t, &m, func(w *world) {
			grow(w)
			w.write(".gitignore", "*.log\n")
			w.write("d/.gitignore", "*.log\n")
			w.commit("ignore")
			w.git("repack", "-q", "-a", "-d")
		})
		p := filepath.Join(w.dir, ".git", name)
		os.RemoveAll(p + ".away")
		if err := os.Rename(p, filepath.Join(filepath.Dir(w.dir), "away")); err != nil {
			os.WriteFile(filepath.Join(filepath.Dir(w.dir), "away"), nil, 0o644)
		}
		if err := os.Symlink(filepath.Join(filepath.Dir(w.dir), "away"), p); err != nil {
			t.Fatal(err)
		}
		r := Open(guard{os.DirFS(w.dir), t})
		r.TrackedFiles()
		r.Ignored("d/x.log", false)
		h := r.History(func(string) bool { return true }, Limits{})
		if h.Complete == Yes && !strings.HasPrefix(name, "../") && name != "info" && name != "info/grafts" && name != "worktrees" && name != "config" && name != "index" {
			t.Errorf("%s is a link: history is said to be complete", name)
		}
		r.Close()
	}
}
