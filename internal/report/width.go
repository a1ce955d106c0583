package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	eastasian "golang.org/x/text/width"

	"github.com/prodcheck/prodcheck/internal/inert"
)

const ellipsis = "…"

// cells is how many columns of a terminal a character takes. East Asian characters of ambiguous width are narrow: whatever the
// locale of the machine says, the same report gives the same bytes.
func cells(r rune) int {
	if r < utf8.RuneSelf {
		return 1 // nothing below ' ' comes out of inert.Text
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch eastasian.LookupRune(r).Kind() {
	case eastasian.EastAsianWide, eastasian.EastAsianFullwidth:
		return 2
	}
	return 1
}

// width is how many columns a text takes.
func width(s string) (n int) {
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// prefix returns the longest beginning of s that takes at most n columns, with the marks of its last character.
func prefix(s string, n int) string {
	for i, r := range s {
		if n -= cells(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

// suffix returns the longest end of s that takes at most n columns and begins with no mark of a character before it.
func suffix(s string, n int) string {
	rest := width(s)
	for i, r := range s {
		if w := cells(r); rest <= n && w > 0 {
			return s[i:]
		} else {
			rest -= w
		}
	}
	return ""
}

// cut shortens s to n columns, with an ellipsis for what is left out at its end.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	return prefix(s, n-1) + ellipsis
}

// cutPath shortens a path to n columns at its beginning: the end says more.
func cutPath(s string, n int) string {
	if width(s) <= n {
		return s
	}
	return ellipsis + suffix(s, n-1)
}

// pad fills s up to n columns with blanks.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-width(s)))
}

// wrap breaks a text at blanks into lines of at most n columns. A word that is longer is broken where it must be.
func wrap(s string, n int) []string {
	n = max(n, 10)
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		w := width(word)
		if line != "" && used+1+w > n {
			lines = append(lines, line)
			line, used = "", 0
		}
		for w > n {
			head := prefix(word, n)
			lines = append(lines, head)
			word = word[len(head):]
			w = width(word)
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// safe is text of a report made fit for a terminal: one line in which nothing acts.
func safe(s string) string { return inert.Text(s) }
