package compose

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

// yamlLines returns the offset of each line as the YAML scanner counts them: it also breaks at NEL, LS and PS.
func yamlLines(text []byte) []int {
	lines := []int{0}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
		case c == '\n' || c == '\r':
		case c == 0xC2 && i+1 < len(text) && text[i+1] == 0x85:
			i++
		case c == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && (text[i+2] == 0xA8 || text[i+2] == 0xA9):
			i += 2
		default:
			continue
		}
		lines = append(lines, i+1)
	}
	return lines
}

// offset returns where a YAML position is.
func (r *reader) offset(line, column int) int {
	if line < 1 || line > len(r.lines) {
		return 0
	}
	i := r.lines[line-1]
	if i == 0 && bytes.HasPrefix(r.file.Text, []byte("\uFEFF")) {
		i = len("\uFEFF")
	}
	at := 1
	if r.last.line == line && r.last.column <= column { // so that a long line costs no more than its length
		at, i = r.last.column, r.last.offset
	}
	for ; at < column && i < len(r.file.Text); at++ {
		_, n := utf8.DecodeRune(r.file.Text[i:])
		i += n
	}
	r.last.line, r.last.column, r.last.offset = line, at, i
	return i
}

// at returns the span of a node: of its scalar text, or of the first line of a mapping or list.
func (r *reader) at(y *yaml.Node) source.Span {
	text := r.file.Text
	i := r.offset(y.Line, y.Column)
	for i < len(text) && (text[i] == '&' || text[i] == '!') { // a node starts at its anchor or tag
		for i < len(text) && !strings.ContainsRune(" \t\r\n", rune(text[i])) {
			i++
		}
		j := i
		for j < len(text) && (text[j] == ' ' || text[j] == '\t') {
			j++
		}
		if j == len(text) || text[j] == '\r' || text[j] == '\n' {
			break
		}
		i = j
	}
	end := i
	if y.Kind == yaml.ScalarNode {
		end = r.scalarEnd(i, y)
	} else {
		end = r.lineEnd(i)
	}
	return source.Span{File: r.file, Start: i, End: end}
}

// lineEnd returns the end of the line of an offset.
func (r *reader) lineEnd(i int) int {
	n := sort.SearchInts(r.lines, i+1)
	end := len(r.file.Text)
	if n < len(r.lines) {
		end = r.lines[n]
	}
	return max(i, len(bytes.TrimRight(r.file.Text[:end], "\r\n")))
}

func (r *reader) scalarEnd(i int, y *yaml.Node) int {
	text := r.file.Text
	switch {
	case i >= len(text):
		return len(text)
	case text[i] == '"' || text[i] == '\'':
		for j := i + 1; j < len(text); j++ {
			switch {
			case text[j] == '\\' && text[i] == '"':
				j++
			case text[j] == text[i] && text[i] == '\'' && j+1 < len(text) && text[j+1] == '\'':
				j++
			case text[j] == text[i]:
				return j + 1
			}
		}
		return len(text)
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return r.blockEnd(i, y.Line)
	case bytes.HasPrefix(text[i:], []byte(y.Value)):
		return i + len(y.Value)
	}
	// a plain scalar over several lines: up to the end of its last word
	words := strings.Fields(y.Value)
	for _, w := range words {
		n := bytes.Index(text[i:], []byte(w))
		if n < 0 || n > 4096 {
			break
		}
		i += n + len(w)
	}
	return i
}

// blockEnd returns the end of a block scalar whose indicator is at i: the last line that is indented more than the line
// the indicator stands on.
func (r *reader) blockEnd(i, line int) int {
	text := r.file.Text
	end := i
	for end < len(text) && text[end] != '\n' && text[end] != '\r' {
		end++
	}
	first := -1
	for n := line; n < len(r.lines); n++ {
		start := r.lines[n]
		stop := len(text)
		if n+1 < len(r.lines) {
			stop = r.lines[n+1]
		}
		content := bytes.TrimRight(text[start:stop], " \t\r\n")
		if len(content) == 0 {
			continue
		}
		indent := len(content) - len(bytes.TrimLeft(content, " "))
		if first < 0 {
			first = indent
		}
		if indent < first || first == 0 {
			break
		}
		end = start + len(content)
	}
	return end
}
