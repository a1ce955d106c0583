package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCookies = &LiveCheck{
	Check: Check{
		ID:       "live-cookies",
		Title:    "A cookie goes over plain HTTP or to scripts",
		Severity: Low,
		Why:      "Browsers send a cookie without Secure over plain HTTP, where anybody on the network reads it. A session that scripts can read is stolen by the first injected one.",
		Fix:      "Set SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE, and leave SESSION_COOKIE_HTTPONLY on.",
		Misses:   "Cookies that are set after a login.",
		Refs:     []string{"https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]},
 "cookies": [{"name": "sessionid", "url": "https://example.org/", "http_only": true, "same_site": "Lax", "has_same_site": true, "bytes": 32}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "https": {"responses": [{"method": "GET", "url": "https://example.org/", "status": 200, "length": 9}]},
 "cookies": [{"name": "sessionid", "url": "https://example.org/", "secure": true, "http_only": true, "same_site": "Lax", "has_same_site": true, "bytes": 32}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if answered(s, v) == nil {
			return
		}
		all := append([]site.Cookie{}, s.Cookies...)
		for _, c := range []*site.Chain{s.Admin, s.Login} {
			if c == nil {
				continue
			}
			for i := range c.Responses {
				all = append(all, site.Cookies(&c.Responses[i])...)
			}
		}
		session := false
		var good []string
		told := map[string]bool{}
		for _, c := range all {
			if told[c.Name] {
				continue
			}
			told[c.Name] = true
			session = session || isSession(c.Name)
			if judgeCookie(v, c) {
				good = append(good, c.Name)
			}
		}
		switch {
		case !session:
			v.unknownAt(s.URL, "the session's cookie comes after a login: see SESSION_COOKIE_SECURE in the settings", "no answer sets a session's cookie to somebody who is not logged in%s", seenCookies(good))
		case len(v.findings) == 0:
			v.passAt(s.URL, "%s: Secure", someOf(good, 4))
		}
	},
}

// judgeCookie says what one cookie lacks, and reports whether that is nothing.
func judgeCookie(v *Verdict, c site.Cookie) bool {
	before := len(v.findings)
	severity := Low
	switch {
	case isSession(c.Name):
		severity = High
	case strings.Contains(strings.ToLower(c.Name), "csrf"):
		severity = Medium
	}
	if !c.Secure {
		v.failAt(c.URL, "the cookie %s has no Secure: browsers send it over plain HTTP", quote(c.Name)).WithSeverity(severity)
	}
	if isSession(c.Name) && !c.HTTPOnly {
		v.failAt(c.URL, "the cookie %s has no HttpOnly: scripts read it", quote(c.Name)).WithSeverity(Medium)
	}
	if strings.EqualFold(c.SameSite, "none") && !c.Secure {
		v.failAt(c.URL, "the cookie %s is SameSite=None without Secure: browsers throw it away", quote(c.Name)).WithSeverity(Low)
	}
	return len(v.findings) == before
}

// isSession reports whether a cookie is that of a session, by the words that the Observatory knows one by.
func isSession(name string) bool {
	n := strings.ToLower(name)
	return strings.Contains(n, "sess") || strings.Contains(n, "login")
}

func seenCookies(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; " + someOf(names, 4) + ": Secure"
}
