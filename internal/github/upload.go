package github

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"github.com/prodcheck/prodcheck/internal/inert"
)

// maxSARIF is the largest file that code scanning takes, gzipped (docs: SARIF support for code scanning).
const maxSARIF = 10 << 20

// polls are the pauses between questions whether the file was processed, as github/codeql-action has them.
var polls = [...]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second}

// An Upload is a SARIF file and the commit that it is about.
type Upload struct {
	SARIF       []byte
	Commit, Ref string
	Started     time.Time // zero for not known
}

// UploadSARIF gives a file to code scanning and waits until it was taken in. Pending is true if that took too long to wait for; the
// error is one sentence.
func (c *Client) UploadSARIF(ctx context.Context, u Upload) (pending bool, err error) {
	const permission = "security-events: write"
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(u.SARIF); err != nil {
		return false, err
	}
	if err := z.Close(); err != nil {
		return false, err
	}
	if b.Len() > maxSARIF {
		return false, fmt.Errorf("the file has %d bytes, gzipped; code scanning takes %d", b.Len(), maxSARIF)
	}
	analysis := &github.SarifAnalysis{
		CommitSHA: github.String(u.Commit), Ref: github.String(u.Ref), Sarif: github.String(base64.StdEncoding.EncodeToString(b.Bytes())),
		ToolName: github.String("prodcheck"),
	}
	if !u.Started.IsZero() {
		analysis.StartedAt = &github.Timestamp{Time: u.Started}
	}
	id, _, err := c.api.CodeScanning.UploadSarif(ctx, c.run.Owner, c.run.Repository, analysis)
	switch {
	case err != nil:
		return false, noCodeScanning(err, reason(err, permission))
	case id == nil || id.GetID() == "":
		return false, errors.New("GitHub's API took the file but gave it no name")
	}
	for _, pause := range polls {
		if err := c.clock.Sleep(ctx, pause); err != nil {
			return true, nil
		}
		done, err := c.processed(ctx, id.GetID())
		if err != nil {
			return false, reason(err, permission)
		}
		if done {
			return false, nil
		}
	}
	return true, nil
}

// processed asks how far a file is. The library's own type leaves out the errors.
func (c *Client) processed(ctx context.Context, id string) (bool, error) {
	req, err := c.api.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/%s/code-scanning/sarifs/%s", c.run.Owner, c.run.Repository, id), nil)
	if err != nil {
		return false, err
	}
	var answer struct {
		Status string   `json:"processing_status"`
		Errors []string `json:"errors"`
	}
	if _, err := c.api.Do(ctx, req, &answer); err != nil {
		if status(err) == http.StatusNotFound {
			return false, nil // not there yet
		}
		return false, err
	}
	if answer.Status == "failed" {
		return false, fmt.Errorf("the file was refused: %s", clip(inert.Text(strings.Join(answer.Errors, "; ")), 500))
	}
	return answer.Status == "complete", nil
}

// noCodeScanning words the answer of a repository that has no code scanning.
func noCodeScanning(err, otherwise error) error {
	var answer *github.ErrorResponse
	if errors.As(err, &answer) {
		for _, feature := range []string{"Code Security must be enabled", "Advanced Security must be enabled", "Code scanning is not enabled"} {
			if strings.Contains(answer.Message, feature) {
				return errors.New("code scanning is not enabled in this repository: a private one needs GitHub Code Security")
			}
		}
	}
	return otherwise
}
