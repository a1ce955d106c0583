package config

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

func attestation(row, by, evidence, until string) Attestation {
	a := Attestation{Row: row, By: by, Evidence: evidence, On: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	if until != "" {
		a.Until, _ = time.Parse(time.DateOnly, until)
	}
	return a
}

// TestAttest holds what an edit changes, line by line: everything else stays, comments and order among it.
func TestAttest(t *testing.T) {
	for _, c := range []struct {
		name, before string
		a            Attestation
		after        string
	}{
		{"no file", "", attestation("logging.uptime", "ops", "https://status.example.com", ""),
			"# yaml-language-server: $schema=" + SchemaURL + "\nversion: 1\n\nattestations:\n  logging.uptime:\n    by: ops\n    on: 2026-11-24\n    evidence: https://status.example.com\n"},
		{"no attestations", "# ours\nversion: 1 # one\n", attestation("logging.uptime", "ops", "docs/up.md", "2026-12-01"),
			"# ours\nversion: 1 # one\n\nattestations:\n  logging.uptime:\n    by: ops\n    on: 2026-11-24\n    evidence: docs/up.md\n    until: 2026-12-01\n"},
		{"no line end", "version: 1", attestation("logging.uptime", "ops", "x", ""),
			"version: 1\n\nattestations:\n  logging.uptime:\n    by: ops\n    on: 2026-11-24\n    evidence: x\n"},
		{"behind the last, before a comment",
			"version: 1\nattestations:\n    # kept\n    database.backups:\n        by: Ada # who\n        on: 2026-01-01\n        evidence: x\n\n# about the rest\nfail-on: high\n",
			attestation("logging.uptime", "O'Brien: ops", "a # b", ""),
			"version: 1\nattestations:\n    # kept\n    database.backups:\n        by: Ada # who\n        on: 2026-01-01\n        evidence: x\n    logging.uptime:\n        by: 'O''Brien: ops'\n        on: 2026-11-24\n        evidence: 'a # b'\n\n# about the rest\nfail-on: high\n"},
		{"renewed, and its end taken out",
			"version: 1\nattestations:\n  database.backups:\n    # seen in the runbook\n    by: Ada # who\n    on: 2026-01-01 # when\n    until: 2026-02-01 # no longer\n    evidence: \"x\" # what\n  logging.uptime: {by: ops, on: 2026-01-01, evidence: y}\n",
			attestation("database.backups", "Bob", "docs/b.md", ""),
			"version: 1\nattestations:\n  database.backups:\n    # seen in the runbook\n    by: Bob # who\n    on: 2026-11-24 # when\n    evidence: docs/b.md # what\n  logging.uptime: {by: ops, on: 2026-01-01, evidence: y}\n"},
		{"renewed in braces",
			"version: 1\nattestations:\n  logging.uptime: {by: ops, on: 2026-01-01, until: 2026-02-01, evidence: y} # kept\n",
			attestation("logging.uptime", "Über", "z", ""),
			"version: 1\nattestations:\n  logging.uptime: {by: Über, on: 2026-11-24, evidence: z} # kept\n"},
		{"an end in braces", "version: 1\nattestations: {logging.uptime: {by: ops, on: 2026-01-01, evidence: y}}\n",
			attestation("logging.uptime", "ops", "y", "2026-12-01"),
			"version: 1\nattestations: {logging.uptime: {by: ops, on: 2026-11-24, evidence: y, until: 2026-12-01}}\n"},
		{"empty braces", "version: 1\nattestations: {} # none\nfail-on: low\n", attestation("logging.uptime", "ops", "y", ""),
			"version: 1\nattestations: # none\n  logging.uptime:\n    by: ops\n    on: 2026-11-24\n    evidence: y\nfail-on: low\n"},
		{"CRLF", "version: 1\r\nattestations:\r\n  database.backups:\r\n    by: Ada\r\n    on: 2026-01-01\r\n    evidence: x\r\n", attestation("logging.uptime", "ops", "y", ""),
			"version: 1\r\nattestations:\r\n  database.backups:\r\n    by: Ada\r\n    on: 2026-01-01\r\n    evidence: x\r\n  logging.uptime:\r\n    by: ops\r\n    on: 2026-11-24\r\n    evidence: y\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Attest(source.NewFile(Name, []byte(c.before)), vocabulary(), c.a)
			if err != nil || string(got) != c.after {
				t.Errorf("%v\n%s\nwant\n%s", err, got, c.after)
			}
			again, err := Attest(source.NewFile(Name, got), vocabulary(), c.a)
			if err != nil || !bytes.Equal(again, got) {
				t.Errorf("a second time: %v\n%s", err, again)
			}
		})
	}
}

// TestAttestByHand holds that what cannot be edited in place is left alone, with what to write by hand.
func TestAttestByHand(t *testing.T) {
	for name, text := range map[string]string{
		"a file in braces": "{version: 1}\n",
		"rows in braces":   "version: 1\nattestations: {database.backups: {by: A, on: 2026-01-01, evidence: x}}\n",
		"folded":           "version: 1\nattestations:\n  logging.uptime:\n    by: >-\n      A\n    on: 2026-01-01\n    evidence: x\n",
	} {
		_, err := Attest(source.NewFile(Name, []byte(text)), vocabulary(), attestation("logging.uptime", "ops", "y", ""))
		if err == nil || !strings.Contains(err.Error(), "attestation") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Attest(source.NewFile(Name, []byte("version: 2\n")), vocabulary(), attestation("logging.uptime", "ops", "y", "")); err == nil || !strings.Contains(err.Error(), ":1:10:") {
		t.Errorf("a wrong file: %v", err)
	}
	if _, err := Attest(source.NewFile(Name, nil), vocabulary(), attestation("logging.uptime", "a\nb", "y", "")); err == nil {
		t.Error("a name of two lines is written")
	}
}

func FuzzAttest(f *testing.F) {
	f.Add("version: 1\nattestations:\n  database.backups:\n    by: Ada # who\n    on: 2026-01-01\n    evidence: x\n", "ops", "docs/x.md")
	f.Add("version: 1\n", "'", "https://example.com/#a: b")
	f.Fuzz(func(t *testing.T, text, by, evidence string) {
		a := attestation("logging.uptime", by, evidence, "")
		got, err := Attest(source.NewFile(Name, []byte(text)), vocabulary(), a)
		if err != nil {
			return
		}
		for line := range strings.Lines(text) { // a comment of its own survives
			if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "#") && !bytes.Contains(got, []byte(trimmed)) {
				t.Errorf("%q is gone from\n%s", trimmed, got)
			}
		}
	})
}
