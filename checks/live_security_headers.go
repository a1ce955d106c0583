package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveSecurityHeaders = &LiveCheck{
	Check: Check{
		ID:       "live-security-headers",
		Title:    "The site does not send all security headers",
		Severity: Medium,
		Why:      "Browsers protect visitors from injected scripts, from being framed and from leaking addresses only where the site asks for it with a header, on error pages and files too.",
		Fix:      "Send Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, Referrer-Policy and Permissions-Policy with add_header … always in the TLS server; a location with an add_header of its own drops them all.",
		Misses:   "Pages other than the first, one that does not exist and one file; whether a policy is a good one is for the grades.",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header", "https://owasp.org/www-project-secure-headers/"},
		Bad:      headerSite(`"X-Frame-Options": ["DENY"]`),
		Good: headerSite(`"Content-Security-Policy": ["default-src 'self'"], "Permissions-Policy": ["camera=()"],
   "Referrer-Policy": ["same-origin"], "X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["DENY"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		page := answered(s, v)
		if page == nil {
			return
		}
		var missing []string
		for _, name := range pageHeaders {
			if !sendsHeader(page, name) {
				missing = append(missing, name)
			}
		}
		switch {
		case len(missing) == 1 && missing[0] == "Permissions-Policy": // advice, where the rest is there
			v.failAt(page.URL, "lacks Permissions-Policy").WithSeverity(Info)
		case len(missing) > 0:
			v.failAt(page.URL, "lacks %s", strings.Join(missing, ", "))
		}
		for _, other := range []struct {
			r     *site.Response
			what  string
			names []string
		}{
			{s.Missing, "a page that does not exist", pageHeaders},
			// of a file only its type matters: it is no page
			{s.Static, "a file of the site", []string{"X-Content-Type-Options"}},
		} {
			if !other.r.OK() {
				continue
			}
			var dropped []string
			for _, name := range other.names {
				if sendsHeader(page, name) && !sendsHeader(other.r, name) {
					dropped = append(dropped, name)
				}
			}
			if len(dropped) > 0 {
				v.failAt(other.r.URL, "%s (%d) comes without %s, which the first page has", other.what, other.r.Status, strings.Join(dropped, ", ")).WithSeverity(Low).
					WithFix("Write always behind add_header, and repeat the headers in each location that adds one of its own.")
			}
		}
		if len(v.findings) == 0 {
			v.passAt(page.URL, "%s", strings.Join(pageHeaders, ", "))
		}
	},
}

// pageHeaders are what every page should be sent with.
var pageHeaders = []string{"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"}

// sendsHeader reports whether an answer has a header that browsers heed. frame-ancestors of a policy stands for X-Frame-Options.
func sendsHeader(r *site.Response, name string) bool {
	value := strings.ToLower(strings.TrimSpace(r.Header(name)))
	switch name {
	case "X-Content-Type-Options":
		return strings.HasPrefix(value, "nosniff")
	case "X-Frame-Options":
		for _, csp := range r.Values("Content-Security-Policy") {
			if strings.Contains(strings.ToLower(csp), "frame-ancestors") {
				return true
			}
		}
	}
	return value != ""
}
