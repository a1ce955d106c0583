package django

import (
	"fmt"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Budgets of one evaluation. Over them evaluation stops and what is left is unknown.
const (
	maxSteps      = 400_000
	maxBytes      = 128 << 20 // of texts and containers that are made, dropped ones included
	maxCalls      = 60        // nested calls
	maxElems      = 100_000   // elements of one container
	maxText       = 1 << 20   // bytes of one string
	maxModules    = 400
	maxLoop       = 20_000 // rounds of one loop
	maxForks      = 4_000  // undecided branches
	maxForkDepth  = 12
	maxRestarts   = 6
	maxTrailSteps = 12
)

// An interp evaluates one settings module in one scenario.
type interp struct {
	h          Host
	o          Options
	steps      int
	bytes      int
	calls      int
	forks      int
	forkNest   int
	modules    map[string]*module
	env        map[string]*node // what the settings wrote to os.environ or loaded from files; a nil node is a deleted variable
	control    []control
	frames     []*frame
	journal    *journal
	catching   []string // exception names that enclosing try statements catch
	tries      []*try   // the enclosing try statements
	problems   []source.Problem
	files      []*source.File
	reads      []Read
	required   map[string]bool // variables without which the settings refuse to start
	envFiles   []EnvFileUse
	secrets    []string
	visited    int             // values in which secrets were looked for
	local      map[string]bool // whether a package is the repository's own
	importOpen string          // why what modules hold may have changed meanwhile, "" if none
	envOpen    string          // why any variable may have been set meanwhile, "" if none
	includes   []string        // files that split_settings included
}

// A control is a branch that was taken, and why.
type control struct {
	span source.Span
	note string
	cond *node
}

// A frame is one call of a function.
type frame struct {
	controls int    // length of interp.control at the call
	broken   bool   // a statement of the function could not be parsed
	residual []Read // conditions under which an earlier return was not taken
	yields   []*node
	isGen    bool
}

// A scope is a namespace: of a module, a class, an instance or a function call.
type scope struct {
	names   map[string]*binding
	parent  *scope  // enclosing function scopes and the module, not for classes
	mod     *module // the module whose code runs here
	globals map[string]bool
	outer   map[string]bool              // nonlocal names
	record  bool                         // settings may stand here: remember what is not reached
	skipped map[string][]skip            // assignments that are not reached
	open    string                       // why any name may be bound, "" if none
	past    map[string][]source.Evidence // overridden assignments
}

type binding struct {
	v    *node
	span source.Span // the statement
}

// A skip is an assignment that stands in the code but is not executed.
type skip struct {
	ev    source.Evidence
	reads []Read
}

type module struct {
	name string // dotted
	file string // root-relative
	pkg  bool
	m    *python.Module
	sc   *scope
	busy bool
}

// A journal remembers what an undecided branch changes, so that it can be taken back.
type journal struct {
	up     *journal
	boxes  map[*box]*contents
	scopes map[*scope]map[string]*binding
	opens  map[*scope]string
	env    map[string]*node
	hadEnv map[string]bool
}

// raised is a Python exception on its way to a handler.
type raised struct {
	name  string // "KeyError"
	reads []Read
	at    source.Span
}

// stop ends the evaluation: a budget is used up.
type stop struct{ why string }

func (i *interp) step() {
	if i.steps++; i.steps > maxSteps {
		panic(stop{"the settings take too many steps to evaluate"})
	}
}

// charge counts work that is more than one step.
func (i *interp) charge(n int) {
	if i.steps += max(n, 0); i.steps > maxSteps {
		panic(stop{"the settings take too many steps to evaluate"})
	}
}

// grow counts memory.
func (i *interp) grow(n int) {
	if i.bytes += n; i.bytes > maxBytes {
		panic(stop{"the settings take too much memory to evaluate"})
	}
}

func (i *interp) problem(at source.Span, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, p := range i.problems {
		if p.Span == at && p.Text == text {
			return
		}
	}
	if len(i.problems) < 200 {
		i.problems = append(i.problems, source.Problem{Span: at, Text: text})
	}
}

func newScope(parent *scope, mod *module) *scope {
	return &scope{names: map[string]*binding{}, parent: parent, mod: mod}
}

// set binds a name in a scope.
func (i *interp) set(sc *scope, name string, b *binding) {
	if j := i.journal; j != nil {
		old := j.scopes[sc]
		if old == nil {
			old = map[string]*binding{}
			j.scopes[sc] = old
		}
		if _, seen := old[name]; !seen {
			old[name] = sc.names[name]
		}
	}
	if b == nil {
		delete(sc.names, name)
		return
	}
	sc.names[name] = b
}

func (i *interp) setOpen(sc *scope, why string) {
	if j := i.journal; j != nil {
		if _, seen := j.opens[sc]; !seen {
			j.opens[sc] = sc.open
		}
	}
	sc.open = why
}

// touch makes the contents of a box safe to change.
func (i *interp) touch(b *box) *contents {
	i.charge((len(b.c.elems) + len(b.c.maybe)) / 32)
	i.grow(16 * (len(b.c.elems) + len(b.c.maybe)))
	c := &contents{
		keys: append([]*node(nil), b.c.keys...), elems: append([]*node(nil), b.c.elems...), open: b.c.open,
		maybe: append([]*node(nil), b.c.maybe...),
	}
	if i.journal != nil {
		if _, seen := i.journal.boxes[b]; !seen {
			i.journal.boxes[b] = b.c
		}
	}
	b.c = c
	return c
}

func (i *interp) setEnv(name string, v *node) {
	if j := i.journal; j != nil && !j.hadEnv[name] {
		j.hadEnv[name] = true
		if old, ok := i.env[name]; ok {
			j.env[name] = old
		}
	}
	i.env[name] = v
}

// lookup finds a name as code in the scope sees it; nil if it is bound nowhere.
func (i *interp) lookup(sc *scope, name string) *node {
	native := name == "globals" || name == "locals" || name == "vars" || name == "super" || builtinFunc(name) != nil
	if sc.globals[name] {
		sc = sc.mod.sc
	}
	for s := sc; s != nil; s = s.parent {
		if b := s.names[name]; b != nil {
			return b.v
		}
		if s.open != "" && !native {
			return unknown(s.open)
		}
	}
	if sc.mod != nil {
		if b := sc.mod.sc.names[name]; b != nil {
			return b.v
		}
		if sc.mod.sc.open != "" && !native {
			return unknown(sc.mod.sc.open)
		}
	}
	return nil
}

// home is the scope that an assignment to a name goes to.
func (sc *scope) home(name string) *scope {
	if sc.globals[name] {
		return sc.mod.sc
	}
	if sc.outer[name] {
		for s := sc.parent; s != nil; s = s.parent {
			if s.names[name] != nil {
				return s.home(name)
			}
		}
	}
	return sc
}

// bind assigns a value to a name and lets the value remember the branches that led here.
func (i *interp) bind(sc *scope, name string, v *node, stmt source.Span) {
	sc = sc.home(name)
	v = i.underControl(v, sc.record)
	if sc.record {
		if old := sc.names[name]; old != nil && isSetting(name) && !old.v.ev.IsZero() && i.journal == nil {
			if len(sc.past[name]) < 20 {
				sc.past[name] = append(sc.past[name], old.v.ev)
			}
		}
		delete(sc.skipped, name)
	}
	i.set(sc, name, &binding{v, stmt})
}

// underControl returns v with the reads, and if trail is wanted the steps, of the branches that led here.
func (i *interp) underControl(v *node, trail bool) *node {
	from := 0
	if n := len(i.frames); n > 0 {
		from = i.frames[n-1].controls
	}
	var reads []Read
	var steps []source.Step
	for k := len(i.control) - 1; k >= from; k-- {
		c := i.control[k]
		if len(c.cond.reads) == 0 {
			continue
		}
		reads = joinReads(reads, controlled(c.cond.reads))
		if trail && len(steps) < maxTrailSteps {
			steps = append(steps, source.Step{Span: c.span, Note: c.note})
			steps = append(steps, c.cond.ev.Trail...)
		}
	}
	if len(reads) == 0 {
		return v
	}
	c := *v
	c.reads = joinReads(c.reads, reads)
	if trail {
		c.ev = c.ev.Then(steps...)
		if len(c.ev.Trail) > maxTrailSteps {
			c.ev.Trail = c.ev.Trail[:maxTrailSteps]
		}
	}
	return &c
}

// isSetting reports whether Django reads a module's name as a setting.
func isSetting(name string) bool {
	return name != "" && strings.ToUpper(name) == name && strings.ToLower(name) != name && name[0] != '_'
}

func sortedNames(m map[string]*binding) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
