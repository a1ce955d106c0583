package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/source"
)

// formats writes a report in every format that other programs and browsers read.
func formats(r *checks.Report) map[string]func(io.Writer) error {
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return map[string]func(io.Writer) error{
		"report.html":   func(w io.Writer) error { return HTML(w, r, HTMLOptions{Version: "1.2.3", Name: "<shop>"}) },
		"report.md":     func(w io.Writer) error { return Markdown(w, r, MarkdownOptions{Version: "1.2.3", Name: "<shop>"}) },
		"report.junit":  func(w io.Writer) error { return JUnit(w, r) },
		"report.csv":    func(w io.Writer) error { return CSV(w, r) },
		"report.gitlab": func(w io.Writer) error { return GitLab(w, r, "app") },
		"report.sast": func(w io.Writer) error {
			return SAST(w, r, SASTOptions{Version: "1.2.3", Prefix: "app", Start: day, End: day.Add(time.Second)})
		},
		"badge.svg": func(w io.Writer) error { return Badge(w, r) },
		"merge.txt": func(w io.Writer) error { return MergeText(w, saved(r), TextOptions{Version: "1.2.3"}) },
		"merge.md":  func(w io.Writer) error { return MergeMarkdown(w, saved(r)) },
		"merge.html": func(w io.Writer) error {
			return MergeHTML(w, saved(r), HTMLOptions{Version: "1.2.3"})
		},
	}
}

// saved is a report and another one beside it, as files give them.
func saved(r *checks.Report) []*Saved {
	var out []*Saved
	for name, r := range map[string]*checks.Report{"a|<b>shop</b>": r, "blog": plainReport()} {
		var b bytes.Buffer
		if err := JSON(&b, r, JSONOptions{}); err != nil {
			panic(err)
		}
		s, err := ReadSaved(name, b.Bytes())
		if err != nil {
			panic(err)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *Saved) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func plainReport() *checks.Report {
	return report(section("Two", row("blank", result(check("x-b", "", checks.Low), checks.Line{Text: "seen"})), row("only here")))
}

// full is a report with everything that reports can hold and that is not in rich, in texts that try to act.
func full() *checks.Report {
	r := rich()
	f := source.NewFile("site/settings.py", []byte("DEBUG = \"</script><script>alert(1)</script>\"\n"))
	c := check("django-debug-enabled", "DEBUG is on in production", checks.Critical)
	c.Why, c.Refs = "Visitors see the source.", []string{"https://docs.djangoproject.com/"}
	evil := checks.ReportedFinding{Message: `=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> "]]> & 'x`, Place: place(f, 1, "DEBUG"), Fix: "+1", Note: "@SUM(1)",
		Trail: []checks.Line{{Text: "-2+3 <b>x</b>", Place: place(f, 1, "script")}}}
	waived := result(check("x-w", "", checks.High))
	waived.Waived = []*checks.ReportedFinding{{Check: waived.Check, Severity: checks.High, Message: "a <i>waived</i> one", Place: place(f, 1, "DEBUG"), Waiver: &checks.Waiver{Reason: "it is <u>fine</u>"}}}
	s := section("Hostile <&>", row("<script>alert(2)</script>", result(c, evil, checks.Line{Text: "| pipe", Settle: "[x](javascript:alert(3))"})), row("waived", waived))
	s.Rows[1].Status, s.Rows[1].Waived = checks.Fail, true
	again := *s.Rows[0]
	again.Row = &checks.Row{Key: "x.again", Title: "told above"}
	none := row("no such thing")
	none.Reason = "we have <none>"
	s.Rows = append(s.Rows, &again, none)
	r.Sections = append([]*checks.SectionResult{s}, r.Sections...)
	r.Results = append(r.Results, s.Rows[0].Checks[0], waived)
	r.Notices = []checks.Notice{{Kind: checks.WaiverOver, Line: checks.Line{Text: "a waiver <ended>"}}}
	r.Platform = []checks.PlatformResult{{Title: "Secret scanning", Status: checks.Fail, Line: checks.Line{Text: "off <b>"}}}
	r.Map = &checks.Map{More: 3, Nodes: []checks.MapNode{{Layer: 0, Kind: "visitors", Name: "visitors", Text: ""}, {Layer: 1, Kind: "edge", Name: "</svg><script>", Text: "nginx"}, {Layer: 2, Kind: "database", Name: "db", Text: "\x1b[2J"}, {Layer: 2, Kind: "service", Name: "web", Text: "Dockerfile"}, {Layer: 3, Kind: "settings", Name: "a.b", Text: ""}},
		Arrows: []checks.MapArrow{{From: 0, To: 1, Text: "443"}, {From: 0, To: 2, Text: "5432", Open: true}, {From: 1, To: 3, Text: "<http>"}, {From: 2, To: 3}, {From: 3, To: 4}}}
	return r
}

// TestFormats holds one rich report in every format against testdata/golden.
func TestFormats(t *testing.T) {
	for name, write := range formats(full()) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		file := filepath.Join("testdata", "golden", name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, b.Bytes()) {
			t.Errorf("%s is stale: go test ./internal/report -update writes it, read the difference", file)
		}
		for _, acts := range []string{"\x1b", "\x07", "\u202e", "##[group]", "\n::warning", "<script", "<img", "<b>", "<u>", "javascript:alert(3))\n"} {
			if strings.Contains(b.String(), acts) && !(acts[0] == '<' && !strings.HasSuffix(name, "html") && !strings.HasSuffix(name, "svg")) {
				t.Errorf("%s: %q is written as it is", name, acts)
			}
		}
		if err := write(broken{}); err == nil || !strings.Contains(err.Error(), "write ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestHTMLStandsAlone holds that the page asks for nothing, that every link inside it leads somewhere, and that no id stands twice.
func TestHTMLStandsAlone(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, full(), HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if loads := regexp.MustCompile(`(?i)<(?:script|img|link|iframe|object|embed|base|form|video|audio|source)\b|<[^>]*\ssrc=|url\([^#]|@import|<[^>]*\son\w+=`).FindString(strings.ReplaceAll(page, "&lt;", "")); loads != "" {
		t.Errorf("the page holds %q", loads)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the id %s stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby="|url\(#)([^")]+)`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("nothing has the id %s", m[1])
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%d headings of the first level", n)
	}
	for _, m := range regexp.MustCompile(`<a href="([^"#][^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], Docs) {
			t.Errorf("a link leads to %s", m[1])
		}
	}
	wellFormed(t, page)
}

// wellFormed holds that every element of a page is closed in its order.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*?)(/?)>`).FindAllStringSubmatch(page, -1) {
		switch name := strings.ToLower(m[2]); {
		case m[4] == "/" || name == "meta" || name == "br":
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
}

// TestManyFindings holds that a report of 500 findings is laid out quickly and completely.
func TestManyFindings(t *testing.T) {
	f := source.NewFile("a.py", []byte("X = 1\n"))
	var rows []*checks.RowResult
	for i := range 500 {
		rows = append(rows, row(fmt.Sprint("row ", i), result(check(fmt.Sprint("x-", i), "", checks.High), checks.ReportedFinding{Message: fmt.Sprint("finding ", i), Place: place(f, 1, "X")})))
	}
	start := time.Now()
	var b bytes.Buffer
	if err := HTML(&b, report(section("All", rows...)), HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "<article"); n != 500 {
		t.Errorf("%d findings, want 500", n)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestJUnitShape holds the elements, their order and their attributes against what the schema of Jenkins' xUnit plugin allows.
func TestJUnitShape(t *testing.T) {
	var b bytes.Buffer
	if err := JUnit(&b, full()); err != nil {
		t.Fatal(err)
	}
	may := map[string][]string{
		"testsuites": {"name", "tests", "failures", "errors"}, "testsuite": {"name", "tests", "failures", "errors", "skipped"},
		"testcase": {"name", "classname"}, "failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}, "system-out": nil,
	}
	inside := map[string]string{"testsuites": "", "testsuite": "testsuites", "testcase": "testsuite", "failure": "testcase", "error": "testcase", "skipped": "testcase", "system-out": "testcase"}
	var stack []string
	d := xml.NewDecoder(&b)
	failures, failed, said := 0, false, ""
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name, parent := tok.Name.Local, ""
			if len(stack) > 0 {
				parent = stack[len(stack)-1]
			}
			if where, ok := inside[name]; !ok || where != parent {
				t.Errorf("<%s> stands in %q", name, parent)
			}
			for _, a := range tok.Attr {
				if !slices.Contains(may[name], a.Name.Local) {
					t.Errorf("<%s> has the attribute %s", name, a.Name.Local)
				}
				if name == "testsuites" && a.Name.Local == "failures" {
					said = a.Value
				}
			}
			failed = failed || name == "failure"
			stack = append(stack, name)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			if tok.Name.Local == "testcase" {
				if failed {
					failures++
				}
				failed = false
			}
		}
	}
	if fmt.Sprint(failures) != said {
		t.Errorf("%d rows fail, the file says %s", failures, said)
	}
}

// TestCells holds that nothing becomes a formula of a spreadsheet, and that every record has the columns of the head.
func TestCells(t *testing.T) {
	for in, want := range map[string]string{"=1": "'=1", "+1": "'+1", "-1": "-1", "-x": "'-x", "@x": "'@x", " =1": "' =1", "\t=1": `\t=1`, "|x": "'|x", "a=1": "a=1", "＝1": "'＝1", "": ""} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
	var b bytes.Buffer
	if err := CSV(&b, full()); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(records) < 40 {
		t.Fatalf("%d records: %v", len(records), err)
	}
}

// TestIdentities holds that findings of code quality have names of their own, which stay when lines move.
func TestIdentities(t *testing.T) {
	names := func(before string) (out []string) {
		f := source.NewFile("a.py", []byte(before+"X = 1\nX = 1\nY = 2\n"))
		n := strings.Count(before, "\n")
		c := check("x-1", "", checks.High)
		r := report(section("S", row("a", result(c, checks.ReportedFinding{Message: "m", Place: place(f, n+1, "X")}, checks.ReportedFinding{Message: "m", Place: place(f, n+2, "X")}, checks.ReportedFinding{Message: "m", Place: place(f, n+3, "Y")}))))
		var b bytes.Buffer
		if err := GitLab(&b, r, ""); err != nil {
			t.Fatal(err)
		}
		var list []codeQuality
		if err := json.Unmarshal(b.Bytes(), &list); err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			out = append(out, x.Fingerprint)
		}
		return out
	}
	a, b := names(""), names("import os\n\n")
	if len(a) != 3 || !slices.Equal(a, b) || a[0] == a[1] || a[1] == a[2] {
		t.Errorf("%v, and moved %v", a, b)
	}
}

// TestReadSaved holds that what is no report is refused.
func TestReadSaved(t *testing.T) {
	for _, bad := range []string{"", "[]", "{}", `{"tool":{"name":"prodcheck"},"version":99,"sections":[{}]}`, `{"tool":{"name":"x"},"version":1,"sections":[{}]}`} {
		if _, err := ReadSaved("x", []byte(bad)); err == nil {
			t.Errorf("%q is taken for a report", bad)
		}
	}
}
