// Prodcheck reads a repository and says for every row of a production security checklist whether it holds for what production
// would really run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/github"
	"github.com/prodcheck/prodcheck/internal/inert"
)

// The exit statuses. They never depend on the output format.
const (
	statusOK       = 0
	statusFindings = 1 // findings at or over the threshold
	statusUsage    = 2 // usage or configuration
	statusFailed   = 3 // the whole job could not be done
)

// An exit is an error with the status to leave with. Err may be nil where everything is said already.
type exit struct {
	status int
	err    error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exit{statusUsage, fmt.Errorf(format, args...)}
}

func failed(format string, args ...any) error {
	return &exit{statusFailed, fmt.Errorf(format, args...)}
}

// An app is what commands know of the process they run in.
type app struct {
	stdout, stderr io.Writer
	getenv         func(string) string
	api            github.ClientOptions // how GitHub's API is reached; the zero value is the real one
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	a := &app{stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	status := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run runs one command line and returns the exit status. What goes wrong is told in one line on stderr.
func (a *app) run(ctx context.Context, args []string) (status int) {
	defer func() {
		if e := recover(); e != nil {
			a.complain(fmt.Sprintf("internal error: %v: please report it at %s/issues", e, home))
			status = statusFailed
		}
	}()
	root := a.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	var x *exit
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &x):
		if x.err != nil {
			for _, line := range complaints(x.err) {
				a.complain(line)
			}
		}
		return x.status
	case errors.Is(err, context.Canceled):
		a.complain("interrupted")
		return statusFailed
	}
	// all errors of our own have a status: this one is cobra's, about the command line
	a.complain(err.Error())
	fmt.Fprintf(a.stderr, "Run '%s --help' for usage\n", cmd.CommandPath())
	return statusUsage
}

func (a *app) complain(message string) { fmt.Fprintf(a.stderr, "prodcheck: %s\n", inert.Text(message)) }

// root returns the command line: each command is one file of this folder.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "prodcheck",
		Short:         "Would this repository, deployed as it stands, pass the production security checklist?",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return fmt.Errorf("unknown command %q: is it %s?", args[0], strings.Join(near, " or "))
			}
			return fmt.Errorf("unknown command %q", args[0])
		},
		SuggestionsMinimumDistance: 2,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if show, _ := cmd.Flags().GetBool("version"); show {
				_, err := fmt.Fprintf(a.stdout, "prodcheck %s\n", version)
				return err
			}
			return cmd.Help()
		},
	}
	// cobra's own --version fills in a text/template, which keeps the linker from leaving out what is never called
	root.Flags().BoolP("version", "v", false, "version for prodcheck")
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.AddCommand(a.scan(), a.verify(), a.runbook(), a.checklist(), a.due(), a.attest(), a.initial(), a.configuration(), a.settings(), a.checks(), a.explain(), a.baseline(), a.action(), a.comment(), a.version(), a.fix(), a.badge(), a.merge())
	return root
}
