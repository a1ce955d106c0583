package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) checklist() *cobra.Command {
	var t target
	var o output
	var format *choice
	cmd := &cobra.Command{
		Use:   "checklist [DIR]",
		Short: "Print the checklist, ticked",
		Long: `Checklist prints every row of the checklist in its order: ✓ holds, ✗ does not, ? nobody can tell from here, · does not apply. A
row says in one line what shows its answer, or what would settle it. With --format markdown it is a task list.

Exit status: 0 whatever the answers are, 2 usage or configuration, 3 the whole job could not be done.`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			rep := checks.Run(t.facts(r))
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if err := a.deliver(&o, func(w io.Writer) error {
				switch format.value {
				case "json":
					return report.ChecklistJSON(w, rep)
				case "markdown":
					return report.ChecklistMarkdown(w, rep)
				}
				return report.Checklist(w, rep, a.text(&o))
			}); err != nil {
				return err
			}
			if stopped := stopped(rep); len(stopped) > 0 {
				return failed("internal error in %s: please report it at %s/issues", strings.Join(stopped, ", "), home)
			}
			return nil
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "markdown", "json")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
