package report

import "github.com/prodcheck/prodcheck/checks"

// A jsonWaiver is what takes a finding out of force.
type jsonWaiver struct {
	Reason string     `json:"reason"`
	Owner  string     `json:"owner,omitempty"`
	Until  string     `json:"until,omitempty"` // the last day, year-month-day
	Inline bool       `json:"inline"`          // it stands beside the code
	Place  *jsonPlace `json:"place,omitempty"`
}

func waiverJSON(w *checks.Waiver) *jsonWaiver {
	if w == nil {
		return nil
	}
	j := &jsonWaiver{Reason: w.Reason, Owner: w.Owner, Inline: w.Inline, Place: toJSON(w.At)}
	if !w.Until.IsZero() {
		j.Until = w.Until.Format("2006-01-02")
	}
	return j
}

// A jsonNotice is about what people said: see checks.NoticeKind.
type jsonNotice struct {
	Kind   string     `json:"kind"`
	Key    string     `json:"key"`
	Text   string     `json:"text"`
	Settle string     `json:"settle,omitempty"`
	Place  *jsonPlace `json:"place,omitempty"`
}

func noticesJSON(ns []checks.Notice) []jsonNotice {
	out := []jsonNotice{}
	for _, n := range ns {
		out = append(out, jsonNotice{n.Kind.String(), n.Key, n.Text, n.Settle, toJSON(n.Place)})
	}
	return out
}

// A jsonFact is one answer of the code-hosting platform.
type jsonFact struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	Status string `json:"status"`
	Text   string `json:"text"`
	Settle string `json:"settle,omitempty"`
}

func platformJSON(fs []checks.PlatformResult) (out []jsonFact) {
	for _, f := range fs {
		out = append(out, jsonFact{f.Key, f.Title, f.Status.String(), f.Line.Text, f.Line.Settle})
	}
	return out
}

// findingJSON writes one finding; new says that the base of a pull request does not have it.
func findingJSON(f *checks.ReportedFinding, isNew bool) jsonFinding {
	return jsonFinding{
		f.Severity.String(), f.Level, f.Fallback, f.Message, f.Fix, f.Note, f.Cause, toJSON(f.Place), lines(f.Trail), isNew, f.Diff, waiverJSON(f.Waiver),
	}
}

// some is lines, or nil for none, which is then left out.
func some(ls []checks.Line) []jsonLine {
	if len(ls) == 0 {
		return nil
	}
	return lines(ls)
}
