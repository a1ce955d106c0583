package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

// tells is the opinion of whether the nginx that Django is behind sets the header that SECURE_PROXY_SSL_HEADER trusts. It is not
// applicable where no nginx is known to stand there, or where it is set well. circle says that Django redirects what it takes for
// plain HTTP.
func (fr *front) tells(setting string, circle bool) opinion {
	header := headerName(setting)
	for _, e := range fr.entries {
		if !e.direct || !servesPages(e) {
			continue // the inner nginx speaks to Django; files and web sockets are not redirected
		}
		switch e.pass.Protocol {
		case "http", "https":
		default:
			continue // uwsgi and FastCGI hand the scheme over by themselves
		}
		h := headerTo(e.scope, header)
		atEdge := fr.edge.Kind == deploy.NginxEdge && e.proxy.Edge
		if atEdge && anyTLS(e.proxy.Config) && !e.server.HasTLS() {
			continue // what plain HTTP reaches is the redirect's row
		}
		behindTLS := !atEdge && fr.tls.Yes
		switch {
		case h == nil && atEdge && e.server.HasTLS() && circle:
			return about(e, failing("%s does not set %s: every request looks like plain HTTP and is redirected for ever, and whoever sends the header himself counts as HTTPS", e.where(), header))
		case h == nil && atEdge && e.server.HasTLS():
			return about(e, failing("%s does not set %s: visitors can send it themselves, and no other request counts as HTTPS", e.where(), header))
		case h == nil || !h.Known:
			continue
		case atEdge && e.server.HasTLS() && strings.EqualFold(h.Value, "$http_"+strings.ReplaceAll(header, "-", "_")):
			o := failing("nginx hands on the %s that the visitor sends, although it ends TLS itself: write $scheme", header)
			o.at = h.At.Evidence()
			return o
		case h.Value == "$scheme" && behindTLS && !e.server.HasTLS() && circle:
			o := failing("%s ends TLS, and nginx behind it overwrites %s with its own http: Django redirects every request for ever", fr.name, header)
			o.at = h.At.Evidence()
			return o
		case h.Value == "$scheme" && atEdge && !anyTLS(e.proxy.Config) && circle:
			o := unknowing("let the proxy that ends TLS be seen, or hand its header on", "nginx sets %s to http: behind another proxy that ends TLS Django redirects every request for ever", header)
			o.at = h.At.Evidence()
			return o
		}
	}
	return opinion{}
}

// headerName is the name of a header as it is written: "X-Forwarded-Proto" for HTTP_X_FORWARDED_PROTO.
func headerName(setting string) string {
	parts := strings.Split(strings.ToLower(strings.TrimPrefix(setting, "HTTP_")), "_")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "-")
}

// servesPages reports whether an entry is one for pages and forms, not for static files, uploads or web sockets alone.
func servesPages(e entry) bool {
	if h := headerTo(e.scope, "Upgrade"); h != nil && e.uri != "/" {
		return false
	}
	for _, part := range strings.FieldsFunc(strings.ToLower(e.uri), func(r rune) bool { return r == '/' || r == '-' || r == '_' || r == '.' }) {
		switch part {
		case "static", "staticfiles", "media", "ws", "websocket", "wss", "socket", "assets", "uploads", "favicon", "robots", "health", "healthz", "ping", "metrics":
			return false
		}
	}
	return true
}

// where names the place of an nginx that requests pass on their way to Django.
func (e entry) where() string {
	if e.scope.Location != nil {
		return "the location " + e.scope.Location.Pattern + " of nginx"
	}
	return "nginx"
}

func about(e entry, o opinion) opinion {
	o.at = e.pass.Directive.Evidence()
	if at := e.scope.Evidence(); !at.IsZero() && at.Span != o.at.Span {
		o.at = o.at.Then(source.Step{Span: at.Span, Note: "the block that hands requests to Django"})
	}
	return o
}

func anyTLS(c *nginx.Config) bool { return len(tlsServers(c)) > 0 }

// headerTo is what the proxied server is told under a name, nil if nginx leaves what the visitor sent.
func headerTo(sc *nginx.Scope, name string) *nginx.ProxyHeader {
	for _, h := range sc.ProxyHeaders() {
		if strings.EqualFold(h.Name, name) {
			return &h
		}
	}
	return nil
}

// trusted reports whether every nginx in front of Django stands on the same host as the application server, which gunicorn and uvicorn
// trust by default (forwarded_allow_ips is 127.0.0.1), and tells it the scheme.
func (fr *front) trusted() bool {
	found := false
	for _, e := range fr.entries {
		if !e.direct {
			continue
		}
		local := e.pass.Unix != "" || isLoopback(e.pass.Host) || e.pass.Host == "localhost"
		h := headerTo(e.scope, "X-Forwarded-Proto")
		uwsgi := e.pass.Protocol == "uwsgi" || e.pass.Protocol == "fastcgi"
		if !uwsgi && (!local || h == nil) {
			return false
		}
		found = true
	}
	return found
}
