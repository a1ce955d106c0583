package checks

import (
	"fmt"
	"slices"
	"strings"
)

// A Source is who could answer a row that nothing has answered. The zero value is nobody: the row is answered.
type Source uint8

// The sources, in the order in which they are asked.
const (
	Answered   Source = iota
	FromSite          // prodcheck verify URL
	FromServer        // the output of a command on the server
	FromPeople        // prodcheck attest ROW
)

// serverCommands are the checklist's commands whose output answers a row.
func serverCommand(key string) string {
	return map[string]string{
		"commands.containers":   "docker compose ps",
		"commands.logs":         "docker compose logs backend",
		"commands.nginx":        "docker compose exec nginx nginx -t",
		"commands.renewal-logs": "docker compose logs certbot",
	}[key]
}

// resolve works out the status of a row from its checks and from everybody else who can answer it: the most urgent answer counts,
// but an attestation settles what the repository leaves unknown, and where nobody answered the row is unknown.
func (rr *RowResult) resolve(f *Facts, platform []PlatformResult, supplied []Supplied, red *redactor) {
	row := rr.Row
	waived := false
	for _, res := range rr.Checks {
		waived = waived || res.Status == Fail && len(res.Findings) == 0
	}
	rr.Status = both(rr.Checks)
	rr.Waived = waived && !rr.failsUnwaived()
	if rr.exempt(f, red) {
		return
	}
	for _, p := range platform {
		if p.Key != platformKey(row) {
			continue
		}
		switch p.Status {
		case Pass:
			rr.Passes = append(rr.Passes, p.Line)
			rr.Status = max(rr.Status, Pass)
		case Fail:
			rr.Fails = append(rr.Fails, p.Line)
			rr.Status, rr.Waived = Fail, false
		default: // a pass needs no proof of both
			rr.Unknowns = append(rr.Unknowns, p.Line)
			if rr.Status == NotApplicable && len(rr.Checks) == 0 {
				rr.Status = Unknown
			}
		}
	}
	rr.supplied(supplied)
	rr.attest(f, red)
	if rr.Status == NotApplicable && len(rr.Checks) == 0 {
		rr.Status = Unknown
		rr.Unknowns = append(rr.Unknowns, rr.awaits())
	}
}

// supplied lets the outputs of the server's commands answer.
func (rr *RowResult) supplied(all []Supplied) {
	for _, s := range all {
		if s.Row != rr.Row.Key {
			continue
		}
		switch s.Status {
		case Pass:
			rr.Passes = append(rr.Passes, s.Line)
			if rr.Status != Fail {
				rr.Status = Pass
			}
		case Fail:
			rr.Fails = append(rr.Fails, s.Line)
			rr.Status, rr.Waived = Fail, false
		default:
			rr.Unknowns = append(rr.Unknowns, s.Line)
			if rr.Status == NotApplicable {
				rr.Status = Unknown
			}
		}
	}
}

// both is the status of checks of the repository and of the running site together: either fails the row, and a pass of either is
// enough. Of one side alone the most urgent answer counts.
func both(results []*Result) Status {
	var static, live Status
	for _, res := range results {
		if res.Live {
			live = max(live, res.Status)
		} else {
			static = max(static, res.Status)
		}
	}
	switch {
	case static == Fail || live == Fail:
		return Fail
	case static == Pass || live == Pass:
		return Pass
	}
	return max(static, live)
}

// failsUnwaived reports whether a check of the row fails with a finding that is not waived.
func (rr *RowResult) failsUnwaived() bool {
	for _, res := range rr.Checks {
		if res.Status == Fail && len(res.Findings) > 0 {
			return true
		}
	}
	return false
}

// exempt reports whether people said that the row does not apply. That does not hide what is high or critical: such findings are
// waived, with an end.
func (rr *RowResult) exempt(f *Facts, red *redactor) bool {
	for _, e := range f.Policy.Exemptions {
		if e.Row != rr.Row.Key {
			continue
		}
		line := Line{Text: "not applicable: " + red.line(e.Reason), Place: e.At}
		for _, res := range rr.Checks {
			for _, fd := range res.Findings {
				if fd.Severity >= High {
					line.Text = fmt.Sprintf("said to be not applicable, but %s finds something %s", fd.Check.ID, fd.Severity)
					line.Settle = "waive the finding, with an end, or mend it"
					rr.Notes = append(rr.Notes, line)
					return false
				}
			}
		}
		rr.Status, rr.Reason, rr.Waived = NotApplicable, red.line(e.Reason), false
		rr.Notes = append(rr.Notes, line)
		return true
	}
	return false
}

// attest lets the row's newest attestation answer.
func (rr *RowResult) attest(f *Facts, red *redactor) {
	a := f.Policy.attestation(rr.Row)
	if a == nil || f.Today.IsZero() || rr.Row.Days == 0 {
		return
	}
	rr.Attestation, rr.Standing = a, a.Standing(rr.Row, f.Today)
	line := Line{Text: red.line(a.told(rr.Row, f.Today)), Place: a.At}
	switch rr.Standing {
	case Fresh, Lapsing:
		rr.Passes = append(rr.Passes, line)
		if rr.Standing == Lapsing {
			rr.Notes = append(rr.Notes, line)
		}
		if rr.Status != Fail || rr.Waived {
			rr.Status, rr.Waived = Attested, false
		}
	default:
		line.Settle = attestCommand(rr.Row)
		rr.Unknowns = append(rr.Unknowns, line)
		if rr.Status == NotApplicable {
			rr.Status = Unknown
		}
	}
}

func attestCommand(row *Row) string {
	return "prodcheck attest " + row.Key
}

// Awaits returns who could answer a row that is unknown for want of an answer, and not for something in the repository.
func (rr *RowResult) Awaits() Source {
	switch {
	case rr.Status != Unknown || len(rr.Checks) > 0:
		return Answered
	case len(rr.Row.Live) > 0:
		return FromSite
	case rr.Row.Days > 0:
		return FromPeople
	}
	return FromServer
}

// awaits says in one line who could answer the row, and how.
func (rr *RowResult) awaits() Line {
	switch rr.Awaits() {
	case FromSite:
		l := Line{Text: "only the running site can tell", Settle: "prodcheck verify URL"}
		if rr.Row.Days > 0 {
			l.Settle += ", or " + attestCommand(rr.Row)
		}
		return l
	case FromPeople:
		return Line{Text: "only a person can tell, and nobody has", Settle: attestCommand(rr.Row)}
	case FromServer:
		return Line{Text: "only the server can tell", Settle: "the output of " + serverCommand(rr.Row.Key)}
	}
	return Line{}
}

// Failed returns what the row's checks found, what is waived included.
func (rr *RowResult) Failed() (all []*ReportedFinding) {
	for _, res := range rr.Checks {
		all = append(all, res.failed()...)
	}
	return all
}

func (res *Result) failed() []*ReportedFinding { return slices.Concat(res.Findings, res.Waived) }

// Evidence returns the one line that best shows why the row has its status, and a zero Line if there is none: for a row that
// fails a finding, for one that holds what shows it, for one that is unknown what would settle it.
func (rr *RowResult) Evidence() Line {
	var lines []Line
	for _, res := range rr.Checks {
		switch rr.Status {
		case Fail:
			for _, f := range res.failed() {
				l := Line{Text: f.Message, Settle: f.Fix, Place: f.Place}
				if f.Waiver != nil {
					l.Text = strings.TrimSpace(l.Text + " (" + f.Waiver.Told() + ")")
				}
				lines = append(lines, l)
			}
		case Unknown:
			lines = append(lines, res.Unknowns...)
		case Pass:
			lines = append(lines, res.Passes...)
		}
	}
	switch rr.Status {
	case Fail:
		lines = append(lines, rr.Fails...)
	case Unknown:
		lines = append(rr.Unknowns, lines...)
	case Attested, Pass:
		lines = append(rr.Passes, lines...)
	case NotApplicable:
		lines = rr.Notes
	}
	if len(lines) == 0 {
		return Line{}
	}
	return lines[0]
}

// due says that the row's attestation lapsed or is about to.
func (rr *RowResult) due() Line {
	l := rr.said()
	l.Text = rr.Row.Key + " was " + l.Text
	return l
}
