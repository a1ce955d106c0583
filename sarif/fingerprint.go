package sarif

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	window  = 100   // characters, blanks not counted, that the fingerprint of a line covers
	base    = 37    // of the rolling hash
	endMark = 65535 // stands for the end of the file
)

// fingerprints returns the primaryLocationLineHash of every line of a text, the first line's first, as github/codeql-action
// computes it (src/fingerprints.ts): a rolling hash over the next 100 characters from the start of the line without spaces and
// tabs, a colon, and how many lines of the file had that hash so far. GitHub knows an alert by rule, path and this value; when a
// file of results has another one, the upload warns about each result.
func fingerprints(text []byte) []string {
	h := hasher{counts: map[uint64]int{}, first: 1, lineStart: true}
	for range window {
		h.first *= base
	}
	for i := range h.pending {
		h.pending[i] = -1
	}
	afterCR := false
	decode(text, func(unit uint16) {
		switch unit {
		case ' ', '\t':
			afterCR = false
			return
		case '\n':
			if afterCR {
				afterCR = false
				return
			}
		case '\r':
			h.add('\n')
			afterCR = true
			return
		}
		afterCR = false
		h.add(unit)
	})
	h.add(endMark)
	for range window {
		h.emit()
		h.roll(0)
	}
	return h.lines
}

// A hasher is the state of the rolling hash. A line's value is known once a whole window has passed since its start.
type hasher struct {
	sum, first uint64         // sum wraps around; first is base to the power of window
	units      [window]uint16 // a ring of the last units
	pending    [window]int    // the line that starts at the same place of the ring and has no value yet, or -1
	at         int
	lineStart  bool
	lines      []string
	counts     map[uint64]int
}

func (h *hasher) add(unit uint16) {
	h.emit()
	if h.lineStart {
		h.lineStart = false
		h.pending[h.at] = len(h.lines)
		h.lines = append(h.lines, "")
	}
	h.lineStart = unit == '\n'
	h.roll(unit)
}

func (h *hasher) emit() {
	if line := h.pending[h.at]; line >= 0 {
		h.counts[h.sum]++
		h.lines[line] = strconv.FormatUint(h.sum, 16) + ":" + strconv.Itoa(h.counts[h.sum])
		h.pending[h.at] = -1
	}
}

func (h *hasher) roll(unit uint16) {
	h.sum = base*h.sum + uint64(unit) - h.first*uint64(h.units[h.at])
	h.units[h.at] = unit
	h.at = (h.at + 1) % window
}

// decode yields the UTF-16 code units of a text as Node's utf8 decoder reads it: a byte order mark stays, and each maximal part
// of an ill-formed sequence is one U+FFFD (Unicode 15, 3.9, table 3-8), where Go's own decoder has one for every byte.
func decode(text []byte, yield func(uint16)) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			yield(uint16(c))
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			n = illFormed(text[i:])
		}
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			yield(uint16(hi))
			yield(uint16(lo))
		} else {
			yield(uint16(r))
		}
		i += n
	}
}

// illFormed returns the length of the maximal part of a sequence that is not UTF-8, at least 1.
func illFormed(b []byte) int {
	length, lo, hi := 0, byte(0x80), byte(0xbf) // of the whole sequence, and the bounds of its second byte
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		length = 2
	case c >= 0xe0 && c <= 0xef:
		length = 3
		if c == 0xe0 {
			lo = 0xa0
		} else if c == 0xed {
			hi = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		length = 4
		if c == 0xf0 {
			lo = 0x90
		} else if c == 0xf4 {
			hi = 0x8f
		}
	}
	n := 1
	for n < length && n < len(b) && b[n] >= lo && b[n] <= hi {
		lo, hi = 0x80, 0xbf
		n++
	}
	return n
}
