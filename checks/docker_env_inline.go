package checks

import (
	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerEnvInline = &Check{
	ID:       "docker-env-inline",
	Title:    "Configuration is spelled out in the compose file",
	Severity: Info,
	Why:      "Values that differ between servers stand in a file that is the same for all of them, so each server needs its own edit of a tracked file.",
	Fix:      "Move the values to an environment file beside the compose file and name it with env_file.",
	Refs:     []string{"https://docs.docker.com/compose/how-tos/environment-variables/best-practices/", composeDocs + "#env_file"},
	Misses:   "Values that a secret store or an orchestrator puts in.",
	Bad: `
-- manage.py --
-- docker-compose.yml --
services:
  web:
    build: .
    command: gunicorn site1.wsgi
    # want "web spells out 3 values"
    environment:
      ALLOWED_HOSTS: www.example.com
      DATABASE_HOST: db
      EMAIL_HOST: mail.example.com
-- Dockerfile --
FROM python:3.13
`,
	Good: `
-- manage.py --
-- docker-compose.yml --
services:
  web:
    build: .
    command: gunicorn site1.wsgi
    env_file: .env
-- Dockerfile --
FROM python:3.13
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			for _, s := range running(st) {
				if s.Build == nil {
					continue
				}
				literal := 0
				var first source.Span
				for _, e := range s.Environment {
					if r := e.Value.Interpolate(unknownEnv); r.Known && len(r.Vars) == 0 && !e.Value.Null && r.Value != "" {
						literal++
						if first.IsZero() {
							first = e.KeySpan
						}
					}
				}
				switch {
				case len(s.EnvFiles) > 0:
					v.Pass(source.At(s.EnvFiles[0].Span), "%s loads its variables from %s", s.Name, s.EnvFiles[0].Raw.Raw)
				case literal >= 3 && !interpolates(s):
					at := source.At(first)
					if k, ok := s.Keys["environment"]; ok {
						at.Span = k
					}
					v.Fail(at, "%s spells out %d values and loads no environment file", s.Name, literal)
				case len(s.Environment) > 0:
					v.Pass(source.At(s.Environment[0].KeySpan), "%s takes its variables from the environment of docker compose", s.Name)
				}
			}
		}
	},
}

// interpolates reports whether a service takes values from compose's own environment, which compose reads from .env.
func interpolates(s *compose.Service) bool {
	for _, e := range s.Environment {
		if e.Value.Null || len(e.Value.Interpolate(unknownEnv).Vars) > 0 {
			return true
		}
	}
	return false
}
