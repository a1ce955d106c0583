package checks

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

var repoDependencyUpdatesMissing = &Check{
	ID:       "repo-dependency-updates-missing",
	Title:    "Nothing proposes dependency updates",
	Severity: Low,
	Why:      "Security fixes of Django and of every other package arrive only when somebody remembers to look. Attackers read the same release notes.",
	Fix:      "Add .github/dependabot.yml with an entry for each kind of package file, or install Renovate.",
	Misses:   "Updates that a service outside the repository proposes without a file in it, and whether an entry's folders reach every package file.",
	Refs:     []string{"https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference", "https://docs.renovatebot.com/configuration-options/"},
	Bad: `
-- requirements.txt --
Django==5.2.8
-- package.json --
{"dependencies": {"react": "19.2.0"}}
-- .github/dependabot.yml --
version: 2 # want "npm"
updates:
  - package-ecosystem: pip
    directory: /
    schedule: {interval: weekly}
`,
	Good: `
-- requirements.txt --
Django==5.2.8
-- .github/dependabot.yml --
version: 2
updates:
  - package-ecosystem: pip
    directory: /
    schedule: {interval: weekly}
`,
	Run: func(f *Facts, v *Verdict) {
		present := packageFiles(f)
		if len(present) == 0 {
			return
		}
		for _, name := range []string{"renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5"} {
			if file := f.Repo.File(name); file != nil && len(strings.TrimSpace(string(file.Text))) > 1 {
				v.Pass(firstLine(file), "Renovate proposes updates")
				return
			}
		}
		file := f.Repo.File(".github/dependabot.yml")
		if file == nil {
			file = f.Repo.File(".github/dependabot.yaml")
		}
		if file == nil {
			at := absent(".github/dependabot.yml")
			for _, p := range present {
				at = at.Then(source.Step{Span: firstSpan(f, p.file), Note: p.kind + " packages"})
			}
			v.Fail(at, "neither Dependabot nor Renovate is set up for %s", present[0].file).Offers(dependabotEntries(nil, present)...)
			return
		}
		covered, ok := dependabot(file)
		if !ok {
			v.Unknown(firstLine(file), "mend the file", "%s cannot be read", file.Path)
			return
		}
		var open []string
		var missing []packages
		at := firstLine(file)
		for _, p := range present {
			if !slices.ContainsFunc(p.ecosystems, func(e string) bool { return slices.Contains(covered, e) }) {
				open = append(open, p.kind)
				missing = append(missing, p)
				at = at.Then(source.Step{Span: firstSpan(f, p.file), Note: p.kind + " packages"})
			}
		}
		if len(open) > 0 {
			v.Fail(at, "Dependabot has no entry for %s packages", list(open)).Offers(dependabotEntries(file, missing)...)
			return
		}
		v.Pass(firstLine(file), "Dependabot proposes updates of %s packages", list(covered))
	},
}

func firstSpan(f *Facts, name string) source.Span {
	if file := f.Repo.File(name); file != nil {
		return file.LineSpan(1)
	}
	return source.Span{}
}

type packages struct {
	kind, file string
	ecosystems []string
}

// packageFiles returns the kinds of packages that the site is made of, each with the file that lists them.
func packageFiles(f *Facts) (found []packages) {
	kinds := []packages{
		{kind: "Python", ecosystems: []string{"pip", "uv", "pipenv", "poetry", "pip-compile"}},
		{kind: "npm", ecosystems: []string{"npm", "yarn", "pnpm", "bun"}},
	}
	for _, name := range f.Repo.Paths() {
		kind := packageKind(name)
		if kind < 0 || kinds[kind].file != "" || forDevelopment(path.Dir(name)) {
			continue
		}
		if file := f.Repo.File(name); file != nil && lists(file) {
			kinds[kind].file = name
		}
	}
	for _, k := range kinds {
		if k.file != "" {
			found = append(found, k)
		}
	}
	return found
}

// packageKind is 0 for a file that lists Python packages, 1 for npm's, else -1.
func packageKind(name string) int {
	base := path.Base(name)
	switch {
	case base == "pyproject.toml", base == "Pipfile", strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt"),
		path.Base(path.Dir(name)) == "requirements" && strings.HasSuffix(base, ".txt"):
		return 0
	case base == "package.json":
		return 1
	}
	return -1
}

// lists reports whether a package file has a line that is not a comment.
func lists(file *source.File) bool {
	for n := 1; n <= min(file.Lines(), 200); n++ {
		if line := strings.TrimSpace(file.Line(n)); line != "" && !strings.HasPrefix(line, "#") {
			return true
		}
	}
	return false
}

// dependabot returns the package ecosystems that a Dependabot configuration has entries for.
func dependabot(file *source.File) (ecosystems []string, ok bool) {
	if len(file.Text) > 1<<18 {
		return nil, false
	}
	var c struct {
		Updates []struct {
			Ecosystem string `yaml:"package-ecosystem"`
		} `yaml:"updates"`
	}
	if err := yaml.Unmarshal(file.Text, &c); err != nil {
		return nil, false
	}
	for _, u := range c.Updates {
		if u.Ecosystem != "" && !slices.Contains(ecosystems, u.Ecosystem) {
			ecosystems = append(ecosystems, u.Ecosystem)
		}
	}
	return ecosystems, true
}
