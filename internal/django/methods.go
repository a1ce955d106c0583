package django

import (
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/prodcheck/prodcheck/internal/source"
)

// methodNames lists what a value of a built-in type has besides what begins with an underscore; "" for other kinds.
func methodNames(k Kind) string {
	const text = " capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle isupper join " +
		"ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split " +
		"splitlines startswith strip swapcase title translate upper zfill "
	switch k {
	case StringKind:
		return text + "casefold encode format format_map isdecimal isidentifier isnumeric isprintable "
	case BytesKind:
		return text + "decode fromhex hex "
	case ListKind:
		return " append clear copy count extend index insert pop remove reverse sort "
	case TupleKind:
		return " count index "
	case SetKind:
		return " add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset pop remove " +
			"symmetric_difference symmetric_difference_update union update "
	case DictKind:
		return " clear copy fromkeys get items keys pop popitem setdefault update values move_to_end "
	case IntKind, BoolKind:
		return " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag numerator real to_bytes is_integer "
	case FloatKind:
		return " as_integer_ratio conjugate fromhex hex imag is_integer real "
	}
	return ""
}

// method calls a method of a built-in type. The receiver has no alternatives; arguments may.
func (i *interp) method(r *node, name string, a *args, at source.Span) *node {
	for k := range a.pos {
		if r.isContainer() || r.isStr() {
			if name != "append" && name != "insert" && name != "add" && name != "setdefault" {
				a.pos[k] = i.consumed(a.pos[k])
			}
		}
	}
	for k, p := range a.pos {
		if len(p.alts) > 0 && !r.isContainer() {
			return i.lift(p, func(x *node) *node {
				b := &args{pos: append([]*node(nil), a.pos...), kw: a.kw, open: a.open}
				b.pos[k] = x
				return i.method(r, name, b, at)
			})
		}
	}
	from := append([]*node{r}, a.pos...)
	open := func() *node {
		u := unknown("").with(at, from...)
		u.reason = ""
		for _, n := range from {
			if n.kind == Unknown && u.reason == "" {
				u.reason = Value{n}.Reason()
			}
		}
		if u.reason == "" {
			u.reason = "the method " + name + " is not evaluated"
		}
		return u
	}
	if a.open {
		return open()
	}
	i.charge(len(r.str) / 64)
	switch r.kind {
	case StringKind, BytesKind:
		if v := i.strMethod(r, name, a, at); v != nil {
			i.grow(len(v.str))
			return v.with(at, from...)
		}
	case ListKind, TupleKind:
		if v := i.listMethod(r, name, a, at); v != nil {
			return v
		}
	case SetKind:
		if v := i.setMethod(r, name, a, at); v != nil {
			return v
		}
	case DictKind:
		if v := i.dictMethod(r, name, a, at); v != nil {
			return v
		}
	case DurationKind:
		if name == "total_seconds" {
			return float(r.dur.Seconds()).with(at, r)
		}
	case IntKind, BoolKind, FloatKind:
		if name == "bit_length" && isInt(r) && r.num >= 0 {
			return integer(int64(len(strconv.FormatInt(r.num, 2)))).with(at, r)
		}
	case RegexpKind:
		return open()
	}
	return open()
}

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

func (i *interp) strFormat(r *node, a *args, at source.Span) *node {
	var b strings.Builder
	auto := 0
	var reads []Read
	for k := 0; k < len(r.str); k++ {
		c := r.str[k]
		if (c == '{' || c == '}') && k+1 < len(r.str) && r.str[k+1] == c {
			b.WriteByte(c)
			k++
			continue
		}
		if c != '{' {
			b.WriteByte(c)
			continue
		}
		end := strings.IndexByte(r.str[k:], '}')
		if end < 0 {
			return nil
		}
		field := r.str[k+1 : k+end]
		k += end
		field, spec, _ := strings.Cut(field, ":")
		conv := byte(0)
		if x := strings.IndexByte(field, '!'); x >= 0 && x+1 < len(field) {
			conv = field[x+1]
			field = field[:x]
		}
		name, rest := field, ""
		if x := strings.IndexAny(field, ".["); x >= 0 {
			name, rest = field[:x], field[x:]
		}
		var v *node
		if name == "" {
			v = a.get(auto, "")
			auto++
		} else if n, err := strconv.Atoi(name); err == nil {
			v = a.get(n, "")
		} else {
			v = a.get(-1, name)
		}
		for rest != "" && v != nil {
			if rest[0] == '.' {
				x := strings.IndexAny(rest[1:], ".[")
				n := rest[1:]
				if x >= 0 {
					n = rest[1 : x+1]
				}
				v = i.attr(v, n, at)
				rest = rest[1+len(n):]
				continue
			}
			x := strings.IndexByte(rest, ']')
			if x < 0 || rest[0] != '[' {
				return nil
			}
			key := str(rest[1:x])
			if n, err := strconv.ParseInt(rest[1:x], 10, 64); err == nil {
				key = integer(n)
			}
			v = i.item(v, key, nil, nil, at)
			rest = rest[x+1:]
		}
		if v == nil || len(v.alts) > 0 {
			return nil
		}
		t := format(v, conv, spec, at)
		if !t.isStr() {
			u := unknown(Value{t}.Reason())
			u.reads, u.secret = t.reads, t.secret
			return u
		}
		reads = joinReads(reads, t.reads)
		b.WriteString(t.str)
		if b.Len() > maxText {
			return unknown("a text that is too long")
		}
	}
	n := str(b.String())
	n.reads = reads
	return n
}

// percent is text % values.
func (i *interp) percent(a, b *node, at source.Span) *node {
	var vals []*node
	if b.kind == TupleKind {
		if b.box.c.open {
			return nil
		}
		vals = b.box.c.elems
	} else {
		vals = []*node{b}
	}
	var out strings.Builder
	from := []*node{a, b}
	n := 0
	for k := 0; k < len(a.str); k++ {
		if a.str[k] != '%' {
			out.WriteByte(a.str[k])
			continue
		}
		if k++; k >= len(a.str) {
			return nil
		}
		if a.str[k] == '%' {
			out.WriteByte('%')
			continue
		}
		var v *node
		if a.str[k] == '(' {
			end := strings.IndexByte(a.str[k:], ')')
			if end < 0 || b.kind != DictKind || b.box.c.open {
				return nil
			}
			v = b.box.c.get(a.str[k+1 : k+end])
			k += end + 1
		} else if n < len(vals) {
			v = vals[n]
			n++
		}
		if v == nil || k >= len(a.str) || len(v.alts) > 0 {
			return nil
		}
		from = append(from, v)
		t, ok := "", false
		switch a.str[k] {
		case 's':
			t, ok = text(v)
		case 'd', 'i':
			t, ok = strconv.FormatInt(v.num, 10), isInt(v)
		case 'r':
			t, ok = pyRepr(v), v.kind != Unknown && v.kind != ObjectKind && v.box == nil
		}
		if !ok || out.Len()+len(t) > maxText {
			u := (&node{}).with(at, from...)
			u.reason = Value{v}.Reason()
			u.secret = v.secret
			return u
		}
		out.WriteString(t)
	}
	return str(out.String()).with(at, from...)
}

func (i *interp) listMethod(r *node, name string, a *args, at source.Span) *node {
	arg := a.get(0, "")
	switch name {
	case "append":
		if arg != nil && r.kind == ListKind {
			c := i.touch(r.box)
			if len(c.elems) >= maxElems {
				panic(stop{"a list has too many elements"})
			}
			c.elems = append(c.elems, i.underControl(arg, true))
			return none()
		}
	case "extend":
		if arg != nil && r.kind == ListKind {
			i.extend(r, arg)
			return none()
		}
	case "insert":
		if len(a.pos) == 2 && r.kind == ListKind {
			c := i.touch(r.box)
			v := i.underControl(a.pos[1], true)
			if !isInt(a.pos[0]) || c.open {
				c.open = true
				c.elems = append(c.elems, v)
				return none()
			}
			n := a.pos[0].num
			if n < 0 {
				n += int64(len(c.elems))
			}
			n = max(0, min(n, int64(len(c.elems))))
			c.elems = append(c.elems[:n:n], append([]*node{v}, c.elems[n:]...)...)
			return none()
		}
	case "remove":
		if arg != nil && r.kind == ListKind {
			c := i.touch(r.box)
			sure := true
			for k, e := range c.elems {
				eq, known := equal(e, arg)
				if eq {
					c.elems = append(c.elems[:k:k], c.elems[k+1:]...)
					return none()
				}
				sure = sure && known
			}
			if sure && !c.open && i.caught("ValueError") {
				panic(&raised{name: "ValueError", at: at})
			}
			return none()
		}
	case "pop":
		if r.kind == ListKind && !r.box.c.open && len(r.box.c.elems) > 0 {
			n := int64(len(r.box.c.elems) - 1)
			if arg != nil {
				if !isInt(arg) {
					break
				}
				n = arg.num
				if n < 0 {
					n += int64(len(r.box.c.elems))
				}
			}
			if n >= 0 && n < int64(len(r.box.c.elems)) {
				c := i.touch(r.box)
				v := c.elems[n]
				c.elems = append(c.elems[:n:n], c.elems[n+1:]...)
				return v
			}
		}
	case "index":
		if arg != nil && !r.box.c.open {
			for k, e := range r.box.c.elems {
				if eq, known := equal(e, arg); known && eq {
					return integer(int64(k)).with(at, r, arg)
				} else if !known {
					return nil
				}
			}
			if i.caught("ValueError") {
				panic(&raised{name: "ValueError", at: at})
			}
		}
	case "count":
		if arg != nil && !r.box.c.open {
			n := int64(0)
			for _, e := range r.box.c.elems {
				eq, known := equal(e, arg)
				if !known {
					return nil
				}
				if eq {
					n++
				}
			}
			return integer(n).with(at, r)
		}
	case "copy":
		return i.copyOf(r)
	case "reverse":
		c := i.touch(r.box)
		for x, y := 0, len(c.elems)-1; x < y; x, y = x+1, y-1 {
			c.elems[x], c.elems[y] = c.elems[y], c.elems[x]
		}
		return none()
	case "sort":
		if es, ok := i.sortNodes(r.box.c.elems, a, at); ok && !r.box.c.open {
			i.touch(r.box).elems = es
			return none()
		}
		i.havocBox(r)
		return none()
	case "clear":
		c := i.touch(r.box)
		c.elems, c.open, c.maybe = nil, false, nil
		return none()
	}
	return nil
}

// sortNodes returns elements in the order that sorted(in, key=key, reverse=reverse) gives, if their keys can be compared.
func (i *interp) sortNodes(in []*node, a *args, at source.Span) ([]*node, bool) {
	i.charge(8 * len(in))
	keys := append([]*node(nil), in...)
	key, reverse := a.get(-1, "key"), false
	if r := a.get(-1, "reverse"); r != nil {
		t, known := truthOf(r)
		if !known {
			return nil, false
		}
		reverse = t
	}
	for k := range keys {
		if key != nil && key.kind != NoneKind {
			keys[k] = i.apply(key, []*node{in[k]}, nil, at)
		}
		if n := keys[k]; len(n.alts) > 0 || k > 0 && n.kind != keys[0].kind || !n.isStr() && n.kind != IntKind && n.kind != TupleKind {
			return nil, false
		}
	}
	order := make([]int, len(in))
	for k := range order {
		order[k] = k
	}
	sure := true
	sort.SliceStable(order, func(x, y int) bool {
		if reverse {
			x, y = y, x
		}
		less, known := truthOf(i.compare1(keys[order[x]], "<", keys[order[y]], at))
		sure = sure && known
		return less
	})
	out := make([]*node, len(in))
	for k, o := range order {
		out[k] = in[o]
	}
	return out, sure
}

func (i *interp) setMethod(r *node, name string, a *args, at source.Span) *node {
	arg := a.get(0, "")
	switch name {
	case "add":
		if arg != nil {
			i.add(r, arg)
			return none()
		}
	case "update":
		for _, p := range a.pos {
			i.extend(r, p)
		}
		return none()
	case "discard", "remove":
		if arg != nil {
			c := i.touch(r.box)
			for k, e := range c.elems {
				if eq, known := equal(e, arg); known && eq {
					c.elems = append(c.elems[:k:k], c.elems[k+1:]...)
					break
				}
			}
			return none()
		}
	case "union":
		v := i.copyOf(r)
		for _, p := range a.pos {
			i.extend(v, p)
		}
		return v.with(at, append([]*node{r}, a.pos...)...)
	case "difference", "intersection":
		if arg == nil {
			return i.copyOf(r)
		}
		if elems, ok := i.iterate(arg); ok {
			s := container(SetKind, nil)
			for _, e := range elems {
				i.add(s, e)
			}
			op := "-"
			if name == "intersection" {
				op = "&"
			}
			return i.binary(r, op, s, at)
		}
	case "copy":
		return i.copyOf(r)
	}
	return nil
}

func (i *interp) dictMethod(r *node, name string, a *args, at source.Span) *node {
	c := r.box.c
	key := a.get(0, "")
	find := func() (*node, bool) {
		if key == nil || key.kind == Unknown || len(key.alts) > 0 {
			return nil, false
		}
		for k := len(c.keys) - 1; k >= 0; k-- {
			if sameKey(c.keys[k], key) {
				return c.elems[k], true
			}
		}
		return nil, !c.open
	}
	switch name {
	case "get", "pop", "setdefault":
		v, known := find()
		if !known {
			if key != nil && len(key.alts) > 0 {
				return i.lift(key, func(k *node) *node {
					return i.dictMethod(r, name, &args{pos: append([]*node{k}, a.pos[min(1, len(a.pos)):]...), kw: a.kw}, at)
				})
			}
			return nil
		}
		if v != nil {
			for _, alt := range v.alts {
				if alt.unset {
					return nil
				}
			}
			if name == "pop" {
				i.delKey(r, key)
			}
			return v.plusReads(joinReads(r.reads, key.reads))
		}
		d := a.get(1, "default")
		if d == nil {
			if name == "pop" {
				if i.caught("KeyError") {
					panic(&raised{name: "KeyError", reads: key.reads, at: at})
				}
				return nil
			}
			d = none()
		}
		if name == "setdefault" {
			i.put(r, key, d)
		}
		return d.plusReads(key.reads)
	case "update":
		for _, p := range a.pos {
			i.update(r, i.underControl(p, false))
		}
		for _, k := range a.kw {
			i.put(r, str(k.name), i.underControl(k.v, true))
		}
		return none()
	case "items", "keys", "values":
		out := container(ListKind, nil)
		out.box.c.open = c.open
		for k := range c.keys {
			if isMaybe(c.elems[k]) {
				out.box.c.open = true
				continue
			}
			switch name {
			case "items":
				out.box.c.elems = append(out.box.c.elems, container(TupleKind, []*node{c.keys[k], i.settled(c.elems[k], at)}))
			case "keys":
				out.box.c.elems = append(out.box.c.elems, c.keys[k])
			default:
				out.box.c.elems = append(out.box.c.elems, i.settled(c.elems[k], at))
			}
		}
		return out.with(at, r)
	case "copy":
		return i.copyOf(r)
	case "clear":
		t := i.touch(r.box)
		t.keys, t.elems, t.open = []*node{}, nil, false
		return none()
	}
	return nil
}

// text is str(value), if it is known.
func text(n *node) (string, bool) {
	switch n.kind {
	case StringKind, PathKind:
		return n.str, true
	case NoneKind, BoolKind, IntKind, FloatKind:
		return n.repr(false, 0), true
	}
	switch t := n.impl.(type) {
	case *enumMember:
		if t.class.strEnum {
			return text(t.value)
		}
	case *environPath:
		return t.p, true
	}
	return "", false
}

// pyRepr is repr(value) for plain values.
func pyRepr(n *node) string {
	if n.isStr() {
		q := "'"
		if strings.Contains(n.str, "'") && !strings.Contains(n.str, `"`) {
			q = `"`
		}
		s := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(n.str)
		if q == "'" {
			s = strings.ReplaceAll(s, "'", `\'`)
		}
		return q + s + q
	}
	return n.repr(false, 0)
}
