package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the released version.
const version = "0.1.0"

// home is where the tool lives.
const home = "https://github.com/prodcheck/prodcheck"

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what it was built from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			built := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						built = " " + s.Value
					}
				}
			}
			return a.write(fmt.Appendf(nil, "prodcheck %s%s %s %s/%s\n", version, built, runtime.Version(), runtime.GOOS, runtime.GOARCH))
		},
	}
}
