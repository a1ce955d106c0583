// Package shell reads shell scripts: the commands they run, in order, with every word in its place. Nothing is run. What
// depends on the outside (variables not assigned in the script, command substitutions) is told apart from what is known.
package shell

import "github.com/prodcheck/prodcheck/internal/source"

// A Script is one shell script, or one command line. It is immutable.
type Script struct {
	// Commands are the simple commands in order of execution as far as the text shows it: bodies of functions stand where the
	// function is declared, with Function set.
	Commands []*Command
	// Shebang is the interpreter of the first line ("/bin/sh", "/usr/bin/env bash"), or "".
	Shebang  string
	Problems []source.Problem
}

// A Word is one word of a command after quotes and expansion.
type Word struct {
	Raw  string // as written
	Text string // after expansion; what is not known is left as written
	// Known is true if Text is what the shell would see. A word that may split into several or be empty is not known.
	Known bool
	// Fallback is true if Text is the default of ${X:-default} (or a variable assigned so) and X may be set from outside.
	Fallback bool
	// Refs are the variables that are not assigned in the script, in order of appearance.
	Refs []string
	Span source.Span
}

// An Assign is NAME=value: before a command, on its own, or as an argument of export, readonly, declare or local.
type Assign struct {
	Name     string
	NameSpan source.Span
	Value    Word
	Export   bool // export NAME=value, or under set -a
	Append   bool // NAME+=value
	Bare     bool // export NAME
}

// A Redirect is > file, >> file, < file.
type Redirect struct {
	Op   string // ">", ">>", "<", "&>", …
	File Word
}

// A Heredoc is <<EOF or <<< text.
type Heredoc struct {
	Text   string
	Body   source.Span
	Quoted bool // no expansion in it
}

// A Command is one simple command or one bare assignment.
type Command struct {
	// Args are the words, the program first; leading exec, command, nohup, sudo and env with its assignments and the like are
	// still there: Program skips them. Empty for a bare assignment.
	Args []Word
	// Assigns are assignments in front of the command or on their own, and those of export, readonly, declare, local.
	Assigns   []Assign
	Redirects []Redirect
	Heredocs  []Heredoc
	Span      source.Span

	Exec        bool   // behind exec: nothing after it runs
	Background  bool   // &
	Conditional bool   // inside if, case, while's body, behind && or ||
	Negated     bool   // behind !
	Loop        bool   // inside for, while, until
	Function    string // the function that holds it, or ""
	Pipe        bool   // part of a pipeline
	Subst       bool   // inside $(…) or `…`
	Dir         Word   // the last cd before it at the same level, zero if none
}

// Parse reads a script.
//
//	func Parse(f *source.File) *Script
//
// ParseText reads a command line that stands in another file (a RUN line, a compose command, a Makefile recipe). If text is
// the span's own text, places are exact; otherwise every place is the whole span.
//
//	func ParseText(at source.Span, text string) *Script
//
// Program skips exec, command, nohup, sudo, env, time, nice, tini, dumb-init, gosu, su-exec, poetry run, pipenv run, uv run …
// and returns the words of what really runs.
//
//	func (c *Command) Program() []Word
//
// Sources are the files read by source and ".".
//
//	func (s *Script) Sources() []Word
//
// Exports are the variables that the script exports, the last one of a name counting.
//
//	func (s *Script) Exports() []Assign
//
// Composes are the docker compose calls.
//
//	func (s *Script) Composes() []ComposeCall
//	type ComposeCall struct { Command *Command; Files, EnvFiles, Profiles []Word; Project Word; Sub string; Services []Word }
//
// Servers are the commands that start a Python application: gunicorn, uvicorn, daphne, hypercorn, uwsgi, manage.py runserver …
//
//	func (s *Script) Servers() []Server
//	type Server struct { Command *Command; Name, App string; AppSpan source.Span; Dev bool; Env []Assign }
//
// Manages are the manage.py, django-admin and python -m django calls.
//
//	func (s *Script) Manages() []Manage
//	type Manage struct { Command *Command; Sub string; Settings Word }
