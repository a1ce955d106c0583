package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/prodcheck/prodcheck/internal/inert"
)

// What a comment repeats of one text, in bytes. Names and lines of code may be megabytes long.
const (
	maxProse = 600
	maxCode  = 200
)

// code returns text of a repository as a Markdown code span in which nothing acts: no mention, no link, no HTML. It can stand in a
// table, where a pipe ends a cell even inside a span of backticks (GFM, 4.10): such text is written with character references.
func code(s string) string {
	s = strings.TrimSpace(clipProse(inert.Text(s), maxCode))
	if inner := strings.Trim(s, "`"); len(inner) == len(s)-2 && s[0] == '`' && !strings.Contains(inner, "`") {
		s = inner // it is written as code already
	}
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\") {
		return "`" + s + "`"
	}
	var b strings.Builder
	b.WriteString("<code>")
	for _, r := range s {
		if r < unicode.MaxASCII && !isWord(r) && r != ' ' {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteString("</code>")
	return b.String()
}

// prose returns a sentence as Markdown. Words that are nothing but letters, digits and common punctuation stay as they are; all
// others, names of settings and values of a repository among them, become code spans. That reads well, and leaves nothing to act:
// every character with a meaning in Markdown, every mention, address and reference is inside a span.
func prose(s string) string {
	words := fields(clipProse(inert.Text(s), maxProse))
	isCode := make([]bool, len(words))
	for i, w := range words {
		_, text, _ := trimWord(w)
		isCode[i] = isCode[i] || !isPlain(text, i == 0)
		if strings.Trim(w, "=+<>|&") == "" { // an operator belongs to what is on its sides
			isCode[max(i-1, 0)] = true
			isCode[min(i+1, len(words)-1)] = true
		}
	}
	var out []string
	for i := 0; i < len(words); {
		if !isCode[i] {
			out = append(out, words[i])
			i++
			continue
		}
		run := words[i]
		for i++; i < len(words); i++ { // words that are one piece of code
			_, _, tail := trimWord(run)
			if balanced(strings.TrimPrefix(run, "(")) && (!isCode[i] || tail != "" || strings.HasPrefix(words[i], "(")) {
				break
			}
			run += " " + words[i]
		}
		lead, text, tail := trimWord(run)
		out = append(out, lead+code(text)+tail)
	}
	return strings.Join(out, " ")
}

// balanced reports whether every bracket of a text is closed: a call with its arguments is one piece of code.
func balanced(s string) bool {
	n := 0
	for _, r := range s {
		switch r {
		case '(', '[', '{':
			n++
		case ')', ']', '}':
			n--
		}
	}
	return n <= 0
}

// fields splits a sentence at blanks that are not inside double quotes or backticks.
func fields(s string) (words []string) {
	quote, start := rune(0), -1
	for i, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '`') && strings.ContainsRune(s[i+1:], r):
			quote = r
		case r == ' ' && quote == 0:
			if start >= 0 {
				words = append(words, s[start:i])
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, s[start:])
	}
	return words
}

// trimWord takes the punctuation of a sentence off a word. A bracket belongs to the word that has its other half.
func trimWord(w string) (lead, text, tail string) {
	text = strings.TrimRightFunc(w, func(r rune) bool { return strings.ContainsRune(".,;:!?…", r) })
	for strings.HasSuffix(text, ")") && strings.Count(text, ")") > strings.Count(text, "(") {
		text = strings.TrimRightFunc(strings.TrimSuffix(text, ")"), func(r rune) bool { return strings.ContainsRune(".,;:!?…", r) })
	}
	if strings.HasPrefix(text, "(") {
		inner := strings.TrimSuffix(text[1:], ")")
		if strings.Count(text, "(") > strings.Count(text, ")") || !strings.ContainsAny(inner, "()") && inner != text[1:] {
			lead, text = "(", inner
		}
	}
	return lead, text, w[len(lead)+len(text):]
}

// isPlain reports whether a word means nothing to Markdown or GitHub. A number or a dash at the start would begin a list.
func isPlain(w string, first bool) bool {
	if w == "" {
		return true
	}
	if w == "–" || w == "—" || w == "·" || w == "→" {
		return !first
	}
	letters, digits := 0, 0
	for _, r := range w {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
				return false // it would turn the words around it
			}
			letters++
		case r == '-' || r == '\'' || r == '’':
		default:
			return false
		}
	}
	switch {
	case letters == 0:
		return digits > 0 && !first && !strings.ContainsAny(w, "-'") && digits < 7
	case digits > 0 && (strings.Contains(w, "-") || len(w) >= 7): // GH-12, or the name of a commit
		return false
	case len(w) >= 7 && strings.Trim(strings.ToLower(w), "0123456789abcdef") == "":
		return false
	}
	return unicode.IsLetter([]rune(w)[0])
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// clipProse cuts a text at a number of bytes.
func clipProse(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return cutBytes(s, n) + ellipsis
}

// firstSentence returns what comes before the first full stop that a capital follows.
func firstSentence(s string) string {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '.' && s[i+1] == ' ' && i+2 < len(s) && unicode.IsUpper(rune(s[i+2])) {
			return s[:i+1]
		}
	}
	return s
}
