package checks

import (
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/source"
)

var repoEnvFileNotIgnored = &Check{
	ID:       "repo-env-file-not-ignored",
	Title:    "An environment file is not ignored by git",
	Severity: High,
	Why:      "The file with the site's passwords is one `git add .` away from being published to everyone who can read the repository, for good: git keeps it in the history.",
	Fix:      "Add a rule for the file to .gitignore.",
	Misses:   "Rules in a developer's own global ignore file or in .git/info/exclude: they protect one clone only, so they do not count.",
	Refs:     []string{"https://git-scm.com/docs/gitignore", "https://12factor.net/config"},
	Bad: `
-- manage.py --
-- docker-compose.yml --
services:
  web:
    image: site
    env_file: config/production.env
-- .gitignore --
.env # want "config/production.env is not ignored"
`,
	Good: `
-- manage.py --
-- docker-compose.yml --
services:
  web:
    image: site
    env_file: .env
-- .gitignore --
.env
`,
	Run: func(f *Facts, v *Verdict) {
		for _, e := range usedEnvFiles(f) {
			if state, _ := tracked(f, e.Path); state == git.Yes {
				continue // repo-env-file-tracked speaks of it
			}
			m := f.Repo.Git.Ignored(e.Path, false)
			var why string
			if len(e.UsedBy) > 0 {
				at := e.UsedBy[0].Span
				why = " although " + at.Path() + " reads it"
			}
			switch m.State {
			case git.Yes:
				if !m.Rule.IsZero() {
					v.Pass(evidence(m.Rule, e.UsedBy), "%s is ignored", e.Path)
				} else {
					v.Pass(ignoreFile(f), "%s is ignored", e.Path)
				}
			case git.No:
				at := ignoreFile(f)
				if !m.Rule.IsZero() { // a negated rule lets it in again
					at = evidence(m.Rule, nil)
				}
				for _, u := range e.UsedBy {
					at = at.Then(source.Step{Span: u.Span, Note: "reads " + e.Path})
				}
				fd := v.Fail(at, "%s is not ignored%s", e.Path, why).WithFix("add a line %q to .gitignore", "/"+e.Path).Offers(ignoreRule(f, e.Path)...)
				if forDevelopment(e.Path) && !e.Speaks {
					fd.Severity, fd.Note = Info, "the file is named as one for development"
				}
			default:
				v.Unknown(ignoreFile(f), settleGit, "whether %s is ignored: %s", e.Path, m.Reason)
			}
		}
	},
}
