package deploy

import (
	"maps"
	"slices"
	"strings"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// middlewares returns the names of the middlewares of a router, those of its entry points first.
func (t *traefik) middlewares(key string, points []string, all bool) (names []string) {
	if all {
		points = t.static.names("entrypoints")
	}
	add := func(f *flat, key string) {
		if v, ok := f.get(key); ok {
			for _, n := range strings.Split(v.text, ",") {
				n, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(n)), "@")
				if n != "" && !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
	}
	for _, p := range points {
		add(&t.static, "entrypoints."+p+".http.middlewares")
	}
	add(&t.dynamic, key+".middlewares")
	return names
}

// apply adds to a route what one middleware does. A middleware that is defined elsewhere leaves the route open.
func (t *traefik) apply(r *Route, name string, depth int) {
	key := "http.middlewares." + name
	known := false
	t.dynamic.sub(key, func(option string, v flatValue) {
		known = true
		kind, rest, _ := strings.Cut(option, ".")
		switch kind {
		case "headers":
			r.headerOption(rest, v)
		case "redirectscheme":
			if rest == "scheme" && v.text == "https" {
				r.Redirects = yes(v.at)
			}
		case "redirectregex":
			if rest == "replacement" && strings.HasPrefix(v.text, "https://") {
				r.Redirects = yes(v.at)
			}
		case "basicauth", "digestauth", "forwardauth", "ipallowlist", "ipwhitelist":
			r.Guard = yes(v.at)
		case "chain":
			if rest == "middlewares" && depth < 10 {
				for _, n := range strings.Split(v.text, ",") {
					n, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(n)), "@")
					t.apply(r, n, depth+1)
				}
			}
		case "plugin", "errors":
			r.Open = true
		}
	})
	if !known {
		r.Open = true
	}
}

// headerOption reads one option of a headers middleware (Traefik's reference, "Headers").
func (r *Route) headerOption(option string, v flatValue) {
	set := func(name, value string) {
		if h := r.Header(name); h != nil {
			*h = RouteHeader{name, value, v.known, v.at}
			return
		}
		r.Headers = append(r.Headers, RouteHeader{name, value, v.known, v.at})
	}
	on := v.text == "true"
	switch option {
	case "stsseconds":
		if v.text != "0" {
			value := "max-age=" + v.text
			if h := r.Header("Strict-Transport-Security"); h != nil {
				value += h.Value
			}
			set("Strict-Transport-Security", value)
		}
	case "stsincludesubdomains", "stspreload":
		word := map[string]string{"stsincludesubdomains": "; includeSubDomains", "stspreload": "; preload"}[option]
		if h := r.Header("Strict-Transport-Security"); h != nil && on {
			h.Value += word
		}
	case "framedeny":
		if on {
			set("X-Frame-Options", "DENY")
		}
	case "customframeoptionsvalue":
		set("X-Frame-Options", v.text)
	case "contenttypenosniff":
		if on {
			set("X-Content-Type-Options", "nosniff")
		}
	case "referrerpolicy":
		set("Referrer-Policy", v.text)
	case "permissionspolicy":
		set("Permissions-Policy", v.text)
	case "contentsecuritypolicy":
		set("Content-Security-Policy", v.text)
	case "accesscontrolalloworiginlist":
		set("Access-Control-Allow-Origin", v.text)
	case "accesscontrolallowcredentials":
		set("Access-Control-Allow-Credentials", v.text)
	case "sslredirect":
		if on {
			r.Redirects = yes(v.at)
		}
	default:
		if name, ok := strings.CutPrefix(option, "customresponseheaders."); ok && v.text != "" {
			set(name, v.text)
		}
	}
}

// nginxProxyEdge is nginx-proxy: it serves what says VIRTUAL_HOST, with certificates where a companion gets them, and then sends
// plain HTTP to HTTPS unless HTTPS_METHOD says otherwise (its README, "SSL support").
func (v *view) nginxProxyEdge(st *Stack, front *managed) *Edge {
	e := &Edge{Kind: NginxProxyEdge, Name: "nginx-proxy", Stack: st, Service: front.service}
	for _, svc := range st.Project.Services {
		vars := v.containerVars(st, svc)
		host, ok := vars("VIRTUAL_HOST")
		if !ok || host.Value == "" {
			continue
		}
		r := &Route{Service: svc, At: host.Evidence, Open: true, Hosts: strings.Split(strings.ToLower(strings.ReplaceAll(host.Value, " ", "")), ",")}
		if x, ok := vars("VIRTUAL_PATH"); ok {
			r.Path = strings.TrimSuffix(x.Value, "/")
		}
		cert, known := vars("LETSENCRYPT_HOST")
		method, said := vars("HTTPS_METHOD")
		if known && said && cert.Value != "" {
			r.TLS, r.Automatic = yes(cert.Evidence), yes(cert.Evidence)
			switch method.Value {
			case "", "redirect":
				r.Plain, r.Redirects = no(cert.Evidence), yes(cert.Evidence)
			case "noredirect":
				r.Plain, r.Redirects = yes(method.Evidence), no(method.Evidence)
			}
		}
		e.Routes = append(e.Routes, r)
	}
	return e
}
