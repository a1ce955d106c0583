package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

// stdlib lists the files of the installed Python's standard library that the installed Python accepts: every eighth, or with
// PRODCHECK_STDLIB set all of them.
func stdlib(t testing.TB) []string {
	t.Helper()
	py, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIP: no python3 to compare with")
	}
	step := "8"
	if os.Getenv("PRODCHECK_STDLIB") != "" {
		step = "1"
	}
	out, err := exec.Command(py, "-W", "ignore", "-c", `
import ast, os, sys, sysconfig
seen = 0
for root, dirs, files in os.walk(sysconfig.get_path("stdlib")):
    dirs[:] = sorted(d for d in dirs if d not in ("site-packages", "__pycache__"))
    for f in sorted(files):
        if f.endswith(".py"):
            p = os.path.join(root, f)
            seen += 1
            if seen % int(sys.argv[1]):
                continue
            try:
                with open(p, "rb") as h: ast.parse(h.read())
            except Exception:
                continue
            print(p)
`, step).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

func TestAcceptsTheStandardLibrary(t *testing.T) {
	files := stdlib(t)
	n, bytes := 0, 0
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(src) > maxSize {
			continue
		}
		m := Parse(source.NewFile(filepath.Base(name), src))
		n++
		bytes += len(src)
		for _, p := range m.Problems {
			if strings.HasPrefix(p.Text, "the encoding") {
				continue
			}
			t.Errorf("%s:%d: %s", name, p.Span.Position().Line, p.Text)
			break
		}
	}
	t.Logf("%d files, %d bytes", n, bytes)
}
