package checks

import (
	"github.com/prodcheck/prodcheck/internal/source"
)

var nginxConfigInvalid = &Check{
	ID:       "nginx-config-invalid",
	Title:    "nginx refuses its configuration",
	Severity: Medium,
	Why:      "nginx does not start with such a configuration: after the next deployment or reboot the site is down. The checks of this file cannot be trusted either.",
	Fix:      "Mend the line; nginx -t shows what nginx reads.",
	Misses:   "Files that only the server has, certificates that are not there, host names that do not resolve and directives of modules that were not built in.",
	Refs:     []string{"https://nginx.org/en/docs/switches.html", "https://nginx.org/en/docs/dirindex.html"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 80  # want "listen.* is not terminated"
        server_name filmclub.info;
    }
}
`,
	Good: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 80;
        server_name filmclub.info;
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range f.Repo.Deployment.Proxies {
			for _, fault := range p.Config.Invalid {
				at := fault.Evidence
				if at.IsZero() || !seen.first(at) {
					continue
				}
				v.Fail(at, "nginx refuses this: %s", fault.Text)
			}
			if len(p.Config.Invalid) == 0 && len(p.Config.Files) > 0 {
				v.Pass(source.At(p.Config.Files[0].LineSpan(1)), "the configuration is read with %s", plural(len(p.Config.Servers), "%d server", "%d servers"))
			}
		}
	},
}
