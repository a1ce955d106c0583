package checks

import (
	"fmt"

	"github.com/prodcheck/prodcheck/internal/site"
)

var livePorts = &LiveCheck{
	Check: Check{
		ID:       "live-ports",
		Title:    "Port 80 or 443 is closed",
		Severity: High,
		Why:      "Visitors come by 443. Let's Encrypt's usual challenge comes by 80: where that is closed the certificate is not renewed.",
		Fix:      "Open both ports in the firewall and publish them from the proxy's container.",
		Misses:   "Whether every network can reach the ports: it is asked from one.",
		Refs:     []string{"https://letsencrypt.org/docs/allow-port-80/"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "ports": [{"port": 443, "state": "open", "service": "https", "control": true},
  {"port": 80, "state": "closed", "service": "http", "control": false}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "ports": [{"port": 443, "state": "open", "service": "https", "control": true},
  {"port": 80, "state": "open", "service": "http", "control": false}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		state := map[string]site.Port{}
		for _, p := range s.Ports {
			state[p.Service] = p
		}
		// a quick look knows of the ports by their answers
		for service, c := range map[string]struct {
			chain *site.Chain
			port  int
		}{"https": {&s.HTTPS, s.Port}, "http": {&s.HTTP, s.HTTPPort}} {
			if c.chain.First().OK() {
				state[service] = site.Port{Port: c.port, State: "open", Service: service}
			}
		}
		https, http := state["https"], state["http"]
		if https.State != "open" && http.State != "open" {
			if https.State == "closed" && http.State == "closed" {
				v.failAt(s.Host, "ports %d and %d are closed: there is no site", http.Port, https.Port)
				return
			}
			unanswered(s, v)
			return
		}
		for _, p := range []struct {
			site.Port
			follows  string
			severity Severity
		}{
			{https, "visitors reach nothing over HTTPS", High},
			{http, "who types the name without https:// may see nothing, and Let's Encrypt's HTTP challenge fails", Low},
		} {
			switch p.State {
			case "closed", "filtered":
				how := map[string]string{"closed": "is closed", "filtered": "gives no answer"}[p.State]
				v.failAt(fmt.Sprintf("%s:%d", s.Host, p.Port.Port), "port %d %s: %s", p.Port.Port, how, p.follows).WithSeverity(p.severity)
			case "":
				unlooked(s, v, "whether the ports are open", "http")
			case "error":
				v.unknownAt(s.Host, "run it from another machine", "port %d cannot be reached from this machine's network", p.Port.Port)
			}
		}
		if https.State == "open" && http.State == "open" {
			v.passAt(s.Host, "ports %d and %d are open", http.Port, https.Port)
		}
	},
}
