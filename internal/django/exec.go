package django

import (
	"bytes"
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A flow says how a block of statements ends.
type flow uint8

const (
	flowNext flow = iota
	flowReturn
	flowBreak
	// flowMaybe: whether the loop or its round ends here is not known.
	flowMaybe
	flowContinue
)

func (i *interp) span(sc *scope, n python.Node) source.Span {
	return source.Span{File: sc.mod.m.File, Start: n.Pos(), End: n.End()}
}

// exec runs statements in order.
func (i *interp) exec(body []python.Stmt, sc *scope) (flow, *node) {
	for k, s := range body {
		i.step()
		if _, bad := s.(*python.BadStmt); bad && k > 0 && i.column(sc, s) != i.column(sc, body[0]) {
			i.badStmt(body[k-1], sc) // what is indented otherwise belongs to the statement before
		}
		f, v, done := i.stmt(s, body[k+1:], sc)
		if f != flowNext || done {
			return f, v
		}
	}
	return flowNext, nil
}

// column is how far a statement is indented, in bytes.
func (i *interp) column(sc *scope, s python.Stmt) int {
	text := sc.mod.m.File.Text[:s.Pos()]
	return len(text) - 1 - bytes.LastIndexByte(text, '\n')
}

// stmt runs one statement. If it had to run the rest of the block too, once for each way a branch may go, done is true.
func (i *interp) stmt(s python.Stmt, rest []python.Stmt, sc *scope) (f flow, v *node, done bool) {
	if len(sc.mod.m.Problems) > 0 && i.broken(s) {
		leaves := i.badStmt(s, sc)
		switch d := s.(type) { // a decorator may put the function anywhere
		case *python.FunctionDef:
			if len(d.Decorators) > 0 {
				(&forgotten{sc.mod}).call(i, nil, nil, i.span(sc, s))
			}
		case *python.ClassDef:
			if len(d.Decorators) > 0 {
				(&forgotten{sc.mod}).call(i, nil, nil, i.span(sc, s))
			}
		}
		if leaves && sc != sc.mod.sc {
			i.havoc(rest, sc, "a statement before it could not be parsed")
			return flowNext, nil, true
		}
		return flowNext, nil, false
	}
	switch s := s.(type) {
	case *python.Assign:
		val := i.eval(s.Value, sc)
		for _, t := range s.Targets {
			i.assign(t, val, sc, i.span(sc, s))
		}
	case *python.AnnAssign:
		if s.Value != nil {
			i.assign(s.Target, i.eval(s.Value, sc), sc, i.span(sc, s))
		} else if n, ok := s.Target.(*python.Name); ok && sc.names["__annotations__"] != nil {
			i.annotate(sc, n.ID, s)
		}
		if n, ok := s.Target.(*python.Name); ok && s.Value != nil && sc.names["__annotations__"] != nil {
			i.annotate(sc, n.ID, s)
		}
	case *python.AugAssign:
		i.augAssign(s, sc)
	case *python.ExprStmt:
		i.eval(s.Value, sc)
	case *python.If:
		return i.ifStmt(s, rest, sc)
	case *python.Import:
		for _, a := range s.Names {
			m := i.importName(a.Name, sc.mod, i.span(sc, s))
			name := a.AsName
			if name == "" {
				name, _, _ = strings.Cut(a.Name, ".")
				m = i.importName(name, sc.mod, i.span(sc, s))
			}
			i.bind(sc, name, m, i.span(sc, s))
		}
	case *python.ImportFrom:
		i.importFrom(s, sc)
	case *python.FunctionDef:
		fn := &function{def: s, args: s.Args, body: s.Body, sc: sc, name: s.Name.ID, gen: s.Generator}
		for _, d := range s.Args.Defaults {
			fn.defaults = append(fn.defaults, i.eval(d, sc))
		}
		for _, d := range s.Args.KwDefaults {
			if d == nil {
				fn.kwDefaults = append(fn.kwDefaults, nil)
			} else {
				fn.kwDefaults = append(fn.kwDefaults, i.eval(d, sc))
			}
		}
		val := &node{kind: ObjectKind, str: s.Name.ID, impl: fn, ev: source.At(i.span(sc, s.Name))}
		for k := len(s.Decorators) - 1; k >= 0; k-- {
			val = i.decorate(s.Decorators[k], val, sc)
		}
		i.set(sc, s.Name.ID, &binding{val, i.span(sc, s)})
	case *python.ClassDef:
		val := i.classDef(s, sc)
		for k := len(s.Decorators) - 1; k >= 0; k-- {
			val = i.decorate(s.Decorators[k], val, sc)
		}
		i.set(sc, s.Name.ID, &binding{val, i.span(sc, s)})
	case *python.Return:
		val := none()
		if s.Value != nil {
			val = i.eval(s.Value, sc)
		}
		val = i.underControl(val, false)
		if n := len(i.frames); n > 0 {
			val = val.plusReads(i.frames[n-1].residual)
		}
		return flowReturn, val, false
	case *python.Break:
		return flowBreak, nil, false
	case *python.Continue:
		return flowContinue, nil, false
	case *python.Raise:
		i.raise(s, sc)
	case *python.Try:
		return i.tryStmt(s, rest, sc)
	case *python.For:
		return i.forStmt(s, sc)
	case *python.While:
		return i.whileStmt(s, sc)
	case *python.With:
		var entered []*node
		defer func() {
			for k := len(entered) - 1; k >= 0; k-- {
				i.leave(entered[k])
			}
		}()
		for _, it := range s.Items {
			ctx := i.eval(it.Context, sc)
			v := i.enter(ctx, i.span(sc, it.Context))
			entered = append(entered, ctx)
			if it.Vars != nil {
				i.assign(it.Vars, v, sc, i.span(sc, it))
			}
		}
		f, v := i.exec(s.Body, sc)
		return f, v, false
	case *python.Match:
		return i.matchStmt(s, rest, sc)
	case *python.Delete:
		for _, t := range s.Targets {
			i.del(t, sc)
		}
	case *python.Global:
		if sc.globals == nil {
			sc.globals = map[string]bool{}
		}
		for _, n := range s.Names {
			sc.globals[n] = true
		}
	case *python.Nonlocal:
		if sc.outer == nil {
			sc.outer = map[string]bool{}
		}
		for _, n := range s.Names {
			sc.outer[n] = true
		}
	case *python.Assert:
		c := i.eval(s.Test, sc)
		if t, ok := truthOf(c); ok && !t {
			i.refuse("AssertionError", c, i.span(sc, s))
		}
	}
	return flowNext, nil, false
}

// truthOf returns the truth of a value, if every alternative agrees.
func truthOf(v *node) (value, known bool) {
	switch {
	case Value{v}.IsTrue():
		return true, true
	case Value{v}.IsFalse():
		return false, true
	}
	return false, false
}

// condition describes a test for the trail.
func (i *interp) condition(word string, test python.Expr, sc *scope, taken bool) string {
	text := shorten(i.span(sc, test).Text())
	if word != "" {
		text = word + " " + text
	}
	if taken {
		return text + " is true"
	}
	return text + " is false"
}

func (i *interp) ifStmt(s *python.If, rest []python.Stmt, sc *scope) (flow, *node, bool) {
	cond := i.eval(s.Test, sc)
	at := i.span(sc, s.Test)
	if t, ok := truthOf(cond); ok {
		body, other := s.Body, s.Else
		if !t {
			body, other = other, body
		}
		c := control{at, i.condition("if", s.Test, sc, t), cond}
		i.skip(other, sc, c)
		if n := len(i.frames); n > 0 && len(cond.reads) > 0 && len(other) > 0 {
			i.charge((other[len(other)-1].End() - other[0].Pos()) / 32)
		}
		if n := len(i.frames); n > 0 && len(cond.reads) > 0 && exits(other) {
			i.frames[n-1].residual = joinReads(i.frames[n-1].residual, controlled(cond.reads))
		}
		i.control = append(i.control, c)
		f, v := i.exec(body, sc)
		i.control = i.control[:len(i.control)-1]
		return f, v, false
	}
	return i.fork(cond, at, rest, sc,
		func() (flow, *node) { return i.exec(s.Body, sc) },
		func() (flow, *node) { return i.exec(s.Else, sc) }, exits(s.Body) || exits(s.Else))
}

// fork runs the branches of a choice that cannot be made, each on its own, and joins what they did. If a branch may leave the
// block, the rest of the block runs within each.
func (i *interp) fork(cond *node, at source.Span, rest []python.Stmt, sc *scope, a, b func() (flow, *node), mayExit bool) (flow, *node, bool) {
	i.countFork()
	i.forkNest++
	undecided := unknown("it depends on a branch that cannot be decided: " + shorten(at.Text()))
	undecided.reads = cond.reads
	i.control = append(i.control, control{at, "whether " + shorten(at.Text()) + " holds is not known", undecided})
	run := func(f func() (flow, *node)) changes {
		return i.branch(func() (flow, *node) {
			fl, v := f()
			if fl == flowNext && mayExit {
				return i.exec(rest, sc)
			}
			return fl, v
		})
	}
	ca, cb := run(a), run(b)
	i.control = i.control[:len(i.control)-1]
	i.forkNest--
	switch {
	case ca.dead && cb.dead:
		panic(ca.why)
	case ca.dead:
		i.mayRaise(ca.why)
		i.merge(cb)
		return cb.flow, cb.val, mayExit
	case cb.dead:
		i.mayRaise(cb.why)
		i.merge(ca)
		return ca.flow, ca.val, mayExit
	}
	i.merge(ca, cb)
	if !mayExit {
		return flowNext, nil, false
	}
	if ca.flow == cb.flow {
		if ca.flow == flowReturn {
			return flowReturn, choice(ca.val, cb.val), true
		}
		return ca.flow, nil, true
	}
	if ca.flow != flowReturn && cb.flow != flowReturn {
		return flowMaybe, nil, true // only a loop ends, or its round
	}
	// one branch leaves and the other goes on: what follows outside this block cannot be told apart, so the result is open
	u := unknown("it depends on a branch that cannot be decided")
	u.reads = cond.reads
	v := u
	if ca.val != nil {
		v = choice(ca.val, u)
	} else if cb.val != nil {
		v = choice(cb.val, u)
	}
	return flowReturn, v, true
}

// countFork keeps the number of undecided branches, and of those within others, in bounds.
func (i *interp) countFork() {
	if i.forks++; i.forks > maxForks || i.forkNest > maxForkDepth {
		panic(stop{"the settings have too many branches that cannot be decided"})
	}
}

func shorten(s string) string {
	s = strings.ToValidUTF8(s[:min(len(s), 300)], "")
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:57], "") + "…"
	}
	return s
}

// exits reports whether statements may leave the block they stand in, other than by raising.
func exits(body []python.Stmt) bool {
	found := false
	python.WalkBody(body, func(n python.Node) bool {
		switch n.(type) {
		case *python.Return, *python.Break, *python.Continue:
			found = true
		case *python.FunctionDef, *python.ClassDef, *python.Lambda:
			return false
		}
		return !found
	})
	return found
}

// skip remembers the settings that a branch would have set.
func (i *interp) skip(body []python.Stmt, sc *scope, c control) {
	if !sc.record || len(body) == 0 {
		return
	}
	steps := append([]source.Step{{Span: c.span, Note: c.note}}, c.cond.ev.Trail...)
	reads := controlled(c.cond.reads)
	for k := len(i.control) - 1; k >= 0; k-- {
		if o := i.control[k]; len(o.cond.reads) > 0 {
			steps = append(append(steps, source.Step{Span: o.span, Note: o.note}), o.cond.ev.Trail...)
			reads = joinReads(reads, controlled(o.cond.reads))
		}
	}
	steps = steps[:min(len(steps), maxTrailSteps)]
	i.charge((body[len(body)-1].End() - body[0].Pos()) / 32)
	assigned(body, func(name string, n python.Node) {
		if isSetting(name) && len(sc.skipped[name]) < 20 {
			sc.skipped[name] = append(sc.skipped[name], skip{source.At(i.span(sc, n), steps...), reads})
		}
	})
}

func (i *interp) forStmt(s *python.For, sc *scope) (flow, *node, bool) {
	iter := i.eval(s.Iter, sc)
	elems, ok := i.iterate(iter)
	if !ok {
		i.havoc([]python.Stmt{s}, sc, "it is set in a loop over values that are not known")
		if exits(s.Body) && len(i.frames) > 0 {
			hasReturn := false
			python.WalkBody(s.Body, func(n python.Node) bool {
				_, r := n.(*python.Return)
				hasReturn = hasReturn || r
				return !hasReturn
			})
			if hasReturn {
				u := unknown("it is worked out in a loop over values that are not known")
				u.reads = iter.reads
				return flowReturn, u, false
			}
		}
		return flowNext, nil, false
	}
	stmt := i.span(sc, s.Iter)
	for k, e := range elems {
		i.step()
		if k > maxLoop {
			panic(stop{"a loop has too many rounds"})
		}
		i.assign(s.Target, e, sc, stmt)
		f, v := i.exec(s.Body, sc)
		switch f {
		case flowReturn:
			return f, v, false
		case flowBreak:
			return flowNext, nil, false
		case flowMaybe:
			i.havoc([]python.Stmt{s}, sc, "it is set in a loop whose end is not known")
			return flowNext, nil, false
		}
	}
	f, v := i.exec(s.Else, sc)
	return f, v, false
}

func (i *interp) whileStmt(s *python.While, sc *scope) (flow, *node, bool) {
	for k := 0; ; k++ {
		i.step()
		c := i.eval(s.Test, sc)
		t, ok := truthOf(c)
		if !ok || k > maxLoop {
			i.havoc(s.Body, sc, "it is set in a loop whose end is not known")
			if exits(s.Body) && len(i.frames) > 0 {
				return flowReturn, unknown("it is worked out in a loop whose end is not known"), false
			}
			return flowNext, nil, false
		}
		if !t {
			break
		}
		f, v := i.exec(s.Body, sc)
		if f == flowReturn {
			return f, v, false
		}
		if f == flowBreak {
			return flowNext, nil, false
		}
		if f == flowMaybe {
			i.havoc([]python.Stmt{s}, sc, "it is set in a loop whose end is not known")
			return flowNext, nil, false
		}
	}
	f, v := i.exec(s.Else, sc)
	return f, v, false
}

func (i *interp) raise(s *python.Raise, sc *scope) {
	name := ""
	if s.Exc != nil {
		e := s.Exc
		if c, ok := e.(*python.Call); ok {
			e = c.Func
		}
		name = python.DottedName(e)
		if k := strings.LastIndexByte(name, '.'); k >= 0 {
			name = name[k+1:]
		}
	}
	var reads []Read
	for _, c := range i.control {
		reads = joinReads(reads, c.cond.reads)
	}
	panic(&raised{name: name, reads: reads, at: i.span(sc, s)})
}

// refuse raises an exception because of a value.
func (i *interp) refuse(name string, because *node, at source.Span) {
	reads := because.reads
	for _, c := range i.control {
		reads = joinReads(reads, c.cond.reads)
	}
	panic(&raised{name: name, reads: reads, at: at})
}
