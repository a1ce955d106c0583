package django

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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

// Elements returns the elements of a list, tuple or set, or the keys of a dict, and whether they are all. For several
// alternatives it returns the elements that every one of them has, and false.
func (v Value) Elements() (elems []Value, complete bool) {
	n := v.node()
	if len(n.alts) == 0 {
		if n.box == nil {
			return nil, false
		}
		out := n.elements()
		return out, !n.box.c.open && len(out) == len(n.box.c.elems)
	}
	tries := 250_000
	for i, a := range n.alts {
		if a.box == nil {
			return nil, false
		}
		if i == 0 {
			elems = a.elements()
			continue
		}
		var both []Value
		for _, e := range elems {
			for _, o := range a.elements() {
				if tries--; tries < 0 {
					break
				}
				if same(e.v, o.v) {
					both = append(both, e)
					break
				}
			}
		}
		elems = both
	}
	return elems, false
}

// isMaybe reports whether a key of a dict may be absent.
func isMaybe(e *node) bool {
	for _, a := range e.alts {
		if a.unset {
			return true
		}
	}
	return e.unset
}

// sureKeys lists the keys of a dict that are there in any case.
func (c *contents) sureKeys() []*node {
	for k, e := range c.elems {
		if isMaybe(e) {
			out := append([]*node(nil), c.keys[:k]...)
			for n := k + 1; n < len(c.keys); n++ {
				if !isMaybe(c.elems[n]) {
					out = append(out, c.keys[n])
				}
			}
			return out
		}
	}
	return c.keys
}

func (n *node) elements() []Value {
	list := n.box.c.elems
	if n.kind == DictKind {
		list = n.box.c.sureKeys()
	}
	out := make([]Value, len(list))
	for i, e := range list {
		out[i] = Value{e}
	}
	return out
}

// MayContain returns the elements that at least one alternative has. An element that is itself a choice is given as its
// alternatives.
func (v Value) MayContain() []Value {
	var out []Value
	for _, a := range v.Alternatives() {
		if a.node().box == nil {
			continue
		}
		all := a.v.elements()
		if a.v.kind == DictKind {
			all = all[:0:0]
			for _, k := range a.v.box.c.keys {
				all = append(all, Value{k})
			}
		}
		for _, e := range a.v.box.c.maybe {
			all = append(all, Value{e})
		}
		for _, e := range all {
			for _, x := range e.Alternatives() {
				if x.v.unset {
					continue
				}
				dup := false
				for _, o := range out[max(0, len(out)-500):] {
					dup = dup || same(o.v, x.v) && o.Span() == x.Span()
				}
				if !dup {
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// Key looks a name up in a dict.
func (v Value) Key(name string) (Value, KeyState) {
	n := v.node()
	if len(n.alts) == 0 {
		if n.kind != DictKind {
			return Value{}, KeyMaybe
		}
		if e := n.box.c.get(name); e != nil {
			for k, a := range e.alts {
				if a.unset {
					rest := append(append([]*node(nil), e.alts[:k]...), e.alts[k+1:]...)
					return Value{choice(rest...)}, KeyMaybe
				}
			}
			return Value{e}, KeyPresent
		}
		if n.box.c.open {
			return Value{unknown("the dict is not known in full")}, KeyMaybe
		}
		return Value{}, KeyAbsent
	}
	present, absent := 0, 0
	var found []*node
	for _, a := range v.Alternatives() {
		e, st := a.Key(name)
		switch st {
		case KeyPresent:
			present++
			found = append(found, e.v)
		case KeyAbsent:
			absent++
		default:
			return Value{unknown("the dict is not known in full")}, KeyMaybe
		}
	}
	switch {
	case absent == 0:
		return Value{choice(found...)}, KeyPresent
	case present == 0:
		return Value{}, KeyAbsent
	}
	return Value{choice(found...)}, KeyMaybe
}

func (c *contents) get(name string) *node {
	for i := len(c.keys) - 1; i >= 0; i-- {
		if k := c.keys[i]; k.kind == StringKind && k.str == name {
			return c.elems[i]
		}
	}
	return nil
}

// Keys returns the keys of a dict and whether they are all.
func (v Value) Keys() (keys []Value, complete bool) {
	if v.Kind() != DictKind {
		return nil, false
	}
	return v.Elements()
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

// Display writes the value as Python would, at most 80 characters long. Of a secret it shows at most three characters.
func (v Value) Display(secret bool) string {
	return clip(v.node().repr(secret, 0))
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:79]) + "…"
}

func (n *node) repr(secret bool, depth int) string {
	if len(n.alts) > 0 {
		var parts []string
		for _, a := range n.alts {
			parts = append(parts, clip(a.repr(secret, depth+1)))
		}
		return strings.Join(parts, " or ")
	}
	switch n.kind {
	case NoneKind:
		return "None"
	case BoolKind:
		if n.num != 0 {
			return "True"
		}
		return "False"
	case IntKind:
		return strconv.FormatInt(n.num, 10)
	case FloatKind:
		return formatFloat(n.flt)
	case StringKind, BytesKind:
		if secret {
			r := []rune(n.str)
			if len(r) < 8 {
				return "'…'"
			}
			return "'" + string(r[:3]) + "…'"
		}
		s := strings.ReplaceAll(strconv.Quote(n.str), `\"`, `"`)
		return "'" + s[1:len(s)-1] + "'"
	case PathKind:
		return "Path(" + strconv.Quote(n.str) + ")"
	case RegexpKind:
		return "re.compile(" + strconv.Quote(n.str) + ")"
	case DurationKind:
		return "timedelta(" + n.dur.String() + ")"
	case ObjectKind:
		if n.call != nil {
			return n.str + "(…)"
		}
		return n.str
	case ListKind, TupleKind, SetKind, DictKind:
		if depth > 3 {
			return "…"
		}
		var parts []string
		for i, e := range n.box.c.elems {
			if i == 20 {
				parts = append(parts, "…")
				break
			}
			s := e.repr(secret, depth+1)
			if n.kind == DictKind {
				s = n.box.c.keys[i].repr(false, depth+1) + ": " + s
			}
			parts = append(parts, s)
		}
		if n.box.c.open {
			parts = append(parts, "…")
		}
		body := strings.Join(parts, ", ")
		switch n.kind {
		case ListKind:
			return "[" + body + "]"
		case TupleKind:
			return "(" + body + ")"
		case SetKind:
			return "{" + body + "}"
		}
		return "{" + body + "}"
	}
	if n.unset {
		return "unset"
	}
	if n.secret {
		return "set at deployment"
	}
	return "unknown"
}

// formatFloat is repr(float): the shortest digits, with an exponent below 1e-4 and from 1e16 on.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
