package grade

import (
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

// An HSTS is a Strict-Transport-Security header as RFC 6797 reads it.
type HSTS struct {
	Present           bool
	MaxAge            int64 // seconds; capped at 1<<40
	IncludeSubDomains bool
	Preload           bool
	// Invalid says why a browser ignores the header, "" if it does not.
	Invalid string
}

// ParseHSTS reads the values of all Strict-Transport-Security headers of an answer. A browser reads the first and ignores the rest
// (RFC 6797, 8.1).
func ParseHSTS(values []string) HSTS {
	if len(values) == 0 {
		return HSTS{}
	}
	h := HSTS{Present: true}
	seen := map[string]bool{}
	for _, part := range directives(values[0]) {
		name, value, hasValue := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if name == "" {
			continue
		}
		if seen[name] {
			h.Invalid = strconv.Quote(name) + " is given twice"
			return h
		}
		seen[name] = true
		switch name {
		case "max-age":
			if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
				value = value[1 : len(value)-1]
			}
			n, ok := digits(value)
			if !ok {
				h.Invalid = "max-age is no number"
				return h
			}
			h.MaxAge = n
		case "includesubdomains":
			h.IncludeSubDomains = true
		case "preload":
			h.Preload = true
		}
		if hasValue && (name == "includesubdomains" || name == "preload") {
			h.Invalid = strconv.Quote(name) + " takes no value"
			return h
		}
	}
	if !seen["max-age"] {
		h.Invalid = "max-age is missing"
	}
	return h
}

// directives splits a header at semicolons, but not within quotes.
func directives(s string) []string {
	var out []string
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// digits reads a number of seconds that may have any number of digits.
func digits(s string) (int64, bool) {
	var n int64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + int64(s[i]-'0'); n > 1<<40 {
			n = 1 << 40
		}
	}
	return n, s != ""
}

// hstsOf reads the header of the first answer at https://host/.
func hstsOf(s *site.Site) HSTS { return ParseHSTS(s.HTTPS.First().Values("Strict-Transport-Security")) }

// verified reports whether a browser would trust the certificate, and whether that is known.
func verified(s *site.Site) (ok, known bool) {
	if len(s.Handshakes) == 0 || len(s.Handshakes[0].Chain) == 0 {
		return false, false
	}
	return s.Handshakes[0].Trust.Verified, true
}
