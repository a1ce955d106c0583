package deploy

import (
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A Proxy is one nginx that production runs, with its configuration as its container sees it.
type Proxy struct {
	Stack   *Stack           // nil where no compose file runs it
	Service *compose.Service // nil where no compose file runs it
	Image   *Image           // nil where its image is not built here
	Config  *nginx.Config
	// Edge is true if visitors reach it with no other proxy of the repository in between.
	Edge    bool
	Because string // why it is the edge, or is not
	// Paths maps the paths of its container to the files of the repository that stand there.
	Paths map[string]string
}

const maxProxies = 40

var (
	nginxImage   = regexp.MustCompile(`(?i)(^|/)(nginx|nginx-unprivileged|openresty|angie|freenginx|nginx-brotli|docker-nginx-brotli|nginx-quic)(:|@|$)`)
	managedProxy = regexp.MustCompile(`(?i)(^|/)(traefik|caddy|nginx-proxy|nginx-proxy-manager|swag|haproxy|envoy|cloudflared|https-portal|caddy-docker-proxy|httpd|apache|zoraxy)(:|@|$)`)
	ownProxy     = regexp.MustCompile(`(?i)(?:^|/)[\w.]+[-_](traefik|caddy|haproxy)(?::|@|$)`) // built elsewhere on one of them
)

// proxies finds every nginx of the production stacks; where there is none, the configurations of nginx that stand in the repository
// for a host.
func (v *view) proxies() {
	built := map[*compose.Service]*Image{}
	for _, img := range v.d.Images {
		if img.Service != nil && !img.Base {
			built[img.Service] = img
		}
	}
	for _, st := range v.d.Stacks {
		if st.Project == nil || st.Development {
			continue
		}
		in := v.env.interpolator(st, Unset)
		var here []*Proxy
		for _, svc := range st.Project.Services {
			name := svc.Image.Interpolate(in.lookup).Value
			img := built[svc]
			if img != nil {
				name = v.baseImage(img, 0)
			}
			if !nginxImage.MatchString(name) && !mountsNginx(svc) || len(v.d.Proxies)+len(here) >= maxProxies {
				continue
			}
			here = append(here, v.nginxOf(st, svc, img, name))
		}
		v.markEdge(st, here)
		v.d.Proxies = append(v.d.Proxies, here...)
	}
	if len(v.d.Proxies) == 0 && !v.managedEdge() {
		v.looseProxies()
	}
}

// managedEdge reports whether an edge of another kind than nginx is known: a configuration for an nginx on the host is then not the
// one in use.
func (v *view) managedEdge() bool {
	for _, e := range v.d.Edges {
		if e.Kind != AppEdge {
			return true
		}
	}
	return false
}

// mountsNginx reports whether a service is given a configuration of nginx: it runs one whatever its image is called.
func mountsNginx(svc *compose.Service) bool {
	for _, m := range svc.Volumes {
		if t := path.Clean(m.Target.Raw); m.Type == "bind" && m.InRoot && (t == "/etc/nginx" || strings.HasPrefix(t, "/etc/nginx/")) {
			return true
		}
	}
	return false
}

// baseImage is the name of the image from outside the repository that an image is built on.
func (v *view) baseImage(i *Image, depth int) string {
	img := i.File.Image(i.Target, i.lookup)
	if img == nil || depth > 5 {
		return ""
	}
	if of := v.findBase(img.Base.Text, i); of != nil && of != i {
		return v.baseImage(of, depth+1)
	}
	return img.Base.Text
}

// nginxOf loads the configuration of one service.
func (v *view) nginxOf(st *Stack, svc *compose.Service, img *Image, image string) *Proxy {
	p := &Proxy{Stack: st, Service: svc, Image: img, Paths: v.containerPaths(svc, img)}
	in := v.env.interpolator(st, Unset)
	v.rendered(p)
	if !strings.Contains(image, "openresty") {
		for at, file := range p.Paths { // the image's entrypoint runs envsubst over its templates
			if name, ok := strings.CutPrefix(at, "/etc/nginx/templates/"); ok && strings.HasSuffix(name, ".template") {
				p.Paths["/etc/nginx/conf.d/"+strings.TrimSuffix(name, ".template")] = file
			}
		}
	}
	env := map[string]string{}
	for _, e := range svc.Environment {
		if r := e.Value.Interpolate(in.lookup); r.Known && !e.Value.Null {
			env[e.Name] = r.Value
		}
	}
	_, tag, _ := strings.Cut(path.Base(image), ":")
	o := nginx.Options{
		Main: v.mainConfig(p, image),
		Read: func(at string) *source.File {
			if file, ok := p.Paths[path.Clean(at)]; ok {
				return v.fs.File(file)
			}
			return nil
		},
		Glob:    func(pattern string) []string { return globPaths(p.Paths, pattern) },
		Opaque:  func(at string) bool { return opaque(svc, at) },
		Version: nginx.ParseVersion(tag),
		Env:     func(name string) (string, bool) { s, ok := env[name]; return s, ok },
	}
	p.Config = nginx.Load(o)
	return p
}

// mainConfig is the path of the main configuration in the container: what nginx -c names, else the image's.
func (v *view) mainConfig(p *Proxy, image string) string {
	for _, s := range v.d.Starts {
		if s.Service != p.Service {
			continue
		}
		for _, script := range s.Scripts {
			for _, c := range script.Commands {
				w := c.Program()
				for i := range w {
					if path.Base(w[0].Text) == "nginx" && w[i].Text == "-c" && i+1 < len(w) && w[i+1].Known {
						return path.Join("/etc/nginx", w[i+1].Text)
					}
				}
			}
		}
	}
	if strings.Contains(image, "openresty") {
		if _, ok := p.Paths["/usr/local/openresty/nginx/conf/nginx.conf"]; ok {
			return "/usr/local/openresty/nginx/conf/nginx.conf"
		}
	}
	return ""
}

// rendered adds the files that a start script makes of templates: envsubst < a > b, sed … a > b, cp a b.
func (v *view) rendered(p *Proxy) {
	for _, s := range v.d.Starts {
		if s.Service != p.Service {
			continue
		}
		for _, script := range s.Scripts {
			for _, c := range script.Commands {
				var from, to string
				for _, r := range c.Redirects {
					switch {
					case r.Op == "<" && r.File.Known:
						from = r.File.Text
					case strings.HasPrefix(r.Op, ">") && r.File.Known:
						to = r.File.Text
					}
				}
				w := c.Program()
				if len(w) >= 3 && (w[0].Text == "cp" || w[0].Text == "mv") {
					from, to = w[len(w)-2].Text, w[len(w)-1].Text
				} else if len(w) >= 2 && (w[0].Text == "sed" || w[0].Text == "cat") && from == "" {
					from = w[len(w)-1].Text
				}
				if file, ok := p.Paths[path.Clean(from)]; ok && to != "" && strings.HasPrefix(to, "/") {
					if strings.HasSuffix(to, "/") {
						to += path.Base(from)
					}
					p.Paths[path.Clean(to)] = file
				}
			}
		}
	}
}

// maxMapped bounds the files of one container that are mapped to the repository.
const maxMapped = 5000

// containerPaths maps what stands in a service's container to files of the repository: what its image copies, then what is
// mounted over that.
func (v *view) containerPaths(svc *compose.Service, img *Image) map[string]string {
	m := map[string]string{}
	put := func(at, from string) {
		if len(m) >= maxMapped {
			return
		}
		at = path.Clean("/" + at)
		if v.fs.Has(from) {
			m[at] = from
			return
		}
		for _, f := range under(v.fs.Paths(), from) {
			if len(m) >= maxMapped {
				return
			}
			m[path.Join(at, strings.TrimPrefix(strings.TrimPrefix(f, from), "/"))] = f
		}
	}
	v.copied(img, put, 0)
	if svc == nil {
		return m
	}
	for _, mount := range svc.Volumes {
		if mount.Type == "bind" && mount.InRoot && mount.Target.Raw != "" && !strings.Contains(mount.Target.Raw, "$") {
			put(mount.Target.Raw, mount.SourcePath)
		}
	}
	return m
}

// copied puts what an image copies from its build context, the images it is built on first.
func (v *view) copied(i *Image, put func(at, from string), depth int) {
	if i == nil || depth > 5 {
		return
	}
	img := i.File.Image(i.Target, i.lookup)
	if img == nil {
		return
	}
	if of := v.findBase(img.Base.Text, i); of != nil && of != i {
		v.copied(of, put, depth+1)
	}
	for _, in := range img.Files {
		if in.From.Raw != "" || in.OnBuild {
			continue
		}
		dest := in.Dest.Text
		if !strings.HasPrefix(dest, "/") {
			dest = path.Join("/", img.Dir, dest) + strings.Repeat("/", len(dest)-len(strings.TrimRight(dest, "/")))
		}
		for _, src := range in.Sources {
			from, ok := path.Join(i.Context, path.Clean("/" + src.Text)[1:]), true
			if from == "." {
				from = ""
			}
			switch {
			case !ok:
			case strings.ContainsAny(src.Text, "*?["):
				for _, f := range under(v.fs.Paths(), folder(from)) {
					if match, err := path.Match(from, f); err == nil && match {
						put(path.Join(dest, path.Base(f)), f)
					}
				}
			case v.fs.Has(from) && (strings.HasSuffix(dest, "/") || len(in.Sources) > 1 || isFolderName(dest)):
				put(path.Join(dest, path.Base(from)), from)
			default:
				put(dest, from)
			}
		}
	}
}

// isFolderName reports whether a destination is a folder that every image of nginx, Traefik or Caddy has.
func isFolderName(dest string) bool {
	switch path.Clean(dest) {
	case "/etc/nginx", "/etc/nginx/conf.d", "/etc/nginx/templates", "/etc/nginx/snippets", "/etc/nginx/sites-enabled", "/etc/nginx/sites-available", "/usr/share/nginx/html", "/etc/traefik", "/etc/caddy":
		return true
	}
	return false
}

func globPaths(m map[string]string, pattern string) (found []string) {
	pattern = path.Clean(pattern)
	for at := range m {
		if ok, err := path.Match(pattern, at); err == nil && ok {
			found = append(found, at)
		}
	}
	sort.Strings(found)
	return found
}

// opaque reports whether a path of the container may hold what the repository does not show: below a named volume or a mount from
// outside, or anywhere but in nginx's own folders.
func opaque(svc *compose.Service, at string) bool {
	if svc != nil {
		for _, m := range svc.Volumes {
			t := path.Clean(m.Target.Raw)
			if (m.Type == "volume" || m.Type == "bind" && !m.InRoot || m.Type == "bind" && strings.Contains(m.Target.Raw, "$")) && (at == t || strings.HasPrefix(at, t+"/")) {
				return true
			}
		}
	}
	return !strings.HasPrefix(at, "/etc/nginx/")
}
