package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A truth is what is known of an exit status; both false: nothing.
type truth struct {
	yes, no  bool
	fallback []string // variables from outside whose defaults it rests on
}

func decide(ok bool, from ...rope) truth {
	t := truth{yes: ok, no: !ok}
	for _, r := range from {
		t.fallback = union(t.fallback, r.refs())
	}
	return t
}

func (t truth) not() truth { return truth{t.no, t.yes, t.fallback} }

func (t truth) and(u truth) truth {
	switch {
	case t.no:
		return t
	case u.no:
		return u
	case t.yes && u.yes:
		return truth{yes: true, fallback: union(slices.Clone(t.fallback), u.fallback)}
	}
	return truth{}
}

func (t truth) or(u truth) truth { return t.not().and(u.not()).not() }

// test works out [ … ] and test …, whose operands are already expanded.
func test(args []rope) truth {
	word := func(i int) string {
		if len(args[i]) == 1 && args[i].known() && len(args[i][0].refs) == 0 {
			return args[i].String()
		}
		return ""
	}
	for i := range args { // -o binds less than -a
		if i > 0 && i < len(args)-1 && word(i) == "-o" {
			return test(args[:i]).or(test(args[i+1:]))
		}
	}
	for i := range args {
		if i > 0 && i < len(args)-1 && word(i) == "-a" && len(args) > 3 {
			return test(args[:i]).and(test(args[i+1:]))
		}
	}
	switch len(args) {
	case 0:
		return truth{no: true}
	case 1:
		if !args[0].known() {
			return truth{}
		}
		return decide(args[0].String() != "", args[0])
	case 2:
		if word(0) == "!" {
			return test(args[1:]).not()
		}
		return unary(word(0), args[1])
	case 3:
		if op := word(1); op != "" {
			return compare(op, args[0], args[2], false)
		}
	}
	if word(0) == "!" {
		return test(args[1:]).not()
	}
	return truth{}
}

func unary(op string, r rope) truth {
	if (op == "-z" || op == "-n") && r.known() {
		return decide((r.String() == "") == (op == "-z"), r)
	}
	return truth{}
}

func compare(op string, a, b rope, glob bool) truth {
	if !a.known() || !b.known() {
		return truth{}
	}
	x, y := a.String(), b.String()
	switch op {
	case "=", "==", "!=":
		eq := x == y
		if glob && strings.ContainsAny(y, "*?[") {
			re := compile(y, true)
			if re == nil {
				return truth{}
			}
			eq = re.MatchString(x)
		}
		return decide(eq == (op != "!="), a, b)
	case "<", ">":
		return decide(x < y == (op == "<"), a, b)
	}
	n, errN := strconv.Atoi(strings.TrimSpace(x))
	m, errM := strconv.Atoi(strings.TrimSpace(y))
	if errN != nil || errM != nil {
		return truth{}
	}
	switch op {
	case "-eq":
		return decide(n == m, a, b)
	case "-ne":
		return decide(n != m, a, b)
	case "-lt":
		return decide(n < m, a, b)
	case "-le":
		return decide(n <= m, a, b)
	case "-gt":
		return decide(n > m, a, b)
	case "-ge":
		return decide(n >= m, a, b)
	}
	return truth{}
}

// testExpr works out [[ … ]].
func (in *interp) testExpr(x syntax.TestExpr) truth {
	if in.level++; in.level > maxDepth {
		in.level--
		return truth{}
	}
	defer func() { in.level-- }()
	switch x := x.(type) {
	case *syntax.Word:
		r := in.join(x)
		if !r.known() {
			return truth{}
		}
		return decide(r.String() != "", r)
	case *syntax.ParenTest:
		return in.testExpr(x.X)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return in.testExpr(x.X).not()
		}
		if w, ok := x.X.(*syntax.Word); ok {
			return unary(x.Op.String(), in.join(w))
		}
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest:
			return in.testExpr(x.X).and(in.testExpr(x.Y))
		case syntax.OrTest:
			return in.testExpr(x.X).or(in.testExpr(x.Y))
		}
		a, okA := x.X.(*syntax.Word)
		b, okB := x.Y.(*syntax.Word)
		if okA && okB {
			return compare(x.Op.String(), in.join(a), in.join(b), unquoted(b))
		}
	}
	return truth{}
}

// unquoted reports whether a word has no quotes, so that * and ? in it are patterns.
func unquoted(w *syntax.Word) bool {
	for _, p := range w.Parts {
		switch p.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return false
		}
	}
	return true
}

// arithm works out (( x )), (( x == 1 )) and the like.
func (in *interp) arithm(x syntax.ArithmExpr) truth {
	operand := func(x syntax.ArithmExpr) (rope, bool) {
		w, ok := x.(*syntax.Word)
		if !ok {
			return nil, false
		}
		r := in.join(w)
		if name := w.Lit(); syntax.ValidName(name) {
			v, _ := in.variable(name)
			if v == nil || v.array {
				return nil, false
			}
			r = v.first()
		}
		_, err := strconv.Atoi(r.String())
		return r, err == nil && r.known()
	}
	if b, ok := x.(*syntax.BinaryArithm); ok {
		a, okA := operand(b.X)
		c, okB := operand(b.Y)
		op := map[syntax.BinAritOperator]string{syntax.Eql: "-eq", syntax.Neq: "-ne", syntax.Lss: "-lt", syntax.Leq: "-le", syntax.Gtr: "-gt", syntax.Geq: "-ge"}[b.Op]
		if okA && okB && op != "" {
			return compare(op, a, c, false)
		}
		return truth{}
	}
	if r, ok := operand(x); ok {
		return decide(r.String() != "0", r)
	}
	return truth{}
}

// ifClause follows the branches that may be taken.
func (in *interp) ifClause(cmd *syntax.IfClause, c ctx) {
	outer := c.conditional
	c.conditional = true
	var branches []map[string]*value
	open, dead := true, false // whether the branches so far may all be passed by; whether this one cannot be reached
	for cl := cmd; cl != nil; cl = cl.Else {
		inner := c
		inner.dead = c.dead || dead
		t := truth{yes: true}
		if len(cl.Cond) > 0 {
			var cond map[string]*value
			test := inner
			test.conditional = outer || cl != cmd
			run := func() { t = in.stmts(cl.Cond, test) }
			if dead || len(branches) > 0 {
				cond = in.branch(run)
				branches = appendIf(branches, cond, !dead && len(cond) > 0)
			} else {
				run()
			}
		}
		inner.fallback = union(slices.Clone(c.fallback), t.fallback)
		sure := len(t.fallback) == 0
		inner.dead = inner.dead || t.no && sure
		if t.yes && len(branches) == 0 && !dead {
			in.stmts(cl.Then, inner)
			open = false
			dead = sure
			for rest := cl.Else; rest != nil; rest = rest.Else { // read, without effect
				other := c
				other.dead = c.dead || dead
				in.branch(func() { in.stmts(rest.Cond, other); in.stmts(rest.Then, other) })
			}
			return
		}
		got := in.branch(func() { in.stmts(cl.Then, inner) })
		if dead || t.no {
			continue
		}
		branches = append(branches, got)
		if t.yes {
			open = false
			dead = sure
		}
	}
	if open {
		branches = append(branches, nil)
	}
	in.merge(branches...)
}

func appendIf(list []map[string]*value, m map[string]*value, ok bool) []map[string]*value {
	if ok {
		return append(list, m)
	}
	return list
}

// caseClause follows the items that may match.
func (in *interp) caseClause(cmd *syntax.CaseClause, c ctx) {
	word := in.join(cmd.Word)
	c.conditional = true
	var branches []map[string]*value
	open, done := true, false
	for _, item := range cmd.Items {
		t := truth{no: true}
		for _, p := range item.Patterns {
			pat := in.join(p)
			if unquoted(p) && pat.String() == "*" {
				t = truth{yes: true}
				break
			}
			t = t.or(compare("==", word, pat, unquoted(p)))
		}
		t.fallback = union(t.fallback, word.refs())
		if !word.known() {
			t.fallback = nil
		}
		inner := c
		inner.dead = c.dead || (done || t.no) && len(t.fallback) == 0
		if t.yes {
			inner.fallback = union(slices.Clone(c.fallback), t.fallback)
		}
		switch {
		case done || t.no:
			in.branch(func() { in.stmts(item.Stmts, inner) })
		case t.yes && len(branches) == 0:
			in.stmts(item.Stmts, inner)
			open, done = false, true
		default:
			branches = append(branches, in.branch(func() { in.stmts(item.Stmts, inner) }))
			if t.yes {
				open, done = false, true
			}
		}
	}
	if len(branches) > 0 {
		if open {
			branches = append(branches, nil)
		}
		in.merge(branches...)
	}
}

// forClause follows a loop over a list it knows turn by turn, and any other once.
func (in *interp) forClause(cmd *syntax.ForClause, c ctx) {
	c.loop = true
	iter, ok := cmd.Loop.(*syntax.WordIter)
	if !ok || cmd.Select {
		if ok {
			in.set(iter.Name.Value, &value{set: true, list: []rope{{{text: "$" + iter.Name.Value, at: in.node(iter.Name)}}}})
		}
		in.body(cmd.Do, c)
		return
	}
	name := iter.Name.Value
	var items []rope
	if !iter.InPos.IsValid() {
		items = slices.Clone(in.params)
		if in.params == nil {
			items = []rope{in.unknown(iter.Name, []string{"@"}, nil)}
		}
	}
	for _, w := range iter.Items {
		items = append(items, in.fields(w)...)
	}
	known := len(items) <= maxItems && in.steps < maxSteps/2
	for _, r := range items {
		known = known && r.known() && !strings.ContainsAny(r.String(), "*?[") // not a glob
	}
	if !known {
		var refs []string
		for _, r := range items {
			refs = union(refs, r.refs())
		}
		in.set(name, scalar(rope{{text: "$" + name, at: in.node(iter.Name), refs: refs, alts: items[:min(len(items), maxAlts)]}}))
		in.body(cmd.Do, c)
		return
	}
	for _, r := range items {
		in.set(name, scalar(r))
		in.stmts(cmd.Do, c)
	}
	if len(items) == 0 {
		c.dead = true
		in.branch(func() { in.stmts(cmd.Do, c) })
	}
	if leaves(cmd.Do, "break", "continue", "return", "exit") {
		in.widen(cmd.Do)
	}
}

// body follows the body of a loop nobody knows the turns of.
func (in *interp) body(list []*syntax.Stmt, c ctx) {
	in.widen(list)
	in.merge(in.branch(func() { in.stmts(list, c) }), nil)
}

func (in *interp) whileClause(st *syntax.Stmt, cmd *syntax.WhileClause, c ctx) {
	inner := c
	inner.loop = true
	in.widen(cmd.Cond)
	t := in.stmts(cmd.Cond, inner)
	if cmd.Until {
		t = t.not()
	}
	if !t.yes {
		inner.conditional = true
	}
	if t.no && len(t.fallback) == 0 {
		inner.dead = true
		in.branch(func() { in.stmts(cmd.Do, inner) })
	} else {
		in.body(cmd.Do, inner)
	}
	for _, r := range st.Redirs {
		if r.Op == syntax.RdrIn && r.Word != nil && exports(cmd.Do) {
			in.s.loads = append(in.s.loads, in.word(r.Word))
		}
	}
}

// exports reports whether statements export something.
func exports(list []*syntax.Stmt) (found bool) {
	for _, st := range list {
		walk(st, func(n syntax.Node) bool {
			if d, ok := n.(*syntax.DeclClause); ok && d.Variant.Value == "export" {
				found = true
			}
			return !found
		})
	}
	return found
}
