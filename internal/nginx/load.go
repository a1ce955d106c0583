package nginx

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// maxExpanded is the number of directives one configuration may have with its includes.
const maxExpanded = 100000

// A FileKind says where a file can stand in a configuration.
type FileKind uint8

// The kinds of file.
const (
	NoFile         FileKind = iota // nothing that nginx would read
	MainFile                       // holds http, events or stream
	HTTPFile                       // holds server, upstream, map …: one of conf.d
	ServerFragment                 // holds what stands in a server or location: a snippet
	ParamsFragment                 // holds proxy_set_header, ssl_…, add_header and the like alone
)

// Kind tells by the directives at top level where the file can stand.
func (f *File) Kind() FileKind {
	kind := NoFile
	for _, d := range f.Directives {
		k := NoFile
		switch d.Name {
		case "http", "events", "stream", "mail", "worker_processes", "load_module", "pid", "user", "daemon":
			return MainFile
		case "server", "upstream", "map", "geo", "limit_req_zone", "limit_conn_zone", "proxy_cache_path", "log_format", "split_clients":
			k = HTTPFile
		case "location", "listen", "server_name", "return", "rewrite", "if", "root", "try_files":
			k = ServerFragment
		default:
			if len(lookup(d.Name)) > 0 && !d.HasBlock {
				k = ParamsFragment
			}
		}
		if k != NoFile && (kind == NoFile || k < kind) {
			kind = k
		}
	}
	return kind
}

type loader struct {
	o      Options
	c      *Config
	parsed map[string]*File
	count  int
	full   bool
	prefix string
	told   map[string]bool     // files whose syntax errors are noted
	open   map[*Directive]bool // blocks (nil: top level) with an unreadable include in them
}

// Load reads a configuration from its main file. It never fails: without anything to read the result has no servers.
func Load(o Options) *Config {
	if o.Main == "" {
		o.Main = "/etc/nginx/nginx.conf"
	}
	l := &loader{o: o, c: &Config{Version: o.Version}, parsed: map[string]*File{}, told: map[string]bool{}, prefix: path.Dir(o.Main), open: map[*Directive]bool{}}
	f, stock := l.file(o.Main)
	var list []*Directive
	if f != nil {
		for _, bad := range f.Invalid {
			l.c.Invalid = append(l.c.Invalid, Fault{Text: bad.Text, Evidence: source.At(bad.Span)})
		}
		list = l.expand(f.Directives, nil, nil, stock, []string{o.Main})
	}
	l.c.open = l.open
	l.c.build(list, l.open)
	l.c.validate(o.alone)
	return l.c
}

// LoadFile reads one file on its own. A file of conf.d gets the stock nginx.conf around it; a fragment has neither servers
// nor faults beyond its syntax. Includes that are no well-known files are unknown unless o.Read has them.
func LoadFile(f *source.File, o Options) *Config {
	parsed := Parse(f)
	o.alone = true
	switch parsed.Kind() {
	case MainFile:
		o.Main = "/etc/nginx/nginx.conf"
	case HTTPFile:
		o.Main = ""
	default:
		c := &Config{Version: o.Version, Main: &Scope{Kind: MainScope}, Files: []*source.File{f}, Problems: parsed.Problems}
		c.Main.config = c
		for _, p := range parsed.Invalid {
			c.Invalid = append(c.Invalid, Fault{Text: p.Text, Evidence: source.At(p.Span)})
		}
		return c
	}
	at := o.Main
	if at == "" {
		at = "/etc/nginx/conf.d/" + path.Base(f.Path)
		if !strings.HasSuffix(at, ".conf") {
			at += ".conf"
		}
	}
	read, glob := o.Read, o.Glob
	o.Read = func(p string) *source.File {
		if p == at {
			return f
		}
		if read == nil || o.Main == "" && p == "/etc/nginx/nginx.conf" {
			return nil
		}
		return read(p)
	}
	o.Glob = func(pattern string) []string {
		var out []string
		if glob != nil {
			out = glob(pattern)
		}
		if ok, _ := path.Match(pattern, at); ok && !contains(out, at) {
			out = append(out, at)
		}
		return out
	}
	if o.Opaque == nil {
		o.Opaque = func(string) bool { return true }
	}
	return Load(o)
}

// contains reports whether list holds s.
func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// file returns the parsed file at a container path and whether it is a stock one.
func (l *loader) file(p string) (*File, bool) {
	if f, ok := l.parsed[p]; ok {
		return f, f != nil && strings.HasPrefix(f.Source.Path, "/")
	}
	var src *source.File
	if l.o.Read != nil {
		src = l.o.Read(p)
	}
	stock := false
	if src == nil {
		src = StockFile(p, l.o.Debian)
		stock = src != nil
	}
	if src == nil {
		l.parsed[p] = nil
		return nil, false
	}
	f := Parse(src)
	l.parsed[p] = f
	if !stock {
		l.c.Files = append(l.c.Files, src)
		l.c.Problems = append(l.c.Problems, f.Problems...)
	}
	return f, stock
}

// expand copies directives, with those of included files in place of each include.
func (l *loader) expand(in []*Directive, parent, from *Directive, stock bool, chain []string) []*Directive {
	var out []*Directive
	for _, d := range in {
		if l.count++; l.count > maxExpanded {
			if !l.full {
				l.full = true
				l.c.Problems = append(l.c.Problems, source.Problem{Span: d.Span, Text: fmt.Sprintf("more than %d directives with all includes, the rest is not read", maxExpanded)})
			}
			l.open[parent] = true
			return out
		}
		c := *d
		c.Parent, c.From, c.Stock = parent, from, stock
		c.Args = l.args(d.Args)
		if d.Placeholder {
			l.open[parent] = true
		}
		if c.Name == "include" && len(c.Args) == 1 && !c.HasBlock {
			out = append(out, l.include(&c, parent, chain)...)
			continue
		}
		c.Block = l.expand(d.Block, &c, from, stock, chain)
		out = append(out, &c)
	}
	return out
}

// args puts values of the environment into copies of the arguments.
func (l *loader) args(in []Arg) []Arg {
	if l.o.Env == nil {
		return in
	}
	out := append([]Arg(nil), in...)
	for i := range out {
		if !out[i].Known {
			out[i].Text, out[i].Known = substitute(out[i].Text, l.o.Env)
		}
	}
	return out
}

// include reads the files an include names and returns their directives. A relative path starts at the folder of the main
// file, as ngx_conf_full_name has it.
func (l *loader) include(d *Directive, parent *Directive, chain []string) []*Directive {
	pattern := d.Text(0)
	inc := &Include{Directive: d, Pattern: pattern}
	l.c.Includes = append(l.c.Includes, inc)
	if !d.Args[0].Known {
		l.open[parent] = true
		return nil
	}
	if !path.IsAbs(pattern) {
		pattern = path.Join(l.prefix, pattern)
	}
	pattern = path.Clean(pattern)
	inc.Pattern = pattern
	glob := strings.ContainsAny(pattern, "*?[")
	paths := []string{pattern}
	if glob {
		paths = nil
		if l.o.Glob != nil {
			paths = append(paths, l.o.Glob(pattern)...)
			sort.Strings(paths)
		}
	}
	var out []*Directive
	for _, p := range paths {
		if contains(chain, p) || len(chain) >= maxIncludeDepth {
			l.c.fault(d, fmt.Sprintf("%q includes itself", p))
			continue
		}
		f, stock := l.file(p)
		if f == nil {
			l.absent(inc, parent, p, glob)
			continue
		}
		inc.Paths = append(inc.Paths, p)
		inc.Stock = inc.Stock || stock
		if !l.told[p] { // a file included from several places has its mistakes once
			l.told[p] = true
			for _, bad := range f.Invalid {
				l.c.Invalid = append(l.c.Invalid, Fault{Text: bad.Text, Directive: d, Evidence: includedAt(bad.Span, d)})
			}
		}
		out = append(out, l.expand(f.Directives, parent, d, stock, append(chain[:len(chain):len(chain)], p))...)
	}
	if glob && l.opaque(pattern) && len(inc.Paths) == 0 {
		l.open[parent] = true
	}
	return out
}

// includedAt is the evidence of a span in a file that d includes.
func includedAt(s source.Span, d *Directive) source.Evidence {
	e := source.At(s)
	if by := d.Evidence(); !by.IsZero() {
		e = e.Then(source.Step{Span: by.Span, Note: "included here"}).Then(by.Trail...)
	}
	return e
}

// absent notes an included file that nothing in the repository puts there.
func (l *loader) absent(inc *Include, parent *Directive, p string, glob bool) {
	l.open[parent] = true
	if glob {
		return
	}
	inc.Missing = true
	text := fmt.Sprintf("include of %q: no such file", inc.Directive.Text(0))
	if l.opaque(p) {
		l.c.unknown(inc.Directive, text+" in the repository")
		return
	}
	l.c.fault(inc.Directive, text)
}

// opaque reports whether there may be files at p that the repository does not show.
func (l *loader) opaque(p string) bool {
	if l.o.Opaque != nil {
		return l.o.Opaque(p)
	}
	return !strings.HasPrefix(p, "/etc/nginx/")
}

// maxFaults bounds each list of faults.
const maxFaults = 500

// fault notes a reason for which nginx refuses to start.
func (c *Config) fault(d *Directive, text string) {
	if len(c.Invalid) < maxFaults {
		c.Invalid = append(c.Invalid, Fault{Text: text, Directive: d, Evidence: d.Evidence()})
	}
}

// unknown notes a reason for which nginx may refuse to start.
func (c *Config) unknown(d *Directive, text string) {
	if len(c.Unknown) < maxFaults {
		c.Unknown = append(c.Unknown, Fault{Text: text, Directive: d, Evidence: d.Evidence()})
	}
}
