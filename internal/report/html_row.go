package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// maxPasses is how much evidence of one row the page shows.
const maxPasses = 10

// newRow lays one row of the checklist out.
func newRow(row *checks.RowResult, gs []*group, anchors map[*group]string, toldAt map[*checks.ReportedFinding]*checks.RowResult) *pageRow {
	pr := &pageRow{Key: safe(row.Row.Key), Title: safe(row.Row.Title), Anchor: "row-" + slug(row.Row.Key)}
	switch row.Status {
	case checks.Fail:
		pr.Class, pr.Mark, pr.Says, pr.Open = "fail", "✗", "does not hold", true
		if row.Waived {
			pr.Says, pr.Open = "does not hold, waived", false
		}
	case checks.Unknown:
		pr.Class, pr.Mark, pr.Says = "unknown", "?", "cannot be known from here"
	case checks.Attested:
		pr.Class, pr.Mark, pr.Says = "pass", "✓", "attested by a person"
	default:
		pr.Class, pr.Mark, pr.Says = "pass", "✓", "holds"
	}
	for i, g := range gs {
		f := newFinding(g)
		f.Anchor = fmt.Sprintf("%s-%d", pr.Anchor, i+1)
		anchors[g] = f.Anchor
		pr.Findings = append(pr.Findings, f)
	}
	for _, l := range rowUnknowns(row) {
		pr.Unknowns = append(pr.Unknowns, newLine(l))
	}
	for _, l := range rowPasses(row) {
		if len(pr.Passes) == maxPasses {
			pr.More++
			continue
		}
		pr.Passes = append(pr.Passes, newLine(l))
	}
	for _, l := range append(slices.Clone(row.Fails), row.Notes...) {
		pr.Notes = append(pr.Notes, newLine(l))
	}
	if row.Reason != "" && len(row.Notes) == 0 {
		pr.Notes = append(pr.Notes, pageLine{Text: safe(row.Reason)})
	}
	for _, res := range row.Checks {
		for _, f := range res.Waived {
			l := newLine(checks.Line{Text: f.Message + "; " + f.Waiver.Told(), Place: f.Place})
			pr.Notes = append(pr.Notes, l)
		}
		if len(res.Findings) > 0 && len(gs) == 0 && pr.Elsewhere == "" {
			if at := toldAt[res.Findings[0]]; at != nil && at != row {
				pr.Elsewhere, pr.ElsewhereTitle = "row-"+slug(at.Row.Key), safe(at.Row.Title)
			}
		}
	}
	if row.Status != checks.Fail {
		l := row.Evidence()
		if pr.Evidence = safe(l.Text); holds(row.Status) && l.Place.Path != "" {
			pr.Evidence = where(l.Place, false) + "  " + pr.Evidence
		}
	}
	pr.HasBody = len(pr.Findings)+len(pr.Unknowns)+len(pr.Passes)+len(pr.Notes) > 0 || pr.Elsewhere != ""
	return pr
}

// rowUnknowns is what cannot be known about a row, whoever says so.
func rowUnknowns(row *checks.RowResult) []checks.Line {
	all := slices.Clone(row.Unknowns)
	for _, res := range row.Checks {
		all = append(all, res.Unknowns...)
	}
	return all
}

// rowPasses is what shows that a row holds, whoever says so.
func rowPasses(row *checks.RowResult) []checks.Line {
	all := slices.Clone(row.Passes)
	for _, res := range row.Checks {
		all = append(all, res.Passes...)
	}
	return all
}

// newFinding lays one group out.
func newFinding(g *group) *pageFinding {
	first := g.findings[0]
	f := &pageFinding{Severity: g.severity().String()}
	for _, s := range g.told() {
		f.Sentences = append(f.Sentences, safe(s))
	}
	seen := map[pagePlace]bool{}
	for _, x := range g.findings {
		p := pagePlace{x.Severity.String(), x.Check.ID, Docs + x.Check.ID + ".md", where(x.Place, true)}
		switch {
		case seen[p]:
		case len(f.Places) == maxPlaces:
			f.MoreAt++
		default:
			f.Places = append(f.Places, p)
		}
		seen[p] = true
	}
	f.Code = newCode(first.Place)
	for i, l := range first.Trail {
		if i == maxSteps {
			f.Trail = append(f.Trail, pageLine{Text: fmt.Sprintf("… %d more steps", len(first.Trail)-i)})
			break
		}
		step := newLine(l)
		if strings.HasSuffix(l.Place.Path, ".py") && step.Code != "" && !quotes(step.Text, step.Code) {
			f.Trail = append(f.Trail, step)
			continue
		}
		step.Code = ""
		f.Trail = append(f.Trail, step)
	}
	for _, n := range g.distinct(func(f *checks.ReportedFinding) string { return f.Note }) {
		f.Notes = append(f.Notes, safe(n))
	}
	for _, x := range g.distinct(func(f *checks.ReportedFinding) string { return f.Fix }) {
		f.Fixes = append(f.Fixes, safe(x))
	}
	seenDiff := map[string]bool{}
	for _, x := range g.findings {
		if x.Diff == "" || seenDiff[x.Diff] || len(f.Diff) > maxDiffLines {
			continue
		}
		seenDiff[x.Diff] = true
		for _, l := range strings.Split(strings.TrimSuffix(x.Diff, "\n"), "\n") {
			f.Diff = append(f.Diff, newDiffLine(l))
		}
	}
	return f
}

// maxDiffLines is how many lines of diffs one finding shows before no further diff is begun.
const maxDiffLines = 60

func newDiffLine(l string) diffLine {
	class := ""
	switch {
	case strings.HasPrefix(l, "---"), strings.HasPrefix(l, "+++"), strings.HasPrefix(l, "@@"), strings.HasPrefix(l, "\\"):
		class = "at"
	case strings.HasPrefix(l, "+"):
		class = "add"
	case strings.HasPrefix(l, "-"):
		class = "del"
	}
	return diffLine{class, cut(safe(expand(cutBytes(l, 4*codeWidth))), codeWidth)}
}

// newCode is the source line of a place with what it speaks about marked.
func newCode(p checks.Place) *pageCode {
	if p.Line == 0 || strings.TrimSpace(p.Excerpt) == "" {
		return nil
	}
	s := excerpt(p, codeWidth)
	before := prefix(s.text, s.from)
	here := prefix(s.text[len(before):], s.len)
	return &pageCode{Line: p.Line, Before: before, Here: here, After: s.text[len(before)+len(here):]}
}

func newLine(l checks.Line) pageLine {
	code := strings.TrimSpace(safe(expand(cutBytes(l.Place.Excerpt, 4*codeWidth))))
	return pageLine{Text: safe(l.Text), At: where(l.Place, false), Settle: safe(l.Settle), Code: cut(code, codeWidth)}
}
