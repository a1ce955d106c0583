package dockerfile

import (
	"slices"
	"strings"
)

// A reading is one instruction while it is read: its text and where in it the rest starts.
type reading struct {
	p       *parser
	l       *line
	in      *Instruction
	name    string // keyword as written
	flags   []word
	from    int // arguments
	to      int
	onBuild bool // Docker looks at such an instruction only when it runs
}

func (r *reading) problem(text string) { r.p.problem(r.l.firstLine(), text) }

func (r *reading) rest() string { return r.l.text[r.from:r.to] }

func (r *reading) value(w word, m mode) Value {
	return Value{Raw: r.l.text[w.start:w.end], Span: r.l.span(w.start, w.end), text: w.text, mode: m}
}

// instruction reads one instruction and its heredocs, which start at next, and returns the offset behind them.
func (p *parser) instruction(l *line, comment string, next int) int {
	kw, rest := keyword(l.text, 0, len(l.text))
	r := &reading{p: p, l: l, in: &Instruction{Comment: comment, line: l, from: -1}}
	in := r.in
	in.Keyword = l.span(kw.start, kw.end)
	_, end := trimSpace(l.text, 0, len(l.text))
	in.Span = l.span(kw.start, end)
	r.split(kw, rest)
	if strings.EqualFold(kw.text, "ONBUILD") {
		in.OnBuild, r.onBuild = true, true
		if len(r.flags) > 0 {
			r.problem("ONBUILD takes no flag")
		}
		if r.from == r.to {
			r.problem("ONBUILD has no instruction")
			return next
		}
		kw, rest = keyword(l.text, r.from, r.to)
		in.Keyword = l.span(kw.start, kw.end)
		r.split(kw, rest)
		switch strings.ToUpper(kw.text) {
		case "ONBUILD", "FROM", "MAINTAINER":
			r.problem("ONBUILD cannot hold " + strings.ToUpper(kw.text))
			return next
		}
	}
	in.Kind = Kind(strings.ToUpper(kw.text))
	if !in.Kind.known() {
		if !r.onBuild {
			r.problem("unknown instruction " + quoteWord(kw.text))
		} else if len(p.file.Stages) == 0 {
			r.problem("ONBUILD stands before the first FROM")
		}
		return next
	}
	in.Args = l.span(r.from, r.to)
	for _, f := range r.flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(f.text, "--"), "=")
		v := Value{Raw: value, Span: l.span(f.start, f.end), text: value, mode: builder}
		if i := strings.IndexByte(l.text[f.start:f.end], '='); i >= 0 {
			v.Span = l.span(f.start+i+1, f.end)
			v.Raw = l.text[f.start+i+1 : f.end]
		}
		in.Flags = append(in.Flags, Flag{name, v})
	}
	r.arguments()
	next = r.heredocs(next)
	r.add()
	return next
}

// split sets the flags and the arguments of the instruction whose keyword ends before rest.
func (r *reading) split(kw word, rest int) {
	_, end := trimSpace(r.l.text, kw.start, len(r.l.text))
	r.name = kw.text
	r.flags, r.from = flags(r.l.text, min(rest, end), end, r.p.file.Escape)
	r.from, r.to = trimSpace(r.l.text, r.from, end)
	r.from = min(r.from, r.to)
}

// quoteWord writes an unknown keyword; a long one is more likely text than a keyword, and may be anything.
func quoteWord(s string) string {
	if len(s) > 20 {
		return "of " + strings.ToValidUTF8(s[:3], "") + "…"
	}
	return `"` + s + `"`
}

// add puts the instruction where it belongs.
func (r *reading) add() {
	p, in := r.p, r.in
	if p.count++; p.count > maxInstructions {
		p.full(r.l, "more than 20000 instructions: the rest is not read")
		return
	}
	if in.Kind == From {
		r.stage()
		return
	}
	n := len(p.file.Stages)
	switch {
	case n > 0:
		in.Stage = p.file.Stages[n-1]
		in.Stage.Instructions = append(in.Stage.Instructions, in)
	case in.Kind == Arg && !in.OnBuild:
		p.file.Args = append(p.file.Args, in)
	default:
		r.problem(string(in.Kind) + " stands before the first FROM")
	}
}

func (r *reading) stage() {
	p := r.p
	if len(p.file.Stages) == maxStages {
		p.full(r.l, "more than 300 stages: the rest is not read")
		return
	}
	s := &Stage{Index: len(p.file.Stages), Span: r.in.Span}
	args := blanks(r.l.text, r.from, r.to)
	switch {
	case len(args) == 3 && strings.EqualFold(args[1].text, "as"):
		s.Name = strings.ToLower(args[2].text)
		if !stageName.MatchString(s.Name) {
			r.problem("a stage cannot be called " + quoteWord(args[2].text))
		}
	case len(args) != 1:
		r.problem("FROM takes an image, or an image, AS and a name")
	}
	if len(args) > 0 {
		s.Base = r.value(args[0], global)
	}
	for i := range r.in.Flags {
		if r.in.Flags[i].Name == "platform" {
			s.Platform = r.in.Flags[i].Value
			s.Platform.mode = global
		}
	}
	p.file.Stages = append(p.file.Stages, s)
}

// arguments reads what stands behind the keyword and its flags.
func (r *reading) arguments() {
	in, s := r.in, r.l.text
	switch in.Kind {
	case Env, Label:
		r.pairs()
	case Arg:
		r.args()
	case Add, Copy:
		r.copy()
	case Run, Cmd, Entrypoint, Shell:
		r.command(r.from)
	case Healthcheck:
		r.healthcheck()
	case Expose:
		for _, w := range blanks(s, r.from, r.to) {
			in.Words = append(in.Words, r.value(w, builder))
		}
	case Volume:
		list, state := array(s, r.from, r.to)
		if state == noJSON {
			list = blanks(s, r.from, r.to)
		} else if state == badJSON {
			r.problem("a JSON array may hold nothing but strings")
		}
		for _, w := range list {
			if strings.TrimSpace(w.text) == "" && !r.onBuild {
				r.problem("VOLUME has an empty path")
			}
			in.Words = append(in.Words, r.value(w, builder))
		}
	case User, Workdir, StopSignal, Maintainer:
		if r.from < r.to {
			in.Words = append(in.Words, r.value(word{r.rest(), r.from, r.to}, builder))
		}
	}
	if r.onBuild {
		return
	}
	if in.Kind == Expose || in.Kind == Volume || in.Kind == User || in.Kind == Workdir || in.Kind == StopSignal || in.Kind == Maintainer {
		if len(in.Words) == 0 {
			r.problem(string(in.Kind) + " has no argument")
		}
	}
	r.checkFlags()
}

// command reads the exec form or the shell form, which starts at from.
func (r *reading) command(from int) {
	in, s := r.in, r.l.text
	list, state := array(s, from, r.to)
	switch state {
	case badJSON:
		r.problem("a JSON array may hold nothing but strings")
	case isJSON:
		in.Exec = true
		texts := make([]string, len(list))
		for i, w := range list {
			texts[i] = w.text
			in.Words = append(in.Words, r.value(w, plain))
		}
		in.Command = strings.Join(texts, " ")
		if in.Kind == Shell && len(list) == 0 && !r.onBuild {
			r.problem("SHELL has no argument")
		}
		return
	}
	m := atStart
	if in.Kind == Run {
		m = inRun
	}
	in.Command, in.from = s[from:r.to], from
	for _, w := range words(s, from, r.to, '\\') {
		in.Words = append(in.Words, r.value(w, m))
	}
	if in.Kind == Shell && !r.onBuild && state != badJSON {
		r.problem("SHELL must be a JSON array")
	}
}

func (r *reading) healthcheck() {
	in, s := r.in, r.l.text
	i := r.from
	for i < r.to && !space(s[i]) {
		i++
	}
	kind := strings.ToUpper(s[r.from:i])
	for i < r.to && space(s[i]) {
		i++
	}
	var none string
	switch {
	case kind == "":
		none = "HEALTHCHECK has no argument"
	case kind == "NONE":
		in.Disabled = true
		if i < r.to {
			none = "HEALTHCHECK NONE takes no argument"
		}
	case kind == "CMD":
		r.command(i)
		if in.Command == "" && len(in.Words) == 0 {
			none = "HEALTHCHECK CMD has no command"
		}
	default:
		none = "HEALTHCHECK takes CMD or NONE"
	}
	if none != "" && !r.onBuild {
		r.problem(none)
	}
}

// pairs reads NAME=value pairs, or the old form of one name, a blank and the value.
func (r *reading) pairs() {
	in, s := r.in, r.l.text
	list := words(s, r.from, r.to, r.p.file.Escape)
	if len(list) == 0 {
		if !r.onBuild {
			r.problem(string(in.Kind) + " has no argument")
		}
		return
	}
	if !strings.Contains(list[0].text, "=") {
		i := r.from
		for i < r.to && !isBlank(s[i]) {
			i++
		}
		v := i
		for v < r.to && isBlank(s[v]) {
			v++
		}
		if i == r.to {
			r.problem(string(in.Kind) + " has a name and no value")
		}
		r.pair(word{s[r.from:i], r.from, i}, word{s[v:r.to], v, r.to}, i == r.to)
		return
	}
	for _, w := range list {
		i := strings.IndexByte(w.text, '=')
		switch {
		case i < 0:
			r.problem(string(in.Kind) + " has a word without = behind a pair with one")
			return
		case i == 0 && !r.onBuild:
			r.problem(string(in.Kind) + " has a value without a name")
		}
		r.pair(word{w.text[:i], w.start, w.start + i}, word{w.text[i+1:], w.start + i + 1, w.end}, false)
	}
}

func (r *reading) pair(key, value word, bare bool) {
	if r.p.pairs++; r.p.pairs > maxPairs {
		r.p.full(r.l, "more than 20000 variables: the rest is not read")
		return
	}
	p := Pair{Key: key.text, KeySpan: r.l.span(key.start, key.end), Bare: bare}
	if !bare {
		p.Value = r.value(value, builder)
	}
	r.in.Pairs = append(r.in.Pairs, p)
}

func (r *reading) args() {
	list := words(r.l.text, r.from, r.to, r.p.file.Escape)
	if len(list) == 0 && !r.onBuild {
		r.problem("ARG has no argument")
	}
	for _, w := range list {
		i := strings.IndexByte(w.text, '=')
		if i < 0 {
			r.pair(w, word{}, true)
			continue
		}
		if i == 0 && !r.onBuild {
			r.problem("ARG has a value without a name")
		}
		r.pair(word{w.text[:i], w.start, w.start + i}, word{w.text[i+1:], w.start + i + 1, w.end}, false)
	}
}

// copy reads the sources and the destination of COPY and ADD. Quotes do not hold a word together here: only JSON does.
func (r *reading) copy() {
	in := r.in
	list, state := array(r.l.text, r.from, r.to)
	if state == noJSON {
		list = blanks(r.l.text, r.from, r.to)
	} else if state == badJSON {
		r.problem("a JSON array may hold nothing but strings")
	}
	in.Exec = state == isJSON
	for _, f := range in.Flags {
		switch {
		case f.Name == "from" && in.Kind == Copy:
			in.From = f.Value
			in.From.mode = plain
		case f.Name == "exclude":
			in.Excludes = append(in.Excludes, f.Value)
		}
	}
	if len(list) < 2 {
		if !r.onBuild {
			r.problem(string(in.Kind) + " needs a source and a destination")
		}
		for _, w := range list {
			in.Sources = append(in.Sources, r.value(w, builder))
		}
		return
	}
	dest := list[len(list)-1]
	in.Dest = r.value(dest, builder)
	if h, _ := heredocOf(dest.text); h != nil && !r.onBuild {
		r.problem(string(in.Kind) + " has a heredoc for a destination")
	}
	for _, w := range list[:len(list)-1] {
		if h, _ := heredocOf(w.text); h != nil {
			continue
		}
		in.Sources = append(in.Sources, r.value(w, builder))
	}
	in.Sources = slices.Clip(in.Sources)
}
