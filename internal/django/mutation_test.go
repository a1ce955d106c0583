package django

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

var mutations = flag.Int("mutations", 200, "how many mutated settings files to try")

// A mutant is a case of the corpus with one statement changed.
type mutant struct {
	c         corpusCase
	files     map[string]string
	base      string // the case it was made from
	file      string
	old, text string // the statement, before and after
}

// TestMutatedSettings changes one statement of one file at a time. Nothing may panic, and every value that we say is known has to
// be the one that python3 finds; where python3 does not start, no setting of another statement may become a different known value.
func TestMutatedSettings(t *testing.T) {
	names := corpus(t)
	rng := rand.New(rand.NewPCG(7, 11))
	var ms []mutant
	for len(ms) < *mutations {
		if m, ok := mutate(t, names[rng.IntN(len(names))], rng); ok {
			ms = append(ms, m)
		}
	}
	// every one is evaluated, python3 or not
	got := make([]*Settings, len(ms))
	for k, m := range ms {
		got[k] = evaluateCase(m.c, m.files, "set")
		if got[k].crash != nil {
			t.Errorf("%s, %s: %q → %q: panic: %v", m.base, m.file, m.old, m.text, got[k].crash)
		}
		for _, n := range got[k].Names() {
			got[k].Get(n).Value.Display(true)
		}
	}
	const batch = 500
	total := tally{}
	refused := map[string]int{}
	for from := 0; from < len(ms); from += batch {
		part := ms[from:min(from+batch, len(ms))]
		recorded := deriveMutants(t, part)
		if recorded == nil {
			return
		}
		for k, m := range part {
			want := recorded[strconv.Itoa(k)]["set"]
			s := got[from+k]
			if want.Error != "" {
				total.errors++
				refused[want.Error]++
				if want.Error != "SyntaxError" && want.Error != "IndentationError" {
					continue // the settings do not start: what we say is for a deployment that supplies what is missing
				}
				for _, w := range invented(t, m, s) {
					t.Errorf("%s, %s: %q → %q (python3: %s): %s", m.base, m.file, m.old, m.text, want.Error, w)
				}
				continue
			}
			one := compareSettings(s, want, m.c.Settings)
			for _, w := range one.wrong {
				t.Errorf("%s, %s: %q → %q: %s", m.base, m.file, m.old, m.text, w)
			}
			total.add(one)
		}
	}
	t.Logf("%d mutants, %d values, %d unknown, %d do not start: %v", len(ms), total.values, total.unknown, total.errors, refused)
}

// mutate changes one statement of a case. It is false if the case offers none.
func mutate(t testing.TB, base string, rng *rand.Rand) (mutant, bool) {
	c, files := loadCase(t, base)
	var list []string
	for f := range files {
		if strings.HasSuffix(f, ".py") && len(files[f]) > 0 {
			list = append(list, f)
		}
	}
	sort.Strings(list)
	file := list[rng.IntN(len(list))]
	mod := python.Parse(source.NewFile(file, []byte(files[file])))
	var stmts []python.Stmt
	python.WalkBody(mod.Body, func(n python.Node) bool {
		if s, ok := n.(python.Stmt); ok {
			stmts = append(stmts, s)
		}
		return true
	})
	if len(stmts) == 0 {
		return mutant{}, false
	}
	s := stmts[rng.IntN(len(stmts))]
	old := files[file][s.Pos():s.End()]
	text := mutateText(old, rng)
	if text == old || len(old) > 400 {
		return mutant{}, false
	}
	changed := map[string]string{}
	for f, b := range files {
		changed[f] = b
	}
	changed[file] = files[file][:s.Pos()] + text + files[file][s.End():]
	return mutant{c, changed, base, file, old, text}, true
}

// mutateText makes one small change: a token dropped, doubled, swapped or replaced, or a byte changed.
func mutateText(s string, rng *rand.Rand) string {
	toks := tokens(s)
	if len(toks) == 0 {
		return s
	}
	k := rng.IntN(len(toks))
	at, end := toks[k][0], toks[k][1]
	word := s[at:end]
	if rng.IntN(3) > 0 { // mostly what still parses
		return s[:at] + alike(word, rng) + s[end:]
	}
	switch rng.IntN(8) {
	case 0:
		return s[:at] + s[end:]
	case 1:
		return s[:end] + word + s[end:]
	case 2:
		o := toks[rng.IntN(len(toks))]
		return s[:at] + s[o[0]:o[1]] + s[end:]
	case 3:
		pool := []string{"True", "False", "None", "0", "1", "''", "'x'", "[]", "{}", "not", "and", "or", "==", "!=", "in", "is", "+", "*", "(", ")", "]", ":", "\n", "#", "DEBUG", "os", "lambda", "if", "else", "for"}
		return s[:at] + pool[rng.IntN(len(pool))] + s[end:]
	case 4:
		b := []byte(s)
		b[rng.IntN(len(b))] = "abcXYZ019 '\"()[]{}.,:=#\\\n\t"[rng.IntN(26)]
		return string(b)
	case 5:
		p := rng.IntN(len(s))
		return s[:p] + s[p+1:]
	case 6:
		if n, err := strconv.Atoi(word); err == nil {
			return s[:at] + strconv.Itoa(n+1) + s[end:]
		}
		return s[:at] + strings.ToUpper(word) + s[end:]
	default:
		if k+1 < len(toks) {
			n := toks[k+1]
			return s[:at] + s[n[0]:n[1]] + s[end:n[0]] + word + s[n[1]:]
		}
		return "not " + s
	}
}

// alike is a word that can stand in place of another in most statements.
func alike(word string, rng *rand.Rand) string {
	groups := [][]string{
		{"True", "False", "None", "0", "1", "''", "[]", "'true'"}, {"and", "or"}, {"in", "is"}, {"+", "-", "*", "%"}, {"<", ">"},
		{"append", "extend", "remove", "insert", "index"}, {"lower", "upper", "strip", "title", "split", "splitlines"},
		{"get", "pop", "setdefault"}, {"int", "str", "bool", "float", "list", "len", "tuple", "set", "sorted"}, {"if", "while"},
		{"startswith", "endswith", "find", "count"}, {"any", "all", "min", "max", "sum"}, {"break", "continue", "pass"},
		{"default", "cast", "prefix"}, {"environ", "getenv"}, {"parent", "name", "stem"}, {"keys", "values", "items"},
		{"days", "hours", "minutes", "seconds", "weeks"}, {"[", "("}, {"return", "yield"}, {"KeyError", "ValueError", "ImportError", "Exception"},
	}
	for _, g := range groups {
		for _, w := range g {
			if w == word {
				return g[rng.IntN(len(g))]
			}
		}
	}
	if n, err := strconv.Atoi(word); err == nil {
		return strconv.Itoa(n - 2 + rng.IntN(6))
	}
	switch rng.IntN(3) {
	case 0:
		return strings.ToUpper(word)
	case 1:
		return strings.ToLower(word)
	}
	return word + word[len(word)-1:]
}

// tokens are words and single other characters.
func tokens(s string) (out [][2]int) {
	for k := 0; k < len(s); {
		end := k + 1
		if isWordByte(s[k]) {
			for end < len(s) && isWordByte(s[end]) {
				end++
			}
		}
		if s[k] != ' ' && s[k] != '\n' {
			out = append(out, [2]int{k, end})
		}
		k = end
	}
	return out
}

// deriveMutants runs python3 on mutants, nil if there is none.
func deriveMutants(t *testing.T, ms []mutant) map[string]map[string]recording {
	dir := t.TempDir()
	for k, m := range ms {
		env := m.c.Env
		if env == nil {
			env = map[string]string{}
		}
		root := filepath.Join(dir, strconv.Itoa(k))
		b, err := json.Marshal(map[string]any{"module": m.c.Module, "configuration": m.c.Configuration, "roots": roots(m.c), "env": env,
			"settings": m.c.Settings, "scenarios": []string{"set"}})
		if err != nil {
			t.Fatal(err)
		}
		for f, text := range m.files {
			p := filepath.Join(root, f)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, "case.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return derive(t, dir)
}

func roots(c corpusCase) []string {
	if len(c.Roots) == 0 {
		return []string{"."}
	}
	return c.Roots
}

// invented lists the settings that the changed statement does not name and that are now known to be something else.
func invented(t testing.TB, m mutant, s *Settings) (out []string) {
	if first, _, _ := strings.Cut(m.old, " "); !strings.Contains(m.text, first) {
		return nil // it is not to be seen any more what the statement was about
	}
	c, files := loadCase(t, m.base)
	before := evaluateCase(c, files, "set")
	for _, n := range before.Names() {
		if strings.Contains(m.old, n) || strings.Contains(m.text, n) {
			continue
		}
		was, is := before.Get(n), s.Get(n)
		if was.State == Assigned && is.State == Assigned && was.Value.IsKnown() && is.Value.IsKnown() && was.Value.Display(false) != is.Value.Display(false) {
			out = append(out, n+" was "+was.Value.Display(false)+" and is "+is.Value.Display(false))
		}
	}
	return out
}
