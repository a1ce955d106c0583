package config

import (
	"fmt"
	"slices"
	"strings"
)

// Found is what a first configuration can say: what was worked out of a repository.
type Found struct {
	Settings, Configuration        string
	Compose, EnvFiles, Dockerfiles []string
	DjangoRoot                     string
	Domains                        []string
}

// Initial returns a first configuration file with a comment at every key. What was found stands in comments: it is worked out anew
// at every run until somebody takes the # away, which states it. With every # before a key taken away the file is valid.
func Initial(f Found) []byte {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	one := func(key, value, example string) {
		if value == "" {
			value = example
		}
		say("#  %s: %s", key, scalar(value))
	}
	many := func(key string, values []string, example string) {
		if len(values) == 0 {
			values = []string{example}
		}
		quoted := make([]string, 0, len(values))
		for _, v := range values[:min(len(values), 20)] {
			quoted = append(quoted, scalar(v))
		}
		say("#  %s: [%s]", key, strings.Join(quoted, ", "))
	}
	found := func(ok bool) string {
		if ok {
			return "found in this repository"
		}
		return "an example"
	}
	say("# yaml-language-server: $schema=%s", SchemaURL)
	say("# What the people of this repository say about its production and about the checklist.")
	say("# prodcheck config shows what is in force and where it comes from.")
	say("version: 1")
	say("")
	say("# What production runs is worked out at every run; what is stated here wins (below: %s).", found(f.Settings != "" || len(f.Compose) > 0))
	say("#production:")
	one("settings", f.Settings, "config.settings.production")
	if f.Configuration != "" {
		one("configuration", f.Configuration, "")
	}
	many("compose", f.Compose, "docker-compose.yml")
	many("env-files", f.EnvFiles, ".env.example")
	many("dockerfiles", f.Dockerfiles, "Dockerfile")
	if f.DjangoRoot != "" {
		one("django-root", f.DjangoRoot, "")
	}
	say("")
	say("# The site's domains (%s): with them, every other origin that the API trusts is reported.", found(len(f.Domains) > 0))
	list := slices.Clone(f.Domains)
	if len(list) == 0 {
		list = []string{"example.com"}
	}
	say("#domains: [%s]", strings.Join(list[:min(len(list), 20)], ", "))
	say("")
	say("# Front ends on other domains that may call the API.")
	say("#frontends: ['https://app.example.net']")
	say("")
	say("# The checklist's figures.")
	say("#thresholds:")
	say("#  jwt-access: 5h")
	say("#  jwt-refresh: 7d")
	say("#  hsts: 63072000")
	say("#  secret-key-length: 64")
	say("")
	say("# Rows that do not apply to this site, and why. Findings that are high or critical are not hidden by that.")
	say("#rows:")
	say("#  nginx.gzip:")
	say("#    not-applicable: the network in front of the site compresses")
	say("")
	say("# Severities other than the checks' own.")
	say("#severity:")
	say("#  django-admin-exposed: medium")
	say("")
	say("# Paths to leave out.")
	say("#exclude: ['docs/**']")
	say("")
	say("# The least severity that fails a run: critical, high, medium, low or never.")
	say("fail-on: high")
	say("")
	say("# What people vouch for: prodcheck attest ROW writes here, prodcheck due lists what is due.")
	say("#attestations:")
	say("#  database.backups:")
	say("#    by: a name")
	say("#    on: 2026-01-31")
	say("#    evidence: docs/backups.md")
	say("")
	say("# Findings that somebody takes the responsibility for. Checks that are high or critical need an end.")
	say("#waivers:")
	say("#  - check: django-admin-exposed")
	say("#    path: '**'")
	say("#    reason: the admin is behind a private network")
	say("#    owner: a name")
	say("")
	say("# Whether comments beside the code may waive, and how many days ahead a waiver may end.")
	say("#allow-inline-waivers: true")
	say("#waiver-max-days: 180")
	return []byte(b.String())
}
