package report

import (
	"fmt"
	"io"

	"github.com/prodcheck/prodcheck/checks"
)

// MaxSummary is the longest step summary, in bytes. The runner drops one of more than 1 MiB altogether, and other steps' of the
// same job do not count (actions/runner, FileCommandManager.cs).
const MaxSummary = 900 << 10

// Summary writes the step summary: all that the comment says, and every finding, explained. It is at most MaxSummary bytes.
func Summary(w io.Writer, r *checks.Report, o CommentOptions) error {
	o.Run = "" // it is on the run's own page
	var m *markdown
	for _, d := range []detail{{rows: 1000, explain: 1000, evidence: true}, {rows: 300, explain: 100, evidence: true}, {rows: 100, explain: 10}, {rows: 20}} {
		m = &markdown{o: o}
		m.summary(r, d)
		if m.Len() <= MaxSummary {
			break
		}
	}
	if m.Len() > MaxSummary {
		m = &markdown{o: o}
		m.line("### ", m.headline(r))
		m.line()
		m.line("There is too much to tell here: the SARIF and JSON reports have all of it.")
	}
	return m.writeTo(w, "summary")
}

func (m *markdown) summary(r *checks.Report, d detail) {
	m.line("### ", m.headline(r))
	m.line()
	m.warnings()
	if c := m.o.Comparison; c != nil {
		m.findings(only(r, c.New), d)
		m.fixed()
		if old := only(r, c.Old); len(c.Old) > 0 {
			m.line("<details><summary>", count(len(groups(old)), "older problem", "older problems"), "</summary>")
			m.line()
			m.findings(old, d)
			m.line("</details>")
			m.line()
		}
	} else {
		m.findings(r, d)
	}
	m.checklist(r, d.evidence)
	m.production(r)
	m.unread(r)
	m.footer(0)
}

// production tells what production was taken for.
func (m *markdown) production(r *checks.Report) {
	if len(r.View) == 0 {
		return
	}
	m.line("<details><summary>What production was taken for</summary>")
	m.line()
	for i, l := range r.View {
		if i == 100 {
			m.line(fmt.Sprintf("- … and %d more", len(r.View)-i))
			break
		}
		if l.Choice == nil {
			m.line("- ", prose(l.Text))
			continue
		}
		m.line("- ", prose(l.Choice.What), " ", code(l.Choice.Chosen), " · ", prose(because(l.Choice.Because, l.Choice.Stated)))
	}
	m.line()
	m.line("</details>")
	m.line()
}

// unread tells what could not be read in full.
func (m *markdown) unread(r *checks.Report) {
	if len(r.Problems) == 0 {
		return
	}
	m.line("<details><summary>Not read in full: ", count(len(r.Problems), "place", "places"), "</summary>")
	m.line()
	for i, l := range r.Problems {
		if i == 100 {
			m.line(fmt.Sprintf("- … and %d more", len(r.Problems)-i))
			break
		}
		at := m.place(l.Place, false)
		if at != "" {
			at += " "
		}
		m.line("- ", at, prose(l.Text))
	}
	m.line()
	m.line("</details>")
	m.line()
}
