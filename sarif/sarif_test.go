package sarif

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A log is what the tests read of a SARIF file.
type log struct {
	Schema string `json:"$schema"`
	Runs   []struct {
		Tool struct {
			Driver struct {
				SemanticVersion string
				Rules           []struct {
					ID         string
					Properties map[string]any
					Help       struct{ Text, Markdown string }
				}
			}
		}
		AutomationDetails struct{ ID string }
		ColumnKind        string
		Invocations       []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct {
				Level     string
				Message   struct{ Text string }
				Locations []location
			}
		}
		Results []result2
	}
}

type result2 struct {
	RuleID              string
	RuleIndex           int
	Level               string
	Message             struct{ Text string }
	Locations           []location
	RelatedLocations    []location
	PartialFingerprints map[string]string
}

type location struct {
	ID               int
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "sarif-2.1.0.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written writes a report, holds it against the schema, and reads it back.
func written(t *testing.T, r *checks.Report, o Options) (*log, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	if err := schema(t).Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, b.Bytes())
	}
	if bytes.Contains(b.Bytes(), []byte("null")) {
		t.Errorf("a null is written:\n%s", b.Bytes())
	}
	l := new(log)
	if err := json.Unmarshal(b.Bytes(), l); err != nil {
		t.Fatal(err)
	}
	holds(t, l)
	return l, b.Bytes()
}

// holds is what GitHub wants of every file beyond the schema.
func holds(t *testing.T, l *log) {
	t.Helper()
	if len(l.Runs) != 1 || l.Schema == "" {
		t.Fatalf("%d runs, schema %q", len(l.Runs), l.Schema)
	}
	run := l.Runs[0]
	if run.ColumnKind != "utf16CodeUnits" || !strings.HasSuffix(run.AutomationDetails.ID, "/") {
		t.Errorf("columnKind %q, automationDetails.id %q", run.ColumnKind, run.AutomationDetails.ID)
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.Help.Text == "" || rule.Help.Markdown == "" || rule.Properties["precision"] == "" {
			t.Errorf("rule %s lacks something: %+v", rule.ID, rule)
		}
		if s, ok := rule.Properties["security-severity"].(string); ok != slices.Contains(rule.Properties["tags"].([]any), any("security")) || ok && !regexp.MustCompile(`^\d\.\d$`).MatchString(s) {
			t.Errorf("rule %s: security-severity %q, tags %v", rule.ID, s, rule.Properties["tags"])
		}
	}
	seen := map[string]bool{}
	for _, res := range run.Results {
		if res.RuleID != run.Tool.Driver.Rules[res.RuleIndex].ID {
			t.Errorf("%s has the index of rule %s", res.RuleID, run.Tool.Driver.Rules[res.RuleIndex].ID)
		}
		if len(res.Locations) != 1 {
			t.Fatalf("%s: %d locations, want 1", res.RuleID, len(res.Locations))
		}
		for _, at := range append(slices.Clone(res.Locations), res.RelatedLocations...) {
			r := at.PhysicalLocation.Region
			if r.StartLine < 1 || r.StartLine != r.EndLine || r.StartColumn < 1 || r.EndColumn <= r.StartColumn {
				t.Errorf("%s: region %+v", res.RuleID, r)
			}
			u, err := url.Parse(at.PhysicalLocation.ArtifactLocation.URI)
			if err != nil || u.IsAbs() || u.Host != "" || u.RawQuery != "" || strings.HasPrefix(u.Path, "/") || u.Path == "" {
				t.Errorf("%s: uri %q", res.RuleID, at.PhysicalLocation.ArtifactLocation.URI)
			}
		}
		for _, m := range regexp.MustCompile(`\]\((\d+)\)`).FindAllStringSubmatch(res.Message.Text, -1) {
			if !slices.ContainsFunc(res.RelatedLocations, func(l location) bool { return fmt.Sprint(l.ID) == m[1] }) {
				t.Errorf("%s links to %s, which is no related location: %s", res.RuleID, m[1], res.Message.Text)
			}
		}
		key := fmt.Sprint(res.RuleID, res.Locations[0].PhysicalLocation.ArtifactLocation, res.PartialFingerprints)
		if seen[key] {
			t.Errorf("two results would be one alert: %s", key)
		}
		seen[key] = true
	}
}

func check(id string, s checks.Severity) *checks.Check {
	return &checks.Check{
		ID: id, Title: "Something is on in production", Severity: s, Why: "Strangers see it.", Fix: "Switch it off.", Misses: "What is not there.",
		Refs: []string{"https://docs.djangoproject.com/"}, Bad: "\n-- a.py --\nX = 1  # want \"x\"\n", Good: "\n-- a.py --\nX = 2\n",
	}
}

func at(f *source.File, line, col, end int) checks.Place {
	return checks.Place{Path: f.Path, Line: line, Column: col, EndLine: line, EndColumn: end, Excerpt: f.Line(line), File: f}
}

func found(c *checks.Check, level, message string, p checks.Place, trail ...checks.Line) *checks.ReportedFinding {
	return &checks.ReportedFinding{Check: c, Severity: c.Severity, Level: level, Message: message, Fix: c.Fix, Place: p, Trail: trail}
}

func report(results ...*checks.Result) *checks.Report { return &checks.Report{Results: results} }

func TestEmpty(t *testing.T) {
	l, b := written(t, report(), Options{})
	if l.Runs[0].Results == nil || !bytes.Contains(b, []byte(`"results": []`)) {
		t.Errorf("no list of results:\n%s", b)
	}
	if n := l.Runs[0].Invocations; len(n) != 1 || !n[0].ExecutionSuccessful {
		t.Errorf("invocations %+v", n)
	}
}

func TestResult(t *testing.T) {
	f := source.NewFile("app/settings.py", []byte("import os\nX = env('A')\n\U0001f600 = True; DEBUG = True\n"))
	env := source.NewFile(".env.example", []byte("A=1\n"))
	c, d := check("django-debug-enabled", checks.Critical), check("django-obsolete-setting", checks.Info)
	r := report(
		&checks.Result{Check: c, Status: checks.Fail, Findings: []*checks.ReportedFinding{
			found(c, "warning", "DEBUG falls back to True", at(f, 3, 12, 24), checks.Line{Text: "reads A", Place: at(f, 2, 5, 13)}, checks.Line{Text: "nowhere [at](2) all"},
				checks.Line{Text: "set here", Place: checks.Place{Path: ".env.example", File: env}}),
			found(c, "error", "DEBUG is True", at(f, 3, 20, 24)),
		}},
		&checks.Result{Check: d, Status: checks.Fail, Findings: []*checks.ReportedFinding{found(d, "note", "it does nothing", at(f, 1, 1, 10))}},
	)
	r.Problems = []checks.Line{{Text: "line 1: cut short\x1b[31m", Place: checks.Place{Path: "bad name?.yml", File: source.NewFile("bad name?.yml", nil)}}}
	l, _ := written(t, r, Options{Version: "v1.2.3", Category: "web"})
	run := l.Runs[0]
	if run.Tool.Driver.SemanticVersion != "1.2.3" || run.AutomationDetails.ID != "web/" {
		t.Errorf("version %q, category %q", run.Tool.Driver.SemanticVersion, run.AutomationDetails.ID)
	}
	if len(run.Results) != 2 {
		t.Fatalf("%d results, want 2: one rule and line is one alert", len(run.Results))
	}
	res := run.Results[0]
	want := "DEBUG falls back to True. Because: reads A ([settings.py:2](1)); nowhere [at] (2) all; set here ([.env.example:1](2)). Fix: Switch it off." +
		" DEBUG is True. Fix: Switch it off."
	want = strings.Replace(want, " Fix: Switch it off. DEBUG", " DEBUG", 1)
	if res.Message.Text != want || res.Level != "error" {
		t.Errorf("level %s, message\n%s\nwant\n%s", res.Level, res.Message.Text, want)
	}
	if r := res.Locations[0].PhysicalLocation.Region; r.StartLine != 3 || r.StartColumn != 12 || r.EndColumn != 24 {
		t.Errorf("region %+v", r)
	}
	if got := res.PartialFingerprints["primaryLocationLineHash"]; got != fingerprints(f.Text)[2] {
		t.Errorf("fingerprint %q", got)
	}
	if run.Results[1].Level != "note" {
		t.Errorf("an info finding has the level %s", run.Results[1].Level)
	}
	n := run.Invocations[0].ToolExecutionNotifications
	if len(n) != 1 || n[0].Message.Text != `line 1: cut short\x1b[31m` || n[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "bad%20name%3F.yml" {
		t.Errorf("notifications %+v", n)
	}
}

// TestPlaces has places that a region cannot be: none, a whole file, several lines, one that redaction or a lying model put
// outside the file.
func TestPlaces(t *testing.T) {
	f := source.NewFile("::error::a/b c#\u202e.py", []byte("\nX = [\n1]\n"))
	c := check("cors-insecure-origin", checks.High)
	other := check("cors-untrusted-origin", checks.Medium)
	several := at(f, 2, 5, 3)
	several.EndLine = 3
	r := report(&checks.Result{Check: c, Findings: []*checks.ReportedFinding{
		found(c, "error", "several lines", several),
		found(c, "error", "a whole file", checks.Place{Path: f.Path, File: f}),
		found(c, "error", "behind the end", at(f, 40, 7, 9)),
	}}, &checks.Result{Check: other, Findings: []*checks.ReportedFinding{found(other, "error", "nowhere", checks.Place{})}})
	l, b := written(t, r, Options{Prefix: "apps/web"})
	if bytes.Contains(b, []byte("\u202e")) || bytes.Contains(b, []byte("##[")) {
		t.Error("a name acts")
	}
	for _, want := range []struct {
		message string
		line    int
		end     int
	}{{"several lines", 2, 6}, {"a whole file", 1, 2}, {"behind the end", 40, 9}, {"nowhere", 1, 2}} {
		i := slices.IndexFunc(l.Runs[0].Results, func(r result2) bool { return strings.HasPrefix(r.Message.Text, want.message) })
		if i < 0 {
			t.Errorf("%s is missing", want.message)
			continue
		}
		at := l.Runs[0].Results[i].Locations[0].PhysicalLocation
		if at.Region.StartLine != want.line || at.Region.EndColumn != want.end {
			t.Errorf("%s: %+v", want.message, at.Region)
		}
		if uri := "apps/web/%3A%3Aerror%3A%3Aa/b%20c%23%E2%80%AE.py"; at.ArtifactLocation.URI != uri {
			t.Errorf("%s: uri %s, want %s", want.message, at.ArtifactLocation.URI, uri)
		}
	}

	// with no file at all a finding is told where it can be
	l, _ = written(t, report(&checks.Result{Check: c, Findings: []*checks.ReportedFinding{found(c, "error", "nowhere", checks.Place{})}}), Options{})
	if n := l.Runs[0].Invocations[0].ToolExecutionNotifications; len(l.Runs[0].Results) != 0 || len(n) != 1 || n[0].Message.Text != "cors-insecure-origin: nowhere" {
		t.Errorf("%d results, notifications %+v", len(l.Runs[0].Results), n)
	}
	anchored, _ := written(t, report(&checks.Result{Check: c, Findings: []*checks.ReportedFinding{found(c, "error", "nowhere", checks.Place{})}}),
		Options{Anchor: source.NewFile("manage.py", []byte("import os\n"))})
	if res := anchored.Runs[0].Results; len(res) != 1 || res[0].PartialFingerprints["primaryLocationLineHash"] == "" {
		t.Errorf("results %+v", res)
	}
}

func TestLimits(t *testing.T) {
	c, low := check("cors-insecure-origin", checks.High), check("django-csp-missing", checks.Low)
	f := source.NewFile("a.py", bytes.Repeat([]byte("x\n"), maxResults+20))
	res, least := &checks.Result{Check: c}, &checks.Result{Check: low}
	for i := range maxResults + 10 {
		res.Findings = append(res.Findings, found(c, "error", strings.Repeat("é", 9), at(f, i+1, 1, 2)))
	}
	least.Findings = append(least.Findings, found(low, "warning", "least", at(f, 1, 1, 2)))
	var steps []checks.Line
	for range maxRelated * 2 {
		steps = append(steps, checks.Line{Text: strings.Repeat("long ", 500), Place: at(f, 3, 1, 2)})
	}
	res.Findings[0].Trail = steps
	r := report(least, res)
	for i := range maxNotes + 5 {
		r.Problems = append(r.Problems, checks.Line{Text: fmt.Sprint("problem ", i)})
	}
	var b bytes.Buffer
	if err := Write(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	l := new(log)
	if err := json.Unmarshal(b.Bytes(), l); err != nil {
		t.Fatal(err)
	}
	run := l.Runs[0]
	if len(run.Results) != maxResults || slices.ContainsFunc(run.Results, func(r result2) bool { return r.RuleID == low.ID }) {
		t.Errorf("%d results: want %d, the least severe left out", len(run.Results), maxResults)
	}
	notes := run.Invocations[0].ToolExecutionNotifications
	if last := notes[len(notes)-1]; len(notes) != maxNotes+2 || !strings.HasPrefix(last.Message.Text, "11 findings") {
		t.Errorf("%d notifications, the last %q", len(notes), last.Message.Text)
	}
	for _, r := range run.Results {
		if len(r.Message.Text) > 2*maxMessage || len(r.RelatedLocations) > maxRelated {
			t.Errorf("a message of %d bytes, %d related locations", len(r.Message.Text), len(r.RelatedLocations))
		}
	}
}

func TestWriteFails(t *testing.T) {
	if err := Write(broken{}, report(), Options{}); err == nil || !strings.Contains(err.Error(), "write SARIF") {
		t.Errorf("error %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
