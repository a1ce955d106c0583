package django

// djangoDefault is the default of a setting in Django's global_settings or in the packages that checks ask about, or nil for None
// and for what is not listed.
func djangoDefault(name string, v Version) *node {
	list := func(s ...string) *node {
		out := container(ListKind, nil)
		for _, x := range s {
			out.box.c.elems = append(out.box.c.elems, str(x))
		}
		return out
	}
	switch name {
	case "DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
		"CSRF_COOKIE_HTTPONLY", "CSRF_USE_SESSIONS", "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT", "DEBUG_PROPAGATE_EXCEPTIONS",
		"SESSION_EXPIRE_AT_BROWSER_CLOSE", "SESSION_SAVE_EVERY_REQUEST", "SECURE_BROWSER_XSS_FILTER",
		"CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_CREDENTIALS":
		return boolean(false)
	case "SECURE_CONTENT_TYPE_NOSNIFF":
		return boolean(v.AtLeast(3, 0))
	case "SESSION_COOKIE_HTTPONLY":
		return boolean(true)
	case "SECURE_HSTS_SECONDS":
		return integer(0)
	case "SESSION_COOKIE_AGE":
		return integer(1209600)
	case "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "MIDDLEWARE", "INSTALLED_APPS", "AUTH_PASSWORD_VALIDATORS", "SECRET_KEY_FALLBACKS",
		"SECURE_REDIRECT_EXEMPT", "ADMINS", "MANAGERS", "INTERNAL_IPS", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST",
		"CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST", "TEMPLATES", "STATICFILES_DIRS":
		return list()
	case "SECRET_KEY":
		return str("")
	case "X_FRAME_OPTIONS":
		if v.AtLeast(3, 0) {
			return str("DENY")
		}
		return str("SAMEORIGIN")
	case "SECURE_REFERRER_POLICY":
		if v.AtLeast(3, 1) {
			return str("same-origin")
		}
	case "SECURE_CROSS_ORIGIN_OPENER_POLICY":
		if v.AtLeast(4, 0) {
			return str("same-origin")
		}
	case "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE":
		return str("Lax")
	case "CSRF_COOKIE_NAME":
		return str("csrftoken")
	case "SESSION_COOKIE_NAME":
		return str("sessionid")
	case "SESSION_ENGINE":
		return str("django.contrib.sessions.backends.db")
	case "EMAIL_BACKEND":
		return str("django.core.mail.backends.smtp.EmailBackend")
	case "LOGGING", "DATABASES", "SECURE_CSP", "SECURE_CSP_REPORT_ONLY", "REST_FRAMEWORK", "SIMPLE_JWT", "CACHES":
		return dict(nil, nil)
	case "LANGUAGE_CODE":
		return str("en-us")
	case "CORS_URLS_REGEX":
		return str("^.*$")
	}
	return nil
}
