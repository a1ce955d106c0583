package deploy

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/source"
)

// An envBook knows the environment files of a repository: those that are there, and those that something loads.
type envBook struct {
	v     *view
	files map[string]*EnvFile
	// loaded are the files that production loads, and values that an image copies into place of another file.
	loaded map[string]bool
	copies map[string]string // path of a file → template that the image copies there

	mu, fillMu sync.Mutex
	filling    map[fillKey]*interpolation // kept from one question to the next, as spoken
	spoken     map[string]*EnvFile        // answers of speaker

	speakers  []speaker           // sorted by path
	templates map[string][]string // path of a file → folders of the templates that stand for it
}

type fillKey struct {
	stack *Stack
	sc    Scenario
}

const (
	maxEnvFiles   = 1000 // of a repository
	maxServiceEnv = 50   // files of one service's env_file that are looked at
)

func newEnvBook(v *view) *envBook {
	b := &envBook{v: v, files: map[string]*EnvFile{}, loaded: map[string]bool{}, copies: map[string]string{}, filling: map[fillKey]*interpolation{},
		spoken: map[string]*EnvFile{}, templates: map[string][]string{}}
	for _, p := range v.index.envs {
		if v.fs.Present(p) || isTemplateName(p) {
			b.get(p)
		}
	}
	for _, p := range v.stated.EnvFiles {
		b.get(p)
	}
	return b
}

func isTemplateName(p string) bool {
	_, ok := templateFor(p)
	return ok
}

// get returns the entry of a path, which need not exist.
func (b *envBook) get(p string) *EnvFile {
	e := b.files[p]
	if e == nil {
		e = &EnvFile{Path: p}
		if len(b.files) >= maxEnvFiles {
			return e
		}
		if b.v.fs.Present(p) || isTemplateName(p) || slices.Contains(b.v.stated.EnvFiles, p) {
			e.File = b.v.fs.File(p)
		}
		if e.File != nil {
			e.Parsed = dotenv.Parse(e.File, dotenv.Compose)
			e.Encrypted = e.Parsed.Encrypted
		}
		b.files[p] = e
	}
	return e
}

// use notes that something names a file.
func (b *envBook) use(p string, at source.Evidence) *EnvFile {
	e := b.get(p)
	for _, u := range e.UsedBy {
		if u.Span == at.Span {
			return e
		}
	}
	if len(e.UsedBy) < 50 {
		e.UsedBy = append(e.UsedBy, at)
	}
	return e
}

// fromStacks notes the files that compose files name.
func (b *envBook) fromStacks() {
	for _, s := range b.v.d.Stacks {
		refers := map[string]bool{}
		for _, svc := range s.Project.Services {
			for _, e := range svc.EnvFiles {
				if e.Path != "" {
					b.use(e.Path, source.At(e.Span, source.Step{Span: svc.Span, Note: "service " + svc.Name}))
					if !s.Development {
						b.loaded[e.Path] = true
					}
				}
			}
			for _, x := range svc.Environment {
				for _, r := range compose.Interpolate(x.Value.Raw, nil).Vars {
					refers[r.Name] = true
				}
			}
		}
		for _, l := range s.interpolation {
			if len(refers) == 0 && l.at.IsZero() {
				continue
			}
			at := l.at
			if at.IsZero() {
				at = source.At(whole(s.Files[0]), source.Step{Span: whole(s.Files[0]), Note: "docker compose fills in its variables from it"})
			}
			b.use(l.path, at)
			if !s.Development {
				b.loaded[l.path] = true
				b.besides(l.path, refers)
			}
		}
	}
}

// besides takes a tracked environment file that lies beside a compose file and sets most of the variables that it refers to for
// one that stands for the file docker compose reads ("variables.env", which an installer copies).
func (b *envBook) besides(target string, refers map[string]bool) {
	for _, p := range b.paths() {
		e := b.files[p]
		if folder(p) != folder(target) || p == target || e.Parsed == nil || len(e.UsedBy) > 0 || e.For != "" || stageOf(path.Base(p)) != plainStage || isTemplateName(p) {
			continue
		}
		set := 0
		for name := range refers {
			if e.Parsed.Lookup(name) != nil {
				set++
			}
		}
		if set >= 3 && 2*set >= len(refers) {
			e.For, e.Speaks = target, true
			e.Because = fmt.Sprintf("it sets %d of the %d variables that the compose file beside it refers to", set, len(refers))
		}
	}
}

func (b *envBook) paths() []string {
	out := make([]string, 0, len(b.files))
	for p := range b.files {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// list returns the files by path.
func (b *envBook) list() []*EnvFile {
	var out []*EnvFile
	for _, p := range b.paths() {
		out = append(out, b.files[p])
	}
	return out
}

// classify decides which files are templates, what they stand for and whether they speak for production.
func (b *envBook) classify() {
	defer b.index()
	for _, p := range b.paths() {
		e := b.files[p]
		if e.For != "" || e.File == nil {
			continue
		}
		stated := slices.Contains(b.v.stated.EnvFiles, p)
		target, named := templateFor(p)
		switch {
		case b.loaded[p]:
			e.Because = "production loads it as it is"
			e.Speaks = true
			continue
		case named:
			e.Template, e.For = true, target
		case stageOf(base(p)) == production:
			// .env.production, .envs/.production/.django: the values that production is meant to have
			e.Speaks, e.Because = true, "its name says production"
			e.For = p
		}
		if !e.Template && e.For == "" && onlyPlaceholders(e.Parsed) {
			e.Template, e.For, e.Because = true, p, "all its values are placeholders"
		}
		if e.Template || stated {
			st, why := b.speaks(e)
			e.Speaks, e.Because = st == production, why
		}
		if stated {
			e.Speaks, e.Because = true, "it is stated"
			if e.For == "" {
				e.For = p
			}
		}
	}
}

// base is the part of a path by which an environment file is judged: its name, and the folder below .envs.
func base(p string) string {
	if hasEnvFolder(p) {
		return path.Base(folder(p)) + "/" + path.Base(p)
	}
	return path.Base(p)
}

// speaks decides whether a template speaks for production.
func (b *envBook) speaks(e *EnvFile) (stage, string) {
	switch stageOf(base(e.Path)) {
	case production:
		return production, "its name says production"
	case development, otherStage:
		return development, "its name says that it is not for production"
	}
	if e.Encrypted != "" {
		return plainStage, "it is encrypted"
	}
	return marks(e.Parsed)
}

// speaker returns the template that says what a file would hold in production, or nil.
func (b *envBook) speaker(p string) *EnvFile {
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.spoken[p]
	if !ok {
		e = b.findSpeaker(p)
		if len(b.spoken) < 10*maxEnvFiles {
			b.spoken[p] = e
		}
	}
	return e
}

func (b *envBook) findSpeaker(p string) *EnvFile {
	var best *EnvFile
	rank := 0
	for _, s := range b.speakers {
		e, q := s.file, s.file.Path
		if b.loaded[q] && b.copies[p] != q {
			continue
		}
		r := 0
		switch {
		case s.stated:
			r = 9
		case b.copies[p] == q:
			r = 8
		case e.For == p && q != p:
			r = 6
		case b.standsNear(e, p):
			r = 4
			if folder(q) == folder(p) {
				r = 5
			}
		}
		if r > 0 && s.production {
			r++
		}
		if r > rank {
			best, rank = e, r
		}
	}
	return best
}

// A speaker is a file that speaks for production.
type speaker struct {
	file               *EnvFile
	stated, production bool
}

// standsNear reports whether a template stands for a file that is not exactly the one its name says: ".env.production" for the
// ".env" beside it, or the root's ".env.example" for "backend/.env" if nothing loads the root's own.
func (b *envBook) standsNear(e *EnvFile, p string) bool {
	t := e.For
	if t == "" || b.loaded[t] && t != p {
		return false
	}
	if folder(t) == folder(p) {
		return stageOf(path.Base(t)) == production && path.Base(p) == ".env" || plainName(t) && path.Base(p) == ".env" && t != p || stageOf(base(p)) == production && path.Base(t) == ".env"
	}
	if b.templateIn(folder(p), p) {
		return false
	}
	above := inside(folder(p), folder(t))
	switch path.Base(folder(t)) {
	case "env", "envs", "config", "conf", "deploy", "deployment", "docker":
		above = true
	}
	return above && path.Base(t) == path.Base(p) && len(b.v.rootsFound) <= 1
}

// plainName reports whether a name is one that only differs in form from ".env": "env", "web.env".
func plainName(p string) bool {
	n := path.Base(p)
	return n == "env" || strings.HasSuffix(n, ".env") && n != ".env"
}

// templateIn reports whether a folder has a template of its own for a file.
func (b *envBook) templateIn(dir, p string) bool { return slices.Contains(b.templates[p], dir) }

// index notes what the questions about classified files need.
func (b *envBook) index() {
	b.changed()
	for _, p := range b.paths() {
		e := b.files[p]
		if e.Template && e.For != "" {
			b.templates[e.For] = append(b.templates[e.For], folder(p))
		}
		if e.Speaks && e.File != nil {
			b.speakers = append(b.speakers, speaker{e, slices.Contains(b.v.stated.EnvFiles, p), stageOf(base(p)) == production})
		}
	}
}

// values returns the file that gives a path its values in a scenario: the file itself, the template that the image copies there,
// or, as documented, the template that speaks for it.
func (b *envBook) values(p string, sc Scenario) (e *EnvFile, documented bool) {
	if from, ok := b.copies[p]; ok {
		if t := b.get(from); t.File != nil {
			return t, false
		}
	}
	if f := b.files[p]; f != nil && f.File != nil && (!f.Template || b.loaded[p]) {
		return f, false
	}
	if t := b.speaker(p); t != nil {
		// a file with values that the user states is what production has, in both scenarios
		given := !t.Template && slices.Contains(b.v.stated.EnvFiles, t.Path)
		if given || sc == Documented {
			return t, !given
		}
	}
	return nil, false
}

// An interpolation answers for the variables that docker compose fills in.
type interpolation struct {
	vars map[string]django.Var
}

func (b *envBook) interpolator(s *Stack, sc Scenario) *interpolation {
	b.fillMu.Lock()
	defer b.fillMu.Unlock()
	key := fillKey{s, sc}
	in := b.filling[key]
	if in == nil {
		in = b.fill(s, sc)
		b.filling[key] = in
	}
	return in
}

// changed forgets what was worked out before a file changed its meaning.
func (b *envBook) changed() {
	clear(b.filling)
	clear(b.spoken)
}

func (b *envBook) fill(s *Stack, sc Scenario) *interpolation {
	in := &interpolation{vars: map[string]django.Var{}}
	for _, l := range s.interpolation {
		e, documented := b.values(l.path, sc)
		if e == nil {
			continue
		}
		for _, x := range e.Parsed.Entries {
			if !x.Bare && e.Parsed.Lookup(x.Key) == x {
				in.vars[x.Key] = entryVar(e, x, documented, in.lookupDotenv)
			}
		}
	}
	return in
}

func (in *interpolation) lookupDotenv(name string) (string, dotenv.State) {
	switch v := in.vars[name]; v.State {
	case django.VarKnown:
		return v.Value, dotenv.Set
	case django.VarUnset:
		return "", dotenv.Unset
	}
	return "", dotenv.Unknown
}

// lookupKnown answers what the repository is sure of: a variable that it does not set may be set elsewhere.
func (in *interpolation) lookupKnown(name string) (string, compose.VarState) {
	if v := in.vars[name]; v.State == django.VarKnown {
		return v.Value, compose.Set
	}
	return "", compose.Unknown
}

// lookup answers in the scenario: what nothing sets is unset.
func (in *interpolation) lookup(name string) (string, compose.VarState) {
	switch v := in.vars[name]; v.State {
	case django.VarKnown:
		return v.Value, compose.Set
	case django.VarUnset:
		return "", compose.Unset
	}
	return "", compose.Unknown
}
