package github

import "flag"

// Nothing here is rewritten; go test ./... -update must work all the same.
var _ = flag.Bool("update", false, "accepted for the other packages' sake")
