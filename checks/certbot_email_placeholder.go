package checks

import (
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var certbotEmailPlaceholder = &Check{
	ID:       "certbot-email-placeholder",
	Title:    "The certificate script has no real e-mail address",
	Severity: Medium,
	Why:      "Let's Encrypt knows nobody to write to about the account, for example when it has to revoke certificates. Expiry mails it stopped sending on 2025-06-04: watch the expiry yourselves, with prodcheck verify on a schedule.",
	Fix:      "Put an address that a team reads into the script.",
	Misses:   "Whether anybody reads the address.",
	Refs:     []string{"https://letsencrypt.org/docs/expiration-emails/", "https://letsencrypt.org/2025/06/26/expiration-notification-service-has-ended", certbotDocs},
	Bad: `
-- init-letsencrypt.sh --
#!/bin/bash
email="your-email@example.com" # want "your-email@example.com"
certbot certonly --webroot -w /var/www/certbot --email $email -d films.example.org --agree-tos
`,
	Good: `
-- init-letsencrypt.sh --
#!/bin/bash
email="ops@filmclub.info"
certbot certonly --webroot -w /var/www/certbot --email $email -d filmclub.info --agree-tos
`,
	Run: func(f *Facts, v *Verdict) {
		for _, o := range obtainings(f) {
			for _, c := range o.calls {
				if len(c.Emails) == 0 {
					email(v, o, c)
				}
				for _, e := range c.Emails {
					switch problem := emailPlaceholder(e.Text); {
					case !e.Known:
						v.Unknown(o.wordAt(e, c), "write the address into the script, or give it when the script runs", "the e-mail address is %s, which is given when the script runs", e.Raw)
					case problem != "":
						v.Fail(o.wordAt(e, c), "the e-mail address %q is %s", e.Text, problem)
					default:
						v.Pass(o.wordAt(e, c), "the e-mail address is set")
					}
				}
			}
		}
	},
}

// email speaks of a call without an address: the variable that would hold it, or the option that goes without.
func email(v *Verdict, o obtaining, c shell.CertbotCall) {
	for _, name := range []string{"email", "EMAIL", "LETSENCRYPT_EMAIL", "CERTBOT_EMAIL", "SSL_EMAIL", "mail"} {
		for _, a := range o.script.Assigned(name) {
			if a.Value.Known && a.Value.Text == "" {
				at := a.Value.Span
				if at.IsZero() {
					at = a.NameSpan
				}
				v.Fail(source.At(at, source.Step{Span: c.Command.Span, Note: "certbot registers without an address"}), "the e-mail address is empty")
				return
			}
		}
	}
	if c.NoEmail == shell.Always {
		v.Fail(source.At(c.Command.Span), "certbot registers without an e-mail address")
	}
}
