package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/source"
)

var repoEnvFileTracked = &Check{
	ID:       "repo-env-file-tracked",
	Title:    "An environment file with secrets is in the repository",
	Severity: Critical,
	Why:      "Everyone who can read the repository, and every clone and backup of it, has the site's passwords and keys.",
	Fix:      "Run `git rm --cached` on the file, ignore it, and change every secret it holds: the history keeps the old ones.",
	Misses:   "Secrets in files that are neither named nor used as environment files.",
	Refs:     []string{"https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"},
	Bad: `
-- manage.py --
-- .env --
DEBUG=False # want "holds DB_PASSWORD"
DB_PASSWORD=kV9-tq2Lm-71xcZ
`,
	Good: `
-- manage.py --
-- .gitignore --
.env
-- docker-compose.yml --
services:
  web:
    image: site
    env_file: .env
-- .env.example --
DB_PASSWORD=changeme
-- @untracked/.env --
DB_PASSWORD=kV9-tq2Lm-71xcZ
`,
	Run: func(f *Facts, v *Verdict) {
		for _, e := range usedEnvFiles(f) {
			state, reason := tracked(f, e.Path)
			switch {
			case state == git.Unknown && e.File != nil:
				v.Unknown(firstLine(e.File), settleGit, "whether %s is tracked: %s", e.Path, reason)
			case state == git.Yes && e.File != nil && e.Encrypted != "":
				v.Pass(firstLine(e.File), "%s is encrypted with %s", e.Path, e.Encrypted)
			case state == git.Yes && e.File != nil:
				trackedEnv(v, e)
			case state == git.No && !e.Template:
				m := f.Repo.Git.Ignored(e.Path, false)
				at := ignoreFile(f)
				if !m.Rule.IsZero() {
					at = source.At(m.Rule)
				}
				v.Pass(at, "%s is not in the repository", e.Path)
			}
		}
	},
}

// trackedEnv speaks of an environment file that is in the index: only secrets make it a finding that gates.
func trackedEnv(v *Verdict, e *deploy.EnvFile) {
	found := secretEntries(e.Parsed)
	at := firstLine(e.File)
	if len(found) == 0 {
		v.Pass(at, "%s is tracked and holds no secret", e.Path)
		return
	}
	for i, entry := range found {
		if i == 4 {
			break
		}
		at = at.Then(source.Step{Span: entry.KeySpan, Note: entry.Key + " is set here"})
	}
	more := ""
	if n := len(found) - 1; n > 0 {
		more = plural(n, " and %d more secret", " and %d more secrets")
	}
	fd := v.Fail(at, "%s is in the repository and holds %s%s", e.Path, found[0].Key, more)
	if forDevelopment(e.Path) && !e.Speaks {
		fd.Severity, fd.Note = Info, "the file is named as one for development: production must not use any of its values"
	}
}
