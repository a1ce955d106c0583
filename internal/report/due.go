package report

import (
	"fmt"
	"io"

	"github.com/prodcheck/prodcheck/checks"
)

// Due writes the rows that wait for a person, by cadence.
func Due(w io.Writer, rows []checks.DueRow, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	last, overdue := "", 0
	for _, d := range rows {
		if c := d.Row.Cadence(); c != last {
			if last != "" {
				p.blank()
			}
			p.line(p.paint(bold, c))
			last = c
		}
		mark, s := "! ", yellow
		if d.Overdue() {
			mark, s = "✗ ", red
			overdue++
		}
		p.hang("  "+mark, plain, s, d.Row.Key+"  "+d.Row.Title)
		p.hang("      ", dim, plain, d.Line.Text)
	}
	if len(rows) == 0 {
		p.line("nothing is due")
		return p.writeTo(w, "list of due rows")
	}
	p.blank()
	p.hang("", bold, plain, fmt.Sprintf("%d due · %d about to lapse · prodcheck attest ROW --by NAME --evidence PATH-OR-URL", overdue, len(rows)-overdue))
	return p.writeTo(w, "list of due rows")
}

type jsonDue struct {
	Key         string    `json:"key"`
	Title       string    `json:"title"`
	Cadence     string    `json:"cadence"`
	Overdue     bool      `json:"overdue"`
	Text        string    `json:"text"`
	Attestation *jsonWord `json:"attestation,omitempty"`
}

// DueJSON writes the rows that wait for a person, for programs.
func DueJSON(w io.Writer, rows []checks.DueRow) error {
	out := []jsonDue{}
	for _, d := range rows {
		out = append(out, jsonDue{d.Row.Key, d.Row.Title, d.Row.Cadence(), d.Overdue(), d.Line.Text, wordOf(d.Row, d.Attestation, d.Standing)})
	}
	return encode(w, "list of due rows", out)
}
