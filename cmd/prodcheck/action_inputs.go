package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/deploy"
)

// An input of the action is also a flag of prodcheck action, which wins over it. The defaults in action.yml are empty, so that
// what was not given can be told from what was; the built-in ones are here.
type input struct {
	name, value, usage string
	allowed            []string // nil: any text
}

// inputs are those of action.yml, in its order; a test holds the two against each other.
func inputs() []input {
	modes, yesNo := []string{"auto", "always", "never"}, []string{"true", "false"}
	return []input{
		{"path", ".", "folder of the workspace to scan", nil},
		{"config", "", "configuration file", nil},
		{"fail-on", "high", "least severity that fails", []string{"critical", "high", "medium", "low", "never"}},
		{"new-only", "", "only new findings fail; true on pull requests and in merge queues, false elsewhere", yesNo},
		{"baseline", "", "file written by prodcheck baseline", nil},
		{"sarif-file", "prodcheck.sarif", "where the SARIF report goes", nil},
		{"json-file", "", "where the JSON report goes", nil},
		{"upload", "auto", "upload to code scanning", modes},
		{"comment", "auto", "comment on the pull request", modes},
		{"annotations", "true", "annotate lines", yesNo},
		{"summary", "true", "write the step summary", yesNo},
		{"token", "", "token for GitHub's API; better given as INPUT_TOKEN", nil},
		{"settings", "", "settings module that production loads", nil},
		{"configuration", "", "DJANGO_CONFIGURATION class", nil},
		{"compose", "", "compose files, one a line", nil},
		{"env-file", "", "environment files, one a line", nil},
		{"dockerfile", "", "Dockerfiles, one a line", nil},
		{"django-root", "", "folder of the one Django project to look at", nil},
	}
}

// Settings of the action: what was asked for, complete and checked.
type asked struct {
	values map[string]string
	given  map[string]bool
}

func (a *asked) get(name string) string { return a.values[name] }

func (a *asked) is(name string) bool { return a.values[name] == "true" }

// lines returns the lines of a value that are not blank.
func (a *asked) lines(name string) (out []string) {
	for l := range strings.Lines(a.values[name]) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// ask takes each input from its flag, else from the runner, else from the built-in default. A value that is not allowed is an
// error that lists those that are: a misspelt threshold must never pass for one that is met.
func ask(cmd *cobra.Command, given func(name string) string) (*asked, error) {
	a := &asked{map[string]string{}, map[string]bool{}}
	for _, in := range inputs() {
		v := strings.TrimSpace(given(in.name))
		if f := cmd.Flags().Lookup(in.name); f.Changed {
			v = f.Value.String()
		}
		a.given[in.name] = v != ""
		if v == "" {
			v = in.value
		}
		if a.given[in.name] && in.allowed != nil && !slices.Contains(in.allowed, v) {
			last := len(in.allowed) - 1
			return nil, usage("%s: %q is not allowed: use %s or %s", in.name, v, strings.Join(in.allowed[:last], ", "), in.allowed[last])
		}
		a.values[in.name] = v
	}
	return a, nil
}

// target is what is scanned: a folder of the workspace, and what is stated of production.
func (a *asked) target() target {
	return target{config: a.get("config"), stated: deploy.Stated{
		Settings: a.get("settings"), Configuration: a.get("configuration"), Compose: a.lines("compose"), EnvFiles: a.lines("env-file"),
		Dockerfiles: a.lines("dockerfile"), DjangoRoot: a.get("django-root"),
	}}
}

var errOutside = errors.New("it leads out of the workspace")

// within returns a path that the user gave as one from the workspace's root. An absolute one must be inside.
func within(workspace, name string) (string, error) {
	if filepath.IsAbs(name) {
		abs, err := filepath.Abs(workspace)
		if err != nil {
			return "", err
		}
		if name, err = filepath.Rel(abs, name); err != nil {
			return "", errOutside
		}
	}
	p := path.Clean(filepath.ToSlash(name))
	if !fs.ValidPath(p) {
		return "", errOutside
	}
	return p, nil
}

// place checks the paths of an input; the error names the input.
func (a *asked) place(workspace, name string) (string, error) {
	v := a.get(name)
	if v == "" {
		return "", nil
	}
	p, err := within(workspace, v)
	if err != nil {
		return "", &exit{statusUsage, fmt.Errorf("%s: %q: %w", name, v, err)}
	}
	return p, nil
}
