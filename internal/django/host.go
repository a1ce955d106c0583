package django

import (
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A Host is what the interpreted code can see of the world: files of the repository and the environment of one scenario.
// It must be deterministic; it is called from one goroutine per evaluation.
type Host interface {
	// Parse returns the parsed Python file at a root-relative path, or nil if there is none.
	Parse(path string) *python.Module
	// Exists reports whether the root-relative path is a file or folder of the repository.
	Exists(path string) bool
	// Glob returns the root-relative paths that match a pattern of path.Match's syntax, sorted.
	Glob(pattern string) []string
	// Env returns what production's process environment holds for a name, before the settings read any file themselves.
	Env(name string) Var
	// EnvFile returns the variables of an environment file that the settings load themselves (load_dotenv, read_env, …), in
	// order, and false if nothing is known of that file in this scenario: then variables stay as they are. The path is
	// root-relative and may name a file that is not in the repository: a template may speak for it.
	EnvFile(path string, at source.Span) ([]Var, bool)
}

// A VarState says what is known of an environment variable.
type VarState uint8

const (
	// VarUnset: nothing sets the variable in this scenario, so fallbacks in code are in force.
	VarUnset VarState = iota
	// VarKnown: it is set, and Value is its value.
	VarKnown
	// VarSecret: it is set at deployment to something that cannot be known from the repository (a placeholder in a template, a
	// secret store, a required variable). It is not empty.
	VarSecret
	// VarUnknown: it cannot be known whether it is set.
	VarUnknown
)

// A Var is an environment variable as production has it in one scenario.
type Var struct {
	Name  string
	State VarState
	Value string
	// Evidence is where it is set, or for VarUnset the place that was expected to set it, with steps such as
	// "docker-compose.yml:31 env_file". It may be zero.
	Evidence source.Evidence
	// Documented is true if only a template says so: the author's intention, not a deployed fact.
	Documented bool
	// Defaulted is true if the value is in force only while the variable is left unset at deployment: the default of
	// ${X:-default} in a compose file, or the empty text that ${X} comes to.
	Defaulted bool
}

// A Read is one look at an environment variable on which a value depends, directly or through a branch that was taken.
type Read struct {
	Var  Var
	Span source.Span // the reading expression
	// Fallback is true if the variable was not set and the code's own default was used instead.
	Fallback bool
	// HasDefault is true if the reading expression has a default, used or not; Default is the span of it.
	HasDefault bool
	Default    source.Span
	// Control is true if the value depends on the variable only through a branch.
	Control bool
}
