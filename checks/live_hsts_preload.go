package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

var liveHSTSPreload = &LiveCheck{
	Check: Check{
		ID:       "live-hsts-preload",
		Title:    "HSTS asks for preloading that it does not qualify for",
		Severity: Low,
		Why:      "With preload in the header anybody may submit the domain, and getting off the list takes months. Its operators advise against it since January 2025, so that not asking for it is right.",
		Fix:      "Take preload out of the header, or meet what is missing.",
		Misses:   "Whether the domain is on the list already.",
		Refs:     []string{"https://hstspreload.org/"},
		Bad:      headerSite(`"Strict-Transport-Security": ["max-age=3600; includeSubDomains; preload"]`),
		Good:     headerSite(`"Strict-Transport-Security": ["max-age=63072000"]`),
	},
	Run: func(s *site.Site, v *Verdict) {
		first := s.HTTPS.First()
		if !first.OK() {
			unanswered(s, v)
			return
		}
		p := grade.HSTSPreload(s)
		requested := p.Requested || grade.ParseHSTS(first.Values("Strict-Transport-Security")).Preload
		var missing []string
		for _, i := range p.Errors {
			missing = append(missing, i.Text)
		}
		switch {
		case requested && !p.Eligible:
			fd := v.failAt(first.URL, "the header asks for preloading, and %s", cutText(missing[0]))
			for _, i := range p.Errors {
				fd.because(i.Code + ": " + i.Text)
			}
		case requested:
			v.passAt(first.URL, "meets the requirements of %s, %s", p.Rubric, p.Version)
		case len(missing) > 0:
			v.passAt(first.URL, "is not asked for, as the list's operators advise; for it: %s", strings.Join(missing, "; "))
		default:
			v.passAt(first.URL, "is not asked for, as the list's operators advise")
		}
	},
}
