package python

import "strings"

// starExprs reads an expression list: one expression, or a tuple without brackets. With named, := may stand in it.
func (p *parser) starExprs(named bool) Expr {
	start := int(p.peek().start)
	one := func() Expr {
		if named && !p.isOp("*") {
			return p.namedExpr()
		}
		return p.starExpr()
	}
	first := one()
	if !p.isOp(",") {
		return first
	}
	elts := []Expr{first}
	for p.op(",") {
		if p.exprEnds() {
			break
		}
		elts = append(elts, one())
	}
	return &Tuple{exprNode{p.from(start)}, elts}
}

// exprEnds reports whether the present token cannot begin an expression, so that a comma before it was a trailing one.
func (p *parser) exprEnds() bool {
	t := p.peek()
	switch t.kind {
	case tNewline, tEOF, tIndent, tDedent:
		return true
	case tOp:
		switch p.text(t) {
		case ")", "]", "}", "=", ":", ";", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "%=", "@=", "//=", "**=", "<<=", ">>=":
			return true
		}
	case tKeyword:
		return p.is(t, tKeyword, "in")
	}
	return false
}

func (p *parser) starExpr() Expr {
	if t := p.peek(); p.op("*") {
		e := p.bitOr()
		return &Starred{exprNode{p.from(int(t.start))}, e}
	}
	return p.expr()
}

// namedExpr reads an expression that may be name := value.
func (p *parser) namedExpr() Expr {
	if t := p.peek(); t.kind == tName && p.is(p.peekAt(1), tOp, ":=") {
		n := p.name()
		p.next()
		p.enter(t)
		v := p.expr()
		p.leave()
		return &NamedExpr{exprNode{p.from(int(t.start))}, n, v}
	}
	return p.expr()
}

func (p *parser) expr() Expr {
	t := p.peek()
	p.enter(t)
	defer p.leave()
	if t.kind == tKeyword && p.is(t, tKeyword, "lambda") {
		return p.lambda()
	}
	e := p.or()
	if p.isKeyword("if") {
		p.next()
		test := p.or()
		p.expect("else")
		other := p.expr()
		return &IfExp{exprNode{p.from(e.Pos())}, test, e, other}
	}
	return e
}

func (p *parser) lambda() Expr {
	start := int(p.next().start)
	l := &Lambda{}
	l.Args = p.arguments(":", false)
	p.expect(":")
	p.yields = append(p.yields, false)
	l.Body = p.expr()
	p.yields = p.yields[:len(p.yields)-1]
	l.Range = p.from(start)
	return l
}

func (p *parser) or() Expr {
	e := p.and()
	if !p.isKeyword("or") {
		return e
	}
	vs := []Expr{e}
	for p.keyword("or") {
		vs = append(vs, p.and())
	}
	return &BoolOp{exprNode{p.from(e.Pos())}, "or", vs}
}

func (p *parser) and() Expr {
	e := p.not()
	if !p.isKeyword("and") {
		return e
	}
	vs := []Expr{e}
	for p.keyword("and") {
		vs = append(vs, p.not())
	}
	return &BoolOp{exprNode{p.from(e.Pos())}, "and", vs}
}

func (p *parser) not() Expr {
	if t := p.peek(); p.isKeyword("not") {
		p.next()
		p.enter(t)
		e := p.not()
		p.leave()
		return &UnaryOp{exprNode{p.from(int(t.start))}, "not", e}
	}
	return p.comparison()
}

func (p *parser) comparison() Expr {
	e := p.bitOr()
	var c *Compare
	for {
		t := p.peek()
		op := ""
		switch t.kind {
		case tOp:
			switch s := p.src[t.start:t.end]; string(s) {
			case "==", "!=", "<", "<=", ">", ">=":
				op = string(s)
				p.next()
			}
		case tKeyword:
			switch {
			case p.is(t, tKeyword, "in"):
				p.next()
				op = "in"
			case p.is(t, tKeyword, "is"):
				p.next()
				op = "is"
				if p.keyword("not") {
					op = "is not"
				}
			case p.is(t, tKeyword, "not") && p.is(p.peekAt(1), tKeyword, "in"):
				p.next()
				p.next()
				op = "not in"
			}
		}
		if op == "" {
			break
		}
		if c == nil {
			c = &Compare{Left: e}
		}
		c.Ops = append(c.Ops, op)
		c.Comparators = append(c.Comparators, p.bitOr())
	}
	if c == nil {
		return e
	}
	c.Range = p.from(e.Pos())
	return c
}

// Binding strength of the binary operators that group to the left.
const (
	precOr = 1 + iota
	precXor
	precAnd
	precShift
	precSum
	precTerm
)

func (p *parser) precedence(t token) int {
	if t.kind != tOp {
		return 0
	}
	c := p.src[t.start]
	switch t.end - t.start {
	case 1:
		switch c {
		case '|':
			return precOr
		case '^':
			return precXor
		case '&':
			return precAnd
		case '+', '-':
			return precSum
		case '*', '/', '%', '@':
			return precTerm
		}
	case 2:
		switch string(p.src[t.start:t.end]) {
		case "<<", ">>":
			return precShift
		case "//":
			return precTerm
		}
	}
	return 0
}

func (p *parser) bitOr() Expr { return p.binary(precOr) }
func (p *parser) sum() Expr   { return p.binary(precSum) }

// binary reads operators that bind at least as strongly as prec. Chains are read in a loop, so that they cost no stack.
func (p *parser) binary(prec int) Expr {
	e := p.unary()
	n := 0
	for {
		t := p.peek()
		q := p.precedence(t)
		if q == 0 || q < prec {
			return e
		}
		if n++; n > maxChain {
			p.fail(t, "too many operators")
		}
		p.next()
		var right Expr
		if q == precTerm {
			right = p.unary()
		} else {
			right = p.binary(q + 1)
		}
		e = &BinOp{exprNode{p.from(e.Pos())}, e, p.text(t), right}
	}
}

func (p *parser) unary() Expr {
	t := p.peek()
	if t.kind == tOp && t.end-t.start == 1 {
		switch c := p.src[t.start]; c {
		case '-', '+', '~':
			p.next()
			p.enter(t)
			e := p.unary()
			p.leave()
			return &UnaryOp{exprNode{p.from(int(t.start))}, string(c), e}
		}
	}
	return p.power()
}

func (p *parser) power() Expr {
	t := p.peek()
	var e Expr
	if p.isKeyword("await") {
		p.next()
		v := p.primary()
		e = &Await{exprNode{p.from(int(t.start))}, v}
	} else {
		e = p.primary()
	}
	if p.isOp("**") {
		p.next()
		p.enter(t)
		r := p.unary()
		p.leave()
		return &BinOp{exprNode{p.from(e.Pos())}, e, "**", r}
	}
	return e
}

func (p *parser) primary() Expr {
	start := int(p.peek().start)
	e := p.atom()
	for n := 0; ; n++ {
		t := p.peek()
		if t.kind != tOp || t.end-t.start != 1 {
			return e
		}
		if n > maxChain {
			p.fail(t, "too long a chain")
		}
		switch p.src[t.start] {
		case '.':
			p.next()
			a := p.name()
			e = &Attribute{exprNode{p.from(start)}, e, a}
		case '(':
			p.next()
			args, kws := p.callArgs()
			e = &Call{exprNode{p.from(start)}, e, args, kws}
		case '[':
			p.next()
			p.enter(t)
			i := p.subscript()
			p.leave()
			p.expect("]")
			e = &Subscript{exprNode{p.from(start)}, e, i}
		default:
			return e
		}
	}
}

func (p *parser) subscript() Expr {
	start := int(p.peek().start)
	first := p.slice()
	if !p.isOp(",") {
		return first
	}
	elts := []Expr{first}
	for p.op(",") {
		if p.isOp("]") {
			break
		}
		elts = append(elts, p.slice())
	}
	return &Tuple{exprNode{p.from(start)}, elts}
}

func (p *parser) slice() Expr {
	start := int(p.peek().start)
	if p.isOp("*") {
		return p.starExpr()
	}
	var lower Expr
	if !p.isOp(":") {
		lower = p.namedExpr()
		if !p.isOp(":") {
			return lower
		}
	}
	s := &Slice{Lower: lower}
	p.expect(":")
	if !p.isOp(":") && !p.isOp("]") && !p.isOp(",") {
		s.Upper = p.expr()
	}
	if p.op(":") && !p.isOp("]") && !p.isOp(",") {
		s.Step = p.expr()
	}
	s.Range = p.from(start)
	return s
}

// callArgs reads the arguments behind an opening bracket, and the closing one.
func (p *parser) callArgs() (args []Expr, kws []Keyword) {
	p.enter(p.peek())
	defer p.leave()
	unpacked := false
	for !p.isOp(")") {
		t := p.peek()
		switch {
		case p.op("**"):
			v := p.expr()
			kws = append(kws, Keyword{p.from(int(t.start)), "", v})
			unpacked = true
		case p.op("*"):
			if unpacked {
				p.fail(t, "an unpacked list follows **")
			}
			v := p.expr()
			args = append(args, &Starred{exprNode{p.from(int(t.start))}, v})
		case t.kind == tName && p.is(p.peekAt(1), tOp, "="):
			n := p.name()
			p.next()
			v := p.expr()
			kws = append(kws, Keyword{p.from(int(t.start)), n.ID, v})
		default:
			e := p.namedExpr()
			if p.isKeyword("for") || p.isKeyword("async") {
				if len(args)+len(kws) > 0 {
					p.fail(t, "a generator expression needs brackets of its own here")
				}
				c := &Comp{Kind: "generator", Elt: e, For: p.compFors()}
				p.op(",")
				if !p.isOp(")") {
					p.fail(t, "a generator expression needs brackets of its own here")
				}
				// as the only argument it shares the call's brackets, which CPython counts as its own
				c.Range = Range{int(t.start), p.last}
				args = append(args, c)
				p.expect(")")
				return args, kws
			}
			if len(kws) > 0 {
				p.fail(t, "a positional argument follows a named one")
			}
			args = append(args, e)
		}
		if !p.op(",") {
			break
		}
	}
	p.expect(")")
	return args, kws
}

func (p *parser) compFors() []CompFor {
	var fs []CompFor
	for {
		f := CompFor{}
		start := int(p.peek().start)
		if p.isKeyword("async") {
			p.next()
			f.Async = true
		}
		if !p.isKeyword("for") {
			if f.Async {
				p.fail(p.peek(), "expected for")
			}
			return fs
		}
		p.next()
		f.Target = p.targets()
		p.expect("in")
		f.Iter = p.or()
		for p.keyword("if") {
			f.Ifs = append(f.Ifs, p.compIf())
		}
		f.Range = p.from(start)
		fs = append(fs, f)
	}
}

func (p *parser) compIf() Expr {
	if t := p.peek(); t.kind == tName && p.is(p.peekAt(1), tOp, ":=") {
		return p.namedExpr()
	}
	if p.isKeyword("lambda") {
		return p.lambda()
	}
	return p.or()
}

func (p *parser) yield() Expr {
	start := int(p.next().start)
	if n := len(p.yields); n > 0 {
		p.yields[n-1] = true
	}
	y := &Yield{}
	if p.keyword("from") {
		y.From = true
		y.Value = p.expr()
	} else if !p.exprEnds() {
		y.Value = p.starExprs(false)
	}
	y.Range = p.from(start)
	return y
}

func (p *parser) atom() Expr {
	t := p.peek()
	start := int(t.start)
	switch t.kind {
	case tName:
		p.next()
		return p.nameOf(t)
	case tString, tFString:
		return p.str()
	case tNumber:
		p.next()
		return p.number(t)
	case tKeyword:
		k := None
		switch p.text(t) {
		case "None":
		case "True":
			k = True
		case "False":
			k = False
		default:
			p.fail(t, "expected an expression")
		}
		p.next()
		return &Constant{exprNode{p.from(start)}, k, ""}
	case tOp:
		switch p.text(t) {
		case "...":
			p.next()
			return &Constant{exprNode{p.from(start)}, Ellipsis, ""}
		case "(":
			return p.paren(start)
		case "[":
			return p.list(start)
		case "{":
			return p.braces(start)
		}
	case tBad:
		p.fail(t, p.why(t))
	}
	p.fail(t, "expected an expression")
	return nil
}

func (p *parser) number(t token) Expr {
	s := p.text(t)
	if strings.IndexByte(s, '_') >= 0 {
		s = strings.ReplaceAll(s, "_", "")
	}
	k := Int
	if len(s) > 1 && s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0 {
		return &Constant{exprNode{p.from(int(t.start))}, k, s}
	}
	if c := s[len(s)-1]; c == 'j' || c == 'J' {
		k = Imag
	} else if strings.ContainsAny(s, ".eE") {
		k = Float
	}
	return &Constant{exprNode{p.from(int(t.start))}, k, s}
}

// paren reads what stands in round brackets: a tuple, a generator, a yield, or one expression, whose range has no brackets.
func (p *parser) paren(start int) Expr {
	t := p.next()
	p.enter(t)
	defer p.leave()
	if p.op(")") {
		return &Tuple{exprNode{p.from(start)}, nil}
	}
	if p.isKeyword("yield") {
		y := p.yield()
		p.expect(")")
		return y
	}
	star := p.isOp("*")
	first := p.starOrNamed()
	if p.isKeyword("for") || p.isKeyword("async") {
		if star {
			p.fail(t, "unpacking cannot stand in a comprehension")
		}
		fs := p.compFors()
		p.expect(")")
		return &Comp{exprNode{p.from(start)}, "generator", first, nil, fs}
	}
	if !p.isOp(",") {
		if star {
			p.fail(t, "a starred expression cannot stand here")
		}
		p.expect(")")
		return first
	}
	elts := []Expr{first}
	for p.op(",") {
		if p.isOp(")") {
			break
		}
		elts = append(elts, p.starOrNamed())
	}
	p.expect(")")
	return &Tuple{exprNode{p.from(start)}, elts}
}

func (p *parser) starOrNamed() Expr {
	if p.isOp("*") {
		return p.starExpr()
	}
	return p.namedExpr()
}

func (p *parser) list(start int) Expr {
	t := p.next()
	p.enter(t)
	defer p.leave()
	var elts []Expr
	for !p.isOp("]") {
		e := p.starOrNamed()
		if len(elts) == 0 && (p.isKeyword("for") || p.isKeyword("async")) {
			fs := p.compFors()
			p.expect("]")
			return &Comp{exprNode{p.from(start)}, "list", e, nil, fs}
		}
		elts = append(elts, e)
		if !p.op(",") {
			break
		}
	}
	p.expect("]")
	return &List{exprNode{p.from(start)}, elts}
}

// braces reads a dict, a set or a comprehension of either.
func (p *parser) braces(start int) Expr {
	t := p.next()
	p.enter(t)
	defer p.leave()
	if p.op("}") {
		return &Dict{exprNode{p.from(start)}, nil, nil}
	}
	if !p.isOp("**") {
		at := int(p.peek().start)
		first := p.starOrNamed()
		if !p.isOp(":") {
			if p.isKeyword("for") || p.isKeyword("async") {
				fs := p.compFors()
				p.expect("}")
				return &Comp{exprNode{p.from(start)}, "set", first, nil, fs}
			}
			elts := []Expr{first}
			for p.op(",") {
				if p.isOp("}") {
					break
				}
				elts = append(elts, p.starOrNamed())
			}
			p.expect("}")
			return &Set{exprNode{p.from(start)}, elts}
		}
		if n, named := first.(*NamedExpr); named && n.From == at {
			p.fail(t, "a key cannot be named here")
		}
		p.next()
		v := p.expr()
		if p.isKeyword("for") || p.isKeyword("async") {
			fs := p.compFors()
			p.expect("}")
			return &Comp{exprNode{p.from(start)}, "dict", first, v, fs}
		}
		d := &Dict{Keys: []Expr{first}, Values: []Expr{v}}
		p.op(",")
		return p.dict(start, d)
	}
	return p.dict(start, &Dict{})
}

// dict reads the entries that are left of a dict, and its closing bracket.
func (p *parser) dict(start int, d *Dict) Expr {
	for n := len(d.Keys); !p.isOp("}"); n++ {
		if n > 0 && !p.is(p.toks[p.pos-1], tOp, ",") {
			p.fail(p.peek(), "expected ','")
		}
		if p.op("**") {
			d.Keys = append(d.Keys, nil)
			d.Values = append(d.Values, p.bitOr())
		} else {
			k := p.expr()
			p.expect(":")
			d.Keys = append(d.Keys, k)
			d.Values = append(d.Values, p.expr())
		}
		if !p.op(",") {
			break
		}
	}
	p.expect("}")
	d.Range = p.from(start)
	return d
}
