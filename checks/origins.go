package checks

import (
	"net/netip"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"golang.org/x/net/publicsuffix"
)

// An origin is scheme://host[:port] as browsers send it in the Origin header.
type origin struct {
	scheme, host string // lower case; host without port and brackets
}

func parseOrigin(s string) origin {
	scheme, rest, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "://")
	if !ok {
		return origin{host: scheme}
	}
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if strings.HasPrefix(host, "[") {
		host, _, _ = strings.Cut(host[1:], "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	return origin{scheme, host}
}

// isLocal reports whether a host name means the visitor's own computer or private network, never a public site.
func isLocal(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || host == "host.docker.internal" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || a.IsLinkLocalUnicast())
}

// registrable is the part of a host name that one owner registers ("example.co.uk", "site.netlify.app"), or "" if the name is
// itself a suffix under which anybody may register.
func registrable(host string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.Trim(host, "."))
	if err != nil {
		return ""
	}
	return d
}

// corsActive reports whether django-cors-headers answers requests: its settings do nothing without its middleware.
func corsActive(s *django.Settings) bool {
	for _, m := range s.Get("MIDDLEWARE").Value.MayContain() {
		if name, _ := m.Str(); strings.HasSuffix(name, "CorsMiddleware") || strings.HasSuffix(name, "CorsPostCsrfMiddleware") {
			return true
		}
	}
	return false
}

// corsSetting returns the setting under its present name, or under its former one where only that is set: the present name wins
// (django-cors-headers, conf.py).
func corsSetting(s *django.Settings, name, former string) django.Setting {
	set := s.Get(name)
	if set.State == django.Default {
		if old := s.Get(former); old.State != django.Default {
			return old
		}
	}
	return set
}

func corsAllowAll(s *django.Settings) django.Setting {
	return corsSetting(s, "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
}

func corsOrigins(s *django.Settings) django.Setting {
	return corsSetting(s, "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")
}

func corsRegexes(s *django.Settings) django.Setting {
	return corsSetting(s, "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST")
}

// eachOrigin is eachElement for a list of django-cors-headers. With every origin allowed, lists are moot.
func eachOrigin(f *Facts, v *Verdict, list func(*django.Settings) django.Setting, ask func(p *deploy.Project, element string) opinion, pass string) {
	eachElement(f, v, list, func(_ *deploy.Project, s *django.Settings) bool {
		return corsActive(s) && !corsAllowAll(s).Value.IsTrue()
	}, ask, pass)
}

// eachElement asks for an opinion of every element of a list of texts, as documented and as it falls back: an element that a
// template documents and one that the code falls back to are two findings, each in its own place. Scenarios in which the list is
// not active, and lists that are not set, are left out. pass says what holds if no element fails.
func eachElement(f *Facts, v *Verdict, list func(*django.Settings) django.Setting, active func(*deploy.Project, *django.Settings) bool,
	ask func(p *deploy.Project, element string) opinion, pass string) {
	for _, p := range f.Projects() {
		type asked struct {
			s   *django.Settings
			set django.Setting
		}
		var views []asked
		for _, s := range []*django.Settings{p.Documented, p.Unset} {
			if s == nil || !active(p, s) {
				continue
			}
			if set := list(s); set.State != django.Default {
				views = append(views, asked{s, set})
			}
		}
		failed := false
		for _, a := range views {
			for _, e := range a.set.Value.MayContain() {
				text, ok := e.Str()
				if !ok {
					continue
				}
				if o := ask(p, text); o.status == Fail {
					failed = true
					fd := speak(v, a.s, a.set, o.about(e), a.s == p.Unset && (e.Fallback() || a.set.Value.Fallback()))
					annotate(f, p, a.set.Name, e, fd)
					if id := v.check.ID; id == "cors-insecure-origin" || id == "django-csrf-trusted-origins-insecure" {
						fd.Offers(httpsOrigin(fd.Evidence.Span, text)...)
					}
				} else if o.status == Unknown {
					speak(v, a.s, a.set, o.about(e), false)
				}
			}
		}
		if failed || len(views) == 0 {
			continue
		}
		set := views[0].set
		if _, complete := set.Value.Elements(); !complete {
			v.Unknown(decided(views[0].s, set), "document the production value in a template or state it", "%s cannot be worked out in full: %s", set.Name, set.Value.Reason())
			continue
		}
		v.Pass(decided(views[0].s, set), "%s %s", set.Name, pass)
	}
}

// platform returns the suffix of a host that a company runs for its customers ("netlify.app", "github.io"), or "".
func platform(host string) string {
	suffix, icann := publicsuffix.PublicSuffix(strings.Trim(host, "."))
	if icann || !strings.Contains(suffix, ".") || suffix == host {
		return ""
	}
	return suffix
}
