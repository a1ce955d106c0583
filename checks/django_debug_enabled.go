package checks

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoDebugEnabled = &Check{
	ID:       "django-debug-enabled",
	Title:    "DEBUG is on in production",
	Severity: Critical,
	Why:      "With DEBUG on, every error page shows visitors the source code, the settings and the local variables of the site. Django then also keeps every SQL query in memory and serves hosts it does not know.",
	Fix:      "Let DEBUG be false unless the environment says otherwise: DEBUG = os.environ.get(\"DEBUG\", \"\").lower() == \"true\".",
	Misses:   "A value that only the server's own environment sets.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/ref/settings/#debug"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
# bool() of any text but the empty one is true, "False" too.
DEBUG = bool(os.environ.get("DEBUG", "False"))  # want "DEBUG falls back to True"
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
import os
DEBUG = os.environ.get("DEBUG", "False") == "True"
`,
	Run: func(f *Facts, v *Verdict) {
		judge(f, v, "DEBUG", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
			switch {
			case set.Value.IsTrue() && set.Value.Fallback():
				return failing("DEBUG falls back to %s", set.Value.Display(false))
			case set.Value.IsTrue():
				o := failing("DEBUG is %s", set.Value.Display(false))
				if why := despite(set.Value); why != "" && !set.Span.IsZero() {
					e := set.Value.Evidence()
					o.message += why
					o.at = source.At(set.Span, append([]source.Step{{Span: e.Span, Note: "set here"}}, e.Trail...)...)
				}
				return o
			case set.Value.IsFalse():
				return passing("DEBUG is off")
			}
			return unknowing("set DEBUG in a production environment file or template", "DEBUG cannot be worked out: %s", set.Value.Reason())
		})
	},
}

// despite says why DEBUG is on although the environment switches it off: bool() of any text but the empty one is true.
func despite(v django.Value) string {
	for _, r := range v.Reads() {
		switch off := strings.ToLower(r.Var.Value); off {
		case "false", "0", "no", "off", "f", "n":
			if r.Var.State == django.VarKnown && !r.Control {
				return fmt.Sprintf(" although the environment says %s=%s: Python takes any text but the empty one for true", r.Var.Name, r.Var.Value)
			}
		}
	}
	return ""
}
