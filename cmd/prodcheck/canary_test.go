package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/prodcheck/prodcheck/checks"
)

// A canary is a secret that stands in one place: it has a form of its own, so that what leaks says where it comes from.
func canary(place string) string {
	n := uint32(2166136261) // FNV-1a, so that the value looks like one that was drawn
	for _, c := range []byte(place) {
		n = (n ^ uint32(c)) * 16777619
	}
	const digits = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	var b strings.Builder
	b.WriteString("cnry") // more of this than three characters is a leak
	for range 24 {
		b.WriteByte(digits[n%uint32(len(digits))])
		n = n*1664525 + 1013904223
	}
	return b.String()
}

// plant replaces every {{place}} by its canary.
func plant(text string) (planted string, places map[string]string) {
	places = map[string]string{}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{{")
		b.WriteString(before)
		if !ok {
			return b.String(), places
		}
		name, after, _ := strings.Cut(rest, "}}")
		places[name] = canary(name)
		b.WriteString(places[name])
		text = after
	}
}

// TestCanary holds that no secret is in any output: canaries stand wherever a secret can, in files that checks report, pass and
// cannot parse, in the work tree and in history.
func TestCanary(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "canary", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no repositories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			planted, places := plant(string(text))
			dir := t.TempDir()
			repository(t, dir, txtar.Parse([]byte(planted)))
			shown := false
			for _, args := range [][]string{
				{"scan", dir}, {"scan", "--color", "always", dir}, {"scan", "--format", "json", dir}, {"scan", "--format", "sarif", dir},
				{"settings", dir}, {"settings", "--format", "json", dir},
			} {
				out := leaks(t, args, places)
				shown = shown || strings.Contains(out, "cnr…")
			}
			if !shown {
				t.Error("no canary is shown in its redacted form: the test would not see a leak")
			}
		})
	}
}

// leaks runs a command and looks for the canaries in all it prints, as they are and encoded.
func leaks(t *testing.T, args []string, places map[string]string) string {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}
	if status := a.run(context.Background(), args); status > statusFindings {
		t.Fatalf("%s: status %d: %s", args, status, errs.String())
	}
	all := out.String() + errs.String()
	for place, value := range places {
		for form, secret := range map[string]string{
			"": value, " in base64": base64.StdEncoding.EncodeToString([]byte(value))[:20], " in a URL": url.QueryEscape(value), " reversed": reversed(value),
			" in part": value[8:20],
		} {
			if i := strings.Index(all, secret); i >= 0 {
				from := strings.LastIndexByte(all[:i], '\n') + 1
				t.Errorf("prodcheck %s: the secret in %s leaks%s: %s", strings.Join(args[:len(args)-1], " "), place, form, all[from:min(len(all), i+60)])
				break
			}
		}
	}
	if i := strings.Index(all, "cnry"); i >= 0 && !t.Failed() {
		t.Errorf("prodcheck %s: more than three characters of a secret: %s", args, all[max(0, i-100):min(len(all), i+20)])
	}
	return all
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// repository writes an archive to a folder and commits it. What is under @history/ was committed once, what is under @untracked/
// never.
func repository(t *testing.T, dir string, ar *txtar.Archive) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := gogit.PlainInit(dir, false)
	ok(err)
	w, err := r.Worktree()
	ok(err)
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	commit := func(message string) {
		when = when.Add(time.Hour)
		_, err := w.Commit(message, &gogit.CommitOptions{AllowEmptyCommits: true, Author: &object.Signature{Name: "n", Email: "n@example.com", When: when}})
		ok(err)
	}
	for _, stage := range []string{"@history/", ""} {
		for _, f := range ar.Files {
			name, found := strings.CutPrefix(f.Name, stage)
			if !found || stage == "" && strings.HasPrefix(name, "@") {
				continue
			}
			ok(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
			ok(os.WriteFile(filepath.Join(dir, name), f.Data, 0o644))
			_, err := w.Add(name)
			ok(err)
		}
		commit(fmt.Sprintf("commit %q", stage))
		for _, f := range ar.Files {
			if name, found := strings.CutPrefix(f.Name, "@history/"); found && stage != "" {
				_, err := w.Remove(name)
				ok(err)
			}
		}
	}
	for _, f := range ar.Files {
		if name, found := strings.CutPrefix(f.Name, "@untracked/"); found {
			ok(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
			ok(os.WriteFile(filepath.Join(dir, name), f.Data, 0o644))
		}
	}
}

// TestExplainCanary holds that pages, whose examples have made-up secrets, are the same for every repository.
func TestExplainCanary(t *testing.T) {
	for _, c := range checks.All() {
		leaks(t, []string{"explain", c.ID}, map[string]string{"nowhere": canary("nowhere")})
	}
}
