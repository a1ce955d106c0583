// Package compose reads Compose files: overlays, anchors, merge keys, extends, include and profiles, with a place for every
// scalar. Variables stay as written and are interpolated when asked, so that a project whose environment is not there can
// still be read. Nothing outside the root is ever asked for.
package compose

import "github.com/prodcheck/prodcheck/internal/source"

// Options say how a project is loaded.
type Options struct {
	// Env answers for the environment of docker compose (.env and the process), used only where the model itself depends on
	// it: paths of include, extends and env_file. Nil: nothing is known.
	Env Lookup
	// Dir is the root-relative project directory; "" is the folder of the first file.
	Dir string
}

// A Read returns a file by its root-relative slash-separated path. It is never asked for a path outside the root.
type Read func(path string) (*source.File, error)

// A Project is the merged model of one or more compose files. It is immutable.
type Project struct {
	Files    []*source.File // every file read, in the order of reading; the stated ones, then included and extended ones
	Dir      string         // root-relative project directory
	Name     Scalar
	Services []*Service // sorted by name; profiles are not applied
	Volumes  []*Resource
	Networks []*Resource
	Secrets  []*Resource
	Configs  []*Resource
	// Problems are what kept files from being read in full (a missing include, a path that leaves the root, a cap).
	Problems []source.Problem
	// Invalid are the places that make docker compose config refuse the project.
	Invalid []source.Problem
}

// A Scalar is one scalar of a compose file, not interpolated.
type Scalar struct {
	Raw  string      // after YAML quoting, before interpolation
	Span source.Span // the scalar as written, with its quotes; zero if there is none
	Null bool        // YAML null, or nothing there
}

// A Service is one service of the merged model.
type Service struct {
	Name  string
	Span  source.Span   // its key in the last file that speaks about it
	Spans []source.Span // its key in every file it comes from, in the order of merging
	Files []*source.File

	Image         Scalar
	Build         *Build // nil if none
	ContainerName Scalar
	Command       *Command // nil if none
	Entrypoint    *Command
	Environment   []*EnvVar // in order of appearance, each name once
	EnvFiles      []*EnvFile
	Ports         []*Port
	Expose        []Scalar
	Volumes       []*Mount
	Restart       Scalar // YAML's no (false) reads "no"
	Deploy        *Deploy
	Profiles      []Scalar
	DependsOn     []*Dependency
	Labels        []*EnvVar
	Logging       *Logging
	NetworkMode   Scalar
	Networks      []*NamedRef
	Secrets       []*FileRef
	Configs       []*FileRef
	Healthcheck   *Healthcheck
	Scale         Scalar
	User          Scalar
	WorkingDir    Scalar
	Privileged    Scalar
	ExtendsFrom   []source.Span // extends entries that were followed
	// Keys are the places of all attributes of the service, by name, in the last file that sets each.
	Keys map[string]source.Span
}

// A Build is how a service's image is built.
type Build struct {
	Span       source.Span
	Context    Scalar
	ContextDir string // root-relative cleaned path of a local context; "" is the root
	Remote     bool   // the context is a URL
	Outside    bool   // the context leaves the root, or is not known
	Dockerfile Scalar
	// DockerfilePath is the root-relative path of the Dockerfile, "" if Remote, Outside or inline.
	DockerfilePath   string
	DockerfileInline Scalar
	Target           Scalar
	Args             []*EnvVar
	Secrets          []*FileRef
}

// A Command is command or entrypoint.
type Command struct {
	Span source.Span
	// Words are the words as docker compose splits them, not interpolated. A null or empty command has none.
	Words []Scalar
	List  bool   // list form
	Text  Scalar // string form
	Reset bool   // null, [] or "": back to the image's own
}

// An EnvVar is one name and value of environment, labels or build arguments.
type EnvVar struct {
	Name    string
	KeySpan source.Span
	// Value is not interpolated. Value.Null: the name alone, passed through from the environment of docker compose.
	Value   Scalar
	Service string // the service the line stands in, which extends may make another one
}

// An EnvFile is one entry of env_file.
type EnvFile struct {
	Raw      Scalar
	Path     string // root-relative, cleaned, interpolated with Options.Env; "" if Outside
	Outside  bool   // leaves the root or is not known
	Required bool
	Format   string // "" or "raw"
	Span     source.Span
}

// A Port is one published port, or range of ports.
type Port struct {
	Span source.Span
	Raw  Scalar // short form; zero for the long form
	// HostIP, Published and Target are not interpolated. Published is "" if docker picks a port, a range is "8000-8010".
	HostIP, Published, Target Scalar
	Protocol                  string // "tcp" or "udp"
	Mode                      string
}

// A Mount is one entry of volumes or tmpfs.
type Mount struct {
	Span   source.Span
	Type   string // "bind", "volume", "tmpfs", …
	Source Scalar // not interpolated
	Target Scalar
	// SourcePath is the root-relative path of a bind mount inside the root; InRoot says whether it is one.
	SourcePath string
	InRoot     bool
	ReadOnly   bool
}

// Deploy is the deploy section.
type Deploy struct {
	Span          source.Span
	Replicas      Scalar
	RestartPolicy source.Span // zero if there is none
	Condition     Scalar      // restart_policy.condition
	Labels        []*EnvVar
}

// A Dependency is one entry of depends_on.
type Dependency struct {
	Name      string
	Span      source.Span
	Condition string // "service_started" if not stated
	Required  bool
}

// Logging is the logging section.
type Logging struct {
	Span    source.Span
	Driver  Scalar
	Options []*EnvVar
}

// Healthcheck is the healthcheck section.
type Healthcheck struct {
	Span    source.Span
	Test    *Command
	Disable bool
}

// A NamedRef is a network that a service joins.
type NamedRef struct {
	Name    string
	Span    source.Span
	Aliases []Scalar // other host names that the service answers to on it
}

// A FileRef is a secret or config that a service or a build is given.
type FileRef struct {
	Source Scalar
	Target Scalar
	Span   source.Span
}

// A Resource is one top-level volume, network, secret or config.
type Resource struct {
	Name        string
	Span        source.Span
	External    bool
	Driver      Scalar
	File        Scalar // secrets, configs
	Environment Scalar
	Content     Scalar
	Internal    Scalar // networks
}

// VarState says what is known of a variable.
type VarState uint8

const (
	// Unset is a variable known not to be set.
	Unset VarState = iota
	// Set is a variable whose value is known.
	Set
	// Unknown is a variable that may be set or not, to a value that is not known.
	Unknown
)

// A Lookup answers for a variable.
type Lookup func(name string) (value string, state VarState)

// A Result is an interpolated string.
type Result struct {
	Value string // what is not known is left as written
	Known bool
	Vars  []Var // variables used, in order of appearance, nested ones after the one that holds them
	// Err is the message of ${X:?message} when X is known to be unset, or a syntax error; "" if none.
	Err string
}

// A Var is one reference to a variable.
type Var struct {
	Name string
	// Op is "", "-", ":-", "?", ":?", "+" or ":+".
	Op string
	// Text is what stands behind Op, as written, and TextStart its offset in the raw string.
	Text      string
	TextStart int
	// Start and End are the offsets of the whole reference in the raw string.
	Start, End int
	// Used is true if the value holds Text rather than the variable's value.
	Used bool
}
