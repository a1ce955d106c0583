package report

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
)

// MaxComment is the longest comment, in bytes. GitHub refuses one of more than 65,536 characters.
const MaxComment = 60_000

// How much a comment tells.
const (
	maxRowsTold    = 40 // findings of one table
	maxDetailsTold = 8  // findings that are explained
	maxFixedTold   = 10
)

// CommentOptions say what a report does not know about itself: which commit it is of and what it is compared with.
type CommentOptions struct {
	Version    string // of the tool
	Commit     string // the scanned commit, "" if not known
	Repository string // URL of the repository, for links to lines: https://github.com/owner/name; "" for none
	Prefix     string // path of the scanned folder in the repository, "" for all of it
	Run        string // URL of the workflow run, "" for none
	// Comparison tells new findings from old ones; nil if there is no base. Base names the base in a few words.
	Comparison *baseline.Comparison
	Base       string
	// NoBase says why there is no base although one was wanted; "" if none was.
	NoBase string
	// FailOn is the threshold: a severity, or "never". NewOnly says that old findings do not fail.
	FailOn  string
	NewOnly bool
	// Stopped are the checks that ended on an internal error: then the answer is not known.
	Stopped []string
}

// Comment writes the comment on a pull request: whether it may be merged, what is new, what was fixed, and the checklist, folded.
// It is at most MaxComment bytes of GitHub's Markdown in which nothing of the repository acts. The same report gives the same bytes.
func Comment(w io.Writer, r *checks.Report, o CommentOptions) error {
	for _, detail := range []detail{{rows: maxRowsTold, explain: maxDetailsTold, evidence: true}, {rows: maxRowsTold, explain: 3}, {rows: 10}} {
		m := &markdown{o: o}
		m.comment(r, detail)
		if m.Len() <= MaxComment {
			return m.writeTo(w, "comment")
		}
	}
	m := &markdown{o: o}
	m.line("### ", m.headline(r))
	m.line()
	m.line("There is too much to tell here. ", m.seeRun("The summary of the run"), " has all of it.")
	m.footer(0)
	return m.writeTo(w, "comment")
}

// A detail says how much is told.
type detail struct {
	rows, explain int
	evidence      bool
}

// A markdown is a text that is being written.
type markdown struct {
	strings.Builder
	o CommentOptions
}

func (m *markdown) line(parts ...string) {
	for _, p := range parts {
		m.WriteString(p)
	}
	m.WriteByte('\n')
}

func (m *markdown) writeTo(w io.Writer, what string) error {
	if _, err := io.WriteString(w, m.String()); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

func (m *markdown) comment(r *checks.Report, d detail) {
	m.line("### ", m.headline(r))
	m.line()
	m.warnings()
	told, older := r, 0
	if c := m.o.Comparison; c != nil {
		told, older = only(r, c.New), len(groups(only(r, c.Old)))
	}
	m.findings(told, d)
	m.fixed()
	m.checklist(r, d.evidence)
	m.footer(older)
}

// headline answers whether the pull request may be merged, as far as production is concerned.
func (m *markdown) headline(r *checks.Report) string {
	o := m.o
	if len(o.Stopped) > 0 {
		return "❓ prodcheck could not do its whole job"
	}
	c := o.Comparison
	if c == nil || !o.NewOnly {
		gs := groups(r)
		switch fail := failing(gs, o.FailOn); {
		case fail > 0 && c != nil && len(c.New) == 0:
			return "❌ prodcheck: " + count(fail, "problem", "problems") + " would reach production, none of them new"
		case fail > 0:
			return "❌ prodcheck: " + count(fail, "problem", "problems") + " would reach production"
		case problems(gs) > 0:
			return "✅ prodcheck: nothing that must be fixed first" + m.minor(problems(gs), "problem", "problems")
		}
		return "✅ prodcheck: nothing to fix"
	}
	gs := groups(only(r, c.New))
	switch fail := failing(gs, o.FailOn); {
	case fail > 0:
		return "❌ prodcheck: " + count(fail, "new problem", "new problems") + " would reach production" + m.more(problems(gs)-fail)
	case problems(gs) > 0:
		return "✅ prodcheck: nothing new that must be fixed first" + m.minor(problems(gs), "new problem", "new problems")
	case len(c.Old) == 0:
		return "✅ prodcheck: nothing to fix"
	}
	return "✅ prodcheck: nothing new to fix"
}

// more tells of findings that do not fail beside those that do.
func (m *markdown) more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(", and %d below %s", n, m.o.FailOn)
}

// minor tells of findings that do not fail.
func (m *markdown) minor(n int, one, many string) string {
	if m.o.FailOn == "never" {
		return ", " + count(n, one, many)
	}
	return ", " + count(n, one, many) + " below " + m.o.FailOn
}

// failing counts the groups at or over a threshold, problems those that are more than notes.
func failing(gs []*group, failOn string) (n int) {
	least, err := checks.ParseSeverity(failOn)
	if err != nil {
		return 0 // never
	}
	for _, g := range gs {
		if g.severity() >= least {
			n++
		}
	}
	return n
}

func problems(gs []*group) int { return failing(gs, checks.Low.String()) }

// warnings says loudly what is not as one would expect.
func (m *markdown) warnings() {
	if len(m.o.Stopped) > 0 {
		m.line("> [!CAUTION]")
		m.line("> Ended on an internal error: ", code(strings.Join(m.o.Stopped, ", ")), ". What they would have found is not known.")
		m.line()
	}
	if m.o.NoBase != "" {
		m.line("> [!WARNING]")
		m.line("> **Old and new findings alike are listed and count**: there is nothing to compare with, because ", prose(m.o.NoBase), ".")
		m.line()
	}
}

// only returns a report with no other findings than the given ones.
func only(r *checks.Report, keep []*checks.ReportedFinding) *checks.Report {
	set := make(map[*checks.ReportedFinding]bool, len(keep))
	for _, f := range keep {
		set[f] = true
	}
	out := &checks.Report{View: r.View, Problems: r.Problems, Stats: r.Stats}
	of := make(map[*checks.Result]*checks.Result, len(r.Results))
	for _, res := range r.Results {
		c := *res
		c.Findings = slices.DeleteFunc(slices.Clone(res.Findings), func(f *checks.ReportedFinding) bool { return !set[f] })
		of[res] = &c
		out.Results = append(out.Results, &c)
	}
	for _, s := range r.Sections {
		sc := &checks.SectionResult{Title: s.Title}
		for _, row := range s.Rows {
			rc := *row
			rc.Checks = nil
			for _, res := range row.Checks {
				rc.Checks = append(rc.Checks, of[res])
			}
			sc.Rows = append(sc.Rows, &rc)
		}
		out.Sections = append(out.Sections, sc)
	}
	return out
}

// findings tells what there is in a table, the most severe first, and explains the first ones.
func (m *markdown) findings(r *checks.Report, d detail) {
	gs := groups(r)
	if len(gs) == 0 {
		return
	}
	slices.SortStableFunc(gs, func(a, b *group) int { return int(b.severity()) - int(a.severity()) })
	m.line("| Severity | What production would have | Where |")
	m.line("|:--|:--|:--|")
	for i, g := range gs {
		if i == d.rows {
			m.line(fmt.Sprintf("| | … and %d more, see %s | |", len(gs)-i, m.seeRun("the summary of the run")))
			break
		}
		m.line("| **", g.severity().String(), "** | ", m.told(g), " | ", m.places(g), " |")
	}
	m.line()
	explained := min(len(gs), d.explain)
	if explained == 0 {
		return
	}
	fold := len(gs) > 3
	if fold {
		m.line("<details><summary>Why, and what to change</summary>")
		m.line()
	}
	for i, g := range gs[:explained] {
		m.explain(g, len(gs) > 1)
		if i == explained-1 && explained < len(gs) {
			m.line("The others are explained in ", m.seeRun("the summary of the run"), ".")
			m.line()
		}
	}
	if fold {
		m.line("</details>")
		m.line()
	}
}

// told is what a group is about, for a cell of a table.
func (m *markdown) told(g *group) string {
	told := g.told()
	var parts []string
	for i, s := range told {
		if i == maxSentences && len(told) > i+1 {
			parts = append(parts, fmt.Sprintf("… and %d more of the kind", len(told)-i))
			break
		}
		parts = append(parts, prose(s))
	}
	return strings.Join(parts, "<br>")
}

// places links to where a group stands, each line once.
func (m *markdown) places(g *group) string {
	var out []string
	for _, f := range g.findings {
		if at := m.place(f.Place, true); at != "" && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	if len(out) > 3 {
		out = append(out[:2], fmt.Sprintf("and %d more", len(out)-2))
	}
	return strings.Join(out, "<br>")
}

// place links to a line at the scanned commit. Short leaves out the folder in what is read.
func (m *markdown) place(p checks.Place, short bool) string {
	if p.Path == "" {
		return ""
	}
	name := p.Path
	if i := strings.LastIndexByte(name, '/'); short && i >= 0 {
		name = name[i+1:]
	}
	anchor := ""
	if p.Line > 0 {
		name, anchor = fmt.Sprintf("%s:%d", name, p.Line), fmt.Sprintf("#L%d", p.Line)
	}
	text := code(name)
	if m.o.Repository == "" || m.o.Commit == "" || p.File == nil || len(p.File.Text) == 0 && p.Line == 0 {
		return text // what is not there has no line to link to
	}
	full := p.File.Path
	if m.o.Prefix != "" {
		full = m.o.Prefix + "/" + full
	}
	parts := strings.Split(full, "/")
	for i := range parts {
		parts[i] = escapePath(parts[i])
	}
	return "[" + text + "](" + m.o.Repository + "/blob/" + m.o.Commit + "/" + strings.Join(parts, "/") + anchor + ")"
}

// escapePath percent-encodes all of a name that could end a link in Markdown.
func escapePath(s string) string {
	s = url.PathEscape(s)
	for _, c := range `()<>[]|"'*_~!:@&=+$,;` {
		if strings.ContainsRune(s, c) {
			s = strings.ReplaceAll(s, string(c), fmt.Sprintf("%%%02X", c))
		}
	}
	return s
}

// explain says why a group matters, how it comes about, and what to change.
func (m *markdown) explain(g *group, named bool) {
	f := g.findings[0]
	if at := m.place(f.Place, false); named && at != "" {
		m.line("**", at, "** · ", prose(firstSentence(f.Check.Why)), "<br>")
	} else {
		m.line("**Why** ", prose(firstSentence(f.Check.Why)), "<br>")
	}
	if how := m.trail(f.Trail); how != "" {
		m.line("**Because** ", how, "<br>")
	}
	for _, n := range g.distinct(func(f *checks.ReportedFinding) string { return f.Note })[:min(1, len(g.distinct(func(f *checks.ReportedFinding) string { return f.Note })))] {
		m.line("**Note** ", prose(n), "<br>")
	}
	fixes := g.distinct(func(f *checks.ReportedFinding) string { return f.Fix })
	for i, fix := range fixes[:min(len(fixes), maxFixes)] {
		end := "<br>"
		if i == min(len(fixes), maxFixes)-1 {
			end = ""
		}
		m.line("**Fix** ", prose(fix), end)
	}
	m.line()
}

// trail is the steps that lead to a place in one line.
func (m *markdown) trail(steps []checks.Line) string {
	var parts []string
	for i, s := range steps {
		if i == 4 {
			parts = append(parts, fmt.Sprintf("%d more steps", len(steps)-i))
			break
		}
		text := prose(s.Text)
		if at := m.place(s.Place, true); at != "" {
			text = at + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ← ")
}

// fixed tells what is better than it was.
func (m *markdown) fixed() {
	c := m.o.Comparison
	if c == nil || len(c.Fixed) == 0 {
		return
	}
	seen := map[string]bool{}
	var parts []string
	for _, e := range c.Fixed {
		text := code(e.Rule)
		if check := checks.Lookup(e.Rule); check != nil {
			text = prose(check.Title)
		}
		if e.Finding != nil && e.Finding.Place.Line > 0 {
			text += " (" + code(where(e.Finding.Place, false)) + ")"
		} else if e.Path != "" {
			text += " (" + code(e.Path) + ")"
		}
		if !seen[text] {
			seen[text] = true
			parts = append(parts, text)
		}
	}
	if n := len(parts); n > maxFixedTold {
		parts = append(parts[:maxFixedTold], fmt.Sprintf("and %d more", n-maxFixedTold))
	}
	if len(parts) == 1 {
		m.line("🎉 **Fixed here:** ", parts[0])
	} else {
		m.line("🎉 **Fixed here**")
		for _, p := range parts {
			m.line("- ", p)
		}
	}
	m.line()
}

func (m *markdown) seeRun(text string) string {
	if m.o.Run == "" {
		return text
	}
	return "[" + text + "](" + m.o.Run + ")"
}

// footer says what was looked at, and what is not listed.
func (m *markdown) footer(older int) {
	var parts []string
	if m.o.Commit != "" {
		parts = append(parts, "scan of "+m.o.Commit[:min(len(m.o.Commit), 10)])
	}
	if m.o.Comparison != nil {
		parts = append(parts, "compared with "+prose(m.o.Base))
	}
	if older > 0 {
		parts = append(parts, count(older, "older problem is", "older problems are")+" not listed: see "+m.seeRun("the summary of the run"))
	} else if m.o.Run != "" {
		parts = append(parts, m.seeRun("summary of the run"))
	}
	parts = append(parts, strings.TrimSpace("prodcheck "+m.o.Version))
	m.line("<sub>", strings.Join(parts, " · "), "</sub>")
}
