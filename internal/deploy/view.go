// Package deploy works out the production view: which compose files, Dockerfiles, environment files and settings module
// production uses, and why. Every choice has a reason that the report prints; a view stated by the user always wins.
package deploy

import (
	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/source"
)

// Stated is the part of the production view that the user gave by hand. Zero fields are worked out.
type Stated struct {
	Settings      string   // dotted settings module
	Configuration string   // DJANGO_CONFIGURATION
	Compose       []string // root-relative compose files, in the order of -f
	EnvFiles      []string // root-relative environment files or templates that speak for production
	Dockerfiles   []string // root-relative Dockerfiles that production builds
	DjangoRoot    string   // root-relative folder of the one Django project to look at
}

// A Deployment is everything production would run from one repository. A repository may hold no Django project, or several.
type Deployment struct {
	Stacks   []*Stack   // compose models production may run; usually one
	Images   []*Image   // images production builds from Dockerfiles of the repository
	EnvFiles []*EnvFile // environment files the project uses, in the repository or not, sorted by path
	Projects []*Project // Django projects, sorted by root
	Starts   []*Start   // what runs when a service starts
	Proxies  []*Proxy   // each nginx of production
	Edges    []*Edge    // what visitors reach first, one for each stack that production runs
	// Choices tell how the view was reached, in the order a person would explain it.
	Choices  []Choice
	Problems []source.Problem
}

// A Choice is one decision of the production view and its reason, as the report prints it.
type Choice struct {
	What    string // "compose", "Dockerfile", "settings", "environment", "Django project"
	Chosen  string // "docker-compose.yml", "config.settings.production"
	Because string // "it is the only compose file not named dev"
	Stated  bool   // the user said so
	At      source.Evidence
}

// A Stack is one merged compose model that production may run.
type Stack struct {
	Files   []*source.File // in the order of -f
	Project *compose.Project
	Because string
	// Development is true if only a development compose file exists and it is judged for want of a better one: checks of the
	// production environment must not read values from it, docker-dev-compose-only speaks about it.
	Development bool

	interpolation []located // files that docker compose interpolates from
}

// An Image is one image that production builds: a target of a Dockerfile with its build context.
type Image struct {
	File    *dockerfile.File
	Context string             // root-relative folder; "" is the repository root
	Target  string             // "" is the last stage
	Ignore  *dockerfile.Ignore // the .dockerignore in force for the context, or nil
	// Service is the compose service it is built for, or nil.
	Service *compose.Service
	Because string
	// Base is true if the image is only built as the base of another image of this repository.
	Base bool
	// Args are the build arguments production passes.
	Args map[string]django.Var

	path string // of the Dockerfile, before it is parsed
}

// A Scenario is one of the two ways in which every setting is judged.
type Scenario uint8

const (
	// Unset: variables have the values that the repository's production files give them; whatever only a file outside the
	// repository could set is unset, so that fallbacks in code are in force.
	Unset Scenario = iota
	// Documented: as Unset, and templates that speak for production (.env.example …) give the values they document.
	Documented
)

// An EnvFile is one environment file that the project uses or tracks.
type EnvFile struct {
	Path string // root-relative; the file need not exist
	// File is the file as it stands in the repository, nil if it is not there.
	File   *source.File
	Parsed *dotenv.File
	UsedBy []source.Evidence // who names it: compose env_file, load_dotenv, --env-file …
	// Template is true if the file is a template by name or by content, not a file with values.
	Template bool
	// For is the path of the file that this template stands for (".env"), or "".
	For string
	// Speaks is true if the file speaks for production: a template with production's marks, or a tracked production file.
	Speaks    bool
	Because   string // why it is a template, why it speaks or not
	Encrypted string // "git-crypt", "sops", …: its values cannot be known
}

// A Project is one Django project and what production makes of it.
type Project struct {
	Root          string // root-relative folder on sys.path that holds the project (usually manage.py's); "" is the root
	Module        string // settings module, "" if none was found
	Configuration string // DJANGO_CONFIGURATION, or ""
	SettingsFile  *source.File
	Because       string // why this module
	At            source.Evidence
	Stack         *Stack             // the stack that runs it, or nil
	Services      []*compose.Service // its services in that stack (web, workers), the web service first
	Image         *Image             // the image of the web service, or nil
	// Command is what production starts, joined with blanks ("gunicorn app.wsgi"), or "" if unknown.
	Command string
	Version django.Version // the Django version that requirements pin, zero if unknown

	// Documented is the settings as documented; nil if no template speaks for production.
	Documented *django.Settings
	// Unset is the settings as the repository alone gives them; nil if there is no settings module.
	Unset *django.Settings
	// Requirements are the Python distributions the project asks for, by normalised name (PEP 503).
	Requirements map[string]Requirement
	// URLs is the URL configuration as far as it could be read.
	URLs []URLPattern
	// Code are the files of the project's own Python code that checks ask about (csrf_exempt, SDK initialisation …), without
	// tests and migrations, sorted by path.
	Code []*source.File

	roots   []string          // folders on sys.path
	copied  map[string]string // Python files that the image puts in other places of the project: path there → path here
	steps   []step            // what runs at start, once started is true
	started bool
}

// A Requirement is one distribution that the project depends on.
type Requirement struct {
	Name, Version string // Version is the lower bound or pin, "" if none
	Span          source.Span
}

// A URLPattern is one path()/re_path()/url() entry that was reached from ROOT_URLCONF.
type URLPattern struct {
	Route  string // full route from the root, as far as known ("panel/admin/")
	Known  bool   // false if a part of the route could not be worked out; Route then has "…" in its place
	Regexp bool   // a part is a regular expression
	// Target is the dotted name of the view or include: "django.contrib.admin.site.urls", "views.hook".
	Target string
	Exempt bool // wrapped in csrf_exempt(...)
	Span   source.Span
	Reads  []django.Read // environment variables the route depends on
}
