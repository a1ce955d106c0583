package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// A scene is a workspace with a pull request in it, as actions/checkout leaves it: HEAD is the merge of base and head.
type scene struct {
	t                 *testing.T
	dir, files        string // workspace, and where the runner's files are
	base, head, merge string
	env               map[string]string
	fake              *fakeGitHub
	runID             int64
}

// deleted is the content of a file that a change deletes.
const deleted = "\x00"

// newScene commits the files of base, then those of change on a branch, and merges them. The content deleted deletes a file.
func newScene(t *testing.T, base, change map[string]string) *scene {
	t.Helper()
	w := &scene{t: t, dir: t.TempDir(), files: t.TempDir(), env: map[string]string{}, runID: 1000}
	r, err := gogit.PlainInit(w.dir, false)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	when := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	commit := func(files map[string]string, parents ...plumbing.Hash) plumbing.Hash {
		for name, text := range files {
			file := filepath.Join(w.dir, filepath.FromSlash(name))
			if text == deleted {
				if _, err := tree.Remove(name); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := tree.Add(name); err != nil {
				t.Fatal(err)
			}
		}
		when = when.Add(time.Hour)
		h, err := tree.Commit("c", &gogit.CommitOptions{AllowEmptyCommits: true, Parents: parents, Author: &object.Signature{Name: "n", Email: "n@example.com", When: when}})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	b := commit(base)
	h := commit(change, b)
	m := commit(nil, b, h)
	w.base, w.head, w.merge = b.String(), h.String(), m.String()
	w.fake = newFake(t)
	w.pull(nil)
	return w
}

// pull makes the run one on pull_request, with what edit changes of the event.
func (w *scene) pull(edit func(event map[string]any)) {
	repo := map[string]any{"full_name": "o/r", "private": false}
	event := map[string]any{
		"number": 7, "repository": repo,
		"pull_request": map[string]any{
			"number": 7, "head": map[string]any{"sha": w.head, "ref": "topic", "repo": repo}, "base": map[string]any{"sha": w.base, "ref": "main", "repo": repo},
		},
	}
	if edit != nil {
		edit(event)
	}
	w.event("pull_request", "refs/pull/7/merge", w.merge, event)
}

func (w *scene) event(name, ref, sha string, event any) {
	w.t.Helper()
	data, err := json.Marshal(event)
	if err != nil {
		w.t.Fatal(err)
	}
	file := filepath.Join(w.files, "event.json")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		w.t.Fatal(err)
	}
	maps.Copy(w.env, map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": file, "GITHUB_REF": ref, "GITHUB_SHA": sha, "GITHUB_REPOSITORY": "o/r",
		"GITHUB_WORKSPACE": w.dir, "GITHUB_SERVER_URL": "https://github.example", "GITHUB_API_URL": w.fake.URL, "GITHUB_GRAPHQL_URL": w.fake.URL + "/graphql",
		"GITHUB_ACTOR": "somebody", "GITHUB_RUN_ATTEMPT": "1", "INPUT_TOKEN": "secret-token",
	})
}

// A result is what one run left.
type result struct {
	status              int
	stdout, stderr, sum string
	outputs             map[string]string
}

// run is one run of the action, later than those before.
func (w *scene) run() result {
	w.t.Helper()
	w.runID++
	return w.runAs(w.runID)
}

func (w *scene) runAs(id int64) result {
	w.t.Helper()
	files, err := os.MkdirTemp(w.files, "run")
	if err != nil {
		w.t.Fatal(err)
	}
	env := maps.Clone(w.env)
	env["GITHUB_RUN_ID"] = strconv.FormatInt(id, 10)
	env["GITHUB_OUTPUT"], env["GITHUB_STEP_SUMMARY"] = filepath.Join(files, "out"), filepath.Join(files, "sum")
	for _, name := range []string{"out", "sum"} {
		if err := os.WriteFile(filepath.Join(files, name), nil, 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(k string) string { return env[k] }, api: w.fake.options()}
	status := a.run(context.Background(), []string{"action"})
	r := result{status: status, stdout: out.String(), stderr: errs.String(), sum: mustRead(w.t, filepath.Join(files, "sum"))}
	r.outputs = parseOutputs(w.t, mustRead(w.t, filepath.Join(files, "out")))
	if strings.Contains(r.stdout+r.stderr+r.sum, "secret-token") {
		w.t.Error("the token is shown")
	}
	return r
}

// parseOutputs reads the file of outputs as the runner does (actions/runner, FileCommandManager.cs).
func parseOutputs(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] == "" {
			continue
		}
		name, word, heredoc := strings.Cut(lines[i], "<<")
		if eq := strings.IndexByte(lines[i], '='); eq >= 0 && (!heredoc || eq < len(name)) {
			out[lines[i][:eq]] = lines[i][eq+1:]
			continue
		}
		if !heredoc {
			t.Errorf("the runner refuses the line %q", lines[i])
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != word; i++ {
			value = append(value, lines[i])
		}
		if i == len(lines) {
			t.Errorf("the value of %s has no end", name)
		}
		out[name] = strings.Join(value, "\n")
	}
	return out
}

// hardened returns the files of the example that holds most of the checklist.
func hardened(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..", "examples", "hardened")
	files := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, name)
		files[filepath.ToSlash(rel)] = mustRead(t, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// debugOn is a change that must not be merged.
func debugOn(t *testing.T) map[string]string {
	return map[string]string{"filmclub/settings.py": hardened(t)["filmclub/settings.py"] + "\nDEBUG = True\n"}
}
