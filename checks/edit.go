package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Offers adds edits that would mend what the finding is about, and returns the finding.
func (f *Finding) Offers(edits ...fix.Edit) *Finding {
	f.Edits = append(f.Edits, edits...)
	return f
}

// Redactor returns a function that makes a line of a file of the repository fit to be printed: no secret value survives it.
func Redactor(f *Facts) func(line string) string {
	red := f.redactor()
	return red.source
}

// source is a line of a file of the repository without its secrets.
func (r *redactor) source(line string) string {
	return r.known.Redact(secrets.RedactLine(line, r.values))
}

// diff writes what edits would change, with a line of context, ready to be printed. It is "" if they change nothing.
func (r *redactor) diff(edits []fix.Edit) string {
	changes, _ := fix.Apply(edits)
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.Diff(1, r.source))
	}
	return b.String()
}

// editable returns the file of a path to append to: the file, or a new one of that name. It is nil where a file stands that was
// not read.
func editable(f *Facts, name string) *source.File {
	if file := f.Repo.File(name); file != nil && len(file.Text) > 0 {
		return file
	}
	if f.Repo.Has(name) {
		return nil
	}
	return source.NewFile(name, nil)
}

// ignoreRule is the edit that writes a rule for one path into the .gitignore at the root.
func ignoreRule(f *Facts, name string) []fix.Edit {
	file := editable(f, ".gitignore")
	if file == nil || !plainPath(name) {
		return nil
	}
	return []fix.Edit{fix.Append(file, "/"+name+"\n")}
}

// dockerIgnore is the edit that writes rules for paths of a build context into its .dockerignore.
func dockerIgnore(f *Facts, context string, ignore *source.File, names []string) (edits []fix.Edit) {
	file := ignore
	if file == nil {
		if file = editable(f, path.Join(context, ".dockerignore")); file == nil {
			return nil
		}
	}
	for _, name := range names {
		if rel, ok := below(context, name); ok && plainPath(rel) {
			edits = append(edits, fix.Append(file, rel+"\n"))
		}
	}
	return edits
}

// plainPath reports whether a path means itself in an ignore file.
func plainPath(name string) bool {
	return name != "" && !strings.ContainsAny(name, "*?[]!#\\ \t\r\n")
}

// dependabotEntries is the edit that makes .github/dependabot.yml, or adds entries to the list at the end of one that is there.
func dependabotEntries(file *source.File, missing []packages) []fix.Edit {
	entries := func(indent string) string {
		var b strings.Builder
		for _, p := range missing {
			ecosystem, dir := "pip", path.Dir(p.file)
			if p.kind == "npm" {
				ecosystem = "npm"
			}
			if path.Base(dir) == "requirements" {
				dir = path.Dir(dir)
			}
			fmt.Fprintf(&b, "%[1]s- package-ecosystem: %[2]s\n%[1]s  directory: %[3]q\n%[1]s  schedule:\n%[1]s    interval: weekly\n", indent, ecosystem, path.Join("/", dir))
		}
		return b.String()
	}
	if slices.ContainsFunc(missing, func(p packages) bool { return !plainPath(p.file) }) {
		return nil
	}
	if file == nil {
		return []fix.Edit{fix.Append(source.NewFile(".github/dependabot.yml", nil), "version: 2\nupdates:\n"+entries("  "))}
	}
	indent, inUpdates := "", false
	for n := 1; n <= file.Lines(); n++ {
		line := file.Line(n)
		switch text := strings.TrimSpace(line); {
		case text == "" || strings.HasPrefix(text, "#"):
		case text == line && !strings.HasPrefix(text, "-"): // a top-level key
			inUpdates = text == "updates:"
		case inUpdates && strings.HasPrefix(text, "- package-ecosystem:"):
			indent = fix.Indent(file, n)
		}
	}
	last := file.Line(file.Lines())
	if !inUpdates || strings.HasPrefix(strings.TrimSpace(last), "- package") || !strings.Contains(string(file.Text), indent+"- package-ecosystem:") {
		return nil
	}
	return []fix.Edit{fix.Append(file, entries(indent))}
}
