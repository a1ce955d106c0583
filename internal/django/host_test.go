package django

import (
	gopath "path"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A testHost is a repository in memory and the variables of one scenario.
type testHost struct {
	files  map[string]string
	env    map[string]Var
	parsed map[string]*python.Module
}

// newHost returns a host with files and known variables; a value of "?" is unknown, of "!" is a secret set at deployment.
func newHost(files map[string]string, env map[string]string) *testHost {
	h := &testHost{files: files, env: map[string]Var{}, parsed: map[string]*python.Module{}}
	for k, v := range env {
		switch v {
		case "?":
			h.env[k] = Var{Name: k, State: VarUnknown}
		case "!":
			h.env[k] = Var{Name: k, State: VarSecret}
		default:
			h.env[k] = Var{Name: k, State: VarKnown, Value: v}
		}
	}
	return h
}

func (h *testHost) Parse(path string) *python.Module {
	text, ok := h.files[path]
	if !ok {
		return nil
	}
	if h.parsed[path] == nil {
		h.parsed[path] = python.Parse(source.NewFile(path, []byte(text)))
	}
	return h.parsed[path]
}

func (h *testHost) Exists(path string) bool {
	if _, ok := h.files[path]; ok {
		return true
	}
	for f := range h.files {
		if strings.HasPrefix(f, path+"/") {
			return true
		}
	}
	return false
}

func (h *testHost) Glob(pattern string) []string {
	var out []string
	for f := range h.files {
		if ok, _ := gopath.Match(pattern, f); ok {
			out = append(out, f)
		}
	}
	sort.Strings(out)
	return out
}

func (h *testHost) Env(name string) Var {
	if v, ok := h.env[name]; ok {
		return v
	}
	return Var{Name: name}
}

// EnvFile reads plain KEY=value lines, which every dialect reads alike.
func (h *testHost) EnvFile(path string, at source.Span) ([]Var, bool) {
	text, ok := h.files[path]
	if !ok {
		return nil, false
	}
	var out []Var
	for _, line := range strings.Split(text, "\n") {
		key, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if !ok || strings.HasPrefix(key, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		if n := len(value); n >= 2 && value[0] == value[n-1] && (value[0] == '"' || value[0] == '\'') {
			value = value[1 : n-1]
		}
		out = append(out, Var{Name: strings.TrimSpace(key), State: VarKnown, Value: value, Documented: true})
	}
	return out, true
}

// settingsOf evaluates one file as settings.py.
func settingsOf(text string, env map[string]string) *Settings {
	return Evaluate(newHost(map[string]string{"settings.py": text}, env), Options{Module: "settings", Argv: []string{"gunicorn"}})
}
