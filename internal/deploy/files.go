package deploy

import (
	"path"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Files is what the production view sees of a repository. All paths are root-relative and slash-separated. Methods may be called
// concurrently and give the same answer every time.
type Files interface {
	// Paths returns every regular file, sorted. It must not be changed.
	Paths() []string
	Has(path string) bool
	IsDir(path string) bool
	// Present reports whether a file belongs to the repository, and is not only in this work tree.
	Present(path string) bool
	// File returns the file, or nil if there is none or it cannot be read.
	File(path string) *source.File
	Python(path string) *python.Module
	Dockerfile(path string) *dockerfile.File
}

// folder returns the folder of a root-relative path; "" is the root.
func folder(p string) string {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[:i]
	}
	return ""
}

// join joins a folder and a relative path; ok is false if the result leaves the root.
func join(dir, p string) (out string, ok bool) {
	if p == "" || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.ContainsAny(p, "\x00\\") || len(p) > 4096 {
		return "", false
	}
	out = path.Join(dir, p)
	if out == ".." || strings.HasPrefix(out, "../") {
		return "", false
	}
	if out == "." {
		out = ""
	}
	return out, true
}

// inside reports whether a path is in a folder or below it.
func inside(p, dir string) bool { return dir == "" || p == dir || strings.HasPrefix(p, dir+"/") }

// under returns the part of the sorted paths that is below a folder.
func under(paths []string, dir string) []string {
	if dir == "" {
		return paths
	}
	lo := sort.SearchStrings(paths, dir+"/")
	hi := sort.SearchStrings(paths, dir+"0") // '0' follows '/'
	return paths[lo:hi]
}

// words splits a file name into its lower-case words: "docker-compose.prod.yml" is docker, compose, prod, yml.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
}

// A stage is what a name says about where a file is used.
type stage uint8

const (
	plainStage stage = iota // the name says nothing
	production
	development // development, test or continuous integration
	otherStage  // staging, a demonstration, a part of a deployment
)

// stageOf tells what a name says.
func stageOf(name string) stage {
	out := plainStage
	for _, w := range words(name) {
		switch w {
		case "prod", "production", "prd", "live":
			return production
		case "dev", "devel", "develop", "development", "local", "localhost", "test", "tests", "testing", "ci", "override", "debug", "devcontainer",
			"e2e", "benchmark", "bench", "localdev", "pytest", "sandbox", "gitpod", "codespaces", "playground", "vscode", "selenium", "cypress",
			"circleci", "travis", "jenkins", "devproject", "testproject", "devdocker":
			out = development
		case "staging", "stage", "stg", "demo", "qa", "uat", "preview", "review":
			if out == plainStage {
				out = otherStage
			}
		}
	}
	return out
}

// aside reports whether a folder of the path holds what production does not run: tests, examples, documentation, project templates.
func aside(p string) bool {
	for dir := p; dir != ""; dir = folder(dir) {
		name := strings.ToLower(path.Base(dir))
		switch name {
		case "tests", "test", "testing", "testproject", "test_project", "example", "examples", "example_project", "docs", "doc", "demo", "demos", "sample",
			"samples", "sandbox", "fixtures", "testdata", "vendor", "third_party", "benchmark", "benchmarks", ".devcontainer", ".github", "e2e",
			"tutorial", "tutorials", "playground", "cookiecutter", "project_template", "project_templates":
			return true
		}
		if strings.HasPrefix(name, ".") && (strings.Contains(name, "container") || strings.Contains(name, "worktree") || strings.Contains(name, "vscode")) {
			return true
		}
		if strings.Contains(name, "{{") || strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test") || strings.HasSuffix(name, "_tests") {
			return true
		}
	}
	return false
}
