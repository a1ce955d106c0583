// Package fix turns edits of files into new texts and diffs. It is pure: nothing is read or written, and what an edit does not
// name stays as it is, byte for byte.
package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// An Edit replaces a span by a text, whose line ends are written as "\n" whatever the file has. An empty span is an insertion.
// A span in a file without a text, at its start, makes the file.
type Edit struct {
	Span source.Span
	Text string
	// Block is true for an insertion that opens a block of its own, into which the next one like it belongs: of several at one
	// place Apply takes the first.
	Block bool
}

// A Change is what edits make of one file.
type Change struct {
	File   *source.File
	After  []byte
	Made   bool // the file is not there yet
	pieces []piece
}

// A piece is one edit in offsets of the old and of the new text.
type piece struct{ oldStart, oldEnd, newStart, newEnd int }

// Apply makes the edits, each once, and returns the files they change by path. Edits that overlap an earlier one, or lie outside of
// their file, are left: asked again after the others, a check offers them anew where they are still wanted.
func Apply(edits []Edit) (changes []*Change, left []Edit) {
	byFile := map[*source.File][]Edit{}
	var files []*source.File
	for _, e := range edits {
		f := e.Span.File
		if f == nil || e.Span.Start < 0 || e.Span.End > len(f.Text) || e.Span.Start > e.Span.End {
			left = append(left, e)
			continue
		}
		if byFile[f] == nil {
			files = append(files, f)
		}
		byFile[f] = append(byFile[f], e)
	}
	slices.SortStableFunc(files, func(a, b *source.File) int { return strings.Compare(a.Path, b.Path) })
	var last *Change
	for _, f := range files {
		c, rest := apply(f, byFile[f])
		left = append(left, rest...)
		switch {
		case last != nil && last.File.Path == f.Path: // two new files of one name: the first is made
			left = append(left, byFile[f]...)
		case c != nil:
			changes, last = append(changes, c), c
		}
	}
	return changes, left
}

func apply(f *source.File, edits []Edit) (c *Change, left []Edit) {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		if a.Span.Start != b.Span.Start {
			return a.Span.Start - b.Span.Start
		}
		return a.Span.End - b.Span.End
	})
	var taken []Edit
	for _, e := range edits {
		if slices.Contains(taken, e) {
			continue
		}
		if n := len(taken); n > 0 {
			l := taken[n-1]
			overlaps := e.Span.Start < l.Span.End || e.Span.Start == l.Span.Start && e.Span.End > l.Span.End && l.Span.Start != l.Span.End
			if overlaps || e.Span.Start == l.Span.Start && (e.Block || l.Block) {
				left = append(left, e)
				continue
			}
		}
		taken = append(taken, e)
	}
	c = &Change{File: f, Made: len(f.Text) == 0}
	end := lineEnd(f.Text)
	var b bytes.Buffer
	at := 0
	for _, e := range taken {
		b.Write(f.Text[at:e.Span.Start])
		start := b.Len()
		b.WriteString(strings.ReplaceAll(e.Text, "\n", end))
		c.pieces = append(c.pieces, piece{e.Span.Start, e.Span.End, start, b.Len()})
		at = e.Span.End
	}
	b.Write(f.Text[at:])
	if c.After = b.Bytes(); bytes.Equal(c.After, f.Text) {
		return nil, left
	}
	return c, left
}

// lineEnd is how the lines of a text end: as its first one does.
func lineEnd(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// Replace is the edit that writes a text in place of a span.
func Replace(s source.Span, text string) Edit { return Edit{Span: s, Text: text} }

// Insert is the edit that writes a text at an offset.
func Insert(f *source.File, offset int, text string) Edit {
	return Edit{Span: source.Span{File: f, Start: offset, End: offset}, Text: text}
}

// After is the edit that writes whole lines behind the 1-based line n of a file.
func After(f *source.File, n int, lines string) Edit {
	at := f.LineStart(n + 1)
	if at == len(f.Text) && at > 0 && f.Text[at-1] != '\n' {
		return Insert(f, at, "\n"+strings.TrimSuffix(lines, "\n")) // the last line has no end, and gets none
	}
	return Insert(f, at, lines)
}

// Append is the edit that writes whole lines at the end of a file, and makes a file that is not there.
func Append(f *source.File, lines string) Edit {
	n := len(f.Text)
	if n > 0 && f.Text[n-1] != '\n' && f.Text[n-1] != '\r' {
		return Insert(f, n, "\n"+lines)
	}
	return Insert(f, n, lines)
}

// Indent is the blanks at the start of the 1-based line n of a file.
func Indent(f *source.File, n int) string {
	line := f.Line(n)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// Between is the change from a file to a new text of it, found by what both have in common at their ends and between lines.
func Between(before *source.File, after []byte) *Change {
	c := &Change{File: before, After: after, Made: len(before.Text) == 0}
	old, made := split(before.Text), split(after)
	for _, b := range differing(old, made) {
		p := piece{oldStart: offset(old, b.oldFrom), oldEnd: offset(old, b.oldTo), newStart: offset(made, b.newFrom), newEnd: offset(made, b.newTo)}
		c.pieces = append(c.pieces, p)
	}
	return c
}

func offset(lines []string, n int) (at int) {
	for _, l := range lines[:n] {
		at += len(l)
	}
	return at
}

// differing finds the runs of lines that differ: lines that stand once in both texts anchor the rest, as in a patience diff.
func differing(old, made []string) (out []block) {
	type count struct{ old, made, at int }
	seen := map[string]*count{}
	for _, l := range old {
		if seen[l] == nil {
			seen[l] = &count{}
		}
		seen[l].old++
	}
	for i, l := range made {
		if seen[l] == nil {
			seen[l] = &count{}
		}
		seen[l].made++
		seen[l].at = i
	}
	i, j := 0, 0
	close := func(to, madeTo int) {
		a, b, c, d := i, to, j, madeTo
		for a < b && c < d && old[a] == made[c] {
			a, c = a+1, c+1
		}
		for a < b && c < d && old[b-1] == made[d-1] {
			b, d = b-1, d-1
		}
		if a < b || c < d {
			out = append(out, block{a, b, c, d})
		}
	}
	for k, l := range old {
		if c := seen[l]; c.old == 1 && c.made == 1 && c.at >= j {
			close(k, c.at)
			i, j = k+1, c.at+1
		}
	}
	close(len(old), len(made))
	return out
}
