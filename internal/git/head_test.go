package git

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestUnborn(t *testing.T) {
	w := newWorld(t)
	r := w.open()
	if h, b, ok := r.Head(); ok || b != "main" || !h.IsZero() {
		t.Errorf("%v %q %v", h, b, ok)
	}
	w.sameFiles(r)
	if h := r.History(func(string) bool { return true }, Limits{}); h.Complete != Yes || len(h.Events) > 0 {
		t.Errorf("%+v", h)
	}
	w.write("staged", "")
	w.git("add", "staged")
	w.sameFiles(w.open())
}

func TestHead(t *testing.T) {
	for text, want := range map[string]string{
		"ref: refs/heads/../../../x": " ", "ref: /etc/passwd": " ", "": " ", "ref: refs/heads/main": " main",
		"ref: refs/heads/a/b\n": " a/b", "zz": " ", strings.Repeat("ab", 20) + "\n": strings.Repeat("ab", 20) + " ",
	} {
		m := fstest.MapFS{".git/HEAD": {Data: []byte(text)}, ".git/objects/x": {}, ".git/refs/x.lock": {}}
		h, b, ok := Open(m).Head()
		got := " " + b
		if ok {
			got = h.String() + got
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	loop := fstest.MapFS{".git/HEAD": {Data: []byte("ref: refs/heads/a")}, ".git/refs/heads/a": {Data: []byte("ref: refs/heads/b")},
		".git/refs/heads/b": {Data: []byte("ref: refs/heads/a")}}
	if _, _, ok := Open(loop).Head(); ok {
		t.Error("a circle of references leads nowhere")
	}
}
