package checks

import "regexp"

var repoRollbackDocsMissing = &Check{
	ID:       "repo-rollback-docs-missing",
	Title:    "Nobody wrote down how to go back to the last version",
	Severity: Info,
	Why:      "When an update breaks the site, the way back is worked out while it is down.",
	Fix:      "Write a heading Rollback: the image or tag to go back to, and what to do about migrations.",
	Misses:   "Whether what is written is true and complete, and documents kept outside the repository.",
	Refs:     []string{"https://sre.google/sre-book/release-engineering/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
The film club's site. // want "no document tells how to go back to the last version"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
# Film club

## Rollback
`,
	Run: documented(topic{
		name:    regexp.MustCompile(`(?i)roll.?back`),
		heading: regexp.MustCompile(`(?i)\b(roll(ing|ed)?[ -]?back|rollback\w*|reverting|downgrad\w*|restore)\b`),
	}, "no document tells how to go back to the last version"),
}
