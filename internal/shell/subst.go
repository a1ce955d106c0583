package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// subst follows $(…) and returns what it prints, if that is plain from the text: echo and printf, through tr and sed.
func (in *interp) subst(p *syntax.CmdSubst) rope {
	if !in.step() { // also bounds the work on substitutions inside others, which are looked at more than once
		return in.unknown(p, nil, nil)
	}
	c := in.cur
	c.subst = true
	var out rope
	known := false
	in.branch(func() {
		in.stmts(p.Stmts, c)
		if n := len(p.Stmts); n > 0 {
			out, known = in.prints(p.Stmts[n-1], 0)
			for _, st := range p.Stmts[:n-1] { // what stands before must print nothing
				call, ok := st.Cmd.(*syntax.CallExpr)
				known = known && ok && len(call.Args) == 0
			}
		}
	})
	if !known {
		return in.unknown(p, in.refsIn(p), nil)
	}
	return out
}

// prints returns what a statement prints, without the newline at its end.
func (in *interp) prints(st *syntax.Stmt, depth int) (rope, bool) {
	if depth > 10 || st.Negated || st.Background || len(st.Redirs) > 0 {
		return nil, false
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		var args []rope
		for _, w := range cmd.Args {
			args = append(args, in.fields(w)...)
		}
		if len(args) == 0 || !args[0].known() {
			return nil, false
		}
		switch args[0].String() {
		case "echo":
			for len(args) > 1 && oneOf(args[1].String(), "-n", "-e", "-ne", "-en") {
				args = args[1:]
			}
			return in.joined(args[1:], " "), true
		case "printf":
			return in.printf(args[1:])
		}
	case *syntax.BinaryCmd:
		if !pipe(cmd.Op) {
			return nil, false
		}
		r, ok := in.prints(cmd.X, depth+1)
		call, isCall := cmd.Y.Cmd.(*syntax.CallExpr)
		if !ok || !isCall || len(cmd.Y.Redirs) > 0 {
			return nil, false
		}
		var args []string
		for _, w := range call.Args {
			args = append(args, in.join(w).String())
		}
		return filter(r, args)
	}
	return nil, false
}

func (in *interp) joined(args []rope, sep string) (r rope) {
	for i, a := range args {
		if i > 0 {
			r = append(r, piece{text: sep, at: in.at, known: true})
		}
		r = append(r, a...)
	}
	return r
}

// printf understands a format of %s and text, which is used again while there are arguments.
func (in *interp) printf(args []rope) (rope, bool) {
	if len(args) > 0 && args[0].String() == "--" {
		args = args[1:]
	}
	if len(args) == 0 || !args[0].known() {
		return nil, false
	}
	format := unescapeANSI(args[0].String())
	parts := strings.Split(format, "%s")
	if strings.Contains(strings.Join(parts, ""), "%") {
		return nil, false
	}
	var r rope
	for rest, n := args[1:], 0; n == 0 || len(rest) > 0 && len(parts) > 1 && n < maxItems; n++ {
		for i, text := range parts {
			if i > 0 && len(rest) > 0 {
				r = append(r, rest[0]...)
				rest = rest[1:]
			}
			if text != "" {
				r = append(r, piece{text: text, at: args[0][0].at, known: true})
			}
		}
	}
	for n := r.len(); n > 0 && strings.HasSuffix(r.String(), "\n"); n-- {
		r = r.cut(0, n-1)
	}
	return r, true
}

// filter applies tr or sed to text; the parts that stay keep their places.
func filter(r rope, args []string) (rope, bool) {
	if len(args) == 0 || !r.known() || r.len() > maxText {
		return nil, false
	}
	from, to := "", ""
	switch {
	case args[0] == "tr" && len(args) == 3 && args[1] == "-d":
		from = unescapeANSI(args[2])
	case args[0] == "tr" && len(args) == 3:
		from, to = unescapeANSI(args[1]), unescapeANSI(args[2])
		if len(to) != 1 {
			return nil, false
		}
	case args[0] == "sed" && len(args) == 2 && len(args[1]) > 3 && args[1][0] == 's':
		parts := strings.Split(args[1][2:], args[1][1:2])
		if len(parts) != 3 || parts[2] != "g" {
			return nil, false
		}
		from, to = parts[0], parts[1]
	default:
		return nil, false
	}
	if from == "" || strings.ContainsAny(from, `\.*[]^$&`) || strings.ContainsAny(to, `\&`) || args[0] == "tr" && len(from) != 1 {
		return nil, false
	}
	text := r.String()
	var out rope
	for at := 0; ; {
		i := strings.Index(text[at:], from)
		if i < 0 || len(out) > 2*maxItems {
			return append(out, r.cut(at, len(text))...), true
		}
		out = append(out, r.cut(at, at+i)...)
		if to != "" {
			out = append(out, piece{text: to, at: r[0].at, known: true})
		}
		at += i + len(from)
	}
}

// script reads text of this script as a script of its own.
func (in *interp) script(r rope, at Word, c ctx) *Script {
	text := r.String()
	in.inside += len(text) + 100
	if len(r) == 0 || in.depth >= maxInner || in.inside > maxInside || in.steps > maxSteps/2 {
		return nil
	}
	inner := &interp{
		s: &Script{}, at: at.Span, from: r, depth: in.depth + 1, env: &scope{vars: map[string]*value{}, parent: in.env},
		steps: in.steps, names: in.names, effort: in.effort, inside: in.inside,
	}
	s := inner.parse(text, c)
	in.steps, in.effort, in.inside = inner.steps, inner.effort, inner.inside
	return s
}

// words makes a script of one command that is already split.
func (in *interp) words(args []Word, of *Command, c ctx) *Script {
	if len(args) == 0 || in.depth >= maxInner {
		return nil
	}
	cmd := &Command{Args: args, Heredocs: of.Heredocs, here: of.here, Conditional: c.conditional, Dead: c.dead, Loop: c.loop, Function: c.function, Subst: c.subst}
	cmd.Span = args[0].Span
	for _, w := range args {
		if w.Span.File == cmd.Span.File && w.Span.End > cmd.Span.End {
			cmd.Span.End = w.Span.End
		}
	}
	for _, w := range args {
		cmd.groups = append(cmd.groups, []Word{w})
	}
	cmd.runs = []*Command{cmd}
	in.depth++
	in.inner(cmd, c)
	in.depth--
	return &Script{Commands: []*Command{cmd}}
}

// inner finds the scripts among the words and here-documents of a command.
func (in *interp) inner(cmd *Command, c ctx) {
	add := func(s *Script) {
		if s != nil && len(s.Commands) > 0 {
			cmd.Inner = append(cmd.Inner, s)
		}
	}
	text := func(w Word) { add(in.script(w.rope, w, c)) }
	heredoc := func() {
		for _, h := range cmd.Heredocs {
			if h.Body.File != nil && len(cmd.here) == 0 {
				add(in.script(rope{{text: h.Text, at: h.Body, exact: h.Text == h.Body.Text(), known: true}}, Word{Span: h.Body}, c))
			}
		}
	}
	in.cronLines(cmd, c)
	prog := cmd.Program()
	if len(prog) == 0 {
		return
	}
	args := prog[1:]
	switch name := base(prog[0].Text); name {
	case "sh", "bash", "dash", "ash", "zsh", "ksh":
		if i := slices.IndexFunc(args, isDashC); i >= 0 {
			if i+1 < len(args) {
				text(args[i+1])
			}
		} else if len(args) == 0 || args[0].Text == "-s" || args[0].Text == "-" {
			heredoc()
		}
	case "eval":
		if len(args) > 0 {
			text(joinWords(args))
		}
	case "su", "runuser":
		for i, w := range args {
			if (w.Text == "-c" || w.Text == "--command") && i+1 < len(args) {
				text(args[i+1])
			}
		}
	case "trap":
		if len(args) > 1 {
			c.conditional = true
			text(args[0])
		}
	case "ssh":
		rest := skipFlags(args, "-i -p -o -l -F -J -L -R -D -b -c -E -e -m -O -Q -S -W -w -B -I")
		if len(rest) > 1 {
			text(joinWords(rest[1:]))
		} else {
			heredoc()
		}
	default:
		if call, ok := composeCall(cmd, prog); ok {
			switch {
			case call.Entrypoint.Text != "" && !call.Entrypoint.Span.IsZero():
				w := call.Entrypoint
				if s := in.script(w.rope, w, c); s != nil && len(s.Commands) > 0 {
					if last := s.Commands[len(s.Commands)-1]; len(call.Args) > 0 {
						last.extend(call.Args)
						in.inner(last, c)
					}
					add(s)
				}
			case len(call.Args) > 0 && call.Sub == "exec", len(call.Args) > 0 && call.Sub == "run" && !subcommandOf(call.Services, call.Args):
				add(in.words(call.Args, cmd, c))
			}
		} else if run, ok := containerRun(prog); ok && len(run.args) > 0 {
			if run.entrypoint.Text != "" {
				run.args = append([]Word{run.entrypoint}, run.args...)
			}
			add(in.words(run.args, cmd, c))
		}
	}
}

func isDashC(w Word) bool {
	return len(w.Text) > 1 && w.Text[0] == '-' && w.Text[1] != '-' && w.Text[len(w.Text)-1] == 'c'
}

// extend appends words to a command.
func (c *Command) extend(args []Word) {
	c.Args = append(slices.Clip(c.Args), args...)
	for _, w := range args {
		c.groups = append(slices.Clip(c.groups), []Word{w})
	}
}

// joinWords puts words together with blanks, as eval and ssh do.
func joinWords(args []Word) Word {
	out := args[0]
	out.rope = nil
	for i, w := range args {
		if i > 0 {
			out.rope = append(out.rope, piece{text: " ", at: out.Span, known: true})
		}
		out.rope = append(out.rope, w.rope...)
		if w.Span.File == out.Span.File {
			out.Span.End = max(out.Span.End, w.Span.End)
		}
	}
	if len(out.rope) > maxPieces {
		out.rope = out.rope.melt()
	}
	out.Text, out.Known = out.rope.String(), out.rope.known()
	return out
}
