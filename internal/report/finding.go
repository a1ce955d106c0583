package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// finding prints one group: what is wrong, where and how bad, the source line, how it comes to that, and the cure.
func (p *printer) finding(g *group) {
	first := g.findings[0]
	mark, s := "✗", severityStyle(g.severity())
	if g.severity() == checks.Info {
		mark = "i"
	}
	if !p.opening {
		p.blank()
	}
	told := g.told()
	for i, sentence := range told {
		if i == maxSentences && len(told) > i+1 {
			p.line("    ", p.paint(dim, fmt.Sprintf("… and %d more of the kind", len(told)-i)))
			break
		}
		lead := "    "
		if i == 0 {
			lead = "  " + mark + " "
		}
		p.hang(lead, bold, s, sentence)
	}
	p.places(g)
	noted := p.snippet("      ", first.Place, first.Note)
	notes := g.distinct(func(f *checks.ReportedFinding) string { return f.Note })
	if noted {
		notes = notes[1:]
	}
	p.trail("      ", first.Trail)
	for _, n := range notes {
		p.hang("      note  ", plain, dim, n)
	}
	for i, fix := range g.distinct(func(f *checks.ReportedFinding) string { return f.Fix }) {
		if i == maxFixes {
			p.line("      ", p.paint(dim, "… prodcheck explain ID for what else helps"))
			break
		}
		p.hang("      fix:  ", plain, green, fix)
	}
	p.blank()
}

// places prints one line for each check and place of a group: severity, id, place.
func (p *printer) places(g *group) {
	type row struct {
		s         checks.Severity
		id, place string
	}
	var rows []row
	id := 0
	seen := map[string]bool{}
	for _, f := range g.findings {
		r := row{f.Severity, f.Check.ID, where(f.Place, true)}
		if key := r.id + " " + r.place; !seen[key] {
			seen[key] = true
			rows = append(rows, r)
			id = max(id, len(r.id))
		}
	}
	for i, r := range rows {
		if i == maxPlaces {
			p.line("    ", p.paint(dim, fmt.Sprintf("… and %d more: --format json lists all", len(rows)-i)))
			break
		}
		room := p.width - 4 - 10 - id - 2
		if len(rows) == 1 && room < width(r.place) || room < 12 {
			// a long name has a line of its own, so that it can be copied whole
			p.line("    ", p.paint(severityStyle(r.s), pad(r.s.String(), 10)), r.id)
			p.line("    ", cutPath(r.place, p.width-4))
			continue
		}
		p.line("    ", p.paint(severityStyle(r.s), pad(r.s.String(), 10)), pad(r.id, id+2), cutPath(r.place, room))
	}
}

// trail prints the steps that lead to a place, nearest first.
func (p *printer) trail(indent string, steps []checks.Line) {
	steps = once(steps)
	longest := 0
	for _, s := range steps {
		longest = max(longest, width(where(s.Place, false)))
	}
	longest = min(longest, p.width*2/5)
	for i, s := range steps {
		if i == maxSteps {
			p.line(indent, p.paint(dim, "from  … "+count(len(steps)-i, "more step", "more steps")))
			break
		}
		at := cutPath(where(s.Place, false), longest)
		lead := indent + "from  " + pad(at, longest) + "  "
		if at == "" {
			lead = indent + "from  "
		}
		lines := wrap(safe(s.Text), p.width-width(lead))
		// the code of the step, where there is room for all of it and the text does not quote it; other files are quoted by the text
		if code := strings.TrimSpace(safe(expand(cutBytes(s.Place.Excerpt, 4*p.width)))); len(lines) == 1 && code != "" && strings.HasSuffix(s.Place.Path, ".py") && !quotes(s.Text, code) {
			if rest := p.width - width(lead) - width(lines[0]) - 3; width(code) <= rest {
				lines[0] += "   " + p.paint(dim, code)
			}
		}
		for j, l := range lines {
			if j == 0 {
				p.line(p.paint(dim, lead), l)
			} else {
				p.line(strings.Repeat(" ", width(lead)), l)
			}
		}
	}
}

// once leaves out steps that were told before: two conditions may depend on one variable.
func once(steps []checks.Line) (out []checks.Line) {
	for _, s := range steps {
		if !slices.ContainsFunc(out, func(o checks.Line) bool { return o.Text == s.Text && o.Place == s.Place }) {
			out = append(out, s)
		}
	}
	return out
}

// quotes reports whether a step's text says what its line of code says.
func quotes(text, code string) bool {
	return strings.Contains(text, strings.TrimSuffix(code, ":"))
}

func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
