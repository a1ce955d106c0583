package deploy

import (
	"bytes"
	"path"
	"regexp"
	"sort"
	"strings"
)

// An index is what the names of a repository's files say they are.
type index struct {
	composes    []string // compose files by name, and YAML files of a stage ("production.yml") that have services
	dockerfiles []string
	envs        []string // environment files and templates
	manages     []string // manage.py
	gateways    []string // wsgi.py, asgi.py and modules named like them
	settings    []string // settings.py, settings/*.py
	scripts     []string // shell scripts, Makefiles, Procfiles, workflows …
	docs        []string // documents that tell how to deploy
	manifests   []string // fly.toml, app.yaml, render.yaml, Kubernetes manifests
	needs       []string // requirements files and their like
}

const (
	maxScripts = 400
	maxDocs    = 60
	maxListed  = 300 // compose files, Dockerfiles, environment files, each
)

// settingsStem lists what modules of a settings package are called in a folder of any name.
var settingsStem = map[string]bool{
	"base": true, "common": true, "production": true, "prod": true, "local": true, "dev": true, "development": true, "staging": true, "live": true, "config": true,
}

// requirementsFolder lists folders whose text files are requirements files of any name (requirements/production.txt).
var requirementsFolder = map[string]bool{"requirements": true, "reqs": true, "requirement": true}

var isDoc = map[string]bool{"": true, ".md": true, ".rst": true, ".txt": true, ".adoc": true}

var (
	composeName = regexp.MustCompile(`(?i)compose[^/]*\.ya?ml$`)
	stackName   = regexp.MustCompile(`(?i)^(prod|production|prd|live|staging|local|dev|development|stack|deploy|docker|swarm|docker-stack|.*cli)([-_.][^/]*)?\.ya?ml$`)
	docName     = regexp.MustCompile(`(?i)readme|install|deploy|production|docker|setup|hosting|self[-_]?host|getting[-_]?started|update|upgrade`)
	serviceKey  = regexp.MustCompile(`(?m)^services\s*:`)
)

func newIndex(fs Files) *index {
	x := &index{}
	add := func(list *[]string, p string, limit int) {
		if len(*list) < limit {
			*list = append(*list, p)
		}
	}
	for _, p := range fs.Paths() {
		name := path.Base(p)
		lower := strings.ToLower(name)
		ext := path.Ext(lower)
		switch {
		case ext == ".yml" || ext == ".yaml":
			switch {
			case composeName.MatchString(name):
				add(&x.composes, p, maxListed)
			case lower == "app.yaml" || lower == "app.yml" || lower == "render.yaml" || lower == "render.yml":
				add(&x.manifests, p, maxListed)
			case strings.Contains(p, ".github/workflows/") || name == ".gitlab-ci.yml":
				add(&x.scripts, p, maxScripts)
			case stackName.MatchString(name) && strings.Count(p, "/") <= 3 && hasServices(fs, p):
				add(&x.composes, p, maxListed)
			case isKubernetes(p):
				add(&x.manifests, p, maxListed)
			}
		case lower == "fly.toml":
			add(&x.manifests, p, maxListed)
		case isDockerfile(lower):
			add(&x.dockerfiles, p, maxListed)
		case isEnvFile(p):
			add(&x.envs, p, maxListed)
		case ext == ".py":
			switch {
			case name == "manage.py":
				add(&x.manages, p, maxListed)
			case strings.Contains(lower, "wsgi") || strings.Contains(lower, "asgi"):
				add(&x.gateways, p, maxListed)
			case lower == "setup.py" || lower == "pyproject.toml":
				add(&x.needs, p, maxListed)
			}
			if strings.Contains(lower, "settings") || hasFolder(p, "settings") || hasFolder(p, "conf") && lower != "__init__.py" || settingsStem[strings.TrimSuffix(lower, ".py")] {
				add(&x.settings, p, 1000)
			}
		case ext == ".sh" || lower == "makefile" || lower == "justfile" || lower == "procfile" || ext == ".mk" || ext == ".service" || ext == ".bash" ||
			lower == "taskfile" || lower == "fabfile" || strings.HasPrefix(lower, "procfile.") || lower == "jenkinsfile":
			add(&x.scripts, p, maxScripts)
		case ext == "" && (strings.Contains(lower, "entrypoint") || lower == "start" || strings.Contains(lower, "deploy") || strings.HasPrefix(lower, "run")):
			add(&x.scripts, p, maxScripts)
		case isRequirements(lower) || (ext == ".txt" || ext == ".in") && requirementsFolder[path.Base(folder(p))]:
			add(&x.needs, p, maxListed)
		case isDoc[ext] && strings.Count(p, "/") <= 4 && docName.MatchString(name):
			add(&x.docs, p, maxDocs)
		}
	}
	// nearest to the root first: what a person would open first
	for _, list := range [][]string{x.composes, x.manages, x.gateways, x.docs} {
		sort.SliceStable(list, func(i, j int) bool { return strings.Count(list[i], "/") < strings.Count(list[j], "/") })
	}
	return x
}

func hasServices(fs Files, p string) bool {
	f := fs.File(p)
	return f != nil && serviceKey.Match(f.Text) && !bytes.Contains(f.Text, []byte("apiVersion:"))
}

func hasFolder(p, name string) bool { return strings.Contains("/"+folder(p)+"/", "/"+name+"/") }

func isKubernetes(p string) bool {
	for _, d := range []string{"k8s", "kubernetes", "manifests", "kustomize", "helm", "charts", "chart"} {
		if hasFolder(p, d) {
			return true
		}
	}
	return false
}

func isDockerfile(lower string) bool {
	return lower == "dockerfile" || lower == "containerfile" || strings.HasSuffix(lower, ".dockerfile") ||
		(strings.HasPrefix(lower, "dockerfile.") || strings.HasPrefix(lower, "dockerfile-") || strings.HasPrefix(lower, "dockerfile_")) &&
			!strings.HasSuffix(lower, ".dockerignore") && !strings.HasSuffix(lower, ".md") && !strings.HasSuffix(lower, ".j2") && !strings.HasSuffix(lower, ".tmpl") &&
			!strings.HasSuffix(lower, ".template") && !strings.HasSuffix(lower, ".in")
}

func isRequirements(lower string) bool {
	switch lower {
	case "pyproject.toml", "pipfile", "pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "setup.cfg", "setup.py":
		return true
	}
	return strings.Contains(lower, "requirements") && (strings.HasSuffix(lower, ".txt") || strings.HasSuffix(lower, ".in")) || lower == "constraints.txt"
}
