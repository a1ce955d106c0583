package checks

// An Answer is what a yes-or-no question to the code-hosting platform brought. The zero value is not asked.
type Answer uint8

// The answers.
const (
	NotAsked Answer = iota
	Yes
	No
	Denied // the token may not know
)

// A Fact is one answer of the platform.
type Fact struct {
	Answer Answer
	// Permission is what the token lacks, as the platform's documentation names it, if the answer is Denied.
	Permission string
	// URL is where a person sees and changes it.
	URL string
}

// Platform is what the code-hosting platform says about the repository. These facts stand on no line of code, and so are no
// findings: they answer rows, and are told beside the checklist.
type Platform struct {
	Alerts          Fact // Dependabot alerts are on
	SecurityUpdates Fact // Dependabot security updates are on
	SecretScanning  Fact // secret scanning is on
	PushProtection  Fact // pushes that hold a secret are refused
	Protected       Fact // the default branch is protected
	Required        Fact // this check must pass before a merge to it
}

// A PlatformResult is one fact of the platform as reports tell it.
type PlatformResult struct {
	Key, Title string
	Status     Status // Pass, Fail or Unknown
	Line       Line
}

// results returns the facts that were asked for, in a fixed order.
func (p *Platform) results() (all []PlatformResult) {
	if p == nil {
		return nil
	}
	for _, q := range []struct {
		key, title, yes, no string
		fact                Fact
	}{
		{"dependabot-alerts", "Dependabot alerts are on", "Dependabot alerts are on", "Dependabot alerts are off: nobody is told of a vulnerable dependency", p.Alerts},
		{"dependabot-security-updates", "Dependabot security updates are on", "Dependabot security updates are on", "Dependabot security updates are off: nobody proposes the fixed version", p.SecurityUpdates},
		{"secret-scanning", "Secret scanning is on", "secret scanning is on", "secret scanning is off: a committed secret is not noticed", p.SecretScanning},
		{"push-protection", "Push protection is on", "pushes that hold a secret are refused", "push protection is off: a secret reaches the history before anybody sees it", p.PushProtection},
		{"branch-protected", "The default branch is protected", "the default branch is protected", "the default branch is not protected: anybody who may push changes production unseen", p.Protected},
		{"check-required", "This check is required", "this check must pass before a merge", "this check is not required on the default branch: a failing pull request can be merged", p.Required},
	} {
		res := PlatformResult{Key: q.key, Title: q.title}
		switch q.fact.Answer {
		case NotAsked:
			continue
		case Yes:
			res.Status, res.Line = Pass, Line{Text: q.yes}
		case No:
			res.Status, res.Line = Fail, Line{Text: q.no, Settle: q.fact.URL}
		default:
			res.Status = Unknown
			res.Line = Line{Text: "the token may not see whether " + q.yes, Settle: "a token with the permission " + q.fact.Permission}
		}
		all = append(all, res)
	}
	return all
}

// platformKey is the fact that answers a row, or "".
func platformKey(row *Row) string {
	switch {
	case row.Platform == "":
		return ""
	case row.Key == "updates.dependencies":
		return "dependabot-security-updates"
	}
	return "dependabot-alerts"
}
