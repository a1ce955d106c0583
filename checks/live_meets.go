package checks

import (
	"fmt"
	"slices"
	"strings"
)

// meets says which checks of the repository and of the running site are about the same thing, so that they can contradict each
// other. about is a word that a finding of the site must have to be about the static check.
var meets = []struct{ live, static, about string }{
	{"live-debug-page", "django-debug-enabled", ""},
	{"live-https-redirect", "nginx-https-redirect-missing", "plain HTTP"},
	{"live-https-redirect", "django-ssl-redirect-off", "plain HTTP"},
	{"live-cookies", "django-session-cookie-insecure", "sess"},
	{"live-cookies", "django-csrf-cookie-insecure", "csrf"},
	{"live-hsts", "django-hsts-weak", ""},
	{"live-file-exposed", "nginx-alias-traversal", ".."},
	{"live-certificate", "docker-certbot-renewal-missing", "ren"}, // renewal, and what was not renewed
	{"live-cors", "cors-allow-all-origins", ""},
	{"live-cors", "cors-origin-regex-loose", "domain"},
	{"live-cors", "cors-insecure-origin", "plain HTTP"},
	{"live-mixed-content", "frontend-mixed-content", ""},
	{"live-database-port-open", "docker-database-port-published", ""},
	{"live-tls-protocols", "nginx-tls-protocol-weak", ""},
	{"live-tls-ciphers", "nginx-tls-cipher-weak", ""},
	{"live-security-headers", "nginx-security-header-missing", ""},
	{"live-rate-limit", "nginx-rate-limit-missing", ""},
	{"live-server-tokens", "nginx-server-tokens-on", "nginx"},
	{"live-ocsp-stapling", "nginx-ocsp-stapling-broken", ""},
	{"live-compression", "nginx-gzip-off", ""},
	{"live-body-limit", "nginx-body-size-unlimited", ""},
	{"live-admin-reachable", "django-admin-exposed", ""},
	{"live-csrf", "django-csrf-middleware-missing", ""},
	{"live-error-pages", "django-error-pages-missing", ""},
}

// meet tells where the repository and the running site contradict each other, with the evidence of both. What is configured and not
// in force stands at the line that configures it; what is in force and not configured is advice at the line that should.
func meet(static map[*Check]*Result, live map[string]*Result) {
	configured := map[*Result][]*ReportedFinding{}
	for _, m := range meets {
		s, l := static[Lookup(m.static)], live[m.live]
		if s == nil || l == nil {
			continue
		}
		switch {
		case s.Status == Pass && l.Status == Fail:
			if f := notInForce(s, l, m.about); f != nil {
				configured[l] = append(configured[l], f)
			}
		case s.Status == Fail && l.Status == Pass:
			if f := notConfigured(s, l); f != nil {
				configured[l] = append(configured[l], f)
			}
		}
	}
	for l, fs := range configured {
		for _, f := range fs { // two checks may be satisfied by one line
			if !slices.ContainsFunc(l.Findings, func(o *ReportedFinding) bool { return o.Place == f.Place && o.Message == f.Message }) {
				l.Findings = append(l.Findings, f)
			}
		}
	}
}

// notInForce is the finding about a line of the repository that the running site does not obey, nil if no line says it.
func notInForce(s, l *Result, about string) *ReportedFinding {
	p := slices.IndexFunc(s.Passes, func(p Line) bool { return p.Place.Path != "" })
	f := slices.IndexFunc(l.Findings, func(f *ReportedFinding) bool {
		return f.Place.URL != "" && strings.Contains(strings.ToLower(f.Message), strings.ToLower(about))
	})
	if p < 0 || f < 0 {
		return nil
	}
	says, shows := s.Passes[p], l.Findings[f]
	return &ReportedFinding{
		Check: l.Check, Severity: shows.Severity, Level: shows.Level, Place: says.Place,
		Message: fmt.Sprintf("configured but not in force: here %s, on the running site %s", says.Text, shows.Message),
		Fix:     "Deploy what is in the repository and reload the proxy; if that is done, look for what in front of it changes the answer.",
		Trail:   []Line{{Text: "the running site: " + shows.Message, Place: shows.Place}},
	}
}

// notConfigured is the advice about something that holds on the running site and not by the repository, nil if that is of no weight.
func notConfigured(s, l *Result) *ReportedFinding {
	f := slices.IndexFunc(s.Findings, func(f *ReportedFinding) bool { return f.Severity > Info && f.Place.Path != "" })
	if f < 0 || len(l.Passes) == 0 {
		return nil
	}
	says, shows := s.Findings[f], l.Passes[0]
	return &ReportedFinding{
		Check: l.Check, Severity: Info, Level: "note", Place: says.Place,
		Message: fmt.Sprintf("in force but not configured: on the running site %s, here %s", shows.Text, says.Message),
		Fix:     "Put into the repository what makes it hold, or the next deployment may undo it.",
		Trail:   []Line{{Text: "the running site: " + shows.Text, Place: shows.Place}},
	}
}
