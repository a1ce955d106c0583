package dotenv

import (
	"path"
	"strings"
)

// LooksLike reports whether a path is one that environment files have by convention: .env, .env.prod, web.env, and whatever
// stands in a folder named .envs or .env. A template is an environment file too: see TemplateName.
func LooksLike(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch ext := path.Ext(base); {
	case base == ".envrc" || base == "env.d.ts" || strings.HasSuffix(base, ".py"):
		return false
	case ext == ".go" || ext == ".js" || ext == ".ts" || ext == ".sh" || ext == ".html" || ext == ".md" || ext == ".j2" || ext == ".yml" || ext == ".yaml" || ext == ".json":
		return false
	case base == ".env" || base == "env" || strings.HasPrefix(base, ".env.") || strings.HasPrefix(base, ".env-") || strings.HasPrefix(base, ".env_"):
		return true
	case ext == ".env":
		return true
	case strings.HasPrefix(base, "env."), strings.HasPrefix(base, "env-"):
		return true
	}
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if d := path.Base(dir); (d == ".envs" || d == ".env" || strings.HasPrefix(d, ".envs")) && (strings.HasPrefix(base, ".") || path.Ext(base) == "") {
			return true
		}
	}
	return false
}

// TemplateName reports whether the name of an environment file says that it is a template: .env.example, env.sample,
// .envs_template/.django.
func TemplateName(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("./-_ ", r) })
	for _, w := range words {
		switch w {
		case "example", "examples", "sample", "samples", "template", "templates", "tmpl", "tpl", "dist", "default", "defaults", "skeleton", "demo":
			return true
		}
	}
	return false
}
