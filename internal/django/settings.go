package django

import (
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A Version is a Django version; the zero Version is not known and means the newest semantics.
type Version struct{ Major, Minor int }

// AtLeast reports whether a known version is the given one or newer; an unknown one is taken for the newest.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major == 0 || v.Major > major || v.Major == major && v.Minor >= minor
}

// Options say which settings to evaluate.
type Options struct {
	Module        string   // dotted settings module, e.g. "config.settings.production"
	Configuration string   // DJANGO_CONFIGURATION class for django-configurations, "" otherwise
	Roots         []string // root-relative folders on sys.path, first wins ("" or "." is the repository root)
	DjangoVersion Version
	Argv          []string // sys.argv as production sees it; empty means a server such as gunicorn
}

func (o Options) root() string {
	if len(o.Roots) > 0 && o.Roots[0] != "" {
		return o.Roots[0]
	}
	return "."
}

// Settings are the settings of one module in one scenario.
type Settings struct {
	Module   string
	File     *source.File     // the module's own file, nil if it was not found
	Files    []*source.File   // every file that was interpreted, in order of first use
	Problems []source.Problem // what could not be parsed or worked out
	version  Version
	scope    *scope
	stopped  string // why evaluation ended early, "" if it did not
	crash    any    // the panic that ended it, nil if there was none
	reads    []Read
	secrets  []string
	envFiles []EnvFileUse
}

// An EnvFileUse is one environment file that the settings load themselves.
type EnvFileUse struct {
	Path string // root-relative
	Span source.Span
}

// A SettingState says how a setting came to its value.
type SettingState uint8

// The states of a setting.
const (
	Default  SettingState = iota // never assigned on any path: the value is Django's default
	Assigned                     // assigned
	Maybe                        // assigned on some paths, or something unresolved may assign it
)

// A Setting is one setting as Django sees it.
type Setting struct {
	Name  string
	Value Value // the assigned value, else Django's own default
	State SettingState
	Span  source.Span // the deciding statement; zero for Default
	// NotReached are assignments that stand in the code but are not executed in this scenario, each with the conditions that keep
	// it from being executed.
	NotReached []source.Evidence
	Overridden []source.Evidence // earlier assignments that a later one replaces
}

// Evaluate interprets a settings module. It never fails: what cannot be worked out is unknown, and Problems say why.
//
// Settings that refuse to start for want of a variable (a guard that raises) are evaluated again with that variable as something
// that production supplies: what would not start is not in force.
func Evaluate(h Host, o Options) *Settings {
	required := map[string]bool{}
	for round := 0; ; round++ {
		i := &interp{h: h, o: o, modules: map[string]*module{}, env: map[string]*node{}, required: required}
		if len(i.o.Roots) == 0 {
			i.o.Roots = []string{"."}
		}
		s, refused := i.evaluate()
		again := false
		if refused != nil && round < maxRestarts {
			for _, r := range refused.reads {
				if !required[r.Var.Name] && r.Var.State != VarSecret {
					required[r.Var.Name] = true
					again = true
				}
			}
		}
		if !again {
			return s
		}
	}
}

func (i *interp) evaluate() (s *Settings, refused *raised) {
	s = &Settings{Module: i.o.Module, version: i.o.DjangoVersion}
	defer func() {
		if e := recover(); e != nil {
			switch e := e.(type) {
			case *raised:
				refused = e
				s.stopped = "the settings raise " + e.name
				i.problem(e.at, "the settings raise %s here; what would follow is unknown", e.name)
			case stop:
				s.stopped = e.why
				i.problem(source.Span{File: s.File}, "%s; what would follow is unknown", e.why)
			default: // a fault of the interpreter: nothing is known, and the run goes on
				s.crash = e
				s.stopped = "the settings could not be evaluated"
				i.problem(source.Span{File: s.File}, "the settings could not be evaluated: a fault of prodcheck")
			}
		}
		if m := i.modules[i.o.Module]; m != nil {
			s.scope = m.sc
			s.File = m.m.File
		}
		if s.scope != nil && s.stopped == "" {
			if sc := i.configured(s.scope); sc != nil {
				s.scope = sc
			}
		}
		s.Files, s.Problems, s.reads, s.envFiles = i.files, i.problems, i.reads, i.envFiles
		i.collectSecrets(s)
		s.secrets = i.secrets
	}()
	if i.o.Module == "" {
		return s, nil
	}
	if m := i.module(i.o.Module, source.Span{}); m == nil || m.m == nil || len(m.m.File.Text) == 0 && m.pkg && !i.h.Exists(m.file+"/__init__.py") && !strings.HasSuffix(m.file, ".py") {
		s.stopped = "the settings module " + i.o.Module + " was not found"
	}
	return s, nil
}

// Get returns a setting by name.
func (s *Settings) Get(name string) Setting {
	out := Setting{Name: name}
	def := djangoDefault(name, s.version)
	if def == nil {
		def = none()
	}
	def = def.with(source.Span{})
	if s.scope == nil {
		u := unknown(s.stopped)
		out.Value, out.State = Value{choice(def, u)}, Maybe
		return out
	}
	for _, k := range s.scope.skipped[name] {
		out.NotReached = append(out.NotReached, k.ev)
	}
	out.Overridden = s.scope.past[name]
	b := s.scope.names[name]
	open := s.scope.open
	if open == "" && s.stopped != "" {
		open = s.stopped
	}
	var skippedReads []Read
	for _, k := range s.scope.skipped[name] {
		skippedReads = joinReads(skippedReads, k.reads)
	}
	if b == nil {
		if open != "" {
			u := unknown(open)
			out.Value, out.State = Value{choice(def, u)}, Maybe
			return out
		}
		v := def.plusReads(skippedReads)
		if len(out.NotReached) > 0 {
			c := *v
			c.ev = out.NotReached[0]
			v = &c
		}
		out.Value = Value{v}
		return out
	}
	out.State, out.Span = Assigned, b.span
	v := b.v
	for k, a := range v.alts {
		if a.unset {
			out.State = Maybe
			alts := append([]*node(nil), v.alts...)
			alts[k] = def
			v = choice(alts...).plusReads(v.reads)
			break
		}
	}
	if v.unset {
		out.State = Maybe
		v = choice(def, unknown("it is set on some paths only"))
	}
	if s.stopped != "" {
		// a later assignment may not have been reached
		v = choice(v, unknown(s.stopped))
		out.State = Maybe
	}
	out.Value = Value{v.plusReads(skippedReads)}
	return out
}

// Names returns the settings that the module assigns, sorted.
func (s *Settings) Names() []string {
	if s.scope == nil {
		return nil
	}
	var out []string
	for _, n := range sortedNames(s.scope.names) {
		if isSetting(n) {
			out = append(out, n)
		}
	}
	return out
}

// ReadVars returns every environment variable that the settings read.
func (s *Settings) ReadVars() []Read { return s.reads }

// Secrets returns texts that are known to be secrets, so that reporters can redact them, longest first.
func (s *Settings) Secrets() []string { return s.secrets }

// EnvFiles returns the environment files that the settings load themselves.
func (s *Settings) EnvFiles() []EnvFileUse { return s.envFiles }

// Stopped says why evaluation ended early; "" if it did not.
func (s *Settings) Stopped() string { return s.stopped }

// collectSecrets gathers the texts under names of secrets, at any depth.
func (i *interp) collectSecrets(s *Settings) {
	if s.scope == nil {
		return
	}
	for _, m := range sortedKeys(i.modules) {
		sc := i.modules[m].sc
		for _, n := range sortedNames(sc.names) {
			if b := sc.names[n]; secretName(n) {
				i.secretsIn(b.v, true, 0)
			} else {
				i.secretsIn(b.v, false, 0)
			}
		}
	}
	if s.scope != nil {
		for _, n := range sortedNames(s.scope.names) {
			i.secretsIn(s.scope.names[n].v, secretName(n), 0)
		}
	}
	sort.SliceStable(i.secrets, func(a, b int) bool { return len(i.secrets[a]) > len(i.secrets[b]) })
	out := i.secrets[:0]
	for k, x := range i.secrets {
		if k == 0 || x != i.secrets[k-1] {
			out = append(out, x)
		}
	}
	i.secrets = out
}

func (i *interp) secretsIn(v *node, named bool, depth int) {
	if i.visited++; depth > 6 || i.visited > maxElems {
		return
	}
	for _, a := range v.alts {
		i.secretsIn(a, named, depth+1)
	}
	if v.box == nil {
		if named && !looksPublic(v.str) || loginURL(v.str) {
			i.secret(v)
		}
		return
	}
	for k, e := range v.box.c.elems {
		n := named && v.kind != DictKind
		if v.kind == DictKind && v.box.c.keys[k].isStr() {
			n = secretName(v.box.c.keys[k].str)
		}
		i.secretsIn(e, n, depth+1)
	}
}

// looksPublic reports whether a text under a secret's name is plainly none: a dotted path, a URL without a password, a number.
func looksPublic(s string) bool {
	if strings.Contains(s, "://") {
		return !loginURL(s)
	}
	return strings.HasPrefix(s, "django.") || strings.HasPrefix(s, "rest_framework") || strings.HasPrefix(s, "/") || len(s) < 4
}
