package sarif

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestFingerprints holds the hash against the values that codeql-action's own tests publish.
func TestFingerprints(t *testing.T) {
	const lorem = "a7f2ff13bc495cf2:"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"c129715d7a2bc9a3:1"}},
		{"blanks do not count", " a\nb\n  \t\tc\n d", []string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"}},
		{"the same line again", strings.Repeat("Lorem ipsum dolor sit amet.\n", 10), []string{
			lorem + "1", lorem + "2", lorem + "3", lorem + "4", lorem + "5", lorem + "6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
		}},
	} {
		if got := fingerprints([]byte(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFingerprintLineEnds(t *testing.T) {
	const text = "DEBUG = True\n\n\n  ALLOWED_HOSTS = []\nX\t= 1\n"
	want := fingerprints([]byte(text))
	if len(want) != 6 {
		t.Fatalf("%d lines, want 6", len(want))
	}
	for _, c := range []struct{ name, text string }{
		{"CR", strings.ReplaceAll(text, "\n", "\r")},
		{"CRLF", strings.ReplaceAll(text, "\n", "\r\n")},
		{"CRLF, LF and CR", "DEBUG = True\r\n\n\r  ALLOWED_HOSTS = []\rX\t= 1\r\n"},
		{"other blanks", "\tDEBUG =True \r\n \n\t\nALLOWED_HOSTS=[]\nX = 1\n  "},
	} {
		if got := fingerprints([]byte(c.text)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
	// a blank between CR and LF makes two line ends of them, as it does there
	if n := len(fingerprints([]byte("a\r \nb"))); n != 3 {
		t.Errorf("CR, blank, LF: %d lines, want 3", n)
	}
	// other line separators of Unicode are characters like any other
	if n := len(fingerprints([]byte("a\u2028b\u0085c\fd\ve"))); n != 1 {
		t.Errorf("Unicode's line separators: %d lines, want 1", n)
	}
	if slices.Equal(fingerprints([]byte("\ufeffa")), fingerprints([]byte("a"))) {
		t.Error("a byte order mark does not count")
	}
}

// TestDecode holds the reading of ill-formed UTF-8 against Node's, which codeql-action runs on.
func TestDecode(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []uint16
	}{
		{"aé\U0001f600", []uint16{'a', 0xe9, 0xd83d, 0xde00}},
		{"\xff\xfe", []uint16{0xfffd, 0xfffd}},
		{"\xe2\x82", []uint16{0xfffd}},
		{"\xe2\x82a", []uint16{0xfffd, 'a'}},
		{"\xf0\x9f\x98", []uint16{0xfffd}},
		{"\xed\xa0\x80", []uint16{0xfffd, 0xfffd, 0xfffd}},
		{"\xc0\x80", []uint16{0xfffd, 0xfffd}},
		{"\xf4\x90\x80\x80", []uint16{0xfffd, 0xfffd, 0xfffd, 0xfffd}},
	} {
		if got := units([]byte(c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%q reads %x, want %x", c.in, got, c.want)
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIP: node is not installed, so its decoder is not compared")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	var hexes []string
	var inputs [][]byte
	for range 3000 {
		b := make([]byte, rnd.IntN(12))
		for i := range b {
			b[i] = []byte{0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff}[rnd.IntN(19)]
		}
		inputs, hexes = append(inputs, b), append(hexes, hex.EncodeToString(b))
	}
	cmd := exec.Command(node, "-e", `
		const hexes = JSON.parse(require("fs").readFileSync(0, "utf8"));
		console.log(JSON.stringify(hexes.map(h => { const s = Buffer.from(h, "hex").toString("utf8"); return Array.from({length: s.length}, (_, i) => s.charCodeAt(i)) })))`)
	in, err := json.Marshal(hexes)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("SKIP: node does not run: %v", err)
	}
	var want [][]uint16
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	for i := range inputs {
		if got := units(inputs[i]); !slices.Equal(got, want[i]) {
			t.Errorf("%x reads %x, node reads %x", inputs[i], got, want[i])
		}
	}
}

func units(b []byte) (us []uint16) {
	decode(b, func(u uint16) { us = append(us, u) })
	return us
}

func FuzzFingerprints(f *testing.F) {
	f.Add([]byte("a\r\nb\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		lines := fingerprints(b)
		want := 1
		for i, u := range units(b) {
			if u == '\n' && (i == 0 || units(b)[i-1] != '\r') || u == '\r' {
				want++
			}
		}
		if len(lines) != want {
			t.Errorf("%q has %d fingerprints, want %d", utf16.Decode(units(b)), len(lines), want)
		}
		seen := map[string]bool{}
		for i, l := range lines {
			if l == "" || seen[l] {
				t.Errorf("line %d has the fingerprint %q, which is empty or another line's", i+1, l)
			}
			seen[l] = true
		}
	})
}
