package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxDocuments     = 120
	maxDocumentLines = 5000
)

// documents returns the repository's own documents that a new colleague would look into: at the root, in folders named docs and
// the like, and README files beside the parts of the site.
func documents(f *Facts) []string {
	found := f.Repo.Find(func(name string) bool {
		switch strings.ToLower(path.Ext(name)) {
		case ".md", ".rst", ".adoc", ".txt", ".mdx", ".markdown":
		default:
			return false
		}
		base := strings.ToLower(path.Base(name))
		if strings.HasPrefix(base, "requirements") || base == "robots.txt" || strings.HasPrefix(base, "license") || strings.HasPrefix(base, "changelog") {
			return false
		}
		dirs := strings.Split(strings.ToLower(path.Dir(name)), "/")
		if dirs[0] == "." {
			return true
		}
		if len(dirs) > 4 {
			return false
		}
		for _, d := range dirs {
			switch d {
			case "docs", "doc", "documentation", "wiki", "deploy", "deployment", "ops", "runbooks", ".github", "infra", "infrastructure":
				return true
			}
		}
		return len(dirs) == 1 && strings.HasPrefix(base, "readme")
	})
	return found[:min(len(found), maxDocuments)]
}

// A topic is what a document must speak about: by the name of a file, or by a heading.
type topic struct {
	name    *regexp.Regexp // of files, without folder
	heading *regexp.Regexp
	text    *regexp.Regexp // of a line of a script or document, or nil
}

// find returns where a document speaks of the topic, the zero Span if none does.
func (t topic) find(f *Facts) source.Span {
	var named source.Span
	for _, name := range documents(f) {
		file := f.Repo.File(name)
		if file == nil || len(strings.TrimSpace(string(file.Text))) == 0 {
			continue
		}
		if named.IsZero() && t.name.MatchString(path.Base(name)) {
			named = file.LineSpan(1)
		}
		for n := 1; n <= min(file.Lines(), maxDocumentLines); n++ {
			line := file.Line(n)
			if isHeading(file, n, line) && t.heading.MatchString(line) || t.text != nil && t.text.MatchString(line) {
				return file.LineSpan(n)
			}
		}
	}
	return named
}

// isHeading reports whether a line is a heading of Markdown, AsciiDoc or reStructuredText.
func isHeading(file *source.File, n int, line string) bool {
	if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "==") && len(line) > 3 && strings.ContainsAny(line, "abcdefghijklmnopqrstuvwxyz") {
		return true
	}
	under := strings.TrimSpace(file.Line(n + 1))
	return line != "" && len(under) >= 3 && strings.Trim(under, "=-~^") == "" && len(line) < 100
}

// readme is where a missing document would be mentioned.
func readme(f *Facts) source.Evidence {
	for _, name := range []string{"README.md", "README.rst", "README.txt", "README", "readme.md"} {
		if file := f.Repo.File(name); file != nil {
			return firstLine(file)
		}
	}
	return absent("README.md")
}

// deploys reports whether the repository is a site that somebody puts into production.
func deploys(f *Facts) bool {
	for _, p := range f.Projects() {
		if p.Unset != nil && len(p.Unset.Names()) > 0 {
			return true
		}
	}
	for _, s := range productionStacks(f) {
		if len(running(s)) > 0 {
			return true
		}
	}
	return false
}

// documented is the Run of a check that asks for a document.
func documented(t topic, missing string) func(*Facts, *Verdict) {
	return func(f *Facts, v *Verdict) {
		if !deploys(f) {
			return
		}
		if at := t.find(f); !at.IsZero() {
			v.Pass(source.At(at), "%s", strings.TrimSpace(strings.TrimLeft(at.Text(), "# =")))
			return
		}
		v.Fail(readme(f), "%s", missing)
	}
}
