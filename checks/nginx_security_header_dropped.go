package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

var nginxSecurityHeaderDropped = &Check{
	ID:       "nginx-security-header-dropped",
	Title:    "A block drops the security headers of the server",
	Severity: Medium,
	Why:      "nginx inherits add_header only into blocks that have none of their own. Pages from such a block can be framed, sniffed or loaded over plain HTTP, although the configuration looks as if they could not.",
	Fix:      "Repeat the headers in the block, for example with include snippets/headers.conf; on nginx 1.29.3 and newer write add_header_inherit merge;.",
	Misses:   "Headers that Lua code sets.",
	Refs:     []string{nginxHeaders + "#add_header", nginxHeaders + "#add_header_inherit"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        add_header X-Frame-Options DENY always;
        location /static/ {
            root /srv;
            add_header Cache-Control public; # want "X-Frame-Options"
        }
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
        add_header X-Frame-Options DENY always;
        location /static/ {
            root /srv;
            add_header Cache-Control public;
            add_header X-Frame-Options DENY always;
        }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		seen := once{}
		for _, p := range f.Repo.Deployment.Proxies {
			for _, s := range p.Config.Servers {
				failed := false
				scopes := []*nginx.Scope{s.Scope}
				for _, l := range s.Locations() {
					scopes = append(scopes, l.Scope)
				}
				for _, sc := range scopes {
					failed = droppedIn(v, sc, seen) || failed
				}
				own := s.AddHeaders()
				for _, h := range own {
					if securityHeader(h.Name) && !failed {
						e := h.At.Evidence()
						if !h.Always && seen.first(e) {
							v.Fail(e, "%s lacks always: error pages go without it", h.Name).WithSeverity(Info).Offers(always(h.At)...)
						} else if h.Always {
							v.Pass(e, "%s reaches every location", h.Name)
						}
					}
				}
			}
		}
	},
}

// droppedIn tells which security headers of outer blocks a block's own add_header takes away.
func droppedIn(v *Verdict, sc *nginx.Scope, seen once) bool {
	var lost []string
	var headers []nginx.AddHeader
	var from source.Evidence
	for _, h := range sc.DroppedHeaders() {
		if securityHeader(h.Name) {
			lost = append(lost, h.Name)
			headers = append(headers, h)
			from = h.At.Evidence()
		}
	}
	own := sc.Own("add_header")
	if len(lost) == 0 || len(own) == 0 {
		return false
	}
	at := own[0].Evidence()
	if at.IsZero() || !seen.first(at) {
		return false
	}
	if !from.IsZero() {
		at = at.Then(source.Step{Span: from.Span, Note: "not inherited"})
	}
	v.Fail(at, "this add_header drops %s of the outer block", list(lost)).Offers(repeated(own[len(own)-1], headers)...)
	return true
}

// securityHeader reports whether a header protects visitors.
func securityHeader(name string) bool {
	switch strings.ToLower(name) {
	case "strict-transport-security", "content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy", "permissions-policy", "cross-origin-opener-policy":
		return true
	}
	return false
}
