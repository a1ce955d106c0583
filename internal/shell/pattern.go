package shell

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// compile turns a shell pattern into a regular expression.
func compile(text string, whole bool) *regexp.Regexp {
	if len(text) > 1000 {
		return nil
	}
	expr, err := pattern.Regexp(text, 0)
	if err != nil {
		return nil
	}
	if whole {
		expr = "(?s)^(?:" + expr + ")$"
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil
	}
	return re
}

func (in *interp) trim(p *syntax.ParamExp, r rope, text string) rope {
	pat := in.join(p.Exp.Word)
	n := len(text)
	if !pat.known() {
		return in.unknown(p, r.refs(), nil)
	}
	if literal := pat.String(); !strings.ContainsAny(literal, `*?[\`) {
		suffix := p.Exp.Op == syntax.RemSmallSuffix || p.Exp.Op == syntax.RemLargeSuffix
		if suffix && strings.HasSuffix(text, literal) {
			return r.cut(0, n-len(literal))
		} else if !suffix && strings.HasPrefix(text, literal) {
			return r.cut(len(literal), n)
		}
		return r
	}
	re := compile(pat.String(), true)
	if in.effort += n * n * len(pat.String()); re == nil || in.effort > maxEffort {
		return in.unknown(p, r.refs(), nil)
	}
	for k := 0; k <= n; k++ {
		switch p.Exp.Op {
		case syntax.RemSmallPrefix:
			if re.MatchString(text[:k]) {
				return r.cut(k, n)
			}
		case syntax.RemLargePrefix:
			if re.MatchString(text[:n-k]) {
				return r.cut(n-k, n)
			}
		case syntax.RemSmallSuffix:
			if re.MatchString(text[n-k:]) {
				return r.cut(0, n-k)
			}
		case syntax.RemLargeSuffix:
			if re.MatchString(text[k:]) {
				return r.cut(0, k)
			}
		}
	}
	return r
}

// substitute is ${X/a/b}: the text between the matches keeps its places.
func (in *interp) substitute(p *syntax.ParamExp, r rope, text string) rope {
	orig, with := in.join(p.Repl.Orig), in.join(p.Repl.With)
	pat := orig.String()
	anchor := ""
	if !p.Repl.All && pat != "" && (pat[0] == '#' || pat[0] == '%') {
		anchor, pat = pat[:1], pat[1:]
	}
	if !orig.known() || !with.known() || len(text) > maxText {
		return in.unknown(p, r.refs(), nil)
	}
	if pat == "" {
		switch anchor {
		case "#":
			return append(slices.Clone(with), r...)
		case "%":
			return append(slices.Clip(r), with...)
		}
		return r
	}
	re := compile(pat, false)
	if re == nil || anchor != "" {
		return in.unknown(p, r.refs(), nil)
	}
	n := 1
	if p.Repl.All {
		n = 1000
	}
	var out rope
	at := 0
	for _, m := range re.FindAllStringIndex(text, n) {
		out = append(append(out, r.cut(at, m[0])...), with...)
		at = m[1]
	}
	return append(out, r.cut(at, len(text))...)
}
