package checks

import (
	"fmt"
	"slices"
)

// A Change is one thing that a pull request asks of the policy it is judged by. It is in force once the pull request is merged.
type Change struct {
	Key  string // the check or row
	Text string
	At   Place
}

// PullRequest returns the policy by which a pull request is judged, and what the pull request adds to it: nobody waives themselves.
// Of the waivers those of the base are in force that the head has kept, as the base has them; severities, rows that do not apply,
// domains and rules of waivers are the base's. Attestations are the head's: they fail or pass no gate. baseInline are the waivers
// beside the code of the base, as Inline returns them; those that only the head has are told by the run's notices.
func PullRequest(base, head Policy, baseInline []Waiver) (Policy, []Change) {
	p := base
	p.Attestations = head.Attestations
	p.OnlyBase, p.Base = true, baseInline
	p.Waivers = nil
	var added []Change
	for _, w := range base.Waivers {
		if slices.ContainsFunc(head.Waivers, func(h Waiver) bool { return h.Check == w.Check && h.Path == w.Path }) {
			p.Waivers = append(p.Waivers, w)
		}
	}
	for _, w := range head.Waivers {
		if !slices.ContainsFunc(base.Waivers, w.same) {
			added = append(added, Change{w.Check, fmt.Sprintf("waives %s in %s: %s", w.Check, w.Path, w.Reason), w.At})
		}
	}
	for _, s := range head.Severities {
		if !slices.ContainsFunc(base.Severities, func(b SeverityChange) bool { return b.Check == s.Check && b.Severity == s.Severity }) {
			added = append(added, Change{s.Check, fmt.Sprintf("makes %s %s", s.Check, s.Severity), s.At})
		}
	}
	for _, s := range base.Severities {
		c := Lookup(s.Check)
		gone := !slices.ContainsFunc(head.Severities, func(h SeverityChange) bool { return h.Check == s.Check })
		if gone && c != nil && c.Severity < s.Severity {
			added = append(added, Change{s.Check, fmt.Sprintf("makes %s %s again, where it was %s", s.Check, c.Severity, s.Severity), Place{}})
		}
	}
	for _, e := range head.Exemptions {
		if !slices.ContainsFunc(base.Exemptions, func(b Exemption) bool { return b.Row == e.Row }) {
			added = append(added, Change{e.Row, fmt.Sprintf("says that %s does not apply: %s", e.Row, e.Reason), e.At})
		}
	}
	for _, d := range head.Domains {
		if !slices.Contains(base.Domains, d) {
			added = append(added, Change{"cors-untrusted-origin", "adds the domain " + d, Place{}})
		}
	}
	for _, o := range head.Frontends {
		if !slices.Contains(base.Frontends, o) {
			added = append(added, Change{"cors-untrusted-origin", "adds the front end " + o, Place{}})
		}
	}
	if base.ForbidInline && !head.ForbidInline {
		added = append(added, Change{"allow-inline-waivers", "allows waivers beside the code", Place{}})
	}
	if head.maxDays() > base.maxDays() {
		added = append(added, Change{"waiver-max-days", fmt.Sprintf("lets waivers last %d days, where it was %d", head.maxDays(), base.maxDays()), Place{}})
	}
	return p, added
}
