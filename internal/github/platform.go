package github

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/prodcheck/prodcheck/checks"
)

// Permissions as GitHub's documentation of fine-grained tokens names them. The workflow's own token cannot have the first.
const (
	administration = "Administration: read"
	metadata       = "Contents: read"
)

// Platform asks what the platform knows of the repository: the answers that the token may not have are Denied, with the permission
// that it lacks. check is the name of the check that is to be required; with "" that is not asked. It makes five requests.
func (c *Client) Platform(ctx context.Context, check string) *checks.Platform {
	p := &checks.Platform{}
	settings := c.run.Server + "/" + c.run.Owner + "/" + c.run.Repository + "/settings/"
	fact := func(a checks.Answer, permission, page string) checks.Fact {
		if a != checks.Denied {
			permission = ""
		}
		return checks.Fact{Answer: a, Permission: permission, URL: settings + page}
	}
	repo, _, err := c.api.Repositories.Get(ctx, c.run.Owner, c.run.Repository)
	if err != nil {
		repo = &github.Repository{}
	}
	p.Alerts = fact(c.alerts(ctx), administration, "security_analysis")
	s := repo.GetSecurityAndAnalysis() // left out of the answer unless the token may see it
	p.SecretScanning = fact(switched(s.GetSecretScanning().GetStatus()), administration, "security_analysis")
	p.PushProtection = fact(switched(s.GetSecretScanningPushProtection().GetStatus()), administration, "security_analysis")
	p.SecurityUpdates = fact(c.updates(ctx, s.GetDependabotSecurityUpdates().GetStatus()), administration, "security_analysis")
	protected, required := c.branch(ctx, repo.GetDefaultBranch(), check)
	p.Protected = fact(protected, metadata, "branches")
	if check != "" {
		p.Required = fact(required, metadata, "branches")
	}
	return p
}

func switched(status string) checks.Answer {
	switch status {
	case "enabled":
		return checks.Yes
	case "disabled":
		return checks.No
	}
	return checks.Denied
}

// alerts asks for Dependabot alerts: 204 is on; 404 is off only if the answer says so, for a token that may not ask gets 404 as well.
func (c *Client) alerts(ctx context.Context) checks.Answer {
	req, err := c.api.NewRequest(http.MethodGet, "repos/"+c.run.Owner+"/"+c.run.Repository+"/vulnerability-alerts", nil)
	if err != nil {
		return checks.Denied
	}
	_, err = c.api.Do(ctx, req, nil)
	var answer *github.ErrorResponse
	switch {
	case err == nil:
		return checks.Yes
	case errors.As(err, &answer) && status(err) == http.StatusNotFound && strings.Contains(strings.ToLower(answer.Message), "disabled"):
		return checks.No
	}
	return checks.Denied
}

// updates asks for Dependabot security updates, unless the repository's own answer has told.
func (c *Client) updates(ctx context.Context, told string) checks.Answer {
	if a := switched(told); a != checks.Denied {
		return a
	}
	fixes, _, err := c.api.Repositories.GetAutomatedSecurityFixes(ctx, c.run.Owner, c.run.Repository)
	switch {
	case err != nil || fixes.Enabled == nil:
		return checks.Denied
	case *fixes.Enabled:
		return checks.Yes
	}
	return checks.No
}

// branch asks whether the default branch is protected, by a rule of its own or by a ruleset, and whether a check is required there.
func (c *Client) branch(ctx context.Context, name, check string) (protected, required checks.Answer) {
	if name == "" {
		return checks.Denied, checks.Denied
	}
	var contexts []string
	var branch struct { // of go-github's Branch the protection is missing
		Protected  bool
		Protection struct {
			Checks struct {
				Contexts []string
				Checks   []struct{ Context string }
			} `json:"required_status_checks"`
		}
	}
	req, err := c.api.NewRequest(http.MethodGet, "repos/"+c.run.Owner+"/"+c.run.Repository+"/branches/"+url.PathEscape(name), nil)
	if err != nil {
		return checks.Denied, checks.Denied
	}
	_, err = c.api.Do(ctx, req, &branch)
	known := err == nil
	contexts = append(contexts, branch.Protection.Checks.Contexts...)
	for _, s := range branch.Protection.Checks.Checks {
		contexts = append(contexts, s.Context)
	}
	rules, _, err := c.api.Repositories.GetRulesForBranch(ctx, c.run.Owner, c.run.Repository, url.PathEscape(name))
	for _, r := range rules {
		if r.Type == "required_status_checks" && r.Parameters != nil {
			contexts = append(contexts, ruleContexts(*r.Parameters)...)
		}
	}
	told := err == nil
	answer := func(yes bool) checks.Answer {
		switch {
		case yes:
			return checks.Yes
		case known && told:
			return checks.No
		}
		return checks.Denied
	}
	return answer(branch.Protected || len(rules) > 0), answer(slices.Contains(contexts, check))
}

// ruleContexts are the names of checks that a rule requires.
func ruleContexts(parameters json.RawMessage) (names []string) {
	var p struct {
		Checks []struct{ Context string } `json:"required_status_checks"`
	}
	if json.Unmarshal(parameters, &p) != nil {
		return nil
	}
	for _, c := range p.Checks {
		names = append(names, c.Context)
	}
	return names
}
