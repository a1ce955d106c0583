package deploy

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxProjects = 30
	maxServices = 500 // services of one stack that are looked at
)

var moduleName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$`)

// findProjects finds the Django projects: folders with a manage.py, else with a wsgi.py or a settings module.
func (v *view) findProjects() {
	if r := v.stated.DjangoRoot; r != "" {
		root := strings.Trim(path.Clean(r), "/")
		if root == "." {
			root = ""
		}
		if v.fs.IsDir(root) {
			v.choose(Choice{What: "Django project", Chosen: orDotPath(root), Because: "it is stated", Stated: true})
			v.addProject(root)
		}
		return
	}
	roots := v.roots()
	v.rootsFound = roots
	for _, r := range roots {
		if len(v.d.Projects) >= maxProjects {
			v.problem(source.Span{}, "there are more than %d Django projects; the others are not looked at", maxProjects)
			break
		}
		if len(roots) > 1 {
			v.choose(Choice{What: "Django project", Chosen: orDotPath(r), Because: fmt.Sprintf("it is one of the %d Django projects of the repository", len(roots))})
		}
		v.addProject(r)
	}
	if len(roots) == 0 && v.stated.Settings != "" {
		v.addProject(v.rootOf(v.stated.Settings, ""))
	}
	sort.SliceStable(v.d.Projects, func(i, j int) bool { return v.d.Projects[i].Root < v.d.Projects[j].Root })
}

// roots returns the folders that hold a Django project, nearest to the root first.
func (v *view) roots() []string {
	var out []string
	add := func(dir string) {
		if !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	for _, m := range v.index.manages {
		if !aside(folder(m)) && v.mentionsSettings(m) {
			add(folder(m))
		}
	}
	for _, g := range v.index.gateways {
		if aside(folder(g)) || !v.mentionsSettings(g) {
			continue
		}
		if under := slices.ContainsFunc(out, func(r string) bool { return inside(g, r) }); under {
			continue
		}
		mod := ""
		for _, d := range v.defaults(g) {
			mod = d.module
		}
		if mod == "" {
			continue
		}
		add(v.rootOf(mod, folder(folder(g))))
	}
	if len(out) == 0 {
		for _, s := range v.index.settings {
			if aside(folder(s)) || stageOf(path.Base(s)) == development {
				continue
			}
			if f := v.fs.File(s); f != nil && strings.Contains(string(f.Text), "INSTALLED_APPS") && strings.Contains(string(f.Text), "ROOT_URLCONF") {
				dir := folder(folder(s))
				if path.Base(folder(s)) == "settings" {
					dir = folder(dir)
				}
				add(dir)
			}
		}
	}
	return out
}

func (v *view) mentionsSettings(p string) bool {
	f := v.fs.File(p)
	return f != nil && (strings.Contains(string(f.Text), "DJANGO_SETTINGS_MODULE") || strings.Contains(string(f.Text), "DJANGO_CONFIGURATION") || strings.Contains(string(f.Text), "execute_from_command_line"))
}

// rootOf returns the folder on sys.path from which a dotted module is found: prefer if it holds it, else the nearest to the root.
func (v *view) rootOf(module, prefer string) string {
	rel := strings.ReplaceAll(module, ".", "/")
	if v.moduleAt(prefer, rel) {
		return prefer
	}
	best, found := prefer, false
	for _, suffix := range []string{"/" + rel + ".py", "/" + rel + "/__init__.py"} {
		for _, s := range v.index.settings {
			if ("/"+s) == suffix || strings.HasSuffix("/"+s, suffix) {
				root := strings.TrimPrefix(strings.TrimSuffix("/"+s, suffix), "/")
				if aside(root) {
					continue
				}
				if !found || near(root, prefer) > near(best, prefer) || near(root, prefer) == near(best, prefer) && strings.Count(root, "/") < strings.Count(best, "/") {
					best, found = root, true
				}
			}
		}
	}
	return best
}

// near counts the folders that two paths have in common.
func near(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func (v *view) moduleAt(root, rel string) bool {
	p, ok := join(root, rel)
	return ok && (v.fs.Has(p+".py") || v.fs.Has(p+"/__init__.py"))
}

// addProject adds a project, once for every stack that runs it: each is a deployment of its own.
func (v *view) addProject(root string) {
	first := len(v.d.Projects)
	for _, s := range v.runs(root) {
		p := &Project{Root: root, Stack: s.stack, Services: s.services}
		v.assignImage(p)
		v.chooseSettings(p)
		v.d.Projects = append(v.d.Projects, p)
	}
	for i, p := range v.d.Projects[first:] {
		if p.Module == "" || i > 0 && p.Module == v.d.Projects[first].Module {
			continue
		}
		v.choose(Choice{What: "settings", Chosen: p.Module, Because: p.Because, Stated: v.stated.Settings != "", At: p.At})
		if p.Configuration != "" {
			v.choose(Choice{What: "configuration", Chosen: p.Configuration, Because: "DJANGO_CONFIGURATION names it", Stated: v.stated.Configuration != "", At: p.At})
		}
	}
}

func orDotPath(p string) string {
	if p == "" {
		return "."
	}
	return p
}

// A run is one stack and its services that run a project; no stack if none does.
type run struct {
	stack    *Stack
	services []*compose.Service
}

// runs finds the stacks that run a project, the one that was chosen first at the front. A development stack runs nothing in
// production.
func (v *view) runs(root string) []run {
	var out []run
	p := &Project{Root: root}
	for _, s := range v.d.Stacks {
		if s.Development {
			continue
		}
		var services []*compose.Service
		scores := map[*compose.Service]int{}
		for n, svc := range s.Project.Services {
			if n == maxServices {
				break
			}
			if n := v.serves(p, s, svc); n > 0 {
				services = append(services, svc)
				scores[svc] = n
			}
		}
		if len(services) == 0 {
			continue
		}
		sort.SliceStable(services, func(i, j int) bool { return scores[services[i]] > scores[services[j]] })
		out = append(out, run{s, services})
	}
	if len(out) == 0 {
		return []run{{}}
	}
	return out
}

// assignImage finds the image that runs a project, and its command.
func (v *view) assignImage(p *Project) {
	if len(p.Services) > 0 {
		p.Image = v.imageOf(p.Stack, p.Services[0])
	}
	if p.Image == nil && (len(p.Services) == 0 || p.Services[0].Build == nil) {
		best := 0
		for _, i := range v.d.Images {
			if n := v.holds(i, p); !i.Base && n > best {
				p.Image, best = i, n
			}
		}
	}
	for _, st := range v.start(p) {
		dir := p.Root
		if p.Image != nil {
			dir = p.Image.Context
		}
		v.copiesIn(st.script, dir)
	}
	p.Command = v.command(p)
}

// imageOf returns the image that a service is built from, or nil.
func (v *view) imageOf(s *Stack, svc *compose.Service) *Image {
	b := svc.Build
	if b == nil {
		// an image that another service of the stack builds
		for _, o := range s.Project.Services {
			if o.Build != nil && svc.Image.Raw != "" && o.Image.Raw == svc.Image.Raw {
				return v.imageOf(s, o)
			}
		}
		return nil
	}
	target, _ := interpolated(b.Target, v.env.interpolator(s, Unset))
	for _, i := range v.d.Images {
		if i.File.Source.Path == b.DockerfilePath && i.Target == target && i.Context == b.ContextDir {
			return i
		}
	}
	return nil
}

var (
	pythonServer  = regexp.MustCompile(`\b(gunicorn|uvicorn|daphne|hypercorn|uwsgi|granian|waitress-serve|mod_wsgi-express)\b|manage\.py\s+runserver|manage\.py\s+runserver_plus|runserver`)
	pythonWorker  = regexp.MustCompile(`\bcelery\b|\brqworker\b|\bflower\b|\bbeat\b|\bworker\b|manage\.py\s+(?:migrate|qcluster|process_tasks|collectstatic|run_huey|rqscheduler|db_worker)|\bdramatiq\b|\bhuey\b`)
	foreignImage  = regexp.MustCompile(`(?i)(^|/)(postgres|postgis|redis|valkey|mysql|mariadb|mongo|rabbitmq|memcached|nginx|traefik|caddy|certbot|elasticsearch|opensearch|minio|adminer|pgadmin4?|mailhog|mailpit|node|portainer|watchtower|haproxy|varnish|grafana|prometheus|localstack|kafka|zookeeper|ollama|solr|meilisearch|typesense|busybox|alpine)(:|@|$)`)
	foreignServer = regexp.MustCompile(`^\W*(caddy|nginx|node|npm|yarn|redis-server|postgres|traefik)\b`)
	otherName     = regexp.MustCompile(`(?i)(^|[-_])(celery|celerybeat|celeryworker|beat|worker|workers|flower|scheduler|cron|migrate|migrations?|migrator|init|setup|nginx|proxy|db|database|redis|frontend|client|ui|backup|backups|queue|rq|huey|consumer|bot|docs|test|tests|certbot|caddy|traefik|collectstatic)($|[-_0-9])`)
	webName       = regexp.MustCompile(`(?i)(^|[-_])(web|webserver|backend|django|api|app|server|site|gunicorn|wsgi|asgi|www)($|[-_0-9])`)
)

// serves tells how surely a service runs a project; 0 is not at all. The service that answers web requests has the highest score.
func (v *view) serves(p *Project, s *Stack, svc *compose.Service) int {
	if foreignImage.MatchString(svc.Image.Raw) && svc.Build == nil {
		return 0
	}
	score := 0
	cmd := commandText(svc.Entrypoint) + " " + commandText(svc.Command)
	image := v.imageOf(s, svc)
	switch {
	case image != nil && v.imageHolds(image, p):
		score += 20
	case image != nil || svc.Build != nil && svc.Build.DockerfilePath != "":
		return 0
	}
	if pythonServer.MatchString(cmd) {
		score += 30
	}
	if strings.Contains(cmd, "manage.py") {
		score += 8
	}
	if e := svc.Env("DJANGO_SETTINGS_MODULE"); e != nil {
		score += 10
	}
	for _, m := range svc.Volumes {
		if m.InRoot && m.Type == "bind" && (inside(p.Root, m.SourcePath) || p.Root != "" && inside(m.SourcePath, p.Root)) && m.SourcePath != "" {
			score += 4
		}
	}
	if score == 0 {
		// an image built elsewhere: only a name or an environment could tell
		if len(v.index.manages) == 1 && webName.MatchString(svc.Name) && svc.Build == nil && djangoVars(svc) {
			return 5
		}
		return 0
	}
	if pythonWorker.MatchString(cmd) && !pythonServer.MatchString(cmd) {
		score -= 15
	}
	if otherName.MatchString(svc.Name) {
		score -= 10
	}
	if webName.MatchString(svc.Name) {
		score += 5
	}
	switch stageOf(svc.Name) {
	case production:
		score += 10
	case development:
		score -= 10
	}
	if len(svc.Ports) > 0 || len(svc.Expose) > 0 {
		score += 2
	}
	return max(score, 1)
}

func djangoVars(svc *compose.Service) bool {
	for _, e := range svc.Environment {
		if strings.HasPrefix(e.Name, "DJANGO_") || e.Name == "SECRET_KEY" || e.Name == "ALLOWED_HOSTS" {
			return true
		}
	}
	return len(svc.EnvFiles) > 0
}

// imageHolds reports whether an image has a project's code in it.
func (v *view) imageHolds(i *Image, p *Project) bool { return v.holds(i, p) > 0 }

// holds tells how surely an image has a project's code in it: its context holds the project, and it is an image for Python.
func (v *view) holds(i *Image, p *Project) int {
	if !inside(p.Root, i.Context) {
		return 0
	}
	key := holdKey{i, p.Root}
	n, ok := v.held[key]
	if !ok {
		n = v.weigh(i, p)
		v.held[key] = n
	}
	return n
}

type holdKey struct {
	image *Image
	root  string
}

func (v *view) weigh(i *Image, p *Project) int {
	img := i.File.Image(i.Target, i.lookup)
	if img == nil {
		return 0
	}
	n, signs := 0, 0
	if b := strings.ToLower(img.Base.Text); strings.Contains(b, "python") || strings.Contains(b, "django") || strings.Contains(b, "uv:") {
		n += 3
	} else if foreignImage.MatchString(b) && !strings.Contains(b, "alpine") {
		n -= 4
	}
	for _, s := range img.Chain {
		for _, in := range s.Instructions {
			if in.Kind == dockerfile.Run || in.Kind == dockerfile.Cmd || in.Kind == dockerfile.Entrypoint {
				c := in.Command
				if strings.Contains(c, "manage.py") || pythonServer.MatchString(c) {
					n += 3
					signs++
				} else if strings.Contains(c, "pip ") || strings.Contains(c, "pip3 ") || strings.Contains(c, "poetry ") || strings.Contains(c, "uv ") || strings.Contains(c, "requirements") {
					n++
					signs++
				}
			}
		}
	}
	if v.baseOf(img.Base.Text, i) != nil {
		n++
		signs++
	}
	for _, in := range img.Files {
		for _, src := range in.Sources {
			// the code itself, or all of the context
			if from, ok := join(i.Context, strings.TrimPrefix(path.Clean("/"+src.Text), "/")); in.From.Raw == "" && (src.Text == "." || src.Text == "./" || ok && v.fs.IsDir(from) && inside(p.Root, from)) {
				signs++
			}
		}
	}
	if signs == 0 && img.Cmd != nil && foreignServer.MatchString(img.Cmd.Command) {
		return 0 // an image that has Python, but starts something else
	}
	if n > 0 && strings.EqualFold(path.Base(i.File.Source.Path), "dockerfile") {
		n++
	}
	return n
}

// evaluate works out what production makes of one project.
func (v *view) evaluate(ctx context.Context, p *Project) {
	v.requirements(p)
	if p.Module == "" {
		return
	}
	var wg sync.WaitGroup
	run := func(sc Scenario, to **django.Settings) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v.guard(fmt.Sprintf("the settings %s", p.Module), func() { *to = v.settings(p, sc) })
		}()
	}
	run(Unset, &p.Unset)
	if v.documents(p) {
		run(Documented, &p.Documented)
	}
	wg.Wait()
	if ctx.Err() != nil || p.Unset == nil {
		return
	}
	p.SettingsFile = p.Unset.File
	v.guard("the URLs of "+p.Module, func() { v.urls(p) })
	v.guard("the code of "+p.Module, func() { v.code(p) })
}

func (v *view) options(p *Project) django.Options {
	return django.Options{Module: p.Module, Configuration: p.Configuration, Roots: p.roots, DjangoVersion: p.Version}
}

// settings evaluates a project's settings in one scenario.
func (v *view) settings(p *Project, sc Scenario) *django.Settings {
	return django.Evaluate(v.host(p, sc), v.options(p))
}
