package python

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A literal is one string token taken apart.
type literal struct {
	raw, bytes, formatted, template bool
	body, bodyEnd                   int // offsets between the quotes
}

func takeApart(src []byte, t token) literal {
	l := literal{}
	i := int(t.start)
	for ; src[i] != '"' && src[i] != '\''; i++ {
		switch src[i] | 0x20 {
		case 'r':
			l.raw = true
		case 'b':
			l.bytes = true
		case 'f':
			l.formatted = true
		case 't':
			l.formatted, l.template = true, true
		}
	}
	n := 1
	if int(t.end)-i >= 6 && src[i+1] == src[i] && src[i+2] == src[i] {
		n = 3
	}
	l.body, l.bodyEnd = i+n, int(t.end)-n
	return l
}

// decode returns the value of the text of a literal, and an error text for an escape that Python refuses. Named characters
// (\N{…}) are written as U+FFFD: no table of names is kept.
func (p *parser) decode(text []byte, l literal) (string, string) {
	plain := true
	for _, c := range text {
		if c == '\\' && !l.raw || c == '\r' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(text), ""
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\r':
			b.WriteByte('\n')
			i++
			if i < len(text) && text[i] == '\n' {
				i++
			}
		case c == '\\' && !l.raw && i+1 < len(text):
			n, bad := escape(&b, text[i:], l.bytes)
			if bad != "" {
				return "", bad
			}
			i += n
		case c >= utf8.RuneSelf:
			if l.bytes {
				return "", "bytes hold only ASCII characters"
			}
			if p.charset != nil {
				b.WriteRune(p.charset.DecodeByte(c))
				i++
				break
			}
			r, n := utf8.DecodeRune(text[i:])
			b.WriteRune(r)
			i += n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), ""
}

// escape writes the character of the escape at the start of text and returns how many bytes it takes.
func escape(b *strings.Builder, text []byte, isBytes bool) (int, string) {
	put := func(r rune) {
		if isBytes {
			b.WriteByte(byte(r))
			return
		}
		if r >= 0xd800 && r <= 0xdfff {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	hex := func(n int) (int, string) {
		if len(text) < 2+n {
			return 0, "an escape is cut short"
		}
		v, err := strconv.ParseUint(string(text[2:2+n]), 16, 32)
		if err != nil || v > 0x10ffff {
			return 0, "an escape has characters that are not hexadecimal"
		}
		put(rune(v))
		return 2 + n, ""
	}
	switch c := text[1]; c {
	case '\n':
		return 2, ""
	case '\r':
		if len(text) > 2 && text[2] == '\n' {
			return 3, ""
		}
		return 2, ""
	case '\\', '\'', '"':
		put(rune(c))
	case 'a':
		put(7)
	case 'b':
		put(8)
	case 'f':
		put(12)
	case 'n':
		put('\n')
	case 'r':
		put('\r')
	case 't':
		put('\t')
	case 'v':
		put(11)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n, v := 1, rune(0)
		for n < 4 && n < len(text) && text[n] >= '0' && text[n] <= '7' {
			v = v*8 + rune(text[n]-'0')
			n++
		}
		if isBytes {
			v &= 0xff
		}
		put(v)
		return n, ""
	case 'x':
		return hex(2)
	case 'u', 'U', 'N':
		if isBytes {
			b.WriteByte('\\')
			return 1, ""
		}
		switch c {
		case 'u':
			return hex(4)
		case 'U':
			return hex(8)
		}
		if end := strings.IndexByte(string(text), '}'); len(text) > 3 && text[2] == '{' && end > 3 {
			put(utf8.RuneError)
			return end + 1, ""
		}
		return 0, "a named character is cut short"
	default:
		b.WriteByte('\\')
		return 1, ""
	}
	return 2, ""
}

// str parses one or more adjacent string tokens.
func (p *parser) str() Expr {
	first := p.peek()
	type part struct {
		t token
		l literal
	}
	var one [4]part
	parts := one[:0]
	bytes, formatted, template := false, false, false
	for k := first.kind; k == tString || k == tFString; k = p.peek().kind {
		t := p.next()
		l := takeApart(p.src, t)
		if len(parts) > 0 && l.bytes != bytes {
			p.fail(t, "bytes and text literals stand side by side")
		}
		bytes = l.bytes
		formatted = formatted || l.formatted
		template = template || l.template
		parts = append(parts, part{t, l})
	}
	rng := Range{int(first.start), p.last}
	if !formatted {
		kind := Str
		if bytes {
			kind = Bytes
		}
		if len(parts) == 1 {
			s, bad := p.decode(p.src[parts[0].l.body:parts[0].l.bodyEnd], parts[0].l)
			if bad != "" {
				p.fail(first, bad)
			}
			return &Constant{exprNode{rng}, kind, s}
		}
		var b strings.Builder
		for _, x := range parts {
			s, bad := p.decode(p.src[x.l.body:x.l.bodyEnd], x.l)
			if bad != "" {
				p.fail(x.t, bad)
			}
			b.WriteString(s)
		}
		return &Constant{exprNode{rng}, kind, b.String()}
	}
	j := &JoinedStr{exprNode: exprNode{rng}, Template: template}
	for _, x := range parts {
		if !x.l.formatted {
			s, bad := p.decode(p.src[x.l.body:x.l.bodyEnd], x.l)
			if bad != "" {
				p.fail(x.t, bad)
			}
			j.add(&Constant{exprNode{Range{int(x.t.start), int(x.t.end)}}, Str, s})
			continue
		}
		p.joined(j, x.l.body, x.l.bodyEnd, x.l, x.t, false)
	}
	return j
}

// add appends a piece; text beside text is one piece, and empty text is none.
func (j *JoinedStr) add(e Expr) {
	c, ok := e.(*Constant)
	if ok && c.S == "" {
		return
	}
	if n := len(j.Values); ok && n > 0 {
		if prev, text := j.Values[n-1].(*Constant); text {
			prev.S += c.S
			prev.To = c.To
			return
		}
	}
	j.Values = append(j.Values, e)
}

// joined parses the text between two offsets of a formatted literal into pieces of j. In a format specification braces are not
// doubled.
func (p *parser) joined(j *JoinedStr, from, to int, l literal, t token, spec bool) {
	p.enter(t)
	defer p.leave()
	sc := scanner{src: p.src[:to]}
	start := from
	text := func(end int) {
		if end > start {
			s, bad := p.decode(p.src[start:end], l)
			if bad != "" {
				p.fail(t, bad)
			}
			j.add(&Constant{exprNode{Range{start, end}}, Str, s})
		}
	}
	q := p.src[t.end-1]
	for i := from; i < to; {
		c := p.src[i]
		switch {
		case c == '\\' && i+1 < to && (p.src[i+1] == '{' || p.src[i+1] == '}'):
			i++
		case c == '\\' && !l.raw && i+2 < to && p.src[i+1] == 'N' && p.src[i+2] == '{':
			for i < to && p.src[i] != '}' {
				i++
			}
			i = min(i+1, to)
		case c == '\\':
			i += 2
		case c == '{' && !spec && i+1 < to && p.src[i+1] == '{', c == '}' && !spec && i+1 < to && p.src[i+1] == '}':
			text(i + 1)
			i += 2
			start = i
		case c == '}':
			p.fail(t, "a single '}' in a formatted string")
		case c == '{':
			text(i)
			f := sc.field(i, q, true, 0)
			if f.end < 0 {
				p.fail(t, "a replacement field of a formatted string is broken")
			}
			v := &FormattedValue{exprNode: exprNode{Range{i, f.end}}, Conversion: f.conversion}
			v.Value = p.sub(f.expr, f.exprEnd, t)
			if f.debug >= 0 {
				end := f.debug + 1
				for end < f.end && (p.src[end] == ' ' || p.src[end] == '\t' || p.src[end] == '\n') {
					end++
				}
				v.Debug = string(p.src[f.expr:end])
				j.add(&Constant{exprNode{Range{f.expr, end}}, Str, v.Debug})
				if v.Conversion == 0 && f.spec < 0 {
					v.Conversion = 'r'
				}
			}
			if f.spec >= 0 {
				v.Spec = &JoinedStr{exprNode: exprNode{Range{f.spec - 1, f.specEnd}}}
				p.joined(v.Spec, f.spec, f.specEnd, l, t, true)
			}
			j.Values = append(j.Values, v)
			i = f.end
			start = i
		default:
			i++
		}
	}
	text(to)
}

// sub parses the expression between two offsets, as if in parentheses.
func (p *parser) sub(from, to int, t token) Expr {
	l := &lexer{src: p.src[:to], pos: from, problems: map[int32]string{}, tripleAt: -1, cut: -1, latin: p.lx.latin}
	l.open = append(l.open, '(')
	for {
		st := l.token()
		if st == fileEnd {
			break
		}
		if st == mismatch {
			p.fail(t, "a replacement field of a formatted string is broken")
		}
	}
	if len(l.open) != 1 {
		p.fail(t, "a replacement field of a formatted string is broken")
	}
	l.emit(tEOF, to, to)
	p.lx.comments = append(p.lx.comments, l.comments...)
	toks, pos, last := p.toks, p.pos, p.last
	p.toks, p.pos = l.toks, 0
	var e Expr
	if p.isKeyword("yield") {
		e = p.yield()
	} else {
		e = p.starExprs(true)
	}
	if p.peek().kind != tEOF {
		p.fail(t, "a replacement field of a formatted string is broken")
	}
	p.toks, p.pos, p.last = toks, pos, last
	return e
}
