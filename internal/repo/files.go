package repo

import (
	"fmt"
	"io"
	"io/fs"
	"sort"
	"sync"

	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

const maxFile = 2 << 20 // bytes of a file that is read

// files hands out files, each read and parsed once. It implements deploy.Files.
type files struct {
	fsys  fs.FS
	git   *git.Repository
	paths []string
	links map[string]string
	dirs  map[string]bool

	mu       sync.Mutex
	opened   map[string]bool
	text     map[string]*once[*source.File]
	modules  map[string]*once[*python.Module]
	images   map[string]*once[*dockerfile.File]
	problems []source.Problem

	secrets secretsOnce
}

// once is a value that is worked out on first use.
type once[T any] struct {
	do sync.Once
	v  T
}

func newFiles(fsys fs.FS, t *tree, g *git.Repository) *files {
	return &files{
		fsys: fsys, git: g, paths: t.paths, links: t.links, dirs: t.dirs, problems: t.problems,
		opened: map[string]bool{}, text: map[string]*once[*source.File]{}, modules: map[string]*once[*python.Module]{},
		images: map[string]*once[*dockerfile.File]{},
	}
}

// cell returns the place of a path in one of the caches.
func cell[T any](f *files, m map[string]*once[T], p string) *once[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := m[p]
	if c == nil {
		c = &once[T]{}
		m[p] = c
	}
	return c
}

func (f *files) problem(p, format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.problems = append(f.problems, source.Problem{Span: source.Span{File: source.NewFile(p, nil)}, Text: fmt.Sprintf(format, args...)})
}

func (f *files) allProblems() []source.Problem {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]source.Problem(nil), f.problems...)
}

// Paths returns every regular file, sorted. The caller must not change it.
func (f *files) Paths() []string { return f.paths }

// Has reports whether there is a regular file at a path.
func (f *files) Has(p string) bool {
	i := sort.SearchStrings(f.paths, p)
	return i < len(f.paths) && f.paths[i] == p
}

// IsDir reports whether there is a folder at a path; "" is the root.
func (f *files) IsDir(p string) bool { return f.dirs[p] }

// Present reports whether a file belongs to the repository and not only to this work tree: it is tracked, or, where git does not
// tell, no ignore rule covers it.
func (f *files) Present(p string) bool {
	if !f.Has(p) {
		return false
	}
	switch st, _ := f.git.Tracked(p); st {
	case git.Yes:
		return true
	case git.No:
		return false
	}
	return f.git.Ignored(p, false).State != git.Yes
}

// real returns the path of the regular file behind a name.
func (f *files) real(p string) string {
	if to, ok := f.links[p]; ok {
		return to
	}
	return p
}

// File returns a file, or nil if there is none, or it is larger than 2 MB, or cannot be read.
func (f *files) File(p string) *source.File {
	if !f.Has(p) {
		return nil
	}
	c := cell(f, f.text, p)
	c.do.Do(func() {
		data, err := f.read(f.real(p))
		if err != nil {
			f.problem(p, "%v", err)
			return
		}
		c.v = source.NewFile(p, data)
	})
	return c.v
}

func (f *files) read(p string) ([]byte, error) {
	file, err := f.fsys.Open(p)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", plain(err))
	}
	defer file.Close()
	f.mu.Lock()
	f.opened[p] = true
	f.mu.Unlock()
	fi, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", plain(err))
	}
	if !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("not a regular file, not read")
	}
	if fi.Size() > maxFile {
		return nil, fmt.Errorf("the file has %d bytes, more than the %d that are read", fi.Size(), maxFile)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", plain(err))
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("the file has more than the %d bytes that are read", maxFile)
	}
	return data, nil
}

// Python returns a parsed Python file, or nil if there is no such file.
func (f *files) Python(p string) *python.Module {
	c := cell(f, f.modules, p)
	c.do.Do(func() {
		if file := f.File(p); file != nil {
			c.v = python.Parse(file)
			f.mu.Lock()
			f.problems = append(f.problems, c.v.Problems...)
			f.mu.Unlock()
		}
	})
	return c.v
}

// Dockerfile returns a parsed Dockerfile, or nil if there is no such file.
func (f *files) Dockerfile(p string) *dockerfile.File {
	c := cell(f, f.images, p)
	c.do.Do(func() {
		if file := f.File(p); file != nil {
			c.v = dockerfile.Parse(file)
		}
	})
	return c.v
}

// Paths returns every regular file below the root, sorted; .git, node_modules, virtual environments and the like are left out.
// The caller must not change it.
func (r *Repo) Paths() []string { return r.files.Paths() }

// Has reports whether Paths holds a path.
func (r *Repo) Has(p string) bool { return r.files.Has(p) }

// File returns a file, or nil if there is none, or it is larger than 2 MB, or cannot be read: then Problems tells why.
func (r *Repo) File(p string) *source.File { return r.files.File(p) }

// Python returns a parsed Python file, or nil if File returns nil.
func (r *Repo) Python(p string) *python.Module { return r.files.Python(p) }

// Dockerfile returns a parsed Dockerfile, or nil if File returns nil.
func (r *Repo) Dockerfile(p string) *dockerfile.File { return r.files.Dockerfile(p) }

// Size returns the size of a file in bytes, 0 if there is no such file. The file is not opened.
func (r *Repo) Size(p string) int64 {
	if !r.files.Has(p) {
		return 0
	}
	fi, err := fs.Stat(r.files.fsys, r.files.real(p))
	if err != nil {
		return 0
	}
	return fi.Size()
}
