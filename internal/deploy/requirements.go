package deploy

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxIncludes     = 30
	maxRequirements = 3000
)

var (
	requirementRE = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)`)
	boundRE       = regexp.MustCompile(`(===|==|~=|>=|\^|~|>|)\s*v?(\d+(?:\.\d+)*)`)
	separators    = regexp.MustCompile(`[-_.]+`)
)

// normal is the normalised name of a distribution (PEP 503).
func normal(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// requirements collects the distributions that a project asks for, from requirements files, pyproject.toml, Pipfile, setup.cfg and
// setup.py, and the version of Django from those or from a lock file.
func (v *view) requirements(p *Project) {
	r := &needs{v: v, out: map[string]Requirement{}, seen: map[string]bool{}}
	var locks []string
	for _, f := range v.needsOf(p) {
		name := strings.ToLower(path.Base(f))
		switch {
		case name == "pyproject.toml" || name == "pipfile":
			r.toml(f)
		case name == "setup.cfg":
			r.setupCfg(f)
		case name == "setup.py":
			r.setupPy(f)
		case strings.HasSuffix(name, ".lock"):
			locks = append(locks, f)
		default:
			r.text(f, 0)
		}
	}
	p.Requirements = r.out
	p.Version = r.django
	for _, f := range locks {
		if ver, ok := v.locked(f); ok {
			p.Version = ver
			break
		}
	}
}

// needsOf lists the files that say what a project needs: those of its own folder and below, and of the folders above, without
// those for development and tests.
func (v *view) needsOf(p *Project) []string {
	var out, dev []string
	for _, f := range v.index.needs {
		dir := folder(f)
		if path.Base(dir) == "requirements" || path.Base(dir) == "reqs" {
			dir = folder(dir)
		}
		if !inside(dir, p.Root) && !inside(p.Root, dir) || aside(strings.TrimPrefix(folder(f), p.Root)) {
			continue
		}
		if inside(dir, p.Root) && dir != p.Root && v.nearest(f) != p.Root {
			continue
		}
		if stageOf(path.Base(f)) == development || strings.Contains(strings.ToLower(path.Base(f)), "lint") || strings.Contains(strings.ToLower(path.Base(f)), "docs") {
			dev = append(dev, f)
			continue
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		out = dev
	}
	// the project's own files last: they win
	slices.SortStableFunc(out, func(a, b string) int { return near(folder(a), p.Root) - near(folder(b), p.Root) })
	return out
}

// needs collects requirements.
type needs struct {
	v      *view
	out    map[string]Requirement
	seen   map[string]bool
	django django.Version
}

// add reads one requirement as PEP 508 writes it.
func (r *needs) add(text string, at source.Span) {
	m := requirementRE.FindStringSubmatch(text)
	if m == nil || len(r.out) >= maxRequirements {
		return
	}
	r.put(m[1], strings.TrimSpace(m[2]), at)
}

// put keeps a requirement with its constraint ("==4.2.1", ">=4,<5", "^4.2").
func (r *needs) put(name, constraint string, at source.Span) {
	name = normal(name)
	q := Requirement{Name: name, Span: at}
	op := ""
	if m := boundRE.FindStringSubmatch(constraint); m != nil && !strings.HasPrefix(constraint, "@") {
		op, q.Version = m[1], m[2]
	}
	if old, ok := r.out[name]; ok && old.Version != "" && q.Version == "" {
		return
	}
	r.out[name] = q
	if name != "django" || q.Version == "" {
		return
	}
	// a lower bound alone lets in the newest version
	if (op == ">=" || op == ">") && !strings.Contains(constraint, "<") && !strings.Contains(constraint, "==") {
		return
	}
	if ver, ok := version(q.Version); ok {
		r.django = ver
	}
}

func version(s string) (django.Version, bool) {
	parts := strings.SplitN(s+".0", ".", 3)
	major, err := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return django.Version{Major: major, Minor: minor}, err == nil && err2 == nil && major > 0 && major < 100
}

// text reads a requirements file as pip does, with the files it includes.
func (r *needs) text(p string, depth int) {
	f := r.v.fs.File(p)
	if f == nil || r.seen[p] || depth > maxIncludes || len(r.seen) > 200 {
		return
	}
	r.seen[p] = true
	for n := 1; n <= f.Lines(); n++ {
		line := strings.TrimSpace(f.Line(n))
		switch {
		case line == "" || line[0] == '#' || len(line) > 1000:
		case strings.HasPrefix(line, "-r ") || strings.HasPrefix(line, "--requirement") || strings.HasPrefix(line, "-r"):
			name := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(line, "--requirement"), "-r"), " =")
			name, _, _ = strings.Cut(name, " ")
			if q, ok := join(folder(p), name); ok {
				r.text(q, depth+1)
			}
		case strings.HasPrefix(line, "-e ") || strings.Contains(line, "#egg="):
			if _, egg, ok := strings.Cut(line, "#egg="); ok {
				r.add(egg, f.LineSpan(n))
			}
		case line[0] != '-':
			r.add(line, f.LineSpan(n))
		}
	}
}

var (
	tableRE  = regexp.MustCompile(`^\s*\[+\s*([^\]]+?)\s*\]+`)
	assignRE = regexp.MustCompile(`^\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*)["']?\s*=\s*(.*)$`)
	textRE   = regexp.MustCompile(`"([^"]*)"|'([^']*)'`)
	tomlVer  = regexp.MustCompile(`version\s*=\s*["']([^"']*)["']`)
)

// toml reads the dependencies of pyproject.toml (PEP 621, Poetry, groups of uv and PEP 735) and of a Pipfile, line by line.
func (r *needs) toml(p string) {
	f := r.v.fs.File(p)
	if f == nil {
		return
	}
	table, list := "", false
	for n := 1; n <= f.Lines(); n++ {
		line := f.Line(n)
		if len(line) > 2000 {
			continue
		}
		if m := tableRE.FindStringSubmatch(line); m != nil && !list {
			table = strings.ReplaceAll(m[1], `"`, "")
			continue
		}
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "#") {
			continue
		}
		m := assignRE.FindStringSubmatch(line)
		switch {
		case list:
			r.strings(line, f.LineSpan(n))
			list = !closes(trimmed)
		case m == nil:
		case table == "project" && m[1] == "dependencies", table == "project.optional-dependencies" && stageOf(m[1]) != development,
			table == "dependency-groups" && stageOf(m[1]) != development && m[1] != "docs" && m[1] != "lint":
			if strings.HasPrefix(m[2], "[") {
				r.strings(m[2], f.LineSpan(n))
				list = !closes(m[2])
			}
		case table == "tool.poetry.dependencies" || table == "packages" ||
			strings.HasPrefix(table, "tool.poetry.group.") && strings.HasSuffix(table, ".dependencies") && stageOf(table) != development:
			if m[1] == "python" {
				continue
			}
			constraint := ""
			if t := tomlVer.FindStringSubmatch(m[2]); t != nil {
				constraint = t[1]
			} else if t := textRE.FindStringSubmatch(m[2]); t != nil && !strings.HasPrefix(m[2], "{") {
				constraint = t[1] + t[2]
			}
			r.put(m[1], constraint, f.LineSpan(n))
		}
	}
}

// closes reports whether a line of a list of texts holds its closing bracket.
func closes(line string) bool { return strings.Contains(textRE.ReplaceAllString(line, ""), "]") }

func (r *needs) strings(line string, at source.Span) {
	for _, m := range textRE.FindAllStringSubmatch(line, 200) {
		r.add(m[1]+m[2], at)
	}
}

func (r *needs) setupCfg(p string) {
	f := r.v.fs.File(p)
	if f == nil {
		return
	}
	on := false
	for n := 1; n <= f.Lines(); n++ {
		line := f.Line(n)
		switch {
		case strings.HasPrefix(line, "install_requires"):
			on = true
			if _, rest, ok := strings.Cut(line, "="); ok && strings.TrimSpace(rest) != "" {
				r.add(strings.TrimSpace(rest), f.LineSpan(n))
			}
		case line != "" && line[0] != ' ' && line[0] != '\t':
			on = false
		case on && len(line) < 1000:
			r.add(strings.TrimSpace(line), f.LineSpan(n))
		}
	}
}

func (r *needs) setupPy(p string) {
	m := r.v.fs.Python(p)
	if m == nil || !strings.Contains(string(m.File.Text), "install_requires") {
		return
	}
	python.WalkBody(m.Body, func(n python.Node) bool {
		if c, ok := n.(*python.Call); ok {
			for _, k := range c.Keywords {
				if l, ok := k.Value.(*python.List); ok && k.Name == "install_requires" {
					for _, e := range l.Elts {
						if s, ok := e.(*python.Constant); ok && s.Kind == python.Str {
							r.add(s.S, m.Span(s))
						}
					}
				}
			}
		}
		return true
	})
}

var (
	lockTOML = regexp.MustCompile(`(?mi)^name = "django"\s*\r?\nversion = "([^"]+)"`)
	lockJSON = regexp.MustCompile(`(?i)"django"\s*:\s*\{[^{}]*"version"\s*:\s*"==([^"]+)"`)
)

// locked finds Django's version in a lock file of Poetry, uv, PDM or Pipenv.
func (v *view) locked(p string) (django.Version, bool) {
	f := v.fs.File(p)
	if f == nil {
		return django.Version{}, false
	}
	for _, re := range []*regexp.Regexp{lockTOML, lockJSON} {
		if m := re.FindSubmatch(f.Text); m != nil {
			return version(string(m[1]))
		}
	}
	return django.Version{}, false
}
