package django

import (
	"strings"
	"testing"
	"time"
)

// TestSemantics has a row for each behaviour of real settings that a search for text gets wrong.
func TestSemantics(t *testing.T) {
	const os = "import os\n"
	for _, c := range []struct {
		name, text string
		env        string // "A=1 B=?": ? is unknown, ! a secret that deployment supplies
		want       string // "NAME: display", one a line
	}{
		{"docstring", "'''\nDEBUG = True\nSECRET_KEY = 'x'\n'''\n# DEBUG = True\nA = 1\n", "", "DEBUG: False\nSECRET_KEY: ''\nA: 1"},
		{"comment in a list", "MIDDLEWARE = [\n 'a',\n # 'django.middleware.csrf.CsrfViewMiddleware',\n]\n", "", "MIDDLEWARE: ['a']"},
		{"unset is Django's default", "A = 1\n", "", "DEBUG: False\nSECURE_SSL_REDIRECT: False\nSESSION_COOKIE_SECURE: False\nSECURE_HSTS_SECONDS: 0\nALLOWED_HOSTS: []"},
		{"get ==", os + "DEBUG = os.environ.get('DEBUG', 'False') == 'True'\n", "", "DEBUG: False"},
		{"get == set", os + "DEBUG = os.environ.get('DEBUG', 'False') == 'True'\n", "DEBUG=True", "DEBUG: True"},
		{"get !=", os + "DEBUG = os.environ.get('DEBUG') != 'false'\n", "", "DEBUG: True"},
		{"lower in", os + "DEBUG = os.getenv('DEBUG', 'no').lower() in ('1', 'true', 'yes')\n", "DEBUG=YES", "DEBUG: True"},
		{"bool of text", os + "DEBUG = bool(os.environ.get('DEBUG'))\nA = bool('False')\n", "DEBUG=False", "DEBUG: True\nA: True"},
		{"bool of nothing", os + "DEBUG = bool(os.environ.get('DEBUG', False))\n", "", "DEBUG: False"},
		{"int", os + "DEBUG = int(os.environ.get('DEBUG', '0'))\n", "DEBUG=1", "DEBUG: 1"},
		{"strtobool", "from distutils.util import strtobool\n" + os + "DEBUG = bool(strtobool(os.getenv('DEBUG', 'on')))\n", "", "DEBUG: True"},
		{"json", "import json\n" + os + "DEBUG = json.loads(os.getenv('DEBUG', 'true'))\n", "", "DEBUG: True"},
		{"literal_eval", "import ast\n" + os + "DEBUG = ast.literal_eval(os.getenv('DEBUG', 'True'))\n", "DEBUG=False", "DEBUG: False"},
		{"or literal", os + "SECRET_KEY = os.environ.get('SECRET_KEY') or 'literal'\n", "", "SECRET_KEY: 'literal'"},
		{"is not None", os + "DEBUG = os.environ.get('DEBUG') is not None\n", "DEBUG=", "DEBUG: True"},
		{"conditional", os + "DEBUG = True if os.getenv('ENV', 'dev') == 'dev' else False\n", "", "DEBUG: True"},
		{"secret is not empty", os + "A = os.environ.get('K') or 'x'\nB = bool(os.environ.get('K'))\nC = os.environ.get('K') is None\n", "K=!", "A: set at deployment\nB: True\nC: False"},
		{"secret compared", os + "DEBUG = os.environ.get('D') == 'True'\n", "D=!", "DEBUG: unknown"},
		{"unknown variable", os + "DEBUG = os.environ.get('D', 'x') == 'x'\n", "D=?", "DEBUG: unknown or True"},
		{"required variable", os + "A = os.environ['A']\n", "", "A: set at deployment"},
		{"guard that refuses", os + "K = os.environ.get('K', 'changeme')\nif K == 'changeme':\n    raise RuntimeError\nSECRET_KEY = K\n", "", "SECRET_KEY: set at deployment"},
		{"guard on None", os + "HOSTS = os.environ.get('HOSTS').split(',')\nDEBUG = False\n", "", "DEBUG: False\nHOSTS: set at deployment"},
		{"own helper", os + "def flag(n, d=False):\n    v = os.environ.get(n)\n    return d if v is None else v == '1'\nDEBUG = flag('DEBUG', True)\n", "", "DEBUG: True"},
		{"own helper by environment", os + "def from_env(development, production):\n    return {'dev': development, 'prod': production}[os.environ.get('ENV', 'dev')]\nDEBUG = from_env(development=True, production=False)\n", "ENV=prod", "DEBUG: False"},
		{"nested branches", os + "DEBUG = False\nUSE_HTTPS = os.getenv('USE_HTTPS', 'False') == 'True'\nif not DEBUG:\n    if USE_HTTPS:\n        SESSION_COOKIE_SECURE = True\n", "", "SESSION_COOKIE_SECURE: False"},
		{"testing", "import sys\nif 'test' in sys.argv:\n    DEBUG = True\n", "", "DEBUG: False"},
		{"match", os + "match os.getenv('ENV', 'dev'):\n    case 'prod':\n        DEBUG = False\n    case _:\n        DEBUG = True\n", "", "DEBUG: True"},
		{"local settings that are not there", "DEBUG = False\ntry:\n    from .local_settings import *\nexcept ImportError:\n    pass\n", "", "DEBUG: False"},
		{"local settings that are needed", "DEBUG = False\nfrom .local_settings import *\n", "", "DEBUG: False or unknown"},
		{"undecided branch", "import somewhere\nif somewhere.live():\n    DEBUG = False\nelse:\n    DEBUG = True\n", "", "DEBUG: False or True"},
		{"undecided and one-sided", "import somewhere\nif somewhere.live():\n    SECURE_SSL_REDIRECT = True\n", "", "SECURE_SSL_REDIRECT: True or False"},
		{"undecided in a list", "import somewhere\nA = ['a']\nif somewhere.x():\n    A.append('b')\n", "", "A: ['a', …]"},
		{"optional package", "A = ['a']\ntry:\n    import debug_toolbar\n    A += ['debug_toolbar']\nexcept ImportError:\n    pass\n", "", "A: ['a', …]"},
		{"globals", "globals().update({'DEBUG': True})\nglobals()['A'] = 1\nlocals()['B'] = 2\n", "", "DEBUG: True\nA: 1\nB: 2"},
		{"exec", "DEBUG = False\nexec(open('x').read())\n", "", "DEBUG: False or unknown"},
		{"names handed out", "import heroku\nDEBUG = False\nheroku.settings(locals())\n", "", "DEBUG: False or unknown"},
		{"mutation", "A = ['a']\nA += ['b']\nA.insert(0, 'c')\nA.remove('a')\nB = [*A, 'd'] + ['e']\n", "", "A: ['c', 'b']\nB: ['c', 'b', 'd', 'e']"},
		{"keys", "A = {'x': 1, 'x': 2}\nA['y'] = 3\nA |= {'z': 4}\nA.update(w=5)\n", "", "A: {'x': 2, 'y': 3, 'z': 4, 'w': 5}"},
		{"comprehension", os + "ALLOWED_HOSTS = [h.strip() for h in os.getenv('H', 'a , b,').split(',') if h.strip()]\n", "", "ALLOWED_HOSTS: ['a', 'b']"},
		{"durations", "from datetime import timedelta\nA = timedelta(hours=5) * 2\n", "", "A: timedelta(10h0m0s)"},
		{"only True is True", "SESSION_COOKIE_SECURE = '1'\n", "", "SESSION_COOKIE_SECURE: '1'"},
		{"random key", "from django.core.management.utils import get_random_secret_key\n" + os + "SECRET_KEY = os.getenv('K', get_random_secret_key())\n", "", "SECRET_KEY: unknown"},
		{"wildcard anywhere", "ALLOWED_HOSTS = ['a.example', '.b.example', '*']\n", "", "ALLOWED_HOSTS: ['a.example', '.b.example', '*']"},
		{"composed path", os + "P = os.getenv('P', 'x')\nADMIN_URL = f'{P}/admin/'\n", "", "ADMIN_URL: 'x/admin/'"},
		{"environ text default", "import environ\nenv = environ.Env()\nDEBUG = env.bool('DEBUG', default='False')\n", "", "DEBUG: 'False'"},
		{"environ scheme", "import environ\nenv = environ.Env(DEBUG=(bool, True))\nDEBUG = env('DEBUG')\n", "", "DEBUG: True"},
		{"decouple", "from decouple import config, Csv\nDEBUG = config('DEBUG', default=True, cast=bool)\nALLOWED_HOSTS = config('H', default='a,b', cast=Csv())\n", "DEBUG=off", "DEBUG: False\nALLOWED_HOSTS: ['a', 'b']"},
		{"dynaconf", "import dynaconf\nDEBUG = False\nsettings = dynaconf.DjangoDynaconf(__name__)\n", "", "DEBUG: False or unknown"},
		{"file of a secret", "A = open('/run/secrets/key').read()\n", "", "A: set at deployment"},
		{"statement that cannot be parsed", "DEBUG = False\nA = = 1\nB = 2\n", "", "DEBUG: False\nA: unknown\nB: 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := map[string]string{}
			for _, p := range strings.Fields(c.env) {
				k, v, _ := strings.Cut(p, "=")
				env[k] = v
			}
			s := settingsOf(c.text, env)
			if s.crash != nil {
				t.Fatal(s.crash)
			}
			for _, line := range strings.Split(c.want, "\n") {
				name, want, _ := strings.Cut(line, ": ")
				if got := s.Get(name).Value.Display(false); got != want {
					t.Errorf("%s is %s; want %s", name, got, want)
				}
			}
		})
	}
}

// TestTrail holds on to the chain that a reader needs: which variable was not set, which branch was not taken.
func TestTrail(t *testing.T) {
	s := settingsOf("import os\nUSE_HTTPS = os.environ.get('USE_HTTPS', 'False') == 'True'\nif USE_HTTPS:\n    SESSION_COOKIE_SECURE = True\n", nil)
	set := s.Get("SESSION_COOKIE_SECURE")
	if set.State != Default || len(set.NotReached) != 1 || !set.Value.IsExactly(false) {
		t.Fatalf("%v, %d not reached", set.State, len(set.NotReached))
	}
	if set.NotReached[0].Span.Position().Line != 4 {
		t.Errorf("not reached at line %d", set.NotReached[0].Span.Position().Line)
	}
	var notes []string
	for _, step := range set.NotReached[0].Trail {
		notes = append(notes, step.Note)
	}
	trail := strings.Join(notes, "\n")
	for _, want := range []string{"if USE_HTTPS is false", "falls back to 'False': USE_HTTPS is not set"} {
		if !strings.Contains(trail, want) {
			t.Errorf("the trail lacks %q:\n%s", want, trail)
		}
	}
	if !set.Value.Fallback() || len(set.Value.Reads()) == 0 || !set.Value.Reads()[0].Control {
		t.Errorf("reads: %+v", set.Value.Reads())
	}
}

// TestOverridden tells which earlier assignments a later one replaces, across files.
func TestOverridden(t *testing.T) {
	s := Evaluate(newHost(map[string]string{
		"p/__init__.py": "", "p/base.py": "DEBUG = True\n", "p/prod.py": "from .base import *\nDEBUG = False\n",
	}, nil), Options{Module: "p.prod"})
	set := s.Get("DEBUG")
	if !set.Value.IsExactly(false) || set.Span.Position().Line != 2 || len(set.Overridden) != 1 {
		t.Errorf("DEBUG = %s at %d, %d overridden", set.Value.Display(false), set.Span.Position().Line, len(set.Overridden))
	}
	if len(s.Files) != 3 || s.File == nil || s.File.Path != "p/prod.py" {
		t.Errorf("%d files", len(s.Files))
	}
}

// TestReads says which variables a value depends on, under which name, and that a template which sets another name changes nothing.
func TestReads(t *testing.T) {
	s := settingsOf("import os\nSECRET_KEY = os.environ.get('DJANGO_SECRET_KEY', 'insecure')\n", map[string]string{"SECRET_KEY": "x"})
	v := s.Get("SECRET_KEY").Value
	reads := v.Reads()
	if len(reads) != 1 || reads[0].Var.Name != "DJANGO_SECRET_KEY" || !reads[0].Fallback || !v.Fallback() || v.Literal() {
		t.Errorf("%+v", reads)
	}
	if text, _ := v.Str(); text != "insecure" || v.Display(true) != "'ins…'" {
		t.Errorf("%s", v.Display(true))
	}
	if !strings.Contains(strings.Join(s.Secrets(), " "), "insecure") {
		t.Error("the fallback of a key is no secret")
	}
}

// TestDeepValues looks dicts, lists and durations up as checks do.
func TestDeepValues(t *testing.T) {
	s := settingsOf("from datetime import timedelta\nimport os, somewhere\n"+
		"DATABASES = {'default': {'ENGINE': 'x', 'PASSWORD': os.environ.get('PW', 'postgres'), 'PORT': 5432}}\n"+
		"SIMPLE_JWT = {'ACCESS_TOKEN_LIFETIME': timedelta(days=1)}\nif somewhere.x():\n    SIMPLE_JWT['ROTATE'] = True\n"+
		"STORAGE = somewhere.Storage('bucket', acl='public-read')\nHOSTS = ['a'] + somewhere.hosts()\n", nil)
	db, st := s.Get("DATABASES").Value.Key("default")
	pw, st2 := db.Key("PASSWORD")
	if text, ok := pw.Str(); st != KeyPresent || st2 != KeyPresent || !ok || text != "postgres" || !pw.Fallback() || pw.Literal() {
		t.Errorf("PASSWORD: %s", pw.Display(false))
	}
	port, _ := db.Key("PORT")
	if n, ok := port.Int(); !ok || n != 5432 {
		t.Error("PORT")
	}
	if _, st := db.Key("HOST"); st != KeyAbsent {
		t.Error("HOST")
	}
	jwt := s.Get("SIMPLE_JWT").Value
	life, _ := jwt.Key("ACCESS_TOKEN_LIFETIME")
	if d, ok := life.Duration(); !ok || d != 24*time.Hour {
		t.Error("ACCESS_TOKEN_LIFETIME")
	}
	if v, st := jwt.Key("ROTATE"); st != KeyMaybe || !v.IsTrue() {
		t.Errorf("ROTATE: %v %s", st, v.Display(false))
	}
	if keys, complete := jwt.Keys(); len(keys) != 1 || complete {
		t.Error("a key that may be absent is listed")
	}
	storage := s.Get("STORAGE").Value
	acl, _ := storage.Arg(-1, "acl")
	bucket, _ := storage.Arg(0, "")
	if name, ok := storage.Object(); !ok || name != "somewhere.Storage" || acl.Display(false) != "'public-read'" || bucket.Display(false) != "'bucket'" || storage.IsKnown() {
		t.Errorf("STORAGE: %s", storage.Display(false))
	}
	hosts, complete := s.Get("HOSTS").Value.Elements()
	if len(hosts) != 1 || complete {
		t.Error("HOSTS")
	}
}

// TestNoSecretInFormats prints values with every verb.
func TestNoSecretInFormats(t *testing.T) {
	v := settingsOf("SECRET_KEY = 'hush-hush-hush'\n", nil).Get("SECRET_KEY").Value
	if out := sprintAll(v); strings.Contains(out, "hush-hush") {
		t.Error(out)
	}
}

// TestConfigurationClass takes the class that is in force, and none if that is not known.
func TestConfigurationClass(t *testing.T) {
	text := "from configurations import Configuration, values\nclass Dev(Configuration):\n    DEBUG = True\nclass Prod(Configuration):\n    DEBUG = values.BooleanValue(False)\n"
	h := newHost(map[string]string{"settings.py": text}, nil)
	if v := Evaluate(h, Options{Module: "settings", Configuration: "Prod"}).Get("DEBUG"); !v.Value.IsExactly(false) || v.State != Assigned {
		t.Error("Prod", v.Value.Display(false))
	}
	if v := Evaluate(h, Options{Module: "settings", Configuration: "Dev"}).Get("DEBUG"); !v.Value.IsExactly(true) {
		t.Error("Dev", v.Value.Display(false))
	}
	if v := Evaluate(h, Options{Module: "settings"}).Get("DEBUG"); v.State != Maybe || v.Value.IsKnown() {
		t.Error("none", v.Value.Display(false))
	}
	named := newHost(map[string]string{"settings.py": text}, map[string]string{"DJANGO_CONFIGURATION": "Prod", "DJANGO_DEBUG": "yes"})
	if v := Evaluate(named, Options{Module: "settings"}).Get("DEBUG"); !v.Value.IsExactly(true) || !v.Value.IsKnown() {
		t.Error("by variable", v.Value.Display(false))
	}
}
