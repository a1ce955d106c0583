package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/nginx"
)

var nginxRateLimitMissing = &Check{
	ID:       "nginx-rate-limit-missing",
	Title:    "Nothing slows down those who guess passwords",
	Severity: Low,
	Why:      "An attacker can try thousands of passwords a minute at the login and keep every worker busy doing so.",
	Fix:      "Write limit_req_zone $binary_remote_addr zone=login:10m rate=10r/m; in the http block and limit_req zone=login burst=10 nodelay; in the locations of login and API.",
	Misses:   "Limits in the application (django-axes, django-ratelimit, REST framework throttles) and in front.",
	Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_limit_req_module.html"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server { # want "no limit_req"
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    limit_req_zone $binary_remote_addr zone=login:10m rate=10r/m;
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        location / { limit_req zone=login; proxy_pass http://web:8000; }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range f.Repo.Deployment.Proxies {
			limited := false
			for _, s := range p.Config.Servers {
				limited = limitedServer(v, s) || limited
			}
			if limited {
				continue
			}
			told := false
			if p.Edge {
				for _, s := range mainServers(p.Config) {
					if servesApp(s) && !told {
						told = true
						fd := v.Fail(serverAt(s), "no limit_req is in force for %s", serverName(s))
						for _, z := range p.Config.Zones {
							fd.Note = "the zone " + z.Name + " is declared and used nowhere"
						}
					}
				}
			}
			for _, z := range p.Config.Zones {
				if at := z.Directive.Evidence(); !told && !at.IsZero() {
					told = true
					v.Fail(at, "the zone %s limits nothing: no limit_req uses it", z.Name)
				}
			}
		}
	},
}

// mainServers returns the servers that visitors end up at: those with TLS, else all that do not only redirect.
func mainServers(c *nginx.Config) []*nginx.Server {
	if tls := tlsServers(c); len(tls) > 0 {
		return tls
	}
	var found []*nginx.Server
	for _, s := range c.Servers {
		if !redirectsOnly(s) {
			found = append(found, s)
		}
	}
	return found
}

// limitedServer passes the first location of a server with a limit in force that hands requests to the application.
func limitedServer(v *Verdict, s *nginx.Server) bool {
	scopes := []*nginx.Scope{s.Scope}
	for _, l := range s.Locations() {
		scopes = append(scopes, l.Scope)
	}
	for _, sc := range scopes {
		for _, l := range sc.LimitReqs() {
			if !l.DryRun && (l.Of != nil || !l.Known || strings.Contains(l.Zone, "$")) {
				v.Pass(l.At.Evidence(), "limit_req zone=%s is in force", l.Zone)
				return true
			}
		}
	}
	return false
}
