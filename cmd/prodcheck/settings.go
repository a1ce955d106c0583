package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) settings() *cobra.Command {
	var t target
	var o output
	var format *choice
	cmd := &cobra.Command{
		Use:   "settings [DIR]",
		Short: "Show the Django settings that production would have, and where each comes from",
		Long: `Settings evaluates the settings module that production loads, without running it, and shows each setting that matters for
security: its value (no secret is shown), whether that is documented by a template or the fallback of a variable that nothing
sets, and the steps that lead to it.`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			projects := checks.Settings(t.facts(r))
			return a.deliver(&o, func(w io.Writer) error {
				if format.value == "json" {
					return report.SettingsJSON(w, projects)
				}
				return report.Settings(w, projects, a.text(&o))
			})
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "json")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
