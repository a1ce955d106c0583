package report

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// tick is the mark of a row.
func tick(row *checks.RowResult) (mark string, s style) {
	switch row.Status {
	case checks.Pass, checks.Attested:
		return "✓", green
	case checks.Fail:
		if row.Waived {
			return "~", yellow
		}
		return "✗", red
	case checks.Unknown:
		return "?", yellow
	}
	return "·", dim
}

// A ticks counts the rows of a report by status.
type ticks struct {
	holds, attested, fails, waived, unknown, none, total int
}

func ticksOf(r *checks.Report) (t ticks) {
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			t.total++
			switch row.Status {
			case checks.Pass:
				t.holds++
			case checks.Attested:
				t.holds++
				t.attested++
			case checks.Fail:
				t.fails++
				if row.Waived {
					t.waived++
				}
			case checks.Unknown:
				t.unknown++
			default:
				t.none++
			}
		}
	}
	return t
}

func (t ticks) String() string {
	holds := fmt.Sprintf("%d of %d hold", t.holds, t.total)
	if t.attested > 0 {
		holds += fmt.Sprintf(" (%d attested)", t.attested)
	}
	fails := fmt.Sprintf("%d fail", t.fails)
	if t.waived > 0 {
		fails += fmt.Sprintf(" (%d waived)", t.waived)
	}
	return strings.Join([]string{holds, fails, fmt.Sprintf("%d unknown", t.unknown), fmt.Sprintf("%d not applicable", t.none)}, " · ")
}

// Checklist writes every row of the checklist in its order, ticked, with the one line that shows why.
func Checklist(w io.Writer, r *checks.Report, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	for _, s := range r.Sections {
		p.line(p.paint(bold, safe(s.Title)))
		for _, row := range s.Rows {
			mark, st := tick(row)
			p.hang("  "+mark+" ", plain, st, row.Row.Title)
			l := row.Evidence()
			text := l.Text
			if row.Status == checks.Fail {
				l.Settle = "" // prodcheck scan tells how to mend it
			}
			if text == row.Row.Title {
				text = ""
			}
			if row.Awaits() != checks.Answered && row.Standing == checks.Absent { // who answers says enough
				p.hang("      ", dim, dim, l.Settle)
				continue
			}
			if at := where(l.Place, false); at != "" {
				text = strings.TrimSpace(at + "  " + text)
			}
			if text != "" {
				p.hang("      ", dim, plain, text)
			}
			if l.Settle != "" {
				p.hang("      settle  ", dim, dim, l.Settle)
			}
		}
		p.blank()
	}
	if len(r.Platform) > 0 {
		p.line(p.paint(bold, "Code hosting"))
		for _, f := range r.Platform {
			mark := map[checks.Status]string{checks.Pass: "✓", checks.Fail: "✗"}[f.Status]
			if mark == "" {
				mark = "?"
			}
			p.hang("  "+mark+" ", plain, plain, f.Line.Text)
			if f.Line.Settle != "" {
				p.hang("      settle  ", dim, dim, f.Line.Settle)
			}
		}
		p.blank()
	}
	p.notices(r.Notices)
	p.hang("", bold, plain, ticksOf(r).String())
	return p.writeTo(w, "checklist")
}

// notices prints what is to be said of waivers and attestations.
func (p *printer) notices(ns []checks.Notice) {
	if len(ns) == 0 {
		return
	}
	p.line(p.paint(bold, "Waivers and attestations"))
	for i, n := range ns {
		if i == maxProblems {
			p.line("  ", p.paint(dim, fmt.Sprintf("… and %d more: --format json lists all", len(ns)-i)))
			break
		}
		text := n.Text
		if at := where(n.Place, false); at != "" {
			text = at + ": " + text
		}
		p.hang("  ! ", plain, yellow, text)
	}
	p.blank()
}

// ChecklistMarkdown writes the checklist as a task list in the user's own form: a heading for each section, a box for each row, and
// one link to what shows the answer, from the root of the repository.
func ChecklistMarkdown(w io.Writer, r *checks.Report) error {
	m := &markdown{}
	m.line("# Production security checklist")
	m.line()
	m.line(ticksOf(r).String())
	for _, s := range r.Sections {
		m.line()
		m.line("## ", s.Title)
		m.line()
		for _, row := range s.Rows {
			m.task(row)
		}
	}
	if len(r.Notices) > 0 {
		m.line()
		m.line("## Waivers and attestations")
		m.line()
		for _, n := range r.Notices {
			m.line("- ", prose(n.Text), link(n.Place))
		}
	}
	return m.writeTo(w, "checklist")
}

func (m *markdown) task(row *checks.RowResult) {
	box := "- [ ] "
	if holds(row.Status) {
		box = "- [x] "
	}
	l := row.Evidence()
	text := ""
	switch {
	case row.Status == checks.NotApplicable && l.Text == "":
		text = "not applicable"
	case row.Status == checks.Unknown:
		text = prose(l.Text)
		if l.Settle != "" {
			text += "; to settle it: " + code(l.Settle)
		}
	case l.Text != row.Row.Title:
		text = prose(l.Text)
	}
	mark, _ := tick(row)
	line := box + prose(row.Row.Title)
	if text != "" || l.Place.Path != "" {
		line += ": " + mark + " " + strings.TrimSpace(text+link(l.Place))
	}
	m.line(line)
}

// link is a link to a place of the repository from its root, with a blank before it; "" for nowhere.
func link(p checks.Place) string {
	if p.Path == "" {
		return ""
	}
	u := url.URL{Path: p.Path}
	to := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E").Replace(u.String())
	if p.Line > 0 {
		to += fmt.Sprintf("#L%d", p.Line)
	}
	return " [" + code(where(p, false)) + "](" + to + ")"
}

type jsonTick struct {
	Key         string     `json:"key"`
	Section     string     `json:"section"`
	Title       string     `json:"title"`
	Status      string     `json:"status"`
	Waived      bool       `json:"waived,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Evidence    string     `json:"evidence,omitempty"`
	Settle      string     `json:"settle,omitempty"`
	Place       *jsonPlace `json:"place,omitempty"`
	Attestation *jsonWord  `json:"attestation,omitempty"`
}

// A jsonWord is a person's attestation.
type jsonWord struct {
	By       string `json:"by"`
	On       string `json:"on"`
	Evidence string `json:"evidence"`
	LastDay  string `json:"last_day"`
	Standing string `json:"standing"`
}

func wordOf(row *checks.Row, a *checks.Attestation, s checks.Standing) *jsonWord {
	if a == nil {
		return nil
	}
	return &jsonWord{a.By, a.On.Format("2006-01-02"), a.Evidence, a.LastDay(row).Format("2006-01-02"), s.String()}
}

// ChecklistJSON writes every row with its status and the line that shows why.
func ChecklistJSON(w io.Writer, r *checks.Report) error {
	rows := []jsonTick{}
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			l := row.Evidence()
			rows = append(rows, jsonTick{
				row.Row.Key, s.Title, row.Row.Title, row.Status.String(), row.Waived, row.Reason, l.Text, l.Settle, toJSON(l.Place),
				wordOf(row.Row, row.Attestation, row.Standing),
			})
		}
	}
	return encode(w, "checklist", rows)
}
