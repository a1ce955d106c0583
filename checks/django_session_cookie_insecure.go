package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoSessionCookieInsecure = &Check{
	ID:       "django-session-cookie-insecure",
	Title:    "Sessions can be stolen over plain HTTP",
	Severity: High,
	Why:      "Without the Secure flag a browser sends the session cookie with any http:// request to the site, even one that only redirects. Whoever listens on the network is then logged in as that visitor.",
	Fix:      "Set SESSION_COOKIE_SECURE = True in production, on no other condition.",
	Misses:   "Cookies that views set themselves, and a proxy that adds the flag.",
	Refs:     []string{settingsDocs + "#session-cookie-secure", "https://owasp.org/www-community/controls/SecureCookieAttribute"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SECURE = os.environ.get("USE_HTTPS", "False") == "True"  # want "SESSION_COOKIE_SECURE falls back to False"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SECURE = True
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SESSION_COOKIE_SECURE", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			if hasMiddleware(p, s, "SessionMiddleware") == notIn && hasApp(s, "django.contrib.sessions") == notIn {
				return opinion{} // no sessions, no cookie
			}
			return secureCookie(set, "the session cookie")
		})
	},
}

// secureCookie is the opinion of a …_COOKIE_SECURE setting. Django sends the flag for anything that counts as true, but its
// deployment checks (security.W010 to W016) count the value True only: a text is true whatever it says.
func secureCookie(set django.Setting, cookie string) opinion {
	switch {
	case set.Value.IsExactly(true):
		return passing("%s", tell(set))
	case set.Value.IsTrue() && set.Value.Kind() == django.StringKind:
		return failing("%s: a text counts as true whatever it says, and Django's deployment check asks for True", tell(set)).as(Low)
	case set.Value.IsTrue():
		return passing("%s", tell(set))
	case set.Value.IsFalse():
		return failing("%s: browsers send %s over plain HTTP too", tell(set), cookie)
	}
	return undecided(set)
}
