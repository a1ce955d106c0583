package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/prodcheck/prodcheck/checks"
)

const (
	defaultWidth = 80
	minWidth     = 60
)

// A style is how a piece of text stands out on a terminal. Without colour every style is plain, and no meaning is lost.
type style uint8

const (
	plain style = iota
	bold
	dim
	red
	yellow
	green
	blue
)

// A printer collects lines of at most width columns. Layout is done on plain text; colour is put around what is laid out already.
type printer struct {
	b      bytes.Buffer
	width  int
	colors map[style]*color.Color
	// blankBefore and opening say that the last line was a blank one, and that it was the title of a section.
	blankBefore, opening bool
}

func newPrinter(columns int, colored bool) *printer {
	if columns <= 0 {
		columns = defaultWidth
	}
	p := &printer{width: max(columns, minWidth)}
	if colored {
		p.colors = map[style]*color.Color{
			bold: color.New(color.Bold), dim: color.New(color.Faint), red: color.New(color.FgRed, color.Bold),
			yellow: color.New(color.FgYellow), green: color.New(color.FgGreen), blue: color.New(color.FgCyan),
		}
		for _, c := range p.colors {
			c.EnableColor() // whatever color.NoColor made of this process's standard output
		}
	}
	return p
}

func (p *printer) paint(s style, text string) string {
	if c := p.colors[s]; c != nil && text != "" {
		return c.Sprint(text)
	}
	return text
}

// line prints its parts as one line, without blanks at its end.
func (p *printer) line(parts ...string) {
	p.b.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.b.WriteByte('\n')
	p.blankBefore, p.opening = false, false
}

// blank prints a blank line, unless there is one already.
func (p *printer) blank() {
	if !p.blankBefore {
		p.line()
		p.blankBefore = true
	}
}

// hang prints text behind a lead; further lines stand under the first one's text. The lead's width is counted without colour.
func (p *printer) hang(lead string, s style, leadStyle style, text string) {
	w := width(lead)
	for i, l := range wrap(safe(text), p.width-w) {
		if i == 0 {
			p.line(p.paint(leadStyle, lead), p.paint(s, l))
		} else {
			p.line(strings.Repeat(" ", w), p.paint(s, l))
		}
	}
}

// ends prints two texts at both ends of a line, the left one shortened if need be.
func (p *printer) ends(left string, s style, right string) {
	left = cut(left, p.width-width(right)-2)
	p.line(p.paint(s, left), strings.Repeat(" ", p.width-width(left)-width(right)), p.paint(dim, right))
	p.opening = true
}

func (p *printer) writeTo(w io.Writer, what string) error {
	if _, err := w.Write(p.b.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// severityStyle is how a severity stands out.
func severityStyle(s checks.Severity) style {
	switch {
	case s >= checks.High:
		return red
	case s >= checks.Low:
		return yellow
	}
	return blue
}

// where writes a place as path:line:column, as the path alone for a file as a whole, or as the URL where the running site shows
// it; "" for nowhere.
func where(p checks.Place, column bool) string {
	switch {
	case p.Path == "":
		return safe(p.URL)
	case p.Line == 0:
		return safe(p.Path)
	case !column || p.Column == 0:
		return fmt.Sprintf("%s:%d", safe(p.Path), p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", safe(p.Path), p.Line, p.Column)
}

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
