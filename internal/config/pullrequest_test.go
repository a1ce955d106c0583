package config

import (
	"strings"
	"testing"
)

// TestPullRequest holds that what decides over a pull request's gate is the base's, and that what it asks for is told.
func TestPullRequest(t *testing.T) {
	base, err := decode("version: 1\nexclude: [docs]\nfail-on: medium\nthresholds: {hsts: 63072000}\nproduction: {settings: a.b}\n")
	if err != nil {
		t.Fatal(err)
	}
	head, err := decode("version: 1\nexclude: [docs, '**']\nfail-on: never\nproduction: {settings: c.d}\nattestations: {logging.uptime: {by: A, on: 2026-01-01, evidence: x}}\n")
	if err != nil {
		t.Fatal(err)
	}
	f, added := PullRequest(base, head)
	if f.FailOn.Value != "medium" || len(f.Exclude) != 1 || f.Thresholds.HSTS.Value != 63072000 || f.Production.Settings.Value != "c.d" || len(f.Attestations) != 1 {
		t.Errorf("%+v", f)
	}
	var texts []string
	for _, c := range added {
		texts = append(texts, c.Text)
	}
	want := "leaves out **\nsets fail-on to never, where it was medium\nsets thresholds.hsts to what is built in, where it was 63072000"
	if got := strings.Join(texts, "\n"); got != want {
		t.Errorf("%s", got)
	}
	if f, added := PullRequest(nil, head); f.FailOn.Value != "" || len(f.Exclude) != 0 || len(added) != 3 || !f.AllowInlineWaivers.Value {
		t.Errorf("without a base: %+v, %v", f, added)
	}
	if f, added := PullRequest(base, nil); f.FailOn.Value != "medium" || len(added) != 2 {
		t.Errorf("without a head: %+v, %v", f, added)
	}
}
