package nginx

import (
	"bytes"
	"strings"
)

// Caps on what one file and one configuration may cost.
const (
	maxFileSize     = 2 << 20
	maxDepth        = 100
	maxDirectives   = 50000
	maxIncludeDepth = 20
	maxTemplateTag  = 2000
	maxWords        = 5000 // of one directive
	// nginxBuffer is NGX_CONF_BUFFER: one word of this length or more is refused.
	nginxBuffer = 4096
)

// A mark is what ended a run of words.
type mark uint8

const (
	endSemicolon mark = iota
	endOpen           // {
	endClose          // }
	endFile
	endTag      // a template tag in place of a directive; lexer.tag holds it
	endNewline  // a lone placeholder on a line
	endConflict // words that cannot go on: something directly behind a closing quote
)

// A word is one token of a directive with its place.
type word struct {
	start, end int
	text       string
	quoted     bool
	newLine    bool // first on its line
}

// A lexer cuts a file into runs of words, with the states of nginx's ngx_conf_read_token (src/core/ngx_conf_file.c).
type lexer struct {
	b        []byte
	pos      int
	tagged   bool // the file holds {{, {% or <%
	words    []word
	tag      string // of endTag
	tagStart int
	comments [][2]int
	long     int  // start of a word that nginx finds too long, or -1
	open     int  // start of an unfinished quote at the end of the file, or -1
	fresh    bool // nothing but blanks since the last line end
	many     bool // a directive has more than maxWords words
	// closes remembers where the next end of each kind of tag stands, so that a file of openings costs no more than its length.
	closes [4]int
}

// newLexer starts at the first byte, behind a byte order mark.
func newLexer(b []byte) *lexer {
	l := &lexer{b: b, long: -1, open: -1, fresh: true}
	l.tagged = bytes.Contains(b, []byte("{{")) || bytes.Contains(b, []byte("{%")) || bytes.Contains(b, []byte("<%"))
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) { // nginx refuses a mark of UTF-8, the parser says so
		l.pos = 3
	}
	return l
}

// next reads the words up to the next mark and returns it. pos is then behind the mark.
func (l *lexer) next() mark {
	l.words = l.words[:0]
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		switch {
		case c == '\n':
			l.fresh = true
			l.pos++
			if len(l.words) == 1 && isHole(string(l.b[l.words[0].start:l.words[0].end])) {
				return endNewline
			}
		case c == ' ' || c == '\t' || c == '\r':
			l.pos++
		case c == ';':
			l.pos++
			return endSemicolon
		case c == '}':
			l.pos++
			return endClose
		case c == '#':
			l.comment()
		case l.tagAt(l.pos) > 0 && l.atStatement():
			n := l.tagAt(l.pos)
			l.tag, l.tagStart = string(l.b[l.pos:l.pos+n]), l.pos
			l.pos += n
			return endTag
		case c == '{' && l.tagAt(l.pos) == 0:
			l.pos++
			return endOpen
		default:
			if m, ok := l.word(); !ok {
				return m
			}
		}
	}
	return endFile
}

// atStatement reports whether a tag at pos stands in place of a directive: no words before it, and either it is a control
// tag or nothing but a line end follows it.
func (l *lexer) atStatement() bool {
	if len(l.words) > 0 {
		return false
	}
	tag := l.b[l.pos : l.pos+l.tagAt(l.pos)]
	if tagControl(string(tag)) != 0 || tag[1] != '{' && !bytes.HasPrefix(tag, []byte("<%=")) {
		return true
	}
	rest := l.b[l.pos+len(tag):]
	rest = bytes.TrimLeft(rest, " \t\r")
	return len(rest) == 0 || rest[0] == '\n' || rest[0] == '}' || rest[0] == '#'
}

// comment reads up to the line end, which is not part of it.
func (l *lexer) comment() {
	start := l.pos
	if i := bytes.IndexByte(l.b[l.pos:], '\n'); i >= 0 {
		l.pos += i
	} else {
		l.pos = len(l.b)
	}
	end := l.pos
	for end > start && l.b[end-1] == '\r' {
		end--
	}
	l.comments = append(l.comments, [2]int{start, end})
}

// word reads one word. It returns false with a mark if the run of words ends here.
func (l *lexer) word() (mark, bool) {
	w := word{start: l.pos, newLine: l.fresh}
	l.fresh = false
	quote := byte(0)
	if c := l.b[l.pos]; c == '"' || c == '\'' {
		quote, w.quoted = c, true
		l.pos++
	}
	variable := false
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		if c == '\\' {
			l.pos = min(l.pos+2, len(l.b))
			variable = false
			continue
		}
		if n := l.tagAt(l.pos); n > 0 {
			l.pos += n
			continue
		}
		if quote == 0 {
			if c == '{' && variable {
				l.pos++
				continue
			}
			variable = c == '$'
			if c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '{' {
				break
			}
		} else if c == quote {
			l.pos++
			w.end = l.pos
			w.text = unescape(l.b[w.start+1 : l.pos-1])
			l.add(w)
			return l.afterQuote()
		}
		l.pos++
	}
	w.end = l.pos
	if quote != 0 {
		l.open = w.start
		w.text = unescape(l.b[w.start+1 : l.pos])
		l.add(w)
		return endFile, false
	}
	w.text = unescape(l.b[w.start:l.pos])
	l.add(w)
	return 0, true
}

// add keeps a word. nginx measures words with their quotes against its buffer.
func (l *lexer) add(w word) {
	if w.end-w.start >= nginxBuffer && l.long < 0 {
		l.long = w.start
	}
	if len(l.words) >= maxWords {
		l.many = true
		return
	}
	l.words = append(l.words, w)
}

// afterQuote checks what nginx wants behind a closing quote: a blank, ";", "{" or ")".
func (l *lexer) afterQuote() (mark, bool) {
	if l.pos == len(l.b) {
		return 0, true
	}
	switch l.b[l.pos] {
	case ' ', '\t', '\r', '\n', ';', '{', ')':
		return 0, true
	}
	return endConflict, false
}

// unescape resolves the backslashes that nginx resolves: \" \' \\ and \t \r \n; any other stays.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			switch b[i+1] {
			case '"', '\'', '\\':
				i++
			case 't', 'r', 'n':
				i++
				out = append(out, map[byte]byte{'t': '\t', 'r': '\r', 'n': '\n'}[b[i]])
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

// tagAt returns the length of the template tag ({{ }}, {% %}, {# #}, <% %>) that starts at i, or 0.
func (l *lexer) tagAt(i int) int {
	if !l.tagged || i+1 >= len(l.b) {
		return 0
	}
	kind := -1
	switch string(l.b[i : i+2]) {
	case "{{":
		kind = 0
	case "{%":
		kind = 1
	case "{#":
		kind = 2
	case "<%":
		kind = 3
	default:
		return 0
	}
	at := l.closes[kind]
	if at < i+2 {
		at = len(l.b)
		if n := bytes.Index(l.b[i+2:], []byte([]string{"}}", "%}", "#}", "%>"}[kind])); n >= 0 {
			at = i + 2 + n
		}
		l.closes[kind] = at
	}
	n := at + 2 - i
	if at == len(l.b) || n > maxTemplateTag {
		return 0
	}
	if kind == 0 && i+n < len(l.b) && l.b[i+n] == '}' { // {{{ raw }}}
		n++
	}
	return n
}

// tagControl returns 1 for a tag that opens a condition or loop, -1 for one that closes it, 2 for another statement that puts
// out nothing, and 0 for one that puts out text.
func tagControl(tag string) int {
	if strings.HasPrefix(tag, "{#") || strings.HasPrefix(tag, "{{!") || strings.HasPrefix(tag, "<%#") {
		return 2
	}
	body := strings.Trim(strings.TrimLeft(strings.Trim(tag, "{}%<>"), "-~+"), " \t\r\n-~+")
	f := strings.FieldsFunc(body, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '(' })
	if len(f) == 0 {
		return 2
	}
	switch f[0] {
	case "if", "for", "range", "with", "define", "block", "unless", "macro", "filter", "#if", "#each", "#unless", "#with", "while":
		return 1
	case "end", "endif", "endfor", "endwith", "endblock", "endunless", "endmacro", "endfilter", "/if", "/each", "/unless", "/with":
		return -1
	case "else", "elif", "elsif", "elseif", "set", "assign", "raw", "endraw", "import", "from", "extends", "comment", "endcomment":
		return 2
	}
	switch {
	case strings.HasPrefix(tag, "<%=") || strings.HasPrefix(tag, "{%"):
		return 0
	case strings.HasPrefix(tag, "<%"):
		if last := f[len(f)-1]; last == "do" || strings.HasPrefix(last, "|") {
			return 1
		}
		return 2
	case strings.HasPrefix(body, "$") && strings.Contains(body, ":="):
		return 2
	}
	return 0
}

// luaEnd returns the offset of the "}" that closes a Lua block whose body starts at i, minding strings, long brackets and
// comments as Lua reads them, and false if there is none.
func luaEnd(b []byte, i int) (int, bool) {
	depth := 0
	open := map[int]bool{} // levels of long bracket that nothing closes from here on
	for i < len(b) {
		switch c := b[i]; {
		case c == '{':
			depth++
		case c == '}':
			if depth == 0 {
				return i, true
			}
			depth--
		case c == '"' || c == '\'':
			for i++; i < len(b) && b[i] != c && b[i] != '\n'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case c == '-' && i+1 < len(b) && b[i+1] == '-':
			if n := longBracket(b, i+2, open); n > 0 {
				i += 1 + n
			} else {
				for i < len(b) && b[i] != '\n' {
					i++
				}
			}
		case c == '[':
			if n := longBracket(b, i, open); n > 0 {
				i += n - 1
			}
		}
		i++
	}
	return len(b), false
}

// longBracket returns the length of the long bracket [[ … ]] or [=[ … ]=] that starts at i, or 0.
func longBracket(b []byte, i int, open map[int]bool) int {
	j := i
	if j >= len(b) || b[j] != '[' {
		return 0
	}
	for j++; j < len(b) && b[j] == '='; j++ {
	}
	if j >= len(b) || b[j] != '[' {
		return 0
	}
	level := j - i - 1
	if open[level] {
		return 0
	}
	end := "]" + strings.Repeat("=", level) + "]"
	n := bytes.Index(b[j:], []byte(end))
	if n < 0 {
		open[level] = true
		return 0
	}
	return j + n + len(end) - i
}
