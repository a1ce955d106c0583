package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	maxFSBlob  = 32 << 20  // bytes of one file of a commit
	maxFSBytes = 2 << 30   // bytes inflated for one file system
	maxFSTree  = 200_000   // entries of one folder
	maxFSTrees = 4096      // folders kept
	maxWalk    = 1_000_000 // commits looked at by MergeBase
)

// Commit objects name their tree and parents first; the modes of trees are those of gitformat-index.
const (
	modeDir       = 0o040000
	modeLink      = 0o120000
	modeSubmodule = 0o160000
)

// FS returns the tree of a commit as a read-only file system that reads objects when they are asked for. Links are files of mode
// fs.ModeSymlink whose content is their target, which nothing follows; submodules are empty folders. It implements fs.ReadDirFS,
// fs.ReadFileFS, fs.StatFS and fs.ReadLinkFS and may be used concurrently. Errors, of FS itself and of the files, wrap
// ErrNotFound where an object is not in the repository, ErrTooLarge and ErrCorrupt. All files have the commit's time.
func (r *Repository) FS(commit Hash) (fs.FS, error) {
	c, _, err := r.commit(commit)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", commit.Short(), err)
	}
	t := &treeFS{repo: r, when: time.Unix(c.when, 0).UTC(), left: maxFSBytes, trees: map[Hash][]treeEntry{}}
	if _, err := t.tree(c.tree); err != nil {
		return nil, fmt.Errorf("read the tree of commit %s: %w", commit.Short(), err)
	}
	t.root = treeEntry{mode: modeDir, hash: c.tree, name: "."}
	return t, nil
}

// object reads one object under the store's lock.
func (r *Repository) object(h Hash, kind byte, limit int, budget int64) ([]byte, error) {
	if r.gone != "" {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, r.gone)
	}
	r.storeMu.Lock()
	defer r.storeMu.Unlock()
	s := r.objects()
	s.budget = budget
	data, err := s.read(h, kind, limit)
	switch {
	case errors.Is(err, errBudget):
		return nil, ErrTooLarge
	case errors.Is(err, errKind):
		return nil, fmt.Errorf("%w: %s is of another kind", ErrNotFound, h.Short())
	case err != nil && s.packErr != nil && errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("%w: its packs cannot be read", ErrNotFound)
	}
	return bytes.Clone(data), err // the store keeps what it returns
}

func (r *Repository) commit(h Hash) (commit, []Hash, error) {
	data, err := r.object(h, kindCommit, maxCommit, 4*maxObject)
	if err != nil {
		return commit{}, nil, err
	}
	c, parents, ok := parseCommit(data)
	if !ok {
		return commit{}, nil, fmt.Errorf("%w: a commit", ErrCorrupt)
	}
	return c, parents, nil
}

type treeEntry struct {
	mode uint32
	hash Hash
	name string
}

type treeFS struct {
	repo *Repository
	root treeEntry
	when time.Time

	mu    sync.Mutex
	left  int64 // bytes that may still be inflated
	trees map[Hash][]treeEntry
}

// read returns the content of an object, charged to this file system.
func (t *treeFS) read(h Hash, kind byte, limit int) ([]byte, error) {
	t.mu.Lock()
	left := t.left
	t.mu.Unlock()
	if left < 0 {
		return nil, ErrTooLarge
	}
	data, err := t.repo.object(h, kind, limit, max(left, 2*maxObject))
	t.mu.Lock()
	t.left -= int64(len(data)) + 64
	t.mu.Unlock()
	return data, err
}

// tree returns the entries of a tree by name. Names that no file system has are left out: git does not check them out either.
func (t *treeFS) tree(h Hash) ([]treeEntry, error) {
	t.mu.Lock()
	entries, ok := t.trees[h]
	t.mu.Unlock()
	if ok {
		return entries, nil
	}
	data, err := t.read(h, kindTree, maxTree)
	if err != nil {
		return nil, err
	}
	if entries, err = parseTree(data); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.trees) >= maxFSTrees {
		clear(t.trees)
	}
	t.trees[h] = entries
	return entries, nil
}

func parseTree(data []byte) (entries []treeEntry, err error) {
	for len(data) > 0 {
		head, rest, ok := bytes.Cut(data, []byte{0})
		digits, name, space := bytes.Cut(head, []byte{' '})
		if !ok || !space || len(rest) < 20 || len(digits) > 7 || len(digits) == 0 {
			return nil, fmt.Errorf("%w: a tree", ErrCorrupt)
		}
		e := treeEntry{name: string(name), hash: Hash(rest[:20])}
		for _, d := range digits {
			if d < '0' || d > '7' {
				return nil, fmt.Errorf("%w: a tree", ErrCorrupt)
			}
			e.mode = e.mode<<3 | uint32(d-'0')
		}
		data = rest[20:]
		if n := e.name; n == "" || n == "." || n == ".." || strings.Contains(n, "/") || strings.EqualFold(n, ".git") || !fs.ValidPath(n) || len(n) > maxPath {
			continue
		}
		if entries = append(entries, e); len(entries) > maxFSTree {
			return nil, ErrTooLarge
		}
	}
	slices.SortStableFunc(entries, func(a, b treeEntry) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(entries, func(a, b treeEntry) bool { return a.name == b.name }), nil
}

// find walks down to a name. Links on the way are not followed.
func (t *treeFS) find(op, name string) (treeEntry, error) {
	fail := func(err error) (treeEntry, error) { return treeEntry{}, &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	at := t.root
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if at.mode&0o170000 != modeDir {
			return fail(fs.ErrNotExist)
		}
		entries, err := t.tree(at.hash)
		if err != nil {
			return fail(err)
		}
		i, ok := slices.BinarySearchFunc(entries, part, func(e treeEntry, s string) int { return strings.Compare(e.name, s) })
		if !ok {
			return fail(fs.ErrNotExist)
		}
		at = entries[i]
	}
	return at, nil
}

func (t *treeFS) Open(name string) (fs.File, error) {
	e, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.isDir() {
		entries, err := t.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &treeDir{info: t.info(e), name: name, entries: entries}, nil
	}
	data, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	info := t.info(e)
	info.size = int64(len(data))
	return &treeFile{Reader: bytes.NewReader(data), info: info}, nil
}

// ReadFile returns the content of a file, or the target of a link.
func (t *treeFS) ReadFile(name string) ([]byte, error) {
	e, err := t.find("readfile", name)
	if err == nil && e.isDir() {
		err = &fs.PathError{Op: "readfile", Path: name, Err: errors.New("is a directory")}
	}
	if err != nil {
		return nil, err
	}
	data, err := t.read(e.hash, kindBlob, maxFSBlob)
	if err != nil {
		return nil, &fs.PathError{Op: "readfile", Path: name, Err: err}
	}
	return data, nil
}

// ReadDir returns the entries of a folder, sorted by name. A submodule has none.
func (t *treeFS) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.find("readdir", name)
	if err == nil && !e.isDir() {
		err = &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	if err != nil || e.mode&0o170000 == modeSubmodule {
		return nil, err
	}
	entries, err := t.tree(e.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	out := make([]fs.DirEntry, len(entries))
	for i, e := range entries {
		out[i] = &treeDirEntry{t, e, path.Join(name, e.name)}
	}
	return out, nil
}

// Stat returns what is known of a file. The size of one costs reading it.
func (t *treeFS) Stat(name string) (fs.FileInfo, error) {
	e, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	info := t.info(e)
	if !e.isDir() {
		data, err := t.read(e.hash, kindBlob, maxFSBlob)
		if err != nil {
			return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
		}
		info.size = int64(len(data))
	}
	return info, nil
}

// Lstat is Stat: no link is ever followed.
func (t *treeFS) Lstat(name string) (fs.FileInfo, error) { return t.Stat(name) }

// ReadLink returns the target of a link.
func (t *treeFS) ReadLink(name string) (string, error) {
	e, err := t.find("readlink", name)
	if err == nil && e.mode&0o170000 != modeLink {
		err = &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return "", err
	}
	data, err := t.read(e.hash, kindBlob, maxPath)
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return string(data), nil
}

func (e treeEntry) isDir() bool {
	return e.mode&0o170000 == modeDir || e.mode&0o170000 == modeSubmodule
}

func (e treeEntry) fileMode() fs.FileMode {
	switch e.mode & 0o170000 {
	case modeDir, modeSubmodule:
		return fs.ModeDir | 0o555
	case modeLink:
		return fs.ModeSymlink | 0o444
	}
	return 0o444 | fs.FileMode(e.mode&0o111)
}

func (t *treeFS) info(e treeEntry) *treeInfo { return &treeInfo{e, 0, t.when} }

type treeInfo struct {
	treeEntry
	size int64
	when time.Time
}

func (i *treeInfo) Name() string       { return i.name }
func (i *treeInfo) Size() int64        { return i.size }
func (i *treeInfo) Mode() fs.FileMode  { return i.fileMode() }
func (i *treeInfo) ModTime() time.Time { return i.when }
func (i *treeInfo) IsDir() bool        { return i.isDir() }
func (i *treeInfo) Sys() any           { return nil }

type treeDirEntry struct {
	t *treeFS
	treeEntry
	path string
}

func (d *treeDirEntry) Name() string               { return d.name }
func (d *treeDirEntry) IsDir() bool                { return d.isDir() }
func (d *treeDirEntry) Type() fs.FileMode          { return d.fileMode().Type() }
func (d *treeDirEntry) Info() (fs.FileInfo, error) { return d.t.Stat(d.path) }

type treeFile struct {
	*bytes.Reader
	info *treeInfo
}

func (f *treeFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *treeFile) Close() error               { return nil }

type treeDir struct {
	info    *treeInfo
	name    string
	entries []fs.DirEntry
}

func (d *treeDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *treeDir) Close() error               { return nil }
func (d *treeDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: errors.New("is a directory")}
}

func (d *treeDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.entries)
	} else if len(d.entries) == 0 {
		return nil, io.EOF
	}
	out := d.entries[:min(n, len(d.entries))]
	d.entries = d.entries[len(out):]
	return out, nil
}
