package checks

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// All returns every check once, in the order of the checklist.
func All() []*Check {
	var all []*Check
	for _, s := range Checklist() {
		for _, r := range s.Rows {
			for _, c := range r.Checks {
				if !slices.Contains(all, c) {
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// Lookup returns the check with the given id or former id, one of the running site too, or nil.
func Lookup(id string) *Check {
	for _, c := range All() {
		if c.ID == id || slices.Contains(c.Aliases, id) {
			return c
		}
	}
	if c := LookupLive(id); c != nil {
		return &c.Check
	}
	return nil
}

// Run asks every check of the checklist and returns the redacted report.
func Run(f *Facts) *Report {
	given := *f
	f = &given
	f.Limits = f.Limits.withDefaults()
	all := All()
	verdicts := make([]*Verdict, len(all))
	var wg sync.WaitGroup
	gate := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range all {
		wg.Add(1)
		gate <- struct{}{}
		go func() {
			defer wg.Done()
			verdicts[i] = ask(c, f)
			<-gate
		}()
	}
	wg.Wait()
	red := f.redactor()
	r := &Report{Stats: Stats{f.Repo.Stats().Seen, f.Repo.Stats().Read}}
	byCheck := map[*Check]*Result{}
	for i, c := range all {
		f.Policy.apply(verdicts[i])
		res := report(verdicts[i], red)
		byCheck[c] = res
		r.Results = append(r.Results, res)
	}
	live := map[string]*Result{}
	if f.SiteOnly {
		r.Results = nil
	}
	for _, res := range f.askSite(red) {
		live[res.Check.ID] = res
		r.Results = append(r.Results, res)
	}
	meet(byCheck, live)
	r.Notices = waive(f, r.Results, red)
	r.Platform = f.Platform.results()
	r.Supplied = f.supplied(red)
	for _, s := range Checklist() {
		sr := &SectionResult{Title: s.Title}
		for _, row := range s.Rows {
			rr := &RowResult{Row: row}
			for _, c := range row.Checks {
				rr.Checks = append(rr.Checks, byCheck[c])
			}
			if f.SiteOnly {
				rr.Checks = nil
			}
			for _, id := range row.Live {
				if res := live[id]; res != nil {
					rr.Checks = append(rr.Checks, res)
				}
			}
			if f.SiteOnly && len(rr.Checks) == 0 && !slices.ContainsFunc(r.Supplied, func(s Supplied) bool { return s.Row == row.Key }) {
				continue
			}
			rr.resolve(f, r.Platform, r.Supplied, red)
			if rr.Standing == Lapsing || rr.Standing == Lapsed {
				r.Notices = append(r.Notices, Notice{Kind: AttestationDue, Key: row.Key, Line: rr.due()})
			}
			sr.Rows = append(sr.Rows, rr)
		}
		if !f.SiteOnly || len(sr.Rows) > 0 {
			r.Sections = append(r.Sections, sr)
		}
	}
	for i := range f.Repo.Deployment.Choices {
		ch := f.Repo.Deployment.Choices[i]
		ch.Chosen, ch.Because = red.line(ch.Chosen), red.line(ch.Because)
		r.View = append(r.View, Line{Text: ch.What + " " + ch.Chosen, Place: red.place(ch.At.Span), Trail: red.trail(ch.At.Trail), Choice: &ch})
	}
	r.Map = mapOf(f, red)
	r.Site = f.siteResult(red)
	for _, p := range f.Repo.Problems() {
		r.Problems = append(r.Problems, Line{Text: red.line(p.Text), Place: red.place(p.Span)})
	}
	if f.Server != nil {
		for _, text := range f.Server.Problems {
			r.Problems = append(r.Problems, Line{Text: "operator-supplied: " + red.line(text)})
		}
	}
	return r
}

// ask runs one check. A check that panics has met an input its author did not think of: it answers unknown, the others go on.
func ask(c *Check, f *Facts) (v *Verdict) {
	v = &Verdict{check: c}
	defer func() {
		if e := recover(); e != nil {
			v = &Verdict{check: c, stopped: true}
			v.Unknown(source.Evidence{}, "report this as a bug of prodcheck", "the check stopped on an internal error: %v", e)
		}
	}()
	c.Run(f, v)
	return v
}

func report(v *Verdict, red *redactor) *Result {
	res := &Result{Check: v.check, Status: v.Status(), Stopped: v.stopped}
	seen := map[string]bool{}
	for _, f := range v.findings {
		rf := &ReportedFinding{
			Check: f.Check, Severity: f.Severity, Level: f.Level(), Fallback: f.Fallback, Message: red.line(f.Message),
			Fix: red.line(f.Fix), Note: red.line(f.Note), Cause: f.Cause, Place: red.placeOf(f.Evidence.Span, f.URL), Trail: red.trail(f.Evidence.Trail),
			Edits: f.Edits, Diff: red.diff(f.Edits),
		}
		key := fmt.Sprintf("%s:%d:%d %s", rf.Place.Path, rf.Place.Line, rf.Place.Column, rf.Message)
		if !seen[key] {
			seen[key] = true
			res.Findings = append(res.Findings, rf)
		}
	}
	slices.SortStableFunc(res.Findings, func(a, b *ReportedFinding) int {
		if a.Severity != b.Severity {
			return int(b.Severity) - int(a.Severity)
		}
		return comparePlaces(a.Place, b.Place)
	})
	notes := func(ns []*Note) (ls []Line) {
		for _, n := range ns {
			ls = append(ls, Line{Text: red.line(n.Message), Settle: red.line(n.Settle), Place: red.placeOf(n.Evidence.Span, n.URL), Trail: red.trail(n.Evidence.Trail)})
		}
		slices.SortStableFunc(ls, func(a, b Line) int { return comparePlaces(a.Place, b.Place) })
		return slices.CompactFunc(ls, func(a, b Line) bool { return a.Text == b.Text && comparePlaces(a.Place, b.Place) == 0 })
	}
	res.Unknowns, res.Passes = notes(v.unknowns), notes(v.passes)
	return res
}

func comparePlaces(a, b Place) int {
	if c := strings.Compare(a.Path, b.Path); c != 0 {
		return c
	}
	if a.Line != b.Line {
		return a.Line - b.Line
	}
	return a.Column - b.Column
}

// A redactor makes text fit to be printed: no secret value of the repository survives it.
type redactor struct {
	known  *secrets.Redactor
	values []string
}

func (r *redactor) line(s string) string {
	if s == "" {
		return s
	}
	return r.known.Redact(s)
}

func (r *redactor) place(s source.Span) Place {
	if s.IsZero() {
		return Place{}
	}
	p := Place{Path: r.known.Redact(s.File.Path), File: s.File}
	if s.IsWhole() {
		return p
	}
	start, end := s.Position(), s.File.Position(s.End)
	p.Line, p.Column, p.EndLine, p.EndColumn = start.Line, start.Column, end.Line, end.Column
	p.Excerpt = r.known.Redact(secrets.RedactLine(s.File.Line(start.Line), r.values))
	return p
}

// placeOf is where something stands in the repository, or else where the site shows it.
func (r *redactor) placeOf(s source.Span, url string) Place {
	p := r.place(s)
	if p.Path == "" {
		p.URL = r.line(url)
	}
	return p
}

func (r *redactor) trail(steps []source.Step) (ls []Line) {
	for _, s := range steps {
		ls = append(ls, Line{Text: r.line(s.Note), Place: r.place(s.Span)})
	}
	return ls
}

// redactor knows every value of the repository that is a secret. A value that is also a part of the repository's own paths, as the
// password "shop" of a project named shop, or a word that everybody tries first, as "password", is taken out only where it stands as a secret's value: anywhere else it would only garble
// the names of files and hosts.
func (f *Facts) redactor() *redactor {
	values := f.Repo.Secrets()
	paths := strings.Join(f.Repo.Paths(), "\n")
	prose := slices.DeleteFunc(slices.Clone(values), func(s string) bool { return len(s) < 16 && (strings.Contains(paths, s) || secrets.Weak(s)) })
	return &redactor{known: secrets.NewRedactor(prose), values: prose}
}
