package repo_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prodcheck/prodcheck/internal/repo"
)

// TestScale: repositories that have too much of one thing are loaded in bounded time.
func TestScale(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	const manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n"
	base := func() fstest.MapFS {
		return fstest.MapFS{
			"manage.py":         {Data: []byte(manage)},
			"site1/settings.py": {Data: []byte("import os\nDEBUG = os.environ.get('DEBUG')\nROOT_URLCONF = 'site1.urls'\n")},
			"Dockerfile":        {Data: []byte("FROM python:3.13\nCMD gunicorn site1.wsgi\n")},
		}
	}
	put := func(f fstest.MapFS, name, text string) { f[name] = &fstest.MapFile{Data: []byte(text)} }
	for name, fill := range map[string]func(f fstest.MapFS){
		"compose files and Dockerfiles": func(f fstest.MapFS) {
			for i := range 400 {
				put(f, fmt.Sprintf("d%d/docker-compose.dev.yml", i), "services:\n  a: {build: .}\n")
				put(f, fmt.Sprintf("d%d/docker-compose.prod.yml", i), "services:\n  a: {build: .}\n")
				put(f, fmt.Sprintf("d%d/Dockerfile", i), "FROM python:3.13\nFROM d1\n")
			}
		},
		"services": func(f fstest.MapFS) {
			var b strings.Builder
			b.WriteString("services:\n")
			for i := range 5000 {
				fmt.Fprintf(&b, "  s%d: {image: b%d, build: {context: ., target: t%d}, command: python manage.py x, environment: {A: \"${A%d:-x}\"}}\n", i, i, i, i)
			}
			put(f, "docker-compose.yml", b.String())
		},
		"environment files of a service": func(f fstest.MapFS) {
			var b strings.Builder
			b.WriteString("services:\n  web:\n    build: .\n    env_file:\n")
			for i := range 10_000 {
				fmt.Fprintf(&b, "      - e%d.env\n", i)
			}
			put(f, "docker-compose.yml", b.String())
		},
		"environment files": func(f fstest.MapFS) {
			for i := range 3000 {
				put(f, fmt.Sprintf("e%d/.env.example", i), "DEBUG=False\nA=${B}\nB=${A}\n")
			}
			var b strings.Builder
			b.WriteString("from dotenv import load_dotenv\n")
			for i := range 3000 {
				fmt.Fprintf(&b, "load_dotenv('e%d/.env')\n", i)
			}
			put(f, "site1/settings.py", b.String())
		},
		"projects": func(f fstest.MapFS) {
			for i := range 400 {
				put(f, fmt.Sprintf("p%d/manage.py", i), manage)
				put(f, fmt.Sprintf("p%d/site1/settings.py", i), "A = 1\n")
				put(f, fmt.Sprintf("p%d/site1/wsgi.py", i), manage)
				put(f, fmt.Sprintf("p%d/Dockerfile", i), "FROM python:3.13\nCOPY . .\n")
			}
		},
		"nested projects": func(f fstest.MapFS) {
			dir := ""
			for i := range 150 {
				dir += fmt.Sprintf("p%d/", i)
				put(f, dir+"manage.py", manage)
				put(f, dir+"site1/settings.py", "A = 1\n")
			}
		},
		"URLs": func(f fstest.MapFS) {
			var b strings.Builder
			b.WriteString("from django.urls import include, path\nurlpatterns = [\n")
			for i := range 30 {
				fmt.Fprintf(&b, "  path('a%d/', include('u%d')),\n", i, i)
			}
			b.WriteString("]\n")
			put(f, "site1/urls.py", b.String())
			for i := range 30 {
				put(f, fmt.Sprintf("u%d.py", i), b.String())
			}
		},
		"requirements": func(f fstest.MapFS) {
			for i := range 300 {
				put(f, fmt.Sprintf("requirements/r%d-requirements.txt", i), strings.Repeat(fmt.Sprintf("-r r%d-requirements.txt\n", (i+1)%300), 300))
			}
		},
		"scripts": func(f fstest.MapFS) {
			for i := range 400 {
				put(f, fmt.Sprintf("s%d.sh", i), strings.Repeat(fmt.Sprintf(". ./s%d.sh\n./s%d.sh\n", (i+1)%400, (i+2)%400), 50))
			}
			put(f, "docker-compose.yml", "services:\n  web:\n    build: .\n    command: ./s0.sh\n")
		},
		"mentions": func(f fstest.MapFS) {
			put(f, "docker-compose.yml", "services:\n  web: {build: .}\n")
			put(f, "deploy.sh", strings.Repeat("docker compose "+strings.Repeat("-f docker-compose.yml ", 50)+"up\ndocker build -t a -f Dockerfile .\n", 3000))
		},
		"one line": func(f fstest.MapFS) {
			put(f, "README.md", "docker compose "+strings.Repeat("-f a ", 300_000))
			put(f, "requirements.txt", strings.Repeat("a", 1<<20))
			put(f, "pyproject.toml", "[project]\ndependencies = ["+strings.Repeat(`"a",`, 200_000)+"]\n")
			put(f, "fly.toml", "[env]\nA = "+strings.Repeat("x", 1<<20)+"\n")
			put(f, "k8s/a.yaml", strings.Repeat("- name: A\n  value: b\n", 50_000))
		},
		"interpolation": func(f fstest.MapFS) {
			put(f, "docker-compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn site1.wsgi\n    environment:\n"+strings.Repeat("      - A=${B:-${C:-${D:-x}}}\n", 5000))
			put(f, ".env", strings.Repeat("B=${C}${C}\nC=${B}${B}\n", 5000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := base()
			fill(f)
			done := make(chan *repo.Repo, 1)
			start := time.Now()
			go func() { done <- load(t, f, repo.Options{}) }()
			select {
			case r := <-done:
				if len(r.Deployment.Projects) == 0 {
					t.Error("no project is found")
				}
				for _, p := range r.Problems() {
					if strings.Contains(p.Text, "internal error") {
						t.Error(p.Text)
					}
				}
				t.Logf("%v", time.Since(start))
			case <-time.After(40 * time.Second):
				t.Fatal("it takes too long")
			}
		})
	}
}
