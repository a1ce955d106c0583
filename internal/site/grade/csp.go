package grade

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// errPolicy says that the Observatory takes a policy for invalid.
var errPolicy = errors.New("invalid policy")

// A csp is a parsed list of policies: directive → sources, all in lower case.
type csp struct {
	directives map[string]map[string]bool
	duplicates bool // report-uri or report-to twice
}

// get returns the sources of the first of the directives that is there.
func (c csp) get(names ...string) map[string]bool {
	for _, n := range names {
		if s, ok := c.directives[n]; ok {
			return s
		}
	}
	return map[string]bool{"*": true}
}

// A sourceEntry is one source while policies are intersected.
type sourceEntry struct {
	source string
	policy int
	keep   bool
}

// shortest is the length below which a policy is taken for invalid: one less than "img-src".
const shortest = 6

// parseCSP reads a list of policies the way the Observatory does (algorithm version 6), which is not quite the way browsers do: a
// directive that is given twice makes all invalid, sources of several policies are intersected by comparing neighbours in a sorted list.
func parseCSP(policies []string) (csp, error) {
	out := csp{directives: map[string]map[string]bool{}}
	lists := map[string][]sourceEntry{}
	clean := make([]string, len(policies))
	for i, p := range policies {
		clean[i] = trimJS(strings.NewReplacer("\r", "", "\n", "").Replace(p))
		if utf16Len(clean[i]) < shortest {
			return csp{}, fmt.Errorf("%w: %q is too short", errPolicy, clean[i])
		}
	}
	for n, policy := range clean {
		seen := map[string]bool{}
		for entry := range strings.SplitSeq(policy, ";") {
			words := fieldsJS(entry)
			if len(words) == 0 {
				continue
			}
			name := strings.ToLower(words[0])
			if seen[name] {
				if name != "report-uri" && name != "report-to" {
					return csp{}, fmt.Errorf("%w: %q is given twice", errPolicy, name)
				}
				out.duplicates = true
			}
			seen[name] = true
			var list []sourceEntry
			// Within the first policy a directive that is given twice, which only two may be, is replaced.
			if n > 0 {
				list = slices.Clone(lists[name])
			}
			for _, w := range words[1:] {
				list = append(list, sourceEntry{strings.ToLower(w), n, n == 0})
			}
			if len(words) == 1 && strings.HasSuffix(name, "-src") {
				list = append(list, sourceEntry{"'none'", n, n == 0})
			}
			slices.SortStableFunc(list, func(a, b sourceEntry) int { return collate(a.source, b.source) })
			var err error
			if lists[name], err = intersect(list, n == 0 && len(policies) > 1); err != nil {
				return csp{}, err
			}
		}
	}
	for name, list := range lists {
		set := map[string]bool{}
		for _, e := range list {
			set[e.source] = true
		}
		if len(set) == 0 {
			set["'none'"] = true
		}
		out.directives[name] = set
	}
	return out, nil
}

// intersect keeps of a sorted list what counts. In the first of several policies nothing is kept for good: a later one must confirm it.
func intersect(list []sourceEntry, reset bool) ([]sourceEntry, error) {
	for i := 1; i < len(list); i++ {
		prev, e := list[i-1], &list[i]
		if e.policy == prev.policy {
			if strings.HasPrefix(e.source, prev.source) {
				e.keep = false // "https://a/b" says nothing beside "https://a"
			}
			continue
		}
		match, err := pathMatch(prev.source, e.source)
		if err != nil {
			return nil, err
		}
		e.keep = e.keep || match
	}
	list = slices.DeleteFunc(list, func(e sourceEntry) bool { return !e.keep })
	if reset {
		for i := range list {
			list[i].keep = false
		}
	}
	return list, nil
}

// pathMatch reports whether b is a or lies below it: the path-part match of CSP, which the Observatory applies to whole sources.
// A percent sign that escapes nothing makes the whole policy invalid.
func pathMatch(a, b string) (bool, error) {
	if a == "" || a == "/" && b == "" {
		return true, nil
	}
	exact := !strings.HasSuffix(a, "/")
	left, right := strings.Split(a, "/"), strings.Split(b, "/")
	if len(left) > len(right) || exact && len(left) != len(right) {
		return false, nil
	}
	if !exact {
		left = left[:len(left)-1]
	}
	for i := range left {
		x, err := unescape(left[i])
		if err != nil {
			return false, err
		}
		y, err := unescape(right[i])
		if err != nil || x != y {
			return false, err
		}
	}
	return true, nil
}

// some reports whether a set has a source for which f holds.
func some(set map[string]bool, f func(string) bool) bool {
	for s := range set {
		if f(s) {
			return true
		}
	}
	return false
}

// broad are sources that allow most of the net. A set with one of them restricts nothing.
var broad = map[string]bool{"ftp:": true, "http:": true, "https:": true, "*": true, "http://*": true, "http://*.*": true, "https://*": true, "https://*.*": true}

// isBroad reports whether a source is one of those.
func isBroad(s string) bool { return broad[s] }

// isBroadOrInline reports whether a source is broad or lets a page bring its own scripts.
func isBroadOrInline(s string) bool { return broad[s] || s == "'unsafe-inline'" || s == "data:" }

// isInsecure reports whether a source may come without TLS.
func isInsecure(s string) bool { return strings.HasPrefix(s, "http:") || strings.HasPrefix(s, "ftp:") }

// isNonceOrHash reports whether a source names single scripts, beside which browsers ignore 'unsafe-inline'.
func isNonceOrHash(s string) bool {
	return strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha256-") || strings.HasPrefix(s, "'sha384-") || strings.HasPrefix(s, "'sha512-")
}

// cspResult judges the policies of headers and of meta elements. The first of the verdicts below that fits is the result.
func cspResult(headers, meta []string, reportOnly, https bool) (result string, parsed csp) {
	split := func(values []string) (out []string) {
		for _, v := range values {
			for p := range strings.SplitSeq(v, ",") {
				out = append(out, trimJS(p))
			}
		}
		return out
	}
	// Commas separate policies and occur in none (CSP 3, 2.2.1).
	headers, meta = split(headers), split(meta)
	c, err := parseCSP(slices.Concat(headers, meta))
	if err != nil {
		return "csp-header-invalid", c
	}
	ofHeader, err := parseCSP(headers)
	if err != nil {
		ofHeader = csp{}
	}
	ofMeta, err := parseCSP(meta)
	if err != nil {
		ofMeta = csp{}
	}
	effective := len(ofHeader.directives)
	for name := range ofMeta.directives { // these three have no effect in a meta element
		if name != "frame-ancestors" && name != "report-uri" && name != "sandbox" {
			effective++
		}
	}
	if ofMeta.duplicates || ofHeader.duplicates {
		effective++
	}
	if effective == 0 {
		if reportOnly {
			return "csp-not-implemented-but-reporting-enabled", c
		}
		return "csp-not-implemented", c
	}
	return c.verdict(https), c
}

// verdict returns the first verdict that fits.
func (c csp) verdict(https bool) string {
	object, script, style := c.get("object-src", "default-src"), c.get("script-src", "default-src"), c.get("style-src", "default-src")
	for _, set := range []map[string]bool{script, style} { // sets of one directive are one: what is deleted is gone for both
		if some(set, isNonceOrHash) {
			delete(set, "'unsafe-inline'")
		}
	}
	strict := script["'strict-dynamic'"]
	if strict && !some(script, isNonceOrHash) {
		return "csp-header-invalid"
	}
	if strict {
		maps.DeleteFunc(script, func(s string, _ bool) bool {
			return s == "'self'" || s == "'unsafe-inline'" || some(broad, func(b string) bool { return strings.HasPrefix(s, b) })
		})
	}
	insecure := func(passive bool) bool {
		if passive {
			for _, name := range []string{"img-src", "media-src"} {
				if set, ok := c.directives[name]; ok {
					if some(set, isInsecure) {
						return true
					}
				} else if some(c.directives["default-src"], isInsecure) {
					return true
				}
			}
			return false
		}
		for name, set := range c.directives {
			if name != "img-src" && name != "media-src" && name != "script-src" && some(set, isInsecure) {
				return true
			}
		}
		return some(script, isInsecure)
	}
	result := "csp-implemented-with-no-unsafe"
	switch none := c.directives["default-src"]; {
	case some(script, isBroadOrInline) || some(object, isBroad):
		return "csp-implemented-with-unsafe-inline"
	case https && insecure(false):
		return "csp-implemented-with-insecure-scheme"
	case script["'unsafe-eval'"] || style["'unsafe-eval'"]:
		return "csp-implemented-with-unsafe-eval"
	case https && insecure(true):
		result = "csp-implemented-with-insecure-scheme-in-passive-content-only"
	case some(style, isBroadOrInline):
		result = "csp-implemented-with-unsafe-inline-in-style-src-only"
	case none["'none'"] && len(none) == 1:
		result = "csp-implemented-with-no-unsafe-default-src-none"
	}
	if c.duplicates {
		return "csp-implemented-but-duplicate-directives"
	}
	return result
}
