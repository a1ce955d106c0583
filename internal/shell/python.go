package shell

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A Server is a command that starts a Python application.
type Server struct {
	Command *Command
	Name    string // "gunicorn", "uvicorn", "daphne", "hypercorn", "uwsgi", "waitress", "granian", "runserver", "flask", "fastapi"
	// App is the application as given ("config.wsgi:application"); "" if it is not given, or not known.
	App     string
	AppSpan source.Span
	Dev     bool     // a development server, or one that reloads
	Env     []Assign // in front of the command
	Args    []Word   // behind the program's name
}

// A Manage is one call of manage.py, django-admin or python -m django.
type Manage struct {
	Command  *Command
	Sub      string // "migrate"; "" if it is not known
	Settings Word   // --settings, zero if not given
	Args     []Word // behind the subcommand
	Env      []Assign
}

// Servers are the commands that start a Python application, also those of scripts inside this one.
func (s *Script) Servers() []Server {
	var out []Server
	for _, c := range s.All() {
		if v, ok := c.server(); ok {
			out = append(out, v)
		}
	}
	return out
}

// Manages are the manage.py, django-admin and python -m django calls, also those of scripts inside this one.
func (s *Script) Manages() []Manage {
	var out []Manage
	for _, c := range s.All() {
		if m, ok := c.manage(); ok {
			out = append(out, m)
		}
	}
	return out
}

// python skips the interpreter and its options: what is left starts with the module of -m or the script.
func python(prog []Word) []Word {
	if len(prog) == 0 {
		return nil
	}
	name := base(prog[0].Text)
	if !strings.HasPrefix(name, "python") && !strings.HasPrefix(name, "pypy") && name != "coverage" {
		return prog
	}
	rest := prog[1:]
	if name == "coverage" && len(rest) > 0 && rest[0].Text == "run" {
		rest = rest[1:]
	}
	for len(rest) > 0 && strings.HasPrefix(rest[0].Text, "-") {
		switch t := rest[0].Text; {
		case t == "-c":
			return nil
		case t == "-W" || t == "-X":
			rest = rest[min(2, len(rest)):]
			continue
		case !strings.HasPrefix(t, "--") && strings.HasSuffix(t, "m"):
			return rest[1:]
		}
		rest = rest[1:]
	}
	return rest
}

func (c *Command) manage() (Manage, bool) {
	prog := python(c.Program())
	if len(prog) == 0 || !oneOf(base(prog[0].Text), "manage.py", "django-admin", "django-admin.py", "django", "manage") {
		return Manage{}, false
	}
	if n := base(prog[0].Text); (n == "django" || n == "manage") && len(prog) < 2 {
		return Manage{}, false
	}
	m := Manage{Command: c, Env: c.Env()}
	rest := prog[1:]
	for i := 0; i < len(rest); i++ {
		w := rest[i]
		name, _, has := strings.Cut(w.Text, "=")
		switch {
		case name == "--settings" && has:
			m.Settings = assignWord(w, name).Value
		case name == "--settings" && i+1 < len(rest):
			i++
			m.Settings = rest[i]
		case !strings.HasPrefix(w.Text, "-") && m.Sub == "" && m.Args == nil:
			if w.Known {
				m.Sub = w.Text
			}
			m.Args = rest[i+1:]
		}
	}
	return m, true
}

func (c *Command) server() (Server, bool) {
	if m, ok := c.manage(); ok {
		if !oneOf(m.Sub, "runserver", "runserver_plus", "runserver_plus2", "rungunicorn", "runmodwsgi", "rundaphne") {
			return Server{}, false
		}
		return Server{Command: c, Name: m.Sub, Dev: strings.HasPrefix(m.Sub, "runserver"), Env: m.Env, Args: m.Args}, true
	}
	prog := python(c.Program())
	if len(prog) == 0 {
		return Server{}, false
	}
	s := Server{Command: c, Name: strings.TrimSuffix(base(prog[0].Text), ".exe"), Env: c.Env(), Args: prog[1:]}
	var app *Word
	switch s.Name {
	case "gunicorn":
		app = operand(s.Args, gunicornOptions)
		s.Dev = indexOf(s.Args, "--reload") >= 0
	case "uvicorn":
		app = operand(s.Args, "")
		s.Dev = indexOf(s.Args, "--reload") >= 0
	case "daphne", "hypercorn", "granian":
		app = operand(s.Args, "")
		s.Dev = indexOf(s.Args, "--reload") >= 0 || indexOf(s.Args, "--debug") >= 0
	case "waitress-serve", "waitress":
		s.Name = "waitress"
		app = operand(s.Args, "")
	case "uwsgi":
		app = option(s.Args, "--module", "-w", "--wsgi", "--wsgi-file")
		s.Dev = option(s.Args, "--py-autoreload") != nil
	case "mod_wsgi-express":
		app = operand(s.Args, "")
	case "flask":
		if indexOf(s.Args, "run") < 0 {
			return Server{}, false
		}
		app = option(s.Args, "--app", "-A")
		s.Dev = true
	case "fastapi":
		s.Dev = len(s.Args) > 0 && s.Args[0].Text == "dev"
		if len(s.Args) > 1 {
			app = operand(s.Args[1:], "")
		}
	case "celery":
		return Server{}, false
	default:
		return Server{}, false
	}
	if app != nil && app.Known {
		s.App, s.AppSpan = app.Text, app.Span
	} else if app != nil {
		s.AppSpan = app.Span
	}
	return s, true
}

// Options of gunicorn without a value; all others take one.
const gunicornOptions = "--reload --preload --daemon -D --check-config --print-config --no-sendfile --proxy-protocol --capture-output " +
	"--enable-stdio-inheritance -R --reuse-port --spew --initgroups --suppress-ragged-eofs --do-handshake-on-connect --disable-redirect-access-to-syslog --log-syslog"

// operand returns the word that is an application: the last one that is no option and looks like module:attribute or a dotted
// module, or else the first that is no option's value.
func operand(args []Word, switches string) *Word {
	var found *Word
	for i := 0; i < len(args); i++ {
		t := args[i].Text
		if strings.HasPrefix(t, "-") {
			if i+1 < len(args) && !strings.Contains(t, "=") && !takes(switches, t) && valueOption(t, args[i+1].Text) {
				i++
			}
			continue
		}
		if found == nil || appLike(t) && !appLike(found.Text) {
			found = &args[i]
		}
	}
	return found
}

// valueOption guesses whether an option takes the word behind it: one that looks like an application is the application.
func valueOption(option, next string) bool {
	if oneOf(option, "-k", "--worker-class", "-c", "--config", "--log-config", "--logger-class", "--paste", "--chdir") {
		return true
	}
	return !strings.HasPrefix(next, "-") && !appLike(next)
}

// appLike reports module:attribute, or a dotted name that ends in what Django calls its applications.
func appLike(s string) bool {
	module, attr, ok := strings.Cut(s, ":")
	if ok && module != "" && attr != "" && !strings.ContainsAny(module, "/") && strings.Trim(attr, "0123456789") != "" {
		return strings.Trim(module, "0123456789.") != "" && module != "unix" && module != "fd"
	}
	return strings.HasSuffix(s, ".wsgi") || strings.HasSuffix(s, ".asgi")
}

// option returns the value of the last option of one of the names.
func option(args []Word, names ...string) *Word {
	var found *Word
	for i := range args {
		name, _, has := strings.Cut(args[i].Text, "=")
		if !oneOf(name, names...) {
			continue
		}
		if has {
			w := assignWord(args[i], name).Value
			found = &w
		} else if i+1 < len(args) {
			found = &args[i+1]
		}
	}
	return found
}
