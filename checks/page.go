package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Page returns the documentation page of a check as Markdown: docs/checks/<id>.md is this text.
func Page(c *Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n`%s` · %s", c.Title, c.ID, c.Severity)
	if s := c.fallbackSeverity(); s != c.Severity {
		fmt.Fprintf(&b, " · %s where it holds only while a variable is left unset", s)
	}
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, " · once called `%s`", strings.Join(c.Aliases, "`, `"))
	}
	return b.String() + "\n\n" + Help(c)
}

// Help returns the page without its heading, for places that show title and severity themselves.
func Help(c *Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n## Fix\n\n%s\n", c.Why, c.Fix)
	if c.Misses != "" {
		fmt.Fprintf(&b, "\n## What it does not see\n\n%s\n", c.Misses)
	}
	b.WriteString("\n## Fails\n")
	writeFiles(&b, Example(c.Bad))
	b.WriteString("\n## Passes\n")
	writeFiles(&b, Example(c.Good))
	b.WriteString("\n## Sources\n\n")
	for _, ref := range c.Refs {
		fmt.Fprintf(&b, "- <%s>\n", ref)
	}
	return b.String()
}

// FallbackSeverity is the severity of the check's findings that hold only while a variable is left unset.
func (c *Check) FallbackSeverity() Severity { return c.fallbackSeverity() }

// An ExampleFile is one file of a check's Bad or Good, as people are shown it.
type ExampleFile struct {
	Name string
	Note string // "not committed", "committed once and gone", or ""
	Text string
	Here []int // 1-based lines of Text that are reported
}

var (
	fileMarker = regexp.MustCompile(`(?m)^-- (.+) --\n`)
	// expectation is a want or miss comment of archive_test.go at the end of a line.
	expectation = regexp.MustCompile("[ \t]*(?:#|//|;|<!--|\\{#)[ \t]*(want|miss) [\"`].*$")
)

// Example splits a txtar archive into its files, without the expectations that make it a test.
func Example(archive string) []ExampleFile {
	var files []ExampleFile
	marks := fileMarker.FindAllStringSubmatchIndex(archive, -1)
	for i, m := range marks {
		end := len(archive)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		f := ExampleFile{Name: archive[m[2]:m[3]]}
		if name, ok := strings.CutPrefix(f.Name, "@untracked/"); ok {
			f.Name, f.Note = name, "not committed"
		} else if name, ok := strings.CutPrefix(f.Name, "@history/"); ok {
			f.Name, f.Note = name, "committed once and gone"
		}
		f.Text, f.Here = withoutExpectations(archive[m[1]:end])
		files = append(files, f)
	}
	return files
}

func withoutExpectations(text string) (string, []int) {
	var lines []string
	var here []int
	next := false
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		m := expectation.FindStringSubmatchIndex(line)
		if m != nil && strings.TrimSpace(line[:m[0]]) == "" {
			next = line[m[2]:m[3]] == "want" // it speaks of the next line
			continue
		}
		if m != nil {
			next = next || line[m[2]:m[3]] == "want"
			line = line[:m[0]]
		}
		lines = append(lines, line)
		if next {
			here, next = append(here, len(lines)), false
		}
	}
	return strings.Join(lines, "\n"), here
}

func writeFiles(b *strings.Builder, files []ExampleFile) {
	for _, f := range files {
		fmt.Fprintf(b, "\n`%s`", f.Name)
		switch {
		case f.Note != "" && len(f.Here) > 0:
			fmt.Fprintf(b, " (%s), reported at %s", f.Note, lineList(f.Here))
		case f.Note != "":
			fmt.Fprintf(b, " (%s)", f.Note)
		case len(f.Here) > 0:
			fmt.Fprintf(b, ", reported at %s", lineList(f.Here))
		}
		b.WriteString("\n")
		if strings.TrimSpace(f.Text) == "" {
			continue
		}
		fence := "```"
		for strings.Contains(f.Text, fence) {
			fence += "`"
		}
		fmt.Fprintf(b, "%s%s\n%s\n%s\n", fence, language(f.Name), f.Text, fence)
	}
}

func lineList(ns []int) string {
	word := "line"
	if len(ns) > 1 {
		word = "lines"
	}
	return word + " " + strings.Join(strings.Fields(strings.Trim(fmt.Sprint(ns), "[]")), ", ")
}

// language is the name by which Markdown readers know the language of a file.
func language(name string) string {
	base := strings.ToLower(path.Base(name))
	switch ext := path.Ext(base); {
	case ext == ".py":
		return "python"
	case ext == ".yml", ext == ".yaml":
		return "yaml"
	case strings.Contains(base, "dockerfile") && ext != ".dockerignore":
		return "dockerfile"
	case strings.HasPrefix(base, ".env"), ext == ".env":
		return "sh"
	case ext == ".sh", ext == ".toml", ext == ".json", ext == ".html", ext == ".js", ext == ".jsx", ext == ".ts", ext == ".tsx":
		return ext[1:]
	case ext == ".conf":
		return "nginx"
	}
	return ""
}

// ChecklistPage returns docs/checklist.md: every row of the checklist and the checks that answer it.
func ChecklistPage() string {
	var b strings.Builder
	b.WriteString("# The checklist\n\nWhat is promised, and the checks that verify it. A row fails if any of its checks does. Those whose names begin with live- ask the running site: prodcheck verify.\n")
	for _, s := range Checklist() {
		fmt.Fprintf(&b, "\n## %s\n\n| | row | checks | severity |\n|---|---|---|---|\n", s.Title)
		for _, r := range s.Rows {
			var ids, severities []string
			for _, c := range r.Checks {
				ids = append(ids, fmt.Sprintf("[%s](checks/%s.md)", c.ID, c.ID))
				severities = append(severities, c.Severity.String())
			}
			for _, id := range r.Live {
				ids = append(ids, fmt.Sprintf("[%s](checks/%s.md)", id, id))
				severities = append(severities, LookupLive(id).Severity.String())
			}
			if len(ids) == 0 {
				ids = []string{"not from the repository"}
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Key, r.Title, strings.Join(ids, "<br>"), strings.Join(severities, "<br>"))
		}
	}
	return b.String()
}
