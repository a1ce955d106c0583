package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) due() *cobra.Command {
	var t target
	var o output
	var format *choice
	var cadence string
	cmd := &cobra.Command{
		Use:   "due [DIR]",
		Short: "List what people have to look at",
		Long: `Due lists the rows of the checklist that a person answers: those whose attestation lapsed, those that nobody has attested yet, and
those about to lapse. Rows that the repository answers are left out.

Exit status: 0 nothing is due, 1 something lapsed or was never attested, 2 usage or configuration, 3 the whole job could not be
done. What is only about to lapse does not count.`,
		Example: "  prodcheck due\n  prodcheck due --cadence weekly",
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cadence != "" && !slices.Contains(checks.Cadences(), cadence) {
				return usage("--cadence %s: use %s", cadence, strings.Join(checks.Cadences(), ", "))
			}
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			rows := checks.Due(checks.Run(t.facts(r)), cadence)
			if err := a.deliver(&o, func(w io.Writer) error {
				if format.value == "json" {
					return report.DueJSON(w, rows)
				}
				return report.Due(w, rows, a.text(&o))
			}); err != nil {
				return err
			}
			if slices.ContainsFunc(rows, func(d checks.DueRow) bool { return d.Overdue() }) {
				return &exit{status: statusFindings}
			}
			return nil
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "json")
	cmd.Flags().StringVar(&cadence, "cadence", "", fmt.Sprintf("only rows of this `CADENCE`: %s", strings.Join(checks.Cadences(), ", ")))
	complete(cmd, "cadence", checks.Cadences())
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
