package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (a *app) attest() *cobra.Command {
	var t target
	var by, evidence, on, until string
	cmd := &cobra.Command{
		Use:   "attest ROW [DIR]",
		Short: "Vouch for a row of the checklist that only a person can answer",
		Long: `Attest writes into ` + config.Name + ` of DIR (the current folder) who vouches for a row, since when, and what shows it. The file is
changed in place: comments, order and blank lines stay. It is written if it is not there. The attestation lapses after the row's
days, from one for daily rows to 180, or after --until.

Exit status: 0 written, 2 usage or configuration, 3 the file cannot be written.`,
		Example: `  prodcheck attest database.backups --by 'Ada L.' --evidence docs/backups.md
  prodcheck attest logging.uptime --by ops --evidence https://status.example.com --on 2026-11-02`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("%s takes a row and a folder: prodcheck due lists the rows", cmd.CommandPath())
			}
			return nil
		},
		ValidArgs: vocabulary().Attestable,
		RunE: func(cmd *cobra.Command, args []string) error {
			row := checks.LookupRow(args[0])
			switch {
			case row == nil:
				return misconfigured(fmt.Errorf("there is no row %q: %s", args[0], config.Suggest(args[0], vocabulary().Attestable, "prodcheck checklist lists them")))
			case row.Days == 0:
				return usage("%s is not for people to attest: %s", row.Key, answers(row))
			case strings.TrimSpace(by) == "":
				return usage("who vouches for %s? say --by NAME", row.Key)
			case strings.TrimSpace(evidence) == "":
				return usage("what shows that %q? say --evidence with a path or a URL", row.Title)
			}
			day, err := a.day(&t)
			if err != nil {
				return err
			}
			at := config.Attestation{Row: row.Key, By: by, Evidence: evidence, On: day}
			if at.On, err = date("--on", on, day); err != nil {
				return err
			}
			if at.Until, err = date("--until", until, time.Time{}); err != nil {
				return err
			}
			switch {
			case at.On.After(day):
				return usage("--on %s is to come: give the day on which somebody looked", on)
			case !at.Until.IsZero() && at.Until.Before(at.On):
				return usage("--until %s is before %s", until, at.On.Format(time.DateOnly))
			}
			t.dir = "."
			if len(args) > 1 {
				t.dir = args[1]
			}
			said := checks.Attestation{Row: at.Row, By: at.By, On: at.On, Evidence: at.Evidence, Until: at.Until}
			name, err := a.record(&t, at)
			if err != nil {
				return err
			}
			text := fmt.Sprintf("%s: %s holds until %s", name, row.Key, said.LastDay(row).Format(time.DateOnly))
			if said.Standing(row, day) == checks.Lapsed {
				text = fmt.Sprintf("%s: %s lapsed on %s already", name, row.Key, said.LastDay(row).Format(time.DateOnly))
			}
			return a.write([]byte(text + "\n"))
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who vouches for it")
	cmd.Flags().StringVar(&evidence, "evidence", "", "the `PATH` or URL that shows it")
	cmd.Flags().StringVar(&on, "on", "", "the `DATE` on which somebody looked; today unless another is given")
	cmd.Flags().StringVar(&until, "until", "", "the last `DATE` on which it holds, if that is earlier than the row's own")
	cmd.Flags().StringVar(&t.config, "config", "", "the configuration `FILE`; "+config.Name+" in the folder unless another is named")
	cmd.Flags().StringVar(&t.today, "today", "", "take this `DATE` for today")
	return cmd
}

// answers says who answers a row that people cannot attest.
func answers(row *checks.Row) string {
	switch {
	case len(row.Checks) > 0 && len(row.Live) > 0:
		return "prodcheck scan and prodcheck verify answer it"
	case len(row.Checks) > 0:
		return "prodcheck scan answers it"
	case len(row.Live) > 0:
		return "prodcheck verify answers it"
	}
	return "what runs on the server answers it"
}

func date(flag, text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return d, usage("%s %s: not a date such as 2027-01-31", flag, text)
	}
	return d, nil
}

// record writes an attestation into the configuration file and returns the file's name.
func (a *app) record(t *target, at config.Attestation) (string, error) {
	name := t.config
	if name == "" {
		name = filepath.Join(t.dir, config.Name)
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
			return "", failed("there is no folder %s", filepath.Dir(name))
		}
	case err != nil:
		return "", failed("the configuration cannot be read: %w", err)
	}
	edited, err := config.Attest(source.NewFile(filepath.ToSlash(name), text), vocabulary(), at)
	if err != nil {
		return "", misconfigured(err)
	}
	if err := writeFile(name, edited); err != nil {
		return "", failed("the configuration cannot be written: %w", err)
	}
	return name, nil
}
