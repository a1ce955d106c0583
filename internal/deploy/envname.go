package deploy

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// templateWord is a word of a name that makes a file a template.
var templateWord = regexp.MustCompile(`(?i)[-._ ]?\b(example|examples|sample|samples|template|templates|tmpl|tpl|dist|default|defaults|skel|skeleton|changeme)(_?file)?\b|(?i)[-._ ](example|sample|template|tmpl|tpl|dist|default|defaults)`)

// isEnvFile reports whether a file is an environment file or a template of one by its name.
func isEnvFile(p string) bool {
	base := strings.ToLower(path.Base(p))
	if hasEnvFolder(p) {
		return !strings.HasSuffix(base, ".md") && !strings.HasSuffix(base, ".sh") && base != ".gitkeep" && base != ".gitignore"
	}
	ws := words(base)
	if len(ws) == 0 || !slices.Contains(ws, "env") || base == "env" && !strings.Contains(p, "/") {
		return base == ".env"
	}
	switch path.Ext(base) {
	case ".py", ".pyi", ".pyc", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".jsx", ".vue", ".md", ".rst", ".json", ".yml", ".yaml", ".toml", ".html", ".sh", ".bash",
		".zsh", ".fish", ".bat", ".ps1", ".go", ".rb", ".css", ".scss", ".php", ".rs", ".lock", ".snap", ".png", ".svg", ".jpg", ".xml", ".ini", ".cfg", ".conf", ".j2",
		".c", ".h", ".cpp", ".java", ".kt", ".swift", ".tf", ".hcl", ".lua", ".r", ".csv", ".sql", ".ipynb", ".map", ".mako":
		return false
	}
	switch {
	case strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "env.") || strings.HasSuffix(base, ".env"):
		return base != ".envrc"
	case strings.Contains(base, ".env."):
		return true
	}
	// env-example, env_sample, example_env
	return templateWord.MatchString(base) && len(ws) <= 4 && path.Ext(base) == ""
}

// hasEnvFolder reports whether a path is below a folder such as ".envs/.production" (the layout of cookiecutter-django).
func hasEnvFolder(p string) bool {
	for dir := folder(p); dir != ""; dir = folder(dir) {
		if b := path.Base(dir); strings.HasPrefix(b, ".envs") || b == ".env" {
			return true
		}
	}
	return false
}

// templateFor returns the path of the file that a template stands for by its name; ok is false if the name is not a template's.
func templateFor(p string) (target string, ok bool) {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		if i < len(parts)-1 && !strings.HasPrefix(part, ".env") {
			continue // only folders of environment files, such as .envs.example/
		}
		t := templateWord.ReplaceAllString(part, "")
		if t == part {
			continue
		}
		ok = true
		t = strings.Trim(t, "-_ ")
		if i == len(parts)-1 {
			switch {
			case t == "" || t == "." || t == "env" || t == ".env":
				t = ".env"
			case strings.HasPrefix(t, "env."):
				t = "." + t
			}
		}
		parts[i] = t
	}
	return strings.Join(parts, "/"), ok
}
