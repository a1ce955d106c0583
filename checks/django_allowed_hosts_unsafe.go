package checks

import (
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

var djangoAllowedHostsUnsafe = &Check{
	ID:       "django-allowed-hosts-unsafe",
	Title:    "ALLOWED_HOSTS lets in any host name, or none",
	Severity: High,
	Why:      "With \"*\" an attacker chooses the host name that Django writes into password-reset mails, redirects and cached pages, and so receives the links of others. With an empty list and DEBUG off every request is answered with 400.",
	Fix:      "List the site's own names: ALLOWED_HOSTS = [\"www.example.com\"].",
	Misses:   "Host names that only the server's own environment sets.",
	Refs:     []string{settingsDocs + "#allowed-hosts", "https://docs.djangoproject.com/en/stable/topics/security/#host-header-validation"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
ALLOWED_HOSTS = ["www.example.com", "*"]  # want "any host"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
ALLOWED_HOSTS = ["www.example.com", ".example.org"]
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "ALLOWED_HOSTS", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			star, there := findElement(set.Value, func(h string) bool { return h == "*" })
			if there == surelyIn {
				if star.Fallback() || set.Value.Fallback() {
					return failing("ALLOWED_HOSTS falls back to a list with \"*\": any host name is let in").about(star)
				}
				return failing("ALLOWED_HOSTS holds \"*\": any host name is let in").about(star)
			}
			hosts, complete := set.Value.Elements()
			named := 0
			for _, h := range hosts {
				if text, ok := h.Str(); !ok || text != "" {
					named++
				}
			}
			switch {
			case there == maybeIn || !complete:
				return undecided(set)
			case named > 0:
				return passing("ALLOWED_HOSTS is %s", set.Value.Display(false))
			case !s.Get("DEBUG").Value.IsFalse():
				return opinion{} // with DEBUG on, Django takes an empty list for localhost
			case set.Value.Fallback() && s == p.Unset:
				// nothing gets in until the variable is set, which is the safe side to fall back to
				return unknowing("document the production value of ALLOWED_HOSTS in an environment template", "ALLOWED_HOSTS is empty unless it is set at deployment")
			}
			return failing("ALLOWED_HOSTS is empty while DEBUG is off: every request is answered with 400")
		})
	},
}
