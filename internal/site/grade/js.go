package grade

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The Observatory is written in JavaScript, whose notions of blanks, lengths and order decide some cases.

// isSpaceJS reports whether JavaScript takes a character for a blank: U+0085 is none there, and the byte order mark is one.
func isSpaceJS(r rune) bool { return unicode.IsSpace(r) && r != '\u0085' || r == '\uFEFF' }

// trimJS is String.prototype.trim.
func trimJS(s string) string { return strings.TrimFunc(s, isSpaceJS) }

// fieldsJS splits at blanks as /\s+/ does.
func fieldsJS(s string) []string { return strings.FieldsFunc(s, isSpaceJS) }

// utf16Len is the length of a string in JavaScript.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// collation is the order of lower-case ASCII in the Unicode collation of English (CLDR root).
const collation = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

// collate compares two lower-case strings as Intl.Collator("en") does; what is not ASCII comes last, by number.
func collate(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if c := cmp.Compare(weight(x), weight(y)); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

// weight is the place of a character in the order.
func weight(r rune) int {
	if r < utf8.RuneSelf {
		return strings.IndexRune(collation, r)
	}
	return int(r)
}

// unescape is decodeURIComponent.
func unescape(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	out, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(out) {
		return "", fmt.Errorf("%w: %q is not an escaped part of a URL", errPolicy, s)
	}
	return out, nil
}
