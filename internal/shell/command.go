package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// makeWord describes one field of a written word.
func (in *interp) makeWord(w syntax.Node, r rope) Word {
	a, b := in.bounds(w)
	out := Word{Raw: in.src[a:b], Text: r.String(), Known: r.known(), Refs: r.refs(), Span: in.span(a, b), rope: r}
	out.Fallback = out.Known && len(out.Refs) > 0
	out.Origin = out.Span
	if at, ok := r.origin(); ok && (at.Start < out.Span.Start || at.End > out.Span.End) {
		out.Origin = at
	}
	return out
}

// word describes a word that is not split.
func (in *interp) word(w *syntax.Word) Word {
	if w == nil {
		return Word{Known: true, Span: in.at, Origin: in.at}
	}
	return in.makeWord(w, in.join(w))
}

// group describes the fields of a written word.
func (in *interp) group(w *syntax.Word) []Word {
	var out []Word
	for _, r := range in.fields(w) {
		out = append(out, in.makeWord(w, r))
	}
	return out
}

// command starts the description of a simple command.
func (in *interp) newCommand(st *syntax.Stmt, node syntax.Node, c ctx) *Command {
	cmd := &Command{
		Span: in.node(node), Background: c.background, Conditional: c.conditional, Negated: c.negated, Loop: c.loop,
		Function: c.function, Pipe: c.pipe, Subst: c.subst, Dead: c.dead, Dir: in.dir,
	}
	for _, r := range st.Redirs {
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			if r.Hdoc == nil {
				continue
			}
			h := Heredoc{Body: in.node(r.Hdoc), Quoted: r.Word != nil && !unquoted(r.Word), Text: in.raw(r.Hdoc)}
			if r.Op == syntax.DashHdoc {
				h.Text = chomp(h.Text)
			}
			cmd.Heredocs = append(cmd.Heredocs, h)
		case syntax.WordHdoc:
			w := in.word(r.Word)
			cmd.here = w.rope
			cmd.Heredocs = append(cmd.Heredocs, Heredoc{Text: w.Text, Body: w.Span})
		default:
			cmd.Redirects = append(cmd.Redirects, Redirect{Op: r.Op.String(), File: in.word(r.Word)})
		}
	}
	return cmd
}

// chomp takes the tabs off the start of each line.
func chomp(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimLeft(l, "\t")
	}
	return strings.Join(lines, "")
}

// emit adds a command to the script, or to what is known of it if it ran before.
func (in *interp) emit(node syntax.Node, c *Command) {
	for _, g := range c.groups {
		c.Args = append(c.Args, g...)
	}
	if before := in.cmds[node]; before != nil {
		before.again(c)
		return
	}
	if len(in.list) >= maxCommands {
		return
	}
	in.cmds[node] = c
	c.runs = []*Command{c}
	a, _ := in.bounds(node)
	in.list = append(in.list, placed{a, c})
}

// again notes one more run of a command.
func (c *Command) again(d *Command) {
	if len(c.runs) < maxRuns {
		c.runs = append(c.runs, d)
	}
}

// settle makes one description of all runs: a word that differed between them is not known.
func (c *Command) settle() {
	if len(c.runs) < 2 {
		return
	}
	own := *c
	c.runs[0] = &own
	for _, d := range c.runs[1:] {
		c.Conditional = c.Conditional && d.Conditional
		c.Dead = c.Dead && d.Dead
		for i := range c.groups {
			if i < len(d.groups) {
				c.groups[i] = blend(c.groups[i], d.groups[i])
			}
		}
		for i := range c.Assigns {
			if i < len(d.Assigns) && (c.Assigns[i].Value.Text != d.Assigns[i].Value.Text || c.Assigns[i].Value.Known != d.Assigns[i].Value.Known) {
				c.Assigns = slices.Clone(c.Assigns)
				c.Assigns[i].Value = vague(c.Assigns[i].Value, d.Assigns[i].Value)
			}
		}
	}
	c.Args = nil
	for _, g := range c.groups {
		c.Args = append(c.Args, g...)
	}
}

func blend(a, b []Word) []Word {
	if slices.EqualFunc(a, b, func(a, b Word) bool { return a.Text == b.Text && a.Known == b.Known }) {
		return a
	}
	switch {
	case len(a) == 0:
		return []Word{vague(b[0], b[0])}
	case len(b) == 0:
		return []Word{vague(a[0], a[0])}
	}
	return []Word{vague(a[0], b[0])}
}

// vague is a word that has been two different ones.
func vague(a, b Word) Word {
	a.Text, a.Known, a.Fallback, a.Origin = a.Raw, false, false, a.Span
	a.Refs = union(slices.Clone(a.Refs), b.Refs)
	a.rope = rope{{text: a.Raw, at: a.Span, refs: a.Refs, alts: []rope{a.rope, b.rope}}}
	return a
}

// makeAssign describes NAME=value and returns what the variable holds then.
func (in *interp) makeAssign(a *syntax.Assign, c ctx) (Assign, *value) {
	out := Assign{Append: a.Append, Export: in.export, Bare: a.Naked}
	if a.Name != nil {
		out.Name, out.NameSpan = a.Name.Value, in.node(a.Name)
	}
	v := &value{set: true}
	switch {
	case a.Naked:
		return out, nil
	case a.Array != nil:
		out.IsArray, v.array = true, true
		for _, e := range a.Array.Elems {
			if e.Value == nil || e.Index != nil {
				v.open = true
				continue
			}
			for _, w := range in.group(e.Value) {
				out.Array = append(out.Array, w)
				v.list = append(v.list, w.rope)
				v.open = v.open || !w.Known && !quotedWord(e.Value)
			}
		}
		out.Value.Span = in.node(a.Array)
	default:
		out.Value = in.word(a.Value)
		if a.Value == nil {
			_, end := in.bounds(a)
			out.Value.Span = in.span(end, end)
			out.Value.Origin = out.Value.Span
			v.list = []rope{{{at: out.Value.Span, known: true}}}
		} else {
			v.list = []rope{out.Value.rope}
		}
	}
	before, _ := in.variable(out.Name)
	switch {
	case a.Index != nil:
		w, _ := a.Index.(*syntax.Word)
		v = in.setElement(before, w, v)
	case a.Append && before != nil && v.array:
		v.list = append(slices.Clip(before.list), v.list...)
		v.open = v.open || before.open
	case a.Append && before != nil && !before.array:
		v.list = []rope{append(slices.Clip(before.first()), v.first()...)}
		if v.list[0].len() > maxText {
			v.list = []rope{{{text: "$" + out.Name, at: out.NameSpan}}}
		}
	case a.Append && before == nil && !v.array:
		v.list = []rope{append(rope{{text: "$" + out.Name, at: out.NameSpan, refs: []string{out.Name}}}, v.first()...)}
	}
	if len(v.list) > maxItems*10 {
		v.list, v.open = v.list[:maxItems*10], true
	}
	return out, v
}

func quotedWord(w *syntax.Word) bool {
	return len(w.Parts) > 0 && !unquoted(w) && !strings.Contains(syntaxIndex(w), "@")
}

// syntaxIndex returns the index of a word that is one quoted ${a[…]}.
func syntaxIndex(w *syntax.Word) (index string) {
	walk(w, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok {
			if x, ok := p.Index.(*syntax.Word); ok {
				index += x.Lit()
			}
			if p.Param != nil && p.Param.Value == "@" {
				index += "@"
			}
		}
		return true
	})
	return index
}

// setElement is name[i]=value.
func (in *interp) setElement(before *value, index *syntax.Word, v *value) *value {
	out := &value{set: true, array: true}
	if before != nil {
		out.list, out.open = slices.Clone(before.list), before.open
	}
	n, ok := 0, false
	if index != nil {
		for _, ch := range index.Lit() {
			n, ok = n*10+int(ch-'0'), ch >= '0' && ch <= '9' && n < maxItems
			if !ok {
				break
			}
		}
	}
	switch {
	case ok && n < len(out.list):
		out.list[n] = v.first()
	case ok && n == len(out.list):
		out.list = append(out.list, v.first())
	default:
		out.list, out.open = append(out.list, v.first()), true
	}
	return out
}

// call follows a simple command.
func (in *interp) call(st *syntax.Stmt, call *syntax.CallExpr, c ctx) truth {
	if !in.step() {
		return truth{}
	}
	cmd := in.newCommand(st, call, c)
	for _, a := range call.Assigns {
		out, v := in.makeAssign(a, c)
		if len(call.Args) > 0 {
			out.Export = false
		} else if v != nil {
			in.assign(out.Name, v, c)
		}
		cmd.Assigns = append(cmd.Assigns, out)
	}
	for _, w := range call.Args {
		cmd.groups = append(cmd.groups, in.group(w))
	}
	in.emit(call, cmd)
	if len(cmd.Args) == 0 {
		return truth{yes: len(call.Assigns) > 0}
	}
	in.inner(cmd, c)
	for i, w := range call.Args {
		if i > 0 && cmd.Args[0].Known && oneOf(cmd.Args[0].Text, "env", "eval", "source", ".") && w.Lit() == "" {
			in.loaded(w)
		}
	}
	return in.effect(cmd, call, c)
}

// effect applies what a command does to the variables and returns its status.
func (in *interp) effect(cmd *Command, call *syntax.CallExpr, c ctx) truth {
	args := cmd.Args
	ropes := make([]rope, len(args))
	for i, w := range args {
		ropes[i] = w.rope
	}
	if !args[0].Known {
		return truth{}
	}
	name := args[0].Text
	if fn := in.funcs[name]; fn != nil {
		in.callFunction(fn, ropes[1:], c)
		return truth{}
	}
	switch name {
	case "[":
		return test(ropes[1:max(1, len(ropes)-1)])
	case "test":
		return test(ropes[1:])
	case "true", ":":
		return truth{yes: true}
	case "false":
		return truth{no: true}
	case "exit", "return":
		if name == "exit" || c.function == "" {
			in.over = true
		}
	case "exec":
		cmd.Exec = true
		if len(args) > 1 {
			in.over = true
		}
	case "cd", "pushd":
		if len(args) > 1 {
			in.dir = args[len(args)-1]
		}
	case "set":
		in.setOptions(args, ropes)
	case "shift":
		if len(in.params) > 0 {
			in.params = in.params[1:]
		}
	case "unset":
		for _, w := range args[1:] {
			in.set(w.Text, &value{})
		}
	case "read", "mapfile", "readarray", "getopts":
		in.readInto(cmd, name)
	}
	return truth{}
}

func (in *interp) setOptions(args []Word, ropes []rope) {
	for i, w := range args[1:] {
		switch {
		case w.Text == "--":
			in.params = append([]rope{}, ropes[i+2:]...)
			return
		case w.Text == "allexport" && i > 0:
			in.export = args[i].Text == "-o"
		case strings.HasPrefix(w.Text, "-") && strings.Contains(w.Text, "a"):
			in.export = true
		case strings.HasPrefix(w.Text, "+") && strings.Contains(w.Text, "a"):
			in.export = false
		}
	}
}

// readInto follows read and mapfile: what they read is from outside, unless it is a here-string the script knows.
func (in *interp) readInto(cmd *Command, name string) {
	array := name != "read" && name != "getopts"
	var names []Word
	skip := false
	for _, w := range cmd.Args[1:] {
		switch {
		case skip:
			skip = false
		case strings.HasPrefix(w.Text, "-") && len(w.Text) > 1:
			if strings.Contains(w.Text, "a") && name == "read" {
				array = true
			}
			skip = strings.IndexByte("pdntNuisOcC", w.Text[len(w.Text)-1]) >= 0
		case syntax.ValidName(w.Text):
			names = append(names, w)
		}
	}
	for _, w := range names {
		in.set(w.Text, &value{set: true, array: array, open: array, list: []rope{{{text: "$" + w.Text, at: w.Span, refs: []string{w.Text}}}}})
	}
	if len(names) == 1 && len(cmd.here) > 0 && cmd.here.known() {
		seps := " \t\n"
		for _, a := range cmd.Assigns {
			if a.Name == "IFS" && a.Value.Known {
				seps = a.Value.Text
			}
		}
		if name != "read" {
			seps = "\n"
		}
		if array {
			fields, _, _ := cmd.here.split(seps + "\n")
			in.set(names[0].Text, &value{set: true, array: true, list: fields})
		} else {
			in.set(names[0].Text, scalar(cmd.here))
		}
	}
}

// declare follows export, readonly, declare, typeset and local.
func (in *interp) declare(st *syntax.Stmt, d *syntax.DeclClause, c ctx) {
	if !in.step() {
		return
	}
	cmd := in.newCommand(st, d, c)
	verb := in.node(d.Variant)
	cmd.groups = append(cmd.groups, []Word{{Raw: d.Variant.Value, Text: d.Variant.Value, Known: true, Span: verb, Origin: verb}})
	export := d.Variant.Value == "export"
	var done []func() // all words are expanded before anything is assigned
	for _, a := range d.Args {
		if a.Naked && a.Name == nil {
			if a.Value != nil {
				export = export || strings.HasPrefix(a.Value.Lit(), "-") && strings.Contains(a.Value.Lit(), "x")
				cmd.groups = append(cmd.groups, in.group(a.Value))
				if export && !unquotedLit(a.Value) {
					in.loaded(a.Value)
				}
			}
			continue
		}
		out, v := in.makeAssign(a, c)
		out.Export = out.Export || export
		if v != nil {
			done = append(done, func() { in.assign(out.Name, v, c) })
		} else if !export && in.env.get(out.Name) == nil && d.Variant.Value != "readonly" {
			done = append(done, func() { in.set(out.Name, scalar(rope{{at: out.NameSpan, known: true}})) })
		}
		cmd.Assigns = append(cmd.Assigns, out)
	}
	for _, assign := range done {
		assign()
	}
	in.emit(d, cmd)
}

func unquotedLit(w *syntax.Word) bool { return w.Lit() != "" }

// loaded notes the files that export $(cat .env | xargs) and its like read.
func (in *interp) loaded(n syntax.Node) {
	walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 1 && oneOf(n.Args[0].Lit(), "cat", "grep", "egrep", "sed", "awk", "xargs") {
				for _, w := range n.Args[1:] {
					if strings.Contains(in.raw(w), ".env") || strings.Contains(in.raw(w), "env/") || n.Args[0].Lit() == "cat" {
						if out := in.word(w); !strings.HasPrefix(out.Text, "-") && !strings.ContainsAny(out.Raw, "^#|*") {
							in.s.loads = append(in.s.loads, out)
						}
					}
				}
			}
		case *syntax.Redirect:
			if n.Op == syntax.RdrIn && n.Word != nil {
				in.s.loads = append(in.s.loads, in.word(n.Word))
			}
		}
		return len(in.s.loads) < 100
	})
}
