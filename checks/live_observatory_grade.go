package checks

import (
	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

var liveObservatoryGrade = &LiveCheck{
	Check: Check{
		ID:       "live-observatory-grade",
		Title:    "The Observatory would not grade the site A",
		Severity: Low,
		Why:      "The grade sums up what the site asks browsers to enforce. The checklist asks for A or A+, which is out of reach without a Content-Security-Policy that forbids inline scripts.",
		Fix:      "Mend what costs most first: a Content-Security-Policy without 'unsafe-inline' for scripts, then HSTS, cookies and frames.",
		Misses:   "Whether the host is on the browsers' preload list, and pages other than the first. The grade is computed by the published algorithm and is not the service's own.",
		Refs:     []string{"https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring"},
		Bad:      headerSite(`"Strict-Transport-Security": ["max-age=63072000"]`),
		Good: headerSite(`"Strict-Transport-Security": ["max-age=63072000"], "Content-Security-Policy": ["default-src 'self'"],
   "Referrer-Policy": ["same-origin"], "X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["DENY"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		if answered(s, v) == nil {
			return
		}
		g := grade.Observatory(s, nil)
		switch {
		case g.Refused != "":
			v.unknownAt(s.URL, "a page that answers 2xx, 3xx, 401 or 403", "there is no grade: %s", g.Refused)
		case g.Letter == "A+" || g.Letter == "A":
			v.passAt(s.HTTPS.Last().URL, "%s", gradeTold(&g))
		default:
			v.failAt(s.HTTPS.Last().URL, "it would be %s", gradeTold(&g)).because(reasons(&g)...)
		}
	},
}
