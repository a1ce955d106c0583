package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerSecretInCompose = &Check{
	ID:       "docker-secret-in-compose",
	Title:    "The compose file holds a secret",
	Severity: Critical,
	Fallback: High,
	Why:      "Everyone who can read the repository has the password or key that production runs with. A default after `:-` is used by every server on which the variable was forgotten.",
	Fix:      "Write ${NAME:?set NAME in .env} in the compose file, set the value in an ignored .env, and change the secret: the history keeps the old one.",
	Misses:   "Secrets under names that do not sound like one and in forms that no provider gives.",
	Refs:     []string{"https://docs.docker.com/compose/how-tos/use-secrets/", "https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/"},
	Bad: `
-- docker-compose.yml --
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: kV9-tq2Lm-71xcZ # want "POSTGRES_PASSWORD is spelled out"
      PGADMIN_PASSWORD: ${PGADMIN_PASSWORD:-kV9tq2Lm71xcZ} # want "falls back to"
`,
	Good: `
-- docker-compose.yml --
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			seen := map[source.Span]bool{}
			for _, s := range st.Project.Services {
				vars := s.Environment
				if s.Build != nil {
					vars = append(append([]*compose.EnvVar(nil), vars...), s.Build.Args...)
				}
				for _, e := range vars {
					if !seen[e.KeySpan] {
						seen[e.KeySpan] = true
						composeVariable(v, s, e)
					}
				}
			}
		}
	},
}

// composeVariable speaks of one variable of a service: spelled out, falling back to a literal, or given from outside.
func composeVariable(v *Verdict, s *compose.Service, e *compose.EnvVar) {
	named := secrets.SecretName(e.Name)
	r := e.Value.Interpolate(unknownEnv)
	if e.Value.Null {
		if named {
			v.Pass(source.At(e.KeySpan), "%s of %s comes from the environment of docker compose", e.Name, s.Name)
		}
		return
	}
	if len(r.Vars) == 0 {
		if leaks(named, r.Value) {
			v.Fail(source.At(e.Value.Span), "%s is spelled out for %s: %s", e.Name, s.Name, secrets.Redact(r.Value))
		}
		return
	}
	failed := false
	for _, ref := range r.Vars {
		if ref.Op != "-" && ref.Op != ":-" || strings.Contains(ref.Text, "$") {
			continue
		}
		// of a URL that is put together only the parts under a secret's name count
		if leaks(named && len(r.Vars) == 1 || secrets.SecretName(ref.Name), ref.Text) {
			failed = true
			v.Fail(source.At(e.Value.SpanOf(ref)), "%s of %s falls back to %s where %s is not set", e.Name, s.Name, secrets.Redact(ref.Text), ref.Name).FallsBack()
		}
	}
	if !failed && named {
		v.Pass(source.At(e.Value.Span), "%s of %s comes from the environment of docker compose", e.Name, s.Name)
	}
}

// leaks reports whether a literal of a compose file or Dockerfile is a secret. "changeme" is one here: nothing replaces it, so
// it is what production runs with, and everybody knows it.
func leaks(named bool, value string) bool {
	value = strings.TrimSpace(value)
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1":
		return false
	}
	if strings.HasPrefix(value, "<") || strings.HasPrefix(value, "{{") || strings.HasPrefix(value, "/") || strings.HasPrefix(value, "$") {
		return false // a template's mark, a path
	}
	return named || len(secrets.Scan(value)) > 0
}
