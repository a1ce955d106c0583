package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/source"
)

var repoDatabaseFileTracked = &Check{
	ID:       "repo-database-file-tracked",
	Title:    "A database is in the repository",
	Severity: Medium,
	Why:      "A database file or dump holds user names, password hashes and personal data, and everyone who can read the repository has them.",
	Fix:      "Take the file out of the repository, ignore its path, and let the users whose data it holds change their passwords.",
	Misses:   "Dumps that are compressed or over 2 MB and do not end in .sqlite3, .db or .sql. Whether the data are real people's.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/deployment/checklist/"},
	Bad: `
-- manage.py --
-- backup/site.sql --
-- PostgreSQL database dump // want "SQL dump"
COPY public.auth_user (id, password, username) FROM stdin;
1	pbkdf2_sha256$870000$x	admin
`,
	Good: `
-- manage.py --
-- .gitignore --
*.sqlite3
-- @untracked/db.sqlite3 --
SQLite format 3
-- films/migrations/0002_index.sql --
CREATE INDEX films_title ON films (title);
`,
	Run: func(f *Facts, v *Verdict) {
		failed, seen := false, false
		for _, name := range f.Repo.Find(mayBeDatabase) {
			state, reason := tracked(f, name)
			kind := databaseKind(f, name)
			if kind == "" || state == git.No {
				seen = true
				continue
			}
			at := source.At(source.Span{File: source.NewFile(name, nil)})
			if file := f.Repo.File(name); file != nil && kind == "SQL dump" {
				at = firstLine(file)
			}
			if state == git.Unknown {
				v.Unknown(at, settleGit, "whether %s is tracked: %s", name, reason)
				continue
			}
			failed = true
			v.Fail(at, "%s, %s, is in the repository", name, article(kind))
		}
		if paths, complete, _ := f.Repo.Git.TrackedFiles(); !failed && complete == git.Yes && len(paths) > 0 && (seen || f.Repo.Has(".gitignore")) {
			v.Pass(ignoreFile(f), "no database file among %s", plural(len(paths), "%d tracked file", "%d tracked files"))
		}
	},
}

func mayBeDatabase(name string) bool {
	for _, part := range strings.Split(strings.ToLower(path.Dir(name)), "/") {
		switch part {
		case "test", "tests", "testdata", "fixtures", "migrations", "migration", "docs", "examples":
			return false
		}
	}
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".sqlite3", ".sqlite", ".db", ".sql", ".dump", ".pgdump", ".psql":
		return true
	}
	return strings.HasSuffix(base, ".sql.gz") || strings.HasSuffix(base, ".dump.gz")
}

// rows of people are what makes a dump one: a schema or seed file creates tables and inserts little.
var dumpRE = regexp.MustCompile(`(?im)^(?:COPY [\w."]*(?:user|account|session|customer|member|person)[\w."]* \(|INSERT INTO [\w."` + "`" + `]*(?:user|account|session|customer|member|person)s?[\w."` + "`" + `]*[ (])`)

// databaseKind says what a file is by its content: "SQLite database", "SQL dump", or "".
func databaseKind(f *Facts, name string) string {
	file := f.Repo.File(name)
	if file == nil {
		base := strings.ToLower(path.Base(name))
		if f.Repo.Size(name) > 0 && (strings.HasSuffix(base, ".sqlite3") || strings.HasSuffix(base, ".sqlite")) {
			return "SQLite database" // too large to be read
		}
		return ""
	}
	switch {
	case bytes.HasPrefix(file.Text, []byte("SQLite format 3")):
		return "SQLite database"
	case bytes.HasPrefix(file.Text, []byte("PGDMP")):
		return "PostgreSQL dump"
	case dumpRE.Match(file.Text):
		return "SQL dump"
	}
	return ""
}
