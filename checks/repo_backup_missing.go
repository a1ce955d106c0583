package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

var repoBackupMissing = &Check{
	ID:       "repo-backup-missing",
	Title:    "Nothing backs the database up",
	Severity: Medium,
	Why:      "A dropped table, a failed disk or a stolen server ends the site: there is nothing to go back to.",
	Fix:      "Add a service or scheduled job that runs pg_dump and sends the dump to another place, and write down how to restore it.",
	Misses:   "Backups that the hosting company or a script outside the repository makes.",
	Refs:     []string{"https://www.postgresql.org/docs/current/backup.html", "https://docs.djangoproject.com/en/stable/howto/deployment/checklist/"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
DEBUG = False
-- README.md --
The film club's site. // want "nothing backs the database up"
-- docker-compose.yml --
services:
  db:
    image: postgres:17
`,
	Good: `
-- manage.py --
-- docker-compose.yml --
services:
  db:
    image: postgres:17
  backup:
    image: postgres:17
    command: sh -c "while true; do pg_dump -h db site > /backups/site.sql; sleep 86400; done"
`,
	Run: func(f *Facts, v *Verdict) {
		if !deploys(f) {
			return
		}
		if at, how := backup(f); !at.IsZero() {
			v.Pass(source.At(at), "%s", how)
			return
		}
		at := readme(f)
		for _, st := range productionStacks(f) {
			for _, s := range running(st) {
				if isDatabase(s) {
					at = at.Then(source.Step{Span: s.Span, Note: "the database " + s.Name})
				}
			}
		}
		v.Fail(at, "nothing backs the database up: no service, script, scheduled job or document")
	},
}

var (
	backupCommand = regexp.MustCompile(`\b(pg_dump|pg_dumpall|pg_basebackup|wal-g|pgbackrest|barman|mysqldump|mariadb-dump|mongodump|restic|borg|dbbackup|litestream)\b`)
	backupTopic   = topic{name: regexp.MustCompile(`(?i)backup`), heading: regexp.MustCompile(`(?i)\bback(ing)?[ -]?ups?\b`), text: backupCommand}
)

// backup returns what makes backups: a service, a script or scheduled job, or a document that tells how.
func backup(f *Facts) (source.Span, string) {
	for _, st := range f.Repo.Deployment.Stacks {
		if st.Project == nil {
			continue
		}
		for _, s := range st.Project.Services {
			if strings.Contains(strings.ToLower(s.Name+" "+s.Image.Raw), "backup") || backupCommand.MatchString(commandText(s.Command)) {
				return s.Span, "the service " + s.Name + " makes backups"
			}
		}
	}
	for _, name := range f.Repo.Find(mayBackUp) {
		file := f.Repo.File(name)
		if file == nil {
			continue
		}
		for n := 1; n <= min(file.Lines(), 2000); n++ {
			line := strings.TrimSpace(file.Line(n))
			if !strings.HasPrefix(line, "#") && backupCommand.MatchString(line) {
				return file.LineSpan(n), name + " makes backups"
			}
		}
	}
	if at := backupTopic.find(f); !at.IsZero() {
		return at, "a document speaks of backups"
	}
	return source.Span{}, ""
}

// mayBackUp reports whether a file may be a script or job that makes backups.
func mayBackUp(name string) bool {
	base := strings.ToLower(path.Base(name))
	dir := strings.ToLower(path.Dir(name))
	switch ext := path.Ext(base); {
	case strings.Contains(dir, "node_modules") || strings.Contains(dir, "test"):
		return false
	case ext == ".sh" || base == "crontab" || ext == ".cron" || base == "makefile" || base == "justfile" || ext == ".service" || ext == ".timer":
		return strings.Count(name, "/") <= 4
	case strings.HasPrefix(dir, ".github/workflows"):
		return ext == ".yml" || ext == ".yaml"
	}
	return strings.Contains(base, "backup") && !strings.HasSuffix(base, ".html") && !strings.HasSuffix(base, ".js")
}
