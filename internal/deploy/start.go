package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

const maxScriptDepth = 6

// A step is one shell script or command line that runs when the container of a project starts.
type step struct {
	script *shell.Script
	name   string // path of the script, or "" for a command line
}

// start returns what runs when a project is started, in order: entrypoint, command, and the scripts of the repository that they
// call.
func (v *view) start(p *Project) []step {
	if p.started {
		return p.steps
	}
	p.started = true
	var img *dockerfile.Image
	if p.Image != nil {
		img = p.Image.File.Image(p.Image.Target, p.Image.lookup)
	}
	var svc *compose.Service
	if len(p.Services) > 0 {
		svc = p.Services[0]
	}
	s := &starter{v: v, p: p, img: img, svc: svc, seen: map[string]bool{}}
	entry := svc != nil && svc.Entrypoint != nil
	switch {
	case entry:
		s.composeCommand(svc.Entrypoint)
	case img != nil && img.Entrypoint != nil:
		s.instruction(img.Entrypoint)
	}
	switch {
	case svc != nil && svc.Command != nil:
		s.composeCommand(svc.Command)
	case img != nil && img.Cmd != nil && !entry: // an entrypoint of the compose file drops the image's command
		s.instruction(img.Cmd)
	}
	if svc == nil && img == nil {
		s.procfile()
	}
	p.steps = s.steps
	return s.steps
}

type starter struct {
	v     *view
	p     *Project
	img   *dockerfile.Image
	svc   *compose.Service
	steps []step
	seen  map[string]bool
}

func (s *starter) composeCommand(c *compose.Command) {
	in := s.v.env.interpolator(s.p.Stack, Unset)
	if !c.List && c.Text.Raw != "" {
		r := c.Text.Interpolate(in.lookup)
		s.line(c.Text.Span, r.Value)
		return
	}
	var words []string
	at := c.Span
	for _, w := range c.Words {
		words = append(words, w.Interpolate(in.lookup).Value)
		at = w.Span
	}
	if len(words) > 0 {
		s.words(at, words)
	}
}

func (s *starter) instruction(in *dockerfile.Instruction) {
	if !in.Exec {
		s.line(in.Args, in.Command)
		return
	}
	var words []string
	for _, w := range in.Words {
		words = append(words, w.Text)
	}
	s.words(in.Args, words)
}

// words runs a command in exec form; what a shell is given with -c is a command line.
func (s *starter) words(at source.Span, words []string) {
	if len(words) >= 3 && isShell(words[0]) && strings.HasPrefix(words[1], "-") && strings.HasSuffix(words[1], "c") {
		s.line(at, words[2])
		return
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n'\"\\$;&|<>()*?[]#~`{}") {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	s.line(at, strings.Join(quoted, " "))
}

func isShell(w string) bool {
	switch path.Base(w) {
	case "sh", "bash", "ash", "dash", "zsh":
		return true
	}
	return false
}

func (s *starter) line(at source.Span, text string) {
	if len(text) > 1<<16 {
		return
	}
	s.run(step{script: shell.ParseText(at, text)}, 0)
}

// run notes a step and follows it into the scripts it calls.
func (s *starter) run(st step, depth int) {
	if depth > maxScriptDepth || len(s.steps) > 50 {
		return
	}
	// a called script does its work before what follows the call, but what it exports is its own: only the order of evidence
	// depends on it
	for _, c := range st.script.Commands {
		w := c.Program()
		if len(w) == 0 || !w[0].Known {
			continue
		}
		name := w[0].Text
		if isShell(name) && len(w) > 1 && !strings.HasPrefix(w[1].Text, "-") {
			name = w[1].Text
		} else if isShell(name) && len(w) > 2 && strings.HasSuffix(w[1].Text, "c") && w[2].Known {
			s.run(step{script: shell.ParseText(w[2].Span, w[2].Text)}, depth+1)
			continue
		}
		s.call(name, depth)
		// entrypoint wrappers are given the script to run as an argument
		for _, arg := range w[1:] {
			if strings.HasSuffix(arg.Text, ".sh") && arg.Known {
				s.call(arg.Text, depth)
			}
		}
	}
	for _, w := range st.script.Sources() {
		if w.Known {
			s.call(w.Text, depth)
		}
	}
	s.steps = append(s.steps, st)
}

func (s *starter) call(name string, depth int) {
	if !strings.Contains(name, "/") && !strings.Contains(name, ".") && !slices.Contains([]string{"start", "entrypoint", "run"}, name) && !strings.Contains(name, "entrypoint") {
		return
	}
	p, ok := s.v.inRepository(name, s.p, s.img, s.svc)
	if !ok || s.seen[p] || isEnvFile(p) {
		return
	}
	f := s.v.fs.File(p)
	if f == nil || len(f.Text) > maxScriptSize || !looksShell(f) {
		return
	}
	s.seen[p] = true
	s.run(step{script: shell.Parse(f), name: p}, depth+1)
}

// looksShell reports whether a file is a script for a shell and not for Python or anything else.
func looksShell(f *source.File) bool {
	if strings.HasPrefix(string(f.Text), "#!") {
		return strings.Contains(f.Line(1), "sh")
	}
	switch path.Ext(f.Path) {
	case ".sh", ".bash", "":
		return true
	}
	return false
}

// procfile runs the web process of a Procfile where neither a compose file nor a Dockerfile starts the project.
func (s *starter) procfile() {
	for _, dir := range []string{s.p.Root, ""} {
		f := s.v.fs.File(path.Join(dir, "Procfile"))
		if f == nil {
			continue
		}
		for n := 1; n <= f.Lines(); n++ {
			if cmd, ok := strings.CutPrefix(f.Line(n), "web:"); ok {
				s.line(f.LineSpan(n), strings.TrimSpace(cmd))
				return
			}
		}
	}
}

// inRepository finds the file of the repository behind a path in the container: through bind mounts, through what the image copies,
// else the only script of that name near the Dockerfile.
func (v *view) inRepository(name string, p *Project, img *dockerfile.Image, svc *compose.Service) (string, bool) {
	abs := name
	dir := ""
	if img != nil {
		dir = img.Dir
	}
	if svc != nil && svc.WorkingDir.Raw != "" {
		dir = svc.WorkingDir.Raw
	}
	if !strings.HasPrefix(abs, "/") {
		abs = path.Join("/", dir, abs)
	}
	abs = path.Clean(abs)
	if svc != nil {
		for _, m := range svc.Volumes {
			if m.Type != "bind" || !m.InRoot {
				continue
			}
			if rest, ok := beneath(abs, m.Target.Raw); ok {
				if q, ok := join(m.SourcePath, rest); ok && v.fs.Has(q) {
					return q, true
				}
			}
		}
	}
	context := ""
	if p.Image != nil {
		context = p.Image.Context
	}
	if img != nil {
		for i := len(img.Files) - 1; i >= 0; i-- {
			if q, ok := v.copiedFrom(img.Files[i], context, dir, abs); ok {
				return q, true
			}
		}
	}
	base := path.Base(name)
	var best string
	for _, s := range v.index.scripts {
		if path.Base(s) != base || aside(folder(s)) || stageOf(folder(s)) == development {
			continue
		}
		if best == "" || nearImage(s, p) > nearImage(best, p) {
			best = s
		}
	}
	return best, best != ""
}

func nearImage(s string, p *Project) int {
	if p.Image == nil {
		return near(folder(s), p.Root)
	}
	return 2*near(folder(s), folder(p.Image.File.Source.Path)) + near(folder(s), p.Image.Context)
}

// beneath returns what is left of a path below a folder; "." for the folder itself.
func beneath(p, dir string) (string, bool) {
	dir = path.Clean("/" + dir)
	switch {
	case p == dir:
		return ".", true
	case dir == "/":
		return strings.TrimPrefix(p, "/"), true
	case strings.HasPrefix(p, dir+"/"):
		return strings.TrimPrefix(p, dir+"/"), true
	}
	return "", false
}

// copiedFrom returns the file of the build context that a COPY puts at an absolute path of the image.
func (v *view) copiedFrom(in *dockerfile.Instruction, context, dir, abs string) (string, bool) {
	if in.From.Raw != "" {
		return "", false
	}
	dest := in.Dest.Text
	if !strings.HasPrefix(dest, "/") {
		dest = path.Join("/", dir, dest) + strings.Repeat("/", len(dest)-len(strings.TrimRight(dest, "/")))
	}
	for _, src := range in.Sources {
		from, ok := join(context, strings.TrimPrefix(path.Clean("/"+src.Text), "/"))
		if src.Text == "." || src.Text == "./" || src.Text == "/" {
			from, ok = context, true
		}
		if !ok {
			continue
		}
		if rest, under := beneath(abs, dest); under {
			switch {
			case v.fs.IsDir(from):
				if q, ok := join(from, rest); ok && v.fs.Has(q) {
					return q, true
				}
			case v.fs.Has(from) && (rest == "." || rest == path.Base(from)):
				return from, true
			}
		}
	}
	return "", false
}

// startEnv adds what the entrypoint and the command export and read before the server starts.
func (v *view) startEnv(e *environ, p *Project, sc Scenario) {
	for _, st := range v.start(p) {
		for _, w := range st.script.Sources() {
			if !w.Known {
				continue
			}
			if q, ok := v.inRepositoryEnv(w.Text, p); ok {
				v.fileEnv(e, q, source.Step{Span: w.Span, Note: "read by the shell"}, sc, e.lookupDotenv)
			}
		}
		v.exports(e, st)
		for _, s := range st.script.Servers() {
			for _, a := range append(slices.Clone(s.Env), serverEnv(s)...) {
				e.export(a, false, "set for "+s.Name)
			}
		}
		for _, m := range st.script.Manages() {
			if m.Settings.Known && m.Settings.Text != "" && (m.Sub == "runserver" || m.Sub == "runserver_plus") {
				e.vars["DJANGO_SETTINGS_MODULE"] = django.Var{Name: "DJANGO_SETTINGS_MODULE", State: django.VarKnown, Value: m.Settings.Text,
					Evidence: source.At(m.Settings.Span, source.Step{Span: m.Settings.Span, Note: "--settings of manage.py " + m.Sub})}
			}
		}
	}
}

// inRepositoryEnv finds the environment file that a shell reads, whether it is in the repository or not.
func (v *view) inRepositoryEnv(name string, p *Project) (string, bool) {
	if !isEnvFile(strings.TrimPrefix(name, "/")) {
		return "", false
	}
	context := p.Root
	if p.Image != nil {
		context = p.Image.Context
	}
	return join(context, path.Base(name))
}

func (e *environ) lookupDotenv(name string) (string, dotenv.State) {
	switch x := e.vars[name]; x.State {
	case django.VarKnown:
		return x.Value, dotenv.Set
	case django.VarUnset:
		return "", dotenv.Unset
	}
	return "", dotenv.Unknown
}

func (v *view) exports(e *environ, st step) {
	what := "exported at start"
	if st.name != "" {
		what = "exported by " + st.name
	}
	for _, c := range st.script.Commands {
		for _, a := range c.Assigns {
			if a.Export && !a.Bare && !c.Subst && c.Function == "" {
				e.export(a, c.Conditional || c.Loop, what)
			}
		}
	}
}

// export sets a variable as the shell does. A default (X=${X:-y}) counts only if nothing set the variable before, and what stands
// under a condition may count.
func (e *environ) export(a shell.Assign, conditional bool, what string) {
	old, there := e.vars[a.Name]
	there = there && old.State != django.VarUnset
	x := django.Var{Name: a.Name, State: django.VarKnown, Value: a.Value.Text, Evidence: source.At(a.Value.Span, source.Step{Span: a.NameSpan, Note: what})}
	if x.Evidence.Span.IsZero() {
		x.Evidence.Span = a.NameSpan
	}
	switch {
	case a.Value.Fallback || conditional && slices.Contains(a.Value.Refs, a.Name):
		if there {
			return
		}
		x.Defaulted = true
	case conditional:
		if there {
			return
		}
		x.State, x.Value = django.VarUnknown, ""
	}
	if !a.Value.Known && !a.Value.Fallback && x.State == django.VarKnown {
		if t, ok := e.expand(a.Value); ok {
			x.Value = t
		} else {
			x.State, x.Value = django.VarSecret, "" // it is set, whatever to
		}
	}
	e.vars[a.Name] = x
}

// expand works out a word that is nothing but a variable of the environment.
func (e *environ) expand(w shell.Word) (string, bool) {
	if len(w.Refs) != 1 {
		return "", false
	}
	x, ok := e.vars[w.Refs[0]]
	if !ok || x.State != django.VarKnown {
		return "", false
	}
	for _, form := range []string{"$" + w.Refs[0], "${" + w.Refs[0] + "}", `"$` + w.Refs[0] + `"`, `"${` + w.Refs[0] + `}"`} {
		if w.Raw == form {
			return x.Value, true
		}
	}
	return "", false
}

// serverEnv are the variables that gunicorn sets by --env (its setting raw_env) and uwsgi by --env.
func serverEnv(s shell.Server) (out []shell.Assign) {
	if s.Command == nil {
		return nil
	}
	words := s.Command.Args
	for i, w := range words {
		text, ok := strings.CutPrefix(w.Text, "--env=")
		if (w.Text == "--env" || w.Text == "-e") && i+1 < len(words) {
			text, ok = words[i+1].Text, true
		}
		if name, value, is := strings.Cut(text, "="); ok && is {
			out = append(out, shell.Assign{Name: name, NameSpan: w.Span, Value: shell.Word{Raw: value, Text: value, Known: w.Known, Span: w.Span}, Export: true})
		}
	}
	return out
}

// command is what production starts: the server if one is found behind the entrypoint, else the command as written.
func (v *view) command(p *Project) string {
	steps := v.start(p)
	for i := len(steps) - 1; i >= 0; i-- {
		if servers := steps[i].script.Servers(); len(servers) > 0 {
			var out []string
			for _, w := range servers[len(servers)-1].Command.Program() {
				out = append(out, w.Text)
			}
			return strings.Join(out, " ")
		}
	}
	if len(p.Services) > 0 {
		if c := commandText(p.Services[0].Command); c != "" {
			return c
		}
	}
	if p.Image != nil {
		if img := p.Image.File.Image(p.Image.Target, p.Image.lookup); img != nil && img.Cmd != nil {
			return img.Cmd.Command
		}
	}
	return ""
}
