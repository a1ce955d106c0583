package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/prodcheck/prodcheck/internal/web"
)

var frontendMixedContent = &Check{
	ID:       "frontend-mixed-content",
	Title:    "A page loads something over plain HTTP",
	Severity: Medium,
	Why:      "Browsers block scripts, styles and frames over http:// on an HTTPS page, so that the page is broken; where they do not, everyone on the visitor's network can change what is loaded.",
	Fix:      "Write https://, or keep a copy with the site's static files.",
	Misses:   "Addresses that are put together when the page is made.",
	Refs:     []string{"https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content", "https://www.w3.org/TR/mixed-content/"},
	Bad: `
-- site1/templates/base.html --
<html><head>
<script src="http://cdn.example.org/app.js"></script> <!-- want "cdn.example.org" -->
</head></html>
`,
	Good: `
-- site1/templates/base.html --
<html><head>
<script src="https://cdn.example.org/app.js"></script>
</head><body><a href="http://www.example.org/">a link is not loaded</a></body></html>
`,
	Run: func(f *Facts, v *Verdict) {
		var first *source.File
		failed := false
		for _, name := range f.Repo.Find(isPage) {
			file := f.Repo.File(name)
			if file == nil {
				continue
			}
			if first == nil {
				first = file
			}
			if !strings.Contains(string(file.Text), "http://") {
				continue
			}
			for _, r := range web.Resources(file) {
				if what := loads(r); what != "" && plainURL(r.URL) {
					failed = true
					v.Fail(source.At(r.Span), "the page loads a %s over plain HTTP: %s", what, trimmed(r.URL))
				}
			}
		}
		if first != nil && !failed {
			v.Pass(firstLine(first), "no page loads anything over plain HTTP")
		}
	},
}

// isPage reports whether a file is a page or template that visitors see: no test, mail or document.
func isPage(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".html", ".htm", ".vue", ".svelte", ".jinja", ".jinja2":
	default:
		return false
	}
	if strings.Contains(strings.ToLower(name), "mail") {
		return false
	}
	return ownFrontend(name, base)
}

// loads says what a browser loads for a resource, "" if it only links to it.
func loads(r web.Resource) string {
	switch {
	case r.Tag == "script" && r.Attr == "src":
		return "script"
	case r.Tag == "link" && r.Attr == "href" && (strings.Contains(r.Rel, "stylesheet") || strings.Contains(r.Rel, "preload") || strings.Contains(r.Rel, "icon") || strings.Contains(r.Rel, "manifest")):
		return "style"
	case (r.Tag == "iframe" || r.Tag == "frame" || r.Tag == "embed") && r.Attr == "src", r.Tag == "object" && r.Attr == "data":
		return "frame"
	case (r.Tag == "img" || r.Tag == "audio" || r.Tag == "video" || r.Tag == "source") && (r.Attr == "src" || r.Attr == "srcset" || r.Attr == "poster"):
		return "picture or sound"
	}
	return ""
}

// plainURL reports whether an address is http:// to a host that is not the visitor's own computer.
func plainURL(url string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(url), "http://")
	if !ok || rest == "" || strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "$") || strings.HasPrefix(rest, "www.w3.org/") {
		return false
	}
	return !isLocal(parseOrigin(url).host)
}
