package git

import "strings"

// pattern is one line of a .gitignore, as gitignore(5) describes it and git 2.39 behaves.
type pattern struct {
	start, end int // bytes of its file
	negated    bool
	dirOnly    bool
	base       bool   // without a slash: compared with the last component only
	never      bool   // can match nothing
	suffix     bool   // *.log: by far the most frequent form
	literal    string // what comes before the first special character
	tokens     []token
}

type tokenKind uint8

const (
	tokenByte  tokenKind = iota
	tokenAny             // ?
	tokenClass           // […]
	tokenStar            // *: anything but a slash
	tokenAll             // ** at the end of a component: anything
	tokenSkip            // ** before a slash: may be nothing at all, then the tokenSlash after it is left out
	tokenSlash           // anything up to and including a slash
	tokenNever
)

type token struct {
	kind tokenKind
	b    byte
	set  *[4]uint64
}

func (t *token) has(b byte) bool { return t.set[b>>6]>>(b&63)&1 != 0 }

func special(b byte) bool { return b == '*' || b == '?' || b == '[' || b == '\\' }

// parsePattern reads one line without its line end; ok is false for an empty line and a comment.
func parsePattern(line string) (p pattern, ok bool) {
	if line == "" || line[0] == '#' {
		return p, false
	}
	line, _, _ = strings.Cut(line, "\x00") // git's strings end there
	line = trimBlanks(line)
	if strings.HasPrefix(line, "!") {
		p.negated, line = true, line[1:]
	}
	if strings.HasSuffix(line, "/") {
		p.dirOnly, line = true, line[:len(line)-1]
	}
	p.base = !strings.Contains(line, "/")
	if !p.base {
		line = strings.TrimPrefix(line, "/")
	}
	n := 0
	for n < len(line) && !special(line[n]) {
		n++
	}
	p.literal = line[:n]
	p.tokens = tokens(line[n:], p.base)
	p.never = line == ""
	p.suffix = p.base && p.literal == "" && len(p.tokens) > 0 && p.tokens[0].kind == tokenStar
	for i, t := range p.tokens {
		p.never = p.never || t.kind == tokenNever
		p.suffix = p.suffix && (i == 0 || t.kind == tokenByte)
	}
	return p, true
}

// trimBlanks cuts blanks off the end, but none that a backslash protects. Tabs stay.
func trimBlanks(s string) string {
	cut := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ':
			if cut < 0 {
				cut = i
			}
		case '\\':
			if i++; i == len(s) {
				return s
			}
			cut = -1
		default:
			cut = -1
		}
	}
	if cut >= 0 {
		return s[:cut]
	}
	return s
}

// tokens reads the part of a pattern from its first special character on. Git matches that part alone once the literal part
// before it has matched, so two asterisks at its very start count as if a slash stood before them ("foo**/bar" finds "foobar").
func tokens(s string, base bool) (ts []token) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '?':
			ts = append(ts, token{kind: tokenAny})
		case '\\':
			if i++; i == len(s) {
				return append(ts, token{kind: tokenNever})
			}
			ts = append(ts, token{b: s[i]})
		case '[':
			set, end := class(s, i)
			if end < 0 {
				return append(ts, token{kind: tokenNever})
			}
			ts = append(ts, token{kind: tokenClass, set: set})
			i = end
		case '*':
			start := i
			for i+1 < len(s) && s[i+1] == '*' {
				i++
			}
			rest := s[i+1:]
			whole := i > start && !base && (start == 0 || s[start-1] == '/') &&
				(rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`))
			switch {
			case whole && strings.HasPrefix(rest, "/"):
				ts = append(ts, token{kind: tokenSkip}, token{kind: tokenSlash})
				i++
			case whole:
				ts = append(ts, token{kind: tokenAll})
			default:
				ts = append(ts, token{kind: tokenStar})
			}
		default:
			ts = append(ts, token{b: s[i]})
		}
	}
	return ts
}

// class reads the bracket expression at s[i]; end is the place of its closing bracket, -1 if it is malformed. No bracket
// expression matches a slash.
func class(s string, i int) (set *[4]uint64, end int) {
	set = new([4]uint64)
	add := func(lo, hi int) {
		for b := lo; b <= hi; b++ {
			set[b>>6] |= 1 << (b & 63)
		}
	}
	i++
	negated := i < len(s) && (s[i] == '!' || s[i] == '^')
	if negated {
		i++
	}
	last := -1 // the character a range may begin with
	for first := true; ; first, i = false, i+1 {
		if i >= len(s) {
			return nil, -1
		}
		c := s[i]
		switch {
		case c == ']' && !first:
			if negated {
				for k := range set {
					set[k] = ^set[k]
				}
			}
			set['/'>>6] &^= 1 << ('/' & 63)
			return set, i
		case c == '\\':
			if i++; i >= len(s) {
				return nil, -1
			}
			last = int(s[i])
			add(last, last)
		case c == '-' && last >= 0 && i+1 < len(s) && s[i+1] != ']':
			if i++; s[i] == '\\' {
				if i++; i >= len(s) {
					return nil, -1
				}
			}
			add(last, int(s[i]))
			last = -1
		case c == '[' && i+1 < len(s) && s[i+1] == ':':
			close := strings.IndexByte(s[i+2:], ']')
			if close < 0 {
				return nil, -1
			}
			if close == 0 || s[i+1+close] != ':' { // no ":]": an ordinary bracket
				last = '['
				add('[', '[')
				continue
			}
			in := posixClass(s[i+2 : i+1+close])
			if in == nil {
				return nil, -1
			}
			for b := range 128 {
				if in(byte(b)) {
					add(b, b)
				}
			}
			last, i = -1, i+2+close
		default:
			last = int(c)
			add(last, last)
		}
	}
}

func posixClass(name string) func(byte) bool {
	between := func(lo, hi byte) func(byte) bool { return func(b byte) bool { return lo <= b && b <= hi } }
	upper, lower, digit := between('A', 'Z'), between('a', 'z'), between('0', '9')
	alpha := func(b byte) bool { return upper(b) || lower(b) }
	graph := between('!', '~')
	switch name {
	case "alnum":
		return func(b byte) bool { return alpha(b) || digit(b) }
	case "alpha":
		return alpha
	case "blank":
		return func(b byte) bool { return b == ' ' || b == '\t' }
	case "cntrl":
		return func(b byte) bool { return b < ' ' || b == 0x7f }
	case "digit":
		return digit
	case "graph":
		return graph
	case "lower":
		return lower
	case "print":
		return between(' ', '~')
	case "punct":
		return func(b byte) bool { return graph(b) && !alpha(b) && !digit(b) }
	case "space":
		return func(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
	case "upper":
		return upper
	case "xdigit":
		return func(b byte) bool { return digit(b) || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F' }
	}
	return nil
}

// match compares a name (relative to the folder of the pattern's file) with the pattern. It takes what the comparison costs off
// the budget; the answer is void once that is below zero.
func (p *pattern) match(name string, isDir bool, budget *int) bool {
	*budget--
	if p.never || p.dirOnly && !isDir {
		return false
	}
	if p.base {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	rest, ok := strings.CutPrefix(name, p.literal)
	if !ok || len(p.tokens) == 0 {
		return ok && rest == ""
	}
	if p.suffix {
		plain := p.tokens[1:]
		if len(rest) < len(plain) {
			return false
		}
		for i, b := range []byte(rest[len(rest)-len(plain):]) {
			if plain[i].b != b {
				return false
			}
		}
		return true
	}
	if last := &p.tokens[len(p.tokens)-1]; last.kind == tokenByte && (rest == "" || rest[len(rest)-1] != last.b) {
		return false
	}
	return run(p.tokens, rest, budget)
}

// run keeps the set of all places in the pattern that the text read so far can have led to: linear where backtracking is
// exponential.
func run(ts []token, text string, budget *int) bool {
	var small [128]bool // most patterns are short
	both := small[:]
	if n := 2 * (len(ts) + 1); n > len(small) {
		both = make([]bool, n)
	}
	now, next := both[:len(ts)+1], both[len(ts)+1:2*(len(ts)+1)]
	enter(ts, now, 0)
	for i := 0; i < len(text); i++ {
		if *budget -= len(ts); *budget < 0 {
			return false
		}
		b, alive := text[i], false
		clear(next)
		for k := range ts {
			if !now[k] {
				continue
			}
			t := &ts[k]
			switch t.kind {
			case tokenByte:
				if b == t.b {
					enter(ts, next, k+1)
					alive = true
				}
			case tokenAny:
				if b != '/' {
					enter(ts, next, k+1)
					alive = true
				}
			case tokenClass:
				if t.has(b) {
					enter(ts, next, k+1)
					alive = true
				}
			case tokenStar:
				if b != '/' {
					enter(ts, next, k)
					alive = true
				}
			case tokenAll:
				enter(ts, next, k)
				alive = true
			case tokenSlash:
				next[k], alive = true, true
				if b == '/' {
					enter(ts, next, k+1)
				}
			}
		}
		if !alive {
			return false
		}
		now, next = next, now
	}
	return now[len(ts)]
}

// enter marks a place, and those that can be reached from it without reading anything.
func enter(ts []token, set []bool, k int) {
	for {
		set[k] = true
		if k == len(ts) {
			return
		}
		switch ts[k].kind {
		case tokenStar, tokenAll:
			k++
		case tokenSkip:
			set[k+1] = true
			k += 2
		default:
			return
		}
	}
}
