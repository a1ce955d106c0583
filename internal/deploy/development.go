package deploy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/source"
)

var (
	devCommand  = regexp.MustCompile(`\brunserver(_plus)?\b|--reload\b|\bflask run\b|\b(npm|pnpm|yarn|bun)( run)? (dev|start|serve)\b|\bvite\b|\bng serve\b|\bwebpack(-dev-server| serve)`)
	prodCommand = regexp.MustCompile(`\b(gunicorn|uwsgi|daphne|hypercorn|granian|waitress|mod_wsgi|uvicorn)\b`)
	prodImage   = regexp.MustCompile(`(?i)(^|/)(nginx|traefik|caddy|certbot|haproxy|swag|nginx-proxy|acme-companion|openresty)`)
)

// developsOnly reports whether a plain-named compose file runs a development server and has no mark of production: no restart
// policy, no proxy, neither port 80 nor 443, no production server. Such a file is for a developer's computer, whatever its name.
func (v *view) developsOnly(p string) (string, bool) {
	if at, ok := v.saidForDevelopment(p); ok {
		return fmt.Sprintf("%s says that it is for development", place(at)), true
	}
	var dev source.Span
	for _, s := range v.load([]string{p}, nil).Services {
		text := commandText(s.Entrypoint) + " " + commandText(s.Command)
		span := s.Span
		if strings.TrimSpace(text) == "" {
			text = v.imageCommand(s)
		}
		if v.marksProduction(s, text) {
			return "", false
		}
		if devCommand.MatchString(text) || v.scriptDevelops(text) {
			if dev.IsZero() {
				dev = span
			}
		}
	}
	if dev.IsZero() {
		return "", false
	}
	return fmt.Sprintf("%s runs a development server, and nothing in the file is for production", place(dev)), true
}

// developmentByContent reports whether a compose file shows by what it runs or says that it is for development.
func (v *view) developmentByContent(p string) bool {
	if v.developmentFiles == nil {
		v.developmentFiles = map[string]bool{}
	}
	is, known := v.developmentFiles[p]
	if !known {
		_, a := v.meantForDevelopment(p)
		_, b := v.developsOnly(p)
		is = (a || b) && stageOf(path.Base(p)) != production
		v.developmentFiles[p] = is
	}
	return is
}

var saysDevelopment = regexp.MustCompile(`(?i)^\s*#.*\b(only (meant |intended )?for (local )?development|(is|are) for (local )?development|for local development|development only|dev only|not (meant |intended )?for (running .*|use in )?production|do not use (this )?in production)\b`)

// saidForDevelopment returns the comment at the head of a compose file that says so.
func (v *view) saidForDevelopment(p string) (source.Span, bool) {
	f := v.fs.File(p)
	if f == nil {
		return source.Span{}, false
	}
	for n := 1; n <= min(f.Lines(), 15); n++ {
		line := f.Line(n)
		if saysDevelopment.MatchString(line) {
			return f.LineSpan(n), true
		}
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "version") {
			break
		}
	}
	return source.Span{}, false
}

// mountsSource reports whether a service runs from a folder of the repository instead of from its image.
func mountsSource(s *compose.Service) bool {
	for _, m := range s.Volumes {
		if m.Type == "bind" && m.InRoot && s.Build != nil && (m.SourcePath == s.Build.ContextDir || inside(s.Build.ContextDir, m.SourcePath)) {
			return true
		}
	}
	return false
}

// marksProduction reports whether a service is such as only a deployment has.
func (v *view) marksProduction(s *compose.Service, text string) bool {
	if r := s.Restart.Raw; r != "" && r != "no" && r != "on-failure" && !mountsSource(s) && !foreignImage.MatchString(s.Image.Raw) {
		return true
	}
	if s.Deploy != nil && !s.Deploy.RestartPolicy.IsZero() || prodImage.MatchString(s.Image.Raw) {
		return true
	}
	for _, port := range s.Ports {
		if slices.Contains([]string{"80", "443"}, port.Published.Raw) {
			return true
		}
	}
	return prodCommand.MatchString(text) && !devCommand.MatchString(text)
}

// imageCommand is what the image of a service starts, as its Dockerfile says; "" if that is not here.
func (v *view) imageCommand(s *compose.Service) string {
	if s.Build == nil || s.Build.DockerfilePath == "" {
		return ""
	}
	f := v.fs.Dockerfile(s.Build.DockerfilePath)
	if f == nil {
		return ""
	}
	img := f.Image(s.Build.Target.Raw, nil)
	if img == nil {
		return ""
	}
	var text []string
	for _, in := range []*dockerfile.Instruction{img.Entrypoint, img.Cmd} {
		if in != nil {
			text = append(text, in.Command)
		}
	}
	return strings.Join(text, " ")
}

// scriptDevelops reports whether a script that a command names starts Django's development server.
func (v *view) scriptDevelops(text string) bool {
	for _, w := range strings.Fields(text) {
		base := path.Base(strings.Trim(w, `"'`))
		if !strings.HasSuffix(base, ".sh") && !strings.Contains(base, "entrypoint") && base != "start" {
			continue
		}
		for _, name := range v.index.scripts {
			if path.Base(name) != base {
				continue
			}
			f := v.fs.File(name)
			if f != nil && len(f.Text) <= maxScriptSize && strings.Contains(string(f.Text), "runserver") && !prodCommand.Match(f.Text) {
				return true
			}
		}
	}
	return false
}

var debugOff = regexp.MustCompile(`(?m)^DEBUG\s*(:\s*bool\s*)?=\s*False\b`)

// deployedSibling finds, beside settings that are named for development, the one module that switches DEBUG off or demands secure
// cookies, if there is just one.
func (v *view) deployedSibling(p *Project, dev []namedModule) (namedModule, bool) {
	for _, d := range dev {
		i := strings.LastIndexByte(d.module, '.')
		if i < 0 {
			continue
		}
		pkg := strings.ReplaceAll(d.module[:i], ".", "/")
		var found []string
		for _, s := range v.index.settings {
			stem := strings.TrimSuffix(path.Base(s), ".py")
			if !strings.HasSuffix(folder(s), pkg) || !inside(s, p.Root) || stageOf(stem) != plainStage || isBase("x."+stem) || stem == "__init__" {
				continue
			}
			f := v.fs.File(s)
			if f != nil && (debugOff.Match(f.Text) || strings.Contains(string(f.Text), "SESSION_COOKIE_SECURE = True") || strings.Contains(string(f.Text), "SECURE_SSL_REDIRECT = True")) {
				found = append(found, s)
			}
		}
		if len(found) == 1 {
			stem := strings.TrimSuffix(path.Base(found[0]), ".py")
			return namedModule{module: d.module[:i+1] + stem, span: whole(v.fs.File(found[0])),
				because: fmt.Sprintf("it switches DEBUG off, and %s only names %s", place(d.span), d.module)}, true
		}
	}
	return namedModule{}, false
}
