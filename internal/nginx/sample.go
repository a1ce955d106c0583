package nginx

import (
	"regexp/syntax"
	"strings"
)

// sampleRegexp returns a short text that a regular expression matches, "" if it does not parse. Assertions are not honoured:
// the caller tries the text.
func sampleRegexp(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	writeSample(&b, re)
	return b.String()
}

// writeSample writes a short text that re matches; it is bounded in length.
func writeSample(b *strings.Builder, re *syntax.Regexp) {
	if b.Len() > 200 {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(sampleRune(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpCapture, syntax.OpConcat:
		for _, s := range re.Sub {
			writeSample(b, s)
		}
	case syntax.OpAlternate, syntax.OpPlus:
		writeSample(b, re.Sub[0])
	case syntax.OpRepeat:
		for i := 0; i < max(re.Min, 0) && i < 20; i++ {
			writeSample(b, re.Sub[0])
		}
	}
}

// sampleRune takes a readable member of a class of characters.
func sampleRune(ranges []rune) rune {
	for _, want := range "x1/-a0A_" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if want >= ranges[i] && want <= ranges[i+1] {
				return want
			}
		}
	}
	if len(ranges) > 0 {
		return ranges[0]
	}
	return 'x'
}
