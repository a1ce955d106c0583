package checks

import "github.com/prodcheck/prodcheck/internal/deploy"

var corsOriginRegexLoose = &Check{
	ID:       "cors-origin-regex-loose",
	Title:    "A pattern of allowed origins matches a stranger's domain",
	Severity: High,
	Why:      "Patterns are matched from the start only, and an unescaped dot matches any character. Whoever registers a domain that fits may call the API in your users' names.",
	Fix:      "Escape every dot and anchor the end: r\"^https://\\w+\\.example\\.com$\".",
	Misses:   "Patterns with look-around or back-references: they are reported as unknown.",
	Refs:     []string{corsDocs, "https://docs.python.org/3/library/re.html#re.match"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGIN_REGEXES = [
    r"^https://\w+\.example\.com",  # want "https://a\.example\.com\.evil\.test"
    r"^https://www.example\.com$",  # want "https://wwwxexample\.com"
]
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://\w+\.example\.com$"]
`,
	Run: func(f *Facts, v *Verdict) {
		eachOrigin(f, v, corsRegexes, func(_ *deploy.Project, pattern string) opinion {
			if matchesAnyOrigin(pattern) {
				return opinion{status: Pass} // cors-allow-all-origins speaks about it
			}
			w, err := strangerWitness(pattern)
			switch {
			case err != nil:
				return unknowing("write the pattern without look-around", "the pattern %q cannot be judged: %v", pattern, err)
			case w != "":
				return failing("the pattern %q also matches %s", pattern, w)
			}
			return opinion{status: Pass}
		}, "matches no stranger's domain")
	},
}
