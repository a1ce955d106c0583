package nginx

import (
	"regexp"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Options say how a configuration is loaded.
type Options struct {
	// Main is the path of the main file in the container; "" is /etc/nginx/nginx.conf. If Read does not have it, the stock
	// file of the nginx image is taken.
	Main string
	// Read returns the repository file that stands at a path of the container, or nil if there is none. May be nil.
	Read func(path string) *source.File
	// Glob returns the container paths that match a pattern (*, ?, [..] within one path element), in any order; Read has them
	// all. May be nil.
	Glob func(pattern string) []string
	// Opaque reports that a container path (or pattern) may hold files the repository does not show: a named volume, a file made
	// at run time. An include that matches nothing there is unknown, not invalid. Nil: everything outside /etc/nginx may.
	Opaque func(path string) bool
	// Version is the version of nginx that production runs, zero if unknown.
	Version Version
	// Env gives values of environment variables for envsubst; nil or false: not known.
	Env func(name string) (string, bool)
	// Debian is true if nginx comes from Debian's or Ubuntu's packages: another stock nginx.conf applies.
	Debian bool

	alone bool // LoadFile: what else there is, is not known
}

// A Config is a whole configuration with its includes. It is immutable.
type Config struct {
	Version Version
	Main    *Scope // the top level
	HTTP    *Scope // the http block, nil if there is none
	Servers []*Server
	// Streams are the server blocks of stream and mail, which serve no HTTP.
	Streams   []*Scope
	Upstreams map[string]*Upstream
	Zones     map[string]*Zone // limit_req_zone by name
	Files     []*source.File   // repository files read, in order of reading
	Includes  []*Include
	// Invalid is what nginx surely refuses to start with, wherever it stands (syntax, contexts, argument counts, values).
	Invalid []Fault
	// Unknown is what nginx may refuse: a directive of no module we know, an include of something outside the repository.
	Unknown  []Fault
	Problems []source.Problem

	scopes int                     // blocks modelled so far
	vars   map[string][]*Directive // definitions by map, geo, split_clients and set, by lower-case name
	open   map[*Directive]bool     // blocks with an include in them that could not be read
}

// A Fault is a reason for nginx to refuse the configuration.
type Fault struct {
	Text      string // as "unknown directive \"lsiten\""; no full stop
	Directive *Directive
	Evidence  source.Evidence // zero if only stock files are involved
}

// An Include is one include directive and what it found.
type Include struct {
	Directive *Directive
	Pattern   string   // container path
	Paths     []string // container paths of the files found
	Stock     bool     // well-known content was taken
	Missing   bool     // no glob, and the file is not there
}

// A Kind says what a scope is.
type Kind uint8

// The kinds of scope.
const (
	MainScope Kind = iota
	HTTPScope
	ServerScope
	LocationScope
	IfScope
	LimitExceptScope
	StreamScope // stream or mail, and servers in them
	OtherScope
)

// A Scope is one block in which directives are inherited from the outside inwards.
type Scope struct {
	Kind      Kind
	Directive *Directive // the block; nil for MainScope
	Parent    *Scope
	Children  []*Scope // locations, ifs and limit_excepts of the block, in order
	Server    *Server  // the enclosing HTTP server, or nil
	Location  *Location
	// Open is true if the block holds something that could not be read (a placeholder in place of a directive, an include of
	// unknown content): what is absent from it is not known to be absent.
	Open bool

	config *Config
	list   []*Directive
	byName map[string][]*Directive
}

// A Server is one server block of http.
type Server struct {
	*Scope
	Listens []Listen // of its listen directives; nginx's default *:80 if there is none
	Names   []Name   // of server_name; empty if there is none
}

// A Listen is one address a server takes connections on.
type Listen struct {
	Host      string // "*", "127.0.0.1", "[::]", "unix:/path", a name
	Port      int    // 80 if none is given; 0 for unix sockets and if not known
	PortEnd   int    // the last port of a range, Port without one
	TLS       bool   // ssl or quic, or "ssl on" in the server (before nginx 1.25.1)
	QUIC      bool
	HTTP2     bool // http2 parameter, or "http2 on" in force
	Default   bool // default_server
	Proxy     bool // proxy_protocol
	Known     bool // address and port are known
	Implicit  bool // no listen directive
	Directive *Directive
}

// A NameKind says how a server name is matched.
type NameKind uint8

// The kinds of server name.
const (
	ExactName    NameKind = iota // example.org
	SuffixName                   // *.example.org, and .example.org which is both exact and suffix
	PrefixName                   // www.*
	RegexName                    // ~^www\d+
	CatchAllName                 // _ or ""; matches no real host: a convention, not a wildcard
)

// A Name is one argument of server_name.
type Name struct {
	Text string // lower case, as written otherwise
	Kind NameKind
	Arg  Arg
	At   *Directive
}

// A Location is one location block.
type Location struct {
	*Scope
	Modifier string // "", "=", "^~", "~", "~*", or "@" for a named one
	Pattern  string // the prefix, the regular expression, or the name without "@"
	Known    bool   // no placeholder in it
	Parent   *Location
	Nested   []*Location

	re *regexp.Regexp // nil if Go cannot match it
}

// An Upstream is an upstream block.
type Upstream struct {
	Name      string
	Servers   []UpstreamServer
	Directive *Directive
}

// An UpstreamServer is one server line of an upstream.
type UpstreamServer struct {
	Address string // "backend:8000", "unix:/run/app.sock"
	Host    string
	Port    int // 80 if none is given, 0 for unix sockets
	Down    bool
	Backup  bool
	Known   bool
	At      *Directive
}

// A Zone is a limit_req_zone.
type Zone struct {
	Name      string
	Key       string  // "$binary_remote_addr"; an empty key (through a map) limits nothing
	PerSecond float64 // requests per second
	Directive *Directive
}

// A Value is the value of a directive in force at some scope.
type Value struct {
	Text string // the arguments joined by a blank, or the default
	Args []string
	// Known is true if Text is what nginx would read: no placeholder, no unreadable part in the blocks that could set it.
	Known bool
	// Default is true if no block sets it and Text is nginx's own default.
	Default   bool
	Directive *Directive      // nil for a default
	Evidence  source.Evidence // the directive, or the head of the scope asked if it is a default
}

// Is reports whether the value is known and one of texts.
func (v Value) Is(texts ...string) bool {
	for _, t := range texts {
		if v.Known && v.Text == t {
			return true
		}
	}
	return false
}
