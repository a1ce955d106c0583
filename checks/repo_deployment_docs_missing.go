package checks

import "regexp"

var repoDeploymentDocsMissing = &Check{
	ID:       "repo-deployment-docs-missing",
	Title:    "Nobody wrote down how the site is deployed",
	Severity: Info,
	Why:      "When the one who deploys is away, nobody can put a fix into production, and whoever tries leaves out the step that mattered.",
	Fix:      "Write docs/deployment.md, or a heading Deployment in the README: servers, variables, commands, in order.",
	Misses:   "Whether what is written is true and complete, and documents kept outside the repository.",
	Refs:     []string{"https://12factor.net/build-release-run"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
The film club's site. // want "no document tells how the site is deployed"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
# Film club

## Deployment
`,
	Run: documented(topic{
		name:    regexp.MustCompile(`(?i)deploy|production|self.?host|hosting|operations|runbook|install`),
		heading: regexp.MustCompile(`(?i)\b(deploy\w*|production|self.?host\w*|hosting|go.?live|installation|install|installing)\b`),
	}, "no document tells how the site is deployed"),
}
