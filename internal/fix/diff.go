package fix

import (
	"bytes"
	"fmt"
	"strings"
)

// A block is a run of whole lines, from 0, that others take the place of.
type block struct{ oldFrom, oldTo, newFrom, newTo int }

// Diff writes a change as a unified diff with some lines of context. Every line of the file goes through show, which makes it fit to
// be printed.
func (c *Change) Diff(context int, show func(string) string) string {
	before, after := split(c.File.Text), split(c.After)
	name := show(c.File.Path)
	var b strings.Builder
	if c.Made {
		fmt.Fprintf(&b, "--- /dev/null\n+++ b/%s\n", name)
	} else {
		fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", name, name)
	}
	blocks := c.blocks(before, after)
	for i := 0; i < len(blocks); {
		j := i
		for j+1 < len(blocks) && blocks[j+1].oldFrom-blocks[j].oldTo <= 2*context {
			j++
		}
		hunk(&b, before, after, blocks[i:j+1], context, show)
		i = j + 1
	}
	return b.String()
}

func hunk(b *strings.Builder, before, after []string, blocks []block, context int, show func(string) string) {
	first, last := blocks[0], blocks[len(blocks)-1]
	from := max(0, first.oldFrom-context)
	to := min(len(before), last.oldTo+context)
	newFrom := first.newFrom - (first.oldFrom - from)
	newTo := last.newTo + (to - last.oldTo)
	fmt.Fprintf(b, "@@ -%s +%s @@\n", extent(from, to), extent(newFrom, newTo))
	at := from
	write := func(mark string, lines []string) {
		for _, l := range lines {
			text := strings.TrimRight(l, "\r\n")
			fmt.Fprintf(b, "%s%s\n", mark, show(text))
			if text == l {
				b.WriteString("\\ No newline at end of file\n")
			}
		}
	}
	for _, x := range blocks {
		write(" ", before[at:x.oldFrom])
		write("-", before[x.oldFrom:x.oldTo])
		write("+", after[x.newFrom:x.newTo])
		at = x.oldTo
	}
	write(" ", before[at:to])
}

// extent writes a range of lines as the head of a hunk does.
func extent(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

// split cuts a text into lines with their ends.
func split(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	lines := strings.SplitAfter(string(text), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// blocks are the lines that the pieces touch, without those at both ends that stay as they are.
func (c *Change) blocks(before, after []string) (out []block) {
	var oldLines, newLines lineCounter
	oldLines.text, newLines.text = c.File.Text, c.After
	for _, p := range c.pieces {
		x := block{oldLines.line(p.oldStart), oldLines.line(p.oldEnd) + 1, newLines.line(p.newStart), newLines.line(p.newEnd) + 1}
		x.oldTo, x.newTo = min(x.oldTo, len(before)), min(x.newTo, len(after))
		x.oldFrom, x.newFrom = min(x.oldFrom, len(before)), min(x.newFrom, len(after))
		if n := len(out); n > 0 && x.oldFrom < out[n-1].oldTo {
			out[n-1].oldTo, out[n-1].newTo = max(out[n-1].oldTo, x.oldTo), max(out[n-1].newTo, x.newTo)
			continue
		}
		out = append(out, x)
	}
	kept := out[:0]
	for _, x := range out {
		for x.oldFrom < x.oldTo && x.newFrom < x.newTo && before[x.oldFrom] == after[x.newFrom] {
			x.oldFrom, x.newFrom = x.oldFrom+1, x.newFrom+1
		}
		for x.oldFrom < x.oldTo && x.newFrom < x.newTo && before[x.oldTo-1] == after[x.newTo-1] {
			x.oldTo, x.newTo = x.oldTo-1, x.newTo-1
		}
		if x.oldFrom < x.oldTo || x.newFrom < x.newTo {
			kept = append(kept, x)
		}
	}
	return kept
}

// A lineCounter turns growing offsets into line numbers from 0.
type lineCounter struct {
	text     []byte
	at, seen int
}

func (l *lineCounter) line(offset int) int {
	offset = min(offset, len(l.text))
	if offset < l.at {
		l.at, l.seen = 0, 0
	}
	l.seen += bytes.Count(l.text[l.at:offset], []byte("\n"))
	l.at = offset
	return l.seen
}
