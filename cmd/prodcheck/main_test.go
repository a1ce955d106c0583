package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
)

func TestGate(t *testing.T) {
	r := &checks.Report{Results: []*checks.Result{{}, {Findings: []*checks.ReportedFinding{{Severity: checks.Info}, {Severity: checks.Medium}}}}}
	for failOn, want := range map[string]bool{"critical": false, "high": false, "medium": true, "low": true, "never": false} {
		if got := gate(r, failOn); got != want {
			t.Errorf("--fail-on %s: %v", failOn, got)
		}
	}
	r.Results[1].Findings = r.Results[1].Findings[:1]
	if gate(r, "low") {
		t.Error("a note fails the gate")
	}
}

func TestStopped(t *testing.T) {
	c := checks.Lookup("django-debug-enabled")
	if got := stopped(&checks.Report{Results: []*checks.Result{{Check: c}, {Check: c, Stopped: true}}}); len(got) != 1 || got[0] != c.ID {
		t.Errorf("%v", got)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}
	file := filepath.Join(t.TempDir(), "report.txt")
	if status := a.run(ctx, []string{"scan", "-o", file, t.TempDir()}); status != statusFailed || errs.String() != "prodcheck: interrupted\n" || out.Len() > 0 {
		t.Errorf("status %d, %q on stderr, %q on stdout", status, errs.String(), out.String())
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("half a report is written")
	}
}

func TestClosedOutput(t *testing.T) {
	var errs bytes.Buffer
	a := &app{stdout: closed{}, stderr: &errs, getenv: func(string) string { return "" }}
	for _, args := range [][]string{{"scan", t.TempDir()}, {"version"}, {"checks"}} {
		errs.Reset()
		if status := a.run(context.Background(), args); status != statusFailed || !strings.Contains(errs.String(), "the report cannot be written") {
			t.Errorf("%v: status %d, %q", args, status, errs.String())
		}
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestPanic holds that a panic is told in one line that acts on nothing, and that it is no finding.
func TestPanic(t *testing.T) {
	var errs bytes.Buffer
	a := &app{stdout: panics{}, stderr: &errs, getenv: func(string) string { return "" }}
	if status := a.run(context.Background(), []string{"version"}); status != statusFailed || strings.Count(errs.String(), "\n") != 1 || strings.Contains(errs.String(), "\x1b") {
		t.Errorf("status %d, %q", status, errs.String())
	}
}

type panics struct{}

func (panics) Write([]byte) (int, error) { panic("\x1b[31m\n::error::") }

func TestPrefix(t *testing.T) {
	root := t.TempDir()
	inner := filepath.Join(root, "apps", "web")
	for _, dir := range []string{filepath.Join(root, ".git"), inner} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{root: "", inner: "apps/web", filepath.Join(root, "apps"): "apps", filepath.Join(inner, ".."): "apps"} {
		if got := (&target{dir: dir}).prefix(); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}
