package checks

import (
	"net/url"

	"github.com/prodcheck/prodcheck/internal/site"
)

var liveCORS = &LiveCheck{
	Check: Check{
		ID:       "live-cors",
		Title:    "Foreign sites may read the API",
		Severity: Medium,
		Why:      "A site whose origin the API names in Access-Control-Allow-Origin reads its answers in the visitor's browser, with the visitor's session if credentials are allowed.",
		Fix:      "List the front ends in CORS_ALLOWED_ORIGINS by their whole origin, and take CORS_ALLOW_ALL_ORIGINS and loose patterns out.",
		Misses:   "Paths other than the one that was asked for: name one of the API with --api-path.",
		Refs:     []string{"https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS", "https://github.com/adamchainz/django-cors-headers#configuration"},
		Bad: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "cors": [{"kind": "foreign", "origin": "https://a.example",
 "response": {"method": "GET", "url": "https://example.org/api/", "status": 200, "length": 1, "headers": {
  "Access-Control-Allow-Origin": ["https://a.example"], "Access-Control-Allow-Credentials": ["true"]}}}]}
`,
		Good: `
-- site.json --
{"url": "https://example.org/", "host": "example.org", "cors": [{"kind": "foreign", "origin": "https://a.example",
 "response": {"method": "GET", "url": "https://example.org/api/", "status": 200, "length": 1, "headers": {
  "Access-Control-Allow-Credentials": ["true"], "Vary": ["Origin"]}}}]}
`,
	},
	Run: func(s *site.Site, v *Verdict) {
		if len(s.CORS) == 0 {
			unlooked(s, v, "cross-origin access", "cors", "http")
			return
		}
		asked, allowed, root := 0, 0, false
		told := map[string]bool{}
		for i := range s.CORS {
			p := &s.CORS[i]
			if !p.Response.OK() {
				continue
			}
			if p.Kind != "trusted" {
				asked++
			}
			u, err := url.Parse(p.Response.URL)
			root = root || err == nil && (u.Path == "" || u.Path == "/")
			allowed += judgeOrigin(v, p, told)
		}
		at := s.CORS[0].Response.URL
		switch {
		case len(v.findings) > 0:
		case asked == 0:
			v.unknownAt(at, "run it again", "no question with a foreign origin was answered: %s", s.CORS[0].Response.Error)
		case root:
			v.unknownAt(at, "prodcheck verify --api-path /path/of/the/api/", "the first page may be read by no foreign origin; the API was not asked, as its path is not known")
		case allowed > 0:
			v.passAt(at, "the front end may read it, %s may not", plural(asked, "%d foreign origin", "%d foreign origins"))
		default:
			v.passAt(at, "%s may not read it", plural(asked, "%d foreign origin", "%d foreign origins"))
		}
	},
}

// tricks says in words what an origin of each kind tries.
var tricks = map[string]string{
	"foreign": "any origin", "null": "the origin null, which every sandboxed frame has", "prefix": "any domain that begins with the front end's",
	"suffix": "any domain that ends with the front end's", "unescaped-dot": "a domain with another character for a dot of the front end's",
	"http": "the front end's origin over plain HTTP", "underscore": "a domain that only looks like the front end's", "backtick": "a domain that only looks like the front end's",
	"subdomain": "any subdomain of the front end's",
}

// judgeOrigin says what is wrong with one answer, each kind once, and returns 1 for a front end that is let through.
func judgeOrigin(v *Verdict, p *site.CORSProbe, told map[string]bool) int {
	at := p.Response.URL
	named := p.Response.Header("Access-Control-Allow-Origin") == p.Origin
	switch {
	case p.Kind == "trusted" && p.Allows():
		return 1
	case p.Kind == "trusted":
		if !told["trusted"] {
			v.failAt(at, "the front end %s may not read it: its pages do not work", quote(p.Origin)).WithFix("Add the origin to CORS_ALLOWED_ORIGINS.")
		}
		told["trusted"] = true
	case !p.Allows() || told[p.Kind] || told["foreign"] && named:
		// what is open to any origin is so to the ones that follow
	case !named:
		if !told["*"] {
			v.failAt(at, "Access-Control-Allow-Origin is *: every site may read it")
		}
		told["*"] = true
	case p.Kind == "subdomain":
		told[p.Kind] = true
		v.failAt(at, "%s may read it, such as %s", tricks[p.Kind], quote(p.Origin)).WithSeverity(Info)
	default:
		told[p.Kind] = true
		fd := v.failAt(at, "%s may read it, such as %s", tricks[p.Kind], quote(p.Origin))
		if p.Credentials() {
			fd.Message += ", with the visitor's session"
			fd.WithSeverity(High)
		}
		if p.Kind == "foreign" && p.Credentials() {
			fd.WithSeverity(Critical)
		}
	}
	return 0
}
