package checks

import (
	"fmt"
	"strings"

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
		judgeProject(f, v, p, name, ask)
	}
}

// judgeProject is judge for one project.
func judgeProject(f *Facts, v *Verdict, p *deploy.Project, name string, ask func(p *deploy.Project, s *django.Settings, set django.Setting) opinion) {
	if p.Unset == nil {
		return
	}
	if blank(p.Unset) {
		if m := p.Unset.File; m != nil && f.Repo.Python(m.Path) != nil && len(f.Repo.Python(m.Path).Body) > 0 {
			v.Unknown(source.At(source.Span{File: m}), "let the settings be evaluated from the repository alone", "no setting of %s can be worked out", p.Module)
		}
		return
	}
	unset := p.Unset.Get(name)
	bare := ask(p, p.Unset, unset)
	var doc opinion
	if p.Documented != nil {
		set := p.Documented.Get(name)
		if doc = ask(p, p.Documented, set); doc.status == Fail {
			annotate(f, p, name, doc.of(set), speak(v, p.Documented, set, doc, false))
			return
		}
	}
	switch {
	case bare.status == Fail:
		// with a template that does better, or a variable that the code falls back for, only the unset case is insecure
		annotate(f, p, name, bare.of(unset), speak(v, p.Unset, unset, bare, p.Documented != nil || fallsBack(unset, bare)))
	case p.Documented != nil && doc.status != NotApplicable:
		speak(v, p.Documented, p.Documented.Get(name), doc, false)
	default:
		speak(v, p.Unset, unset, bare, false)
	}
}

// blank reports whether a settings module assigns nothing and nothing unknown may do so: it is no settings module.
func blank(s *django.Settings) bool {
	return len(s.Names()) == 0 && s.Get("SECRET_KEY").State == django.Default
}

// of is the value that an opinion of a setting is about.
func (o opinion) of(set django.Setting) django.Value {
	if o.hasValue {
		return o.value
	}
	return set.Value
}

// annotate adds to a finding that comes from a fallback what an environment template calls the variable instead: whoever fills
// that template in still runs with the fallback.
func annotate(f *Facts, p *deploy.Project, setting string, val django.Value, fd *Finding) {
	if fd == nil {
		return
	}
	fd.Offers(settingEdits(f, p, setting)...)
	read := map[string]bool{}
	for _, r := range p.Unset.ReadVars() {
		read[r.Var.Name] = true
	}
	for _, r := range val.Reads() {
		if !r.Fallback {
			continue
		}
		for _, e := range f.Repo.Deployment.EnvFiles {
			if e.Parsed == nil || e.Parsed.Lookup(r.Var.Name) != nil {
				continue
			}
			for _, entry := range e.Parsed.Entries {
				k := entry.Key
				if !read[k] && (k == setting || strings.HasSuffix(k, "_"+r.Var.Name) || strings.HasSuffix(r.Var.Name, "_"+k)) {
					fd.Note = fmt.Sprintf("%s sets %s, but the settings read %s", e.Path, k, r.Var.Name)
					return
				}
			}
		}
	}
}

// fallsBack reports whether what the opinion is about depends on a variable that was left unset, directly or through a branch.
func fallsBack(set django.Setting, o opinion) bool {
	return o.of(set).Fallback()
}

// speak turns an opinion into a finding, unknown or pass, and returns the finding if it is one.
func speak(v *Verdict, s *django.Settings, set django.Setting, o opinion, fallback bool) *Finding {
	at := o.at
	if at.IsZero() {
		at = decided(s, set)
	}
	switch o.status {
	case Fail:
		fd := v.Fail(at, "%s", o.message)
		if o.fix != "" {
			fd.Fix = o.fix
		} else if fix := branchFix(set); fix != "" {
			fd.Fix = fix
		}
		if o.lesser {
			fd.Severity = o.severity
		}
		if fallback {
			fd.FallsBack()
		}
		fd.Cause = cause(at)
		return fd
	case Unknown:
		v.Unknown(at, o.settle, "%s", o.message)
	case Pass:
		v.Pass(at, "%s", o.message)
	}
	return nil
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
			if isPython(e.Span.Path()) && !set.Span.IsZero() && !within(e.Span, set.Span) {
				// a value that a variable of the code hands on: the reader looks for the setting, the trail leads on
				return source.At(set.Span, append([]source.Step{{Span: e.Span, Note: "comes from here"}}, e.Trail...)...)
			}
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

// within reports whether one span lies in another.
func within(inner, outer source.Span) bool {
	return inner.File == outer.File && inner.Start >= outer.Start && inner.End <= outer.End
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

func isPython(path string) bool { return strings.HasSuffix(path, ".py") }
