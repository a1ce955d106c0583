package secrets

import (
	"slices"
	"strings"
)

// Scan finds credentials by the fixed forms that providers give them, and private keys in PEM and PuTTY form, in order of their
// start. Findings do not overlap. Crossed-out credentials and those of documentation are not found.
func Scan(text string) []Finding {
	var found []Finding
	var reach map[int]int // by provider: up to where a credential was read
	prefixes().each(text, func(start, end, n int) {
		p := &providers[n]
		if start < reach[n] {
			return
		}
		if p.set == "" {
			if stop, kind := keyAt(text, start); stop > 0 {
				found = append(found, Finding{start, stop, kind})
			}
			return
		}
		stop := p.match(text, start, end)
		if stop == 0 {
			return
		}
		if reach == nil {
			reach = map[int]int{}
		}
		reach[n] = stop
		if madeUp(text[end:stop]) {
			return
		}
		found = append(found, Finding{start - p.before(text, start), stop, p.kind})
	})
	slices.SortStableFunc(found, func(a, b Finding) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	last := 0
	return slices.DeleteFunc(found, func(f Finding) bool {
		if f.Start < last {
			return true
		}
		last = f.End
		return false
	})
}

// match returns the end of what has the form of the credential whose prefix stands at start, 0 if nothing has.
func (p *provider) match(text string, start, body int) (end int) {
	if !p.startsHere(text, start) {
		return 0
	}
	limit := p.max
	if limit == 0 {
		limit = maxBody
	}
	end = body
	for end < len(text) && end-body <= limit && chars(p.set, text[end]) {
		end++
	}
	if end-body > limit && p.max > 0 { // longer than it may be: something else
		return 0
	}
	if p.set == dotSet || p.set == nameSet { // the end of a sentence, or a dash behind a key
		for end > body && end-body > p.min && (text[end-1] == '.' || text[end-1] == '-') {
			end--
		}
	}
	if end-body < p.min || p.max > 0 && end < len(text) && isAlnum(text[end]) {
		return 0
	}
	return end
}

// before returns the length of the part of a credential that stands before its fixed part.
func (p *provider) before(text string, start int) int {
	switch p.prefix {
	case ":AA":
		return telegramID(text, start)
	case ".atlasv1.":
		return min(14, start)
	case "8Q~":
		return min(3, start)
	}
	return 0
}

// startsHere reports whether no longer word ends where the prefix starts.
func (p *provider) startsHere(text string, start int) bool {
	n := p.before(text, start)
	switch p.prefix {
	case ":AA":
		return n >= 8 && n <= 10 && (start == n || !isAlnum(text[start-n-1]))
	case ".atlasv1.":
		return n == 14 && strings.Trim(text[start-n:start], alnumChars) == ""
	case "8Q~":
		return n == 3 && strings.Trim(text[start-n:start], alnumChars+"_-.~") == ""
	}
	if start == 0 {
		return true
	}
	before := text[start-1]
	return !isAlnum(before) && before != '_' && (before != '-' || !strings.HasPrefix(p.prefix, "sk-"))
}

const alnumChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// telegramID returns the number of digits before i.
func telegramID(text string, i int) (n int) {
	for n < i && n < 11 && isDigit(text[i-1-n]) {
		n++
	}
	return n
}

// madeUp reports whether the body of a credential is one that people write to show its form.
func madeUp(body string) bool {
	if distinct(body) < 8 && len(body) > 12 {
		return true
	}
	lower := strings.ToLower(body)
	for _, s := range [...]string{"example", "xxxxx", "123456789", "abcdefgh", "your_", "your-", "yourtoken", "yourkey", "placeholder", "dummy", "0000000", "....", "replace", "changeme", "redacted"} {
		if strings.Contains(lower, s) {
			return true
		}
	}
	return strings.Trim(body, "abcdefghijklmnopqrstuvwxyz_-") == "" // words
}
