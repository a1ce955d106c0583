package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// An environ is the environment of the process that serves a project, in one scenario.
type environ struct {
	vars map[string]django.Var
	// loads are the files that the service's env_file names; missing are the files that production loads and that do not give
	// their values here.
	loads    []missingFile
	missing  []missingFile
	template *EnvFile // the template that speaks in this scenario, or nil
	service  *compose.Service
	opaque   string // why any variable may be set besides
	near     func(name string) (*dotenv.Entry, bool)
}

// A missingFile is an environment file that is loaded but not in the repository.
type missingFile struct {
	path string
	at   source.Span
}

// environment works out what the service that serves a project has in its environment: the image's ENV, then env_file, then
// environment (Compose's own precedence), then what the entrypoint exports.
func (v *view) environment(p *Project, sc Scenario) *environ {
	e := &environ{vars: map[string]django.Var{}}
	if p.Image != nil {
		v.imageEnv(e, p.Image, 0)
	}
	if len(p.Services) > 0 && p.Stack != nil && !p.Stack.Development {
		v.serviceEnv(e, p.Stack, p.Services[0], sc)
	} else {
		v.looseEnv(e, p, sc)
	}
	v.startEnv(e, p, sc)
	return e
}

// imageEnv adds what an image sets, images of this repository below it first.
func (v *view) imageEnv(e *environ, i *Image, depth int) {
	img := i.File.Image(i.Target, i.lookup)
	if img == nil || depth > 5 {
		return
	}
	if b := v.baseOf(img.Base.Text, i); b != nil {
		v.imageEnv(e, b, depth+1)
	}
	for _, x := range img.Env {
		val := django.Var{Name: x.Name, State: django.VarKnown, Value: x.Value.Text, Evidence: source.At(x.Value.Span, source.Step{Span: x.KeySpan, Note: "ENV of the image"})}
		if !x.Value.Known {
			val.State, val.Value = django.VarUnknown, ""
		}
		e.vars[x.Name] = val
	}
}

// lookup answers for the build arguments of an image: those that production passes, and no others.
func (i *Image) lookup(name string) (string, dockerfile.State) {
	a, ok := i.Args[name]
	switch {
	case !ok:
		return "", dockerfile.Unset
	case a.State == django.VarKnown:
		return a.Value, dockerfile.Set
	case a.State == django.VarUnset:
		return "", dockerfile.Unset
	}
	return "", dockerfile.Unknown
}

func (v *view) serviceEnv(e *environ, s *Stack, svc *compose.Service, sc Scenario) {
	e.service = svc
	in := v.env.interpolator(s, sc)
	for n, f := range svc.EnvFiles {
		if f.Path == "" || n >= maxServiceEnv {
			e.opaque = "an environment file that is not in the repository may set it"
			continue
		}
		e.loads = append(e.loads, missingFile{f.Path, f.Span})
		v.fileEnv(e, f.Path, source.Step{Span: f.Span, Note: "env_file"}, sc, in.lookupDotenv)
	}
	for _, x := range svc.Environment {
		e.set(x.Name, composeVar(x, in))
	}
	for _, l := range s.interpolation {
		if f, documented := v.env.values(l.path, sc); f == nil {
			e.missing = append(e.missing, missingFile{l.path, source.Span{}})
		} else if documented && e.template == nil {
			e.template = f
		}
	}
}

// set gives a variable its value; a name that is passed through and set nowhere leaves it as it was.
func (e *environ) set(name string, v django.Var) {
	if v.State == django.VarUnset {
		if _, there := e.vars[name]; there {
			return
		}
	}
	e.vars[name] = v
}

// fileEnv adds the variables of an environment file.
func (v *view) fileEnv(e *environ, p string, step source.Step, sc Scenario, lookup dotenv.Lookup) {
	f, documented := v.env.values(p, sc)
	if f == nil {
		e.missing = append(e.missing, missingFile{p, step.Span})
		return
	}
	if documented && e.template == nil {
		e.template = f
	}
	if f.Encrypted != "" && len(f.Parsed.Entries) == 0 {
		e.opaque = fmt.Sprintf("%s is encrypted with %s", f.Path, f.Encrypted)
		return
	}
	for _, x := range v.fileVars(f, documented, lookup) {
		x.Evidence = x.Evidence.Then(step)
		e.set(x.Name, x)
	}
}

// fileVars are the variables of an environment file as docker compose reads it, in order, the last line of each
// name.
func (v *view) fileVars(f *EnvFile, documented bool, lookup dotenv.Lookup) []django.Var {
	var out []django.Var
	for _, x := range f.Parsed.Entries {
		if !x.Bare && f.Parsed.Lookup(x.Key) == x {
			out = append(out, entryVar(f, x, documented, lookup))
		}
	}
	return out
}

// composeVar works out one line of environment. A variable that it refers to and that nothing sets makes it empty, as docker
// compose does; a secret that comes so is one that is set at deployment.
func composeVar(x *compose.EnvVar, in *interpolation) django.Var {
	out := django.Var{Name: x.Name, State: django.VarKnown, Evidence: source.At(x.Value.Span, source.Step{Span: x.KeySpan, Note: "environment of " + x.Service})}
	if x.Value.Null {
		out.Evidence = source.At(x.KeySpan, source.Step{Span: x.KeySpan, Note: "passed through from the environment of docker compose"})
		v, ok := in.vars[x.Name]
		if !ok {
			out.State = django.VarUnset
			return out
		}
		v.Evidence = v.Evidence.Then(out.Evidence.Trail...)
		return v
	}
	r := x.Value.Interpolate(in.lookup)
	out.Value = r.Value
	if r.Err != "" {
		out.State, out.Value = django.VarSecret, ""
		out.Evidence = out.Evidence.Then(source.Step{Span: x.Value.Span, Note: "required: it is set at deployment"})
		return out
	}
	for _, ref := range r.Vars {
		from, set := in.vars[ref.Name]
		switch {
		case ref.Used && strings.HasSuffix(ref.Op, "-"):
			out.Evidence.Span = x.Value.SpanOf(ref)
			out.Evidence = out.Evidence.Then(source.Step{Span: x.Value.Span, Note: "default of ${" + ref.Name + "}"})
			out.Defaulted = true
		case set:
			out.Documented = out.Documented || from.Documented
			if from.State == django.VarSecret || from.State == django.VarUnknown {
				out.State, out.Value = from.State, ""
			}
			if len(r.Vars) == 1 && !from.Evidence.IsZero() {
				out.Evidence = source.Evidence{Span: from.Evidence.Span, Trail: append(append([]source.Step(nil), from.Evidence.Trail...), source.Step{Span: x.KeySpan, Note: "filled in as ${" + ref.Name + "}"})}
			}
		case ref.Op == "":
			out.Evidence = out.Evidence.Then(source.Step{Span: x.Value.Span, Note: "empty unless ${" + ref.Name + "} is set at deployment"})
			out.Defaulted = true
			if secrets.SecretName(x.Name) || secrets.SecretName(ref.Name) || strings.TrimSpace(r.Value) != "" {
				out.State, out.Value = django.VarSecret, ""
			}
		}
		if out.State != django.VarKnown {
			break
		}
	}
	if !r.Known && out.State == django.VarKnown {
		out.State, out.Value = django.VarUnknown, ""
	}
	return out
}

// looseEnv is the environment of a project that no compose file starts: what a manifest sets, and as documented what the template
// beside it says.
func (v *view) looseEnv(e *environ, p *Project, sc Scenario) {
	for _, x := range v.manifestVars(p) {
		e.set(x.Name, x)
	}
	for _, dir := range []string{p.Root, ""} {
		target := path.Join(dir, ".env")
		if v.env.speaker(target) == nil && v.env.files[target] == nil {
			continue
		}
		f, documented := v.env.values(target, sc)
		switch {
		case f == nil:
			e.missing = append(e.missing, missingFile{target, source.Span{}})
			return
		case documented:
			e.template = f
		case !slices.Contains(v.stated.EnvFiles, f.Path):
			return // a file that is there is loaded by the settings themselves, or by nothing that is known
		}
		for _, x := range v.fileVars(f, documented, func(string) (string, dotenv.State) { return "", dotenv.Unset }) {
			e.set(x.Name, x)
		}
		return
	}
}

// get answers for a variable.
func (e *environ) get(name string) django.Var {
	if v, ok := e.vars[name]; ok && v.State != django.VarUnset {
		return v
	}
	out := django.Var{Name: name}
	if e.opaque != "" {
		out.State = django.VarUnknown
		return out
	}
	out.Evidence = e.unset(name)
	return out
}

// unset explains why a variable is not set: which place was expected to set it.
func (e *environ) unset(name string) source.Evidence {
	var loads string
	var at source.Span
	if v, ok := e.vars[name]; ok && !v.Evidence.IsZero() {
		return v.Evidence
	}
	list := append(append([]missingFile(nil), e.loads...), e.missing...)
	for _, m := range list {
		if !m.at.IsZero() {
			at, loads = m.at, fmt.Sprintf("%s loads only %s", place(m.at), m.path)
			break
		}
	}
	if len(e.loads) > 1 {
		loads = fmt.Sprintf("%s and %d more are what is loaded", e.loads[0].path, len(e.loads)-1)
	}
	if at.IsZero() && e.service != nil {
		if e.template != nil || len(e.missing) > 0 {
			at, loads = e.service.Span, fmt.Sprintf("service %s does not pass it on", e.service.Name)
		} else {
			at = e.service.Span
		}
	}
	if e.near != nil {
		if x, ok := e.near(name); ok {
			return source.At(x.KeySpan, source.Step{Span: x.KeySpan, Note: fmt.Sprintf("sets %s, not %s", x.Key, name)})
		}
	}
	if t := e.template; t != nil {
		if x := t.Parsed.Lookup(name); x != nil && e.service != nil {
			return source.At(x.KeySpan, source.Step{Span: x.KeySpan, Note: fmt.Sprintf("sets %s, but %s", name, loads)})
		}
		note := "does not set " + name
		if loads != "" {
			note += "; " + loads
		}
		return source.At(whole(t.File), source.Step{Span: whole(t.File), Note: note})
	}
	for _, m := range e.missing {
		if !m.at.IsZero() {
			return source.At(m.at, source.Step{Span: m.at, Note: fmt.Sprintf("only %s could set it, which is not in the repository", m.path)})
		}
	}
	if e.service != nil {
		return source.At(at, source.Step{Span: at, Note: fmt.Sprintf("service %s does not set %s", e.service.Name, name)})
	}
	return source.Evidence{}
}
