package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// Checks writes the list of checks for people: the checklist with the checks that answer each row.
func Checks(w io.Writer, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	all := checks.Everything()
	longest := 0
	for _, c := range all {
		longest = max(longest, len(c.ID))
	}
	listed := map[*checks.Check]bool{}
	for _, s := range checks.Checklist() {
		p.line(p.paint(bold, s.Title))
		for _, row := range s.Rows {
			answer := slices.Clone(row.Checks)
			for _, id := range row.Live {
				answer = append(answer, checks.Lookup(id))
			}
			for _, c := range answer {
				if listed[c] {
					continue
				}
				listed[c] = true
				lead := "  " + pad(c.ID, longest) + "  " + pad(c.Severity.String(), 8) + "  "
				if room := p.width - width(lead); room >= 24 {
					p.line(lead[:longest+4], p.paint(severityStyle(c.Severity), lead[longest+4:]), cut(c.Title, room))
				} else {
					p.line(lead[:longest+4], p.paint(severityStyle(c.Severity), lead[longest+4:]))
					p.hang("      ", dim, dim, c.Title)
				}
			}
		}
		p.line()
	}
	p.line(p.paint(bold, fmt.Sprintf("%d checks · prodcheck explain ID for any of them", len(all))))
	return p.writeTo(w, "list of checks")
}

type jsonCheck struct {
	ID         string   `json:"id"`
	Aliases    []string `json:"aliases"`
	Title      string   `json:"title"`
	Severity   string   `json:"severity"`
	Fallback   string   `json:"fallback_severity"`
	Rows       []string `json:"rows"`
	Why        string   `json:"why"`
	Fix        string   `json:"fix"`
	Misses     string   `json:"misses"`
	References []string `json:"references"`
}

// ChecksJSON writes the list of checks for programs.
func ChecksJSON(w io.Writer) error {
	list := []jsonCheck{}
	for _, c := range checks.Everything() {
		j := jsonCheck{
			ID: c.ID, Aliases: append([]string{}, c.Aliases...), Title: c.Title, Severity: c.Severity.String(),
			Fallback: c.FallbackSeverity().String(), Rows: []string{}, Why: c.Why, Fix: c.Fix, Misses: c.Misses, References: c.Refs,
		}
		for _, row := range rowsOf(c) {
			j.Rows = append(j.Rows, row.Key)
		}
		list = append(list, j)
	}
	return encode(w, "list of checks", struct {
		Version int         `json:"version"`
		Checks  []jsonCheck `json:"checks"`
	}{Version, list})
}

// rowsOf returns the rows that a check answers.
func rowsOf(c *checks.Check) (rows []*checks.Row) {
	for _, s := range checks.Checklist() {
		for _, row := range s.Rows {
			if slices.Contains(row.Checks, c) || slices.Contains(row.Live, c.ID) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Explain writes one check's page for a terminal: what is wrong, why it matters, the cure, an example that fails and one that
// passes, and the sources.
func Explain(w io.Writer, c *checks.Check, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	p.hang("", bold, plain, c.Title)
	severity := c.Severity.String()
	if f := c.FallbackSeverity(); f != c.Severity {
		severity += ", " + f.String() + " where it holds only while a variable is left unset"
	}
	p.hang(c.ID+"  ", severityStyle(c.Severity), plain, severity)
	for _, row := range rowsOf(c) {
		p.hang("answers  ", dim, dim, row.Title+" ("+row.Key+")")
	}
	if len(c.Aliases) > 0 {
		p.hang("once called  ", dim, dim, strings.Join(c.Aliases, ", "))
	}
	p.line()
	p.hang("", plain, plain, c.Why)
	p.line()
	p.hang("fix:  ", plain, green, c.Fix)
	if c.Misses != "" {
		p.line()
		p.hang("does not see:  ", dim, dim, c.Misses)
	}
	p.example("Fails", red, c.Bad)
	p.example("Passes", green, c.Good)
	p.line()
	for i, ref := range c.Refs {
		lead := "         "
		if i == 0 {
			lead = "sources  "
		}
		p.line(lead, p.paint(blue, ref)) // a link is never broken
	}
	return p.writeTo(w, "page")
}

// example prints the files of a check's Bad or Good with line numbers and marks the lines that are reported.
func (p *printer) example(title string, s style, archive string) {
	p.line()
	p.line(p.paint(bold, title))
	for _, f := range checks.Example(archive) {
		name := f.Name
		if f.Note != "" {
			name += " (" + f.Note + ")"
		}
		p.line("  ", p.paint(dim, cut(safe(name), p.width-2)))
		if strings.TrimSpace(f.Text) == "" {
			continue
		}
		here := map[int]bool{}
		for _, n := range f.Here {
			here[n] = true
		}
		for i, line := range strings.Split(f.Text, "\n") {
			mark := "   "
			if here[i+1] {
				mark = " ✗ "
			}
			gutter := fmt.Sprintf("%4d │ ", i+1)
			p.line(p.paint(s, mark), p.paint(dim, gutter), cut(safe(expand(line)), p.width-3-width(gutter)))
		}
	}
}
