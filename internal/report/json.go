package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/inert"
)

// Version is the version of the JSON report. Within one version fields are added, never changed in meaning or removed;
// docs/report.schema.json describes them.
const Version = 1

// JSONOptions say what a report does not know about itself.
type JSONOptions struct {
	Version string // of the tool
	// Proposed is what is known of a proposed change; nil for a report of files alone.
	Proposed *Proposed
}

type jsonReport struct {
	Schema   string        `json:"$schema"`
	Version  int           `json:"version"`
	Tool     jsonTool      `json:"tool"`
	Summary  jsonSummary   `json:"summary"`
	View     []jsonChoice  `json:"view"`
	Sections []jsonSection `json:"sections"`
	Checks   []jsonResult  `json:"checks"`
	Problems []jsonLine    `json:"problems"`
	Notices  []jsonNotice  `json:"notices"`
	Platform []jsonFact    `json:"platform,omitempty"`
	Stats    jsonStats     `json:"stats"`
	Proposed *jsonProposed `json:"proposed,omitempty"`
	Site     *jsonSite     `json:"site,omitempty"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type jsonSummary struct {
	Findings map[string]int `json:"findings"` // by severity, and "total"
	Causes   int            `json:"causes"`
	Rows     map[string]int `json:"rows"` // by status, and "total"
}

type jsonChoice struct {
	What    string     `json:"what,omitempty"`
	Chosen  string     `json:"chosen,omitempty"`
	Because string     `json:"because,omitempty"`
	Stated  bool       `json:"stated"`
	Text    string     `json:"text"`
	Place   *jsonPlace `json:"place,omitempty"`
	Trail   []jsonLine `json:"trail,omitempty"`
}

type jsonSection struct {
	Title string    `json:"title"`
	Rows  []jsonRow `json:"rows"`
}

type jsonRow struct {
	Key    string   `json:"key"`
	Title  string   `json:"title"`
	Status string   `json:"status"`
	Checks []string `json:"checks"`
	// Waived says that the row fails by nothing but waived findings; Reason is why people said that it does not apply.
	Waived      bool       `json:"waived,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Attestation *jsonWord  `json:"attestation,omitempty"`
	Passes      []jsonLine `json:"passes,omitempty"`
	Unknowns    []jsonLine `json:"unknowns,omitempty"`
	Fails       []jsonLine `json:"fails,omitempty"`
	Notes       []jsonLine `json:"notes,omitempty"`
}

type jsonResult struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Severity string        `json:"severity"`
	Status   string        `json:"status"`
	Findings []jsonFinding `json:"findings"`
	Waived   []jsonFinding `json:"waived"`
	Unknowns []jsonLine    `json:"unknowns"`
	Passes   []jsonLine    `json:"passes"`
}

type jsonFinding struct {
	Severity string     `json:"severity"`
	Level    string     `json:"level"`
	Fallback bool       `json:"fallback"`
	Message  string     `json:"message"`
	Fix      string     `json:"fix"`
	Note     string     `json:"note,omitempty"`
	Cause    string     `json:"cause,omitempty"`
	Place    *jsonPlace `json:"place,omitempty"`
	Trail    []jsonLine `json:"trail"`
	New      bool       `json:"new,omitempty"`
	Diff     string     `json:"diff,omitempty"`
	// Waiver takes the finding out of force; it stands under waived then.
	Waiver *jsonWaiver `json:"waiver,omitempty"`
}

type jsonLine struct {
	Text   string     `json:"text"`
	Settle string     `json:"settle,omitempty"`
	Place  *jsonPlace `json:"place,omitempty"`
	Trail  []jsonLine `json:"trail,omitempty"`
}

type jsonPlace struct {
	Path      string `json:"path"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
	Excerpt   string `json:"excerpt,omitempty"`
	URL       string `json:"url,omitempty"` // where the running site shows it; path is "" then
}

type jsonStats struct {
	FilesSeen int `json:"files_seen"`
	FilesRead int `json:"files_read"`
}

// SchemaURL is the identity of the schema of the JSON report.
const SchemaURL = "https://raw.githubusercontent.com/prodcheck/prodcheck/main/docs/report.schema.json"

// JSON writes the report for programs. The same report gives the same bytes: lists have the order of the checklist and of the
// report, keys have the order of the schema.
func JSON(w io.Writer, r *checks.Report, o JSONOptions) error {
	out := jsonReport{
		Schema: SchemaURL, Version: Version, Tool: jsonTool{"prodcheck", o.Version}, Summary: summarize(r), View: []jsonChoice{},
		Sections: []jsonSection{}, Checks: []jsonResult{}, Problems: lines(r.Problems), Stats: jsonStats{r.Stats.FilesSeen, r.Stats.FilesRead},
		Proposed: o.Proposed.json(), Site: siteJSON(r.Site),
		Notices: noticesJSON(r.Notices), Platform: platformJSON(r.Platform),
	}
	isNew := o.Proposed.isNew()
	for _, l := range r.View {
		c := jsonChoice{Text: l.Text, Place: toJSON(l.Place), Trail: lines(l.Trail)}
		if l.Choice != nil {
			c.What, c.Chosen, c.Because, c.Stated = l.Choice.What, l.Choice.Chosen, l.Choice.Because, l.Choice.Stated
		}
		out.View = append(out.View, c)
	}
	for _, s := range r.Sections {
		js := jsonSection{Title: s.Title, Rows: []jsonRow{}}
		for _, row := range s.Rows {
			jr := jsonRow{
				Key: row.Row.Key, Title: row.Row.Title, Status: row.Status.String(), Checks: []string{}, Waived: row.Waived, Reason: row.Reason,
				Attestation: wordOf(row.Row, row.Attestation, row.Standing), Passes: some(row.Passes), Unknowns: some(row.Unknowns),
				Fails: some(row.Fails), Notes: some(row.Notes),
			}
			for _, res := range row.Checks {
				jr.Checks = append(jr.Checks, res.Check.ID)
			}
			js.Rows = append(js.Rows, jr)
		}
		out.Sections = append(out.Sections, js)
	}
	for _, res := range r.Results {
		jr := jsonResult{
			ID: res.Check.ID, Title: res.Check.Title, Severity: res.Check.Severity.String(), Status: res.Status.String(),
			Findings: []jsonFinding{}, Waived: []jsonFinding{}, Unknowns: lines(res.Unknowns), Passes: lines(res.Passes),
		}
		for _, f := range res.Findings {
			jr.Findings = append(jr.Findings, findingJSON(f, isNew != nil && isNew(f)))
		}
		for _, f := range res.Waived {
			jr.Waived = append(jr.Waived, findingJSON(f, false))
		}
		out.Checks = append(out.Checks, jr)
	}
	return encode(w, "JSON report", out)
}

func summarize(r *checks.Report) jsonSummary {
	s := jsonSummary{Findings: map[string]int{"total": 0}, Rows: map[string]int{"total": 0}, Causes: len(groups(r))}
	for v := checks.Info; v <= checks.Critical; v++ {
		s.Findings[v.String()] = 0
	}
	for v := checks.NotApplicable; v <= checks.Fail; v++ {
		s.Rows[v.String()] = 0
	}
	for _, res := range r.Results {
		for _, f := range res.Findings {
			s.Findings["total"]++
			s.Findings[f.Severity.String()]++
		}
	}
	for _, sec := range r.Sections {
		for _, row := range sec.Rows {
			s.Rows["total"]++
			s.Rows[row.Status.String()]++
		}
	}
	return s
}

func lines(ls []checks.Line) []jsonLine {
	out := make([]jsonLine, 0, len(ls))
	for _, l := range ls {
		j := jsonLine{Text: l.Text, Settle: l.Settle, Place: toJSON(l.Place)}
		if len(l.Trail) > 0 {
			j.Trail = lines(l.Trail)
		}
		out = append(out, j)
	}
	return out
}

func toJSON(p checks.Place) *jsonPlace {
	if p.Path == "" && p.URL == "" {
		return nil
	}
	return &jsonPlace{p.Path, p.Line, p.Column, p.EndLine, p.EndColumn, clipLine(p.Excerpt), p.URL}
}

// maxExcerpt is the longest source line that the JSON report repeats, in bytes.
const maxExcerpt = 1000

func clipLine(s string) string {
	if len(s) <= maxExcerpt {
		return s
	}
	return cutBytes(s, maxExcerpt) + ellipsis
}

// encode writes a value as indented JSON that can be shown in a log: nothing in it drives a terminal or a workflow's runner.
func encode(w io.Writer, what string, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	if _, err := w.Write(inert.JSON(b.Bytes())); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}
