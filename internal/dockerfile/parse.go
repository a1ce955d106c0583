package dockerfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxSize         = 1 << 20 // bytes of a file that are read
	maxLine         = 65536   // bytes of a physical line with its line end: BuildKit's scanner holds no more
	maxStages       = 300
	maxInstructions = 20_000
	maxPairs        = 20_000
	maxProblems     = 50
	maxValue        = 64 << 10 // bytes of an expanded value
	maxExpanded     = 8 << 20  // bytes of all expanded values
	maxRefs         = 100
	maxPattern      = 4096
	maxHeredocs     = 100 // of one instruction
)

type parser struct {
	file       *File
	src        string
	directives bool // those are over
	seen       map[string]bool
	stop       bool // a cap is reached
	count      int
	pairs      int
}

// Parse reads a Dockerfile. It never fails: what cannot be read is in Problems.
func Parse(f *source.File) *File {
	p := &parser{file: &File{Source: f, Escape: '\\'}, seen: map[string]bool{}}
	p.src = string(f.Text[:min(len(f.Text), maxSize)])
	if len(f.Text) > maxSize {
		p.src = p.src[:strings.LastIndexByte(p.src, '\n')+1]
		p.problem(source.Span{File: f}, fmt.Sprintf("only the first %d bytes are read", maxSize))
	}
	p.read()
	if len(p.file.Stages) == 0 && !p.stop {
		p.problem(source.Span{File: f}, "the file has no FROM")
	}
	p.file.link(p)
	if p.file.Template = isTemplate(p.src); p.file.Template || foreign(p.file.Syntax) {
		p.file.Problems = nil
	}
	slices.SortStableFunc(p.file.Problems, func(a, b source.Problem) int { return a.Span.Start - b.Span.Start })
	return p.file
}

func (p *parser) problem(at source.Span, text string) {
	if len(p.file.Problems) < maxProblems {
		p.file.Problems = append(p.file.Problems, source.Problem{Span: at, Text: text})
	}
}

func (p *parser) full(l *line, text string) {
	if !p.stop {
		p.stop = true
		p.problem(l.firstLine(), text)
	}
}

// foreign reports whether a frontend other than Docker's own reads the file, whose language nobody here knows.
func foreign(syntax string) bool {
	return syntax != "" && !strings.Contains(syntax, "docker/dockerfile")
}

// Statements of template languages stand on lines of their own, and so do placeholders for whole instructions; a FROM, a stage
// or a path with {{ is one as well. Go templates in a RUN ("docker inspect -f '{{.Id}}'") are none.
var templateLine = regexp.MustCompile(`(?im)^[ \t]*(?:\{%-?[ \t]|\{#|\{\{|<%|(?:from|copy|add|env|arg|workdir|expose|user)[ \t][^\n'"]*(?:\{\{[^\n]*\}\}|<%=|\{%))`)

func isTemplate(src string) bool {
	return (strings.Contains(src, "{{") || strings.Contains(src, "{%") || strings.Contains(src, "<%")) && templateLine.MatchString(src)
}

func (k Kind) known() bool {
	switch k {
	case Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label, Maintainer, Run, Shell, StopSignal, User, Volume, Workdir:
		return true
	}
	return false
}
