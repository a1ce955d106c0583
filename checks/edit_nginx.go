package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/nginx"
)

// tokensOff is the edit that hides nginx's version: in the http block where that stands in the repository, else in the server.
func tokensOff(s *nginx.Server, t nginx.Value) []fix.Edit {
	if d := t.Directive; d != nil {
		if d.Stock || d.Conditional || len(d.Args) != 1 {
			return nil
		}
		return []fix.Edit{fix.Replace(d.Args[0].Span, "off")}
	}
	at := s.Directive
	if http := s.Config().HTTP; http != nil && http.Directive != nil && !http.Directive.Stock {
		at = http.Directive
	}
	return intoBlock(at, "server_tokens off;")
}

// intoBlock is the edit that writes a directive first into a block.
func intoBlock(d *nginx.Directive, text string) []fix.Edit {
	if d == nil || d.Stock || !d.HasBlock || d.BodySpan.File == nil {
		return nil
	}
	f := d.BodySpan.File
	open := f.Position(d.BodySpan.Start).Line
	rest := string(f.Text[d.BodySpan.Start : f.LineStart(open)+len(f.Line(open))])
	if t := strings.TrimSpace(rest); t != "" && !strings.HasPrefix(t, "#") {
		return []fix.Edit{fix.Insert(f, d.BodySpan.Start, " "+text)} // all on one line
	}
	indent := fix.Indent(f, open) + "    "
	for n := open + 1; n <= f.Lines(); n++ {
		if line := strings.TrimSpace(f.Line(n)); line != "" && line != "}" {
			indent = fix.Indent(f, n)
			break
		}
	}
	return []fix.Edit{fix.After(f, open, indent+text+"\n")}
}

// repeated is the edit that writes the headers that a block drops into it, behind its own ones.
func repeated(own *nginx.Directive, lost []nginx.AddHeader) []fix.Edit {
	if own.Stock || own.From != nil || own.Conditional || own.Span.File == nil {
		return nil
	}
	f := own.Span.File
	line := f.Position(own.Span.End).Line
	indent := fix.Indent(f, line)
	var b strings.Builder
	for _, h := range lost {
		d := h.At
		if d.Name != "add_header" || len(d.Args) < 2 || !h.Known || d.Conditional || strings.ContainsAny(d.Args[1].Raw, "\r\n") {
			return nil
		}
		b.WriteString(indent + "add_header " + d.Args[0].Raw + " " + d.Args[1].Raw + " always;\n")
	}
	if strings.TrimSpace(f.Line(line)) != strings.TrimSpace(own.Span.Text()) {
		return []fix.Edit{fix.Insert(f, own.Span.End, " "+strings.Join(strings.Split(strings.TrimSpace(b.String()), "\n"+indent), " "))}
	}
	return []fix.Edit{fix.After(f, line, b.String())}
}

// always is the edit that lets a header leave with error pages too.
func always(d *nginx.Directive) []fix.Edit {
	if d.Stock || d.Conditional || d.Name != "add_header" || len(d.Args) != 2 {
		return nil
	}
	last := d.Args[1].Span
	return []fix.Edit{fix.Insert(last.File, last.End, " always")}
}
