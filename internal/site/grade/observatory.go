package grade

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/prodcheck/prodcheck/internal/site"
)

// modifiers are the points of every result of the MDN HTTP Observatory, algorithm version 6.
var modifiers = map[string]int{
	"csp-implemented-with-no-unsafe-default-src-none": 10, "csp-implemented-with-no-unsafe": 5, "csp-implemented-with-unsafe-inline-in-style-src-only": 0,
	"csp-implemented-but-duplicate-directives": 0, "csp-implemented-with-insecure-scheme-in-passive-content-only": -10, "csp-implemented-with-unsafe-eval": -10,
	"csp-implemented-with-unsafe-inline": -20, "csp-implemented-with-insecure-scheme": -20, "csp-header-invalid": -25, "csp-not-implemented": -25,
	"csp-not-implemented-but-reporting-enabled": -25,

	"cookies-secure-with-httponly-sessions-and-samesite": 5, "cookies-secure-with-httponly-sessions": 0, "cookies-not-found": 0,
	"cookies-without-secure-flag-but-protected-by-hsts": -5, "cookies-session-without-secure-flag-but-protected-by-hsts": -10, "cookies-without-secure-flag": -20,
	"cookies-samesite-flag-invalid": -20, "cookies-anticsrf-without-samesite-flag": -20, "cookies-session-without-httponly-flag": -30,
	"cookies-session-without-secure-flag": -40,

	"cross-origin-resource-sharing-not-implemented": 0, "cross-origin-resource-sharing-implemented-with-public-access": 0,
	"cross-origin-resource-sharing-implemented-with-restricted-access": 0, "cross-origin-resource-sharing-implemented-with-universal-access": -50,

	"redirection-all-redirects-preloaded": 0, "redirection-to-https": 0, "redirection-not-needed-no-http": 0, "redirection-off-host-from-http": -5,
	"redirection-not-to-https-on-initial-redirection": -10, "redirection-not-to-https": -20, "redirection-missing": -20, "redirection-invalid-cert": -20,

	"referrer-policy-private": 5, "referrer-policy-not-implemented": 0, "referrer-policy-unsafe": -5, "referrer-policy-header-invalid": -5,

	"hsts-preloaded": 5, "hsts-implemented-max-age-at-least-six-months": 0, "hsts-implemented-max-age-less-than-six-months": -10, "hsts-not-implemented": -20,
	"hsts-header-invalid": -20, "hsts-not-implemented-no-https": -20, "hsts-invalid-cert": -20,

	"sri-implemented-and-all-scripts-loaded-securely": 5, "sri-implemented-and-external-scripts-loaded-securely": 5, "sri-not-implemented-response-not-html": 0,
	"sri-not-implemented-but-no-scripts-loaded": 0, "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": 0,
	"sri-not-implemented-but-external-scripts-loaded-securely": -5, "sri-implemented-but-external-scripts-not-loaded-securely": -20,
	"sri-not-implemented-and-external-scripts-not-loaded-securely": -50, "html-not-parseable": -20,

	"x-content-type-options-nosniff": 0, "x-content-type-options-not-implemented": -5, "x-content-type-options-header-invalid": -5,

	"x-frame-options-implemented-via-csp": 5, "x-frame-options-sameorigin-or-deny": 5, "x-frame-options-allow-from-origin": 0,
	"x-frame-options-not-implemented": -20, "x-frame-options-header-invalid": -20,

	"corp-implemented-with-same-origin": 10, "corp-implemented-with-same-site": 10, "corp-implemented-with-cross-origin": 0, "corp-not-implemented": 0,
	"corp-header-invalid": -5,

	"coep-implemented-with-require-corp": 10, "coep-implemented-with-credentialless": 10, "coep-implemented-with-unsafe-none": 0, "coep-not-implemented": 0,
	"coep-header-invalid": -5,

	"coop-implemented-with-same-origin": 10, "coop-implemented-with-same-origin-allow-popups": 10, "coop-implemented-with-noopener-allow-popups": 10,
	"coop-implemented-with-unsafe-none": 0, "coop-not-implemented": 0, "coop-header-invalid": -5,
}

// An observed is what the tests of the Observatory look at.
type observed struct {
	s    *site.Site
	page *site.Response // the last answer of the way that starts at https://, or at http:// if there is none
	// https says that page came by HTTPS, trusted that the certificate is one that browsers trust.
	https, trusted bool
	preloaded      func(host string) bool
}

// Observatory applies the MDN HTTP Observatory's algorithm version 6 (19 August 2026). Whether a host is on the browsers' list of
// preloaded HSTS is told by preloaded; if it is nil no host is, and the grade says that this was not evaluated.
func Observatory(s *site.Site, preloaded func(host string) bool) Grade {
	g := Grade{Rubric: "MDN HTTP Observatory", Version: "algorithm 6"}
	o := &observed{s: s, preloaded: preloaded}
	if preloaded == nil {
		o.preloaded = func(string) bool { return false }
		g.NotEvaluated = append(g.NotEvaluated, "whether the host is on the list of preloaded HSTS")
	}
	o.trusted, _ = verified(s)
	for _, chain := range []*site.Chain{&s.HTTPS, &s.HTTP} {
		if o.page = chain.Last(); o.page.OK() {
			break
		}
	}
	if !s.HTTPS.First().OK() && !s.HTTP.First().OK() {
		g.Refused = "the site gives no answer"
		return g
	}
	if !o.page.OK() {
		g.Refused = "the way to the page ends without an answer: " + o.page.Error
		return g
	}
	o.https = strings.HasPrefix(o.page.URL, "https:")
	for _, chain := range []*site.Chain{&s.HTTPS, &s.HTTP} {
		if chain.Stopped != "" {
			g.NotEvaluated = append(g.NotEvaluated, fmt.Sprintf("the answer after the redirect to %q, which was not followed: %s", chain.Next, chain.Stopped))
		}
	}
	if st := o.page.Status; st < 200 || st >= 400 && st != 401 && st != 403 {
		g.Refused = fmt.Sprintf("the page answers with status %d", st)
		return g
	}
	if s.Preflight == nil || !s.Preflight.OK() {
		g.NotEvaluated = append(g.NotEvaluated, "cross-origin resource sharing: no answer to OPTIONS")
	}
	csp, frame := o.csp()
	hsts := o.hsts()
	total, uncurved := 100, 100
	for _, t := range []struct{ name, result string }{
		{"content-security-policy", csp}, {"cookies", o.cookies(hsts)}, {"cross-origin-embedder-policy", o.token("Cross-Origin-Embedder-Policy", "coep", "require-corp", "credentialless", "unsafe-none")},
		{"cross-origin-opener-policy", o.token("Cross-Origin-Opener-Policy", "coop", "same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none")},
		{"cross-origin-resource-sharing", o.cors()}, {"redirection", o.redirection()}, {"referrer-policy", o.referrer()}, {"strict-transport-security", hsts},
		{"subresource-integrity", o.integrity()}, {"x-content-type-options", o.nosniff()}, {"x-frame-options", o.frame(frame)}, {"cross-origin-resource-policy", o.corp()},
	} {
		points := modifiers[t.result]
		g.Rules = append(g.Rules, Rule{Name: t.name, Result: t.result, Points: points})
		total += points
		uncurved += min(points, 0)
	}
	g.Score = uncurved
	if uncurved >= 90 { // what is less than A gets no bonus
		g.Score = total
	}
	g.Score = max(g.Score, 0)
	g.Letter = observatoryLetter(g.Score)
	return g
}

// observatoryLetter returns the letter of a score, which is rounded down to a multiple of five; 100 and above are A+.
func observatoryLetter(score int) string {
	const letters = "F F F F F D- D D D+ C- C C C+ B- B B B+ A- A A A+"
	return strings.Fields(letters)[min(score, 100)/5]
}

// csp judges the policies of the page. Whether one of them says who may frame it decides another test.
func (o *observed) csp() (result string, frameAncestors bool) {
	var meta []string
	if p := o.s.Page; p != nil && p.URL == o.page.URL {
		meta = p.CSP
	}
	result, c := cspResult(o.page.Values("Content-Security-Policy"), meta, joined(o.page, "Content-Security-Policy-Report-Only", 16) != "", o.https)
	_, frameAncestors = c.directives["frame-ancestors"]
	return result, frameAncestors && result != "csp-not-implemented" && result != "csp-not-implemented-but-reporting-enabled"
}

// cookieOrder is the order of bad results: the worst cookie decides.
var cookieOrder = []string{"", "cookies-without-secure-flag-but-protected-by-hsts", "cookies-without-secure-flag", "cookies-session-without-secure-flag-but-protected-by-hsts",
	"cookies-samesite-flag-invalid", "cookies-anticsrf-without-samesite-flag", "cookies-session-without-httponly-flag", "cookies-session-without-secure-flag"}

// cookies judges what the answers on the way to the page set. A session is known by "login" or "sess" in its name, a token against
// CSRF by "csrf"; one name is let off.
func (o *observed) cookies(hsts string) string {
	protected := hsts == "hsts-preloaded" || hsts == "hsts-implemented-max-age-at-least-six-months"
	worst, count, unset := 0, 0, false
	bad := func(is bool, result string) {
		if is {
			worst = max(worst, slices.Index(cookieOrder, result))
		}
	}
	for _, line := range o.page.Values("Set-Cookie") {
		bad(invalidSameSite(line), "cookies-samesite-flag-invalid")
	}
	for _, c := range o.s.Cookies {
		if c.Name == "heroku-session-affinity" || !o.onTheWay(c.URL) || !kept(c) {
			continue
		}
		count++
		name := strings.ToLower(c.Name)
		session := strings.Contains(name, "login") || strings.Contains(name, "sess")
		same := sameSite(c.SameSite)
		unset = unset || !same
		bad(!c.Secure && strings.EqualFold(c.SameSite, "none"), "cookies-samesite-flag-invalid")
		bad(!c.Secure && protected, "cookies-without-secure-flag-but-protected-by-hsts")
		bad(!c.Secure && !protected, "cookies-without-secure-flag")
		bad(strings.Contains(name, "csrf") && !same, "cookies-anticsrf-without-samesite-flag")
		bad(session && !c.Secure && protected, "cookies-session-without-secure-flag-but-protected-by-hsts")
		bad(session && !c.Secure && !protected, "cookies-session-without-secure-flag")
		bad(session && !c.HTTPOnly, "cookies-session-without-httponly-flag")
	}
	switch {
	case count == 0:
		return "cookies-not-found"
	case worst > 0:
		return cookieOrder[worst]
	case unset:
		return "cookies-secure-with-httponly-sessions"
	}
	return "cookies-secure-with-httponly-sessions-and-samesite"
}

// sameSite reports whether browsers know a value of the attribute.
func sameSite(value string) bool {
	value = strings.ToLower(value)
	return value == "lax" || value == "strict" || value == "none"
}

// invalidSameSite reports whether a Set-Cookie line has the attribute with a value that browsers do not know.
func invalidSameSite(line string) bool {
	for part := range strings.SplitSeq(line, ";") {
		words := strings.Split(trimJS(part), "=")
		if strings.ToLower(trimJS(words[0])) == "samesite" && (len(words) < 2 || !sameSite(trimJS(words[1]))) {
			return true
		}
	}
	return false
}

// onTheWay reports whether an answer is one of those that lead to the page: the scanner's other requests keep no cookies.
func (o *observed) onTheWay(at string) bool {
	for i := range o.s.HTTPS.Responses {
		if o.s.HTTPS.Responses[i].URL == at {
			return true
		}
	}
	return !o.s.HTTPS.First().OK()
}

// cors judges the answer to a preflight from a foreign origin.
func (o *observed) cors() string {
	allowed := joined(o.s.Preflight, "Access-Control-Allow-Origin", 1<<14)
	const result = "cross-origin-resource-sharing-"
	switch {
	case allowed == "":
		return result + "not-implemented"
	case trimJS(allowed[:min(len(allowed), 256)]) == "*":
		return result + "implemented-with-public-access"
	case allowed == site.ObservatoryOrigin && strings.EqualFold(trimJS(joined(o.s.Preflight, "Access-Control-Allow-Credentials", 64)), "true"):
		return result + "implemented-with-universal-access"
	}
	return result + "implemented-with-restricted-access"
}

// redirection judges the way that starts at http://.
func (o *observed) redirection() string {
	chain := o.s.HTTP
	if !chain.Last().OK() { // a way that leads nowhere is none
		return "redirection-not-needed-no-http"
	}
	var route []*url.URL
	for _, r := range chain.Responses {
		if u, err := url.Parse(r.URL); err == nil {
			route = append(route, u)
		}
	}
	// A redirect to a host that is not named is not followed, but the rules ask for no more than where it leads.
	if u, err := url.Parse(chain.Next); err == nil && chain.Stopped != "" && chain.Next != "" {
		route = append(route, u) // where it leads is known, if not what is there
	}
	preloaded, secure := true, false
	for _, u := range route {
		preloaded = preloaded && o.preloaded(u.Hostname())
		secure = secure || u.Scheme == "https"
	}
	_, known := verified(o.s)
	last := route[len(route)-1]
	switch {
	case secure && known && !o.trusted:
		return "redirection-invalid-cert"
	case preloaded:
		return "redirection-all-redirects-preloaded"
	case len(route) == 1:
		return "redirection-missing"
	case last.Scheme != "https":
		return "redirection-not-to-https"
	case route[1].Scheme == "http":
		return "redirection-not-to-https-on-initial-redirection"
	case route[0].Hostname() != route[1].Hostname():
		return "redirection-off-host-from-http"
	}
	return "redirection-to-https"
}

// registrable returns the domain that somebody registered under a suffix of ICANN's, "" if there is none. Suffixes that are private,
// "github.io", are domains here as they are for the Observatory.
func registrable(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	for !icann && strings.Contains(suffix, ".") {
		_, suffix, _ = strings.Cut(suffix, ".")
		suffix, icann = publicsuffix.PublicSuffix(suffix)
	}
	rest, ok := strings.CutSuffix(host, "."+suffix)
	if !ok || rest == "" {
		return ""
	}
	return rest[strings.LastIndexByte(rest, '.')+1:] + "." + suffix
}

// kept reports whether a browser keeps a cookie that an answer sets: its domain must be that of the answer or one above it, and no
// public suffix.
func kept(c site.Cookie) bool {
	u, err := url.Parse(c.URL)
	if c.Domain == "" || err != nil {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return (host == c.Domain || strings.HasSuffix(host, "."+c.Domain)) && registrable(c.Domain) != ""
}
