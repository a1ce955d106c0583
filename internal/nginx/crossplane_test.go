package nginx

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	crossplane "github.com/nginxinc/nginx-go-crossplane"
	"github.com/prodcheck/prodcheck/internal/source"
)

// TestCrossplane compares directives, arguments and lines with crossplane's wherever it parses.
func TestCrossplane(t *testing.T) {
	cases := corpus(t)
	for _, c := range headerCases(t) {
		cases = append(cases, corpusCase{"headers/" + c.name, wrap(c.config, "80", "443", "127.0.0.1:1", "/site")})
	}
	for _, glob := range []string{"/etc/nginx/*.conf", "/etc/nginx/*_params", "/etc/nginx/mime.types", "/etc/nginx/*-*", "/etc/nginx/*/*"} {
		files, _ := filepath.Glob(glob)
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil {
				cases = append(cases, corpusCase{f, string(b)})
			}
		}
	}
	parsed := 0
	for _, c := range cases {
		want, ok := cross(c.text)
		if !ok {
			continue
		}
		f := Parse(source.NewFile("nginx.conf", []byte(c.text)))
		if len(f.Invalid) > 0 {
			continue // crossplane passes over some of what nginx refuses: the corpus compares that
		}
		parsed++
		var got, exp []string
		flatten(f.Directives, 0, &got)
		flattenCross(want, 0, &exp)
		for i := 0; i < max(len(got), len(exp)); i++ {
			if i >= len(got) || i >= len(exp) || got[i] != exp[i] {
				t.Errorf("%s:\n got %s\nwant %s", c.name, at(got, i), at(exp, i))
				break
			}
		}
	}
	t.Logf("%d of %d parsed by both", parsed, len(cases))
	if parsed < 150 {
		t.Errorf("%d configurations parsed by both, want 150 or more", parsed)
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(end)"
}

func flatten(list []*Directive, depth int, out *[]string) {
	for _, d := range list {
		args := d.Texts()
		if d.Name == "if" && !d.Data {
			args = ifWords(d)
		}
		*out = append(*out, line(depth, d.Span.Position().Line, d.Name, args))
		flatten(d.Block, depth+1, out)
	}
}

func flattenCross(list crossplane.Directives, depth int, out *[]string) {
	for _, d := range list {
		*out = append(*out, line(depth, d.Line, d.Directive, d.Args))
		flattenCross(d.Block, depth+1, out)
	}
}

func line(depth, n int, name string, args []string) string {
	all := append([]string{name}, args...)
	for i, a := range all { // crossplane keeps or drops backslashes in its own way
		all[i] = strings.ReplaceAll(a, `\`, "")
	}
	return strings.Repeat(" ", depth) + itoa(n) + " " + strings.Join(all, "␣")
}

func itoa(n int) string {
	return string(rune('0'+n/100%10)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
}

func cross(text string) (list crossplane.Directives, ok bool) {
	defer func() {
		if recover() != nil { // it panics on some conditions
			ok = false
		}
	}()
	p, err := crossplane.Parse("nginx.conf", &crossplane.ParseOptions{
		SingleFile: true, SkipDirectiveContextCheck: true, SkipDirectiveArgsCheck: true, StopParsingOnError: true,
		Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	})
	if err != nil || p.Status != "ok" || len(p.Config) != 1 {
		return nil, false
	}
	return p.Config[0].Parsed, true
}
