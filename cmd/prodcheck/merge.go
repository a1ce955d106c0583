package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) merge() *cobra.Command {
	var o output
	var format *choice
	cmd := &cobra.Command{
		Use:   "merge FILE...",
		Short: "Make one report of the JSON reports of many repositories",
		Long: `Merge reads reports that "prodcheck scan --format json" wrote and writes one, with a line for each row of the checklist and a
column for each repository. A repository is called like its file, without .json; NAME=FILE gives it another name.`,
		Example: "  prodcheck merge shop.json blog.json\n  prodcheck merge --format html --output all.html \"The shop=shop.json\" blog.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("prodcheck merge takes JSON reports, got none")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			var all []*report.Saved
			for _, arg := range args {
				name, file, named := strings.Cut(arg, "=")
				if !named {
					file = arg
					name = strings.TrimSuffix(filepath.Base(file), ".json")
				}
				text, err := os.ReadFile(file)
				if err != nil {
					return failed("%s cannot be read: %w", file, err)
				}
				s, err := report.ReadSaved(name, text)
				if err != nil {
					return usage("%s: %w", file, err)
				}
				all = append(all, s)
			}
			return a.deliver(&o, func(w io.Writer) error {
				switch format.value {
				case "markdown":
					return report.MergeMarkdown(w, all)
				case "html":
					return report.MergeHTML(w, all, report.HTMLOptions{Version: version})
				}
				return report.MergeText(w, all, a.text(&o))
			})
		},
	}
	format = choose(cmd, "format", "what is written", "text", "text", "markdown", "html")
	o.flags(cmd)
	return cmd
}
