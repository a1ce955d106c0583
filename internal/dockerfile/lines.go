package dockerfile

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A line is one instruction with its continuation lines joined, and the way back to the bytes it was made of.
type line struct {
	text string
	segs []segment
	file *source.File
	// end of the first physical line, for problems
	firstEnd int
}

// A segment is a run of bytes of a line that stand together in the file.
type segment struct{ at, off int }

// place returns the file offset of the byte at i; i may be the length of the text.
func (l *line) place(i int) int {
	i = max(0, min(i, len(l.text)))
	n := sort.Search(len(l.segs), func(n int) bool { return l.segs[n].at > i }) - 1
	if n < 0 {
		return 0
	}
	return l.segs[n].off + i - l.segs[n].at
}

// span returns the bytes from start to end, which may lie on several physical lines.
func (l *line) span(start, end int) source.Span {
	a := l.place(start)
	if end <= start {
		return source.Span{File: l.file, Start: a, End: a}
	}
	return source.Span{File: l.file, Start: a, End: l.place(end-1) + 1}
}

// firstLine returns the first physical line, where problems are told: a finding has one line.
func (l *line) firstLine() source.Span {
	start := l.place(0)
	return source.Span{File: l.file, Start: start, End: max(start, l.firstEnd)}
}

// trimSpace narrows start and end to what strings.TrimSpace leaves.
func trimSpace(s string, start, end int) (int, int) {
	for start < end {
		r, n := utf8.DecodeRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return start, end
}

// isBlank reports the blanks that separate words of an instruction where quotes do not count.
func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\v' || b == '\f' || b == '\r' }

// continued cuts the escape character that joins a line with the next one. Blanks may follow it; another escape character in
// front of it makes it an ordinary one.
func continued(s string, escape byte) (string, bool) {
	t := strings.TrimRight(s, " \t")
	if t == "" || t[len(t)-1] != escape || len(t) > 1 && t[len(t)-2] == escape {
		return s, false
	}
	return t[:len(t)-1], true
}

// rawLine returns the bounds of the physical line at i without its line end, and where the next one starts.
func (p *parser) rawLine(i int) (start, end, next int) {
	next = len(p.src)
	if n := strings.IndexByte(p.src[i:], '\n'); n >= 0 {
		next = i + n + 1
	}
	return i, i + len(strings.TrimRight(p.src[i:next], "\r\n")), next
}

// tooLong reports and skips a line that Docker's reader cannot hold.
func (p *parser) tooLong(start, next int) bool {
	n := next - start
	if next == len(p.src) && p.src[next-1] != '\n' {
		n++
	}
	if n <= maxLine {
		return false
	}
	p.problem(source.Span{File: p.file.Source, Start: start, End: start + 1}, "the line is longer than 65535 bytes, which Docker refuses")
	return true
}

// read splits the text into instructions and hands each to instruction.
func (p *parser) read() {
	var comments []string
	for i := 0; i < len(p.src) && !p.stop; {
		start, end, next := p.rawLine(i)
		if p.tooLong(start, next) {
			p.directives, i = true, next
			continue
		}
		if i == 0 {
			start += len(p.src[start:end]) - len(strings.TrimPrefix(p.src[start:end], "\uFEFF"))
		}
		start, _ = trimSpace(p.src, start, end)
		isDirective := p.directive(start, end)
		switch {
		case start == end:
			comments = nil
			i = next
			continue
		case p.src[start] == '#':
			if !isDirective {
				comments = append(comments, strings.TrimSpace(p.src[start+1:end]))
			}
			i = next
			continue
		}
		var l *line
		l, i = p.join(start, end, next)
		i = p.instruction(l, strings.Join(comments, "\n"), i)
		comments = nil
	}
}

// join reads an instruction from its first physical line on and returns the offset behind its last one. Comment lines and empty
// lines between continuation lines do not count.
func (p *parser) join(start, end, next int) (*line, int) {
	l := &line{file: p.file.Source, firstEnd: end}
	var b strings.Builder
	add := func(start, end int) bool {
		piece, more := continued(p.src[start:end], p.file.Escape)
		l.segs = append(l.segs, segment{b.Len(), start})
		b.WriteString(piece)
		return more
	}
	for more := add(start, end); more && next < len(p.src); {
		start, end, after := p.rawLine(next)
		if p.tooLong(start, after) {
			next = after
			continue
		}
		next = after
		if text := strings.TrimLeftFunc(p.src[start:end], unicode.IsSpace); text == "" || text[0] == '#' {
			continue
		}
		more = add(start, end)
	}
	l.text = b.String()
	return l, next
}

var directiveLine = regexp.MustCompile(`^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

// directive reads "# escape=" and its like, which count only before anything else, each once.
func (p *parser) directive(start, end int) bool {
	if p.directives {
		return false
	}
	m := directiveLine.FindStringSubmatch(p.src[start:end])
	if m == nil {
		p.directives = true
		return false
	}
	name, value := strings.ToLower(m[1]), m[2]
	at := source.Span{File: p.file.Source, Start: start, End: end}
	switch name {
	case "syntax", "check", "escape":
	default:
		p.directives = true
		return false
	}
	if p.seen[name] {
		p.problem(at, "the parser directive "+name+" stands twice")
		return true
	}
	p.seen[name] = true
	switch name {
	case "syntax":
		p.file.Syntax, _, _ = strings.Cut(value, " ")
	case "escape":
		if value != `\` && value != "`" {
			p.problem(at, "the escape character must be \\ or `")
			break
		}
		p.file.Escape = value[0]
	}
	return true
}
