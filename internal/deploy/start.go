package deploy

import (
	"github.com/prodcheck/prodcheck/internal/django"
)

func (v *view) startEnv(e *environ, p *Project, sc Scenario) {}

func (v *view) command(p *Project) string {
	if len(p.Services) > 0 {
		if c := commandText(p.Services[0].Command); c != "" {
			return c
		}
	}
	if p.Image != nil {
		if img := p.Image.File.Image(p.Image.Target, p.Image.lookup); img != nil && img.Cmd != nil {
			return img.Cmd.Command
		}
	}
	return ""
}

func (v *view) manifestVars(p *Project) []django.Var { return nil }

func (v *view) scriptSettings(p *Project) (namedModule, bool) { return namedModule{}, false }
