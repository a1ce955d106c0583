package compose

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// part returns a piece of a scalar, with its exact place if the scalar is written as it reads.
func (s Scalar) part(start, end int) Scalar {
	p := Scalar{Raw: s.Raw[start:end], Span: s.Span}
	if i := strings.Index(s.Span.Text(), s.Raw); i >= 0 {
		p.Span = source.Span{File: s.Span.File, Start: s.Span.Start + i + start, End: s.Span.Start + i + end}
	}
	return p
}

// splitWords splits a command as docker compose does (mattn/go-shellwords): quotes and backslashes count, an unquoted
// operator ends the command. References to variables stay whole.
func splitWords(s Scalar) []Scalar {
	var out []Scalar
	var b strings.Builder
	start, end := -1, 0
	in := byte(0) // the quote that is open
	quoted, escaped := false, false
	depth := 0 // of "${"
	flush := func() {
		if b.Len() == 0 && !quoted {
			start = -1
			return
		}
		w := s.part(start, end)
		w.Raw = b.String()
		out = append(out, w)
		b.Reset()
		start, quoted = -1, false
	}
	for i := 0; i < len(s.Raw); i++ {
		c := s.Raw[i]
		if start < 0 && !isBlank(c) {
			start = i
		}
		switch {
		case escaped:
			b.WriteByte(c)
			escaped = false
		case c == '\\' && in != '\'':
			escaped = true
		case depth > 0:
			if c == '}' {
				depth--
			}
			b.WriteByte(c)
		case c == '$' && i+1 < len(s.Raw) && s.Raw[i+1] == '{':
			depth++
			b.WriteByte(c)
		case in != 0:
			if c == in {
				in = 0
			} else {
				b.WriteByte(c)
			}
		case c == '"' || c == '\'':
			in, quoted = c, true
		case isBlank(c):
			if start >= 0 {
				flush()
			}
			continue
		case strings.IndexByte(";&|<>", c) >= 0:
			if start < i {
				flush()
			}
			return out
		default:
			b.WriteByte(c)
		}
		end = i + 1
	}
	if start >= 0 {
		flush()
	}
	return out
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func (l *loader) ports(n *node) []*Port {
	if n == nil || n.kind != list {
		return nil
	}
	var out []*Port
	at := map[string]int{}
	for _, i := range n.items {
		var p *Port
		switch i.kind {
		case scalar:
			p = l.shortPort(i.scalar())
		case mapping:
			p = &Port{
				Span: i.span, HostIP: i.get("host_ip").scalar(), Published: i.get("published").scalar(), Target: i.get("target").scalar(),
				Protocol: i.get("protocol").scalar().Raw, Mode: i.get("mode").scalar().Raw,
			}
			if t := i.get("target"); t != nil && t.kind == scalar {
				p.Span = t.span
			}
			if pub := i.get("published"); pub != nil && pub.kind == scalar {
				p.Span = pub.span
			}
		default:
			continue
		}
		if p.Protocol == "" {
			p.Protocol = "tcp"
		}
		if p.Mode == "" {
			p.Mode = "ingress"
		}
		host := p.HostIP.Raw
		if host == "" {
			host = "0.0.0.0"
		}
		key := strings.Join([]string{host, p.Published.Raw, p.Target.Raw, p.Protocol}, "\x00")
		if j, dup := at[key]; dup {
			out[j] = p
			continue
		}
		at[key] = len(out)
		out = append(out, p)
	}
	return out
}

// shortPort reads "[host_ip:][published:]target[/protocol]"; the IP may stand in brackets.
func (l *loader) shortPort(s Scalar) *Port {
	p := &Port{Span: s.Span, Raw: s}
	if parts := splitRaw(s.Raw, ':'); len(parts) == 1 && strings.Contains(s.Raw, "$") {
		// "${PORTS:-127.0.0.1:8000:8000}" as a whole
		if v, ok := assumed(s.Raw, l.opt.Env); ok && strings.Contains(v, ":") {
			s = Scalar{Raw: v, Span: s.Span}
		}
	}
	end := len(s.Raw)
	if slash := splitRaw(s.Raw, '/'); len(slash) == 2 {
		p.Protocol = strings.ToLower(slash[1])
		end = len(slash[0])
	}
	spec := s.Raw[:end]
	first := 0
	if strings.HasPrefix(spec, "[") {
		if i := strings.IndexByte(spec, ']'); i > 0 {
			p.HostIP = s.part(1, i)
			first = min(i+2, len(spec))
		}
	}
	parts := splitRaw(spec[first:], ':')
	target := end - len(parts[len(parts)-1])
	p.Target = s.part(target, end)
	if len(parts) >= 2 {
		published := target - 1 - len(parts[len(parts)-2])
		p.Published = s.part(published, target-1)
		if len(parts) > 2 && published > first+1 {
			p.HostIP = s.part(first, published-1)
		}
	}
	return p
}

func (l *loader) mounts(n, tmpfs *node) []*Mount {
	var out []*Mount
	at := map[string]int{}
	add := func(m *Mount) {
		key := m.Target.Raw
		if j, dup := at[key]; dup && key != "" {
			out[j] = m
			return
		}
		at[key] = len(out)
		out = append(out, m)
	}
	if n != nil && n.kind == list {
		for _, i := range n.items {
			switch i.kind {
			case scalar:
				add(l.shortMount(i))
			case mapping:
				m := &Mount{Span: i.span, Type: i.get("type").scalar().Raw, Source: i.get("source").scalar(), Target: i.get("target").scalar()}
				if t := i.get("target"); t != nil {
					m.Span = t.span
				}
				ro := i.get("read_only")
				m.ReadOnly = ro != nil && ro.raw == "true"
				l.bind(m, i.get("source"))
				add(m)
			}
		}
	}
	if tmpfs != nil && tmpfs.kind == list {
		for _, i := range tmpfs.items {
			if i.kind == scalar {
				target := splitRaw(i.raw, ':')[0]
				out = append(out, &Mount{Span: i.span, Type: "tmpfs", Target: i.scalar().part(0, len(target))})
			}
		}
	}
	return out
}

// shortMount reads "[source:]target[:options]".
func (l *loader) shortMount(i *node) *Mount {
	s := i.scalar()
	m := &Mount{Span: i.span, Type: "volume"}
	parts := splitRaw(s.Raw, ':')
	if len(parts) > 1 && len(parts[0]) == 1 && isNameStart(parts[0][0]) && len(s.Raw) > 2 { // a Windows drive
		parts = append([]string{parts[0] + ":" + parts[1]}, parts[2:]...)
	}
	if len(parts) == 1 || len(s.Raw) <= 2 {
		m.Target = s
		return m
	}
	m.Source = s.part(0, len(parts[0]))
	m.Target = s.part(len(parts[0])+1, len(parts[0])+1+len(parts[1]))
	if len(parts) > 2 {
		for _, o := range strings.Split(parts[2], ",") {
			m.ReadOnly = o == "ro" || m.ReadOnly && o != "rw"
		}
	}
	raw, _ := assumed(m.Source.Raw, l.opt.Env)
	if raw != "" && (strings.ContainsRune("./~", rune(raw[0])) || strings.HasPrefix(raw, `\\`) ||
		len(raw) > 1 && raw[1] == ':' && isNameStart(raw[0])) {
		m.Type = "bind"
	}
	l.bind(m, i)
	return m
}

func (l *loader) bind(m *Mount, at *node) {
	if m.Type != "bind" || at == nil {
		return
	}
	raw, known := assumed(m.Source.Raw, l.opt.Env)
	if !known {
		return
	}
	m.SourcePath, m.InRoot = clean(at.dir, raw)
}
