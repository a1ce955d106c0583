package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/nginx/openssl"
)

var nginxTLSCipherWeak = &Check{
	ID:       "nginx-tls-cipher-weak",
	Title:    "nginx accepts weak cipher suites",
	Severity: Medium,
	Why:      "With a broken suite an attacker who records the traffic can read or change it. Without forward secrecy everything recorded so far can be read once the server's key leaks.",
	Fix:      "Use Mozilla's intermediate list, ECDHE with AES-GCM and ChaCha20 alone, and ssl_prefer_server_ciphers off.",
	Misses:   "Suites that the server's OpenSSL was built without. DHE suites are told no more: Mozilla dropped them with version 5.8 of its guidelines.",
	Refs:     []string{mozillaTLS, "https://ssl-config.mozilla.org/guidelines/6.0.json", "https://docs.openssl.org/3.0/man1/openssl-ciphers/"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        ssl_ciphers "ALL:!aNULL@SECLEVEL=0"; # want "NULL|RC4|3DES|DES"
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
        ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range edges(f) {
			for _, s := range tlsServers(p.Config) {
				t := s.TLS()
				at := valueAt(t.Ciphers)
				if !seen.first(at) {
					continue
				}
				if !t.Ciphers.Known {
					v.Unknown(at, "write the suites into the configuration", "ssl_ciphers is %q, which is put in elsewhere", trimmed(t.Ciphers.Text))
					continue
				}
				r, err := openssl.Expand(t.Ciphers.Text, openssl.Weak)
				if err != nil {
					v.Unknown(at, "mend the list; openssl ciphers -v shows what it means", "ssl_ciphers cannot be read: %v", err)
					continue
				}
				j := openssl.Judge(r)
				switch kinds := j.Kinds(); {
				case len(kinds) > 0:
					v.Fail(at, "ssl_ciphers lets in %s suites, such as %s", strings.Join(kinds, ", "), j.Weak[0].Name).WithSeverity(High)
				case t.Ciphers.Default:
					v.Pass(at, "ssl_ciphers is nginx's default, without broken suites")
				case len(j.Good) == 0 && len(r.Suites) > 0:
					v.Fail(at, "ssl_ciphers has no suite with forward secrecy and authenticated encryption")
				case len(j.NoFS) > 0:
					v.Fail(at, "ssl_ciphers lets in suites without forward secrecy, such as %s", j.NoFS[0].Name)
				default:
					v.Pass(at, "ssl_ciphers lets in %s, the strong kind among them", plural(len(r.Suites), "%d suite", "%d suites"))
				}
			}
		}
	},
}
