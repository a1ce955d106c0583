package checks

import (
	"github.com/prodcheck/prodcheck/internal/site"
)

var liveFileExposed = &LiveCheck{
	Check: Check{
		ID:       "live-file-exposed",
		Title:    "The site serves a file that nobody should have",
		Severity: Critical,
		Why:      "Scanners ask every site for these files within hours. An environment file holds the passwords, a repository all of the code with them, a dump all of the data.",
		Fix:      "Keep the file out of the folder that is served, end location and alias alike with a slash, and change every secret that was in it.",
		Misses:   "Files under other names.",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "exposures": [{"path": "/.env", "rule": "dotenv", "hit": true, "evidence": "lines of the form NAME=value",
 "response": {"method": "GET", "url": "https://example.org/.env", "status": 200, "length": 212}}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "exposures": [{"path": "/.env", "rule": "dotenv", "hit": false,
 "response": {"method": "GET", "url": "https://example.org/.env", "status": 404, "length": 179}}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Exposures) == 0 {
			unanswered(s, v)
			return
		}
		asked, lost := 0, 0
		for _, e := range s.Exposures {
			switch {
			case e.Hit:
				fd := v.failAt(e.Response.URL, "%s is served to everybody: %s", quote(e.Path), e.Evidence)
				if e.Rule == "compose" {
					fd.WithSeverity(Medium)
				}
			case e.Response.OK():
				asked++
			default:
				lost++
			}
		}
		switch {
		case len(v.findings) > 0:
		case asked == 0:
			v.unknownAt(s.URL, "run it again", "no answer came for any of %s", plural(lost, "%d path", "%d paths"))
		default:
			v.passAt(s.URL, "none of %s is served, /.env and /.git/HEAD among them", plural(asked, "%d file", "%d files"))
		}
	},
}
