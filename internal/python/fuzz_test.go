package python

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

// FuzzParse reads arbitrary bytes: no panic, tokens and comments stand in order and leave nothing between them but blanks, line
// ends and backslashes, every node stands within its file.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../django/testdata/corpus/*/*.py")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	for _, s := range []string{"", "x", "\ufeffx = 1\r\n", "if x:\n\ty = (1,\n", "f'{a!r:>{b}}' f\"{{}}\"\n", "'''\n", "\\\n\\", "# coding: latin-1\n\xe9 = 1\n", "def f(\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := []byte(text)
		file := source.NewFile("fuzz.py", src)
		m := Parse(file)
		checkTokens(t, src)
		WalkBody(m.Body, func(n Node) bool {
			if n.Pos() < 0 || n.End() > len(src) || n.Pos() > n.End() {
				t.Fatalf("%T at %d–%d of %d bytes", n, n.Pos(), n.End(), len(src))
			}
			return true
		})
		for _, p := range m.Problems {
			if p.Span.Start < 0 || p.Span.End > len(src) || p.Span.Start > p.Span.End {
				t.Fatalf("problem at %d–%d of %d", p.Span.Start, p.Span.End, len(src))
			}
		}
	})
}

// checkTokens puts tokens, comments and what stands between them together again.
func checkTokens(t *testing.T, src []byte) {
	if len(src) > maxSize {
		return
	}
	l := lex(src, false)
	if l.cut >= 0 || l.resyncs > 0 || len(l.problems) > 0 {
		return // what is given up is not in tokens
	}
	covered := make([]bool, len(src))
	last := int32(0)
	for _, k := range l.toks {
		if k.start < last || k.end < k.start || int(k.end) > len(src) {
			t.Fatalf("token %d–%d after %d of %d bytes", k.start, k.end, last, len(src))
		}
		if k.kind != tIndent && k.kind != tDedent {
			last = k.start
		}
		for n := k.start; n < k.end; n++ {
			covered[n] = true
		}
	}
	for _, c := range l.comments {
		for n := c.From; n < c.To; n++ {
			covered[n] = true
		}
	}
	rest := strings.TrimPrefix(string(src), "\ufeff")
	skip := len(src) - len(rest)
	var out strings.Builder
	for n := range src {
		if covered[n] || n < skip || strings.IndexByte(" \t\f\r\n\\", src[n]) >= 0 {
			out.WriteByte(src[n])
		}
	}
	if out.String() != string(src) {
		t.Fatalf("the tokens of %q give %q", src, out.String())
	}
}
