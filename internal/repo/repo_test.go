package repo_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

func load(t testing.TB, fsys fs.FS, o repo.Options) *repo.Repo {
	t.Helper()
	r, err := repo.Load(context.Background(), fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// archive returns the files of an archive, without those under @: they speak to the test.
func archive(ar *txtar.Archive) fstest.MapFS {
	out := fstest.MapFS{}
	for _, f := range ar.Files {
		if !strings.HasPrefix(f.Name, "@") {
			out[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
		}
	}
	return out
}

// TestViews holds the production view of each archive of testdata against what is written under @view in it. The comment of an
// archive tells its story, and may state parts of the view in lines such as "settings: a.b".
func TestViews(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(load(t, archive(ar), stated(ar)), ask(ar))
			at := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == "@view" })
			if *update {
				if at < 0 {
					ar.Files = append(ar.Files, txtar.File{Name: "@view"})
					at = len(ar.Files) - 1
				}
				ar.Files[at].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if at < 0 {
				t.Fatal("the archive has no @view")
			}
			if want := string(ar.Files[at].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func option(ar *txtar.Archive, name string) string {
	for _, l := range strings.Split(string(ar.Comment), "\n") {
		if v, ok := strings.CutPrefix(l, name+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func stated(ar *txtar.Archive) repo.Options {
	return repo.Options{
		Exclude: strings.Fields(option(ar, "exclude")),
		Stated: deploy.Stated{
			Settings: option(ar, "settings"), Configuration: option(ar, "configuration"), Compose: strings.Fields(option(ar, "compose")),
			EnvFiles: strings.Fields(option(ar, "env-file")), Dockerfiles: strings.Fields(option(ar, "dockerfile")), DjangoRoot: option(ar, "django-root"),
		},
	}
}

// ask returns the settings that an archive wants to see.
func ask(ar *txtar.Archive) []string { return strings.Fields(option(ar, "ask")) }

func at(s source.Span) string {
	switch {
	case s.IsZero():
		return "nowhere"
	case s.IsWhole():
		return s.Path()
	}
	return fmt.Sprintf("%s:%d", s.Path(), s.Position().Line)
}

// describe writes what a person would want to know of a production view.
func describe(r *repo.Repo, settings []string) string {
	var b strings.Builder
	for _, c := range r.Deployment.Choices {
		fmt.Fprintf(&b, "%s %s: %s\n", c.What, c.Chosen, c.Because)
	}
	for _, i := range r.Deployment.Images {
		if i.Base {
			fmt.Fprintf(&b, "base image %s: %s\n", i.File.Source.Path, i.Because)
		}
	}
	for _, p := range r.Deployment.Projects {
		fmt.Fprintf(&b, "project %q\n", p.Root)
		for _, s := range p.Services {
			fmt.Fprintf(&b, "  service %s\n", s.Name)
		}
		if p.Command != "" {
			fmt.Fprintf(&b, "  command %s\n", p.Command)
		}
		if p.Version != (django.Version{}) {
			fmt.Fprintf(&b, "  Django %d.%d\n", p.Version.Major, p.Version.Minor)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Requirements)) {
			q := p.Requirements[name]
			fmt.Fprintf(&b, "  needs %s %s at %s\n", q.Name, q.Version, at(q.Span))
		}
		for _, name := range settings {
			value(&b, "unset", p.Unset, name)
			value(&b, "documented", p.Documented, name)
		}
		if slices.Contains(settings, "URLS") {
			for _, u := range p.URLs {
				fmt.Fprintf(&b, "  url %q %s exempt=%v at %s\n", u.Route, u.Target, u.Exempt, at(u.Span))
			}
		}
	}
	for _, e := range r.Deployment.EnvFiles {
		fmt.Fprintf(&b, "env %s:", e.Path)
		if e.File == nil {
			b.WriteString(" absent")
		}
		if e.Template {
			fmt.Fprintf(&b, " template for %s", e.For)
		}
		if e.Encrypted != "" {
			fmt.Fprintf(&b, " encrypted with %s", e.Encrypted)
		}
		if e.Speaks {
			b.WriteString(" speaks")
		}
		if e.Because != "" {
			fmt.Fprintf(&b, " (%s)", e.Because)
		}
		for _, u := range e.UsedBy {
			fmt.Fprintf(&b, " <- %s", at(u.Span))
		}
		b.WriteString("\n")
	}
	for _, p := range r.Problems() {
		fmt.Fprintf(&b, "problem %s: %s\n", at(p.Span), p.Text)
	}
	return b.String()
}

func value(b *strings.Builder, scenario string, s *django.Settings, name string) {
	if s == nil || name == "URLS" {
		return
	}
	set := s.Get(name)
	fmt.Fprintf(b, "  %s %s = %s at %s\n", scenario, name, set.Value.Display(false), at(set.Value.Span()))
	for _, st := range set.Value.Evidence().Trail {
		fmt.Fprintf(b, "    %s: %s\n", at(st.Span), st.Note)
	}
}
