package deploy

import (
	"context"
	"fmt"
	"sort"
	"sync"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A view is the production view while it is worked out.
type view struct {
	fs     Files
	stated Stated
	d      *Deployment
	index  *index
	env    *envBook
	said   *mentions

	loaded           map[string]*compose.Project // compose files read without an environment, by their paths
	developmentFiles map[string]bool             // compose files, whether they are for development by their content
	rootsFound       []string                    // folders of Django projects
	held             map[holdKey]int             // how surely an image holds a project
	owners           map[string]bool             // folders with a manage.py that production may run

	mu sync.Mutex // guards d.Problems while projects are evaluated
}

// View works out what production would run. It never fails: what could not be read is in Problems. When ctx ends, it returns what
// it has.
func View(ctx context.Context, files Files, stated Stated) *Deployment {
	v := &view{fs: files, stated: stated, d: &Deployment{}, loaded: map[string]*compose.Project{}, owners: map[string]bool{}, held: map[holdKey]int{}}
	v.index = newIndex(files)
	for _, m := range v.index.manages {
		if !aside(folder(m)) {
			v.owners[folder(m)] = true
		}
	}
	v.guard("the repository", func() {
		v.checkStated()
		v.env = newEnvBook(v)
		v.chooseStacks()
		v.env.fromStacks()
		v.env.classify()
		v.chooseImages()
		v.findProjects()
	})
	var wg sync.WaitGroup
	gate := make(chan struct{}, 4)
	for _, p := range v.d.Projects {
		if ctx.Err() != nil {
			break
		}
		wg.Add(1)
		gate <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-gate }()
			v.guard("the Django project "+orRoot(p.Root), func() { v.evaluate(ctx, p) })
		}()
	}
	wg.Wait()
	v.guard("the repository", v.finish)
	return v.d
}

// guard runs one part of the work. A panic in it has met an input that its author did not think of: the part is given up and told.
func (v *view) guard(what string, work func()) {
	defer func() {
		if e := recover(); e != nil {
			v.problem(source.Span{}, "%s could not be worked out in full because of an internal error: %v", what, e)
		}
	}()
	work()
}

func (v *view) problem(at source.Span, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.d.Problems) < 500 {
		v.d.Problems = append(v.d.Problems, source.Problem{Span: at, Text: fmt.Sprintf(format, args...)})
	}
}

func (v *view) choose(c Choice) { v.d.Choices = append(v.d.Choices, c) }

// checkStated tells of stated files that are not there: a view that the user gave and that cannot be followed must not pass
// silently for one that was.
func (v *view) checkStated() {
	for _, list := range [][]string{v.stated.Compose, v.stated.EnvFiles, v.stated.Dockerfiles} {
		for _, p := range list {
			if !v.fs.Has(p) {
				v.problem(source.Span{}, "the stated file %q is not in the repository", p)
			}
		}
	}
	if r := v.stated.DjangoRoot; r != "" && r != "." && !v.fs.IsDir(r) {
		v.problem(source.Span{}, "the stated Django root %q is not a folder of the repository", r)
	}
}

// finish sorts what concurrent work has put together and explains the environment.
func (v *view) finish() {
	v.d.EnvFiles = v.env.list()
	v.starts()
	v.proxies()
	v.explain()
	for _, e := range v.d.Edges {
		v.choose(Choice{What: "edge", Chosen: e.Name, Because: e.Because, At: e.At})
	}
	sort.SliceStable(v.d.Problems, func(i, j int) bool {
		a, b := v.d.Problems[i], v.d.Problems[j]
		if a.Span.Path() != b.Span.Path() {
			return a.Span.Path() < b.Span.Path()
		}
		return a.Text < b.Text
	})
}

func orRoot(dir string) string {
	if dir == "" {
		return "at the root"
	}
	return "in " + dir
}

// place writes "path:line" for a span, as evidence quotes it.
func place(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	if s.IsWhole() {
		return s.Path()
	}
	return fmt.Sprintf("%s:%d", s.Path(), s.Position().Line)
}

// whole is the span that stands for a file as a whole.
func whole(f *source.File) source.Span {
	if f == nil {
		return source.Span{}
	}
	return source.Span{File: f}
}
