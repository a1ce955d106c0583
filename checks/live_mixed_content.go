package checks

import (
	"slices"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveMixedContent = &LiveCheck{
	Check: Check{
		ID:       "live-mixed-content",
		Title:    "The page loads something over plain HTTP",
		Severity: Medium,
		Why:      "Browsers block scripts, styles and frames that a page of HTTPS asks for over plain HTTP, so that the page breaks. A form that is sent over plain HTTP shows what was typed to anybody on the network.",
		Fix:      "Write https:// or a path in the attribute.",
		Misses:   "What scripts load, and pages other than the first and the login.",
		Refs:     []string{"https://www.w3.org/TR/mixed-content/"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "page": {"url": "https://example.org/",
 "insecure": [{"element": "script", "url": "http://cdn.example.net/app.js", "active": true}]}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "page": {"url": "https://example.org/",
 "assets": ["https://example.org/static/app.css"]}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		var pages []*site.Page
		for _, p := range []*site.Page{s.Page, pageOf(s.Admin), pageOf(s.Login)} {
			if p != nil && !slices.ContainsFunc(pages, func(o *site.Page) bool { return o.URL == p.URL }) {
				pages = append(pages, p)
			}
		}
		for _, p := range pages {
			for i, ref := range p.Insecure {
				if i == 10 {
					break
				}
				fd := v.failAt(p.URL, "<%s> loads %s over plain HTTP", ref.Element, quote(ref.URL))
				switch {
				case ref.Element == "form":
					fd.Message = "a form is sent to " + quote(ref.URL) + " over plain HTTP"
					fd.WithSeverity(High)
				case !ref.Active:
					fd.WithSeverity(Low)
				}
			}
		}
		switch {
		case len(pages) == 0 && s.HTTPS.Last().OK():
			v.unknownAt(s.HTTPS.Last().URL, "the URL of a page", "the first answer is no HTML: there is nothing to look through")
		case len(pages) == 0:
			unanswered(s, v)
		case len(v.findings) == 0:
			v.passAt(pages[0].URL, "the page loads nothing over plain HTTP")
		}
	},
}

func pageOf(c *site.Chain) *site.Page {
	if c == nil {
		return nil
	}
	return c.Page
}
