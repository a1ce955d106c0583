// Package dotenv reads environment files. The programs that read them do not agree on what they mean (export, blanks round
// the equals sign, quotes, comments, dollars), so every file is read in the dialect of the program that loads it.
package dotenv

import "github.com/prodcheck/prodcheck/internal/source"

// A Dialect is the program whose reading of an environment file is followed.
type Dialect uint8

const (
	// Compose is docker compose, for env_file and .env (compose-go/v2 dotenv).
	Compose Dialect = iota
	// PythonDotenv is the python-dotenv distribution (load_dotenv, dotenv_values); environs reads files with it too.
	PythonDotenv
	// DjangoEnviron is django-environ's Env.read_env with its defaults.
	DjangoEnviron
	// Shell is a POSIX shell that sources the file.
	Shell
	// Raw is docker run --env-file and Compose's "format: raw": everything after the equals sign, untouched.
	Raw
)

// State says what is known of a variable that a value refers to.
type State uint8

const (
	// Unset is a variable known not to be set.
	Unset State = iota
	// Set is a variable whose value is known.
	Set
	// Unknown is a variable that may be set or not, to a value that is not known.
	Unknown
)

// A Lookup answers for the process environment in which the file is loaded.
type Lookup func(name string) (value string, state State)

// A File is one environment file as one dialect reads it. It is immutable.
type File struct {
	Source  *source.File
	Dialect Dialect
	// Entries are the assignments in the order of the file; a name may come more than once, the last one counts.
	Entries []*Entry
	// Commented are assignments behind a comment sign ("# USE_HTTPS=True"): not in force, often documentation.
	Commented []*Entry
	// Encrypted names the tool that encrypted the file ("git-crypt", "transcrypt", "sops", "ansible-vault"), or is "".
	// With sops the names are readable and only values are not Known; the others leave no entries.
	Encrypted string
	Problems  []source.Problem

	byName map[string][]int // indexes in Entries
}

// An Entry is one assignment.
type Entry struct {
	Key     string
	KeySpan source.Span
	// ValueSpan covers the value as written, without quotes that enclose all of it; empty but in place for an empty value.
	ValueSpan source.Span
	// Value is what the dialect makes of the value with no other environment than the earlier lines of the file. References
	// that stay open are left as written, and Known is false.
	Value string
	Known bool
	// Bare is true for a name without an equals sign: passed through from the environment by Compose, None for python-dotenv.
	Bare bool
	// Commented is true for an assignment behind a comment sign.
	Commented bool
	// Refs are the names of the variables that the value refers to, in order of appearance.
	Refs []string

	file   *File
	opaque bool // encrypted
	index  int  // in file.Entries
	parts  []part
}
