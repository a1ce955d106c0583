package checks

import (
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/prodcheck/prodcheck/internal/web"
)

var frontendTokenInWebStorage = &Check{
	ID:       "frontend-token-in-web-storage",
	Title:    "A login token is kept where any script can read it",
	Severity: Medium,
	Why:      "One injected script, also from a dependency, reads localStorage and sends the token away: the attacker is logged in as the visitor until the token ends. An HttpOnly cookie cannot be read by scripts.",
	Fix:      "Let the server set the token in a cookie with HttpOnly, Secure and SameSite=Lax, and send requests with credentials.",
	Misses:   "Tokens under names that do not sound like one, and stores that a library keeps in localStorage by itself.",
	Refs:     []string{"https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html#local-storage", "https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html#token-storage-on-client-side"},
	Bad: `
-- frontend/src/auth.js --
export function login(data) {
  localStorage.setItem("access", data.access); // want "access"
}
`,
	Good: `
-- frontend/src/auth.js --
export function choose(theme) {
  localStorage.setItem("theme", theme);
}
`,
	Run: func(f *Facts, v *Verdict) {
		failed := false
		first := frontendScripts(f, []string{"localStorage", "sessionStorage"}, func(file *source.File, tokens []web.Token) {
			for i, t := range tokens {
				if t.Kind != web.Ident || t.Text != "localStorage" && t.Text != "sessionStorage" {
					continue
				}
				if key, ok := stored(tokens, i); ok && isToken(key) {
					failed = true
					v.Fail(source.At(f.lineOf(t.Span)), "%s keeps a login token under %q: every script of the page can read it", t.Text, key)
				}
			}
		})
		if first != nil && !failed {
			v.Pass(firstLine(first), "no script keeps a login token in web storage")
		}
	},
}

// lineOf is the rest of the line from a place on, so that the whole statement is shown.
func (f *Facts) lineOf(s source.Span) source.Span {
	line := s.File.LineSpan(s.Position().Line)
	return source.Span{File: s.File, Start: s.Start, End: max(s.End, line.End)}
}

// stored returns the name under which the storage object at tokens[i] is given a value: setItem("k", …), ["k"] = …, .k = ….
func stored(tokens []web.Token, i int) (key string, ok bool) {
	at := func(n int) web.Token {
		if i+n < len(tokens) {
			return tokens[i+n]
		}
		return web.Token{}
	}
	j := 1
	if at(1).Text == "?." || at(1).Text == "." {
		j = 2
	}
	switch {
	case at(j).Text == "setItem" && at(j+1).Text == "(":
		return keyOf(tokens, at(j+2), value(tokens, i+j+3)), true
	case at(1).Text == "[" && at(3).Text == "]" && at(4).Text == "=":
		return keyOf(tokens, at(2), value(tokens, i+4)), true
	case j == 2 && at(2).Kind == web.Ident && at(3).Text == "=":
		return at(2).Text, true
	}
	return "", false
}

// keyOf is the text of a key: a literal, the constant behind a name, else the name; with what is stored where the key alone says
// nothing ("user" given user.token).
func keyOf(tokens []web.Token, key web.Token, stored string) string {
	text := key.Text
	if key.Kind == web.Ident {
		if c := constant(tokens, key.Text); c != "" {
			text = c
		}
	}
	if !isToken(text) && isToken(stored) {
		return stored
	}
	return text
}

// value is the last name of the expression that is stored: "access" of data.access.
func value(tokens []web.Token, i int) (last string) {
	for ; i < len(tokens) && tokens[i].Text != ")" && tokens[i].Text != ";"; i++ {
		if tokens[i].Kind == web.Ident {
			last = tokens[i].Text
		}
	}
	return last
}

var (
	tokenName    = regexp.MustCompile(`(?i)(^|[^a-z])(jwt|(access|refresh|auth|id|bearer|session|api|user|login|oauth|drf|knox)[-_. ]?(token|key|jwt)|tokens?|access|refresh|authorization|credentials)([^a-z]|$)`)
	notLogin     = regexp.MustCompile(`(?i)csrf|xsrf|push|device|fcm|expir|time|date|cancel|page|continuation|tokeni[sz]|design|theme|color|count|limit|type|name$|mapbox|invite|last|rate|interval`)
	camelBorders = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// isToken reports whether a name is that of a login token.
func isToken(name string) bool {
	if notLogin.MatchString(name) {
		return false
	}
	return tokenName.MatchString(strings.ToLower(camelBorders.ReplaceAllString(name, "${1}_${2}")))
}
