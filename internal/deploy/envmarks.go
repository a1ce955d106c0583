package deploy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// entryVar is what one line of an environment file makes of a variable.
func entryVar(e *EnvFile, x *dotenv.Entry, documented bool, lookup dotenv.Lookup) django.Var {
	value, known := x.Expand(lookup)
	v := django.Var{Name: x.Key, State: django.VarKnown, Value: value, Documented: documented, Evidence: source.At(x.ValueSpan)}
	switch {
	case e.Encrypted != "":
		v.State, v.Value = django.VarSecret, ""
		v.Evidence = v.Evidence.Then(source.Step{Span: x.ValueSpan, Note: "encrypted with " + e.Encrypted})
	case !known:
		v.State, v.Value = django.VarUnknown, ""
	case documented && blank(x.Key, value):
		v.State, v.Value = django.VarSecret, ""
		v.Evidence = v.Evidence.Then(source.Step{Span: x.ValueSpan, Note: "a placeholder"})
	}
	return v
}

// blank reports whether a template's value is to be filled in: a placeholder, or nothing where something has to be.
func blank(name, value string) bool {
	if value != "" {
		// a web address or list of hosts says what it says of HTTPS and of wildcards even where its domain is to be replaced
		lower := strings.ToLower(value)
		web := strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || namesSite(name) && realDomain.MatchString(value)
		return secrets.Placeholder(value) && (secrets.SecretName(name) || !web)
	}
	if secrets.SecretName(name) {
		return true
	}
	for _, w := range words(name) {
		switch w {
		case "host", "hosts", "origin", "origins", "domain", "domains", "url", "user", "username", "email", "password", "key", "secret", "token":
			return true
		}
	}
	return false
}

// onlyPlaceholders reports whether a file with an environment file's name holds no value, so that it is a template.
func onlyPlaceholders(f *dotenv.File) bool {
	if f == nil || len(f.Entries) < 2 || f.Encrypted != "" {
		return false
	}
	placeholders := 0
	for _, x := range f.Entries {
		switch {
		case x.Value == "":
		case secrets.Placeholder(x.Value):
			placeholders++
		case secrets.SecretName(x.Key):
			return false
		}
	}
	return placeholders > 0
}

// marks looks for production's marks in a template, or development's: what it says of DEBUG decides, then the name of the
// environment, then the domains.
func marks(f *dotenv.File) (stage, string) {
	if f == nil {
		return plainStage, ""
	}
	for _, x := range f.Entries {
		if x.Key != "DEBUG" && !strings.HasSuffix(x.Key, "_DEBUG") && x.Key != "DEBUG_MODE" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(x.Value)) {
		case "1", "true", "yes", "on", "t", "y":
			return development, fmt.Sprintf("%s switches %s on", place(x.KeySpan), x.Key)
		case "0", "false", "no", "off", "f", "n":
			return production, fmt.Sprintf("%s switches %s off", place(x.KeySpan), x.Key)
		}
	}
	for _, x := range f.Entries {
		ws := words(x.Key)
		if len(ws) == 0 {
			continue
		}
		last := ws[len(ws)-1]
		if last != "env" && last != "environment" && last != "module" && last != "stage" && last != "configuration" && last != "mode" {
			continue
		}
		switch stageOf(x.Value) {
		case production:
			return production, fmt.Sprintf("%s sets %s to %s", place(x.KeySpan), x.Key, x.Value)
		case development:
			return development, fmt.Sprintf("%s sets %s to %s", place(x.KeySpan), x.Key, x.Value)
		}
	}
	for _, x := range f.Entries {
		if namesSite(x.Key) && realDomain.MatchString(x.Value) {
			for _, d := range realDomain.FindAllString(x.Value, 20) {
				if !loopback(d) {
					return production, fmt.Sprintf("%s names the domain %s", place(x.KeySpan), d)
				}
			}
		}
	}
	return plainStage, "it has no mark of production"
}

var realDomain = regexp.MustCompile(`(?i)\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,24}\b`)

func loopback(d string) bool {
	d = strings.ToLower(d)
	return strings.HasSuffix(d, ".local") || strings.HasSuffix(d, ".localhost") || strings.HasSuffix(d, ".internal") || strings.HasSuffix(d, ".test") ||
		strings.HasSuffix(d, ".lan") || strings.HasSuffix(d, ".docker") || strings.HasSuffix(d, ".lvh.me") || strings.HasSuffix(d, "nip.io")
}

// namesSite reports whether a variable holds the domains under which the site itself is reached.
func namesSite(name string) bool {
	n := strings.ToUpper(name)
	for _, w := range []string{"EMAIL", "SMTP", "DB_", "DATABASE", "REDIS", "API_KEY", "SENTRY", "AWS", "S3", "MAIL"} {
		if strings.Contains(n, w) {
			return false
		}
	}
	for _, w := range []string{"ALLOWED_HOST", "ORIGIN", "DOMAIN", "SITE_URL", "BASE_URL", "FRONTEND_URL", "BACKEND_URL", "VIRTUAL_HOST", "SERVER_NAME", "LETSENCRYPT_HOST", "WEB_URL", "APP_URL", "PUBLIC_URL", "HOSTNAME"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}
