package dotenv

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"

	oracle "github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/sirupsen/logrus"
)

func parse(text string, d Dialect) *File {
	return Parse(source.NewFile(".env", []byte(text)), d)
}

// show writes the entries as "NAME=value", with "?" for what is not known.
func show(f *File) string {
	var out []string
	for _, e := range f.Entries {
		s := e.Key
		if !e.Bare {
			s += "=" + e.Value
		}
		if !e.Known {
			s += " ?"
		}
		out = append(out, s)
	}
	return strings.Join(out, "|")
}

func TestDialects(t *testing.T) {
	tests := []struct {
		name, text                            string
		compose, python, environ, shell, rawf string
	}{
		{"plain", "A=b\n", "A=b", "A=b", "A=b", "A=b", "A=b"},
		{"export", "export A=b\n", "A=b", "A=b", "A=b", "A=b", ""},
		{"blanks round the sign", "A = b\n", "A=b", "A=b", "", "", ""},
		{"blank before the value", "A= b\n", "A=b", "A=b", "A= b", "", "A= b"},
		{"indented", "  A=b\n", "A=b", "A=b", "", "A=b", "A=b"},
		{"double quotes", `A="b c"` + "\n", "A=b c", "A=b c", "A=b c", "A=b c", `A="b c"`},
		{"single quotes", "A='b $c'\n", "A=b $c", "A=b $c", "A=b $c", "A=b $c", "A='b $c'"},
		{"comment behind a value", "A=b # c\n", "A=b", "A=b", "A=b # c", "A=b", "A=b # c"},
		{"number sign inside a value", "A=b#c\n", "A=b#c", "A=b#c", "A=b#c", "A=b#c", "A=b#c"},
		{"comment behind quotes", `A="b" # c` + "\n", "A=b", "A=b", `A="b" # c`, "A=b", `A="b" # c`},
		{"only a comment behind the sign", "A= # c\n", "A=# c", "A=# c", "A= # c", "A=", "A= # c"},
		{"dollar", "B=1\nA=$B\n", "B=1|A=1", "B=1|A=$B", "B=1|A=$B", "B=1|A=1", "B=1|A=$B"},
		{"braces", "B=1\nA=x${B}\n", "B=1|A=x1", "B=1|A=x1", "B=1|A=x${B}", "B=1|A=x1", "B=1|A=x${B}"},
		{"braces in single quotes", "B=1\nA='${B}'\n", "B=1|A=${B}", "B=1|A=1", "B=1|A=${B}", "B=1|A=${B}", "B=1|A='${B}'"},
		{"open reference", "A=$B\n", "A=$B ?", "A=$B", "A=$B", "A=$B ?", "A=$B"},
		{"two dollars", "A=a$$b\n", "A=a$b", "A=a$$b", "A=a$$b", "A=a$$b ?", "A=a$$b"},
		{"default of an empty variable", "B=\nA=${B:-x}\n", "B=|A=x", "B=|A=", "B=|A=${B:-x}", "B=|A=x", "B=|A=${B:-x}"},
		{"several lines", "A=\"b\nc\"\nD=e\n", "A=b\nc|D=e", "A=b\nc|D=e", "A=\"b|D=e", "A=b\nc|D=e", "A=\"b|c\" ?|D=e"},
		{"escapes", `A="a\nb"` + "\n", "A=a\nb", "A=a\nb", `A=a\nb`, `A=a\nb`, `A="a\nb"`},
		{"yaml form", "A: b\n", "A=b", "", "", "", ""},
		{"bare", "A\nB=1\n", "A ?|B=1", "A|B=1", "B=1", "B=1", "A ?|B=1"},
		{"last one wins, both are listed", "A=1\nA=2\n", "A=1|A=2", "A=1|A=2", "A=1|A=2", "A=1|A=2", "A=1|A=2"},
		{"carriage returns", "A=b\r\nC=d\r\n", "A=b|C=d", "A=b|C=d", "A=b|C=d", "A=b|C=d", "A=b|C=d"},
		{"byte order mark", "\uFEFFA=b\nC=d\n", "A=b|C=d", "\uFEFFA=b|C=d", "C=d", "C=d", "A=b|C=d"},
		{"two values on a line", "A=1 B=2\n", "A=1 B=2", "A=1 B=2", "A=1 B=2", "A=1|B=2", "A=1 B=2"},
		{"a command behind it", "A=some words here\nB=1\n", "A=some words here|B=1", "A=some words here|B=1", "A=some words here|B=1", "B=1", "A=some words here|B=1"},
		{"quotes glued together", `A=a"b"'c'` + "\n", `A=a"b"'c'`, `A=a"b"'c'`, `A=a"b"'c'`, "A=abc", `A=a"b"'c'`},
		{"command substitution", "A=$(date)\n", "A=$(date)", "A=$(date)", "A=$(date)", "A=$(date) ?", "A=$(date)"},
		{"recovery", "A=\"b\nC=d\n", "C=d", "C=d", `A="b|C=d`, "A=\"b ?|C=d", `A="b|C=d`},
	}
	for _, tt := range tests {
		for d, want := range []string{tt.compose, tt.python, tt.environ, tt.shell, tt.rawf} {
			if d == int(Compose) && tt.name == "bare" {
				want = "A ?|B=1"
			}
			if got := show(parse(tt.text, Dialect(d))); got != want {
				t.Errorf("%s, dialect %d: got %q, want %q", tt.name, d, got, want)
			}
		}
	}
}

func TestSpans(t *testing.T) {
	text := "# head\nexport SECRET_KEY = \"ab c\" # note\nURL=${HOST:-x}/y  # z\n#USE_HTTPS=True\nEMPTY=\n"
	f := parse(text, Compose)
	var got []string
	for _, e := range append(f.Entries, f.Commented...) {
		got = append(got, fmt.Sprintf("%s@%d:%s", e.KeySpan.Text(), e.KeySpan.Position().Line, e.ValueSpan.Text()))
	}
	want := "SECRET_KEY@2:ab c URL@3:${HOST:-x}/y EMPTY@5: USE_HTTPS@4:True"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
	if c := f.Commented; len(c) != 1 || !c[0].Commented || c[0].Value != "True" || !c[0].Known {
		t.Errorf("commented: %+v", c)
	}
	if f.Lookup("USE_HTTPS") != nil {
		t.Error("a commented assignment is in force")
	}
}

func TestCommentedIsNotProse(t *testing.T) {
	f := parse("# set A=1 to switch it on\n#   B = 2\n## export C='3'\n# D=4 # why\nE=\"\n# F=5\n\"\n; G=6\n", Compose)
	var got []string
	for _, e := range f.Commented {
		got = append(got, e.Key+"="+e.Value)
	}
	if s := strings.Join(got, " "); s != "B=2 C=3 D=4 G=6" {
		t.Errorf("got %s", s)
	}
}

func TestExpand(t *testing.T) {
	env := func(name string) (string, State) {
		switch name {
		case "HOST":
			return "db", Set
		case "EMPTY":
			return "", Set
		case "MAYBE":
			return "", Unknown
		}
		return "", Unset
	}
	tests := []struct {
		text, value string
		known       bool
		d           Dialect
	}{
		{"A=$HOST\n", "db", true, Compose},
		{"HOST=x\nA=$HOST\n", "db", true, Compose},
		{"HOST=x\nA=$HOST\n", "x", true, Shell},
		{"HOST=x\nA=${HOST}\n", "db", true, PythonDotenv},
		{"A=$NONE-\n", "-", true, Compose},
		{"A=${NONE:-d}\n", "d", true, Compose},
		{"A=${EMPTY:-d}\n", "d", true, Compose},
		{"A=${EMPTY-d}\n", "", true, Compose},
		{"A=${EMPTY:-d}\n", "", true, PythonDotenv},
		{"A=${HOST:+y}${NONE+n}\n", "y", true, Compose},
		{"A=${NONE:-${HOST}/${NONE-z}}\n", "db/z", true, Compose},
		{"A=${NONE:?no}\n", "${NONE:?no}", false, Compose},
		{"A=a${MAYBE:-d}\n", "a${MAYBE:-d}", false, Compose},
		{"A=${MAYBE\n", "${MAYBE", false, Compose},
		{"MAYBE=1\nA=$MAYBE\n", "1", true, Compose},
		{"HOST\nA=$HOST\n", "db", true, Compose},
		{"A=$A\n", "", true, Compose},
	}
	for _, tt := range tests {
		value, known := parse(tt.text, tt.d).Lookup("A").Expand(env)
		if value != tt.value || known != tt.known {
			t.Errorf("%q, dialect %d: got %q, %t, want %q, %t", tt.text, tt.d, value, known, tt.value, tt.known)
		}
	}
	if e := parse("A=${X:-${Y}}$X\n", Compose).Lookup("A"); strings.Join(e.Refs, " ") != "X Y" {
		t.Errorf("refs: %v", e.Refs)
	}
}

func TestEncrypted(t *testing.T) {
	for text, want := range map[string]string{
		"\x00GITCRYPT\x00abc":                                 "git-crypt",
		"U2FsdGVkX19abc\n":                                    "transcrypt",
		"$ANSIBLE_VAULT;1.1;AES256\n6162\n":                   "ansible-vault",
		"A=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nB=1\n": "sops",
		"A=1\n": "",
	} {
		f := parse(text, Compose)
		if f.Encrypted != want {
			t.Errorf("%q: got %q, want %q", text, f.Encrypted, want)
		}
		for _, e := range f.Entries {
			if strings.HasPrefix(e.Value, "ENC[") && e.Known {
				t.Errorf("%q: an encrypted value is known", text)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		text string
		d    Dialect
		line int
	}{
		{"A=1\nB='x\nC=2\n", Compose, 2},
		{"A=1\nB@=x\n", Compose, 2},
		{"A=1\nB=${\n", Compose, 2},
		{"A=1\n\n'B=x\n", PythonDotenv, 3},
		{"A=1\nB = x\n", DjangoEnviron, 2},
		{"A=1\nB=x\xff\n", PythonDotenv, 2},
	} {
		f := parse(tt.text, tt.d)
		if len(f.Problems) != 1 || f.Problems[0].Span.Position().Line != tt.line {
			t.Errorf("%q: problems %+v, want one on line %d", tt.text, f.Problems, tt.line)
		}
		if f.Lookup("A") == nil {
			t.Errorf("%q: A is lost", tt.text)
		}
	}
}

func TestCaps(t *testing.T) {
	if f := parse(strings.Repeat("A=1\n", maxEntries+5), Compose); len(f.Entries) != maxEntries || len(f.Problems) != 1 {
		t.Errorf("%d entries, %d problems", len(f.Entries), len(f.Problems))
	}
	if f := parse(strings.Repeat("#", maxSize+10), Compose); len(f.Problems) != 1 {
		t.Errorf("problems: %v", f.Problems)
	}
	var b strings.Builder // each name doubles the one before it
	b.WriteString("V0=xxxxxxxxxx\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&b, "V%d=$V%d$V%d\n", i, i-1, i-1)
	}
	f := parse(b.String(), Compose)
	if v, known := f.Lookup("V59").Expand(nil); known || len(v) > maxValue {
		t.Errorf("doubling: %d bytes, known %t", len(v), known)
	}
	parse("A="+strings.Repeat("${A:-", 200_000), Compose)
}

// random writes an environment file out of pieces that the dialects disagree about.
func random(r *rand.Rand) string {
	pieces := []string{"A", "B_1", "C.d", "=", "=", "=", " = ", ":", "\"", "'", "\\\"", "\\'", "\\n", "\\", "$", "$$", "$A", "${A}", "${A:-x}", "${B_1-}",
		"${C:+y}", "{", "}", "#", " #", " ", "\t", "\n", "\n", "\n", "\r\n", "export ", "é", "val", "1", "-", "[x]", "@"}
	var b strings.Builder
	for n := r.Intn(20); n >= 0; n-- {
		b.WriteString(pieces[r.Intn(len(pieces))])
	}
	return b.String() + "\n"
}

// compose-go is asked for whatever it accepts; there, names and values are the same.
func TestComposeOracle(t *testing.T) {
	logrus.SetOutput(io.Discard) // it warns of every unset variable
	r := rand.New(rand.NewSource(1))
	accepted := 0
	for range 20_000 {
		text := random(r)
		want, err := oracle.ParseWithLookup(strings.NewReader(text), func(name string) (string, bool) { return "from-env", name == "C" })
		f := parse(text, Compose)
		if err != nil {
			if len(f.Problems) == 0 && !strings.Contains(err.Error(), "required") {
				t.Fatalf("%q: compose-go says %v, no problem here", text, err)
			}
			continue
		}
		accepted++
		got := map[string]string{}
		for _, e := range f.Entries {
			v, known := e.Expand(func(name string) (string, State) {
				if name == "C" {
					return "from-env", Set
				}
				return "", Unset
			})
			if known {
				got[e.Key] = v
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	}
	if accepted < 3000 {
		t.Errorf("only %d of the cases are valid", accepted)
	}
}

// python-dotenv is asked where it is installed.
func TestPythonOracle(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var texts []string
	for range 5000 {
		texts = append(texts, random(r))
	}
	in, _ := json.Marshal(texts)
	cmd := exec.Command("python3", "-c", `import dotenv, io, json, logging, sys
logging.disable(logging.CRITICAL)
print(json.dumps([list(dotenv.dotenv_values(stream=io.StringIO(t, newline=None)).items()) for t in json.load(sys.stdin)]))`)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin:" + pathOf("python3")}
	out, err := cmd.Output()
	if err != nil {
		t.Skip("python-dotenv is not installed")
	}
	var all [][][2]*string
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		want := map[string]string{}
		for _, kv := range all[i] {
			if kv[1] == nil {
				want[*kv[0]] = "<none>"
			} else {
				want[*kv[0]] = *kv[1]
			}
		}
		got := map[string]string{}
		for _, e := range parse(text, PythonDotenv).Entries {
			v, known := e.Expand(func(string) (string, State) { return "", Unset })
			if e.Bare {
				v = "<none>"
			}
			if !known {
				t.Fatalf("%q: %s is not known", text, e.Key)
			}
			got[strings.ReplaceAll(e.Key, "\r\n", "\n")] = strings.ReplaceAll(v, "\r\n", "\n")
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	}
}

func pathOf(name string) string {
	p, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return p[:strings.LastIndexByte(p, '/')]
}

func FuzzParse(f *testing.F) {
	r := rand.New(rand.NewSource(3))
	for range 40 {
		f.Add([]byte(random(r)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile(".env", text)
		inside := func(what string, s source.Span) {
			if s.Start < 0 || s.End < s.Start || s.End > len(text) {
				t.Fatalf("%s: span %d-%d outside of %d bytes", what, s.Start, s.End, len(text))
			}
		}
		for d := Compose; d <= Raw; d++ {
			parsed := Parse(file, d)
			for _, e := range append(parsed.Entries, parsed.Commented...) {
				inside(e.Key, e.KeySpan)
				inside(e.Key, e.ValueSpan)
				if e.KeySpan.Text() != e.Key {
					t.Fatalf("key %q at %q", e.Key, e.KeySpan.Text())
				}
				e.Expand(nil)
			}
			for _, p := range parsed.Problems {
				inside(p.Text, p.Span)
			}
		}
	})
}
