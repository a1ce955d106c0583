package checks

var nginxServerTokensOn = &Check{
	ID:       "nginx-server-tokens-on",
	Title:    "nginx tells everyone its version",
	Severity: Low,
	Why:      "Every answer and error page names the exact version, so that scanners know at once which published holes to try.",
	Fix:      "Write server_tokens off; in the http block.",
	Misses:   "A proxy in front that takes the header away.",
	Refs:     []string{nginxCore + "#server_tokens"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server { # want "server_tokens is not off"
        listen 80;
    }
    server {
        listen 81;
        server_tokens off;
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server_tokens off;
    server {
        listen 80;
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range f.Repo.Deployment.Proxies {
			for _, s := range p.Config.Servers {
				t := s.Value("server_tokens")
				at := valueAt(t)
				if at.IsZero() || !seen.first(at) {
					continue
				}
				switch {
				case t.Is("off"):
					v.Pass(at, "server_tokens is off")
				case !t.Known:
					v.Unknown(at, "write server_tokens off", "whether server_tokens is off")
				case t.Default:
					v.Fail(at, "server_tokens is not off for %s: answers name nginx's version", serverName(s)).Offers(tokensOff(s, t)...)
				default:
					v.Fail(at, "server_tokens is %s: answers name nginx's version", t.Text).Offers(tokensOff(s, t)...)
				}
			}
		}
	},
}
