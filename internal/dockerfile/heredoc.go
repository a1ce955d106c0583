package dockerfile

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/source"
)

// heredocs reads the bodies that belong to the instruction, the first of which starts at next.
func (r *reading) heredocs(next int) int {
	in := r.in
	if in.Kind != Run && in.Kind != Copy && in.Kind != Add || in.Exec || !strings.Contains(r.l.text, "<<") {
		return next
	}
	for _, w := range heredocWords(r.l.text) {
		h, err := heredocOf(w)
		if err != nil {
			r.problem("a heredoc has a name that cannot be read")
			return next
		}
		if h == nil {
			continue
		}
		if len(in.Heredocs) == maxHeredocs {
			r.p.full(r.l, "more than 100 heredocs in one instruction: the rest is not read")
			return next
		}
		next = r.body(h, next)
	}
	return next
}

// body reads one heredoc up to its terminator. Without one, Docker refuses the file; the body is then all that follows.
func (r *reading) body(h *heredoc, next int) int {
	p, start := r.p, next
	doc := Heredoc{Name: h.name, Expand: h.expand}
	end, closed := len(p.src), false
	for next < len(p.src) {
		lineStart, _, after := p.rawLine(next)
		if p.tooLong(lineStart, after) {
			next = after
			continue
		}
		text := strings.TrimRight(p.src[lineStart:after], "\r\n")
		if h.chomp {
			text = strings.TrimLeft(text, "\t")
		}
		next = after
		if text == h.name {
			end, closed = lineStart, true
			break
		}
	}
	if !closed {
		r.problem("the heredoc " + quoteWord(h.name) + " has no end")
	}
	doc.Body = source.Span{File: p.file.Source, Start: start, End: end}
	doc.Text = p.src[start:end]
	if h.chomp {
		doc.Text = chomp(doc.Text)
	}
	r.in.Heredocs = append(r.in.Heredocs, doc)
	return next
}

// chomp takes the tabs off the start of each line.
func chomp(s string) string {
	var b bytes.Buffer
	for len(s) > 0 {
		n := strings.IndexByte(s, '\n') + 1
		if n == 0 {
			n = len(s)
		}
		b.WriteString(strings.TrimLeft(s[:n], "\t"))
		s = s[n:]
	}
	return b.String()
}

type heredoc struct {
	name          string
	expand, chomp bool
}

var heredocForm = regexp.MustCompile(`^(\d*)<<(-?)\s*([^<]*)$`)

// heredocOf reads one word as the start of a heredoc; nil if it is none.
func heredocOf(w string) (*heredoc, error) {
	m := heredocForm.FindStringSubmatch(w)
	if m == nil || m[3] == "" {
		return nil, nil
	}
	names, quotes, err := lexWords(m[3], false)
	if err != nil {
		return nil, err
	}
	if len(names) != 1 {
		return nil, nil
	}
	return &heredoc{name: names[0], expand: quotes == 0, chomp: m[2] == "-"}, nil
}

// heredocWords splits a whole instruction as BuildKit does to find heredocs. One that BuildKit cannot split has none.
func heredocWords(s string) []string {
	list, _, err := lexWords(s, true)
	if err != nil {
		return nil
	}
	return list
}

// lexWords splits at blanks outside quotes, as BuildKit's shell.Lex does with every variable unset and left as written. Raw keeps
// quotes and escapes. It also counts the quotes that it took off.
func lexWords(s string, raw bool) (out []string, quotes int, err error) {
	e := &expander{s: s, escape: '\\', lookup: func(string) binding { return unknown }, budget: new(int)}
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for !e.eof() {
		switch c := s[e.i]; c {
		case '\'', '"':
			start := e.i
			if c == '\'' {
				n := strings.IndexByte(s[e.i+1:], '\'')
				if n < 0 {
					return nil, 0, errQuote
				}
				e.i += n + 2
			} else if err := e.double(new(strings.Builder), false, false); err != nil {
				return nil, 0, err
			}
			text := s[start:e.i]
			if !raw {
				quotes += 2
				text = text[1 : len(text)-1]
				if c == '"' {
					text = unescape(text)
				}
			}
			b.WriteString(text)
		case '$':
			text, err := e.dollar()
			if err != nil {
				return nil, 0, err
			}
			for _, r := range text {
				if unicode.IsSpace(r) {
					flush()
				} else {
					b.WriteRune(r)
				}
			}
		case '<':
			b.WriteByte(c)
			if e.i++; !e.eof() && s[e.i] == '<' { // blanks between << and the name belong to the word
				n := e.i + 1
				for n < len(s) && (s[n] == ' ' || s[n] == '\t' || s[n] == '\r') {
					n++
				}
				b.WriteString(s[e.i:n])
				e.i = n
			}
		case '\\':
			if raw {
				b.WriteByte(c)
			}
			if e.i++; !e.eof() {
				_, n := utf8.DecodeRuneInString(s[e.i:])
				b.WriteString(s[e.i : e.i+n])
				e.i += n
			}
		default:
			r, n := utf8.DecodeRuneInString(s[e.i:])
			if unicode.IsSpace(r) {
				flush()
			} else {
				b.WriteString(s[e.i : e.i+n])
			}
			e.i += n
		}
	}
	flush()
	return out, quotes, nil
}

// unescape takes the backslashes off that escape something between double quotes.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`"$\`, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
