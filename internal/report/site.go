package report

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// maxCosts is how many reasons of a grade are told.
const maxCosts = 4

// site prints what was asked of the running site and the grades that published rubrics come to.
func (p *printer) site(s *checks.SiteResult) {
	if s == nil {
		return
	}
	p.line(p.paint(bold, "The running site"))
	p.hang("  asked   ", plain, plain, fmt.Sprintf("%s at %s, depth %s: %s, %s", s.URL, s.At.UTC().Format("2006-01-02 15:04 UTC"), s.Depth,
		count(s.Requests, "request", "requests"), count(s.Connections, "connection", "connections")))
	for _, g := range s.Grades {
		if g.Refused != "" {
			p.hang("  –       ", dim, dim, fmt.Sprintf("%s, %s: no grade, %s", g.Rubric, g.Version, g.Refused))
			continue
		}
		name := g.Rubric + ", " + g.Version
		if g.Score > 0 {
			name += fmt.Sprintf(", score %d", g.Score)
		}
		if letter := safe(g.Letter); width(letter) <= 6 {
			p.hang("  "+pad(letter, 6)+"  ", plain, bold, name)
		} else {
			p.hang("          ", plain, bold, name+": "+letter)
		}
		if n := len(g.Costs); n > maxCosts {
			p.hang("          ", dim, dim, "for "+strings.Join(g.Costs[:maxCosts], "; ")+fmt.Sprintf("; and %d more", n-maxCosts))
		} else if n > 0 {
			p.hang("          ", dim, dim, "for "+strings.Join(g.Costs, "; "))
		}
		if len(g.NotEvaluated) > 0 {
			p.hang("          ", dim, dim, "not evaluated: "+strings.Join(g.NotEvaluated, "; "))
		}
	}
	for _, t := range s.Problems {
		p.hang("  !       ", yellow, yellow, t)
	}
	p.blank()
}

type jsonSite struct {
	URL         string      `json:"url"`
	At          string      `json:"at"`
	Depth       string      `json:"depth"`
	Requests    int         `json:"requests"`
	Connections int         `json:"connections"`
	Grades      []jsonGrade `json:"grades"`
	Problems    []string    `json:"problems"`
}

type jsonGrade struct {
	Rubric       string   `json:"rubric"`
	Version      string   `json:"version"`
	Letter       string   `json:"letter,omitempty"`
	Refused      string   `json:"refused,omitempty"`
	Score        int      `json:"score,omitempty"`
	Costs        []string `json:"costs"`
	NotEvaluated []string `json:"not_evaluated"`
}

// siteJSON is the running site for programs, nil if none was looked at.
func siteJSON(s *checks.SiteResult) *jsonSite {
	if s == nil {
		return nil
	}
	out := &jsonSite{s.URL, s.At.UTC().Format("2006-01-02T15:04:05Z"), s.Depth, s.Requests, s.Connections, []jsonGrade{}, append([]string{}, s.Problems...)}
	for _, g := range s.Grades {
		out.Grades = append(out.Grades, jsonGrade{g.Rubric, g.Version, g.Letter, g.Refused, g.Score, append([]string{}, g.Costs...), append([]string{}, g.NotEvaluated...)})
	}
	return out
}
