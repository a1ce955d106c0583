package git

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// A Repository is the git data of one directory. Its methods may be called concurrently.
type Repository struct {
	fsys   fs.FS
	gone   string // why .git tells nothing; "" if it does
	isRoot bool   // the root is known to be the root of a work tree
	config config

	indexOnce sync.Once
	index     *index

	ignoreMu sync.Mutex
	folders  map[string]*folder

	storeMu sync.Mutex
	store   *store

	snapshot *Snapshot // nil for a work tree
}

// Open looks at the .git directory at the root of fsys. It never fails: what cannot be known is answered Unknown, and Reason
// says why.
func Open(fsys fs.FS) *Repository {
	r := &Repository{fsys: fsys, folders: map[string]*folder{}}
	r.gone = r.inspect()
	return r
}

func (r *Repository) inspect() string {
	fi, err := fs.Lstat(r.fsys, ".git")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no .git directory"
	case err != nil:
		return "the .git directory cannot be read"
	case fi.Mode()&fs.ModeSymlink != 0:
		r.isRoot = true
		return ".git is a link, which is not followed"
	case fi.Mode().IsRegular():
		data, err := readFile(r.fsys, ".git", maxRefFile)
		if err != nil || !strings.HasPrefix(string(data), "gitdir:") {
			return ".git is a file that says nothing"
		}
		r.isRoot = true
		return ".git points to a git directory elsewhere (a worktree or a submodule), which is not read"
	case !fi.IsDir():
		return ".git is not a directory"
	}
	if _, err := lstat(r.fsys, ".git/HEAD"); err != nil {
		return "the .git directory is not a repository: it has no HEAD"
	}
	if _, err := lstat(r.fsys, ".git/commondir"); err == nil {
		return "the .git directory shares another one (commondir), which is not read"
	}
	r.isRoot = true
	data, err := readFile(r.fsys, ".git/config", maxConfig)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("the git configuration cannot be read: %v", plain(err))
	}
	r.config = parseConfig(data)
	return r.format()
}

// format says what keeps this reader from understanding the repository's format. Git refuses unknown extensions too
// (gitrepository-layout, "repository format version").
func (r *Repository) format() string {
	switch v := r.config["core.repositoryformatversion"]; v {
	case "", "0", "1":
	default:
		return "the repository has an unknown format version"
	}
	for _, k := range slices.Sorted(keys(r.config)) {
		ext, ok := strings.CutPrefix(k, "extensions.")
		if !ok {
			continue
		}
		switch ext {
		case "noop", "preciousobjects", "partialclone", "worktreeconfig", "relativeworktrees", "compatobjectformat", "refstorage":
		case "objectformat":
			if f := strings.ToLower(r.config[k]); f != "sha1" {
				return "the repository uses the " + map[bool]string{true: "SHA-256", false: "an unknown"}[f == "sha256"] + " object format"
			}
		default:
			if r.config["core.repositoryformatversion"] == "1" {
				return "the repository uses an extension that is not known here"
			}
		}
	}
	if r.config.isTrue("core.bare") {
		return "the repository is bare"
	}
	if w := r.config["core.worktree"]; w != "" && w != ".." && w != "../" { // relative to .git
		return "the work tree of .git is elsewhere (core.worktree)"
	}
	return ""
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// plain strips an error of the names that the file system puts in: they may be long and are the scanned repository's.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// Reason says why not everything is known of the index, in a few words such as "no .git directory"; "" if it was read in full.
func (r *Repository) Reason() string { return r.readIndex().reason }

func (r *Repository) readIndex() *index {
	r.indexOnce.Do(func() {
		r.index = &index{reason: r.gone}
		if r.gone != "" {
			return
		}
		data, err := readFile(r.fsys, ".git/index", maxIndex)
		if errors.Is(err, fs.ErrNotExist) {
			if _, _, ok := r.Head(); ok {
				r.index.reason = "there is no index (a clone without checkout)"
			} else if h, b := r.headFile(); h.IsZero() && b == "" {
				r.index.reason = "there is no index, and HEAD is damaged"
			} else {
				r.index.complete = true
			}
			return
		}
		if err == nil {
			r.index, err = parseIndex(data)
		}
		if err != nil {
			r.index = &index{reason: fmt.Sprintf("the index cannot be read: %v", plain(err))}
		}
	})
	return r.index
}

// Tracked reports whether the file at the root-relative slash-separated path is in the index. A folder is not a file.
func (r *Repository) Tracked(path string) (state State, reason string) {
	x := r.readIndex()
	if _, ok := x.find(path); ok {
		return Yes, ""
	}
	if in, ok := within(x.submodules, path); ok {
		return Unknown, in + " is a submodule"
	}
	if in, ok := within(x.sparse, path); ok {
		return Unknown, in + " is outside the sparse checkout"
	}
	if !x.complete {
		return Unknown, x.reason
	}
	return No, ""
}

// TrackedFiles returns the sorted paths of all files of the index, submodules left out. State is Yes if that is all of them;
// Unknown, with a reason, if there may be more.
func (r *Repository) TrackedFiles() (paths []string, complete State, reason string) {
	x := r.readIndex()
	paths = make([]string, len(x.entries))
	for i, e := range x.entries {
		paths[i] = e.path
	}
	if !x.complete || len(x.sparse) > 0 {
		return paths, Unknown, x.reason
	}
	return paths, Yes, ""
}

// Submodules returns the sorted paths of the submodules of the index.
func (r *Repository) Submodules() []string { return slices.Clone(r.readIndex().submodules) }

// within returns the folder of the sorted list that holds path.
func within(folders []string, path string) (string, bool) {
	if len(folders) == 0 {
		return "", false
	}
	for i := 0; i < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		if _, ok := slices.BinarySearch(folders, path[:i]); ok {
			return path[:i], true
		}
	}
	return "", false
}
