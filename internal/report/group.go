package report

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// A group is what a reader is told once: findings of one root cause, the most severe first.
type group struct {
	findings []*checks.ReportedFinding
	row      *checks.RowResult // where it is told
}

// severity is the largest of the group.
func (g *group) severity() checks.Severity { return g.findings[0].Severity }

// groups puts the findings of a report into groups, in the order in which they are told: every group stands at the first row of
// the checklist that has one of its findings.
func groups(r *checks.Report) []*group {
	var all []*group
	byCause := map[string]*group{}
	seen := map[*checks.Result]bool{}
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			for _, res := range row.Checks {
				if seen[res] {
					continue // a check may answer several rows
				}
				seen[res] = true
				for _, f := range res.Findings {
					g := byCause[f.Cause]
					if f.Cause == "" || g == nil {
						g = &group{row: row}
						all = append(all, g)
						if f.Cause != "" {
							byCause[f.Cause] = g
						}
					}
					g.findings = append(g.findings, f)
				}
			}
		}
	}
	for _, g := range all {
		slices.SortStableFunc(g.findings, func(a, b *checks.ReportedFinding) int { return int(b.Severity) - int(a.Severity) })
	}
	return all
}

// told says what a group is about: its messages, those that say the same of several names as one sentence, none twice.
func (g *group) told() []string {
	type sentence struct {
		names []string
		says  string // " is off"
		whole string
	}
	var all []sentence
	for _, f := range g.findings {
		if slices.ContainsFunc(all, func(s sentence) bool { return s.whole == f.Message }) {
			continue
		}
		name, says, ok := strings.Cut(f.Message, " is ")
		if !ok || strings.ContainsAny(name, " \"'`") {
			all = append(all, sentence{whole: f.Message})
			continue
		}
		i := slices.IndexFunc(all, func(s sentence) bool { return len(s.names) > 0 && s.says == says })
		if i < 0 {
			all = append(all, sentence{names: []string{name}, says: says, whole: f.Message})
		} else if !slices.Contains(all[i].names, name) {
			all[i].names = append(all[i].names, name)
		}
	}
	out := make([]string, 0, len(all))
	for _, s := range all {
		if len(s.names) < 2 {
			out = append(out, s.whole)
			continue
		}
		last := len(s.names) - 1
		out = append(out, strings.Join(s.names[:last], ", ")+" and "+s.names[last]+" are "+s.says)
	}
	return out
}

// distinct returns what get gives for each finding, each text once, without the empty one.
func (g *group) distinct(get func(*checks.ReportedFinding) string) (out []string) {
	for _, f := range g.findings {
		if s := get(f); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
