package github

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// Annotations returns what is shown at lines of the diff: each finding that keep accepts, the most severe first, one for a check
// and line. Prefix is the path of the scanned folder in the repository.
func Annotations(r *checks.Report, prefix string, keep func(*checks.ReportedFinding) bool) (all []Annotation) {
	var fs []*checks.ReportedFinding
	for _, res := range r.Results {
		for _, f := range res.Findings {
			if keep(f) {
				fs = append(fs, f)
			}
		}
	}
	slices.SortStableFunc(fs, func(a, b *checks.ReportedFinding) int { return cmp.Compare(b.Severity, a.Severity) })
	type spot struct {
		check *checks.Check
		path  string
		line  int
	}
	at := map[spot]int{}
	for _, f := range fs {
		text := f.Message
		for i, s := range f.Trail {
			if i == 4 {
				break
			}
			text += map[bool]string{true: ". Because: ", false: "; "}[i == 0] + s.Text
		}
		text += ". Fix: " + f.Fix
		k := spot{f.Check, f.Place.Path, max(f.Place.Line, 1)}
		if i, ok := at[k]; ok {
			if !strings.Contains(all[i].Message, f.Message) {
				all[i].Message = f.Message + ". " + all[i].Message
			}
			continue
		}
		at[k] = len(all)
		a := Annotation{Level: level(f), Title: f.Severity.String() + ": " + f.Check.Title + " (" + f.Check.ID + ")", Message: text}
		if f.Place.Path != "" && (f.Place.Line > 0 || f.Place.File != nil && len(f.Place.File.Text) > 0) { // else it is not there
			a.Path, a.Line = path.Join(prefix, f.Place.Path), max(f.Place.Line, 1)
			if f.Place.Line == f.Place.EndLine { // the runner takes columns of one line only
				a.Column, a.EndCol = f.Place.Column, f.Place.EndColumn
			}
		}
		all = append(all, a)
	}
	return all
}

func level(f *checks.ReportedFinding) string {
	if f.Level == "note" {
		return "notice"
	}
	return f.Level
}
