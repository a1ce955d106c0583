package deploy

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

var (
	settingsRE  = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["']?\s*[=:,]\s*["']?([A-Za-z_][\w.]*)|--settings[= ]["']?([A-Za-z_][\w.]*)`)
	envNameRE   = regexp.MustCompile(`^(\s*)-\s*(?:key|name)\s*:\s*["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*$`)
	envValueRE  = regexp.MustCompile(`^\s*value\s*:\s*(.*?)\s*$`)
	yamlPairRE  = regexp.MustCompile(`^(\s+)["']?([A-Z_][A-Z0-9_]*)["']?\s*:\s*(.*?)\s*$`)
	tomlPairRE  = regexp.MustCompile(`^\s*["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*=\s*(.*?)\s*$`)
	deployNames = regexp.MustCompile(`(?i)(^|[-_.])(deploy|deployment|start|run|server|gunicorn|uwsgi|entrypoint|procfile|install|setup|prod|production|release)([-_.]|$)`)
)

// scriptSettings looks for a settings module in what deploys the project without compose: Procfile, units of systemd, manifests of
// platforms, deploy scripts. Workflows count only if their name says that they deploy: the others run tests.
func (v *view) scriptSettings(p *Project) (namedModule, bool) {
	var best namedModule
	for _, list := range [][]string{v.index.manifests, v.index.scripts} {
		for _, f := range list {
			name := path.Base(f)
			if aside(strings.TrimPrefix(folder(f), ".github")) || stageOf(f) == development || stageOf(f) == otherStage || !deploys(f, name) {
				continue
			}
			file := v.fs.File(f)
			if file == nil || len(file.Text) > maxScriptSize {
				continue
			}
			for _, m := range settingsRE.FindAllSubmatchIndex(file.Text, 20) {
				i := 2
				if m[2] < 0 {
					i = 4
				}
				mod := string(file.Text[m[i]:m[i+1]])
				if !moduleName.MatchString(mod) || !strings.Contains(mod, ".") || stageOf(mod) == development || !v.found(p, mod) {
					continue
				}
				if best.module == "" || stageOf(mod) == production && stageOf(best.module) != production {
					at := source.Span{File: file, Start: m[i], End: m[i+1]}
					best = namedModule{module: mod, span: at, because: fmt.Sprintf("%s names it", place(at))}
				}
			}
		}
	}
	return best, best.module != ""
}

// deploys reports whether a script or manifest is one that starts production by its name.
func deploys(f, name string) bool {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(lower, "procfile"), strings.HasSuffix(lower, ".service"), lower == "fly.toml", strings.HasPrefix(lower, "app.y"), strings.HasPrefix(lower, "render.y"):
		return true
	case isKubernetes(f):
		return true
	}
	return deployNames.MatchString(name)
}

// manifestVars are the variables that the manifest of a platform gives a project: fly.toml, app.yaml, render.yaml, Kubernetes.
func (v *view) manifestVars(p *Project) []django.Var {
	var out []django.Var
	for _, f := range v.index.manifests {
		if aside(folder(f)) || stageOf(f) == development || stageOf(f) == otherStage || !inside(p.Root, folder(f)) && !inside(f, p.Root) && !isKubernetes(f) {
			continue
		}
		file := v.fs.File(f)
		if file == nil || len(file.Text) > maxScriptSize || strings.Contains(string(file.Text), "{{") {
			continue
		}
		if path.Base(f) == "fly.toml" {
			out = append(out, flyVars(file)...)
		} else {
			out = append(out, yamlVars(file)...)
		}
	}
	return out
}

func manifestVar(name, value string, at source.Span) django.Var {
	v := django.Var{Name: name, State: django.VarKnown, Value: unquote(value), Evidence: source.At(at, source.Step{Span: at, Note: "set by " + path.Base(at.Path())})}
	if strings.HasPrefix(value, "$") || strings.HasPrefix(value, "{") || value == "|" || value == ">" || strings.HasPrefix(value, "&") || strings.HasPrefix(value, "*") {
		v.State, v.Value = django.VarUnknown, ""
	}
	return v
}

// unquote takes the quotes and the comment off a scalar of TOML or YAML, as far as manifests use them.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') {
		if i := strings.IndexByte(s[1:], s[0]); i >= 0 {
			return s[1 : i+1]
		}
	}
	if i := strings.Index(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	return s
}

func flyVars(f *source.File) (out []django.Var) {
	table := ""
	for n := 1; n <= f.Lines() && len(out) < 500; n++ {
		line := f.Line(n)
		if m := tableRE.FindStringSubmatch(line); m != nil {
			table = m[1]
		} else if m := tomlPairRE.FindStringSubmatch(line); m != nil && table == "env" {
			out = append(out, manifestVar(m[1], m[2], f.LineSpan(n)))
		}
	}
	return out
}

func yamlVars(f *source.File) (out []django.Var) {
	section := -1 // indentation of env_variables: or a ConfigMap's data:
	for n := 1; n <= f.Lines() && len(out) < 500; n++ {
		line := f.Line(n)
		if len(line) > 2000 || strings.TrimSpace(line) == "" {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		trimmed := strings.TrimSpace(line)
		if section >= 0 && indent <= section && !strings.HasPrefix(trimmed, "#") {
			section = -1
		}
		switch {
		case trimmed == "env_variables:" || trimmed == "data:" && strings.Contains(string(f.Text), "kind: ConfigMap"):
			section = indent
		case section >= 0:
			if m := yamlPairRE.FindStringSubmatch(line); m != nil {
				out = append(out, manifestVar(m[2], m[3], f.LineSpan(n)))
			}
		default:
			m := envNameRE.FindStringSubmatch(line)
			if m == nil || n == f.Lines() {
				continue
			}
			next := f.Line(n + 1)
			if x := envValueRE.FindStringSubmatch(next); x != nil && x[1] != "" {
				out = append(out, manifestVar(m[2], x[1], f.LineSpan(n+1)))
			} else if t := strings.TrimSpace(next); strings.HasPrefix(t, "valueFrom:") || strings.HasPrefix(t, "generateValue:") || strings.HasPrefix(t, "fromDatabase:") ||
				strings.HasPrefix(t, "fromService:") || strings.HasPrefix(t, "sync:") {
				out = append(out, django.Var{Name: m[2], State: django.VarSecret, Evidence: source.At(f.LineSpan(n), source.Step{Span: f.LineSpan(n + 1), Note: "set at deployment"})})
			}
		}
	}
	return out
}
