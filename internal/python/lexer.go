package python

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Caps on what one file may cost.
const (
	maxSize    = 2 << 20 // bytes that are read of one file
	maxDepth   = 200     // nesting of expressions and brackets
	maxIndent  = 100     // nesting of blocks, as CPython's tokenizer
	maxChain   = 5000    // length of one chain of operators, attributes or elif branches
	maxResyncs = 50      // how often lexing starts anew behind an unclosed bracket
)

type kind uint8

const (
	tEOF kind = iota
	tNewline
	tIndent
	tDedent
	tName
	tKeyword
	tNumber
	tString  // not formatted
	tFString // f-string or t-string
	tOp
	tBad // what is not a token: the logical line it stands in is bad
)

type token struct {
	kind       kind
	start, end int32
}

// A lexer turns a file into tokens. Blank lines, comments and joined lines leave none.
type lexer struct {
	src      []byte
	pos      int
	toks     []token
	comments []Comment
	indents  []indent
	open     []byte // brackets
	openTok  int    // index of the first token of the logical line
	resyncs  int
	latin    bool   // a declared 8-bit encoding: bytes over 0x7f are letters
	problem  string // of the first tBad of the present line
	problems map[int32]string
	tripleAt int // offset of the first triple-quoted string, -1 if none
	cut      int // offset from which nothing can be trusted, -1 if none
}

type indent struct{ col, alt int }

func lex(src []byte, latin bool) *lexer {
	l := &lexer{src: src, indents: []indent{{}}, problems: map[int32]string{}, tripleAt: -1, cut: -1, latin: latin}
	l.toks = make([]token, 0, len(src)/5+16)
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		l.pos = 3
	}
	l.run()
	return l
}

func (l *lexer) emit(k kind, start, end int) {
	l.toks = append(l.toks, token{k, int32(start), int32(end)})
}

func (l *lexer) bad(start, end int, text string) {
	l.problems[int32(start)] = text
	l.emit(tBad, start, end)
}

func (l *lexer) run() {
	for l.line() {
	}
	for len(l.indents) > 1 {
		l.indents = l.indents[:len(l.indents)-1]
		l.emit(tDedent, len(l.src), len(l.src))
	}
	l.emit(tEOF, len(l.src), len(l.src))
}

// eol returns the length of the line end at i, or 0.
func (l *lexer) eol(i int) int {
	if i >= len(l.src) {
		return 0
	}
	switch l.src[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(l.src) && l.src[i+1] == '\n' {
			return 2
		}
		return 1
	}
	return 0
}

// line lexes one logical line and reports whether there may be another.
func (l *lexer) line() bool {
	col, alt := 0, 0
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; c {
		case ' ':
			col, alt = col+1, alt+1
		case '\t':
			col, alt = (col/8+1)*8, alt+1
		case '\f':
			col, alt = 0, 0
		case '\\':
			// a joined line at the start of a line keeps the indentation so far (CPython's tokenizer)
			if n := l.eol(l.pos + 1); n > 0 {
				l.pos += n
			} else {
				goto text
			}
		default:
			goto text
		}
		l.pos++
	}
text:
	if l.pos >= len(l.src) {
		return false
	}
	if l.src[l.pos] == '#' {
		l.comment()
	}
	if n := l.eol(l.pos); n > 0 {
		l.pos += n
		return true
	}
	if l.pos >= len(l.src) {
		return false
	}
	l.indentation(col, alt)
	l.openTok = len(l.toks)
	l.open = l.open[:0]
	lineStart := l.pos
	for {
		switch l.token() {
		case more:
			continue
		case lineEnd:
			l.emit(tNewline, l.pos, l.pos)
			l.pos += l.eol(l.pos)
			return true
		case fileEnd:
			if len(l.open) > 0 {
				return l.resync(lineStart, col, "a bracket is never closed")
			}
			if l.cut < 0 {
				l.emit(tNewline, l.pos, l.pos)
			}
			return false
		case mismatch:
			return l.resync(lineStart, col, "a closing bracket does not match the open one")
		}
	}
}

func (l *lexer) indentation(col, alt int) {
	top := l.indents[len(l.indents)-1]
	switch {
	case col == top.col:
		if alt != top.alt {
			l.bad(l.pos, l.pos, "tabs and spaces are mixed in the indentation")
		}
	case col > top.col:
		if alt <= top.alt {
			l.bad(l.pos, l.pos, "tabs and spaces are mixed in the indentation")
			return
		}
		if len(l.indents) > maxIndent {
			l.bad(l.pos, l.pos, "blocks are nested too deeply")
			return
		}
		l.indents = append(l.indents, indent{col, alt})
		l.emit(tIndent, l.pos, l.pos)
	default:
		for col < l.indents[len(l.indents)-1].col {
			l.indents = l.indents[:len(l.indents)-1]
			l.emit(tDedent, l.pos, l.pos)
		}
		if top = l.indents[len(l.indents)-1]; col != top.col {
			// an indentation that no outer block has: read as a block of its own, which nothing introduces
			l.indents = append(l.indents, indent{col, alt})
			l.emit(tIndent, l.pos, l.pos)
		} else if alt != top.alt {
			l.bad(l.pos, l.pos, "tabs and spaces are mixed in the indentation")
		}
	}
}

func (l *lexer) comment() {
	start := l.pos
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
		l.pos++
	}
	l.comments = append(l.comments, Comment{Range{start, l.pos}})
}

type state uint8

const (
	more state = iota
	lineEnd
	fileEnd
	mismatch
)

func (l *lexer) token() state {
	for {
		if l.pos >= len(l.src) {
			return fileEnd
		}
		switch c := l.src[l.pos]; c {
		case ' ', '\t', '\f':
			l.pos++
		case '#':
			l.comment()
		case '\n', '\r':
			if len(l.open) == 0 {
				return lineEnd
			}
			l.pos++
		case '\\':
			n := l.eol(l.pos + 1)
			if n == 0 {
				l.bad(l.pos, l.pos+1, "a backslash stands outside a string")
				l.pos++
				return more
			}
			l.pos += 1 + n
		default:
			return l.word(c)
		}
	}
}

func (l *lexer) word(c byte) state {
	start := l.pos
	switch {
	case isLetter(c) || c >= utf8.RuneSelf:
		if !l.name() {
			_, n := utf8.DecodeRune(l.src[l.pos:])
			l.pos = start + n
			l.bad(start, l.pos, "a character that Python does not know")
			return more
		}
		if l.pos < len(l.src) && (l.src[l.pos] == '"' || l.src[l.pos] == '\'') && isPrefix(l.src[start:l.pos]) {
			return l.str(start)
		}
		if isKeyword(l.src[start:l.pos]) {
			l.emit(tKeyword, start, l.pos)
		} else {
			l.emit(tName, start, l.pos)
		}
	case c >= '0' && c <= '9' || c == '.' && l.pos+1 < len(l.src) && l.src[l.pos+1] >= '0' && l.src[l.pos+1] <= '9':
		l.number()
	case c == '"' || c == '\'':
		return l.str(start)
	default:
		return l.op(c)
	}
	return more
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// name moves over an identifier and reports whether there is one.
func (l *lexer) name() bool {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if isLetter(c) || c >= '0' && c <= '9' {
			l.pos++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		if l.latin {
			l.pos++
			continue
		}
		r, n := utf8.DecodeRune(l.src[l.pos:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) && !unicode.Is(unicode.Other_ID_Start, r) &&
			(l.pos == start || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			break
		}
		l.pos += n
	}
	return l.pos > start
}

func isPrefix(b []byte) bool {
	if len(b) > 2 {
		return false
	}
	for _, c := range b {
		switch c | 0x20 {
		case 'r', 'b', 'u', 'f', 't':
		default:
			return false
		}
	}
	if len(b) == 2 {
		x, y := b[0]|0x20, b[1]|0x20
		return (x == 'r') != (y == 'r') && x != 'u' && y != 'u'
	}
	return true
}

var keywords = [...]string{"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
	"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass",
	"raise", "return", "try", "while", "with", "yield"}

func isKeyword(b []byte) bool {
	if len(b) < 2 || len(b) > 8 {
		return false
	}
	for _, k := range keywords {
		if k[0] == b[0] && k == string(b) {
			return true
		}
	}
	return false
}

func (l *lexer) number() {
	start := l.pos
	digits := func(ok func(byte) bool) bool {
		n, under := 0, true
		for l.pos < len(l.src) {
			c := l.src[l.pos]
			if c == '_' && !under {
				under = true
			} else if ok(c) {
				under = false
				n++
			} else {
				break
			}
			l.pos++
		}
		return n > 0 && !under
	}
	dec := func(c byte) bool { return c >= '0' && c <= '9' }
	ok := true
	isInt := true
	if l.src[l.pos] == '0' && l.pos+1 < len(l.src) && bytes.IndexByte([]byte("xXoObB"), l.src[l.pos+1]) >= 0 {
		base := l.src[l.pos+1] | 0x20
		l.pos += 2
		if l.pos < len(l.src) && l.src[l.pos] == '_' {
			l.pos++
		}
		ok = digits(func(c byte) bool {
			switch base {
			case 'x':
				return dec(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
			case 'o':
				return c >= '0' && c <= '7'
			}
			return c == '0' || c == '1'
		})
	} else {
		if l.src[l.pos] != '.' {
			ok = digits(dec)
		}
		intEnd := l.pos
		if l.pos < len(l.src) && l.src[l.pos] == '.' {
			isInt = false
			l.pos++
			if l.pos < len(l.src) && dec(l.src[l.pos]) {
				ok = digits(dec) && ok
			}
		}
		if l.pos < len(l.src) && l.src[l.pos]|0x20 == 'e' {
			p := l.pos
			l.pos++
			if l.pos < len(l.src) && (l.src[l.pos] == '+' || l.src[l.pos] == '-') {
				l.pos++
			}
			if l.pos < len(l.src) && dec(l.src[l.pos]) {
				isInt = false
				ok = digits(dec) && ok
			} else {
				l.pos = p
			}
		}
		imag := l.pos < len(l.src) && l.src[l.pos]|0x20 == 'j'
		if imag {
			isInt = false
			l.pos++
		}
		if isInt && l.src[start] == '0' { // 012 is no number in Python 3
			for _, c := range l.src[start:intEnd] {
				ok = ok && (c == '0' || c == '_')
			}
		}
	}
	// a letter glued to a number is an error, but "1if x else y" was tolerated up to 3.14: only keywords may follow
	if l.pos < len(l.src) && (isLetter(l.src[l.pos]) || l.src[l.pos] >= utf8.RuneSelf) {
		p := l.pos
		l.name()
		switch string(l.src[p:l.pos]) {
		case "and", "else", "for", "if", "in", "is", "or", "not":
			l.pos = p
		default:
			ok = false
		}
	}
	if !ok {
		l.bad(start, l.pos, "a number that Python does not know")
		return
	}
	l.emit(tNumber, start, l.pos)
}

var ops3 = [...]string{"**=", "//=", "<<=", ">>=", "..."}
var ops2 = [...]string{"**", "//", "<<", ">>", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", ":="}

func (l *lexer) op(c byte) state {
	start := l.pos
	switch c {
	case '(', '[', '{':
		if len(l.open) >= maxDepth {
			l.bad(start, start+1, "brackets are nested too deeply")
			l.pos++
			return more
		}
		l.open = append(l.open, c)
	case ')', ']', '}':
		want := byte('(')
		if c == ']' {
			want = '['
		} else if c == '}' {
			want = '{'
		}
		switch {
		case len(l.open) == 0:
			l.bad(start, start+1, "a closing bracket without an open one")
			l.pos++
			return more
		case l.open[len(l.open)-1] != want:
			return mismatch
		}
		l.open = l.open[:len(l.open)-1]
	case '$', '?', '`', '!':
		if c == '!' && start+1 < len(l.src) && l.src[start+1] == '=' {
			break
		}
		l.bad(start, start+1, "a character that Python does not know")
		l.pos++
		return more
	default:
		if bytes.IndexByte([]byte("+-*/%@&|^~<>=.,:;"), c) < 0 {
			l.bad(start, start+1, "a character that Python does not know")
			l.pos++
			return more
		}
	}
	rest := l.src[start:min(start+3, len(l.src))]
	n := 1
	if len(rest) >= 2 {
		for _, o := range ops2 {
			if o[0] == c && o[1] == rest[1] {
				n = 2
				break
			}
		}
		if len(rest) == 3 {
			for _, o := range ops3 {
				if o == string(rest) {
					n = 3
					break
				}
			}
		}
	}
	l.pos += n
	l.emit(tOp, start, l.pos)
	return more
}

// str lexes a string literal that begins at start, the prefix being read already.
func (l *lexer) str(start int) state {
	q := l.src[l.pos]
	formatted := false
	for _, c := range l.src[start:l.pos] {
		formatted = formatted || c|0x20 == 'f' || c|0x20 == 't'
	}
	triple := l.pos+2 < len(l.src) && l.src[l.pos+1] == q && l.src[l.pos+2] == q
	if triple && l.tripleAt < 0 {
		l.tripleAt = start
	}
	var end int
	if formatted {
		s := scanner{src: l.src}
		end = s.fstring(l.pos, 0)
	} else {
		end = stringEnd(l.src, l.pos)
	}
	if end < 0 {
		if triple {
			// Text and code have changed places somewhere, and nothing tells where: no statement behind the first triple quote of the
			// file can be trusted.
			l.cutAt(l.tripleAt)
			return fileEnd
		}
		l.bad(start, l.pos+1, "a string is never closed")
		for l.pos < len(l.src) && l.eol(l.pos) == 0 {
			l.pos++
		}
		return more
	}
	l.pos = end
	if formatted {
		l.emit(tFString, start, end)
	} else {
		l.emit(tString, start, end)
	}
	return more
}

// cutAt gives up on everything from an offset on: its logical line and all that follow.
func (l *lexer) cutAt(off int) {
	i := len(l.toks)
	for i > 0 && int(l.toks[i-1].start) >= off {
		i--
	}
	for i > 0 { // back to the start of the logical line
		if k := l.toks[i-1].kind; k == tNewline || k == tIndent || k == tDedent {
			break
		}
		i--
	}
	depth := 0
	l.toks = l.toks[:i]
	for _, t := range l.toks {
		if t.kind == tIndent {
			depth++
		} else if t.kind == tDedent {
			depth--
		}
	}
	for len(l.indents) > depth+1 {
		l.indents = l.indents[:len(l.indents)-1]
	}
	for len(l.indents) < depth+1 {
		l.indents = append(l.indents, indent{})
	}
	l.cut = off
	if i > 0 {
		l.cut = max(int(l.toks[i-1].end), 0)
	} else {
		l.cut = 0
	}
	l.bad(l.cut, len(l.src), "a triple-quoted string is never closed, so text and code cannot be told apart from here on")
	l.emit(tNewline, len(l.src), len(l.src))
	l.pos = len(l.src)
	l.open = l.open[:0]
}

// stringEnd returns the offset behind a plain string literal whose quote is at i, or -1 if it is not closed.
func stringEnd(src []byte, i int) int {
	q := src[i]
	if i+2 < len(src) && src[i+1] == q && src[i+2] == q {
		for i += 3; i < len(src); i++ {
			switch src[i] {
			case '\\':
				i++
			case q:
				if i+2 < len(src) && src[i+1] == q && src[i+2] == q {
					return i + 3
				}
			}
		}
		return -1
	}
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
			if i+1 < len(src) && src[i] == '\r' && src[i+1] == '\n' {
				i++
			}
		case '\n', '\r':
			return -1
		case q:
			return i + 1
		}
	}
	return -1
}

// resync gives up on the logical line that began at lineStart and looks for the next line where a statement begins beyond doubt.
func (l *lexer) resync(lineStart, col int, why string) bool {
	l.toks = l.toks[:l.openTok]
	l.resyncs++
	paren := bytes.IndexByte(l.open, '(') >= 0
	l.open = l.open[:0]
	i := lineStart
	for l.resyncs <= maxResyncs {
		for i < len(l.src) && l.eol(i) == 0 {
			i++
		}
		i += l.eol(i)
		if i >= len(l.src) {
			break
		}
		p, c := i, 0
		for p < len(l.src) && (l.src[p] == ' ' || l.src[p] == '\t') {
			if l.src[p] == '\t' {
				c = (c/8 + 1) * 8
			} else {
				c++
			}
			p++
		}
		if c <= col && l.begins(p, paren) {
			l.problems[int32(lineStart)] = why
			l.emit(tBad, lineStart, i)
			l.emit(tNewline, i, i)
			l.pos = i
			return true
		}
	}
	l.problems[int32(lineStart)] = why
	l.emit(tBad, lineStart, len(l.src))
	l.emit(tNewline, len(l.src), len(l.src))
	l.pos = len(l.src)
	l.cut = lineStart
	return false
}

// begins reports whether a statement begins at p beyond doubt, even if a bracket of an earlier line is still open. Inside
// parentheses "name = value" is a keyword argument, so there only keywords count.
func (l *lexer) begins(p int, paren bool) bool {
	end := p
	for end < len(l.src) && (isLetter(l.src[end]) || l.src[end] >= '0' && l.src[end] <= '9') {
		end++
	}
	switch string(l.src[p:end]) {
	case "import", "def", "class", "try", "while", "with", "return", "raise", "del", "pass", "global", "assert":
		return true
	case "from": // "yield from" may be broken before from, but then no import follows
		line := l.src[p:]
		if i := bytes.IndexAny(line, "\r\n"); i >= 0 {
			line = line[:i]
		}
		return bytes.Contains(line, []byte(" import "))
	}
	if paren || end == p || isKeyword(l.src[p:end]) {
		return false
	}
	for end < len(l.src) && (l.src[end] == ' ' || l.src[end] == '\t') {
		end++
	}
	return end+1 < len(l.src) && l.src[end] == '=' && l.src[end+1] != '='
}
