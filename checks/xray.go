package checks

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A ProjectSettings is what production makes of the settings of one Django project: plain data, redacted like a report.
type ProjectSettings struct {
	Root          string // "." is the repository's
	Module        string // "" if none was found
	Configuration string
	Because       string // why this module
	// Documented is true if a template speaks for production, so that there are two scenarios.
	Documented bool
	Settings   []SettingValues
}

// A SettingValues is one setting, or one key of one, in both scenarios.
type SettingValues struct {
	Name       string        // "DEBUG", "DATABASES.default.PASSWORD"
	Documented *SettingValue // with the values that a template documents; nil if none speaks for production
	Unset      SettingValue  // with whatever only a file outside the repository could set left unset
}

// A SettingValue is one value and where it comes from.
type SettingValue struct {
	Value      string // as Python writes it
	State      string // "default", "assigned", or "maybe" if it is assigned on some paths only
	Known      bool
	Fallback   bool   // a variable it depends on is unset, so that the code's own default is in force
	Reason     string // for a value that is not known: what would settle it
	Place      Place
	Trail      []Line
	NotReached []Line // assignments that stand in the code and are not executed
}

// settingNames are the settings that decide how safe a deployment is, in the order in which a person asks for them.
func settingNames() []string {
	return []string{
		"DEBUG", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS",
		"SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
		"SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SESSION_COOKIE_HTTPONLY",
		"SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_USE_SESSIONS", "SESSION_COOKIE_AGE",
		"SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_REFERRER_POLICY", "SECURE_CROSS_ORIGIN_OPENER_POLICY", "X_FRAME_OPTIONS", "SECURE_CSP",
		"USE_X_FORWARDED_HOST", "CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGIN_REGEXES",
		"CORS_ALLOW_CREDENTIALS", "MIDDLEWARE", "INSTALLED_APPS", "AUTH_PASSWORD_VALIDATORS", "DATABASES", "EMAIL_HOST_PASSWORD",
		"REST_FRAMEWORK", "SIMPLE_JWT", "LOGGING",
	}
}

// opened are the settings whose keys are shown one by one, and the keys that matter; no keys are all of them.
func opened(name string) (keys []string, ok bool) {
	switch name {
	case "REST_FRAMEWORK":
		return []string{"DEFAULT_AUTHENTICATION_CLASSES", "DEFAULT_PERMISSION_CLASSES", "DEFAULT_THROTTLE_CLASSES"}, true
	case "SIMPLE_JWT":
		return []string{"ACCESS_TOKEN_LIFETIME", "REFRESH_TOKEN_LIFETIME", "SIGNING_KEY", "ALGORITHM"}, true
	}
	return nil, false
}

// Settings returns the security-relevant settings of every project: their values in both scenarios and where those come from.
func Settings(f *Facts) []ProjectSettings {
	red := f.redactor()
	out := []ProjectSettings{}
	for _, p := range f.Projects() {
		ps := ProjectSettings{
			Root: p.Root, Module: red.line(p.Module), Configuration: red.line(p.Configuration), Because: red.line(p.Because),
			Documented: p.Documented != nil,
		}
		if p.Root == "" {
			ps.Root = "."
		}
		if p.Unset != nil {
			x := xray{red, p}
			for _, name := range settingNames() {
				ps.Settings = append(ps.Settings, x.setting(name)...)
			}
		}
		out = append(out, ps)
	}
	return out
}

type xray struct {
	red *redactor
	p   *deploy.Project
}

// setting shows a setting, or the keys of it that matter.
func (x xray) setting(name string) []SettingValues {
	var keys [][]string
	if name == "DATABASES" {
		for _, alias := range x.keys(name) {
			for _, k := range []string{"ENGINE", "HOST", "USER", "PASSWORD", "OPTIONS"} {
				keys = append(keys, []string{alias, k})
			}
		}
	} else if ks, ok := opened(name); ok {
		for _, k := range ks {
			keys = append(keys, []string{k})
		}
	}
	if len(keys) == 0 {
		v, _ := x.both(name, nil)
		return []SettingValues{v}
	}
	var out []SettingValues
	for _, k := range keys {
		if v, ok := x.both(name, k); ok {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		v, _ := x.both(name, nil)
		return []SettingValues{v}
	}
	return out
}

// keys returns the names of a dict setting's keys in either scenario.
func (x xray) keys(name string) (out []string) {
	for _, s := range []*django.Settings{x.p.Documented, x.p.Unset} {
		if s == nil {
			continue
		}
		for _, alt := range s.Get(name).Value.Alternatives() {
			ks, _ := alt.Keys()
			for _, k := range ks {
				if text, ok := k.Str(); ok && !slices.Contains(out, text) {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// both shows a setting, or what stands under keys of it, in both scenarios; false if neither has the keys.
func (x xray) both(name string, keys []string) (SettingValues, bool) {
	v := SettingValues{Name: x.red.line(strings.Join(append([]string{name}, keys...), "."))}
	unset, ok := x.value(x.p.Unset, name, keys)
	v.Unset = unset
	if x.p.Documented != nil {
		doc, has := x.value(x.p.Documented, name, keys)
		v.Documented, ok = &doc, ok || has
	}
	return v, ok
}

func (x xray) value(s *django.Settings, name string, keys []string) (SettingValue, bool) {
	set := s.Get(name)
	v, secret := set.Value, secrets.SecretName(name)
	for _, k := range keys {
		inner, state := v.Key(k)
		if state == django.KeyAbsent {
			return SettingValue{Value: "not set", State: "default", Known: true}, false
		}
		v, secret = inner, secret || secrets.SecretName(k)
	}
	out := SettingValue{
		Value: x.show(v, secret, 0), Known: v.IsKnown(), Fallback: v.Fallback(),
		State: [...]string{django.Default: "default", django.Assigned: "assigned", django.Maybe: "maybe"}[set.State],
	}
	if !out.Known {
		out.Reason = x.red.line(v.Reason())
	}
	at := v.Evidence()
	if at.IsZero() && !set.Span.IsZero() {
		at = source.At(set.Span)
	}
	out.Place, out.Trail = x.red.place(at.Span), x.red.trail(at.Trail)
	for _, e := range set.NotReached {
		out.NotReached = append(out.NotReached, Line{Text: "not reached", Place: x.red.place(e.Span), Trail: x.red.trail(e.Trail)})
	}
	return out, true
}

// show writes a value. Texts are redacted before they are shortened: half a secret is one too.
func (x xray) show(v django.Value, secret bool, depth int) string {
	if s, ok := v.Str(); ok && !secret {
		return "'" + x.clip(x.red.line(secrets.RedactLine(s, x.red.values))) + "'"
	}
	elems, complete := v.Elements()
	if k := v.Kind(); !secret && complete && depth < 2 && (k == django.ListKind || k == django.TupleKind || k == django.SetKind) {
		parts := make([]string, 0, len(elems))
		for i, e := range elems {
			if i == 30 {
				parts = append(parts, "…")
				break
			}
			parts = append(parts, x.show(e, secret, depth+1))
		}
		if k == django.TupleKind {
			return "(" + strings.Join(parts, ", ") + ")"
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return x.red.line(v.Display(secret))
}

func (x xray) clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:99]) + "…"
	}
	return s
}
