// Package web reads front-end source without understanding all of it: the tokens of JavaScript, TypeScript and JSX, also inside the
// script elements of HTML, Vue and Svelte files, and the resources that HTML pages and Django templates load. What is not well formed
// is read as far as it goes; nothing is ever run.
package web

import "github.com/prodcheck/prodcheck/internal/source"

// A Kind says what a token is.
type Kind uint8

// The kinds of token. Comments are left out.
const (
	Ident    Kind = iota // also keywords and private names
	String               // a quoted string, or a template literal without ${}
	Template             // a template literal with ${}: Text is what stands before the first one
	Number
	Regexp
	Punct   // one operator or bracket: Text is "=>", "||", "(" …
	JSXText // text between JSX tags
)

// A Token is one token with its place. Text is the value of a String after escapes, and what is written for all others.
type Token struct {
	Kind Kind
	Text string
	Span source.Span
}

// maxSource is the size of the largest file that is read, and maxTokens the number of tokens that are kept of one.
const (
	maxSource = 2 << 20
	maxTokens = 400000
	maxDepth  = 200
	maxRegexp = 4000 // bytes of one regular expression
)
