package baseline

import "flag"

// go test ./... -update reaches every package. This one has nothing to rewrite.
var _ = flag.Bool("update", false, "accepted by every package")
