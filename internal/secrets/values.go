package secrets

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Placeholder reports whether a value is one that its author means to be replaced ("changeme", "<your key>", "", "${KEY}"). It
// is never a value. A key that startproject wrote ("django-insecure-…") is a value.
func Placeholder(value string) bool {
	v := strings.TrimSpace(value)
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		v = strings.TrimSpace(v[1 : len(v)-1])
	}
	if v == "" {
		return true
	}
	if len(v) > 1000 {
		return false
	}
	if start, end, ok := URLPassword(v); ok {
		return Placeholder(v[start:end]) || typicalLogin(v[:start], v[start:end])
	}
	if strings.HasPrefix(v, "!!!") || strings.HasSuffix(v, "!!!") { // as cookiecutter-django marks what to set
		return true
	}
	return isReference(v) || isMasked(v) || saysReplace(v)
}

// isReference reports whether the whole value, or an angle-bracketed part of it, stands for another one. The default of
// ${KEY:-default} is what counts.
func isReference(v string) bool {
	if inner, ok := between(v, "${", "}"); ok {
		if _, def, found := strings.Cut(inner, "-"); found {
			return Placeholder(def)
		}
		return wordy(inner)
	}
	for _, b := range [...][2]string{{"$(", ")"}, {"{{", "}}"}, {"{%", "%}"}, {"<", ">"}} {
		if inner, ok := between(v, b[0], b[1]); ok && wordy(inner) {
			return true
		}
	}
	for _, b := range [...][2]string{{"[", "]"}, {"%(", ")s"}, {"__", "__"}, {"@", "@"}, {"{", "}"}, {"%", "%"}, {"#{", "}#"}} {
		if inner, ok := between(v, b[0], b[1]); ok && plain(inner) {
			return true
		}
	}
	if rest, ok := strings.CutPrefix(v, "$"); ok && rest != "" && !isDigit(rest[0]) && strings.Trim(rest, upperSnake) == "" {
		return true
	}
	open := strings.IndexByte(v, '<')
	if open < 0 {
		return false
	}
	length := strings.IndexByte(v[open:], '>')
	return length > 3 && plain(v[open+1:open+length])
}

func between(v, before, after string) (string, bool) {
	if len(v) <= len(before)+len(after) || !strings.HasPrefix(v, before) || !strings.HasSuffix(v, after) {
		return "", false
	}
	return v[len(before) : len(v)-len(after)], true
}

const upperSnake = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// wordy reports whether what stands between brackets has letters and no bracket of its own to close.
func wordy(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsAny(s, "{}<>")
}

func plain(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.:/'", r)
	})
}

// isMasked reports whether a value has been crossed out: "xxxxxx", "sk-XXXX-XXXX", "***", "abc...".
func isMasked(v string) bool {
	if strings.HasSuffix(v, "...") || strings.HasSuffix(v, "…") || strings.Trim(v, ".*-_?#•") == "" {
		return true
	}
	run, longest, count, alnum := 0, 0, 0, 0
	for i := 0; i < len(v); i++ {
		if isAlnum(v[i]) {
			alnum++
		}
		if v[i] == 'x' || v[i] == 'X' || v[i] == '*' {
			run++
			count++
			longest = max(longest, run)
			continue
		}
		run = 0
	}
	return longest >= 5 || longest >= 3 && 2*count >= alnum
}

// saysReplace reports whether the words of a value ask to replace it.
func saysReplace(v string) bool {
	words := split(v)
	joined := strings.Join(words, "")
	switch joined {
	case "todo", "tbd", "fixme", "null", "none", "undefined", "na", "nil", "unset", "notset", "empty", "value", "string", "blank", "redacted",
		"hidden", "removed", "masked", "secretkeyhere", "foo", "bar", "foobar", "baz":
		return true
	}
	for _, s := range [...]string{"changeme", "changethis", "changeit", "changebefore", "changein", "changefor", "pleasechange", "tobechanged", "mustchange",
		"replaceme", "replacethis", "replacewith", "replacein", "toreplace", "insertyour", "setme", "setthis", "fillme", "fillin", "yoursecret", "yourkey",
		"yourpassword", "yourtoken", "yourdjango", "yourapikey", "yourown", "yourstrong", "placeholder", "keyhere", "passwordhere", "secrethere",
		"tokenhere", "goeshere", "randomstring", "longrandom", "randomkey", "somerandom", "randomsecret", "generateme", "generatea", "generatenew",
		"strongpassword", "securepassword", "strongsecret", "yourpass", "yourdb", "notarealkey", "notreal"} {
		if strings.Contains(joined, s) {
			return true
		}
	}
	for _, w := range words {
		switch w {
		case "your", "todo", "fixme", "example", "sample", "dummy", "fake", "replace", "placeholder", "insert", "redacted":
			return true
		}
	}
	if strings.HasSuffix(v, "EXAMPLE") || strings.HasSuffix(v, "EXAMPLEKEY") { // the keys of AWS' documentation
		return true
	}
	return strings.Contains(v, "_") && strings.Trim(v, upperSnake) == "" && !strings.ContainsAny(v, "0123456789") && SecretName(v)
}

// typicalLogin recognises user:password@ of a URL that shows how such URLs look.
func typicalLogin(before, password string) bool {
	user := strings.ToLower(before[strings.Index(before, "//")+2:])
	password = strings.ToLower(password)
	if user != "user:" && user != "username:" && user != "db_user:" && user != "dbuser:" {
		return false
	}
	return password == "password" || password == "pass" || password == "pwd" || password == "passwd" || password == "db_password"
}

// URLPassword returns where the password of a URL with a user and a password stands ("postgres://app:secret@db/app"), for the
// first such URL of a text. A user alone is no password, and neither is what a variable fills in whole.
func URLPassword(text string) (start, end int, ok bool) {
	for at := 0; ; {
		i := strings.Index(text[at:], "://")
		if i < 0 {
			return 0, 0, false
		}
		at += i + len("://")
		if s, e, ok := userinfo(text, at); ok && !isReference(text[s:e]) {
			return s, e, true
		}
	}
}

// userinfo finds the password of the authority at i. The last @ before the path ends it, as browsers and libpq have it.
func userinfo(text string, i int) (start, end int, ok bool) {
	if i < 4 || !isAlnum(text[i-4]) {
		return 0, 0, false
	}
	for j := i; j < len(text) && j < i+1000; j++ {
		switch c := text[j]; {
		case c == ':' && start == 0:
			start = j + 1
		case c == '@':
			end = j
		case c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == '\\' || start == 0 && (c == '/' || c == '?' || c == '#'):
			return start, end, start > 0 && end > start
		case c == '/' && (end > 0 || strings.Trim(text[start:j], "0123456789") == ""): // a password, or a port
			return start, end, start > 0 && end > start
		case c == '$' && j+1 < len(text) && text[j+1] == '{': // a default in a variable may hold a slash
			if n := strings.IndexByte(text[j:min(len(text), j+200)], '}'); n > 0 {
				j += n
			}
		}
	}
	return start, end, start > 0 && end > start
}

// KeyWeakness returns the reasons why a Django SECRET_KEY is weak, none if it is not. No reason holds any of the value.
// The limits are those of Django's security.W009.
func KeyWeakness(value string) (reasons []string) {
	if value == "" {
		return []string{"is empty"}
	}
	if n := utf8.RuneCountInString(value); n < 50 {
		reasons = append(reasons, fmt.Sprintf("has %s, Django asks for 50", count(n, "character")))
	}
	if n := distinct(value); n < 5 {
		reasons = append(reasons, fmt.Sprintf("has %s, Django asks for 5", count(n, "distinct character")))
	}
	if strings.HasPrefix(value, "django-insecure-") {
		reasons = append(reasons, "starts with django-insecure-, as startproject writes it")
	}
	return append(reasons, known(value)...)
}

// PasswordWeakness returns the reasons why a database password is weak, none if it is not. No reason holds any of the value.
func PasswordWeakness(value string) (reasons []string) {
	if value == "" {
		return []string{"is empty"}
	}
	if n := utf8.RuneCountInString(value); n < 16 {
		reasons = append(reasons, fmt.Sprintf("has %s, fewer than 16", count(n, "character")))
	}
	for _, class := range []struct {
		is   func(rune) bool
		name string
	}{
		{unicode.IsUpper, "upper-case letter"}, {unicode.IsLower, "lower-case letter"}, {unicode.IsDigit, "digit"},
		{func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }, "symbol"},
	} {
		if !strings.ContainsFunc(value, class.is) {
			reasons = append(reasons, "has no "+class.name)
		}
	}
	return append(reasons, known(value)...)
}

func known(value string) []string {
	switch {
	case Placeholder(value):
		return []string{"is a placeholder"}
	case Weak(value):
		return []string{"is among the first that an attacker tries"}
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
