package checks

import (
	"path"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/source"
)

var djangoCsrfExempt = &Check{
	ID:       "django-csrf-exempt",
	Title:    "A view accepts forms from any website",
	Severity: Medium,
	Why:      "Any page on the web can submit to that view in the name of whoever is logged in. Only a caller that proves itself in another way, as signed webhooks do, may be exempt.",
	Fix:      "Remove the exemption and send the token, or check a signature and name the view as the webhook that it is.",
	Misses:   "Whether a webhook checks its signature; exemptions that are made while the site runs.",
	Refs:     []string{"https://docs.djangoproject.com/en/stable/howto/csrf/#csrf-protection-and-ajax", "https://docs.djangoproject.com/en/stable/ref/csrf/#django.views.decorators.csrf.csrf_exempt"},
	Bad: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
-- site1/views.py --
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # want "rename"
def rename(request):
    request.user.rename(request.POST["name"])
`,
	Good: `
-- manage.py --
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
-- site1/settings.py --
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
-- site1/views.py --
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def stripe_webhook(request):
    verify(request.body, request.headers["Stripe-Signature"])
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range f.Projects() {
			if p.Unset == nil || blank(p.Unset) {
				continue
			}
			found := false
			for _, file := range p.Code {
				if isTest(file.Path) || !holds(file, []string{"csrf_exempt", "enforce_csrf", "CsrfExempt"}) {
					continue
				}
				m := f.Repo.Python(file.Path)
				if m == nil {
					continue
				}
				for _, x := range exemptions(m) {
					switch {
					case x.bypass != "" && !middlewareNamed(p, x):
					case x.bypass != "":
						found = true
						v.Fail(x.at, "%s %s", x.view, x.bypass)
					case isWebhook(x.view) || isWebhook(path.Base(file.Path)) || isWebhook(routeTo(p, x.view)):
						v.Pass(x.at, "%s is exempt from CSRF checks as a webhook", x.view)
					default:
						found = true
						v.Fail(x.at, "%s is exempt from CSRF checks", x.view).Cause = "csrf_exempt in " + file.Path // one habit, told once
					}
				}
			}
			if set := middlewareOf(p, p.Unset); !found {
				at := decided(p.Unset, set)
				if at.IsZero() {
					at = source.At(source.Span{File: p.SettingsFile})
				}
				v.Pass(at, "no view but webhooks is exempt from CSRF checks")
			}
		}
	},
}

// middlewareNamed reports whether what switches CSRF checks off is in force: a middleware must be listed, anything else is used.
func middlewareNamed(p *deploy.Project, x exemption) bool {
	if !x.middleware {
		return true
	}
	_, there := findElement(middlewareOf(p, p.Unset).Value, lastPart(x.view))
	return there == surelyIn
}
