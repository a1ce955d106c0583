package checks

import (
	"fmt"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveDatabasePortOpen = &LiveCheck{
	Check: Check{
		ID:       "live-database-port-open",
		Title:    "The port of a database is open to the internet",
		Severity: Critical,
		Why:      "Whoever reaches the port can try passwords and published holes, and some of these services ask for no password at all. Scanners find an open one within hours.",
		Fix:      "Take ports: of the database out of the compose file, or bind it to 127.0.0.1: docker publishes past the host's firewall.",
		Misses:   "Databases on other ports and other hosts, and what the network of the machine that asks keeps back.",
		Refs:     []string{"https://docs.docker.com/engine/network/packet-filtering-firewalls/"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "ports": [{"port": 443, "state": "open", "service": "https", "control": true},
  {"port": 5432, "state": "open", "service": "PostgreSQL", "control": false}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "ports": [{"port": 443, "state": "open", "service": "https", "control": true},
  {"port": 5432, "state": "filtered", "service": "PostgreSQL", "control": false}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Ports) == 0 {
			unlooked(s, v, "whether the port of a database is open", "dns")
			return
		}
		near, isInside := fromWithin(s)
		control, closed := false, 0
		var unsure []string
		for _, p := range s.Ports {
			name := fmt.Sprintf("%d (%s)", p.Port, p.Service)
			switch {
			case p.Control:
				control = p.State == "open"
			case p.Service == "http":
			case p.State == "open" && isInside:
				v.unknownAt(s.Host, "run it from another network", "port %s is open at %s, which is not how the internet sees it", name, near)
			case p.State == "open":
				v.failAt(fmt.Sprintf("%s:%d", s.Host, p.Port), "port %s is open to everybody", name)
			case p.State == "error":
				unsure = append(unsure, name)
			default:
				closed++
			}
		}
		switch {
		case !control:
			v.unknownAt(s.Host, "run it from where the site can be reached", "that no other port is open means nothing: port %d does not answer either", s.Ports[0].Port)
		case len(unsure) > 0:
			v.unknownAt(s.Host, "run it from another network", "%s could not be tried", someOf(unsure, 3))
		case closed > 0:
			v.passAt(s.Host, "none of %s is open, as seen from this machine", plural(closed, "%d port of a database", "%d ports of databases and daemons"))
		}
	},
}
