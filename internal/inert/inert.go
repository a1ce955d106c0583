// Package inert makes text of a scanned repository fit to be printed. Names and contents of files are chosen by whoever wrote
// them: printed as they are they can drive a terminal, reorder a line, or command the runner of a workflow, which reads
// commands from the log of a step. What comes out of here is visible and does nothing.
package inert

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one character before the rest is spelled out.
const maxMarks = 4

// Text returns s as one visible line: control, format and bidirectional characters, odd blanks and invalid bytes are spelled
// out as \n, \x1b, \u202e or \xff, and what the runner of GitHub Actions would take for a command is broken by an escape.
// The runner takes "##[name]" anywhere in a line and "::name" at its start after blanks (actions/runner, ActionCommand.cs),
// so that "::" is broken wherever a reporter could start a line. Text of Text is the same text.
func Text(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	marks := maxMarks // a mark at the start would stand on a character that is not of this text
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
			marks = 0
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
			if marks++; marks > maxMarks || hidden(r) {
				b.WriteString(escape(r))
			} else {
				b.WriteRune(r)
			}
		case hidden(r):
			b.WriteString(escape(r))
			marks = 0
		case isBracketCommand(s[i:]):
			b.WriteString(`#\x23`)
			n, marks = 2, 0
		case isColonCommand(s, i):
			b.WriteString(`\x3a`)
			marks = 0
		default:
			b.WriteRune(r)
			marks = 0
		}
		i += n
	}
	return b.String()
}

// plain reports whether Text has nothing to do, which is the rule.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == '#' && isBracketCommand(s[i:]), c == ':' && isColonCommand(s, i):
			return false
		}
	}
	return true
}

// hidden reports whether a character shows nothing, or something else than itself.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == '\u2800' || // IsPrint knows no blank but U+0020
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// isBracketCommand reports whether s starts with "##[" or, as other runners have it, "##name[".
func isBracketCommand(s string) bool {
	if !strings.HasPrefix(s, "##") {
		return false
	}
	rest := strings.TrimLeftFunc(s[2:], func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) })
	return strings.HasPrefix(rest, "[")
}

// isColonCommand reports whether "::name" stands at offset i, at the start of s or after a blank.
func isColonCommand(s string, i int) bool {
	if !strings.HasPrefix(s[i:], "::") || len(s) <= i+2 {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(s[i+2:]); !unicode.IsLetter(r) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || unicode.IsSpace(before)
}

// JSON returns a JSON text of the same meaning in which the same characters are written as \u escapes, so that it can be
// printed to a log. It does not check that the text is JSON.
func JSON(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/64)
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c == '#' && i > 0 && text[i-1] == '#' && isBracketCommand(string(text[i-1:min(i+40, len(text))])) {
				out = append(out, `\u0023`...)
			} else if c == 0x7f {
				out = append(out, `\u007f`...)
			} else {
				out = append(out, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case !hidden(r):
			out = append(out, text[i:i+n]...)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		i += n
	}
	return out
}
