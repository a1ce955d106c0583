package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
)

var nginxHTTPSRedirectMissing = &Check{
	ID:       "nginx-https-redirect-missing",
	Title:    "The site answers over plain HTTP",
	Severity: High,
	Why:      "Visitors who type the name without https:// send passwords and session cookies in the clear, and everyone on their network can read and change them.",
	Fix:      "Let the server of port 80 answer nothing but return 301 https://$host$request_uri; and the ACME challenge.",
	Misses:   "A redirect that a load balancer in front makes.",
	Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return", "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server { # want "port 80"
        listen 80;
        location / { proxy_pass http://web:8000; }
    }
    server {
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
    server {
        listen 80;
        location /.well-known/acme-challenge/ { root /var/www/certbot; }
        location / { return 301 https://$host$request_uri; }
    }
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		judgeRoutes(f, v, "the redirect to HTTPS", func(e *deploy.Edge, r *deploy.Route) {
			switch {
			case r.Redirects.Yes:
				v.Pass(r.Redirects.At, "%s redirects %s to HTTPS", e.Name, routeName(r))
			case r.Plain.Yes:
				v.Fail(r.Plain.At, "%s answers with content over plain HTTP for %s instead of redirecting to HTTPS", e.Name, routeName(r))
			case !r.Redirects.Known:
				v.Unknown(r.At, "write the redirect into the repository, or prodcheck verify", "whether %s redirects %s to HTTPS is not known", e.Name, routeName(r))
			}
		})
		for _, p := range edges(f) {
			if len(tlsServers(p.Config)) == 0 && !publishesPort(p, "443") {
				continue // TLS ends elsewhere, or nowhere: the Django checks and the live ones speak of that
			}
			for _, s := range p.Config.Servers {
				if !s.HasPlain() || !onWebPort(s) {
					continue
				}
				a := s.Redirects("/")
				switch a.Kind {
				case nginx.RedirectAnswer:
					switch {
					case a.HTTPS:
						v.Pass(a.Evidence, "port 80 redirects to HTTPS")
					case !a.Known:
						v.Unknown(a.Evidence, "write https:// into the redirect", "whether the redirect to %q goes to HTTPS", trimmed(a.Location))
					default:
						v.Fail(a.Evidence, "port 80 redirects to %q, which is not HTTPS", trimmed(a.Location))
					}
				case nginx.PassAnswer, nginx.StaticAnswer:
					if len(a.Maybe) > 0 {
						v.Unknown(serverAt(s), "redirect without a condition", "whether port 80 redirects depends on a condition")
						continue
					}
					v.Fail(serverAt(s), "%s answers with content on port 80 instead of redirecting to HTTPS", serverName(s))
				case nginx.ReturnAnswer, nginx.DeniedAnswer:
					v.Pass(a.Evidence, "port 80 serves no content")
				default:
					v.Unknown(serverAt(s), "prodcheck verify asks the site", "what port 80 answers cannot be worked out")
				}
			}
		}
	},
}

// onWebPort reports whether a server listens for plain HTTP on a port that visitors would reach.
func onWebPort(s *nginx.Server) bool {
	for _, l := range s.Listens {
		if !l.TLS && l.Known && l.Port != 0 && !isLoopback(l.Host) {
			return true
		}
	}
	return false
}
