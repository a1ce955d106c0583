package compose

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// checkModel reports what docker compose refuses in the merged model although each file has the right form. Names with variables
// may become anything, and where a file could not be read what is missing may be in it.
func (l *loader) checkModel(model *node) {
	l.checkRequired(model, shape{{kind: '@', object: "project"}}, "")
	if len(l.project.Problems) > 0 {
		return
	}
	for _, s := range l.project.Services {
		n := model.get("services").get(s.Name)
		l.checkService(s, n)
		l.checkReferences(s, n)
	}
	for _, f := range fieldsOf(model.get("secrets")) {
		l.checkSources(f, "secret", "file", "environment")
	}
	for _, f := range fieldsOf(model.get("configs")) {
		l.checkSources(f, "config", "file", "environment", "content")
	}
	for _, f := range fieldsOf(model.get("volumes")) {
		if ext := f.val.get("external"); ext != nil && ext.raw == "true" {
			for _, k := range f.val.fields {
				if k.key != "name" && k.key != "external" && !strings.HasPrefix(k.key, "x-") {
					l.invalid(k.span, fmt.Sprintf("volume %q is external and sets %s", f.key, k.key))
				}
			}
		}
	}
	l.checkCycle()
}

func fieldsOf(n *node) []field {
	if n == nil || n.kind != mapping {
		return nil
	}
	return n.fields
}

// checkRequired reports attributes that are missing once everything is merged.
func (l *loader) checkRequired(n *node, sh shape, at string) {
	f := sh.of(n)
	if f == nil {
		if n.kind == null && at != "" {
			l.invalid(n.span, fmt.Sprintf("%s must be %s", at, sh))
		}
		return
	}
	switch f.kind {
	case '[':
		for i, item := range n.items {
			l.checkRequired(item, f.inner, fmt.Sprintf("%s[%d]", at, i))
		}
	case '{', '<':
		for _, c := range n.fields {
			l.checkRequired(c.val, f.inner, join(at, c.key))
		}
	case '@':
		o := schema()[f.object]
		for _, key := range o.required {
			if n.get(key) == nil {
				l.invalid(n.span, fmt.Sprintf("%s has no %s", at, key))
			}
		}
		for _, c := range n.fields {
			if inner, ok := o.keys[c.key]; ok {
				l.checkRequired(c.val, inner, join(at, c.key))
			}
		}
	}
}

func (l *loader) checkService(s *Service, n *node) {
	if n.kind != mapping {
		return
	}
	if n.get("image") == nil && n.get("build").isNull() && n.get("provider") == nil {
		l.invalid(s.Span, fmt.Sprintf("service %q has neither an image nor a build", s.Name))
	}
	if s.Build != nil && s.Build.DockerfileInline.Raw != "" && s.Build.Dockerfile.Raw != "" {
		l.invalid(s.Build.Span, fmt.Sprintf("service %q has both dockerfile and dockerfile_inline", s.Name))
	}
	if s.NetworkMode.Raw != "" && len(s.Networks) > 0 {
		l.invalid(s.Keys["network_mode"], fmt.Sprintf("service %q has both network_mode and networks", s.Name))
	}
	if h := s.Healthcheck; h != nil && h.Test != nil && h.Test.List && len(h.Test.Words) > 0 {
		switch w := h.Test.Words[0]; {
		case w.Raw == "CMD", w.Raw == "CMD-SHELL", w.Raw == "NONE", strings.Contains(w.Raw, "$"):
		default:
			l.invalid(h.Test.Span, fmt.Sprintf("the health check of service %q must begin with CMD, CMD-SHELL or NONE", s.Name))
		}
	}
	if s.ContainerName.Raw != "" {
		replicas := s.Scale
		if replicas.Raw == "" && s.Deploy != nil {
			replicas = s.Deploy.Replicas
		}
		if replicas.Raw != "" && replicas.Raw != "1" && replicas.Raw != "0" && !strings.Contains(replicas.Raw, "$") {
			l.invalid(s.ContainerName.Span, fmt.Sprintf("service %q has a container_name and more than one replica", s.Name))
		}
	}
	for _, p := range s.Ports {
		l.checkPort(s, p)
	}
}

func (l *loader) checkPort(s *Service, p *Port) {
	for _, part := range [...]Scalar{p.HostIP, p.Published, p.Target} {
		if strings.Contains(part.Raw, "$") {
			return
		}
	}
	if ip := p.HostIP.Raw; ip != "" {
		if _, err := netip.ParseAddr(ip); err != nil {
			l.invalid(p.Span, fmt.Sprintf("service %q publishes a port on %q, which is no IP address", s.Name, ip))
		}
	}
	for _, part := range [...]string{p.Published.Raw, p.Target.Raw} {
		if part != "" && !isPort(part) {
			l.invalid(p.Span, fmt.Sprintf("service %q publishes %q, which is no port", s.Name, part))
			return
		}
	}
}

// isPort reports whether a string is a port or a range of ports.
func isPort(s string) bool {
	first, last, ranged := strings.Cut(s, "-")
	lo, ok := portNumber(first)
	if !ranged || !ok {
		return ok
	}
	hi, ok := portNumber(last)
	return ok && lo <= hi
}

func portNumber(s string) (n int, ok bool) {
	if s == "" || len(s) > 5 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n <= 65535
}

// checkReferences reports names of networks, volumes, services and secrets that nothing defines.
func (l *loader) checkReferences(s *Service, n *node) {
	undefined := func(at source.Span, what, name string) {
		if name != "" && !strings.Contains(name, "$") {
			l.invalid(at, fmt.Sprintf("service %q refers to %s %q, which is not defined", s.Name, what, name))
		}
	}
	for _, r := range s.Networks {
		if r.Name != "default" && l.project.Network(r.Name) == nil {
			undefined(r.Span, "network", r.Name)
		}
	}
	for _, m := range s.Volumes {
		if m.Type == "volume" && l.project.Volume(m.Source.Raw) == nil {
			undefined(m.Span, "volume", m.Source.Raw)
		}
	}
	for _, d := range s.DependsOn {
		if l.project.Service(d.Name) == nil {
			undefined(d.Span, "service", d.Name)
		}
	}
	refs := s.Secrets
	if s.Build != nil {
		refs = append(refs[:len(refs):len(refs)], s.Build.Secrets...)
	}
	for _, r := range refs {
		if l.project.Secret(r.Source.Raw) == nil {
			undefined(r.Span, "secret", r.Source.Raw)
		}
	}
	for _, r := range s.Configs {
		if find(l.project.Configs, r.Source.Raw) == nil {
			undefined(r.Span, "config", r.Source.Raw)
		}
	}
	for _, mode := range [...]string{"network_mode", "ipc", "pid"} {
		if v := n.get(mode); v != nil {
			if name, ok := strings.CutPrefix(v.raw, "service:"); ok && l.project.Service(name) == nil {
				undefined(v.span, "service", name)
			}
		}
	}
}

// checkSources reports a secret or config whose content comes from nowhere, or from two places.
func (l *loader) checkSources(f field, what string, keys ...string) {
	if f.val.kind != mapping || f.val.get("external") != nil {
		return
	}
	n := 0
	for _, k := range keys {
		if f.val.get(k) != nil {
			n++
		}
	}
	switch {
	case n > 1:
		l.invalid(f.span, fmt.Sprintf("%s %q has more than one of %s", what, f.key, strings.Join(keys, ", ")))
	case n == 0 && f.val.get("driver") == nil:
		l.invalid(f.span, fmt.Sprintf("%s %q has none of %s", what, f.key, strings.Join(keys, ", ")))
	}
}

// checkCycle reports services that wait for each other.
func (l *loader) checkCycle() {
	const busy, done = 1, 2
	state := map[string]int{}
	var visit func(s *Service, depth int) bool
	visit = func(s *Service, depth int) bool {
		if s == nil || state[s.Name] == done || depth > 10_000 {
			return false
		}
		if state[s.Name] == busy {
			return true
		}
		state[s.Name] = busy
		for _, d := range s.DependsOn {
			if visit(l.byName[d.Name], depth+1) {
				l.invalid(d.Span, fmt.Sprintf("service %q depends on itself by way of %q", s.Name, d.Name))
				state[s.Name] = done
				return false // told once
			}
		}
		state[s.Name] = done
		return false
	}
	for _, s := range l.project.Services {
		visit(s, 0)
	}
}
