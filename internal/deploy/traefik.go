package deploy

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A traefik is the configuration of one Traefik: static (entry points) and dynamic (routers, middlewares), both flat.
type traefik struct {
	v       *view
	st      *Stack
	service *compose.Service // nil where it runs outside the stack
	static  flat
	dynamic flat
	// from are the services whose labels define a router, by its name.
	from map[string]*compose.Service
	// closed is true if the static configuration is known: a middleware that is not found is then a mistake, not a secret.
	closed bool
	file   *source.File
}

// traefikEdge reads what Traefik does in front of a stack: the flags, variables and files of its service, and the labels of all
// services.
func (v *view) traefikEdge(st *Stack, svc *compose.Service) *Edge {
	t := &traefik{v: v, st: st, service: svc, from: map[string]*compose.Service{}}
	if svc != nil {
		t.readStatic()
	}
	t.readLabels()
	e := &Edge{Kind: TraefikEdge, Name: "Traefik", Stack: st, Service: svc, File: t.file}
	e.Routes = t.routes()
	return e
}

// readStatic reads flags, variables and the configuration files that stand in the container.
func (t *traefik) readStatic() {
	in := t.v.env.interpolator(t.st, Unset)
	for _, c := range []*compose.Command{t.service.Entrypoint, t.service.Command} {
		if c == nil {
			continue
		}
		for _, w := range c.Words {
			r := w.Interpolate(in.lookup)
			if key, value, ok := strings.Cut(strings.TrimLeft(r.Value, "-"), "="); ok && strings.HasPrefix(r.Value, "-") {
				t.static.put(key, strings.Trim(value, `"'`), r.Known, source.At(w.Span))
			} else if strings.HasPrefix(r.Value, "--") {
				t.static.put(strings.TrimLeft(r.Value, "-"), "true", r.Known, source.At(w.Span))
			}
		}
	}
	for _, e := range t.service.Environment {
		if name, ok := strings.CutPrefix(e.Name, "TRAEFIK_"); ok {
			r := e.Value.Interpolate(in.lookup)
			t.static.put(strings.ReplaceAll(name, "_", "."), r.Value, r.Known, source.At(e.KeySpan))
		}
	}
	paths := t.v.containerPaths(t.service, t.v.builtFor(t.service))
	main := ""
	if f, ok := t.static.get("configfile"); ok && f.known {
		main = path.Clean(f.text)
	}
	for _, name := range []string{main, "/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml", "/etc/traefik/traefik.toml", "/traefik.yml", "/traefik.yaml", "/traefik.toml"} {
		if at, ok := paths[name]; ok && t.file == nil {
			t.file = t.v.fs.File(at)
			t.static.file(t.file)
			t.dynamic.file(t.file) // one file may hold both halves
		}
	}
	t.closed = t.file != nil || len(t.static.keys) > 0
	if f, ok := t.static.get("providers.file.filename"); ok {
		if at, ok := paths[path.Clean(f.text)]; ok {
			if file := t.v.fs.File(at); file != t.file {
				t.dynamic.file(file)
			}
		} else if f.text != "" {
			t.closed = false
		}
	}
	if d, ok := t.static.get("providers.file.directory"); ok {
		dir, found := path.Clean(d.text), false
		for _, at := range sortedKeys(paths) {
			if strings.HasPrefix(at, dir+"/") {
				found = true
				t.dynamic.file(t.v.fs.File(paths[at]))
			}
		}
		t.closed = t.closed && found
	}
}

// builtFor returns the image that is built for a service, or nil.
func (v *view) builtFor(svc *compose.Service) *Image {
	for _, img := range v.d.Images {
		if img.Service == svc && !img.Base {
			return img
		}
	}
	return nil
}

// readLabels adds the labels of every service; "<service>" stands for the service's own backend.
func (t *traefik) readLabels() {
	in := t.v.env.interpolator(t.st, Unset)
	for _, svc := range t.st.Project.Services {
		labels := svc.Labels
		if svc.Deploy != nil {
			labels = append(append([]*compose.EnvVar(nil), labels...), svc.Deploy.Labels...)
		}
		for _, l := range labels {
			key, ok := strings.CutPrefix(l.Name, "traefik.")
			if !ok {
				continue
			}
			r := l.Value.Interpolate(in.lookup)
			t.dynamic.put(key, strings.Trim(r.Value, `"'`), r.Known, source.At(l.KeySpan))
			if name, ok := strings.CutPrefix(strings.ToLower(key), "http.routers."); ok {
				name, _, _ = strings.Cut(name, ".")
				if t.from[name] == nil {
					t.from[name] = svc
				}
			}
		}
	}
}

var (
	hostRE   = regexp.MustCompile(`(?i)Host(?:SNI)?\(([^)]*)\)`)
	prefixRE = regexp.MustCompile("(?i)Path(?:Prefix)?\\(\\s*[`\"']([^`\"']*)[`\"']")
	quoteRE  = regexp.MustCompile("[`\"']([^`\"']+)[`\"']")
)

// routes works out every router with content behind it.
func (t *traefik) routes() (found []*Route) {
	plainAnswers := map[*compose.Service]source.Evidence{} // services that a router without TLS answers from
	redirected := map[*compose.Service]source.Evidence{}
	unsure := map[*compose.Service]bool{}
	for _, name := range t.dynamic.names("http.routers") {
		key := "http.routers." + name
		svc := t.target(name)
		rule, _ := t.dynamic.get(key + ".rule")
		r := &Route{Service: svc, At: rule.at}
		if rule.at.IsZero() {
			t.dynamic.sub(key, func(_ string, v flatValue) { r.At = v.at })
		}
		for _, m := range hostRE.FindAllStringSubmatch(rule.text, -1) {
			for _, q := range quoteRE.FindAllStringSubmatch(m[1], -1) {
				if rule.known && !strings.ContainsAny(q[1], "${") {
					r.Hosts = append(r.Hosts, strings.ToLower(q[1]))
				}
			}
		}
		if m := prefixRE.FindStringSubmatch(rule.text); m != nil && m[1] != "/" {
			r.Path = m[1]
		}
		points, all := t.points(key)
		tls, known := t.hasTLS(key, points)
		for _, mw := range t.middlewares(key, points, all) {
			t.apply(r, mw, 0)
		}
		if !known {
			r.Open = true
			unsure[svc] = true
		}
		if tls {
			r.TLS = yes(r.At)
			t.certificates(r, key)
			t.minTLS(r)
			found = append(found, r)
			continue
		}
		switch {
		case svc == nil:
		case r.Redirects.Yes:
			redirected[svc] = r.Redirects.At
		case r.Open || !known:
			unsure[svc] = true
		default:
			if e := t.pointRedirect(points, all); !e.IsZero() {
				redirected[svc] = e
			} else if t.closed || !all {
				plainAnswers[svc] = r.At
			} else {
				unsure[svc] = true
			}
		}
		r.TLS = no(r.At)
		found = append(found, r)
	}
	global := t.pointRedirect(nil, true)
	for _, r := range found {
		switch e, ok := plainAnswers[r.Service]; {
		case ok && r.Service != nil:
			r.Plain, r.Redirects = yes(e), no(e)
		case !redirected[r.Service].IsZero():
			r.Plain, r.Redirects = no(redirected[r.Service]), yes(redirected[r.Service])
		case !global.IsZero():
			r.Plain, r.Redirects = no(global), yes(global)
		case unsure[r.Service] || !t.closed:
			r.Redirects = Fact{}
		}
	}
	return found
}

// target is the service that a router hands requests to.
func (t *traefik) target(router string) *compose.Service {
	named, ok := t.dynamic.get("http.routers." + router + ".service")
	name, _, _ := strings.Cut(strings.ToLower(named.text), "@")
	if ok && named.known {
		if url, ok := t.dynamic.get("http.services." + name + ".loadbalancer.servers[0].url"); ok {
			host := url.text
			if _, rest, ok := strings.Cut(host, "://"); ok {
				host = rest
			}
			host, _, _ = strings.Cut(host, "/")
			host, _, _ = strings.Cut(host, ":")
			return serviceNamed(t.st, host)
		}
		if strings.HasSuffix(named.text, "@internal") {
			return nil
		}
	}
	return t.from[router]
}

// points returns the entry points of a router; all is true if it names none and so listens on every one.
func (t *traefik) points(key string) (names []string, all bool) {
	v, ok := t.dynamic.get(key + ".entrypoints")
	if !ok || v.text == "" {
		return nil, true
	}
	for _, n := range strings.Split(v.text, ",") {
		names = append(names, strings.ToLower(strings.TrimSpace(n)))
	}
	return names, false
}

// hasTLS reports whether a router answers HTTPS: it or an entry point of it says tls. known is false if that cannot be told.
func (t *traefik) hasTLS(key string, points []string) (tls, known bool) {
	if v, ok := t.dynamic.get(key + ".tls"); ok {
		return v.text != "false", v.known
	}
	found := false
	t.dynamic.sub(key+".tls", func(string, flatValue) { found = true })
	for _, p := range points {
		if v, ok := t.static.get("entrypoints." + p + ".http.tls"); ok && v.text != "false" {
			found = true
		}
		t.static.sub("entrypoints."+p+".http.tls", func(string, flatValue) { found = true })
	}
	if !found && !t.closed && len(points) > 0 && points[0] != "web" && points[0] != "http" {
		return false, false // the entry point may bring TLS along
	}
	return found, true
}

// pointRedirect is where the entry points of plain HTTP send everything to HTTPS, zero if they do not.
func (t *traefik) pointRedirect(points []string, all bool) source.Evidence {
	if all {
		points = t.static.names("entrypoints")
	}
	for _, p := range points {
		key := "entrypoints." + p + ".http.redirections.entrypoint."
		to, ok := t.static.get(key + "to")
		if !ok {
			continue
		}
		if scheme, ok := t.static.get(key + "scheme"); ok && scheme.text != "https" {
			continue
		}
		return to.at
	}
	return source.Evidence{}
}

func (t *traefik) certificates(r *Route, key string) {
	if v, ok := t.dynamic.get(key + ".tls.certresolver"); ok {
		r.Automatic = yes(v.at)
		return
	}
	for _, p := range t.static.names("entrypoints") {
		if v, ok := t.static.get("entrypoints." + p + ".http.tls.certresolver"); ok {
			r.Automatic = yes(v.at)
		}
	}
}

// minTLS reads the lowest version of the default TLS options: 1.2 unless the configuration says otherwise (Traefik 3).
func (t *traefik) minTLS(r *Route) {
	if v, ok := t.dynamic.get("tls.options.default.minversion"); ok && v.known {
		if n, ok := strings.CutPrefix(v.text, "VersionTLS1"); ok && len(n) == 1 {
			r.MinTLS, r.MinTLSAt = "1."+n, v.at
		}
	}
}
