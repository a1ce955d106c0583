package github

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/checks"
)

// A fakeIssue is one issue of the fake below.
type fakeIssue struct {
	Number int               `json:"number"`
	State  string            `json:"state"`
	Body   string            `json:"body"`
	Title  string            `json:"title"`
	User   map[string]string `json:"user"`
}

// A fakeRepo answers for one repository, and counts what is written.
type fakeRepo struct {
	issues []*fakeIssue
	writes int
	paths  map[string]string // answers to other paths, "403 …" begins one that is refused
}

func (f *fakeRepo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	path := strings.TrimPrefix(r.URL.Path, "/repos/o/r")
	body, _ := io.ReadAll(r.Body)
	var in struct{ Title, Body, State *string }
	_ = json.Unmarshal(body, &in)
	var number int
	_, _ = fmt.Sscanf(path, "/issues/%d", &number)
	switch {
	case r.URL.Path == "/graphql":
		fmt.Fprint(w, `{"data":{"viewer":{"login":"bot"}}}`)
	case path == "/issues" && r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(f.issues)
	case path == "/issues":
		f.writes++
		f.issues = append(f.issues, &fakeIssue{len(f.issues) + 1, "open", *in.Body, *in.Title, map[string]string{"login": "bot"}})
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, "{}")
	case number > 0:
		f.writes++
		i := f.issues[number-1]
		if in.Body != nil {
			i.Body = *in.Body
		}
		if in.State != nil {
			i.State = *in.State
		}
		fmt.Fprint(w, "{}")
	default:
		answer, ok := f.paths[path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"Not Found"}`)
			return
		}
		var code int
		if n, _ := fmt.Sscanf(answer, "%d ", &code); n == 1 {
			w.WriteHeader(code)
			answer = answer[4:]
		}
		fmt.Fprint(w, answer)
	}
}

func (f *fakeRepo) client(t *testing.T) *Client {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	c, err := NewClient(&Run{Owner: "o", Repository: "r", Server: s.URL, API: s.URL, GraphQL: s.URL + "/graphql"}, ClientOptions{Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func dueRow(key string, s checks.Standing, text string) checks.DueRow {
	d := checks.DueRow{Row: checks.LookupRow(key), Standing: s, Line: checks.Line{Text: text}}
	if text != "" {
		d.Attestation = &checks.Attestation{Row: key}
	}
	return d
}

// TestPostDue follows one issue through its life: opened, left alone, updated, closed, opened again, and alone.
func TestPostDue(t *testing.T) {
	f := &fakeRepo{}
	c := f.client(t)
	post := func(want Outcome, writes int, rows ...checks.DueRow) {
		t.Helper()
		before := f.writes
		got, err := c.PostDue(context.Background(), ".", rows)
		if err != nil || got != want || f.writes-before != writes {
			t.Errorf("%s, %v, %d writes; want %s, %d writes", got, err, f.writes-before, want, writes)
		}
	}
	absent := dueRow("logging.uptime", checks.Absent, "")
	lapsing := dueRow("weekly.resources", checks.Lapsing, "attested by `@all` <img>; lapses today")
	post(Unchanged, 0)
	post(Unchanged, 0, lapsing)
	post(Created, 1, absent)
	post(Unchanged, 0, absent)
	post(Updated, 1, absent, lapsing)
	if b := f.issues[0].Body; !strings.Contains(b, "`logging.uptime` Uptime is monitored: nobody has attested it") || strings.Contains(b, "``") ||
		!strings.Contains(b, "`attested by '@all' <img>; lapses today`") {
		t.Error(b)
	}
	post(Closed, 1, lapsing)
	post(Unchanged, 0)
	post(Updated, 1, absent)
	if len(f.issues) != 1 || f.issues[0].State != "open" {
		t.Errorf("%d issues", len(f.issues))
	}
	// what a concurrent run opened twice is closed; a stranger's copy of the mark is left alone
	twin, stranger := *f.issues[0], *f.issues[0]
	twin.Number, stranger.Number, stranger.User = 2, 3, map[string]string{"login": "mallory"}
	f.issues = append(f.issues, &twin, &stranger)
	post(Unchanged, 1, absent)
	if twin.State != "closed" || stranger.State != "open" || f.issues[0].State != "open" {
		t.Errorf("states %s %s %s", f.issues[0].State, twin.State, stranger.State)
	}
}

func TestPlatform(t *testing.T) {
	const repo = `{"default_branch":"main","security_and_analysis":{"secret_scanning":{"status":"enabled"},"secret_scanning_push_protection":{"status":"disabled"},"dependabot_security_updates":{"status":"enabled"}}}`
	const rules = `[{"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":false,"required_status_checks":[{"context":"prodcheck"}]}}]`
	for _, c := range []struct {
		name  string
		paths map[string]string
		want  [6]checks.Answer
	}{
		{"all is known", map[string]string{"": repo, "/vulnerability-alerts": "204 ", "/branches/main": `{"protected":true}`, "/rules/branches/main": rules},
			[6]checks.Answer{checks.Yes, checks.Yes, checks.Yes, checks.No, checks.Yes, checks.Yes}},
		{"a classic rule", map[string]string{"": repo, "/vulnerability-alerts": `404 {"message":"Vulnerability alerts are disabled."}`,
			"/branches/main": `{"protected":true,"protection":{"required_status_checks":{"contexts":["tests"]}}}`, "/rules/branches/main": "[]"},
			[6]checks.Answer{checks.No, checks.Yes, checks.Yes, checks.No, checks.Yes, checks.No}},
		{"a token that may see nothing but the repository", map[string]string{"": `{"default_branch":"main"}`, "/vulnerability-alerts": `403 {"message":"Resource not accessible by integration"}`,
			"/branches/main": `{"protected":false}`, "/rules/branches/main": "[]"},
			[6]checks.Answer{checks.Denied, checks.Denied, checks.Denied, checks.Denied, checks.No, checks.No}},
		{"nothing", nil, [6]checks.Answer{checks.Denied, checks.Denied, checks.Denied, checks.Denied, checks.Denied, checks.Denied}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			p := (&fakeRepo{paths: c.paths}).client(t).Platform(ctx, "prodcheck")
			got := [6]checks.Answer{p.Alerts.Answer, p.SecurityUpdates.Answer, p.SecretScanning.Answer, p.PushProtection.Answer, p.Protected.Answer, p.Required.Answer}
			if got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			for _, f := range []checks.Fact{p.Alerts, p.SecurityUpdates, p.SecretScanning, p.PushProtection, p.Protected, p.Required} {
				if (f.Answer == checks.Denied) != (f.Permission != "") {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}
