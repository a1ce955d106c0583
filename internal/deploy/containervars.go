package deploy

import (
	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
)

// containerVars answers for the variables of a service's container: what the repository gives them, else what a template that speaks
// for production documents. ok is false for one that only the server knows; one that nothing gives is empty and known.
func (v *view) containerVars(st *Stack, svc *compose.Service) func(name string) (x django.Var, ok bool) {
	p := &Project{Stack: st, Services: []*compose.Service{svc}, Image: v.builtFor(svc)}
	unset, documented := v.environment(p, Unset), v.environment(p, Documented)
	return func(name string) (django.Var, bool) {
		for _, e := range []*environ{unset, documented} {
			if x := e.get(name); x.State == django.VarKnown {
				return x, true
			}
		}
		_, named := unset.vars[name]
		for _, m := range unset.missing {
			named = named || !m.at.IsZero() // an env_file that is not here; what only fills in compose files gives the container nothing
		}
		return django.Var{Name: name}, !named && unset.opaque == ""
	}
}
