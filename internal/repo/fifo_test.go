//go:build unix

package repo_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/prodcheck/prodcheck/internal/repo"
)

// TestPipe: a pipe under the name of a file that matters is not opened, which would wait for a writer for ever.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"docker-compose.yml", "manage.py", ".env", "Dockerfile"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
			t.Skip(err)
		}
	}
	r := load(t, os.DirFS(dir), repo.Options{})
	if !told(r, "docker-compose.yml", "not a regular file") {
		t.Errorf("problems: %v", r.Problems())
	}
	if len(r.Paths()) != 0 || r.File("manage.py") != nil {
		t.Errorf("%q", r.Paths())
	}
}
