package django

import (
	"strings"
	"unicode"

	"github.com/prodcheck/prodcheck/internal/source"
)

func (i *interp) strMethod(r *node, name string, a *args, at source.Span) *node {
	s := r.str
	arg := func(k int, n string) (string, bool) {
		v := a.get(k, n)
		if v == nil || v.kind != r.kind {
			return "", false
		}
		return v.str, true
	}
	cut := func(f func(string, string) string, ws func(string) string) *node {
		v := a.get(0, "")
		if v == nil || v.kind == NoneKind {
			return text1(r.kind, ws(s))
		}
		if t, ok := arg(0, ""); ok {
			return text1(r.kind, f(s, t))
		}
		return nil
	}
	switch name {
	case "strip":
		return cut(strings.Trim, pyStrip)
	case "lstrip":
		return cut(strings.TrimLeft, func(s string) string { return strings.TrimLeftFunc(s, pySpace) })
	case "rstrip":
		return cut(strings.TrimRight, func(s string) string { return strings.TrimRightFunc(s, pySpace) })
	case "lower", "casefold", "upper", "title", "capitalize", "swapcase":
		if !simpleCase(s) || len(a.pos) > 0 {
			return nil
		}
	}
	switch name {
	case "lower", "casefold":
		return text1(r.kind, strings.ToLower(s))
	case "upper":
		return text1(r.kind, strings.ToUpper(s))
	case "title":
		return text1(r.kind, title(s))
	case "capitalize":
		rs := []rune(strings.ToLower(s))
		if len(rs) > 0 {
			rs[0] = unicode.ToUpper(rs[0])
		}
		return text1(r.kind, string(rs))
	case "swapcase":
		return text1(r.kind, strings.Map(func(c rune) rune {
			if unicode.IsUpper(c) {
				return unicode.ToLower(c)
			}
			return unicode.ToUpper(c)
		}, s))
	case "replace":
		old, ok1 := arg(0, "")
		new, ok2 := arg(1, "")
		n := -1
		if c := a.get(2, "count"); c != nil {
			if c.kind != IntKind {
				return nil
			}
			n = int(c.num)
		}
		if ok1 && ok2 {
			if strings.Count(s, old)*len(new)+len(s) > maxText {
				return unknown("a text that is too long")
			}
			return text1(r.kind, strings.Replace(s, old, new, n))
		}
	case "removeprefix":
		if t, ok := arg(0, ""); ok {
			return text1(r.kind, strings.TrimPrefix(s, t))
		}
	case "removesuffix":
		if t, ok := arg(0, ""); ok {
			return text1(r.kind, strings.TrimSuffix(s, t))
		}
	case "startswith", "endswith":
		test := strings.HasPrefix
		if name == "endswith" {
			test = strings.HasSuffix
		}
		v := a.get(0, "")
		if v == nil || len(a.pos) > 1 {
			return nil
		}
		if v.kind == r.kind {
			return boolean(test(s, v.str))
		}
		if elems, ok := i.iterate(v); ok && v.kind == TupleKind {
			for _, e := range elems {
				if !e.isStr() {
					return nil
				}
				if test(s, e.str) {
					return boolean(true)
				}
			}
			return boolean(false)
		}
	case "split", "rsplit":
		return i.split(r, name, a, at)
	case "splitlines":
		out := container(ListKind, nil)
		t := strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		for _, l := range strings.Split(strings.TrimSuffix(t, "\n"), "\n") {
			if t != "" {
				out.box.c.elems = append(out.box.c.elems, str(l).with(at, r))
			}
		}
		return out
	case "join":
		v := a.get(0, "")
		if v == nil {
			return nil
		}
		elems, ok := i.iterate(v)
		if !ok {
			return nil
		}
		var parts []string
		total := 0
		for _, e := range elems {
			if len(e.alts) > 0 || e.kind != r.kind {
				return nil
			}
			if total += len(e.str) + len(s); total > maxText {
				return unknown("a text that is too long")
			}
			parts = append(parts, e.str)
		}
		i.charge(len(elems))
		out := strings.Join(parts, s)
		n := text1(r.kind, out)
		for _, e := range elems {
			n.reads = joinReads(n.reads, e.reads)
		}
		return n
	case "format":
		return i.strFormat(r, a, at)
	case "partition", "rpartition":
		sep, ok := arg(0, "")
		if !ok || sep == "" {
			return nil
		}
		k := strings.Index(s, sep)
		if name == "rpartition" {
			k = strings.LastIndex(s, sep)
		}
		parts := []string{s, "", ""}
		if k >= 0 {
			parts = []string{s[:k], sep, s[k+len(sep):]}
		} else if name == "rpartition" {
			parts = []string{"", "", s}
		}
		out := container(TupleKind, nil)
		for _, p := range parts {
			out.box.c.elems = append(out.box.c.elems, str(p).with(at, r))
		}
		return out
	case "encode":
		return &node{kind: BytesKind, str: s}
	case "decode":
		return str(s)
	case "count":
		if t, ok := arg(0, ""); ok && t != "" && len(a.pos) == 1 {
			return integer(int64(strings.Count(s, t)))
		}
	case "find", "index", "rfind":
		if t, ok := arg(0, ""); ok && len(a.pos) == 1 {
			k := strings.Index(s, t)
			if name == "rfind" {
				k = strings.LastIndex(s, t)
			}
			if k >= 0 {
				k = len([]rune(s[:k]))
			} else if name == "index" {
				return nil
			}
			return integer(int64(k))
		}
	case "isdigit", "isnumeric", "isdecimal":
		return boolean(s != "" && strings.IndexFunc(s, func(c rune) bool { return !unicode.IsDigit(c) }) < 0)
	case "isalpha":
		return boolean(s != "" && strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) }) < 0)
	case "isalnum":
		return boolean(s != "" && strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) < 0)
	case "isupper":
		return boolean(strings.ToUpper(s) == s && strings.ToLower(s) != s)
	case "islower":
		return boolean(strings.ToLower(s) == s && strings.ToUpper(s) != s)
	case "isspace":
		return boolean(s != "" && strings.TrimFunc(s, pySpace) == "")
	case "zfill", "ljust", "rjust", "center":
		w := a.get(0, "")
		if w == nil || w.kind != IntKind || w.num > 10_000 {
			return nil
		}
		fill := " "
		if f, ok := arg(1, ""); ok {
			fill = f
		}
		if name == "zfill" {
			fill = "0"
		}
		n := int(w.num) - len([]rune(s))
		if n <= 0 {
			return str(s)
		}
		switch name {
		case "ljust":
			return str(s + strings.Repeat(fill, n))
		case "zfill":
			if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
				return str(s[:1] + strings.Repeat(fill, n) + s[1:])
			}
			return str(strings.Repeat(fill, n) + s)
		case "rjust":
			return str(strings.Repeat(fill, n) + s)
		}
	}
	return nil
}

// simpleCase reports whether every letter has one letter of the other case: "ß".upper() is "SS", and Greek has two small sigmas.
func simpleCase(s string) bool {
	for _, r := range s {
		if r >= 0x80 && (r > 0x24f || r == 0xb5 || r == 0xdf || r == 0x130 || r == 0x149 || r == 0x1f0 || r >= 0x1c4 && r <= 0x1cc || r >= 0x1f1 && r <= 0x1f3) {
			return false
		}
	}
	return true
}

func text1(k Kind, s string) *node { return &node{kind: k, str: s} }

func pySpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func pyStrip(s string) string { return strings.TrimFunc(s, pySpace) }

func title(s string) string {
	start := true
	return strings.Map(func(c rune) rune {
		if !unicode.IsLetter(c) {
			start = true
			return c
		}
		if start {
			start = false
			return unicode.ToTitle(c)
		}
		return unicode.ToLower(c)
	}, s)
}

func (i *interp) split(r *node, name string, a *args, at source.Span) *node {
	limit := -1
	if m := a.get(1, "maxsplit"); m != nil {
		if m.kind != IntKind {
			return nil
		}
		limit = int(m.num)
	}
	var parts []string
	sep := a.get(0, "sep")
	switch {
	case sep == nil || sep.kind == NoneKind:
		if limit >= 0 && name == "rsplit" {
			return nil
		}
		rest := strings.TrimLeftFunc(r.str, pySpace)
		for rest != "" {
			if limit >= 0 && len(parts) == limit {
				parts = append(parts, strings.TrimRightFunc(rest, pySpace))
				break
			}
			k := strings.IndexFunc(rest, pySpace)
			if k < 0 {
				parts = append(parts, rest)
				break
			}
			parts = append(parts, rest[:k])
			rest = strings.TrimLeftFunc(rest[k:], pySpace)
		}
	case sep.kind != r.kind || sep.str == "":
		return nil
	case limit < 0:
		parts = strings.Split(r.str, sep.str)
	case name == "split":
		parts = strings.SplitN(r.str, sep.str, limit+1)
	default:
		rest := r.str
		for len(parts) < limit {
			k := strings.LastIndex(rest, sep.str)
			if k < 0 {
				break
			}
			parts = append([]string{rest[k+len(sep.str):]}, parts...)
			rest = rest[:k]
		}
		parts = append([]string{rest}, parts...)
	}
	if len(parts) > maxElems {
		panic(stop{"a text has too many parts"})
	}
	i.charge(len(parts))
	i.grow(200 * len(parts))
	out := container(ListKind, make([]*node, 0, len(parts)))
	for _, p := range parts {
		out.box.c.elems = append(out.box.c.elems, text1(r.kind, p).with(at, r))
	}
	return out
}
