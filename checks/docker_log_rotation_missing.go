package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerLogRotationMissing = &Check{
	ID:       "docker-log-rotation-missing",
	Title:    "Container logs grow until the disk is full",
	Severity: Low,
	Why:      "Docker keeps all that a container ever printed unless a size is set. A full disk stops the database and the site.",
	Fix:      "Give each service logging: {driver: local, options: {max-size: 10m, max-file: \"5\"}}, once as an anchor that the others refer to.",
	Misses:   "A size set for all containers in the host's /etc/docker/daemon.json.",
	Refs:     []string{"https://docs.docker.com/engine/logging/configure/", "https://docs.docker.com/engine/logging/drivers/json-file/"},
	Bad: `
-- docker-compose.yml --
services:
  web: # want "no size"
    image: site
`,
	Good: `
-- docker-compose.yml --
services:
  web:
    image: site
    logging:
      driver: json-file
      options:
        max-size: 10m
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			var without []*compose.Service
			var with source.Evidence
			for _, s := range running(st) {
				switch {
				case oneShot(st.Project, s):
				case rotated(s):
					with = source.At(s.Logging.Span)
				default:
					without = append(without, s)
				}
			}
			switch {
			case len(without) == 0 && !with.IsZero():
				v.Pass(with, "every service limits its logs")
			case len(without) > 0:
				at := source.At(without[0].Span)
				for i, s := range without[1:] {
					if i < 5 {
						at = at.Then(source.Step{Span: s.Span, Note: s.Name + " neither"})
					}
				}
				fd := v.Fail(at, "no size limits the logs of %s", serviceNames(without))
				for _, s := range without {
					fd.Offers(logRotation(s)...)
				}
			}
		}
	},
}

// rotated reports whether a service's log driver keeps a bounded amount on this host: the local driver does by itself (five files
// of 20 MB), json-file only with max-size, and other drivers send logs elsewhere or keep none.
func rotated(s *compose.Service) bool {
	l := s.Logging
	if l == nil {
		return false
	}
	switch driver := strings.ToLower(l.Driver.Raw); driver {
	case "", "json-file":
		for _, o := range l.Options {
			if o.Name == "max-size" {
				return true
			}
		}
		return false
	}
	return true
}
