package repo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/prodcheck/prodcheck/internal/repo"
)

func told(r *repo.Repo, path, text string) bool {
	for _, p := range r.Problems() {
		if p.Span.Path() == path && strings.Contains(p.Text, text) {
			return true
		}
	}
	return false
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t testing.TB, dir, name, to string) {
	t.Helper()
	if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
		t.Skip(err)
	}
}

// TestLinks: what a link leads to is read only if it is a regular file of the repository itself.
func TestLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, outside, "secret.py", "SECRET = 'outside'\n")
	write(t, outside, "folder/x.py", "X = 1\n")
	write(t, dir, "deploy/compose.prod.yml", "services: {}\n")
	write(t, dir, "real/a.py", "A = 1\n")
	link(t, dir, "compose.yml", "deploy/compose.prod.yml")
	link(t, dir, "again.yml", "compose.yml")
	link(t, dir, "out.py", filepath.Join(outside, "secret.py"))
	link(t, dir, "up.py", "../"+filepath.Base(outside)+"/secret.py")
	link(t, dir, "outdir", filepath.Join(outside, "folder"))
	link(t, dir, "loop.py", "pool.py")
	link(t, dir, "pool.py", "loop.py")
	link(t, dir, "self", ".")
	link(t, dir, "alias", "real")
	link(t, dir, "via.py", "alias/a.py")
	r := load(t, os.DirFS(dir), repo.Options{})
	want := []string{"again.yml", "compose.yml", "deploy/compose.prod.yml", "real/a.py"}
	if got := r.Paths(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("paths %q, want %q", got, want)
	}
	if f := r.File("again.yml"); f == nil || f.Path != "again.yml" || string(f.Text) != "services: {}\n" {
		t.Errorf("the link inside is not resolved: %v", f)
	}
	for _, p := range []string{"out.py", "up.py", "outdir/x.py", "via.py", "loop.py", "../x", "/etc/passwd", ""} {
		if r.File(p) != nil {
			t.Errorf("%q is read", p)
		}
	}
	for p, text := range map[string]string{"out.py": "out of the repository", "up.py": "out of the repository", "outdir": "out of the repository", "loop.py": "leads to itself"} {
		if !told(r, p, text) {
			t.Errorf("%s is not told: %v", p, r.Problems())
		}
	}
}

// TestLargeFile: a file of one gigabyte without content costs nothing, and is told only where it matters.
func TestLargeFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n")
	write(t, dir, "site1/settings.py", "")
	write(t, dir, "data.bin", "")
	for _, name := range []string{"site1/settings.py", "data.bin"} {
		if err := os.Truncate(filepath.Join(dir, name), 1<<30); err != nil {
			t.Skip(err)
		}
	}
	r := load(t, os.DirFS(dir), repo.Options{})
	if r.Size("data.bin") != 1<<30 {
		t.Errorf("size %d", r.Size("data.bin"))
	}
	if !told(r, "site1/settings.py", "more than the 2097152 that are read") || told(r, "data.bin", "") {
		t.Errorf("problems: %v", r.Problems())
	}
}

// TestUnreadable: folders and files without permission are told.
func TestUnreadable(t *testing.T) {
	broken := brokenFS{fstest.MapFS{
		"manage.py":         &fstest.MapFile{Data: []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n")},
		"site1/settings.py": &fstest.MapFile{Data: []byte("DEBUG = True\n")},
		"locked/x.py":       &fstest.MapFile{},
	}}
	r := load(t, broken, repo.Options{})
	if !told(r, "locked", "the folder cannot be read") || !told(r, "site1/settings.py", "the file cannot be read") {
		t.Errorf("problems: %v", r.Problems())
	}
	if _, err := repo.Load(context.Background(), os.DirFS(filepath.Join(t.TempDir(), "absent")), repo.Options{}); err == nil {
		t.Error("a root that is not there is no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := repo.Load(ctx, broken, repo.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gives %v", err)
	}
}

type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == "locked" || name == "site1/settings.py" {
		return nil, &fs.PathError{Op: "open", Path: "/machine/" + name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

func (b brokenFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "locked" {
		return nil, &fs.PathError{Op: "open", Path: "/machine/" + name, Err: fs.ErrPermission}
	}
	return b.MapFS.ReadDir(name)
}

// TestNames: names with line ends, controls and right-to-left marks are names like others; invalid UTF-8 is told.
func TestNames(t *testing.T) {
	odd := []string{"a\nb.py", "rtl\u202egnp.py", "bell\x07.env", " .env", "-rf", "ünï.py"}
	files := fstest.MapFS{}
	for _, n := range odd {
		files[n] = &fstest.MapFile{Data: []byte("X = 1\n")}
		files["d"+n+"/manage.py"] = &fstest.MapFile{Data: []byte("execute_from_command_line\n")}
	}
	r := load(t, files, repo.Options{})
	for _, n := range odd {
		if r.File(n) == nil {
			t.Errorf("%q is not read", n)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/bad\xff.py", nil, 0o644); err == nil {
		if r := load(t, os.DirFS(dir), repo.Options{}); len(r.Paths()) != 0 || !told(r, "", "not valid UTF-8") {
			t.Errorf("a name that is not UTF-8: %q %v", r.Paths(), r.Problems())
		}
	}
}

// TestDeep: folders inside each other end at a cap.
func TestDeep(t *testing.T) {
	files := fstest.MapFS{"manage.py": &fstest.MapFile{}}
	files[strings.Repeat("d/", 1500)+"x.py"] = &fstest.MapFile{}
	done := make(chan *repo.Repo, 1)
	go func() {
		r, _ := repo.Load(context.Background(), files, repo.Options{})
		done <- r
	}()
	select {
	case r := <-done:
		deep := strings.TrimSuffix(strings.Repeat("d/", 201), "/")
		if !told(r, deep, "nested more than") {
			t.Errorf("problems: %v", r.Problems())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("deep folders take too long")
	}
}

// TestSkipped: what no person of the project wrote is left out.
func TestSkipped(t *testing.T) {
	files := fstest.MapFS{}
	for _, n := range []string{"a.py", "node_modules/x/a.py", "web/node_modules/a.js", ".git/config", "env1/pyvenv.cfg", "env1/lib/a.py", "x/__pycache__/a.pyc",
		"lib/site-packages/django/a.py", ".tox/a.py", "kept/b.py", "gen/c.py", "gen/deep/d.py", "kept/e.log"} {
		files[n] = &fstest.MapFile{}
	}
	r := load(t, files, repo.Options{Exclude: []string{"gen", "*.log"}})
	if got := fmt.Sprint(r.Paths()); got != "[a.py kept/b.py]" {
		t.Error(got)
	}
	if r.Find(func(p string) bool { return path.Base(p) == "b.py" })[0] != "kept/b.py" || !r.Has("a.py") || r.Has("kept") {
		t.Error("Find or Has")
	}
	if s := r.Stats(); s.Seen != 2 {
		t.Errorf("%+v", s)
	}
}

// TestOutside: nothing that a file names outside of the root is read.
func TestOutside(t *testing.T) {
	ar := txtar.Parse([]byte(`
-- docker-compose.yml --
include: [docker-compose.yml, ../../other/compose.yml]
services:
  web:
    build: {context: ../.., dockerfile: ../../../etc/passwd}
    command: gunicorn site1.wsgi
    env_file: [../../../etc/passwd, /etc/passwd, "~/.env", .env]
    extends: {file: ../x.yml, service: web}
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
from dotenv import load_dotenv
load_dotenv("../../../etc/passwd")
load_dotenv("/etc/passwd")
from ... import x
DEBUG = open("/etc/passwd").read()
ROOT_URLCONF = "site1.urls"
-- site1/urls.py --
from django.urls import include, path
urlpatterns = [path("a/", include("site1.urls"))] + urlpatterns
-- requirements.txt --
-r requirements.txt
-r ../../../etc/passwd
-r /etc/passwd
django
-- init.sh --
docker compose -f ../../../etc/passwd -f docker-compose.yml up
docker build -f ../../../etc/passwd -t x ../..
`))
	asked := &guardFS{FS: archive(ar)}
	r := load(t, asked, repo.Options{})
	for _, p := range asked.outside {
		t.Errorf("%q is asked for", p)
	}
	if len(r.Deployment.Projects) != 1 || r.Deployment.Projects[0].Unset == nil {
		t.Fatalf("%+v", r.Deployment.Projects)
	}
	if !told(r, "docker-compose.yml", "outside") && !told(r, "docker-compose.yml", "includes itself") {
		t.Errorf("%v", r.Problems())
	}
}

// guardFS notes paths that lead out of the root. An fs.FS refuses them itself; they must not even be asked for.
type guardFS struct {
	fs.FS
	outside []string
}

func (g *guardFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) || strings.Contains(name, "passwd") {
		g.outside = append(g.outside, name)
	}
	return g.FS.Open(name)
}

// TestManyFiles: two hundred thousand files are walked in bounded time.
func TestManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	files := manyFS{}
	start := time.Now()
	r := load(t, files, repo.Options{})
	if r.Stats().Seen != manyDirs*manyEach+1 {
		t.Errorf("%+v", r.Stats())
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("it takes %v", d)
	}
}

const manyDirs, manyEach = 1000, 200

// manyFS is a file system of 200,000 empty files that costs no memory.
type manyFS struct{}

func (manyFS) Open(name string) (fs.File, error) {
	if name == "manage.py" {
		return fstest.MapFS{"manage.py": &fstest.MapFile{Data: []byte("execute_from_command_line\n")}}.Open(name)
	}
	return nil, fs.ErrNotExist
}

func (manyFS) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	switch {
	case name == ".":
		for i := range manyDirs {
			out = append(out, entry{fmt.Sprintf("d%04d", i), fs.ModeDir})
		}
		out = append(out, entry{"manage.py", 0})
	default:
		for i := range manyEach {
			out = append(out, entry{fmt.Sprintf("f%04d.py", i), 0})
		}
	}
	return out, nil
}

type entry struct {
	name string
	mode fs.FileMode
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.mode.IsDir() }
func (e entry) Type() fs.FileMode          { return e.mode }
func (e entry) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }

// unpack splits a mutated archive into files; txtar's own parser panics on the line "-- --".
func unpack(data []byte) fstest.MapFS {
	files := fstest.MapFS{}
	name := ""
	for _, line := range bytes.SplitAfter(data, []byte("\n")) {
		if l := strings.TrimSpace(string(line)); len(l) > 6 && strings.HasPrefix(l, "-- ") && strings.HasSuffix(l, " --") {
			name = l[3 : len(l)-3]
			if !fs.ValidPath(name) || name == "." || len(name) > 200 || strings.HasPrefix(name, ".git/") {
				name = ""
			} else {
				files[name] = &fstest.MapFile{}
			}
		} else if name != "" {
			files[name].Data = append(files[name].Data, line...)
		}
	}
	return files
}

// FuzzLoad loads archives of arbitrary content: no panic, spans inside their files, the same view twice.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		files := unpack(data)
		for n := range files {
			for d := path.Dir(n); d != "."; d = path.Dir(d) {
				if _, ok := files[d]; ok {
					return // a file and a folder of one name
				}
			}
		}
		a := describe(load(t, files, repo.Options{}), []string{"DEBUG", "SECRET_KEY", "DATABASES", "URLS"})
		b := describe(load(t, files, repo.Options{}), []string{"DEBUG", "SECRET_KEY", "DATABASES", "URLS"})
		if a != b {
			t.Errorf("two views of one repository:\n%s\n%s", a, b)
		}
		if strings.Contains(a, "internal error") {
			t.Error(a)
		}
		if bytes.Contains([]byte(a), []byte("passwd content")) {
			t.Error("content from outside")
		}
	})
}
