package checks

import "github.com/prodcheck/prodcheck/internal/source"

var dockerDevComposeOnly = &Check{
	ID:       "docker-dev-compose-only",
	Title:    "The only compose file is a development one",
	Severity: Medium,
	Why:      "Whoever deploys has nothing but a file that is made for a developer's computer: its passwords, ports and debug switches become production's.",
	Fix:      "Write a compose.yaml for production and name the other one compose.dev.yaml.",
	Misses:   "A production file that is kept elsewhere.",
	Refs:     []string{"https://docs.docker.com/compose/how-tos/production/"},
	Bad: `
-- manage.py --
-- docker-compose.dev.yml --
services: # want "docker-compose.dev.yml"
  web:
    image: site
    command: python manage.py runserver 0.0.0.0:8000
`,
	Good: `
-- manage.py --
-- docker-compose.dev.yml --
services:
  web:
    image: site
    command: python manage.py runserver 0.0.0.0:8000
-- docker-compose.yml --
services:
  web:
    image: site
    command: gunicorn site1.wsgi
`,
	Run: func(f *Facts, v *Verdict) {
		for _, s := range f.Repo.Deployment.Stacks {
			if len(s.Files) == 0 {
				continue
			}
			at := source.At(s.Files[0].LineSpan(1))
			if s.Development {
				v.Fail(at, "%s is the only compose file, and it is for development: %s", s.Files[0].Path, s.Because)
			} else {
				v.Pass(at, "%s is for production: %s", s.Files[0].Path, s.Because)
			}
		}
	},
}
