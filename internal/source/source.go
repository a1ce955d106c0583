// Package source is the only notion of place in prodcheck: files, spans of bytes in them, and the evidence that leads from
// one span to another.
package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// A File is the text of one file of the scanned repository. It is immutable; make one with NewFile.
type File struct {
	// Path is slash-separated and relative to the repository root.
	Path string
	// Text is the whole content as it stands in the repository, byte for byte.
	Text []byte

	once  sync.Once
	lines []int // offset of the first byte of each line
}

// NewFile returns a file of the given root-relative slash-separated path. The text must not be changed afterwards.
func NewFile(path string, text []byte) *File { return &File{Path: path, Text: text} }

func (f *File) index() []int {
	f.once.Do(func() {
		f.lines = append(f.lines, 0)
		for i := 0; i < len(f.Text); i++ {
			switch f.Text[i] {
			case '\n':
				f.lines = append(f.lines, i+1)
			case '\r': // CRLF is one line end, a lone CR is one too, as code-scanning viewers and codeql count them
				if i+1 < len(f.Text) && f.Text[i+1] == '\n' {
					i++
				}
				f.lines = append(f.lines, i+1)
			}
		}
	})
	return f.lines
}

// Lines returns the number of lines; an empty file has one. A line end at the end of the file starts no further line.
func (f *File) Lines() int {
	n := len(f.index())
	if n > 1 && f.lines[n-1] == len(f.Text) {
		n--
	}
	return n
}

// Line returns the text of the 1-based line n without its line end, or "" if there is no such line.
func (f *File) Line(n int) string {
	l := f.index()
	if n < 1 || n > len(l) {
		return ""
	}
	end := len(f.Text)
	if n < len(l) {
		end = l[n]
	}
	return strings.TrimRight(string(f.Text[l[n-1]:end]), "\r\n")
}

// LineStart returns the offset of the first byte of the 1-based line n, clamped to the file.
func (f *File) LineStart(n int) int {
	l := f.index()
	switch {
	case n < 1:
		return 0
	case n > len(l):
		return len(f.Text)
	}
	return l[n-1]
}

// LineSpan returns the span of the 1-based line n without its line end. A line outside the file gives the file's start.
func (f *File) LineSpan(n int) Span {
	if n < 1 || n > len(f.index()) {
		return Span{File: f}
	}
	start := f.LineStart(n)
	return Span{f, start, start + len(f.Line(n))}
}

// Position returns the line and column of a byte offset, which is clamped to the file.
func (f *File) Position(offset int) Position {
	l := f.index()
	offset = max(0, min(offset, len(f.Text)))
	i := sort.SearchInts(l, offset+1) - 1
	col := 1
	for b := f.Text[l[i]:offset]; len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		col += max(1, utf16.RuneLen(r)) // an invalid byte reads as U+FFFD, one unit
		b = b[n:]
	}
	return Position{Line: i + 1, Column: col}
}

// A Position is a place as people and SARIF write it: both numbers start at 1, columns count UTF-16 code units.
type Position struct{ Line, Column int }

// A Span is a half-open range of bytes of a file. Lines and columns are worked out when something is printed, and only there.
// The zero Span is nowhere. An empty span at offset 0 stands for the file as a whole.
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether the span is nowhere.
func (s Span) IsZero() bool { return s.File == nil }

// IsWhole reports whether the span stands for its file as a whole.
func (s Span) IsWhole() bool { return s.File != nil && s.Start == 0 && s.End == 0 }

// Text returns the bytes of the span as a string; "" for the zero Span and for one outside its file.
func (s Span) Text() string {
	if s.File == nil || s.Start < 0 || s.End > len(s.File.Text) || s.Start > s.End {
		return ""
	}
	return string(s.File.Text[s.Start:s.End])
}

// Position returns where the span starts; the zero Position for the zero Span.
func (s Span) Position() Position {
	if s.File == nil {
		return Position{}
	}
	return s.File.Position(s.Start)
}

// Path returns the path of the span's file, or "".
func (s Span) Path() string {
	if s.File == nil {
		return ""
	}
	return s.File.Path
}

// A Step is one link of the chain that leads to a finding: a place and what happens there, for example
// "default of env.bool" or "imported by production.py". A Note never holds a secret.
type Step struct {
	Span Span
	Note string
}

// Evidence is a place and the steps that led to it, nearest first.
type Evidence struct {
	Span  Span
	Trail []Step
}

// At returns evidence at a span with the given steps.
func At(s Span, trail ...Step) Evidence { return Evidence{Span: s, Trail: trail} }

// IsZero reports whether the evidence has no place.
func (e Evidence) IsZero() bool { return e.Span.IsZero() }

// Then returns e with further steps at the end of its trail; e itself is not changed.
func (e Evidence) Then(steps ...Step) Evidence {
	trail := make([]Step, 0, len(e.Trail)+len(steps))
	e.Trail = append(append(trail, e.Trail...), steps...)
	return e
}

// A Problem is something about a file that kept it from being read in full: a syntax error, a cap reached, a link that
// leads out of the root. It is told to the user and is never a finding.
type Problem struct {
	Span Span
	Text string
}
