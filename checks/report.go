package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A Report is the outcome of a run. It is plain data: every text in it is redacted already, and reporters print nothing that
// is not in it.
type Report struct {
	Sections []*SectionResult
	Results  []*Result // in the order of the checklist
	View     []Line    // the production view: what was chosen and why
	Problems []Line    // what could not be read or parsed
	// Platform is what the code-hosting platform said beside the checklist's rows.
	Platform []PlatformResult
	// Notices are about what people said: waivers that ended or match nothing, attestations about to lapse.
	Notices []Notice
	Stats   Stats
	Map     *Map // the production view as a picture, nil if there is nothing to draw
	// Site is what is told of the running site beside its rows; nil if it was not looked at.
	Site *SiteResult
	// Supplied is what outputs that a person supplied say of rows.
	Supplied []Supplied
}

// Stats are figures of a run.
type Stats struct{ FilesSeen, FilesRead int }

// A SectionResult is one section of the checklist with its rows.
type SectionResult struct {
	Title string
	Rows  []*RowResult
}

// A RowResult is the answer to one row: the most urgent of its checks, of people and of the platform.
type RowResult struct {
	Row    *Row
	Status Status
	Checks []*Result
	// Waived is true if the row fails by nothing but findings that are waived.
	Waived bool
	// Reason is why people said that the row does not apply, or "".
	Reason string
	// Attestation is the newest of the row, or nil, and Standing how it stands.
	Attestation *Attestation
	Standing    Standing
	// Passes, Unknowns and Fails are what others than the checks say; Notes is what is worth telling beside the status.
	Passes, Unknowns, Fails, Notes []Line
}

// A Result is the answer of one check.
type Result struct {
	Check    *Check
	Status   Status
	Findings []*ReportedFinding
	// Waived are findings that a person took the responsibility for: they are told, but fail no gate and are no alerts.
	Waived   []*ReportedFinding
	Unknowns []Line
	Passes   []Line
	// Stopped says that the check ended on an internal error, so that its answer is unknown for no fault of the repository.
	Stopped bool
	// Live says that the check asks the running site.
	Live bool
}

// A ReportedFinding is a finding made ready for reporters: redacted, with lines and columns.
type ReportedFinding struct {
	Check    *Check
	Severity Severity
	Level    string // SARIF level: error, warning, note
	Fallback bool
	Message  string
	Fix      string
	Note     string
	Cause    string
	Place    Place
	Trail    []Line // nearest first
	// Diff is what Edits would change, ready to be printed; "" where there are none.
	Diff string
	// Edits are for being made: their texts are not redacted and must never be printed.
	Edits []fix.Edit
	// Waiver is what takes the finding out of force, or nil.
	Waiver *Waiver
}

// A Line is one line of text about a place. Place may be zero.
type Line struct {
	Text   string
	Settle string // for an unknown: what would settle it
	Place  Place
	Trail  []Line
	Choice *deploy.Choice // for the production view
}

// A Place is where something stands. Line 0 with a Path means the file as a whole. A Place without a Path is nowhere.
type Place struct {
	Path               string
	Line, Column       int // start, from 1; columns are UTF-16 code units
	EndLine, EndColumn int // half-open end column
	Excerpt            string
	// URL is where the running site shows it. Path is empty then.
	URL string
	// File is for fingerprints only: its text is not redacted and must never be printed.
	File *source.File
}
