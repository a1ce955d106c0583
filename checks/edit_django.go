package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// wanted is the value of settings that an edit can set: the same for every site.
func wanted(name string) (value string, ok bool) {
	switch name {
	case "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT":
		return "True", true
	case "SECURE_HSTS_SECONDS":
		return "63072000", true
	case "DEBUG":
		return "False", true
	}
	return "", false
}

// settingEdits is the edit that gives a setting its value in production: where it is assigned, or in the default of the variable that
// decides, or under the settings' own guard against development, or at the end of the module that production alone loads.
func settingEdits(f *Facts, p *deploy.Project, name string) []fix.Edit {
	want, ok := wanted(name)
	if !ok || p.Configuration != "" || p.SettingsFile == nil || name == redirect && !knowsHTTPS(p) {
		return nil
	}
	for _, s := range []*django.Settings{p.Documented, p.Unset} {
		if s == nil || strings.HasPrefix(want, "T") && s.Get(name).Value.IsTrue() || want == "False" && s.Get(name).Value.IsFalse() {
			continue
		}
		set := s.Get(name)
		if e := assignedEdit(f, p, set, want); e != nil {
			return e
		}
		if e := defaultEdit(p, set, want); e != nil {
			return e
		}
		if want != "False" && len(set.NotReached) == 0 {
			return addedEdit(f, p, set, want)
		}
		return nil
	}
	return nil
}

const redirect = "SECURE_SSL_REDIRECT"

// knowsHTTPS reports whether Django is told by the proxy in front of it that a visitor came over HTTPS. Where it is not, a redirect to
// HTTPS never ends: no edit switches one on.
func knowsHTTPS(p *deploy.Project) bool {
	for _, s := range []*django.Settings{p.Documented, p.Unset} {
		if s != nil && s.Get("SECURE_PROXY_SSL_HEADER").State != django.Assigned {
			return false
		}
	}
	return p.Unset != nil
}

// decides reports whether the default of a variable at a place bears on a setting.
func decides(p *deploy.Project, name string, at source.Span) bool {
	for _, s := range []*django.Settings{p.Documented, p.Unset} {
		if s == nil {
			continue
		}
		for _, r := range s.Get(name).Value.Reads() {
			if r.Default == at {
				return true
			}
		}
	}
	return false
}

// assignedEdit writes the value in place of a literal, or of bool() around a text. A literal of DEBUG may be meant for development.
func assignedEdit(f *Facts, p *deploy.Project, set django.Setting, want string) []fix.Edit {
	if set.State != django.Assigned || set.Span.IsZero() || set.Span.File != p.SettingsFile {
		return nil
	}
	m := f.Repo.Python(p.SettingsFile.Path)
	if m == nil {
		return nil
	}
	var value python.Expr
	python.WalkBody(m.Body, func(n python.Node) bool {
		if a, ok := n.(*python.Assign); ok && len(a.Targets) == 1 && within(m.Span(a.Value), set.Span) {
			if t, ok := a.Targets[0].(*python.Name); ok && t.ID == set.Name {
				value = a.Value
			}
		}
		return true
	})
	switch v := value.(type) {
	case *python.Constant:
		if set.Name == "DEBUG" {
			return nil
		}
		return []fix.Edit{fix.Replace(m.Span(v), want)}
	case *python.Call:
		// bool() of any text but the empty one is true
		if fn, ok := v.Func.(*python.Name); !ok || fn.ID != "bool" || len(v.Args) != 1 || len(v.Keywords) > 0 {
			return nil
		}
		inner, ok := v.Args[0].(*python.Call)
		if !ok || len(inner.Args) != 2 {
			return nil
		}
		if c, ok := inner.Args[1].(*python.Constant); !ok || c.Kind != python.Str {
			return nil
		}
		return []fix.Edit{fix.Replace(m.Span(v), m.Span(inner).Text()+`.lower() == "true"`)}
	}
	return nil
}

// defaultEdit turns the default around that decides while a variable is left unset.
func defaultEdit(p *deploy.Project, set django.Setting, want string) []fix.Edit {
	var at source.Span
	for _, r := range set.Value.Reads() {
		if r.Fallback && r.HasDefault && !r.Default.IsZero() && isPython(r.Default.Path()) {
			if !at.IsZero() && at != r.Default {
				return nil // several decide
			}
			at = r.Default
		}
	}
	if at.IsZero() || want != "False" && !knowsHTTPS(p) && decides(p, redirect, at) {
		return nil
	}
	text := at.Text()
	quote := ""
	if len(text) > 1 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		quote, text = text[:1], text[1:len(text)-1]
	}
	pairs := [][2]string{{"False", "True"}, {"false", "true"}, {"FALSE", "TRUE"}, {"0", "1"}, {"no", "yes"}, {"off", "on"}}
	for _, p := range pairs {
		from, to := p[0], p[1]
		if want == "False" {
			from, to = to, from
		}
		if text == from && (quote != "" || from == "False" || from == "True") {
			return []fix.Edit{fix.Replace(at, quote+to+quote)}
		}
	}
	return nil
}

// addedEdit writes a setting that is not there. It goes under an "if not DEBUG:" that is there, or under a new one where the module
// serves development too, or to the end of a module that leaves DEBUG to another one.
func addedEdit(f *Facts, p *deploy.Project, set django.Setting, want string) []fix.Edit {
	m := f.Repo.Python(p.SettingsFile.Path)
	if m == nil || len(m.Body) == 0 || set.State == django.Maybe {
		return nil
	}
	line := set.Name + " = " + want + "\n"
	off := p.Unset.Get("DEBUG").Value.IsFalse() && (p.Documented == nil || p.Documented.Get("DEBUG").Value.IsFalse())
	varies := false
	for _, st := range m.Body {
		if a, ok := st.(*python.Assign); ok && len(a.Targets) == 1 {
			if t, ok := a.Targets[0].(*python.Name); ok && t.ID == "DEBUG" {
				_, literal := a.Value.(*python.Constant)
				varies = !literal
			}
		}
	}
	switch {
	case !off:
		return nil
	case !varies:
		return []fix.Edit{fix.Append(p.SettingsFile, line)}
	}
	for i := len(m.Body) - 1; i >= 0; i-- {
		guard, ok := m.Body[i].(*python.If)
		if !ok || len(guard.Else) > 0 || strings.Join(strings.Fields(m.Span(guard.Test).Text()), " ") != "not DEBUG" || len(guard.Body) == 0 {
			continue
		}
		first, last := m.Span(guard.Body[0]), m.Span(guard.Body[len(guard.Body)-1])
		file := first.File
		n := file.Position(last.End).Line
		indent := fix.Indent(file, first.Position().Line)
		if strings.TrimSpace(file.Line(n)) == "" || first.Position().Line == m.Span(guard.Test).Position().Line {
			break
		}
		return []fix.Edit{fix.After(file, n, indent+line)}
	}
	e := fix.Append(p.SettingsFile, "\nif not DEBUG:\n    "+line)
	e.Block = true
	return []fix.Edit{e}
}

// httpsOrigin is the edit that writes https:// in place of http:// in an origin of a real site, where it is spelled out at a place.
func httpsOrigin(at source.Span, element string) []fix.Edit {
	element = strings.TrimSpace(element)
	o := parseOrigin(element)
	rest, plain := strings.CutPrefix(element, "http://")
	if !plain || at.IsZero() || at.IsWhole() || isLocal(o.host) || !validHost(o.host) || registrable(o.host) == "" || strings.Contains(rest, ":") {
		return nil
	}
	text := at.Text()
	found := -1
	for from := 0; ; {
		i := strings.Index(text[from:], element)
		if i < 0 {
			break
		}
		i += from
		if from = i + len(element); from == len(text) || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-:/", rune(text[from])) {
			if found >= 0 {
				return nil
			}
			found = i
		}
	}
	if found < 0 {
		return nil
	}
	return []fix.Edit{fix.Insert(at.File, at.Start+found+len("http"), "s")}
}
