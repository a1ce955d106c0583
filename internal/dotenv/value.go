package dotenv

import "strings"

const (
	maxValue  = 64 << 10 // bytes of one value after expansion
	maxDepth  = 40       // nesting of references, in one value and through other entries
	maxVisits = 2000     // references followed for one value
)

// A part is a piece of a value before expansion: literal text, or one reference, or something only a shell could tell.
type part struct {
	text   string // literal text, or the reference as written
	name   string // of the variable; "" for literal text
	op     string // "", "-", ":-", "+", ":+", "?", ":?"
	arg    []part // behind op
	opaque bool   // a command substitution, an invalid reference
}

// Lookup returns the entry that counts for a name, the last one, or nil.
func (f *File) Lookup(name string) *Entry {
	return f.before(name, len(f.Entries))
}

// before returns the last entry of a name among the first n.
func (f *File) before(name string, n int) *Entry {
	places := f.byName[name]
	for i := len(places) - 1; i >= 0; i-- {
		if places[i] < n {
			return f.Entries[places[i]]
		}
	}
	return nil
}

// Expand returns the value in an environment; nil is one of which nothing is known. What the environment is known to set
// wins over earlier lines of the file (in a shell, the file wins); a variable that is in neither and not known to be unset
// makes the answer unknown, and the value then has the reference as written.
func (e *Entry) Expand(lookup Lookup) (value string, known bool) {
	x := expander{lookup: lookup}
	return x.entry(e)
}

type expander struct {
	lookup Lookup
	visits int
	depth  int
}

func (x *expander) entry(e *Entry) (string, bool) {
	if e.opaque {
		return e.Value, false
	}
	if e.Bare {
		if e.file.Dialect != Compose && e.file.Dialect != Raw {
			return "", true
		}
		v, s := x.outside(e.Key)
		return v, s == Set
	}
	if e.parts == nil {
		return e.Value, true
	}
	return x.parts(e.parts, e)
}

func (x *expander) outside(name string) (string, State) {
	if x.lookup == nil {
		return "", Unknown
	}
	return x.lookup(name)
}

// variable finds a variable as e sees it.
func (x *expander) variable(name string, e *Entry) (string, State) {
	v, state := x.outside(name)
	if state == Set && e.file.Dialect != Shell {
		return v, Set
	}
	if in := e.file.before(name, e.index); in != nil && !(in.Bare && e.file.Dialect == Compose) {
		if v, ok := x.entry(in); ok {
			return v, Set
		}
		return "", Unknown
	}
	return v, state
}

func (x *expander) parts(parts []part, e *Entry) (string, bool) {
	x.depth++
	defer func() { x.depth-- }()
	var b strings.Builder
	known := true
	for _, p := range parts {
		text, ok := x.part(p, e)
		known = known && ok
		if b.Len()+len(text) > maxValue {
			return b.String(), false
		}
		b.WriteString(text)
	}
	return b.String(), known
}

func (x *expander) part(p part, e *Entry) (string, bool) {
	switch {
	case p.opaque:
		return p.text, false
	case p.name == "":
		return p.text, true
	}
	if x.visits++; x.visits > maxVisits || x.depth > maxDepth {
		return p.text, false
	}
	v, state := x.variable(p.name, e)
	if state == Unknown {
		return p.text, false
	}
	there := state == Set
	if strings.HasPrefix(p.op, ":") {
		there = there && v != ""
	}
	switch strings.TrimPrefix(p.op, ":") {
	case "-":
		if !there {
			return x.parts(p.arg, e)
		}
	case "+":
		if !there {
			return "", true
		}
		return x.parts(p.arg, e)
	case "?":
		if !there {
			return p.text, false
		}
	}
	return v, true
}

// refs appends the names that parts refer to, each once.
func refs(names []string, parts []part) []string {
	for _, p := range parts {
		if p.name != "" && !contains(names, p.name) {
			names = append(names, p.name)
		}
		names = refs(names, p.arg)
	}
	return names
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// literal joins parts that hold no reference; ok is false if there is one.
func literal(parts []part) (text string, ok bool) {
	var b strings.Builder
	for _, p := range parts {
		if p.name != "" || p.opaque {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}
