package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A front is what is known of the server in front of Django. The zero value knows nothing: each fact says what was proven, so that
// one that is not Yes means "not known to", and a check then answers from Django alone.
type front struct {
	edge      *deploy.Edge // nil if none is known
	name      string       // of the edge's service, or of its program: "nginx", "Traefik"
	tls       deploy.Fact  // it answers HTTPS and hands requests to Django as plain HTTP
	redirects deploy.Fact  // it sends every plain request to HTTPS
	hsts      int64        // seconds of Strict-Transport-Security that it adds to every one of Django's answers; 0 for none known
	hstsAt    source.Evidence
	csp       deploy.Fact // it adds a Content-Security-Policy to every page of Django's
	entries   []entry     // where an nginx hands requests to Django, those of the edge first
	routes    []*deploy.Route
}

// An entry is one place of an nginx from which requests reach Django.
type entry struct {
	proxy  *deploy.Proxy
	server *nginx.Server
	scope  *nginx.Scope
	pass   *nginx.Pass
	uri    string // one that it takes, "/" if none could be made
	direct bool   // Django is asked itself, no other nginx in between
}

// frontOf works out what stands in front of a project in its own stack.
func frontOf(f *Facts, p *deploy.Project) front {
	if p.Stack != nil && (p.Stack.Project == nil || p.Stack.Development) {
		return front{}
	}
	fr := front{edge: f.Repo.Deployment.EdgeOf(p)}
	if fr.edge == nil {
		return front{}
	}
	fr.name = fr.edge.Name
	if fr.edge.Service != nil && fr.edge.Kind != deploy.AppEdge {
		fr.name = fr.edge.Service.Name
	}
	for _, proxy := range f.Repo.Deployment.Proxies {
		if proxy.Stack == fr.edge.Stack && proxy.Config != nil && (proxy.Edge || fr.edge.Kind != deploy.NginxEdge) {
			fr.entries = append(fr.entries, entriesOf(f, p, proxy, 0)...)
		}
	}
	switch fr.edge.Kind {
	case deploy.NginxEdge:
		fr.nginxFacts()
	case deploy.TraefikEdge, deploy.CaddyEdge, deploy.NginxProxyEdge:
		fr.routeFacts(p)
	}
	return fr
}

// entriesOf returns the places of an nginx from which requests reach a project, through another nginx of the stack or not.
func entriesOf(f *Facts, p *deploy.Project, proxy *deploy.Proxy, depth int) (found []entry) {
	for _, s := range proxy.Config.Servers {
		scopes := []*nginx.Scope{s.Scope}
		for _, l := range s.Locations() {
			scopes = append(scopes, l.Scope)
		}
		for _, sc := range scopes {
			pass := sc.Pass()
			if pass == nil || len(found) > 200 {
				continue
			}
			direct := p.Stack == proxy.Stack && runsAt(p, pass, proxy)
			if !direct && !throughInner(f, p, proxy, pass, depth) {
				continue
			}
			e := entry{proxy: proxy, server: s, scope: sc, pass: pass, uri: "/", direct: direct}
			if sc.Location != nil {
				if e.uri = sc.Location.Sample(); e.uri == "" {
					e.uri = "/"
				}
			}
			found = append(found, e)
		}
	}
	return found
}

// throughInner reports whether a pass leads to another nginx of the stack that hands requests to the project.
func throughInner(f *Facts, p *deploy.Project, proxy *deploy.Proxy, pass *nginx.Pass, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, inner := range f.Repo.Deployment.Proxies {
		if inner != proxy && inner.Config != nil && inner.Stack == proxy.Stack && deploy.AnswersTo(inner.Service, pass.Host) && len(entriesOf(f, p, inner, depth+1)) > 0 {
			return true
		}
	}
	return false
}

// nginxFacts fills in what an nginx at the edge does.
func (fr *front) nginxFacts() {
	var secure []entry
	for _, e := range fr.entries {
		if e.proxy.Edge && e.server.HasTLS() {
			secure = append(secure, e)
		}
	}
	if len(secure) == 0 {
		return
	}
	fr.tls = deploy.Fact{Known: true, Yes: true, At: secure[0].scope.Evidence()}
	fr.redirects = plainRedirect(secure)
	for i, e := range secure {
		n, at := hstsOf(e)
		if i == 0 || n < fr.hsts {
			fr.hsts, fr.hstsAt = n, at
		}
	}
	fr.csp = everyEntry(secure, "Content-Security-Policy")
}

// plainRedirect says whether every server of plain HTTP on the edge sends visitors to HTTPS.
func plainRedirect(secure []entry) (fact deploy.Fact) {
	seen := map[*deploy.Proxy]bool{}
	for _, e := range secure {
		if seen[e.proxy] {
			continue
		}
		seen[e.proxy] = true
		for _, s := range e.proxy.Config.Servers {
			if !s.HasPlain() || !onWebPort(s) {
				continue
			}
			switch a := s.Redirects("/"); {
			case a.Kind == nginx.RedirectAnswer && a.HTTPS && len(a.Maybe) == 0:
				if !fact.Known {
					fact = deploy.Fact{Known: true, Yes: true, At: a.Evidence}
				}
			case a.Kind == nginx.ReturnAnswer || a.Kind == nginx.DeniedAnswer:
			default:
				return deploy.Fact{}
			}
		}
	}
	return fact
}

// hstsOf is the max-age that nginx surely adds to the answers of an entry, whether they succeed or not; 0 for none.
func hstsOf(e entry) (least int64, at source.Evidence) {
	for i, status := range []int{200, 404} {
		n := int64(0)
		for _, h := range e.proxy.Config.HeadersOf(e.scope, nginx.Request{URI: e.uri, Scheme: "https"}, status) {
			if strings.EqualFold(h.Name, "Strict-Transport-Security") && h.Known && !h.Maybe {
				if sts := nginx.ParseHSTS(h.Value); !sts.Void {
					n, at = sts.MaxAge, h.Evidence
				}
			}
		}
		if i == 0 || n < least {
			least = n
		}
	}
	return least, at
}

// everyEntry says whether a header is surely added at every entry.
func everyEntry(entries []entry, name string) (fact deploy.Fact) {
	for _, e := range entries {
		found := false
		for _, h := range e.proxy.Config.HeadersOf(e.scope, nginx.Request{URI: e.uri, Scheme: "https"}, 200) {
			if strings.EqualFold(h.Name, name) && !h.Maybe {
				found = true
				fact = deploy.Fact{Known: true, Yes: true, At: h.Evidence}
			}
		}
		if !found {
			return deploy.Fact{}
		}
	}
	return fact
}

// routeFacts fills in what an edge of another kind does; what it does not add, an nginx behind it may.
func (fr *front) routeFacts(p *deploy.Project) {
	services := append([]*compose.Service(nil), p.Services...)
	for _, e := range fr.entries {
		if e.proxy.Service != nil && !slices.Contains(services, e.proxy.Service) {
			services = append(services, e.proxy.Service)
		}
	}
	var secure []*deploy.Route
	for _, r := range fr.edge.RoutesTo(services) {
		fr.routes = append(fr.routes, r)
		if r.TLS.Yes {
			secure = append(secure, r)
		}
	}
	fr.csp = everyEntry(fr.entries, "Content-Security-Policy")
	for i, e := range fr.entries {
		if n, at := hstsOf(e); i == 0 || n < fr.hsts {
			fr.hsts, fr.hstsAt = n, at
		}
	}
	for i, r := range secure {
		if i == 0 {
			fr.tls, fr.redirects = r.TLS, r.Redirects
		} else if !r.Redirects.Yes {
			fr.redirects = deploy.Fact{}
		}
	}
	if len(secure) == 0 {
		return
	}
	if n, at := routesHSTS(secure); n > fr.hsts {
		fr.hsts, fr.hstsAt = n, at
	}
	if !fr.csp.Yes {
		for _, r := range secure {
			h := r.Header("Content-Security-Policy")
			if h == nil {
				fr.csp = deploy.Fact{}
				break
			}
			fr.csp = deploy.Fact{Known: true, Yes: true, At: h.At}
		}
	}
}

// routesHSTS is the least max-age that the routes add; 0 if one adds none.
func routesHSTS(routes []*deploy.Route) (least int64, at source.Evidence) {
	for i, r := range routes {
		n := int64(0)
		if h := r.Header("Strict-Transport-Security"); h != nil && h.Known {
			if sts := nginx.ParseHSTS(h.Value); !sts.Void {
				n, at = sts.MaxAge, h.At
			}
		}
		if i == 0 || n < least {
			least = n
		}
	}
	return least, at
}

// guards says whether strangers are kept away from a path of Django, and what does so.
func (fr *front) guards(route string) (source.Evidence, bool) {
	uri := "/" + strings.TrimPrefix(route, "/")
	var at source.Evidence
	seen := map[*nginx.Server]bool{}
	for _, e := range fr.entries {
		if seen[e.server] {
			continue
		}
		seen[e.server] = true
		if a := e.server.Redirects(uri); a.Kind == nginx.RedirectAnswer && a.HTTPS {
			continue // plain HTTP, sent to the server that counts
		}
		ev, closed := closedTo(e, uri)
		if !closed {
			return fr.routeGuard(uri)
		}
		at = ev
	}
	if at.IsZero() {
		return fr.routeGuard(uri)
	}
	return at, true
}

// closedTo reports whether a server lets no stranger reach a path.
func closedTo(e entry, uri string) (source.Evidence, bool) {
	l, known := e.proxy.Config.Match(e.server, uri)
	if !known {
		return source.Evidence{}, false
	}
	scope := e.server.Scope
	if l != nil {
		scope = l.Scope
	}
	if access := scope.Access(); access.Closed() {
		for _, r := range access.Rules {
			return r.At.Evidence(), true
		}
		return access.Basic.Evidence, true
	}
	a := e.proxy.Config.Serve(e.server, nginx.Request{URI: uri})
	refused := a.Kind == nginx.DeniedAnswer || a.Kind == nginx.ReturnAnswer && a.Status >= 400
	return a.Evidence, refused && len(a.Maybe) == 0
}

// routeGuard reports whether an edge that is no nginx keeps strangers away from a path: the route of the longest prefix decides.
func (fr *front) routeGuard(uri string) (source.Evidence, bool) {
	var best *deploy.Route
	for _, r := range fr.routes {
		if strings.HasPrefix(uri, r.Path) && r.TLS.Yes && (best == nil || len(r.Path) > len(best.Path)) {
			best = r
		}
	}
	if best == nil || !best.Guard.Yes {
		return source.Evidence{}, false
	}
	return best.Guard.At, true
}

// where writes the place of evidence as "path:line" for a message, or the path of a file as a whole.
func where(e source.Evidence) string {
	if e.IsZero() {
		return "its configuration"
	}
	if e.Span.IsWhole() {
		return e.Span.Path()
	}
	return fmt.Sprintf("%s:%d", e.Span.Path(), e.Span.Position().Line)
}
