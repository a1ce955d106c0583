package github

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/go-github/v60/github"
)

// MergeBase returns the newest common ancestor of two commits, "" if the API does not tell.
func (c *Client) MergeBase(ctx context.Context, base, head string) string {
	cmp, _, err := c.api.Repositories.CompareCommits(ctx, c.run.Owner, c.run.Repository, base, head, &github.ListOptions{PerPage: 1})
	if err != nil {
		return ""
	}
	return sha(cmp.GetMergeBaseCommit().GetSHA())
}

// PullOf returns the open pull request that a run which has ended was about. It trusts nothing but what GitHub itself says of that
// run: the pull request must have the run's commit as its head. The list in the event is empty for forks.
func (c *Client) PullOf(ctx context.Context, up *Upstream) (*Pull, error) {
	if up == nil || up.HeadSHA == "" || up.HeadOwner == "" || up.HeadBranch == "" {
		return nil, errors.New("the event does not name the run that ended: run this command on workflow_run")
	}
	prs, _, err := c.api.PullRequests.List(ctx, c.run.Owner, c.run.Repository, &github.PullRequestListOptions{
		State: "open", Head: up.HeadOwner + ":" + up.HeadBranch, ListOptions: github.ListOptions{PerPage: 100},
	})
	if err != nil {
		return nil, reason(err, "pull-requests: read")
	}
	for _, pr := range prs {
		if pr.GetHead().GetSHA() == up.HeadSHA {
			return &Pull{
				Number: pr.GetNumber(), Head: pr.GetHead().GetSHA(), Base: sha(pr.GetBase().GetSHA()), BaseRef: pr.GetBase().GetRef(),
				HeadRepo: pr.GetHead().GetRepo().GetFullName(), BaseRepo: pr.GetBase().GetRepo().GetFullName(),
			}, nil
		}
	}
	return nil, fmt.Errorf("no open pull request has the head %s: a newer commit was pushed, or it was closed", up.HeadSHA[:10])
}
