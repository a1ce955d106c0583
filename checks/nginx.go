package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	nginxSSL     = "https://nginx.org/en/docs/http/ngx_http_ssl_module.html"
	nginxHeaders = "https://nginx.org/en/docs/http/ngx_http_headers_module.html"
	nginxCore    = "https://nginx.org/en/docs/http/ngx_http_core_module.html"
	mozillaTLS   = "https://wiki.mozilla.org/Security/Server_Side_TLS"
)

// nginxCompose is the head of examples: a compose file that runs nginx with one configuration.
const nginxCompose = `
-- docker-compose.yml --
services:
  web:
    image: site
  nginx:
    image: nginx:1.29
    ports: ["80:80", "443:443"]
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf"]
`

// edges returns each nginx of production that visitors reach first.
func edges(f *Facts) (found []*deploy.Proxy) {
	for _, p := range f.Repo.Deployment.Proxies {
		if p.Edge && p.Config != nil {
			found = append(found, p)
		}
	}
	return found
}

// serverAt is where a finding about a server as a whole stands: its "server {" line.
func serverAt(s *nginx.Server) source.Evidence { return s.Evidence() }

// tlsServers returns the servers of a configuration that end TLS.
func tlsServers(c *nginx.Config) (found []*nginx.Server) {
	for _, s := range c.Servers {
		if s.HasTLS() {
			found = append(found, s)
		}
	}
	return found
}

// at is the place of a value: its directive, or the head of the block that lacks it.
func valueAt(v nginx.Value) source.Evidence { return v.Evidence }

// serverName names a server in a message.
func serverName(s *nginx.Server) string {
	for _, n := range s.Names {
		if n.Kind != nginx.CatchAllName && n.Arg.Known {
			return n.Text
		}
	}
	return "the server"
}

// once keeps findings of one directive that several servers inherit from being told more than once.
type once map[source.Span]bool

func (o once) first(e source.Evidence) bool {
	if o[e.Span] {
		return false
	}
	o[e.Span] = true
	return true
}

// redirectsOnly reports whether a server does nothing but send visitors elsewhere.
func redirectsOnly(s *nginx.Server) bool {
	return s.Redirects("/").Kind == nginx.RedirectAnswer && len(s.Own("location")) <= 2
}

// servesApp reports whether a server hands requests to an application.
func servesApp(s *nginx.Server) bool {
	if s.Pass() != nil {
		return true
	}
	for _, l := range s.Locations() {
		if l.Pass() != nil {
			return true
		}
	}
	return false
}

// trimmed is the text of a directive for a message.
func trimmed(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 60 {
		text = text[:57] + "…"
	}
	return text
}

// publishesPort reports whether the service of an nginx publishes a port of its container.
func publishesPort(p *deploy.Proxy, port string) bool {
	if p.Service == nil {
		return false
	}
	for _, x := range p.Service.Ports {
		if x.Target.Raw == port || x.Published.Raw == port {
			return true
		}
	}
	return false
}
