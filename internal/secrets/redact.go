package secrets

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const mask = "…"

// Redact returns what may be shown of a secret value: at most its first three characters and "…", only "…" of one under eight.
func Redact(value string) string {
	if utf8.RuneCountInString(value) < 8 {
		return mask
	}
	shown := 0
	for i, r := range value {
		if shown == 3 || r == utf8.RuneError || !unicode.IsPrint(r) {
			return value[:i] + mask
		}
		shown++
	}
	return mask
}

// A Redactor replaces known secret values in any text. The nil Redactor and the zero one know none. It may be used by several
// goroutines at once.
type Redactor struct {
	auto *automaton
	mask string // what stands for what is left out: no known value holds it
}

// needleSize is the number of bytes of a value that are searched for. A longer value is recognised by them, and then replaced
// as far as the text agrees with it.
const needleSize = 64

// maxEncoded is the number of values of which encoded forms are known too. A repository has some dozens.
const maxEncoded = 2000

// NewRedactor returns a redactor of the given values and of what they become when URL-encoded, base64-encoded or escaped for
// JSON, XML and shells. Values under four characters are left alone.
func NewRedactor(values []string) *Redactor {
	seen := map[string]bool{}
	var needles []string
	add := func(s string) {
		if utf8.RuneCountInString(s) >= 4 && !seen[s] {
			seen[s] = true
			needles = append(needles, s)
		}
	}
	values = slices.Clone(values)
	slices.Sort(values)
	encoded := 0
	for _, v := range slices.Compact(values) {
		if utf8.RuneCountInString(v) < 4 {
			continue
		}
		add(v)
		if encoded++; encoded <= maxEncoded {
			for _, form := range forms(v) {
				add(form)
			}
		}
		if strings.ContainsAny(v, "\r\n") { // a key is also shown line by line
			for line := range strings.Lines(v) {
				if line = strings.TrimSpace(line); len(line) >= 16 && !strings.HasPrefix(line, "-----") {
					add(line)
				}
			}
		}
	}
	if len(needles) == 0 {
		return &Redactor{}
	}
	r := &Redactor{auto: newAutomaton(needles, needleSize)}
	for _, m := range []string{mask, "***", "[redacted]"} {
		if r.mask = m; !slices.ContainsFunc(needles, func(n string) bool { return strings.ContainsAny(n, m) }) {
			return r
		}
	}
	r.mask = ""
	return r
}

// Redact returns the text with every known value replaced as Redact replaces it.
func (r *Redactor) Redact(text string) string {
	if r == nil || r.auto == nil {
		return text
	}
	ranges := r.auto.find(text)
	if len(ranges) == 0 {
		return text
	}
	if r.mask != "" {
		return replace(text, ranges, func(s string) string { return strings.TrimSuffix(Redact(s), mask) + r.mask })
	}
	// some value holds every mask: leave out, and look again at what has come together
	for len(ranges) > 0 {
		text = replace(text, ranges, func(string) string { return "" })
		ranges = r.auto.find(text)
	}
	return text
}

// A stretch is a half-open range of bytes.
type stretch struct{ start, end int }

// replace rewrites stretches of a text. Those that touch or overlap are one.
func replace(text string, ranges []stretch, show func(string) string) string {
	ranges = union(ranges)
	if len(ranges) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	at := 0
	for _, r := range ranges {
		b.WriteString(text[at:r.start])
		b.WriteString(show(text[r.start:r.end]))
		at = r.end
	}
	b.WriteString(text[at:])
	return b.String()
}

func union(ranges []stretch) []stretch {
	slices.SortFunc(ranges, func(a, b stretch) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	out := ranges[:0]
	for _, r := range ranges {
		switch {
		case r.end <= r.start:
		case len(out) > 0 && r.start <= out[len(out)-1].end:
			out[len(out)-1].end = max(out[len(out)-1].end, r.end)
		default:
			out = append(out, r)
		}
	}
	return out
}
