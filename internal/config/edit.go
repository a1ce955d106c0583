package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Attest returns the text of a configuration file with an attestation put in, in place of the row's former one if it has one.
// Nothing else changes: comments, order, blank lines and line ends stay. An empty text is a file that is not there yet. The
// error says why a file cannot be edited so; it is then to be edited by hand.
func Attest(file *source.File, v Vocabulary, a Attestation) ([]byte, error) {
	if len(bytes.TrimSpace(file.Text)) == 0 {
		return check(file, v, a, []byte("# yaml-language-server: $schema="+SchemaURL+"\nversion: 1\n\nattestations:\n"+strings.Join(a.lines("  ", "  "), "\n")+"\n"))
	}
	if _, err := Decode(file, v); err != nil {
		return nil, err
	}
	root, bad := parse(file)
	if bad != nil {
		return nil, Errors{bad}
	}
	e := &editor{file: file, eol: "\n"}
	if bytes.Contains(file.Text, []byte("\r\n")) {
		e.eol = "\r\n"
	}
	if root.Style&yaml.FlowStyle != 0 {
		return nil, byHand(file, root, a)
	}
	e.attest(root, a)
	return check(file, v, a, e.apply())
}

// lines writes the attestation as the lines of a block.
func (a *Attestation) lines(indent, step string) []string {
	ls := []string{
		indent + a.Row + ":", indent + step + "by: " + scalar(a.By), indent + step + "on: " + a.On.Format(time.DateOnly), indent + step + "evidence: " + scalar(a.Evidence),
	}
	if !a.Until.IsZero() {
		ls = append(ls, indent+step+"until: "+a.Until.Format(time.DateOnly))
	}
	return ls
}

// check holds the edited text against what it is to say: an edit that went wrong is never written.
func check(file *source.File, v Vocabulary, a Attestation, text []byte) ([]byte, error) {
	now, err := Decode(source.NewFile(file.Path, text), v)
	if err != nil {
		return nil, fmt.Errorf("the attestation does not fit: %w", err)
	}
	i := slices.IndexFunc(now.Attestations, func(b Attestation) bool { return b.Row == a.Row })
	if i < 0 {
		return nil, byHand(file, nil, a)
	}
	got := now.Attestations[i]
	got.Span = a.Span
	if got != a {
		return nil, byHand(file, nil, a)
	}
	return text, nil
}

func byHand(file *source.File, n *yaml.Node, a Attestation) error {
	at := file.LineSpan(1)
	if n != nil {
		at = span(file, n)
	}
	return &Error{at, "the file is not written in a way that can be edited in place", "put in by hand: attestations: {" + a.Row + ": {by: " + scalar(a.By) + ", on: " + a.On.Format(time.DateOnly) + ", evidence: " + scalar(a.Evidence) + "}}"}
}

// scalar writes a text as YAML, in quotes where it would not be read as that text without.
func scalar(s string) string {
	var n yaml.Node
	plain := s != "" && !strings.ContainsAny(s, ":#{}[],&*!|>'\"%@`\\\r\n\t") && strings.TrimSpace(s) == s && !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "?")
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		plain = !strings.ContainsAny(s, "#{}[],&*!|>'\"`\\\r\n\t ") && !strings.HasSuffix(s, ":")
	}
	if plain && yaml.Unmarshal([]byte(s), &n) == nil && len(n.Content) == 1 && n.Content[0].ShortTag() == "!!str" && n.Content[0].Value == s {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// An editor collects replacements of one file.
type editor struct {
	file *source.File
	eol  string
	cuts []cut
}

type cut struct {
	start, end int
	text       string
}

func (e *editor) replace(start, end int, text string) { e.cuts = append(e.cuts, cut{start, end, text}) }

func (e *editor) apply() []byte {
	slices.SortStableFunc(e.cuts, func(a, b cut) int { return a.start - b.start })
	var b bytes.Buffer
	at := 0
	for _, c := range e.cuts {
		if c.start < at {
			continue // the result is held against what it is to say
		}
		b.Write(e.file.Text[at:c.start])
		b.WriteString(c.text)
		at = c.end
	}
	b.Write(e.file.Text[at:])
	return b.Bytes()
}

// insert puts lines in after a 1-based line.
func (e *editor) insert(after int, lines []string) {
	at := e.file.LineStart(after + 1)
	text := strings.Join(lines, e.eol) + e.eol
	if at == len(e.file.Text) && at > 0 && e.file.Text[at-1] != '\n' && e.file.Text[at-1] != '\r' {
		text = e.eol + text
	}
	e.replace(at, at, text)
}

func (e *editor) attest(root *yaml.Node, a Attestation) {
	var key, value *yaml.Node
	each(root, func(k, v *yaml.Node) {
		if k.Value == "attestations" {
			key, value = k, v
		}
	})
	step := "  "
	switch {
	case key == nil:
		last := e.file.Lines()
		lines := append([]string{"attestations:"}, a.lines(step, step)...)
		if strings.TrimSpace(e.file.Line(last)) != "" {
			lines = append([]string{""}, lines...)
		}
		e.insert(last, lines)
	case value.Style&yaml.FlowStyle != 0 && len(value.Content) == 0: // attestations: {}
		open := span(e.file, value).Start
		if n := bytes.IndexByte(e.file.Text[open:], '}'); n >= 0 {
			for open > 0 && e.file.Text[open-1] == ' ' {
				open--
			}
			end := span(e.file, value).Start + n + 1
			e.replace(open, end, "")
			e.insert(e.file.Position(end).Line, a.lines(step, step))
		}
	case value.Style&yaml.FlowStyle != 0:
		e.inFlow(value, a)
	default:
		e.inBlock(value, a)
	}
}

// inFlow replaces the fields of a row in a flow mapping; a row that is not there is left to a person.
func (e *editor) inFlow(value *yaml.Node, a Attestation) {
	if row := child(value, a.Row); row != nil {
		e.fields(row, a)
	}
}

// inBlock replaces the row's fields, or puts the row in behind the last one.
func (e *editor) inBlock(value *yaml.Node, a Attestation) {
	if row := child(value, a.Row); row != nil {
		e.fields(row, a)
		return
	}
	first, last := value.Content[0], value.Content[len(value.Content)-2]
	indent := strings.Repeat(" ", first.Column-1)
	step := "  "
	if v := value.Content[1]; v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && len(v.Content) > 0 && v.Content[0].Column > first.Column {
		step = strings.Repeat(" ", v.Content[0].Column-first.Column)
	}
	end := last.Line
	for n := end + 1; n <= e.file.Lines(); n++ {
		line := e.file.Line(n)
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(line)-len(strings.TrimLeft(line, " ")) < last.Column {
			break
		}
		end = n
	}
	e.insert(end, a.lines(indent, step))
}

// fields gives a row's mapping new values: each replaced where it stands, what is missing behind the last, an end that does not
// hold any more taken out.
func (e *editor) fields(row *yaml.Node, a Attestation) {
	want := []struct{ key, text, value string }{
		{"by", scalar(a.By), a.By}, {"on", a.On.Format(time.DateOnly), a.On.Format(time.DateOnly)}, {"evidence", scalar(a.Evidence), a.Evidence},
	}
	if !a.Until.IsZero() {
		want = append(want, struct{ key, text, value string }{"until", a.Until.Format(time.DateOnly), a.Until.Format(time.DateOnly)})
	}
	flow := row.Style&yaml.FlowStyle != 0
	for _, w := range want {
		if n := child(row, w.key); n != nil {
			if s := span(e.file, n); n.Value != w.value {
				e.replace(s.Start, s.End, w.text)
			}
			continue
		}
		last := row.Content[len(row.Content)-1]
		if flow {
			e.replace(span(e.file, last).End, span(e.file, last).End, ", "+w.key+": "+w.text)
		} else {
			e.insert(last.Line, []string{strings.Repeat(" ", row.Content[0].Column-1) + w.key + ": " + w.text})
		}
	}
	if !a.Until.IsZero() {
		return
	}
	for i := 0; i+1 < len(row.Content); i += 2 {
		k, v := row.Content[i], row.Content[i+1]
		switch {
		case k.Value != "until":
		case !flow:
			e.replace(e.file.LineStart(k.Line), e.file.LineStart(k.Line+1), "")
		case i > 0:
			e.replace(span(e.file, row.Content[i-1]).End, span(e.file, v).End, "")
		default:
			e.replace(span(e.file, k).Start, span(e.file, row.Content[i+2]).Start, "")
		}
	}
}
