package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A filler builds the fields of one word.
type filler struct {
	in     *interp
	fields []rope
	field  rope
	any    bool // the current field exists, even if it is empty
	size   int
}

// lit appends text that is not split.
func (f *filler) lit(r rope) {
	if f.size += r.len(); f.size > maxText {
		r = rope{{at: f.in.at}} // too long to be known
	}
	f.field, f.any = append(f.field, r...), true
	if len(f.field) > maxPieces {
		f.field = f.field.melt()
	}
}

// open appends the result of an unquoted expansion, which is split at blanks.
func (f *filler) open(r rope) {
	if !strings.ContainsAny(r.String(), " \t\n") {
		if r.len() > 0 || !r.known() {
			f.lit(r)
		}
		return
	}
	list, before, after := r.split(" \t\n")
	if before {
		f.next()
	}
	for i, field := range list {
		if i > 0 {
			f.next()
		}
		f.lit(field)
	}
	if after {
		f.next()
	}
}

// list appends the elements of "$@" or "${a[@]}", each a field of its own.
func (f *filler) list(items []rope, quoted bool) {
	for i, r := range items {
		if i > 0 {
			f.next()
		}
		if quoted {
			f.lit(r)
		} else {
			f.open(r)
		}
	}
}

func (f *filler) next() {
	if f.any {
		f.fields = append(f.fields, f.field)
	}
	f.field, f.any = nil, false
}

// fields expands a word into the fields it comes to.
func (in *interp) fields(w *syntax.Word) []rope {
	f := &filler{in: in}
	for i, p := range w.Parts {
		in.part(f, p, false, i == 0)
	}
	f.next()
	if len(f.fields) > 1000 {
		f.fields = f.fields[:1000]
	}
	return f.fields
}

// join expands a word that is not split: the value of an assignment, a redirect, the word of case.
func (in *interp) join(w *syntax.Word) rope {
	if w == nil {
		return rope{{at: in.at, known: true}}
	}
	f := &filler{in: in}
	for i, p := range w.Parts {
		in.part(f, &syntax.DblQuoted{Parts: []syntax.WordPart{p}}, true, i == 0)
	}
	f.next()
	var r rope
	for i, field := range f.fields {
		if i > 0 {
			r = append(r, piece{text: " ", at: in.at, known: true})
		}
		r = append(r, field...)
	}
	if len(r) == 0 {
		return rope{{at: in.node(w), known: true}}
	}
	return r
}

// literal is text that stands in the script.
func (in *interp) literal(start, end int, text string) rope {
	return rope{{text: text, at: in.span(start, end), exact: in.src[start:end] == text && in.exact(start, end), known: true}}
}

func (in *interp) part(f *filler, p syntax.WordPart, quoted, first bool) {
	switch p := p.(type) {
	case *syntax.Lit:
		in.litPart(f, p, quoted && !in.bare, first)
	case *syntax.SglQuoted:
		a, b := in.bounds(p)
		if p.Dollar {
			f.lit(rope{{text: unescapeANSI(p.Value), at: in.span(a, b), known: true}})
			return
		}
		f.lit(in.literal(min(a+1, b), max(a+1, b-1), p.Value))
	case *syntax.DblQuoted:
		if !quoted || len(p.Parts) != 1 {
			f.any = true
		}
		synthetic := !p.Left.IsValid()
		was := in.bare
		in.bare = synthetic
		for i, q := range p.Parts {
			in.part(f, q, true, synthetic && first && i == 0)
		}
		in.bare = was
	case *syntax.ParamExp:
		was := in.bare
		in.bare = false
		in.param(f, p, quoted)
		in.bare = was
	case *syntax.CmdSubst:
		r := in.subst(p)
		if quoted {
			f.lit(r)
		} else {
			f.open(r)
		}
	default:
		a, b := in.bounds(p)
		f.lit(rope{{text: in.src[a:b], at: in.span(a, b), refs: in.refsIn(p)}})
	}
}

// litPart reads literal text, in which backslashes escape.
func (in *interp) litPart(f *filler, p *syntax.Lit, quoted, first bool) {
	a, b := in.bounds(p)
	raw := in.src[a:b]
	start := a
	if !quoted && first && (raw == "~" || strings.HasPrefix(raw, "~/")) {
		f.lit(rope{{text: raw, at: in.span(a, b), exact: in.exact(a, b), refs: []string{"HOME"}}})
		return
	}
	for i := a; i < b; i++ {
		if in.src[i] == '\\' && i+1 == b && i+1 < len(in.src) && in.src[i+1] == '\n' {
			b = i // the parser ends the text in front of the newline
			break
		}
		if in.src[i] != '\\' || i+1 >= b {
			continue
		}
		next := in.src[i+1]
		switch {
		case next == '\n':
			f.lit(in.literal(start, i, in.src[start:i]))
			start = i + 2
		case !quoted || strings.IndexByte("$`\"\\", next) >= 0:
			f.lit(in.literal(start, i, in.src[start:i]))
			start = i + 1
		}
		i++
	}
	f.lit(in.literal(start, max(start, b), in.src[start:max(start, b)]))
}

func unescapeANSI(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\'`, "'", `\"`, `"`, `\\`, `\`).Replace(s)
}

// unknown is an expansion that stays as written.
func (in *interp) unknown(n syntax.Node, refs []string, alts []rope) rope {
	a, b := in.bounds(n)
	return rope{{text: in.src[a:b], at: in.span(a, b), exact: in.exact(a, b), refs: refs, alts: alts}}
}

// variable returns what a name holds: the value, or nil and the names it depends on from outside.
func (in *interp) variable(name string) (*value, []string) {
	if n, err := strconv.Atoi(name); err == nil {
		if n > 0 && in.params != nil {
			if n <= len(in.params) {
				return scalar(in.params[n-1]), nil
			}
			return scalar(nil), nil
		}
		return nil, []string{name}
	}
	switch name {
	case "@", "*":
		if in.params != nil {
			return &value{list: in.params, array: true, set: true}, nil
		}
		return nil, []string{name}
	case "#":
		if in.params != nil {
			return scalar(rope{{text: strconv.Itoa(len(in.params)), at: in.at, known: true}}), nil
		}
		return nil, []string{name}
	case "?", "!", "$", "-", "_", "0", "RANDOM", "LINENO", "SECONDS", "PWD", "OLDPWD", "BASH_SOURCE", "HOSTNAME", "UID", "EUID":
		return nil, []string{name}
	}
	if v := in.env.get(name); v != nil && v.set {
		return v, nil
	}
	if in.owned[name] {
		return scalar(rope{{at: in.at, known: true, refs: []string{name}}}), nil
	}
	return nil, []string{name}
}

// param expands $X and ${X…}.
func (in *interp) param(f *filler, p *syntax.ParamExp, quoted bool) {
	add := f.open
	if quoted {
		add = f.lit
	}
	if p.Param == nil || p.Excl || p.Width || p.NestedParam != nil || p.Names != 0 || p.Flags != nil || p.IsSet || len(p.Modifiers) > 0 {
		f.lit(in.unknown(p, in.refsIn(p), nil))
		return
	}
	name := p.Param.Value
	v, refs := in.variable(name)
	index := ""
	if w, ok := p.Index.(*syntax.Word); ok {
		index = in.join(w).String()
	} else if p.Index != nil {
		index = "?"
	}
	all := name == "@" || name == "*" || index == "@" || index == "*"
	if v == nil {
		in.outside(f, p, name, refs, quoted)
		return
	}
	if v.open || p.Slice != nil {
		f.lit(in.unknown(p, in.valueRefs(v), nil))
		return
	}
	items := v.list
	if !all {
		n := 0
		if index != "" {
			var err error
			if n, err = strconv.Atoi(index); err != nil || n < 0 {
				f.lit(in.unknown(p, in.valueRefs(v), nil))
				return
			}
		}
		items = nil
		if n < len(v.list) {
			items = v.list[n : n+1]
		}
	}
	if p.Length {
		n := len(items)
		if !all {
			r := first(items)
			if !r.known() {
				f.lit(in.unknown(p, r.refs(), nil))
				return
			}
			n = len([]rune(r.String()))
		}
		f.lit(rope{{text: strconv.Itoa(n), at: in.node(p), known: true}})
		return
	}
	if len(items) == 0 && !all {
		items = []rope{nil}
	}
	out := make([]rope, 0, len(items))
	for _, r := range items {
		out = append(out, in.modify(p, name, r))
	}
	switch {
	case all && (name == "@" || index == "@" || !quoted):
		f.list(out, quoted)
	case all:
		sep := " "
		if ifs := in.env.get("IFS"); ifs != nil && ifs.first().known() {
			sep = ifs.first().String()
			sep = sep[:min(1, len(sep))]
		}
		var r rope
		for i, item := range out {
			if i > 0 {
				r = append(r, piece{text: sep, at: in.node(p), known: true})
			}
			r = append(r, item...)
		}
		add(r)
	default:
		add(first(out))
	}
}

func first(list []rope) rope {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (in *interp) valueRefs(v *value) (refs []string) {
	for _, r := range v.list {
		refs = union(refs, r.refs())
	}
	return refs
}

// outside expands a variable that the script does not assign: only a default can be told, as a fallback.
func (in *interp) outside(f *filler, p *syntax.ParamExp, name string, refs []string, quoted bool) {
	add := f.open
	if quoted {
		add = f.lit
	}
	if p.Exp != nil && p.Index == nil {
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			r := slices.Clone(in.join(p.Exp.Word))
			for i := range r {
				r[i].refs = union(slices.Clone(refs), r[i].refs)
			}
			if p.Exp.Word == nil {
				r[0].at = in.node(p)
			}
			if p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull {
				in.set(name, scalar(r))
			}
			add(r)
			return
		}
	}
	f.lit(in.unknown(p, union(refs, in.refsIn(p)), nil))
}

// modify applies the operator of ${X…} to one value.
func (in *interp) modify(p *syntax.ParamExp, name string, r rope) rope {
	if p.Exp == nil && p.Repl == nil {
		if !r.known() && len(r) == 1 && len(r[0].alts) > 0 {
			return in.unknown(p, r.refs(), r[0].alts)
		}
		return r
	}
	if !r.known() {
		return in.unknown(p, union(r.refs(), in.refsIn(p)), nil)
	}
	text := r.String()
	if p.Repl != nil {
		return in.substitute(p, r, text)
	}
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.ErrorUnset, syntax.AssignUnset, syntax.ErrorUnsetOrNull:
		return r
	case syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull:
		if text != "" {
			return r
		}
		def := in.join(p.Exp.Word)
		if p.Exp.Op == syntax.AssignUnsetOrNull {
			in.set(name, scalar(def))
		}
		return def
	case syntax.AlternateUnset:
		return in.join(p.Exp.Word)
	case syntax.AlternateUnsetOrNull:
		if text == "" {
			return nil
		}
		return in.join(p.Exp.Word)
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix, syntax.RemSmallPrefix, syntax.RemLargePrefix:
		return in.trim(p, r, text)
	case syntax.UpperAll, syntax.LowerAll:
		if p.Exp.Word == nil && len(r) > 0 {
			up := strings.ToUpper
			if p.Exp.Op == syntax.LowerAll {
				up = strings.ToLower
			}
			return rope{{text: up(text), at: r[0].at, known: true, refs: r.refs()}}
		}
	}
	return in.unknown(p, r.refs(), nil)
}

// refsIn lists the variables from outside that a node refers to.
func (in *interp) refsIn(n syntax.Node) (refs []string) {
	walk(n, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			v, outside := in.variable(p.Param.Value)
			if v != nil {
				outside = in.valueRefs(v)
			}
			refs = union(refs, outside)
		}
		return true
	})
	return refs
}
