package checks

import (
	"slices"
	"strings"
	"time"
)

// A Policy is what people said about the checklist of one repository: in its configuration file, and beside its code. The zero
// Policy says nothing. Days are dates at midnight UTC.
type Policy struct {
	Attestations []Attestation
	Exemptions   []Exemption
	Severities   []SeverityChange
	Waivers      []Waiver
	// Domains are the site's own, and Frontends the origins of its front ends on other domains.
	Domains, Frontends []string
	// ForbidInline takes waivers beside the code out of force.
	ForbidInline bool
	// MaxDays is how far ahead of today a waiver may end; 0 means DefaultWaiverDays.
	MaxDays int
	// OnlyBase says that of the waivers beside the code only those that equal one of Base are in force: a pull request does not
	// waive itself.
	OnlyBase bool
	Base     []Waiver
}

// DefaultWaiverDays is how far ahead of today a waiver may end unless the policy says otherwise.
const DefaultWaiverDays = 180

// maxDays is MaxDays or its default.
func (p *Policy) maxDays() int {
	if p.MaxDays > 0 {
		return p.MaxDays
	}
	return DefaultWaiverDays
}

// An Exemption says that a row does not apply to this site, and why.
type Exemption struct {
	Row, Reason string
	At          Place
}

// A SeverityChange gives the findings of a check another severity.
type SeverityChange struct {
	Check    string
	Severity Severity
	At       Place
}

// severityOf returns the changed severity of a check.
func (p *Policy) severityOf(c *Check) (Severity, bool) {
	for _, s := range p.Severities {
		if Lookup(s.Check) == c {
			return s.Severity, true
		}
	}
	return 0, false
}

// apply gives the findings of a verdict the severity that the policy gives their check: what was less than the check's own stays
// less, as it is with the check's own.
func (p *Policy) apply(v *Verdict) {
	to, changed := p.severityOf(v.check)
	if !changed {
		return
	}
	as := *v.check
	as.Severity, as.Fallback = to, min(v.check.Fallback, to)
	for _, f := range v.findings {
		switch {
		case f.Fallback && f.Severity == v.check.fallbackSeverity():
			f.Severity = as.fallbackSeverity()
		case f.Severity < v.check.Severity:
			f.Severity = min(f.Severity, to)
		default:
			f.Severity = to
		}
	}
}

// own reports whether an origin is the site's: under one of its domains, or a front end. Without stated domains every one may be.
func (p *Policy) own(o origin) bool {
	if len(p.Domains) == 0 || !strings.Contains(o.host, ".") {
		return true
	}
	for _, d := range p.Domains {
		if d = strings.ToLower(d); o.host == d || strings.HasSuffix(o.host, "."+d) {
			return true
		}
	}
	return slices.ContainsFunc(p.Frontends, func(f string) bool { return parseOrigin(f).host == o.host })
}

// daysBetween is the number of days from one date to another.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

func isoDate(t time.Time) string { return t.Format(time.DateOnly) }
