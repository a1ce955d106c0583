package checks

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

// removed lists settings by the version of Django that stopped reading them (release notes, "Features removed in").
func removed(name string) (major, minor int, instead string) {
	switch name {
	case "MIDDLEWARE_CLASSES":
		return 2, 0, "MIDDLEWARE"
	case "SECURE_BROWSER_XSS_FILTER":
		return 4, 0, "SECURE_CSP or django-csp"
	case "PASSWORD_RESET_TIMEOUT_DAYS":
		return 4, 0, "PASSWORD_RESET_TIMEOUT"
	case "DEFAULT_HASHING_ALGORITHM":
		return 4, 0, ""
	case "CSRF_COOKIE_MASKED":
		return 5, 0, ""
	}
	return 0, 0, ""
}

// added lists settings by the version of Django that first reads them.
func added(name string) (major, minor int) {
	switch name {
	case "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE":
		return 2, 1
	case "SECURE_REFERRER_POLICY":
		return 3, 0
	case "SECRET_KEY_FALLBACKS":
		return 4, 1
	case "SECURE_CROSS_ORIGIN_OPENER_POLICY":
		return 4, 0
	case "SECURE_CSP", "SECURE_CSP_REPORT_ONLY":
		return 6, 0
	}
	return 0, 0
}

// ignored says why the installed versions do not read a setting, or "". A version that is not known is taken for the newest.
func ignored(p *deploy.Project, s *django.Settings, name string) string {
	if major, minor, instead := removed(name); major > 0 && p.Version.AtLeast(major, minor) {
		if instead != "" {
			instead = "; " + instead + " takes its place"
		}
		return fmt.Sprintf("Django has ignored %s since %d.%d%s", name, major, minor, instead)
	}
	if major, minor := added(name); major > 0 && !p.Version.AtLeast(major, minor) {
		return fmt.Sprintf("Django %d.%d does not know %s, which came with %d.%d", p.Version.Major, p.Version.Minor, name, major, minor)
	}
	former := map[string]string{"CORS_ORIGIN_ALLOW_ALL": "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_WHITELIST": "CORS_ALLOWED_ORIGINS",
		"CORS_ORIGIN_REGEX_WHITELIST": "CORS_ALLOWED_ORIGIN_REGEXES"}
	if now := former[name]; now != "" && s.Get(now).State == django.Assigned {
		return fmt.Sprintf("django-cors-headers ignores %s where %s is set", name, now)
	}
	for old, now := range former {
		if name == now && olderThan(p, "django-cors-headers", 3, 5) {
			return fmt.Sprintf("the installed django-cors-headers does not know %s, only %s", now, old)
		}
	}
	if name == "CORS_REPLACE_HTTPS_REFERER" && !olderThan(p, "django-cors-headers", 4, 0) {
		return "django-cors-headers has ignored " + name + " since 4.0"
	}
	if strings.HasPrefix(name, "CSP_") && hasMiddleware(p, s, "CSPMiddleware") == surelyIn && pinned(p, "django-csp") && !olderThan(p, "django-csp", 4, 0) {
		return fmt.Sprintf("django-csp has ignored %s since 4.0; CONTENT_SECURITY_POLICY takes its place", name)
	}
	return ""
}

func pinned(p *deploy.Project, dist string) bool { return p.Requirements[dist].Version != "" }

// olderThan reports whether a distribution is required in a version known to be older.
func olderThan(p *deploy.Project, dist string, major, minor int) bool {
	parts := strings.SplitN(p.Requirements[dist].Version+".0", ".", 3)
	a, err := strconv.Atoi(parts[0])
	b, err2 := strconv.Atoi(parts[1])
	return err == nil && err2 == nil && (a < major || a == major && b < minor)
}
