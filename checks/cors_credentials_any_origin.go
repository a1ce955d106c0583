package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var corsCredentialsAnyOrigin = &Check{
	ID:       "cors-credentials-any-origin",
	Title:    "Every website may call the API with its visitors' cookies",
	Severity: Critical,
	Why:      "A page on any site can send requests as whoever is logged in here and read the answers. django-cors-headers echoes the caller's origin when credentials are allowed, so browsers accept it.",
	Fix:      "List the front end's origins in CORS_ALLOWED_ORIGINS and remove CORS_ALLOW_ALL_ORIGINS; keep CORS_ALLOW_CREDENTIALS only with that list.",
	Misses:   "Headers that views, other middleware or a proxy add by themselves.",
	Refs:     []string{corsDocs, "https://portswigger.net/web-security/cors"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOW_ALL_ORIGINS = True  # want "with cookies"
CORS_ALLOW_CREDENTIALS = True
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = ["https://www.example.com"]
CORS_ALLOW_CREDENTIALS = True
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "CORS_ALLOW_ALL_ORIGINS", func(p *deploy.Project, s *django.Settings, _ django.Setting) opinion {
			credentials := s.Get("CORS_ALLOW_CREDENTIALS")
			o := allowAll(s)
			switch {
			case o.status == NotApplicable || credentials.Value.IsFalse() && credentials.State == django.Default:
				return opinion{}
			case o.status == Pass:
				return o
			case credentials.Value.IsFalse():
				return passing("CORS_ALLOW_CREDENTIALS is off").about(credentials.Value)
			case o.status == Fail && credentials.Value.IsTrue():
				o.message += ", with cookies (CORS_ALLOW_CREDENTIALS is on)"
				return o
			}
			return unknowing("document the production value of CORS_ALLOW_CREDENTIALS", "whether credentials are allowed for every origin cannot be worked out")
		})
		nginxOrigins(f, v, true)
	},
}
