package checks

import (
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/source"
)

// keyAlone matches a line of YAML that is one key, whose mapping stands below it.
var keyAlone = regexp.MustCompile(`^\s*[^\s#:]+\s*:\s*(?:&\S+\s*)?(?:#.*)?$`)

// flowOpen matches what stands behind a service's key if its mapping is written in braces on the same line.
var flowOpen = regexp.MustCompile(`^["']?\s*:\s*(?:&\S+\s+)?\{\s*`)

// A serviceBlock is where attributes of a service can be written.
type serviceBlock struct {
	file        *source.File
	after       int    // the line behind which attributes go
	indent, add string // of attributes, and one step more
	flow        int    // offset behind the brace of a mapping in braces; then the rest is not set
}

// blockOf finds where attributes of a service go: behind its image, what it is built of, or the name of its container, or else first.
func blockOf(s *compose.Service) (b serviceBlock, ok bool) {
	f := s.Span.File
	if f == nil {
		return b, false
	}
	b.file = f
	key := s.Span.Position().Line
	end := f.LineStart(key) + len(f.Line(key))
	if m := flowOpen.FindString(string(f.Text[min(s.Span.End, end):end])); m != "" {
		b.flow = s.Span.End + len(m)
		return b, !strings.HasPrefix(string(f.Text[b.flow:]), "}")
	}
	if !keyAlone.MatchString(f.Line(key)) {
		return b, false
	}
	next := key + 1
	for next <= f.Lines() && (strings.TrimSpace(f.Line(next)) == "" || strings.HasPrefix(strings.TrimSpace(f.Line(next)), "#")) {
		next++
	}
	own := fix.Indent(f, key)
	b.indent = fix.Indent(f, next)
	if next > f.Lines() || len(b.indent) <= len(own) || !strings.HasPrefix(b.indent, own) || strings.Contains(b.indent, "\t") {
		return b, false
	}
	b.add, b.after = b.indent[len(own):], key
	for _, name := range []string{"image", "build", "container_name"} {
		at, ok := s.Keys[name]
		if !ok || at.File != f {
			continue
		}
		if n := at.Position().Line; n > b.after && fix.Indent(f, n) == b.indent && oneLine.MatchString(f.Line(n)) {
			b.after = n
		}
	}
	return b, true
}

// oneLine matches a key with its scalar, whole on its line.
var oneLine = regexp.MustCompile(`^\s*\w+:\s+[^\s|>&*{\[#][^#]*$`)

// attribute is the edit that gives a service one attribute.
func attribute(s *compose.Service, name, value string) []fix.Edit {
	b, ok := blockOf(s)
	switch {
	case !ok:
		return nil
	case b.flow > 0:
		return []fix.Edit{fix.Insert(b.file, b.flow, name+": "+value+", ")}
	}
	return []fix.Edit{fix.After(b.file, b.after, b.indent+name+": "+value+"\n")}
}

// restartPolicy is the edit that lets a service restart unless somebody stopped it.
func restartPolicy(s *compose.Service) []fix.Edit {
	if at, there := s.Keys["restart"]; there {
		if at.File == nil || s.Restart.Span.Text() == "" {
			return nil
		}
		return []fix.Edit{fix.Replace(s.Restart.Span, "unless-stopped")}
	}
	return attribute(s, "restart", "unless-stopped")
}

// logRotation is the edit that limits the logs of a service.
func logRotation(s *compose.Service) []fix.Edit {
	if at, there := s.Keys["logging"]; there {
		l := s.Logging
		if l == nil || len(l.Options) == 0 || at.File == nil {
			return nil
		}
		first := l.Options[0].KeySpan
		if first.File == nil || strings.TrimSpace(first.File.Line(first.Position().Line)[:first.Position().Column-1]) != "" {
			return nil
		}
		n := first.Position().Line
		return []fix.Edit{fix.After(first.File, n-1, fix.Indent(first.File, n)+"max-size: \"10m\"\n")}
	}
	b, ok := blockOf(s)
	switch {
	case !ok:
		return nil
	case b.flow > 0:
		return []fix.Edit{fix.Insert(b.file, b.flow, `logging: {driver: json-file, options: {max-size: "10m", max-file: "3"}}, `)}
	}
	two, three := b.indent+b.add, b.indent+b.add+b.add
	return []fix.Edit{fix.After(b.file, b.after,
		b.indent+"logging:\n"+two+"driver: json-file\n"+two+"options:\n"+three+"max-size: \"10m\"\n"+three+"max-file: \"3\"\n")}
}

// loopback is the edit that publishes a port to this host alone.
func loopback(p *compose.Port) []fix.Edit {
	if at := p.Raw.Span; p.Raw.Raw != "" && at.Text() != "" {
		text := strings.Trim(at.Text(), `"'`)
		if text != p.Raw.Raw || strings.Contains(text, "[") {
			return nil
		}
		if p.HostIP.Raw != "" {
			text = strings.TrimPrefix(text, p.HostIP.Raw+":")
		}
		switch strings.Count(withoutVariables(text), ":") {
		case 0:
			text = ":" + text // docker picks the port of the host
		case 1:
		default:
			return nil
		}
		return []fix.Edit{fix.Replace(at, `"127.0.0.1:`+text+`"`)}
	}
	if p.HostIP.Span.Text() != "" {
		return []fix.Edit{fix.Replace(p.HostIP.Span, "127.0.0.1")}
	}
	at := p.Target.Span
	if at.IsZero() || p.HostIP.Raw != "" {
		return nil
	}
	n := at.Position().Line
	line := at.File.Line(n)
	key := strings.Index(line, "target")
	if key < 0 || strings.Contains(line, "{") || strings.Trim(line[:key], " -") != "" || strings.Contains(line[:key], "\t") {
		return nil
	}
	return []fix.Edit{fix.After(at.File, n, strings.Repeat(" ", key)+"host_ip: 127.0.0.1\n")}
}

var variable = regexp.MustCompile(`\$\{[^{}]*\}`)

// withoutVariables is a text whose ${…} are taken out, so that colons in them do not count.
func withoutVariables(s string) string { return variable.ReplaceAllString(s, "") }
