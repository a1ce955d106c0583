package checks

import (
	"fmt"
	"strings"

	"github.com/prodcheck/prodcheck/internal/django"
)

// branchFix is the one thing to do where a setting stands in the code and a variable that nothing sets keeps it from being reached:
// set the variable. It is "" where no one variable decides.
func branchFix(set django.Setting) string {
	if len(set.NotReached) == 0 {
		return ""
	}
	name := ""
	for _, r := range set.Value.Reads() {
		if !r.Control || !r.Fallback {
			continue
		}
		if name != "" && name != r.Var.Name {
			return ""
		}
		name = r.Var.Name
	}
	if name == "" {
		return ""
	}
	fix := fmt.Sprintf("Set %s in production's environment, and in the environment template", name)
	if trail := set.NotReached[0].Trail; len(trail) > 0 {
		if condition, ok := strings.CutSuffix(trail[0].Note, " is false"); ok {
			fix += ", so that " + strings.TrimPrefix(condition, "if ") + " holds"
		}
	}
	return fix + "."
}
