package nginx

import "github.com/prodcheck/prodcheck/internal/source"

// A Request is a request as far as its answer depends on it.
type Request struct {
	Method string // "" is GET
	Host   string // "" is the server's first name
	URI    string // path and query; "" is "/"
	// Scheme is "http" or "https"; "" is what the server's listens say if all of them agree, else not known.
	Scheme string
	// Header are the request headers by lower-case name. If nil, headers are not known; if not nil, what is absent is empty.
	Header map[string]string
	// Exists says whether a file stands at a path of the container; nil: not known.
	Exists func(path string) bool
}

// An AnswerKind says what nginx does with a request.
type AnswerKind uint8

// The kinds of answer.
const (
	UnknownAnswer  AnswerKind = iota // it depends on what is not known
	ReturnAnswer                     // return with a status and text, 444 included
	RedirectAnswer                   // 301, 302, 303, 307 or 308 with a Location
	PassAnswer                       // handed to a proxied, FastCGI, uwsgi, gRPC … server
	StaticAnswer                     // files of root or alias
	DeniedAnswer                     // refused by deny, auth_basic or internal
)

// An Answer is what nginx itself does with a request.
type Answer struct {
	Kind   AnswerKind
	Status int // 0 if the content decides
	// Location of a redirect; Known is false if it holds variables that are not known, which then stand as written.
	Location string
	Known    bool
	// HTTPS is true if a redirect surely goes to https://.
	HTTPS    bool
	Scope    *Scope // the location, if or server whose settings apply to the answer
	URI      string // the URI after rewrites
	Pass     *Pass  // for PassAnswer
	Evidence source.Evidence
	// Maybe are conditions met on the way that may be true or not (an if on an unknown variable, try_files without Exists);
	// the answer is the one in case an if is false and no file is there.
	Maybe []*Directive

	context *context
	// others are the scopes that may apply instead because of Maybe; anywhere is true if they are not known.
	others   []*Scope
	anywhere bool
}

// An AddHeader is one add_header or more_set_headers in force.
type AddHeader struct {
	Name   string
	Value  string // with variables as written
	Always bool
	Known  bool // no placeholder in it
	// Statuses limit the header to some statuses (more_set_headers -s); nil: no such limit.
	Statuses []string
	At       *Directive
}

// A Header is one header that leaves with an answer.
type Header struct {
	Name  string // as written
	Value string // evaluated as far as possible
	// Known is true if Value is what the client gets. A header whose value is empty is not sent and is not listed.
	Known bool
	// Maybe is true if the header may be missing: its value may be empty, or a condition that is not known decides.
	Maybe bool
	// Possible are the values it can take if Known is false and maps or ifs say which; nil: anything.
	Possible []string
	Always   bool
	Evidence source.Evidence
}

// A Pass is where a scope hands requests to.
type Pass struct {
	Directive *Directive
	Protocol  string // "http", "https", "fastcgi", "uwsgi", "scgi", "grpc", "grpcs", "memcached"
	Target    string // the argument as written
	Host      string // service name or address, of the first server if it is an upstream
	Port      int    // 0 if not known or a unix socket
	Unix      string // path of a unix socket
	URI       string // path behind the address, "" if none: then the request's URI is passed unchanged
	Upstream  *Upstream
	Known     bool // host and port are known: no variable that could not be followed, no placeholder
}

// A LimitReq is a limit_req in force.
type LimitReq struct {
	Zone   string
	At     *Directive
	Of     *Zone // nil if no limit_req_zone of that name was found
	Burst  int
	DryRun bool // limit_req_dry_run on: it limits nothing
	Known  bool
}

// Access says whom a scope lets in.
type Access struct {
	Rules []AccessRule
	Any   bool  // satisfy any: an address or a password is enough
	Basic Value // auth_basic in force
	// AuthRequest is auth_request in force, or nil.
	AuthRequest *Directive
	Known       bool
}

// An AccessRule is one allow or deny.
type AccessRule struct {
	Allow bool
	Who   string // "all", an address, a network, "unix:"
	Known bool
	At    *Directive
}

// TLS is what a server does with TLS.
type TLS struct {
	// Protocols are "SSLv2" … "TLSv1.3" in rising order as nginx would enable them.
	Protocols []string
	// ProtocolsAt is the ssl_protocols in force (Known, Default).
	ProtocolsAt Value
	// Ciphers is ssl_ciphers, default HIGH:!aNULL:!MD5: expand it with package openssl.
	Ciphers      Value
	Preference   Value // ssl_prefer_server_ciphers, default off
	Certificates []Certificate
	Stapling     Value
	StaplingOK   Value // ssl_stapling_verify
	Trusted      Value // ssl_trusted_certificate
	Resolver     Value
	SessionCache Value
	Tickets      Value
	DHParam      Value
	Curve        Value // ssl_ecdh_curve
	ConfCommands [][2]string
}

// A Certificate is ssl_certificate with its key.
type Certificate struct {
	Path, Key   string
	Known       bool
	At          *Directive
	KeyAt       *Directive // nil if there is no key
	LetsEncrypt string     // the name in /etc/letsencrypt/live/NAME/…, or ""
}
