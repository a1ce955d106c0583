package python

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Parse reads a file. It never fails: what it cannot read is a BadStmt and a Problem, one for each logical line with the block
// that hangs on it. Past 2 MB nothing is read.
func Parse(f *source.File) *Module {
	m := &Module{File: f}
	src := f.Text
	if len(src) > maxSize {
		m.Incomplete = true
		m.Problems = append(m.Problems, source.Problem{Span: source.Span{File: f}, Text: "the file is larger than 2 MB and was not read"})
		m.Body = []Stmt{&BadStmt{stmtNode{Range{0, len(src)}}}}
		return m
	}
	p := &parser{src: src, mod: m}
	var unknown string
	p.charset, unknown = declared(src)
	if unknown != "" {
		m.Problems = append(m.Problems, source.Problem{Span: f.LineSpan(1), Text: "the encoding " + unknown + " is not read: text beyond ASCII may be wrong"})
	}
	p.lx = lex(src, p.charset != nil || unknown != "")
	p.toks = p.lx.toks
	m.Body = p.block(true)
	m.Comments = p.lx.comments
	if !sort.SliceIsSorted(m.Comments, func(i, j int) bool { return m.Comments[i].From < m.Comments[j].From }) {
		sort.Slice(m.Comments, func(i, j int) bool { return m.Comments[i].From < m.Comments[j].From })
	}
	m.Incomplete = m.Incomplete || p.lx.cut >= 0
	return m
}

var cookie = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`)
var emptyLine = regexp.MustCompile(`^[ \t\f]*(?:[#\r\n]|$)`)

// declared returns the character map of a coding cookie (PEP 263), nil for UTF-8, or the name of an encoding that is not read.
func declared(src []byte) (*charmap.Charmap, string) {
	rest := src
	for range 2 {
		line := rest
		if i := bytes.IndexAny(rest, "\r\n"); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		if m := cookie.FindSubmatch(line); m != nil {
			name := strings.ToLower(strings.ReplaceAll(string(m[1]), "_", "-"))
			switch {
			case name == "utf-8" || strings.HasPrefix(name, "utf-8-") || name == "utf8" || name == "ascii" || name == "us-ascii":
				return nil, ""
			case name == "latin-1" || name == "iso-8859-1" || name == "latin1" || name == "iso-latin-1" || strings.HasPrefix(name, "iso-8859-1-") || strings.HasPrefix(name, "latin-1-"):
				return charmap.ISO8859_1, ""
			case name == "iso-8859-15" || name == "iso8859-15" || name == "latin-9":
				return charmap.ISO8859_15, ""
			case name == "koi8-r":
				return charmap.KOI8R, ""
			case name == "cp1252" || name == "windows-1252":
				return charmap.Windows1252, ""
			case name == "cp1251" || name == "windows-1251":
				return charmap.Windows1251, ""
			case name == "cp1250" || name == "windows-1250":
				return charmap.Windows1250, ""
			case name == "iso8859-1":
				return charmap.ISO8859_1, ""
			case name == "iso-8859-2" || name == "iso8859-2" || name == "latin-2":
				return charmap.ISO8859_2, ""
			}
			return nil, name
		}
		if !emptyLine.Match(line) {
			break
		}
	}
	return nil, ""
}

type parser struct {
	src     []byte
	mod     *Module
	lx      *lexer
	toks    []token
	pos     int
	last    int // end of the token read last
	depth   int
	yields  []bool // one per function being read: whether it yields
	charset *charmap.Charmap
}

// syntaxError unwinds to the statement that is being read.
type syntaxError struct {
	at   int
	text string
}

func (p *parser) fail(t token, text string) {
	panic(syntaxError{int(t.start), text})
}

func (p *parser) peek() token { return p.toks[p.pos] }

func (p *parser) peekAt(n int) token { return p.toks[min(p.pos+n, len(p.toks)-1)] }

func (p *parser) next() token {
	t := p.toks[p.pos]
	if p.pos < len(p.toks)-1 {
		p.pos++
	}
	if t.kind == tBad {
		p.fail(t, p.why(t))
	}
	p.last = int(t.end)
	return t
}

func (p *parser) why(t token) string {
	if s := p.lx.problems[t.start]; s != "" {
		return s
	}
	return "this is not Python"
}

func (p *parser) text(t token) string { return string(p.src[t.start:t.end]) }

func (p *parser) is(t token, k kind, s string) bool {
	return t.kind == k && int(t.end-t.start) == len(s) && string(p.src[t.start:t.end]) == s
}

func (p *parser) isOp(s string) bool      { return p.is(p.peek(), tOp, s) }
func (p *parser) isKeyword(s string) bool { return p.is(p.peek(), tKeyword, s) }

func (p *parser) op(s string) bool {
	if p.isOp(s) {
		p.next()
		return true
	}
	return false
}

func (p *parser) keyword(s string) bool {
	if p.isKeyword(s) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(s string) token {
	t := p.peek()
	if t.kind == tBad {
		p.fail(t, p.why(t))
	}
	if t.kind != tOp && t.kind != tKeyword || p.text(t) != s {
		p.fail(t, "expected '"+s+"'")
	}
	return p.next()
}

func (p *parser) enter(t token) {
	if p.depth++; p.depth > maxDepth {
		p.fail(t, "nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) from(start int) Range { return Range{start, max(start, p.last)} }

func (p *parser) name() *Name {
	t := p.peek()
	if t.kind != tName {
		if t.kind == tBad {
			p.fail(t, p.why(t))
		}
		p.fail(t, "expected a name")
	}
	p.next()
	return p.nameOf(t)
}

func (p *parser) nameOf(t token) *Name {
	id := p.text(t)
	for i := 0; i < len(id); i++ {
		if id[i] >= utf8.RuneSelf {
			if p.charset != nil {
				s, _ := p.charset.NewDecoder().String(id)
				id = s
			}
			id = norm.NFKC.String(id)
			break
		}
	}
	return &Name{exprNode{Range{int(t.start), int(t.end)}}, id}
}

// block reads statements to the end of the file, or to the end of the block if the file is not the block.
func (p *parser) block(file bool) []Stmt {
	var body []Stmt
	for {
		t := p.peek()
		switch t.kind {
		case tEOF:
			return body
		case tDedent:
			if !file {
				p.pos++
				return body
			}
			p.pos++
			continue
		case tNewline:
			p.pos++
			continue
		}
		body = p.statement(body)
	}
}

// statement reads one logical line, with its block if it has one, and appends its statements to body. If it is broken it
// becomes one BadStmt.
func (p *parser) statement(body []Stmt) (out []Stmt) {
	start := p.pos
	toks := p.toks
	depth, yields, n := p.depth, len(p.yields), len(body)
	defer func() {
		if e := recover(); e != nil {
			se, ok := e.(syntaxError)
			if !ok {
				panic(e)
			}
			p.toks, p.depth, p.yields = toks, depth, p.yields[:yields]
			out = append(body[:n], p.skip(start, se))
		}
	}()
	if t := p.peek(); t.kind == tIndent {
		p.fail(t, "unexpected indentation")
	}
	return p.compound(body)
}

// skip gives up on the logical line that begins at token start, and on the block that hangs on it.
func (p *parser) skip(start int, se syntaxError) Stmt {
	p.pos = start
	begin := int(p.toks[start].start)
	end := begin
	for p.toks[p.pos].kind != tNewline && p.toks[p.pos].kind != tEOF && p.toks[p.pos].kind != tIndent && p.toks[p.pos].kind != tDedent {
		end = int(p.toks[p.pos].end)
		p.pos++
	}
	if p.toks[p.pos].kind == tNewline {
		p.pos++
	}
	if p.toks[p.pos].kind == tIndent {
		for depth := 0; ; p.pos++ {
			t := p.toks[p.pos]
			if t.kind == tEOF {
				break
			}
			if t.kind == tIndent {
				depth++
			} else if t.kind == tDedent {
				if depth--; depth == 0 {
					p.pos++
					break
				}
			} else if t.kind != tNewline {
				end = int(t.end)
			}
		}
	}
	at := max(begin, min(se.at, end))
	p.last = end
	p.mod.Problems = append(p.mod.Problems, source.Problem{Span: source.Span{File: p.mod.File, Start: at, End: max(at, min(end, at+1))}, Text: se.text})
	return &BadStmt{stmtNode{Range{begin, end}}}
}

// suite reads what follows the colon of a compound statement.
func (p *parser) suite() []Stmt {
	p.expect(":")
	if p.peek().kind == tNewline {
		p.next()
		t := p.peek()
		if t.kind != tIndent {
			p.fail(t, "expected an indented block")
		}
		p.pos++
		return p.block(false)
	}
	return p.simpleLine(nil)
}

func (p *parser) compound(body []Stmt) []Stmt {
	t := p.peek()
	start := int(t.start)
	p.enter(t)
	defer p.leave()
	if t.kind == tKeyword {
		switch p.text(t) {
		case "if":
			p.next()
			return append(body, p.ifStmt(start))
		case "for":
			p.next()
			return append(body, p.forStmt(start, false))
		case "while":
			p.next()
			s := &While{Test: p.namedExpr()}
			s.Body = p.suite()
			s.Else = p.orElse()
			s.Range = p.from(start)
			return append(body, s)
		case "try":
			p.next()
			return append(body, p.tryStmt(start))
		case "with":
			p.next()
			return append(body, p.withStmt(start, false))
		case "def":
			p.next()
			return append(body, p.funcDef(start, nil, false))
		case "class":
			p.next()
			return append(body, p.classDef(start, nil))
		case "async":
			p.next()
			return append(body, p.asyncStmt(start, nil))
		}
	}
	if p.is(t, tOp, "@") {
		return append(body, p.decorated(start))
	}
	if t.kind == tName && p.is(t, tName, "match") && p.matchAhead() {
		return append(body, p.matchStmt(start))
	}
	return p.simpleLine(body)
}

// matchAhead reports whether a match statement begins here: its line ends in a colon and its block begins with case.
func (p *parser) matchAhead() bool {
	i := p.pos + 1
	for i < len(p.toks) && p.toks[i].kind != tNewline && p.toks[i].kind != tEOF {
		i++
	}
	return i+2 < len(p.toks) && i > p.pos+2 && p.is(p.toks[i-1], tOp, ":") && p.toks[i+1].kind == tIndent && p.is(p.toks[i+2], tName, "case")
}

func (p *parser) asyncStmt(start int, decorators []Expr) Stmt {
	switch {
	case p.keyword("def"):
		return p.funcDef(start, decorators, true)
	case decorators == nil && p.keyword("for"):
		return p.forStmt(start, true)
	case decorators == nil && p.keyword("with"):
		return p.withStmt(start, true)
	}
	p.fail(p.peek(), "expected def, for or with after async")
	return nil
}

func (p *parser) decorated(start int) Stmt {
	var ds []Expr
	for p.op("@") {
		ds = append(ds, p.namedExpr())
		if t := p.peek(); t.kind != tNewline {
			p.fail(t, "expected the end of the line")
		}
		p.next()
	}
	at := int(p.peek().start)
	switch {
	case p.keyword("def"):
		return p.funcDef(at, ds, false)
	case p.keyword("class"):
		return p.classDef(at, ds)
	case p.keyword("async"):
		return p.asyncStmt(at, ds)
	}
	p.fail(p.peek(), "expected def or class after a decorator")
	return nil
}

// ifStmt reads an if statement whose keyword is read. Its elif branches are read in a loop: a long chain costs no stack.
func (p *parser) ifStmt(start int) Stmt {
	var chain []*If
	for {
		s := &If{Test: p.namedExpr()}
		s.From = start
		s.Body = p.suite()
		chain = append(chain, s)
		if len(chain) > maxChain {
			p.fail(p.peek(), "too many branches")
		}
		if !p.isKeyword("elif") {
			break
		}
		start = int(p.next().start)
	}
	chain[len(chain)-1].Else = p.orElse()
	for i := len(chain) - 1; i >= 0; i-- {
		chain[i].To = p.last
		if i > 0 {
			chain[i-1].Else = []Stmt{chain[i]}
		}
	}
	return chain[0]
}

func (p *parser) orElse() []Stmt {
	if p.keyword("else") {
		return p.suite()
	}
	return nil
}

func (p *parser) forStmt(start int, async bool) Stmt {
	s := &For{Async: async}
	s.Target = p.targets()
	p.expect("in")
	s.Iter = p.starExprs(false)
	s.Body = p.suite()
	s.Else = p.orElse()
	s.Range = p.from(start)
	return s
}

// targets reads what a for or comprehension binds: names, attributes, items, and tuples of them.
func (p *parser) targets() Expr {
	start := int(p.peek().start)
	one := func() Expr {
		if t := p.peek(); p.op("*") {
			return &Starred{exprNode{Range{int(t.start), p.last}}, p.bitOr()}
		}
		return p.bitOr()
	}
	first := one()
	e := first
	if p.isOp(",") {
		elts := []Expr{first}
		for p.op(",") {
			if p.isKeyword("in") || p.isOp("=") {
				break
			}
			elts = append(elts, one())
		}
		e = &Tuple{exprNode{p.from(start)}, elts}
	}
	p.target(e)
	return e
}

// target refuses what cannot be assigned to.
func (p *parser) target(e Expr) {
	switch e := e.(type) {
	case *Name, *Attribute, *Subscript:
	case *Starred:
		p.target(e.Value)
	case *Tuple:
		for _, x := range e.Elts {
			p.target(x)
		}
	case *List:
		for _, x := range e.Elts {
			p.target(x)
		}
	default:
		panic(syntaxError{e.Pos(), "this cannot be assigned to"})
	}
}

func (p *parser) tryStmt(start int) Stmt {
	s := &Try{}
	s.Body = p.suite()
	for p.isKeyword("except") {
		h := &ExceptHandler{}
		at := int(p.next().start)
		if p.op("*") {
			s.Star = true
		}
		if !p.isOp(":") {
			h.Type = p.expr()
			if p.isOp(",") { // PEP 758
				elts := []Expr{h.Type}
				for p.op(",") {
					if p.isOp(":") {
						break
					}
					elts = append(elts, p.expr())
				}
				h.Type = &Tuple{exprNode{p.from(h.Type.Pos())}, elts}
			}
			if p.keyword("as") {
				h.Name = p.name()
			}
		}
		h.Body = p.suite()
		h.Range = p.from(at)
		s.Handlers = append(s.Handlers, h)
	}
	if len(s.Handlers) > 0 {
		s.Else = p.orElse()
	}
	if p.keyword("finally") {
		s.Finally = p.suite()
	} else if len(s.Handlers) == 0 {
		p.fail(p.peek(), "expected except or finally")
	}
	s.Range = p.from(start)
	return s
}

func (p *parser) withStmt(start int, async bool) Stmt {
	s := &With{Async: async}
	if p.isOp("(") {
		if items, ok := p.parenthesised(); ok {
			s.Items = items
		}
	}
	if s.Items == nil {
		for {
			s.Items = append(s.Items, p.withItem())
			if !p.op(",") {
				break
			}
		}
	}
	s.Body = p.suite()
	s.Range = p.from(start)
	return s
}

func (p *parser) withItem() WithItem {
	at := int(p.peek().start)
	it := WithItem{Context: p.expr()}
	if p.keyword("as") {
		it.Vars = p.withTarget()
	}
	it.Range = p.from(at)
	return it
}

func (p *parser) withTarget() Expr {
	t := p.peek()
	var e Expr
	if p.op("*") {
		e = &Starred{exprNode{Range{int(t.start), p.last}}, p.bitOr()}
	} else {
		e = p.bitOr()
	}
	p.target(e)
	return e
}

// parenthesised tries to read "(item, item)" as with items. Only if a colon follows the closing bracket is it that.
func (p *parser) parenthesised() (items []WithItem, ok bool) {
	pos, last, depth := p.pos, p.last, p.depth
	defer func() {
		if e := recover(); e != nil {
			if _, syntax := e.(syntaxError); !syntax {
				panic(e)
			}
			items, ok = nil, false
		}
		if !ok {
			p.pos, p.last, p.depth = pos, last, depth
		}
	}()
	p.expect("(")
	named := false
	for !p.isOp(")") {
		it := p.withItem()
		named = named || it.Vars != nil
		items = append(items, it)
		if !p.op(",") {
			break
		}
		named = true
	}
	p.expect(")")
	// "with (x):" is one expression in brackets, as CPython has it too
	return items, named && len(items) > 0 && p.isOp(":")
}

func (p *parser) funcDef(start int, decorators []Expr, async bool) Stmt {
	f := &FunctionDef{Decorators: decorators, Async: async, Name: p.name()}
	p.typeParams()
	p.expect("(")
	f.Args = p.arguments(")", true)
	p.expect(")")
	if p.op("->") {
		f.Returns = p.starExprs(false)
	}
	p.yields = append(p.yields, false)
	f.Body = p.suite()
	f.Generator = p.yields[len(p.yields)-1]
	p.yields = p.yields[:len(p.yields)-1]
	f.Range = p.from(start)
	return f
}

// typeParams reads and forgets the type parameters of PEP 695: they bind nothing that a value depends on.
func (p *parser) typeParams() {
	if !p.op("[") {
		return
	}
	for !p.isOp("]") {
		if !p.op("*") {
			p.op("**")
		}
		p.name()
		if p.op(":") {
			p.expr()
		}
		if p.op("=") {
			p.starExpr()
		}
		if !p.op(",") {
			break
		}
	}
	p.expect("]")
}

func (p *parser) classDef(start int, decorators []Expr) Stmt {
	c := &ClassDef{Decorators: decorators, Name: p.name()}
	p.typeParams()
	if p.isOp("(") {
		p.next()
		c.Bases, c.Keywords = p.callArgs()
	}
	c.Body = p.suite()
	c.Range = p.from(start)
	return c
}

// arguments reads parameters up to the given closing token, which it leaves.
func (p *parser) arguments(end string, annotated bool) *Arguments {
	a := &Arguments{}
	start := int(p.peek().start)
	star := false
	param := func(starred bool) Param {
		n := p.name()
		pr := Param{n.Range, n.ID, nil}
		if annotated && p.op(":") {
			if starred && p.isOp("*") {
				t := p.next()
				pr.Annotation = &Starred{exprNode{Range{int(t.start), p.last}}, p.expr()}
			} else {
				pr.Annotation = p.expr()
			}
		}
		return pr
	}
	for !p.isOp(end) {
		t := p.peek()
		switch {
		case p.op("**"):
			k := param(false)
			a.Kwarg = &k
			p.op(",")
			if !p.isOp(end) {
				p.fail(p.peek(), "a parameter follows **"+k.Name)
			}
			a.Range = p.from(start)
			return a
		case p.op("*"):
			if star {
				p.fail(t, "* stands twice")
			}
			star = true
			if p.isOp(",") {
				if n := p.peekAt(1); p.is(n, tOp, end) || p.is(n, tOp, "**") {
					p.fail(n, "named parameters must follow a bare *")
				}
			} else {
				v := param(true)
				a.Vararg = &v
			}
		case p.op("/"):
			if star || len(a.PosOnly) > 0 || len(a.Args) == 0 {
				p.fail(t, "/ is in the wrong place")
			}
			a.PosOnly, a.Args = a.Args, nil
		default:
			pr := param(false)
			var def Expr
			if p.op("=") {
				def = p.expr()
			}
			if star {
				a.KwOnly = append(a.KwOnly, pr)
				a.KwDefaults = append(a.KwDefaults, def)
			} else {
				a.Args = append(a.Args, pr)
				if def != nil {
					a.Defaults = append(a.Defaults, def)
				} else if len(a.Defaults) > 0 {
					p.fail(t, "a parameter without default follows one with default")
				}
			}
		}
		if !p.op(",") {
			break
		}
	}
	a.Range = p.from(start)
	return a
}
