package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) checks() *cobra.Command {
	var o output
	var format *choice
	cmd := &cobra.Command{
		Use:   "checks",
		Short: "List the checks in the order of the checklist",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.deliver(&o, func(w io.Writer) error {
				if format.value == "json" {
					return report.ChecksJSON(w)
				}
				return report.Checks(w, a.text(&o))
			})
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "json")
	o.flags(cmd)
	return cmd
}
