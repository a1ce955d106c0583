package git

import (
	"bytes"
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// commit is one commit of the graph. Parents are places in the list of all commits, -1 for one that cannot be read.
type commit struct {
	hash    Hash
	tree    Hash
	parents []int32
	when    int64 // Unix seconds
	zone    int32 // minutes east of Greenwich
	node    int32 // the filtered tree, -1 if it could not be read
	edge    bool  // parents exist but cannot be seen
}

func (c *commit) date() string {
	return time.Unix(c.when, 0).In(time.FixedZone("", int(c.zone)*60)).Format(time.DateOnly)
}

// parseCommit reads the header of a commit object.
func parseCommit(data []byte) (c commit, parents []Hash, ok bool) {
	for len(data) > 0 && data[0] != '\n' {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		key, value, _ := bytes.Cut(line, []byte{' '})
		switch string(key) {
		case "tree":
			c.tree, ok = parseHash(string(value))
		case "parent":
			h, good := parseHash(string(value))
			if !good || len(parents) > 1000 {
				return c, nil, false
			}
			parents = append(parents, h)
		case "committer":
			f := strings.Fields(string(value[bytes.LastIndexByte(value, '>')+1:]))
			if len(f) == 2 {
				c.when, _ = strconv.ParseInt(f[0], 10, 64)
				c.when = min(max(c.when, 0), 1<<36) // four-digit years
				z, _ := strconv.Atoi(f[1])
				z = min(max(z, -9999), 9999)
				c.zone = int32(z/100*60 + z%100)
			}
			return c, parents, ok
		}
	}
	return c, parents, ok
}

// walk reads all commits that can be reached from the tips.
func (h *walker) walk(tips []Hash) {
	at := map[Hash]int32{}
	var queue []Hash
	want := func(id Hash) int32 {
		if n, ok := at[id]; ok {
			return n
		}
		n := int32(len(queue))
		at[id] = n
		queue = append(queue, id)
		return n
	}
	for _, t := range tips {
		if t = h.peel(t); !t.IsZero() {
			want(t)
		}
	}
	for i := 0; i < len(queue); i++ {
		c := commit{hash: queue[i], node: -1}
		if i >= h.limits.Commits {
			h.incomplete("it has more than " + strconv.Itoa(h.limits.Commits) + " commits")
			h.lost(len(queue) - i)
			break
		}
		data, err := h.store.read(queue[i], kindCommit, maxCommit)
		var parents []Hash
		ok := err == nil
		if ok {
			c, parents, ok = parseCommit(data)
			c.hash, c.node = queue[i], -1
		}
		if !ok {
			h.missing(err)
			h.commits = append(h.commits, commit{hash: queue[i], node: -1, edge: true, when: -1})
			continue
		}
		if h.shallow[c.hash] {
			c.edge, parents = true, nil
		}
		for _, p := range parents {
			c.parents = append(c.parents, want(p))
		}
		h.commits = append(h.commits, c)
		h.read++
	}
}

// lost stands in for n commits that were named but are not read.
func (h *walker) lost(n int) {
	for range n {
		h.commits = append(h.commits, commit{node: -1, edge: true, when: -1})
	}
}

// peel follows tags to a commit; zero if there is none: a tag may name a tree or a file.
func (h *walker) peel(id Hash) Hash {
	for range maxPeel {
		_, err := h.store.read(id, kindCommit, maxCommit)
		if err == nil {
			return id
		}
		if !errors.Is(err, errKind) {
			h.missing(err)
			return Hash{}
		}
		data, err := h.store.read(id, kindTag, maxCommit)
		if errors.Is(err, errKind) {
			return Hash{}
		}
		if err != nil {
			h.missing(err)
			return Hash{}
		}
		line, _, _ := strings.Cut(string(data), "\n")
		next, ok := parseHash(strings.TrimPrefix(line, "object "))
		if !ok {
			h.missing(ErrCorrupt)
			return Hash{}
		}
		id = next
	}
	return Hash{}
}

// missing notes that an object could not be read, and the likely cause.
func (h *walker) missing(err error) {
	switch {
	case errors.Is(err, errBudget):
		h.incomplete("its history is too large to be read in full")
	case errors.Is(err, ErrTooLarge):
		h.incomplete("it holds an object that is too large to be read")
	case h.store.packErr != nil:
		h.incomplete(fmt.Sprintf("its packs cannot be read: %v", plain(h.store.packErr)))
	case !errors.Is(err, ErrNotFound):
		h.incomplete("an object of its history cannot be read")
	case h.partial:
		h.incomplete("it is a partial clone: objects of its history are elsewhere")
	case h.store.other:
		h.incomplete("objects of its history are in another repository (alternates), which is not read")
	default:
		h.incomplete("objects of its history are missing")
	}
}

// order returns the commits parents first; of those that could come next, the oldest. Parents that a damaged repository makes
// descendants of their children come last.
func (h *walker) order() []int32 {
	q := &queue{commits: h.commits}
	waiting := make([]int32, len(h.commits))
	children := make([][]int32, len(h.commits))
	for i := range h.commits {
		for _, p := range h.commits[i].parents {
			children[p] = append(children[p], int32(i))
			waiting[i]++
		}
	}
	for i, n := range waiting {
		if n == 0 {
			q.ids = append(q.ids, int32(i))
		}
	}
	heap.Init(q)
	out := make([]int32, 0, len(h.commits))
	for len(q.ids) > 0 {
		i := heap.Pop(q).(int32)
		out = append(out, i)
		for _, c := range children[i] {
			if waiting[c]--; waiting[c] == 0 {
				heap.Push(q, c)
			}
		}
	}
	return out
}

type queue struct {
	commits []commit
	ids     []int32
}

func (q *queue) Len() int { return len(q.ids) }
func (q *queue) Less(i, j int) bool {
	a, b := &q.commits[q.ids[i]], &q.commits[q.ids[j]]
	if c := cmp.Compare(a.when, b.when); c != 0 {
		return c < 0
	}
	return bytes.Compare(a.hash[:], b.hash[:]) < 0
}
func (q *queue) Swap(i, j int) { q.ids[i], q.ids[j] = q.ids[j], q.ids[i] }
func (q *queue) Push(x any)    { q.ids = append(q.ids, x.(int32)) }
func (q *queue) Pop() any {
	x := q.ids[len(q.ids)-1]
	q.ids = q.ids[:len(q.ids)-1]
	return x
}

// readShallow reads the commits whose parents a shallow clone does not have.
func (h *walker) readShallow(fsys fs.FS) {
	data, err := readFile(fsys, ".git/shallow", maxPackedRefs)
	switch {
	case err == nil:
		h.shallow = map[Hash]bool{}
		for l := range strings.Lines(string(data)) {
			if id, ok := parseHash(strings.TrimSpace(l)); ok {
				h.shallow[id] = true
			}
		}
		if len(h.shallow) > 0 {
			h.incomplete("it is a shallow clone")
		}
	case !errors.Is(err, fs.ErrNotExist):
		h.incomplete("it may be a shallow clone")
	}
	if data, err := readFile(fsys, ".git/info/grafts", maxPackedRefs); err == nil && len(bytes.TrimSpace(data)) > 0 {
		h.incomplete("its history is grafted")
	}
}
