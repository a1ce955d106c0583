package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
)

// A try is a try statement whose body is running.
type try struct {
	handlers []string
	maybe    *raised // what the body may have raised, and it cannot be told whether it did
	assume   bool    // raise what may be raised
}

func (i *interp) tryStmt(s *python.Try, rest []python.Stmt, sc *scope) (f flow, v *node, done bool) {
	defer func() {
		if len(s.Finally) > 0 {
			if ff, fv := i.exec(s.Finally, sc); ff != flowNext {
				f, v, done = ff, fv, false
			}
		}
	}()
	t := &try{}
	for _, h := range s.Handlers {
		t.handlers = append(t.handlers, handlerNames(h)...)
	}
	if importsIn(s.Body) && catches(t.handlers, "ModuleNotFoundError") {
		return i.tryImport(s, t, rest, sc)
	}
	f, v = i.tryBody(s, t, sc)
	if t.maybe == nil {
		return f, v, false
	}
	// one way through the body raises: what it had set by then is not known
	maybe := *t.maybe
	exit := f != flowNext || exits(s.Body)
	for _, h := range s.Handlers {
		exit = exit || exits(h.Body)
	}
	cond := unknown("it depends on whether " + maybe.name + " is raised")
	cond.reads = maybe.reads
	return i.fork(cond, i.span(sc, s), rest, sc,
		func() (flow, *node) { return f, v },
		func() (flow, *node) {
			i.havoc(s.Body, sc, "it is set before or after "+maybe.name+" is raised")
			return i.handle(s, &maybe, sc)
		}, exit)
}

// tryBody runs the body, and what follows from how it ends.
func (i *interp) tryBody(s *python.Try, t *try, sc *scope) (f flow, v *node) {
	tries, n := len(i.tries), len(i.catching)
	i.tries = append(i.tries, t)
	i.catching = append(i.catching, t.handlers...)
	controls, frames, calls := len(i.control), len(i.frames), i.calls
	var caught *raised
	func() {
		defer func() {
			i.catching, i.tries = i.catching[:n], i.tries[:tries]
			if e := recover(); e != nil {
				r, ok := e.(*raised)
				if !ok {
					panic(e)
				}
				caught = r
				i.control, i.frames, i.calls = i.control[:controls], i.frames[:frames], calls
			}
		}()
		f, v = i.exec(s.Body, sc)
	}()
	if caught != nil {
		return i.handle(s, caught, sc)
	}
	for _, h := range s.Handlers {
		i.skip(h.Body, sc, control{i.span(sc, h), "nothing is raised here", none()})
	}
	if f != flowNext {
		return f, v
	}
	return i.exec(s.Else, sc)
}

// handle runs the handler that catches an exception, or lets it go on.
func (i *interp) handle(s *python.Try, caught *raised, sc *scope) (flow, *node) {
	for _, h := range s.Handlers {
		if !catches(handlerNames(h), caught.name) {
			continue
		}
		if h.Name != nil {
			i.set(sc, h.Name.ID, &binding{unknown("an exception"), i.span(sc, h)})
		}
		c := none()
		c.reads = caught.reads
		i.control = append(i.control, control{i.span(sc, h), caught.name + " is raised and caught", c})
		f, v := i.exec(h.Body, sc)
		i.control = i.control[:len(i.control)-1]
		if h.Name != nil {
			i.set(sc, h.Name.ID, nil)
		}
		return f, v
	}
	panic(caught)
}

// tryImport is a try statement that imports: if a package may be missing, both ways are taken.
func (i *interp) tryImport(s *python.Try, t *try, rest []python.Stmt, sc *scope) (flow, *node, bool) {
	a := i.branch(func() (flow, *node) { return i.tryBody(s, t, sc) })
	if t.maybe == nil {
		a.dead = false // what it did before it raised stays done
		i.merge(a)
		if a.why != nil {
			panic(a.why)
		}
		return a.flow, a.val, false
	}
	i.countFork()
	maybe := *t.maybe
	b := i.branch(func() (flow, *node) { return i.tryBody(s, &try{handlers: t.handlers, assume: true}, sc) })
	switch {
	case a.dead && b.dead:
		panic(a.why)
	case a.dead:
		i.mayRaise(a.why)
		i.merge(b)
		return b.flow, b.val, false
	case b.dead:
		i.mayRaise(b.why)
		i.merge(a)
		return a.flow, a.val, false
	}
	i.merge(a, b)
	if a.flow == b.flow {
		if a.flow == flowReturn {
			return a.flow, choice(a.val, b.val), false
		}
		return a.flow, nil, false
	}
	u := unknown("it depends on whether " + maybe.name + " is raised")
	return flowReturn, u, false
}

// mayRaise says that an exception may be raised here. If the innermost try statement that catches it is to assume so, it is raised.
func (i *interp) mayRaise(r *raised) {
	for k := len(i.tries) - 1; k >= 0; k-- {
		if t := i.tries[k]; catches(t.handlers, r.name) {
			if t.assume {
				t.assume = false
				panic(r)
			}
			if t.maybe == nil {
				t.maybe = r
			}
			return
		}
	}
}

// importsIn reports whether statements import anything, other than in functions.
func importsIn(body []python.Stmt) bool {
	found := false
	python.WalkBody(body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Import, *python.ImportFrom:
			found = true
		case *python.Call:
			if d := python.DottedName(n.Func); d == "import_module" || d == "importlib.import_module" || d == "__import__" {
				found = true
			}
		case *python.FunctionDef, *python.Lambda:
			return false
		}
		return !found
	})
	return found
}

// handlerNames lists what an except clause catches; "" is everything.
func handlerNames(h *python.ExceptHandler) []string {
	if h.Type == nil {
		return []string{""}
	}
	var names []string
	list := []python.Expr{h.Type}
	if t, ok := h.Type.(*python.Tuple); ok {
		list = t.Elts
	}
	for _, e := range list {
		n := python.DottedName(e)
		if k := strings.LastIndexByte(n, '.'); k >= 0 {
			n = n[k+1:]
		}
		names = append(names, n)
	}
	return names
}

// bases lists the exceptions that also catch an exception, by name.
func bases(name string) []string {
	up := []string{name, "Exception", "BaseException", ""}
	switch name {
	case "ModuleNotFoundError":
		return append(up, "ImportError")
	case "KeyError", "IndexError":
		return append(up, "LookupError")
	case "FileNotFoundError", "PermissionError":
		return append(up, "OSError", "IOError", "EnvironmentError")
	case "UnicodeDecodeError", "JSONDecodeError":
		return append(up, "ValueError")
	case "EnvValidationError":
		return append(up, "EnvError", "ValueError")
	case "ZeroDivisionError", "OverflowError":
		return append(up, "ArithmeticError")
	case "SystemExit":
		return []string{name, "BaseException", ""}
	case "UndefinedValueError":
		return up
	case "EnvError":
		return append(up, "ValueError")
	}
	return up
}

func catches(handlers []string, name string) bool {
	for _, h := range handlers {
		for _, b := range bases(name) {
			if h == b {
				return true
			}
		}
	}
	return false
}

// caught reports whether an enclosing try statement would catch an exception.
func (i *interp) caught(name string) bool { return catches(i.catching, name) }
