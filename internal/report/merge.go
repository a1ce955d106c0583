package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// A Saved is one repository of a merged report: what a JSON report says of it, and its name.
type Saved struct {
	Name string
	r    jsonReport
}

// maxMerged is the largest JSON report that is read, in bytes.
const maxMerged = 64 << 20

// ReadSaved reads a JSON report. Name is how the repository is called in the merged one. A report of another version, and
// what is no report, are errors.
func ReadSaved(name string, text []byte) (*Saved, error) {
	if len(text) > maxMerged {
		return nil, fmt.Errorf("larger than %d MB", maxMerged>>20)
	}
	s := &Saved{Name: name}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&s.r); err != nil {
		return nil, fmt.Errorf("no JSON report: %w", err)
	}
	switch {
	case s.r.Tool.Name != "prodcheck" || len(s.r.Sections) == 0:
		return nil, fmt.Errorf("no report of prodcheck scan --format json")
	case s.r.Version != Version:
		return nil, fmt.Errorf("a report of version %d, this program reads %d", s.r.Version, Version)
	}
	return s, nil
}

// A merged is several reports side by side.
type merged struct {
	Headline string // how many repositories are ready
	Repos    []mergedRepo
	Sections []mergedSection
}

type mergedRepo struct {
	Name                            string
	Hold, Asked, Fix, Critical, Bad int // Bad: critical and high
}

type mergedSection struct {
	Title string
	Rows  []mergedRow
}

type mergedRow struct {
	Key, Title string
	Cells      []mergedCell // one for each repository
	Fails      int
}

type mergedCell struct{ Class, Mark, Says string }

// merge puts reports side by side. The first one gives the order; rows that only later ones have come behind their section's.
func merge(all []*Saved) *merged {
	m := &merged{}
	section, row := map[string]int{}, map[string]*[2]int{}
	for i, s := range all {
		m.Repos = append(m.Repos, newMergedRepo(s))
		for _, sec := range s.r.Sections {
			at, ok := section[sec.Title]
			if !ok {
				at = len(m.Sections)
				section[sec.Title] = at
				m.Sections = append(m.Sections, mergedSection{Title: safe(sec.Title)})
			}
			for _, r := range sec.Rows {
				key := sec.Title + "\x00" + r.Key
				if row[key] == nil {
					row[key] = &[2]int{at, len(m.Sections[at].Rows)}
					cells := make([]mergedCell, len(all))
					for j := range cells {
						cells[j] = mergedCell{"none", "", "not in this report"}
					}
					m.Sections[at].Rows = append(m.Sections[at].Rows, mergedRow{Key: safe(r.Key), Title: safe(r.Title), Cells: cells})
				}
				mr := &m.Sections[row[key][0]].Rows[row[key][1]]
				if mr.Cells[i] = newCell(r.Status); r.Status == "fail" {
					mr.Fails++
				}
			}
		}
	}
	m.Headline = m.headline()
	return m
}

func newCell(status string) mergedCell {
	switch status {
	case "fail":
		return mergedCell{"fail", "✗", "does not hold"}
	case "unknown":
		return mergedCell{"unknown", "?", "cannot be known"}
	case "pass":
		return mergedCell{"pass", "✓", "holds"}
	case "attested":
		return mergedCell{"pass", "✓", "attested by a person"}
	}
	return mergedCell{"none", "–", "does not apply"}
}

func newMergedRepo(s *Saved) mergedRepo {
	rows, f := s.r.Summary.Rows, s.r.Summary.Findings
	hold := rows["pass"] + rows["attested"]
	return mergedRepo{
		Name: safe(s.Name), Hold: hold, Asked: hold + rows["unknown"] + rows["fail"], Critical: f["critical"], Bad: f["critical"] + f["high"],
		Fix: f["total"] - f["info"],
	}
}

// headline says in one line how many repositories are ready.
func (m *merged) headline() string {
	bad := 0
	for _, r := range m.Repos {
		if r.Bad > 0 {
			bad++
		}
	}
	if bad == 0 {
		return count(len(m.Repos), "repository", "repositories") + ", none with anything critical or high"
	}
	return fmt.Sprintf("%d of %s not ready for production", bad, count(len(m.Repos), "repository", "repositories"))
}

// Failing counts the rows that do not hold in some repository.
func (s mergedSection) Failing() int {
	n := 0
	for _, r := range s.Rows {
		if r.Fails > 0 {
			n++
		}
	}
	return n
}

// letter names a column of a table too narrow for names: A to Z, then AA.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letter(i/26-1) + letter(i%26)
}

func (r mergedRepo) String() string {
	parts := []string{fmt.Sprintf("%d of %d hold", r.Hold, r.Asked), fmt.Sprintf("%d to fix", r.Fix)}
	if r.Bad > 0 {
		parts = append(parts, fmt.Sprintf("%d critical or high", r.Bad))
	}
	return strings.Join(parts, ", ")
}
