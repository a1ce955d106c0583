package checks

var certbotDomainPlaceholder = &Check{
	ID:       "certbot-domain-placeholder",
	Title:    "The certificate script has no real domain",
	Severity: Medium,
	Why:      "The script asks Let's Encrypt for a certificate of somebody else's domain, is refused, and the site has none; after a few tries the account is locked out for an hour.",
	Fix:      "Put the site's own domains into the script.",
	Misses:   "Whether the domain is yours and its DNS points to the server: prodcheck verify answers that.",
	Refs:     []string{certbotDocs, "https://letsencrypt.org/docs/rate-limits/"},
	Bad: `
-- init-letsencrypt.sh --
#!/bin/bash
domains=(yourdomain.com) # want "yourdomain.com"
certbot certonly --webroot -w /var/www/certbot --email ops@filmclub.info -d $domains --agree-tos
`,
	Good: `
-- init-letsencrypt.sh --
#!/bin/bash
domains=(filmclub.info www.filmclub.info)
certbot certonly --webroot -w /var/www/certbot --email ops@filmclub.info -d ${domains[0]} --agree-tos
`,
	Run: func(f *Facts, v *Verdict) {
		for _, o := range obtainings(f) {
			for _, c := range o.calls {
				for _, d := range c.Domains {
					switch problem := domainPlaceholder(d.Text); {
					case !d.Known:
						v.Unknown(o.wordAt(d, c), "write the domain into the script, or give it when the script runs", "the domain is %s, which is given when the script runs", d.Raw)
					case problem != "":
						v.Fail(o.wordAt(d, c), "the domain %q is %s", d.Text, problem)
					default:
						v.Pass(o.wordAt(d, c), "the certificate is for %s", d.Text)
					}
				}
			}
		}
	},
}
