package checks

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

// How much is read of waivers beside the code: files are written by anybody.
const (
	maxInline       = 2000 // in a repository
	maxInlineLine   = 4096 // bytes of a line
	maxInlineReason = 300  // bytes of a reason
)

// mark begins a waiver beside the code: prodcheck:ignore[django-debug-enabled] reason — until 2027-01-31
const mark = "prodcheck:ignore"

var (
	inlineMark = regexp.MustCompile(`prodcheck:ignore\[([^\]\[]*)\]`)
	// inlineEnd is the end of a waiver's text: the day after the word until, with whatever dash stands before it.
	inlineEnd = regexp.MustCompile(`[\s,;:(—–-]*\buntil\s+(\d{4}-\d{2}-\d{2})\b\)?`)
	// commentEnds are what closes a comment in the languages that have it closed.
	commentEnds = []string{"-->", "*/", "#}", "%}", "--}}", `"""`, "'''"}
	// commentStarts are what may stand before a waiver that is alone on its line, which then speaks of the next line.
	commentStarts = regexp.MustCompile(`^\s*(?:#+|//+|/\*+|\*|--|;+|<!--|\{#|\{/\*|%|"|REM\b)?\s*$`)
)

// Inline returns the waivers that stand beside the code of a repository, in files that were looked into, sorted by place. A comment
// speaks of its own line, and if it is alone there, of the next line that is no such comment. Prose is left out: it explains them.
func Inline(r *repo.Repo) (all []Waiver) {
	for _, name := range r.Opened() {
		switch strings.ToLower(path.Ext(name)) {
		case ".md", ".rst", ".txt", ".adoc", ".lock":
			continue
		}
		file := r.File(name)
		if file == nil || !bytes.Contains(file.Text, []byte(mark)) || path.Base(name) == ".prodcheck.yml" {
			continue
		}
		for n := 1; n <= file.Lines() && len(all) < maxInline; n++ {
			all = append(all, inlineAt(file, n)...)
		}
	}
	return all[:min(len(all), maxInline)]
}

// inlineAt returns the waivers that stand on one line.
func inlineAt(file *source.File, n int) (all []Waiver) {
	text := file.Line(n)
	if len(text) > maxInlineLine || !strings.Contains(text, mark) {
		return nil
	}
	marks := inlineMark.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return nil
	}
	about := n
	if alone(text) {
		for about = n + 1; about < file.Lines() && alone(file.Line(about)); about++ {
		}
	}
	code := file.Line(about)
	if at := inlineMark.FindStringIndex(code); at != nil {
		code = code[:at[0]]
	}
	code = strings.Join(strings.Fields(code), "")
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		reason, until := inlineText(text[m[1]:end])
		for id := range strings.SplitSeq(text[m[2]:m[3]], ",") {
			id = strings.TrimSpace(id)
			if slices.ContainsFunc(all, func(w Waiver) bool { return w.Check == id }) || len(id) > 100 {
				continue
			}
			all = append(all, Waiver{
				Check: id, Path: file.Path, Reason: reason, Until: until, Inline: true, Code: code, line: about,
				At: Place{Path: file.Path, Line: n, Column: 1, EndLine: n, File: file},
			})
		}
	}
	return all
}

// alone reports whether a line is nothing but a comment with a waiver.
func alone(line string) bool {
	m := inlineMark.FindStringIndex(line)
	return m != nil && len(line) <= maxInlineLine && commentStarts.MatchString(line[:m[0]])
}

// inlineText splits the text behind a waiver's mark into its reason and its end; a day that is no day is no end.
func inlineText(text string) (reason string, until time.Time) {
	if m := inlineEnd.FindStringSubmatchIndex(text); m != nil {
		until, _ = time.Parse(time.DateOnly, text[m[2]:m[3]])
		text = text[:m[0]]
	}
	text = strings.TrimSpace(text)
	for _, end := range commentEnds {
		text = strings.TrimSpace(strings.TrimSuffix(text, end))
	}
	text = strings.Trim(text, " \t:;,—–-#/*")
	if len(text) > maxInlineReason {
		text = strings.ToValidUTF8(text[:maxInlineReason], "") + "…"
	}
	return text, until
}
