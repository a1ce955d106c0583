package compose

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// service reads one service of the merged model. What has a wrong form is left out; checkModel reports it.
func (l *loader) service(f field) *Service {
	n := f.val
	s := &Service{
		Name: f.key, Span: f.span, Spans: n.from, ExtendsFrom: n.extends, Keys: map[string]source.Span{},
		Image: n.get("image").scalar(), ContainerName: n.get("container_name").scalar(),
		Restart: n.get("restart").scalar(), NetworkMode: n.get("network_mode").scalar(),
		Scale: n.get("scale").scalar(), User: n.get("user").scalar(), WorkingDir: n.get("working_dir").scalar(),
		Privileged:  n.get("privileged").scalar(),
		Command:     command(n.get("command"), n.keySpan("command")),
		Entrypoint:  command(n.get("entrypoint"), n.keySpan("entrypoint")),
		Environment: pairList(n.get("environment"), f.key), Labels: pairList(n.get("labels"), f.key),
		Expose: scalars(n.get("expose")), Profiles: scalars(n.get("profiles")),
	}
	for _, k := range n.fields {
		s.Keys[k.key] = k.span
	}
	if r := n.get("restart"); r != nil && r.tag == "!!bool" && strings.EqualFold(r.raw, "false") {
		s.Restart.Raw = "no"
	}
	for _, sp := range n.from {
		if k := len(s.Files); k == 0 || s.Files[k-1] != sp.File {
			s.Files = append(s.Files, sp.File)
		}
	}
	s.Build = l.build(n.get("build"), n.keySpan("build"))
	s.EnvFiles = l.envFiles(n.get("env_file"))
	s.Ports = l.ports(n.get("ports"))
	s.Volumes = l.mounts(n.get("volumes"), n.get("tmpfs"))
	s.Deploy = deploy(n.get("deploy"), n.keySpan("deploy"))
	s.DependsOn = dependsOn(n.get("depends_on"))
	s.Networks = networkRefs(n.get("networks"))
	s.Secrets, s.Configs = fileRefs(n.get("secrets")), fileRefs(n.get("configs"))
	if lg := n.get("logging"); !lg.isNull() && lg.kind == mapping {
		s.Logging = &Logging{Span: n.keySpan("logging"), Driver: lg.get("driver").scalar(), Options: pairList(lg.get("options"), f.key)}
	}
	if h := n.get("healthcheck"); !h.isNull() && h.kind == mapping {
		s.Healthcheck = &Healthcheck{Span: n.keySpan("healthcheck"), Test: command(h.get("test"), h.keySpan("test"))}
		d := h.get("disable")
		s.Healthcheck.Disable = d != nil && d.raw == "true"
	}
	return s
}

// Env returns a variable of the service's environment section by name, or nil.
func (s *Service) Env(name string) *EnvVar {
	for _, e := range s.Environment {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func pairList(n *node, service string) []*EnvVar {
	if n == nil || n.kind != mapping {
		return nil
	}
	var out []*EnvVar
	for _, f := range n.fields {
		if f.val.kind == mapping || f.val.kind == list {
			continue
		}
		v := f.val.scalar()
		out = append(out, &EnvVar{Name: f.key, KeySpan: f.span, Value: v, Service: service})
	}
	return out
}

func scalars(n *node) []Scalar {
	if n == nil || n.kind != list {
		return nil
	}
	var out []Scalar
	for _, i := range n.items {
		if i.kind == scalar {
			out = append(out, i.scalar())
		}
	}
	return out
}

func command(n *node, span source.Span) *Command {
	switch {
	case n == nil:
		return nil
	case n.kind == scalar:
		c := &Command{Span: span, Text: n.scalar()}
		c.Words = splitWords(n.scalar())
		c.Reset = len(c.Words) == 0
		return c
	case n.kind == list:
		return &Command{Span: span, Words: scalars(n), List: true, Reset: len(n.items) == 0}
	case n.kind == null:
		return &Command{Span: span, Reset: true}
	}
	return nil
}

func (l *loader) build(n *node, span source.Span) *Build {
	if n.isNull() || n.kind != mapping {
		return nil
	}
	b := &Build{
		Span: span, Context: n.get("context").scalar(), Dockerfile: n.get("dockerfile").scalar(),
		DockerfileInline: n.get("dockerfile_inline").scalar(), Target: n.get("target").scalar(),
		Args: pairList(n.get("args"), ""), Secrets: fileRefs(n.get("secrets")),
	}
	dir := n.dir
	context := "."
	if c := n.get("context"); !c.isNull() && c.kind == scalar {
		dir, context = c.dir, c.raw
	}
	context, known := assumed(context, l.opt.Env)
	b.Remote = isRemote(context) || strings.HasSuffix(context, ".git")
	if b.Remote {
		return b
	}
	inside := false
	if b.ContextDir, inside = clean(dir, context); !known || !inside {
		b.Outside, b.ContextDir = true, ""
		return b
	}
	if b.DockerfileInline.Raw != "" {
		return b
	}
	dockerfile := "Dockerfile"
	if b.Dockerfile.Raw != "" {
		if dockerfile, known = assumed(b.Dockerfile.Raw, l.opt.Env); !known {
			return b
		}
	}
	b.DockerfilePath, _ = clean(b.ContextDir, dockerfile)
	return b
}

func (l *loader) envFiles(n *node) []*EnvFile {
	if n == nil || n.kind != list {
		return nil
	}
	var out []*EnvFile
	at := map[string]int{}
	for _, i := range n.items {
		e := &EnvFile{Required: true, Span: i.span}
		p := i
		if i.kind == mapping {
			p = i.get("path")
			if r := i.get("required"); r != nil && r.raw == "false" {
				e.Required = false
			}
			e.Format = i.get("format").scalar().Raw
		}
		if p == nil || p.kind != scalar {
			continue
		}
		e.Raw, e.Span = p.scalar(), p.span
		raw, known := assumed(p.raw, l.opt.Env)
		var inside bool
		e.Path, inside = clean(p.dir, raw)
		if !known || !inside {
			e.Outside, e.Path = true, ""
			l.problem(p.span, "the environment file is outside of the repository or its path is not known, not read")
		}
		key := p.dir + "\x00" + p.raw
		if j, dup := at[key]; dup {
			out[j] = e
			continue
		}
		at[key] = len(out)
		out = append(out, e)
	}
	return out
}

func deploy(n *node, span source.Span) *Deploy {
	if n.isNull() || n.kind != mapping {
		return nil
	}
	d := &Deploy{Span: span, Replicas: n.get("replicas").scalar(), Labels: pairList(n.get("labels"), "")}
	if rp := n.get("restart_policy"); !rp.isNull() {
		d.RestartPolicy = n.keySpan("restart_policy")
		d.Condition = rp.get("condition").scalar()
	}
	return d
}

func dependsOn(n *node) []*Dependency {
	if n == nil || n.kind != mapping {
		return nil
	}
	var out []*Dependency
	for _, f := range n.fields {
		d := &Dependency{Name: f.key, Span: f.span, Condition: "service_started", Required: true}
		if c := f.val.get("condition"); c != nil && c.kind == scalar {
			d.Condition = c.raw
		}
		if r := f.val.get("required"); r != nil && r.raw == "false" {
			d.Required = false
		}
		out = append(out, d)
	}
	return out
}

func networkRefs(n *node) []*NamedRef {
	if n == nil || n.kind != mapping {
		return nil
	}
	var out []*NamedRef
	for _, f := range n.fields {
		ref := &NamedRef{Name: f.key, Span: f.span}
		if f.val != nil && f.val.kind == mapping {
			ref.Aliases = scalars(f.val.get("aliases"))
		}
		out = append(out, ref)
	}
	return out
}

func fileRefs(n *node) []*FileRef {
	if n == nil || n.kind != list {
		return nil
	}
	var out []*FileRef
	at := map[string]int{}
	for _, i := range n.items {
		r := &FileRef{Span: i.span}
		switch i.kind {
		case scalar:
			r.Source = i.scalar()
		case mapping:
			r.Source, r.Target = i.get("source").scalar(), i.get("target").scalar()
		default:
			continue
		}
		key := r.Target.Raw
		if key == "" {
			key = "/run/secrets/" + r.Source.Raw
		}
		if j, dup := at[key]; dup {
			out[j] = r
			continue
		}
		at[key] = len(out)
		out = append(out, r)
	}
	return out
}
