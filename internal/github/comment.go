package github

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"
)

// A Comment is what a run has to say on a pull request.
type Comment struct {
	Pull int
	// Key tells comments of one repository apart that are about different things: the scanned folder, for example.
	Key  string
	Head string // the commit of the pull request that was scanned
	Body string // Markdown
}

// An Outcome says what became of a comment.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Outdated  Outcome = "outdated" // a newer run has commented already
)

const (
	maxPages  = 50 // of 100 comments each
	botAuthor = "github-actions[bot]"
)

// marker begins each comment, so that a later run finds it. Anybody can write one: it counts only with the right author.
type marker struct {
	key, head string
	run       int64
	attempt   int
}

func (m marker) String() string {
	return fmt.Sprintf("<!-- prodcheck %s head=%s run=%d.%d -->", m.key, m.head, m.run, m.attempt)
}

// newer reports whether m is of a later run than o. The numbers of runs grow over time.
func (m marker) newer(o marker) bool {
	return m.run > o.run || m.run == o.run && m.attempt > o.attempt
}

var markerLine = regexp.MustCompile(`^<!-- prodcheck ([0-9a-f]{16}) head=([0-9a-f]{0,40}) run=([0-9]{1,18})\.([0-9]{1,6}) -->\n`)

func parseMarker(body string) (m marker, rest string, ok bool) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	g := markerLine.FindStringSubmatch(body)
	if g == nil {
		return m, body, false
	}
	m.key, m.head = g[1], g[2]
	m.run, _ = strconv.ParseInt(g[3], 10, 64)
	m.attempt, _ = strconv.Atoi(g[4])
	return m, body[len(g[0]):], true
}

// key is the key as a marker has it: of one length, and without a character that could end the marker.
func key(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

var runPage = regexp.MustCompile(`/actions/runs/\d+`)

// same reports whether two bodies tell a reader the same. The page of the run differs from run to run.
func same(a, b string) bool {
	normal := func(s string) string {
		return runPage.ReplaceAllString(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), "")
	}
	return normal(a) == normal(b)
}

// ours is a comment of an earlier run.
type ours struct {
	id   int64
	mark marker
	body string
}

// PostComment makes the pull request have one comment of this key, which says what c says: it creates it, updates it if it says
// something else, leaves it alone if a newer run wrote it, and removes what concurrent runs made twice. The error is one sentence.
func (c *Client) PostComment(ctx context.Context, what Comment) (Outcome, error) {
	const permission = "pull-requests: write"
	mine := marker{key(what.Key), sha(what.Head), c.run.ID, max(c.run.Attempt, 1)}
	author := c.author(ctx)
	found, err := c.find(ctx, what.Pull, mine.key, author)
	if err != nil {
		return "", reason(err, permission)
	}
	keep, err := c.removeDuplicates(ctx, found)
	if err != nil {
		return "", reason(err, permission)
	}
	body := github.IssueComment{Body: github.String(mine.String() + "\n" + what.Body)}
	if keep != nil {
		switch {
		case keep.mark.newer(mine):
			return Outdated, nil
		case keep.mark.head == mine.head && same(keep.body, what.Body):
			return Unchanged, nil
		}
		_, _, err := c.api.Issues.EditComment(ctx, c.run.Owner, c.run.Repository, keep.id, &body)
		if err == nil {
			return Updated, nil
		}
		if status(err) != http.StatusNotFound { // somebody deleted it meanwhile
			return "", reason(err, permission)
		}
	}
	if _, _, err := c.api.Issues.CreateComment(ctx, c.run.Owner, c.run.Repository, what.Pull, &body); err != nil {
		return "", reason(err, permission)
	}
	// Another run may have looked at the same moment and found nothing, too: the newest stays.
	if found, err = c.find(ctx, what.Pull, mine.key, author); err != nil {
		return Created, nil // a later run removes what there is too much
	}
	keep, err = c.removeDuplicates(ctx, found)
	if err == nil && keep != nil && keep.mark.newer(mine) {
		return Outdated, nil
	}
	return Created, nil
}

// find returns the comments of a key by an author, oldest first.
func (c *Client) find(ctx context.Context, pull int, key, author string) (all []ours, err error) {
	opts := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for range maxPages {
		page, res, err := c.api.Issues.ListComments(ctx, c.run.Owner, c.run.Repository, pull, opts)
		if err != nil {
			return nil, err
		}
		for _, comment := range page {
			m, rest, ok := parseMarker(comment.GetBody())
			if ok && m.key == key && strings.EqualFold(comment.GetUser().GetLogin(), author) {
				all = append(all, ours{comment.GetID(), m, rest})
			}
		}
		if res.NextPage == 0 {
			return all, nil
		}
		opts.Page = res.NextPage
	}
	return nil, fmt.Errorf("the pull request has more than %d comments", 100*maxPages)
}

// removeDuplicates deletes all but the comment of the newest run, of two of the same run the first. It returns the one that stays.
func (c *Client) removeDuplicates(ctx context.Context, all []ours) (keep *ours, err error) {
	for i := range all {
		if keep == nil || all[i].mark.newer(keep.mark) {
			keep = &all[i]
		}
	}
	for i := range all {
		if &all[i] == keep {
			continue
		}
		if _, err := c.api.Issues.DeleteComment(ctx, c.run.Owner, c.run.Repository, all[i].id); err != nil && status(err) != http.StatusNotFound {
			return nil, err
		}
	}
	return keep, nil
}

// author is the login under which the token comments. The workflow's own token may not ask for its user by REST.
func (c *Client) author(ctx context.Context) string {
	req, err := c.api.NewRequest(http.MethodPost, c.graphQL, map[string]string{"query": "query { viewer { login } }"})
	if err != nil {
		return botAuthor
	}
	var answer struct {
		Data struct {
			Viewer struct{ Login string }
		}
	}
	if _, err := c.api.Do(ctx, req, &answer); err != nil || answer.Data.Viewer.Login == "" {
		return botAuthor
	}
	return answer.Data.Viewer.Login
}

// status is the status of an answer that is an error, 0 if it is none.
func status(err error) int {
	var answer *github.ErrorResponse
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.Response.StatusCode
	}
	return 0
}
