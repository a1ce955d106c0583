// Package dockerfile reads Dockerfiles and .dockerignore files: stages, instructions and every word of them with its place.
// Nothing is run or fetched. A line that Docker would refuse becomes a problem and the rest is still read.
package dockerfile

import "github.com/prodcheck/prodcheck/internal/source"

// A File is one Dockerfile. It is immutable.
type File struct {
	Source *source.File
	Escape byte   // '\\' or '`'
	Syntax string // the frontend of "# syntax=", or ""
	// Template is true if the file is the source of a Dockerfile (Jinja, cookiecutter, ERB), which only a generator can turn into
	// one. What is wrong with it as a Dockerfile is then not in Problems.
	Template bool
	// Args are the ARG instructions before the first FROM.
	Args   []*Instruction
	Stages []*Stage
	// Problems are the lines that Docker refuses, each with the span of one line, and the caps that were reached.
	Problems []source.Problem
}

// A Stage is one FROM and what follows it.
type Stage struct {
	Index    int
	Name     string // as in "AS name", lower case; "" if unnamed
	Base     Value  // the image or the stage after FROM
	Platform Value
	Span     source.Span // the FROM instruction
	// Parent is the stage of this file that Base names, or nil.
	Parent       *Stage
	Instructions []*Instruction // without the FROM itself
}

// A Kind is the name of an instruction in upper case: "ENV", "COPY" …
type Kind string

const (
	Add         Kind = "ADD"
	Arg         Kind = "ARG"
	Cmd         Kind = "CMD"
	Copy        Kind = "COPY"
	Entrypoint  Kind = "ENTRYPOINT"
	Env         Kind = "ENV"
	Expose      Kind = "EXPOSE"
	From        Kind = "FROM"
	Healthcheck Kind = "HEALTHCHECK"
	Label       Kind = "LABEL"
	Maintainer  Kind = "MAINTAINER"
	Run         Kind = "RUN"
	Shell       Kind = "SHELL"
	StopSignal  Kind = "STOPSIGNAL"
	User        Kind = "USER"
	Volume      Kind = "VOLUME"
	Workdir     Kind = "WORKDIR"
)

// A Value is one word of a Dockerfile.
type Value struct {
	Raw  string      // as written, with quotes and escapes, continuation lines joined
	Span source.Span // where it stands; covers line continuations inside it
	// Text is the value after quotes, escapes and ARG and ENV references, with the defaults of the file's ARGs.
	Text string
	// Known is false if a reference could not be resolved: an ARG without default, a variable of a base image. Such a
	// reference is left as written in Text.
	Known bool
	// Refs are the variables it refers to, in order of appearance.
	Refs []string

	text string // Raw, or the string that a JSON form stands for
	mode mode
}

// Literal reports whether the value refers to no variable.
func (v Value) Literal() bool { return len(v.Refs) == 0 }

// An Instruction is one line of a stage, with its continuation lines and heredocs. Fields that its Kind does not have are zero.
type Instruction struct {
	Kind    Kind
	OnBuild bool // behind ONBUILD: in force in images built on this one, not in this one
	Stage   *Stage
	Span    source.Span // from the keyword to the end of the last continuation line, without heredoc bodies
	Keyword source.Span
	Args    source.Span // what follows the keyword and its flags; heredoc bodies not counted
	// Comment is the text of the comment lines right above, joined with newlines.
	Comment string

	Flags     []Flag
	Pairs     []Pair    // ENV, ARG, LABEL
	Words     []Value   // CMD, ENTRYPOINT, RUN, SHELL, HEALTHCHECK: exec form words, or shell form split into words; EXPOSE, VOLUME, USER, WORKDIR, STOPSIGNAL: arguments
	Exec      bool      // CMD, ENTRYPOINT, RUN, HEALTHCHECK: JSON form
	Command   string    // shell form: the command text with continuation lines joined; exec form: words joined with blanks
	Sources   []Value   // COPY, ADD: sources, heredocs not counted
	Dest      Value     // COPY, ADD
	From      Value     // COPY --from
	FromStage *Stage    // the stage of this file that From names, or nil
	Excludes  []Value   // COPY, ADD --exclude
	Heredocs  []Heredoc // RUN, COPY, ADD
	Mounts    []Mount   // RUN --mount
	Disabled  bool      // HEALTHCHECK NONE

	line *line // the text with continuation lines joined
	from int   // where Command starts in it; -1 if Command is not a part of it
}

// A Flag is one --name=value of an instruction.
type Flag struct {
	Name  string
	Value Value
}

// A Pair is one name and value of ENV, ARG or LABEL.
type Pair struct {
	Key     string
	KeySpan source.Span
	Value   Value
	// Bare is true for an ARG without default.
	Bare bool
}

// A Heredoc is one inline file.
type Heredoc struct {
	Name   string
	Expand bool        // variables are expanded in it
	Body   source.Span // without the terminator line
	Text   string      // the body after removal of leading tabs if <<- asks for it
}

// A Mount is one RUN --mount.
type Mount struct {
	Type     string // "secret", "bind", "cache", "tmpfs", "ssh"; "bind" if not stated
	ID       string
	Source   string
	Target   string
	Env      string // secret as environment variable
	From     string
	Required bool
	Span     source.Span
	// FromStage is the stage of this file that From names, or nil.
	FromStage *Stage
}

// State says what is known of a build argument.
type State uint8

const (
	// Unset is an argument known not to be passed: its default counts.
	Unset State = iota
	// Set is an argument passed with a known value.
	Set
	// Unknown is an argument that may be passed.
	Unknown
)

// A Lookup answers what the builder passes for a build argument.
type Lookup func(name string) (value string, state State)

// An Image is what one target of a Dockerfile comes to.
type Image struct {
	Target *Stage
	// Chain are the stages whose content the image has, base first, Target last.
	Chain []*Stage
	// Copied are the stages that COPY --from and RUN --mount=from reach, directly or not, in order of appearance.
	Copied []*Stage
	// Base is the image below the first stage of Chain, from outside the file.
	Base Value
	// Env is the environment of a container, later settings of a name having replaced earlier ones, in order of appearance.
	Env []EnvVar
	// Cmd, Entrypoint, User, Workdir, Healthcheck are the instructions in force, or nil.
	Cmd, Entrypoint, User, Workdir, Healthcheck *Instruction
	// Dir is the working directory, absolute if it is known, else "".
	Dir string
	// Files are the COPY and ADD instructions of Chain in order.
	Files []*Instruction
	// Triggers are the ONBUILD instructions that images built on this one run.
	Triggers []*Instruction
}

// An EnvVar is one variable of the image's environment and the place that sets it.
type EnvVar struct {
	Name    string
	Value   Value
	KeySpan source.Span
	At      *Instruction
	// Args are the build arguments the value depends on, directly or through other variables.
	Args []string
}
