package checks

var nginxOCSPStaplingBroken = &Check{
	ID:       "nginx-ocsp-stapling-broken",
	Title:    "OCSP stapling is on and does nothing",
	Severity: Info,
	Why:      "Let's Encrypt's certificates name no OCSP responder since 2025-05-07 and its responders are off since 2025-08-06: nginx warns at every start and staples nothing. Where a responder exists, stapling needs a resolver to find it.",
	Fix:      "Remove ssl_stapling and ssl_stapling_verify, unless the certificate comes from an authority that still runs OCSP; then set resolver too.",
	Misses:   "Which authority issued a certificate that does not stand in /etc/letsencrypt.",
	Refs:     []string{"https://letsencrypt.org/2024/12/05/ending-ocsp/", nginxSSL + "#ssl_stapling"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
        ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
        ssl_stapling on; # want "no OCSP"
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
        ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range edges(f) {
			for _, s := range tlsServers(p.Config) {
				t := s.TLS()
				letsEncrypt := false
				for _, c := range t.Certificates {
					letsEncrypt = letsEncrypt || c.LetsEncrypt != ""
				}
				at := valueAt(t.Stapling)
				if !seen.first(at) {
					continue
				}
				switch {
				case t.Stapling.Is("on") && letsEncrypt:
					v.Fail(at, "stapling is on for a certificate of Let's Encrypt, which has no OCSP since 2025-08-06")
				case t.Stapling.Is("on") && t.Resolver.Default:
					v.Fail(at, "stapling is on without a resolver: nginx cannot look the responder up")
				case t.Stapling.Is("on"):
					v.Pass(at, "stapling is on with a resolver")
				case !t.Stapling.Known:
					v.Unknown(at, "write ssl_stapling into the configuration", "whether stapling is on")
				case letsEncrypt:
					v.Pass(at, "stapling is off, as Let's Encrypt has no OCSP")
				default:
					v.Pass(at, "stapling is off: it is not demanded any more")
				}
			}
		}
	},
}
