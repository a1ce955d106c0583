package checks

import (
	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

var liveHSTS = &LiveCheck{
	Check: Check{
		ID:       "live-hsts",
		Title:    "HSTS is not in force for two years",
		Severity: Medium,
		Why:      "Until a browser has been told so for long enough, every first visit may start over plain HTTP, where somebody on the network can keep it.",
		Fix:      "Send Strict-Transport-Security: max-age=63072000 with every answer over HTTPS, from one place alone.",
		Misses:   "Answers other than the first page's.",
		Refs:     []string{"https://www.rfc-editor.org/rfc/rfc6797", "https://ssl-config.mozilla.org/guidelines/6.0.json"},
		Bad:      headerSite(`"Strict-Transport-Security": ["max-age=3600"]`),
		Good:     headerSite(`"Strict-Transport-Security": ["max-age=63072000; includeSubDomains"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		first := s.HTTPS.First()
		if !first.OK() {
			unanswered(s, v)
			return
		}
		values := first.Values("Strict-Transport-Security")
		h := grade.ParseHSTS(values)
		const halfYear = 15552000 // below that SSL Labs and the Observatory count it as too short
		switch {
		case !h.Present:
			v.failAt(first.URL, "no Strict-Transport-Security is sent")
		case h.Invalid != "":
			v.failAt(first.URL, "Strict-Transport-Security is %s, which browsers ignore: %s", quote(values[0]), h.Invalid)
		case h.MaxAge == 0:
			v.failAt(first.URL, "Strict-Transport-Security is %s: that takes it out of force", quote(values[0]))
		case h.MaxAge < halfYear:
			v.failAt(first.URL, "Strict-Transport-Security lasts %s (max-age=%d); the checklist asks for %d", lifetime(seconds(h.MaxAge)), h.MaxAge, v.limits.HSTS)
		case h.MaxAge < v.limits.HSTS:
			v.failAt(first.URL, "Strict-Transport-Security lasts %s (max-age=%d); the checklist asks for %d", lifetime(seconds(h.MaxAge)), h.MaxAge, v.limits.HSTS).WithSeverity(Low)
		case len(values) > 1:
			v.failAt(first.URL, "Strict-Transport-Security is sent %d times: browsers read the first, %s, and graders neither", len(values), quote(values[0])).WithSeverity(Low).
				WithFix("Send it from nginx or from Django, not from both.")
		default:
			v.passAt(first.URL, "Strict-Transport-Security: %s", cutText(values[0]))
		}
	},
}
