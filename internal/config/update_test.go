package config

import "flag"

var update = flag.Bool("update", false, "rewrite docs/prodcheck.schema.json")
