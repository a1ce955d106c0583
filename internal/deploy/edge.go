package deploy

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/nginx"
)

// markEdge works out which nginx of a stack visitors reach first.
func (v *view) markEdge(st *Stack, proxies []*Proxy) {
	front := v.foreignEdge(st)
	published := false
	for _, p := range proxies {
		published = published || publishes(p.Service)
	}
	for _, p := range proxies {
		switch {
		case publishes(p.Service):
			if behind := proxied(p, proxies); behind != "" {
				p.Because = behind + " passes requests on to it"
				continue
			}
			p.Edge, p.Because = true, p.Service.Name+" publishes ports"
			if front != nil && publishes(front) && !publishesWeb(p.Service) {
				p.Edge, p.Because = false, front.Name+" stands in front of it"
			}
		case front != nil:
			p.Because = front.Name + " stands in front of it"
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
}

// foreignEdge returns the service of a stack that is an edge of another kind: Traefik, Caddy, HAProxy, a tunnel.
func (v *view) foreignEdge(st *Stack) *compose.Service {
	in := v.env.interpolator(st, Unset)
	for _, svc := range st.Project.Services {
		name := svc.Image.Interpolate(in.lookup).Value
		for _, img := range v.d.Images {
			if img.Service == svc {
				name = v.baseImage(img, 0)
			}
		}
		if managedProxy.MatchString(name) {
			return svc
		}
	}
	return nil
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

func publishes(svc *compose.Service) bool {
	return svc != nil && (len(svc.Ports) > 0 || svc.NetworkMode.Raw == "host")
}

// publishesWeb reports whether a service publishes port 80 or 443 of the host.
func publishesWeb(svc *compose.Service) bool {
	for _, p := range svc.Ports {
		if p.Published.Raw == "80" || p.Published.Raw == "443" {
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
		v.d.Proxies = append(v.d.Proxies, &Proxy{Config: c, Edge: true, Because: "no compose file runs nginx; " + name + " is a configuration for one"})
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
