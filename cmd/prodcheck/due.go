package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/github"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) due() *cobra.Command {
	var t target
	var o output
	var format *choice
	var cadence string
	var issue bool
	cmd := &cobra.Command{
		Use:   "due [DIR]",
		Short: "List what people have to look at",
		Long: `Due lists the rows of the checklist that a person answers: those whose attestation lapsed, those that nobody has attested yet, and
those about to lapse. Rows that the repository answers are left out.

Exit status: 0 nothing is due, 1 something lapsed or was never attested, 2 usage or configuration, 3 the whole job could not be
done. What is only about to lapse does not count.

With --issue, in a workflow that runs on a schedule, one issue of the repository lists what is due; it is opened, updated and closed
as that changes, and the status is 0 if that could be done. It needs GITHUB_TOKEN with the permission issues: write.`,
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
			if issue {
				return a.postDue(cmd.Context(), t.prefix(), rows)
			}
			if slices.ContainsFunc(rows, func(d checks.DueRow) bool { return d.Overdue() }) {
				return &exit{status: statusFindings}
			}
			return nil
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "json")
	cmd.Flags().StringVar(&cadence, "cadence", "", fmt.Sprintf("only rows of this `CADENCE`: %s", strings.Join(checks.Cadences(), ", ")))
	cmd.Flags().BoolVar(&issue, "issue", false, "keep one issue of the repository that lists what is due")
	complete(cmd, "cadence", checks.Cadences())
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}

// postDue keeps the issue of due rows, one for each scanned folder.
func (a *app) postDue(ctx context.Context, folder string, rows []checks.DueRow) error {
	c, err := a.ofEnvironment()
	if err != nil {
		return err
	}
	done, err := c.PostDue(ctx, folder, rows)
	if err != nil {
		return failed("the issue of due rows: %w", err)
	}
	fmt.Fprintf(a.stderr, "prodcheck: the issue of due rows: %s\n", done)
	return nil
}

// ofEnvironment returns a client for the repository and with the token that a workflow's environment names.
func (a *app) ofEnvironment() (*github.Client, error) {
	run, _ := github.ReadRun(a.getenv) // the event does not matter here
	o := a.api
	o.Token, o.Version = cmp.Or(a.getenv("INPUT_TOKEN"), a.getenv("GITHUB_TOKEN")), version
	if o.Token == "" {
		return nil, usage("there is no token: set GITHUB_TOKEN")
	}
	c, err := github.NewClient(run, o)
	if err != nil {
		return nil, usage("%w: set GITHUB_REPOSITORY to owner/name", err)
	}
	return c, nil
}
