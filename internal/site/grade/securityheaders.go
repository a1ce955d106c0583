package grade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

// graded are the headers that securityheaders.com grades.
var graded = []string{"Strict-Transport-Security", "Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"}

// SecurityHeaders says what securityheaders.com would give at best: "A+" if all six headers are there and none is worth a warning, "A" if
// one is, and "below A" if a header is missing. The service has never published what comes below, and nothing is made up for it.
func SecurityHeaders(s *site.Site) Grade {
	g := Grade{Rubric: "securityheaders.com", Version: "documentation of 2025", NotEvaluated: []string{"grades below A, which are not published",
		"which valid values of Referrer-Policy the service warns of beyond those that its author named", "sources in style-src, which have not counted since November 2023 as far as is known"}}
	r := s.HTTPS.Last()
	if !r.OK() {
		g.Refused = "there is no answer over HTTPS"
		return g
	}
	if s.HTTPS.Stopped != "" {
		g.NotEvaluated = append(g.NotEvaluated, fmt.Sprintf("the answer after the redirect to %q, which was not followed: %s", s.HTTPS.Next, s.HTTPS.Stopped))
	}
	missing, warned := 0, 0
	for _, name := range graded {
		values := r.Values(name)
		switch warning := headerWarning(name, values); {
		case len(values) == 0:
			missing++
			result := "missing"
			if name == "Content-Security-Policy" && len(r.Values(name+"-Report-Only")) > 0 {
				result = "missing: a policy that only reports does not count"
			}
			g.Rules = append(g.Rules, Rule{Name: name, Result: result, Cap: "below A"})
		case warning != "":
			warned++
			g.Rules = append(g.Rules, Rule{Name: name, Result: warning, Cap: "A"})
		default:
			g.Rules = append(g.Rules, Rule{Name: name, Result: "present"})
		}
	}
	if ok, known := verified(s); known && !ok {
		warned++
		g.Rules = append(g.Rules, Rule{Name: "certificate", Result: "not trusted", Cap: "A"})
	}
	switch {
	case missing > 0:
		g.Letter = "below A"
	case warned > 0:
		g.Letter = "A"
	default:
		g.Letter = "A+"
	}
	return g
}

// headerWarning says why a header that is there is worth a warning, "" if it is not.
func headerWarning(name string, values []string) string {
	v := strings.ToLower(strings.Join(values, ", "))
	switch name {
	case "Strict-Transport-Security":
		if h := ParseHSTS(values); h.Invalid != "" {
			return "invalid: " + h.Invalid
		} else if h.MaxAge == 0 && h.Present {
			return "max-age=0 turns it off"
		}
	case "Content-Security-Policy":
		for policy := range strings.SplitSeq(v, ",") {
			if script := scriptSources(policy); slices.Contains(script, "'unsafe-eval'") {
				return "'unsafe-eval' in script-src"
			} else if slices.Contains(script, "'unsafe-inline'") && !slices.ContainsFunc(script, isNonceOrHash) {
				return "'unsafe-inline' in script-src"
			}
		}
	case "Referrer-Policy":
		last := ""
		for p := range strings.SplitSeq(v, ",") {
			switch p = strings.TrimSpace(p); p {
			case "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "unsafe-url":
				last = p
			}
		}
		if last == "" || last == "unsafe-url" {
			return fmt.Sprintf("%q is no safe policy", strings.TrimSpace(v))
		}
	case "X-Content-Type-Options":
		if strings.TrimSpace(v) != "nosniff" {
			return fmt.Sprintf("%q is not nosniff", v)
		}
	case "X-Frame-Options":
		if v = strings.TrimSpace(v); v != "deny" && v != "sameorigin" {
			return fmt.Sprintf("%q is neither DENY nor SAMEORIGIN", v)
		}
	}
	return ""
}

// scriptSources returns the sources that a policy allows for scripts: of script-src, or else of default-src. Of two directives the
// first counts (CSP 3, 2.2.1).
func scriptSources(policy string) []string {
	found := map[string][]string{}
	for d := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(d)
		if len(words) == 0 {
			continue
		}
		if _, ok := found[words[0]]; !ok {
			found[words[0]] = words[1:]
		}
	}
	if s, ok := found["script-src"]; ok {
		return s
	}
	return found["default-src"]
}
