package dotenv

import "testing"

func TestNames(t *testing.T) {
	for name, want := range map[string][2]bool{
		".env":                                   {true, false},
		"api/.env.prod":                          {true, false},
		".env.example":                           {true, true},
		"deploy/variables.env":                   {true, false},
		".envs/.production/.django":              {true, false},
		".envs_template/.production_template/.x": {true, true},
		"env.sample":                             {true, true},
		".envrc":                                 {false, false},
		"src/env.d.ts":                           {false, false},
		"env/bin/activate.py":                    {false, false},
		"config/environment.py":                  {false, false},
		"migrations/env.py":                      {false, false},
		"docs/.env.md":                           {false, false},
	} {
		if LooksLike(name) != want[0] || TemplateName(name) != want[1] {
			t.Errorf("%s: LooksLike %v, TemplateName %v, want %v", name, LooksLike(name), TemplateName(name), want)
		}
	}
}
