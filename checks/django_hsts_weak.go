package checks

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

// hstsFloor is the max-age, in seconds, under which scanners such as Mozilla's Observatory count HSTS as too short: 180 days.
const hstsFloor = 15552000

var djangoHstsWeak = &Check{
	ID:       "django-hsts-weak",
	Title:    "Browsers do not remember that the site is HTTPS only",
	Severity: Medium,
	Why:      "Until a browser has been told so for long enough, every first visit may start over plain HTTP, where somebody on the network can keep it. Preload lists ask for a year, the checklist for two.",
	Fix:      "Set SECURE_HSTS_SECONDS = 63072000 once all of the site answers over HTTPS; SecurityMiddleware sends it.",
	Misses:   "A header that a proxy outside the repository sends.",
	Refs:     []string{settingsDocs + "#secure-hsts-seconds", "https://www.rfc-editor.org/rfc/rfc6797"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 3600  # want "SECURE_HSTS_SECONDS is 3600 .1 hour."
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "SECURE_HSTS_SECONDS", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			n, ok := hstsSeconds(set.Value)
			if !ok {
				return undecided(set)
			}
			var o opinion
			switch {
			case n >= f.Limits.HSTS:
				if o = inert(p, s, set); o.status != Fail {
					return passing("%s", tell(set))
				}
			case n <= 0:
				o = failing("%s: no Strict-Transport-Security is sent", tell(set))
			case n < min(hstsFloor, f.Limits.HSTS):
				o = failing("SECURE_HSTS_SECONDS %s %d (%s), under 180 days", comes(set.Value), n, lifetime(seconds(n)))
			default:
				o = failing("SECURE_HSTS_SECONDS %s %d (%s); the checklist asks for %d", comes(set.Value), n, lifetime(seconds(n)), f.Limits.HSTS).as(Low)
			}
			if fr := frontOf(f, p); fr.hsts >= f.Limits.HSTS {
				o = o.as(Info)
				o.message += fmt.Sprintf("; %s sends it with %d (%s)", fr.name, fr.hsts, where(fr.hstsAt))
			}
			return o
		})
	},
}

// hstsSeconds is the max-age that Django writes: a number, or a text of digits, which it writes as it stands.
func hstsSeconds(v django.Value) (int64, bool) {
	if n, ok := v.Int(); ok {
		return n, true
	}
	if v.IsNone() {
		return 0, true
	}
	if s, ok := v.Str(); ok {
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		return n, err == nil || s == ""
	}
	return 0, false
}

func seconds(n int64) time.Duration { return time.Duration(min(n, 1<<31)) * time.Second }
