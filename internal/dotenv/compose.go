package dotenv

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	composeExport = regexp.MustCompile(`^export\s+`)
	composeEscape = regexp.MustCompile(`\\(?:[abcfnrtv$"\\]|0\d{0,3})`)
)

// composeSpace is a blank that is no line end, as compose-go's dotenv counts them.
func composeSpace(r rune) bool {
	switch r {
	case '\t', '\v', '\f', '\r', ' ', 0x85, 0xA0:
		return true
	}
	return false
}

func skip(s string, i int, is func(rune) bool) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], is))
}

// compose follows compose-go/v2/dotenv, which reads statement by statement and not line by line.
func (p *parser) compose() {
	i := 0
	if strings.HasPrefix(p.src, "\uFEFF") {
		i = len("\uFEFF")
	}
	for !p.full {
		if i = skip(p.src, i, unicode.IsSpace); i >= len(p.src) {
			return
		}
		if p.src[i] == '#' {
			i = lineEnd(p.src, i)
			continue
		}
		if m := composeExport.FindStringIndex(p.src[i:]); m != nil {
			i = skip(p.src, i+len("export"), composeSpace)
		}
		i = p.composeStatement(i)
	}
}

// composeStatement reads NAME=value at i and returns where the next statement may start.
func (p *parser) composeStatement(i int) int {
	sep := -1
	for j, r := range p.src[i:] {
		if r == '=' || r == ':' || r == '\n' {
			sep = i + j
			break
		}
		if composeSpace(r) || strings.ContainsRune("_.-[]", r) || unicode.IsLetter(r) || unicode.IsNumber(r) {
			continue
		}
		p.badLine(i, fmt.Sprintf("unexpected character %q in a variable name", r))
		return min(lineEnd(p.src, i)+1, len(p.src))
	}
	if sep < 0 {
		p.badLine(i, "a name alone on the last line, with no newline after it, is not read")
		return len(p.src)
	}
	key := strings.TrimRightFunc(p.src[i:sep], unicode.IsSpace)
	if strings.Contains(key, " ") {
		p.badLine(i, "a variable name has a blank in it")
		return min(lineEnd(p.src, i)+1, len(p.src))
	}
	if p.src[sep] == '\n' {
		p.addBare(key, i)
		return sep + 1
	}
	v := skip(p.src, sep+1, composeSpace)
	if v < len(p.src) && (p.src[v] == '"' || p.src[v] == '\'') {
		return p.composeQuoted(key, i, v)
	}
	end := lineEnd(p.src, v)
	value, _, _ := strings.Cut(p.src[v:end], " #")
	value = strings.TrimRightFunc(value, unicode.IsSpace)
	p.composeAdd(key, i, v, v+len(value), value)
	return min(end+1, len(p.src))
}

func (p *parser) composeQuoted(key string, keyStart, start int) int {
	quote := p.src[start]
	var value strings.Builder
	escaped := false
	for j := start + 1; j < len(p.src); j++ {
		c := p.src[j]
		switch {
		case c != quote && !escaped && c == '\\':
			escaped = true
			continue
		case c != quote && escaped:
			value.WriteByte('\\')
		case c == quote && !escaped:
			if quote == '\'' {
				p.add(key, keyStart, start+1, j, text(value.String()))
			} else {
				p.composeAdd(key, keyStart, start+1, j, composeUnescape(value.String()))
			}
			return j + 1
		}
		escaped = false
		value.WriteByte(c)
	}
	p.badLine(start, "a quoted value has no closing quote")
	return min(lineEnd(p.src, start)+1, len(p.src))
}

func (p *parser) composeAdd(key string, keyStart, start, end int, value string) {
	parts, ok := template(value, 0)
	if !ok {
		p.badLine(start, "invalid variable reference in a value")
	}
	p.add(key, keyStart, start, end, parts)
}

// composeUnescape resolves the escapes of a double-quoted value; \$ becomes the "$$" of the template that is read next.
func composeUnescape(s string) string {
	return composeEscape.ReplaceAllStringFunc(s, func(m string) string {
		if m == `\$` {
			return "$$"
		}
		if strings.HasPrefix(m, `\0`) {
			m = `\` + m[2:]
		}
		r, _, _, err := strconv.UnquoteChar(m, '"')
		if err != nil {
			return m
		}
		return string(utf8.AppendRune(nil, r))
	})
}
