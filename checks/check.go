// Package checks is the product: the production security checklist as a Go value, and the checks that answer its rows.
//
// A row is promised, a check verifies it, a finding is what it saw, evidence is where. Run is a pure function of the facts:
// the same repository gives the same report, whatever the order of the files or the number of cores.
package checks

import "fmt"

// A Severity says how bad it is when a check fails in production. The zero value is Info.
type Severity uint8

// The severities, least first.
const (
	Info     Severity = iota // never fails a gate
	Low                      // security-severity 2.0
	Medium                   // 5.5
	High                     // 8.0
	Critical                 // 9.5
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// String returns the severity's lower-case name, as --fail-on takes it.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Score is the number GitHub reads as security-severity; 0 for Info.
func (s Severity) Score() float64 {
	return [...]float64{0, 2.0, 5.5, 8.0, 9.5}[min(s, Critical)]
}

// ParseSeverity returns the severity of a name. The error lists the names.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if n == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: use critical, high, medium, low or info", name)
}

// A Status is the answer of a check or row. The order is the order of urgency: the status of several is the largest.
type Status uint8

// The statuses. NotApplicable is the zero value: silence is not a pass.
const (
	NotApplicable Status = iota
	Pass
	Attested
	Unknown
	Fail
)

var statusNames = [...]string{"not-applicable", "pass", "attested", "unknown", "fail"}

// String returns the status as JSON and the documentation write it.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// A Check verifies one thing that must hold before a deployment is safe. Its ID is also the name of its file, its page, its
// archive folder and its SARIF rule. No field may be blank but Aliases and Misses.
type Check struct {
	ID       string   // "django-debug-enabled"
	Aliases  []string // former ids keep working
	Title    string   // the problem as a state: "DEBUG is on in production"
	Severity Severity // of a finding that is in force, whatever the environment
	// Fallback is the severity of a finding that is in force only while a variable is left unset. Zero means one step below
	// Severity, but not below Low.
	Fallback Severity
	Why      string // what happens in production, to whom; at most three sentences
	Fix      string // the one thing to change; at most three sentences
	Misses   string // what it cannot see; empty only if nothing
	Refs     []string
	// Bad is the smallest repository that fails and Good the smallest that passes with evidence: txtar archives. In Bad,
	// `# want "regexp"` at the end of a line expects a finding on that line, alone on a line on the next one. See archive_test.go.
	Bad, Good string
	Run       func(*Facts, *Verdict)
}

// fallbackSeverity is the severity of a finding that holds only while a variable is left unset.
func (c *Check) fallbackSeverity() Severity {
	switch {
	case c.Run == nil: // it asks the running site, where no variable is left unset
		return c.Severity
	case c.Fallback != Info:
		return c.Fallback
	case c.Severity <= Low:
		return c.Severity
	}
	return c.Severity - 1
}
