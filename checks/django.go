package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

const settingsDocs = "https://docs.djangoproject.com/en/stable/ref/settings/"

// A presence says whether a list has an element. The zero value is notIn.
type presence uint8

const (
	notIn    presence = iota // the list is known in full and has none
	maybeIn                  // on some branches, or the list is not known in full
	surelyIn                 // on every branch
)

// elementName is the text of an element, or the dotted name of a class that is listed itself.
func elementName(e django.Value) (string, bool) {
	if s, ok := e.Str(); ok {
		return s, true
	}
	return e.Object()
}

// findElement looks for the first element of a list whose name matches.
func findElement(list django.Value, match func(string) bool) (django.Value, presence) {
	elems, _ := list.Elements()
	for _, e := range elems {
		if n, ok := elementName(e); ok && match(n) {
			return e, surelyIn
		}
	}
	open := false
	for _, e := range list.MayContain() {
		n, ok := elementName(e)
		if ok && match(n) {
			return e, maybeIn
		}
		open = open || !ok && e.Kind() == django.Unknown
	}
	for _, a := range list.Alternatives() {
		if _, complete := a.Elements(); !complete && !a.IsNone() {
			open = true
		}
	}
	if open {
		return django.Value{}, maybeIn
	}
	return django.Value{}, notIn
}

// inPackage matches an entry of INSTALLED_APPS: the package itself or an AppConfig below it.
func inPackage(pkg string) func(string) bool {
	return func(s string) bool { return s == pkg || strings.HasPrefix(s, pkg+".") }
}

// lastPart matches a dotted path by its last part.
func lastPart(n string) func(string) bool {
	return func(s string) bool { return s == n || strings.HasSuffix(s, "."+n) }
}

// middlewareOf is MIDDLEWARE, or MIDDLEWARE_CLASSES on the versions before 2.0 that still read it.
func middlewareOf(p *deploy.Project, s *django.Settings) django.Setting {
	set := s.Get("MIDDLEWARE")
	if old := s.Get("MIDDLEWARE_CLASSES"); set.State == django.Default && old.State != django.Default && !p.Version.AtLeast(2, 0) {
		return old
	}
	return set
}

func hasMiddleware(p *deploy.Project, s *django.Settings, cls string) presence {
	_, there := findElement(middlewareOf(p, s).Value, lastPart(cls))
	return there
}

func hasApp(s *django.Settings, pkg string) presence {
	_, there := findElement(s.Get("INSTALLED_APPS").Value, inPackage(pkg))
	return there
}

// comes says how a value came about: "falls back to" where a variable was left unset, else "is".
func comes(v django.Value) string {
	if v.Fallback() {
		return "falls back to"
	}
	return "is"
}

// tell describes a setting and its value for a message: "DEBUG falls back to True", "SECURE_SSL_REDIRECT is not set".
func tell(set django.Setting) string {
	switch {
	case set.State == django.Default && len(set.NotReached) > 0:
		return fmt.Sprintf("%s %s Django's default %s: its assignment is not reached", set.Name, comes(set.Value), set.Value.Display(false))
	case set.State == django.Default:
		return set.Name + " is not set"
	}
	return fmt.Sprintf("%s %s %s", set.Name, comes(set.Value), set.Value.Display(false))
}

// undecided is the opinion of a setting that cannot be worked out.
func undecided(set django.Setting) opinion {
	return unknowing("document the production value of "+set.Name+" in an environment template", "%s cannot be worked out: %s", set.Name, set.Value.Reason())
}

// proxySpeaksOf finds a word in the configuration of a proxy (nginx, Caddy, Traefik, Apache), comments left out. What it means
// there is not known.
func proxySpeaksOf(f *Facts, word string) (source.Evidence, bool) {
	for _, name := range f.Repo.Find(isProxyConfig) {
		file := f.Repo.File(name)
		if file == nil || !strings.Contains(string(file.Text), word) {
			continue
		}
		for n := 1; n <= file.Lines(); n++ {
			if line := strings.TrimSpace(file.Line(n)); strings.Contains(line, word) && !strings.HasPrefix(line, "#") {
				return source.At(file.LineSpan(n)), true
			}
		}
	}
	return source.Evidence{}, false
}

func isProxyConfig(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	for _, part := range []string{"nginx", "caddyfile", "traefik", ".conf", "httpd", "apache"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return false
}

// lifetime is a duration as people say it: "5 hours", "7 days", "90 minutes".
func lifetime(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d >= u.unit && d%u.unit == 0 {
			if d == u.unit {
				return "1 " + u.name
			}
			return fmt.Sprintf("%d %ss", d/u.unit, u.name)
		}
	}
	return d.String()
}

// loginElsewhere returns AUTHENTICATION_BACKENDS if every one of them asks another service who somebody is.
func loginElsewhere(s *django.Settings) (django.Value, bool) {
	set := s.Get("AUTHENTICATION_BACKENDS")
	backends, complete := set.Value.Elements()
	for _, b := range backends {
		n, _ := elementName(b)
		n = strings.ToLower(n)
		other := false
		for _, w := range []string{"oidc", "oauth", "saml", "openid", "remoteuser", "ldap", "social_core", "django_cas"} {
			other = other || strings.Contains(n, w)
		}
		complete = complete && other
	}
	return set.Value, complete && len(backends) > 0
}
