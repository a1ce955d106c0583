package compose

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	composego "github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sirupsen/logrus"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A story is one archive of testdata: files, those to load (compose.yaml, or what the comment's "load:" line says), and an
// environment ("env:" lines).
type story struct {
	name    string
	files   map[string]string
	load    []string
	env     map[string]string
	invalid string // a part of what Invalid must say, "" if compose-go accepts it
}

func stories(t testing.TB) []story {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	var out []story
	for _, n := range names {
		a, err := txtar.ParseFile(n)
		if err != nil {
			t.Fatal(err)
		}
		// "== title" starts a further story in the same archive
		var cur *story
		for _, f := range a.Files {
			if title, ok := strings.CutPrefix(f.Name, "== "); ok {
				out = append(out, story{name: strings.TrimSuffix(filepath.Base(n), ".txtar") + "/" + title, files: map[string]string{}, env: map[string]string{}})
				cur = &out[len(out)-1]
				for line := range strings.Lines(string(f.Data)) {
					key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
					switch key {
					case "load":
						cur.load = strings.Fields(value)
					case "env":
						k, v, _ := strings.Cut(value, "=")
						cur.env[k] = v
					case "invalid":
						cur.invalid = value
					case "":
					default:
						t.Fatalf("%s: %q", cur.name, line)
					}
				}
				if cur.load == nil {
					cur.load = []string{"compose.yaml"}
				}
				continue
			}
			if cur == nil {
				t.Fatalf("%s: a file before the first title", n)
			}
			cur.files[f.Name] = string(f.Data)
		}
	}
	return out
}

func (s *story) reader() Read {
	return func(p string) (*source.File, error) {
		text, ok := s.files[p]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return source.NewFile(p, []byte(text)), nil
	}
}

func (s *story) lookup(name string) (string, VarState) {
	if v, ok := s.env[name]; ok {
		return v, Set
	}
	return "", Unset
}

func (s *story) ours() *Project {
	return Load(s.reader(), s.load, Options{Env: s.lookup})
}

// theirs loads the story with compose-go, in a folder of its own.
func (s *story) theirs(t testing.TB) (*types.Project, string, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "repository")
	for name, text := range s.files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	details := types.ConfigDetails{WorkingDir: filepath.Join(dir, filepath.Dir(s.load[0])), Environment: s.env}
	for _, f := range s.load {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(dir, f)})
	}
	logrus.SetLevel(logrus.PanicLevel)
	p, err := composego.LoadWithContext(context.Background(), details, func(o *composego.Options) {
		o.SetProjectName("x", true)
		o.Profiles = []string{"*"}
		o.SkipResolveEnvironment = true
	})
	return p, dir, err
}

// A model is what both loaders are compared on, as text.
type model map[string]string

func (m model) put(key string, values ...string) {
	if len(values) > 0 {
		m[key] = strings.Join(values, "\n")
	}
}

func theirModel(p *types.Project, dir string) model {
	m := model{}
	rel := func(p string) string {
		if r, err := filepath.Rel(dir, p); err == nil && filepath.IsAbs(p) && strings.HasPrefix(p, filepath.Dir(dir)) {
			return filepath.ToSlash(r)
		}
		return p
	}
	pairs := func(kv map[string]*string) (out []string) {
		for k, v := range kv {
			if v == nil {
				out = append(out, k)
			} else {
				out = append(out, k+"="+*v)
			}
		}
		sort.Strings(out)
		return out
	}
	plain := func(kv map[string]string) (out []string) {
		for k, v := range kv {
			out = append(out, k+"="+v)
		}
		sort.Strings(out)
		return out
	}
	for name, s := range p.Services {
		k := func(what string) string { return name + "." + what }
		m.put(k("is"), "a service")
		m.put(k("image"), some(s.Image)...)
		m.put(k("container_name"), some(s.ContainerName)...)
		m.put(k("restart"), some(s.Restart)...)
		m.put(k("network_mode"), some(s.NetworkMode)...)
		m.put(k("user"), some(s.User)...)
		if b := s.Build; b != nil {
			m.put(k("build.context"), rel(b.Context))
			if b.DockerfileInline == "" {
				m.put(k("build.dockerfile"), rel(b.Dockerfile))
			}
			m.put(k("build.target"), some(b.Target)...)
			m.put(k("build.args"), pairs(b.Args)...)
		}
		if s.Command != nil {
			m.put(k("command"), fmt.Sprintf("%q", []string(s.Command)))
		}
		if s.Entrypoint != nil {
			m.put(k("entrypoint"), fmt.Sprintf("%q", []string(s.Entrypoint)))
		}
		m.put(k("environment"), pairs(s.Environment)...)
		for _, e := range s.EnvFiles {
			m[k("env_file")] += fmt.Sprintf("%s %v %s\n", rel(e.Path), e.Required, e.Format)
		}
		var list []string
		for _, q := range s.Ports {
			list = append(list, fmt.Sprintf("%s:%s:%d/%s %s", q.HostIP, q.Published, q.Target, q.Protocol, q.Mode))
		}
		sort.Strings(list)
		m.put(k("ports"), list...)
		list = nil
		for _, v := range s.Volumes {
			list = append(list, fmt.Sprintf("%s %s:%s %v", v.Type, rel(v.Source), v.Target, v.ReadOnly))
		}
		for _, v := range s.Tmpfs {
			target, _, _ := strings.Cut(v, ":")
			list = append(list, "tmpfs :"+target+" false")
		}
		sort.Strings(list)
		m.put(k("volumes"), list...)
		m.put(k("labels"), plain(s.Labels)...)
		m.put(k("expose"), sorted(s.Expose)...)
		m.put(k("profiles"), sorted(s.Profiles)...)
		if d := s.Deploy; d != nil {
			replicas := ""
			if d.Replicas != nil && s.Scale == nil {
				replicas = strconv.Itoa(*d.Replicas)
			}
			condition := ""
			if d.RestartPolicy != nil {
				condition = "restart " + d.RestartPolicy.Condition
			}
			m.put(k("deploy"), replicas, condition)
			m.put(k("deploy.labels"), plain(d.Labels)...)
		}
		list = nil
		for dep, c := range s.DependsOn {
			list = append(list, fmt.Sprintf("%s %s %v", dep, c.Condition, c.Required))
		}
		sort.Strings(list)
		m.put(k("depends_on"), list...)
		if lg := s.Logging; lg != nil {
			m.put(k("logging"), append([]string{lg.Driver}, plain(lg.Options)...)...)
		}
		list = nil
		for n := range s.Networks {
			list = append(list, n)
		}
		sort.Strings(list)
		m.put(k("networks"), list...)
		list = nil
		for _, r := range s.Secrets {
			list = append(list, r.Source)
		}
		m.put(k("secrets"), list...)
		if h := s.HealthCheck; h != nil && h.Test != nil {
			m.put(k("healthcheck"), fmt.Sprintf("%q", []string(h.Test)))
		}
	}
	return m
}

func some(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func sorted(s []string) []string {
	out := slices.Clone(s)
	sort.Strings(out)
	return out
}

// ourModel puts our model into the same form. What docker compose adds by itself (the default network, dependencies that links
// imply, env_file contents) is added or left out here, not in the product.
func ourModel(s *story, p *Project) model {
	m := model{}
	val := func(sc Scalar) string { return sc.Interpolate(s.lookup).Value }
	pairs := func(list []*EnvVar, passed, args bool) (out []string) {
		for _, e := range list {
			name := Interpolate(e.Name, s.lookup).Value
			switch {
			case e.Value.Null && passed:
				if v, ok := s.env[name]; ok {
					out = append(out, name+"="+v)
				} else if !args { // compose-go leaves out build arguments that nothing sets
					out = append(out, name)
				}
			case e.Value.Null:
				out = append(out, name+"=")
			default:
				out = append(out, name+"="+val(e.Value))
			}
		}
		sort.Strings(out)
		return out
	}
	for _, v := range p.Services {
		k := func(what string) string { return v.Name + "." + what }
		m.put(k("is"), "a service")
		m.put(k("image"), some(val(v.Image))...)
		m.put(k("container_name"), some(val(v.ContainerName))...)
		m.put(k("restart"), some(val(v.Restart))...)
		m.put(k("network_mode"), some(val(v.NetworkMode))...)
		m.put(k("user"), some(val(v.User))...)
		if b := v.Build; b != nil {
			if b.Remote {
				m.put(k("build.context"), val(b.Context))
			} else {
				m.put(k("build.context"), path.Clean("./"+b.ContextDir))
			}
			if b.DockerfileInline.Raw == "" {
				d := val(b.Dockerfile)
				if d == "" {
					d = "Dockerfile"
				}
				m.put(k("build.dockerfile"), d)
			}
			m.put(k("build.target"), some(val(b.Target))...)
			m.put(k("build.args"), pairs(b.Args, true, true)...)
		}
		words := func(c *Command) string {
			if c.Text.Raw != "" {
				c = &Command{Words: splitWords(Scalar{Raw: val(c.Text)})}
			}
			out := []string{}
			for _, w := range c.Words {
				if c.List {
					w.Raw = val(w)
				}
				out = append(out, w.Raw)
			}
			return fmt.Sprintf("%q", out)
		}
		if v.Command != nil && (!v.Command.Reset || v.Command.List || !v.Command.Text.Span.IsZero()) {
			m.put(k("command"), words(v.Command))
		}
		if v.Entrypoint != nil && (!v.Entrypoint.Reset || v.Entrypoint.List || !v.Entrypoint.Text.Span.IsZero()) {
			m.put(k("entrypoint"), words(v.Entrypoint))
		}
		m.put(k("environment"), pairs(v.Environment, true, false)...)
		for _, e := range v.EnvFiles {
			m[k("env_file")] += fmt.Sprintf("%s %v %s\n", e.Path, e.Required, e.Format)
		}
		var list []string
		for _, q := range v.Ports {
			list = append(list, expand(val(q.HostIP), val(q.Published), val(q.Target), q.Protocol, q.Mode)...)
		}
		sort.Strings(list)
		m.put(k("ports"), list...)
		list = nil
		for _, q := range v.Volumes {
			src := val(q.Source)
			if q.Type == "bind" && q.InRoot {
				src = path.Clean("./" + q.SourcePath)
			}
			list = append(list, fmt.Sprintf("%s %s:%s %v", q.Type, src, val(q.Target), q.ReadOnly))
		}
		sort.Strings(list)
		m.put(k("volumes"), list...)
		m.put(k("labels"), pairs(v.Labels, false, false)...)
		list = nil
		for _, e := range v.Expose {
			list = append(list, val(e))
		}
		m.put(k("expose"), sorted(list)...)
		list = nil
		for _, e := range v.Profiles {
			list = append(list, val(e))
		}
		m.put(k("profiles"), sorted(list)...)
		if d := v.Deploy; d != nil {
			condition := ""
			if !d.RestartPolicy.IsZero() {
				condition = "restart " + val(d.Condition)
			}
			replicas := val(d.Replicas)
			if v.Scale.Raw != "" {
				replicas = ""
			}
			m.put(k("deploy"), replicas, condition)
			m.put(k("deploy.labels"), pairs(d.Labels, false, false)...)
		}
		list = nil
		for _, d := range v.DependsOn {
			list = append(list, fmt.Sprintf("%s %s %v", d.Name, d.Condition, d.Required))
		}
		sort.Strings(list)
		m.put(k("depends_on"), list...)
		if lg := v.Logging; lg != nil {
			m.put(k("logging"), append([]string{val(lg.Driver)}, pairs(lg.Options, false, false)...)...)
		}
		list = nil
		for _, n := range v.Networks {
			list = append(list, n.Name)
		}
		if len(list) == 0 && v.NetworkMode.Raw == "" {
			list = []string{"default"}
		}
		sort.Strings(list)
		m.put(k("networks"), list...)
		list = nil
		for _, r := range v.Secrets {
			list = append(list, val(r.Source))
		}
		m.put(k("secrets"), list...)
		if h := v.Healthcheck; h != nil && h.Test != nil {
			if h.Test.List {
				m.put(k("healthcheck"), words(h.Test))
			} else {
				m.put(k("healthcheck"), fmt.Sprintf("%q", []string{"CMD-SHELL", val(h.Test.Text)}))
			}
		}
	}
	return m
}

// expand writes a port, or each port of a range, as compose-go lists them.
func expand(ip, published, target, protocol, mode string) (out []string) {
	bounds := func(s string) (int, int, bool) {
		a, b, ranged := strings.Cut(s, "-")
		lo, err := strconv.Atoi(a)
		if err != nil {
			return 0, 0, false
		}
		if !ranged {
			return lo, lo, true
		}
		hi, err := strconv.Atoi(b)
		return lo, hi, err == nil
	}
	tl, th, ok := bounds(target)
	if !ok {
		return []string{"bad target " + target}
	}
	pl, ph, has := bounds(published)
	for i := 0; tl+i <= th; i++ {
		p := published
		switch {
		case has && ph-pl == th-tl:
			p = strconv.Itoa(pl + i)
		}
		out = append(out, fmt.Sprintf("%s:%s:%d/%s %s", ip, p, tl+i, protocol, mode))
	}
	return out
}

func problems(ps []source.Problem) string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "%s:%d: %s\n", p.Span.Path(), p.Span.Position().Line, p.Text)
	}
	return b.String()
}

// The merged model equals compose-go's, and what it refuses is invalid, and nothing else.
func TestSameAsComposeGo(t *testing.T) {
	all := stories(t)
	good, bad := 0, 0
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			p := s.ours()
			theirs, dir, err := s.theirs(t)
			if (err != nil) != (s.invalid != "") {
				t.Fatalf("compose-go says %v, the story says %q", err, s.invalid)
			}
			if err != nil {
				bad++
				if got := problems(p.Invalid); !strings.Contains(got, s.invalid) {
					t.Errorf("Invalid is %q, want %q; compose-go says %v", got, s.invalid, err)
				}
				return
			}
			good++
			if len(p.Invalid)+len(p.Problems) > 0 {
				t.Errorf("compose-go accepts it: %s%s", problems(p.Invalid), problems(p.Problems))
			}
			if diff := cmp.Diff(theirModel(theirs, dir), ourModel(&s, p)); diff != "" {
				t.Errorf("- compose-go, + ours:\n%s", diff)
			}
		})
	}
	t.Logf("%d projects equal, %d refused by both", good, bad)
	if good < 80 || bad < 30 {
		t.Errorf("%d projects equal, %d refused by both: too few", good, bad)
	}
}
