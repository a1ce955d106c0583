// Package github is the only place that talks to GitHub: it reads what the runner says about a run, writes what the runner takes
// in (annotations, outputs, the summary), and carries reports to the API (comment, code scanning, base commit).
//
// What the API does never decides about a run: every failure here becomes one sentence for the reader.
package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// maxEvent is the largest event file that is read; GitHub delivers no webhook of more than 25 MB.
const maxEvent = 32 << 20

// A Run is what the runner says about this run of the workflow. Fields are empty where it says nothing, as outside of GitHub.
type Run struct {
	Event      string // pull_request, push, merge_group, schedule, …
	Owner      string
	Repository string // without the owner
	SHA        string // the commit that the workflow is about
	Ref        string // refs/heads/main, refs/pull/1/merge
	ID         int64  // grows with time; the same for every attempt
	Attempt    int
	Server     string // https://github.com, without a slash at the end
	API        string // https://api.github.com
	GraphQL    string
	Actor      string
	Pull       *Pull  // nil if the run is not about a pull request
	Before     string // of a push: what the branch pointed to; "" for a new branch
	Base       string // of a merge group: the commit that it will be merged into
	Private    bool
	// Upstream is, of a workflow_run, the run that has ended.
	Upstream *Upstream
}

// A Pull is a pull request as its event tells of it.
type Pull struct {
	Number     int
	Head, Base string // commits
	HeadRepo   string // owner/name, "" if it was deleted
	BaseRepo   string
	BaseRef    string // name of the branch
}

// Foreign reports whether the head comes from another repository, whose author may not write to this one.
func (p *Pull) Foreign() bool { return p.HeadRepo == "" || !strings.EqualFold(p.HeadRepo, p.BaseRepo) }

// An Upstream is the run that a workflow_run event is about.
type Upstream struct {
	Event, HeadSHA, HeadBranch, HeadOwner string
	ID                                    int64
	Attempt                               int
}

// payload is what is read of an event. Fields are pointers or raw where GitHub's published examples have null or another type.
type payload struct {
	Number      json.RawMessage  `json:"number"`
	PullRequest *payloadPull     `json:"pull_request"`
	Before      json.RawMessage  `json:"before"`
	MergeGroup  *payloadGroup    `json:"merge_group"`
	Repository  *payloadRepo     `json:"repository"`
	WorkflowRun *payloadUpstream `json:"workflow_run"`
}

type payloadPull struct {
	Number int        `json:"number"`
	Head   payloadEnd `json:"head"`
	Base   payloadEnd `json:"base"`
}

type payloadEnd struct {
	SHA  string       `json:"sha"`
	Ref  string       `json:"ref"`
	Repo *payloadRepo `json:"repo"`
}

type payloadRepo struct {
	FullName string `json:"full_name"`
	Private  bool   `json:"private"`
}

type payloadGroup struct {
	BaseSHA string `json:"base_sha"`
}

type payloadUpstream struct {
	ID             int64  `json:"id"`
	Attempt        int    `json:"run_attempt"`
	Event          string `json:"event"`
	HeadSHA        string `json:"head_sha"`
	HeadBranch     string `json:"head_branch"`
	HeadRepository *struct {
		Owner *struct {
			Login string `json:"login"`
		} `json:"owner"`
	} `json:"head_repository"`
}

var (
	commitName = regexp.MustCompile(`^[0-9a-f]{40}$`)
	repoName   = regexp.MustCompile(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)
)

// ReadRun reads what the runner says, from its environment and the event's file. An event that is not known, or a file that says
// nothing, is no error: then less is known. The error tells what could not be read of the event; the run is good without it.
func ReadRun(getenv func(string) string) (*Run, error) {
	r := &Run{
		Event: getenv("GITHUB_EVENT_NAME"), Ref: getenv("GITHUB_REF"), Actor: getenv("GITHUB_ACTOR"),
		Server:  strings.TrimRight(orElse(getenv("GITHUB_SERVER_URL"), "https://github.com"), "/"),
		API:     strings.TrimRight(orElse(getenv("GITHUB_API_URL"), "https://api.github.com"), "/"),
		GraphQL: orElse(getenv("GITHUB_GRAPHQL_URL"), "https://api.github.com/graphql"),
	}
	if name := getenv("GITHUB_REPOSITORY"); repoName.MatchString(name) {
		r.Owner, r.Repository, _ = strings.Cut(name, "/")
	}
	if sha := getenv("GITHUB_SHA"); commitName.MatchString(sha) {
		r.SHA = sha
	}
	r.ID, _ = strconv.ParseInt(getenv("GITHUB_RUN_ID"), 10, 64)
	r.Attempt, _ = strconv.Atoi(getenv("GITHUB_RUN_ATTEMPT"))
	file := getenv("GITHUB_EVENT_PATH")
	if file == "" {
		return r, nil
	}
	data, err := readEvent(file)
	if err != nil {
		return r, fmt.Errorf("the event cannot be read: %w", err)
	}
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		var kind *json.UnmarshalTypeError
		if !errors.As(err, &kind) { // what has another type is left out, the rest is read
			return r, fmt.Errorf("the event cannot be read: %w", err)
		}
	}
	r.fill(&p)
	return r, nil
}

func readEvent(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxEvent+1))
	if err == nil && len(data) > maxEvent {
		err = fmt.Errorf("it has more than %d bytes", maxEvent)
	}
	return data, err
}

func (r *Run) fill(p *payload) {
	if p.Repository != nil {
		r.Private = p.Repository.Private
	}
	if pr := p.PullRequest; pr != nil && pr.Number > 0 && strings.HasPrefix(r.Event, "pull_request") {
		r.Pull = &Pull{Number: pr.Number, Head: sha(pr.Head.SHA), Base: sha(pr.Base.SHA), BaseRef: pr.Base.Ref}
		if pr.Head.Repo != nil {
			r.Pull.HeadRepo = pr.Head.Repo.FullName
		}
		if pr.Base.Repo != nil {
			r.Pull.BaseRepo = pr.Base.Repo.FullName
		}
	}
	if r.Event == "push" {
		var before string
		_ = json.Unmarshal(p.Before, &before)
		if before = sha(before); strings.Trim(before, "0") != "" {
			r.Before = before
		}
	}
	if r.Event == "merge_group" && p.MergeGroup != nil {
		r.Base = sha(p.MergeGroup.BaseSHA)
	}
	if w := p.WorkflowRun; r.Event == "workflow_run" && w != nil {
		r.Upstream = &Upstream{Event: w.Event, HeadSHA: sha(w.HeadSHA), HeadBranch: w.HeadBranch, ID: w.ID, Attempt: w.Attempt}
		if w.HeadRepository != nil && w.HeadRepository.Owner != nil {
			r.Upstream.HeadOwner = w.HeadRepository.Owner.Login
		}
	}
}

// sha returns a name of a commit, or "" if it is none.
func sha(s string) string {
	if commitName.MatchString(s) {
		return s
	}
	return ""
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// URL is the page of the repository, or "".
func (r *Run) URL() string {
	if r.Owner == "" {
		return ""
	}
	return r.Server + "/" + r.Owner + "/" + r.Repository
}

// Page is the page of the run, or "".
func (r *Run) Page() string {
	if r.Owner == "" || r.ID == 0 {
		return ""
	}
	return fmt.Sprintf("%s/actions/runs/%d", r.URL(), r.ID)
}

// ReadOnly says why the workflow's own token may not write, whatever the workflow asks for; "" if it may.
func (r *Run) ReadOnly() string {
	switch {
	case r.Pull == nil || r.Event == "pull_request_target":
		return ""
	case r.Pull.Foreign():
		return "the pull request comes from a fork, whose token may only read"
	case r.Actor == "dependabot[bot]":
		return "Dependabot started this run, whose token may only read"
	}
	return ""
}
