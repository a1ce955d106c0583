package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/inert"
)

// What the issue of due rows is told apart by: it counts only with the right author, as anybody can write its mark.
const (
	dueMark  = "<!-- prodcheck due "
	dueTitle = "Production checklist: rows are due"
	duePages = 10 // of 100 issues each
	dueNeeds = "issues: write"
)

// Closed is what became of an issue that nothing keeps open any more.
const Closed Outcome = "closed"

var dueLine = regexp.MustCompile(`^<!-- prodcheck due ([0-9a-f]{16}) -->\n`)

// PostDue keeps one open issue that lists overdue rows, for one subject, such as the scanned folder: it opens it, or opens the last one again, updates it only if
// it says something else, closes it when nothing is overdue, and closes what concurrent runs opened twice. Rows that are only about
// to lapse open no issue, but are listed in one. The error is one sentence and names the permission that is missing.
func (c *Client) PostDue(ctx context.Context, about string, rows []checks.DueRow) (Outcome, error) {
	hash := key(about)
	overdue := slices.ContainsFunc(rows, checks.DueRow.Overdue)
	author := c.author(ctx)
	all, err := c.dueIssues(ctx, hash, author)
	if err != nil {
		return "", reason(err, dueNeeds)
	}
	keep, err := c.closeExtra(ctx, all)
	if err != nil {
		return "", reason(err, dueNeeds)
	}
	if !overdue {
		if keep == nil || keep.GetState() != "open" {
			return Unchanged, nil
		}
		if err := c.editIssue(ctx, keep, &github.IssueRequest{State: github.String("closed"), StateReason: github.String("completed")}); err != nil {
			return "", reason(err, dueNeeds)
		}
		return Closed, nil
	}
	body := dueMark + hash + " -->\n" + dueBody(rows)
	if keep != nil {
		if keep.GetState() == "open" && same(keep.GetBody(), body) {
			return Unchanged, nil
		}
		err := c.editIssue(ctx, keep, &github.IssueRequest{Body: &body, State: github.String("open")})
		if err == nil {
			return Updated, nil
		}
		if status(err) != http.StatusNotFound && status(err) != http.StatusGone { // somebody deleted it meanwhile
			return "", reason(err, dueNeeds)
		}
	}
	title := dueTitle
	if _, _, err := c.api.Issues.Create(ctx, c.run.Owner, c.run.Repository, &github.IssueRequest{Title: &title, Body: &body}); err != nil {
		return "", reason(err, dueNeeds)
	}
	// Another run may have looked at the same moment: the first issue stays.
	if all, err = c.dueIssues(ctx, hash, author); err == nil {
		_, _ = c.closeExtra(ctx, all) // a later run closes what is left
	}
	return Created, nil
}

// dueIssues returns the issues of a key by an author, open or closed, the oldest first.
func (c *Client) dueIssues(ctx context.Context, key, author string) (all []*github.Issue, err error) {
	opts := &github.IssueListByRepoOptions{State: "all", Creator: author, Sort: "created", Direction: "asc", ListOptions: github.ListOptions{PerPage: 100}}
	for range duePages {
		page, res, err := c.api.Issues.ListByRepo(ctx, c.run.Owner, c.run.Repository, opts)
		if err != nil {
			return nil, err
		}
		for _, issue := range page {
			m := dueLine.FindStringSubmatch(strings.ReplaceAll(issue.GetBody(), "\r\n", "\n"))
			if m != nil && m[1] == key && !issue.IsPullRequest() && strings.EqualFold(issue.GetUser().GetLogin(), author) {
				all = append(all, issue)
			}
		}
		if res.NextPage == 0 {
			return all, nil
		}
		opts.Page = res.NextPage
	}
	return nil, errors.New("the repository has too many issues by the workflow to find the one of due rows")
}

// closeExtra closes all open issues but the first, and returns the one that stays: the first open one, else the last closed one.
func (c *Client) closeExtra(ctx context.Context, all []*github.Issue) (keep *github.Issue, err error) {
	for _, issue := range all {
		switch {
		case issue.GetState() != "open":
			if keep == nil || keep.GetState() != "open" {
				keep = issue
			}
		case keep == nil || keep.GetState() != "open":
			keep = issue
		default:
			if err := c.editIssue(ctx, issue, &github.IssueRequest{State: github.String("closed"), StateReason: github.String("not_planned")}); err != nil {
				return nil, err
			}
		}
	}
	return keep, nil
}

func (c *Client) editIssue(ctx context.Context, issue *github.Issue, to *github.IssueRequest) error {
	_, _, err := c.api.Issues.Edit(ctx, c.run.Owner, c.run.Repository, issue.GetNumber(), to)
	return err
}

// dueBody lists the rows as a task list. What people wrote stands in code spans, where nothing of it acts.
func dueBody(rows []checks.DueRow) string {
	var b strings.Builder
	b.WriteString("These rows of the production checklist wait for a person. `prodcheck attest ROW --by NAME --evidence PATH-OR-URL` vouches for one; this issue closes itself when none is due.\n")
	last := ""
	for _, d := range rows {
		if c := d.Row.Cadence(); c != last {
			fmt.Fprintf(&b, "\n### %s\n\n", c)
			last = c
		}
		said := "nobody has attested it"
		if d.Attestation != nil {
			said = "`" + strings.ReplaceAll(clip(inert.Text(d.Line.Text), 300), "`", "'") + "`"
		}
		mark := ""
		if !d.Overdue() {
			mark = "(not due yet) "
		}
		fmt.Fprintf(&b, "- [ ] `%s` %s%s: %s\n", d.Row.Key, mark, d.Row.Title, said)
	}
	return b.String()
}
