package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCompression = &LiveCheck{
	Check: Check{
		ID:       "live-compression",
		Title:    "Text is sent uncompressed",
		Severity: Info,
		Why:      "Style sheets and scripts shrink to a quarter. Without compression pages take seconds longer on a phone.",
		Fix:      "Write gzip on; and gzip_types with text/css and application/javascript: nginx compresses HTML alone by itself.",
		Misses:   "Files other than the one that was asked for. That pages with secrets are not compressed may be on purpose (BREACH).",
		Refs:     []string{"https://nginx.org/en/docs/http/ngx_http_gzip_module.html"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "static": {"method": "GET", "url": "https://example.org/static/app.css", "status": 200, "length": 40000},
 "compressed": [{"method": "GET", "url": "https://example.org/static/app.css", "status": 200, "length": 40000,
  "headers": {"Content-Type": ["text/css"]}}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org",
 "compressed": [{"method": "GET", "url": "https://example.org/static/app.css", "status": 200, "length": 9000,
  "headers": {"Content-Type": ["text/css"], "Content-Encoding": ["gzip"]}}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.Compressed) == 0 {
			unlooked(s, v, "compression", "static")
			return
		}
		const small = 1024 // what is smaller hardly shrinks
		var plain *site.Response
		for i := range s.Compressed {
			r := &s.Compressed[i]
			if !r.OK() || r.Status != 200 {
				continue
			}
			if encoding := r.Header("Content-Encoding"); encoding != "" && encoding != "identity" {
				v.passAt(r.URL, "comes with Content-Encoding: %s", cutText(encoding))
			} else if r.Length > small && isText(r) && (s.Static.OK() && r.URL == s.Static.URL) {
				plain = r
			}
		}
		switch {
		case plain != nil:
			v.failAt(plain.URL, "%s comes uncompressed", quote(contentType(plain)))
		case len(v.passes) == 0:
			v.unknownAt(s.URL, "a page that loads a style sheet or script of the same host", "no text file of more than %d bytes was found to ask for", small)
		}
	},
}

func contentType(r *site.Response) string {
	mime, _, _ := strings.Cut(r.Header("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(mime))
}

// isText reports whether an answer is of a type that compresses well.
func isText(r *site.Response) bool {
	mime := contentType(r)
	return strings.HasPrefix(mime, "text/") || strings.HasSuffix(mime, "javascript") || strings.HasSuffix(mime, "json") || strings.HasSuffix(mime, "+xml")
}
