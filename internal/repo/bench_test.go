package repo_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/repo"
)

// tree writes a repository of 20,000 files, 60 of them relevant to the production view.
func tree(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	n := 0
	put := func(name, text string) {
		write(t, dir, name, text)
		n++
	}
	put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n")
	put("docker-compose.yml", "services:\n  web:\n    build: .\n    env_file: .env\n    command: gunicorn site1.wsgi\n  db:\n    image: postgres:17\n")
	put("docker-compose.dev.yml", "services:\n  web:\n    build: .\n    command: python manage.py runserver\n")
	put("Dockerfile", "FROM python:3.13\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"/app/entrypoint.sh\"]\n")
	put("entrypoint.sh", "#!/bin/sh\nexec \"$@\"\n")
	put(".env.example", "DEBUG=False\nSECRET_KEY=<key>\n")
	put("requirements.txt", "Django==5.2\n")
	put("README.md", strings.Repeat("Read this.\n", 200))
	put("site1/settings.py", "import os\nDEBUG = os.environ.get('DEBUG') == 'True'\nROOT_URLCONF = 'site1.urls'\nINSTALLED_APPS = ['app%d' % n for n in range(10)]\n")
	put("site1/urls.py", "from django.urls import path, include\nurlpatterns = [path('a/', include('app0.urls'))]\n")
	put("site1/wsgi.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n")
	for i := 0; n < 60; i++ {
		put(fmt.Sprintf("app%d/views.py", i), strings.Repeat("def view(request):\n    return render(request, 'a.html', {'b': [1, 2, 3]})\n\n", 60))
	}
	for i := 0; n < 20_000; i++ {
		put(fmt.Sprintf("assets/d%03d/e%d/file%05d.%s", i/100, i/20%5, i, []string{"js", "css", "png", "html", "json", "svg"}[i%6]), "x")
	}
	return dir
}

// BenchmarkLoad loads 20,000 files. It fails if the quickest load takes more than twice the quickest bare walk of the same tree and
// 50 ms, or if the process needs more than 100 MB.
func BenchmarkLoad(b *testing.B) {
	dir := tree(b)
	bare, full := time.Hour, time.Hour
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		_ = filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { return nil })
		bare = min(bare, time.Since(start))
		b.StartTimer()
		start = time.Now()
		r := load(b, os.DirFS(dir), repo.Options{})
		full = min(full, time.Since(start))
		if r.Stats().Seen != 20_000 {
			b.Fatalf("%+v", r.Stats())
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(bare.Microseconds())/1000, "walk-ms")
	b.ReportMetric(float64(full.Microseconds())/1000, "load-ms")
	b.ReportMetric(float64(m.Sys>>20), "MB")
	if b.N > 3 && full > 2*bare+50*time.Millisecond {
		b.Errorf("loading takes %v, a bare walk %v", full, bare)
	}
	if m.Sys > 100<<20 {
		b.Errorf("%d MB", m.Sys>>20)
	}
}
