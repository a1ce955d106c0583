package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/github"
	"github.com/prodcheck/prodcheck/internal/report"
)

// maxArtifact is the largest report that is read from an artifact.
const maxArtifact = 32 << 20

func (a *app) comment() *cobra.Command {
	var from, folder string
	cmd := &cobra.Command{
		Use:   "comment --from FILE",
		Short: "Comment on the pull request of a workflow run that has ended",
		Long: `Comment posts the report that an earlier run wrote as its json-file. It is for pull requests from forks: their own runs may not
comment, but a workflow on workflow_run may. The file is taken for what it is, a stranger's: it must be a report of at most 32 MB,
all its texts are shown as text only, and the pull request is found by the run that GitHub names, never by the file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" {
				return usage("--from names no file")
			}
			run, err := github.ReadRun(a.getenv)
			if err != nil {
				return usage("%w", err)
			}
			data, err := readArtifact(from)
			if err != nil {
				return usage("--from %s: %w", from, err)
			}
			rep, extra, err := report.ReadJSON(data)
			if err != nil {
				return usage("--from %s: %w", from, err)
			}
			o := a.api
			o.Token, o.Version = cmp.Or(a.getenv("INPUT_TOKEN"), a.getenv("GITHUB_TOKEN")), version
			if o.Token == "" {
				return usage("there is no token: set GITHUB_TOKEN")
			}
			c, err := github.NewClient(run, o)
			if err != nil {
				return usage("%w", err)
			}
			pull, err := c.PullOf(cmd.Context(), run.Upstream)
			if err != nil {
				return failed("no comment: %w", err)
			}
			up := run.Upstream
			var b bytes.Buffer
			if err := report.Comment(&b, rep, report.CommentOptions{
				Version: version, Commit: pull.Head, Repository: run.URL(), Prefix: folder, Run: fmt.Sprintf("%s/actions/runs/%d", run.URL(), up.ID),
				Comparison: extra.Comparison, Base: extra.Base, NoBase: extra.NoBase, FailOn: extra.FailOn, NewOnly: extra.NewOnly, Stopped: extra.Stopped,
			}); err != nil {
				return failed("%w", err)
			}
			run.ID, run.Attempt = up.ID, up.Attempt // of two reports the one of the newer scan counts
			c, err = github.NewClient(run, o)
			if err != nil {
				return usage("%w", err)
			}
			outcome, err := c.PostComment(cmd.Context(), github.Comment{Pull: pull.Number, Key: commentKey(folder), Head: pull.Head, Body: b.String()})
			if err != nil {
				return failed("no comment: %w", err)
			}
			return a.write(fmt.Appendf(nil, "comment on pull request %d: %s\n", pull.Number, outcome))
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the json-file of the run, a `FILE`")
	cmd.Flags().StringVar(&folder, "path", "", "the `FOLDER` of the repository that was scanned, if not all of it")
	return cmd
}

func readArtifact(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainPath(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxArtifact+1))
	if err == nil && len(data) > maxArtifact {
		err = fmt.Errorf("it has more than %d bytes", maxArtifact)
	}
	return data, err
}
