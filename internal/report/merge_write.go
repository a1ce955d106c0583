package report

import (
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed merge.tmpl
var mergeTemplate string

var mergePage = sync.OnceValue(func() *markup { return parseMarkup(mergeTemplate) })

// MergeText writes several reports as one for a terminal: the repositories, then a table with a line for each row of the checklist
// that does not hold somewhere and a column for each repository.
func MergeText(w io.Writer, all []*Saved, o TextOptions) error {
	m := merge(all)
	p := newPrinter(o.Width, o.Color)
	p.line(p.paint(bold, cut(strings.TrimSpace("prodcheck "+o.Version)+" · "+m.Headline, p.width)))
	p.blank()
	longest := 0
	for _, r := range m.Repos {
		longest = max(longest, width(r.Name))
	}
	longest = min(longest, 40)
	for i, r := range m.Repos {
		p.hang("  "+pad(letter(i), 3)+pad(cut(r.Name, longest), longest)+"  ", plain, bold, r.String())
	}
	columns := min(len(m.Repos), (p.width-24)/3)
	for _, s := range m.Sections {
		if s.Failing() == 0 {
			continue
		}
		p.blank()
		head := ""
		for i := range columns {
			head += pad(letter(i), 3)
		}
		p.ends(s.Title, bold, head)
		for _, r := range s.Rows {
			if r.Fails == 0 {
				continue
			}
			line := ""
			for _, c := range r.Cells[:columns] {
				line += pad(c.Mark, 3)
			}
			room := p.width - 3*columns - 4
			p.line("  ", pad(cut(r.Title, room), room), "  ", line)
		}
	}
	if columns < len(m.Repos) {
		p.blank()
		p.line(p.paint(dim, count(len(m.Repos)-columns, "more repository", "more repositories")+": --format html has a column for each"))
	}
	p.blank()
	p.hang("", dim, dim, "✗ does not hold · ? cannot be known from the repository · ✓ holds · – does not apply; rows that fail nowhere are left out")
	return p.writeTo(w, "merged report")
}

// MergeMarkdown writes several reports as one document.
func MergeMarkdown(w io.Writer, all []*Saved) error {
	m := merge(all)
	d := &markdown{}
	d.line("# ", m.Headline)
	d.line()
	d.line("| repository | hold | to fix | critical or high |")
	d.line("|:--|--:|--:|--:|")
	for _, r := range m.Repos {
		parts := strings.Split(strings.ReplaceAll(r.String(), " of ", "/"), ", ")
		bad := "0"
		if len(parts) > 2 {
			bad = strings.TrimSuffix(parts[2], " critical or high")
		}
		d.line("| ", code(r.Name), " | ", strings.TrimSuffix(parts[0], " hold"), " | ", strings.TrimSuffix(parts[1], " to fix"), " | ", bad, " |")
	}
	for _, s := range m.Sections {
		d.line()
		d.line("## ", s.Title)
		d.line()
		head, rule := "| row |", "|:--|"
		for _, r := range m.Repos {
			head += " " + code(r.Name) + " |"
			rule += ":-:|"
		}
		d.line(head)
		d.line(rule)
		for _, r := range s.Rows {
			line := "| " + prose(r.Title) + " |"
			for _, c := range r.Cells {
				line += " " + c.Mark + " |"
			}
			d.line(line)
		}
	}
	return d.writeTo(w, "merged report")
}

// MergeHTML writes several reports as one page, like HTML.
func MergeHTML(w io.Writer, all []*Saved, o HTMLOptions) error {
	return render(w, mergePage(), struct {
		*merged
		Version string
		Style   trusted
	}{merge(all), o.Version, trusted(htmlStyle)}, "merged report")
}
