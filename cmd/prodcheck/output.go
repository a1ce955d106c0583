package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/prodcheck/prodcheck/internal/report"
)

// A choice is the value of a flag that takes one of a few words.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }

func (c *choice) Type() string { return strings.Join(c.allowed, "|") }

// Set accepts an allowed word; the error lists them.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		last := len(c.allowed) - 1
		return fmt.Errorf("use %s or %s", strings.Join(c.allowed[:last], ", "), c.allowed[last])
	}
	c.value = s
	return nil
}

// choose adds a flag that takes one of a few words, the first of which is the default.
func choose(cmd *cobra.Command, name, usage, value string, allowed ...string) *choice {
	c := &choice{value, allowed}
	cmd.Flags().Var(c, name, usage)
	complete(cmd, name, allowed)
	return c
}

func complete(cmd *cobra.Command, name string, words []string) {
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag was just added
	}
}

// An output says where a command's bytes go and how they look.
type output struct {
	file  string
	color *choice
}

func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "write to this `FILE` instead of standard output")
	o.color = choose(cmd, "color", "colour on a terminal", "auto", "auto", "always", "never")
}

// text returns how text is printed there: in colour only where somebody looks at it, and as wide as the terminal up to 100 columns.
func (a *app) text(o *output) report.TextOptions {
	t := report.TextOptions{Version: version}
	if o.file != "" && o.file != "-" {
		return t // a file has no colour whatever --color says
	}
	f, terminal := a.terminal()
	t.Color = o.color.value == "always" ||
		o.color.value == "auto" && terminal && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
	if terminal {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			t.Width = max(min(w, 100), 0)
		}
	}
	return t
}

// terminal returns standard output and whether a person reads it.
func (a *app) terminal() (*os.File, bool) {
	f, ok := a.stdout.(*os.File)
	return f, ok && isatty.IsTerminal(f.Fd())
}

// deliver writes what write gives to standard output, or to a file: all of it or nothing.
func (a *app) deliver(o *output, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return &exit{statusFailed, err}
	}
	if o.file == "" || o.file == "-" {
		return a.write(b.Bytes())
	}
	if err := writeFile(o.file, b.Bytes()); err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err // the name in it may be that of the file beside
		}
		return failed("the report cannot be written to %s: %w", o.file, err)
	}
	return nil
}

func (a *app) write(b []byte) error {
	if _, err := a.stdout.Write(b); err != nil {
		return failed("the report cannot be written: %w", err)
	}
	return nil
}

// writeFile writes a file so that nobody ever sees half of it: beside it first, then over it. What is no regular file, such as a
// pipe, is written to as it is.
func writeFile(name string, data []byte) (err error) {
	if to, err := filepath.EvalSymlinks(name); err == nil {
		name = to // a link stays one
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return writeThrough(name, data)
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".prodcheck-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Chmod(mode); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

func writeThrough(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
