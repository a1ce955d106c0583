package git

import (
	"io/fs"
	"slices"
	"strings"
)

// A Snapshot says that a file system is the tree of a commit: it has no .git and no work tree, every file in it is tracked, and
// nothing else is there.
type Snapshot struct {
	// Of is the repository that the commit is in, and answers for what was once committed; nil where only the files are known.
	Of *Repository
	// Commit is the commit, from which Of's history is seen.
	Commit Hash
}

// OpenSnapshot answers for the tree of a commit. Paths are all files of the tree. Without a repository History is Unknown.
func OpenSnapshot(fsys fs.FS, paths []string, s Snapshot) *Repository {
	r := &Repository{fsys: fsys, folders: map[string]*folder{}, gone: "only the files of the commit are known", isRoot: true, snapshot: &s}
	x := &index{complete: true, entries: make([]entry, 0, len(paths))}
	for _, p := range slices.Sorted(slices.Values(paths)) {
		x.entries = append(x.entries, entry{path: p})
	}
	x.entries = slices.CompactFunc(x.entries, func(a, b entry) bool { return strings.Compare(a.path, b.path) == 0 })
	r.indexOnce.Do(func() { r.index = x })
	return r
}

// origin returns the repository that knows the history of a snapshot, or nil.
func (r *Repository) origin() *Repository {
	if r.snapshot == nil {
		return nil
	}
	return r.snapshot.Of
}

// ParseHash returns the hash that 40 hexadecimal digits in lower case write, the zero Hash for any other text.
func ParseHash(s string) Hash {
	h, ok := parseHash(s)
	if !ok {
		return Hash{}
	}
	return h
}
