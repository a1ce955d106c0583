package git

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	maxRefs     = 200_000
	maxRefDepth = 32
	maxPeel     = 8 // tags of tags, references to references
)

func parseHash(s string) (h Hash, ok bool) {
	if len(s) != 40 {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// headFile reads .git/HEAD: a commit, or the name of a reference.
func (r *Repository) headFile() (commit Hash, ref string) {
	data, err := readFile(r.fsys, ".git/HEAD", maxRefFile)
	if err != nil {
		return Hash{}, ""
	}
	return parseRef(data)
}

func parseRef(data []byte) (commit Hash, ref string) {
	s := strings.TrimRight(string(data), " \t\r\n")
	if name, ok := strings.CutPrefix(s, "ref:"); ok {
		if name = strings.TrimSpace(name); validRef(name) {
			return Hash{}, name
		}
		return Hash{}, ""
	}
	commit, _ = parseHash(s)
	return commit, ""
}

// validRef refuses names that would lead out of .git/refs.
func validRef(name string) bool {
	return strings.HasPrefix(name, "refs/") && fs.ValidPath(name) && len(name) <= maxPath && !strings.HasSuffix(name, ".lock")
}

// Head returns the commit that is checked out and the branch, "" if detached. On a branch without a commit yet ok is false and
// only the branch is known.
func (r *Repository) Head() (commit Hash, branch string, ok bool) {
	if r.gone != "" {
		return Hash{}, "", false
	}
	if r.config["extensions.refstorage"] != "" && r.config["extensions.refstorage"] != "files" {
		return Hash{}, "", false
	}
	commit, ref := r.headFile()
	if ref == "" {
		return commit, "", !commit.IsZero()
	}
	branch, _ = strings.CutPrefix(ref, "refs/heads/")
	packed, _ := r.packedRefs()
	commit = r.resolve(ref, packed, 0)
	return commit, branch, !commit.IsZero()
}

// resolve follows a reference to what it names; zero if it names nothing.
func (r *Repository) resolve(ref string, packed map[string]Hash, depth int) Hash {
	if depth > maxPeel {
		return Hash{}
	}
	data, err := readFile(r.fsys, ".git/"+ref, maxRefFile)
	if err != nil {
		return packed[ref]
	}
	h, next := parseRef(data)
	if next != "" {
		return r.resolve(next, packed, depth+1)
	}
	return h
}

func (r *Repository) packedRefs() (map[string]Hash, error) {
	data, err := readFile(r.fsys, ".git/packed-refs", maxPackedRefs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	refs := map[string]Hash{}
	for l := range strings.Lines(string(data)) {
		l = strings.TrimRight(l, "\r\n")
		if l == "" || l[0] == '#' || l[0] == '^' { // ^: what the tag above points to
			continue
		}
		sum, name, _ := strings.Cut(l, " ")
		h, ok := parseHash(sum)
		if !ok {
			return refs, errors.New("it is damaged")
		}
		if refs[name] = h; len(refs) > maxRefs {
			return refs, errors.New("it is too large")
		}
	}
	return refs, nil
}

// tips returns what HEAD and all references name, as git log --all sees them, sorted and each once. Reason says why there may
// be more.
func (r *Repository) tips() (tips []Hash, reason string) {
	if r.gone != "" {
		return nil, r.gone
	}
	switch r.config["extensions.refstorage"] {
	case "", "files":
	default:
		return nil, "the references are stored in a form that is not read here (reftable)"
	}
	refs, err := r.packedRefs()
	if err != nil {
		reason = fmt.Sprintf("packed-refs cannot be read: %v", plain(err))
	}
	seen := map[Hash]bool{}
	add := func(h Hash) {
		if !h.IsZero() && !seen[h] {
			seen[h] = true
			tips = append(tips, h)
		}
	}
	if h, _, ok := r.Head(); ok {
		add(h)
	} else if _, ref := r.headFile(); ref == "" && reason == "" {
		reason = "HEAD cannot be read"
	}
	loose := map[string]bool{}
	if why := r.looseRefs("refs", 0, loose); why != "" && reason == "" {
		reason = why
	}
	for _, name := range slices.Sorted(keys(loose)) {
		h, next := Hash{}, ""
		if data, err := readFile(r.fsys, ".git/"+name, maxRefFile); err == nil {
			h, next = parseRef(data)
		}
		switch {
		case next != "":
			h = r.resolve(next, refs, 1) // may lead nowhere, as refs/remotes/origin/HEAD often does
		case h.IsZero() && reason == "":
			reason = "a reference is broken"
		}
		add(h)
	}
	for name, h := range refs {
		if !loose[name] { // a loose one is newer
			add(h)
		}
	}
	for _, h := range r.otherHeads() {
		add(h)
	}
	slices.SortFunc(tips, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
	return tips, reason
}

func (r *Repository) looseRefs(dir string, depth int, into map[string]bool) (reason string) {
	fi, err := lstat(r.fsys, ".git/"+dir)
	if err != nil || !fi.IsDir() {
		return "the references cannot be read"
	}
	entries, err := fs.ReadDir(r.fsys, ".git/"+dir)
	if err != nil || depth > maxRefDepth {
		return "the references cannot be read"
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(name, ".lock") || !validRef(name+"/x"):
		case e.IsDir():
			if why := r.looseRefs(name, depth+1, into); why != "" {
				reason = why
			}
		case !e.Type().IsRegular():
			reason = "a reference is a link, which is not followed"
		case len(into) >= maxRefs:
			return "there are too many references"
		default:
			into[name] = true
		}
	}
	return reason
}

// otherHeads returns the commits checked out in further work trees of this repository; git log --all counts them.
func (r *Repository) otherHeads() (hs []Hash) {
	if fi, err := lstat(r.fsys, ".git/worktrees"); err != nil || !fi.IsDir() {
		return nil
	}
	entries, err := fs.ReadDir(r.fsys, ".git/worktrees")
	if err != nil {
		return nil
	}
	for _, e := range entries[:min(len(entries), 1000)] {
		data, err := readFile(r.fsys, ".git/worktrees/"+e.Name()+"/HEAD", maxRefFile)
		if err != nil {
			continue
		}
		if h, ref := parseRef(data); ref == "" { // a branch is among the references anyway
			hs = append(hs, h)
		}
	}
	return hs
}
