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

	loads []Word // files that a loop or a substitution turns into variables
}

// A Word is one word of a command after quotes and expansion.
type Word struct {
	Raw  string // as written
	Text string // after expansion; what is not known is left as written
	// Known is true if Text is what the shell would see. A word that may split into several or be empty is not known.
	Known bool
	// Fallback is true if Text is the default of ${X:-default} (or a variable assigned so) and X may be set from outside.
	Fallback bool
	// Refs are the variables that are not assigned in the script, in order of appearance. A word that is known has some only if
	// it is a fallback.
	Refs []string
	Span source.Span
	// Origin is where the text was written: an element of an array, the value of an assignment, a default. It is Span if the text
	// stands in the command itself or comes from several places.
	Origin source.Span

	rope rope
}

// An Assign is NAME=value: before a command, on its own, or as an argument of export, readonly, declare or local.
type Assign struct {
	Name     string
	NameSpan source.Span
	Value    Word   // zero for an array
	Array    []Word // NAME=(a b): the elements after expansion
	IsArray  bool
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
	// Dead is true if the script's own values keep it from running: a branch they rule out, or what follows exit or exec.
	Dead bool
	// Inner are the scripts among its words, here-documents and options: sh -c "…", ssh host "…", docker compose exec web …,
	// --entrypoint "…", echo "0 3 * * * …" | crontab.
	Inner []*Script

	groups [][]Word   // Args by the word they were written as
	runs   []*Command // how it looked each time, if it ran several times with different words
	here   rope       // the text of <<<
}
