// Package repo loads a repository: it walks an fs.FS once, classifies what is there, and hands out files, parsed on first use.
//
// Links are never followed by the walk: a link to a regular file of the same repository is resolved on paper, by its text, and
// every other link is left out. Files that are not regular (pipes, devices, sockets) are never opened.
package repo

import (
	"context"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Options say how a repository is loaded. The zero value works everything out.
type Options struct {
	// Stated is the part of the production view that the user gave by hand.
	Stated deploy.Stated
	// Exclude are globs of root-relative paths to leave out, in path.Match's syntax; a glob without a slash matches a name at
	// any depth, and one that matches a folder leaves out all that is below.
	Exclude []string
	// Progress is told what has been done of what is known to be done; total is 0 while the walk still finds files. It may be
	// nil, and is called from one goroutine.
	Progress func(done, total int)
	// Snapshot says that the files are the tree of a commit and not a work tree; nil for a work tree.
	Snapshot *git.Snapshot
}

// A Repo is one loaded repository. Its methods may be called concurrently.
type Repo struct {
	// Deployment is what production would run; never nil.
	Deployment *deploy.Deployment
	// Git answers for the git directory; never nil, it answers Unknown where there is none.
	Git *git.Repository

	files *files
}

// Stats are figures of a run.
type Stats struct {
	Seen int // regular files below the root
	Read int // files that were opened
}

// Load walks the repository and works out its production view. It returns an error only if the root cannot be read or ctx has
// ended; everything else that could not be read is told by Problems.
func Load(ctx context.Context, fsys fs.FS, o Options) (*Repo, error) {
	w, err := walk(ctx, fsys, o)
	if err != nil {
		return nil, err
	}
	g := git.Open(fsys)
	if o.Snapshot != nil {
		g = git.OpenSnapshot(fsys, w.paths, *o.Snapshot)
	}
	r := &Repo{Git: g, files: newFiles(fsys, w, g)}
	r.Deployment = deploy.View(ctx, r.files, o.Stated)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(len(w.paths), len(w.paths))
	}
	return r, nil
}

// Stats returns how many files there are and how many were opened up to now.
func (r *Repo) Stats() Stats {
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	return Stats{Seen: len(r.files.paths), Read: len(r.files.opened)}
}

// Problems returns what kept the repository from being read in full, sorted by place, each once.
func (r *Repo) Problems() []source.Problem {
	all := append(r.files.allProblems(), r.Deployment.Problems...)
	for _, s := range r.Deployment.Stacks {
		all = append(all, s.Project.Problems...)
	}
	for _, i := range r.Deployment.Images {
		all = append(all, i.File.Problems...)
	}
	for _, p := range r.Deployment.Projects {
		if p.Unset != nil {
			all = append(all, p.Unset.Problems...)
		}
		if p.Documented != nil {
			all = append(all, p.Documented.Problems...)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.Span.Path() != b.Span.Path() {
			return a.Span.Path() < b.Span.Path()
		}
		if a.Span.Start != b.Span.Start {
			return a.Span.Start < b.Span.Start
		}
		return a.Text < b.Text
	})
	return slices.CompactFunc(all, func(a, b source.Problem) bool {
		return a.Span.Path() == b.Span.Path() && a.Span.Start == b.Span.Start && a.Text == b.Text
	})
}

// secretsOnce keeps the list of Secrets, which is asked for by every reporter.
type secretsOnce struct {
	once sync.Once
	list []string
}

// Secrets returns values that are known to be secrets (of settings, environment files, Dockerfiles and compose files), each once
// and longest first, so that reporters can redact them.
func (r *Repo) Secrets() []string {
	s := &r.files.secrets
	s.once.Do(func() {
		all := r.Deployment.Secrets()
		sort.SliceStable(all, func(i, j int) bool {
			if len(all[i]) != len(all[j]) {
				return len(all[i]) > len(all[j])
			}
			return all[i] < all[j]
		})
		s.list = slices.Compact(all)
	})
	return s.list
}

// Find returns the paths that keep accepts, sorted.
func (r *Repo) Find(keep func(path string) bool) []string {
	var out []string
	for _, p := range r.files.paths {
		if keep(p) {
			out = append(out, p)
		}
	}
	return out
}

// below reports whether a root-relative path is inside a folder.
func below(p, dir string) bool { return dir == "" || strings.HasPrefix(p, dir+"/") }
