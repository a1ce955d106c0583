package nginx

import (
	"path"
	"strings"
)

// Match returns the location of a server that takes a URI, as ngx_http_core_find_location chooses it: an exact one, else the
// longest prefix, unless a regular expression matches and the prefix is not "^~". It is nil if no location takes it and the
// server's own settings apply. known is false if a location that cannot be matched here might have taken it.
func (c *Config) Match(s *Server, uri string) (l *Location, known bool) {
	m := &matcher{uri: cleanURI(uri), known: true}
	m.find(s.Scope)
	return m.best, m.known && !s.Open
}

type matcher struct {
	uri   string
	best  *Location
	known bool
	// groups are those of the regular expression that matched.
	groups map[string]string
}

// find looks among the locations of one level and descends into the one it takes. It reports whether the search is over.
func (m *matcher) find(sc *Scope) bool {
	var longest *Location
	for _, child := range sc.Children {
		l := child.Location
		if child.Kind != LocationScope {
			continue
		}
		if !l.Known && l.Modifier != "@" {
			m.known = false
			continue
		}
		switch l.Modifier {
		case "=":
			if m.uri == l.Pattern {
				m.best = l
				return true
			}
		case "", "^~":
			if strings.HasPrefix(m.uri, l.Pattern) && (longest == nil || len(l.Pattern) > len(longest.Pattern)) {
				longest = l
			}
		}
	}
	regex := true
	if longest != nil {
		m.best = longest
		regex = longest.Modifier != "^~"
		if m.find(longest.Scope) {
			return true
		}
	}
	if !regex {
		return false
	}
	for _, child := range sc.Children {
		l := child.Location
		if child.Kind != LocationScope || !l.Known || l.Modifier != "~" && l.Modifier != "~*" {
			continue
		}
		if l.re == nil {
			m.known = false
			continue
		}
		if g := l.re.FindStringSubmatch(m.uri); g != nil {
			m.best = l
			m.groups = captured(g, l.re.SubexpNames())
			m.find(l.Scope)
			return true
		}
	}
	return false
}

// captured returns the groups of a match by number and by lower-case name, as nginx makes variables of them.
func captured(g, names []string) map[string]string {
	out := map[string]string{}
	for i, v := range g {
		if i < 10 {
			out[string(rune('0'+i))] = v
		}
		if names[i] != "" {
			out[strings.ToLower(names[i])] = v
		}
	}
	return out
}

// cleanURI returns the path of a URI as locations see it: without query, decoded, slashes merged, dots resolved.
func cleanURI(uri string) string {
	uri, _, _ = strings.Cut(uri, "#")
	uri, _, _ = strings.Cut(uri, "?")
	if strings.IndexByte(uri, '%') >= 0 {
		b := make([]byte, 0, len(uri))
		for i := 0; i < len(uri); i++ {
			if uri[i] == '%' && i+2 < len(uri) && hex(uri[i+1]) >= 0 && hex(uri[i+2]) >= 0 {
				b = append(b, byte(hex(uri[i+1])<<4|hex(uri[i+2])))
				i += 2
				continue
			}
			b = append(b, uri[i])
		}
		uri = string(b)
	}
	if uri == "" || uri[0] != '/' {
		return "/" + uri
	}
	clean := path.Clean(uri)
	if clean != "/" && (strings.HasSuffix(uri, "/") || strings.HasSuffix(uri, "/.") || strings.HasSuffix(uri, "/..")) {
		clean += "/"
	}
	return clean
}

// hex returns the value of a hexadecimal digit, or -1.
func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// Sample returns a URI that the location would take if no other came first: its prefix, or a path made to fit the usual
// forms of regular expression (^/a/, \.(js|css)$, ^/(api|admin)/). "" if none could be made, or for a named location.
func (l *Location) Sample() string {
	switch l.Modifier {
	case "@":
		return ""
	case "", "=", "^~":
		if l.Known && strings.HasPrefix(l.Pattern, "/") {
			return l.Pattern
		}
		return ""
	}
	if l.re == nil {
		return ""
	}
	text := sampleRegexp(l.Pattern)
	for _, try := range []string{text, "/" + text, "/x" + text, "/x/" + text, text + "x", "/" + text + "x"} {
		if strings.HasPrefix(try, "/") && cleanURI(try) == try && l.re.MatchString(try) {
			return try
		}
	}
	return ""
}
