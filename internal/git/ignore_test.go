package git

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// checkIgnore asks git about paths: for each, "file:line:pattern" of the deciding rule or "". Git looks at the disk to tell
// folders from files; a slash at the end of a path would be part of the name that it compares.
func (w *world) checkIgnore(paths []string) map[string]string {
	w.t.Helper()
	args := []string{"check-ignore", "-v", "-n", "-z", "--stdin"}
	if !w.sparse { // without its index git does not see what a sparse checkout left out; with it, it tells nothing of tracked files
		args = append(args, "--no-index")
	}
	out, _ := w.run("./"+strings.Join(paths, "\x00./"), args...)
	f := strings.Split(out, "\x00")
	got := map[string]string{}
	for i := 0; i+3 < len(f); i += 4 {
		rule := ""
		if f[i] != "" {
			rule = strings.Join(f[i:i+3], ":")
		}
		got[strings.TrimPrefix(f[i+3], "./")] = rule
	}
	if len(got) == 0 {
		w.t.Fatal("git check-ignore says nothing")
	}
	return got
}

func ruleText(m Match) string {
	if m.Rule.IsZero() {
		return ""
	}
	text, _, _ := strings.Cut(m.Rule.Text(), "\x00") // as git prints it
	if p := trimBlanks(text); p != "" {
		text = p
	}
	return fmt.Sprintf("%s:%d:%s", m.Rule.Path(), 1+bytes.Count(m.Rule.File.Text[:m.Rule.Start], []byte("\n")), text)
}

// sameIgnored compares every path with git. What is not on the disk is a file to git.
func (w *world) sameIgnored(paths []string) (ignored int) {
	w.t.Helper()
	r := w.open()
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = strings.TrimSuffix(p, "/")
	}
	want := w.checkIgnore(names)
	for _, p := range names {
		fi, err := os.Lstat(filepath.Join(w.dir, p))
		m := r.Ignored(p, err == nil && fi.IsDir())
		rule, asked := want[p]
		if !asked {
			continue // git refuses it
		}
		if got := ruleText(m); got != rule {
			w.t.Errorf("%q: %q, git says %q", p, got, rule)
		}
		pat := rule[strings.LastIndex(rule, ":")+1:]
		if i := strings.Index(rule, ".gitignore:"); i >= 0 {
			_, pat, _ = strings.Cut(rule[i+len(".gitignore:"):], ":")
		}
		wantState := No
		if rule != "" && !strings.HasPrefix(pat, "!") {
			wantState, ignored = Yes, ignored+1
		}
		if m.State != wantState || m.Negated != strings.HasPrefix(pat, "!") {
			w.t.Errorf("%q: %v negated %v, git says %q", p, m.State, m.Negated, rule)
		}
	}
	return ignored
}

func TestIgnoredAsGit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var paths []string
	for _, tt := range []struct {
		name, rules string // of /.gitignore; "== name" starts another file
		paths       string // separated by blanks; a slash at the end makes a folder
	}{
		{"plain", ".env", ".env a/.env a/b/.env .env.prod x.env .env/ a/.env/x"},
		{"folder named env", "env/", ".env env env/ a/env/ env/x a/env/x/y"},
		{"envrc", ".envrc", ".env .envrc"},
		{"env dot star", "env.*", ".env env.prod env."},
		{"dot env star", ".env*", ".env .env.prod .envrc a/.env.local .env/"},
		{"dot env dot star", ".env.*\n!.env.example", ".env .env.prod .env.example a/.env.example"},
		{"star dot env", "*.env", ".env prod.env prod.env.example a/.env"},
		{"allow list", "*\n!.gitignore\n!src/\n!src/**", ".env src/ src/.env src/a/b README .gitignore"},
		{"allow list with slash", "/*\n!/src", ".env src/ src/.env src/a/b README x/.env"},
		{"last wins", ".env\n!.env", ".env a/.env"},
		{"last wins back", "!.env\n.env", ".env"},
		{"nothing below an ignored folder", "conf/\n!conf/.env", "conf/.env conf/ conf"},
		{"folder contents re-included", "conf/*\n!conf/.env", "conf/.env conf/x conf/"},
		{"nested", "*.log\n== a/.gitignore\n!x.log\n.env", "x.log a/x.log a/b/x.log a/y.log .env a/.env a/b/.env"},
		{"nested negation", ".env\n== a/.gitignore\n!.env", ".env a/.env a/b/.env"},
		{"nested in an ignored folder", "a/\n== a/.gitignore\n!.env", "a/.env a/b/.env"},
		{"nested anchored", "== a/.gitignore\n/.env\nb/c\n/d/", ".env a/.env a/b/.env a/b/c a/x/b/c b/c a/d/ a/d d/ a/d/x"},
		{"nested slash in the middle", "== a/.gitignore\nb/**/c", "a/b/c a/b/x/c b/c a/b/x/y/c a/x/b/c"},
		{"anchored", "/.env", ".env a/.env"},
		{"slash in the middle", "a/.env", ".env a/.env b/a/.env"},
		{"folder only", "build/", "build build/ build/x a/build/ a/build"},
		{"folder only anchored", "/build/", "build/ a/build/ build/x a/build/x"},
		{"two slashes at the end", "build//", "build/ build build/x"},
		{"only a slash", "/", "a a/ a/b"},
		{"only an exclamation mark", "!", "a ! !/"},
		{"two stars in front", "**/x", "x a/x a/b/x xx a/xx"},
		{"two stars behind", "a/**", "a a/ a/b a/b/c b/a/c"},
		{"two stars between", "a/**/b", "a/b a/x/b a/x/y/b ab a/xb x/a/b"},
		{"three stars", "a/***/b", "a/b a/x/b a/x/y/b"},
		{"two stars twice", "a/**/**/b", "a/b a/x/b a/x/y/b"},
		{"two stars in a name", "a**b", "ab axb a/b xab a/xb"},
		{"two stars after letters", "foo**/bar", "foo/bar fooX/bar foobar foo/x/bar fooX/y/bar xfoo/bar foobarx"},
		{"two stars before letters", "**foo/bar", "foo/bar xfoo/bar a/foo/bar a/xfoo/bar"},
		{"two stars at the end after letters", "a/foo**", "a/foo a/foox a/foo/x a/foox/y"},
		{"star between slashes", "a/*/b", "a/b a/x/b a/x/y/b"},
		{"star and slash", "*/b", "b a/b a/x/b"},
		{"star does not cross", "a*b/c", "ab/c axb/c a/b/c"},
		{"star in the middle", "a*c", "ac abc abbc ab a/c x/abc"},
		{"many stars", "*a*b*c*", "abc xaxbxc acb aabbcc abcx cba a/bc"},
		{"question mark", "a?c", "abc ac abbc a/c aéc"},
		{"two question marks", "a??c", "aéc abbc"},
		{"class", "[abc].txt", "a.txt d.txt b.txt .txt"},
		{"range", "[a-c]x", "ax bx cx dx -x"},
		{"negated class", "[!a]x\n[^b]y", "ax bx ay by a/x"},
		{"class with bracket", "[]]x", "]x ax"},
		{"negated class with bracket", "[!]]x", "]x ax"},
		{"class with dash", "[a-]x\n[-z]y", "ax -x bx -y zy ay"},
		{"class with escape", "[\\]]x\n[a\\-c]y", "]x \\x ay by cy -y"},
		{"range with escape", "[\\a-\\c]x", "ax bx cx dx"},
		{"posix class", "[[:digit:]]x\n[[:upper:][:punct:]]y", "1x ax Ay .y ay"},
		{"posix class and range", "[[:digit:]-z]x", "1x -x zx yx ax"},
		{"unknown posix class", "[[:what:]]x", "wx :x x"},
		{"broken posix class", "[[:alpha]x", "ax [x :x ]x a]x"},
		{"bracket in a class", "[[x]y", "[y xy"},
		{"open class", "[ab", "[ab a ab"},
		{"class never a slash", "a[/]b\na[!x]b", "a/b axb ayb"},
		{"escaped star", "\\*x", "*x ax"},
		{"escaped hash", "\\#x\n#y", "#x #y"},
		{"escaped exclamation", "\\!x", "!x x"},
		{"escaped letter", "\\a\\b", "ab \\a\\b"},
		{"backslash at the end", "ab\\", "ab ab\\"},
		{"trailing blanks", "a  \nb\\ \nc\\  ", "a b c"},
		{"trailing tab", "a\t", "a"},
		{"leading blank", " a", "a"},
		{"carriage returns", ".env\r\n*.log\r\n!x.log\r\n", ".env x.log y.log"},
		{"carriage return at the end", ".env\r", ".env"},
		{"carriage return inside", "a\rb\n.env", ".env a"},
		{"byte order mark", "\ufeff.env\nx", ".env x"},
		{"comment after", ".env # secrets", ".env"},
		{"quotes", "\".env\"", ".env"},
		{"dot slash", "./.env", ".env"},
		{"parent", "../.env", ".env"},
		{"empty lines", "\n\n\n.env\n\n", ".env"},
		{"zero byte", ".env\x00x\n", ".env"},
		{"not UTF-8", "caf\xe9\n*.p\xfc", "café x.pü"},
		{"UTF-8", "é*\n*ü.txt", "école grün.txt ü.txt"},
		{"utf-16", "\xff\xfe.\x00e\x00n\x00v\x00", ".env"},
		{"re-include a folder", "*\n!*/\n!*.py", "a.py a/b.py a/ .env a/.env"},
		{"star only", "*", "a a/ a/b .env"},
		{"star slash", "*/", "a a/ a/b"},
		{"star star only", "**", "a a/b .env"},
		{"slash star star", "/**", "a a/b .env"},
		{"star star slash", "**/", "a a/ a/b a/b/"},
		{"negated folder", "a/*\n!a/b/\n", "a/b/ a/b/x a/c a/b"},
		{"escaped slash", "a\\/b", "a/b"},
		{"star star escaped slash", "a/**\\/b", "a/b a/x/b a/x/y/b"},
		{"suffix with star", "*.*.env", "a.b.env a.env .env x..env"},
		{"long name", "*" + strings.Repeat("a", 200), strings.Repeat("a", 200) + " " + strings.Repeat("a", 199)},
	} {
		dir := strings.ReplaceAll(tt.name, " ", "-") + "/" // each as if it were a repository of its own: git is asked once
		for i, part := range strings.Split("== .gitignore\n"+tt.rules, "== ") {
			if i > 0 {
				name, rules, _ := strings.Cut(part, "\n")
				w.write(dir+name, rules)
			}
		}
		for _, p := range strings.Fields(tt.paths) {
			w.make(dir + p)
			paths = append(paths, dir+p)
		}
		if strings.Contains(tt.name, "blank") {
			for _, p := range []string{"b ", "c ", "c  ", " a", "a "} {
				paths = append(paths, dir+p)
			}
		}
	}
	w.sameIgnored(paths)
}

// make creates a file, or a folder if the path ends in a slash; what is in the way stays.
func (w *world) make(p string) {
	full := filepath.Join(w.dir, p)
	if strings.HasSuffix(p, "/") {
		os.MkdirAll(full, 0o755)
		return
	}
	if os.MkdirAll(filepath.Dir(full), 0o755) == nil {
		if _, err := os.Lstat(full); err != nil {
			os.WriteFile(full, nil, 0o644)
		}
	}
}

// Random rules and random paths, the same ones every time.
func TestIgnoredRandom(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewSource(1))
	pick := func(s ...string) string { return s[rnd.Intn(len(s))] }
	word := func() string {
		var b strings.Builder
		for range 1 + rnd.Intn(3) {
			b.WriteString(pick("a", "b", ".", "ab", "x", "-", "é"))
		}
		if s := b.String(); s != "." && s != ".." {
			return s
		}
		return "a"
	}
	rule := func() string {
		var b strings.Builder
		b.WriteString(pick("", "", "", "!", "/", "**/", "!/", "*"))
		for range 1 + rnd.Intn(4) {
			b.WriteString(pick("a", "b", "ab", ".", "x", "*", "*", "**", "?", "/", "/", "/**/", "[ab]", "[!a]", "[a-x]", "\\a", "\\*", "[[:alpha:]]", "[", "]", "é", "*/", "**/", " "))
		}
		b.WriteString(pick("", "", "", "/", "/*", "/**", "*", " ", "\\ ", "\\"))
		return b.String()
	}
	w := newWorld(t)
	var paths []string
	for i := range 80 { // each as if it were a repository of its own
		root := fmt.Sprintf("r%02d/", i)
		for _, dir := range []string{"", "a/", "ab/", "a/b/"} {
			if dir != "" && rnd.Intn(2) == 0 {
				continue
			}
			var lines []string
			for range 1 + rnd.Intn(6) {
				lines = append(lines, rule())
			}
			w.write(root+dir+".gitignore", strings.Join(lines, "\n"))
		}
		for range 40 {
			p := word()
			for range rnd.Intn(4) {
				p = pick("a", "b", "ab", p) + "/" + word()
			}
			if strings.Contains(p, ".git") {
				continue
			}
			p = root + p
			w.make(p) // a file may stand in the way: then it is one to neither
			if _, err := os.Lstat(filepath.Join(w.dir, p)); err == nil && !slices.Contains(paths, p) {
				paths = append(paths, p)
			}
		}
	}
	if n := w.sameIgnored(paths); len(paths) < 1000 || n < len(paths)/10 || n > len(paths)*9/10 {
		t.Errorf("%d of %d paths ignored: the test tests nothing", n, len(paths))
	}
}

// A rule that matches single patterns against single names, by the thousand: one file of rules, one name each.
func TestPatternsRandom(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewSource(2))
	parts := []string{"a", "b", "c", "/", "*", "**", "?", "[a-c]", "[!b]", "/**", "**/", "\\b", "\\*", "[]a]", "[a", "/", "a/b"}
	names := []string{"a", "b", "ab", "abc", "a/b", "a/b/c", "aa/b", "c/a/b", "b/c", "bc/a", "a/bc/b/c", "ccc", "a/a", "*", "]", "a/*"}
	w := newWorld(t)
	var paths []string
	for i := range 600 {
		var b strings.Builder
		for range 1 + rnd.Intn(6) {
			b.WriteString(parts[rnd.Intn(len(parts))])
		}
		dir := fmt.Sprintf("d%03d", i)
		w.write(dir+"/.gitignore", b.String()+"\n")
		for _, n := range names {
			if n = dir + "/" + n; !slices.Contains(paths, n) {
				paths = append(paths, n) // none of them exists: all are files to git
			}
		}
	}
	if n := w.sameIgnored(paths); n < 300 {
		t.Errorf("only %d of %d ignored", n, len(paths))
	}
}

func TestIgnoredWithoutGit(t *testing.T) {
	m := fstest.MapFS{".gitignore": {Data: []byte("a\n!b\n")}}
	r := Open(m)
	for p, want := range map[string]State{"a": Yes, "b": No, "c": Unknown, "a/c": Yes, "": Unknown, "../a": Unknown, "/a": Unknown, ".": Unknown} {
		if got := r.Ignored(p, false); got.State != want || (got.State == Unknown) != (got.Reason != "") {
			t.Errorf("%q: %+v, want %v", p, got, want)
		}
	}
}

// Rules that are not files of the repository do not count: others do not have them.
func TestExcludesAreNotCounted(t *testing.T) {
	w := newWorld(t)
	w.write(".git/info/exclude", ".env\n")
	w.write("../.config/git/ignore", ".env\n")
	w.git("config", "core.excludesFile", filepath.Join(filepath.Dir(w.dir), ".config/git/ignore"))
	if got := w.checkIgnore([]string{".env"})[".env"]; got == "" {
		t.Fatal("git does not ignore it either")
	}
	if m := w.open().Ignored(".env", false); m.State != No {
		t.Errorf("%+v", m)
	}
}

// A link is not read as rules, as with git; a folder of that name neither.
func TestIgnoreFileIsNoFile(t *testing.T) {
	w := newWorld(t)
	w.write("rules", "*\n")
	if err := os.Symlink("rules", filepath.Join(w.dir, ".gitignore")); err != nil {
		t.Fatal(err)
	}
	w.make("d/.gitignore/")
	w.make("d/x")
	w.sameIgnored([]string{"x", "d/x"})
}

// A sparse checkout leaves rule files out; git then reads them from the index, and so do we.
func TestIgnoreFileOutsideSparseCheckout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(".gitignore", "*.log\n")
	w.write("a/.gitignore", ".env\n")
	w.write("a/b/x", "")
	w.write("c/x", "")
	w.commit("x")
	w.git("sparse-checkout", "set", "--no-cone", "c")
	if _, err := os.Stat(filepath.Join(w.dir, ".gitignore")); err == nil {
		t.Fatal("the checkout is not sparse")
	}
	w.sparse = true
	w.sameIgnored([]string{"a/.env", ".env", "c/.env", "x.log"})
	h := strings.TrimSpace(w.git("rev-parse", "HEAD:a/.gitignore"))
	w.remove(".git/objects/" + h[:2] + "/" + h[2:])
	r := w.open()
	if m := r.Ignored("a/.env", false); m.State != Unknown || !strings.Contains(m.Reason, "sparse") {
		t.Errorf("%+v", m)
	}
	if m := r.Ignored("c/.env", false); m.State != No {
		t.Errorf("%+v", m)
	}
}

// What an attacker would write to keep us busy ends, and is unknown.
func TestIgnoreIsBounded(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("a", 4000)
	m := fstest.MapFS{".git/HEAD": {Data: []byte("ref: refs/heads/main")}, ".gitignore": {Data: []byte(strings.Repeat("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b*\n", 30000))}}
	if got := Open(m).Ignored(name, false); got.State != Unknown || !strings.Contains(got.Reason, "costly") {
		t.Errorf("%+v", got)
	}
	deep := strings.Repeat("d/", 2000) + "x"
	if got := Open(m).Ignored(deep, false); got.State != Unknown || !strings.Contains(got.Reason, "costly") {
		t.Errorf("%+v", got)
	}
	m[".gitignore"] = &fstest.MapFile{Data: []byte(strings.Repeat("*a*b\n", 1000))}
	if got := Open(m).Ignored(deep, false); got.State != No {
		t.Errorf("%+v", got)
	}
	m[".gitignore"] = &fstest.MapFile{Data: make([]byte, maxIgnoreFile+1)}
	if got := Open(m).Ignored("x", false); got.State != Unknown {
		t.Errorf("%+v", got)
	}
}
