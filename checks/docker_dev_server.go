package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerDevServer = &Check{
	ID:       "docker-dev-server",
	Title:    "Production runs a development server",
	Severity: High,
	Why:      "Development servers are not made to face the internet: Django's own says that it has gone through no security audit, others show their source and restart at every change of a file. They serve one visitor after the other.",
	Fix:      "Start gunicorn, uvicorn or another production server; build the front end and let nginx serve the result.",
	Misses:   "Commands that are given by hand, and programs that start a server of their own.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver", "https://docs.djangoproject.com/en/stable/howto/deployment/"},
	Bad: `
-- docker-compose.prod.yml --
services:
  web:
    build: .
-- Dockerfile --
FROM python:3.13
COPY . /app
ENTRYPOINT ["/app/start.sh"]
-- start.sh --
#!/bin/sh
python manage.py migrate
python manage.py runserver 0.0.0.0:8000 # want "web runs manage.py runserver"
`,
	Good: `
-- docker-compose.yml --
services:
  web:
    build: .
-- Dockerfile --
FROM python:3.13
COPY . /app
CMD ["gunicorn", "site1.wsgi"]
`,
	Run: func(f *Facts, v *Verdict) {
		for _, start := range f.Repo.Deployment.Starts {
			if start.Stack != nil && (start.Stack.Development || !isRunning(start)) {
				continue
			}
			devServer(v, start)
			if start.Service != nil {
				mountedSource(v, start)
			}
		}
	},
}

func isRunning(s *deploy.Start) bool {
	for _, svc := range running(s.Stack) {
		if svc == s.Service {
			return true
		}
	}
	return false
}

// devServer speaks of the servers that a service starts.
func devServer(v *Verdict, start *deploy.Start) {
	name := "the image"
	var by source.Span
	if start.Service != nil {
		name = start.Service.Name
		by = start.Service.Span
	} else if start.Image != nil {
		by = start.Image.File.Source.LineSpan(1)
	}
	var dev, good *shell.Command
	var what string
	maybe := false
	for _, script := range start.Scripts {
		for _, s := range script.Servers() {
			switch {
			case !s.Dev:
				good = s.Command
			case dev == nil || maybe && !s.Command.Conditional:
				dev, what, maybe = s.Command, devName(s), s.Command.Conditional
			}
		}
		for _, c := range script.Commands {
			if w := nodeServer(c.Program()); w != "" && dev == nil {
				dev, what, maybe = c, w, c.Conditional
			}
		}
	}
	switch {
	case dev != nil && !maybe:
		v.Fail(evidenceFrom(dev.Span, by, "the service "+name), "%s runs %s in production", name, what)
	case dev != nil && good == nil:
		v.Unknown(source.At(dev.Span), "make the production start unconditional", "%s runs %s under a condition", name, what)
	case good != nil:
		v.Pass(source.At(good.Span), "%s runs %s", name, path.Base(good.Program()[0].Text))
	}
}

func evidenceFrom(at, by source.Span, note string) source.Evidence {
	if by.IsZero() {
		return source.At(at)
	}
	return source.At(at, source.Step{Span: by, Note: note})
}

func devName(s shell.Server) string {
	switch s.Name {
	case "runserver", "runserver_plus":
		return "manage.py " + s.Name
	case "flask":
		return "flask run"
	case "fastapi":
		return "fastapi dev"
	}
	return s.Name + " with reloading"
}

// nodeServer names the development server of a front end that a command starts, or "".
func nodeServer(w []shell.Word) string {
	if len(w) == 0 {
		return ""
	}
	word := func(i int) string {
		if i < len(w) {
			return w[i].Text
		}
		return ""
	}
	switch path.Base(word(0)) {
	case "npm", "pnpm", "yarn", "bun":
		i := 1
		for strings.HasPrefix(word(i), "-") {
			i++
		}
		if word(i) == "run" {
			i++
		}
		switch word(i) {
		case "dev", "start:dev", "serve:dev":
			return path.Base(word(0)) + " run " + word(i)
		}
	case "vite":
		if word(1) == "" || word(1) == "dev" || word(1) == "serve" || strings.HasPrefix(word(1), "-") {
			return "the Vite development server"
		}
	case "npx":
		return nodeServer(w[1:])
	case "next", "nuxt", "astro":
		if word(1) == "dev" {
			return word(0) + " dev"
		}
	case "react-scripts":
		if word(1) == "start" {
			return "react-scripts start"
		}
	case "nodemon":
		return "nodemon"
	}
	return ""
}

// mountedSource speaks of a folder with the source that is mounted over what the image holds: then not the image runs, but
// whatever lies in the folder.
func mountedSource(v *Verdict, start *deploy.Start) {
	img := start.Image
	if img == nil || start.Service.Build == nil {
		return
	}
	built := img.File.Image(img.Target, nil)
	if built == nil || built.Dir == "" || built.Dir == "/" {
		return
	}
	for _, m := range start.Service.Volumes {
		if m.Type == "bind" && m.InRoot && covers(m, img.Context, built.Dir) {
			v.Fail(source.At(m.Span), "%s is mounted over %s: not the image runs, but what lies in the folder", orHere(m.SourcePath), built.Dir)
		}
	}
}

// covers reports whether a mount puts the build context, or a folder that holds it, on the image's working directory.
func covers(m *compose.Mount, context, dir string) bool {
	_, holds := below(m.SourcePath, context)
	return (holds || m.SourcePath == context) && path.Clean(m.Target.Raw) == path.Clean(dir)
}

func orHere(dir string) string {
	if dir == "" {
		return "the project's folder"
	}
	return dir
}
