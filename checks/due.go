package checks

import "slices"

// A DueRow is a row that waits for a person.
type DueRow struct {
	Row *Row
	// Standing is Absent if nobody attested it, Lapsed, Ahead, or Lapsing.
	Standing    Standing
	Attestation *Attestation // nil if nobody attested it
	Line        Line
}

// Overdue reports whether the row has no attestation that holds.
func (d DueRow) Overdue() bool { return d.Standing != Lapsing }

// Due returns the rows of a report that wait for a person, of one cadence or, with "", of all: the shortest cadence first, and
// what lapsed before what nobody attested before what is about to lapse. A row that something else answers waits for nobody.
func Due(r *Report, cadence string) (all []DueRow) {
	for _, s := range r.Sections {
		for _, rr := range s.Rows {
			if rr.Row.Days == 0 || cadence != "" && rr.Row.Cadence() != cadence {
				continue
			}
			d := DueRow{Row: rr.Row, Standing: rr.Standing, Attestation: rr.Attestation}
			switch {
			case rr.Standing == Fresh || rr.Standing == Absent && rr.Status != Unknown || rr.Status == NotApplicable:
				continue
			case rr.Standing == Absent:
				d.Line = Line{Text: "nobody has attested it", Settle: attestCommand(rr.Row)}
			default:
				if rr.Standing != Lapsing && (rr.Status == Pass || rr.Status == Attested) {
					continue
				}
				d.Line = rr.said()
				d.Line.Settle = attestCommand(rr.Row)
			}
			all = append(all, d)
		}
	}
	rank := func(d DueRow) int {
		order := []Standing{Lapsed, Ahead, Absent, Lapsing}
		return slices.Index(Cadences(), d.Row.Cadence())*len(order) + slices.Index(order, d.Standing)
	}
	slices.SortStableFunc(all, func(a, b DueRow) int { return rank(a) - rank(b) })
	return all
}

// said is the line about the row's attestation.
func (rr *RowResult) said() Line {
	for _, l := range slices.Concat(rr.Unknowns, rr.Notes) {
		if l.Place == rr.Attestation.At {
			return l
		}
	}
	return Line{}
}
