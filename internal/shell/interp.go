package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/prodcheck/internal/source"
)

// An interp follows a script statement by statement: variables, branches it can decide, loops over lists it knows, calls of its
// own functions. It runs nothing.
type interp struct {
	s       *Script
	at      source.Span
	place   func(int) int
	from    rope // instead of place: what the text was put together from
	src     string
	certain int // statements before the first syntax error; -1 if there is none
	depth   int // scripts around this one

	env     *scope
	params  []rope // nil if they come from outside
	funcs   map[string]*syntax.FuncDecl
	called  map[*syntax.FuncDecl]bool
	owned   map[string]bool // variables that are the script's own: empty until it assigns them
	cmds    map[syntax.Node]*Command
	list    []placed
	steps   int
	level   int
	bare    bool // inside quotes that are not in the text
	export  bool // set -a
	over    bool // exit or exec was reached
	dir     Word
	names   int
	effort  int // spent on patterns
	inside  int // spent on scripts inside
	refused bool
	pending []*syntax.FuncDecl
	cur     ctx // of the statement that is followed
	calls   int
}

type placed struct {
	at int
	c  *Command
}

// A ctx is what surrounds a statement.
type ctx struct {
	conditional, loop, background, negated, pipe, subst, dead bool
	function                                                  string
	fallback                                                  []string // variables from outside whose defaults led here
}

// set assigns a variable; inside a branch that a fallback chose, the value is one as well.
func (in *interp) set(name string, v *value) {
	if _, ok := in.env.vars[name]; !ok {
		if in.names++; in.names > maxVars {
			return
		}
	}
	in.env.vars[name] = v
}

func (in *interp) assign(name string, v *value, c ctx) {
	if len(c.fallback) > 0 {
		w := *v
		w.list = make([]rope, len(v.list))
		for i, r := range v.list {
			w.list[i] = slices.Clone(r)
			for k := range w.list[i] {
				w.list[i][k].refs = union(slices.Clone(c.fallback), w.list[i][k].refs)
			}
		}
		v = &w
	}
	in.set(name, v)
}

// branch runs fn with assignments of its own and returns them.
func (in *interp) branch(fn func()) map[string]*value {
	outer, dir, over, export := in.env, in.dir, in.over, in.export
	in.env = &scope{vars: map[string]*value{}, parent: outer}
	fn()
	got := in.env.vars
	in.env, in.dir, in.over, in.export = outer, dir, over, export
	return got
}

// merge joins what branches assigned, one of which ran; a name that all leave alike keeps its value.
func (in *interp) merge(branches ...map[string]*value) {
	seen := map[string]bool{}
	for _, b := range branches {
		for name := range b {
			seen[name] = true
		}
	}
	for name := range seen {
		var all []*value
		for _, b := range branches {
			v, ok := b[name]
			if !ok {
				v = in.env.get(name)
			}
			all = append(all, v)
		}
		in.set(name, in.either(name, all))
	}
}

// either is a value that is one of several.
func (in *interp) either(name string, all []*value) *value {
	same, array := true, false
	for _, v := range all {
		same = same && v.equal(all[0])
		array = array || v != nil && v.array
	}
	if same && all[0] != nil {
		return all[0]
	}
	p := piece{text: "$" + name, at: in.at}
	out := &value{set: true, array: array, open: array}
	for _, v := range all {
		if (v == nil || !v.set) && in.owned[name] {
			p.alts = append(p.alts, rope{{at: in.at, known: true, refs: []string{name}}})
			continue
		}
		if v == nil || !v.set {
			p.refs = union(p.refs, []string{name})
			p.alts = append(p.alts, rope{{text: "$" + name, at: in.at, refs: []string{name}}})
			continue
		}
		for i, r := range v.list {
			p.refs = union(p.refs, r.refs())
			if i > 0 && !array {
				break
			}
			if len(r) == 1 && len(r[0].alts) > 0 {
				p.alts = append(p.alts, r[0].alts...)
			} else {
				p.alts = append(p.alts, r)
			}
		}
	}
	var kept []rope
	for _, r := range p.alts {
		if len(kept) < maxAlts && !slices.ContainsFunc(kept, r.equal) {
			kept = append(kept, r)
		}
	}
	p.alts = kept
	out.list = []rope{{p}}
	return out
}

// widen makes variables uncertain that a loop or a call assigns nobody knows how often.
func (in *interp) widen(nodes []*syntax.Stmt) {
	for _, name := range assigned(nodes) {
		now := in.env.get(name)
		in.set(name, in.either(name, []*value{now, {set: true, list: []rope{{{text: "$" + name, at: in.at}}}}}))
	}
}

// walk visits the nodes below n, except those nested so deeply that the stack could overflow.
func walk(n syntax.Node, visit func(syntax.Node) bool) {
	depth := 0
	syntax.Walk(n, func(n syntax.Node) bool {
		if n == nil {
			depth--
			return true
		}
		if depth >= maxWalk || !visit(n) {
			return false
		}
		depth++
		return true
	})
}

// assigned lists the names that statements assign, sorted.
func assigned(nodes []*syntax.Stmt) []string {
	names := map[string]bool{}
	for _, st := range nodes {
		walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Assign:
				if n.Name != nil && !n.Naked {
					names[n.Name.Value] = true
				}
			case *syntax.WordIter:
				names[n.Name.Value] = true
			case *syntax.CallExpr:
				if len(n.Args) > 1 && slices.Contains([]string{"read", "mapfile", "readarray", "getopts", "printf", "unset"}, n.Args[0].Lit()) {
					for _, w := range n.Args[1:] {
						if syntax.ValidName(w.Lit()) {
							names[w.Lit()] = true
						}
					}
				}
			}
			return true
		})
	}
	var out []string
	for name := range names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// own lists the variables that a script assigns and never expects from outside: it gives them no default and, unless they are
// in lower case, asks nowhere whether they are set.
func own(list []*syntax.Stmt) map[string]bool {
	names := map[string]bool{}
	for _, name := range assigned(list) {
		names[name] = true
	}
	asked := func(n syntax.Node) {
		walk(n, func(n syntax.Node) bool {
			if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value != strings.ToLower(p.Param.Value) {
				delete(names, p.Param.Value)
			}
			return true
		})
	}
	for _, st := range list {
		walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.ParamExp:
				if n.Param != nil && n.Exp != nil {
					delete(names, n.Param.Value)
				}
			case *syntax.TestClause:
				asked(n)
			case *syntax.CaseClause:
				asked(n.Word)
			case *syntax.CallExpr:
				if len(n.Args) > 0 && oneOf(n.Args[0].Lit(), "[", "test") {
					asked(n)
				}
			}
			return true
		})
	}
	return names
}

// leaves reports whether statements hold break, continue or return, which make the rest of a body uncertain.
func leaves(nodes []*syntax.Stmt, words ...string) (found bool) {
	for _, st := range nodes {
		walk(st, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 0 && slices.Contains(words, call.Args[0].Lit()) {
				found = true
			}
			return !found
		})
	}
	return found
}

func (in *interp) stmts(list []*syntax.Stmt, c ctx) (t truth) {
	t = truth{yes: true}
	for _, st := range list {
		t = in.stmt(st, c)
	}
	return t
}

// stmt follows one statement and returns what is known of its exit status.
func (in *interp) stmt(st *syntax.Stmt, c ctx) truth {
	if st == nil || st.Cmd == nil {
		return truth{}
	}
	if in.level++; in.level > maxDepth {
		in.level--
		if !in.refused {
			in.refused = true
			in.s.problem(in.lineAt(min(int(st.Pos().Offset()), len(in.src))), "nested too deeply: the statement is not read")
		}
		return truth{}
	}
	outer := in.cur
	defer func() { in.level--; in.cur = outer }()
	c.dead = c.dead || in.over
	c.background = c.background || st.Background
	c.negated = st.Negated
	in.cur = c
	var t truth
	run := func() { t = in.command(st, c) }
	if st.Background {
		in.branch(run)
		return truth{}
	}
	run()
	if st.Negated {
		t.yes, t.no = t.no, t.yes
	}
	return t
}

func (in *interp) command(st *syntax.Stmt, c ctx) truth {
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		return in.call(st, cmd, c)
	case *syntax.DeclClause:
		in.declare(st, cmd, c)
		return truth{}
	case *syntax.Block:
		return in.stmts(cmd.Stmts, c)
	case *syntax.Subshell:
		var t truth
		in.branch(func() { t = in.stmts(cmd.Stmts, c) })
		return t
	case *syntax.BinaryCmd:
		return in.binary(cmd, c)
	case *syntax.IfClause:
		in.ifClause(cmd, c)
	case *syntax.CaseClause:
		in.caseClause(cmd, c)
	case *syntax.ForClause:
		in.forClause(cmd, c)
	case *syntax.WhileClause:
		in.whileClause(st, cmd, c)
	case *syntax.FuncDecl:
		if cmd.Name != nil && cmd.Body != nil {
			in.funcs[cmd.Name.Value] = cmd
			in.pending = append(in.pending, cmd)
		}
	case *syntax.TestClause:
		return in.testExpr(cmd.X)
	case *syntax.ArithmCmd:
		return in.arithm(cmd.X)
	case *syntax.TimeClause:
		return in.stmt(cmd.Stmt, c)
	case *syntax.CoprocClause:
		in.stmt(cmd.Stmt, c)
	}
	return truth{}
}

// binary follows a && b, a || b and pipelines. Long chains hang on their left side, so they are unrolled.
func (in *interp) binary(cmd *syntax.BinaryCmd, c ctx) truth {
	type link struct {
		op syntax.BinCmdOperator
		y  *syntax.Stmt
	}
	var chain []link
	x := cmd.X
	chain = append(chain, link{cmd.Op, cmd.Y})
	for len(chain) < maxCommands {
		b, ok := x.Cmd.(*syntax.BinaryCmd)
		if !ok || x.Negated || x.Background || len(x.Redirs) > 0 || pipe(b.Op) != pipe(cmd.Op) {
			break
		}
		chain = append(chain, link{b.Op, b.Y})
		x = b.X
	}
	slices.Reverse(chain)
	if pipe(cmd.Op) {
		c.pipe = true
		in.branch(func() { in.stmt(x, c) })
		for _, l := range chain {
			in.branch(func() { in.stmt(l.y, c) })
		}
		return truth{}
	}
	t := in.stmt(x, c)
	plain := isPlain(x)
	for _, l := range chain {
		inner := c
		inner.conditional = true
		wants, not := t.yes, t.no
		if l.op == syntax.OrStmt {
			wants, not = t.no, t.yes
		}
		switch {
		case wants && len(t.fallback) == 0:
			inner.conditional = c.conditional
			t = in.stmt(l.y, inner)
		case wants:
			inner.fallback = union(slices.Clone(c.fallback), t.fallback)
			t = in.stmt(l.y, inner)
		case not:
			inner.dead = c.dead || len(t.fallback) == 0
			in.branch(func() { in.stmt(l.y, inner) })
		case plain && l.op == syntax.AndStmt: // cd /app && X=1: a script is read as if its commands succeed
			over := in.over
			in.stmt(l.y, inner)
			in.over, plain, t = over, isPlain(l.y), truth{}
		default:
			in.merge(in.branch(func() { in.stmt(l.y, inner) }), nil)
			t = truth{}
		}
	}
	return t
}

func pipe(op syntax.BinCmdOperator) bool { return op == syntax.Pipe || op == syntax.PipeAll }

// isPlain reports a command that does something, as opposed to a test.
func isPlain(st *syntax.Stmt) bool {
	if st.Negated {
		return false
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		if len(cmd.Args) == 0 {
			return true
		}
		switch cmd.Args[0].Lit() {
		case "[", "test", "grep", "command", "which", "type", "hash", "read", "false", "pgrep", "diff", "cmp":
			return false
		}
		return true
	case *syntax.DeclClause:
		return true
	}
	return false
}

// uncalled follows the bodies of functions that nothing called.
func (in *interp) uncalled() {
	for i := 0; i < len(in.pending) && i < 1000; i++ {
		fn := in.pending[i]
		if in.called[fn] {
			continue
		}
		in.over = false
		in.params = nil
		in.branch(func() { in.stmt(fn.Body, ctx{function: fn.Name.Value}) })
	}
}

// callFunction follows a call of one of the script's own functions.
func (in *interp) callFunction(fn *syntax.FuncDecl, args []rope, c ctx) {
	if in.calls >= 20 {
		return
	}
	if in.called == nil {
		in.called = map[*syntax.FuncDecl]bool{}
	}
	in.called[fn] = true
	params := in.params
	in.params = append([]rope{}, args...)
	in.calls++
	c.function = fn.Name.Value
	in.stmt(fn.Body, c)
	if body := []*syntax.Stmt{fn.Body}; leaves(body, "return") {
		in.widen(body)
	}
	in.calls--
	in.params = params
}

// step counts interpreted commands.
func (in *interp) step() bool {
	in.steps++
	return in.steps <= maxSteps
}

func oneOf(s string, list ...string) bool { return slices.Contains(list, s) }

func base(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
