package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) badge() *cobra.Command {
	var t target
	var o output
	cmd := &cobra.Command{
		Use:   "badge [DIR]",
		Short: "Draw how many rows of the checklist hold",
		Long: `Badge writes an SVG that says how many rows of the checklist hold, of those that apply. It is red while anything critical or
high is found, amber while anything else is to be fixed. It never fails for what it finds.`,
		Example: "  prodcheck badge --output checklist.svg",
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			rep := checks.Run(t.facts(r))
			return a.deliver(&o, func(w io.Writer) error { return report.Badge(w, rep) })
		},
	}
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
