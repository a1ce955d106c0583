package dockerfile

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

func parse(text string) *File { return Parse(source.NewFile("Dockerfile", []byte(text))) }

// env writes the environment of an image as "A=b", with "?" for what is not known.
func env(img *Image) string {
	var out []string
	for _, v := range img.Env {
		s := v.Name + "=" + v.Value.Text
		if !v.Value.Known {
			s += "?"
		}
		if len(v.Args) > 0 {
			s += " of " + strings.Join(v.Args, ",")
		}
		out = append(out, s)
	}
	return strings.Join(out, "|")
}

func TestEnv(t *testing.T) {
	tests := []struct{ name, text, args, want string }{
		{"old form", "FROM x\nENV A b  c", "", "A=b  c"},
		{"pairs and quotes", `FROM x
ENV A="b c" D='e f' G=h\ i`, "", "A=b c|D=e f|G=h i"},
		{"lower case", "from x\nenv a=b", "", "a=b"},
		{"one ENV sees what was before it", "FROM x\nENV A=1\nENV A=2 B=$A", "", "A=2|B=1"},
		{"replaced in place", "FROM x\nENV A=1\nENV B=2\nENV A=3", "", "A=3|B=2"},
		{"argument with a default", "FROM x\nARG V=1\nENV A=$V", "", "A=1 of V"},
		{"argument passed", "FROM x\nARG V=1\nENV A=$V", "V=2", "A=2 of V"},
		{"argument that may be passed", "FROM x\nARG V=1\nENV A=x$V", "V?", "A=x$V? of V"},
		{"bare argument", "FROM x\nARG V\nENV A=$V B=${V:-d}", "", "A= of V|B=d of V"},
		{"bare argument passed", "FROM x\nARG V\nENV A=$V", "V=1", "A=1 of V"},
		{"argument not declared in the stage", "ARG V=1\nFROM x\nENV A=$V", "", "A=$V?"},
		{"global argument declared again", "ARG V=1\nFROM x\nARG V\nENV A=$V", "", "A=1 of V"},
		{"through another argument", "FROM x\nARG V=1\nARG W=$V-2\nENV A=$W", "", "A=1-2 of V,W"},
		{"variable of the base image", "FROM x\nENV PATH=/a:$PATH", "", "PATH=/a:$PATH?"},
		{"from scratch", "FROM scratch\nENV A=${B:-c}", "", "A=c"},
		{"parent stage", "FROM x AS base\nENV A=1\nFROM base\nENV B=$A", "", "A=1|B=1"},
		{"other stage", "FROM x AS build\nENV A=1\nFROM y\nENV B=2", "", "B=2"},
		{"stage chosen by an argument", "ARG V=one\nFROM x AS one\nENV A=1\nFROM x AS two\nENV A=2\nFROM $V", "V=two", "A=2"},
		{"stage chosen by a default", "ARG V=one\nFROM x AS one\nENV A=1\nFROM x AS two\nENV A=2\nFROM $V", "", "A=1"},
		{"ONBUILD of the image itself", "FROM x\nONBUILD ENV A=1\nENV B=2", "", "B=2"},
		{"ONBUILD of a parent", "FROM x AS a\nONBUILD ENV A=1\nFROM a\nENV B=$A", "", "A=1|B=1"},
		{"continued", "FROM x\nENV A=1 \\\n  # note\n\n  B=2", "", "A=1|B=2"},
		{"backtick", "# escape=`\nFROM x\nENV A=c:\\x `\n B=`\"q", "", "A=c:\\x|B=\"q"},
		{"ENV keeps a bare ARG out", "FROM x\nENV A=1\nARG A\nENV B=$A", "", "A=1|B=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(tt.text)
			if len(f.Problems) > 0 {
				t.Fatal(f.Problems[0].Text)
			}
			img := f.Image("", func(name string) (string, State) {
				for a := range strings.FieldsSeq(tt.args) {
					if k, v, ok := strings.Cut(a, "="); ok && k == name {
						return v, Set
					}
					if a == name+"?" {
						return "", Unknown
					}
				}
				return "", Unset
			})
			if got := env(img); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestImage(t *testing.T) {
	f := parse(`FROM python:3.12 AS base
WORKDIR /srv
CMD ["base"]
USER app
FROM node:22 AS assets
COPY front .
FROM base AS build
RUN --mount=type=bind,from=assets,target=/a make
FROM base AS web
WORKDIR app
COPY --from=build /x /y
COPY --from=1 /x /z
ENTRYPOINT ["/entry.sh"]
FROM web AS worker
CMD celery worker
ENTRYPOINT []
HEALTHCHECK NONE
`)
	names := func(list []*Stage) string {
		var out []string
		for _, s := range list {
			out = append(out, s.Name)
		}
		return strings.Join(out, " ")
	}
	web := f.Image("WEB", nil)
	if web.Cmd != nil || web.Entrypoint == nil || web.User == nil || web.Dir != "/srv/app" || web.Base.Text != "python:3.12" {
		t.Errorf("web: cmd %v, dir %q, base %q", web.Cmd, web.Dir, web.Base.Text)
	}
	if got := names(web.Chain) + " + " + names(web.Copied); got != "base web + assets build" {
		t.Error(got)
	}
	worker := f.Image("", nil)
	if worker.Cmd == nil || worker.Cmd.Command != "celery worker" || !worker.Healthcheck.Disabled || len(worker.Files) != 2 {
		t.Errorf("worker: %+v", worker)
	}
	if got := names(f.Target("worker")); got != "base web worker assets build" {
		t.Error(got)
	}
	if f.Image("none", nil) != nil || f.Target("none") != nil {
		t.Error("a stage that is not there has an image")
	}
	if m := f.Stages[2].Instructions[0].Mounts; len(m) != 1 || m[0].FromStage != f.Stages[1] || m[0].Target != "/a" {
		t.Errorf("%+v", m)
	}
}

// TestPlaces checks that what is told of a word stands where it is said to.
func TestPlaces(t *testing.T) {
	text := "# syntax=docker/dockerfile:1\r\nFROM --platform=linux/amd64 a:1 AS b\r\n# why\r\n# so\r\nENV ONE=1 \\\r\n    TWO=\"2 \\\r\n3\"\r\n" +
		"COPY --chown=a --exclude=*.env . \\\r\n  # note\r\n  /app\r\nRUN --mount=type=secret,id=k cat <<-'E' && \\\r\n  x\r\n\tone\r\n\tE\r\nCMD [\"a\", \"b\\u0063\"]\r\nLABEL x y\r\n"
	f := parse(text)
	if len(f.Problems) > 0 {
		t.Fatal(f.Problems)
	}
	s := f.Stages[0]
	at := func(what string, span source.Span, want string) {
		t.Helper()
		if got := span.Text(); got != want {
			t.Errorf("%s is at %q, want %q", what, got, want)
		}
	}
	at("base", s.Base.Span, "a:1")
	at("platform", s.Platform.Span, "linux/amd64")
	e, c, r, cmd := s.Instructions[0], s.Instructions[1], s.Instructions[2], s.Instructions[3]
	at("keyword", e.Keyword, "ENV")
	at("key", e.Pairs[1].KeySpan, "TWO")
	at("value", e.Pairs[1].Value.Span, "\"2 \\\r\n3\"")
	if e.Pairs[1].Value.Text != "2 3" || e.Comment != "why\nso" {
		t.Errorf("%q, comment %q", e.Pairs[1].Value.Text, e.Comment)
	}
	at("source", c.Sources[0].Span, ".")
	at("destination", c.Dest.Span, "/app")
	at("exclude", c.Excludes[0].Span, "*.env")
	at("body", r.Heredocs[0].Body, "\tone\r\n")
	if r.Heredocs[0].Text != "one\r\n" || r.Heredocs[0].Expand || r.Command != "cat <<-'E' &&   x" || r.Mounts[0].ID != "k" {
		t.Errorf("%+v %q", r.Heredocs[0], r.Command)
	}
	at("mount", r.Mounts[0].Span, "type=secret,id=k")
	if got := f.Source.Text[r.Place(len(r.Command)-1)]; got != 'x' {
		t.Errorf("the command ends at %q", got)
	}
	at("word", cmd.Words[1].Span, `b\u0063`)
	if cmd.Words[1].Text != "bc" || cmd.Command != "a bc" || !cmd.Exec {
		t.Errorf("%+v", cmd.Words)
	}
	at("old form", s.Instructions[4].Pairs[0].Value.Span, "y")
}

func TestProblems(t *testing.T) {
	tests := []struct {
		text string
		line int // 0: no problem
	}{
		{"# syntax=docker/dockerfile:1.99-labs\nFROM x\nRUN --future=1 x\nCOPY --new a b\n", 0},
		{"# syntax=example/other\nINCLUDE x\n", 0},
		{"FROM x\nONBUILD RUN y\n", 0},
		{"# escape=`\nFROM x\nRUN dir `\n c:\\\n", 0},
		{"FROM x\nRUN <<EOF\nfoo bar\nEOF\nRUN docker inspect -f '{{.Id}}' x\n", 0},
		{"FROM {{ cookiecutter.image }}\n{% if cookiecutter.x %}\nRUN x\n{% endif %}\n", 0},
		{"FROM x\nENV A={{ b }} c\n", 0},
		{"FROM x\n\nRUNN y\nRUN z\n", 3},
		{"RUN x\n", 1},
		{"", 1},
		{"FROM x\nENV A=${\n", 2},
		{"FROM x\nCOPY --from=3 a b\n", 2},
		{"FROM x\nCOPY --from=$Y a b\n", 2},
		{"FROM x\nRUN <<EOF\ntext\n", 2},
		{"FROM x\nRUN " + strings.Repeat("a", 70000) + "\nUSER u\n", 2},
	}
	for _, tt := range tests {
		f := parse(tt.text)
		line := 0
		if len(f.Problems) > 0 {
			line = f.Problems[0].Span.Position().Line
		}
		if line != tt.line {
			t.Errorf("%.60q: problem in line %d, want %d: %v", tt.text, line, tt.line, f.Problems)
		}
	}
	if f := parse(tests[5].text); !f.Template {
		t.Error("a template is not seen as one")
	}
	if f := parse(tests[7].text); len(f.Stages[0].Instructions) != 1 {
		t.Error("what follows a problem is not read")
	}
}

func TestHostile(t *testing.T) {
	rep := strings.Repeat
	chain := func() string {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, "FROM s%d AS s%d\n", i, i+1)
		}
		return b.String()
	}
	tests := map[string]string{
		"long line":   "FROM x\nRUN " + rep("a", 10<<20),
		"stages":      rep("FROM x\n", 100_000),
		"chain":       chain(),
		"heredoc":     "FROM x\nRUN <<EOF\n" + rep("a\n", 300_000),
		"heredocs":    "FROM x\n" + rep("RUN <<A <<B <<C\n", 50_000),
		"continued":   "FROM x\nRUN " + rep("a \\\n", 200_000),
		"doubling":    "FROM x\nENV A=x\n" + rep("ENV A=$A$A\n", 50_000),
		"pairs":       "FROM x\nENV " + rep("a=b ", 15_000) + "\n" + rep("FROM x\nENV a=b\n", 1000),
		"nested":      "FROM x\nENV A=" + rep("${A:-", 12_000) + rep("}", 12_000) + "\n",
		"quotes":      "FROM x\nENV A=" + rep("\"$A", 10_000) + "\n",
		"trim":        "FROM scratch\nENV A=" + rep("ab", 10_000) + "\n" + rep("ENV B=${A%%*a*b*a*b*c}\n", 100),
		"json":        "FROM x\nCMD " + rep("[", 60_000) + "\n",
		"json words":  "FROM x\n" + rep("CMD ["+rep("\"a\",", 10_000)+"\"b\"]\n", 20),
		"onbuild":     "FROM x\n" + rep("ONBUILD ", 8000) + "RUN x\n",
		"unknown":     rep("WHAT is this\n", 80_000),
		"comments":    rep("# a\n", 250_000) + "FROM x\n",
		"args":        rep("ARG A=$A$B\n", 90_000),
		"copies":      "FROM x AS a\n" + rep("COPY --from=a b c\n", 50_000),
		"mounts":      "FROM x\nRUN " + rep("--mount=type=bind,from=a ", 2500) + "\n",
		"binary":      "\x00\x01\xff\xfe" + rep("\xff\n", 1000),
		"circle":      "FROM x AS a\nCOPY --from=b c d\nFROM x AS b\nCOPY --from=a c d\n",
		"continuated": rep("\\\n", 300_000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f := source.NewFile("Dockerfile", []byte(text))
			d := Parse(f)
			inBounds(t, d)
			d.Image("", nil)
			d.Target("")
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// inBounds checks every place that a file tells.
func inBounds(t *testing.T, f *File) {
	t.Helper()
	ok := func(what string, at source.Span) {
		t.Helper()
		if at.File != nil && (at.File != f.Source || at.Start < 0 || at.Start > at.End || at.End > len(f.Source.Text)) {
			t.Fatalf("%s is at %d:%d of %d bytes", what, at.Start, at.End, len(f.Source.Text))
		}
	}
	one := func(in *Instruction) {
		t.Helper()
		for _, s := range []source.Span{in.Span, in.Keyword, in.Args, in.Dest.Span, in.From.Span, in.CommandSpan()} {
			ok(string(in.Kind), s)
		}
		for _, list := range [][]Value{in.Words, in.Sources, in.Excludes} {
			for _, v := range list {
				ok("word "+v.Raw, v.Span)
			}
		}
		for _, p := range in.Pairs {
			ok("name "+p.Key, p.KeySpan)
			ok("value", p.Value.Span)
		}
		for _, p := range in.Flags {
			ok("flag "+p.Name, p.Value.Span)
		}
		for _, h := range in.Heredocs {
			ok("heredoc "+h.Name, h.Body)
		}
		for i := range in.Command[:min(len(in.Command), 100)] {
			if at := in.Place(i); at < 0 || at > len(f.Source.Text) {
				t.Fatalf("byte %d of %q is at %d", i, in.Command, at)
			}
		}
	}
	for _, p := range f.Problems {
		ok(p.Text, p.Span)
		if strings.Contains(p.Span.Text(), "\n") {
			t.Fatalf("problem %q has several lines", p.Text)
		}
	}
	for _, in := range f.Args {
		one(in)
	}
	for _, s := range f.Stages {
		ok("stage", s.Span)
		ok("base", s.Base.Span)
		for _, in := range s.Instructions {
			one(in)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"FROM a AS b\nENV A=1 B=\"$A\"\nCOPY --from=b x y\n", "# escape=`\nFROM a\nRUN x `\n y\n", "ARG V=1\nFROM a:${V:-2}\nRUN <<-EOF sh\n\tx\n\tEOF\n",
		"FROM a\nCMD [\"x\", \"\\u00e9\"]\nHEALTHCHECK --interval=1s CMD y\nONBUILD COPY . .\n", "FROM a\nENV A ${B%%*.} c\nLABEL \"x y\"=z\n", "FROM \xff\n\ufeffRUN x \\\n#c\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 2000 {
			compareFuzz(t, text)
		}
		d := parse(text)
		inBounds(t, d)
		d.Image("", func(string) (string, State) { return "", Unknown })
		ParseIgnore(source.NewFile(".dockerignore", []byte(text))).Match("a/b")
	})
}

// compareFuzz is compare for texts that are UTF-8, since BuildKit replaces what is not.
func compareFuzz(t *testing.T, text string) {
	if strings.ToValidUTF8(text, "") != text || foreign(parse(text).Syntax) || parse(text).Template {
		return
	}
	_, _, err := accept(text)
	problems := parse(text).Problems
	if err == nil && len(problems) > 0 && !strings.HasPrefix(problems[0].Text, "the value cannot") && !strings.HasPrefix(problems[0].Text, "COPY --from") && problems[0].Text != "the file has no FROM" {
		t.Errorf("%q is accepted by BuildKit, we say %q", text, problems[0].Text)
	}
}
