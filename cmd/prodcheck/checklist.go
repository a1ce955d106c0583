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
	var platform bool
	var required string
	cmd := &cobra.Command{
		Use:   "checklist [DIR]",
		Short: "Print the checklist, ticked",
		Long: `Checklist prints every row of the checklist in its order: ✓ holds, ✗ does not, ? nobody can tell from here, · does not apply. A
row says in one line what shows its answer, or what would settle it. With --format markdown it is a task list.

With --platform, GitHub is asked what it knows of the repository that GITHUB_REPOSITORY names, with GITHUB_TOKEN: whether Dependabot,
secret scanning and push protection are on, and whether the default branch is protected and asks for --required-check. What the
token may not see is unknown, with the permission that it lacks.

Exit status: 0 whatever the answers are, 2 usage or configuration, 3 the whole job could not be done.`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			facts := t.facts(r)
			if platform {
				c, err := a.ofEnvironment()
				if err != nil {
					return err
				}
				facts.Platform = c.Platform(cmd.Context(), required)
			}
			rep := checks.Run(facts)
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
	cmd.Flags().BoolVar(&platform, "platform", false, "ask GitHub for what it knows of the repository")
	cmd.Flags().StringVar(&required, "required-check", "prodcheck", "with --platform, the `NAME` of the check that a merge must wait for")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}
