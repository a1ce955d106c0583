package checks

import (
	"net/url"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveHTTPSRedirect = &LiveCheck{
	Check: Check{
		ID:       "live-https-redirect",
		Title:    "The site answers over plain HTTP",
		Severity: High,
		Why:      "Whoever is on the network of a visitor reads and changes what goes over plain HTTP, passwords and sessions included. The site must answer over HTTPS, and plain HTTP must only lead there.",
		Fix:      "Let port 80 answer with 301 to https:// on the same host, and nothing else but the challenges of certbot.",
		Misses:   "Paths other than the first page.",
		Refs:     []string{"https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]},
 "http": {"responses": [{"method": "GET", "url": "http://example.org/", "status": 200, "length": 9}]}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]},
 "http": {"responses": [
  {"method": "GET", "url": "http://example.org/", "status": 301, "headers": {"Location": ["https://example.org/"]}, "length": 0},
  {"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		secure := secureSide(s, v)
		first := s.HTTP.First()
		switch {
		case first == nil:
			if s.HTTPS.First().OK() {
				unlooked(s, v, "plain HTTP", "http")
			}
			return
		case strings.HasPrefix(first.Error, "refused"):
			if secure {
				v.passAt(first.URL, "nothing answers over plain HTTP")
			}
			return
		case !first.OK():
			if secure {
				v.unknownAt(first.URL, "ask again from another network", "plain HTTP gives no answer: %s", first.Error)
			}
			return
		}
		plainSide(s, v, secure)
	},
}

// secureSide says whether the site answers over HTTPS and stays there.
func secureSide(s *site.Site, v *Verdict) bool {
	last := s.HTTPS.Last()
	switch {
	case !s.HTTPS.First().OK():
		if s.HTTP.First().OK() && last != nil {
			v.failAt(s.URL, "the site answers over plain HTTP and not over HTTPS: %s", last.Error)
		} else {
			unanswered(s, v)
		}
		return false
	case s.HTTPS.Stopped == "a loop" || s.HTTPS.Stopped == "too many":
		v.failAt(s.URL, "the redirects from %s never end: visitors see an error", s.URL).WithFix("Tell the application that the request came by HTTPS (SECURE_PROXY_SSL_HEADER), or take one of the redirects out.")
		return false
	case strings.HasPrefix(s.HTTPS.Next, "http:") || last.OK() && strings.HasPrefix(last.URL, "http:"):
		v.failAt(s.URL, "HTTPS redirects to plain HTTP, at %s", quote(firstPlain(s)))
		return false
	case !last.OK():
		unanswered(s, v)
		return false
	case last.Status >= 500:
		v.failAt(last.URL, "the site answers %d: it is down", last.Status).WithFix("Look into the logs of the proxy and the application.")
		return false
	}
	return true
}

func firstPlain(s *site.Site) string {
	for i := range s.HTTPS.Responses {
		if u := s.HTTPS.Responses[i].URL; strings.HasPrefix(u, "http:") {
			return u
		}
	}
	return s.HTTPS.Next
}

// plainSide judges where the first answer over plain HTTP leads.
func plainSide(s *site.Site, v *Verdict, secure bool) {
	first := s.HTTP.First()
	target := s.HTTP.Next
	if len(s.HTTP.Responses) > 1 {
		target = s.HTTP.Responses[1].URL
	}
	u, err := url.Parse(target)
	last := s.HTTP.Last()
	switch {
	case target == "" && first.Status < 400:
		v.failAt(first.URL, "plain HTTP answers %d and does not redirect to HTTPS", first.Status)
	case target == "":
		v.failAt(first.URL, "plain HTTP answers %d and does not redirect to HTTPS: who types the name alone does not find the site", first.Status).WithSeverity(Low)
	case s.HTTP.Stopped == "a loop" || s.HTTP.Stopped == "too many":
		v.failAt(first.URL, "the redirects from plain HTTP never end: visitors see an error")
	case err != nil || u.Scheme == "http" && last.OK() && strings.HasPrefix(last.URL, "http:"):
		v.failAt(first.URL, "plain HTTP redirects to %s, which is not HTTPS", quote(target))
	case u.Scheme == "http":
		v.failAt(first.URL, "plain HTTP redirects to %s first, once more in plain", quote(target)).WithSeverity(Low)
	case secure && u.Hostname() != s.Host:
		v.passAt(first.URL, "%d to %s; HTTPS on %s itself would let HSTS cover it", first.Status, quote(target), s.Host)
	case secure:
		v.passAt(first.URL, "%d to %s", first.Status, quote(target))
	}
}
