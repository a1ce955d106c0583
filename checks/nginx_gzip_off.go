package checks

var nginxGzipOff = &Check{
	ID:       "nginx-gzip-off",
	Title:    "Answers are not compressed",
	Severity: Info,
	Why:      "Scripts and styles are three to five times as large on the wire as they need to be, and the site is slow on mobile connections.",
	Fix:      "Write gzip on; and gzip_types with text/css, application/javascript and application/json in the http block.",
	Misses:   "Compression by the application, by an inner web server or by a CDN in front.",
	Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_gzip_module.html"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    # gzip on;
    server { # want "gzip is off"
        listen 80;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    gzip on;
    server {
        listen 80;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range edges(f) {
			done := false
			for _, s := range p.Config.Servers {
				for _, name := range []string{"gzip", "brotli", "zstd"} {
					if g := s.Value(name); g.Is("on") && !done {
						done = true
						v.Pass(valueAt(g), "%s is on", name)
					}
				}
				for _, l := range s.Locations() {
					if g := l.Value("gzip"); g.Is("on") && !done {
						done = true
						v.Pass(valueAt(g), "gzip is on")
					}
				}
			}
			if done {
				continue
			}
			for _, s := range p.Config.Servers {
				if redirectsOnly(s) {
					continue
				}
				if g := s.Value("gzip"); !g.Known {
					v.Unknown(valueAt(g), "write gzip on", "whether gzip is on")
				} else {
					v.Fail(serverAt(s), "gzip is off for %s", serverName(s))
				}
				break
			}
		}
	},
}
