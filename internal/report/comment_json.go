package report

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Proposed is what a run on a proposed change knows beyond its report: what the change is compared with and what counts. The
// fields are those of CommentOptions.
type Proposed struct {
	Comparison   *baseline.Comparison
	Base, NoBase string
	FailOn       string
	NewOnly      bool
	Stopped      []string
}

type jsonProposed struct {
	Compared bool        `json:"compared"`
	Base     string      `json:"base,omitempty"`
	NoBase   string      `json:"no_base,omitempty"`
	FailOn   string      `json:"fail_on"`
	NewOnly  bool        `json:"new_only"`
	Stopped  []string    `json:"stopped,omitempty"`
	Fixed    []jsonFixed `json:"fixed"`
}

type jsonFixed struct {
	Check    string `json:"check"`
	Severity string `json:"severity"`
	Path     string `json:"path,omitempty"`
}

func (p *Proposed) json() *jsonProposed {
	if p == nil {
		return nil
	}
	out := &jsonProposed{p.Comparison != nil, p.Base, p.NoBase, p.FailOn, p.NewOnly, p.Stopped, []jsonFixed{}}
	if p.Comparison != nil {
		for _, e := range p.Comparison.Fixed {
			out.Fixed = append(out.Fixed, jsonFixed{e.Rule, e.Severity.String(), e.Path})
		}
	}
	return out
}

// isNew tells for each finding whether it is new; nil if that is not known.
func (p *Proposed) isNew() func(*checks.ReportedFinding) bool {
	if p == nil || p.Comparison == nil {
		return nil
	}
	return p.Comparison.IsNew()
}

// maxRead is how many texts of one kind of one check are read from a file.
const maxRead = 10_000

// ReadJSON reads what JSON wrote. The file may be anybody's: checks and rows are those of this program, of which it can only say
// how they were answered, and every text in it is as hostile as one of a repository.
func ReadJSON(data []byte) (*checks.Report, *Proposed, error) {
	var in jsonReport
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, nil, fmt.Errorf("not a JSON report: %w", err)
	}
	if in.Version != Version || in.Tool.Name != "prodcheck" {
		return nil, nil, fmt.Errorf("not a JSON report of version %d", Version)
	}
	r, p := &checks.Report{Problems: readLines(in.Problems)}, &Proposed{FailOn: "high"}
	if in.Proposed != nil {
		p.Base, p.NoBase, p.NewOnly, p.Stopped = in.Proposed.Base, in.Proposed.NoBase, in.Proposed.NewOnly, in.Proposed.Stopped
		if _, err := checks.ParseSeverity(in.Proposed.FailOn); err == nil || in.Proposed.FailOn == "never" {
			p.FailOn = in.Proposed.FailOn
		}
		if in.Proposed.Compared {
			p.Comparison = &baseline.Comparison{}
			for _, f := range in.Proposed.Fixed[:min(len(in.Proposed.Fixed), maxRead)] {
				if c := checks.Lookup(f.Check); c != nil && (f.Path == "" || fs.ValidPath(f.Path)) {
					p.Comparison.Fixed = append(p.Comparison.Fixed, baseline.Entry{Rule: c.ID, Path: f.Path})
				}
			}
		}
	}
	p.Stopped = slices.DeleteFunc(p.Stopped, func(id string) bool { return checks.Lookup(id) == nil })
	answers := map[string]*jsonResult{}
	for i := range in.Checks {
		answers[in.Checks[i].ID] = &in.Checks[i]
	}
	byCheck := map[*checks.Check]*checks.Result{}
	for _, c := range checks.All() {
		res := &checks.Result{Check: c}
		if a := answers[c.ID]; a != nil {
			readResult(res, a, p.Comparison)
		}
		byCheck[c] = res
		r.Results = append(r.Results, res)
	}
	said := map[string]checks.Status{} // what people and others than the checks answered
	for _, sec := range in.Sections {
		for _, row := range sec.Rows {
			if status, ok := readStatus(row.Status); ok {
				said[row.Key] = status
			}
		}
	}
	for _, s := range checks.Checklist() {
		sr := &checks.SectionResult{Title: s.Title}
		for _, row := range s.Rows {
			rr := &checks.RowResult{Row: row}
			for _, c := range row.Checks {
				rr.Checks = append(rr.Checks, byCheck[c])
				rr.Status = max(rr.Status, byCheck[c].Status)
			}
			if status, ok := said[row.Key]; ok && rr.Status != checks.Fail {
				rr.Status = status
			}
			sr.Rows = append(sr.Rows, rr)
		}
		r.Sections = append(r.Sections, sr)
	}
	return r, p, nil
}

func readStatus(name string) (checks.Status, bool) {
	for s := checks.NotApplicable; s <= checks.Fail; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return checks.NotApplicable, false
}

func readResult(res *checks.Result, a *jsonResult, c *baseline.Comparison) {
	res.Status, _ = readStatus(a.Status)
	res.Unknowns, res.Passes = readLines(a.Unknowns), readLines(a.Passes)
	for _, f := range a.Findings[:min(len(a.Findings), maxRead)] {
		severity, err := checks.ParseSeverity(f.Severity)
		if err != nil {
			severity = res.Check.Severity
		}
		rf := &checks.ReportedFinding{
			Check: res.Check, Severity: severity, Level: f.Level, Fallback: f.Fallback, Message: f.Message, Fix: f.Fix, Note: f.Note, Cause: f.Cause,
			Place: readPlace(f.Place), Trail: readLines(f.Trail),
		}
		res.Findings = append(res.Findings, rf)
		if c != nil && f.New {
			c.New = append(c.New, rf)
		} else if c != nil {
			c.Old = append(c.Old, rf)
		}
	}
	if len(res.Findings) > 0 {
		res.Status = checks.Fail
	}
}

func readLines(ls []jsonLine) (out []checks.Line) {
	for _, l := range ls[:min(len(ls), maxRead)] {
		out = append(out, checks.Line{Text: l.Text, Settle: l.Settle, Place: readPlace(l.Place)})
	}
	return out
}

func readPlace(p *jsonPlace) checks.Place {
	if p == nil || !fs.ValidPath(p.Path) || p.Line < 0 || p.Line > 100_000_000 {
		return checks.Place{}
	}
	return checks.Place{Path: p.Path, Line: p.Line, EndLine: p.Line, File: source.NewFile(p.Path, nil)}
}
