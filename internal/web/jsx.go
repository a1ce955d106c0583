package web

import (
	"bytes"
	"strings"
)

// startsElement reports whether "<" begins a JSX element and is neither a comparison nor a type argument.
func (l *lexer) startsElement() bool {
	c := l.at(l.pos + 1)
	if c != '>' && c != '_' && c != '$' && !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
		return false
	}
	if n := len(l.tokens); n > 0 && !l.expectsValue() {
		t := l.tokens[n-1]
		if !(t.Kind == Punct && t.Text == ")" || t.Kind == Punct && t.Text == "}") {
			return false
		}
	}
	if c == '>' {
		return true
	}
	i := l.pos + 1
	for i < len(l.text) && (isIdentPart(l.text[i]) || l.text[i] == '.' || l.text[i] == '-' || l.text[i] == ':') {
		i++
	}
	rest := strings.TrimLeft(string(l.text[i:min(len(l.text), i+40)]), " \t")
	// <T,>(x) and <T extends Y>(x) are type parameters of an arrow function
	return !strings.HasPrefix(rest, ",") && !strings.HasPrefix(rest, "extends ") && !strings.HasPrefix(rest, "=>")
}

// element reads a JSX element with its children. Attribute strings know no escapes; a name of an attribute is an Ident, so that
// src="…" reads as Ident, "=", String.
func (l *lexer) element(depth int) {
	if depth > maxDepth {
		l.punct()
		return
	}
	l.punct() // "<"
	closed := l.tag(depth)
	if closed || l.pos >= len(l.text) {
		return
	}
	for l.pos < len(l.text) && len(l.tokens) < maxTokens {
		start := l.pos
		switch c := l.text[l.pos]; {
		case c == '{':
			l.punct()
			l.code(depth+1, true)
			if l.at(l.pos) == '}' {
				l.punct()
			}
		case c == '<' && l.at(l.pos+1) == '/':
			for l.pos < len(l.text) && l.text[l.pos] != '>' {
				l.pos++
			}
			l.pos = min(l.pos+1, len(l.text))
			l.emit(Punct, "</>", start)
			return
		case c == '<':
			l.element(depth + 1)
		default:
			for l.pos < len(l.text) && l.text[l.pos] != '<' && l.text[l.pos] != '{' {
				l.pos++
			}
			l.emit(JSXText, string(l.text[start:l.pos]), start)
		}
	}
}

// tag reads the rest of an opening tag and reports whether it closes itself.
func (l *lexer) tag(depth int) (closed bool) {
	for l.pos < len(l.text) && len(l.tokens) < maxTokens {
		start := l.pos
		switch c := l.text[l.pos]; {
		case c == '>':
			l.punct()
			return false
		case c == '/' && l.at(l.pos+1) == '>':
			l.pos += 2
			l.emit(Punct, "/>", start)
			return true
		case c == '/' && l.at(l.pos+1) == '*':
			l.skipBlock()
		case c == '/' && l.at(l.pos+1) == '/':
			l.skipLine()
		case c == '"' || c == '\'':
			end := bytes.IndexByte(l.text[l.pos+1:], c)
			if end < 0 {
				l.pos = len(l.text)
				return true
			}
			l.pos += end + 2
			l.emit(String, string(l.text[start+1:l.pos-1]), start)
		case c == '{':
			l.punct()
			l.code(depth+1, true)
			if l.at(l.pos) == '}' {
				l.punct()
			}
		case isIdentStart(c):
			for l.pos < len(l.text) && (isIdentPart(l.text[l.pos]) || l.text[l.pos] == '-' || l.text[l.pos] == '.' || l.text[l.pos] == ':') {
				l.pos++
			}
			l.emit(Ident, string(l.text[start:l.pos]), start)
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			l.pos++
		default:
			l.punctOne()
		}
	}
	return true
}

// punctOne reads one byte: "=>" is no operator inside a tag.
func (l *lexer) punctOne() {
	start := l.pos
	l.pos++
	l.emit(Punct, string(l.text[start:l.pos]), start)
}
