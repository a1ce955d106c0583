package checks

import (
	"fmt"
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// settleGit says what would let questions about git be answered.
const settleGit = "run prodcheck in a full clone: with actions/checkout, set fetch-depth: 0"

// firstLine is where a finding about a file as a whole stands.
func firstLine(f *source.File) source.Evidence { return source.At(f.LineSpan(1)) }

// absent is the place of a file that is not there and that the fix would make.
func absent(name string) source.Evidence {
	return source.At(source.Span{File: source.NewFile(name, nil)})
}

// secretEntries returns the assignments of an environment file that hold a real secret.
func secretEntries(f *dotenv.File) (found []*dotenv.Entry) {
	if f == nil {
		return nil
	}
	for _, e := range f.Entries {
		if holdsSecret(e.Key, e.Value) {
			found = append(found, e)
		}
	}
	return found
}

// holdsSecret reports whether a variable of this name and value is a secret that somebody could use.
func holdsSecret(name, value string) bool {
	if secrets.Placeholder(value) || strings.HasPrefix(strings.TrimSpace(value), "$") {
		return false
	}
	return secrets.SecretName(name) || len(secrets.Scan(value)) > 0
}

// forDevelopment reports whether a path names development or tests as what its content is for.
func forDevelopment(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("./-_ ", r) })
	for _, w := range words {
		switch w {
		case "dev", "devel", "develop", "development", "local", "localhost", "test", "tests", "testing", "ci", "example", "examples", "sample", "docs", "devcontainer",
			"circleci", "travis", "jenkins", "e2e", "cypress", "debug":
			return true
		}
	}
	return false
}

// frontendEnv reports whether an environment file is one that a front end's build reads by convention and that is meant to be
// committed (Vite, Create React App, Next.js): nothing in it but names that end up in the browser.
func frontendEnv(f *dotenv.File) bool {
	if f == nil || len(f.Entries) == 0 {
		return false
	}
	for _, e := range f.Entries {
		public := false
		for _, prefix := range []string{"VITE_", "REACT_APP_", "NEXT_PUBLIC_", "VUE_APP_", "NUXT_PUBLIC_", "PUBLIC_", "EXPO_PUBLIC_", "GATSBY_"} {
			public = public || strings.HasPrefix(e.Key, prefix)
		}
		switch e.Key {
		case "NODE_ENV", "GENERATE_SOURCEMAP", "PORT", "HOST", "BROWSER", "PUBLIC_URL":
			public = true
		}
		if !public {
			return false
		}
	}
	return true
}

// ignoreFile is the file in which a rule for a path would be written: the .gitignore at the root, there or not.
func ignoreFile(f *Facts) source.Evidence {
	if file := f.Repo.File(".gitignore"); file != nil {
		return firstLine(file)
	}
	return absent(".gitignore")
}

// usedEnvFiles returns the environment files that hold or would hold a deployment's values: no templates, no front-end files.
func usedEnvFiles(f *Facts) (files []*deploy.EnvFile) {
	for _, e := range f.Repo.Deployment.EnvFiles {
		if !e.Template && !frontendEnv(e.Parsed) && path.Base(e.Path) != ".envrc" && !strings.Contains(e.Path, "{{") {
			files = append(files, e)
		}
	}
	return files
}

// tracked asks git whether a path is in the index.
func tracked(f *Facts, name string) (git.State, string) { return f.Repo.Git.Tracked(name) }

// evidence is a place with the steps of those that name it.
func evidence(at source.Span, by []source.Evidence) source.Evidence {
	e := source.At(at)
	for _, u := range by {
		e = e.Then(source.Step{Span: u.Span, Note: "named here"})
	}
	return e
}

// plural writes a count with the right word: both formats take the count.
func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf(one, n)
	}
	return fmt.Sprintf(many, n)
}

// article puts "a" or "an" before a kind of thing.
func article(kind string) string {
	if kind != "" && strings.ContainsRune("aeiouAEIOU", rune(kind[0])) || strings.HasPrefix(kind, "RSA") || strings.HasPrefix(kind, "SQL ") || strings.HasPrefix(kind, "SSH") {
		return "an " + kind
	}
	return "a " + kind
}
