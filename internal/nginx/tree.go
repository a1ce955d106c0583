package nginx

import "github.com/prodcheck/prodcheck/internal/source"

// A File is one parsed configuration file. It is immutable.
type File struct {
	Source     *source.File
	Directives []*Directive // top level, in order
	Comments   []source.Span
	// Invalid is the syntax that nginx surely refuses: a missing ";", an unbalanced brace, an unfinished quote. Contexts and
	// argument counts need the whole configuration: they are in Config.Invalid.
	Invalid []source.Problem
	// Problems kept the file from being read in full (caps on size, depth and number).
	Problems []source.Problem
	// Template names the kinds of placeholder found: "envsubst", "jinja", "sed", sorted; nil if none.
	Template []string
}

// A Directive is one directive or, inside a data block (map, geo, types …), one entry of it. Directives of a File are
// immutable; Load copies them, so that a snippet included twice has two sets, each with its own Parent.
type Directive struct {
	Name string // after unquoting; nginx directive names are case-sensitive
	Head Arg    // the name as written
	Args []Arg
	// Block holds the directives between the braces when HasBlock is true.
	Block    []*Directive
	HasBlock bool
	// Data is true for blocks whose entries are no directives: map, geo, types, split_clients, charset_map.
	Data bool
	// Opaque is true for *_by_lua_block: the body is not read.
	Opaque bool
	// Conditional is true if the directive stands between {% if %} and {% endif %} or the like: it may not be there.
	Conditional bool
	// Placeholder is true if a template placeholder stands where a directive would be: anything may be there.
	Placeholder bool
	Span        source.Span // from the name to the ";" or "}"
	BodySpan    source.Span // between the braces, zero without a block

	// The rest is set by Load only.

	Parent *Directive // the enclosing block; nil at the top level of the main file
	From   *Directive // the include directive that brought it here; nil if it stands in the main file
	Stock  bool       // the file is no file of the repository
}

// An Arg is one word of a directive.
type Arg struct {
	Raw  string // as written, with quotes
	Text string // after unquoting, and after envsubst where Options.Env knows the value
	// Known is false if Text still holds a template placeholder. nginx variables ($host) leave it true.
	Known bool
	// Holes are the names of the placeholders, in order.
	Holes  []string
	Quoted bool
	Span   source.Span
}

// Text returns the text of argument i (0 is the first behind the name), or "" if there is none.
func (d *Directive) Text(i int) string {
	if i < 0 || i >= len(d.Args) {
		return ""
	}
	return d.Args[i].Text
}

// Known reports whether every argument is known.
func (d *Directive) Known() bool {
	for i := range d.Args {
		if !d.Args[i].Known {
			return false
		}
	}
	return true
}

// Texts returns the texts of all arguments.
func (d *Directive) Texts() []string {
	out := make([]string, len(d.Args))
	for i := range d.Args {
		out[i] = d.Args[i].Text
	}
	return out
}

// HeadSpan is the line a reader would look at: the name and its arguments, without the block.
func (d *Directive) HeadSpan() source.Span {
	s := d.Head.Span
	if n := len(d.Args); n > 0 {
		s.End = d.Args[n-1].Span.End
	}
	return s
}

// Evidence is the place of the directive's head and the includes that lead to it, nearest first. A directive of a stock
// file is told at the include that brought it in; the evidence is zero if no repository file is on the way.
func (d *Directive) Evidence() source.Evidence {
	var e source.Evidence
	at := d
	for at != nil && at.Stock {
		at = at.From
	}
	if at == nil {
		return e
	}
	e.Span = at.HeadSpan()
	if at != d {
		e = e.Then(source.Step{Span: e.Span, Note: "in " + d.Head.Span.Path()})
	}
	for n := 0; at.From != nil && n < maxIncludeDepth; n++ {
		at = at.From
		if !at.Stock {
			e = e.Then(source.Step{Span: at.HeadSpan(), Note: "included here"})
		}
	}
	return e
}

// A Version is a version of nginx; the zero Version is not known.
type Version struct{ Major, Minor, Patch int }

// IsZero reports whether the version is not known.
func (v Version) IsZero() bool { return v == Version{} }

// Less reports whether v is known and lower than major.minor.patch.
func (v Version) Less(major, minor, patch int) bool {
	if v.IsZero() {
		return false
	}
	if v.Major != major {
		return v.Major < major
	}
	if v.Minor != minor {
		return v.Minor < minor
	}
	return v.Patch < patch
}

// AtLeast reports whether v is known and major.minor.patch or higher.
func (v Version) AtLeast(major, minor, patch int) bool {
	return !v.IsZero() && !v.Less(major, minor, patch)
}
