package python

// A scanner finds the end of formatted strings, whose replacement fields hold any expression, further strings of the same quote
// included (PEP 701).
type scanner struct {
	src []byte
}

// fstring returns the offset behind the formatted literal whose quote is at i, or -1 if it is not closed.
func (s *scanner) fstring(i, depth int) int {
	if depth > maxDepth/4 {
		return -1
	}
	q := s.src[i]
	triple := i+2 < len(s.src) && s.src[i+1] == q && s.src[i+2] == q
	raw := rawAt(s.src, i)
	if triple {
		i += 2
	}
	for i++; i < len(s.src); {
		switch c := s.src[i]; {
		case c == '\\' && i+1 < len(s.src) && (s.src[i+1] == '{' || s.src[i+1] == '}'):
			i++ // the backslash does not escape a brace
		case c == '\\' && !raw && i+2 < len(s.src) && s.src[i+1] == 'N' && s.src[i+2] == '{':
			for i < len(s.src) && s.src[i] != '}' && s.src[i] != q {
				i++
			}
			if i < len(s.src) && s.src[i] == '}' {
				i++
			}
		case c == '\\':
			i += 2
			if i-1 < len(s.src) && s.src[i-1] == '\r' && i < len(s.src) && s.src[i] == '\n' {
				i++
			}
		case (c == '\n' || c == '\r') && !triple:
			return -1
		case c == q:
			if !triple {
				return i + 1
			}
			if i+2 < len(s.src) && s.src[i+1] == q && s.src[i+2] == q {
				return i + 3
			}
			i++
		case c == '{':
			if i+1 < len(s.src) && s.src[i+1] == '{' {
				i += 2
				continue
			}
			f := s.field(i, q, triple, depth)
			if f.end < 0 {
				return -1
			}
			i = f.end
		default:
			i++
		}
	}
	return -1
}

// A field is one {…} of a formatted string, as offsets: the expression, then "=", "!" and ":" where they stand (-1: absent).
type field struct {
	expr, exprEnd int
	debug         int // offset of "=", -1 if there is none
	conversion    byte
	spec, specEnd int // format specification, -1 if there is none
	end           int // behind "}", -1 if the field is broken
}

// field scans the replacement field whose "{" is at i.
func (s *scanner) field(i int, q byte, triple bool, depth int) field {
	f := field{expr: i + 1, debug: -1, spec: -1, end: -1}
	if depth > maxDepth/4 {
		return f
	}
	brackets := 0
	lastEq := -1
	for i++; i < len(s.src); {
		c := s.src[i]
		switch {
		case c == '#':
			for i < len(s.src) && s.src[i] != '\n' && s.src[i] != '\r' {
				i++
			}
			continue
		case c == '\'' || c == '"':
			// A quote of the literal's own kind ends the literal before 3.12; since then it opens a string. A literal that is valid in
			// either never has its own end inside a field.
			end := -1
			if formattedAt(s.src, i) {
				end = s.fstring(i, depth+1)
			} else {
				end = stringEnd(s.src, i)
			}
			if end < 0 {
				return f
			}
			i = end
			lastEq = -1
			continue
		case c == '(' || c == '[' || c == '{':
			brackets++
			if brackets > maxDepth {
				return f
			}
		case c == ')' || c == ']':
			if brackets--; brackets < 0 {
				return f
			}
		case c == '}' && brackets > 0:
			brackets--
		case c == '}':
			f.exprEnd, f.end = i, i+1
			if lastEq >= 0 {
				f.debug, f.exprEnd = lastEq, lastEq
			}
			return f
		case brackets > 0:
		case c == '!' && i+1 < len(s.src) && s.src[i+1] != '=':
			f.exprEnd = i
			if lastEq >= 0 {
				f.debug, f.exprEnd = lastEq, lastEq
			}
			i++
			for i < len(s.src) && (s.src[i] == ' ' || s.src[i] == '\t') {
				i++
			}
			if i >= len(s.src) || s.src[i] != 's' && s.src[i] != 'r' && s.src[i] != 'a' {
				return f
			}
			f.conversion = s.src[i]
			i++
			for i < len(s.src) && (s.src[i] == ' ' || s.src[i] == '\t') {
				i++
			}
			if i < len(s.src) && s.src[i] == '}' {
				f.end = i + 1
			} else if i < len(s.src) && s.src[i] == ':' {
				s.format(&f, i, q, triple, depth)
			}
			return f
		case c == ':':
			f.exprEnd = i
			if lastEq >= 0 {
				f.debug, f.exprEnd = lastEq, lastEq
			}
			s.format(&f, i, q, triple, depth)
			return f
		case c == '=':
			prev := s.src[i-1]
			if i+1 < len(s.src) && s.src[i+1] == '=' {
				i += 2
				lastEq = -1
				continue
			}
			if prev != '!' && prev != '<' && prev != '>' {
				lastEq = i
			}
			i++
			continue
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			lastEq = -1
		}
		i++
	}
	return f
}

// format scans the format specification whose ":" is at i, to the "}" that ends the field.
func (s *scanner) format(f *field, i int, q byte, triple bool, depth int) {
	f.spec = i + 1
	for i++; i < len(s.src); {
		switch c := s.src[i]; {
		case c == '{':
			if i+1 < len(s.src) && s.src[i+1] == 0 {
				i += 2
				continue
			}
			in := s.field(i, q, triple, depth+1)
			if in.end < 0 {
				return
			}
			i = in.end
		case c == '}':
			f.specEnd, f.end = i, i+1
			return
		case (c == '\n' || c == '\r') && !triple:
			return
		case c == q && !triple, c == q && triple && i+2 < len(s.src) && s.src[i+1] == q && s.src[i+2] == q:
			return
		case c == '\\' && i+1 < len(s.src):
			i += 2
		default:
			i++
		}
	}
}

// formattedAt reports whether the quote at i has a prefix with f or t before it.
func formattedAt(src []byte, i int) bool {
	j := i
	for j > 0 && i-j < 2 && isLetter(src[j-1]) && src[j-1] != '_' {
		j--
	}
	if j > 0 && (isLetter(src[j-1]) || src[j-1] >= '0' && src[j-1] <= '9' || src[j-1] >= 0x80) {
		return false
	}
	if !isPrefix(src[j:i]) {
		return false
	}
	for _, c := range src[j:i] {
		if c|0x20 == 'f' || c|0x20 == 't' {
			return true
		}
	}
	return false
}

// rawAt reports whether the quote at i has a prefix with r before it.
func rawAt(src []byte, i int) bool {
	for j := i - 1; j >= 0 && i-j <= 2 && isLetter(src[j]); j-- {
		if src[j]|0x20 == 'r' {
			return true
		}
	}
	return false
}
