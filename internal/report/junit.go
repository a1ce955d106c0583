package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// The elements and attributes are those of the schema that Jenkins' xUnit plugin publishes for JUnit (junit-10.xsd), in its order.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string         `xml:"name,attr"`
	ClassName string         `xml:"classname,attr"`
	Skipped   *junitText     `xml:"skipped"`
	Errors    []junitMessage `xml:"error"`
	Failures  []junitMessage `xml:"failure"`
	Out       string         `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report as the results of a test run, which every CI system shows: a section is a suite, a row of the checklist
// is a test, each of its findings a failure. A row that cannot be known, or does not apply, is skipped and says why. A check that
// ended on an internal error is an error.
func JUnit(w io.Writer, r *checks.Report) error {
	out := junitSuites{Name: "prodcheck"}
	for _, s := range r.Sections {
		suite := junitSuite{Name: xmlText(s.Title)}
		for _, row := range s.Rows {
			c := junitRow(row)
			suite.Tests++
			switch {
			case len(c.Errors) > 0:
				suite.Errors++
			case len(c.Failures) > 0:
				suite.Failures++
			case c.Skipped != nil:
				suite.Skipped++
			}
			suite.Cases = append(suite.Cases, c)
		}
		out.Tests, out.Failures, out.Errors = out.Tests+suite.Tests, out.Failures+suite.Failures, out.Errors+suite.Errors
		out.Suites = append(out.Suites, suite)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	b.WriteByte('\n')
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

func junitRow(row *checks.RowResult) junitCase {
	c := junitCase{Name: xmlText(row.Row.Title), ClassName: xmlText(row.Row.Key)}
	var open, shown []string
	for _, l := range row.Fails {
		c.Failures = append(c.Failures, junitMessage{Message: xmlText(l.Text), Type: row.Row.Key})
	}
	for _, res := range row.Checks {
		for _, f := range res.Findings {
			text := where(f.Place, true)
			if how := trailText(f.Trail); how != "" {
				text += "\nfrom " + how
			}
			c.Failures = append(c.Failures, junitMessage{
				Message: xmlText(f.Severity.String() + ": " + f.Message), Type: res.Check.ID,
				Text: "\n" + xmlText(text) + "\nfix: " + xmlText(f.Fix) + "\n" + Docs + res.Check.ID + ".md\n",
			})
		}
		for _, f := range res.Waived {
			shown = append(shown, xmlText(strings.TrimSpace(where(f.Place, true)+" "+f.Message+"; "+f.Waiver.Told())))
		}
		if res.Stopped {
			for _, l := range res.Unknowns {
				c.Errors = append(c.Errors, junitMessage{Message: xmlText(l.Text), Type: res.Check.ID})
			}
		}
	}
	for _, l := range rowUnknowns(row) {
		text := l.Text
		if l.Settle != "" {
			text += "; to settle it, " + l.Settle
		}
		open = append(open, text)
	}
	for _, l := range append(rowPasses(row), row.Notes...) {
		shown = append(shown, xmlText(strings.TrimSpace(where(l.Place, true)+" "+l.Text)))
	}
	switch {
	case len(c.Failures) > 0 || len(c.Errors) > 0:
	case row.Status == checks.Unknown:
		c.Skipped = &junitText{xmlText("cannot be known from here: " + strings.Join(open, " · "))}
	case row.Status == checks.NotApplicable:
		c.Skipped = &junitText{xmlText(strings.TrimSuffix("does not apply here: "+row.Reason, ": "))}
	}
	if row.Status != checks.NotApplicable && row.Status != checks.Unknown {
		c.Out = strings.Join(shown, "\n")
	}
	return c
}

// xmlText is text made inert and fit for XML, whose writer would replace what XML cannot hold.
func xmlText(s string) string {
	parts := strings.Split(s, "\n")
	for i, p := range parts {
		parts[i] = safe(p)
	}
	return strings.Join(parts, "\n")
}
