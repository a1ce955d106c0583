package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A prefix is a program that runs another one.
type prefix struct {
	with   string // its options that take a value, apart by blanks
	sub    string // its subcommand, if it runs something only with that one ("run")
	plain  int    // words between the options and the program: a user, a duration
	assign bool   // NAME=value may stand there
	dashes bool   // the program stands behind --
}

// prefixOf describes the programs that Program skips.
func prefixOf(name string) (prefix, bool) {
	switch name {
	case "exec":
		return prefix{with: "-a"}, true
	case "command", "builtin", "nohup", "setsid", "time", "chronic", "unbuffer", "caffeinate", "with-contenv", "ddtrace-run", "xvfb-run", "winpty", "do":
		return prefix{}, true
	case "sudo":
		return prefix{with: "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir", assign: true}, true
	case "doas":
		return prefix{with: "-u -C"}, true
	case "env":
		return prefix{with: "-u -C --unset --chdir", assign: true}, true
	case "nice":
		return prefix{with: "-n --adjustment"}, true
	case "ionice":
		return prefix{with: "-c -n -p --class --classdata"}, true
	case "stdbuf":
		return prefix{with: "-i -o -e"}, true
	case "timeout":
		return prefix{with: "-k -s --kill-after --signal", plain: 1}, true
	case "tini", "tini-static", "docker-init":
		return prefix{with: "-p -e"}, true
	case "dumb-init", "catatonit":
		return prefix{with: "-r --rewrite"}, true
	case "gosu", "su-exec", "s6-setuidgid", "setuidgid", "envdir":
		return prefix{plain: 1}, true
	case "setpriv":
		return prefix{with: "--reuid --regid --groups"}, true
	case "chpst":
		return prefix{with: "-u -U -e -b -n -l -L -m -d -o -p -f -c -r -t"}, true
	case "poetry", "pipenv", "pdm", "rye", "hatch", "pixi":
		return prefix{sub: "run", with: "-C --directory -P --project -e --env"}, true
	case "uv":
		return prefix{sub: "run", with: "--with --env-file --python -p --directory --project --extra --group --package --index-url --with-requirements --only-group --no-group --cache-dir"}, true
	case "conda", "micromamba", "mamba":
		return prefix{sub: "run", with: "-n --name -p --prefix"}, true
	case "doppler", "op", "infisical", "dotenvx", "honcho":
		return prefix{sub: "run", with: "-p -c --project --config --env-file -f --env --path"}, true
	case "newrelic-admin":
		return prefix{sub: "run-program"}, true
	case "opentelemetry-instrument":
		return prefix{with: "--traces_exporter --metrics_exporter --logs_exporter --service_name"}, true
	case "dockerize":
		return prefix{with: "-wait -timeout -template -stdout -stderr -wait-retry-interval"}, true
	case "wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "wait_for_it.sh", "wait":
		return prefix{dashes: true}, true
	}
	return prefix{}, false
}

// Program skips exec, command, nohup, sudo, env, time, nice, tini, dumb-init, gosu, su-exec, poetry run, pipenv run, uv run and
// the like, and returns the words of what really runs.
func (c *Command) Program() []Word {
	args, _ := unwrap(c.Args)
	return args
}

// Env returns the assignments the program runs with: those in front of the command and those of env and sudo.
func (c *Command) Env() []Assign {
	var out []Assign
	if len(c.Args) > 0 {
		out = append(out, c.Assigns...)
	}
	_, more := unwrap(c.Args)
	return append(out, more...)
}

func unwrap(args []Word) ([]Word, []Assign) {
	var env []Assign
	for n := 0; n < 20 && len(args) > 1; n++ {
		if !args[0].Known {
			break
		}
		name := base(args[0].Text)
		p, ok := prefixOf(name)
		if !ok || name == "command" && (args[1].Text == "-v" || args[1].Text == "-V") {
			break
		}
		rest := args[1:]
		if p.sub != "" {
			rest = skipFlags(rest, p.with)
			if len(rest) < 2 || rest[0].Text != p.sub {
				break
			}
			rest = rest[1:]
		}
		if p.dashes {
			i := indexOf(rest, "--")
			if i < 0 || i+1 == len(rest) {
				break
			}
			args = rest[i+1:]
			continue
		}
		if name == "uv" && len(rest) > 1 && (rest[0].Text == "-m" || rest[0].Text == "--module") {
			args = rest[1:]
			continue
		}
		rest = skipFlags(rest, p.with)
		for p.assign && len(rest) > 0 {
			key, _, ok := strings.Cut(rest[0].Text, "=")
			if !ok || !syntax.ValidName(key) {
				break
			}
			env = append(env, assignWord(rest[0], key))
			rest = rest[1:]
		}
		if len(rest) <= p.plain {
			break
		}
		args = rest[p.plain:]
	}
	return args, env
}

// assignWord reads one word as NAME=value, or --name=value.
func assignWord(w Word, key string) Assign {
	a := Assign{Name: key, NameSpan: w.Span, Value: w}
	if len(w.Text) <= len(key) {
		return a
	}
	a.Value.rope = w.rope.cut(len(key)+1, len(w.Text))
	a.Value.Text = w.Text[len(key)+1:]
	if _, raw, ok := strings.Cut(w.Raw, "="); ok {
		a.Value.Raw = raw
	}
	if w.Span.Text() == w.Raw && strings.HasPrefix(w.Raw, key+"=") {
		a.NameSpan.End = a.NameSpan.Start + len(key)
		a.Value.Span.Start += len(key) + 1
	}
	a.Value.Origin = a.Value.Span
	return a
}

// skipFlags drops the options at the start; those named in with take the next word. A lone -- ends them.
func skipFlags(args []Word, with string) []Word {
	for len(args) > 0 {
		t := args[0].Text
		if t == "--" {
			return args[1:]
		}
		if len(t) < 2 || t[0] != '-' {
			return args
		}
		args = args[1:]
		if takes(with, t) && len(args) > 0 {
			args = args[1:]
		}
	}
	return args
}

func takes(with, flag string) bool {
	for w := range strings.FieldsSeq(with) {
		if w == flag {
			return true
		}
	}
	return false
}

func indexOf(args []Word, text string) int {
	for i, w := range args {
		if w.Text == text {
			return i
		}
	}
	return -1
}

// All returns the commands of the script and of the scripts inside it, each in front of those it holds.
func (s *Script) All() []*Command {
	var out []*Command
	var walk func(s *Script, depth int)
	walk = func(s *Script, depth int) {
		for _, c := range s.Commands {
			out = append(out, c)
			for _, inner := range c.Inner {
				if depth < 2*maxInner {
					walk(inner, depth+1)
				}
			}
		}
	}
	walk(s, 0)
	return out
}

// Sources are the files read by source and ".", and those that export $(cat .env) and loops around export turn into variables.
func (s *Script) Sources() []Word {
	var out []Word
	for _, c := range s.Commands {
		if p := c.Program(); len(p) > 1 && (p[0].Text == "source" || p[0].Text == ".") && !strings.HasPrefix(p[1].Raw, "<(") {
			out = append(out, p[1])
		}
	}
	return append(out, s.loads...)
}

// Exports are the variables that the script exports, the last one of a name counting, in order of appearance. A bare export of a
// name that the script assigns has the value of that assignment.
func (s *Script) Exports() []Assign {
	last := map[string]int{}
	assigned := map[string]Assign{}
	var all []Assign
	for _, c := range s.Commands {
		if c.Dead || len(c.Args) > 0 && !oneOf(c.Args[0].Text, "export", "declare", "typeset", "readonly") {
			continue
		}
		for _, a := range c.Assigns {
			if !a.Bare {
				assigned[a.Name] = a
			}
			if b, ok := assigned[a.Name]; a.Bare && a.Export && ok {
				b.Export = true
				a = b
			}
			if _, exported := last[a.Name]; !a.Export && !exported {
				continue
			}
			a.Export = true
			last[a.Name] = len(all)
			all = append(all, a)
		}
	}
	var out []Assign
	for i, a := range all {
		if last[a.Name] == i {
			out = append(out, a)
		}
	}
	return out
}
