package git

import (
	"container/heap"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Parents returns the parents of a commit. At the edge of a shallow clone they are named but not there.
func (r *Repository) Parents(commit Hash) ([]Hash, error) {
	_, parents, err := r.commit(commit)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", commit.Short(), err)
	}
	return parents, nil
}

// Resolve returns the commit that a full hash, HEAD, a full reference (refs/…) or the name of a branch, remote branch or tag
// stands for, tags followed. The error wraps ErrNotFound if there is none.
func (r *Repository) Resolve(rev string) (Hash, error) {
	if r.gone != "" {
		return Hash{}, fmt.Errorf("resolve %q: %w: %s", rev, ErrNotFound, r.gone)
	}
	if h, ok := parseHash(strings.ToLower(rev)); ok {
		return r.peelTo(rev, h)
	}
	switch r.config["extensions.refstorage"] {
	case "", "files":
	default:
		return Hash{}, fmt.Errorf("resolve %q: %w: the references are stored in a form that is not read here (reftable)", rev, ErrNotFound)
	}
	if rev == "HEAD" {
		h, ref := r.headFile()
		if ref == "" {
			return r.peelTo(rev, h)
		}
		rev = ref
	}
	packed, err := r.packedRefs()
	if err != nil && len(packed) == 0 {
		return Hash{}, fmt.Errorf("resolve %q: packed-refs: %w", rev, plain(err))
	}
	for _, prefix := range [...]string{"", "refs/tags/", "refs/heads/", "refs/remotes/"} { // gitrevisions(7), in its order
		if name := prefix + rev; validRef(name) {
			if h := r.resolve(name, packed, 0); !h.IsZero() {
				return r.peelTo(rev, h)
			}
		}
	}
	return Hash{}, fmt.Errorf("resolve %q: %w", rev, ErrNotFound)
}

// peelTo follows tags to a commit.
func (r *Repository) peelTo(rev string, h Hash) (Hash, error) {
	for range maxPeel {
		if h.IsZero() {
			break
		}
		_, _, err := r.commit(h)
		if err == nil {
			return h, nil
		}
		data, tagErr := r.object(h, kindTag, maxCommit, 4*maxObject)
		if tagErr != nil {
			return Hash{}, fmt.Errorf("resolve %q: %w", rev, err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		h, _ = parseHash(strings.TrimPrefix(line, "object "))
	}
	return Hash{}, fmt.Errorf("resolve %q: %w", rev, ErrNotFound)
}

// MergeBase returns the newest commit from which both commits descend. The error wraps ErrNotFound if there is none, or if it
// may lie behind the edge of a shallow clone. Of several equally good ones, as criss-cross merges have, it returns one.
func (r *Repository) MergeBase(a, b Hash) (Hash, error) {
	const fromA, fromB, stale = 1, 2, 4
	shallow := map[Hash]bool{}
	if data, err := readFile(r.fsys, ".git/shallow", maxPackedRefs); err == nil {
		for l := range strings.Lines(string(data)) {
			if h, ok := parseHash(strings.TrimSpace(l)); ok {
				shallow[h] = true
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Hash{}, fmt.Errorf("read shallow: %w", plain(err))
	}
	seen := map[Hash]*walked{}
	q := &byDate{}
	// live counts the commits that wait and are not yet known to lie behind a common one
	live, edge := 0, false
	push := func(h Hash, marks uint8) error {
		w := seen[h]
		if w == nil {
			c, parents, err := r.commit(h)
			if err != nil {
				return err
			}
			w = &walked{hash: h, when: c.when, parents: parents}
			seen[h] = w
		}
		if w.marks|marks == w.marks {
			return nil
		}
		if w.waits && w.marks&stale == 0 {
			live--
		}
		w.marks |= marks
		if !w.waits {
			w.waits = true
			heap.Push(q, w)
		}
		if w.marks&stale == 0 {
			live++
		}
		return nil
	}
	if err := errors.Join(push(a, fromA), push(b, fromB)); err != nil {
		return Hash{}, fmt.Errorf("merge base of %s and %s: %w", a.Short(), b.Short(), err)
	}
	var common []*walked
	for live > 0 {
		if len(seen) > maxWalk {
			return Hash{}, fmt.Errorf("merge base of %s and %s: %w: too many commits", a.Short(), b.Short(), ErrTooLarge)
		}
		w := heap.Pop(q).(*walked)
		w.waits = false
		if w.marks&stale == 0 {
			live--
		}
		marks := w.marks
		if marks&(fromA|fromB) == fromA|fromB {
			if marks&stale == 0 {
				common = append(common, w)
			}
			marks |= stale
		}
		if shallow[w.hash] {
			edge = edge || len(w.parents) > 0
			continue
		}
		for _, p := range w.parents {
			if err := push(p, marks); err != nil {
				if !errors.Is(err, ErrNotFound) {
					return Hash{}, fmt.Errorf("merge base of %s and %s: %w", a.Short(), b.Short(), err)
				}
				edge = true
			}
		}
	}
	for _, w := range common { // newest first, but for wrong clocks
		if w.marks&stale == 0 {
			return w.hash, nil
		}
	}
	why := "they have no common ancestor"
	if edge {
		why = "it may lie behind the edge of a shallow clone"
	}
	return Hash{}, fmt.Errorf("merge base of %s and %s: %w: %s", a.Short(), b.Short(), ErrNotFound, why)
}

type walked struct {
	hash    Hash
	when    int64
	parents []Hash
	marks   uint8
	waits   bool
}

// byDate is a heap of commits, the newest on top.
type byDate struct{ list []*walked }

func (q *byDate) Len() int { return len(q.list) }
func (q *byDate) Less(i, j int) bool {
	if q.list[i].when != q.list[j].when {
		return q.list[i].when > q.list[j].when
	}
	return q.list[i].hash.String() < q.list[j].hash.String()
}
func (q *byDate) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }
func (q *byDate) Push(x any)    { q.list = append(q.list, x.(*walked)) }
func (q *byDate) Pop() any {
	x := q.list[len(q.list)-1]
	q.list = q.list[:len(q.list)-1]
	return x
}
