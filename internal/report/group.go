package report

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// A group is what a reader is told once, the most severe first: findings of one root cause, or findings of one check that one
// change would mend.
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
					cause := f.Cause
					if cause == "" {
						cause = f.Check.ID + ": " + f.Fix
					}
					g := byCause[cause]
					if g == nil {
						g = &group{row: row}
						all = append(all, g)
						byCause[cause] = g
					}
					g.findings = append(g.findings, f)
				}
			}
		}
	}
	all = unfold(all)
	for _, g := range all {
		slices.SortStableFunc(g.findings, func(a, b *checks.ReportedFinding) int { return int(b.Severity) - int(a.Severity) })
	}
	return all
}

// unfold tells findings that only share a cure one by one where they are few and say different things.
func unfold(all []*group) (out []*group) {
	for _, g := range all {
		if g.findings[0].Cause != "" || len(g.findings) > maxSentences || len(g.told()) == 1 {
			out = append(out, g)
			continue
		}
		for _, f := range g.findings {
			out = append(out, &group{findings: []*checks.ReportedFinding{f}, row: g.row})
		}
	}
	return out
}

// told says what a group is about: its messages, those that say the same of several names as one sentence, none twice. What
// follows from it, behind the last colon, is left out where it differs: each check's own page says that.
func (g *group) told() []string {
	type sentence struct {
		names      []string
		verb       verb
		head, tail string // "off", ": browsers send the cookie over plain HTTP"
		whole      string
	}
	var all []sentence
	for _, f := range g.findings {
		if slices.ContainsFunc(all, func(s sentence) bool { return s.whole == f.Message }) {
			continue
		}
		s := sentence{whole: f.Message}
		if name, v, says, ok := split(f.Message); ok {
			s.names, s.verb, s.head = []string{name}, v, says
			if i := strings.LastIndex(says, ": "); i >= 0 {
				s.head, s.tail = says[:i], says[i:]
			}
			if i := slices.IndexFunc(all, func(o sentence) bool { return len(o.names) > 0 && o.verb == v && o.head == s.head }); i >= 0 {
				same := &all[i]
				if !slices.Contains(same.names, name) {
					same.names = append(same.names, name)
				}
				if same.tail != s.tail {
					same.tail = ""
				}
				continue
			}
		}
		all = append(all, s)
	}
	out := make([]string, 0, len(all))
	for _, s := range all {
		if len(s.names) < 2 {
			out = append(out, s.whole)
			continue
		}
		last := len(s.names) - 1
		says := strings.ReplaceAll(s.head+s.tail, " its ", " their ")
		out = append(out, strings.Join(s.names[:last], ", ")+" and "+s.names[last]+s.verb.many+says)
	}
	return out
}

// A verb is the second word of a message, and what it is after several names.
type verb struct{ one, many string }

// split takes a message apart that begins with one name and a verb.
func split(message string) (name string, v verb, says string, ok bool) {
	for _, v := range []verb{{" is ", " are "}, {" has ", " have "}, {" falls back to ", " fall back to "}} {
		if name, says, ok := strings.Cut(message, v.one); ok && name != "" && !strings.ContainsAny(name, " \"'`:") {
			return name, v, says, true
		}
	}
	return "", verb{}, "", false
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
