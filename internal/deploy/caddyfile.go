package deploy

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A caddyNode is one line of a Caddyfile with the block it opens.
type caddyNode struct {
	words []caddyWord
	block []*caddyNode
	has   bool // it opens a block, which may be empty
	span  source.Span
}

type caddyWord struct {
	text  string
	known bool // no variable in it that is not known
	span  source.Span
}

// name is the first word of a line, or "".
func (n *caddyNode) name() string {
	if len(n.words) == 0 {
		return ""
	}
	return n.words[0].text
}

// arg is the i-th word behind the name, "" if there are fewer.
func (n *caddyNode) arg(i int) string {
	if i+1 >= len(n.words) {
		return ""
	}
	return n.words[i+1].text
}

const (
	maxCaddySize  = 1 << 20
	maxCaddyNodes = 20_000
	maxCaddyDepth = 40
)

// A caddyReader splits a Caddyfile into lines and blocks ("Caddyfile Concepts"): words are separated by blanks, quoted with " or `,
// a block opens with { as the last word of a line and closes with } alone.
type caddyReader struct {
	file  *source.File
	env   func(name string) (string, bool)
	pos   int
	nodes int
}

// parseCaddyfile reads a Caddyfile. env answers for {$NAME}; what it does not know makes the word not known.
func parseCaddyfile(f *source.File, env func(name string) (string, bool)) []*caddyNode {
	if f == nil || len(f.Text) > maxCaddySize {
		return nil
	}
	r := &caddyReader{file: f, env: env}
	return r.lines(0)
}

func (r *caddyReader) lines(depth int) (out []*caddyNode) {
	for r.pos < len(r.file.Text) && r.nodes < maxCaddyNodes {
		n, closed := r.line()
		if closed {
			return out
		}
		if n == nil {
			continue
		}
		r.nodes++
		if n.has && depth < maxCaddyDepth {
			n.block = r.lines(depth + 1)
		}
		out = append(out, n)
	}
	return out
}

// line reads the words up to the end of the line. closed is true for the } that ends a block.
func (r *caddyReader) line() (n *caddyNode, closed bool) {
	text := r.file.Text
	n = &caddyNode{span: source.Span{File: r.file, Start: r.pos}}
	for r.pos < len(text) {
		switch c := text[r.pos]; {
		case c == '\n' || c == '\r':
			r.pos++
			if k := len(n.words); k > 0 && strings.HasSuffix(n.words[k-1].text, ",") {
				continue // a list of addresses goes on
			}
			return r.done(n)
		case c == ' ' || c == '\t':
			r.pos++
		case c == '\\' && r.pos+1 < len(text) && (text[r.pos+1] == '\n' || text[r.pos+1] == '\r'):
			for r.pos++; r.pos < len(text) && (text[r.pos] == '\n' || text[r.pos] == '\r'); r.pos++ {
			}
		case c == '#':
			for r.pos < len(text) && text[r.pos] != '\n' && text[r.pos] != '\r' {
				r.pos++
			}
		default:
			w := r.word()
			if len(n.words) == 0 && w.text == "}" {
				return nil, true
			}
			if len(n.words) == 0 {
				n.span.Start = w.span.Start
			}
			if w.text == "{" && w.span.End-w.span.Start == 1 {
				n.has = true
				n.span.End = w.span.End
				return n, false
			}
			n.words = append(n.words, w)
			n.span.End = w.span.End
		}
	}
	return r.done(n)
}

func (r *caddyReader) done(n *caddyNode) (*caddyNode, bool) {
	if len(n.words) == 0 {
		return nil, false
	}
	return n, false
}

func (r *caddyReader) word() caddyWord {
	text, start := r.file.Text, r.pos
	var b strings.Builder
	if q := text[r.pos]; q == '"' || q == '`' {
		for r.pos++; r.pos < len(text) && text[r.pos] != q; r.pos++ {
			if q == '"' && text[r.pos] == '\\' && r.pos+1 < len(text) && text[r.pos+1] == '"' {
				r.pos++
			}
			b.WriteByte(text[r.pos])
		}
		r.pos = min(r.pos+1, len(text))
	} else {
		for r.pos < len(text) && !strings.ContainsRune(" \t\r\n", rune(text[r.pos])) {
			b.WriteByte(text[r.pos])
			r.pos++
		}
	}
	w := caddyWord{span: source.Span{File: r.file, Start: start, End: r.pos}}
	w.text, w.known = r.expand(b.String())
	return w
}

// expand replaces {$NAME} and {$NAME:default}.
func (r *caddyReader) expand(s string) (string, bool) {
	known := true
	var b strings.Builder
	for {
		i := strings.Index(s, "{$")
		if i < 0 {
			b.WriteString(s)
			return b.String(), known && !strings.Contains(s, "{env.")
		}
		j := strings.IndexByte(s[i:], '}')
		if j < 0 {
			b.WriteString(s)
			return b.String(), false
		}
		name, fallback, has := strings.Cut(s[i+2:i+j], ":")
		b.WriteString(s[:i])
		value, ok := "", false
		if r.env != nil {
			value, ok = r.env(name)
		}
		switch {
		case ok && (value != "" || !has):
			b.WriteString(value)
		case ok && has:
			b.WriteString(fallback)
		default:
			known = false
			b.WriteString(s[i : i+j+1])
		}
		s = s[i+j+1:]
	}
}
