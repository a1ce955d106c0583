package fix_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/source"
)

func same(s string) string { return s }

func span(f *source.File, word string) source.Span {
	i := strings.Index(string(f.Text), word)
	if i < 0 {
		panic(word)
	}
	return source.Span{File: f, Start: i, End: i + len(word)}
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		edits            func(f *source.File) []fix.Edit
		left             int
	}{
		{"replace", "a = 1\nb = 2\n", "a = 3\nb = 2\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.Replace(span(f, "1"), "3")} }, 0},
		{"line ends are kept", "a: 1\r\nb: 2\r\n", "a: 1\r\nx: 0\r\nb: 2\r\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.After(f, 1, "x: 0\n")} }, 0},
		{"no end at the end", "a\nb", "a\nb\nc", func(f *source.File) []fix.Edit { return []fix.Edit{fix.After(f, 2, "c\n")} }, 0},
		{"append without an end", "a", "a\nb\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.Append(f, "b\n")} }, 0},
		{"the same twice", "a\n", "a\nb\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.Append(f, "b\n"), fix.Append(f, "b\n")} }, 0},
		{"two at one place", "a\n", "a\nb\nc\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.Append(f, "b\n"), fix.Append(f, "c\n")} }, 0},
		{"overlapping", "abcd\n", "aXd\n", func(f *source.File) []fix.Edit {
			return []fix.Edit{fix.Replace(span(f, "bc"), "X"), fix.Replace(span(f, "cd"), "Y")}
		}, 1},
		{"two blocks", "a\n", "a\nif x:\n    b\n", func(f *source.File) []fix.Edit {
			one, two := fix.Append(f, "if x:\n    b\n"), fix.Append(f, "if x:\n    c\n")
			one.Block, two.Block = true, true
			return []fix.Edit{one, two}
		}, 1},
		{"a new file", "", "x\n", func(f *source.File) []fix.Edit { return []fix.Edit{fix.Append(f, "x\n")} }, 0},
		{"outside", "a\n", "", func(f *source.File) []fix.Edit { return []fix.Edit{{Span: source.Span{File: f, Start: 1, End: 9}}} }, 1},
	} {
		f := source.NewFile("dir/a.txt", []byte(c.text))
		changes, left := fix.Apply(c.edits(f))
		got := ""
		if len(changes) == 1 {
			got = string(changes[0].After)
		}
		if got != c.want || len(left) != c.left {
			t.Errorf("%s: %q and %d left, want %q and %d", c.name, got, len(left), c.want, c.left)
		}
		if string(f.Text) != c.text {
			t.Errorf("%s: the file was changed", c.name)
		}
		if len(changes) == 1 {
			patches(t, c.name, changes[0])
		}
	}
}

// patches holds the diff against git, which must make the new text of the old one with it.
func patches(t *testing.T, name string, c *fix.Change) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Log("SKIP: git is not installed")
		return
	}
	dir := t.TempDir()
	at := filepath.Join(dir, c.File.Path)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if !c.Made {
		if err := os.WriteFile(at, c.File.Text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	diff := c.Diff(3, same)
	if strings.Contains(string(c.After), "\r") {
		return // lines are shown without their ends
	}
	cmd := exec.Command(git, "apply", "--unidiff-zero", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: git apply: %v: %s\n%s", name, err, out, diff)
		return
	}
	got, err := os.ReadFile(at)
	if err != nil || string(got) != string(c.After) {
		t.Errorf("%s: git made %q of it, want %q\n%s", name, got, c.After, diff)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc\nd\ne\nf\ng\nh\n", 3, 5, "X\n", 9, 9, "Y")
	f.Add("", 0, 0, "x", 0, 0, "y")
	f.Fuzz(func(t *testing.T, text string, a, b int, s string, c, d int, u string) {
		file := source.NewFile("a", []byte(text))
		changes, _ := fix.Apply([]fix.Edit{{Span: source.Span{File: file, Start: a, End: b}, Text: s}, {Span: source.Span{File: file, Start: c, End: d}, Text: u}})
		for _, x := range changes {
			diff := x.Diff(2, same)
			old, made := 0, 0
			for _, l := range strings.Split(diff, "\n")[2:] {
				switch {
				case strings.HasPrefix(l, "-"):
					old++
				case strings.HasPrefix(l, "+"):
					made++
				}
			}
			if got := strings.Count(string(x.After)+"\n", "\n") - strings.Count(text+"\n", "\n"); strings.HasSuffix(text, "\n") == strings.HasSuffix(string(x.After), "\n") && text != "" && len(x.After) > 0 && !strings.Contains(text+s+u, "\r") && got != made-old {
				t.Errorf("%d lines more, the diff says %d\n%s", got, made-old, diff)
			}
		}
	})
}
