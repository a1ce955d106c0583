package grade

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

// token judges a header that is a structured-field token (RFC 8941): a quoted string is invalid, and so is a header sent twice.
func (o *observed) token(header, prefix string, valid ...string) string {
	values := o.page.Values(header)
	switch {
	case len(values) > 1:
		return prefix + "-header-invalid"
	case len(values) == 0 || values[0] == "":
		return prefix + "-not-implemented"
	}
	v := values[0]
	if t, ok := sfToken(trimJS(v[:min(len(v), 1024)])); ok && slices.Contains(valid, t) {
		return prefix + "-implemented-with-" + t
	}
	return prefix + "-header-invalid"
}

// The grammar of a structured field item that is a token (RFC 8941, 3.3.4) with parameters (3.1.2), whose values are any bare item.
var sfItem = regexp.MustCompile(`\A *([A-Za-z*][!#$%&'*+.^_` + "`" + `|~0-9A-Za-z:/-]*)((?:; *[a-z*][a-z0-9_.*-]*(?:=(?:` +
	`-?[0-9]{1,12}\.[0-9]{1,3}|-?[0-9]{1,15}|"(?:[ !#-\[\]-~]|\\["\\])*"|[A-Za-z*][!#$%&'*+.^_` + "`" + `|~0-9A-Za-z:/-]*|:[A-Za-z0-9+/=]*:|\?[01]))?)*) *\z`)

// sfToken returns the token of an item, without its parameters.
func sfToken(s string) (string, bool) {
	m := sfItem.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// hsts judges the header of the last answer of the way that starts at https://, as the scanner follows redirects first.
func (o *observed) hsts() string {
	last := o.s.HTTPS.Last()
	if !last.OK() {
		return "hsts-not-implemented-no-https"
	}
	if o.preloaded(o.s.Host) {
		return "hsts-preloaded"
	}
	if !o.trusted {
		return "hsts-invalid-cert"
	}
	if len(last.Values("Strict-Transport-Security")) == 0 {
		return "hsts-not-implemented"
	}
	v := joined(last, "Strict-Transport-Security", 1024)
	if strings.Contains(v, ",") {
		return "hsts-header-invalid"
	}
	age, found := 0.0, false
	for part := range strings.SplitSeq(v, ";") {
		if n, ok := strings.CutPrefix(strings.ToLower(trimJS(part)), "max-age="); ok {
			age, found = parseInt(n), true
		}
	}
	switch {
	case !found:
		return "hsts-header-invalid"
	case age < sixMonths:
		return "hsts-implemented-max-age-less-than-six-months"
	}
	return "hsts-implemented-max-age-at-least-six-months"
}

// parseInt is JavaScript's: leading digits count. What is not a number there is never less than anything, and is infinite here.
func parseInt(s string) float64 {
	s = trimJS(s[:min(len(s), 120)])
	end := 0
	if end < len(s) && (s[end] == '-' || s[end] == '+') {
		end++
	}
	digits := end
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == digits {
		return math.Inf(1)
	}
	n, _ := strconv.ParseFloat(strings.TrimPrefix(s[:end], "+"), 64)
	return n
}

// joined returns a header as the scanner sees it: values of one name joined by commas, capped.
func joined(r *site.Response, name string, most int) string {
	v := strings.Join(r.Values(name), ", ")
	return v[:min(len(v), most)]
}

// referrer judges the last valid value of headers and meta element, in this order.
func (o *observed) referrer() string {
	values := slices.Clone(o.page.Values("Referrer-Policy"))
	if p := o.s.Page; p != nil && p.URL == o.page.URL && p.Referrer != "" {
		values = append(values, p.Referrer)
	}
	if len(values) == 0 {
		return "referrer-policy-not-implemented"
	}
	result := "referrer-policy-header-invalid"
	for v := range strings.SplitSeq(strings.Join(values, ", "), ",") {
		switch strings.ToLower(trimJS(v)) {
		case "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin":
			result = "referrer-policy-private"
		case "origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade":
			result = "referrer-policy-unsafe"
		}
	}
	return result
}

// nosniff judges X-Content-Type-Options.
func (o *observed) nosniff() string {
	v := joined(o.page, "X-Content-Type-Options", 256)
	switch {
	case v == "":
		return "x-content-type-options-not-implemented"
	case strings.ToLower(trimJS(v)) == "nosniff":
		return "x-content-type-options-nosniff"
	}
	return "x-content-type-options-header-invalid"
}

// frame judges X-Frame-Options, which counts for nothing beside frame-ancestors.
func (o *observed) frame(ancestors bool) string {
	v := joined(o.page, "X-Frame-Options", 1024)
	low := strings.ToLower(trimJS(v))
	switch {
	case ancestors:
		return "x-frame-options-implemented-via-csp"
	case v == "":
		return "x-frame-options-not-implemented"
	case low == "deny" || low == "sameorigin":
		return "x-frame-options-sameorigin-or-deny"
	case strings.HasPrefix(low, "allow-from"):
		return "x-frame-options-allow-from-origin"
	}
	return "x-frame-options-header-invalid"
}

// corp judges Cross-Origin-Resource-Policy, which is compared as a whole: a second value makes it invalid.
func (o *observed) corp() string {
	switch low := strings.ToLower(trimJS(joined(o.page, "Cross-Origin-Resource-Policy", 256))); low {
	case "":
		return "corp-not-implemented"
	case "same-origin", "same-site", "cross-origin":
		return "corp-implemented-with-" + low
	}
	return "corp-header-invalid"
}

// sriOrder is the order in which a worse result replaces another.
var sriOrder = []string{"sri-implemented-and-all-scripts-loaded-securely", "sri-implemented-and-external-scripts-loaded-securely",
	"sri-implemented-but-external-scripts-not-loaded-securely", "sri-not-implemented-but-external-scripts-loaded-securely",
	"sri-not-implemented-and-external-scripts-not-loaded-securely", "sri-not-implemented-response-not-html"}

// fullURL is what the scanner takes for a URL with a scheme: in lower case alone.
var fullURL = regexp.MustCompile(`\Ahttps?://`)

// integrity judges the scripts of the page: those of another registrable domain, and those that leave the scheme to the page.
func (o *observed) integrity() string {
	mime, _, _ := strings.Cut(o.page.Header("Content-Type"), ";")
	if mime != "" && mime != "text/html" && mime != "application/xhtml+xml" {
		return "sri-not-implemented-response-not-html"
	}
	if o.s.Page == nil || o.s.Page.URL != o.page.URL || len(o.s.Page.Scripts) == 0 {
		return "sri-not-implemented-but-no-scripts-loaded"
	}
	result, foreign := "", false
	worse := func(r string) {
		if result == "" || slices.Index(sriOrder, r) > slices.Index(sriOrder, result) {
			result = r
		}
	}
	for _, s := range o.s.Page.Scripts {
		if s.Src == "" {
			continue
		}
		noScheme := len(s.Src) > 2 && strings.HasPrefix(s.Src, "//") && s.Src[2] != '/'
		full := !noScheme && fullURL.MatchString(s.Src)
		same := true
		if full {
			u, err := url.Parse(s.Src)
			if err != nil {
				return "html-not-parseable"
			}
			same = registrable(u.Hostname()) == registrable(o.s.Host)
		}
		secure := strings.HasPrefix(s.Src, "https:") || !full && !noScheme && o.https
		if same && !noScheme {
			if s.Integrity != "" && secure && result == "" {
				result = "sri-implemented-and-all-scripts-loaded-securely"
			}
			continue
		}
		foreign = true
		switch {
		case s.Integrity != "" && !secure:
			worse("sri-implemented-but-external-scripts-not-loaded-securely")
		case s.Integrity == "" && secure:
			worse("sri-not-implemented-but-external-scripts-loaded-securely")
		case s.Integrity == "":
			worse("sri-not-implemented-and-external-scripts-not-loaded-securely")
		}
	}
	switch {
	case result != "":
		return result
	case foreign:
		return "sri-implemented-and-external-scripts-loaded-securely"
	}
	return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
}
