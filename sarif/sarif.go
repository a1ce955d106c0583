// Package sarif writes reports as SARIF 2.1.0 in the way GitHub code scanning takes them in: one run, one line per region, a
// place for every result, severities on the rules, and the fingerprints that codeql-action would compute.
package sarif

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	gosarif "github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/inert"
	"github.com/prodcheck/prodcheck/internal/source"
)

// What GitHub takes in (docs: SARIF support for code scanning, and exceeding limits).
const (
	maxResults     = 25_000
	maxRelated     = 100   // of 1,000 locations that a result may have, GitHub shows these
	maxMessage     = 4_000 // characters; no limit is published, what is longer is not read
	maxDescription = 1_024
	maxNotes       = 1_000 // notifications; GitHub does not show them
)

// Home is where the tool lives.
const Home = "https://github.com/prodcheck/prodcheck"

// Options say what a report does not know about itself. The zero value is good.
type Options struct {
	Version string // of the tool; a semantic version is written as such, too
	// Category tells analyses of one commit apart; "" is "prodcheck". It must stay the same from run to run: GitHub closes
	// alerts that the next analysis of their category does not have, and never those of a category that is not used any more.
	Category string
	// Anchor is a file of the repository that stands in for findings without a place. Without one they are put at the first
	// file that the report names, and if it names none, left to the notifications.
	Anchor *source.File
	// Prefix is the path of the scanned folder in the repository around it, "" if it is the repository: GitHub knows files by
	// their paths from the repository's root only.
	Prefix string
	// Incomplete says that the scan could not do its whole job.
	Incomplete bool
}

// Write writes the report. The same report gives the same bytes. Info findings are notes, what holds or cannot be known is left
// out: an alert without a fix is noise that nobody can close.
func Write(w io.Writer, r *checks.Report, o Options) error {
	run := gosarif.NewRun(*gosarif.NewTool(driver(r, o)))
	run.WithColumnKind("utf16CodeUnits")
	run.WithAutomationDetails(gosarif.NewRunAutomationDetails().WithID(category(o.Category)))
	results, notes := results(r, o)
	run.Results = results
	run.AddInvocations(gosarif.NewInvocation().WithExecutionSuccess(!o.Incomplete).
		WithToolExecutionNotifications(append(notifications(r, o), notes...)))

	report, err := gosarif.New(gosarif.Version210)
	if err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	report.AddRun(run)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(report); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	if _, err := w.Write(inert.JSON(b.Bytes())); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	return nil
}

// category returns an id whose part before the last slash is the category, as GitHub reads it.
func category(name string) string {
	return strings.TrimRight(cmp.Or(name, "prodcheck"), "/") + "/"
}

var semver = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

func driver(r *checks.Report, o Options) *gosarif.ToolComponent {
	d := gosarif.NewDriver("prodcheck").WithInformationURI(Home)
	if o.Version != "" {
		d.WithVersion(o.Version)
		if v := strings.TrimPrefix(o.Version, "v"); semver.MatchString(v) {
			d.WithSemanticVersion(v)
		}
	}
	for _, res := range r.Results {
		d.AddRule(rule(res.Check))
	}
	return d
}

// rule describes a check. GitHub reads the severity from here only, so that a finding that is in force only while a variable is
// unset differs from others by its level.
func rule(c *checks.Check) *gosarif.ReportingDescriptor {
	d := gosarif.NewRule(c.ID).WithName(name(c.ID)).
		WithShortDescription(text(c.Title)).
		WithFullDescription(text(c.Why)).
		WithTextHelp(plainHelp(c)).WithMarkdownHelp(checks.Help(c)).
		WithDefaultConfiguration(gosarif.NewReportingConfiguration().WithLevel(level(c.Severity)))
	if len(c.Refs) > 0 {
		d.WithHelpURI(c.Refs[0])
	}
	area, _, _ := strings.Cut(c.ID, "-")
	p := gosarif.Properties{"precision": "high", "tags": []string{"security", area}}
	if s := c.Severity.Score(); s > 0 {
		p["security-severity"] = fmt.Sprintf("%.1f", s)
	} else {
		p["tags"] = []string{area} // what has no severity is advice, and no security alert
	}
	p["problem.severity"] = map[string]string{"error": "error", "warning": "warning", "note": "recommendation"}[level(c.Severity)]
	return d.WithProperties(p)
}

func level(s checks.Severity) string {
	switch {
	case s >= checks.High:
		return "error"
	case s > checks.Info:
		return "warning"
	}
	return "note"
}

// name turns an id into the identifier that SARIF wants for a name: "django-debug-enabled" is "DjangoDebugEnabled".
func name(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

func text(s string) *gosarif.MultiformatMessageString {
	return gosarif.NewMultiformatMessageString(clip(s, maxDescription))
}

func plainHelp(c *checks.Check) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nFix: %s\n", c.Why, c.Fix)
	if c.Misses != "" {
		fmt.Fprintf(&b, "\nNot seen: %s\n", c.Misses)
	}
	for _, ref := range c.Refs {
		fmt.Fprintf(&b, "\n%s", ref)
	}
	return b.String()
}

// clip shortens s to at most n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// notifications tell what could not be read.
func notifications(r *checks.Report, o Options) []*gosarif.Notification {
	ns := []*gosarif.Notification{}
	for i, p := range r.Problems {
		if i == maxNotes {
			return append(ns, note("warning", fmt.Sprintf("%d more files could not be read in full", len(r.Problems)-i)))
		}
		n := note("warning", p.Text)
		if p.Place.Path != "" {
			n.AddLocation(gosarif.NewLocationWithPhysicalLocation(o.physical(p.Place)))
		}
		ns = append(ns, n)
	}
	return ns
}

func note(level, message string) *gosarif.Notification {
	return gosarif.NewNotification().WithLevel(level).WithTextMessage(clip(inert.Text(message), maxMessage))
}

// severest orders findings as they matter; the order of the checklist decides between equals.
func severest(a, b *checks.ReportedFinding) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Place.Path, b.Place.Path), cmp.Compare(a.Place.Line, b.Place.Line))
}

func findings(r *checks.Report) (all []*checks.ReportedFinding) {
	for _, res := range r.Results {
		for _, f := range res.Findings {
			if f.Place.URL == "" { // what only the running site shows stands on no line
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, severest)
	return all
}
