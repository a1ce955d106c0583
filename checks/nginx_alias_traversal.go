package checks

var nginxAliasTraversal = &Check{
	ID:       "nginx-alias-traversal",
	Title:    "A location lets visitors read files outside its folder",
	Severity: High,
	Why:      "With location /x { alias /y/; } the address /x../ leads to the folder above /y: settings, source and the environment file can be downloaded.",
	Fix:      "End the location with a slash as the alias does: location /x/ { alias /y/; }.",
	Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_core_module.html#alias", "https://github.com/yandex/gixy/blob/master/docs/en/plugins/aliastraversal.md"},
	Misses:   "Locations by regular expression.",
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 80;
        location /static { # want "/static"
            alias /srv/static/;
        }
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 80;
        location /static/ {
            alias /srv/static/;
        }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range f.Repo.Deployment.Proxies {
			for _, s := range p.Config.Servers {
				for _, l := range s.Locations() {
					alias := l.Own("alias")
					switch {
					case len(alias) == 0:
					case l.AliasTraversal():
						v.Fail(l.Evidence(), "location %s with alias %s lets %s../ out of the folder", l.Pattern, trimmed(alias[0].Text(0)), l.Pattern)
					default:
						v.Pass(l.Evidence(), "location %s keeps visitors in its folder", l.Pattern)
					}
				}
			}
		}
	},
}
