package checks

import "regexp"

var repoIncidentDocsMissing = &Check{
	ID:       "repo-incident-docs-missing",
	Title:    "Nobody wrote down what to do in a security incident",
	Severity: Info,
	Why:      "In an incident the first hour decides. Without a list nobody knows whom to tell, what to switch off and which keys to change.",
	Fix:      "Write SECURITY.md: how to report, who decides, how to contain, which secrets to change.",
	Misses:   "Whether what is written is true and complete, and documents kept outside the repository.",
	Refs:     []string{"https://docs.github.com/en/code-security/getting-started/adding-a-security-policy-to-your-repository"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
The film club's site. // want "no document tells what to do in a security incident"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
# Film club

## Security incidents
`,
	Run: documented(topic{
		name:    regexp.MustCompile(`(?i)^security|incident`),
		heading: regexp.MustCompile(`(?i)\b(incident\w*|security (policy|response|issues?|contact)|reporting (a )?(security|vulnerabilit\w*)|vulnerabilit\w*|disclosure)\b`),
	}, "no document tells what to do in a security incident"),
}
