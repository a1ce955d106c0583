package grade

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/site"
)

func codes(issues []Issue) string {
	var out []string
	for _, i := range issues {
		out = append(out, i.Code)
	}
	return strings.Join(out, " ")
}

func TestPreloadHeader(t *testing.T) {
	const (
		missing   = "header.preloadable.max_age.missing"
		noSubs    = "header.preloadable.include_sub_domains.missing"
		noPreload = "header.preloadable.preload.missing"
	)
	for _, test := range []struct{ header, errors, warnings string }{
		{"max-age=31536000; includeSubDomains; preload", "", ""},
		{" preload ;\tINCLUDESUBDOMAINS; Max-Age=63072000", "", ""},
		{"max-age=31535999; includeSubDomains; preload", "header.preloadable.max_age.below_1_year", ""},
		{"max-age=0; includeSubDomains; preload", "header.preloadable.max_age.zero", ""},
		{"max-age=315360001; includeSubDomains; preload", "", "header.preloadable.max_age.over_10_years"},
		{"max-age=31536000; preload", noSubs, ""},
		{"max-age=31536000; includeSubDomains", noPreload, ""},
		{"includeSubDomains; preload", missing, ""},
		{"", noSubs + " " + noPreload + " " + missing, "header.parse.empty"},
		{";", noSubs + " " + noPreload + " " + missing, "header.parse.empty_directive"},
		{"max-age; includeSubDomains; preload", "header.parse.invalid.max_age.no_value " + missing, ""},
		{"max-age=; includeSubDomains; preload", "header.parse.max_age.parse_int_error " + missing, ""},
		{`max-age="31536000"; includeSubDomains; preload`, "header.parse.max_age.non_digit_characters " + missing, ""},
		{"max-age=+31536000; includeSubDomains; preload", "header.parse.max_age.non_digit_characters " + missing, ""},
		{"max-age=99999999999999999999; includeSubDomains; preload", "header.parse.max_age.parse_int_error " + missing, ""},
		{"max-age=031536000; includeSubDomains; preload", "", "header.parse.max_age.leading_zero"},
		{"max-age=31536000; includeSubDomains; preload;;", "", "header.parse.empty_directive"},
		{"max-age=31536000; max-age=0; includeSubDomains; includeSubDomains; preload; preload", "",
			"header.parse.repeated.max_age header.parse.repeated.include_sub_domains header.parse.repeated.preload"},
		{"max-age=31536000; includeSubDomainsX; preloaded", noSubs + " " + noPreload, "header.parse.invalid.include_sub_domains header.parse.invalid.preload"},
		{"max-age=31536000; includeSubDomains; preload; a; b", "", "header.parse.unknown_directive header.parse.unknown_directive"},
	} {
		var p Preload
		p.header(test.header)
		if codes(p.Errors) != test.errors || codes(p.Warnings) != test.warnings {
			t.Errorf("%q:\n got %q, %q\nwant %q, %q", test.header, codes(p.Errors), codes(p.Warnings), test.errors, test.warnings)
		}
	}
}

func TestHSTSPreload(t *testing.T) {
	const ok = "max-age=63072000; includeSubDomains; preload"
	chain := func(next string, urls ...string) site.Chain {
		c := site.Chain{Next: next}
		for _, u := range urls {
			r := site.Response{URL: u, Status: 200, Headers: map[string][]string{}}
			if strings.HasPrefix(u, "https:") {
				r.Headers["Strict-Transport-Security"] = []string{ok}
			}
			c.Responses = append(c.Responses, r)
		}
		if next != "" {
			c.Stopped = "another host"
		}
		return c
	}
	good := func() *site.Site {
		return &site.Site{Host: "club.test", HTTP: chain("", "http://club.test/", "https://club.test/"), HTTPS: chain("", "https://club.test/"), WWW: &site.WWW{Name: "www.club.test", Connects: true, TLS: true},
			Handshakes: []site.Handshake{{Chain: make([]site.Certificate, 1), Trust: site.Trust{Verified: true}}}}
	}
	for _, test := range []struct {
		name             string
		change           func(*site.Site)
		errors, warnings string
	}{
		{"good", func(s *site.Site) {}, "", ""},
		{"no port 80", func(s *site.Site) {
			s.HTTP = site.Chain{Responses: []site.Response{{Error: "refused: the port is closed"}}}
		}, "", "redirects.http.does_not_exist"},
		{"header over http", func(s *site.Site) { s.HTTP.Responses[0].Headers["Strict-Transport-Security"] = []string{ok} }, "", "redirects.http.useless_header"},
		{"no redirect", func(s *site.Site) { s.HTTP = chain("", "http://club.test/") }, "redirects.http.no_redirect", ""},
		{"www first", func(s *site.Site) { s.HTTP = chain("https://www.club.test/", "http://club.test/") }, "redirects.http.www_first", ""},
		{"http first", func(s *site.Site) {
			s.HTTP = chain("", "http://club.test/", "http://club.test/x", "https://club.test/x")
		}, "redirects.http.first_redirect.insecure", ""},
		{"target without the header", func(s *site.Site) { delete(s.HTTP.Responses[1].Headers, "Strict-Transport-Security") }, "redirects.http.first_redirect.no_hsts", ""},
		{"back to http", func(s *site.Site) {
			s.HTTP = chain("", "http://club.test/", "https://club.test/", "http://club.test/x")
		}, "redirects.insecure.subsequent", ""},
		{"https to http", func(s *site.Site) { s.HTTPS = chain("", "https://club.test/", "http://club.test/x") }, "redirects.insecure.initial", ""},
		{"four redirects", func(s *site.Site) {
			s.HTTPS = chain("https://club.test/4", "https://club.test/", "https://club.test/1", "https://club.test/2", "https://club.test/3")
		}, "redirects.too_many", ""},
		{"two headers", func(s *site.Site) { s.HTTPS.Responses[0].Headers["Strict-Transport-Security"] = []string{ok, ok} }, "response.multiple_headers", ""},
		{"no header", func(s *site.Site) {
			delete(s.HTTPS.Responses[0].Headers, "Strict-Transport-Security")
			delete(s.HTTP.Responses[1].Headers, "Strict-Transport-Security")
		}, "response.no_header", ""},
		{"certificate", func(s *site.Site) { s.Handshakes[0].Trust.Verified = false }, "domain.tls.invalid_cert_chain", ""},
		{"SHA-1", func(s *site.Site) { s.Handshakes[0].Chain[0].Signature = "SHA1-RSA" }, "domain.tls.sha1", ""},
		{"no answer", func(s *site.Site) {
			s.HTTPS = site.Chain{Responses: []site.Response{{Error: "timeout: no answer in time"}}}
		}, "domain.tls.cannot_connect", ""},
		{"subdomain", func(s *site.Site) {
			s.Host = "app.club.test"
			s.HTTP, s.HTTPS = chain("", "http://app.club.test/", "https://app.club.test/"), chain("", "https://app.club.test/")
		}, "domain.is_subdomain", ""},
		{"address", func(s *site.Site) { s.Host = "192.0.2.1" }, "domain.format.is_ip_address", ""},
		{"suffix", func(s *site.Site) { s.Host = "co.uk" }, "domain.format.public_suffix", ""},
		{"www without TLS", func(s *site.Site) { s.WWW.TLS = false }, "domain.www.no_tls", ""},
		{"www closed", func(s *site.Site) { s.WWW = &site.WWW{} }, "", ""},
	} {
		s := good()
		test.change(s)
		p := HSTSPreload(s)
		if codes(p.Errors) != test.errors || codes(p.Warnings) != test.warnings || p.Eligible != (test.errors == "") {
			t.Errorf("%s:\n got %q, %q\nwant %q, %q", test.name, codes(p.Errors), codes(p.Warnings), test.errors, test.warnings)
		}
	}
	s := good()
	s.WWW = nil
	if p := HSTSPreload(s); !slices.ContainsFunc(p.NotEvaluated, func(x string) bool { return strings.Contains(x, "www.") }) {
		t.Errorf("%+v", p)
	}
}

func TestSecurityHeaders(t *testing.T) {
	all := func(change ...string) *site.Site {
		h := map[string][]string{"Strict-Transport-Security": {"max-age=31536000"}, "Content-Security-Policy": {"default-src 'self'"}, "Permissions-Policy": {"camera=()"},
			"Referrer-Policy": {"same-origin"}, "X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"DENY"}}
		for i := 0; i < len(change); i += 2 {
			if h[change[i]] = []string{change[i+1]}; change[i+1] == "" {
				delete(h, change[i])
			}
		}
		return &site.Site{HTTPS: site.Chain{Responses: []site.Response{{Status: 200, Headers: h}}}}
	}
	for _, test := range []struct {
		change []string
		letter string
	}{
		{nil, "A+"},
		{[]string{"Content-Security-Policy", "frame-ancestors 'self'"}, "A+"}, // the service does not judge what else is in it
		{[]string{"Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'"}, "A+"},
		{[]string{"Content-Security-Policy", "script-src 'self' 'unsafe-inline'"}, "A"},
		{[]string{"Content-Security-Policy", "script-src 'nonce-x' 'unsafe-inline'"}, "A+"},
		{[]string{"Content-Security-Policy", "default-src 'self' 'unsafe-eval'"}, "A"},
		{[]string{"Referrer-Policy", "unsafe-url"}, "A"},
		{[]string{"Referrer-Policy", "nothing"}, "A"},
		{[]string{"X-Frame-Options", "ALLOWALL"}, "A"},
		{[]string{"X-Content-Type-Options", "sniff"}, "A"},
		{[]string{"Strict-Transport-Security", "max-age=x"}, "A"},
		{[]string{"Permissions-Policy", ""}, "below A"},
		{[]string{"Content-Security-Policy", "", "Content-Security-Policy-Report-Only", "default-src 'self'"}, "below A"},
	} {
		if g := SecurityHeaders(all(test.change...)); g.Letter != test.letter || len(g.Rules) < 6 {
			t.Errorf("%v: %+v", test.change, g)
		}
	}
	if g := SecurityHeaders(&site.Site{}); g.Letter != "" || g.Refused == "" {
		t.Errorf("%+v", g)
	}
}

func TestParseHSTS(t *testing.T) {
	for header, want := range map[string]HSTS{
		"max-age=31536000":               {Present: true, MaxAge: 31536000},
		`max-age="0"; includeSubDomains`: {Present: true, IncludeSubDomains: true},
		"MAX-AGE = 5 ; Preload; x=\";\"": {Present: true, MaxAge: 5, Preload: true},
		"max-age=1; max-age=2":           {Present: true, MaxAge: 1, Invalid: `"max-age" is given twice`},
		"max-age=1, max-age=2":           {Present: true, Invalid: "max-age is no number"},
		"includeSubDomains":              {Present: true, IncludeSubDomains: true, Invalid: "max-age is missing"},
		"max-age=99999999999999999999":   {Present: true, MaxAge: 1 << 40},
	} {
		if got := ParseHSTS([]string{header, "max-age=9"}); got != want {
			t.Errorf("%q: %+v, want %+v", header, got, want)
		}
	}
}

// FuzzHeaders reads any text as each of the headers that are parsed.
func FuzzHeaders(f *testing.F) {
	f.Add("max-age=31536000; includeSubDomains; preload")
	f.Add("default-src 'self'; script-src 'nonce-x' 'strict-dynamic' https:, img-src http://a/%20/, ;;;")
	f.Add("\"same-origin; report-to=\"x\"")
	f.Fuzz(func(t *testing.T, in string) {
		if h := ParseHSTS([]string{in}); h.MaxAge < 0 || h.MaxAge > 1<<40 {
			t.Errorf("%+v", h)
		}
		x := plain()
		for _, name := range append(slices.Clone(graded), "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy", "Set-Cookie") {
			x.Page.Headers[name] = []string{in, in}
		}
		x.HTML, x.HTTP = in, []string{"http://site.test/", in}
		s := x.facts()
		g := Observatory(s, nil)
		if g.Score < 0 || g.Score > 165 || len(g.Rules) != 12 {
			t.Errorf("%+v", g)
		}
		for _, r := range g.Rules {
			if _, ok := modifiers[r.Result]; !ok {
				t.Errorf("unknown result %q", r.Result)
			}
		}
		SecurityHeaders(s)
		HSTSPreload(s)
	})
}
