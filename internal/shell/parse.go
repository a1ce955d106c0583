package shell

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxSize     = 2 << 20 // bytes of a script that are read
	maxLine     = 256 << 10
	maxBrackets = 1000   // brackets open at one place
	maxOpen     = 5000   // if, for, case … open at one place
	maxRestarts = 20     // syntax errors after which the next line is tried
	maxSteps    = 20_000 // commands interpreted, those of loops and calls counted each time
	maxDepth    = 200    // statements inside statements, calls inside calls
	maxCommands = 20_000
	maxPieces   = 300 // of one value
	maxEffort   = 20 << 20
	maxInside   = 512 << 10 // bytes of scripts inside scripts
	maxWalk     = 5000      // nodes inside nodes
	maxRuns     = 100
	maxItems    = 100 // turns of a loop that are followed
	maxText     = 64 << 10
	maxVars     = 2000
	maxRefs     = 50
	maxAlts     = 8
	maxInner    = 4 // scripts inside scripts
	maxProblems = 50
)

// Parse reads a script. It never fails: what cannot be read is in Problems, and the rest is still read.
func Parse(f *source.File) *Script {
	text := f.Text[:min(len(f.Text), maxSize)]
	start := len(text) - len(bytes.TrimPrefix(text, []byte("\uFEFF")))
	s := ParseAt(source.Span{File: f, Start: start, End: len(text)}, string(text[start:]), func(i int) int { return start + i })
	if len(f.Text) > maxSize {
		s.problem(source.Span{File: f}, fmt.Sprintf("only the first %d bytes are read", maxSize))
	}
	if line, ok := strings.CutPrefix(string(text[start:min(len(text), start+200)]), "#!"); ok {
		line, _, _ = strings.Cut(line, "\n")
		s.Shebang = strings.TrimSpace(line)
	}
	return s
}

// ParseText reads a command line that stands in another file (a RUN line, a compose command, a Makefile recipe). If text is
// the span's own text, places are exact; otherwise every place is the whole span.
func ParseText(at source.Span, text string) *Script {
	if at.File != nil && at.Text() == text {
		return ParseAt(at, text, func(i int) int { return at.Start + i })
	}
	return ParseAt(at, text, nil)
}

// ParseAt reads text of another file whose bytes need not stand together there: place returns the file offset of a byte of text,
// which must not decrease. Without place, every place is the whole span.
func ParseAt(at source.Span, text string, place func(offset int) int) *Script {
	in := &interp{s: &Script{}, at: at, place: place, env: &scope{vars: map[string]*value{}}}
	return in.parse(text, ctx{})
}

func (in *interp) parse(text string, c ctx) *Script {
	s, at := in.s, in.at
	in.cmds, in.funcs = map[syntax.Node]*Command{}, map[string]*syntax.FuncDecl{}
	if len(text) > maxSize {
		text = text[:maxSize]
		s.problem(at, fmt.Sprintf("only the first %d bytes are read", maxSize))
	}
	if strings.IndexByte(text, 0) >= 0 {
		s.problem(at, "not a text file")
		return s
	}
	in.src = text
	list := in.statements()
	in.owned = own(list)
	for i, st := range list {
		c := c
		c.conditional = c.conditional || in.certain >= 0 && i >= in.certain
		in.stmt(st, c)
	}
	in.uncalled()
	in.finish()
	return s
}

func (s *Script) problem(at source.Span, text string) {
	if len(s.Problems) < maxProblems {
		s.Problems = append(s.Problems, source.Problem{Span: at, Text: text})
	}
}

// span returns the place of the bytes from start to end of the text. Text that was put together from several places has the
// place of those parts that stand where it is used.
func (in *interp) span(start, end int) source.Span {
	start = max(0, min(start, len(in.src)))
	end = max(start, min(end, len(in.src)))
	if in.from != nil {
		return in.from.within(in.at, start, end)
	}
	if in.place == nil || in.at.File == nil {
		return in.at
	}
	a := in.place(start)
	b := a
	if end > start {
		b = in.place(end-1) + 1
	}
	n := len(in.at.File.Text)
	a = max(0, min(a, n))
	return source.Span{File: in.at.File, Start: a, End: max(a, min(b, n))}
}

// exact reports whether the bytes stand together in the file.
func (in *interp) exact(start, end int) bool {
	switch {
	case start >= end:
		return false
	case in.from != nil:
		r := in.from.cut(start, end)
		return len(r) == 1 && r[0].exact
	case in.place == nil:
		return false
	}
	return in.place(end-1)-in.place(start) == end-1-start
}

func (in *interp) node(n syntax.Node) source.Span {
	a, b := in.bounds(n)
	return in.span(a, b)
}

// bounds returns the bytes of a node, empty for one that the parser made up.
func (in *interp) bounds(n syntax.Node) (int, int) {
	p, e := n.Pos(), n.End()
	if !p.IsValid() {
		return 0, 0
	}
	a := int(p.Offset())
	b := a
	if e.IsValid() {
		b = int(e.Offset())
	}
	return min(a, len(in.src)), max(min(a, len(in.src)), min(b, len(in.src)))
}

// raw returns a node as written.
func (in *interp) raw(n syntax.Node) string {
	a, b := in.bounds(n)
	return in.src[a:b]
}

// statements parses the text. Behind a syntax error it goes on with the next line; what follows there is marked as conditional,
// because nobody knows what it is a part of.
func (in *interp) statements() []*syntax.Stmt {
	text := in.guard(in.src)
	in.certain = -1
	var all []*syntax.Stmt
	for n := 0; ; n++ {
		list, err := parseStatements(text)
		all = append(all, list...)
		if n == 0 && err != nil {
			in.certain = len(all)
		}
		if err == nil {
			return all
		}
		at := 0
		var pe syntax.ParseError
		var le syntax.LangError
		switch {
		case errors.As(err, &pe):
			at, err = int(pe.Pos.Offset()), errors.New(pe.Text)
		case errors.As(err, &le):
			at = int(le.Pos.Offset())
		}
		at = min(at, len(text))
		in.s.problem(in.lineAt(at), "syntax error: "+oneLine(err.Error()))
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 || n >= maxRestarts {
			return all
		}
		text = strings.Repeat(" ", at+next+1) + text[at+next+1:] // offsets stay
	}
}

// parseStatements returns the statements up to the first error. The parser panics on some texts, A=$((0 for one.
func parseStatements(text string) (list []*syntax.Stmt, err error) {
	defer func() {
		if r := recover(); r != nil {
			at := uint(0)
			if n := len(list); n > 0 {
				at = list[n-1].End().Offset()
			}
			err = syntax.ParseError{Pos: syntax.NewPos(at, 0, 0), Text: "the parser gives up"}
		}
	}()
	for st, err := range syntax.NewParser(syntax.RecoverErrors(10)).StmtsSeq(strings.NewReader(text)) {
		if err != nil {
			return list, err
		}
		list = append(list, st)
	}
	return list, nil
}

func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if i := strings.IndexByte(s, ';'); i > 0 {
		s = s[:i]
	}
	return s[:min(len(s), 100)]
}

// lineAt returns the line that holds an offset of the text.
func (in *interp) lineAt(i int) source.Span {
	start := strings.LastIndexByte(in.src[:i], '\n') + 1
	end := len(in.src)
	if n := strings.IndexByte(in.src[i:], '\n'); n >= 0 {
		end = i + n
	}
	return in.span(start, min(end, start+200))
}

// guard keeps what would overflow the parser's stack from it: it goes down one level for each bracket and keyword. Such text is
// blanked, from the line it starts on to its end.
func (in *interp) guard(text string) string {
	brackets, open, lineStart := 0, 0, 0
	var deep int = -1
	for i := 0; i < len(text) && deep < 0; i++ {
		switch c := text[i]; c {
		case '\n':
			if i-lineStart > maxLine {
				in.s.problem(in.span(lineStart, lineStart+1), "a line of more than 262144 bytes is not read")
				b := []byte(text)
				for j := lineStart; j < i; j++ {
					b[j] = ' '
				}
				text = string(b)
			}
			lineStart = i + 1
		case '(', '{', '[':
			if brackets++; brackets > maxBrackets {
				deep = lineStart
			}
		case ')', '}', ']':
			brackets = max(0, brackets-1)
		case 'i', 'f', 'w', 'u', 'c', 's', 'd', 'e':
			if i > 0 && letter(text[i-1]) {
				continue
			}
			j := i
			for j < len(text) && j < i+9 && letter(text[j]) {
				j++
			}
			switch text[i:j] {
			case "if", "for", "while", "until", "case", "select", "function", "coproc":
				if open++; open > maxOpen {
					deep = lineStart
				}
			case "fi", "done", "esac":
				open = max(0, open-1)
			}
		}
	}
	if deep < 0 && len(text)-lineStart > maxLine {
		deep = lineStart
	}
	if deep < 0 {
		return text
	}
	in.s.problem(in.span(deep, deep+1), "nested too deeply: the rest is not read")
	return text[:deep]
}

func letter(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_' || '0' <= b && b <= '9'
}

// finish puts the commands in the order of the text.
func (in *interp) finish() {
	slices.SortStableFunc(in.list, func(a, b placed) int { return a.at - b.at })
	for _, p := range in.list {
		in.s.Commands = append(in.s.Commands, p.c)
	}
	for _, c := range in.s.Commands {
		c.settle()
	}
}
