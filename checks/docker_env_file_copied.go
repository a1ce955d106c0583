package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerEnvFileCopied = &Check{
	ID:       "docker-env-file-copied",
	Title:    "The image takes the environment file along",
	Severity: High,
	Why:      "An image that is built where the site's environment file lies holds every password in it, and everyone who can pull the image can read them.",
	Fix:      "Add a line **/.env* to the .dockerignore of the build context, with !**/.env.example after it if the image needs that.",
	Misses:   "Environment files that scripts make in the context under names the repository does not use.",
	Refs:     []string{"https://docs.docker.com/build/concepts/context/#dockerignore-files"},
	Bad: `
-- docker-compose.yml --
services:
  web:
    build: .
    env_file: .env
-- .dockerignore --
*.pyc
-- Dockerfile --
FROM python:3.13
COPY . /app # want ".env"
CMD ["gunicorn", "site1.wsgi"]
`,
	Good: `
-- docker-compose.yml --
services:
  web:
    build: .
    env_file: .env
-- .dockerignore --
.env
-- Dockerfile --
FROM python:3.13
COPY . /app
CMD ["gunicorn", "site1.wsgi"]
`,
	Run: func(f *Facts, v *Verdict) {
		for _, img := range f.Repo.Deployment.Images {
			built := img.File.Image(img.Target, nil)
			if built == nil {
				continue
			}
			for _, in := range built.Files {
				if in.From.Span.IsZero() && !in.OnBuild {
					copiesAll(f, v, img, in)
				}
			}
		}
	},
}

// copiesAll speaks of a COPY or ADD that takes a folder in which an environment file of the project lies.
func copiesAll(f *Facts, v *Verdict, img *deploy.Image, in *dockerfile.Instruction) {
	var taken []string
	var by source.Span
	asked := false
	for _, e := range usedEnvFiles(f) {
		inContext, ok := below(img.Context, e.Path)
		if !ok || !lies(f, e) || e.Encrypted != "" || e.File != nil && len(secretEntries(e.Parsed)) == 0 {
			continue
		}
		for _, src := range in.Sources {
			dir := strings.TrimPrefix(path.Clean("/"+src.Text), "/")
			rel, ok := below(dir, inContext)
			if !ok || rel == "" || strings.ContainsAny(src.Text, "*?[$") || dir == inContext || excluded(in, inContext) {
				continue
			}
			asked = true
			if img.Ignore != nil {
				if ignored, rule := img.Ignore.Match(inContext); ignored {
					by = rule
					continue
				}
			}
			taken = append(taken, e.Path)
		}
	}
	switch {
	case len(taken) > 0:
		at := source.At(in.Args)
		why := "no .dockerignore keeps it out"
		var ignore *source.File
		if img.Ignore != nil {
			ignore = img.Ignore.Source
			why = "the .dockerignore lets it through"
		}
		v.Fail(at, "%s copies %s into the image where it lies in the build context: %s", in.Kind, list(taken), why).Offers(dockerIgnore(f, img.Context, ignore, taken)...)
	case asked && !by.IsZero():
		v.Pass(source.At(by), "environment files stay out of the build context")
	}
}

// lies reports whether a deployment surely has the environment file: it is here, something other than the settings' own code names
// it, or a template stands where it would be. What settings look for in several folders may be in any of them.
func lies(f *Facts, e *deploy.EnvFile) bool {
	if e.File != nil {
		return true
	}
	for _, u := range e.UsedBy {
		if !isPython(u.Span.Path()) {
			return true
		}
	}
	for _, t := range f.Repo.Deployment.EnvFiles {
		if t.Template && t.For == e.Path {
			return true
		}
	}
	return false
}

// below returns a path relative to a folder that holds it; the folder "" holds everything.
func below(dir, name string) (string, bool) {
	if dir == "" || dir == "." {
		return name, true
	}
	return strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// excluded reports whether a --exclude pattern of the instruction leaves a path out.
func excluded(in *dockerfile.Instruction, name string) bool {
	var patterns []string
	for _, e := range in.Excludes {
		patterns = append(patterns, e.Text)
	}
	if len(patterns) == 0 {
		return false
	}
	ok, _ := dockerfile.ParseIgnore(source.NewFile("", []byte(strings.Join(patterns, "\n")))).Match(name)
	return ok
}
