package git

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func (w *world) rev(name string) Hash {
	w.t.Helper()
	h, ok := parseHash(strings.TrimSpace(w.git("rev-parse", name)))
	if !ok {
		w.t.Fatalf("%s names no object", name)
	}
	return h
}

func TestFS(t *testing.T) {
	t.Parallel()
	w := grown(t)
	if err := os.Symlink("config/settings.py", filepath.Join(w.dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(w.dir, "out")); err != nil {
		t.Fatal(err)
	}
	w.write("run.sh", "#!/bin/sh\n")
	os.Chmod(filepath.Join(w.dir, "run.sh"), 0o755)
	w.commit("links")
	w.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("ab", 20)+",libs/sub")
	w.git("commit", "-q", "-m", "a submodule")
	want := map[string]string{}
	for _, packed := range []bool{false, true} {
		if packed {
			w.git("repack", "-q", "-a", "-d")
		}
		r := w.open()
		fsys, err := r.FS(w.rev("HEAD"))
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(fsys, "README", "config/settings.py", "link", "libs/sub", "name with\nnewline é", "side/.env"); err != nil {
			t.Error(err)
		}
		for _, f := range w.lsFiles() {
			if want[f] == "" {
				want[f], _ = w.run("", "show", "HEAD:"+f)
			}
			if got, err := fs.ReadFile(fsys, f); err != nil || string(got) != want[f] {
				t.Errorf("%q: %q %v, want %q", f, got, err, want[f])
			}
		}
		for name, mode := range map[string]fs.FileMode{"link": fs.ModeSymlink | 0o444, "libs/sub": fs.ModeDir | 0o555, "run.sh": 0o555, "README": 0o444, ".": fs.ModeDir | 0o555} {
			if fi, err := fs.Stat(fsys, name); err != nil || fi.Mode() != mode {
				t.Errorf("%s: %v %v, want %v", name, fi, err, mode)
			}
		}
		if target, err := fs.ReadLink(fsys, "out"); target != "/etc" || err != nil {
			t.Errorf("%q %v", target, err)
		}
		for _, name := range []string{"out/passwd", "link/x", "README/x", "none", "libs/sub/x"} {
			if _, err := fs.ReadFile(fsys, name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := fs.ReadFile(fsys, "../x"); !errors.Is(err, fs.ErrInvalid) {
			t.Error(err)
		}
		old, err := r.FS(w.rev("HEAD~3"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(old, "deploy/.env.prod"); string(got) != "SECRET=2\n" || err != nil {
			t.Errorf("%q %v", got, err)
		}
	}
}

func TestFSMissing(t *testing.T) {
	t.Parallel()
	w := grown(t)
	blob, tree, head := w.rev("HEAD:README").String(), w.rev("HEAD:config").String(), w.rev("HEAD")
	w.remove(".git/objects/" + blob[:2] + "/" + blob[2:])
	w.remove(".git/objects/" + tree[:2] + "/" + tree[2:])
	r := w.open()
	fsys, err := r.FS(head)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README", "config/settings.py"} {
		if _, err := fs.ReadFile(fsys, name); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fs.ReadFile(fsys, "side/.env"); err != nil {
		t.Error(err)
	}
	for _, h := range []Hash{{}, {1}, w.rev("HEAD:side")} {
		if _, err := r.FS(h); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v: %v", h, err)
		}
	}
	if _, err := Open(fstest.MapFS{}).FS(head); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "no .git") {
		t.Error(err)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	w := grown(t)
	w.git("update-ref", "refs/remotes/origin/x", "lost")
	w.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/x")
	for _, packed := range []bool{false, true} {
		if packed {
			w.git("pack-refs", "--all")
		}
		r := w.open()
		for _, rev := range []string{"HEAD", "main", "lost", "refs/heads/main", "refs/remotes/origin/x", "origin/x", "v1", "refs/tags/v1", w.rev("main~2").String(), w.rev("v1").String(),
			"refs/remotes/origin/HEAD"} {
			if got, err := r.Resolve(rev); err != nil || got != w.rev(rev+"^{commit}") {
				t.Errorf("%s: %v %v", rev, got, err)
			}
		}
		for _, rev := range []string{"", "none", "../HEAD", "refs/heads/../../HEAD", w.rev("HEAD:README").String(), strings.Repeat("0", 40), "HEAD~1", "a b"} {
			if got, err := r.Resolve(rev); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %v %v", rev, got, err)
			}
		}
		parents, err := r.Parents(w.rev("v1^{commit}"))
		if want := strings.Fields(w.git("rev-list", "--parents", "-1", "v1"))[1:]; err != nil || len(parents) != len(want) || parents[1].String() != want[1] {
			t.Errorf("%v %v, want %v", parents, err, want)
		}
	}
}

// Every pair of commits of graphs drawn by lot, with wrong clocks, has the merge base that git names.
func TestMergeBase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tree := strings.TrimSpace(w.git("write-tree"))
	rnd := rand.New(rand.NewSource(4))
	var ids []string
	for i := range 24 {
		args := []string{"commit-tree", tree, "-m", string(rune('a' + i))}
		for range rnd.Intn(3) {
			if i > 0 {
				if p := ids[max(0, i-1-rnd.Intn(5))]; !slices.Contains(args, p) {
					args = append(args, "-p", p)
				}
			}
		}
		w.day = i + 1 + rnd.Intn(4)
		ids = append(ids, strings.TrimSpace(w.git(args...)))
	}
	r := w.open()
	for range 36 {
		a, b := ids[rnd.Intn(len(ids))], ids[rnd.Intn(len(ids))]
		out, _ := w.run("", "merge-base", "--all", a, b)
		ha, _ := parseHash(a)
		hb, _ := parseHash(b)
		got, err := r.MergeBase(ha, hb)
		switch {
		case out == "" && !errors.Is(err, ErrNotFound):
			t.Errorf("%s %s: %v %v, want none", a, b, got, err)
		case out != "" && (err != nil || !strings.Contains(out, got.String())):
			t.Errorf("%s %s: %v %v, want one of %q", a, b, got, err, out)
		}
	}
	g := grown(t)
	g.git("clone", "-q", "--depth=1", "--no-single-branch", "file://"+g.dir, "../n")
	g.dir = filepath.Join(filepath.Dir(g.dir), "n")
	if got, err := g.open().MergeBase(g.rev("HEAD"), g.rev("origin/lost")); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("%v %v", got, err)
	}
}

// seedFile returns one file of a real .git, to start fuzzing from.
func seedFile(f *testing.F, w *world, pattern string) []byte {
	f.Helper()
	names, err := filepath.Glob(filepath.Join(w.dir, ".git", pattern))
	if err != nil || len(names) == 0 {
		f.Fatalf("no %s: %v", pattern, err)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		f.Fatal(err)
	}
	return data
}

func FuzzIndex(f *testing.F) {
	w := grown(f)
	f.Add(seedFile(f, w, "index"))
	w.git("update-index", "--index-version", "4")
	f.Add(seedFile(f, w, "index"))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.Clone(data)
		if len(data) > 32 {
			clear(data[len(data)-20:]) // no checksum is right after a change; zeros stand for none
		}
		x, err := parseIndex(data)
		if err != nil {
			return
		}
		for i, e := range x.entries {
			if !validName(e.path, true) || i > 0 && x.entries[i-1].path >= e.path {
				t.Fatalf("entry %d: %q", i, e.path)
			}
		}
	})
}

func FuzzPack(f *testing.F) {
	w := grown(f)
	w.git("gc", "-q", "--aggressive", "--prune=now")
	head := w.rev("HEAD")
	f.Add(seedFile(f, w, "objects/pack/*.idx"), seedFile(f, w, "objects/pack/*.pack"))
	f.Fuzz(func(t *testing.T, idx, data []byte) {
		m := fstest.MapFS{
			".git/HEAD": {Data: []byte(head.String())}, ".git/refs/heads/x": {Data: []byte(head.String())},
			".git/objects/pack/a.idx": {Data: idx}, ".git/objects/pack/a.pack": {Data: data},
		}
		r := Open(m)
		h := r.History(func(p string) bool { return strings.Contains(p, ".env") }, Limits{Bytes: 64 << 20})
		if (h.Complete == Yes) != (h.Reason == "") {
			t.Fatalf("%v %q", h.Complete, h.Reason)
		}
		fsys, err := r.FS(head)
		if err != nil {
			return
		}
		n := 0
		fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
			if n++; n > 1000 || err != nil {
				return fs.SkipAll
			}
			if !fs.ValidPath(p) {
				t.Fatalf("%q", p)
			}
			if !d.IsDir() {
				fs.ReadFile(fsys, p)
			}
			return nil
		})
	})
}

func FuzzTree(f *testing.F) {
	f.Add([]byte("100644 a\x00" + strings.Repeat("x", 20) + "40000 b\x00" + strings.Repeat("y", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseTree(data)
		for i, e := range entries {
			if err != nil || !fs.ValidPath(e.name) || strings.Contains(e.name, "/") || i > 0 && entries[i-1].name >= e.name {
				t.Fatalf("%q %v", e.name, err)
			}
		}
		parseCommit(data)
		parseConfig(data)
		parseRef(data)
	})
}

func FuzzIgnore(f *testing.F) {
	for _, s := range []string{"*.env\n!a/**/b\n", "[[:alpha:]-z]x\\ \n", "/a/*/\r\n**\n", "foo**/bar", "\ufeff#\n\\#[!]]"} {
		f.Add([]byte(s), "a/b/.env")
	}
	f.Fuzz(func(t *testing.T, rules []byte, name string) {
		last := 0
		for _, p := range parseRules(rules) {
			if p.start < last || p.end < p.start || p.end > len(rules) || bytes.ContainsRune(rules[p.start:p.end], '\n') {
				t.Fatalf("a rule from %d to %d of %q", p.start, p.end, rules)
			}
			last = p.end
		}
		r := Open(fstest.MapFS{".gitignore": {Data: rules}, ".git/HEAD": {Data: []byte("ref: refs/heads/main")}})
		m := r.Ignored(name, false)
		if m.State == Yes && (m.Rule.IsZero() || m.Negated) || (m.State == Unknown) != (m.Reason != "") {
			t.Fatalf("%+v", m)
		}
		if again := r.Ignored(name, false); again.State != m.State || again.Rule != m.Rule {
			t.Fatalf("%+v, then %+v", m, again)
		}
	})
}
