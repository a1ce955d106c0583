package checks

import (
	"fmt"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

// An opinion is what a check thinks of one setting in one scenario. The zero opinion is "not applicable".
type opinion struct {
	status   Status
	message  string
	settle   string          // for Unknown
	fix      string          // "" is the check's own
	at       source.Evidence // zero: where the setting is decided
	severity Severity        // 0: the check's own; set for findings that are less than that
	lesser   bool            // severity is meant even if it is Info
	value    django.Value    // the value the opinion is about, if it is not the setting's own
	hasValue bool
}

func failing(format string, args ...any) opinion {
	return opinion{status: Fail, message: fmt.Sprintf(format, args...)}
}

func passing(format string, args ...any) opinion {
	return opinion{status: Pass, message: fmt.Sprintf(format, args...)}
}

func unknowing(settle, format string, args ...any) opinion {
	return opinion{status: Unknown, settle: settle, message: fmt.Sprintf(format, args...)}
}

// about returns the opinion with the value it is about, when that is a part of the setting and not the whole of it.
func (o opinion) about(v django.Value) opinion {
	o.value, o.hasValue, o.at = v, true, v.Evidence()
	return o
}

// as returns the opinion with a severity of its own.
func (o opinion) as(s Severity) opinion {
	o.severity, o.lesser = s, true
	return o
}

// judge asks for an opinion of one setting in both scenarios, for every project, and speaks the verdict: insecure as documented
// is a finding, insecure only while a variable is left unset is a lesser one that says "falls back to", and what a template
// documents well and code alone leaves open is a pass. ask is called with the settings of one scenario.
func judge(f *Facts, v *Verdict, name string, ask func(p *deploy.Project, s *django.Settings, set django.Setting) opinion) {
	for _, p := range f.Projects() {
		if p.Unset == nil {
			continue
		}
		unset := p.Unset.Get(name)
		bare := ask(p, p.Unset, unset)
		if bare.status == NotApplicable && p.Documented == nil {
			continue
		}
		var doc opinion
		if p.Documented != nil {
			set := p.Documented.Get(name)
			if doc = ask(p, p.Documented, set); doc.status == Fail {
				speak(v, p.Documented, set, doc, false)
				continue
			}
		}
		switch {
		case bare.status == Fail:
			// with a template that does better, or a variable that the code falls back for, only the unset case is insecure
			speak(v, p.Unset, unset, bare, p.Documented != nil || fallsBack(unset, bare))
		case p.Documented != nil && doc.status != NotApplicable:
			speak(v, p.Documented, p.Documented.Get(name), doc, false)
		default:
			speak(v, p.Unset, unset, bare, false)
		}
	}
}

// fallsBack reports whether what the opinion is about depends on a variable that was left unset, directly or through a branch.
func fallsBack(set django.Setting, o opinion) bool {
	if o.hasValue {
		return o.value.Fallback()
	}
	return set.Value.Fallback()
}

func speak(v *Verdict, s *django.Settings, set django.Setting, o opinion, fallback bool) {
	at := o.at
	if at.IsZero() {
		at = decided(s, set)
	}
	switch o.status {
	case Fail:
		fd := v.Fail(at, "%s", o.message)
		if o.fix != "" {
			fd.Fix = o.fix
		}
		if o.lesser {
			fd.Severity = o.severity
		}
		if fallback {
			fd.FallsBack()
		}
		fd.Cause = cause(at)
	case Unknown:
		v.Unknown(at, o.settle, "%s", o.message)
	case Pass:
		v.Pass(at, "%s", o.message)
	}
}

// cause names the root of a chain of evidence: the last step that stands in Python code, where one decision may switch
// several settings. It is "" for a finding without such a chain.
func cause(e source.Evidence) string {
	for i := len(e.Trail) - 1; i >= 0; i-- {
		if s := e.Trail[i].Span; !s.IsZero() && !s.IsWhole() && isPython(s.File.Path) {
			return fmt.Sprintf("%s:%d", s.File.Path, s.Position().Line)
		}
	}
	return ""
}

// decided is where a setting is decided: its value's own place if it is assigned, the assignment that is not reached if there
// is one, else the nearest related setting of the settings module, where the missing line would go.
func decided(s *django.Settings, set django.Setting) source.Evidence {
	if set.State != django.Default {
		if e := set.Value.Evidence(); !e.IsZero() {
			return e
		}
		if !set.Span.IsZero() {
			return source.At(set.Span)
		}
	}
	if len(set.NotReached) > 0 {
		return set.NotReached[0]
	}
	return missing(s, set.Name)
}

// missing is the place where a setting that is not there would go: beside its nearest relative in the module that production
// loads, else at that module's last assignment.
func missing(s *django.Settings, name string) source.Evidence {
	if s.File == nil {
		return source.Evidence{}
	}
	best := source.Span{}
	for _, n := range append(relatives(name), s.Names()...) {
		sp := s.Get(n).Span
		if sp.IsZero() || sp.File != s.File {
			continue
		}
		best = sp
		break
	}
	if best.IsZero() {
		best = source.Span{File: s.File}
	}
	return source.At(best)
}

// relatives lists settings beside which a reader would look for a missing one, nearest first.
func relatives(name string) []string {
	secure := []string{"SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"}
	switch name {
	case "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "SECURE_CSP":
		return append(secure, "ALLOWED_HOSTS", "DEBUG", "MIDDLEWARE")
	case "REST_FRAMEWORK", "SIMPLE_JWT", "LOGGING", "AUTH_PASSWORD_VALIDATORS":
		return []string{"INSTALLED_APPS", "MIDDLEWARE"}
	case "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS":
		return []string{"DEBUG", "SECRET_KEY"}
	}
	return []string{"MIDDLEWARE", "INSTALLED_APPS"}
}
