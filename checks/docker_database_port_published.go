package checks

import (
	"net/netip"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerDatabasePortPublished = &Check{
	ID:       "docker-database-port-published",
	Title:    "A database port is open to the internet",
	Severity: High,
	Why:      "Docker publishes ports past the host's firewall rules: the database answers everyone who can reach the server, and one weak or leaked password is enough to read it.",
	Fix:      "Remove the port: services of one compose project reach each other without it. Where an administrator needs it, publish it on 127.0.0.1 only.",
	Misses:   "Firewalls in front of the host.",
	Refs:     []string{"https://docs.docker.com/engine/network/packet-filtering-firewalls/", composeDocs + "#ports"},
	Bad: `
-- docker-compose.yml --
services:
  db:
    image: postgres:17
    ports:
      - "5432:5432" # want "db publishes 5432"
`,
	Good: `
-- docker-compose.yml --
services:
  db:
    image: postgres:17
    ports:
      - "127.0.0.1:5432:5432"
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			for _, s := range running(st) {
				if !isDatabase(s) {
					continue
				}
				open := false
				for _, p := range s.Ports {
					host := p.HostIP.Interpolate(unknownEnv)
					switch {
					case p.Mode == "" && p.Published.Raw == "" && p.Raw.Raw == "" && p.Target.Raw == "":
					case host.Known && isLoopback(host.Value):
					case !host.Known && host.Value != "":
						open = true
						v.Unknown(source.At(p.Span), "state the address in the compose file", "%s publishes %s on %q, which is set at deployment", s.Name, portOf(p), p.HostIP.Raw)
					default:
						open = true
						what := databasePorts[p.Target.Raw]
						if what == "" {
							what = "its port"
						}
						v.Fail(source.At(p.Span), "%s publishes %s on every address of the host: %s is open to the internet", s.Name, portOf(p), what).Offers(loopback(p)...)
					}
				}
				if !open {
					v.Pass(source.At(s.Span), "%s publishes no port to other hosts", s.Name)
				}
			}
		}
	},
}

// unknownEnv knows no variable: what depends on the environment of docker compose stays open.
func unknownEnv(string) (string, compose.VarState) { return "", compose.Unknown }

func isLoopback(host string) bool {
	host = strings.Trim(host, "[]")
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func portOf(p *compose.Port) string {
	if p.Published.Raw != "" {
		return p.Published.Raw
	}
	if p.Target.Raw != "" {
		return p.Target.Raw
	}
	return p.Raw.Raw
}
