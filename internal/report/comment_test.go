package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
	"github.com/prodcheck/prodcheck/internal/source"
)

func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		`DEBUG is True`: `DEBUG is True`,
		`ALLOWED_HOSTS holds "*": any host name is let in`: "`ALLOWED_HOSTS` holds `\"*\"`: any host name is let in",
		`write X = f("a", "b").g() == "true".`:             "write `X = f(\"a\", \"b\").g() == \"true\"`.",
		"Run `git rm --cached` on the file":                "Run `git rm --cached` on the file",
		`with cookies (CORS_ALLOW_CREDENTIALS is on)`:      "with cookies (`CORS_ALLOW_CREDENTIALS` is on)",
		`holds a secret: 5f0…`:                             "holds a secret: `5f0`…",
		`ask @everyone about #12`:                          "ask `@everyone` about `#12`",
		`- x`:                                              "`-` x",
		"a|b":                                              `<code>a&#124;b</code>`,
		"see https://evil.example/x, please":               "see `https://evil.example/x`, please",
	} {
		if got := prose(in); got != want {
			t.Errorf("prose(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

// many returns a report of n findings whose texts are as long and as hostile as they can be.
func many(n int) (*checks.Report, []*checks.ReportedFinding) {
	c := checks.Lookup("cors-insecure-origin")
	res := &checks.Result{Check: c, Status: checks.Fail}
	f := source.NewFile("a|b/`c`.py", []byte("x\n"))
	for i := range n {
		res.Findings = append(res.Findings, &checks.ReportedFinding{
			Check: c, Severity: c.Severity, Message: fmt.Sprint("origin ", i, " is ", strings.Repeat("| ` <b> @x ", 200)), Fix: fmt.Sprint("fix ", i),
			Place: checks.Place{Path: f.Path, Line: i + 1, File: f}, Cause: fmt.Sprint(i), Trail: []checks.Line{{Text: strings.Repeat("@a ", 500)}},
		})
	}
	row := &checks.RowResult{Row: &checks.Row{Title: "a row"}, Status: checks.Fail, Checks: []*checks.Result{res}}
	return &checks.Report{Sections: []*checks.SectionResult{{Title: "A section", Rows: []*checks.RowResult{row}}}, Results: []*checks.Result{res}}, res.Findings
}

// TestSizes holds that no report is too large for GitHub.
func TestSizes(t *testing.T) {
	for _, n := range []int{1, 50, 5000} {
		r, fs := many(n)
		o := CommentOptions{FailOn: "high", NewOnly: true, Commit: strings.Repeat("a", 40), Repository: "https://github.example/o/r", Run: "https://github.example/o/r/actions/runs/1"}
		for _, c := range []*baseline.Comparison{nil, {New: fs}, {Old: fs}} {
			o.Comparison = c
			var comment, summary bytes.Buffer
			if err := Comment(&comment, r, o); err != nil {
				t.Fatal(err)
			}
			if err := Summary(&summary, r, o); err != nil {
				t.Fatal(err)
			}
			if comment.Len() > MaxComment || comment.Len() == 0 || summary.Len() > MaxSummary || summary.Len() == 0 {
				t.Errorf("%d findings: a comment of %d bytes, a summary of %d", n, comment.Len(), summary.Len())
			}
		}
	}
}

func TestHeadline(t *testing.T) {
	r, fs := many(2)
	for _, story := range []struct {
		o    CommentOptions
		want string
	}{
		{CommentOptions{FailOn: "low"}, "❌ prodcheck: 2 problems would reach production"},
		{CommentOptions{FailOn: "critical"}, "✅ prodcheck: nothing that must be fixed first, 2 problems below critical"},
		{CommentOptions{FailOn: "never"}, "✅ prodcheck: nothing that must be fixed first, 2 problems"},
		{CommentOptions{FailOn: "low", NewOnly: true, Comparison: &baseline.Comparison{New: fs[:1], Old: fs[1:]}}, "❌ prodcheck: 1 new problem would reach production"},
		{CommentOptions{FailOn: "low", NewOnly: true, Comparison: &baseline.Comparison{Old: fs}}, "✅ prodcheck: nothing new to fix"},
		{CommentOptions{FailOn: "low", Comparison: &baseline.Comparison{Old: fs}}, "❌ prodcheck: 2 problems would reach production, none of them new"},
		{CommentOptions{FailOn: "low", Stopped: []string{"cors-insecure-origin"}}, "❓ prodcheck could not do its whole job"},
	} {
		m := &markdown{o: story.o}
		if got := m.headline(r); got != story.want {
			t.Errorf("%+v: %s, want %s", story.o, got, story.want)
		}
	}
}

// TestReadJSON reads back what was written, and files that are none.
func TestReadJSON(t *testing.T) {
	r, fs := many(3)
	var b bytes.Buffer
	p := &Proposed{Comparison: &baseline.Comparison{New: fs[:1], Old: fs[1:], Fixed: []baseline.Entry{{Rule: "django-debug-enabled", Severity: checks.High, Path: "a.py"}}},
		Base: "main", FailOn: "low", NewOnly: true}
	if err := JSON(&b, r, JSONOptions{Proposed: p}); err != nil {
		t.Fatal(err)
	}
	_, got, err := ReadJSON(b.Bytes())
	if err != nil || len(got.Comparison.New) != 1 || len(got.Comparison.Old) != 2 || len(got.Comparison.Fixed) != 1 || got.FailOn != "low" || !got.NewOnly {
		t.Errorf("%+v, error %v", got, err)
	}
	for _, bad := range []string{"", "[]", "{}", `{"version": 1, "tool": {"name": "x"}}`, strings.Repeat("[", 100000)} {
		if _, _, err := ReadJSON([]byte(bad)); err == nil {
			t.Errorf("%.40s is taken for a report", bad)
		}
	}
	if _, _, err := ReadJSON([]byte(`{"version": 1, "tool": {"name": "prodcheck"}, "checks": [{"id": "no-such", "findings": [{}]}, {"id": "django-debug-enabled", "status": "pass", "findings": [{"severity": "x", "place": {"path": "../x", "line": -1}}]}]}`)); err != nil {
		t.Error(err)
	}
}
