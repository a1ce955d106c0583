package django

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "record anew what python3 makes of the corpus")

// A corpusCase is case.json of one settings project.
type corpusCase struct {
	Module        string            `json:"module"`
	Configuration string            `json:"configuration"`
	Roots         []string          `json:"roots"`
	Argv          []string          `json:"argv"`
	Env           map[string]string `json:"env"`
	// Settings limits a comparison of configuration classes, which inherit all of Django's own defaults.
	Settings []string `json:"settings"`
}

// A recording is what python3 made of a case in one scenario.
type recording struct {
	Settings map[string]any `json:"settings,omitempty"`
	Error    string         `json:"error,omitempty"`
}

func corpus(t testing.TB) []string {
	t.Helper()
	list, err := filepath.Glob("testdata/corpus/*/case.json")
	if err != nil || len(list) == 0 {
		t.Fatal("no corpus", err)
	}
	var names []string
	for _, f := range list {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	return names
}

func loadCase(t testing.TB, name string) (corpusCase, map[string]string) {
	t.Helper()
	dir := filepath.Join("testdata/corpus", name)
	var c corpusCase
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		switch rel {
		case "case.json":
			dec := json.NewDecoder(bytes.NewReader(b))
			dec.DisallowUnknownFields()
			return dec.Decode(&c)
		case "set.json", "unset.json":
			return nil
		}
		files[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(name, err)
	}
	return c, files
}

// evaluateCase evaluates a case in one scenario: with its variables and environment files, or with neither.
func evaluateCase(c corpusCase, files map[string]string, scenario string) *Settings {
	env := c.Env
	if scenario == "unset" {
		env = nil
		kept := map[string]string{}
		for k, v := range files {
			if !strings.HasPrefix(filepath.Base(k), ".env") {
				kept[k] = v
			}
		}
		files = kept
	}
	o := Options{Module: c.Module, Configuration: c.Configuration, Roots: c.Roots, Argv: c.Argv, DjangoVersion: Version{5, 0}}
	if len(o.Argv) == 0 {
		o.Argv = []string{"gunicorn"}
	}
	h := newHost(files, env)
	if v := h.Env("DJANGO_SETTINGS_MODULE"); v.State == VarUnset {
		h.env["DJANGO_SETTINGS_MODULE"] = Var{Name: v.Name, State: VarKnown, Value: c.Module}
	}
	return Evaluate(h, o)
}

// TestCorpusAgainstCPython compares our values with those that python3 gave when it imported the same settings.
func TestCorpusAgainstCPython(t *testing.T) {
	fresh := derive(t, "testdata/corpus")
	total := tally{}
	names := corpus(t)
	for _, name := range names {
		c, files := loadCase(t, name)
		for _, scenario := range []string{"set", "unset"} {
			file := filepath.Join("testdata/corpus", name, scenario+".json")
			if fresh != nil && *update {
				writeRecording(t, file, fresh[name][scenario])
			}
			want := readRecording(t, file)
			if fresh != nil && !*update && !reflect.DeepEqual(want, fresh[name][scenario]) {
				t.Errorf("%s: %s is not what python3 makes of the settings now: run go test -run Corpus -update", name, file)
			}
			s := evaluateCase(c, files, scenario)
			got := compareSettings(s, want, c.Settings)
			for _, w := range got.wrong {
				t.Errorf("%s, %s: %s", name, scenario, w)
			}
			if testing.Verbose() {
				for _, u := range got.open {
					t.Logf("%s, %s: %s", name, scenario, u)
				}
			}
			total.add(got)
		}
	}
	t.Logf("%d projects, %d values, %d unknown, %d not started", len(names), total.values, total.unknown, total.errors)
	if total.unknown*20 > total.values {
		t.Errorf("%d of %d values are unknown: more than 5 %%", total.unknown, total.values)
	}
	if len(names) < 80 {
		t.Errorf("%d projects; want at least 80", len(names))
	}
}

// derive runs python3 on a folder of cases; nil if there is none.
func derive(t *testing.T, dir string) map[string]map[string]recording {
	py, err := exec.LookPath("python3")
	if err != nil || exec.Command(py, "-c", "import sys; sys.exit(sys.version_info < (3, 10))").Run() != nil {
		t.Log("SKIP: no python3 of version 3.10 or newer to derive the recordings again")
		return nil
	}
	cmd := exec.Command(py, "-I", "testdata/derive.py", dir, "testdata/shims")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		t.Fatalf("derive.py: %v\n%s", err, strings.Join(lines[max(0, len(lines)-20):], "\n"))
	}
	var all map[string]map[string]recording
	if err := decode(out, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func decode(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return dec.Decode(v)
}

func readRecording(t *testing.T, file string) (r recording) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = decode(b, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func writeRecording(t *testing.T, file string, r recording) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(r); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A tally counts what a comparison found.
type tally struct {
	values, unknown, errors int
	wrong, open             []string
}

func (c *tally) add(o tally) {
	c.values += o.values
	c.unknown += o.unknown
	c.errors += o.errors
}

func (c *tally) notKnown(where, why string) {
	c.values++
	c.unknown++
	c.open = append(c.open, where+": unknown: "+why)
}

func (c *tally) differs(where, ours string, theirs any) {
	c.values++
	b, _ := json.Marshal(theirs)
	c.wrong = append(c.wrong, where+" = "+ours+", but python3 says "+string(b))
}

func compareSettings(s *Settings, want recording, only []string) tally {
	var c tally
	if want.Error != "" {
		// settings that do not start have no values; what we say holds for the deployment that supplies what is missing
		c.errors++
		return c
	}
	names := map[string]bool{}
	for _, n := range s.Names() {
		names[n] = true
	}
	for n := range want.Settings {
		names[n] = true
	}
	if len(only) > 0 {
		names = map[string]bool{}
		for _, n := range only {
			names[n] = true
		}
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	sort.Strings(sorted)
	for _, n := range sorted {
		theirs, has := want.Settings[n]
		set := s.Get(n)
		if m, ok := set.Value.node().impl.(*module); ok && m != nil {
			continue
		}
		switch {
		case !has && set.State == Assigned:
			c.differs(n, set.Value.Display(false), "nothing")
		case !has || set.State == Maybe:
			c.notKnown(n, set.Value.Reason())
		case set.State == Default:
			c.differs(n, "unset", theirs)
		default:
			c.compare(n, set.Value.node(), theirs)
		}
	}
	return c
}

// compare holds one of our values against one of python3's.
func (c *tally) compare(where string, v *node, theirs any) {
	if e, ok := v.impl.(*enumMember); ok {
		v = e.value
	}
	if len(v.alts) > 0 {
		for _, a := range v.alts {
			var one tally
			one.compare(where, a, theirs)
			if len(one.wrong) == 0 {
				c.notKnown(where, "one of several: "+Value{v}.Reason())
				return
			}
		}
		c.differs(where, Value{v}.Display(false), theirs)
		return
	}
	tag, inner := tagged(theirs)
	if v.kind == Unknown {
		if v.random && tag == "$random" {
			c.values++
			return
		}
		if tag != "$object" {
			c.notKnown(where, v.reason)
		}
		return
	}
	ok := false
	switch v.kind {
	case NoneKind:
		ok = theirs == nil
	case BoolKind:
		b, is := theirs.(bool)
		ok = is && b == (v.num != 0)
	case IntKind:
		n, is := theirs.(json.Number)
		ok = is && n.String() == v.repr(false, 0)
	case FloatKind:
		ok = tag == "$float" && inner == v.repr(false, 0)
	case StringKind:
		s, is := theirs.(string)
		ok = is && samePath(s, v.str)
	case BytesKind:
		s, is := inner.(string)
		ok = tag == "$bytes" && is && s == v.str
	case PathKind:
		s, is := inner.(string)
		ok = is && tag == "$path" && samePath(s, v.str)
		if s, is := theirs.(string); is { // __file__ and what os.path makes of it
			ok = samePath(s, v.str)
		}
	case DurationKind:
		n, is := inner.(json.Number)
		ok = is && tag == "$microseconds" && n.String() == integer(v.dur.Microseconds()).repr(false, 0)
	case RegexpKind:
		ok = tag == "$re" && inner == v.str
	case ObjectKind:
		ok = tag == "$object" || tag == "$path"
		if !ok && v.call != nil && v.impl == nil { // known by its name and arguments only
			c.notKnown(where, "what "+v.str+" returns")
			return
		}
	case ListKind, TupleKind, SetKind:
		c.compareList(where, v, theirs)
		return
	case DictKind:
		c.compareDict(where, v, theirs)
		return
	}
	if !ok {
		c.differs(where, v.repr(false, 0), theirs)
		return
	}
	c.values++
}

func tagged(v any) (tag string, inner any) {
	m, ok := v.(map[string]any)
	if !ok {
		return "", nil
	}
	for k, x := range m {
		tag, inner = k, x
	}
	return tag, inner
}

// samePath compares texts in which python3's have the root of the repository as a marker and ours have paths relative to it.
func samePath(theirs, ours string) bool {
	if !strings.Contains(theirs, "<root>") {
		return theirs == ours
	}
	return strings.ReplaceAll(theirs, "<root>/", "") == ours || strings.ReplaceAll(theirs, "<root>", ".") == ours
}

func (c *tally) compareList(where string, v *node, theirs any) {
	list, ok := theirs.([]any)
	tag, inner := tagged(theirs)
	if tag == "$tuple" || tag == "$set" {
		list, ok = inner.([]any)
	}
	if !ok || (v.kind == TupleKind) != (tag == "$tuple") || (v.kind == SetKind) != (tag == "$set") {
		c.differs(where, v.repr(false, 0), theirs)
		return
	}
	elems := v.box.c.elems
	if v.kind == SetKind || v.box.c.open {
		// every element that we are sure of has to be there
		for _, e := range elems {
			found := false
			for _, x := range list {
				var one tally
				one.compare(where, e, x)
				found = found || len(one.wrong) == 0
			}
			if !found {
				c.differs(where+" element", Value{e}.Display(false), theirs)
				return
			}
		}
		if v.box.c.open {
			c.notKnown(where, "it may have further elements")
		} else if len(elems) != len(list) {
			c.differs(where, v.repr(false, 0), theirs)
		} else {
			c.values += len(elems)
		}
		return
	}
	if len(elems) != len(list) {
		c.differs(where, v.repr(false, 0), theirs)
		return
	}
	c.values++
	for k, e := range elems {
		c.compare(where+"["+integer(int64(k)).repr(false, 0)+"]", e, list[k])
	}
}

func (c *tally) compareDict(where string, v *node, theirs any) {
	tag, inner := tagged(theirs)
	pairs, ok := inner.([]any)
	if !ok || tag != "$dict" {
		c.differs(where, v.repr(false, 0), theirs)
		return
	}
	if v.box.c.open {
		c.notKnown(where, "it may have further keys")
	} else if len(pairs) != len(v.box.c.keys) {
		c.differs(where, v.repr(false, 0), theirs)
		return
	}
	c.values++
	for k, key := range v.box.c.keys {
		found := false
		for _, p := range pairs {
			var one tally
			one.compare(where, key, p.([]any)[0])
			if len(one.wrong) == 0 {
				found = true
				c.compare(where+"["+key.repr(false, 0)+"]", v.box.c.elems[k], p.([]any)[1])
				break
			}
		}
		if !found {
			maybe := false
			for _, a := range v.box.c.elems[k].alts {
				maybe = maybe || a.unset
			}
			if maybe {
				c.notKnown(where, "a key that may be absent")
			} else {
				c.differs(where+" key", key.repr(false, 0), theirs)
			}
		}
	}
}
