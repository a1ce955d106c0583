package checks_test

import (
	"context"
	"embed"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/site"
)

// siteOf reads the site.json of an archive.
func siteOf(t testing.TB, archive string) *site.Site {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if f.Name != "site.json" {
			continue
		}
		text := strings.Replace(string(f.Data), "{", `{"schema": 1, `, 1)
		s, err := site.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Fatal("there is no site.json")
	return nil
}

// judged runs every check over a site without a repository.
func judged(t testing.TB, s *site.Site) map[string]*checks.Result {
	t.Helper()
	var none embed.FS
	r, err := repo.Load(context.Background(), none, repo.Options{})
	check(t, err)
	out := map[string]*checks.Result{}
	for _, res := range checks.Run(&checks.Facts{Repo: r, Site: s, SiteOnly: true}).Results {
		out[res.Check.ID] = res
	}
	return out
}

// TestLiveClaims holds every live check to its own Bad and Good, to facts that say nothing, and to its stories.
func TestLiveClaims(t *testing.T) {
	for _, c := range checks.Live() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			for name, field := range map[string]string{"Title": c.Title, "Why": c.Why, "Fix": c.Fix, "Misses": c.Misses, "Bad": c.Bad, "Good": c.Good} {
				if strings.TrimSpace(field) == "" {
					t.Errorf("%s is blank", name)
				}
			}
			if c.Run == nil || c.Check.Run != nil || len(c.Refs) == 0 || !regexp.MustCompile(`^live(-[a-z0-9]+)+$`).MatchString(c.ID) {
				t.Error("Run, Refs or the id is not right")
			}
			if _, err := os.Stat(strings.ReplaceAll(c.ID, "-", "_") + ".go"); err != nil {
				t.Errorf("the check does not live in the file its id names: %v", err)
			}
			for _, s := range []string{c.Why, c.Fix} {
				if n := len(regexp.MustCompile(`[.!?](\s|$)`).FindAllString(s, -1)); n > 3 {
					t.Errorf("%d sentences, at most 3: %s", n, s)
				}
			}
			bad := judged(t, siteOf(t, c.Bad))[c.ID]
			if bad.Status != checks.Fail || len(bad.Findings) == 0 || bad.Findings[0].Place.URL == "" {
				t.Errorf("Bad does not fail at a URL:\n%s", describe(bad))
			}
			good := judged(t, siteOf(t, c.Good))[c.ID]
			if good.Status != checks.Pass || len(good.Passes) == 0 || good.Passes[0].Place.URL == "" {
				t.Errorf("Good does not pass with evidence:\n%s", describe(good))
			}
			for name, s := range map[string]*site.Site{
				"nothing": {Schema: site.Schema, URL: "https://example.org/", Host: "example.org", Depth: site.Full},
				"basic":   {Schema: site.Schema, URL: "https://example.org/", Host: "example.org", Depth: site.Basic},
			} {
				if res := judged(t, s)[c.ID]; res.Status == checks.Pass || res.Status == checks.Fail || res.Stopped {
					t.Errorf("%s known: %s", name, describe(res))
				}
			}
			for _, file := range stories(t, c.ID) {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { tell(t, c, file) })
			}
		})
	}
}

// tell holds a check to one story: its status, and a line for each finding, unknown or pass that some text must match.
func tell(t *testing.T, c *checks.LiveCheck, file string) {
	text, err := os.ReadFile(file)
	check(t, err)
	res := judged(t, siteOf(t, string(text)))[c.ID]
	wants := 0
	for line := range strings.Lines(string(txtar.Parse(text).Comment)) {
		kind, pattern, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		var said []string
		switch kind {
		case "status":
			wants++
			if pattern != res.Status.String() {
				t.Errorf("status %s, want %s:\n%s", res.Status, pattern, describe(res))
			}
			continue
		case "fail":
			for _, f := range res.Findings {
				said = append(said, f.Severity.String()+" "+f.Message)
			}
		case "unknown":
			for _, l := range res.Unknowns {
				said = append(said, l.Text)
			}
		case "pass":
			for _, l := range res.Passes {
				said = append(said, l.Text)
			}
		default:
			continue
		}
		wants++
		if !regexp.MustCompile(pattern).MatchString(strings.Join(said, "\n")) {
			t.Errorf("no %s matches %q:\n%s", kind, pattern, describe(res))
		}
	}
	if wants == 0 {
		t.Error("the story expects nothing")
	}
}

// TestLiveOnChecklist holds that the rows of the checklist and the live checks name each other.
func TestLiveOnChecklist(t *testing.T) {
	named := map[string]bool{}
	for _, s := range checks.Checklist() {
		for _, row := range s.Rows {
			for _, id := range row.Live {
				named[id] = true
				if checks.LookupLive(id) == nil {
					t.Errorf("%s: there is no live check %q", row.Key, id)
				}
			}
		}
	}
	for _, c := range checks.Live() {
		if !named[c.ID] {
			t.Errorf("%s is on no row", c.ID)
		}
	}
}
