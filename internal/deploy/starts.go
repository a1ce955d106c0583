package deploy

import (
	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/shell"
)

// A Start is what runs when one service of production, or one image that no service names, is started: the scripts and command
// lines in order, those of the repository that they call before what calls them.
type Start struct {
	Stack   *Stack           // nil for an image alone
	Service *compose.Service // nil for an image alone
	Image   *Image           // nil where the image is not built here
	Scripts []*shell.Script
}

// maxStarts bounds the services whose start is followed.
const maxStarts = 300

// Starts follows the start of every service of the stacks that production may run, and of the images that no service builds.
func (v *view) starts() {
	built := map[*compose.Service]*Image{}
	for _, img := range v.d.Images {
		if img.Service != nil && !img.Base {
			built[img.Service] = img
		}
	}
	add := func(s *Start) {
		if len(v.d.Starts) >= maxStarts {
			return
		}
		p := &Project{Stack: s.Stack, Image: s.Image}
		if s.Service != nil {
			p.Services = []*compose.Service{s.Service}
		}
		for _, st := range v.start(p) {
			s.Scripts = append(s.Scripts, st.script)
		}
		if len(s.Scripts) > 0 {
			v.d.Starts = append(v.d.Starts, s)
		}
	}
	for _, st := range v.d.Stacks {
		if st.Project == nil {
			continue
		}
		for _, svc := range st.Project.Services {
			add(&Start{Stack: st, Service: svc, Image: built[svc]})
		}
	}
	if len(v.d.Stacks) == 0 {
		for _, img := range v.d.Images {
			if !img.Base {
				add(&Start{Image: img})
			}
		}
	}
}
