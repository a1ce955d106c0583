package django

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Display writes the value as Python would, at most 80 characters long. Of a secret it shows at most three characters.
func (v Value) Display(secret bool) string {
	return clip(v.node().repr(secret, 0))
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:79]) + "…"
}

func (n *node) repr(secret bool, depth int) string {
	if len(n.alts) > 0 {
		var parts []string
		for _, a := range n.alts {
			parts = append(parts, clip(a.repr(secret, depth+1)))
		}
		return strings.Join(parts, " or ")
	}
	switch n.kind {
	case NoneKind:
		return "None"
	case BoolKind:
		if n.num != 0 {
			return "True"
		}
		return "False"
	case IntKind:
		return strconv.FormatInt(n.num, 10)
	case FloatKind:
		return formatFloat(n.flt)
	case StringKind, BytesKind:
		if secret {
			r := []rune(n.str)
			if len(r) < 8 {
				return "'…'"
			}
			return "'" + string(r[:3]) + "…'"
		}
		s := strings.ReplaceAll(strconv.Quote(n.str), `\"`, `"`)
		return "'" + s[1:len(s)-1] + "'"
	case PathKind:
		return "Path(" + strconv.Quote(n.str) + ")"
	case RegexpKind:
		return "re.compile(" + strconv.Quote(n.str) + ")"
	case DurationKind:
		return "timedelta(" + n.dur.String() + ")"
	case ObjectKind:
		if n.call != nil {
			return n.str + "(…)"
		}
		return n.str
	case ListKind, TupleKind, SetKind, DictKind:
		if depth > 3 {
			return "…"
		}
		var parts []string
		for i, e := range n.box.c.elems {
			if i == 20 {
				parts = append(parts, "…")
				break
			}
			s := e.repr(secret, depth+1)
			if n.kind == DictKind {
				s = n.box.c.keys[i].repr(false, depth+1) + ": " + s
			}
			parts = append(parts, s)
		}
		if n.box.c.open {
			parts = append(parts, "…")
		}
		body := strings.Join(parts, ", ")
		switch n.kind {
		case ListKind:
			return "[" + body + "]"
		case TupleKind:
			return "(" + body + ")"
		case SetKind:
			return "{" + body + "}"
		}
		return "{" + body + "}"
	}
	if n.unset {
		return "unset"
	}
	if n.secret {
		return "set at deployment"
	}
	return "unknown"
}

// formatFloat is repr(float): the shortest digits, with an exponent below 1e-4 and from 1e16 on.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
