package nginx

import (
	"strconv"
	"strings"
)

// rewrite runs the directives of the rewrite module that stand in a scope, in order. If ok is true, the answer is made.
func (v *visit) rewrite(sc *Scope) (next step, a Answer, ok bool) {
	next, a = v.rewriteList(sc, sc, 0)
	return next, a, next == done
}

// rewriteList runs the directives of sc, which is the scope itself or an if in it.
func (v *visit) rewriteList(sc, outer *Scope, depth int) (step, Answer) {
	child := 0
	changed := false
	for _, d := range sc.list {
		switch d.Name {
		case "set":
			if len(d.Args) == 2 {
				t := v.eval(d.Text(1))
				t.known = t.known && d.Known() && !d.Conditional
				t.via = append([]*Directive{d}, t.via...)
				v.set[strings.ToLower(strings.TrimPrefix(d.Text(0), "$"))] = t
			}
		case "break":
			if !d.HasBlock {
				return stopped, Answer{}
			}
		case "return":
			if len(d.Args) > 0 && !d.Conditional {
				return done, v.returned(d)
			}
			v.unsure(d, v.scope)
		case "rewrite":
			s, a := v.rewritten(d)
			switch s {
			case done:
				return done, a
			case stopped:
				return stopped, Answer{}
			case search:
				return search, Answer{}
			case changedURI:
				changed = true
			}
		case "if":
			in := nextIf(sc, &child)
			if in == nil {
				continue
			}
			s, a, stop := v.condition(in, outer, depth)
			if stop {
				return s, a
			}
			changed = changed || s == changedURI
		}
	}
	if changed {
		if sc != outer {
			return changedURI, Answer{}
		}
		return search, Answer{}
	}
	return goOn, Answer{}
}

// nextIf returns the scope of the next if of sc.
func nextIf(sc *Scope, i *int) *Scope {
	for *i < len(sc.Children) {
		c := sc.Children[*i]
		*i++
		if c.Kind == IfScope {
			return c
		}
	}
	return nil
}

// condition runs an if. An if whose condition is not known is noted and taken as false; what it would set is not known then.
func (v *visit) condition(in, outer *Scope, depth int) (step, Answer, bool) {
	if depth >= maxDepth {
		return goOn, Answer{}, false
	}
	truth := v.test(in.Directive)
	if truth == unsureTruth || truth == trueTruth && in.Directive.Conditional {
		instead := in
		if outer.Kind == ServerScope {
			instead = outer
		}
		if len(in.Own("rewrite"))+len(in.Own("break")) > 0 {
			instead = nil
		}
		v.unsure(in.Directive, instead)
		for _, d := range in.Own("set") {
			if len(d.Args) == 2 {
				name := strings.ToLower(strings.TrimPrefix(d.Text(0), "$"))
				v.set[name] = either(v.variable(name), v.eval(d.Text(1)))
			}
		}
		return goOn, Answer{}, false
	}
	if truth == falseTruth {
		return goOn, Answer{}, false
	}
	if outer.Kind != ServerScope { // an if of a location is a location of its own; one of a server has no settings
		v.scope = in
	}
	s, a := v.rewriteList(in, outer, depth+1)
	return s, a, s == done || s == stopped || s == search
}

// either returns what a variable holds if a set on it may have run or not.
func either(a, b result) result {
	if a.known && b.known && a.text == b.text {
		return a
	}
	out := result{text: a.text, via: append(append([]*Directive(nil), a.via...), b.via...)}
	values := func(r result) []string {
		if r.known {
			return []string{r.text}
		}
		return r.possible
	}
	if va, vb := values(a), values(b); va != nil && vb != nil && len(va)+len(vb) <= maxPossible {
		out.possible = distinct(append(append([]string(nil), va...), vb...))
	}
	return out
}

type truth uint8

const (
	unsureTruth truth = iota
	falseTruth
	trueTruth
)

// truthOf turns what is known into a truth.
func truthOf(b bool) truth {
	if b {
		return trueTruth
	}
	return falseTruth
}

// condition texts come with their parentheses: if ($a = b) has the arguments "($a", "=", "b)".
func ifWords(d *Directive) []string {
	words := d.Texts()
	if len(words) == 0 {
		return nil
	}
	words[0] = strings.TrimPrefix(words[0], "(")
	last := len(words) - 1
	words[last] = strings.TrimSuffix(words[last], ")")
	if words[last] == "" {
		words = words[:last]
	}
	if len(words) > 0 && words[0] == "" {
		words = words[1:]
	}
	return words
}

// test evaluates the condition of an if.
func (v *visit) test(d *Directive) truth {
	w := ifWords(d)
	if !d.Known() || len(w) == 0 {
		return unsureTruth
	}
	if strings.HasPrefix(w[0], "-") || strings.HasPrefix(w[0], "!-") {
		return v.fileTest(w)
	}
	left := v.eval(w[0])
	if len(w) == 1 {
		if left.known {
			return truthOf(left.text != "" && left.text != "0")
		}
		return agree(left.possible, func(s string) bool { return s != "" && s != "0" })
	}
	if len(w) != 3 {
		return unsureTruth
	}
	var match func(string) bool
	switch op := strings.TrimPrefix(w[1], "!"); op {
	case "=":
		right := v.eval(w[2])
		if !right.known {
			return unsureTruth
		}
		match = func(s string) bool { return s == right.text }
	case "~", "~*":
		re, err := compile(w[2], op == "~*")
		if err != nil {
			return unsureTruth
		}
		match = re.MatchString
		if left.known {
			if g := re.FindStringSubmatch(left.text); g != nil {
				for k, s := range captured(g, re.SubexpNames()) {
					v.set[k] = known(s)
				}
			}
		}
	default:
		return unsureTruth
	}
	t := unsureTruth
	if left.known {
		t = truthOf(match(left.text))
	} else {
		t = agree(left.possible, match)
	}
	if strings.HasPrefix(w[1], "!") && t != unsureTruth {
		t = truthOf(t == falseTruth)
	}
	return t
}

// agree returns what all possible values say, if they agree.
func agree(values []string, f func(string) bool) truth {
	out := unsureTruth
	for i, s := range values {
		t := truthOf(f(s))
		if i > 0 && t != out {
			return unsureTruth
		}
		out = t
	}
	return out
}

// fileTest evaluates -f, -d and -e, which need Request.Exists.
func (v *visit) fileTest(w []string) truth {
	if len(w) != 2 || v.r.Exists == nil {
		return unsureTruth
	}
	p := v.eval(w[1])
	if !p.known {
		return unsureTruth
	}
	op := strings.TrimPrefix(w[0], "!")
	file, dir := v.r.Exists(p.text), v.r.Exists(strings.TrimSuffix(p.text, "/")+"/")
	var yes bool
	switch op {
	case "-f":
		yes = file && !dir
	case "-d":
		yes = dir
	case "-e":
		yes = file || dir
	default:
		return unsureTruth
	}
	return truthOf(yes != strings.HasPrefix(w[0], "!"))
}

// returned makes the answer of a return.
func (v *visit) returned(d *Directive) Answer {
	text := d.Text(0)
	code, err := strconv.Atoi(text)
	if err != nil { // return URL
		return v.redirect(302, text, d)
	}
	switch code {
	case 301, 302, 303, 307, 308:
		if len(d.Args) > 1 {
			return v.redirect(code, d.Text(1), d)
		}
	}
	return Answer{Kind: ReturnAnswer, Status: code, Known: d.Known(), Scope: v.scope, Evidence: d.Evidence()}
}

// rewritten runs one rewrite. It returns changedURI if the URI was changed and the next directives still run.
func (v *visit) rewritten(d *Directive) (step, Answer) {
	if len(d.Args) < 2 {
		return goOn, Answer{}
	}
	if !d.Args[0].Known || d.Conditional {
		v.unsure(d, nil)
		return goOn, Answer{}
	}
	re, err := compile(d.Text(0), false)
	if err != nil {
		v.unsure(d, nil)
		return goOn, Answer{}
	}
	g := re.FindStringSubmatch(v.uri)
	if g == nil {
		return goOn, Answer{}
	}
	for k, s := range captured(g, re.SubexpNames()) {
		v.set[k] = known(s)
	}
	target, flag := d.Text(1), d.Text(2)
	external := strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "$scheme")
	if external || flag == "redirect" || flag == "permanent" {
		status := 302
		if flag == "permanent" {
			status = 301
		}
		a := v.redirect(status, target, d)
		if v.args != "" && !strings.HasSuffix(target, "?") {
			sep := "?"
			if strings.Contains(a.Location, "?") {
				sep = "&"
			}
			a.Location += sep + v.args
		}
		a.Location = strings.TrimSuffix(a.Location, "?")
		return done, a
	}
	t := v.eval(target)
	if !t.known {
		return done, Answer{Kind: UnknownAnswer, Scope: v.scope, Evidence: d.Evidence()}
	}
	path, query, has := strings.Cut(t.text, "?")
	v.uri = path
	if has {
		if query != "" && v.args != "" {
			query += "&" + v.args
		}
		v.args = query
	}
	switch flag {
	case "last":
		return search, Answer{}
	case "break":
		return stopped, Answer{}
	}
	return changedURI, Answer{}
}
