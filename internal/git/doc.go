// Package git answers questions about a repository's git data without running git and without leaving the repository: which
// files are tracked, which are ignored and by which rule, and which were once committed. It reads .git through an fs.FS only,
// follows no link and no pointer that leads out of it (gitdir files, alternates, commondir, configuration includes), and
// bounds everything it reads. What cannot be known is Unknown with a reason, never "no".
package git

import (
	"encoding/hex"
	"errors"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A State is the answer to a question of fact. The zero State is Unknown.
type State uint8

const (
	Unknown State = iota
	No
	Yes
)

// String returns "unknown", "no" or "yes".
func (s State) String() string {
	switch s {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "unknown"
}

// A Hash is the SHA-1 name of a git object. The zero Hash names nothing.
type Hash [20]byte

// String returns the 40 hexadecimal digits of the hash.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short returns the first ten digits of the hash, as a person would quote it.
func (h Hash) Short() string { return hex.EncodeToString(h[:5]) }

// IsZero reports whether the hash names nothing.
func (h Hash) IsZero() bool { return h == Hash{} }

// A Match is the answer to whether a path is ignored.
type Match struct {
	// State is Yes if the path is ignored, No if it is not. Where the root has no .git, or .git is not one, a folder above may
	// hold further rules: then a path that no rule here ignores is Unknown.
	State State
	// Rule is the line that decided, a negated one included; zero if no rule matched. For a path inside an ignored folder it
	// is the rule that ignores the folder: nothing below can be re-included.
	Rule source.Span
	// Negated is true if Rule begins with an exclamation mark.
	Negated bool
	// Reason says why the State is Unknown.
	Reason string
}

// A Change is what a commit did to a path.
type Change uint8

const (
	// Present: the path is in the oldest commit that can be seen (the edge of a shallow clone); who added it is not known.
	Present Change = iota
	Added
	Modified
	Deleted
)

// String returns "present", "added", "modified" or "deleted".
func (c Change) String() string {
	switch c {
	case Added:
		return "added"
	case Modified:
		return "modified"
	case Deleted:
		return "deleted"
	}
	return "present"
}

// An Event is one change of one path in one commit. A merge changes a path only if the outcome differs from all its parents.
type Event struct {
	Path   string
	Change Change
	Commit Hash
	Date   string // of the committer, in the committer's own time zone: YYYY-MM-DD
	// Blob is the content after the change; for Deleted, the content that went. Read it with Repository.Blob.
	Blob Hash
}

// A History holds what happened to the paths asked for, in all commits reachable from HEAD and any ref (as git log --all sees
// them).
type History struct {
	// Events are sorted by path, and of one path oldest first.
	Events []Event
	// Complete is Yes if every reachable commit was read. Otherwise it is Unknown: Events are facts, but there may be more.
	Complete State
	Reason   string // why Complete is Unknown
	Commits  int    // commits read
}

// Limits bound the work of History. A zero field stands for its default.
type Limits struct {
	Commits int   // commits read; 200,000
	Trees   int   // trees read; 2,000,000
	Entries int   // tree entries looked at; 60,000,000
	Events  int   // events returned; 100,000
	Bytes   int64 // bytes inflated; 2 GB
}

var (
	// ErrNotFound: the object is not in this repository (shallow or partial clone, alternates, or no such object).
	ErrNotFound = errors.New("object is not in the repository")
	// ErrTooLarge: the object is larger than what was asked for, or a limit of the reader was reached.
	ErrTooLarge = errors.New("object is too large")
	// ErrCorrupt: the object, its pack or its index is damaged.
	ErrCorrupt = errors.New("object is damaged")
)
