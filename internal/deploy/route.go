package deploy

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

// An EdgeKind says what program visitors reach first.
type EdgeKind uint8

// The kinds of edge. The zero value is none that the repository shows.
const (
	NoEdge         EdgeKind = iota
	NginxEdge               // an nginx whose configuration is read: Edge.Proxy
	TraefikEdge             // Traefik, by its labels, flags and files: Edge.Routes
	CaddyEdge               // Caddy, by its Caddyfile or labels: Edge.Routes
	NginxProxyEdge          // nginx-proxy, which configures itself from VIRTUAL_HOST: Edge.Routes
	OtherEdge               // a proxy whose configuration is not read
	AppEdge                 // the application publishes its own port
)

// An Edge is what visitors of one stack reach first.
type Edge struct {
	Kind    EdgeKind
	Name    string           // "nginx", "Traefik", "haproxy"
	Stack   *Stack           // nil for an nginx of the host
	Service *compose.Service // nil where no service of the stack runs it
	File    *source.File     // its main configuration, or nil
	Proxy   *Proxy           // of an NginxEdge
	Because string
	At      source.Evidence
	Routes  []*Route // what it does for the hosts it serves, for kinds that are read and are not nginx
}

// A Fact is something that holds or not, and the place that shows it. The zero Fact is not known.
type Fact struct {
	Known, Yes bool
	At         source.Evidence
}

// A Route is what an edge does with the requests for one application.
type Route struct {
	Service *compose.Service // where requests go, nil if that is not known
	Hosts   []string         // known names that it serves
	Path    string           // prefix of the paths it takes, "" is every path
	At      source.Evidence
	TLS     Fact // HTTPS is answered
	// Plain says whether content is answered over plain HTTP, Redirects whether visitors are sent to HTTPS instead.
	Plain, Redirects Fact
	Headers          []RouteHeader
	Open             bool   // headers that are not known may be added
	Guard            Fact   // strangers are kept out by a password or by address
	MinTLS           string // "1.2", or "" if not known
	MinTLSAt         source.Evidence
	Automatic        Fact // certificates are got and renewed by the edge itself

}

// A RouteHeader is one header that an edge adds to every answer of a route.
type RouteHeader struct {
	Name, Value string
	Known       bool // of Value
	At          source.Evidence
}

// Header returns the header of a name that the route adds, or nil.
func (r *Route) Header(name string) *RouteHeader {
	for i := range r.Headers {
		if strings.EqualFold(r.Headers[i].Name, name) {
			return &r.Headers[i]
		}
	}
	return nil
}

// RoutesTo returns the routes of an edge that lead to one of the services, those of every path first.
func (e *Edge) RoutesTo(services []*compose.Service) (found []*Route) {
	for _, whole := range []bool{true, false} {
		for _, r := range e.Routes {
			for _, s := range services {
				if r.Service == s && (r.Path == "") == whole {
					found = append(found, r)
					break
				}
			}
		}
	}
	return found
}

// yes and no are known facts.
func yes(at source.Evidence) Fact { return Fact{Known: true, Yes: true, At: at} }
func no(at source.Evidence) Fact  { return Fact{Known: true, At: at} }

// serviceNamed returns the service of a stack that answers to a host name, or nil.
func serviceNamed(st *Stack, host string) *compose.Service {
	for _, svc := range st.Project.Services {
		if AnswersTo(svc, host) {
			return svc
		}
	}
	return nil
}

// EdgeOf returns what visitors of a project reach first, or nil if nothing is known of it.
func (d *Deployment) EdgeOf(p *Project) *Edge {
	for _, e := range d.Edges {
		if e.Stack == p.Stack {
			return e
		}
	}
	if p.Stack == nil || len(d.Edges) == 1 && d.Edges[0].Stack == nil {
		for _, e := range d.Edges {
			if e.Stack == nil {
				return e
			}
		}
	}
	return nil
}
