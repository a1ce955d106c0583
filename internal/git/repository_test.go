package git

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// grown returns a repository with a past: files added, changed, deleted and added again on branches that were merged.
func grown(t testing.TB) *world {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIP: git is not installed: nothing to compare with")
	}
	w := template(t, &full, grow)
	w.git("update-index", "-q", "--refresh") // the files of the copy are younger
	return w
}

func grow(w *world) {
	w.write("README", "one\n")
	w.write("config/settings.py", strings.Repeat("line\n", 200))
	w.commit("first")
	w.write(".env", "SECRET=1\n")
	w.write("deploy/.env.prod", "SECRET=2\n")
	w.commit("env")
	w.git("checkout", "-q", "-b", "side")
	w.write("side/.env", "A=1\n")
	w.write("config/settings.py", strings.Repeat("line\n", 200)+"side\n")
	w.commit("side")
	w.git("checkout", "-q", "main")
	w.remove(".env")
	w.write("README", "two\n")
	w.commit("gone")
	w.day++
	w.git("merge", "-q", "--no-ff", "-m", "merge", "side")
	w.git("tag", "-a", "-m", "v", "v1")
	w.write(".env", "SECRET=3\n")
	w.write("name with\nnewline é", "x")
	w.commit("again")
	w.remove("deploy")
	w.commit("no deploy")
	w.git("checkout", "-q", "-b", "lost", "v1")
	w.write("lost.pem", "x")
	w.commit("only on a branch")
	w.git("checkout", "-q", "main")
}

func TestAsGitSeesIt(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *world)
	}{
		{"loose", func(w *world) {}},
		{"packed refs", func(w *world) { w.git("pack-refs", "--all") }},
		{"packed objects", func(w *world) { w.git("gc", "-q", "--aggressive", "--prune=now") }},
		{"several packs", func(w *world) {
			w.git("repack", "-q", "-d")
			w.write("x", "y")
			w.commit("more")
			w.git("repack", "-q", "-d")
			w.git("checkout", "-q", "--detach")
		}},
		{"multi-pack-index and commit-graph", func(w *world) {
			w.git("repack", "-q", "-d")
			w.git("multi-pack-index", "write")
			w.git("commit-graph", "write", "--reachable")
		}},
		{"index v2", func(w *world) { w.git("update-index", "--index-version", "2") }},
		{"index v4", func(w *world) { w.git("update-index", "--index-version", "4") }},
		{"index v3, intent to add", func(w *world) { w.write("later", "x"); w.git("add", "-N", "later") }},
		{"index v4, intent to add", func(w *world) {
			w.write("later", "x")
			w.git("add", "-N", "later")
			w.git("update-index", "--index-version", "4")
		}},
		{"untracked cache and monitor", func(w *world) {
			w.git("update-index", "--force-untracked-cache")
			w.run("", "update-index", "--force-write-index", "--fsmonitor")
			w.git("status", "--porcelain")
		}},
		{"threads", func(w *world) {
			for i := range 300 {
				w.write(fmt.Sprintf("many/%03d/file", i), "x")
			}
			w.git("config", "index.threads", "4")
			w.git("config", "index.version", "4")
			w.commit("many")
		}},
		{"index without a checksum", func(w *world) { w.git("config", "index.skipHash", "true"); w.write("y", ""); w.commit("y") }},
		{"assume unchanged", func(w *world) { w.git("update-index", "--assume-unchanged", "README") }},
		{"staged, not committed", func(w *world) { w.write("new", "x"); w.git("add", "new"); w.git("rm", "-q", "README") }},
		{"resolve undo", func(w *world) {
			w.run("", "merge", "-q", "lost")
			w.git("rm", "-q", "--cached", "lost.pem")
		}},
		{"merge conflict", func(w *world) {
			w.git("checkout", "-q", "-b", "other", "HEAD~3")
			w.write("README", "three\n")
			w.write(".env", "SECRET=9\n")
			w.commit("three")
			if _, ok := w.run("", "merge", "main"); ok {
				w.t.Fatal("no conflict")
			}
		}},
		{"cone checkout", func(w *world) { w.git("sparse-checkout", "set", "--cone", "config") }},
		{"detached", func(w *world) { w.git("checkout", "-q", "--detach", "HEAD~2") }},
		{"remote branches", func(w *world) {
			w.git("update-ref", "refs/remotes/origin/x", "lost")
			w.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
			w.git("branch", "-q", "-D", "lost")
		}},
		{"stash", func(w *world) { w.write("README", "stashed\n"); w.git("stash", "-q") }},
		{"evil merge", func(w *world) {
			w.day++
			w.git("merge", "-q", "--no-commit", "--no-ff", "lost")
			w.write("evil.env", "x")
			w.git("rm", "-q", "-f", "lost.pem")
			w.git("add", "evil.env")
			w.git("commit", "-q", "-m", "evil")
		}},
		{"octopus", func(w *world) {
			w.git("checkout", "-q", "-b", "o1", "main~1")
			w.write("o1", "1")
			w.commit("o1")
			w.git("checkout", "-q", "-b", "o2", "main~1")
			w.write("o2", "1")
			w.commit("o2")
			w.git("checkout", "-q", "main")
			w.day++
			w.git("merge", "-q", "-m", "octopus", "o1", "o2")
		}},
		{"two roots", func(w *world) {
			w.git("checkout", "-q", "--orphan", "pages")
			w.git("rm", "-r", "-q", "-f", ".")
			w.write("index.html", "x")
			w.commit("pages")
		}},
		{"file becomes folder", func(w *world) {
			w.remove("README")
			w.write("README/x", "x")
			w.commit("folder")
			w.remove("README")
			w.write("README", "x")
			w.commit("file")
		}},
		{"tag of a file and of a tree", func(w *world) {
			w.git("tag", "blob", "HEAD:README")
			w.git("tag", "tree", "HEAD:config")
			w.git("tag", "-a", "-m", "x", "nested", "v1")
		}},
		{"link and mode", func(w *world) {
			os.Symlink("README", filepath.Join(w.dir, "link"))
			w.commit("link")
			w.remove("link")
			w.write("link", "x")
			w.commit("no link")
		}},
		{"old dates", func(w *world) {
			w.day = -20000
			w.write("old", "x")
			w.git("add", "old")
			w.git("commit", "-q", "-m", "before its parent")
		}},
		{"blobless", func(w *world) {
			w.git("config", "remote.origin.promisor", "true")
			w.git("config", "remote.origin.partialclonefilter", "blob:none")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := grown(t)
			tt.do(w)
			r := w.open()
			w.sameFiles(r)
			w.sameHistory(r)
			if r.Reason() != "" {
				t.Errorf("Reason = %q", r.Reason())
			}
			h, branch, ok := r.Head()
			if want := strings.TrimSpace(w.git("rev-parse", "HEAD")); h.String() != want || !ok {
				t.Errorf("Head = %v %v, want %s", h, ok, want)
			}
			if want, _ := w.run("", "symbolic-ref", "--short", "-q", "HEAD"); branch != strings.TrimSpace(want) {
				t.Errorf("branch = %q, want %q", branch, want)
			}
		})
	}
}

func TestHistoryOfOneFile(t *testing.T) {
	t.Parallel()
	w := grown(t)
	for _, packed := range []bool{false, true} {
		if packed {
			w.git("gc", "-q", "--prune=now")
		}
		r := w.open()
		h := r.History(func(p string) bool { return p == ".env" }, Limits{})
		var got []string
		for _, e := range h.Events {
			text, err := r.Blob(e.Blob, 100)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s %s %s", e.Change, e.Date, strings.TrimSpace(string(text))))
		}
		want := []string{"added 2024-01-03 SECRET=1", "deleted 2024-01-05 SECRET=1", "added 2024-01-07 SECRET=3"}
		if !slices.Equal(got, want) {
			t.Errorf("packed %v: %q, want %q", packed, got, want)
		}
	}
}

func TestBlob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("f", strings.Repeat("0123456789", 100))
	w.commit("f")
	r := w.open()
	h, _ := parseHash(strings.TrimSpace(w.git("rev-parse", "HEAD:f")))
	c, _, _ := r.Head()
	if data, err := r.Blob(h, 1000); err != nil || len(data) != 1000 {
		t.Errorf("%d %v", len(data), err)
	}
	if _, err := r.Blob(h, 999); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := r.Blob(Hash{1}, 999); !errors.Is(err, ErrNotFound) {
		t.Errorf("not there: %v", err)
	}
	if _, err := r.Blob(c, 999); !errors.Is(err, ErrNotFound) {
		t.Errorf("a commit: %v", err)
	}
	other := w.git("rev-parse", "HEAD^{tree}")
	name := h.String()
	p := filepath.Join(w.dir, ".git/objects", name[:2], name[2:])
	os.Chmod(p, 0o644)
	if err := os.WriteFile(p, []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Blob(h, 1000); !errors.Is(err, ErrCorrupt) {
		t.Errorf("damaged: %v (%s)", err, other)
	}
}

func TestUnknown(t *testing.T) {
	sha256 := func(t *testing.T) *world { return newWorld(t, "--object-format=sha256") }
	for _, tt := range []struct {
		name, reason string
		make         func(t *testing.T) *world
		tracked      State // of "f", which is
		history      string
	}{
		{"no git", "no .git directory", func(t *testing.T) *world { w := grown(t); w.remove(".git"); return w }, Unknown, "no .git directory"},
		{"split index", "split index", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("update-index", "--split-index")
			w.write("g", "")
			w.git("add", "g")
			return w
		}, Unknown, ""},
		{"SHA-256", "SHA-256", func(t *testing.T) *world { w := sha256(t); w.write("f", ""); w.commit("f"); return w }, Unknown, "SHA-256"},
		{"work tree", "elsewhere", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("worktree", "add", "-q", "../w2")
			w.dir = filepath.Join(filepath.Dir(w.dir), "w2")
			return w
		}, Unknown, "elsewhere"},
		{"sparse index", "sparse", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.write("a/x", "")
			w.write("b/c/y", "")
			w.commit("f")
			w.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
			return w
		}, Yes, ""},
		{"unknown extension", "extension", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("config", "core.repositoryformatversion", "1")
			w.git("config", "extensions.future", "true")
			return w
		}, Unknown, "extension"},
		{"no checkout", "without checkout", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("clone", "-q", "--no-checkout", ".", "../n")
			w.dir = filepath.Join(filepath.Dir(w.dir), "n")
			return w
		}, Unknown, ""},
		{"work tree elsewhere", "core.worktree", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("config", "core.worktree", "/")
			return w
		}, Unknown, "core.worktree"},
		{"linked", "link", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			os.Rename(filepath.Join(w.dir, ".git"), filepath.Join(w.dir, "../real"))
			os.Symlink("../real", filepath.Join(w.dir, ".git"))
			return w
		}, Unknown, "link"},
		{"linked index", "link", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			os.Rename(filepath.Join(w.dir, ".git/index"), filepath.Join(w.dir, "../index"))
			os.Symlink("../../index", filepath.Join(w.dir, ".git/index"))
			return w
		}, Unknown, ""},
		{"linked objects", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			os.Rename(filepath.Join(w.dir, ".git/objects"), filepath.Join(w.dir, "../objects"))
			os.Symlink("../../objects", filepath.Join(w.dir, ".git/objects"))
			return w
		}, Yes, "link"},
		{"alternates", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("clone", "-q", "--shared", ".", "../n")
			w.dir = filepath.Join(filepath.Dir(w.dir), "n")
			return w
		}, Yes, "alternates"},
		{"shallow", "", func(t *testing.T) *world {
			w := grown(t)
			w.write("f", "")
			w.commit("f")
			w.git("clone", "-q", "--depth=2", "file://"+w.dir, "../n")
			w.dir = filepath.Join(filepath.Dir(w.dir), "n")
			return w
		}, Yes, "shallow"},
		{"treeless", "", func(t *testing.T) *world {
			w := grown(t)
			w.write("f", "")
			w.commit("f")
			w.git("config", "uploadpack.allowfilter", "true")
			w.git("clone", "-q", "--filter=tree:0", "file://"+w.dir, "../n")
			w.dir = filepath.Join(filepath.Dir(w.dir), "n")
			return w
		}, Yes, "partial clone"},
		{"missing tree", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("d/x", "")
			w.write("f", "")
			w.commit("f")
			h := strings.TrimSpace(w.git("rev-parse", "HEAD:d"))
			w.remove(".git/objects/" + h[:2])
			return w
		}, Yes, "missing"},
		{"damaged commit", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			h := strings.TrimSpace(w.git("rev-parse", "HEAD"))
			w.remove(".git/objects/" + h[:2] + "/" + h[2:])
			w.write(".git/objects/"+h[:2]+"/"+h[2:], "x")
			return w
		}, Yes, "cannot be read"},
		{"reftable", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.git("config", "core.repositoryformatversion", "1")
			w.git("config", "extensions.refstorage", "reftable")
			return w
		}, Yes, "reftable"},
		{"broken reference", "", func(t *testing.T) *world {
			w := newWorld(t)
			w.write("f", "")
			w.commit("f")
			w.write(".git/refs/heads/x", "")
			return w
		}, Yes, "broken"},
		{"grafts", "", func(t *testing.T) *world {
			w := grown(t)
			w.write("f", "")
			w.commit("f")
			w.write(".git/info/grafts", strings.TrimSpace(w.git("rev-parse", "HEAD"))+"\n")
			return w
		}, Yes, "grafted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := tt.make(t)
			r := w.open()
			if !strings.Contains(r.Reason(), tt.reason) || (r.Reason() == "") != (tt.tracked == Yes && tt.reason == "") && tt.reason == "" && tt.tracked == Yes {
				t.Errorf("Reason = %q, want %q", r.Reason(), tt.reason)
			}
			if s, why := r.Tracked("f"); s != tt.tracked || (s == Unknown) != (why != "") {
				t.Errorf("Tracked = %v %q, want %v", s, why, tt.tracked)
			}
			h := r.History(func(string) bool { return true }, Limits{})
			if tt.history == "" {
				if h.Complete != Yes {
					t.Errorf("history: %s", h.Reason)
				}
			} else if h.Complete != Unknown || !strings.Contains(h.Reason, tt.history) {
				t.Errorf("history %v, reason %q, want %q", h.Complete, h.Reason, tt.history)
			}
		})
	}
}

// The folders that a sparse index sums up hold files that are tracked or not: both must come out unknown.
func TestSparseIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("f", "")
	w.write("a/x", "")
	w.write("b/c/y", "")
	w.write("b.txt", "")
	w.commit("f")
	w.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
	r := w.open()
	want := map[string]State{"f": Yes, "a/x": Yes, "b/c/y": Unknown, "b/none": Unknown, "b.txt": Yes, "b": No, "a/none": No, "none": No}
	for p, s := range want {
		if got, why := r.Tracked(p); got != s {
			t.Errorf("Tracked(%q) = %v %q, want %v", p, got, why, s)
		}
	}
	if files, s, why := r.TrackedFiles(); s != Unknown || why == "" || !slices.Contains(files, "a/x") {
		t.Errorf("%q %v %q", files, s, why)
	}
}

func TestSubmodule(t *testing.T) {
	t.Parallel()
	sub := newWorld(t)
	sub.write("x", "")
	sub.commit("x")
	w := newWorld(t)
	w.write("f", "")
	w.commit("f")
	w.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", "file://"+sub.dir, "libs/sub")
	w.write(".gitignore", "*.log\n")
	w.commit("sub")
	r := w.open()
	w.sameFiles(r)
	w.sameHistory(r)
	if s, why := r.Tracked("libs/sub/x"); s != Unknown || !strings.Contains(why, "submodule") {
		t.Errorf("%v %q", s, why)
	}
	if s, _ := r.Tracked("libs/sub"); s != No {
		t.Errorf("the submodule is no file: %v", s)
	}
	if m := r.Ignored("libs/sub/x.log", false); m.State != Unknown {
		t.Errorf("%+v", m)
	}
	if got := r.Submodules(); !slices.Equal(got, []string{"libs/sub"}) {
		t.Errorf("%q", got)
	}
	// From the inside: .git is a file that points out of the root.
	r = Open(os.DirFS(filepath.Join(w.dir, "libs/sub")))
	if s, why := r.Tracked("x"); s != Unknown || !strings.Contains(why, "elsewhere") {
		t.Errorf("%v %q", s, why)
	}
}
