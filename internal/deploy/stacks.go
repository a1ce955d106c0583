package deploy

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

const maxStacks = 6

// A pick is the compose files that one folder offers for production.
type pick struct {
	dir     string
	files   []string
	stage   stage // production: named so; plainStage: plain; otherStage: neither; development: for want of a better one
	because string
	at      source.Evidence
	env     []located // --env-file of the call that names them
}

// A located is a path and what names it.
type located struct {
	path string
	at   source.Evidence
}

func (v *view) chooseStacks() {
	if len(v.stated.Compose) > 0 {
		p := pick{dir: folder(v.stated.Compose[0]), files: v.stated.Compose, because: "it is stated"}
		v.addStack(p, true)
		return
	}
	picks := v.picks()
	var main *pick
	for i := range picks {
		if p := &picks[i]; p.stage != development && (main == nil || better(p, main)) {
			main = p
		}
	}
	if main == nil {
		if len(picks) > 0 {
			v.addStack(picks[0], false)
		}
		return
	}
	v.addStack(*main, false)
	for i := range picks {
		p := &picks[i]
		if p == main || p.stage == development || p.stage == otherStage || len(v.d.Stacks) >= maxStacks {
			continue
		}
		switch {
		case v.holdsProject(p.dir) && !v.holdsProject(main.dir):
			p.because = "the Django project is in its folder"
		case p.stage == production && main.stage != production, deployFolder(p.dir) && !deployFolder(main.dir):
			p.because = "its folder is for deployment"
		default:
			continue
		}
		v.addStack(*p, false)
	}
}

// better reports whether a is the better pick for production than b: one named for production, else the one nearest to the root.
func better(a, b *pick) bool {
	if a.stage != b.stage {
		return a.stage == production || a.stage == plainStage && b.stage != production
	}
	return false // picks come nearest to the root first
}

func deployFolder(dir string) bool {
	for _, w := range words(dir) {
		if strings.HasPrefix(w, "deploy") || w == "production" || w == "prod" || w == "selfhost" || w == "selfhosted" || w == "hosting" {
			return true
		}
	}
	return false
}

func (v *view) holdsProject(dir string) bool {
	if dir == "" {
		return false
	}
	for _, m := range v.index.manages {
		if inside(m, dir) {
			return true
		}
	}
	return false
}

// picks returns what every folder with compose files offers, nearest to the root first.
func (v *view) picks() []pick {
	byDir := map[string][]string{}
	var dirs []string
	for _, p := range v.index.composes {
		if aside(folder(p)) || strings.Contains(p, "{{") || strings.Contains(strings.ToLower(path.Base(p)), "example") {
			continue
		}
		if f := v.fs.File(p); f == nil || !looksCompose(f) {
			continue
		}
		dir := folder(p)
		if byDir[dir] == nil {
			dirs = append(dirs, dir)
		}
		byDir[dir] = append(byDir[dir], p)
	}
	var out []pick
	for _, dir := range dirs {
		if p := v.pick(dir, byDir[dir]); v.relevant(p) {
			out = append(out, p)
		}
	}
	return out
}

// relevant reports whether compose files have to do with the repository's own code: those at the root, those that build an image
// of it, and those that run anything but databases and the like.
func (v *view) relevant(p pick) bool {
	if p.dir == "" {
		return true
	}
	for _, s := range v.load(p.files, nil).Services {
		if s.Build != nil && s.Build.DockerfilePath != "" && v.fs.Has(s.Build.DockerfilePath) {
			return true
		}
		if s.Build == nil && s.Image.Raw != "" && !foreignImage.MatchString(s.Image.Raw) && webName.MatchString(s.Name) && (len(s.EnvFiles) > 0 || len(s.Environment) > 0) {
			return true
		}
	}
	return false
}

// looksCompose reports whether a file named like a compose file has the sections of one.
func looksCompose(f *source.File) bool {
	return serviceKey.Match(f.Text) || strings.Contains(string(f.Text), "\ninclude:") || strings.HasPrefix(string(f.Text), "include:")
}

// plainNames are the names that docker compose looks for itself, in its order (compose-go, cli.DefaultFileNames).
var plainNames = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

func (v *view) pick(dir string, files []string) pick {
	var prod, plain, other, dev []string
	for _, n := range plainNames {
		if slices.Contains(files, path.Join(dir, n)) {
			plain = append(plain, path.Join(dir, n))
		}
	}
	for _, f := range files {
		st := stageOf(path.Base(f))
		if st == plainStage {
			// the folder speaks for what is in it
			if fs := stageOf(dir); fs == development || fs == otherStage || fs == production {
				st = fs
			}
		}
		switch {
		case st == production:
			prod = append(prod, f)
		case st == development:
			dev = append(dev, f)
		case slices.Contains(plain, f) && st == plainStage:
		default:
			other = append(other, f)
		}
	}
	plain = slices.DeleteFunc(plain, func(f string) bool {
		return slices.Contains(prod, f) || slices.Contains(dev, f) || slices.Contains(other, f)
	})
	for _, list := range [][]string{prod, other, dev} {
		sort.SliceStable(list, func(i, j int) bool { return len(list[i]) < len(list[j]) })
	}
	if p, ok := v.named(dir, files, dev, len(prod) > 0, prod); ok {
		return p
	}
	switch {
	case len(prod) > 0:
		p := pick{dir: dir, files: prod[:1], stage: production, because: "its name says production"}
		if !v.standsAlone(prod[0]) && len(plain) > 0 {
			p.files = []string{plain[0], prod[0]}
			p.because = fmt.Sprintf("%s is named for production and overlays %s", path.Base(prod[0]), path.Base(plain[0]))
		}
		return p
	case len(plain) > 0:
		p := pick{dir: dir, files: plain[:1], stage: plainStage}
		switch {
		case len(files) == 1:
			p.because = "it is the only compose file"
		case len(dev) == len(files)-1:
			p.because = "it is the only compose file not named " + devWord(dev)
		default:
			p.because = "it is the one that docker compose takes by itself"
		}
		if len(dev) < len(files)-1 && len(other) > 0 && v.runsDevelopment(plain[0]) {
			for _, o := range other {
				if v.standsAlone(o) && !v.runsDevelopment(o) && v.builds(o) && stageOf(path.Base(o)) != otherStage {
					return pick{dir: dir, files: []string{o}, stage: plainStage, because: fmt.Sprintf("%s runs a development server", path.Base(plain[0]))}
				}
			}
		}
		if why, ok := v.meantForDevelopment(plain[0]); ok {
			p.stage, p.because = development, why
		} else if why, ok := v.developsOnly(plain[0]); ok {
			p.stage, p.because = development, why
		}
		return p
	case len(other) > 0:
		return pick{dir: dir, files: other[:1], stage: otherStage, because: "no other compose file is nearer to production"}
	}
	return pick{dir: dir, files: dev[:1], stage: development, because: "there is no compose file but for development"}
}

// devWord is the word that names the first of some development files.
func devWord(files []string) string {
	for _, f := range files {
		for _, w := range words(path.Base(f)) {
			if stageOf(w) == development {
				return w
			}
		}
	}
	return "for development"
}

// named looks for a call of docker compose in scripts and documents that names files of a folder together.
func (v *view) named(dir string, files, dev []string, needProd bool, prod []string) (pick, bool) {
	var best *mention
	for i := range v.mentions().composes {
		m := &v.mentions().composes[i]
		if len(m.files) < 2 && len(m.env) == 0 || len(m.files) == 0 {
			continue
		}
		usable, hasProd := true, false
		for _, f := range m.files {
			st := stageOf(path.Base(f))
			usable = usable && (slices.Contains(files, f) || v.fs.Has(f) && inside(f, dir)) && !slices.Contains(dev, f) && st != otherStage && st != development
			hasProd = hasProd || slices.Contains(prod, f)
		}
		if !usable || folder(m.files[0]) != dir || needProd && !hasProd || !needProd && (len(m.files) < 2 || forTests(m.at.Path())) {
			continue
		}
		if best == nil || len(m.files) > len(best.files) {
			best = m
		}
	}
	if best == nil {
		return pick{}, false
	}
	st := plainStage
	if needProd {
		st = production
	}
	because := fmt.Sprintf("%s starts production with it", place(best.at))
	if len(best.files) > 1 {
		because = fmt.Sprintf("%s uses them together", place(best.at))
	}
	return pick{dir: dir, files: best.files, stage: st, because: because, at: source.At(best.at), env: best.envFiles()}, true
}

// forTests reports whether a script runs tests or integration by its name, so that it tells nothing of production.
func forTests(p string) bool {
	return stageOf(path.Base(p)) == development || strings.Contains(p, ".github/workflows/") && !deployNames.MatchString(path.Base(p))
}

// standsAlone reports whether every service of a compose file has an image or a build.
func (v *view) standsAlone(p string) bool {
	pr := v.load([]string{p}, nil)
	for _, s := range pr.Services {
		if s.Image.Raw == "" && s.Build == nil {
			return false
		}
	}
	return len(pr.Services) > 0
}

func (v *view) builds(p string) bool {
	for _, s := range v.load([]string{p}, nil).Services {
		if s.Build != nil {
			return true
		}
	}
	return false
}

// runsDevelopment reports whether a service of a compose file starts a development server by its command.
func (v *view) runsDevelopment(p string) bool {
	for _, s := range v.load([]string{p}, nil).Services {
		if c := commandText(s.Command); strings.Contains(c, "runserver") {
			return true
		}
	}
	return false
}

// meantForDevelopment reports whether a plain-named compose file says itself that it is for development: it builds Dockerfiles
// named so, or loads development settings.
func (v *view) meantForDevelopment(p string) (string, bool) {
	for _, s := range v.load([]string{p}, nil).Services {
		if b := s.Build; b != nil && b.DockerfilePath != "" && stageOf(path.Base(b.DockerfilePath)) == development {
			return fmt.Sprintf("%s builds %s, which is for development", place(b.Span), b.DockerfilePath), true
		}
		if b := s.Build; b != nil && stageOf(b.Target.Raw) == development {
			return fmt.Sprintf("%s builds the target %s", place(b.Target.Span), b.Target.Raw), true
		}
		if e := s.Env("DJANGO_SETTINGS_MODULE"); e != nil && !strings.Contains(e.Value.Raw, "$") && stageOf(e.Value.Raw) == development {
			return fmt.Sprintf("%s loads development settings", place(e.KeySpan)), true
		}
	}
	return "", false
}

func commandText(c *compose.Command) string {
	if c == nil {
		return ""
	}
	if !c.List && c.Text.Raw != "" {
		return c.Text.Raw
	}
	var b []string
	for _, w := range c.Words {
		b = append(b, w.Raw)
	}
	return strings.Join(b, " ")
}

// load reads compose files with what the repository knows of the environment of docker compose.
func (v *view) load(files []string, env compose.Lookup) *compose.Project {
	key := strings.Join(files, "\x00")
	if p := v.loaded[key]; p != nil && env == nil {
		return p
	}
	read := func(p string) (*source.File, error) {
		if f := v.fs.File(p); f != nil {
			return f, nil
		}
		return nil, fmt.Errorf("%q is not in the repository", p)
	}
	p := compose.Load(read, files, compose.Options{Env: env})
	if env == nil {
		v.loaded[key] = p
	}
	return p
}

func (v *view) addStack(p pick, stated bool) {
	s := &Stack{Because: p.because, Development: p.stage == development && !stated}
	s.interpolation = p.env
	if len(s.interpolation) == 0 {
		if env, ok := join(p.dir, ".env"); ok {
			s.interpolation = []located{{path: env}}
		}
	}
	for _, f := range p.files {
		if file := v.fs.File(f); file != nil {
			s.Files = append(s.Files, file)
		}
	}
	if len(s.Files) == 0 {
		return
	}
	s.Project = v.load(p.files, v.env.interpolator(s, Unset).lookupKnown)
	v.d.Stacks = append(v.d.Stacks, s)
	what := "compose"
	if s.Development {
		what = "development compose"
	}
	at := p.at
	if at.IsZero() {
		at = source.At(whole(s.Files[0]))
	}
	v.choose(Choice{What: what, Chosen: strings.Join(p.files, " and "), Because: p.because, Stated: stated, At: at})
}
