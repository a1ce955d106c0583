package git

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

const maxTreeDepth = 256

// History finds what happened to the paths that match. Match must be a pure function.
func (r *Repository) History(match func(path string) bool, limits Limits) *History {
	if of := r.origin(); of != nil {
		return of.history([]Hash{r.snapshot.Commit}, "", match, limits)
	}
	tips, reason := r.tips()
	return r.history(tips, reason, match, limits)
}

// history is History as seen from the given commits; reason says why there may be more of them.
func (r *Repository) history(tips []Hash, reason string, match func(path string) bool, limits Limits) *History {
	h := &walker{match: match, limits: limits.withDefaults(), reason: reason, nodeIDs: map[string]int32{}, trees: map[treeKey]int32{}}
	if r.gone == "" {
		r.storeMu.Lock()
		defer r.storeMu.Unlock()
		h.store = r.objects()
		h.store.budget = h.limits.Bytes
		for k := range r.config {
			if k == "extensions.partialclone" || strings.HasSuffix(k, ".promisor") {
				h.partial = true
			}
		}
		h.readShallow(r.fsys)
		h.walk(tips)
		h.compare()
	}
	out := &History{Events: h.events, Commits: h.read, Complete: Yes, Reason: h.reason}
	if h.reason != "" {
		out.Complete = Unknown
	}
	rank := make(map[Hash]int, len(h.commits))
	for i, c := range h.sorted {
		rank[h.commits[c].hash] = i
	}
	slices.SortStableFunc(out.Events, func(a, b Event) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(rank[a.Commit], rank[b.Commit]))
	})
	return out
}

func (l Limits) withDefaults() Limits {
	if l.Commits <= 0 {
		l.Commits = 200_000
	}
	if l.Trees <= 0 {
		l.Trees = 2_000_000
	}
	if l.Entries <= 0 {
		l.Entries = 60_000_000
	}
	if l.Events <= 0 {
		l.Events = 100_000
	}
	if l.Bytes <= 0 {
		l.Bytes = 2 << 30
	}
	return l
}

// walker finds events. Each tree is reduced to a node: the matching files below it and nothing else. Equal nodes have equal
// numbers, so commits that leave matching files alone are told from others by comparing two numbers.
type walker struct {
	match   func(string) bool
	limits  Limits
	store   *store
	shallow map[Hash]bool
	partial bool
	reason  string
	commits []commit
	sorted  []int32
	read    int
	events  []Event

	dirs    []dir
	nodes   []node // the first is empty
	nodeIDs map[string]int32
	trees   map[treeKey]int32
}

// dir is one folder that ever was, with what its names mean.
type dir struct {
	path  string
	names map[string]name
}

type name struct {
	asked, matches bool
	dir            int32 // 0: not known as a folder yet
}

type treeKey struct {
	hash Hash
	dir  int32
}

type node struct {
	files []file
	dirs  []int32 // nodes that are not empty
	dir   int32
}

type file struct {
	path string
	blob Hash
}

// incomplete notes the first reason why the history is not known in full.
func (h *walker) incomplete(reason string) {
	if h.reason == "" {
		h.reason = reason
	}
}

func (h *walker) compare() {
	h.dirs = []dir{{path: "", names: map[string]name{}}}
	h.nodes = []node{{}}
	h.sorted = h.order()
	if len(h.sorted) < len(h.commits) {
		h.incomplete("its commits go round in a circle")
	}
	for i := len(h.sorted) - 1; i >= 0; i-- { // newest first: git keeps the newest whole and older ones as deltas
		c := &h.commits[h.sorted[i]]
		if c.when < 0 {
			continue
		}
		n, err := h.tree(c.tree, 0, 0)
		if err != nil {
			h.missing(err)
			if errors.Is(err, errBudget) {
				break
			}
			continue
		}
		c.node = n
	}
	for _, i := range h.sorted {
		if h.commits[i].node >= 0 && !h.changes(&h.commits[i]) {
			return
		}
	}
}

// tree reduces a tree at a folder to its node.
func (h *walker) tree(id Hash, at int32, depth int) (int32, error) {
	key := treeKey{id, at}
	if n, ok := h.trees[key]; ok {
		return n, nil
	}
	if h.limits.Trees--; h.limits.Trees < 0 || depth > maxTreeDepth {
		return 0, errBudget
	}
	data, err := h.store.read(id, kindTree, maxTree)
	if err != nil {
		return 0, err
	}
	n := node{dir: at}
	for len(data) > 0 {
		mode, rest, ok := bytes.Cut(data, []byte{' '})
		end := bytes.IndexByte(rest, 0)
		if !ok || end <= 0 || len(rest) < end+21 || len(mode) > 6 {
			return 0, ErrCorrupt
		}
		entry, blob := rest[:end], Hash(rest[end+1:end+21])
		data = rest[end+21:]
		if h.limits.Entries--; h.limits.Entries < 0 {
			return 0, errBudget
		}
		switch string(mode) {
		case "40000", "040000":
			sub, err := h.folder(at, entry)
			if err != nil {
				return 0, err
			}
			child, err := h.tree(blob, sub, depth+1)
			if err != nil {
				return 0, err
			}
			if child != 0 {
				n.dirs = append(n.dirs, child)
			}
		case "160000": // a submodule
		default:
			hit, err := h.matches(at, entry)
			if err != nil {
				return 0, err
			}
			if hit {
				n.files = append(n.files, file{h.join(at, entry), blob})
			}
		}
	}
	out := h.intern(n)
	h.trees[key] = out
	return out, nil
}

// join returns the path of a name in a folder.
func (h *walker) join(at int32, entry []byte) string {
	if at == 0 {
		return string(entry)
	}
	return h.dirs[at].path + "/" + string(entry)
}

// folder returns the number of a folder in a folder.
func (h *walker) folder(at int32, entry []byte) (int32, error) {
	names := h.dirs[at].names
	m := names[string(entry)] // does not allocate
	if m.dir == 0 {
		p := h.join(at, entry)
		if !possible(entry, p) {
			return 0, ErrCorrupt
		}
		m.dir = int32(len(h.dirs))
		names[string(entry)] = m
		h.dirs = append(h.dirs, dir{path: p, names: map[string]name{}})
	}
	return m.dir, nil
}

func (h *walker) matches(at int32, entry []byte) (bool, error) {
	names := h.dirs[at].names
	m := names[string(entry)]
	if !m.asked {
		p := h.join(at, entry)
		if !possible(entry, p) {
			return false, ErrCorrupt
		}
		m.asked, m.matches = true, h.match(p)
		names[string(entry)] = m
	}
	return m.matches, nil
}

// possible refuses names that no folder can hold.
func possible(entry []byte, path string) bool {
	return len(path) <= maxPath && bytes.IndexByte(entry, '/') < 0 && string(entry) != "." && string(entry) != ".."
}

// intern gives equal nodes one number.
func (h *walker) intern(n node) int32 {
	if len(n.files) == 0 && len(n.dirs) == 0 {
		return 0
	}
	key := binary.AppendVarint(nil, int64(n.dir))
	for _, d := range n.dirs {
		key = binary.AppendVarint(key, int64(d))
	}
	for _, f := range n.files {
		key = append(append(append(key, 0), f.path...), f.blob[:]...)
	}
	if id, ok := h.nodeIDs[string(key)]; ok {
		return id
	}
	id := int32(len(h.nodes))
	h.nodes = append(h.nodes, n)
	h.nodeIDs[string(key)] = id
	h.limits.Entries -= len(n.files) + len(n.dirs) // a node is kept: repositories with very many matches must end
	return id
}

// files lists all files of a node by path, other than those in nodes that are in skip too.
func (h *walker) files(n int32, skip map[int32]bool, into map[string]Hash) {
	if n == 0 || skip[n] {
		return
	}
	for _, f := range h.nodes[n].files {
		into[f.path] = f.blob
	}
	h.limits.Entries -= len(h.nodes[n].files)
	for _, d := range h.nodes[n].dirs {
		h.files(d, skip, into)
	}
}

func (h *walker) below(n int32, into map[int32]bool) {
	if n == 0 || into[n] {
		return
	}
	into[n] = true
	h.limits.Entries--
	for _, d := range h.nodes[n].dirs {
		h.below(d, into)
	}
}

// changes adds the events of one commit; it reports false once a limit is reached.
func (h *walker) changes(c *commit) bool {
	var parents []int32
	for _, p := range c.parents {
		if n := h.commits[p].node; n < 0 {
			c.edge = true
		} else if n == c.node {
			return true // a path changes in a merge only if it differs from every parent
		} else {
			parents = append(parents, n)
		}
	}
	if c.edge && len(parents) > 0 {
		return true // a merge with a parent that is not known: what is new in it cannot be told
	}
	if c.node == 0 && len(parents) == 0 {
		return true
	}
	// Nodes that all of them share hold no change.
	shared := map[int32]bool{}
	h.below(c.node, shared)
	for _, p := range parents {
		in := map[int32]bool{}
		h.below(p, in)
		for n := range shared {
			if !in[n] {
				delete(shared, n)
			}
		}
	}
	if len(parents) == 0 {
		clear(shared)
	}
	now := map[string]Hash{}
	h.files(c.node, shared, now)
	before := make([]map[string]Hash, len(parents))
	for i, p := range parents {
		before[i] = map[string]Hash{}
		h.files(p, shared, before[i])
	}
	first := len(h.events)
	add := func(p string, ch Change, blob Hash) {
		h.events = append(h.events, Event{Path: p, Change: ch, Commit: c.hash, Date: c.date(), Blob: blob})
	}
	for p, blob := range now {
		ch, same := Added, false
		for _, b := range before {
			old, ok := b[p]
			same = same || ok && old == blob
			if ok {
				ch = Modified
			}
		}
		switch {
		case c.edge:
			add(p, Present, blob)
		case !same:
			add(p, ch, blob)
		}
	}
	if len(before) > 0 {
		for p, blob := range before[0] {
			gone := now[p].IsZero()
			for _, b := range before[1:] {
				_, ok := b[p]
				gone = gone && ok
			}
			if gone {
				add(p, Deleted, blob)
			}
		}
	}
	slices.SortFunc(h.events[first:], func(a, b Event) int { return strings.Compare(a.Path, b.Path) })
	if len(h.events) > h.limits.Events {
		h.events = h.events[:h.limits.Events]
		h.incomplete("too many changes match")
		return false
	}
	if h.limits.Entries < 0 {
		h.incomplete("its history is too large to be read in full")
		return false
	}
	return true
}

// Paths returns the paths that have events, sorted.
func (h *History) Paths() (paths []string) {
	for i, e := range h.Events {
		if i == 0 || e.Path != h.Events[i-1].Path {
			paths = append(paths, e.Path)
		}
	}
	return paths
}

// Of returns the events of one path, oldest first.
func (h *History) Of(path string) []Event {
	i, _ := slices.BinarySearchFunc(h.Events, path, func(e Event, p string) int { return strings.Compare(e.Path, p) })
	j := i
	for j < len(h.Events) && h.Events[j].Path == path {
		j++
	}
	return h.Events[i:j]
}
