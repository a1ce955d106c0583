package dockerfile

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	bk "github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/prodcheck/prodcheck/internal/source"
)

// TestIgnoreOracle holds every decision against Docker's own matcher.
func TestIgnoreOracle(t *testing.T) {
	hand := []string{
		".env", "/.env", "**/.env", "*.env", ".env*", "!.env.example", "*", "**", "!app", "app/", "/app", "app/**", "**/app", "**/*.pem",
		"app/*/secret", "app/**/secret", "*/.env", "a?c", "[a-c]x", "[^a]x", "[!a]x", `\!x`, `a\*b`, "!", "!/", "! .env", "# no", "  .env  ",
		"./.env", "../.env", "app/../.env", "/", ".", "..", "//app", "a^b", "^a*", "a.b", "a+b(c)", "{a,b}", "$x", "x$", "**env", "e**", "a**b",
		"***", "**/**", "**/*", "[", "a[", "[]", "[a", "a]", "é*", "app/**/**/x", "/!x", "/ x", "!!x", "!app/../x", "a//b", "*.*", "?", "??",
	}
	paths := []string{
		".env", "app/.env", "app/deep/.env", ".env.example", "app", "app/main.py", "app/x/secret", "app/x/y/secret", "secret", "key.pem",
		"app/key.pem", "abc", "ax", "bx", "!x", "a*b", "a^b", "a.b", "aab", "a+b(c)", "$x", "x$", "x", "env", "enve", "e", "é1", "b", "a/b",
		"app/b/x", "y/app/z", "a", " x",
	}
	check := func(t *testing.T, text string, paths []string) (n int) {
		g := ParseIgnore(source.NewFile(".dockerignore", []byte(text)))
		patterns, err := ignorefile.ReadAll(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		pm, err := patternmatcher.New(patterns)
		if err != nil {
			if len(g.Problems) == 0 {
				t.Errorf("%q: Docker says %v, we see no problem", text, err)
			}
			return 0
		}
		for _, p := range paths {
			want, err := pm.MatchesOrParentMatches(p)
			if err != nil {
				if len(g.Problems) == 0 {
					t.Errorf("%q: Docker says %v, we see no problem", text, err)
				}
				return n
			}
			got, by := g.Match(p)
			if got != want {
				t.Errorf("%q and %q: ignored %v, Docker says %v", text, p, got, want)
			}
			if got && by.IsZero() || !by.IsZero() && strings.HasPrefix(by.Text(), "!") == got {
				t.Errorf("%q and %q: ignored %v because of %q", text, p, got, by.Text())
			}
			n++
		}
		return n
	}
	n := 0
	for _, rule := range hand {
		n += check(t, rule, paths)
		n += check(t, "*\n!"+strings.TrimPrefix(rule, "!"), paths)
	}
	r := rand.New(rand.NewSource(1))
	atoms := []string{"*", "**", "?", "/", ".", "a", "b", "app", ".env", "!", "[ab]", "[^a]", `\`, "é", "x.y", "^", "$", " "}
	word := func(list []string, most int) string {
		var b strings.Builder
		for range 1 + r.Intn(most) {
			b.WriteString(list[r.Intn(len(list))])
		}
		return b.String()
	}
	for range 1500 {
		var lines, names []string
		for range 1 + r.Intn(4) {
			lines = append(lines, word(atoms, 5))
		}
		for range 6 {
			if name := strings.Trim(word([]string{"a", "b", "app", ".env", "/", "é", "x.y", "^", "$"}, 5), "/"); name != "" {
				names = append(names, strings.ReplaceAll(name, "//", "/"))
			}
		}
		n += check(t, strings.Join(lines, "\n"), names)
	}
	if n < 5000 {
		t.Errorf("only %d decisions were compared", n)
	}
	t.Logf("%d decisions equal", n)
}

// TestExpandOracle holds the expansion of a word against BuildKit's, with every variable known.
func TestExpandOracle(t *testing.T) {
	env := map[string]string{"A": "one", "B": "", "LONG": "a.b.c/d", "É": "x"}
	var list []string
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	lex := map[byte]*shell.Lex{'\\': shell.NewLex('\\'), '`': shell.NewLex('`')}
	r := rand.New(rand.NewSource(2))
	atoms := []string{"$A", "${A}", "${B:-x}", "${B-x}", "${C:-", "}", "${A:+y}", "${C:+y}", "${A:?m}", "'", `"`, `\`, "`", "$", "${", "x", " ", "${LONG%.*}",
		"${LONG%%.*}", "${LONG#*.}", "${LONG##*.}", "${LONG/./-}", "${LONG//./-}", "$1", "$@", "{", "${A", "é", "$É", "${C:=x}", "*", "/", "${LONG%"}
	same := 0
	for range 30000 {
		var b strings.Builder
		for range 1 + r.Intn(6) {
			b.WriteString(atoms[r.Intn(len(atoms))])
		}
		s, escape := b.String(), byte('\\')
		if r.Intn(4) == 0 {
			escape = '`'
		}
		want, _, wantErr := lex[escape].ProcessWord(s, shell.EnvsFromSlice(list))
		budget := maxExpanded
		got, err := expand(s, escape, func(name string) binding {
			v, ok := env[name]
			return binding{text: v, set: ok, known: true}
		}, &budget)
		if (err != nil) != (wantErr != nil) {
			t.Errorf("%q: error %v, BuildKit says %v", s, err, wantErr)
			continue
		}
		if err == nil && got.known {
			if got.text != want {
				t.Errorf("%q: %q, BuildKit says %q", s, got.text, want)
			}
			same++
		}
	}
	if same < 5000 {
		t.Errorf("only %d words were compared", same)
	}
}

// accept returns what BuildKit makes of a file.
func accept(text string) ([]instructions.Stage, []instructions.ArgCommand, error) {
	res, err := bk.Parse(bytes.NewReader([]byte(text)))
	if err != nil {
		return nil, nil, err
	}
	return instructions.Parse(res.AST, linter.New(&linter.Config{Warn: func(string, string, string, string, []bk.Range) {}}))
}

// compare holds a file against BuildKit: whether it is accepted, and the stages, names and values it has.
func compare(t *testing.T, text string) bool {
	t.Helper()
	stages, args, err := accept(text)
	f := Parse(source.NewFile("Dockerfile", []byte(text)))
	var problems []string
	for _, p := range f.Problems {
		if !strings.HasPrefix(p.Text, "the value cannot be expanded") && !strings.HasPrefix(p.Text, "COPY --from") && (p.Text != "the file has no FROM" || err != nil && strings.Contains(err.Error(), "no instructions")) {
			problems = append(problems, p.Text)
		}
	}
	if err != nil && strings.Contains(err.Error(), "unknown flag") {
		return false
	}
	if (err != nil) != (len(problems) > 0) {
		t.Errorf("%q:\nBuildKit says %v\nwe say %q", text, err, problems)
		return false
	}
	if err != nil {
		return false
	}
	if want, got := describe(stages, args), f.describe(); want != got {
		t.Errorf("%q:\nBuildKit:\n%s\nours:\n%s", text, want, got)
	}
	return true
}

func describe(stages []instructions.Stage, args []instructions.ArgCommand) string {
	var b strings.Builder
	one := func(c instructions.Command) {
		if strings.EqualFold(c.Name(), "onbuild") {
			return
		}
		b.WriteString(strings.ToLower(c.Name()))
		switch c := c.(type) {
		case *instructions.EnvCommand:
			fmt.Fprintf(&b, " %q", pairs(c.Env))
		case *instructions.LabelCommand:
			fmt.Fprintf(&b, " %q", pairs(c.Labels))
		case *instructions.ArgCommand:
			for _, p := range c.Args {
				fmt.Fprintf(&b, " %q", p.Key)
				if p.Value != nil {
					fmt.Fprintf(&b, "=%q", *p.Value)
				}
			}
		case *instructions.CopyCommand:
			fmt.Fprintf(&b, " %q %q from %q not %q", c.SourcePaths, c.DestPath, c.From, c.ExcludePatterns)
			for _, d := range c.SourceContents {
				fmt.Fprintf(&b, " %q %q %v", d.Path, d.Data, d.Expand)
			}
		case *instructions.AddCommand:
			fmt.Fprintf(&b, " %q %q", c.SourcePaths, c.DestPath)
		case *instructions.RunCommand:
			fmt.Fprintf(&b, " %q %v", strings.Join(c.CmdLine, " "), !c.PrependShell)
			for _, d := range c.Files {
				text := d.Data
				if d.Chomp {
					text = bk.ChompHeredocContent(text)
				}
				fmt.Fprintf(&b, " %q %q", d.Name, text)
			}
		case *instructions.CmdCommand:
			fmt.Fprintf(&b, " %q %v", strings.Join(c.CmdLine, " "), !c.PrependShell)
		case *instructions.EntrypointCommand:
			fmt.Fprintf(&b, " %q %v", strings.Join(c.CmdLine, " "), !c.PrependShell)
		case *instructions.UserCommand:
			fmt.Fprintf(&b, " %q", c.User)
		case *instructions.WorkdirCommand:
			fmt.Fprintf(&b, " %q", c.Path)
		case *instructions.VolumeCommand:
			fmt.Fprintf(&b, " %q", c.Volumes)
		}
		b.WriteByte('\n')
	}
	for i := range args {
		one(&args[i])
	}
	for _, s := range stages {
		fmt.Fprintf(&b, "FROM %q %q %q\n", s.BaseName, s.Name, s.Platform)
		for _, c := range s.Commands {
			one(c)
		}
	}
	return b.String()
}

func pairs(list instructions.KeyValuePairs) (out []string) {
	for _, p := range list {
		out = append(out, p.Key, p.Value)
	}
	return out
}

func (f *File) describe() string {
	var b strings.Builder
	one := func(in *Instruction) {
		if in.OnBuild {
			return
		}
		b.WriteString(strings.ToLower(string(in.Kind)))
		texts := func(list []Value) (out []string) {
			for _, v := range list {
				out = append(out, v.text)
			}
			return out
		}
		switch in.Kind {
		case Env, Label:
			var out []string
			for _, p := range in.Pairs {
				out = append(out, p.Key, p.Value.text)
			}
			fmt.Fprintf(&b, " %q", out)
		case Arg:
			for _, p := range in.Pairs {
				fmt.Fprintf(&b, " %q", p.Key)
				if !p.Bare {
					fmt.Fprintf(&b, "=%q", p.Value.text)
				}
			}
		case Copy:
			fmt.Fprintf(&b, " %q %q from %q not %q", texts(in.Sources), in.Dest.text, in.From.text, texts(in.Excludes))
			for _, d := range in.Heredocs {
				if !strings.Contains(d.Name, " ") { // such a one is read and then lost by BuildKit
					fmt.Fprintf(&b, " %q %q %v", d.Name, d.Text, d.Expand)
				}
			}
		case Add:
			fmt.Fprintf(&b, " %q %q", texts(in.Sources), in.Dest.text)
		case Run, Cmd, Entrypoint:
			fmt.Fprintf(&b, " %q %v", in.Command, in.Exec)
			for _, d := range in.Heredocs {
				fmt.Fprintf(&b, " %q %q", d.Name, d.Text)
			}
		case User, Workdir:
			fmt.Fprintf(&b, " %q", in.Words[0].text)
		case Volume:
			out := texts(in.Words)
			for i := range out {
				out[i] = strings.TrimSpace(out[i])
			}
			fmt.Fprintf(&b, " %q", out)
		}
		b.WriteByte('\n')
	}
	for _, in := range f.Args {
		one(in)
	}
	for _, s := range f.Stages {
		fmt.Fprintf(&b, "FROM %q %q %q\n", s.Base.text, s.Name, s.Platform.text)
		for _, in := range s.Instructions {
			one(in)
		}
	}
	return b.String()
}

// TestBuildKit generates files and compares them.
func TestBuildKit(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	lines := []string{
		"FROM python:3.12 AS base", "from alpine", "FROM base", "FROM a b", "FROM x AS 1", "FROM --platform=$P x as Y", "ARG V=1", "ARG A B=2 C=\"x y\"", "ARG",
		"ENV A b c", "ENV A=b C=\"d e\" F='g'", "ENV A", "ENV A=b c", "ENV =x", "ENV", `ENV A=b\ c D=e\`, "ENV A=$B${C:-d}", "LABEL a=b \"c d\"=e", "LABEL x",
		"COPY a b", "COPY . .", "COPY a", "COPY --from=base /a /b", "COPY --chown=a:b --exclude=x --exclude=y a b", `COPY ["a b", "c"]`, `COPY ["a", 1]`, "COPY --link=no a b",
		"COPY --from a b", "COPY --new=1 a b", "COPY <<EOF /x", "COPY <<-\"E F\" /x", "COPY a <<EOF", "EOF", "\tEOF", "E F", "ADD https://x/y /z", "ADD --chown=x", "ADD a b",
		"RUN echo hi", "RUN echo \\", "  && true", "RUN <<EOF", "RUN cat <<EOF | sh", "RUN python3 - <<'EOF'", "RUN cat <<-EOF", "RUN [\"a\", \"b\"]", "RUN [1]", "RUN [ -f x ]",
		"RUN --mount=type=secret,id=a x", "RUN --mount=from=$X a", "RUN --network=none a", "RUN --network=odd a", "RUN", "RUN echo \"<<EOF", "RUN echo ${A^^} <<EOF",
		"CMD a b", "CMD [\"a\"]", "CMD []", "CMD", "CMD --flag", "ENTRYPOINT [\"a\", \"b\"]", "ENTRYPOINT a", "USER a", "USER", "WORKDIR /a b", "WORKDIR", "EXPOSE 80 81/udp", "EXPOSE",
		"VOLUME /a /b", "VOLUME [\"/a\", \" \"]", "VOLUME", "STOPSIGNAL 9", "STOPSIGNAL", "SHELL [\"a\"]", "SHELL a", "SHELL []", "MAINTAINER me", "MAINTAINER",
		"HEALTHCHECK NONE", "HEALTHCHECK NONE x", "HEALTHCHECK CMD a", "HEALTHCHECK --interval=5s CMD [\"a\"]", "HEALTHCHECK --interval=x CMD a", "HEALTHCHECK --retries=-1 CMD a",
		"HEALTHCHECK x", "HEALTHCHECK CMD", "HEALTHCHECK", "ONBUILD RUN x", "ONBUILD ENV A", "ONBUILD ONBUILD RUN x", "ONBUILD FROM x", "ONBUILD", "ONBUILD COPY a", "ONBUILD foo bar",
		"ONBUILD RUN <<EOF", "# comment", "", "   ", "# escape=`", "# syntax=docker/dockerfile:1", "#escape=x", "# check=skip=all", "foo bar", "RUNN x", "\\", "\\ ", "RUN a \\  ", "RUN a \\\\",
		"\tRUN tab", "RUN a `", "run\ta", "ENV\u00a0A=b", "RUN --mount a", "RUN --\tx", "COPY -- a b", "COPY --from=\"a b\" c d", "RUN a \\ b", "ENV A=\"x \\", "y\" B=z",
	}
	good := 0
	for i := range 15000 {
		var text []string
		if i%3 > 0 {
			text = append(text, "FROM x")
		}
		for range 1 + r.Intn(5) {
			text = append(text, lines[r.Intn(len(lines))])
		}
		end := "\n"
		if r.Intn(5) == 0 {
			end = "\r\n"
		}
		if compare(t, strings.Join(text, end)+[]string{"", "\n"}[r.Intn(2)]) {
			good++
		}
		if t.Failed() && i > 200 {
			break
		}
	}
	if good < 2000 && !t.Failed() {
		t.Errorf("only %d files were accepted", good)
	}
	t.Logf("%d accepted files equal", good)
}
