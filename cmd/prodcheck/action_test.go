package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const bot = "github-actions[bot]"

// holds checks a run against its exit status and what must be on standard output.
func (r result) holds(t *testing.T, status int, says ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("exit status %d, want %d\n%s%s", r.status, status, commands(r.stdout), r.stderr)
	}
	for _, s := range says {
		if !strings.Contains(r.stdout, s) {
			t.Errorf("nobody says %q:\n%s", s, commands(r.stdout))
		}
	}
}

// commands are what is on standard output beside the report.
func commands(stdout string) string {
	_, after, _ := strings.Cut(stdout, "::endgroup::")
	return after
}

// TestCommentLife is the life of one comment: first run, an unchanged second one, a changed one, one that fixes all.
func TestCommentLife(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	first := w.run()
	first.holds(t, statusFindings, "comment on pull request 7: created", "::error ", "file=filmclub/settings.py", "code scanning has the report")
	if first.outputs["result"] != "failed" || first.outputs["new"] != "1" || first.outputs["fixed"] != "0" || first.outputs["sarif-file"] != "prodcheck.sarif" {
		t.Errorf("outputs %v", first.outputs)
	}
	bodies := w.fake.by(bot)
	if len(bodies) != 1 || !strings.Contains(bodies[0], "❌ prodcheck: 1 new problem would reach production") ||
		!strings.Contains(bodies[0], "https://github.example/o/r/blob/"+w.merge+"/filmclub/settings.py#L") {
		t.Fatalf("comments:\n%s", strings.Join(bodies, "\n---\n"))
	}
	if len(w.fake.uploads) != 1 || w.fake.uploads[0]["ref"] != "refs/pull/7/merge" || w.fake.uploads[0]["commit_sha"] != w.merge {
		t.Errorf("uploads %v", w.fake.uploads)
	}

	writes := w.fake.writes
	w.run().holds(t, statusFindings, "comment on pull request 7: unchanged")
	if w.fake.writes != writes {
		t.Errorf("an unchanged comment was written %d times", w.fake.writes-writes)
	}

	settings := filepath.Join(w.dir, "filmclub", "settings.py")
	if err := os.WriteFile(settings, []byte(hardened(t)["filmclub/settings.py"]+"\nDEBUG = True\nALLOWED_HOSTS = [\"*\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.run().holds(t, statusFindings, "comment on pull request 7: updated")
	if b := w.fake.by(bot); len(b) != 1 || !strings.Contains(b[0], "2 new problems would reach production") {
		t.Errorf("comments:\n%s", strings.Join(b, "\n---\n"))
	}

	if err := os.WriteFile(settings, []byte(hardened(t)["filmclub/settings.py"]), 0o644); err != nil {
		t.Fatal(err)
	}
	fixed := w.run()
	fixed.holds(t, statusOK, "comment on pull request 7: updated")
	if b := w.fake.by(bot); len(b) != 1 || !strings.Contains(b[0], "### ✅ prodcheck: nothing") {
		t.Errorf("comments:\n%s", strings.Join(b, "\n---\n"))
	}
	if fixed.outputs["result"] != "passed" || fixed.outputs["new"] != "0" {
		t.Errorf("outputs %v", fixed.outputs)
	}
}

// TestFixed has a pull request that mends something.
func TestFixed(t *testing.T) {
	base := hardened(t)
	base["filmclub/settings.py"] += "\nDEBUG = True\n"
	w := newScene(t, base, map[string]string{"filmclub/settings.py": hardened(t)["filmclub/settings.py"]})
	r := w.run()
	r.holds(t, statusOK)
	if r.outputs["fixed"] != "1" || !strings.Contains(w.fake.by(bot)[0], "**Fixed here:** DEBUG is on in production (`filmclub/settings.py:") {
		t.Errorf("outputs %v\n%s", r.outputs, w.fake.by(bot))
	}
}

// TestOlderRunLast has a run that began earlier and ends later than another one.
func TestOlderRunLast(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	w.runAs(2002).holds(t, statusFindings, "created")
	before := w.fake.by(bot)[0]
	w.runAs(2001).holds(t, statusFindings, "outdated")
	if got := w.fake.by(bot); len(got) != 1 || got[0] != before {
		t.Error("an older run has overwritten the comment of a newer one")
	}
}

// TestConcurrentRuns has two runs that both find no comment.
func TestConcurrentRuns(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	var once sync.WaitGroup
	once.Add(2)
	var mu sync.Mutex
	lists := 0
	w.fake.before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/comments") {
			mu.Lock()
			lists++
			first := lists <= 2
			mu.Unlock()
			if first { // both have looked by now
				once.Done()
				once.Wait()
			}
		}
		return false
	}
	w.env["INPUT_UPLOAD"], w.env["INPUT_SARIF-FILE"] = "never", "a.sarif"
	var all sync.WaitGroup
	for id := range 2 {
		all.Add(1)
		go func() {
			defer all.Done()
			w.runAs(int64(3000 + id))
		}()
	}
	all.Wait()
	if got := w.fake.by(bot); len(got) != 1 || !strings.Contains(got[0], "run=3001.1") {
		t.Errorf("%d comments:\n%.200s", len(got), got)
	}
}

// TestPlantedMarker has a stranger who copies our marker, and one who quotes it.
func TestPlantedMarker(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	w.run()
	ours := w.fake.by(bot)[0]
	w.fake.mu.Lock()
	w.fake.comments = nil
	w.fake.mu.Unlock()
	w.fake.plant("mallory", strings.Replace(ours, "run=1001", "run=999999", 1))
	w.fake.plant(bot, "another action says:\n"+ours)
	w.run().holds(t, statusFindings, "created")
	if got := w.fake.by(bot); len(got) != 2 || len(w.fake.by("mallory")) != 1 {
		t.Errorf("comments: %d of ours", len(got))
	}
}

// TestManyComments has our comment behind 300 others.
func TestManyComments(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	for i := range 300 {
		w.fake.plant("somebody", fmt.Sprint("comment ", i))
	}
	w.run().holds(t, statusFindings, "created")
	writes := w.fake.writes
	w.run().holds(t, statusFindings, "unchanged")
	if w.fake.writes != writes || len(w.fake.by(bot)) != 1 {
		t.Error("the comment on the fourth page is not found")
	}
}

// TestAPIFails has an API that fails in every way. The exit status is that of the findings each time, and one line says what was
// not done.
func TestAPIFails(t *testing.T) {
	json403 := func(message string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusForbidden, map[string]string{"message": message})
		}
	}
	for name, story := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request) // to everything
		says   string
	}{
		"403":              {json403("Resource not accessible by integration"), "::notice title=prodcheck::no comment: the token lacks the permission pull-requests: write"},
		"403 on upload":    {json403("Resource not accessible by integration"), "no upload to code scanning: the token lacks the permission security-events: write"},
		"no code scanning": {json403("Code Security must be enabled for this repository to use code scanning."), "no upload to code scanning: code scanning is not enabled in this repository: a private one needs GitHub Code Security"},
		"404": {func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 404, map[string]string{"message": "Not Found"})
		}, "no comment: GitHub's API answers 404: Not Found"},
		"422": {func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 422, map[string]string{"message": "Validation Failed"})
		}, "no comment: GitHub's API answers 422: Validation Failed"},
		"500":             {func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, map[string]string{"message": "x"}) }, "no comment: GitHub's API answers 500: x"},
		"secondary limit": {json403("You have exceeded a secondary rate limit."), "no comment: GitHub's API asks to slow down"},
		"HTML": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>"))
		}, "no comment: GitHub's API: the answer is of no use: it is text/html instead of JSON"},
		"not JSON after all": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte("<html>"))
		}, "no comment: GitHub's API: "},
		"cut off":          {cutOff, "no comment: GitHub's API: the answer is cut off"},
		"hang":             {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no comment: GitHub's API: no answer within"},
		"hang in the body": {hangInBody, "no comment: GitHub's API: no whole answer within"},
		"1 GB":             {gigabyte, "no comment: GitHub's API: "},
		"hostile error":    {json403("::error::x\n##[add-mask]a \x1b[31m"), `no comment: GitHub's API answers 403: \x3a:error::x\n#\x23[add-mask]a \x1b[31m`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newScene(t, hardened(t), debugOn(t))
			if strings.HasPrefix(name, "hang") {
				w.fake.attempt = 100 * time.Millisecond
			}
			w.fake.before = func(rw http.ResponseWriter, r *http.Request) bool {
				_, _ = bytes.NewBuffer(nil).ReadFrom(r.Body)
				story.answer(rw, r)
				return true
			}
			r := w.run()
			r.holds(t, statusFindings, story.says)
			if r.outputs["result"] != "failed" || !strings.Contains(r.sum, "1 new problem") {
				t.Errorf("outputs %v", r.outputs)
			}
		})
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte("["))
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func hangInBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("["))
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// gigabyte sends as much as is read, up to a gigabyte of blanks.
func gigabyte(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for range 1 << 10 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestAPIRecovers has an API that fails once and is well the next time.
func TestAPIRecovers(t *testing.T) {
	for name, story := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		slept  time.Duration
	}{
		"500": {func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, map[string]string{}) }, time.Second},
		"429": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "17")
			answer(w, 429, map[string]string{})
		}, 17 * time.Second},
		"403 with retry-after": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9")
			answer(w, 403, map[string]string{"message": "You have exceeded a secondary rate limit"})
		}, 9 * time.Second},
		"secondary limit": {func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 403, map[string]string{"message": "You have exceeded a secondary rate limit"})
		}, time.Minute},
		"primary limit": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", "1800000030")
			answer(w, 403, map[string]string{"message": "API rate limit exceeded"})
		}, 30 * time.Second},
		"cut off": {cutOff, time.Second},
		"hang":    {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w := newScene(t, hardened(t), debugOn(t))
			if name == "hang" {
				w.fake.attempt = time.Second
			}
			seen := map[string]bool{}
			var mu sync.Mutex
			w.fake.before = func(rw http.ResponseWriter, r *http.Request) bool {
				mu.Lock()
				again := seen[r.Method+r.URL.Path]
				seen[r.Method+r.URL.Path] = true
				mu.Unlock()
				if !again {
					_, _ = bytes.NewBuffer(nil).ReadFrom(r.Body)
					story.answer(rw, r)
				}
				return !again
			}
			w.run().holds(t, statusFindings, "comment on pull request 7: created", "code scanning has the report")
			if len(w.fake.by(bot)) != 1 || len(w.fake.slept) == 0 || w.fake.slept[0] != story.slept {
				t.Errorf("%d comments, slept %v, want %v first", len(w.fake.by(bot)), w.fake.slept, story.slept)
			}
		})
	}
}

// TestLostAnswer has a comment that was made although its answer never came.
func TestLostAnswer(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	lost := false
	w.fake.before = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/comments") && !lost {
			lost = true
			w.fake.plant(bot, bodyOf(t, r))
			cutOff(rw, r)
		}
		return false
	}
	w.run().holds(t, statusFindings, "created")
	if got := w.fake.by(bot); len(got) != 1 {
		t.Errorf("%d comments", len(got))
	}
}

// TestProcessing has uploads that are refused afterwards, and one that takes for ever.
func TestProcessing(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	w.fake.processed = []string{"pending", "failed"}
	w.run().holds(t, statusFindings, "no upload to code scanning: GitHub's API: the file was refused: rejecting delivery as the repository has too many logical alerts")
	w = newScene(t, hardened(t), debugOn(t))
	w.fake.processed = []string{"pending"}
	w.run().holds(t, statusFindings, "code scanning has the report and is not done with it yet")
	if w.fake.polled != 4 {
		t.Errorf("asked %d times", w.fake.polled)
	}
}

// TestReadOnly has runs whose token may not write: one notice, no request, and the gate as ever.
func TestReadOnly(t *testing.T) {
	for name, edit := range map[string]func(w *scene){
		"fork": func(w *scene) {
			w.pull(func(e map[string]any) {
				e["pull_request"].(map[string]any)["head"].(map[string]any)["repo"] = map[string]any{"full_name": "mallory/r"}
			})
		},
		"fork that is gone": func(w *scene) {
			w.pull(func(e map[string]any) { e["pull_request"].(map[string]any)["head"].(map[string]any)["repo"] = nil })
		},
		"Dependabot": func(w *scene) { w.env["GITHUB_ACTOR"] = "dependabot[bot]" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newScene(t, hardened(t), debugOn(t))
			edit(w)
			r := w.run()
			r.holds(t, statusFindings, "no comment and no upload to code scanning: ")
			if n := strings.Count(r.stdout, "::notice title=prodcheck::"); n != 1 || len(w.fake.requests) != 0 {
				t.Errorf("%d notices, requests %v", n, w.fake.requests)
			}
		})
	}
}

func TestPullRequestTarget(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	w.pull(func(e map[string]any) {
		e["pull_request"].(map[string]any)["head"].(map[string]any)["repo"] = map[string]any{"full_name": "mallory/r"}
	})
	w.env["GITHUB_EVENT_NAME"] = "pull_request_target"
	r := w.run()
	r.holds(t, statusUsage, "::error title=prodcheck::pull_request_target runs with the rights of this repository")
	if len(w.fake.requests) != 0 || r.outputs["result"] != "incomplete" {
		t.Errorf("requests %v, outputs %v", w.fake.requests, r.outputs)
	}
}

// TestEvents has every other event: all findings count, and the full set is uploaded.
func TestEvents(t *testing.T) {
	for event, ref := range map[string]string{"push": "refs/heads/main", "schedule": "refs/heads/main", "workflow_dispatch": "refs/heads/main", "no_such_event": "refs/heads/x", "": ""} {
		w := newScene(t, hardened(t), debugOn(t))
		w.event(event, ref, w.merge, map[string]any{"before": w.base, "number": "none", "repository": nil})
		r := w.run()
		r.holds(t, statusFindings, "::error ")
		if r.outputs["new"] != "" || len(w.fake.by(bot)) != 0 {
			t.Errorf("%s: outputs %v, comments %v", event, r.outputs, w.fake.by(bot))
		}
		if ref != "" && (len(w.fake.uploads) != 1 || w.fake.uploads[0]["ref"] != ref) {
			t.Errorf("%s: uploads %v", event, w.fake.uploads)
		}
	}
	w := newScene(t, hardened(t), debugOn(t))
	w.event("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-x", w.merge, map[string]any{"merge_group": map[string]any{"base_sha": w.base}})
	r := w.run()
	r.holds(t, statusFindings)
	if r.outputs["new"] != "1" || len(w.fake.requests) != 0 {
		t.Errorf("outputs %v, requests %v", r.outputs, w.fake.requests)
	}
}

// TestInputs has values that must never be taken for others.
func TestInputs(t *testing.T) {
	for input, story := range map[string]struct{ value, says string }{
		"FAIL-ON":     {"hihg", `fail-on: "hihg" is not allowed: use critical, high, medium, low or never`},
		"NEW-ONLY":    {"yes", `new-only: "yes" is not allowed: use true or false`},
		"UPLOAD":      {"off", `upload: "off" is not allowed: use auto, always or never`},
		"COMMENT":     {"False", `comment: "False" is not allowed`},
		"PATH":        {"../elsewhere", `path: "../elsewhere": it leads out of the workspace`},
		"SARIF-FILE":  {"/etc/x.sarif", `sarif-file: "/etc/x.sarif": it leads out of the workspace`},
		"BASELINE":    {"nothing", `baseline: nothing cannot be read`},
		"SETTINGS":    {"no.such", `--settings no.such`},
		"ANNOTATIONS": {"::error::x", `annotations: "::error::x" is not allowed`},
	} {
		w := newScene(t, hardened(t), debugOn(t))
		w.env["INPUT_"+input] = story.value
		r := w.run()
		r.holds(t, statusUsage, story.says)
		if !strings.Contains(r.stdout, "::error title=prodcheck::") {
			t.Errorf("%s: no annotation", input)
		}
	}
}

// TestActionYML holds action.yml against the inputs that the program knows.
func TestActionYML(t *testing.T) {
	text := mustRead(t, filepath.Join("..", "..", "action.yml"))
	_, text, _ = strings.Cut(text, "\ninputs:\n")
	text, outputs, _ := strings.Cut(text, "\noutputs:\n")
	for _, in := range inputs() {
		before, after, ok := strings.Cut(text, "  "+in.name+":\n")
		if !ok || strings.TrimSpace(before) != "" && !strings.HasSuffix(before, "\n") {
			t.Errorf("action.yml lacks %s here", in.name)
			continue
		}
		body, _, _ := strings.Cut(after, "\n  "+"x")
		if !strings.Contains(body, "    default: ") {
			t.Errorf("%s has no default", in.name)
		}
		for _, word := range in.allowed {
			if !strings.Contains(after[:strings.Index(after, "default:")], word) {
				t.Errorf("%s: the description lacks %s", in.name, word)
			}
		}
		text = after[strings.Index(after, "default:"):]
	}
	if strings.Contains(text[1:], "description:") {
		t.Errorf("action.yml has more inputs: %s", text)
	}
	w := newScene(t, hardened(t), nil)
	for name := range w.run().outputs {
		if !strings.Contains(outputs, "  "+name+":\n") {
			t.Errorf("action.yml lacks the output %s", name)
		}
	}
}

// TestSARIFStays has a workspace whose reports would be written elsewhere: a link in the file's place is replaced.
func TestSARIFStays(t *testing.T) {
	w := newScene(t, hardened(t), nil)
	outside := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(outside, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(w.dir, "prodcheck.sarif")); err != nil {
		t.Fatal(err)
	}
	w.run().holds(t, statusOK)
	if mustRead(t, outside) != "mine" {
		t.Error("a link leads a report out of the workspace")
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(mustRead(t, filepath.Join(w.dir, "prodcheck.sarif"))), &doc); err != nil {
		t.Error(err)
	}
}
