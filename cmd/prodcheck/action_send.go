package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/github"
	"github.com/prodcheck/prodcheck/internal/report"
)

// sendFor is how long comment and upload may take together. A gate that waits for a slow API is no better than one that fails.
const sendFor = 4 * time.Minute

// client returns what talks to the API; the error says why nothing can.
func (s *step) client() (*github.Client, error) {
	o := s.api
	o.Token, o.Version = cmp.Or(s.asked.get("token"), s.getenv("GITHUB_TOKEN")), version
	if o.Token == "" {
		return nil, errors.New("there is no token")
	}
	return github.NewClient(s.gh, o)
}

// download gets the files of the base commit through the API. It returns nil and why if it cannot.
func (s *step) download(ctx context.Context, commit git.Hash) (*baseTree, string) {
	c, err := s.client()
	if err == nil {
		t := &baseTree{commit: commit}
		if s.gh.Pull != nil {
			t.branch = s.gh.Pull.BaseRef
		}
		if t.all, err = c.Tree(ctx, commit.String()); err == nil {
			return t, ""
		}
	}
	return nil, fmt.Sprintf("the base commit %s is not in the clone, and it cannot be downloaded: %v", commit.Short(), err)
}

// mergeBase asks the API where the pull request left its base.
func (s *step) mergeBase(ctx context.Context) git.Hash {
	c, err := s.client()
	if err != nil || s.gh.Pull.Base == "" || s.gh.Pull.Head == "" {
		return git.Hash{}
	}
	return git.ParseHash(c.MergeBase(ctx, s.gh.Pull.Base, s.gh.Pull.Head))
}

// send carries the report to GitHub as far as it may. What goes wrong is told and changes nothing else.
func (s *step) send(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	comment, upload := s.asked.get("comment"), s.asked.get("upload")
	if comment == "auto" && (s.gh.Pull == nil || s.gh.Owner == "") {
		comment = "never"
	}
	if upload == "auto" && (s.gh.Owner == "" || s.gh.Event == "merge_group") {
		upload = "never" // nobody reads alerts of a merge queue's own branch
	}
	if why := s.gh.ReadOnly(); why != "" && (comment == "auto" || upload == "auto") {
		s.runner.Say("notice", "prodcheck", "no comment and no upload to code scanning: "+why+"; annotations, summary and the check itself are complete")
		comment, upload = auto(comment), auto(upload)
	}
	if comment != "never" {
		s.tell(comment, "no comment", s.comment(ctx))
	}
	if upload != "never" {
		s.tell(upload, "no upload to code scanning", s.upload(ctx))
	}
}

// auto is a mode where what is tried by itself is not.
func auto(mode string) string {
	if mode == "auto" {
		return "never"
	}
	return mode
}

// tell says in one line why something was not done: loudly if it was asked for.
func (s *step) tell(mode, what string, err error) {
	switch {
	case err == nil:
	case mode == "always":
		s.warn(what + ": " + err.Error())
	default:
		s.runner.Say("notice", "prodcheck", what+": "+err.Error())
	}
}

func (s *step) comment(ctx context.Context) error {
	if s.gh.Pull == nil {
		return errors.New("this run is not about a pull request")
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := report.Comment(&b, s.report, s.options()); err != nil {
		return err
	}
	outcome, err := c.PostComment(ctx, github.Comment{
		Pull: s.gh.Pull.Number, Key: commentKey(s.target.prefix()), Head: s.gh.Pull.Head, Body: b.String(),
	})
	if err == nil {
		fmt.Fprintf(s.stdout, "comment on pull request %d: %s\n", s.gh.Pull.Number, outcome)
	}
	return err
}

// commentKey tells comments about different folders of a repository apart.
func commentKey(folder string) string { return "comment " + folder }

func (s *step) upload(ctx context.Context) error {
	if len(s.stopped) > 0 {
		return errors.New("the scan is not complete, and alerts that it lacks would be closed")
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	u := github.Upload{Commit: s.gh.SHA, Ref: s.gh.Ref, Started: s.started}
	if head, _, ok := s.git().Head(); ok && s.gh.Pull != nil && head.String() != s.gh.SHA {
		u.Commit, u.Ref = head.String(), fmt.Sprintf("refs/pull/%d/head", s.gh.Pull.Number)
	}
	if u.Commit == "" || u.Ref == "" {
		return errors.New("the runner names no commit")
	}
	var b bytes.Buffer
	if err := s.sarif(&b); err != nil {
		return err
	}
	u.SARIF = b.Bytes()
	pending, err := c.UploadSARIF(ctx, u)
	switch {
	case err != nil:
		return err
	case pending:
		fmt.Fprintln(s.stdout, "code scanning has the report and is not done with it yet")
	default:
		fmt.Fprintln(s.stdout, "code scanning has the report")
	}
	return nil
}
