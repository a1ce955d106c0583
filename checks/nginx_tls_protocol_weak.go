package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
)

var nginxTLSProtocolWeak = &Check{
	ID:       "nginx-tls-protocol-weak",
	Title:    "nginx offers an outdated TLS version",
	Severity: High,
	Why:      "TLS 1.0 and 1.1 are forbidden since 2021, and SSLv3 is broken: an attacker on the visitor's network can make a browser fall back to them and read or change what is sent.",
	Fix:      "Write ssl_protocols TLSv1.2 TLSv1.3; in the http block.",
	Misses:   "What OpenSSL's own configuration on the server forbids.",
	Refs:     []string{"https://www.rfc-editor.org/rfc/rfc8996", nginxSSL + "#ssl_protocols", mozillaTLS},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        ssl_protocols TLSv1 TLSv1.2; # want "TLSv1"
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        ssl_protocols TLSv1.2 TLSv1.3;
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		judgeRoutes(f, v, "the lowest TLS version", func(e *deploy.Edge, r *deploy.Route) {
			switch r.MinTLS {
			case "":
				v.Unknown(r.At, "state the lowest version in its configuration", "the lowest TLS version of %s is its default", e.Name)
			case "1.2", "1.3":
				v.Pass(r.MinTLSAt, "%s offers no version below TLS %s", e.Name, r.MinTLS)
			default:
				v.Fail(r.MinTLSAt, "%s offers TLS %s", e.Name, r.MinTLS)
			}
		})
		seen := once{}
		for _, p := range edges(f) {
			for _, s := range tlsServers(p.Config) {
				t := s.TLS()
				at := valueAt(t.ProtocolsAt)
				if !seen.first(at) {
					continue
				}
				var weak []string
				for _, name := range t.Protocols {
					if name != "TLSv1.2" && name != "TLSv1.3" {
						weak = append(weak, name)
					}
				}
				switch {
				case !t.ProtocolsAt.Known:
					v.Unknown(at, "write the versions into the configuration", "ssl_protocols is %q, which is put in elsewhere", trimmed(t.ProtocolsAt.Text))
				case t.ProtocolsAt.Default && p.Config.Version.IsZero():
					v.Pass(at, "ssl_protocols is nginx's default: TLSv1.2 and TLSv1.3 since 1.23.4")
				case len(weak) > 0 && t.ProtocolsAt.Default:
					v.Fail(at, "nginx %s offers %s by default", p.Config.Version, strings.Join(weak, ", "))
				case len(weak) > 0:
					v.Fail(at, "ssl_protocols offers %s", strings.Join(weak, ", "))
				default:
					v.Pass(at, "ssl_protocols is %s", strings.Join(t.Protocols, " "))
				}
			}
		}
	},
}
