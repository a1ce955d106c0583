package secrets

import (
	"math"
	"strings"
)

// RedactLine returns a line of source of any format with everything replaced that could be a secret: known values, provider
// credentials, passwords in URLs, literals given to names of secrets, long random-looking runs. What stands before the first
// replacement keeps its columns.
func RedactLine(line string, known []string) string {
	var hide []stretch
	for _, v := range known {
		if len(v) < 4 {
			continue
		}
		for at := 0; ; {
			i := strings.Index(line[at:], v)
			if i < 0 {
				break
			}
			hide = append(hide, stretch{at + i, at + i + len(v)})
			at += i + len(v)
		}
	}
	for _, f := range Scan(line) {
		hide = append(hide, stretch{f.Start, f.End})
	}
	for at := 0; ; {
		start, end, ok := URLPassword(line[at:])
		if !ok {
			break
		}
		hide = append(hide, stretch{at + start, at + end})
		at += end
	}
	hide = append(hide, randomRuns(line)...)
	hide = append(hide, named(line)...)
	return replace(line, hide, Redact)
}

// named finds what a line gives to names of secrets.
func named(line string) (hide []stretch) {
	for i := 0; i < len(line); {
		if !isLetter(line[i]) && line[i] != '_' {
			i++
			continue
		}
		start := i
		for i < len(line) && (isAlnum(line[i]) || line[i] == '_' || line[i] == '-' || line[i] == '.') {
			i++
		}
		switch name := line[start:i]; {
		case strings.EqualFold(name, "bearer") || strings.EqualFold(name, "basic"):
			hide = append(hide, word(line, i)...)
		case strings.EqualFold(name, "by") && strings.HasSuffix(strings.ToLower(strings.TrimRight(line[:start], " ")), "identified"):
			hide = append(hide, literals(line, i)...)
		case hidden(name):
			if at, ok := given(line, start, i); ok {
				hide = append(hide, valueAt(line, at)...)
			}
			// whatever else the line quotes may be the value: a default, a further pair
			return append(hide, literals(line, i)...)
		}
	}
	return hide
}

// hidden reports whether a name may be one of a secret. It knows more of them than SecretName.
func hidden(name string) bool {
	if len(name) > 200 {
		return true
	}
	words := split(name)
	if len(words) == 0 || notHidden[words[len(words)-1]] || strings.Contains(name, ".") && name == strings.ToLower(name) && strings.Count(name, ".") > 1 {
		return false // django.contrib.auth.password_validation
	}
	if SecretName(name) {
		return true
	}
	for _, w := range words {
		switch w {
		case "csrf", "csrfmiddlewaretoken":
			return false
		case "pass", "key", "keys", "salt", "pepper", "pin", "dsn", "auth", "jwt", "authorization", "license", "signature", "requirepass", "masterauth":
			return true
		}
		for _, part := range [...]string{"password", "passwd", "secret", "token", "pwd", "credential", "apikey", "private", "passphrase", "connstr", "connectionstring"} {
			if strings.Contains(w, part) {
				return true
			}
		}
	}
	return false
}

// notHidden are last words of names whose value cannot be the secret itself, and is worth reading.
var notHidden = set(`validators validator hashers hasher lifetime ttl timeout age path file dir url urls name names header headers class classes
	algorithm algorithms backend backends expiry expires length prefix model models serializer serializers form forms type types
	enabled required middleware views view app apps permissions scheme schemes`)

// given returns where the value of the name from start to end begins.
func given(line string, start, end int) (at int, ok bool) {
	i := end
	skip := func(set string) bool {
		j := i
		for i < len(line) && strings.IndexByte(set, line[i]) >= 0 {
			i++
		}
		return i > j
	}
	closed := skip("\"'`)]}>")
	spaced := skip(" \t")
	switch {
	case i >= len(line):
		return 0, false
	case strings.HasPrefix(line[i:], ":="), strings.HasPrefix(line[i:], "=>"), strings.HasPrefix(line[i:], "+="), strings.HasPrefix(line[i:], "?="):
		i += 2
	case line[i] == '=' || line[i] == ':' && !strings.HasPrefix(line[i:], "://"):
		i++
	case closed && strings.HasSuffix(line[:i], ">"):
	case spaced && (strings.HasPrefix(line[:start][strings.LastIndexAny(line[:start], " \t")+1:], "-") || setsBySpace(line[:start])):
		return i, true // --password value, ENV PASSWORD value
	default:
		return 0, false
	}
	skip(" \t")
	return i, i < len(line)
}

// setsBySpace reports whether a name behind the text is followed by its value with nothing but a space between.
func setsBySpace(before string) bool {
	f := strings.Fields(before)
	if len(f) == 0 {
		return false
	}
	switch strings.ToLower(f[0]) {
	case "env", "label", "set", "setenv", "export", "arg", "requirepass", "masterauth", "alter", "create", "machine", "login", "password":
		return true
	}
	return false
}

// valueAt finds the unquoted value that starts at i. Calls and look-ups of code keep what is not quoted in them.
func valueAt(line string, i int) []stretch {
	rest := line[i:]
	if rest == "" || strings.IndexByte("\"'`", rest[0]) >= 0 || isCode(rest) {
		return nil
	}
	if strings.IndexByte("{[(", rest[0]) >= 0 && strings.ContainsAny(rest, "\"'`]") {
		return nil // what it holds is quoted
	}
	if quote := openAt(line, i); quote != 0 { // "NAME=value": the value ends with the quote
		if end := strings.IndexByte(rest, quote); end >= 0 {
			rest = rest[:end]
		}
	}
	for _, scheme := range [...]string{"Bearer ", "Basic ", "Token ", "bearer ", "token "} {
		if after, ok := strings.CutPrefix(rest, scheme); ok {
			i += len(scheme)
			rest = after
		}
	}
	if inner, found := strings.CutPrefix(rest, "${"); found { // the default is the value
		end := strings.LastIndexByte(rest, '}')
		if end < 0 {
			end = len(rest)
		}
		n := 0
		for n < len(inner) && (isAlnum(inner[n]) || inner[n] == '_') {
			n++
		}
		n += 2
		for n < end && strings.IndexByte(":-?+=", rest[n]) >= 0 {
			n++
		}
		// what follows the reference belongs to the value too
		out := []stretch{{i + n, i + end}}
		if end+1 < len(rest) {
			out = append(out, stretch{i + end + 1, i + len(strings.TrimRight(rest, " \t\r\n"))})
		}
		return out
	}
	if strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "$(") {
		return nil
	}
	rest = strings.TrimRight(rest, " \t\r\n")
	for _, comment := range [...]string{" #", "\t#", " //", "</"} {
		if at := strings.Index(rest, comment); at > 0 {
			rest = rest[:at]
		}
	}
	switch strings.ToLower(strings.TrimRight(rest, ",;)]} ")) {
	case "", "true", "false", "none", "null", "yes", "no":
		return nil
	}
	return []stretch{{i, i + len(rest)}}
}

// word finds the word that follows, as in "Bearer TOKEN".
func word(line string, i int) []stretch {
	for i < len(line) && line[i] == ' ' {
		i++
	}
	start := i
	for i < len(line) && chars(baseSet, line[i]) || i < len(line) && (line[i] == '.' || line[i] == '~') {
		i++
	}
	if i-start < 8 {
		return nil
	}
	return []stretch{{start, i}}
}

// isCode reports whether a value is an expression that reads or makes a secret rather than one.
func isCode(s string) bool {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '_' || s[n] == '.') {
		n++
	}
	if n == 0 || n == len(s) || s[n] != '(' && s[n] != '[' {
		return false
	}
	name := strings.ToLower(s[:n])
	for _, reads := range [...]string{"env", "config", "get", "read", "load", "setting", "random", "generate", "values.", "str", "bool", "int", "list", "path", "open", "secrets.", "csv", "field", "decouple", "create", "make", "vault", "join", "dict", "timedelta", "bytes"} {
		if strings.Contains(name, reads) {
			return true
		}
	}
	return false
}

// literals finds what is quoted from i on. The first argument of a call or look-up is left if it is a name in capitals: it is the
// variable that is read.
func literals(line string, i int) (hide []stretch) {
	if quote := openAt(line, i); quote != 0 { // the name stands in quotes itself
		for i < len(line) && line[i] != quote {
			i++
		}
		i++
	}
	for i < len(line) {
		q := line[i]
		if q != '"' && q != '\'' && q != '`' {
			i++
			continue
		}
		first := strings.TrimRight(line[:i], " bBrRuUfF")
		start := i + 1
		for i = start; i < len(line) && line[i] != q; i++ {
			if line[i] == '\\' {
				i++
			}
		}
		end := min(i, len(line))
		i++
		inCall := strings.HasSuffix(first, "(") || strings.HasSuffix(first, "[")
		isKey := strings.HasPrefix(strings.TrimLeft(line[min(i, len(line)):], " "), ":")
		isName := isVariable(line[start:end]) || isKey && strings.Trim(line[start:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
		if end > start && !((inCall || isKey) && isName) {
			hide = append(hide, stretch{start, end})
		}
	}
	return hide
}

// openAt returns the quote in which position i stands, 0 if in none. Apostrophes of prose count only if they are closed.
func openAt(line string, i int) byte {
	var open byte
	for j := 0; j < i && j < len(line); j++ {
		switch c := line[j]; {
		case open != 0 && c == '\\':
			j++
		case open != 0 && c == open:
			open = 0
		case open == 0 && (c == '"' || c == '\'' || c == '`'):
			open = c
		}
	}
	if open != 0 && strings.IndexByte(line[min(i, len(line)):], open) < 0 {
		return 0
	}
	return open
}

// isVariable reports whether a literal is the name of a variable of the environment.
func isVariable(s string) bool {
	return strings.Contains(s, "_") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" || s != "" && SecretName(s) && strings.Trim(s, upperSnake) == ""
}

// randomRuns finds long runs of characters that look drawn by lot. Digests of images and pinned commits are none of them.
func randomRuns(line string) (hide []stretch) {
	for i := 0; i < len(line); {
		if !chars(baseSet, line[i]) {
			i++
			continue
		}
		start := i
		for i < len(line) && chars(baseSet, line[i]) {
			i++
		}
		run := line[start:i]
		if len(run) < 20 || strings.HasSuffix(line[:start], "sha256:") || strings.HasSuffix(line[:start], "@") {
			continue
		}
		if looksRandom(run) {
			hide = append(hide, stretch{start, i})
		}
	}
	return hide
}

func looksRandom(s string) bool {
	if eq := strings.IndexByte(s, '='); eq > 0 && strings.Trim(s[eq:], "=") != "" { // NAME=value is judged by its value
		s = s[eq+1:]
	}
	var digits, letters int
	var freq [256]int
	for i := 0; i < len(s); i++ {
		freq[s[i]]++
		switch {
		case isDigit(s[i]):
			digits++
		case isLetter(s[i]):
			letters++
		}
	}
	if digits < 2 || letters < 4 || len(s) < 20 {
		return false
	}
	entropy := 0.0
	for _, n := range freq {
		if n > 0 {
			p := float64(n) / float64(len(s))
			entropy -= p * math.Log2(p)
		}
	}
	return entropy > 3.2
}
