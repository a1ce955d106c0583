package dotenv

import "strings"

// template splits a value into parts as compose-go's template package reads it: "$$" is a dollar, "$NAME" and "${NAME}" are
// references, "${NAME:-text}" and its kin nest, and any other dollar stands for itself. ok is false for a reference that
// docker compose refuses as invalid.
func template(s string, depth int) (parts []part, ok bool) {
	ok = true
	lit := 0
	flush := func(end int) {
		if end > lit {
			parts = append(parts, part{text: s[lit:end]})
		}
	}
	lineEnd, last := -1, -1 // end of the line that lineEnd was computed for, and its last brace
	for i := 0; i < len(s); {
		if s[i] != '$' || i+1 == len(s) {
			i++
			continue
		}
		switch c := s[i+1]; {
		case c == '$':
			flush(i + 1)
			i += 2
			lit = i
		case isNameStart(c):
			end := nameEnd(s, i+1)
			flush(i)
			parts = append(parts, part{text: s[i:end], name: s[i+1 : end]})
			i, lit = end, end
		case c == '{':
			if i >= lineEnd { // the pattern's "." stops at a newline, so does the search for the brace
				lineEnd = len(s)
				if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
					lineEnd = i + n
				}
				last = strings.LastIndexByte(s[:lineEnd], '}')
			}
			flush(i)
			p, end := braced(s, i, last, depth)
			ok = ok && !p.opaque
			parts = append(parts, p)
			i, lit = end, end
		default:
			i++
		}
	}
	flush(len(s))
	return parts, ok
}

// braced reads the reference that starts with "${" at i; last is the last closing brace on its line.
func braced(s string, i, last, depth int) (part, int) {
	bad := part{text: s[i : i+2], opaque: true}
	if i+2 >= len(s) || !isNameStart(s[i+2]) || depth > maxDepth {
		return bad, i + 2
	}
	end := nameEnd(s, i+2)
	p := part{name: s[i+2 : end]}
	if end < len(s) && s[end] == '}' {
		p.text = s[i : end+1]
		return p, end + 1
	}
	op := end
	if op < len(s) && s[op] == ':' {
		op++
	}
	if op >= len(s) || !strings.ContainsRune("-+?", rune(s[op])) || last <= op {
		return bad, i + 2
	}
	p.op = s[end : op+1]
	stop := closing(s, i, last)
	p.text = s[i : stop+1]
	arg, ok := template(s[op+1:stop], depth+1)
	p.arg, p.opaque = arg, !ok
	return p, stop + 1
}

// closing returns the brace that closes the one at i+1, or last if none does. The character after an opening brace is
// skipped, as compose-go does.
func closing(s string, i, last int) int {
	open := 0
	for j := i; j <= last; j++ {
		switch s[j] {
		case '}':
			if open--; open == 0 {
				return j
			}
		case '{':
			open++
			j++
		}
	}
	return last
}

func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isName(c byte) bool { return isNameStart(c) || '0' <= c && c <= '9' }

func nameEnd(s string, i int) int {
	for i < len(s) && isName(s[i]) {
		i++
	}
	return i
}
