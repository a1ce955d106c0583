// Package baseline tells findings that are new from those that were there before. A finding is known by its rule, its path and
// its content, never by its line: what only moved is not new, nor is what stands in a file that got another name.
package baseline

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// An Entry is what a baseline knows of one finding. Entries of equal findings are equal.
type Entry struct {
	Rule     string
	Severity checks.Severity
	Path     string // "" if the finding stands nowhere
	// Line and Message are hashes of the redacted line of code, blanks aside, and of what the finding says: 12 hexadecimal digits
	// each. One of them is enough: a line may be edited without mending anything, and a message may be worded anew.
	Line, Message string
	// Finding is what the entry was made of; nil if it was read from a file.
	Finding *checks.ReportedFinding
}

// Of returns the entries of a report, in the order of Write.
func Of(r *checks.Report) []Entry {
	var all []Entry
	for _, res := range r.Results {
		for _, f := range res.Findings {
			all = append(all, entry(f))
		}
	}
	slices.SortStableFunc(all, compare)
	return all
}

func entry(f *checks.ReportedFinding) Entry {
	code := strings.Join(strings.Fields(f.Place.Excerpt), "")
	return Entry{Rule: f.Check.ID, Severity: f.Severity, Path: f.Place.Path, Line: hash(code), Message: hash(f.Message), Finding: f}
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// A Comparison is what became of the findings of a base.
type Comparison struct {
	New   []*checks.ReportedFinding // in the order of the report
	Old   []*checks.ReportedFinding // in the order of the report
	Fixed []Entry                   // in the order of the base
}

// IsNew returns a function that tells whether a finding of the report is new.
func (c *Comparison) IsNew() func(*checks.ReportedFinding) bool {
	set := make(map[*checks.ReportedFinding]bool, len(c.New))
	for _, f := range c.New {
		set[f] = true
	}
	return func(f *checks.ReportedFinding) bool { return set[f] }
}

// aspects are the ways in which a finding can be the same as one of the base, the surest first. A finding of the base explains
// at most one of the report.
var aspects = []func(e Entry) (key [4]string){
	func(e Entry) [4]string { return [4]string{e.Rule, e.Path, e.Line, e.Message} },
	func(e Entry) [4]string { return [4]string{e.Rule, e.Path, e.Line, ""} },
	func(e Entry) [4]string { return [4]string{e.Rule, e.Path, "", e.Message} },
	func(e Entry) [4]string { return [4]string{e.Rule, "", e.Line, e.Message} }, // the file has another name
	func(e Entry) [4]string { return [4]string{e.Rule, "", "", e.Message} },
}

// Compare holds a report against the findings of its base. A finding that is more severe than it was is new.
func Compare(base []Entry, r *checks.Report) *Comparison {
	head := []Entry{}
	for _, res := range r.Results {
		for _, f := range res.Findings {
			head = append(head, entry(f))
		}
	}
	c := &Comparison{}
	usedHead, usedBase := make([]bool, len(head)), make([]bool, len(base))
	for _, aspect := range aspects {
		free := map[[4]string][]int{}
		for i, e := range base {
			if !usedBase[i] {
				free[aspect(e)] = append(free[aspect(e)], i)
			}
		}
		for i, e := range head {
			if usedHead[i] {
				continue
			}
			key := aspect(e)
			for n, j := range free[key] {
				if base[j].Severity >= e.Severity {
					usedHead[i], usedBase[j] = true, true
					free[key] = slices.Delete(free[key], n, n+1)
					break
				}
			}
		}
	}
	for i, e := range head {
		if usedHead[i] || follows(e, base, usedBase) {
			c.Old = append(c.Old, e.Finding)
		} else {
			c.New = append(c.New, e.Finding)
		}
	}
	for j, e := range base {
		if !usedBase[j] && !worse(e, head, usedHead) {
			c.Fixed = append(c.Fixed, e)
		}
	}
	return c
}

// follows reports whether a finding is only what mending another one leaves behind: a secret that is deleted from the tree stays
// in the history, and whoever deletes it has not put it there.
func follows(e Entry, base []Entry, used []bool) bool {
	if e.Rule != "repo-env-file-in-history" {
		return false
	}
	for j, b := range base {
		if !used[j] && b.Rule == "repo-env-file-tracked" && b.Finding != nil && strings.HasPrefix(e.Finding.Message, b.Path+" ") {
			return true
		}
	}
	return false
}

// worse reports whether a finding of the base is there still, only more severe: it is new then, but nothing was fixed.
func worse(e Entry, head []Entry, used []bool) bool {
	for i, h := range head {
		if !used[i] && h.Severity > e.Severity && h.Rule == e.Rule && h.Path == e.Path && (h.Line == e.Line || h.Message == e.Message) {
			return true
		}
	}
	return false
}
