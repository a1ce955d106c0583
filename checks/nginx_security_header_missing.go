package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

var nginxSecurityHeaderMissing = &Check{
	ID:       "nginx-security-header-missing",
	Title:    "The site does not send all security headers",
	Severity: Medium,
	Why:      "Browsers protect visitors from injected scripts, from being framed and from leaking addresses only where the site asks for it with a header.",
	Fix:      "Send Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, Referrer-Policy and Permissions-Policy with add_header … always in the TLS server. X-XSS-Protection is obsolete: browsers ignore it.",
	Misses:   "Headers that a CDN in front adds, and whether the policy itself is a good one: prodcheck verify judges that.",
	Refs:     []string{"https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring", nginxHeaders + "#add_header", "https://owasp.org/www-project-secure-headers/"},
	Bad: nginxCompose + `-- nginx.conf --
events {}
http {
    server { # want "Content-Security-Policy"
        listen 443 ssl;
        ssl_certificate /etc/ssl/site.pem;
        ssl_certificate_key /etc/ssl/site.key;
        add_header X-Frame-Options DENY always;
        location / { root /srv/site; }
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
        add_header Content-Security-Policy "default-src 'self'" always;
        add_header X-Frame-Options DENY always;
        add_header X-Content-Type-Options nosniff always;
        add_header Referrer-Policy same-origin always;
        add_header Permissions-Policy "camera=(), geolocation=()" always;
        location / { root /srv/site; }
    }
}
`,
	Run: func(f *Facts, v *Verdict) {
		judgeRoutes(f, v, "the security headers", func(e *deploy.Edge, r *deploy.Route) {
			if r.Path == "" {
				sent, open := headersOfRoute(f, e, r)
				tellHeaders(v, r.At, routeName(r), sent, open)
			}
		})
		for _, p := range edges(f) {
			for _, s := range tlsServers(p.Config) {
				if redirectsOnly(s) {
					continue
				}
				sent, open := headersAt(f, p, s, "/", 0)
				tellHeaders(v, serverAt(s), serverName(s), sent, open)
			}
		}
	},
}

// tellHeaders says which of the security headers are not sent for a name.
func tellHeaders(v *Verdict, at source.Evidence, name string, sent map[string]string, open bool) {
	missing, unsure := lacking(sent, open)
	switch {
	case len(missing) == 0 && len(unsure) == 0:
		v.Pass(at, "%s sends every security header", name)
	case len(missing) == 0:
		v.Unknown(at, "ask the running site: prodcheck verify", "whether %s is sent for %s", list(unsure), name)
	default:
		fd := v.Fail(at, "%s %s sent for %s", list(missing), areNot(missing), name)
		if len(missing) == 1 && missing[0] == "Permissions-Policy" {
			fd.Severity = Info
		}
	}
}

// headersOfRoute returns the headers that leave with a page of a route of Traefik or Caddy, as headersAt does for nginx.
func headersOfRoute(f *Facts, e *deploy.Edge, r *deploy.Route) (map[string]string, bool) {
	sent, open := map[string]string{}, true
	for _, p := range f.Projects() {
		if p.Stack == e.Stack && len(p.Services) > 0 && p.Services[0] == r.Service {
			sent, open = djangoHeaders(p), false
		}
	}
	for _, inner := range f.Repo.Deployment.Proxies {
		if inner.Stack == e.Stack && inner.Service == r.Service && inner.Config != nil {
			if s := inner.Config.Route("", 80, false); s != nil {
				sent, open = headersAt(f, inner, s, "/", 0)
			}
		}
	}
	for _, h := range r.Headers {
		sent[strings.ToLower(h.Name)] = h.Value
	}
	return sent, open || r.Open
}

// lacking returns the headers that are surely not sent, and those that may be.
func lacking(sent map[string]string, open bool) (missing, unsure []string) {
	for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"} {
		_, ok := sent[strings.ToLower(name)]
		if name == "X-Frame-Options" && strings.Contains(sent["content-security-policy"], "frame-ancestors") {
			ok = true
		}
		switch {
		case ok:
		case open:
			unsure = append(unsure, name)
		default:
			missing = append(missing, name)
		}
	}
	return missing, unsure
}

// headersAt returns the headers that leave with a page, by lower-case name, those of what stands behind nginx included. open says
// that something not known may add more.
func headersAt(f *Facts, p *deploy.Proxy, s *nginx.Server, uri string, depth int) (sent map[string]string, open bool) {
	sent = map[string]string{}
	for _, h := range p.Config.Headers(s, uri, 200) {
		sent[strings.ToLower(h.Name)] = h.Value
	}
	a := p.Config.Serve(s, nginx.Request{URI: uri, Scheme: "https"})
	if a.Kind == nginx.UnknownAnswer {
		return sent, true
	}
	if a.Kind != nginx.PassAnswer || a.Pass == nil || depth > 3 {
		return sent, false
	}
	behind, open := headersBehind(f, p, a.Pass, uri, depth)
	for name, value := range behind {
		if _, ok := sent[name]; !ok && !hidden(a.Scope, name) {
			sent[name] = value
		}
	}
	return sent, open
}

// hidden reports whether nginx keeps a header of the proxied server to itself.
func hidden(sc *nginx.Scope, name string) bool {
	if sc == nil {
		return false
	}
	for _, d := range sc.All("proxy_hide_header") {
		if strings.EqualFold(d.Text(0), name) {
			return true
		}
	}
	return false
}

// headersBehind returns the headers of the server that nginx passes a request on to: another nginx, or Django.
func headersBehind(f *Facts, p *deploy.Proxy, pass *nginx.Pass, uri string, depth int) (map[string]string, bool) {
	for _, other := range f.Repo.Deployment.Proxies {
		if other != p && other.Stack == p.Stack && deploy.AnswersTo(other.Service, pass.Host) && other.Config != nil {
			if s := other.Config.Route("", max(pass.Port, 80), false); s != nil {
				return headersAt(f, other, s, uri, depth+1)
			}
		}
	}
	for _, project := range f.Projects() {
		if project.Stack == p.Stack && runsAt(project, pass, p) {
			return djangoHeaders(project), false
		}
	}
	return nil, true
}

// runsAt reports whether a proxied server is the project: its service by name, or the only project where nginx runs on the host.
func runsAt(p *deploy.Project, pass *nginx.Pass, proxy *deploy.Proxy) bool {
	for _, svc := range p.Services {
		if deploy.AnswersTo(svc, pass.Host) {
			return true
		}
	}
	return proxy.Service == nil
}

// djangoHeaders returns the security headers that a project's middleware surely sends.
func djangoHeaders(p *deploy.Project) map[string]string {
	sent := map[string]string{}
	s := p.Unset
	if p.Documented != nil {
		s = p.Documented
	}
	if s == nil {
		return sent
	}
	if hasMiddleware(p, s, "SecurityMiddleware") != notIn {
		if s.Get("SECURE_CONTENT_TYPE_NOSNIFF").Value.IsTrue() {
			sent["x-content-type-options"] = "nosniff"
		}
		if text, ok := s.Get("SECURE_REFERRER_POLICY").Value.Str(); ok && text != "" {
			sent["referrer-policy"] = text
		}
		if n, ok := s.Get("SECURE_HSTS_SECONDS").Value.Int(); ok && n > 0 {
			sent["strict-transport-security"] = ""
		}
	}
	if hasMiddleware(p, s, "XFrameOptionsMiddleware") != notIn {
		sent["x-frame-options"] = "DENY"
	}
	for _, m := range s.Get("MIDDLEWARE").Value.MayContain() {
		if name, ok := m.Str(); ok && strings.Contains(strings.ToLower(name), "csp") {
			sent["content-security-policy"] = "django"
		}
		if name, ok := m.Str(); ok && strings.Contains(strings.ToLower(name), "permissions_policy") {
			sent["permissions-policy"] = "django"
		}
	}
	return sent
}
