package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
)

var corsUntrustedOrigin = &Check{
	ID:       "cors-untrusted-origin",
	Title:    "The API trusts an origin that is not the project's own",
	Severity: Medium,
	Why:      "A page from that origin may call the API and read its answers in the visitor's name. localhost is whatever runs on the visitor's computer, null is any sandboxed frame, and under a hosting platform's suffix anybody can have a site.",
	Fix:      "Keep only the front end's own https:// origins in the production list; give development its own settings.",
	Misses:   "Whether a public domain belongs to you, unless the configuration names your domains.",
	Refs:     []string{corsDocs, "https://publicsuffix.org/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = [
    "https://www.example.com",
    "http://localhost:3000",  # want "localhost"
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = ["https://www.example.com"]
`,
	Run: func(f *Facts, v *Verdict) {
		eachOrigin(f, v, corsOrigins, func(_ *deploy.Project, element string) opinion {
			o := parseOrigin(element)
			switch {
			case strings.TrimSpace(strings.ToLower(element)) == "null":
				return failing("the API trusts the origin null, which any sandboxed frame can send")
			case isLocal(o.host):
				return failing("the API trusts %s: whatever runs on the visitor's own computer or network", element)
			case strings.Contains(o.host, ".") && registrable(o.host) == "":
				return failing("the API trusts %s, a suffix under which anybody may register", element)
			case !f.Policy.own(o):
				return failing("the API trusts %s, which is under none of the domains and front ends that the configuration names", element)
			}
			return opinion{status: Pass}
		}, "holds no local or foreign origin")
		eachOrigin(f, v, corsRegexes, func(_ *deploy.Project, pattern string) opinion {
			if w, ok := platformWitness(pattern); ok {
				return failing("the pattern %q lets in %s: anybody can have a site there", pattern, w)
			}
			return opinion{status: Pass}
		}, "matches no platform-wide suffix")
	},
}
