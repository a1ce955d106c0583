package dotenv

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pySpace is what Python's \s matches in a str.
func pySpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

func pyBlank(r rune) bool { return r != '\n' && r != '\r' && pySpace(r) }

// pythonDotenv follows python-dotenv 1.x, parser.py: a binding that cannot be read costs the rest of its line.
func (p *parser) pythonDotenv() {
	if i := invalidUTF8(p.src); i >= 0 {
		p.badLine(i, "not UTF-8: python-dotenv stops here")
	}
	for i := 0; !p.full; {
		if i = skip(p.src, i, pySpace); i >= len(p.src) {
			return
		}
		end, ok := p.binding(i)
		if !ok {
			p.badLine(i, "python-dotenv cannot parse this line")
			end = pyLineEnd(p.src, end)
		}
		i = end
	}
}

// binding reads one assignment or comment and returns where it stopped.
func (p *parser) binding(i int) (int, bool) {
	s := p.src
	if strings.HasPrefix(s[i:], "export") {
		if j := skip(s, i+len("export"), pyBlank); j > i+len("export") {
			i = j
		}
	}
	keyStart, keyEnd := i, i
	switch {
	case i < len(s) && s[i] == '#':
		return p.restOfBinding(i)
	case i < len(s) && s[i] == '\'':
		n := strings.IndexByte(s[i+1:], '\'')
		if n < 1 {
			return i, false
		}
		keyStart, keyEnd = i+1, i+1+n
		i = keyEnd + 1
	default:
		keyEnd = i + indexFunc(s[i:], func(r rune) bool { return r == '=' || r == '#' || pySpace(r) })
		if keyEnd == i {
			return i, false
		}
		i = keyEnd
	}
	key := s[keyStart:keyEnd]
	i = skip(s, i, pyBlank)
	if i >= len(s) || s[i] != '=' {
		end, ok := p.restOfBinding(i)
		if ok {
			p.addBare(key, keyStart)
		}
		return end, ok
	}
	i = skip(s, i+1, pyBlank)
	start, stop, after, value, ok := pyValue(s, i)
	if !ok {
		return i, false
	}
	end, ok := p.restOfBinding(after)
	if ok {
		p.add(key, keyStart, start, stop, posixRefs(value))
	}
	return end, ok
}

// restOfBinding reads an optional comment and the line end, which must follow.
func (p *parser) restOfBinding(i int) (int, bool) {
	s := p.src
	j := skip(s, i, pyBlank)
	if j < len(s) && s[j] == '#' {
		j += indexFunc(s[j:], func(r rune) bool { return r == '\n' || r == '\r' })
	}
	if j < len(s) && s[j] != '\n' && s[j] != '\r' {
		return j, false
	}
	return pyLineEnd(s, j), true
}

// pyValue reads the value at i: its span without quotes, where reading goes on, and the value after escapes.
func pyValue(s string, i int) (start, stop, after int, value string, ok bool) {
	if i >= len(s) || s[i] == '\n' || s[i] == '\r' {
		return i, i, i, "", true
	}
	if q := s[i]; q == '"' || q == '\'' {
		n := closingQuote(s[i+1:], q)
		if n < 0 {
			return i, i, i, "", false
		}
		escapes := `\'`
		if q == '"' {
			escapes = `\'"abfnrtv`
		}
		return i + 1, i + 1 + n, i + 2 + n, pyUnescape(s[i+1:i+1+n], escapes), true
	}
	end := i + indexFunc(s[i:], func(r rune) bool { return r == '\n' || r == '\r' })
	value = s[i:end]
	blank := -1 // start of the run of blanks before the current rune
	for j, r := range value {
		if r == '#' && blank >= 0 {
			value = value[:blank]
			break
		}
		if !pySpace(r) {
			blank = -1
		} else if blank < 0 {
			blank = j
		}
	}
	value = strings.TrimRightFunc(value, pySpace)
	return i, i + len(value), end, value, true
}

// closingQuote finds the quote that ends a value: the first one without a backslash before it or, if there is none, the
// last one with, since the parser's regular expression backtracks so.
func closingQuote(s string, quote byte) int {
	last := -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == quote:
			i++
			last = i
		}
	}
	return last
}

func pyUnescape(s, escapes string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(escapes, s[i+1]) >= 0 {
			i++
			if n := strings.IndexByte("abfnrtv", s[i]); n >= 0 {
				b.WriteByte("\a\b\f\n\r\t\v"[n])
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var posixRef = regexp.MustCompile(`\$\{([^}:]*)(?::-([^}]*))?\}`)

// posixRefs splits a value as python-dotenv does, whatever its quotes: only ${NAME} and ${NAME:-default}, whose default is
// taken if the name is unset and not if it is empty.
func posixRefs(s string) []part {
	var parts []part
	at := 0
	for _, m := range posixRef.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > at {
			parts = append(parts, part{text: s[at:m[0]]})
		}
		r := part{text: s[m[0]:m[1]], name: s[m[2]:m[3]], op: "-"}
		if m[4] >= 0 {
			r.arg = text(s[m[4]:m[5]])
		}
		if r.name == "" { // no variable has this name: always the default
			parts = append(parts, r.arg...)
		} else {
			parts = append(parts, r)
		}
		at = m[1]
	}
	if at < len(s) {
		parts = append(parts, part{text: s[at:]})
	}
	return parts
}

var environLine = regexp.MustCompile(`^(?:export )?([A-Za-z_0-9]+)=((?s:.*))$`)

// djangoEnviron follows Env.read_env of django-environ with its defaults: no comments behind values, no blanks round the
// equals sign, quotes only if they enclose everything, no references. (A value that starts with a dollar is resolved by
// whoever reads the variable.)
func (p *parser) djangoEnviron() {
	if i := invalidUTF8(p.src); i >= 0 {
		p.badLine(i, "not UTF-8: django-environ stops here")
	}
	for start := 0; start < len(p.src) && !p.full; {
		end, next := splitLine(p.src, start)
		line := p.src[start:end]
		if m := environLine.FindStringSubmatchIndex(line); m != nil {
			v, stop := start+m[4], start+m[5]
			value := line[m[4]:m[5]]
			if n := len(value); n >= 2 && value[0] == '\'' && value[n-1] == '\'' {
				v, stop, value = v+1, stop-1, value[1:n-1]
			}
			// the second match sees what the first one left, so '"x"' loses both
			if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
				v, stop, value = v+1, stop-1, environUnescape(value[1:n-1])
			}
			p.add(line[m[2]:m[3]], start+m[2], v, stop, text(value))
		} else if strings.TrimFunc(line, pySpace) != "" && line[0] != '#' {
			p.problem(start, end, "django-environ ignores this line")
		}
		start = next
	}
}

// environUnescape drops every backslash but those of \r, \n, \t, which stay with it.
func environUnescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] != '\n' {
			if strings.IndexByte("rnt", s[i+1]) >= 0 {
				b.WriteByte('\\')
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// splitLine returns the end of the line at start and where the next one begins, as str.splitlines does.
func splitLine(s string, start int) (end, next int) {
	for i := start; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '\r':
			if strings.HasPrefix(s[i+1:], "\n") {
				n++
			}
			return i, i + n
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
			return i, i + n
		}
		i += n
	}
	return len(s), len(s)
}

// pyLineEnd returns where the line after the one at i begins.
func pyLineEnd(s string, i int) int {
	i += indexFunc(s[i:], func(r rune) bool { return r == '\n' || r == '\r' })
	if strings.HasPrefix(s[i:], "\r\n") {
		return i + 2
	}
	return min(i+1, len(s))
}

// indexFunc is strings.IndexFunc with the length for no match.
func indexFunc(s string, is func(rune) bool) int {
	if i := strings.IndexFunc(s, is); i >= 0 {
		return i
	}
	return len(s)
}

func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}
