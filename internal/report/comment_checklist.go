package report

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// A rowKind is how a row of the checklist is shown: by its status, or, where no check speaks, by who could answer it.
type rowKind uint8

const (
	rowNone rowKind = iota // nothing here for it
	rowHolds
	rowFails
	rowUnknown
	rowLive   // only the running site can tell
	rowServer // only the output of a command on the server can tell
	rowPeople // only a person can tell
)

func kind(row *checks.RowResult) rowKind {
	switch row.Status {
	case checks.Pass, checks.Attested:
		return rowHolds
	case checks.Fail:
		return rowFails
	case checks.Unknown:
		if !waits(row) {
			return rowUnknown
		}
		switch row.Awaits() {
		case checks.FromSite:
			return rowLive
		case checks.FromServer:
			return rowServer
		}
		return rowPeople
	}
	return rowNone
}

// checklist writes the checklist, folded: each section in the user's order with its rows ticked, crossed, or honestly unknown.
func (m *markdown) checklist(r *checks.Report, evidence bool) {
	n := map[rowKind]int{}
	total := 0
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			n[kind(row)]++
			total++
		}
	}
	if total == 0 {
		return
	}
	parts := []string{fmt.Sprintf("%d of %d hold", n[rowHolds], total)}
	for _, p := range []struct {
		kind rowKind
		text string
	}{{rowFails, "%d fail"}, {rowUnknown, "%d unknown"}, {rowLive, "%d need the running site"}, {rowServer, "%d the server"}, {rowPeople, "%d for people"}, {rowNone, "%d not here"}} {
		if c := n[p.kind]; c > 0 {
			parts = append(parts, fmt.Sprintf(p.text, c))
		}
	}
	m.line("<details><summary>Checklist: ", strings.Join(parts, " · "), "</summary>")
	m.line()
	for _, s := range r.Sections {
		m.section(s, evidence)
	}
	m.line("</details>")
	m.line()
}

func (m *markdown) section(s *checks.SectionResult, evidence bool) {
	holds := 0
	for _, row := range s.Rows {
		if kind(row) == rowHolds {
			holds++
		}
	}
	m.line("**", s.Title, "** · ", fmt.Sprintf("%d of %d", holds, len(s.Rows)))
	m.line()
	for _, row := range s.Rows {
		m.row(row, evidence)
	}
	m.line()
}

// row writes one row: a tick with what shows it, a cross, or a question mark with what would settle it.
func (m *markdown) row(row *checks.RowResult, evidence bool) {
	title := prose(row.Row.Title)
	switch kind(row) {
	case rowHolds:
		m.line("- [x] ", title, m.evidence(row, evidence))
	case rowFails:
		m.line("- [ ] **", title, "** · ❌ ", m.failure(row, evidence))
	case rowUnknown:
		m.line("- [ ] ", title, " · ❔ ", m.unknown(row, evidence))
	case rowLive:
		m.line("- [ ] ", title, " · ❔ the running site would tell")
	case rowServer:
		m.line("- [ ] ", title, " · ❔ the server would tell")
	case rowPeople:
		m.line("- [ ] ", title, " · 👤")
	default:
		m.line("- [ ] ", title, " · not here")
	}
}

// failure says where a row fails first, and how often.
func (m *markdown) failure(row *checks.RowResult, evidence bool) string {
	n, at := 0, ""
	for _, res := range row.Checks {
		for _, f := range res.Findings {
			if n++; at == "" && evidence {
				at = m.place(f.Place, true)
			}
		}
	}
	switch {
	case at == "":
		return count(n, "finding", "findings")
	case n > 1:
		return fmt.Sprintf("%s and %d more", at, n-1)
	}
	return at
}

// evidence is what shows that a row holds.
func (m *markdown) evidence(row *checks.RowResult, evidence bool) string {
	if !evidence {
		return ""
	}
	l := row.Evidence()
	text := ""
	if at := m.place(l.Place, true); at != "" {
		text = " " + at
	}
	if l.Text != row.Row.Title && l.Text != "" {
		text += " " + prose(l.Text)
	}
	if text == "" {
		return ""
	}
	return " ·" + text
}

// unknown says why a row is not known, and what would settle it.
func (m *markdown) unknown(row *checks.RowResult, evidence bool) string {
	l := row.Evidence()
	switch {
	case l.Text == "":
		return "cannot be known from here"
	case l.Settle != "" && evidence:
		return prose(l.Text) + "; to settle: " + prose(l.Settle)
	}
	return prose(l.Text)
}
