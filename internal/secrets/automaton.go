package secrets

// An automaton finds many strings in one pass over a text (Aho and Corasick, 1975): the time does not depend on how many there
// are, nor on how much they have in common.
type automaton struct {
	needles []string
	root    [256]int32
	edges   map[uint64]int32 // state<<8 | byte → state, for all states but the root
	fail    []int32
	ends    []int32   // needle that ends at a state, plus one; 0 if none
	up      []int32   // next shorter suffix at which a needle ends
	depth   []int32   // length of a state's string
	more    [][]int32 // longer strings that begin with the needle that ends here
}

// newAutomaton returns an automaton for strings, of which the first size bytes are looked for.
func newAutomaton(needles []string, size int) *automaton {
	a := &automaton{needles: needles, edges: map[uint64]int32{}, fail: make([]int32, 1), ends: make([]int32, 1), up: make([]int32, 1), depth: make([]int32, 1), more: make([][]int32, 1)}
	for n, s := range needles {
		if s == "" {
			continue
		}
		state := int32(0)
		for i := 0; i < len(s) && i < size; i++ {
			next := a.edge(state, s[i])
			if next == 0 {
				next = int32(len(a.fail))
				a.fail, a.ends, a.up = append(a.fail, 0), append(a.ends, 0), append(a.up, 0)
				a.depth, a.more = append(a.depth, int32(i+1)), append(a.more, nil)
				if state == 0 {
					a.root[s[i]] = next
				} else {
					a.edges[uint64(state)<<8|uint64(s[i])] = next
				}
			}
			state = next
		}
		a.ends[state] = int32(n + 1)
		if len(s) > size && len(a.more[state]) < maxSameStart {
			a.more[state] = append(a.more[state], int32(n))
		}
	}
	a.link()
	return a
}

// maxSameStart is how many long strings with the same start are followed to their ends. The start is found for all.
const maxSameStart = 16

func (a *automaton) edge(state int32, c byte) int32 {
	if state == 0 {
		return a.root[c]
	}
	return a.edges[uint64(state)<<8|uint64(c)]
}

// link works out, level by level, where the search goes on when a string does not.
func (a *automaton) link() {
	levels := make([][]uint64, 0, 64)
	for key := range a.edges {
		d := int(a.depth[key>>8])
		for len(levels) <= d {
			levels = append(levels, nil)
		}
		levels[d] = append(levels[d], key)
	}
	for _, level := range levels {
		for _, key := range level {
			state, c, next := int32(key>>8), byte(key), a.edges[key]
			f := a.fail[state]
			for f != 0 && a.edge(f, c) == 0 {
				f = a.fail[f]
			}
			a.fail[next] = a.edge(f, c)
		}
		for _, key := range level { // suffixes are shorter, so theirs is known
			next := a.edges[key]
			a.up[next] = a.up[a.fail[next]]
			if a.ends[a.fail[next]] != 0 {
				a.up[next] = a.fail[next]
			}
		}
	}
}

// find returns where any of the strings stands, in no order; stretches may overlap.
func (a *automaton) find(text string) []stretch {
	var out []stretch
	a.each(text, func(start, end, _ int) {
		if n := len(out); n > 0 && start <= out[n-1].end {
			out[n-1] = stretch{min(start, out[n-1].start), max(end, out[n-1].end)}
			return
		}
		out = append(out, stretch{start, end})
	})
	return out
}

// each calls found for the longest string that ends at each place, in order of their ends.
func (a *automaton) each(text string, found func(start, end, needle int)) {
	state := int32(0)
	reach := 0 // text up to here is known to belong to a long string
	for i := 0; i < len(text); i++ {
		c := text[i]
		if state == 0 {
			if state = a.root[c]; state == 0 {
				continue
			}
		} else {
			for state != 0 && a.edges[uint64(state)<<8|uint64(c)] == 0 {
				state = a.fail[state]
			}
			state = a.edge(state, c)
		}
		hit := state
		if a.ends[hit] == 0 {
			hit = a.up[hit]
		}
		if hit == 0 {
			continue
		}
		end := i + 1
		start := end - int(a.depth[hit])
		if end > reach { // else the text goes on as the string that was found does
			for _, n := range a.more[hit] {
				end = max(end, i+1+common(text[i+1:], a.needles[n][a.depth[hit]:]))
			}
			reach = end
		}
		found(start, end, int(a.ends[hit])-1)
	}
}

// common returns the length of the common start of two strings.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
