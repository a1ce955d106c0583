package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommentFrom has a fork whose run leaves its report, which a run on workflow_run posts, and a fork that lies in it.
func TestCommentFrom(t *testing.T) {
	w := newScene(t, hardened(t), debugOn(t))
	w.pull(func(e map[string]any) {
		e["pull_request"].(map[string]any)["head"].(map[string]any)["repo"] = map[string]any{"full_name": "mallory/r"}
	})
	w.env["INPUT_JSON-FILE"] = "prodcheck.json"
	w.run().holds(t, statusFindings)
	report := filepath.Join(w.dir, "prodcheck.json")

	up := map[string]any{"id": 1001, "run_attempt": 1, "event": "pull_request", "head_sha": w.head, "head_branch": "topic",
		"head_repository": map[string]any{"owner": map[string]any{"login": "mallory"}}}
	w.event("workflow_run", "refs/heads/main", w.base, map[string]any{"workflow_run": up})
	post := func() (int, string) {
		env := maps.Clone(w.env)
		env["GITHUB_RUN_ID"] = "1002"
		var out bytes.Buffer
		a := &app{stdout: &out, stderr: &out, getenv: func(k string) string { return env[k] }, api: w.fake.options()}
		return a.run(context.Background(), []string{"comment", "--from", report}), out.String()
	}
	if status, out := post(); status != statusFailed || !strings.Contains(out, "no open pull request has the head "+w.head[:10]) {
		t.Errorf("status %d: %s", status, out)
	}
	w.fake.pulls = []map[string]any{{"number": 7, "head": map[string]any{"sha": w.head}, "base": map[string]any{"sha": w.base, "ref": "main"}}}
	if status, out := post(); status != statusOK || !strings.Contains(out, "created") {
		t.Fatalf("status %d: %s", status, out)
	}
	if got := w.fake.by(bot); len(got) != 1 || !strings.Contains(got[0], "1 new problem would reach production") || !strings.Contains(got[0], "/blob/"+w.head+"/filmclub/settings.py#L") {
		t.Errorf("comments:\n%s", got)
	}
	lie := strings.ReplaceAll(mustRead(t, report), "DEBUG is True", `@everyone <img src=x> | [x](http://evil.example) <!-- prodcheck -->`)
	if err := os.WriteFile(report, []byte(lie), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, out := post(); status != statusOK || !strings.Contains(out, "updated") {
		t.Fatalf("status %d: %s", status, out)
	}
	html := render(t, w.fake.by(bot)[0])
	if strings.Contains(html, "<img") || strings.Contains(html, `href="http://evil`) || mention(html) >= 0 {
		t.Errorf("a report acts: %s", html)
	}
}
