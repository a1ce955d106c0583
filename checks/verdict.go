package checks

import (
	"fmt"

	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A Verdict is how a check speaks: Fail, Unknown and Pass, each about a place. Its status is the largest of what was said;
// silence is NotApplicable. Messages are one line, present tense, without a full stop, and never hold a secret: what they
// quote is redacted once more before it is reported.
type Verdict struct {
	check    *Check
	findings []*Finding
	unknowns []*Note
	passes   []*Note
	stopped  bool   // on an internal error
	limits   Limits // for checks of the running site
}

// A Finding is something a check saw that must not reach production.
type Finding struct {
	Check    *Check
	Severity Severity
	// Fallback is true if it is in force only while a variable is left unset.
	Fallback bool
	Message  string
	Fix      string // the one thing to change here; the check's Fix if nothing more precise was said
	Evidence source.Evidence
	URL      string // where the running site shows it; "" for what stands in the repository
	// Cause is the key under which findings of one root cause are told once to a reader; "" is a cause of its own.
	Cause string
	// Edits would mend what the finding is about, where that can be done without knowing more than the repository says.
	Edits []fix.Edit
	// Note is what is worth adding for this place, or "": a name that differs between template and code, for example.
	Note string
}

// A Note is one pass or unknown: a place and one line.
type Note struct {
	Message  string
	Settle   string // for an unknown: what would settle it
	Evidence source.Evidence
	URL      string // as in Finding
}

// Fail says that what the check is about does not hold, at a place. The finding has the check's severity and fix until they are
// changed through the returned finding.
func (v *Verdict) Fail(at source.Evidence, format string, args ...any) *Finding {
	f := &Finding{Check: v.check, Severity: v.check.Severity, Message: fmt.Sprintf(format, args...), Fix: v.check.Fix, Evidence: at}
	v.findings = append(v.findings, f)
	return f
}

// Unknown says that it cannot be known from the repository whether the thing holds, and what would settle it.
func (v *Verdict) Unknown(at source.Evidence, settle, format string, args ...any) {
	v.unknowns = append(v.unknowns, &Note{Message: fmt.Sprintf(format, args...), Settle: settle, Evidence: at})
}

// Pass says that the thing holds, and what shows it.
func (v *Verdict) Pass(at source.Evidence, format string, args ...any) {
	v.passes = append(v.passes, &Note{Message: fmt.Sprintf(format, args...), Evidence: at})
}

// speaksAt reports whether a finding stands on the line of a place already.
func (v *Verdict) speaksAt(at source.Evidence) bool {
	for _, f := range v.findings {
		if f.Evidence.Span.File == at.Span.File && f.Evidence.Span.Position().Line == at.Span.Position().Line {
			return true
		}
	}
	return false
}

// Status is the most urgent of what was said.
func (v *Verdict) Status() Status {
	switch {
	case len(v.findings) > 0:
		return Fail
	case len(v.unknowns) > 0:
		return Unknown
	case len(v.passes) > 0:
		return Pass
	}
	return NotApplicable
}

// WithSeverity sets the severity of the finding and returns it.
func (f *Finding) WithSeverity(s Severity) *Finding {
	f.Severity = s
	return f
}

// WithFix sets the one thing to change and returns the finding.
func (f *Finding) WithFix(format string, args ...any) *Finding {
	f.Fix = fmt.Sprintf(format, args...)
	return f
}

// FallsBack marks the finding as in force only while a variable is left unset, with the check's severity for that.
func (f *Finding) FallsBack() *Finding {
	f.Fallback = true
	f.Severity = min(f.Severity, f.Check.fallbackSeverity())
	return f
}

// Level is the SARIF level: error, warning or note. A finding that is in force only while a variable is unset is a warning.
func (f *Finding) Level() string {
	switch {
	case f.Severity == Info:
		return "note"
	case f.Severity >= High && !f.Fallback:
		return "error"
	}
	return "warning"
}
