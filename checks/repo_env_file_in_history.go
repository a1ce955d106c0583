package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/source"
)

var repoEnvFileInHistory = &Check{
	ID:       "repo-env-file-in-history",
	Title:    "An environment file with secrets was committed once",
	Severity: High,
	Why:      "Deleting a file leaves it in the history: everyone who can clone the repository can read the passwords and keys that it held.",
	Fix:      "Change every secret that the file held; rewriting the history does not reach the clones that exist.",
	Misses:   "Secrets that were changed since: a value that is no longer in use is told all the same, until it is waived.",
	Refs:     []string{"https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"},
	Bad: `
-- manage.py --
-- .gitignore --
*.pyc # want ".env was committed once and is gone; it held DB_PASSWORD"
.env
-- @history/.env --
DB_PASSWORD=kV9-tq2Lm-71xcZ
`,
	Good: `
-- manage.py --
-- .gitignore --
.env
-- .env.example --
DB_PASSWORD=
`,
	Run: func(f *Facts, v *Verdict) {
		if len(f.Projects()) == 0 && len(f.Repo.Deployment.EnvFiles) == 0 && f.Repo.File(".gitignore") == nil {
			return
		}
		h := f.Repo.Git.History(dotenv.LooksLike, git.Limits{})
		failed := false
		for _, path := range h.Paths() {
			if state, _ := tracked(f, path); state == git.Yes || f.Repo.Has(path) && state == git.Unknown {
				continue // still there: repo-env-file-tracked speaks of it
			}
			if name, commit := heldSecret(f, h, path); name != "" {
				failed = true
				fd := v.Fail(ignoreFile(f), "%s was committed once and is gone; it held %s", path, name)
				fd.Note = "see it with: git show " + commit + ":" + path
				if forDevelopment(path) {
					fd.Severity = Info
				}
			}
		}
		switch {
		case failed:
		case h.Complete != git.Yes:
			v.Unknown(ignoreFile(f), settleGit, "whether an environment file was ever committed: %s", h.Reason)
		default:
			v.Pass(ignoreFile(f), "no environment file with secrets in %s", plural(h.Commits, "%d commit", "%d commits"))
		}
	},
}

// heldSecret returns the name of a secret that an earlier version of a file held and the commit that has it, newest first.
func heldSecret(f *Facts, h *git.History, path string) (name, commit string) {
	if dotenv.TemplateName(path) || strings.Contains(path, "{{") {
		return "", ""
	}
	events := h.Of(path)
	for i := len(events) - 1; i >= 0 && i >= len(events)-20; i-- {
		e := events[i]
		if e.Blob.IsZero() || e.Change == git.Deleted {
			continue
		}
		blob, err := f.Repo.Git.Blob(e.Blob, 1<<20)
		if err != nil {
			continue
		}
		parsed := dotenv.Parse(source.NewFile(path, blob), dotenv.Compose)
		if parsed.Encrypted != "" || frontendEnv(parsed) {
			continue
		}
		if found := secretEntries(parsed); len(found) > 0 && !strings.Contains(found[0].Key, "\n") {
			return found[0].Key, e.Commit.Short()
		}
	}
	return "", ""
}
