package checks

import "time"

var jwtAccessLifetimeLong = &Check{
	ID:       "jwt-access-lifetime-long",
	Title:    "A stolen access token works for too long",
	Severity: Medium,
	Why:      "An access token cannot be taken back: whoever copies it from a browser, a log or a crash report is that user until it expires.",
	Fix:      "Set ACCESS_TOKEN_LIFETIME to five hours or less and let clients renew it with the refresh token.",
	Misses:   "Tokens of other packages, and lifetimes that code sets on a token itself.",
	Refs:     []string{jwtDocs + "#access-token-lifetime", "https://www.rfc-editor.org/rfc/rfc8725"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
from datetime import timedelta
INSTALLED_APPS = ["rest_framework_simplejwt"]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(days=7),  # want "access tokens live 7 days"
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
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=5),
}
`,
	Run: func(f *Facts, v *Verdict) {
		judgeLifetime(f, v, "ACCESS_TOKEN_LIFETIME", "SLIDING_TOKEN_LIFETIME", "access", 5*time.Minute, f.Limits.JWTAccess)
	},
}
