package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/inert"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (a *app) configuration() *cobra.Command {
	var t target
	var o output
	var format, failOn *choice
	cmd := &cobra.Command{
		Use:   "config [DIR]",
		Short: "Show the configuration in force, and where each value comes from",
		Long: `Config shows every value that a scan of DIR (the current folder) would run with, and where it comes from: a flag, an input of
the action, a line of ` + config.Name + `, or what is built in. The first of these that says something wins.

Exit status: 0 the configuration can be used, 2 it cannot.`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			t.dir = "."
			if len(args) > 0 {
				t.dir = args[0]
			}
			root, err := os.OpenRoot(t.dir)
			if err != nil {
				return failed("the folder cannot be read: %w", err)
			}
			inputs := a.inputs(cmd, &t, failOn)
			flags := map[string]bool{}
			for _, name := range []string{"settings", "configuration", "compose", "env-file", "dockerfile", "django-root", "exclude", "fail-on"} {
				flags[name] = cmd.Flags().Changed(name)
			}
			if err := a.configure(&t, root.FS()); err != nil {
				return err
			}
			all := t.effective(flags, inputs, failOn)
			return a.deliver(&o, func(w io.Writer) error {
				if format.value == "json" {
					enc := json.NewEncoder(w)
					enc.SetIndent("", "  ")
					return enc.Encode(all)
				}
				return printConfig(w, all)
			})
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "json")
	failOn = choose(cmd, "fail-on", "as of scan", "high", "critical", "high", "medium", "low", "never")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}

// inputs takes the inputs of the action for what no flag says, when it runs as one, and returns their names.
func (a *app) inputs(cmd *cobra.Command, t *target, failOn *choice) map[string]bool {
	given := map[string]bool{}
	if a.getenv("GITHUB_ACTIONS") != "true" {
		return given
	}
	get := func(name string) string {
		v := strings.TrimSpace(a.getenv("INPUT_" + strings.ToUpper(name)))
		if cmd.Flags().Changed(name) {
			return ""
		}
		given[name] = v != ""
		return v
	}
	for name, to := range map[string]*string{"settings": &t.stated.Settings, "configuration": &t.stated.Configuration, "django-root": &t.stated.DjangoRoot, "config": &t.config} {
		if v := get(name); v != "" {
			*to = v
		}
	}
	for name, to := range map[string]*[]string{"compose": &t.stated.Compose, "env-file": &t.stated.EnvFiles, "dockerfile": &t.stated.Dockerfiles} {
		if v := get(name); v != "" {
			*to = strings.Fields(v)
		}
	}
	if v := get("fail-on"); v != "" && failOn.Set(v) != nil {
		given["fail-on"] = false
	}
	return given
}

// An entry is one value of the configuration in force.
type entry struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
	From   string   `json:"from"`
}

// effective lists every value with where it comes from, in the order of the file's format.
func (t *target) effective(flags, inputs map[string]bool, failOn *choice) (all []entry) {
	add := func(key, flag, builtin string, at []source.Span, values ...string) {
		e := entry{Key: key, Values: values, From: "built-in"}
		switch {
		case flags[flag]:
			e.From = "--" + flag
		case inputs[flag]:
			e.From = "input " + flag
		case len(at) > 0 && !at[0].IsZero():
			e.From = fmt.Sprintf("%s:%d", at[0].Path(), at[0].Position().Line)
		default:
			e.Values = []string{builtin}
		}
		all = append(all, e)
	}
	const worked = "(worked out)"
	s := &t.stated
	add("production.settings", "settings", worked, t.said["settings"], s.Settings)
	add("production.configuration", "configuration", worked, t.said["configuration"], s.Configuration)
	add("production.compose", "compose", worked, t.said["compose"], s.Compose...)
	add("production.env-files", "env-file", worked, t.said["env-file"], s.EnvFiles...)
	add("production.dockerfiles", "dockerfile", worked, t.said["dockerfile"], s.Dockerfiles...)
	add("production.django-root", "django-root", worked, t.said["django-root"], s.DjangoRoot)
	f := t.file
	if f == nil {
		f = &config.File{}
	}
	one := func(text string, at source.Span) ([]source.Span, string) { return []source.Span{at}, text }
	spans := func(ts []config.Text) (at []source.Span) {
		for _, v := range ts {
			at = append(at, v.Span)
		}
		return at
	}
	add("domains", "", "(none)", spans(f.Domains), texts(f.Domains)...)
	add("frontends", "", "(none)", spans(f.Frontends), texts(f.Frontends)...)
	for _, th := range []struct{ key, builtin, text string }{
		{"jwt-access", "5h", f.Thresholds.JWTAccess.Span.Text()}, {"jwt-refresh", "7d", f.Thresholds.JWTRefresh.Span.Text()},
		{"hsts", "63072000", f.Thresholds.HSTS.Span.Text()}, {"secret-key-length", "64", f.Thresholds.SecretKeyLength.Span.Text()},
	} {
		at := map[string]source.Span{"jwt-access": f.Thresholds.JWTAccess.Span, "jwt-refresh": f.Thresholds.JWTRefresh.Span,
			"hsts": f.Thresholds.HSTS.Span, "secret-key-length": f.Thresholds.SecretKeyLength.Span}[th.key]
		add("thresholds."+th.key, "", th.builtin, []source.Span{at}, th.text)
	}
	for _, r := range f.Rows {
		add("rows."+r.Row, "", "", []source.Span{r.Span}, "not applicable: "+r.Reason)
	}
	for _, v := range f.Severities {
		add("severity."+v.Check, "", "", []source.Span{v.Span}, v.Severity)
	}
	add("exclude", "exclude", "(none)", t.said["exclude"], t.exclude...)
	if flags["fail-on"] || inputs["fail-on"] {
		add("fail-on", "fail-on", "", nil, failOn.value)
	} else {
		at, text := one(f.FailOn.Value, f.FailOn.Span)
		add("fail-on", "", "high", at, text)
	}
	for _, v := range f.Attestations {
		add("attestations."+v.Row, "", "", []source.Span{v.Span}, "by "+v.By+" on "+v.On.Format("2006-01-02"))
	}
	for _, v := range f.Waivers {
		add("waivers."+v.Check, "", "", []source.Span{v.Span}, v.Path+": "+v.Reason)
	}
	at, text := one(fmt.Sprint(f.AllowInlineWaivers.Value), f.AllowInlineWaivers.Span)
	add("allow-inline-waivers", "", "true", at, text)
	at, text = one(fmt.Sprint(f.WaiverMaxDays.Value), f.WaiverMaxDays.Span)
	add("waiver-max-days", "", "180", at, text)
	return all
}

func printConfig(w io.Writer, all []entry) error {
	longest := 0
	for _, e := range all {
		longest = max(longest, len(e.Key))
	}
	for _, e := range all {
		for i, v := range e.Values {
			key, from := e.Key, "  # "+e.From
			if i > 0 {
				key, from = "", ""
			}
			if _, err := fmt.Fprintf(w, "%-*s  %s%s\n", longest, key, inert.Text(v), inert.Text(from)); err != nil {
				return err
			}
		}
	}
	return nil
}
