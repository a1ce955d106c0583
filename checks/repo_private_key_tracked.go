package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/secrets"
)

var repoPrivateKeyTracked = &Check{
	ID:       "repo-private-key-tracked",
	Title:    "A private key is in the repository",
	Severity: Critical,
	Why:      "Whoever can read the repository can pose as the server or log in where the key is accepted.",
	Fix:      "Take the key out of the repository, ignore its path, and replace the key: the history keeps the old one.",
	Misses:   "Keys in files over 2 MB and in formats other than PEM, OpenSSH, PuTTY and PKCS#12. Folders of tests and examples are left out.",
	Refs:     []string{"https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"},
	Bad:      "-- manage.py --\n-- nginx/ssl/site.key --\n// want \"private key\"\n" + exampleKey + "-- nginx/ssl/site.pem --\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
	Good:     "-- manage.py --\n-- .gitignore --\n*.key\n-- @untracked/nginx/ssl/site.key --\n" + exampleKey,
	Run: func(f *Facts, v *Verdict) {
		candidates := f.Repo.Find(mayBeKey)
		failed := false
		for _, name := range candidates {
			state, reason := tracked(f, name)
			file := f.Repo.File(name)
			if file == nil || state == git.No {
				continue
			}
			kind, encrypted, ok := secrets.PrivateKey(file.Text)
			switch {
			case !ok:
			case state == git.Unknown:
				v.Unknown(firstLine(file), settleGit, "whether %s, a private key, is tracked: %s", name, reason)
			default:
				failed = true
				line := 1
				for line < file.Lines() && !strings.Contains(file.Line(line), "PRIVATE KEY") {
					line++
				}
				if !strings.Contains(file.Line(line), "PRIVATE KEY") {
					line = 1
				}
				at := firstLine(file)
				at.Span = file.LineSpan(line)
				fd := v.Fail(at, "%s is in the repository", article(kind))
				if encrypted {
					fd.Severity, fd.Note = High, "a passphrase protects it"
				}
			}
		}
		if paths, complete, _ := f.Repo.Git.TrackedFiles(); !failed && complete == git.Yes && len(paths) > 0 && (len(candidates) > 0 || f.Repo.Has(".gitignore")) {
			v.Pass(ignoreFile(f), "no private key among %s", plural(len(paths), "%d tracked file", "%d tracked files"))
		}
	},
}

// mayBeKey reports whether a file could be a private key that a deployment uses, by its name. Tests and documentation have keys
// that open nothing.
func mayBeKey(name string) bool {
	for _, part := range strings.Split(strings.ToLower(path.Dir(name)), "/") {
		switch part {
		case "test", "tests", "testing", "testdata", "fixtures", "__tests__", "spec", "docs", "doc", "examples", "example", "samples":
			return false
		}
	}
	base := strings.ToLower(path.Base(name))
	if strings.HasPrefix(base, "test_") || strings.Contains(base, "_test.") || strings.Contains(base, "example") {
		return false
	}
	switch path.Ext(base) {
	case ".pem", ".key", ".p12", ".pfx", ".ppk", ".der", ".pkcs8", ".priv", ".private":
		return true
	}
	return strings.HasPrefix(base, "id_rsa") || strings.HasPrefix(base, "id_ed25519") || strings.HasPrefix(base, "id_ecdsa") || strings.HasPrefix(base, "id_dsa") ||
		strings.HasSuffix(base, "_rsa") || strings.HasSuffix(base, "_key") || strings.HasSuffix(base, "privkey")
}

// exampleKey is a private key made for the example and used nowhere. It is put together here so that the source does not hold one.
const exampleKey = "-----BEGIN " + "PRIVATE KEY-----\n" +
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcgV2hI/R9awv+h9q\n" +
	"FPwDDskafnfWi9XHOnBa8ZbsQSKhRANCAARBhexGpdRe5DVjUZfCYMmIvkZkYI/q\n" +
	"OUkn/SF9jLNvN1SStrfuja0XrPGhGUvOrzsSG5ft0ZTttf7iddXd3LQk\n" +
	"-----END " + "PRIVATE KEY-----\n"
