package checks

import "github.com/prodcheck/prodcheck/internal/site"

var liveDebugPage = &LiveCheck{
	Check: Check{
		ID:       "live-debug-page",
		Title:    "The site shows debug pages",
		Severity: Critical,
		Why:      "A debug page shows the settings, the paths and the code around every error to whoever provokes one, and some run what a visitor types.",
		Fix:      "Set DEBUG to False in what production runs, and deploy it.",
		Misses:   "A page that only an error of the server would show: none is provoked.",
		Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "missing": {"method": "GET", "url": "https://example.org/4f1c", "status": 404, "length": 3000,
 "marks": [{"kind": "debug", "framework": "Django", "text": "Using the URLconf defined in; Django tried these URL patterns"}]}}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "missing": {"method": "GET", "url": "https://example.org/4f1c", "status": 404, "length": 179,
 "marks": [{"kind": "framework-page", "framework": "Django", "text": "<title>Not Found</title>"}]}}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if !s.Missing.OK() {
			unanswered(s, v)
			return
		}
		for _, r := range []*site.Response{s.Missing, s.ForeignHost, s.HTTPS.Last(), s.Admin.Last(), s.Login.Last()} {
			if !r.OK() {
				continue
			}
			for _, m := range r.Marks {
				if m.Kind == "debug" && len(v.findings) == 0 {
					v.failAt(r.URL, "an answer (%d) is a debug page of %s: it has %s", r.Status, m.Framework, quote(m.Text))
				}
			}
		}
		if len(v.findings) == 0 {
			v.passAt(s.Missing.URL, "a path that does not exist answers %d without a debug page", s.Missing.Status)
		}
	},
}
