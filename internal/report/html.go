package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/prodcheck/prodcheck/checks"
)

// HTMLOptions say what a report does not know about itself.
type HTMLOptions struct {
	Version string // of the tool
	Name    string // of the repository, as the heading has it
}

//go:embed html.tmpl
var htmlTemplate string

//go:embed html.css
var htmlStyle string

// Docs is where the pages of checks are published: an id and ".md" behind it is one page.
const Docs = "https://github.com/prodcheck/prodcheck/blob/main/docs/checks/"

// codeWidth is how many columns of a source line the page shows.
const codeWidth = 110

var htmlPage = sync.OnceValue(func() *markup { return parseMarkup(htmlTemplate) })

// HTML writes the report as one page that needs nothing else: no script, no request, readable in the dark, on a phone and on
// paper. Every text of the repository is escaped for its place.
func HTML(w io.Writer, r *checks.Report, o HTMLOptions) error {
	return render(w, htmlPage(), newPage(r, o), "HTML report")
}

func render(w io.Writer, t *markup, page any, what string) error {
	var b bytes.Buffer
	if err := t.execute(&b, page); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// A page is what the template of the HTML report is filled with. Its texts are inert, not escaped.
type page struct {
	Version, Name string
	Style         trusted // ours alone
	Headline      string
	Good          bool
	Tiles         []tile
	First         []headline // what to fix first
	More          int        // findings that First leaves out
	View          []choice
	Map           *drawing
	Sections      []*pageSection
	Notices       []pageLine
	Platform      []pagePlatform
	Problems      []pageLine
	Read, Seen    int
}

type pagePlatform struct{ Class, Mark, Title, Text string }

type tile struct{ Class, Label, Count string }

type headline struct{ Severity, Text, Anchor, Row string }

type choice struct{ What, Chosen, Because string }

type pageSection struct {
	Title, Anchor string
	Holds, Asked  int
	Rows          []*pageRow
	Silent        []string // titles of rows that do not apply
}

type pageRow struct {
	Anchor, Key, Title string
	Class, Mark, Says  string
	Evidence           string // in one line, of a row that holds
	Findings           []*pageFinding
	Unknowns, Passes   []pageLine
	Notes              []pageLine // what people said, and what they waived
	More               int        // passes that are not shown
	Elsewhere          string     // anchor of the row where the findings are told
	ElsewhereTitle     string
	Open, HasBody      bool
}

type pageFinding struct {
	Anchor    string
	Severity  string
	Sentences []string
	Places    []pagePlace
	MoreAt    int
	Code      *pageCode
	Trail     []pageLine
	Notes     []string
	Fixes     []string
	Diff      []diffLine
}

type pagePlace struct{ Severity, Check, URL, At string }

type pageCode struct {
	Line                int
	Before, Here, After string
}

type pageLine struct {
	Text, At, Settle string
	Code             string
}

type diffLine struct{ Class, Text string }

// newPage lays a report out as a page.
func newPage(r *checks.Report, o HTMLOptions) *page {
	p := &page{Version: o.Version, Name: safe(o.Name), Style: trusted(htmlStyle), Read: r.Stats.FilesRead, Seen: r.Stats.FilesSeen}
	all := groups(r)
	byRow := map[*checks.RowResult][]*group{}
	for _, g := range all {
		byRow[g.row] = append(byRow[g.row], g)
	}
	toldAt := map[*checks.ReportedFinding]*checks.RowResult{}
	for _, g := range all {
		for _, f := range g.findings {
			toldAt[f] = g.row
		}
	}
	anchors := map[*group]string{}
	for _, s := range r.Sections {
		ps := &pageSection{Title: safe(s.Title), Anchor: "section-" + slug(s.Title)}
		for _, row := range s.Rows {
			if row.Status == checks.NotApplicable {
				ps.Silent = append(ps.Silent, safe(row.Row.Title))
				continue
			}
			ps.Asked++
			if holds(row.Status) {
				ps.Holds++
			}
			ps.Rows = append(ps.Rows, newRow(row, byRow[row], anchors, toldAt))
		}
		p.Sections = append(p.Sections, ps)
	}
	p.headline(r, all, anchors)
	for _, l := range r.View {
		c := choice{Chosen: safe(l.Text)}
		if l.Choice != nil {
			c = choice{safe(l.Choice.What), safe(l.Choice.Chosen), ""}
			if l.Choice.Because != "" {
				c.Because = safe(because(l.Choice.Because, l.Choice.Stated))
			}
		}
		p.View = append(p.View, c)
	}
	p.Map = draw(r.Map)
	for _, n := range r.Notices {
		p.Notices = append(p.Notices, newLine(n.Line))
	}
	for _, x := range r.Platform {
		mark, class := "?", "unknown"
		switch x.Status {
		case checks.Pass:
			mark, class = "✓", "pass"
		case checks.Fail:
			mark, class = "✗", "fail"
		}
		text := safe(x.Line.Text)
		if x.Line.Settle != "" {
			text += ": " + safe(x.Line.Settle)
		}
		p.Platform = append(p.Platform, pagePlatform{class, mark, safe(x.Title), text})
	}
	for _, l := range r.Problems {
		p.Problems = append(p.Problems, newLine(l))
	}
	return p
}

func holds(s checks.Status) bool { return s == checks.Pass || s == checks.Attested }

// maxFirst is how many findings the head of the page lists.
const maxFirst = 8

// headline answers whether this may go to production, counts, and lists what to fix first.
func (p *page) headline(r *checks.Report, all []*group, anchors map[*group]string) {
	bySeverity, byStatus := tally(r, all)
	fix := len(all) - bySeverity[checks.Info]
	switch worst := bySeverity[checks.Critical] + bySeverity[checks.High]; {
	case worst > 0:
		p.Headline = "Not ready for production: " + count(worst, "problem must", "problems must") + " be fixed first"
	case fix > 0:
		p.Headline = "Nothing critical or high, " + count(fix, "problem", "problems") + " left to fix"
	default:
		p.Headline, p.Good = "Nothing to fix", true
	}
	p.Tiles = []tile{
		{"fail", "to fix", fmt.Sprint(fix)},
		{"unknown", "cannot be known from here", fmt.Sprint(byStatus[checks.Unknown])},
		{"pass", "hold", fmt.Sprint(byStatus[checks.Pass] + byStatus[checks.Attested])},
		{"none", "do not apply", fmt.Sprint(byStatus[checks.NotApplicable])},
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *group) int { return int(b.severity()) - int(a.severity()) })
	for _, g := range sorted {
		if g.severity() == checks.Info {
			continue
		}
		if len(p.First) == maxFirst {
			p.More++
			continue
		}
		p.First = append(p.First, headline{g.severity().String(), safe(g.told()[0]), anchors[g], safe(g.row.Row.Title)})
	}
}

// tally counts groups by severity and rows by status.
func tally(r *checks.Report, all []*group) (map[checks.Severity]int, map[checks.Status]int) {
	bySeverity, byStatus := map[checks.Severity]int{}, map[checks.Status]int{}
	for _, g := range all {
		bySeverity[g.severity()]++
	}
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			byStatus[row.Status]++
		}
	}
	return bySeverity, byStatus
}

// slug makes an anchor of a title.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
