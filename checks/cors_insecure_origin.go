package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
)

var corsInsecureOrigin = &Check{
	ID:       "cors-insecure-origin",
	Title:    "The API trusts an origin that is not protected by HTTPS",
	Severity: High,
	Why:      "Whoever sits between a visitor and that http:// site can change its pages and so call the API as the visitor. The API's own HTTPS does not help.",
	Fix:      "Write the origin with https://, in the environment and in the fallback.",
	Misses:   "Origins that only the server's own environment sets.",
	Refs:     []string{corsDocs},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = [
    "https://www.example.com",
    "http://shop.example.com",  # want "http://shop.example.com"
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
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(element)), "http://") {
				return failing("the API trusts %s, which is not HTTPS", element)
			}
			return opinion{status: Pass}
		}, "holds HTTPS origins only")
		eachOrigin(f, v, corsRegexes, func(_ *deploy.Project, pattern string) opinion {
			if w, ok := insecureWitness(pattern); ok {
				return failing("the pattern %q lets in %s, which is not HTTPS", pattern, w)
			}
			return opinion{status: Pass}
		}, "matches HTTPS origins only")
	},
}
