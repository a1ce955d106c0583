package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
)

func (a *app) baseline() *cobra.Command {
	var t target
	var o output
	cmd := &cobra.Command{
		Use:   "baseline [DIR]",
		Short: "Write down the findings that there are, so that only new ones fail",
		Long: `Baseline scans DIR (the current folder) and writes one line for each finding: rule, severity, a hash of what it stands on, path.
With the action's input baseline, findings in the file are not new. There is no date and no line number in it: it changes only
when findings do, and each line may be deleted by hand.`,
		Example: `  prodcheck baseline --output .prodcheck-baseline`,
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			rep := checks.Run(t.facts(r))
			if ids := stopped(rep); len(ids) > 0 {
				return failed("internal error in %v: a baseline would lack what they find", ids)
			}
			return a.deliver(&o, func(w io.Writer) error { return baseline.Write(w, baseline.Of(rep)) })
		},
	}
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
