package main

import (
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/report"
	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/prodcheck/prodcheck/sarif"
)

func (a *app) scan() *cobra.Command {
	var t target
	var o output
	var format, failOn *choice
	cmd := &cobra.Command{
		Use:   "scan [DIR]",
		Short: "Read a repository and say what holds of the checklist",
		Long: `Scan reads the repository in DIR (the current folder) and says for every row of the checklist whether it holds for what
production would run, with evidence. It runs none of its code and opens no connection.

Exit status: 0 nothing at or over --fail-on, 1 findings, 2 usage or configuration, 3 the whole job could not be done.`,
		Example: `  prodcheck scan
  prodcheck scan --settings config.settings.production --compose docker-compose.prod.yml
  prodcheck scan --format sarif --output prodcheck.sarif`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			start := time.Now()
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
					return report.JSON(w, rep, report.JSONOptions{Version: version})
				case "sarif":
					return sarif.Write(w, rep, sarif.Options{Version: version, Prefix: t.prefix(), Anchor: anchor(r), Incomplete: len(stopped(rep)) > 0})
				}
				if done, err := formatted(w, format.value, rep, &t, start); done {
					return err
				}
				opts := a.text(&o)
				opts.Name = t.name()
				if _, terminal := a.terminal(); terminal {
					opts.Took = time.Since(start) // a file has the same bytes every time
				}
				return report.Text(w, rep, opts)
			}); err != nil {
				return err
			}
			if stopped := stopped(rep); len(stopped) > 0 {
				return failed("internal error in %s: please report it at %s/issues", strings.Join(stopped, ", "), home)
			}
			if gate(rep, t.threshold(failOn, cmd.Flags().Changed("fail-on"))) {
				return &exit{status: statusFindings}
			}
			return nil
		},
	}
	format = choose(cmd, "format", "what is written", "text", formats()...)
	failOn = choose(cmd, "fail-on", "exit with status 1 if there is a finding of this severity or a higher one", "high",
		"critical", "high", "medium", "low", "never")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}

// gate reports whether a report has a finding at or over a threshold.
func gate(r *checks.Report, failOn string) bool {
	if failOn == "never" {
		return false
	}
	least, err := checks.ParseSeverity(failOn)
	if err != nil {
		panic(err) // the flag takes no other words
	}
	for _, res := range r.Results {
		for _, f := range res.Findings {
			if f.Severity >= least {
				return true
			}
		}
	}
	return false
}

// stopped returns the checks that ended on an internal error.
func stopped(r *checks.Report) (ids []string) {
	for _, res := range r.Results {
		if res.Stopped {
			ids = append(ids, res.Check.ID)
		}
	}
	return ids
}

// anchor is the file at which SARIF puts what is found nowhere: one that rarely changes, so that alerts stay the same.
func anchor(r *repo.Repo) *source.File {
	for _, name := range []string{"manage.py", "README.md", ".gitignore"} {
		if f := r.File(name); f != nil {
			return f
		}
	}
	for _, name := range r.Paths() {
		if f := r.File(name); f != nil {
			return f
		}
	}
	return nil
}
