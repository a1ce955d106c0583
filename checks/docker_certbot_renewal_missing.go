package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerCertbotRenewalMissing = &Check{
	ID:       "docker-certbot-renewal-missing",
	Title:    "Nothing renews the certificate, or nothing loads the new one",
	Severity: High,
	Why:      "Let's Encrypt's certificates end after 90 days, soon after 45. On that day every visitor sees a warning instead of the site, also where the file was renewed and nginx still holds the old one in memory.",
	Fix:      "Let the certbot service loop over certbot renew, and let nginx reload every few hours: while :; do sleep 6h; nginx -s reload; done & nginx -g 'daemon off;'.",
	Misses:   "Timers and cron jobs that only the server has.",
	Refs:     []string{"https://letsencrypt.org/docs/faq/", "https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates", "https://letsencrypt.org/2025/12/02/from-90-to-45"},
	Bad: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["443:443"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf", "./certbot/conf:/etc/letsencrypt"]
  certbot: # want "nothing renews"
    image: certbot/certbot
    volumes: ["./certbot/conf:/etc/letsencrypt"]
-- nginx.conf --
server {
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
`,
	Good: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["443:443"]
    command: sh -c "while :; do sleep 6h; nginx -s reload; done & nginx -g 'daemon off;'"
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf", "./certbot/conf:/etc/letsencrypt"]
  certbot:
    image: certbot/certbot
    entrypoint: sh -c "while :; do certbot renew; sleep 12h; done"
    volumes: ["./certbot/conf:/etc/letsencrypt"]
-- nginx.conf --
server {
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
`,
	Run: func(f *Facts, v *Verdict) {
		at := certbotUse(f)
		if at.IsZero() {
			return
		}
		renews, reloads := renewals(f)
		switch {
		case renews.IsZero():
			v.Fail(at, "the certificate comes from certbot and nothing renews it")
		case reloads.IsZero():
			v.Fail(renews, "the certificate is renewed, but nothing makes nginx load the new one")
		default:
			v.Pass(renews.Then(source.Step{Span: reloads.Span, Note: "nginx loads it"}), "certbot renews the certificate and nginx reloads")
		}
	},
}

// certbotUse is where production takes certificates from certbot: its service, else nginx's certificate under /etc/letsencrypt.
func certbotUse(f *Facts) source.Evidence {
	for _, st := range productionStacks(f) {
		for _, s := range st.Project.Services {
			if isCertbot(s) {
				return source.At(s.Span)
			}
		}
	}
	for _, p := range edges(f) {
		for _, s := range tlsServers(p.Config) {
			for _, c := range s.TLS().Certificates {
				if c.LetsEncrypt != "" {
					return c.At.Evidence()
				}
			}
		}
	}
	return source.Evidence{}
}

func isCertbot(s *compose.Service) bool {
	image := s.Image.Raw
	return strings.Contains(image, "certbot/") || imageName(s) == "certbot" || image == "" && s.Name == "certbot"
}

// renewals returns what runs certbot renew again and again, and what makes nginx load the new certificate: a loop of a service, a
// script, a crontab, a timer or a scheduled workflow. Zero for what is not there.
func renewals(f *Facts) (renews, reloads source.Evidence) {
	note := func(script *shell.Script, needLoop bool) {
		for _, c := range script.Certbots() {
			if c.Sub != "renew" || needLoop && !c.Command.Loop {
				continue
			}
			if renews.IsZero() {
				renews = source.At(c.Command.Span)
			}
			for _, w := range c.Words {
				if strings.Contains(w.Text, "nginx") && (strings.Contains(w.Text, "reload") || strings.Contains(w.Text, "restart") || strings.Contains(w.Text, "HUP")) {
					reloads = source.At(c.Command.Span)
				}
			}
		}
		for _, c := range script.All() {
			if reloads.IsZero() && reloadsNginx(c) && (!needLoop || c.Loop) {
				reloads = source.At(c.Span)
			}
		}
	}
	for _, s := range f.Repo.Deployment.Starts {
		if s.Stack == nil || s.Stack.Development {
			continue
		}
		for _, script := range s.Scripts {
			note(script, true)
		}
		if managesCertificates(s) {
			e := source.At(s.Service.Span)
			renews, reloads = e, e
		}
	}
	for _, st := range productionStacks(f) {
		for _, svc := range st.Project.Services {
			if managedImage(svc.Image.Raw) {
				renews, reloads = source.At(svc.Span), source.At(svc.Span)
			}
			for _, l := range svc.Labels { // ofelia's and similar schedulers
				if strings.Contains(l.Value.Raw, "certbot renew") {
					renews = source.At(l.KeySpan)
				} else if strings.Contains(l.Value.Raw, "nginx -s reload") {
					reloads = source.At(l.KeySpan)
				}
			}
		}
	}
	for _, name := range f.Repo.Find(mayRenew) {
		file := f.Repo.File(name)
		if file == nil || !strings.Contains(string(file.Text), "renew") {
			continue
		}
		for n := 1; n <= min(file.Lines(), 3000); n++ {
			line := file.Line(n)
			if t := strings.TrimSpace(line); strings.HasPrefix(t, "#") || strings.HasPrefix(t, "echo") {
				continue
			}
			if renews.IsZero() && strings.Contains(line, "renew") && (strings.Contains(line, "certbot") || strings.Contains(line, "letsencrypt")) {
				renews = source.At(file.LineSpan(n))
			}
			if reloads.IsZero() && strings.Contains(line, "nginx") && (strings.Contains(line, "reload") || strings.Contains(line, "restart") || strings.Contains(line, "HUP")) && !renews.IsZero() {
				reloads = source.At(file.LineSpan(n))
			}
		}
	}
	return renews, reloads
}

// reloadsNginx reports whether a command makes a running nginx read its certificates again.
func reloadsNginx(c *shell.Command) bool {
	var words []string
	for _, w := range c.Args {
		words = append(words, w.Text)
	}
	text := strings.Join(words, " ")
	return strings.Contains(text, "nginx") && (strings.Contains(text, "reload") || strings.Contains(text, "restart") || strings.Contains(text, "HUP"))
}

// mayRenew reports whether a file may hold a schedule or a script for one.
func mayRenew(name string) bool {
	base := strings.ToLower(path.Base(name))
	dir := path.Dir(name)
	if forDevelopment(name) {
		return false
	}
	return strings.Contains(base, "renew") || strings.Contains(base, "cron") || strings.HasSuffix(base, ".timer") || strings.HasSuffix(base, ".service") || base == "makefile" || strings.HasPrefix(dir, ".github/workflows")
}

// managedImage reports whether an image gets, renews and loads certificates by itself.
func managedImage(image string) bool {
	for _, name := range []string{"jonasal/nginx-certbot", "staticfloat/nginx-certbot", "nginxproxy/acme-companion", "jrcs/letsencrypt-nginx-proxy-companion", "linuxserver/swag", "https-portal", "nginx-proxy-manager", "traefik", "caddy"} {
		if strings.Contains(image, name) {
			return true
		}
	}
	return false
}

func managesCertificates(s *deploy.Start) bool {
	return s.Service != nil && managedImage(s.Service.Image.Raw)
}
