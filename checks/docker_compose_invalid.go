package checks

import "github.com/prodcheck/prodcheck/internal/source"

var dockerComposeInvalid = &Check{
	ID:       "docker-compose-invalid",
	Title:    "The production compose file is not valid",
	Severity: Medium,
	Why:      "docker compose refuses the file, so the next deployment stops there and the checks of this file cannot be made.",
	Fix:      "Mend the line; docker compose config shows what it reads.",
	Misses:   "What only docker compose's newest version refuses, and images that do not exist.",
	Refs:     []string{"https://docs.docker.com/reference/compose-file/", "https://docs.docker.com/reference/cli/docker/compose/config/"},
	Bad: `
-- docker-compose.yml --
services:
  web:
    image: site
    prots: ["80:80"] # want "prots"
`,
	Good: `
-- docker-compose.yml --
services:
  web:
    image: site
    ports: ["80:80"]
`,
	Run: func(f *Facts, v *Verdict) {
		for _, st := range productionStacks(f) {
			for _, p := range st.Project.Invalid {
				v.Fail(source.At(p.Span), "docker compose refuses this: %s", p.Text)
			}
			if len(st.Project.Invalid) == 0 && len(st.Project.Services) > 0 {
				v.Pass(source.At(st.Project.Services[0].Span), "the file is read with %s", plural(len(st.Project.Services), "%d service", "%d services"))
			}
		}
	},
}
