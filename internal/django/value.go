package django

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A Kind is the Python type of a known value, as far as settings need it.
type Kind uint8

// The kinds of value. Unknown is the zero value.
const (
	Unknown Kind = iota
	NoneKind
	BoolKind
	IntKind
	FloatKind
	StringKind
	BytesKind
	ListKind
	TupleKind
	SetKind
	DictKind
	PathKind     // pathlib.Path
	DurationKind // datetime.timedelta
	RegexpKind   // re.compile(...)
	ObjectKind   // an instance, class, function or module known only by its dotted name and arguments
)

// A KeyState says whether a dict has a key.
type KeyState uint8

// The states of a key.
const (
	KeyAbsent KeyState = iota
	KeyPresent
	KeyMaybe
)

// A Value is what we know about a setting and how we know it. It is immutable. The zero Value is Unknown with no evidence.
// Printing a Value with any fmt verb never prints a secret; use Display for people.
//
// A Value may stand for several alternatives, one per branch that cannot be decided. Each question then answers for all of
// them together: IsTrue is true only if every alternative is true.
type Value struct {
	v *node
}

// A node is the body of a value. While settings are interpreted, containers keep their contents in a box that assignments change;
// the nodes of a finished Settings are never changed again.
type node struct {
	kind     Kind
	str      string // text of a str, bytes, Path or pattern; the dotted name of an object
	num      int64  // int; bool as 0 or 1
	flt      float64
	dur      time.Duration
	box      *box // list, tuple, set, dict
	alts     []*node
	call     *call  // object that came from a call
	reason   string // Unknown: what would settle it
	unset    bool   // the alternative "never assigned"
	secret   bool   // Unknown because production supplies it
	nonEmpty bool   // Unknown, but not empty, so it counts as true
	random   bool   // made anew at every start
	ev       source.Evidence
	reads    []Read
	impl     any // the interpreter's own: functions, classes, modules, readers
}

type call struct {
	args   []*node
	kwargs []kwarg
}

type kwarg struct {
	name string
	v    *node
}

// contents are what a container holds. keys is as long as elems for a dict and nil for others.
type contents struct {
	keys, elems []*node
	open        bool    // there may be further, unknown elements
	maybe       []*node // elements that one of several branches put in
}

type box struct{ c *contents }

const maxAlternatives = 8

func (v Value) node() *node {
	if v.v == nil {
		return &node{}
	}
	return v.v
}

// Format prints the kind only: a value may be a secret. Use Display.
func (v Value) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "django.Value(%d)", v.Kind()) }

// Kind returns the type of the value; Unknown for a choice between different types.
func (v Value) Kind() Kind {
	n := v.node()
	for i, a := range n.alts {
		if i > 0 && a.kind != n.alts[0].kind {
			return Unknown
		}
	}
	if len(n.alts) > 0 {
		return n.alts[0].kind
	}
	return n.kind
}

// Alternatives returns the values between which it cannot be decided; v alone if there is no choice.
func (v Value) Alternatives() []Value {
	n := v.node()
	if len(n.alts) == 0 {
		return []Value{v}
	}
	out := make([]Value, len(n.alts))
	for i, a := range n.alts {
		out[i] = Value{a}
	}
	return out
}

func (v Value) all(ask func(*node) bool) bool {
	n := v.node()
	if len(n.alts) == 0 {
		return ask(n)
	}
	for _, a := range n.alts {
		if !ask(a) {
			return false
		}
	}
	return true
}

// IsKnown reports whether there is one value and it is known in full. What a function returns that is known by name only is not.
func (v Value) IsKnown() bool {
	budget := maxElems
	return len(v.node().alts) == 0 && v.node().known(0, &budget)
}

func (n *node) known(depth int, budget *int) bool {
	if *budget--; n.kind == Unknown || depth > 20 || *budget < 0 {
		return false
	}
	if n.kind == ObjectKind && n.call != nil && n.impl == nil {
		return false // what a function that is not evaluated returns
	}
	if n.box != nil {
		if n.box.c.open {
			return false
		}
		for _, e := range n.box.c.elems {
			if len(e.alts) > 0 || !e.known(depth+1, budget) {
				return false
			}
		}
	}
	return true
}

// IsTrue reports whether the value is proven to count as true in Python.
func (v Value) IsTrue() bool { return v.all(func(n *node) bool { t, ok := n.truth(); return ok && t }) }

// IsFalse reports whether the value is proven to count as false in Python.
func (v Value) IsFalse() bool {
	return v.all(func(n *node) bool { t, ok := n.truth(); return ok && !t })
}

// IsExactly reports whether the value is proven to be the bool itself, which is what Django's deployment checks ask for.
func (v Value) IsExactly(b bool) bool {
	return v.all(func(n *node) bool { return n.kind == BoolKind && (n.num != 0) == b })
}

// IsNone reports whether the value is proven to be None.
func (v Value) IsNone() bool { return v.all(func(n *node) bool { return n.kind == NoneKind }) }

// truth returns the truth of one alternative, if it is known.
func (n *node) truth() (value, known bool) {
	switch n.kind {
	case NoneKind:
		return false, true
	case BoolKind, IntKind:
		return n.num != 0, true
	case FloatKind:
		return n.flt != 0, true
	case StringKind, BytesKind:
		return n.str != "", true
	case ListKind, TupleKind, SetKind, DictKind:
		if len(n.box.c.elems) > 0 {
			if n.kind != DictKind || len(n.box.c.elems) < 100 && len(n.box.c.sureKeys()) > 0 || len(n.box.c.elems) >= 100 {
				return true, true
			}
			return false, false
		}
		return false, !n.box.c.open
	case DurationKind:
		return n.dur != 0, true
	case PathKind, RegexpKind:
		return true, true
	case ObjectKind:
		// a class, function or module; a name in capitals is a constant of a module that is not here
		last := n.str[strings.LastIndexByte(n.str, '.')+1:]
		if n.impl != nil || n.call == nil && strings.ToUpper(last) != last {
			return true, true
		}
	}
	return true, n.nonEmpty
}

// Str returns the text of a known str, bytes, Path or pattern.
func (v Value) Str() (string, bool) {
	n := v.node()
	if len(n.alts) > 0 {
		return "", false
	}
	switch n.kind {
	case StringKind, BytesKind, PathKind, RegexpKind:
		return n.str, true
	}
	return "", false
}

// Int returns the number of a known int, bool or float without fraction.
func (v Value) Int() (int64, bool) {
	n := v.node()
	if len(n.alts) > 0 {
		return 0, false
	}
	switch n.kind {
	case IntKind, BoolKind:
		return n.num, true
	case FloatKind:
		if n.flt == math.Trunc(n.flt) && math.Abs(n.flt) < 1<<53 {
			return int64(n.flt), true
		}
	}
	return 0, false
}

// Duration returns the length of a known timedelta.
func (v Value) Duration() (time.Duration, bool) {
	n := v.node()
	return n.dur, len(n.alts) == 0 && n.kind == DurationKind
}

// Object returns the dotted name of a class, function, module or call result that is known by name only.
func (v Value) Object() (name string, ok bool) {
	n := v.node()
	return n.str, len(n.alts) == 0 && n.kind == ObjectKind && n.str != ""
}

// Arg returns an argument of the call that made an object, by position (i ≥ 0) or by name.
func (v Value) Arg(i int, name string) (Value, bool) {
	n := v.node()
	if n.call == nil {
		return Value{}, false
	}
	for _, k := range n.call.kwargs {
		if k.name == name && name != "" {
			return Value{k.v}, true
		}
	}
	if i >= 0 && i < len(n.call.args) {
		return Value{n.call.args[i]}, true
	}
	return Value{}, false
}

// Span returns the expression that gave the value, or the line of the file that sets the variable it was read from.
func (v Value) Span() source.Span { return v.Evidence().Span }

// Evidence returns the place of the value and the steps that led to it. For several alternatives it is the first one's.
func (v Value) Evidence() source.Evidence {
	n := v.node()
	if n.ev.IsZero() && len(n.alts) > 0 {
		return n.alts[0].ev
	}
	return n.ev
}

// Reads returns the environment variables the value depends on, data first.
func (v Value) Reads() []Read {
	n := v.node()
	all := n.reads
	for _, a := range n.alts {
		all = joinReads(all, a.reads)
	}
	var data, control []Read
	for _, r := range all {
		if r.Control {
			control = append(control, r)
		} else {
			data = append(data, r)
		}
	}
	return append(data, control...)
}

// Fallback reports whether a variable that the value depends on was unset, so that the default of the code, or of the compose
// file, is in force.
func (v Value) Fallback() bool {
	for _, r := range v.Reads() {
		if r.Fallback || r.Var.Defaulted {
			return true
		}
	}
	return false
}

// Documented reports whether a template gave a variable that the value depends on.
func (v Value) Documented() bool {
	for _, r := range v.Reads() {
		if r.Var.Documented && r.Var.State == VarKnown {
			return true
		}
	}
	return false
}

// Literal reports whether the value stands in the code and no variable gives it.
func (v Value) Literal() bool {
	for _, r := range v.Reads() {
		if !r.Control {
			return false
		}
	}
	return v.Kind() != Unknown
}

// Reason says for a value that is not known what would settle it.
func (v Value) Reason() string {
	n := v.node()
	if n.reason != "" {
		return n.reason
	}
	for _, a := range n.alts {
		if a.reason != "" {
			return a.reason
		}
	}
	if len(n.alts) > 0 {
		return "it depends on a branch that cannot be decided"
	}
	if n.box != nil {
		for _, e := range n.box.c.elems {
			if e.reason != "" {
				return e.reason
			}
		}
	}
	return "it cannot be worked out from the repository"
}

// SecretAtDeployment reports whether production supplies the value, so that the repository cannot tell it.
func (v Value) SecretAtDeployment() bool {
	return v.all(func(n *node) bool { return n.kind == Unknown && n.secret })
}

// Random reports whether the value is made anew at every start.
func (v Value) Random() bool { return v.all(func(n *node) bool { return n.random }) }
