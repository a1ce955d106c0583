package checks

import (
	"fmt"
	"time"
)

// An Attestation is a person's word that a row holds, with evidence. It lapses after the row's days, or earlier.
type Attestation struct {
	Row, By string
	On      time.Time // the day it speaks of
	// Evidence is a path of the repository or a URL.
	Evidence string
	Until    time.Time // the last day on which it holds; zero: the row's days after On
	At       Place
}

// A Standing is how an attestation stands on a day.
type Standing uint8

// The standings. Absent is the zero value: nobody attested the row.
const (
	Absent  Standing = iota
	Fresh            // it holds
	Lapsing          // it holds, and not for long
	Lapsed           // it does not hold any more
	Ahead            // it is dated after today, and does not hold
)

var standingNames = [...]string{"absent", "fresh", "lapsing", "lapsed", "ahead"}

// String returns the standing as JSON writes it.
func (s Standing) String() string { return standingNames[min(int(s), len(standingNames)-1)] }

// LastDay returns the last day on which an attestation of a row holds: Days after the day it speaks of, or Until if that is
// earlier.
func (a *Attestation) LastDay(row *Row) time.Time {
	last := a.On.AddDate(0, 0, row.Days)
	if !a.Until.IsZero() && a.Until.Before(last) {
		return a.Until
	}
	return last
}

// Standing returns how the attestation of a row stands on a day. It is about to lapse in its last tenth, and never earlier than
// 14 days before.
func (a *Attestation) Standing(row *Row, today time.Time) Standing {
	if a == nil {
		return Absent
	}
	last := a.LastDay(row)
	left := daysBetween(today, last)
	switch {
	case a.On.After(today):
		return Ahead
	case left < 0:
		return Lapsed
	case left <= min(14, daysBetween(a.On, last)/10):
		return Lapsing
	}
	return Fresh
}

// told says in one line who attested the row, and until when that holds or since when it does not.
func (a *Attestation) told(row *Row, today time.Time) string {
	text := fmt.Sprintf("attested by %s on %s: %s", a.By, isoDate(a.On), a.Evidence)
	last := a.LastDay(row)
	left := daysBetween(today, last)
	switch a.Standing(row, today) {
	case Lapsed:
		return fmt.Sprintf("%s; lapsed %s ago", text, days(-left))
	case Lapsing:
		if left == 0 {
			return text + "; lapses today"
		}
		return fmt.Sprintf("%s; lapses in %s", text, days(left))
	case Ahead:
		return text + "; that day is to come"
	}
	return fmt.Sprintf("%s; holds until %s", text, isoDate(last))
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// attestation returns the newest attestation of a row, or nil.
func (p *Policy) attestation(row *Row) (newest *Attestation) {
	for i := range p.Attestations {
		if a := &p.Attestations[i]; a.Row == row.Key && (newest == nil || a.On.After(newest.On)) {
			newest = a
		}
	}
	return newest
}

// LookupRow returns the row of the checklist with the given key, or nil.
func LookupRow(key string) *Row {
	for _, s := range Checklist() {
		for _, r := range s.Rows {
			if r.Key == key {
				return r
			}
		}
	}
	return nil
}

// Cadence is the word for how often people attest a row: daily, weekly, monthly, quarterly or half-yearly; "" for a row that
// nobody can attest.
func (r *Row) Cadence() string {
	switch {
	case r.Days == 0:
		return ""
	case r.Days == 1:
		return "daily"
	case r.Days <= 7:
		return "weekly"
	case r.Days <= 31:
		return "monthly"
	case r.Days <= 92:
		return "quarterly"
	case r.Days <= 184:
		return "half-yearly"
	}
	return "yearly"
}

// Cadences are the words that Cadence uses, the shortest first.
func Cadences() []string {
	return []string{"daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"}
}
