package nginx

import (
	"strconv"
	"strings"
)

// maxRedirects is the number of internal redirects of one request, as NGX_HTTP_MAX_URI_CHANGES.
const maxRedirects = 10

// Serve answers what nginx itself does with a request that a server takes, phase by phase: rewrite of the server, location,
// rewrite of the location, access, try_files, content.
func (c *Config) Serve(s *Server, r Request) Answer { return c.serve(s, r, 0) }

// Redirects answers a plain HTTP GET of a URI.
func (s *Server) Redirects(uri string) Answer {
	return s.config.Serve(s, Request{URI: uri, Scheme: "http"})
}

// serve answers a request; contentStatus is the status of the content, 0 if it is not known.
func (c *Config) serve(s *Server, r Request, contentStatus int) Answer {
	x := c.newContext(s, r)
	v := &visit{context: x, content: contentStatus}
	a := v.run()
	a.context, a.URI, a.Maybe, a.others, a.anywhere = x, x.uri, v.maybe, v.others, v.anywhere
	if a.Scope == nil {
		a.Scope = x.scope
	}
	if a.Evidence.IsZero() {
		a.Evidence = a.Scope.Evidence()
	}
	return a
}

// A visit is one request on its way through the phases.
type visit struct {
	*context
	content  int
	maybe    []*Directive
	others   []*Scope // that may apply instead
	anywhere bool     // any other may
	hops     int
	errored  bool // error_page was followed: it is not followed again
	internal bool // after an internal redirect
	status   int  // of error_page, kept over its internal redirect
}

// A step is what the rewrite directives of one scope came to.
type step uint8

const (
	goOn       step = iota
	search          // the URI was changed: look for a location again
	stopped         // break: the URI is final
	done            // the answer is there
	changedURI      // the URI was changed, and the directives behind still run
)

// unsure notes a condition that is not known, and the scope that would apply if it held; nil if that may be any.
func (v *visit) unsure(d *Directive, instead *Scope) {
	if len(v.maybe) >= 50 || instead == nil {
		v.anywhere = true
	}
	if len(v.maybe) < 50 {
		v.maybe = append(v.maybe, d)
		v.others = append(v.others, instead)
	}
}

// run starts with the rewrite directives of the server.
func (v *visit) run() Answer {
	v.scope = v.s.Scope
	if _, a, ok := v.rewrite(v.s.Scope); ok {
		return v.finish(a)
	}
	return v.locate()
}

// locate finds the location of the current URI and answers from there.
func (v *visit) locate() Answer {
	for ; v.hops < maxRedirects; v.hops++ {
		m := &matcher{uri: v.uri, known: true}
		m.find(v.s.Scope)
		if !m.known {
			v.unsure(v.s.Directive, nil)
		}
		for k, g := range m.groups {
			v.set[k] = known(g)
		}
		v.scope = v.s.Scope
		if m.best != nil {
			v.scope = m.best.Scope
		}
		if a, ok := v.slash(m); ok {
			return a
		}
		v.limitExcept()
		next, a, ok := v.rewrite(v.scope)
		if ok {
			return v.finish(a)
		}
		if next == search {
			continue
		}
		return v.access()
	}
	return v.finish(Answer{Kind: ReturnAnswer, Status: 500, Known: true})
}

// limitExcept enters the limit_except of the location if it holds for the method. Its block is a location of its own: the
// rewrite directives outside are not run then.
func (v *visit) limitExcept() {
	for _, child := range v.scope.Children {
		if child.Kind != LimitExceptScope {
			continue
		}
		methods := child.Directive.Texts()
		if !foldIn(v.r.Method, methods) && !(v.r.Method == "HEAD" && foldIn("GET", methods)) {
			v.scope = child
		}
		return
	}
}

// slash answers the redirect from /app to /app/ that nginx makes on its own for a proxied location with that prefix.
func (v *visit) slash(m *matcher) (Answer, bool) {
	if m.best != nil && (m.best.Modifier == "=" || m.best.Modifier == "^~" && m.best.Pattern == v.uri) {
		return Answer{}, false
	}
	for _, l := range v.s.Locations() {
		if (l.Modifier == "" || l.Modifier == "^~") && l.Pattern == v.uri+"/" && l.Known && l.Scope.Pass() != nil {
			v.scope = l.Scope
			return v.finish(v.redirect(301, v.uri+"/", l.Directive)), true
		}
	}
	return Answer{}, false
}

// access applies allow, deny and auth_basic, then goes on to the content.
func (v *visit) access() Answer {
	if v.scope.Location != nil && len(v.scope.Location.Scope.Own("internal")) > 0 && !v.internal {
		return v.finish(Answer{Kind: DeniedAnswer, Status: 404, Known: true, Evidence: v.scope.ownEvidence("internal")})
	}
	if a := v.scope.Access(); a.Closed() && !v.errored {
		status := 403
		if a.Basic.Known && a.Basic.Text != "off" && !a.closedByAddress() {
			status = 401
		}
		return v.finish(Answer{Kind: DeniedAnswer, Status: status, Known: true})
	}
	if try := v.scope.tryFiles(); try != nil {
		if a, ok := v.tryFiles(try); ok {
			return a
		}
	}
	return v.serveContent()
}

// tryFiles follows try_files. Without Request.Exists no file is taken to be there.
func (v *visit) tryFiles(d *Directive) (Answer, bool) {
	n := len(d.Args)
	if n < 2 {
		return Answer{}, false
	}
	for _, a := range d.Args[:n-1] {
		t := v.eval(a.Text)
		if v.r.Exists == nil && v.internal && t.known && t.text == v.uri {
			return v.serveContent(), true // the page that everything falls back to is taken to be there
		}
		if v.r.Exists == nil || !t.known {
			continue
		}
		name := strings.TrimSuffix(t.text, "/")
		p, ok := v.path(name)
		if !ok || t.text == "" {
			continue
		}
		dir := strings.HasSuffix(t.text, "/")
		if dir {
			p += "/"
		}
		if v.r.Exists(p) {
			v.uri = t.text
			return v.serveContent(), true
		}
	}
	if v.r.Exists == nil {
		v.unsure(d, v.scope)
	}
	last := d.Text(n - 1)
	if code, ok := strings.CutPrefix(last, "="); ok {
		status, _ := strconv.Atoi(code)
		return v.finish(Answer{Kind: ReturnAnswer, Status: status, Known: true, Evidence: d.Evidence()}), true
	}
	return v.jump(last), true
}

// jump follows an internal redirect to a URI or a named location.
func (v *visit) jump(target string) Answer {
	v.hops++
	v.internal = true
	if name, ok := strings.CutPrefix(target, "@"); ok {
		for _, child := range v.s.Children {
			if child.Kind == LocationScope && child.Location.Modifier == "@" && child.Location.Pattern == name {
				v.scope = child
				if next, a, ok := v.rewrite(child); ok {
					return v.finish(a)
				} else if next == search {
					return v.locate()
				}
				return v.access()
			}
		}
		return v.finish(Answer{Kind: ReturnAnswer, Status: 500, Known: true})
	}
	t := v.eval(target)
	if !t.known {
		return Answer{Kind: UnknownAnswer}
	}
	v.uri = cleanURI(t.text)
	if _, q, ok := strings.Cut(t.text, "?"); ok {
		v.args = q
	}
	return v.run2()
}

// run2 starts over at the rewrite phase of the server, as an internal redirect does.
func (v *visit) run2() Answer {
	if v.hops >= maxRedirects {
		return v.finish(Answer{Kind: ReturnAnswer, Status: 500, Known: true})
	}
	return v.locate()
}

// serveContent is the content phase: a pass, a module that answers itself, or files. A URI that ends with a slash is
// redirected to its index page, which other locations may take (ngx_http_index_handler).
func (v *visit) serveContent() Answer {
	if p := v.scope.Pass(); p != nil {
		return v.finish(Answer{Kind: PassAnswer, Status: v.content, Known: p.Known, Pass: p, Evidence: p.Directive.Evidence()})
	}
	for _, name := range []string{"stub_status", "empty_gif", "perl", "js_content", "content_by_lua_block", "content_by_lua_file", "content_by_lua", "echo", "dav_methods", "flv", "mp4", "status", "api"} {
		if own := v.scope.Own(name); len(own) > 0 {
			return v.finish(Answer{Kind: ReturnAnswer, Status: v.content, Evidence: own[0].Evidence()})
		}
	}
	a := Answer{Kind: StaticAnswer, Status: v.content, Known: true}
	if strings.HasSuffix(v.uri, "/") {
		for _, name := range v.scope.Value("index").Args {
			p, ok := v.path(v.uri + name)
			if strings.HasPrefix(name, "/") || strings.Contains(name, "$") || !ok || v.r.Exists != nil && !v.r.Exists(p) {
				continue
			}
			return v.jump(v.uri + name)
		}
		if v.r.Exists != nil && v.content == 0 {
			p, ok := v.path(v.uri)
			switch {
			case !ok:
			case !v.r.Exists(p):
				a.Status = 404
			case !v.scope.Value("autoindex").Is("on"):
				a.Status = 403
			}
		}
	} else if p, ok := v.path(v.uri); ok && v.r.Exists != nil && v.content == 0 {
		if a.Status = 200; !v.r.Exists(p) {
			a.Status = 404
		}
		if v.r.Exists(p + "/") {
			return v.finish(v.redirect(301, v.uri+"/", nil))
		}
	}
	return v.finish(a)
}

// finish applies error_page to the status of an answer.
func (v *visit) finish(a Answer) Answer {
	if a.Scope == nil {
		a.Scope = v.scope
	}
	if v.status != 0 && (a.Status == 0 || a.Status == 200) {
		a.Status = v.status
	}
	if a.Kind == ReturnAnswer && len(a.Location) == 0 && a.Status < 300 {
		return a
	}
	if a.Status < 300 || v.errored || a.Kind == PassAnswer && !v.intercepts(a.Pass) {
		return a
	}
	for _, d := range v.scope.All("error_page") {
		n := len(d.Args)
		if n < 2 {
			continue
		}
		codes, target := d.Args[:n-1], d.Text(n-1)
		status := a.Status
		if last := codes[len(codes)-1].Text; strings.HasPrefix(last, "=") {
			codes = codes[:len(codes)-1]
			if status, _ = strconv.Atoi(last[1:]); status == 0 {
				status = -1 // that of the page
			}
		}
		for _, code := range codes {
			if code.Text != strconv.Itoa(a.Status) {
				continue
			}
			v.errored, v.content, v.status = true, 0, status
			if status == -1 {
				v.status = 0
			}
			if strings.HasPrefix(target, "/") || strings.HasPrefix(target, "@") {
				return v.jump(target)
			}
			if status == a.Status || status == -1 {
				status = 302
			}
			v.status = 0
			return v.redirect(status, target, d)
		}
	}
	return a
}

// intercepts reports whether error_page holds for the statuses of the proxied server too.
func (v *visit) intercepts(p *Pass) bool {
	name := p.Protocol
	if name == "http" || name == "https" {
		name = "proxy"
	}
	return v.scope.Value(strings.TrimSuffix(name, "s") + "_intercept_errors").Is("on")
}

// redirect makes the answer of a redirect to a URL or path.
func (v *visit) redirect(status int, target string, d *Directive) Answer {
	t := v.eval(target)
	a := Answer{Kind: RedirectAnswer, Status: status, Location: t.text, Known: t.known, Scope: v.scope}
	if d != nil {
		a.Known = a.Known && d.Known()
		a.Evidence = d.Evidence()
	}
	if strings.HasPrefix(t.text, "/") && !v.scope.Value("absolute_redirect").Is("off") {
		host := v.variable("host")
		scheme := v.variable("scheme")
		if host.known && scheme.known {
			a.Location = scheme.text + "://" + host.text + t.text
		}
	}
	a.HTTPS = len(a.Location) > 8 && strings.EqualFold(a.Location[:8], "https://")
	if d != nil && strings.HasPrefix(target, "/") {
		a.HTTPS = v.r.Scheme == "https"
	}
	return a
}
