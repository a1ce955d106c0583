package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// MarkdownOptions say what a report does not know about itself.
type MarkdownOptions struct {
	Version string // of the tool
	Name    string // of the repository
}

// Markdown writes the report as a document of its own, for wikis, tickets and release notes: the answer, what to fix, and the
// checklist as a task list with one line of evidence for each row. Nothing of the repository acts in it.
func Markdown(w io.Writer, r *checks.Report, o MarkdownOptions) error {
	p := newPage(r, HTMLOptions{Version: o.Version, Name: o.Name})
	m := &markdown{}
	m.line("# ", prose(p.Headline))
	m.line()
	from := []string{"prodcheck " + o.Version}
	if o.Name != "" {
		from = append(from, code(p.Name))
	}
	from = append(from, fmt.Sprintf("%d files read of %d", p.Read, p.Seen))
	m.line(strings.Join(from, " · "))
	m.line()
	var counts []string
	for _, t := range p.Tiles {
		counts = append(counts, "**"+t.Count+"** "+t.Label)
	}
	m.line(strings.Join(counts, " · "))
	if len(p.View) > 0 {
		m.line()
		m.line("## What was taken for production")
		m.line()
		for _, c := range p.View {
			line := "- " + c.What + " " + code(c.Chosen)
			if c.Because != "" {
				line += ", " + prose(c.Because)
			}
			m.line(line)
		}
	}
	for _, s := range p.Sections {
		m.documentSection(s)
	}
	m.lines("Attestations and waivers to look at", p.Notices)
	m.lines("Not read in full", p.Problems)
	return m.writeTo(w, "Markdown report")
}

// lines writes a section of lines, if there are any.
func (m *markdown) lines(title string, ls []pageLine) {
	if len(ls) == 0 {
		return
	}
	m.line()
	m.line("## ", title)
	m.line()
	for _, l := range ls {
		m.line("- ", at(l.At), prose(l.Text))
	}
}

// at is a place in front of a text.
func at(place string) string {
	if place == "" {
		return ""
	}
	return code(place) + " "
}

func (m *markdown) documentSection(s *pageSection) {
	m.line()
	if len(s.Rows) == 0 {
		m.line("## ", s.Title)
		m.line()
		m.line(count(len(s.Silent), "row does", "rows do"), " not apply here.")
		return
	}
	m.line(fmt.Sprintf("## %s: %d of %d hold", s.Title, s.Holds, s.Asked))
	m.line()
	for _, row := range s.Rows {
		box := "[ ]"
		if row.Class == "pass" {
			box = "[x]"
		}
		line := "- " + box + " " + row.Mark + " **" + prose(row.Title) + "**"
		if row.Evidence != "" {
			line += ": " + m.documentEvidence(row)
		}
		m.line(line)
		for _, f := range row.Findings {
			m.pageFinding(f)
		}
		for _, l := range row.Notes {
			m.line("  - ", at(l.At), prose(l.Text))
		}
		if row.Elsewhere != "" && len(row.Findings) == 0 {
			m.line("  - told at ", prose(row.ElsewhereTitle))
		}
	}
	if n := len(s.Silent); n > 0 {
		m.line()
		m.line(count(n, "row does", "rows do"), " not apply here.")
	}
}

// evidence is what shows a row's answer, in one line.
func (m *markdown) documentEvidence(row *pageRow) string {
	if row.Class == "unknown" && len(row.Unknowns) > 0 {
		l := row.Unknowns[0]
		text := prose(l.Text)
		if l.Settle != "" {
			text += "; to settle it, " + prose(l.Settle)
		}
		return text
	}
	if len(row.Passes) == 0 {
		return prose(row.Evidence)
	}
	return at(row.Passes[0].At) + prose(row.Passes[0].Text)
}

func (m *markdown) pageFinding(f *pageFinding) {
	for i, s := range f.Sentences {
		lead := "    "
		if i == 0 {
			lead = "  - **" + f.Severity + "** "
		}
		end := ""
		if i < len(f.Sentences)-1 || len(f.Places) > 0 {
			end = "<br>"
		}
		m.line(lead, prose(s), end)
	}
	var places []string
	for i, p := range f.Places {
		if i == 6 {
			places = append(places, fmt.Sprintf("and %d more", len(f.Places)-i+f.MoreAt))
			break
		}
		places = append(places, strings.TrimSpace(at(p.At)+"["+p.Check+"]("+p.URL+")"))
	}
	m.line("    ", strings.Join(places, ", "))
	var steps []string
	for i, t := range f.Trail {
		if i == 4 {
			steps = append(steps, fmt.Sprintf("%d more steps", len(f.Trail)-i))
			break
		}
		steps = append(steps, at(t.At)+prose(t.Text))
	}
	if len(steps) > 0 {
		m.line("    - because ", strings.Join(steps, " ← "))
	}
	for _, fix := range f.Fixes[:min(len(f.Fixes), maxFixes)] {
		m.line("    - fix: ", prose(fix))
	}
}
