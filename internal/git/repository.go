package git

import "io/fs"

// A Repository is the git data of one directory. Its methods may be called concurrently.
type Repository struct {
	fsys fs.FS
}

// Open looks at the .git directory at the root of fsys. It never fails: what cannot be known is answered Unknown, and Reason
// says why.
func Open(fsys fs.FS) *Repository { return &Repository{fsys: fsys} }

// Reason says why nothing is known of the index, in a few words such as "no .git directory"; "" if it was read in full.
func (r *Repository) Reason() string { return "not read" }

// Tracked reports whether the file at the root-relative slash-separated path is in the index. A folder is not a file.
func (r *Repository) Tracked(path string) (State, string) { return Unknown, "not read" }

// TrackedFiles returns the sorted paths of all files of the index, submodules left out. State is Yes if that is all of them;
// Unknown, with a reason, if there may be more.
func (r *Repository) TrackedFiles() (paths []string, complete State, reason string) {
	return nil, Unknown, "not read"
}

// Ignored reports whether the .gitignore files of the repository ignore the root-relative path, tracked or not. The path need
// not exist. .git/info/exclude and the user's own excludes are not counted: others do not have them.
func (r *Repository) Ignored(path string, isDir bool) Match { return Match{Reason: "not read"} }

// History finds what happened to the paths that match. Match must be a pure function.
func (r *Repository) History(match func(path string) bool, limits Limits) *History {
	return &History{Reason: "not read"}
}

// Blob returns the content of a file in history. The error wraps ErrNotFound, ErrTooLarge (more than limit bytes) or ErrCorrupt.
func (r *Repository) Blob(h Hash, limit int) ([]byte, error) { return nil, ErrNotFound }

// Head returns the commit that is checked out and the branch, "" if detached. On a branch without a commit yet ok is false and
// only the branch is known.
func (r *Repository) Head() (commit Hash, branch string, ok bool) { return Hash{}, "", false }

// Close closes the packs that History and Blob opened. The Repository can still be used.
func (r *Repository) Close() error { return nil }
