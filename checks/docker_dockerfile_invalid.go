package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerDockerfileInvalid = &Check{
	ID:       "docker-dockerfile-invalid",
	Title:    "A production Dockerfile is not valid",
	Severity: Medium,
	Why:      "docker build refuses the file, so the next deployment stops there and the checks of this file cannot be made.",
	Fix:      "Mend the line; docker build --check shows what Docker reads.",
	Misses:   "Instructions of a newer Dockerfile frontend that a # syntax= line asks for.",
	Refs:     []string{"https://docs.docker.com/reference/dockerfile/", "https://docs.docker.com/build/checks/"},
	Bad: `
-- Dockerfile --
FROM python:3.13
COPPY . . # want "COPPY"
CMD ["gunicorn", "site1.wsgi"]
`,
	Good: `
-- Dockerfile --
FROM python:3.13
COPY app app
CMD ["gunicorn", "site1.wsgi"]
`,
	Run: func(f *Facts, v *Verdict) {
		seen := map[*dockerfile.File]bool{}
		for _, img := range f.Repo.Deployment.Images {
			if img.File == nil || seen[img.File] {
				continue
			}
			seen[img.File] = true
			if len(img.File.Stages) == 0 && len(img.File.Args) == 0 && strings.TrimSpace(withoutComments(img.File.Source)) == "" {
				continue
			}
			for _, p := range img.File.Problems {
				v.Fail(source.At(p.Span), "docker build refuses this: %s", p.Text)
			}
			if len(img.File.Problems) == 0 && len(img.File.Stages) > 0 {
				v.Pass(source.At(img.File.Stages[0].Span), "the file is read with %s", plural(len(img.File.Stages), "%d stage", "%d stages"))
			}
		}
	},
}

// withoutComments returns the lines of a file that do not start with a comment sign.
func withoutComments(f *source.File) string {
	var b strings.Builder
	for n := 1; n <= min(f.Lines(), 1000); n++ {
		if line := strings.TrimSpace(f.Line(n)); !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}
