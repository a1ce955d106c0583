package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
)

var djangoProxyHeaderMissing = &Check{
	ID:       "django-proxy-header-missing",
	Title:    "Django cannot tell that a request came over HTTPS",
	Severity: Medium,
	Why:      "A proxy ends TLS and hands the request on as plain HTTP. Without a header that says so, SECURE_SSL_REDIRECT sends every visitor in a circle and CSRF checks fail.",
	Fix:      "Set SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\") and let the proxy set that header itself on every request.",
	Misses:   "What a proxy outside the repository does with the header.",
	Refs:     []string{settingsDocs + "#secure-proxy-ssl-header", "https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_SSL_REDIRECT = True
# want "redirect"
SECURE_PROXY_SSL_HEADER = None
-- Dockerfile --
FROM python:3.13
COPY . /app
CMD ["gunicorn", "site1.wsgi"]
-- docker-compose.yml --
services:
  web:
    build: .
  nginx:
    image: nginx:1.29
    ports: ["80:80", "443:443"]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SECURE_PROXY_SSL_HEADER", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			proxy := frontOf(f, p)
			redirect := s.Get("SECURE_SSL_REDIRECT")
			circle := redirect.Value.IsTrue() && hasMiddleware(p, s, "SecurityMiddleware") == surelyIn
			if pair, complete := set.Value.Elements(); complete && len(pair) == 2 {
				header, ok := pair[0].Str()
				if ok && !strings.HasPrefix(header, "HTTP_") {
					return failing("SECURE_PROXY_SSL_HEADER names %q, but request headers are found under HTTP_… only: no request ever counts as HTTPS", header)
				}
				if o := proxy.tells(header, circle); ok && o.status != NotApplicable {
					return o
				}
				return passing("SECURE_PROXY_SSL_HEADER is %s", set.Value.Display(false))
			}
			switch {
			case redirect.Value.IsFalse() || hasMiddleware(p, s, "SecurityMiddleware") == notIn:
				return opinion{} // nothing asks whether a request came over HTTPS
			case !set.Value.IsFalse():
				return undecided(set)
			case serverTrustsProxy(f, p) || proxy.trusted():
				return passing("the application server takes the scheme from the proxy itself")
			}
			if !proxy.tls.Yes && !publishesHTTPS(proxy.edge) {
				return unknowing("state the production compose file, or set SECURE_PROXY_SSL_HEADER", "SECURE_PROXY_SSL_HEADER is not set, and it is not known what ends TLS in front of Django")
			}
			if !redirect.Value.IsTrue() {
				return undecided(redirect).about(redirect.Value)
			}
			return failing("SECURE_SSL_REDIRECT is on and SECURE_PROXY_SSL_HEADER is not set: behind %s every request looks like plain HTTP and is redirected for ever", proxy.name)
		})
	},
}

// publishesHTTPS reports whether an edge that is not Django itself publishes the port of HTTPS.
func publishesHTTPS(e *deploy.Edge) bool {
	if e == nil || e.Service == nil || e.Kind == deploy.AppEdge {
		return false
	}
	for _, port := range e.Service.Ports {
		if port.Published.Raw == "443" || port.Target.Raw == "443" {
			return true
		}
	}
	return false
}

// serverTrustsProxy reports whether the application server is told to take the scheme from X-Forwarded-Proto, so that Django needs
// no header of its own: gunicorn's and uvicorn's forwarded-allow-ips, daphne's proxy-headers.
func serverTrustsProxy(f *Facts, p *deploy.Project) bool {
	for _, flag := range []string{"forwarded-allow-ips", "--proxy-headers", "FORWARDED_ALLOW_IPS"} {
		if strings.Contains(p.Command, flag) {
			return true
		}
	}
	for _, s := range p.Services {
		for _, e := range s.Environment {
			if e.Name == "FORWARDED_ALLOW_IPS" || e.Name == "GUNICORN_CMD_ARGS" && strings.Contains(e.Value.Raw, "forwarded-allow-ips") {
				return true
			}
		}
	}
	return anyModule(f, p, []string{"forwarded_allow_ips"}, func(m *python.Module) bool {
		return strings.Contains(m.File.Path, "gunicorn")
	})
}
