package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// explain notes which files the settings load, and says what the environment is judged by.
func (v *view) explain() {
	for _, p := range v.d.Projects {
		for _, s := range []*django.Settings{p.Unset, p.Documented} {
			if s == nil {
				continue
			}
			for _, u := range s.EnvFiles() {
				if q, ok := clean(u.Path); ok && q != "" {
					v.env.use(q, source.At(u.Span))
				}
			}
		}
	}
	v.d.EnvFiles = v.env.list()
	if len(v.d.Projects) == 0 {
		return
	}
	said := map[string]bool{}
	for _, e := range v.d.EnvFiles {
		if len(e.UsedBy) == 0 || e.Template {
			continue
		}
		if t := v.env.speaker(e.Path); t != nil && t.Speaks && t.File != nil && !said[t.Path] && (e.File == nil || e.Path == t.Path) {
			said[t.Path] = true
			because := fmt.Sprintf("%s is not in the repository, and this template speaks for it: %s", e.Path, t.Because)
			if e.Path == t.Path || slices.Contains(v.stated.EnvFiles, t.Path) {
				because = t.Because
			}
			v.choose(Choice{What: "environment", Chosen: t.Path, Because: because, Stated: slices.Contains(v.stated.EnvFiles, t.Path), At: source.At(whole(t.File))})
		}
		if from, ok := v.env.copies[e.Path]; ok && !said[from] {
			said[from] = true
			v.choose(Choice{What: "environment", Chosen: from, Because: fmt.Sprintf("%s copies it to %s", place(e.UsedBy[0].Span), e.Path), At: e.UsedBy[0]})
		}
		if e.File != nil && !said[e.Path] && v.env.loaded[e.Path] {
			said[e.Path] = true
			because := "it is in the repository, and " + place(e.UsedBy[0].Span) + " loads it"
			if e.Encrypted != "" {
				because += fmt.Sprintf("; it is encrypted with %s, so its values are not known", e.Encrypted)
			}
			v.choose(Choice{What: "environment", Chosen: e.Path, Because: because, At: e.UsedBy[0]})
		}
	}
	for _, t := range v.d.EnvFiles {
		if t.Speaks && t.Template && t.File != nil && !said[t.Path] {
			said[t.Path] = true
			v.choose(Choice{What: "environment", Chosen: t.Path, Because: t.Because, Stated: slices.Contains(v.stated.EnvFiles, t.Path), At: source.At(whole(t.File))})
		}
	}
	if len(said) == 0 {
		because := "no environment file or template of the repository speaks for production"
		for _, t := range v.d.EnvFiles {
			if t.Template && t.Because != "" && plainTemplate(t) {
				because = fmt.Sprintf("%s does not speak for production: %s", t.Path, t.Because)
				break
			}
		}
		v.choose(Choice{What: "environment", Chosen: "the fallbacks in code", Because: because})
	}
}

func plainTemplate(e *EnvFile) bool { return path.Base(e.For) == ".env" && e.File != nil }

const maxSecrets = 2000

// Secrets returns values that are known to be secrets: of settings, environment files, Dockerfiles and compose files.
func (d *Deployment) Secrets() []string {
	var out []string
	add := func(name, value string) {
		value = strings.TrimSpace(value)
		if len(out) < maxSecrets && len(value) >= 4 && secrets.SecretName(name) && !strings.HasPrefix(value, "$") && !secrets.Placeholder(value) {
			out = append(out, value)
		}
	}
	for _, p := range d.Projects {
		for _, s := range []*django.Settings{p.Unset, p.Documented} {
			if s != nil {
				out = append(out, s.Secrets()...)
			}
		}
	}
	for _, e := range d.EnvFiles {
		if e.Parsed != nil {
			for _, x := range e.Parsed.Entries {
				add(x.Key, x.Value)
			}
		}
	}
	for _, i := range d.Images {
		for _, s := range i.File.Stages {
			for _, in := range s.Instructions {
				for _, pair := range in.Pairs {
					add(pair.Key, pair.Value.Text)
				}
			}
		}
		for _, in := range i.File.Args {
			for _, pair := range in.Pairs {
				add(pair.Key, pair.Value.Text)
			}
		}
	}
	for _, s := range d.Stacks {
		in := &interpolation{}
		for _, svc := range s.Project.Services {
			for _, x := range svc.Environment {
				add(x.Name, x.Value.Interpolate(in.lookup).Value)
			}
			if svc.Build != nil {
				for _, x := range svc.Build.Args {
					add(x.Name, x.Value.Interpolate(in.lookup).Value)
				}
			}
		}
	}
	return out
}
