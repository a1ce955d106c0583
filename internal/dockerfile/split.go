package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word is a part of a line with its bounds in the line's text.
type word struct {
	text       string
	start, end int
}

// keyword splits a line into its first word and the start of what follows; both without blanks around them.
func keyword(s string, start, end int) (kw word, rest int) {
	start, end = trimSpace(s, start, end)
	i := start
	for i < end && !isBlank(s[i]) {
		i++
	}
	kw = word{s[start:i], start, i}
	for i < end && isBlank(s[i]) {
		i++
	}
	return kw, i
}

// space reports a blank as Docker's reader of flags sees it: byte by byte, so that two bytes of Latin-1 count too.
func space(b byte) bool { return unicode.IsSpace(rune(b)) }

// flags reads the words that start with two hyphens and returns the start of what follows them. Quotes and escapes are taken off.
func flags(s string, i, end int, escape byte) (words []word, rest int) {
	for {
		for i < end && space(s[i]) {
			i++
		}
		if i+1 >= end || s[i] != '-' || s[i+1] != '-' {
			return words, i
		}
		w := word{start: i}
		var b strings.Builder
		quote, quoted := byte(0), false
		for i < end && (quote != 0 || !space(s[i])) {
			c := s[i]
			switch {
			case quote == 0 && (c == '"' || c == '\''):
				quote, quoted = c, true
				i++
				continue
			case quote != 0 && c == quote:
				quote = 0
				i++
				continue
			case c == escape:
				if i+1 == end {
					quote = 0
					i++
					continue
				}
				i++
				c = s[i]
			}
			b.WriteByte(c)
			i++
		}
		w.text, w.end = b.String(), i
		if w.text == "--" {
			return words, i
		}
		if quoted || w.text != "" {
			words = append(words, w)
		}
	}
}

// words splits at blanks outside quotes; quotes and escapes are kept.
func words(s string, start, end int, escape byte) (out []word) {
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(s[i:end])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		w := word{start: i}
		quote, cut := byte(0), false
		for i < end {
			r, n := utf8.DecodeRuneInString(s[i:end])
			c := byte(0)
			if n == 1 {
				c = s[i]
			}
			if quote == 0 && unicode.IsSpace(r) {
				break
			}
			switch {
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case quote != 0 && c == quote:
				quote = 0
			}
			if c == escape && quote != '\'' {
				if i+1 == end { // an escape at the very end is dropped
					cut = true
					i++
					break
				}
				_, m := utf8.DecodeRuneInString(s[i+1 : end])
				n += m
			}
			i += n
		}
		w.end = i
		if cut {
			w.end--
		}
		w.text = s[w.start:w.end]
		if w.text != "" {
			out = append(out, w)
		}
	}
	return out
}

// blanks splits at blanks, quotes or not.
func blanks(s string, start, end int) (out []word) {
	for i := start; i < end; {
		if isBlank(s[i]) {
			i++
			continue
		}
		j := i
		for j < end && !isBlank(s[j]) {
			j++
		}
		out = append(out, word{s[i:j], i, j})
		i = j
	}
	return out
}

type jsonState uint8

const (
	noJSON  jsonState = iota // not a JSON array: the shell form
	isJSON                   // an array of strings
	badJSON                  // an array with something else in it, which Docker refuses
)

// array reads a JSON array of strings. The bounds of each word are those of the text between its quotes.
func array(s string, start, end int) ([]word, jsonState) {
	text := s[start:end]
	if !strings.HasPrefix(text, "[") {
		return nil, noJSON
	}
	var all []any
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil, noJSON
	}
	var out []word
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, noJSON
	}
	for _, v := range all {
		str, ok := v.(string)
		if !ok {
			return nil, badJSON
		}
		before := int(d.InputOffset())
		if _, err := d.Token(); err != nil {
			return nil, noJSON
		}
		after := int(d.InputOffset())
		open := before + strings.IndexByte(text[before:after], '"')
		out = append(out, word{str, start + open + 1, start + after - 1})
	}
	return out, isJSON
}
