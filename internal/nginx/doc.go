// Package nginx reads nginx configurations: one file at a time with Parse, or a whole configuration with its includes as the
// container would see them with Load. On top of the tree stands a model that answers what a production nginx would do:
// which server and location take a URI, what is inherited, which headers leave with which status, what redirects where.
//
// # Reading
//
// Parse never fails: what nginx would refuse is listed in File.Invalid and reading goes on at the next ";" or "}". Templates
// are read as they stand: envsubst ${DOMAIN}, Jinja {{ domain }} and {% if %}, sed placeholders (__DOMAIN__, %%DOMAIN%%) make
// the argument that holds them not known (Arg.Known), never wrong. Bodies of *_by_lua_block are opaque.
//
// Load follows includes. The caller says which repository file stands at which path of the container (Options.Read and
// Options.Glob); well-known files that no repository brings along (mime.types, fastcgi_params, proxy_params, certbot's
// options-ssl-nginx.conf, the stock nginx.conf of the image and of Debian) have known content. LoadFile is for one file
// alone: the stock nginx.conf that would include it is put around it.
//
// # Asking
//
// Every scope (http, server, location, if) is a *Scope. Three questions about directives:
//
//	s.Own(name)   the directives that stand in this very block
//	s.All(name)   those in force: of the nearest block outwards that has any (all-or-nothing, as nginx merges arrays)
//	s.Value(name) the single value in force, or nginx's default for the version; see Value.Known and Value.Default
//
// and typed ones: AddHeaders, DroppedHeaders, LimitReqs, BodySize, Access, Pass, ProxyHeaders, TLS. A Config answers for
// requests: Match (URI → location), Serve (request → what nginx does itself), Headers (headers that leave with a status).
//
// What is not known is said so: a value with a placeholder, a variable or an unreadable include has Known false, and every
// yes/no question about it answers false in both directions.
//
// # Places
//
// Directives of stock files have a span in a file whose path starts with "/" and Stock set; Directive.Evidence leads to the
// nearest place in the repository instead, so checks print Evidence and never such a span.
//
// The functions, in one place (each is documented where it stands):
//
//	func Parse(f *source.File) *File
//	func (f *File) Kind() FileKind                  // whole, for conf.d, fragment of a server or a location, nothing of nginx
//	func Load(o Options) *Config
//	func LoadFile(f *source.File, o Options) *Config
//	func StockFile(containerPath string, debian bool) *source.File
//	func ParseVersion(s string) Version             // "1.25.3", "nginx:1.25-alpine", "1.25.3-bookworm"
//
//	func (d *Directive) Evidence() source.Evidence  // print this, never d.Span of a stock directive
//	func (d *Directive) Text(i int) string          // also Texts, Known, HeadSpan
//
//	func (s *Scope) Own(name string) []*Directive
//	func (s *Scope) All(name string) []*Directive
//	func (s *Scope) Value(name string) Value
//	func (s *Scope) Directives() []*Directive
//	func (s *Scope) Config() *Config
//	func (s *Scope) Evidence() source.Evidence
//	func (s *Scope) AddHeaders() []AddHeader        // in force
//	func (s *Scope) DroppedHeaders() []AddHeader    // of outer blocks, lost by own add_header
//	func (s *Scope) LimitReqs() []LimitReq
//	func (s *Scope) BodySize() (bytes int64, v Value)  // 0 is no limit, -1 not known
//	func (s *Scope) Access() Access
//	func (a Access) Open() bool                     // a stranger is surely let in
//	func (a Access) Closed() bool                   // a stranger is surely kept out
//	func (s *Scope) Pass() *Pass
//	func (s *Scope) ProxyHeaders() []ProxyHeader    // what the proxied server is told, defaults Host and Connection included
//	func (s *Scope) Files() Files                   // root or alias
//
//	func (s *Server) TLS() TLS
//	func (s *Server) HasTLS() bool                  // listens with TLS; HasPlain: without
//	func (s *Server) Host() string                  // a name it answers to
//	func (s *Server) Locations() []*Location        // all, nested ones too
//	func (s *Server) Redirects(uri string) Answer   // what a plain HTTP request gets
//	func (l *Location) Sample() string              // a URI that the location would take, "" if none could be worked out
//	func (l *Location) AliasTraversal() bool
//
//	func (c *Config) Match(s *Server, uri string) (l *Location, known bool)  // nil: the server itself
//	func (c *Config) Route(host string, port int, tls bool) *Server
//	func (c *Config) Serve(s *Server, r Request) Answer
//	func (c *Config) Headers(s *Server, uri string, status int) []Header
//	func (c *Config) HeadersOf(sc *Scope, r Request, status int) []Header
//
//	func ParseHSTS(value string) HSTS               // Void, MaxAge, IncludeSubDomains, Preload, Why
//
// A Scope knows its Kind, Directive, Parent, Children, Server and Location; Config.HTTP is the http block. Cipher strings are
// expanded by the package openssl below this one.
package nginx
