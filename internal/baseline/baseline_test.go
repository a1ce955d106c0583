package baseline

import (
	"bytes"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
)

func found(id string, s checks.Severity, path, line, message string) *checks.ReportedFinding {
	return &checks.ReportedFinding{Check: checks.Lookup(id), Severity: s, Message: message, Place: checks.Place{Path: path, Line: 1, Excerpt: line}}
}

func report(fs ...*checks.ReportedFinding) *checks.Report {
	r := &checks.Report{}
	for _, f := range fs {
		r.Results = append(r.Results, &checks.Result{Check: f.Check, Findings: []*checks.ReportedFinding{f}})
	}
	return r
}

func TestCompare(t *testing.T) {
	const id, other = "cors-insecure-origin", "cors-untrusted-origin"
	for name, story := range map[string]struct {
		base, head         []*checks.ReportedFinding
		isNew, fixed, olds int
	}{
		"same":         {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.High, "a.py", "  X = 1", "m")}, 0, 0, 1},
		"other words":  {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "n")}, 0, 0, 1},
		"line edited":  {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 2", "m")}, 0, 0, 1},
		"file renamed": {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.High, "b.py", "X = 1", "m")}, 0, 0, 1},
		"copied": {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")},
			[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m"), found(id, checks.High, "b.py", "X = 1", "m")}, 1, 0, 1},
		"worse":      {[]*checks.ReportedFinding{found(id, checks.Medium, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, 1, 0, 0},
		"better":     {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(id, checks.Medium, "a.py", "X = 1", "m")}, 0, 0, 1},
		"other rule": {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, []*checks.ReportedFinding{found(other, checks.High, "a.py", "X = 1", "m")}, 1, 1, 0},
		"gone":       {[]*checks.ReportedFinding{found(id, checks.High, "a.py", "X = 1", "m")}, nil, 0, 1, 0},
		"left behind": {[]*checks.ReportedFinding{found("repo-env-file-tracked", checks.Critical, ".env", "A=1", "m")},
			[]*checks.ReportedFinding{found("repo-env-file-in-history", checks.High, ".gitignore", "", ".env was committed once and is gone; it held A")}, 0, 1, 1},
	} {
		c := Compare(Of(report(story.base...)), report(story.head...))
		if len(c.New) != story.isNew || len(c.Fixed) != story.fixed || len(c.Old) != story.olds {
			t.Errorf("%s: %d new, %d fixed, %d old", name, len(c.New), len(c.Fixed), len(c.Old))
		}
	}
}

func TestFile(t *testing.T) {
	r := report(found("cors-insecure-origin", checks.High, "a b\u202e\n::error::.py", "X", "m"), found("cors-insecure-origin", checks.Low, "", "", "n"))
	var b bytes.Buffer
	if err := Write(&b, Of(r)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, b.String())
	}
	entries, err := Read(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if c := Compare(entries, r); len(c.New) != 0 || len(c.Fixed) != 0 {
		t.Errorf("%d new, %d fixed", len(c.New), len(c.Fixed))
	}
	for _, bad := range []string{"", "x\n", header + "\nrule high 123-456 a\n", header + "\nrule hgih 0123456789ab-0123456789ab a\n", header + "\nrule high 0123456789ab-0123456789ab \"a\n"} {
		if _, err := Read(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken for a baseline", bad)
		}
	}
}
