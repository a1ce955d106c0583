package inert_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/prodcheck/prodcheck/internal/inert"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain", "DEBUG = os.environ.get('DEBUG')  # on", "DEBUG = os.environ.get('DEBUG')  # on"},
		{"letters of the world", "données/設定.py שלום", "données/設定.py שלום"},
		{"a combining mark", "e\u0301", "e\u0301"},
		{"many combining marks", "e\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301" + `\u0301`},
		{"a combining mark with nothing to stand on", "\u0301a", `\u0301a`},
		{"line ends and tabs", "a\nb\r\tc", `a\nb\r\tc`},
		{"terminal escape", "\x1b[31mred\x1b]0;t\x07", `\x1b[31mred\x1b]0;t\x07`},
		{"C1 control", "\u009b31m", `\x9b31m`},
		{"bidirectional", "a\u202egnp.py\u2066", `a\u202egnp.py\u2066`},
		{"nothing to see", "a\u200bb\ufeffc\u00add\u3164e\u2800f\ufe0fg\U000e0041", `a\u200bb\ufeffc\xadd\u3164e\u2800f\ufe0fg\U000e0041`},
		{"odd blanks", "a\u00a0b\u3000c\u2028d", `a\xa0b\u3000c\u2028d`},
		{"not UTF-8", "a\xffb\xc3", `a\xffb\xc3`},
		{"bracket command", "x ##[error]y ###[group]", `x #\x23[error]y ##\x23[group]`},
		{"bracket command of other runners", "##vso[task.x]", `#\x23vso[task.x]`},
		{"heading", "## heading [x]", "## heading [x]"},
		{"colon command", "::error file=x::y", `\x3a:error file=x::y`},
		{"colon command after a blank", "a ::add-mask::b", `a \x3a:add-mask::b`},
		{"colons that are none", "[::1]:80 a[::2] A::B ::1", "[::1]:80 a[::2] A::B ::1"},
	} {
		got := inert.Text(c.in)
		if got != c.want {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
		if again := inert.Text(got); again != got {
			t.Errorf("%s: Text(Text(%q)) = %q, not %q", c.name, c.in, again, got)
		}
	}
}

func TestJSON(t *testing.T) {
	for _, s := range []string{"", "plain", "##[error]", "###[x] ##vso[y]", "a\u009bb\u202ec\U000e0041d\x7f", "設定 é", `\##[x]`, "::error::"} {
		b, err := json.Marshal([]string{s})
		if err != nil {
			t.Fatal(err)
		}
		out := inert.JSON(b)
		var back []string
		if err := json.Unmarshal(out, &back); err != nil || back[0] != s {
			t.Errorf("JSON(%s) = %s, which reads %q, %v", b, out, back, err)
		}
		live(t, string(out))
	}
}

var bracket = regexp.MustCompile(`##[A-Za-z]*\[`)

// live fails the test if a line would do something.
func live(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			t.Errorf("%q holds %U", s, r)
		}
	}
	if bracket.MatchString(s) || regexp.MustCompile(`^\s*::\pL`).MatchString(s) {
		t.Errorf("%q is a workflow command", s)
	}
}

func FuzzText(f *testing.F) {
	f.Add("##[error]::x\x1b\u202e\xff")
	f.Add(" ::error::\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		got := inert.Text(s)
		live(t, got)
		if again := inert.Text(got); again != got {
			t.Errorf("Text(Text(%q)) = %q, not %q", s, again, got)
		}
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out := inert.JSON(b)
		live(t, strings.ReplaceAll(string(out), "\ufffd", ""))
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("%s reads %q, %v", out, back, err)
		}
	})
}
