package checks

import "regexp"

var repoUpdateDocsMissing = &Check{
	ID:       "repo-update-docs-missing",
	Title:    "Nobody wrote down how the site is updated",
	Severity: Info,
	Why:      "An update that is done from memory skips the migration, the backup before it or the static files, and the site is down.",
	Fix:      "Write a heading Updating: backup, pull, build, migrate, collectstatic, restart, check.",
	Misses:   "Whether what is written is true and complete, and documents kept outside the repository.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/upgrade-version/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
The film club's site. // want "no document tells how the site is updated"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
# Film club

## Updating
`,
	Run: documented(topic{
		name:    regexp.MustCompile(`(?i)updat|upgrad|maintenance|operations|runbook|releas`),
		heading: regexp.MustCompile(`(?i)\b(updat\w*|upgrad\w*|maintenance|releas\w*|redeploy\w*)\b`),
	}, "no document tells how the site is updated"),
}
