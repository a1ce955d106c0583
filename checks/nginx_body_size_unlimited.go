package checks

import "github.com/prodcheck/prodcheck/internal/nginx"

var nginxBodySizeUnlimited = &Check{
	ID:       "nginx-body-size-unlimited",
	Title:    "Anyone may send a request of any size",
	Severity: Low,
	Why:      "A few large uploads fill the server's disk or memory, and the site is down for everyone.",
	Fix:      "Set client_max_body_size to what the largest upload needs, in the location that takes it.",
	Misses:   "Limits of a proxy in front and of the application.",
	Refs:     []string{nginxCore + "#client_max_body_size"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    client_max_body_size 0; # want "no limit"
    server {
        listen 80;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 80;
        client_max_body_size 10m;
        location / { proxy_pass http://web:8000; }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range edges(f) {
			for _, s := range p.Config.Servers {
				if redirectsOnly(s) {
					continue
				}
				scopes := []*nginx.Scope{s.Scope}
				for _, l := range s.Locations() {
					if len(l.Own("client_max_body_size")) > 0 {
						scopes = append(scopes, l.Scope)
					}
				}
				for _, sc := range scopes {
					size, val := sc.BodySize()
					at := valueAt(val)
					if !seen.first(at) {
						continue
					}
					switch {
					case size == 0:
						v.Fail(at, "client_max_body_size is 0: there is no limit")
					case size > 1<<30:
						v.Fail(at, "client_max_body_size is %s, more than 1g", val.Text)
					case size < 0:
						v.Unknown(at, "write the size into the configuration", "client_max_body_size is %q, which is put in elsewhere", trimmed(val.Text))
					case val.Default:
						v.Pass(at, "client_max_body_size is nginx's default of 1m")
					default:
						v.Pass(at, "client_max_body_size is %s", val.Text)
					}
				}
			}
		}
	},
}
