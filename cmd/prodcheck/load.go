package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A target is the repository that a command looks at, and what the user states about its production.
type target struct {
	dir     string
	stated  deploy.Stated
	exclude []string
	config  string // the configuration file that the user named, or ""
	today   string // the date that the user named, or ""

	file *config.File             // the configuration file, nil if there is none
	said map[string][]source.Span // where the file says what flags would
	day  time.Time

	bare bool // the configuration file is not read
}

func (t *target) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.stated.Settings, "settings", "", "the settings `MODULE` that production loads, as in DJANGO_SETTINGS_MODULE")
	f.StringVar(&t.stated.Configuration, "configuration", "", "the `CLASS` that production loads, as in DJANGO_CONFIGURATION")
	f.StringArrayVar(&t.stated.Compose, "compose", nil, "a compose `FILE` that production uses; repeat it in the order of docker compose -f")
	f.StringArrayVar(&t.stated.EnvFiles, "env-file", nil, "an environment `FILE` or template that speaks for production; repeatable")
	f.StringArrayVar(&t.stated.Dockerfiles, "dockerfile", nil, "the Dockerfile `FILE` that production builds; repeatable")
	f.StringVar(&t.stated.DjangoRoot, "django-root", "", "the `FOLDER` of the one Django project to look at")
	f.StringArrayVar(&t.exclude, "exclude", nil, "leave out the files that match this `GLOB`; repeatable")
	f.StringVar(&t.config, "config", "", "the configuration `FILE`; "+config.Name+" in the folder unless another is named")
	f.StringVar(&t.today, "today", "", "judge attestations and waivers as on this `DATE`; SOURCE_DATE in the environment does the same")
	for _, name := range []string{"settings", "configuration", "exclude", "today"} {
		complete(cmd, name, nil)
	}
}

// oneFolder is the argument of commands that look at a repository.
func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("%s takes one folder, got %d arguments: %s", cmd.CommandPath(), len(args), strings.Join(args, " "))
	}
	return nil
}

// load reads the repository. Files that the user stated are looked for in the folder first, then from where the user stands.
func (a *app) load(ctx context.Context, t *target, args []string) (*repo.Repo, error) {
	t.dir = "."
	if len(args) > 0 {
		t.dir = args[0]
	}
	root, err := os.OpenRoot(t.dir) // nothing outside is read, whatever the links in it say
	if err != nil {
		return nil, failed("the folder cannot be read: %w", err)
	}
	fsys := root.FS()
	if !t.bare {
		if err := a.configure(t, fsys); err != nil {
			return nil, err
		}
	}
	for i, e := range t.exclude {
		if _, err := path.Match(e, ""); err != nil {
			return nil, usage("%s: not a pattern", t.origin("exclude", i, e))
		}
	}
	for _, list := range []struct {
		flag  string
		files []string
	}{{"compose", t.stated.Compose}, {"env-file", t.stated.EnvFiles}, {"dockerfile", t.stated.Dockerfiles}} {
		for i, name := range list.files {
			if list.files[i], err = t.inside(fsys, name, false); err != nil {
				return nil, usage("%s: %w", t.origin(list.flag, i, name), err)
			}
		}
	}
	if folder := t.stated.DjangoRoot; folder != "" {
		if t.stated.DjangoRoot, err = t.inside(fsys, folder, true); err != nil {
			return nil, usage("%s: %w", t.origin("django-root", 0, folder), err)
		}
		if t.stated.DjangoRoot == "." {
			t.stated.DjangoRoot = ""
		}
	}
	progress, done := a.progress()
	r, err := repo.Load(ctx, fsys, repo.Options{Stated: t.stated, Exclude: t.exclude, Progress: progress})
	done()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, failed("the folder cannot be read: %w", err)
	}
	if s := t.stated.Settings; s != "" {
		found := false
		for _, p := range r.Deployment.Projects {
			found = found || p.Module == s && p.SettingsFile != nil
		}
		if !found {
			return nil, usage("%s: no Django project of %s has this module", t.origin("settings", 0, s), t.dir)
		}
	}
	return r, nil
}

var errNoFile, errNoFolder = errors.New("no such file in the folder that is scanned"), errors.New("no such folder in the folder that is scanned")

// inside returns the root-relative path of a file or folder that the user named.
func (t *target) inside(fsys fs.FS, name string, folder bool) (string, error) {
	is := func(p string) bool {
		info, err := fs.Stat(fsys, p)
		return err == nil && info.IsDir() == folder
	}
	if p := path.Clean(filepath.ToSlash(name)); fs.ValidPath(p) && is(p) {
		return p, nil
	}
	dir, err := filepath.Abs(t.dir)
	if err == nil {
		if abs, err := filepath.Abs(name); err == nil {
			if p, err := filepath.Rel(dir, abs); err == nil && fs.ValidPath(filepath.ToSlash(p)) && is(filepath.ToSlash(p)) {
				return filepath.ToSlash(p), nil
			}
		}
	}
	if folder {
		return "", errNoFolder
	}
	return "", errNoFile
}

// prefix returns the path of the scanned folder in the git work tree around it, "" if it is the work tree itself or none is
// found: code scanning wants paths from the root of the repository.
func (t *target) prefix() string {
	dir, err := filepath.Abs(t.dir)
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			p, err := filepath.Rel(at, dir)
			if err != nil || p == "." {
				return ""
			}
			return filepath.ToSlash(p)
		}
		if filepath.Dir(at) == at {
			return ""
		}
	}
}

// name is the repository's for the report's first line.
func (t *target) name() string {
	if dir, err := filepath.Abs(t.dir); err == nil {
		return filepath.Base(dir)
	}
	return t.dir
}
