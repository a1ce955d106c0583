package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

func (a *app) explain() *cobra.Command {
	var o output
	cmd := &cobra.Command{
		Use:   "explain ID",
		Short: "Say what one check looks for, why, and how to put it right",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("explain takes the id of one check; prodcheck checks lists them")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) (ids []cobra.Completion, _ cobra.ShellCompDirective) {
			if len(args) == 0 {
				for _, c := range checks.Everything() {
					ids = append(ids, cobra.CompletionWithDesc(c.ID, c.Title))
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			c := checks.Lookup(args[0])
			if c == nil {
				return usage("there is no check %q%s: prodcheck checks lists them", args[0], like(args[0]))
			}
			return a.deliver(&o, func(w io.Writer) error { return report.Explain(w, c, a.text(&o)) })
		},
	}
	o.flags(cmd)
	return cmd
}

// like names the checks whose ids share most words with what was asked for.
func like(id string) string {
	words := strings.FieldsFunc(strings.ToLower(id), func(r rune) bool { return strings.ContainsRune("-_ /.", r) })
	best, found := 0, []string(nil)
	for _, c := range checks.Everything() {
		n := 0
		for _, part := range strings.Split(c.ID, "-") {
			if slices.Contains(words, part) {
				n++
			}
		}
		if n > best {
			best, found = n, nil
		}
		if n == best && n > 0 && len(found) < 3 {
			found = append(found, c.ID)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return ", but " + strings.Join(found, ", ")
}
