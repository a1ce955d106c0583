package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

// markEdge works out which nginx of a stack visitors reach first, and what other edge there is.
func (v *view) markEdge(st *Stack, proxies []*Proxy) {
	front := v.foreignEdge(st)
	published, web := false, false
	for _, p := range proxies {
		published = published || publishes(p.Service)
		web = web || v.publishesWeb(st, p.Service)
	}
	if front != nil && front.service != nil && web && !v.publishesWeb(st, front.service) {
		front = nil // it serves something else
	}
	for _, p := range proxies {
		switch {
		case front != nil && (front.service != nil || front.routes[p.Service]) && !v.publishesWeb(st, p.Service):
			p.Because = front.name + " stands in front of it"
		case publishes(p.Service):
			if behind := proxied(p, proxies); behind != "" {
				p.Because = behind + " passes requests on to it"
				continue
			}
			p.Edge, p.Because = true, v.publishedText(st, p.Service)
		case published:
			p.Because = "it publishes no port, another nginx does"
		case len(proxies) == 1:
			p.Edge, p.Because = true, "it is the only web server of "+st.Files[0].Path
		default:
			if behind := proxied(p, proxies); behind != "" {
				p.Because = behind + " passes requests on to it"
			} else if passesToApp(p.Config) {
				p.Edge, p.Because = true, "it passes requests on to the application"
			} else {
				p.Because = "it publishes no port"
			}
		}
	}
	v.addEdge(st, front, proxies)
}

// addEdge notes what visitors of a stack reach first.
func (v *view) addEdge(st *Stack, front *managed, proxies []*Proxy) {
	for _, p := range proxies {
		if p.Edge && (front == nil || v.publishesWeb(st, p.Service)) {
			v.d.Edges = append(v.d.Edges, &Edge{Kind: NginxEdge, Name: "nginx", Stack: st, Service: p.Service, Proxy: p, Because: p.Because, At: source.At(p.Service.Span)})
			return
		}
	}
	if front == nil {
		for _, p := range v.d.Projects {
			if p.Stack == st && len(p.Services) > 0 && publishes(p.Services[0]) {
				svc := p.Services[0]
				v.d.Edges = append(v.d.Edges, &Edge{Kind: AppEdge, Name: svc.Name, Stack: st, Service: svc, Because: "no proxy of the stack stands in front of it; " + v.publishedText(st, svc), At: source.At(svc.Span)})
				return
			}
		}
		return
	}
	var e *Edge
	switch front.kind {
	case TraefikEdge:
		e = v.traefikEdge(st, front.service)
	case CaddyEdge:
		e = v.caddyEdge(st, front.service)
	case NginxProxyEdge:
		e = v.nginxProxyEdge(st, front)
	default:
		e = &Edge{Kind: OtherEdge, Name: front.name, Stack: st, Service: front.service}
	}
	e.At, e.Because = front.at, front.because
	v.d.Edges = append(v.d.Edges, e)
}

// A managed is an edge of another kind than nginx: its service, or the labels and variables that configure one outside the stack.
type managed struct {
	kind    EdgeKind
	name    string
	service *compose.Service
	because string
	at      source.Evidence
	routes  map[*compose.Service]bool // the services that it serves, of one outside the stack
}

// foreignEdge returns the edge of a stack that is no nginx of the stack's own: Traefik, Caddy, HAProxy, a tunnel. A service that
// publishes a port is preferred.
func (v *view) foreignEdge(st *Stack) (best *managed) {
	in := v.env.interpolator(st, Unset)
	for _, svc := range st.Project.Services {
		name := svc.Image.Interpolate(in.lookup).Value
		if img := v.builtFor(svc); img != nil {
			name = v.baseImage(img, 0)
		}
		kind, program := edgeProgram(name, svc)
		if kind == NoEdge || best != nil && (publishes(best.service) || !publishes(svc)) {
			continue
		}
		best = &managed{kind: kind, name: program, service: svc, at: source.At(svc.Span), because: "it stands in front of the other services"}
		if publishes(svc) {
			best.because = v.publishedText(st, svc)
		}
	}
	if best != nil {
		return best
	}
	for _, svc := range st.Project.Services {
		kind, name, at := servedFromOutside(svc)
		if kind == NoEdge {
			continue
		}
		if best == nil {
			best = &managed{kind: kind, name: name, at: at, because: "the stack configures one that runs outside of it", routes: map[*compose.Service]bool{}}
		}
		best.routes[svc] = best.routes[svc] || kind == best.kind
	}
	return best
}

// edgeProgram tells from an image, or from the configuration that is mounted, which proxy a service runs.
func edgeProgram(image string, svc *compose.Service) (EdgeKind, string) {
	program := ""
	if m := managedProxy.FindStringSubmatch(image); m != nil {
		program = strings.ToLower(m[2])
	} else if m := ownProxy.FindStringSubmatch(image); m != nil {
		program = strings.ToLower(m[1])
	}
	for _, m := range svc.Volumes {
		switch t := path.Clean(m.Target.Raw); {
		case program != "":
		case t == "/etc/caddy" || strings.HasPrefix(t, "/etc/caddy/"):
			program = "caddy"
		case t == "/etc/traefik" || strings.HasPrefix(t, "/etc/traefik/"):
			program = "traefik"
		}
	}
	switch program {
	case "":
		return NoEdge, ""
	case "traefik":
		return TraefikEdge, "Traefik"
	case "caddy", "caddy-docker-proxy":
		return CaddyEdge, "Caddy"
	case "nginx-proxy":
		return NginxProxyEdge, program
	}
	return OtherEdge, program
}

// servedFromOutside tells from labels and variables which proxy outside the stack serves a service.
func servedFromOutside(svc *compose.Service) (EdgeKind, string, source.Evidence) {
	labels := svc.Labels
	if svc.Deploy != nil {
		labels = append(append([]*compose.EnvVar(nil), labels...), svc.Deploy.Labels...)
	}
	for _, l := range labels {
		if strings.HasPrefix(l.Name, "traefik.http.routers.") {
			return TraefikEdge, "Traefik", source.At(l.KeySpan)
		}
		if l.Name == "caddy" || strings.HasPrefix(l.Name, "caddy.reverse_proxy") {
			return CaddyEdge, "Caddy", source.At(l.KeySpan)
		}
	}
	if x := svc.Env("VIRTUAL_HOST"); x != nil {
		return NginxProxyEdge, "nginx-proxy", source.At(x.KeySpan)
	}
	return NoEdge, "", source.Evidence{}
}

// publishedText says which ports a service publishes.
func (v *view) publishedText(st *Stack, svc *compose.Service) string {
	var ports []string
	for _, p := range svc.Ports {
		if n := v.published(st, p); n != "" && len(ports) < 4 && !slices.Contains(ports, n) {
			ports = append(ports, n)
		}
	}
	switch n := len(ports); {
	case n == 0 && svc.NetworkMode.Raw == "host":
		return "it uses the network of the host"
	case n == 0:
		return "it publishes ports"
	case n == 1:
		return "it publishes port " + ports[0]
	default:
		return "it publishes " + strings.Join(ports[:n-1], ", ") + " and " + ports[n-1]
	}
}

// AnswersTo reports whether a service is reached under a host name from the other services of its stack: its own name, that of its
// container, or an alias on a network.
func AnswersTo(svc *compose.Service, host string) bool {
	if svc == nil || host == "" {
		return false
	}
	if svc.Name == host || svc.ContainerName.Raw == host {
		return true
	}
	for _, n := range svc.Networks {
		for _, a := range n.Aliases {
			if a.Raw == host {
				return true
			}
		}
	}
	return false
}

// published is a port of the host that a service publishes, as it stands in production where that is known.
func (v *view) published(st *Stack, p *compose.Port) string {
	if r := p.Published.Interpolate(v.env.interpolator(st, Unset).lookup); r.Known {
		return r.Value
	}
	return p.Published.Raw
}

func publishes(svc *compose.Service) bool {
	return svc != nil && (len(svc.Ports) > 0 || svc.NetworkMode.Raw == "host")
}

// publishesWeb reports whether a service publishes port 80 or 443 of the host.
func (v *view) publishesWeb(st *Stack, svc *compose.Service) bool {
	for _, p := range svc.Ports {
		if n := v.published(st, p); n == "80" || n == "443" {
			return true
		}
	}
	return svc.NetworkMode.Raw == "host"
}

// proxied returns the name of another nginx of the stack that passes requests on to this one, or "".
func proxied(p *Proxy, all []*Proxy) string {
	for _, other := range all {
		if other == p || other.Config == nil || other.Service == nil {
			continue
		}
		for _, s := range other.Config.Servers {
			for _, l := range s.Locations() {
				if pass := l.Pass(); pass != nil && AnswersTo(p.Service, pass.Host) {
					return other.Service.Name
				}
			}
		}
	}
	return ""
}

// passesToApp reports whether a configuration passes requests on to anything.
func passesToApp(c *nginx.Config) bool {
	for _, s := range c.Servers {
		for _, l := range s.Locations() {
			if l.Pass() != nil {
				return true
			}
		}
	}
	return false
}

// looseProxies takes the configurations that stand in the repository for an nginx on the host.
func (v *view) looseProxies() {
	for _, name := range v.fs.Paths() {
		if len(v.d.Proxies) >= maxProxies || !looksNginx(name) || stageOf(name) == development || aside(folder(name)) {
			continue
		}
		f := v.fs.File(name)
		if f == nil {
			continue
		}
		switch nginx.Parse(f).Kind() {
		case nginx.MainFile, nginx.HTTPFile:
		default:
			continue
		}
		c := nginx.LoadFile(f, nginx.Options{Opaque: func(string) bool { return true }})
		if !passesToApp(c) {
			continue
		}
		p := &Proxy{Config: c, Edge: true, Because: "no compose file runs nginx; " + name + " is a configuration for one"}
		v.d.Proxies = append(v.d.Proxies, p)
		v.d.Edges = append(v.d.Edges, &Edge{Kind: NginxEdge, Name: "nginx", File: f, Proxy: p, Because: p.Because, At: source.At(whole(f))})
	}
}

// looksNginx reports whether a file is a configuration of nginx by its name.
func looksNginx(name string) bool {
	base := strings.ToLower(path.Base(name))
	dir := strings.ToLower(folder(name))
	conf := strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".nginx") || strings.HasSuffix(base, ".conf.template") || strings.HasSuffix(base, ".conf.j2") || strings.HasSuffix(base, ".conf.tmpl") || strings.HasSuffix(base, ".conf.prod") || strings.HasSuffix(base, ".conf.production")
	switch {
	case strings.Contains(base, "nginx") && (conf || !strings.Contains(base, ".") || strings.HasSuffix(base, ".vh")):
		return true
	case strings.Contains(dir, "nginx") || strings.Contains(dir, "sites-available") || strings.Contains(dir, "sites-enabled"):
		return conf || !strings.Contains(base, ".")
	}
	return false
}
