package dockerfile

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A state is what is known after an instruction.
type state struct {
	vars    map[string]binding // what RUN sees: ARG and ENV
	env     map[string]binding // what a container sees: ENV
	order   []string           // names of env, in order of appearance
	last    map[string]EnvVar
	scratch bool // nothing below the file sets variables
	dir     string
	dirOK   bool
}

func newState(scratch bool) *state {
	s := &state{vars: map[string]binding{}, env: map[string]binding{}, last: map[string]EnvVar{}, scratch: scratch}
	if scratch {
		s.dir, s.dirOK = "/", true
	}
	return s
}

func (s *state) clone() *state {
	c := *s
	c.vars, c.env, c.last, c.order = maps.Clone(s.vars), maps.Clone(s.env), maps.Clone(s.last), slices.Clone(s.order)
	return &c
}

// below answers for a variable that the file does not set. Only an image from scratch is known to set none but PATH.
func (s *state) below(name string) binding {
	return binding{known: s.scratch && name != "PATH"}
}

func (s *state) inRun(name string) binding {
	if b, ok := s.vars[name]; ok {
		return b
	}
	return s.below(name)
}

func (s *state) atStart(name string) binding {
	if b, ok := s.env[name]; ok {
		return b
	}
	return s.below(name)
}

// An evaluator works the values of a file out for one set of build arguments.
type evaluator struct {
	file    *File
	lookup  Lookup
	budget  int
	globals map[string]binding
	// declared are the names of the ARGs before the first FROM, with a default or not.
	declared map[string]bool
	// write is set for the evaluation that fills the values of the file in.
	write bool
	p     *parser // where errors go, or nil
}

// arg returns the binding of a build argument. Bare says that it has no default; the boolean is false if it keeps what it was.
func (e *evaluator) arg(name string, bare bool, value func() binding) (binding, bool) {
	state, text := Unset, ""
	if e.lookup != nil {
		text, state = e.lookup(name)
	}
	switch state {
	case Set:
		return binding{text: text, set: true, known: true, args: []string{name}}, true
	case Unknown:
		return binding{args: []string{name}}, true
	}
	if bare {
		return binding{}, false
	}
	b := value()
	b.args = append(slices.Clip(b.args), name)
	return b, true
}

// value expands v with the variables that lookup knows and writes the result into it if the file is being filled in.
func (e *evaluator) value(v *Value, lookup func(string) binding) binding {
	escape := e.file.Escape
	if v.mode == inRun || v.mode == atStart {
		escape = '\\'
	}
	if v.mode == plain {
		if e.write {
			v.Text, v.Known = v.text, true
		}
		return binding{text: v.text, set: true, known: true}
	}
	r, err := expand(v.text, escape, lookup, &e.budget)
	if v.mode != builder && v.mode != global && (strings.Contains(v.text, "$(") || strings.Contains(v.text, "`")) {
		r.known = false
	}
	if err != nil {
		r = result{text: v.text, refs: r.refs}
		if e.p != nil && v.Span.File != nil && (v.mode == builder || v.mode == global) {
			e.p.problem(firstLineOf(v.Span), "the value cannot be expanded: "+err.Error())
		}
	}
	if e.write {
		v.Text, v.Known, v.Refs = r.text, r.known, r.refs
	}
	return binding{text: r.text, set: true, known: r.known, args: r.args}
}

func firstLineOf(s source.Span) source.Span {
	if i := strings.IndexByte(s.Text(), '\n'); i >= 0 {
		s.End = s.Start + i
	}
	return s
}

// meta evaluates the ARGs before the first FROM.
func (e *evaluator) meta() {
	e.globals, e.declared = map[string]binding{}, map[string]bool{}
	for _, in := range e.file.Args {
		for i := range in.Pairs {
			e.declared[in.Pairs[i].Key] = true
		}
	}
	for _, in := range e.file.Args {
		for i := range in.Pairs {
			p := &in.Pairs[i]
			def := e.value(&p.Value, e.global)
			if b, ok := e.arg(p.Key, p.Bare, func() binding { return def }); ok {
				e.globals[p.Key] = b
			}
		}
	}
}

// global looks a variable up in a FROM. Docker sets some by itself, from the machine it runs on.
func (e *evaluator) global(name string) binding {
	if b, ok := e.globals[name]; ok {
		return b
	}
	if strings.HasPrefix(name, "TARGET") || strings.HasPrefix(name, "BUILD") {
		return unknown
	}
	if e.write && e.declared[name] {
		return binding{args: []string{name}}
	}
	return binding{known: true}
}

// run evaluates one instruction.
func (e *evaluator) run(in *Instruction, s *state) {
	for i := range in.Flags {
		e.value(&in.Flags[i].Value, s.inRun)
	}
	for i := range in.Excludes {
		e.value(&in.Excludes[i], s.inRun)
	}
	e.value(&in.From, s.inRun)
	for i := range in.Sources {
		e.value(&in.Sources[i], s.inRun)
	}
	e.value(&in.Dest, s.inRun)
	var last binding
	for i := range in.Words {
		lookup := s.inRun
		if in.Words[i].mode == atStart {
			lookup = s.atStart
		}
		last = e.value(&in.Words[i], lookup)
	}
	switch in.Kind {
	case Arg:
		e.declare(in, s)
	case Env:
		// All pairs of one ENV see the variables as they were before it.
		bound := make([]binding, len(in.Pairs))
		for i := range in.Pairs {
			bound[i] = e.value(&in.Pairs[i].Value, s.inRun)
		}
		for i := range in.Pairs {
			e.setEnv(in, i, bound[i], s)
		}
	case Label:
		for i := range in.Pairs {
			e.value(&in.Pairs[i].Value, s.inRun)
		}
	case Workdir:
		if len(in.Words) == 1 {
			s.workdir(last)
		}
	}
}

// key returns a name with its quotes taken off and its references expanded.
func (e *evaluator) key(name string, s *state) string {
	if r, err := expand(name, e.file.Escape, s.inRun, &e.budget); err == nil && r.known {
		return r.text
	}
	return name
}

func (e *evaluator) declare(in *Instruction, s *state) {
	for i := range in.Pairs {
		p := &in.Pairs[i]
		def := e.value(&p.Value, s.inRun)
		b, ok := e.arg(p.Key, p.Bare, func() binding { return def })
		if !ok {
			switch g, global := e.globals[p.Key]; {
			case global:
				b, ok = g, true
			case strings.HasPrefix(p.Key, "TARGET") || strings.HasPrefix(p.Key, "BUILD"):
				b, ok = unknown, true
			default:
				if _, before := s.vars[p.Key]; !before { // a bare ARG keeps an ENV of that name
					b, ok = binding{known: true, args: []string{p.Key}}, true
				}
			}
		}
		if ok && !in.OnBuild {
			s.vars[p.Key] = b
		}
	}
}

func (e *evaluator) setEnv(in *Instruction, i int, b binding, s *state) {
	if in.OnBuild && e.write {
		return // holds in images built on this one
	}
	name := e.key(in.Pairs[i].Key, s)
	if len(b.args) > maxRefs {
		b.args = b.args[:maxRefs]
	}
	if _, ok := s.env[name]; !ok {
		s.order = append(s.order, name)
	}
	s.env[name], s.vars[name] = b, b
	v := in.Pairs[i].Value
	v.Text, v.Known = b.text, b.known
	s.last[name] = EnvVar{Name: name, Value: v, KeySpan: in.Pairs[i].KeySpan, At: in, Args: b.args}
}

func (s *state) workdir(b binding) {
	switch {
	case !b.known || b.text == "":
		s.dir, s.dirOK = "", false
	case strings.HasPrefix(b.text, "/"):
		s.dir, s.dirOK = path.Clean(b.text), true
	case s.dirOK:
		s.dir = path.Join(s.dir, b.text)
	}
}

// start returns the state at the beginning of a stage, with the ONBUILD instructions of its parent done.
func (e *evaluator) start(s *Stage, of map[*Stage]*state) *state {
	parent := of[s.Parent]
	if s.Parent == nil || parent == nil {
		return newState(s.Base.Known && s.Base.Text == "scratch")
	}
	st := parent.clone()
	if !e.write {
		for _, in := range s.Parent.Instructions {
			if in.OnBuild {
				e.run(in, st)
			}
		}
	}
	return st
}

// link fills in the values of a file that has been read and ties its stages together.
func (f *File) link(p *parser) {
	e := &evaluator{file: f, budget: maxExpanded, write: true, p: p}
	e.meta()
	byName := map[string]*Stage{}
	of := map[*Stage]*state{}
	for _, s := range f.Stages {
		e.value(&s.Base, e.global)
		e.value(&s.Platform, e.global)
		if s.Base.Known {
			s.Parent = byName[s.Base.Text]
		}
		if s.Name != "" {
			byName[s.Name] = s
		}
	}
	children := map[*Stage]int{}
	for _, s := range f.Stages {
		children[s.Parent]++
	}
	for _, s := range f.Stages {
		st := e.start(s, of)
		for _, in := range s.Instructions {
			e.run(in, st)
			f.sources(in, byName, p)
		}
		if children[s] > 0 {
			of[s] = st
		}
	}
	if e.budget < 0 {
		p.problem(source.Span{File: f.Source}, "the values are too long: those beyond the first 8388608 bytes are not worked out")
	}
}

// sources finds the stages that an instruction takes files from.
func (f *File) sources(in *Instruction, byName map[string]*Stage, p *parser) {
	if in.From.text != "" {
		name := in.From.text
		n, err := strconv.Atoi(name)
		switch {
		case err != nil:
			in.FromStage = byName[strings.ToLower(name)]
			if r, err := expand(name, f.Escape, func(string) binding { return binding{known: true} }, new(int)); err != nil || r.text != name {
				p.problem(firstLineOf(in.From.Span), "COPY --from takes no variable")
			}
		case n >= 0 && n < len(f.Stages):
			in.FromStage = f.Stages[n]
		default:
			p.problem(firstLineOf(in.From.Span), "COPY --from="+strconv.Itoa(n)+" names no stage")
		}
	}
	for i := range in.Mounts {
		if m := &in.Mounts[i]; m.From != "" {
			m.FromStage = byName[strings.ToLower(m.From)]
		}
	}
}
