package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/source"
)

func place(f *source.File, line int, word string) checks.Place {
	text := f.Line(line)
	i := strings.Index(text, word)
	if i < 0 {
		panic(word + " is not in " + text)
	}
	from, to := f.Position(f.LineStart(line)+i), f.Position(f.LineStart(line)+i+len(word))
	return checks.Place{Path: f.Path, Line: line, Column: from.Column, EndLine: line, EndColumn: to.Column, Excerpt: text, File: f}
}

func check(id, title string, s checks.Severity) *checks.Check {
	return &checks.Check{ID: id, Title: title, Severity: s, Fix: "Set it to True."}
}

// result makes the answer of a check from its findings, unknowns and passes.
func result(c *checks.Check, parts ...any) *checks.Result {
	res := &checks.Result{Check: c}
	for _, p := range parts {
		switch p := p.(type) {
		case checks.ReportedFinding:
			p.Check = c
			if p.Severity == 0 {
				p.Severity = c.Severity
			}
			p.Level = "error"
			if p.Fix == "" {
				p.Fix = c.Fix
			}
			res.Findings = append(res.Findings, &p)
			res.Status = checks.Fail
		case checks.Line:
			if p.Settle != "" {
				res.Unknowns, res.Status = append(res.Unknowns, p), max(res.Status, checks.Unknown)
			} else {
				res.Passes, res.Status = append(res.Passes, p), max(res.Status, checks.Pass)
			}
		}
	}
	return res
}

func section(title string, rows ...*checks.RowResult) *checks.SectionResult {
	return &checks.SectionResult{Title: title, Rows: rows}
}

func row(title string, results ...*checks.Result) *checks.RowResult {
	r := &checks.RowResult{Row: &checks.Row{Key: "x." + strings.ReplaceAll(strings.ToLower(title), " ", "-"), Title: title}, Checks: results}
	for _, res := range results {
		r.Status = max(r.Status, res.Status)
	}
	return r
}

func report(sections ...*checks.SectionResult) *checks.Report {
	r := &checks.Report{Sections: sections, Stats: checks.Stats{FilesSeen: 61, FilesRead: 52}}
	for _, s := range sections {
		for _, row := range s.Rows {
			r.Results = append(r.Results, row.Checks...)
		}
	}
	return r
}

func text(t *testing.T, r *checks.Report, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(plainText(b.String()), "\n") {
		if w := max(o.Width, minWidth); width(line) > w && o.Width != 0 || o.Width == 0 && width(line) > defaultWidth {
			t.Errorf("%d columns: %q", width(line), line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("blanks at the end: %q", line)
		}
	}
	return b.String()
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func plainText(s string) string { return escapes.ReplaceAllString(s, "") }

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	rest := got
	for _, p := range parts {
		i := strings.Index(rest, p)
		if i < 0 {
			t.Errorf("%q is missing, or stands elsewhere, in\n%s", p, got)
			return
		}
		rest = rest[i+len(p):]
	}
}

// TestOneCause has four settings off for one reason, which a reader is told once.
func TestOneCause(t *testing.T) {
	f := source.NewFile("web/settings.py", []byte("import os\nUSE_HTTPS = os.environ.get(\"USE_HTTPS\", \"False\") == \"True\"\nif USE_HTTPS:\n    SECURE_SSL_REDIRECT = True\n    SESSION_COOKIE_SECURE = True\n"))
	env := source.NewFile(".env.example", []byte("DEBUG=False\n"))
	trail := []checks.Line{
		{Text: "if USE_HTTPS is false", Place: place(f, 3, "USE_HTTPS")},
		{Text: "falls back to 'False': USE_HTTPS is not set", Place: place(f, 2, "os.environ")},
		{Text: "does not set USE_HTTPS", Place: checks.Place{Path: env.Path, File: env}},
	}
	finding := func(line int, name string) checks.ReportedFinding {
		return checks.ReportedFinding{Message: name + " is off: the code that sets it is not reached", Cause: "web/settings.py:2", Place: place(f, line, name), Trail: trail, Fix: "Set USE_HTTPS=True in .env and in .env.example.", Note: "never reached in production"}
	}
	redirect := result(check("django-ssl-redirect-off", "", checks.Medium), finding(4, "SECURE_SSL_REDIRECT"))
	cookie := result(check("django-session-cookie-insecure", "", checks.High), finding(5, "SESSION_COOKIE_SECURE"))
	debug := result(check("django-debug-enabled", "", checks.Critical), checks.Line{Text: "DEBUG is off", Place: checks.Place{Path: ".env.example", Line: 1, Column: 1, Excerpt: "DEBUG=False"}})
	got := text(t, report(section("Django security", row("DEBUG is off", debug), row("Plain HTTP is redirected", redirect), row("Session cookies are secure", cookie)),
		section("Reports", row("The cookie again", cookie), row("nothing", result(check("x-y", "", checks.Low)))),
		section("Front end", row("nothing", result(check("x-z", "", checks.Low))))), TextOptions{Version: "0.1.0", Name: "web"})
	wants(t, got, "prodcheck 0.1.0 · web · 52 files read of 61\n",
		"Django security", "1 of 3 hold\n",
		"  ✗ SESSION_COOKIE_SECURE and SECURE_SSL_REDIRECT are off: the code that sets it\n    is not reached\n",
		"    high      django-session-cookie-insecure  web/settings.py:5:5\n",
		"    medium    django-ssl-redirect-off         web/settings.py:4:5\n",
		"      5 │     SESSION_COOKIE_SECURE = True\n        │     ^^^^^^^^^^^^^^^^^^^^^ never reached in production\n",
		"      from  web/settings.py:3  if USE_HTTPS is false\n",
		"      from  web/settings.py:2  falls back to 'False'",
		"      from  .env.example       does not set USE_HTTPS\n",
		"      fix:  Set USE_HTTPS=True in .env and in .env.example.\n",
		"  ✓ DEBUG is off                .env.example:1  DEBUG=False\n",
		"Reports", "0 of 1 hold", "  ✗ The cookie again: no, see django-session-cookie-insecure above\n",
		"Nothing here for  Front end\n",
		"1 to fix (1 high) · 1 hold · prodcheck explain ID for any of them\n")
	if n := strings.Count(got, "fix:"); n != 1 {
		t.Errorf("%d cures for one cause:\n%s", n, got)
	}
}

// TestUnknowns has one thing that leaves several rows open.
func TestUnknowns(t *testing.T) {
	f := source.NewFile("settings.py", []byte("from elsewhere import *\n"))
	same := checks.Line{Text: "no setting can be worked out", Settle: "let them be evaluated", Place: place(f, 1, "from")}
	c := func() *checks.Check { return check("x-y", "", checks.Low) }
	got := text(t, report(section("S", row("DEBUG is off", result(c(), same), result(c(), same)), row("HSTS is on", result(c(), same)),
		row("The key is strong", result(c(), same, checks.Line{Text: "it is set at deployment", Settle: "let them be evaluated"})))), TextOptions{})
	wants(t, got, "0 of 3 hold\n  ? no setting can be worked out\n    open    DEBUG is off · HSTS is on · The key is strong\n    at      settings.py:1\n"+
		"  ? The key is strong: it is set at deployment\n    settle  let them be evaluated\n\nnothing to fix · 0 hold · 3 cannot be known from here\n")
}

// TestOpenRows has rows that nothing but the running site or a person can answer: the summary counts them, each once.
func TestOpenRows(t *testing.T) {
	a, b := row("Logs are watched"), row("Updates are installed")
	a.Status, b.Status = checks.Unknown, checks.Unknown
	if got := text(t, report(section("S", a, b)), TextOptions{}); !strings.HasSuffix(got, " · 2 only the running site can tell\n") {
		t.Errorf("the summary is\n%s", got)
	}
}

// TestColor holds that colour adds nothing to what is read.
func TestColor(t *testing.T) {
	r := rich()
	bare, colored := text(t, r, TextOptions{}), text(t, r, TextOptions{Color: true})
	if strings.Contains(bare, "\x1b") {
		t.Error("colour where none was asked for")
	}
	if !strings.Contains(colored, "\x1b[") || plainText(colored) != bare {
		t.Errorf("with colour it reads\n%s\nwithout\n%s", plainText(colored), bare)
	}
}

func rich() *checks.Report {
	f := source.NewFile("a/"+strings.Repeat("deep/", 30)+"settings.py", []byte("X = 1\n\t\tDEBUG = True\n"))
	hostile := source.NewFile("::error::\x1b[31m\u202e##[error]x.py", []byte("A = '\x1b]0;owned\a' \u202e ##[group]\n::warning::x\n"))
	long := source.NewFile("bundle.py", []byte(strings.Repeat("a = 1; ", 3000)+"SECRET = 'x'"+strings.Repeat("; b = 2", 3000)))
	wide := source.NewFile("日本語/設定.py", []byte("名前 = '設定' ; KEY = 'é̀'\n"))
	c := check("repo-env-file-tracked", "A file with secrets is in the repository", checks.Critical)
	var many []any
	for i := range 30 {
		many = append(many, checks.ReportedFinding{Message: fmt.Sprintf("view %d is exempt, %s", i, strings.Repeat("and so on ", 20)), Place: place(f, 1, "X")})
	}
	var steps []checks.Line
	for i := range 12 {
		steps = append(steps, checks.Line{Text: fmt.Sprint(i, strings.Repeat(" imported", 15)), Place: place(f, 1, "X")}, checks.Line{Text: "nowhere"})
	}
	whole := checks.ReportedFinding{Message: hostile.Path + " is tracked\nsecond line", Place: checks.Place{Path: hostile.Path, File: hostile}, Note: "\x07bell", Trail: steps}
	r := report(
		section("One "+strings.Repeat("very ", 30)+"long title",
			row("A", result(c, whole, checks.ReportedFinding{Message: "hostile line", Place: place(hostile, 1, "##[group]")})),
			row(strings.Repeat("long row ", 20), result(check("django-csrf-exempt", "", checks.Medium), many...)),
			row("B", result(check("cors-insecure-origin", "", checks.High), checks.ReportedFinding{Message: "a long line", Place: place(long, 1, "SECRET")}, checks.ReportedFinding{Message: "wide", Place: place(wide, 1, "KEY")}, checks.ReportedFinding{Message: "nowhere"}))),
		section("Two",
			row(strings.Repeat("unknown ", 20), result(check("x-u", "", checks.Low), checks.Line{Text: "it is not known", Settle: strings.Repeat("ask ", 40), Place: place(f, 1, "X")}, checks.Line{Text: "b", Settle: "c"}, checks.Line{Text: "c", Settle: "c"}, checks.Line{Text: "d", Settle: "c"})),
			row("held "+strings.Repeat("long ", 20), result(check("x-p", "", checks.Low), checks.Line{Text: strings.Repeat("seen ", 40), Place: place(f, 2, "DEBUG")}, checks.Line{Text: "again"})),
			row("note", result(check("x-i", "", checks.Info), checks.ReportedFinding{Message: "only a note", Place: place(f, 2, "DEBUG")})),
			row("blank", result(check("x-b", "", checks.Low), checks.Line{Text: ""}))))
	r.View = []checks.Line{{Text: "compose \x1bx"}, {Text: strings.Repeat("a long choice ", 20)}}
	for i := range 30 {
		r.Problems = append(r.Problems, checks.Line{Text: fmt.Sprintf("problem %d %s", i, strings.Repeat("long ", 30)), Place: checks.Place{Path: hostile.Path, Line: 1, Column: 1}})
	}
	return r
}

// TestHostile has names and contents that try to act, and lines and paths of any length.
func TestHostile(t *testing.T) {
	for _, columns := range []int{0, 20, 60, 80, 100} {
		got := text(t, rich(), TextOptions{Width: columns, Name: "\x1b[2J" + strings.Repeat("x", 200)})
		for _, acts := range []string{"\x1b", "\x07", "\u202e", "##[", "\n::"} {
			if strings.Contains(got, acts) {
				t.Errorf("%q is printed as it is", acts)
			}
		}
	}
	got := text(t, rich(), TextOptions{})
	wants(t, got, "      1 │ …", "SECRET", "…\n        │ ", "^^^^^^\n")
	wants(t, got, "1 more: --format json", "… and 10 more: --format json lists all\n", "1 note")
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, c := range []struct {
		name, line, word string
		n                int
		text, under      string
	}{
		{"plain", "DEBUG = True", "True", 40, "DEBUG = True", "True"},
		{"tabs", "\tif x:\tDEBUG = True", "DEBUG", 40, "    if x:   DEBUG = True", "DEBUG"},
		{"wide", "名前 = '設定'; DEBUG = True", "DEBUG", 40, "名前 = '設定'; DEBUG = True", "DEBUG"},
		{"astral", "x = '\U0001f600'; DEBUG", "DEBUG", 40, "x = '\U0001f600'; DEBUG", "DEBUG"},
		{"control", "x = '\x1b'; DEBUG", "DEBUG", 40, `x = '\x1b'; DEBUG`, "DEBUG"},
		{"end is cut", "DEBUG = " + long, "DEBUG", 20, "DEBUG = " + long[:11] + "…", "DEBUG"},
		{"start is cut", long + "DEBUG", "DEBUG", 20, "…" + long[:13] + "DEBUG", "DEBUG"},
		{"both are cut", long + "DEBUG" + long, "DEBUG", 21, "…xxxxxxxDEBUGxxxxxxx…", "DEBUG"},
		{"wide and cut", strings.Repeat("設", 100) + "DEBUG" + strings.Repeat("設", 100), "DEBUG", 22, "…設設設DEBUG設設設設…", "DEBUG"},
		{"longer than there is room", "X = " + long, long, 20, "X = " + long[:15] + "…", long[:15] + "…"},
	} {
		f := source.NewFile("a.py", []byte(c.line))
		s := excerpt(place(f, 1, c.word), c.n)
		under := suffix(s.text, width(s.text)-s.from)
		if s.text != c.text || width(s.text) > c.n || prefix(under, s.len) != c.under {
			t.Errorf("%s: %q (%d columns) with %q under the caret, want %q with %q", c.name, s.text, width(s.text), prefix(under, s.len), c.text, c.under)
		}
	}
	// what redaction or a wrong column does must not panic
	for column := range 30 {
		p := checks.Place{Line: 1, EndLine: 1, Column: column, EndColumn: 40 - column, Excerpt: "é\tx\U0001f600\xff"}
		for n := 4; n < 30; n++ {
			if s := excerpt(p, n); width(s.text) > n || s.from < 0 || s.len < 1 {
				t.Fatalf("column %d, %d columns: %+v", column, n, s)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 20, ""}, {"one two three four", 10, "one two|three four"}, {"a " + strings.Repeat("b", 25) + " c", 10, "a|bbbbbbbbbb|bbbbbbbbbb|bbbbb c"},
		{"設定設定設定設定", 10, "設定設定設|定設定"},
	} {
		if got := strings.Join(wrap(c.in, c.n), "|"); got != c.want {
			t.Errorf("%q: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestSentences(t *testing.T) {
	g := &group{}
	for _, m := range []string{"A is off", "B is off", "'x y' is off", "C is on", "A is off", "D is off", "db has no policy", "no verb", "web has no policy", "E falls back to 0: its line is not reached: x", "F falls back to 0: its line is not reached: y"} {
		g.findings = append(g.findings, &checks.ReportedFinding{Message: m})
	}
	if got := strings.Join(g.told(), "|"); got != "A, B and D are off|'x y' is off|C is on|db and web have no policy|no verb|E and F fall back to 0: their line is not reached" {
		t.Errorf("%s", got)
	}
}

func TestWriteFails(t *testing.T) {
	r := rich()
	for name, err := range map[string]error{
		"text": Text(broken{}, r, TextOptions{}), "json": JSON(broken{}, r, JSONOptions{}), "checks": Checks(broken{}, TextOptions{}),
		"checks json": ChecksJSON(broken{}), "settings": Settings(broken{}, nil, TextOptions{}), "settings json": SettingsJSON(broken{}, nil),
	} {
		if err == nil || !strings.Contains(err.Error(), "write ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
