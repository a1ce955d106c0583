package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/repo"
)

func (a *app) initial() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first " + config.Name,
		Long: `Init writes ` + config.Name + ` into DIR (the current folder), with a comment at every key and what was found in the repository. A file
that is there already is never touched.

Exit status: 0 written, 2 there is one already, 3 the file cannot be written.`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			t := target{dir: "."}
			if len(args) > 0 {
				t.dir = args[0]
			}
			name := filepath.Join(t.dir, config.Name)
			if _, err := os.Lstat(name); err == nil {
				return usage("%s is there already: prodcheck config shows what it says", name)
			}
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // nobody else's file is written over
			switch {
			case errors.Is(err, fs.ErrExist):
				return usage("%s is there already", name)
			case err != nil:
				return failed("the configuration cannot be written: %w", err)
			}
			_, err = f.Write(config.Initial(found(r)))
			if err := errors.Join(err, f.Close()); err != nil {
				return failed("the configuration cannot be written: %w", err)
			}
			return a.write(fmt.Appendf(nil, "%s: written; prodcheck scan reads it\n", name))
		},
	}
}

// found is what a first configuration can say of a repository.
func found(r *repo.Repo) (f config.Found) {
	for _, s := range r.Deployment.Stacks {
		for _, file := range s.Files {
			if !slices.Contains(f.Compose, file.Path) {
				f.Compose = append(f.Compose, file.Path)
			}
		}
	}
	for _, i := range r.Deployment.Images {
		if i.File != nil && i.File.Source != nil && !slices.Contains(f.Dockerfiles, i.File.Source.Path) {
			f.Dockerfiles = append(f.Dockerfiles, i.File.Source.Path)
		}
	}
	for _, e := range r.Deployment.EnvFiles {
		if e.Parsed != nil && e.Template {
			f.EnvFiles = append(f.EnvFiles, e.Path)
		}
	}
	if ps := r.Deployment.Projects; len(ps) == 1 {
		f.Settings, f.DjangoRoot = ps[0].Module, ps[0].Root
		for _, v := range ps[0].Unset.Get("ALLOWED_HOSTS").Value.MayContain() {
			if h, ok := v.Str(); ok {
				f.Domains = append(f.Domains, h)
			}
		}
		if ps[0].Documented != nil {
			for _, v := range ps[0].Documented.Get("ALLOWED_HOSTS").Value.MayContain() {
				if h, ok := v.Str(); ok {
					f.Domains = append(f.Domains, h)
				}
			}
		}
	}
	f.Domains = slices.DeleteFunc(f.Domains, func(h string) bool { return !publicName(h) })
	for i, h := range f.Domains {
		f.Domains[i] = strings.ToLower(strings.TrimPrefix(h, "."))
	}
	slices.Sort(f.Domains)
	f.Domains = slices.Compact(f.Domains)
	return f
}

// publicName reports whether a host of ALLOWED_HOSTS is a domain and neither an address nor a placeholder.
func publicName(h string) bool {
	ok, _ := regexp.MatchString(`(?i)^\.?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`, h)
	return ok && len(h) < 200 && !strings.HasSuffix(h, ".local") && !strings.Contains(h, "yourdomain") && !strings.Contains(h, "example.")
}
