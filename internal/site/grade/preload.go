package grade

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/prodcheck/prodcheck/internal/site"
)

// What max-age must be to be preloaded, and above what it is odd, in seconds.
const (
	oneYear  = 31536000
	tenYears = 10 * oneYear
)

// An Issue is one requirement of the preload list that is not met, under the code that hstspreload.org gives it.
type Issue struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// A Preload says whether a domain could be put on the browsers' list of hosts that are only ever asked by HTTPS.
type Preload struct {
	Rubric  string `json:"rubric"`
	Version string `json:"version"`
	// Eligible says that there are no errors. Requested says that the header asks for it, upon which anybody may submit the domain.
	Eligible     bool     `json:"eligible"`
	Requested    bool     `json:"requested"`
	Errors       []Issue  `json:"errors,omitempty"`
	Warnings     []Issue  `json:"warnings,omitempty"`
	NotEvaluated []string `json:"not_evaluated,omitempty"`
}

// err notes a requirement that is not met.
func (p *Preload) err(code, format string, args ...any) {
	p.Errors = append(p.Errors, Issue{code, fmt.Sprintf(format, args...)})
}

// warn notes what is odd and blocks nothing; each once, but for directives that are not known.
func (p *Preload) warn(code, format string, args ...any) {
	for _, w := range p.Warnings {
		if w.Code == code && code != "header.parse.unknown_directive" {
			return
		}
	}
	p.Warnings = append(p.Warnings, Issue{code, fmt.Sprintf(format, args...)})
}

// HSTSPreload applies the requirements of hstspreload.org (18 June 2025) to what was seen. Since January 2025 the operators of the list
// advise against preloading, so that not being eligible is no failure.
func HSTSPreload(s *site.Site) Preload {
	p := Preload{Rubric: "hstspreload.org submission requirements", Version: "2025-06-18"}
	if !p.domain(s.Host) {
		return p
	}
	first := s.HTTPS.First()
	if !first.OK() {
		p.err("domain.tls.cannot_connect", "%s gives no answer over HTTPS", strconv.Quote(s.Host))
		return p
	}
	if ok, known := verified(s); known && !ok {
		p.err("domain.tls.invalid_cert_chain", "the certificate is not trusted: %s", s.Handshakes[0].Trust.Error)
		return p
	} else if !known {
		p.NotEvaluated = append(p.NotEvaluated, "the certificate")
	}
	if h := s.Handshakes; len(h) > 0 {
		for i, c := range h[0].Chain {
			if strings.Contains(strings.ToUpper(c.Signature), "SHA1") && !(i > 0 && c.Subject == c.Issuer) {
				p.err("domain.tls.sha1", "a certificate of the chain is signed with SHA-1")
			}
		}
	}
	before := len(p.Errors)
	p.response(first)
	p.http(s, len(p.Errors) == before)
	p.redirects("https", s.HTTPS)
	p.www(s)
	p.Eligible = len(p.Errors) == 0
	return p
}

// domain reports whether the host is a name that a list entry could be about at all.
func (p *Preload) domain(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		p.err("domain.format.is_ip_address", "%q is an address", host)
		return false
	}
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	switch {
	case err != nil:
		p.err("domain.format.public_suffix", "%q is a public suffix", host)
		return false
	case registered != host:
		p.err("domain.is_subdomain", "%q is a name below %q, and only that could be submitted", host, registered)
	}
	return true
}

// response checks that there is one header, and what it says.
func (p *Preload) response(r *site.Response) {
	switch values := r.Values("Strict-Transport-Security"); len(values) {
	case 0:
		p.err("response.no_header", "no Strict-Transport-Security header is sent")
	case 1:
		p.header(values[0])
	default:
		p.err("response.multiple_headers", "%d Strict-Transport-Security headers are sent", len(values))
	}
}

// header reads a header the way the list's own parser does, which takes no quotes.
func (p *Preload) header(header string) {
	age, subdomains := int64(-1), false
	parts := strings.Split(header, ";")
	if strings.TrimSpace(header) == "" {
		p.warn("header.parse.empty", "the header is empty")
		parts = nil
	}
	for _, part := range parts {
		part = strings.TrimSpace(part)
		low := strings.ToLower(part)
		switch {
		case low == "preload" && p.Requested:
			p.warn("header.parse.repeated.preload", "preload is given twice")
		case low == "preload":
			p.Requested = true
		case strings.HasPrefix(low, "preload"):
			p.warn("header.parse.invalid.preload", "%q is not preload", part)
		case low == "includesubdomains" && subdomains:
			p.warn("header.parse.repeated.include_sub_domains", "includeSubDomains is given twice")
		case low == "includesubdomains":
			subdomains = true
		case strings.HasPrefix(low, "includesubdomains"):
			p.warn("header.parse.invalid.include_sub_domains", "%q is not includeSubDomains", part)
		case strings.HasPrefix(low, "max-age="):
			if n, ok := p.age(low[len("max-age="):]); ok && age < 0 {
				age = n
			} else if ok {
				p.warn("header.parse.repeated.max_age", "max-age is given twice")
			}
		case strings.HasPrefix(low, "max-age"):
			p.err("header.parse.invalid.max_age.no_value", "max-age has no value")
		case low == "":
			p.warn("header.parse.empty_directive", "there is a semicolon too many")
		default:
			p.warn("header.parse.unknown_directive", "%q is not known", part)
		}
	}
	if !subdomains {
		p.err("header.preloadable.include_sub_domains.missing", "includeSubDomains is missing")
	}
	if !p.Requested {
		p.err("header.preloadable.preload.missing", "preload is missing")
	}
	switch {
	case age < 0:
		p.err("header.preloadable.max_age.missing", "max-age is missing")
	case age == 0:
		p.err("header.preloadable.max_age.zero", "max-age is 0")
	case age < oneYear:
		p.err("header.preloadable.max_age.below_1_year", "max-age=%d is less than a year", age)
	case age > tenYears:
		p.warn("header.preloadable.max_age.over_10_years", "max-age=%d is more than ten years", age)
	}
}

// age reads the seconds of max-age.
func (p *Preload) age(s string) (int64, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			p.err("header.parse.max_age.non_digit_characters", "max-age=%s is not a number", s)
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.err("header.parse.max_age.parse_int_error", "max-age=%s is not a number", s)
		return 0, false
	}
	if len(s) > 1 && s[0] == '0' {
		p.warn("header.parse.max_age.leading_zero", "max-age=%s has a leading zero", s)
	}
	return n, true
}

// hops returns the targets of the redirects of a chain, the one that was not followed included.
func hops(c site.Chain) []*url.URL {
	var out []*url.URL
	for i := range c.Responses {
		if u, err := url.Parse(c.Responses[i].URL); err == nil && i > 0 {
			out = append(out, u)
		}
	}
	if u, err := url.Parse(c.Next); err == nil && c.Next != "" {
		out = append(out, u)
	}
	return out
}

// http checks the way from plain HTTP: straight to HTTPS on the same host, with the header there, so that the entry of the domain is
// stored. headerOK says that the header itself is in order, without which a second complaint says nothing new.
func (p *Preload) http(s *site.Site, headerOK bool) {
	first := s.HTTP.First()
	if !first.OK() {
		p.warn("redirects.http.does_not_exist", "there is no answer over plain HTTP")
		return
	}
	if len(first.Values("Strict-Transport-Security")) > 0 {
		p.warn("redirects.http.useless_header", "plain HTTP sends the header, which browsers ignore there")
	}
	to := hops(s.HTTP)
	if len(to) > maxPreloadHops {
		p.err("redirects.too_many", "there are more than %d redirects from http://%s", maxPreloadHops, s.Host)
	}
	switch {
	case len(to) == 0:
		p.err("redirects.http.no_redirect", "http://%s does not redirect to https://%[1]s", s.Host)
	case to[0].Scheme == "https" && to[0].Hostname() == s.Host:
		if len(s.HTTP.Responses) < 2 || !s.HTTP.Responses[1].OK() {
			p.err("redirects.http.first_redirect.invalid", "the target of the redirect gives no answer")
			return
		}
		var second Preload
		if second.response(&s.HTTP.Responses[1]); len(second.Errors) > 0 && headerOK {
			p.err("redirects.http.first_redirect.no_hsts", "the target of the redirect does not send the header: %s", second.Errors[0].Text)
		}
		p.insecure("http", s.Host, to)
	case to[0].Hostname() == "www."+s.Host:
		p.err("redirects.http.www_first", "http://%s redirects to www. before HTTPS on the same host", s.Host)
	default:
		p.err("redirects.http.first_redirect.insecure", "the first redirect of http://%s is not to HTTPS on the same host", s.Host)
	}
}

// maxPreloadHops is how many redirects the list allows.
const maxPreloadHops = 3

// redirects checks the way from HTTPS, which must stay there.
func (p *Preload) redirects(scheme string, c site.Chain) {
	to := hops(c)
	if len(to) > maxPreloadHops {
		p.err("redirects.too_many", "there are more than %d redirects from %s://", maxPreloadHops, scheme)
	}
	if len(to) > 0 {
		p.insecure(scheme, to[0].Host, to)
	}
	if c.Stopped != "" {
		p.NotEvaluated = append(p.NotEvaluated, "redirects beyond "+strconv.Quote(c.Next))
	}
}

// insecure notes the first redirect of a way that leaves HTTPS.
func (p *Preload) insecure(scheme, host string, to []*url.URL) {
	for i, u := range to {
		switch {
		case u.Scheme == "https":
		case i == 0:
			p.err("redirects.insecure.initial", "%s://%s redirects to %q", scheme, host, u)
			return
		default:
			p.err("redirects.insecure.subsequent", "%s://%s redirects to %q", scheme, host, u)
			return
		}
	}
}

// www checks that a www name that takes connections speaks TLS, which is waived for one suffix.
func (p *Preload) www(s *site.Site) {
	if strings.HasSuffix(s.Host, ".appspot.com") {
		return
	}
	for _, e := range p.Errors {
		if e.Code == "domain.is_subdomain" {
			return
		}
	}
	switch {
	case s.WWW == nil:
		p.NotEvaluated = append(p.NotEvaluated, "www."+s.Host+", which is not one of the named hosts")
	case s.WWW.Connects && !s.WWW.TLS:
		p.err("domain.www.no_tls", "%s takes connections and has no certificate that is trusted: %s", s.WWW.Name, s.WWW.Error)
	}
}
