// Package report writes reports for people and for programs: one function per format, a report in and bytes out. Every text of
// the repository goes through internal/inert on its way.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/checks"
)

// TextOptions say how a report is printed, and what it does not know about itself. The zero value is good.
type TextOptions struct {
	Color   bool
	Width   int    // columns of the terminal; 0 is 80, and nothing under 60 is tried
	Version string // of the tool
	Name    string // of the repository, as the first line has it
	Took    time.Duration
}

// How much of one kind is told in full.
const (
	maxSentences = 4  // of one cause
	maxPlaces    = 20 // of one cause
	maxFixes     = 2  // of one cause
	maxUnknowns  = 3  // of one row
	maxProblems  = 20
	maxSteps     = 8 // of a trail
)

// Text writes the report for people: the production view, the sections of the checklist with what fails, what cannot be known and
// what holds, and a summary. Without colour it reads the same, and no line is wider than the options say.
func Text(w io.Writer, r *checks.Report, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	p.header(r, o)
	p.view(r)
	p.site(r.Site)
	all := groups(r)
	byRow := map[*checks.RowResult][]*group{}
	for _, g := range all {
		byRow[g.row] = append(byRow[g.row], g)
	}
	var none []string
	told := map[*checks.Result]bool{}
	for _, s := range r.Sections {
		if !p.section(s, byRow, told) {
			none = append(none, safe(s.Title))
		}
	}
	if len(none) > 0 && len(none) < len(r.Sections) {
		p.hang("Nothing here for  ", dim, dim, strings.Join(none, " · "))
		p.blank()
	}
	p.problems(r.Problems)
	p.notices(r.Notices)
	p.summary(r, all)
	return p.writeTo(w, "report")
}

func (p *printer) header(r *checks.Report, o TextOptions) {
	parts := []string{strings.TrimSpace("prodcheck " + o.Version)}
	if o.Name != "" {
		parts = append(parts, cut(safe(o.Name), 40))
	}
	if r.Site == nil && len(r.Supplied) == 0 || r.Stats.FilesSeen > 0 {
		parts = append(parts, fmt.Sprintf("%d files read of %d", r.Stats.FilesRead, r.Stats.FilesSeen))
	}
	if o.Took > 0 {
		parts = append(parts, fmt.Sprintf("%d ms", o.Took.Milliseconds()))
	}
	p.line(p.paint(bold, cut(strings.Join(parts, " · "), p.width)))
	p.blank()
}

// view prints what production was taken for, and why.
func (p *printer) view(r *checks.Report) {
	if len(r.View) == 0 {
		return
	}
	longest := 0
	for _, l := range r.View {
		if l.Choice != nil {
			longest = max(longest, width(safe(l.Choice.What)))
		}
	}
	longest = min(longest, 20)
	p.line(p.paint(bold, "Production is"))
	for _, l := range r.View {
		if l.Choice == nil {
			p.hang("  ", plain, plain, l.Text)
			continue
		}
		lead := "  " + pad(cut(safe(l.Choice.What), longest), longest) + "  "
		p.hang(lead, plain, dim, l.Choice.Chosen)
		if l.Choice.Because != "" {
			p.hang(strings.Repeat(" ", width(lead)), dim, dim, because(l.Choice.Because, l.Choice.Stated))
		}
	}
	p.blank()
}

func because(why string, stated bool) string {
	if stated || strings.HasPrefix(why, "because ") {
		return why
	}
	return "because " + why
}

// section prints one section of the checklist, what fails first and what holds last, and reports whether it has anything to say.
func (p *printer) section(s *checks.SectionResult, byRow map[*checks.RowResult][]*group, told map[*checks.Result]bool) bool {
	holds, asked := 0, 0
	for _, row := range s.Rows {
		if row.Status != checks.NotApplicable && !waits(row) {
			asked++
		}
		if row.Status == checks.Pass || row.Status == checks.Attested {
			holds++
		}
	}
	if asked == 0 {
		return false
	}
	p.ends(safe(s.Title), bold, fmt.Sprintf("%d of %d hold", holds, asked))
	for _, row := range s.Rows {
		if row.Status == checks.Fail || len(byRow[row]) > 0 { // advice may stand at a row that holds
			p.failures(row, byRow[row], told)
		}
	}
	p.waived(s)
	p.unknowns(s)
	for _, row := range s.Rows {
		if row.Status == checks.Pass || row.Status == checks.Attested {
			p.pass(row)
		}
	}
	p.blank()
	return true
}

// failures prints the groups that are told at a row. Where all that a row's checks found is told already, a line says where.
func (p *printer) failures(row *checks.RowResult, gs []*group, told map[*checks.Result]bool) {
	for _, g := range gs {
		p.finding(g)
	}
	for _, res := range row.Checks {
		if told[res] && len(res.Findings) > 0 && len(gs) == 0 {
			p.hang("  ✗ ", plain, red, fmt.Sprintf("%s: no, see %s above", row.Row.Title, res.Check.ID))
		}
		told[res] = true
	}
	for _, l := range row.Fails {
		p.hang("  ✗ ", bold, red, row.Row.Title+": "+l.Text)
		if at := where(l.Place, false); at != "" {
			p.line("    ", p.paint(dim, pad("at", 8)+cutPath(at, p.width-12)))
		}
	}
}

// pass prints a row that holds and what shows it, in one line where that fits and else in two.
func (p *printer) pass(row *checks.RowResult) {
	title := cut(safe(row.Row.Title), p.width-4)
	evidence := slices.Clone(row.Passes)
	for _, res := range row.Checks {
		evidence = append(evidence, res.Passes...)
	}
	if len(evidence) == 0 {
		p.line(p.paint(green, "  ✓ "), title)
		return
	}
	first := evidence[0]
	text := safe(first.Text)
	if code := strings.TrimSpace(first.Place.Excerpt); text == title && code != "" {
		text = safe(expand(cutBytes(code, 4*p.width))) // the line itself says more than the title once more
	}
	if at := where(first.Place, false); at != "" {
		text = cutPath(at, p.width/2) + "  " + text
	}
	more := ""
	if n := len(evidence) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	const column = 26 // of the evidence, behind the mark
	lead := pad(title, column) + "  "
	if width(lead)+width(text)+width(more)+4 > p.width {
		p.line(p.paint(green, "  ✓ "), title)
		p.line("      ", p.paint(dim, cut(text, p.width-6-width(more))+more))
		return
	}
	p.line(p.paint(green, "  ✓ "), lead, p.paint(dim, text+more))
}

// An unknown is one thing that cannot be known, and the rows that it leaves open.
type unknown struct {
	line checks.Line
	rows []string
}

// unknowns prints what cannot be known about the rows of a section and what would settle it, each thing once.
func (p *printer) unknowns(s *checks.SectionResult) {
	var all []*unknown
	for _, row := range s.Rows {
		told := 0
		for _, l := range open(row) {
			i := slices.IndexFunc(all, func(u *unknown) bool {
				return u.line.Text == l.Text && u.line.Settle == l.Settle && u.line.Place == l.Place
			})
			switch {
			case i >= 0 && !slices.Contains(all[i].rows, row.Row.Title):
				all[i].rows = append(all[i].rows, row.Row.Title)
			case i < 0 && told < maxUnknowns:
				all = append(all, &unknown{l, []string{row.Row.Title}})
				told++
			case i < 0:
				told++
			}
		}
		if told > maxUnknowns {
			all = append(all, &unknown{checks.Line{Text: fmt.Sprintf("%d more: --format json lists all", told-maxUnknowns)}, []string{row.Row.Title}})
		}
	}
	for i, u := range all {
		switch {
		case u.line.Text == "":
			p.hang("  ? ", plain, yellow, strings.Join(u.rows, " · "))
		case len(u.rows) == 1:
			p.hang("  ? ", plain, yellow, u.rows[0]+": "+u.line.Text)
		default:
			p.hang("  ? ", plain, yellow, u.line.Text)
			p.hang("    open    ", plain, dim, strings.Join(u.rows, " · "))
		}
		if at := where(u.line.Place, false); at != "" {
			p.line("    ", p.paint(dim, pad("at", 8)+cutPath(at, p.width-12)))
		}
		if next := i + 1; u.line.Settle != "" && (next == len(all) || all[next].line.Settle != u.line.Settle) {
			p.hang("    settle  ", plain, dim, u.line.Settle)
		}
	}
}

// open returns what cannot be known about a row; one that is unknown has at least one, if an empty one.
func open(row *checks.RowResult) (ls []checks.Line) {
	if waits(row) {
		return nil // the summary says how many do
	}
	if row.Status == checks.Pass {
		return nil // the repository or the running site settles what the other leaves open
	}
	ls = slices.Clone(row.Unknowns)
	for _, res := range row.Checks {
		ls = append(ls, res.Unknowns...)
	}
	if len(ls) == 0 && row.Status == checks.Unknown {
		ls = []checks.Line{{}}
	}
	return ls
}

// waits reports whether a row waits for somebody that a scan does not ask: the running site, the server or a person.
func waits(row *checks.RowResult) bool {
	return row.Awaits() != checks.Answered && row.Standing == checks.Absent
}

// waived prints the findings of a section that a person took the responsibility for, each in one line.
func (p *printer) waived(s *checks.SectionResult) {
	told := map[*checks.ReportedFinding]bool{}
	for _, row := range s.Rows {
		for _, f := range row.Failed() {
			if f.Waiver == nil || told[f] {
				continue
			}
			told[f] = true
			text := f.Message + " (" + f.Waiver.Told() + ")"
			if at := where(f.Place, false); at != "" {
				text = at + "  " + text
			}
			p.hang("  ~ ", plain, yellow, text)
		}
	}
}

// problems prints what could not be read in full.
func (p *printer) problems(ls []checks.Line) {
	if len(ls) == 0 {
		return
	}
	p.line(p.paint(bold, "Not read in full"))
	for i, l := range ls {
		if i == maxProblems {
			p.line("  ", p.paint(dim, fmt.Sprintf("… and %d more: --format json lists all", len(ls)-i)))
			break
		}
		text := l.Text
		if at := where(l.Place, false); at != "" {
			text = at + ": " + text
		}
		p.hang("  ! ", plain, yellow, text)
	}
	p.blank()
}

// summary prints the last line: how much there is to fix, what holds, what cannot be known.
func (p *printer) summary(r *checks.Report, all []*group) {
	bySeverity := map[checks.Severity]int{}
	for _, g := range all {
		bySeverity[g.severity()]++
	}
	byStatus, byWait := map[checks.Status]int{}, map[checks.Source]int{}
	outside := 0 // what the server or the platform says is wrong
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			if waits(row) {
				byWait[row.Awaits()]++
				continue
			}
			byStatus[row.Status]++
			outside += len(row.Fails)
		}
	}
	fix := len(all) - bySeverity[checks.Info] + outside
	parts := []string{"nothing to fix"}
	if fix > 0 {
		var worst []string
		for _, s := range []checks.Severity{checks.Critical, checks.High} {
			if n := bySeverity[s]; n > 0 {
				worst = append(worst, fmt.Sprintf("%d %s", n, s))
			}
		}
		parts[0] = fmt.Sprintf("%d to fix", fix)
		if len(worst) > 0 {
			parts[0] += " (" + strings.Join(worst, ", ") + ")"
		}
	}
	if n := bySeverity[checks.Info]; n > 0 {
		parts = append(parts, count(n, "note", "notes"))
	}
	parts = append(parts, fmt.Sprintf("%d hold", byStatus[checks.Pass]+byStatus[checks.Attested]))
	if n := byStatus[checks.Unknown]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d cannot be known from here", n))
	}
	waivedFindings := 0
	for _, res := range r.Results {
		waivedFindings += len(res.Waived)
	}
	if waivedFindings > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", waivedFindings))
	}
	if n := byWait[checks.FromSite] + byWait[checks.FromServer]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d only the running site can tell", n))
	}
	if n := byWait[checks.FromPeople]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d are for people (prodcheck due)", n))
	}
	if len(all) > 0 {
		parts = append(parts, "prodcheck explain ID for any of them")
	}
	line := ""
	for _, part := range parts {
		if line != "" && width(line)+3+width(part) > p.width {
			p.line(p.paint(bold, line))
			line = ""
		}
		if line != "" {
			line += " · "
		}
		line += part
	}
	p.line(p.paint(bold, line))
}
