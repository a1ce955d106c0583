package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

func lex(name, text string) string {
	var b strings.Builder
	for _, t := range Lex(source.NewFile(name, []byte(text))) {
		fmt.Fprintf(&b, "%s%q ", []string{"i", "s", "t", "n", "r", "p", "x"}[t.Kind], t.Text)
	}
	return strings.TrimSpace(b.String())
}

func TestLex(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.js", `const a = "x\"y" // "no"`, `i"const" i"a" p"=" s"x\"y"`},
		{"a.js", "f(`a${b + `c${d}`}e`)", "i\"f\" p\"(\" t\"a\" i\"b\" p\"+\" t\"c\" i\"d\" p\")\""},
		{"a.js", "`plain`", `s"plain"`},
		{"a.js", `x = a / b; y = /["']/g.test(s)`, `i"x" p"=" i"a" p"/" i"b" p";" i"y" p"=" r"/[\"']/g" p"." i"test" p"(" i"s" p")"`},
		{"a.jsx", `const p = <p title="it's">don't {say("hi")} it's</p>; q = 'z'`,
			`i"const" i"p" p"=" p"<" i"p" i"title" p"=" s"it's" p">" x"don't " p"{" i"say" p"(" s"hi" p")" p"}" x" it's" p"</>" p";" i"q" p"=" s"z"`},
		{"a.tsx", `const f = <T,>(x: T) => x; let s: Array<string> = ['a']`,
			`i"const" i"f" p"=" p"<" i"T" p"," p">" p"(" i"x" p":" i"T" p")" p"=>" i"x" p";" i"let" i"s" p":" i"Array" p"<" i"string" p">" p"=" p"[" s"a" p"]"`},
		{"a.ts", `if (a < b) c = 'd'`, `i"if" p"(" i"a" p"<" i"b" p")" i"c" p"=" s"d"`},
		{"a.js", "a = 'open\nb = 'c'", `i"a" p"=" s"open" i"b" p"=" s"c"`},
		{"a.jsx", `return <><img src={x} /><br/></>`, `i"return" p"<" p">" p"<" i"img" i"src" p"=" p"{" i"x" p"}" p"/>" p"<" i"br" p"/>" p"</>"`},
		{"a.js", `/* "a" */ u ||= v ?? w?.x`, `i"u" p"||=" i"v" p"??" i"w" p"?." i"x"`},
	} {
		if got := lex(c.name, c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestPage(t *testing.T) {
	f := source.NewFile("a.html", []byte("{% if x %}<p>\n<script src=\"http://cdn.example.org/a.js\"></script>\n<a href='http://b'>b</a>\n<script>var u = 'it';</script>\n<link rel=Stylesheet href=http://c/>{% endif %}<script type=\"application/json\">{'x'}</script>"))
	var got []string
	for _, r := range Resources(f) {
		got = append(got, fmt.Sprintf("%s %s %s %d:%s", r.Tag, r.URL, r.Rel, r.Span.Position().Line, r.Span.Text()))
	}
	want := "script http://cdn.example.org/a.js  2:http://cdn.example.org/a.js|a http://b  3:http://b|link http://c/ stylesheet 5:http://c/"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
	scripts := Scripts(f)
	if len(scripts) != 1 || len(scripts[0]) != 5 || scripts[0][3].Text != "it" || scripts[0][3].Span.Text() != "'it'" {
		t.Errorf("scripts: %v", scripts)
	}
}

// Input of no sense takes bounded time and gives tokens whose spans are in order and inside the file.
func TestHostile(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("<a>", 100000), strings.Repeat("`${", 100000), strings.Repeat("{", 100000), strings.Repeat("/*", 100000), strings.Repeat("<a b={", 50000),
		strings.Repeat("\"", 100001), strings.Repeat("<a b='", 100000), strings.Repeat("/", 200000),
	} {
		checkTokens(t, text)
	}
}

func checkTokens(t *testing.T, text string) {
	f := source.NewFile("a.jsx", []byte(text))
	last := 0
	for _, tok := range Lex(f) {
		if tok.Span.Start < last || tok.Span.End > len(text) || tok.Span.Start > tok.Span.End {
			t.Fatalf("span %d-%d after %d of %d", tok.Span.Start, tok.Span.End, last, len(text))
		}
		last = tok.Span.Start
	}
	Resources(f)
	Scripts(f)
}

func FuzzParse(f *testing.F) {
	f.Add("const a = <p>it's {`x${y}`}</p>")
	f.Add("<script>a('b')</script><img src=http://x>")
	f.Fuzz(checkTokens)
}
