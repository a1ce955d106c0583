package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
)

// managedEdges returns the edges that are no nginx with a configuration of its own: Traefik, Caddy, nginx-proxy and others.
func managedEdges(f *Facts) (found []*deploy.Edge) {
	for _, e := range f.Repo.Deployment.Edges {
		switch e.Kind {
		case deploy.TraefikEdge, deploy.CaddyEdge, deploy.NginxProxyEdge, deploy.OtherEdge:
			found = append(found, e)
		}
	}
	return found
}

// secureRoutes returns the routes of an edge that surely answer HTTPS, each place once.
func secureRoutes(e *deploy.Edge) (found []*deploy.Route) {
	seen := once{}
	for _, r := range e.Routes {
		if r.TLS.Yes && r.Service != nil && seen.first(r.At) {
			found = append(found, r)
		}
	}
	return found
}

// routeName names a route in a message: the first host that it serves, else the service behind it.
func routeName(r *deploy.Route) string {
	if len(r.Hosts) > 0 {
		return r.Hosts[0]
	}
	return r.Service.Name
}

// judgeRoutes asks about every route that answers HTTPS of every edge that is no nginx. Where none is known, what stands in the
// edge's place is not known either.
func judgeRoutes(f *Facts, v *Verdict, what string, ask func(e *deploy.Edge, r *deploy.Route)) {
	for _, e := range managedEdges(f) {
		routes := secureRoutes(e)
		for _, r := range routes {
			ask(e, r)
		}
		if len(routes) == 0 && serves443(e) {
			v.Unknown(e.At, "prodcheck verify asks the site", "%s of %s cannot be worked out from the repository", what, e.Name)
		}
	}
}

// serves443 reports whether an edge is meant to answer HTTPS.
func serves443(e *deploy.Edge) bool {
	if e.Service == nil {
		return true
	}
	for _, p := range e.Service.Ports {
		if strings.HasPrefix(p.Target.Raw, "443") || strings.Contains(p.Published.Raw, "443") {
			return true
		}
	}
	return e.Service.NetworkMode.Raw == "host"
}

// areNot is "is not" for one name and "are not" for several.
func areNot(names []string) string {
	if len(names) == 1 {
		return "is not"
	}
	return "are not"
}
