package web

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Lex returns the tokens of a script file. JSX is read in every file but those that end in .ts, .mts or .cts, where "<" cannot start
// an element.
func Lex(f *source.File) []Token {
	switch path.Ext(f.Path) {
	case ".ts", ".mts", ".cts":
		return lexRange(f, 0, len(f.Text), false)
	}
	return lexRange(f, 0, len(f.Text), true)
}

func lexRange(f *source.File, start, end int, jsx bool) []Token {
	if len(f.Text) > maxSource {
		return nil
	}
	l := &lexer{file: f, text: f.Text[:end], pos: start, jsx: jsx}
	l.code(0, false)
	return l.tokens
}

type lexer struct {
	file   *source.File
	text   []byte
	pos    int
	jsx    bool
	tokens []Token
}

func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

func (l *lexer) emit(k Kind, text string, start int) {
	if len(l.tokens) < maxTokens {
		l.tokens = append(l.tokens, Token{k, text, source.Span{File: l.file, Start: start, End: l.pos}})
	}
}

// code reads tokens up to the end of the text or, inside a template or a JSX expression, up to the brace that closes it.
func (l *lexer) code(depth int, inner bool) {
	open := 0
	for l.pos < len(l.text) && len(l.tokens) < maxTokens {
		c, start := l.text[l.pos], l.pos
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
			l.pos++
		case c == '/' && l.at(l.pos+1) == '/' || c == '#' && start == 0 && l.at(1) == '!':
			l.skipLine()
		case c == '/' && l.at(l.pos+1) == '*':
			l.skipBlock()
		case c == '"' || c == '\'':
			l.quoted(c)
		case c == '`':
			l.template(depth)
		case c == '/' && l.expectsValue():
			l.regexp()
		case c == '<' && l.jsx && l.startsElement():
			l.element(depth)
		case c == '}' && inner && open == 0:
			return
		case isIdentStart(c):
			l.ident()
		case '0' <= c && c <= '9':
			for l.pos < len(l.text) && (isIdentPart(l.text[l.pos]) || l.text[l.pos] == '.') {
				l.pos++
			}
			l.emit(Number, string(l.text[start:l.pos]), start)
		default:
			switch c {
			case '{':
				open++
			case '}':
				open--
			}
			l.punct()
		}
	}
}

func (l *lexer) skipLine() {
	for l.pos < len(l.text) && l.text[l.pos] != '\n' && l.text[l.pos] != '\r' {
		l.pos++
	}
}

func (l *lexer) skipBlock() {
	if i := bytes.Index(l.text[l.pos+2:], []byte("*/")); i >= 0 {
		l.pos += i + 4
		return
	}
	l.pos = len(l.text)
}

func (l *lexer) ident() {
	start := l.pos
	for l.pos < len(l.text) && isIdentPart(l.text[l.pos]) {
		l.pos++
	}
	l.emit(Ident, string(l.text[start:l.pos]), start)
}

func isIdentStart(c byte) bool {
	return c == '_' || c == '$' || c == '#' || c == '@' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

func isIdentPart(c byte) bool { return isIdentStart(c) && c != '#' && c != '@' || '0' <= c && c <= '9' }

// quoted reads a string; one without its closing quote ends with the line.
func (l *lexer) quoted(q byte) {
	start := l.pos
	l.pos++
	var b strings.Builder
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case c == q:
			l.pos++
			l.emit(String, b.String(), start)
			return
		case c == '\n' || c == '\r':
			l.emit(String, b.String(), start)
			return
		case c == '\\' && l.pos+1 < len(l.text):
			b.WriteString(unescape(l.text[l.pos+1]))
			l.pos += 2
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	l.emit(String, b.String(), start)
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\n':
		return ""
	}
	return string(rune(c))
}

// template reads a template literal; the tokens of its ${} follow the token of the literal itself.
func (l *lexer) template(depth int) {
	start := l.pos
	l.pos++
	var b strings.Builder
	mark := -1
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case c == '`':
			l.pos++
			if mark < 0 {
				l.emit(String, b.String(), start)
			} else {
				l.tokens[mark].Span.End = l.pos
			}
			return
		case c == '\\':
			b.WriteString(unescape(l.at(l.pos + 1)))
			l.pos = min(l.pos+2, len(l.text))
		case c == '$' && l.at(l.pos+1) == '{' && depth < maxDepth:
			if mark < 0 && len(l.tokens) < maxTokens {
				mark = len(l.tokens)
				l.emit(Template, b.String(), start)
			}
			l.pos += 2
			l.code(depth+1, true)
			if l.pos < len(l.text) {
				l.pos++ // the closing brace
			}
			if len(l.tokens) >= maxTokens {
				return
			}
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	if mark < 0 {
		l.emit(String, b.String(), start)
	}
}

// regexp reads a regular expression; without a closing slash on its line it is a division after all.
func (l *lexer) regexp() {
	start := l.pos
	class := false
	for i := l.pos + 1; i < min(len(l.text), l.pos+maxRegexp); i++ {
		switch c := l.text[i]; {
		case c == '\n' || c == '\r':
			l.punct()
			return
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			for i++; i < len(l.text) && isIdentPart(l.text[i]); i++ {
			}
			l.pos = i
			l.emit(Regexp, string(l.text[start:i]), start)
			return
		}
	}
	l.punct()
}

// expectsValue reports whether a value may stand here, so that a slash starts a regular expression and "<" an element.
func (l *lexer) expectsValue() bool {
	if len(l.tokens) == 0 {
		return true
	}
	switch t := l.tokens[len(l.tokens)-1]; t.Kind {
	case Ident:
		switch t.Text {
		case "return", "typeof", "case", "in", "of", "do", "else", "await", "yield", "new", "delete", "void", "default", "throw", "instanceof":
			return true
		}
		return false
	case Punct:
		return t.Text != ")" && t.Text != "]" && t.Text != "}" && t.Text != "++" && t.Text != "--"
	}
	return false
}

var operators = []string{">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**"}

func (l *lexer) punct() {
	start := l.pos
	rest := l.text[l.pos:min(len(l.text), l.pos+4)]
	for _, op := range operators {
		if strings.HasPrefix(string(rest), op) {
			l.pos += len(op)
			l.emit(Punct, op, start)
			return
		}
	}
	l.pos++
	l.emit(Punct, string(l.text[start:l.pos]), start)
}
