package checks

import (
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var certbotStagingEnabled = &Check{
	ID:       "certbot-staging-enabled",
	Title:    "The certificate comes from Let's Encrypt's staging environment",
	Severity: High,
	Why:      "Browsers do not trust certificates of the staging environment: every visitor sees a warning instead of the site.",
	Fix:      "Set staging to 0 (or drop --staging) and run the script once more.",
	Misses:   "What is given to the script when it runs.",
	Refs:     []string{"https://letsencrypt.org/docs/staging-environment/", certbotDocs},
	Bad: `
-- init-letsencrypt.sh --
#!/bin/bash
staging=1 # want "staging"
if [ $staging != "0" ]; then staging_arg="--staging"; fi
certbot certonly --webroot -w /var/www/certbot $staging_arg --email ops@filmclub.info -d filmclub.info --agree-tos
`,
	Good: `
-- init-letsencrypt.sh --
#!/bin/bash
staging=0
if [ $staging != "0" ]; then staging_arg="--staging"; fi
certbot certonly --webroot -w /var/www/certbot $staging_arg --email ops@filmclub.info -d filmclub.info --agree-tos
`,
	Run: func(f *Facts, v *Verdict) {
		for _, o := range obtainings(f) {
			for _, c := range o.calls {
				at := o.wordAt(c.StagingBy, c)
				switched := source.Evidence{}
				for _, name := range []string{"staging", "STAGING", "LETSENCRYPT_STAGING", "CERTBOT_STAGING"} {
					for _, a := range o.script.Assigned(name) {
						if a.Value.Known {
							switched = source.At(a.Value.Span, source.Step{Span: c.Command.Span, Note: "decides whether certbot uses --staging"})
						}
					}
				}
				if !switched.IsZero() {
					at = switched
				}
				switch c.Staging {
				case shell.Always:
					v.Fail(at, "staging is on: the certificate comes from the staging environment")
				case shell.Perhaps:
					if o.file.Path == at.Span.Path() {
						v.Unknown(at, "run the script without --staging", "whether the staging environment is used is decided when the script runs")
					}
				default:
					if switched.IsZero() {
						at = source.At(c.Command.Span)
					}
					v.Pass(at, "the certificate comes from the production environment")
				}
			}
		}
	},
}
