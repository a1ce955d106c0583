package checks

import (
	"fmt"
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

// A SiteResult is what a report tells of the running site beside its rows. Its texts are a server's: reporters make them inert.
type SiteResult struct {
	URL   string
	Depth string
	At    time.Time // when it was looked at, UTC
	// Requests and Connections are how many were made.
	Requests, Connections int
	Grades                []Grade
	Problems              []string // what could not be looked at
}

// A Grade is what a published rubric comes to. It is computed here and never the grade of the service that the rubric is of.
type Grade struct {
	Rubric, Version string
	Letter          string // "" if there is none, for the reason in Refused
	Refused         string
	Score           int      // 0 for a rubric without one
	Costs           []string // the rules that cost something
	NotEvaluated    []string
}

// siteResult sums up the site, nil if none was looked at.
func (f *Facts) siteResult(red *redactor) *SiteResult {
	s := f.Site
	if s == nil {
		return nil
	}
	out := &SiteResult{URL: red.line(s.URL), Depth: s.Depth, At: s.Start, Requests: s.Requests, Connections: s.Connections, Grades: grades(s)}
	for i := range out.Grades {
		g := &out.Grades[i]
		g.Refused = red.line(g.Refused)
		for _, list := range [][]string{g.Costs, g.NotEvaluated} {
			for j := range list {
				list[j] = red.line(list[j])
			}
		}
	}
	for _, p := range s.Problems {
		out.Problems = append(out.Problems, red.line(p.Probe+": "+p.Text))
	}
	return out
}

// grades computes every rubric.
func grades(s *site.Site) (all []Grade) {
	for _, g := range []grade.Grade{grade.SSLLabs(s), grade.Observatory(s, nil), grade.SecurityHeaders(s), grade.Mozilla(s)} {
		one := Grade{Rubric: g.Rubric, Version: g.Version, Letter: g.Letter, Refused: g.Refused, Score: g.Score, Costs: reasons(&g), NotEvaluated: g.NotEvaluated}
		switch {
		case g.Rubric == "Mozilla server side TLS" && g.Letter == "" && g.Refused == "":
			one.Letter = "neither modern nor intermediate"
			for _, r := range g.Rules {
				one.Costs = append(one.Costs, r.Result)
			}
		case g.IfTrusted != "":
			one.Letter += fmt.Sprintf(" (%s if the certificate were trusted)", g.IfTrusted)
		}
		all = append(all, one)
	}
	p := grade.HSTSPreload(s)
	one := Grade{Rubric: p.Rubric, Version: p.Version, Letter: "not eligible", NotEvaluated: p.NotEvaluated}
	if p.Eligible {
		one.Letter = "eligible"
	}
	for _, i := range p.Errors {
		one.Costs = append(one.Costs, i.Text)
	}
	return append(all, one)
}
