package shell

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

// TestHostile gives each text, written to exhaust a reader, a few seconds at most.
func TestHostile(t *testing.T) {
	rep := strings.Repeat
	tests := map[string]string{
		"long line":          "echo " + rep("a", 10<<20),
		"long line and more": "echo " + rep("a b ", 100<<10) + "\necho end\n",
		"big script":         rep("echo hello world\n", 200_000),
		"substitutions":      rep("$(", 100_000),
		"closed":             rep("$(", 900) + "true" + rep(")", 900),
		"subshells":          rep("(", 100_000),
		"braces":             rep("{ ", 100_000),
		"defaults":           rep("${a:-", 100_000),
		"arithmetic":         rep("$((", 50_000),
		"ifs":                rep("if ", 100_000),
		"nested ifs":         rep("if true; then ", 4000) + "x" + rep("; fi", 4000),
		"loops":              rep("for a in 1 2 3 4 5 6 7 8 9; do ", 100) + "echo $a" + rep("; done", 100),
		"doubling":           "a=x\n" + rep("a=$a$a\n", 100) + "echo $a\n",
		"doubling array":     "a=(x y)\n" + rep("a=(\"${a[@]}\" \"${a[@]}\")\n", 100) + "echo \"${a[@]}\"\n",
		"recursion":          "f() { f; f; f; }\nf\n",
		"calls":              rep("f() { g; g; g; g; }\ng() { h; h; h; h; }\nh() { f x; f y; }\n", 20) + "f\n",
		"and chain":          rep("a && ", 200_000) + "b",
		"and lines":          rep("a &&\n", 300_000) + "b",
		"pipe chain":         rep("a | ", 200_000) + "b",
		"not":                "[[ " + rep("! ", 100_000) + "x ]]",
		"minus":              "((" + rep("- ", 100_000) + "1))",
		"variables": func() string {
			var b strings.Builder
			for i := range 60_000 {
				fmt.Fprintf(&b, "v%d=$v%d$x\n", i+1, i)
			}
			return b.String()
		}(),
		"branches":      "a=x\n" + rep("if [ -f y ]; then a=$a$b; fi\n", 20_000) + "echo $a\n",
		"cases":         "case $x in\n" + rep("a) b=$b$c ;;\n", 50_000) + "esac\n",
		"heredoc":       "cat <<EOF\n" + rep("text $x\n", 100_000),
		"heredocs":      rep("cat <<A <<B <<C\n", 50_000),
		"quotes":        rep("\"$(echo '", 50_000),
		"inner":         rep("sh -c \"", 1000) + "x" + rep("\"", 1000),
		"inner scripts": rep("sh -c 'sh -c \"echo $a $b; certbot certonly -d $c\"'\n", 20_000),
		"eval":          "a='eval $a $a'\n" + rep("eval $a $a $a\n", 5000),
		"trim":          "a=" + rep("ab", 500) + "\n" + rep("b=${a%%*a*b*a*b*a*c}\n", 300),
		"replace":       "a=" + rep("a", 1000) + "\n" + rep("a=${a//a/aa}\n", 50),
		"backquotes":    rep("`", 100_000),
		"syntax errors": rep(")\n", 100_000),
		"nul":           "echo \x00 a",
		"invalid UTF-8": "echo \xff\xfe $\xff ${\xff}\n",
		"globs":         rep("@(", 100_000),
		"indices":       rep("${a[", 100_000),
		"functions":     rep("f() ", 100_000) + "{ :; }",
		"sets":          rep("set -- $@ $@ a\n", 200),
		"cron":          rep("echo '* * * * * certbot renew' | crontab -\n", 20_000),
		"printf":        "x=$(printf '%s' " + rep("a ", 20_000) + ")",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f := source.NewFile("x.sh", []byte(text))
			s := Parse(f)
			inBounds(t, f, s)
			s.Certbots()
			s.Composes()
			s.Servers()
			s.Manages()
			s.Exports()
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("%s took %v", name, d)
			} else if d > 500*time.Millisecond {
				t.Logf("%s took %v", name, d)
			}
		})
	}
}

// inBounds checks every place that a script tells.
func inBounds(t *testing.T, f *source.File, s *Script) {
	t.Helper()
	ok := func(what string, at source.Span) {
		t.Helper()
		if at.File != nil && (at.File != f || at.Start < 0 || at.Start > at.End || at.End > len(f.Text)) {
			t.Fatalf("%s is at %d:%d of %d bytes", what, at.Start, at.End, len(f.Text))
		}
	}
	word := func(w Word) {
		t.Helper()
		ok("word "+w.Raw, w.Span)
		ok("origin of "+w.Raw, w.Origin)
	}
	for _, p := range s.Problems {
		ok(p.Text, p.Span)
	}
	for _, c := range s.All() {
		ok("command", c.Span)
		for _, w := range c.Args {
			word(w)
		}
		for _, a := range c.Env() {
			ok(a.Name, a.NameSpan)
			word(a.Value)
		}
		for _, a := range c.Assigns {
			ok(a.Name, a.NameSpan)
			word(a.Value)
			for _, w := range a.Array {
				word(w)
			}
		}
		for _, r := range c.Redirects {
			word(r.File)
		}
		for _, h := range c.Heredocs {
			ok("heredoc", h.Body)
		}
	}
	for _, c := range s.Certbots() {
		for _, w := range append(append(c.Domains, c.Emails...), c.Webroots...) {
			word(w)
		}
	}
	for _, w := range s.Sources() {
		word(w)
	}
	for _, c := range s.Composes() {
		for _, w := range append(append(c.Files, c.EnvFiles...), c.Project, c.Entrypoint) {
			word(w)
		}
	}
	for _, v := range s.Servers() {
		ok("app", v.AppSpan)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"a=1 b=$a c <d >e <<EOF\n$x\nEOF\n", "for d in \"${a[@]}\"; do x=\"$x -d $d\"; done", "case $a in b) c ;; *) d ;; esac", "if [ $a = b ]; then c; fi",
		"docker compose -f a.yml run --rm --entrypoint \"certbot certonly -d $a\" certbot", "f() { local x=$1; echo ${x:-y}; }; f a", "a=(b c); echo ${a[1]} ${#a[@]} ${a[@]/#/-d }",
		"sh -c 'echo \"$a\"'", "ssh h \"cd /x && y\"", "echo \"0 3 * * * certbot renew\" | crontab -", "x=$(echo $y | tr , ' ')", "${a:?b} ${a%.*} ${a//b/c}", "exec gunicorn a.wsgi",
		"env A=b sudo -u c python -m django migrate --settings=x", "(cd a; b) & c || d", "set -a; . .env; set +a", "read -ra a <<< \"b,c\"", "[[ -n $a && $b == c* ]] && d",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("x.sh", []byte(text))
		inBounds(t, file, Parse(file))
		outer := source.NewFile("Makefile", []byte("run:\n\t"+text+"\n"))
		at := source.Span{File: outer, Start: 6, End: 6 + len(text)}
		inBounds(t, outer, ParseText(at, text))
		inBounds(t, outer, ParseText(at, text+" x"))
	})
}
