package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// CSV writes the report for auditors, as RFC 4180 has it: one line for each row of the checklist, and where it fails or cannot be
// known, or holds, one for each finding, unknown and piece of evidence.
func CSV(w io.Writer, r *checks.Report) error {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	c.UseCRLF = true
	write := func(fields ...string) {
		for i, f := range fields {
			fields[i] = cell(f)
		}
		_ = c.Write(fields) // into memory, which cannot fail; Error below tells of the rest
	}
	write("section", "row", "title", "status", "check", "severity", "place", "what was found", "how it comes to that", "fix, or what would settle it")
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			head := []string{s.Title, row.Row.Key, row.Row.Title, row.Status.String()}
			told := false
			tell := func(rest ...string) {
				told = true
				write(append(head[:len(head):len(head)], rest...)...)
			}
			for _, l := range row.Fails {
				tell("", "", where(l.Place, true), l.Text, trailText(l.Trail), l.Settle)
			}
			for _, l := range row.Unknowns {
				tell("", "", where(l.Place, true), l.Text, trailText(l.Trail), l.Settle)
			}
			for _, l := range append(slices.Clone(row.Passes), row.Notes...) {
				tell("", "", where(l.Place, true), l.Text, trailText(l.Trail), "")
			}
			for _, res := range row.Checks {
				for _, f := range res.Findings {
					tell(res.Check.ID, f.Severity.String(), where(f.Place, true), f.Message, trailText(f.Trail), f.Fix)
				}
				for _, f := range res.Waived {
					tell(res.Check.ID, f.Severity.String(), where(f.Place, true), f.Message, f.Waiver.Told(), f.Fix)
				}
				for _, l := range res.Unknowns {
					tell(res.Check.ID, "", where(l.Place, true), l.Text, trailText(l.Trail), l.Settle)
				}
				for _, l := range res.Passes {
					tell(res.Check.ID, "", where(l.Place, true), l.Text, trailText(l.Trail), "")
				}
			}
			if !told {
				tell("", "", "", "", "", "")
			}
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write CSV report: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write CSV report: %w", err)
	}
	return nil
}

// trailText is a trail in one line.
func trailText(steps []checks.Line) string {
	var parts []string
	for _, s := range steps {
		parts = append(parts, strings.TrimSpace(where(s.Place, false)+" "+s.Text))
	}
	return strings.Join(parts, " <- ")
}

// cell is a text that no spreadsheet takes for a formula, as OWASP's page on CSV injection has it: what starts with one of the
// characters that begin one gets an apostrophe in front. Numbers stay numbers.
func cell(s string) string {
	s = safe(s)
	if s == "" {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && s[0] != '+' {
		return s
	}
	if first := strings.TrimLeft(s, " "); first != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
