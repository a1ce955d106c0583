package checks

import "time"

var jwtRefreshLifetimeLong = &Check{
	ID:       "jwt-refresh-lifetime-long",
	Title:    "A stolen refresh token works for too long",
	Severity: Medium,
	Why:      "Whoever copies a refresh token can make access tokens until it expires. A user who left, or lost a device, stays logged in as long.",
	Fix:      "Set REFRESH_TOKEN_LIFETIME to seven days or less.",
	Misses:   "Tokens of other packages, and lifetimes that code sets on a token itself.",
	Refs:     []string{jwtDocs + "#refresh-token-lifetime", "https://www.rfc-editor.org/rfc/rfc8725"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
from datetime import timedelta
INSTALLED_APPS = ["rest_framework_simplejwt"]
SIMPLE_JWT = {
    "REFRESH_TOKEN_LIFETIME": timedelta(days=365),  # want "refresh tokens live 365 days"
}
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
from datetime import timedelta
INSTALLED_APPS = ["rest_framework_simplejwt"]
SIMPLE_JWT = {
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
}
`,
	Run: func(f *Facts, v *Verdict) {
		judgeLifetime(f, v, "REFRESH_TOKEN_LIFETIME", "SLIDING_TOKEN_REFRESH_LIFETIME", "refresh", 24*time.Hour, f.Limits.JWTRefresh)
	},
}
