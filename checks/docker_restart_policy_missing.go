package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerRestartPolicyMissing = &Check{
	ID:       "docker-restart-policy-missing",
	Title:    "A service stays down after a crash or a reboot",
	Severity: Low,
	Why:      "Docker starts a container again after a crash or a reboot of the host only if its service says so. Without it the site stays down until somebody notices.",
	Fix:      "Add restart: unless-stopped to the service.",
	Misses:   "A supervisor outside Docker that starts the project again.",
	Refs:     []string{"https://docs.docker.com/engine/containers/start-containers-automatically/", composeDocs + "#restart"},
	Bad: `
-- docker-compose.yml --
services:
  web: # want "web has no restart policy"
    image: site
    command: gunicorn site.wsgi
`,
	Good: `
-- docker-compose.yml --
services:
  web:
    image: site
    command: gunicorn site.wsgi
    restart: unless-stopped
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			for _, s := range running(st) {
				if oneShot(st.Project, s) {
					continue
				}
				policy := s.Restart.Interpolate(unknownEnv)
				switch {
				case s.Deploy != nil && !s.Deploy.RestartPolicy.IsZero() && s.Deploy.Condition.Raw != "none":
					v.Pass(source.At(s.Deploy.RestartPolicy), "%s has a restart policy", s.Name)
				case policy.Known && policy.Value != "" && policy.Value != "no":
					v.Pass(source.At(s.Restart.Span), "%s: restart: %s", s.Name, policy.Value)
				case !policy.Known && s.Restart.Raw != "":
					v.Unknown(source.At(s.Restart.Span), "state the policy in the compose file", "the restart policy of %s is %q, which is set at deployment", s.Name, s.Restart.Raw)
				case policy.Value == "no":
					v.Fail(source.At(s.Restart.Span), "%s is never restarted: restart is no", s.Name).Offers(restartPolicy(s)...)
				default:
					v.Fail(source.At(s.Span), "%s has no restart policy: it stays down after a crash or a reboot", s.Name).Offers(restartPolicy(s)...)
				}
			}
		}
	},
}

// oneShot reports whether a service does its work and ends: migrations, asset builds, set-up jobs.
func oneShot(p *compose.Project, s *compose.Service) bool {
	for _, other := range p.Services {
		for _, d := range other.DependsOn {
			if d.Name == s.Name && d.Condition == "service_completed_successfully" {
				return true
			}
		}
	}
	words := strings.FieldsFunc(strings.ToLower(s.Name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	for _, w := range words {
		switch w {
		case "migrate", "migrator", "migration", "migrations", "init", "setup", "seed", "collectstatic", "createbuckets", "bootstrap", "build", "builder", "job", "oneshot", "assets":
			return true
		}
	}
	if s.Command == nil {
		return false
	}
	text := strings.ToLower(commandText(s.Command))
	if longRunning(text) {
		return false
	}
	for _, job := range []string{"manage.py migrate", "manage.py collectstatic", "manage.py createsuperuser", "manage.py loaddata", "npm run build", "yarn build", "pnpm build", "mc alias", "mc mb"} {
		if strings.Contains(text, job) {
			return true
		}
	}
	return false
}

// longRunning reports whether a command starts something that stays.
func longRunning(text string) bool {
	for _, w := range []string{"gunicorn", "uvicorn", "daphne", "hypercorn", "uwsgi", "runserver", "celery", "while ", "nginx", "sleep ", "serve", "rqworker", "supervisord"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func commandText(c *compose.Command) string {
	if c == nil {
		return ""
	}
	if !c.List {
		return c.Text.Raw
	}
	var words []string
	for _, w := range c.Words {
		words = append(words, w.Raw)
	}
	return strings.Join(words, " ")
}
