package deploy

import (
	"path"
	"strings"
)

const (
	maxCode     = 4000    // files of one project's code
	maxCodeSize = 1 << 20 // bytes of one of them
)

// code lists the Python files of a project's own code: those below its root that no other project owns, without tests, migrations
// and generated files.
func (v *view) code(p *Project) {
	for _, f := range under(v.fs.Paths(), p.Root) {
		if !strings.HasSuffix(f, ".py") || len(p.Code) >= maxCode {
			continue
		}
		if v.notCode(f, p) {
			continue
		}
		if file := v.fs.File(f); file != nil && len(file.Text) > 0 && len(file.Text) <= maxCodeSize {
			p.Code = append(p.Code, file)
		}
	}
}

func (v *view) notCode(f string, p *Project) bool {
	name := path.Base(f)
	if strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test.py") || name == "tests.py" || name == "conftest.py" || name == "setup.py" || name == "manage.py" {
		return true
	}
	rel := strings.TrimPrefix(strings.TrimPrefix(folder(f), p.Root), "/")
	for _, d := range strings.Split(rel, "/") {
		if d == "migrations" || d == "locale" || d == "static" {
			return true
		}
	}
	return aside(rel) || len(v.d.Projects) > 1 && v.nearest(f) != p.Root
}
