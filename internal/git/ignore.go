package git

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	ignoreBudget = 20_000_000 // steps for one path, fewer for one in deep folders
	maxFolders   = 100_000    // folders whose rules are kept
)

// folder is what is known of one folder: its own rules and whether it is ignored itself.
type folder struct {
	path   string
	parent *folder
	own    *Match // the folder, or one above, is ignored or that is not known: this is the answer for everything inside
	file   *source.File
	rules  []pattern
	reason string // why its .gitignore is not known
}

// Ignored reports whether the .gitignore files of the repository ignore the root-relative path, tracked or not. The path need
// not exist. .git/info/exclude and the user's own excludes are not counted: others do not have them.
func (r *Repository) Ignored(name string, isDir bool) Match {
	name = strings.TrimSuffix(name, "/")
	if !fs.ValidPath(name) || name == "." || len(name) > maxPath {
		return Match{Reason: "not a path of the repository"}
	}
	x := r.readIndex()
	if in, ok := within(x.submodules, name); ok {
		return Match{Reason: in + " is a submodule"}
	}
	r.ignoreMu.Lock()
	defer r.ignoreMu.Unlock()
	f := r.folder(path.Dir(name))
	if f.own != nil {
		return *f.own
	}
	m := f.decide(name, isDir)
	if m.State == No && m.Rule.IsZero() && !r.isRoot {
		return Match{Reason: r.gone + ": rules of folders above are not known"}
	}
	return m
}

// decide asks the rules from the folder upwards; in each file the last match wins.
func (f *folder) decide(name string, isDir bool) Match {
	budget := ignoreBudget / (1 + strings.Count(name, "/")/8) // the folders above are asked about too
	for ; f != nil; f = f.parent {
		if f.reason != "" {
			return Match{Reason: f.reason}
		}
		rel := name
		if f.path != "." {
			rel = name[len(f.path)+1:]
		}
		for i := len(f.rules) - 1; i >= 0; i-- {
			p := &f.rules[i]
			hit := p.match(rel, isDir, &budget)
			if budget < 0 {
				return Match{Reason: "the ignore rules are too costly to follow"}
			}
			if hit {
				m := Match{State: Yes, Negated: p.negated, Rule: source.Span{File: f.file, Start: p.start, End: p.end}}
				if p.negated {
					m.State = No
				}
				return m
			}
		}
	}
	return Match{State: No}
}

// folder returns what is known of a folder, which need not exist.
func (r *Repository) folder(name string) *folder {
	if f := r.folders[name]; f != nil {
		return f
	}
	f := &folder{path: name}
	if name != "." {
		f.parent = r.folder(path.Dir(name))
		if f.parent.own != nil {
			f.own = f.parent.own
		} else if m := f.parent.decide(name, true); m.State != No {
			f.own = &m
		}
	}
	if f.own == nil { // git reads no rules in an ignored folder
		r.loadRules(f)
	}
	if len(r.folders) >= maxFolders {
		clear(r.folders)
	}
	r.folders[name] = f
	return f
}

// loadRules reads the folder's .gitignore as git does: from the work tree, no link followed; from the index if a sparse checkout
// left it out.
func (r *Repository) loadRules(f *folder) {
	name := path.Join(f.path, ".gitignore")
	data, err := readFile(r.fsys, name, maxIgnoreFile)
	switch {
	case errors.Is(err, errLink), errors.Is(err, errIrreg):
		return
	case errors.Is(err, fs.ErrNotExist):
		e, ok := r.readIndex().find(name)
		if !ok || !e.skip {
			return
		}
		if data, err = r.Blob(e.hash, maxIgnoreFile); err != nil {
			f.reason = fmt.Sprintf("%s is outside the sparse checkout", name)
			return
		}
	case err != nil:
		f.reason = fmt.Sprintf("%s cannot be read: %v", name, plain(err))
		return
	}
	f.file = source.NewFile(name, data)
	f.rules = parseRules(data)
}

func parseRules(data []byte) (rules []pattern) {
	start := 0
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		start = 3
	}
	for start < len(data) {
		end, next := len(data), len(data)
		if n := bytes.IndexByte(data[start:], '\n'); n >= 0 {
			end, next = start+n, start+n+1
		}
		if end > start && data[end-1] == '\r' {
			end--
		}
		if p, ok := parsePattern(string(data[start:end])); ok {
			p.start, p.end = start, end
			rules = append(rules, p)
		}
		start = next
	}
	return rules
}
