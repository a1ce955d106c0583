package dotenv

import (
	"strings"
	"unicode"
)

// raw follows docker run --env-file: a line is a comment, a name or NAME=value, and the value is everything up to the line
// end, quotes and all. Blanks before a name are dropped.
func (p *parser) raw() {
	i := 0
	if strings.HasPrefix(p.src, "\uFEFF") {
		i = len("\uFEFF")
	}
	for i < len(p.src) && !p.full {
		end := lineEnd(p.src, i)
		stop := len(strings.TrimSuffix(p.src[:end], "\r"))
		start := min(skip(p.src, i, unicode.IsSpace), stop)
		if line := p.src[start:stop]; line != "" && line[0] != '#' {
			key, value, found := strings.Cut(line, "=")
			switch {
			case key == "" || strings.ContainsAny(key, " \t\v\f"):
				p.problem(start, stop, "no usable variable name on this line")
			case found:
				p.add(key, start, start+len(key)+1, stop, text(value))
			default:
				p.addBare(key, start)
			}
		}
		i = end + 1
	}
}

// shell follows a POSIX shell that sources the file: assignments, exported or not. Other commands are not followed, and a
// command behind an assignment keeps it from lasting.
func (p *parser) shell() {
	for i := 0; i < len(p.src) && !p.full; {
		i = p.shellLine(i)
	}
}

type pending struct {
	key        string
	at, v, end int
	parts      []part
}

func (p *parser) shellLine(i int) int {
	s := p.src
	var line []pending
	command := -1
	exporting := false
	for {
		i = skip(s, i, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' })
		if i >= len(s) || s[i] == '\n' || s[i] == ';' {
			i++
			break
		}
		if s[i] == '#' {
			i = lineEnd(s, i)
			continue
		}
		for _, word := range []string{"export", "readonly", "declare", "typeset"} {
			if strings.HasPrefix(s[i:], word) && i+len(word) < len(s) && (s[i+len(word)] == ' ' || s[i+len(word)] == '\t') && command < 0 {
				i = skip(s, i+len(word), func(r rune) bool { return r == ' ' || r == '\t' })
				exporting = true
			}
		}
		if i >= len(s) {
			break
		}
		end := nameEnd(s, i)
		if end < len(s) && end > i && isNameStart(s[i]) && s[end] == '=' {
			w := shellWord{s: s, i: end + 1}
			w.read()
			line = append(line, pending{s[i:end], i, end + 1, w.i, w.parts})
			if w.open {
				p.badLine(i, "a quoted value has no closing quote")
			}
			i = w.i
			continue
		}
		if command < 0 && !exporting {
			command = i
		}
		w := shellWord{s: s, i: i}
		if w.read(); w.i == i {
			w.i++ // an operator
		}
		i = w.i
	}
	if command >= 0 && len(line) > 0 && command > line[len(line)-1].at {
		p.badLine(command, "a command follows the assignment, which then holds for that command only")
		return min(i, len(s))
	}
	for _, a := range line {
		v, end := a.v, a.end
		if q := s[v:end]; len(q) >= 2 && (q[0] == '"' || q[0] == '\'') && strings.IndexByte(q[1:], q[0]) == len(q)-2 {
			v, end = v+1, end-1
		}
		p.add(a.key, a.at, v, end, a.parts)
	}
	return min(i, len(s))
}

// A shellWord reads one word, which ends at an unquoted blank or operator.
type shellWord struct {
	s     string
	i     int
	parts []part
	open  bool // a quote is not closed
}

func (w *shellWord) lit(text string) {
	if n := len(w.parts); n > 0 && w.parts[n-1].name == "" && !w.parts[n-1].opaque {
		w.parts[n-1].text += text
		return
	}
	w.parts = append(w.parts, part{text: text})
}

func (w *shellWord) read() {
	for w.i < len(w.s) {
		switch c := w.s[w.i]; c {
		case ' ', '\t', '\n', '\r', ';', '&', '|', '<', '>', '(', ')':
			return
		case '\\':
			if strings.HasPrefix(w.s[w.i+1:], "\n") {
				w.i += 2
				continue
			}
			end := min(w.i+2, len(w.s))
			w.lit(w.s[w.i+1 : end])
			w.i = end
		case '\'':
			n := strings.IndexByte(w.s[w.i+1:], '\'')
			if n < 0 {
				w.open, w.i = true, lineEnd(w.s, w.i)
				return
			}
			w.lit(w.s[w.i+1 : w.i+1+n])
			w.i += n + 2
		case '"':
			w.double()
		case '$', '`':
			w.dollar()
		default:
			end := w.i + 1
			for end < len(w.s) && strings.IndexByte(" \t\n\r;&|<>()\\'\"$`", w.s[end]) < 0 {
				end++
			}
			w.lit(w.s[w.i:end])
			w.i = end
		}
	}
}

func (w *shellWord) double() {
	start := w.i
	for w.i++; w.i < len(w.s); {
		switch c := w.s[w.i]; {
		case c == '"':
			w.i++
			return
		case c == '\\' && w.i+1 < len(w.s) && strings.IndexByte("$`\"\\\n", w.s[w.i+1]) >= 0:
			if w.s[w.i+1] != '\n' {
				w.lit(w.s[w.i+1 : w.i+2])
			}
			w.i += 2
		case c == '$' || c == '`':
			w.dollar()
		default:
			end := w.i + 1
			for end < len(w.s) && strings.IndexByte("\"\\$`", w.s[end]) < 0 {
				end++
			}
			w.lit(w.s[w.i:end])
			w.i = end
		}
	}
	w.open, w.i = true, lineEnd(w.s, start)
	w.parts = []part{{text: w.s[start:w.i], opaque: true}}
}

// dollar reads a reference; one that this package does not evaluate is opaque.
func (w *shellWord) dollar() {
	s, i := w.s, w.i
	opaque := func(end int) {
		w.parts = append(w.parts, part{text: s[i:end], opaque: true})
		w.i = end
	}
	if s[i] == '`' {
		if n := strings.IndexByte(s[i+1:], '`'); n >= 0 {
			opaque(i + n + 2)
		} else {
			opaque(lineEnd(s, i))
		}
		return
	}
	if i+1 >= len(s) {
		w.lit("$")
		w.i++
		return
	}
	switch c := s[i+1]; {
	case isNameStart(c):
		end := nameEnd(s, i+1)
		w.parts = append(w.parts, part{text: s[i:end], name: s[i+1 : end], op: ""})
		w.i = end
	case c == '{':
		end := balanced(s, i+1, '{', '}')
		body := s[i+2 : max(i+2, end-1)]
		n := nameEnd(body, 0)
		if n == 0 || !isNameStart(body[0]) {
			opaque(end)
			return
		}
		op, arg := body[n:], ""
		for _, o := range []string{":-", ":+", ":?", ":=", "-", "+", "?", "="} {
			if strings.HasPrefix(op, o) {
				op, arg = o, op[len(o):]
				break
			}
		}
		if strings.ContainsAny(arg, "$`'\"\\") || strings.Trim(op, ":-+?=") != "" || op == ":" {
			opaque(end)
			return
		}
		op = strings.Replace(op, "=", "-", 1)
		r := part{text: s[i:end], name: body[:n], op: op}
		if op != "" {
			r.arg = text(arg)
		}
		w.parts = append(w.parts, r)
		w.i = end
	case c == '(':
		opaque(balanced(s, i+1, '(', ')'))
	case strings.IndexByte("'\"0123456789@*#?-$!", c) >= 0:
		opaque(i + 1 + len(string(rune(c))))
	default:
		w.lit("$")
		w.i++
	}
}

// balanced returns the offset behind the bracket that closes the one at i, or the end of the line if none does.
func balanced(s string, i int, open, shut byte) int {
	depth := 0
	for j := i; j < len(s) && j < i+maxValue; j++ {
		switch s[j] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return j + 1
			}
		case '\\':
			j++
		}
	}
	return max(lineEnd(s, i), i+1)
}
