package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxEntries = 1_000_000 // entries of folders looked at
	maxDepth   = 200       // folders inside each other
	maxPath    = 4096      // bytes of a root-relative path
	maxTold    = 50        // problems of the walk that are told one by one
)

// A tree is what the walk found.
type tree struct {
	paths    []string          // regular files, and links to them under the links' names, sorted
	links    map[string]string // path of a link → path of the regular file it leads to
	dirs     map[string]bool   // folders that were entered, "" is the root
	problems []source.Problem
	untold   int
}

func (t *tree) problem(p, format string, args ...any) {
	if len(t.problems) >= maxTold {
		t.untold++
		return
	}
	t.problems = append(t.problems, source.Problem{Span: source.Span{File: source.NewFile(p, nil)}, Text: fmt.Sprintf(format, args...)})
}

// skipped lists names of folders that hold nothing a person of the project wrote.
var skipped = map[string]bool{
	".git": true, ".hg": true, ".svn": true, "node_modules": true, "bower_components": true, "__pycache__": true, "site-packages": true,
	".tox": true, ".nox": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true, ".terraform": true, ".venv": true,
}

// walk lists the files of a repository. It reads folders only, never a file.
func walk(ctx context.Context, fsys fs.FS, o Options) (*tree, error) {
	t := &tree{links: map[string]string{}, dirs: map[string]bool{}}
	type folder struct {
		path  string
		depth int
	}
	var rawLinks []string
	queue := []folder{{"", 0}}
	seen := 0
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dir := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		entries, err := fs.ReadDir(fsys, orDot(dir.path))
		if err != nil {
			if dir.path == "" {
				return nil, fmt.Errorf("read the root folder: %w", err)
			}
			t.problem(dir.path, "the folder cannot be read: %v", plain(err))
			if len(entries) == 0 {
				continue
			}
		}
		if dir.path != "" && has(entries, "pyvenv.cfg") {
			continue // a virtual environment (PEP 405)
		}
		t.dirs[dir.path] = true
		for _, e := range entries {
			if seen++; seen > maxEntries {
				t.problem(dir.path, "there are more than %d entries; what follows is not looked at", maxEntries)
				queue = nil
				break
			}
			p := e.Name()
			if dir.path != "" {
				p = dir.path + "/" + p
			}
			if !utf8.ValidString(e.Name()) || len(p) > maxPath {
				t.problem(dir.path, "a name is not valid UTF-8 or too long; the entry is not looked at")
				continue
			}
			if excluded(p, o.Exclude) {
				continue
			}
			switch kind := e.Type(); {
			case kind.IsDir():
				if skipped[e.Name()] {
					continue
				}
				if dir.depth >= maxDepth {
					t.problem(p, "folders are nested more than %d deep; what is below is not looked at", maxDepth)
					continue
				}
				queue = append(queue, folder{p, dir.depth + 1})
			case kind.IsRegular():
				t.paths = append(t.paths, p)
			case kind&fs.ModeSymlink != 0:
				rawLinks = append(rawLinks, p)
			default:
				t.problem(p, "not a regular file but a pipe, socket or device; not read")
			}
			if o.Progress != nil && seen%5000 == 0 {
				o.Progress(seen, 0)
			}
		}
	}
	sort.Strings(t.paths)
	t.resolve(fsys, rawLinks)
	if t.untold > 0 {
		t.problems = append(t.problems, source.Problem{Text: fmt.Sprintf("%d further entries could not be looked at", t.untold)})
	}
	return t, nil
}

// resolve works out on paper where links lead. A link that leads to a regular file of the walk becomes one more name of it.
func (t *tree) resolve(fsys fs.FS, links []string) {
	if len(links) == 0 {
		return
	}
	sort.Strings(links)
	rl, ok := fsys.(fs.ReadLinkFS)
	if !ok {
		return
	}
	target := make(map[string]string, len(links))
	for _, l := range links {
		s, err := rl.ReadLink(l)
		switch {
		case err != nil:
			t.problem(l, "the link cannot be read: %v", plain(err))
			continue
		case path.IsAbs(s) || strings.Contains(s, `\`):
			t.problem(l, "the link leads out of the repository and is not followed")
			continue
		}
		to := path.Join(path.Dir(l), s)
		if to == ".." || strings.HasPrefix(to, "../") {
			t.problem(l, "the link leads out of the repository and is not followed")
			continue
		}
		if to == "." {
			to = ""
		}
		target[l] = to
	}
	n := len(t.paths)
	for _, l := range links {
		to, ok := target[l]
		if !ok {
			continue
		}
		for hops := 0; ; hops++ {
			next, again := target[to]
			if !again {
				break
			}
			if hops == 40 { // as many as Linux follows (path_resolution(7))
				t.problem(l, "the link leads to itself")
				to = ".."
				break
			}
			to = next
		}
		if i := sort.SearchStrings(t.paths[:n], to); i < n && t.paths[i] == to {
			t.links[l] = to
			t.paths = append(t.paths, l)
		}
	}
	sort.Strings(t.paths)
}

func has(entries []fs.DirEntry, name string) bool {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].Name() >= name })
	return i < len(entries) && entries[i].Name() == name
}

// excluded reports whether one of the globs leaves a path out. Folders above it have been asked about already.
func excluded(p string, globs []string) bool {
	for _, g := range globs {
		g = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(g, "./"), "/"), "/**")
		name := p
		if !strings.Contains(g, "/") {
			name = path.Base(p)
		}
		if ok, _ := path.Match(strings.TrimPrefix(g, "/"), name); ok {
			return true
		}
	}
	return false
}

func orDot(p string) string {
	if p == "" {
		return "."
	}
	return p
}

// plain strips an error of the path that the file system puts in, which may be the machine's.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
