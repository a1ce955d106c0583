package repo

import (
	"maps"
	"slices"
)

// Opened returns the paths of the files that were opened up to now, sorted. After a run of the checks it is every file that any of
// them, or the production view, looked into.
func (r *Repo) Opened() []string {
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	return slices.Sorted(maps.Keys(r.files.opened))
}
