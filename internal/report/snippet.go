package report

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/checks"
)

const tabWidth = 4

// A snippet is a source line ready to be printed, and the columns of its text that the caret points at.
type snippet struct {
	text      string
	from, len int // columns from 0; len is 0 where there is nothing to point at
}

// excerpt lays a place's source line out in at most n columns. A line that is longer is cut around what the place speaks about.
func excerpt(p checks.Place, n int) snippet {
	start := byteOf(p.Excerpt, p.Column)
	end := len(p.Excerpt)
	if p.EndLine == p.Line {
		end = max(byteOf(p.Excerpt, p.EndColumn), start)
	}
	// Nothing farther away than this can be seen, and a line may be megabytes long.
	lo, hi := max(0, start-4*n), min(len(p.Excerpt), start+4*n)
	for lo > 0 && lo < start && !utf8.RuneStart(p.Excerpt[lo]) {
		lo++
	}
	for hi < len(p.Excerpt) && !utf8.RuneStart(p.Excerpt[hi]) {
		hi++
	}
	end = min(end, hi)
	line := strings.TrimRight(safe(expand(p.Excerpt[lo:hi])), " ")
	from := width(safe(expand(p.Excerpt[lo:start])))
	s := snippet{line, from, max(1, width(safe(expand(p.Excerpt[lo:end])))-from)}
	return s.window(n, lo > 0, hi < len(p.Excerpt))
}

// window cuts a snippet to n columns so that the caret stays in sight. more tells of text that is missing already.
func (s snippet) window(n int, moreBefore, moreAfter bool) snippet {
	total := width(s.text)
	if total <= n && !moreBefore && !moreAfter {
		return s.clamp(total)
	}
	begin := 0
	if s.from+min(s.len, n/2) > n-2 || moreBefore {
		begin = max(0, min(s.from-n/3, total-(n-2)))
	}
	text := s.text
	if begin > 0 || moreBefore {
		tail := suffix(text, total-begin)
		s.from -= total - width(tail) - 1
		text = ellipsis + tail
	}
	if width(text) > n || moreAfter {
		text = prefix(text, n-1) + ellipsis
	}
	s.text = text
	return s.clamp(width(text))
}

func (s snippet) clamp(n int) snippet {
	s.from = max(0, min(s.from, n))
	s.len = max(1, min(s.len, n-s.from))
	return s
}

// byteOf is the offset of a column that counts UTF-16 code units from 1. Redaction shortens lines: a column behind the end is the
// end.
func byteOf(line string, column int) int {
	unit := 1
	for i, r := range line {
		if unit >= column {
			return i
		}
		unit += max(1, utf16.RuneLen(r))
	}
	return len(line)
}

// expand replaces tabs by blanks up to the next stop.
func expand(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	at := 0
	for _, r := range s {
		if r == '\t' {
			n := tabWidth - at%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			at += n
			continue
		}
		b.WriteRune(r)
		at += cells(r)
	}
	return b.String()
}

// snippet prints the source line of a place with its number and a caret, and a note behind the caret if there is room for it. It
// reports whether the note was printed.
func (p *printer) snippet(indent string, at checks.Place, note string) bool {
	if at.Line == 0 || strings.TrimSpace(at.Excerpt) == "" {
		return false
	}
	number := fmt.Sprint(at.Line)
	gutter := width(indent) + len(number) + 3
	s := excerpt(at, p.width-gutter)
	p.line(indent, p.paint(dim, number+" │ "), s.text)
	note = safe(note)
	if gutter+s.from+s.len+1+width(note) > p.width {
		note = ""
	}
	p.line(indent, strings.Repeat(" ", len(number)), p.paint(dim, " │ "), strings.Repeat(" ", s.from),
		p.paint(red, strings.Repeat("^", s.len)), " ", p.paint(dim, note))
	return note != ""
}
