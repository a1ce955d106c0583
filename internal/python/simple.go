package python

import "strings"

// simpleLine reads the simple statements of one logical line.
func (p *parser) simpleLine(body []Stmt) []Stmt {
	for {
		body = append(body, p.simple())
		if !p.op(";") {
			break
		}
		if k := p.peek().kind; k == tNewline || k == tEOF {
			break
		}
	}
	t := p.peek()
	switch t.kind {
	case tNewline:
		p.pos++
	case tEOF:
	case tBad:
		p.fail(t, p.why(t))
	default:
		p.fail(t, "expected the end of the statement")
	}
	return body
}

func (p *parser) simple() Stmt {
	t := p.peek()
	start := int(t.start)
	if t.kind == tKeyword {
		switch p.text(t) {
		case "pass":
			p.next()
			return &Pass{stmtNode{p.from(start)}}
		case "break":
			p.next()
			return &Break{stmtNode{p.from(start)}}
		case "continue":
			p.next()
			return &Continue{stmtNode{p.from(start)}}
		case "return":
			p.next()
			s := &Return{}
			if !p.lineEnds() {
				s.Value = p.starExprs(false)
			}
			s.Range = p.from(start)
			return s
		case "raise":
			p.next()
			s := &Raise{}
			if !p.lineEnds() {
				s.Exc = p.expr()
				if p.keyword("from") {
					s.Cause = p.expr()
				}
			}
			s.Range = p.from(start)
			return s
		case "global", "nonlocal":
			p.next()
			var names []string
			for {
				names = append(names, p.name().ID)
				if !p.op(",") {
					break
				}
			}
			if p.is(t, tKeyword, "global") {
				return &Global{stmtNode{p.from(start)}, names}
			}
			return &Nonlocal{stmtNode{p.from(start)}, names}
		case "del":
			p.next()
			s := &Delete{}
			for {
				e := p.bitOr()
				p.target(e)
				s.Targets = append(s.Targets, e)
				if !p.op(",") || p.lineEnds() {
					break
				}
			}
			s.Range = p.from(start)
			return s
		case "assert":
			p.next()
			s := &Assert{Test: p.expr()}
			if p.op(",") {
				s.Msg = p.expr()
			}
			s.Range = p.from(start)
			return s
		case "import":
			p.next()
			return p.importStmt(start)
		case "from":
			p.next()
			return p.importFrom(start)
		}
	}
	if p.is(t, tName, "type") && p.peekAt(1).kind == tName && (p.is(p.peekAt(2), tOp, "=") || p.is(p.peekAt(2), tOp, "[")) {
		p.next()
		s := &TypeAlias{Name: p.name()}
		p.typeParams()
		p.expect("=")
		s.Value = p.expr()
		s.Range = p.from(start)
		return s
	}
	return p.exprStmt(start)
}

func (p *parser) lineEnds() bool {
	k := p.peek().kind
	return k == tNewline || k == tEOF || p.isOp(";")
}

func (p *parser) dotted() string {
	var b strings.Builder
	b.WriteString(p.name().ID)
	for p.op(".") {
		b.WriteByte('.')
		b.WriteString(p.name().ID)
	}
	return b.String()
}

func (p *parser) importStmt(start int) Stmt {
	s := &Import{}
	for {
		at := int(p.peek().start)
		a := Alias{Name: p.dotted()}
		if p.keyword("as") {
			a.AsName = p.name().ID
		}
		a.Range = p.from(at)
		s.Names = append(s.Names, a)
		if !p.op(",") {
			break
		}
	}
	s.Range = p.from(start)
	return s
}

func (p *parser) importFrom(start int) Stmt {
	s := &ImportFrom{}
	for {
		if p.op(".") {
			s.Level++
		} else if p.op("...") {
			s.Level += 3
		} else {
			break
		}
	}
	if s.Level == 0 || !p.isKeyword("import") {
		s.Module = p.dotted()
	}
	p.expect("import")
	if t := p.peek(); p.op("*") {
		s.Names = []Alias{{Range: Range{int(t.start), p.last}, Name: "*"}}
		s.Range = p.from(start)
		return s
	}
	paren := p.op("(")
	for {
		at := int(p.peek().start)
		a := Alias{Name: p.name().ID}
		if p.keyword("as") {
			a.AsName = p.name().ID
		}
		a.Range = p.from(at)
		s.Names = append(s.Names, a)
		if !p.op(",") || paren && p.isOp(")") {
			break
		}
	}
	if paren {
		p.expect(")")
	}
	s.Range = p.from(start)
	return s
}

func (p *parser) exprStmt(start int) Stmt {
	if p.isKeyword("yield") {
		y := p.yield()
		if !p.isOp("=") {
			return &ExprStmt{stmtNode{p.from(start)}, y}
		}
		p.fail(p.peek(), "this cannot be assigned to")
	}
	first := p.starExprs(false)
	t := p.peek()
	if t.kind != tOp {
		return &ExprStmt{stmtNode{p.from(start)}, first}
	}
	switch op := p.text(t); op {
	case "=":
		targets := []Expr{first}
		for p.op("=") {
			p.target(targets[len(targets)-1])
			if p.isKeyword("yield") {
				targets = append(targets, p.yield())
				break
			}
			targets = append(targets, p.starExprs(false))
			if len(targets) > maxChain {
				p.fail(t, "too many targets")
			}
		}
		n := len(targets) - 1
		for _, e := range targets[:n] {
			if _, star := e.(*Starred); star {
				p.fail(t, "a starred target must be in a list or tuple")
			}
		}
		if _, star := targets[n].(*Starred); star {
			p.fail(t, "a starred expression cannot stand here")
		}
		return &Assign{stmtNode{p.from(start)}, targets[:n:n], targets[n]}
	case ":":
		switch first.(type) {
		case *Name, *Attribute, *Subscript:
		default:
			p.fail(t, "only a single name can be annotated")
		}
		p.next()
		s := &AnnAssign{Target: first, Annotation: p.expr()}
		if p.op("=") {
			if p.isKeyword("yield") {
				s.Value = p.yield()
			} else {
				s.Value = p.starExprs(false)
			}
		}
		s.Range = p.from(start)
		return s
	case "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", "<<=", ">>=", "**=":
		switch first.(type) {
		case *Name, *Attribute, *Subscript:
		default:
			p.fail(t, "this cannot be assigned to")
		}
		p.next()
		s := &AugAssign{Target: first, Op: op[:len(op)-1]}
		if p.isKeyword("yield") {
			s.Value = p.yield()
		} else {
			s.Value = p.starExprs(false)
		}
		s.Range = p.from(start)
		return s
	}
	return &ExprStmt{stmtNode{p.from(start)}, first}
}

func (p *parser) matchStmt(start int) Stmt {
	p.next()
	s := &Match{Subject: p.starExprs(true)}
	p.expect(":")
	if p.peek().kind != tNewline {
		p.fail(p.peek(), "expected the end of the line")
	}
	p.next()
	if p.peek().kind != tIndent {
		p.fail(p.peek(), "expected an indented block")
	}
	p.pos++
	for p.is(p.peek(), tName, "case") {
		at := int(p.next().start)
		c := &MatchCase{Pattern: p.patterns()}
		if p.keyword("if") {
			c.Guard = p.namedExpr()
		}
		c.Body = p.suite()
		c.Range = p.from(at)
		s.Cases = append(s.Cases, c)
	}
	if p.peek().kind != tDedent {
		p.fail(p.peek(), "expected case")
	}
	p.pos++
	s.Range = p.from(start)
	return s
}

// patterns reads the pattern of a case, an open sequence included.
func (p *parser) patterns() Expr {
	start := int(p.peek().start)
	first := p.pattern()
	if !p.isOp(",") {
		return first
	}
	elts := []Expr{first}
	for p.op(",") {
		if p.isOp(":") || p.isKeyword("if") {
			break
		}
		elts = append(elts, p.pattern())
	}
	return &Tuple{exprNode{p.from(start)}, elts}
}

func (p *parser) pattern() Expr {
	t := p.peek()
	start := int(t.start)
	p.enter(t)
	defer p.leave()
	if p.op("*") {
		return &Starred{exprNode{Range{start, p.last}}, p.name()}
	}
	e := p.closedPattern()
	n := 0
	for p.op("|") {
		e = &BinOp{exprNode{Range{start, 0}}, e, "|", p.closedPattern()}
		e.(*BinOp).To = p.last
		if n++; n > maxChain {
			p.fail(t, "too many alternatives")
		}
	}
	if p.keyword("as") {
		e = &NamedExpr{exprNode: exprNode{Range{start, 0}}, Value: e, Target: p.name()}
		e.(*NamedExpr).To = p.last
	}
	return e
}

func (p *parser) closedPattern() Expr {
	t := p.peek()
	start := int(t.start)
	switch {
	case t.kind == tString || t.kind == tFString:
		return p.str()
	case t.kind == tNumber || p.is(t, tOp, "-"):
		return p.sum()
	case t.kind == tKeyword:
		switch p.text(t) {
		case "None", "True", "False":
			return p.atom()
		}
	case p.is(t, tOp, "("), p.is(t, tOp, "["):
		open := p.text(p.next())
		end := ")"
		if open == "[" {
			end = "]"
		}
		var elts []Expr
		comma := false
		for !p.isOp(end) {
			elts = append(elts, p.pattern())
			if !p.op(",") {
				break
			}
			comma = true
		}
		p.expect(end)
		if open == "[" {
			return &List{exprNode{p.from(start)}, elts}
		}
		if len(elts) == 1 && !comma {
			return elts[0]
		}
		return &Tuple{exprNode{p.from(start)}, elts}
	case p.is(t, tOp, "{"):
		p.next()
		d := &Dict{}
		for !p.isOp("}") {
			if p.op("**") {
				d.Keys = append(d.Keys, nil)
				d.Values = append(d.Values, p.name())
			} else {
				d.Keys = append(d.Keys, p.closedPattern())
				p.expect(":")
				d.Values = append(d.Values, p.pattern())
			}
			if !p.op(",") {
				break
			}
		}
		p.expect("}")
		d.Range = p.from(start)
		return d
	case t.kind == tName:
		var e Expr = p.name()
		for p.op(".") {
			a := p.name()
			e = &Attribute{exprNode{p.from(start)}, e, a}
		}
		if p.op("(") {
			c := &Call{Func: e}
			for !p.isOp(")") {
				if k := p.peek(); k.kind == tName && p.is(p.peekAt(1), tOp, "=") {
					p.next()
					p.next()
					v := p.pattern()
					c.Keywords = append(c.Keywords, Keyword{p.from(int(k.start)), p.nameOf(k).ID, v})
				} else {
					if len(c.Keywords) > 0 {
						p.fail(k, "a positional pattern follows a named one")
					}
					c.Args = append(c.Args, p.pattern())
				}
				if !p.op(",") {
					break
				}
			}
			p.expect(")")
			c.Range = p.from(start)
			return c
		}
		return e
	}
	if t.kind == tBad {
		p.fail(t, p.why(t))
	}
	p.fail(t, "expected a pattern")
	return nil
}
