package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/repo"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shop is a small repository with settings of a given text.
func shop(t *testing.T, settings string) *repo.Repo {
	t.Helper()
	r, err := repo.Load(t.Context(), fstest.MapFS{
		"manage.py":        {Data: []byte("import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n"), Mode: 0o644},
		"shop/settings.py": {Data: []byte(settings), Mode: 0o644},
	}, repo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func result(r *checks.Report, id string) *checks.Result {
	for _, res := range r.Results {
		if res.Check.ID == id {
			return res
		}
	}
	return nil
}

func notices(r *checks.Report, kind checks.NoticeKind) (texts []string) {
	for _, n := range r.Notices {
		if n.Kind == kind {
			texts = append(texts, n.Text)
		}
	}
	return texts
}

// TestPullRequest holds that a pull request does not waive itself, in the file or beside the code, and may give waivers up.
func TestPullRequest(t *testing.T) {
	const debug = "django-debug-enabled"
	end := day(t, "2027-01-31")
	file := func(reason string) checks.Waiver {
		return checks.Waiver{Check: debug, Path: "shop/**", Reason: reason, Owner: "ops", Until: end}
	}
	inline := "DEBUG = True  # prodcheck:ignore[django-debug-enabled] behind a VPN — until 2027-01-31\n"
	for _, c := range []struct {
		name       string
		base, head checks.Policy
		before     string // settings of the base
		after      string
		waived     bool
		added      []string
		notices    int // of kind WaiverAdded
	}{
		{"no waiver", checks.Policy{}, checks.Policy{}, "DEBUG = False\n", "DEBUG = True\n", false, nil, 0},
		{"added in the file", checks.Policy{}, checks.Policy{Waivers: []checks.Waiver{file("fine")}}, "DEBUG = False\n", "DEBUG = True\n", false, []string{"waives django-debug-enabled in shop/**: fine"}, 0},
		{"of the base", checks.Policy{Waivers: []checks.Waiver{file("fine")}}, checks.Policy{Waivers: []checks.Waiver{file("fine")}}, "DEBUG = True\n", "DEBUG = True\n", true, nil, 0},
		{"worded anew", checks.Policy{Waivers: []checks.Waiver{file("fine")}}, checks.Policy{Waivers: []checks.Waiver{file("better")}}, "DEBUG = True\n", "DEBUG = True\n", true, []string{"waives django-debug-enabled in shop/**: better"}, 0},
		{"removed", checks.Policy{Waivers: []checks.Waiver{file("fine")}}, checks.Policy{}, "DEBUG = True\n", "DEBUG = True\n", false, nil, 0},
		{"added beside the code", checks.Policy{}, checks.Policy{}, "DEBUG = False\n", inline, false, nil, 1},
		{"beside the code of the base", checks.Policy{}, checks.Policy{}, inline, "import os\n\n" + inline, true, nil, 0},
		{"moved to other code", checks.Policy{}, checks.Policy{}, "X = 1  # prodcheck:ignore[django-debug-enabled] behind a VPN — until 2027-01-31\n", inline, false, nil, 1},
		{"prolonged beside the code", checks.Policy{}, checks.Policy{}, strings.Replace(inline, "2027-01-31", "2026-12-31", 1), inline, false, nil, 1},
		{"allowed by itself", checks.Policy{ForbidInline: true}, checks.Policy{}, inline, inline, false, []string{"allows waivers beside the code"}, 0},
		{"a longer leash", checks.Policy{MaxDays: 30}, checks.Policy{MaxDays: 366}, "DEBUG = False\n", "DEBUG = True\n", false, []string{"lets waivers last 366 days, where it was 30"}, 0},
		{"made harmless", checks.Policy{}, checks.Policy{Severities: []checks.SeverityChange{{Check: debug, Severity: checks.Info}}}, "DEBUG = False\n", "DEBUG = True\n", false, []string{"makes django-debug-enabled info"}, 0},
		{"a row set aside", checks.Policy{}, checks.Policy{Exemptions: []checks.Exemption{{Row: "nginx.gzip", Reason: "the network compresses"}}}, "DEBUG = False\n", "DEBUG = True\n", false, []string{"says that nginx.gzip does not apply: the network compresses"}, 0},
		{"a domain of its own", checks.Policy{Domains: []string{"example.com"}}, checks.Policy{Domains: []string{"example.com", "example.net"}}, "DEBUG = False\n", "DEBUG = True\n", false, []string{"adds the domain example.net"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := shop(t, c.before)
			checks.Run(&checks.Facts{Repo: before})
			p, added := checks.PullRequest(c.base, c.head, checks.Inline(before))
			r := checks.Run(&checks.Facts{Repo: shop(t, c.after), Policy: p, Today: day(t, "2026-11-24")})
			res := result(r, debug)
			if waived := len(res.Waived) == 1 && len(res.Findings) == 0; waived != c.waived {
				t.Errorf("%d findings, %d waived; notices %v", len(res.Findings), len(res.Waived), r.Notices)
			}
			for _, f := range res.Findings {
				if f.Severity != checks.Critical {
					t.Errorf("severity %s", f.Severity)
				}
			}
			var texts []string
			for _, a := range added {
				texts = append(texts, a.Text)
			}
			if strings.Join(texts, "\n") != strings.Join(c.added, "\n") {
				t.Errorf("added %q, want %q", texts, c.added)
			}
			if n := notices(r, checks.WaiverAdded); len(n) != c.notices {
				t.Errorf("notices %q", n)
			}
		})
	}
}

// TestInline holds how comments are read in the syntaxes of comments there are.
func TestInline(t *testing.T) {
	for text, want := range map[string]string{
		"DEBUG = True  # prodcheck:ignore[django-debug-enabled] behind a VPN — until 2027-01-31\n":       "django-debug-enabled|behind a VPN|2027-01-31",
		"# prodcheck:ignore[django-debug-enabled]: behind a VPN (until 2027-01-31)\nDEBUG = True\n":      "django-debug-enabled|behind a VPN|2027-01-31",
		"// prodcheck:ignore[django-debug-enabled] behind a VPN until 2027-01-31\nDEBUG = True\n":        "django-debug-enabled|behind a VPN|2027-01-31",
		"<!-- prodcheck:ignore[django-debug-enabled] behind a VPN, until 2027-01-31 -->\nDEBUG = True\n": "django-debug-enabled|behind a VPN|2027-01-31",
		"/* prodcheck:ignore[django-debug-enabled] behind a VPN */\nDEBUG = True\n":                      "django-debug-enabled|behind a VPN|0001-01-01",
		"{# prodcheck:ignore[ a , b ] one reason - until 2027-01-31 #}\nDEBUG = True\n":                  "a|one reason|2027-01-31 b|one reason|2027-01-31",
		"X = 1 # prodcheck:ignore[a] one until 2027-01-01 prodcheck:ignore[b] two, until 2027-02-02\n":   "a|one|2027-01-01 b|two|2027-02-02",
		"X = 1 # prodcheck:ignore[a] until it is mended — until 2027-02-31\n":                            "a|until it is mended|0001-01-01",
		"X = 1 # prodcheck:ignore a reason\n":                                                            "",
		"X = 1 # prodcheck:ignore[]\n":                                                                   "||0001-01-01",
		"X = 1 # prodcheck:ignore[a" + strings.Repeat("]", 5000) + "\n":                                  "",
	} {
		r := shop(t, text)
		checks.Run(&checks.Facts{Repo: r})
		var got []string
		for _, w := range checks.Inline(r) {
			got = append(got, w.Check+"|"+w.Reason+"|"+w.Until.Format(time.DateOnly))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%.80q: %q, want %q", text, s, want)
		}
	}
}

// TestStanding holds an attestation against the days of its life, for every cadence there is.
func TestStanding(t *testing.T) {
	for _, c := range []struct {
		row, until, today string
		want              checks.Standing
	}{
		{"logging.uptime", "", "2026-01-01", checks.Fresh}, // 90 days: the last is 2026-04-01
		{"logging.uptime", "", "2026-03-22", checks.Fresh},
		{"logging.uptime", "", "2026-03-23", checks.Lapsing},
		{"logging.uptime", "", "2026-04-01", checks.Lapsing},
		{"logging.uptime", "", "2026-04-02", checks.Lapsed},
		{"logging.uptime", "", "2025-12-31", checks.Ahead},
		{"logging.uptime", "2026-02-01", "2026-02-01", checks.Lapsing},
		{"logging.uptime", "2026-02-01", "2026-02-02", checks.Lapsed},
		{"logging.uptime", "2027-02-01", "2026-04-02", checks.Lapsed}, // an end later than the row's own changes nothing
		{"updates.docs", "", "2026-06-15", checks.Fresh},              // 180 days: the last is 2026-06-30
		{"updates.docs", "", "2026-06-16", checks.Lapsing},
		{"daily.logs", "", "2026-01-01", checks.Fresh},
		{"daily.logs", "", "2026-01-02", checks.Lapsing},
		{"daily.logs", "", "2026-01-03", checks.Lapsed},
		{"weekly.headers", "", "2026-01-07", checks.Fresh},
		{"weekly.headers", "", "2026-01-09", checks.Lapsed},
		{"monthly.backup", "", "2026-01-29", checks.Lapsing},
	} {
		a := &checks.Attestation{Row: c.row, On: day(t, "2026-01-01")}
		if c.until != "" {
			a.Until = day(t, c.until)
		}
		if got := a.Standing(checks.LookupRow(c.row), day(t, c.today)); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.row, c.today, got, c.want)
		}
	}
}

// TestRows holds that every row has an answer in an empty repository, and that who could answer it is there.
func TestRows(t *testing.T) {
	r, err := repo.Load(t.Context(), fstest.MapFS{}, repo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rep := checks.Run(&checks.Facts{Repo: r, Today: day(t, "2026-11-24")})
	n := 0
	for _, s := range rep.Sections {
		for _, row := range s.Rows {
			n++
			if len(row.Row.Checks) > 0 {
				continue
			}
			if row.Status != checks.Unknown || row.Awaits() == checks.Answered || row.Evidence().Settle == "" {
				t.Errorf("%s: %s, %+v", row.Row.Key, row.Status, row.Evidence())
			}
		}
	}
	if n != 99 {
		t.Errorf("%d rows", n)
	}
}

// TestPlatformRows holds what the platform's answers do to rows, and that they are no findings.
func TestPlatformRows(t *testing.T) {
	status := func(p *checks.Platform, key string) checks.Status {
		rep := checks.Run(&checks.Facts{Repo: shop(t, "DEBUG = False\n"), Platform: p})
		for _, s := range rep.Sections {
			for _, row := range s.Rows {
				if row.Row.Key == key {
					return row.Status
				}
			}
		}
		t.Fatalf("no row %s", key)
		return 0
	}
	if got := status(&checks.Platform{Alerts: checks.Fact{Answer: checks.Yes}}, "updates.security"); got != checks.Pass {
		t.Errorf("alerts on: %s", got)
	}
	if got := status(&checks.Platform{Alerts: checks.Fact{Answer: checks.No}}, "updates.security"); got != checks.Fail {
		t.Errorf("alerts off: %s", got)
	}
	before := status(nil, "updates.dependencies")
	if got := status(&checks.Platform{SecurityUpdates: checks.Fact{Answer: checks.Denied, Permission: "x"}}, "updates.dependencies"); got != before {
		t.Errorf("not allowed to know: %s, was %s", got, before)
	}
}
