package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/checks"
)

type codeQuality struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
}

// GitLab writes the findings as GitLab's code quality report, which its merge requests show beside the lines
// (docs.gitlab.com/ci/testing/code_quality). Paths get the prefix in front: GitLab wants them from the root of the repository.
func GitLab(w io.Writer, r *checks.Report, prefix string) error {
	out := []codeQuality{}
	ids := identities{}
	eachFinding(r, func(f *checks.ReportedFinding) {
		out = append(out, codeQuality{
			Description: safe(f.Message), CheckName: f.Check.ID, Fingerprint: ids.of(f),
			Severity: [...]string{"info", "minor", "major", "critical", "blocker"}[f.Severity],
			Location: codeQualityLocation{prefixed(prefix, f.Place.Path), codeQualityLines{max(1, f.Place.Line)}},
		})
	})
	return encode(w, "code quality report", out)
}

// SASTOptions say what a report does not know about itself.
type SASTOptions struct {
	Version    string // of the tool
	Prefix     string // path of the scanned folder in the repository
	Start, End time.Time
	Failed     bool // a check ended on an internal error
}

type sast struct {
	Schema          string              `json:"schema"`
	Version         string              `json:"version"`
	Scan            sastScan            `json:"scan"`
	Vulnerabilities []sastVulnerability `json:"vulnerabilities"`
}

type sastScan struct {
	Analyzer sastTool `json:"analyzer"`
	Scanner  sastTool `json:"scanner"`
	Type     string   `json:"type"`
	Start    string   `json:"start_time"`
	End      string   `json:"end_time"`
	Status   string   `json:"status"`
}

type sastTool struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	URL     string `json:"url"`
	Version string `json:"version"`
	Vendor  struct {
		Name string `json:"name"`
	} `json:"vendor"`
}

type sastVulnerability struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Severity    string           `json:"severity"`
	Solution    string           `json:"solution,omitempty"`
	Identifiers []sastIdentifier `json:"identifiers"`
	Links       []sastLink       `json:"links,omitempty"`
	Location    sastLocation     `json:"location"`
}

type sastIdentifier struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

type sastLink struct {
	URL string `json:"url"`
}

type sastLocation struct {
	File  string `json:"file"`
	Start int    `json:"start_line"`
	End   int    `json:"end_line"`
}

// The version of GitLab's security report schema that SAST writes, and the longest texts that it takes.
const (
	sastVersion = "15.2.1"
	sastSchema  = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" + sastVersion + "/dist/sast-report-format.json"
	maxName     = 255
	maxSolution = 7000
)

// SAST writes the findings as GitLab's security report of static analysis, for its security dashboard and merge requests.
func SAST(w io.Writer, r *checks.Report, o SASTOptions) error {
	tool := sastTool{ID: "prodcheck", Name: "prodcheck", URL: strings.TrimSuffix(Docs, "/blob/main/docs/checks/"), Version: o.Version}
	tool.Vendor.Name = "prodcheck"
	const format = "2006-01-02T15:04:05" // in UTC, without a zone
	out := sast{Schema: sastSchema, Version: sastVersion, Vulnerabilities: []sastVulnerability{}, Scan: sastScan{
		Analyzer: tool, Scanner: tool, Type: "sast", Status: "success", Start: o.Start.UTC().Format(format), End: o.End.UTC().Format(format),
	}}
	if o.Failed {
		out.Scan.Status = "failure"
	}
	ids := identities{}
	eachFinding(r, func(f *checks.ReportedFinding) {
		v := sastVulnerability{
			ID: uuid(ids.of(f)), Name: cutBytes(safe(f.Check.Title), maxName), Severity: sastSeverity(f.Severity),
			Description: safe(f.Message) + ".\n\n" + safe(f.Check.Why), Solution: cutBytes(safe(f.Fix), maxSolution),
			Identifiers: []sastIdentifier{{"prodcheck_check_id", f.Check.ID, f.Check.ID, Docs + f.Check.ID + ".md"}},
			Location:    sastLocation{prefixed(o.Prefix, f.Place.Path), max(1, f.Place.Line), max(1, f.Place.EndLine)},
		}
		if how := trailText(f.Trail); how != "" {
			v.Description += "\n\nfrom " + safe(how)
		}
		for _, ref := range f.Check.Refs {
			v.Links = append(v.Links, sastLink{ref})
		}
		out.Vulnerabilities = append(out.Vulnerabilities, v)
	})
	return encode(w, "SAST report", out)
}

func sastSeverity(s checks.Severity) string {
	return [...]string{"Info", "Low", "Medium", "High", "Critical"}[min(s, checks.Critical)]
}

// eachFinding goes through the findings that stand in a file, in the order of the checklist.
func eachFinding(r *checks.Report, do func(*checks.ReportedFinding)) {
	for _, res := range r.Results {
		for _, f := range res.Findings {
			if f.Place.Path != "" {
				do(f)
			}
		}
	}
}

func prefixed(prefix, name string) string {
	name = safe(name)
	if prefix == "" {
		return name
	}
	return safe(prefix) + "/" + name
}

// identities gives findings names that stay when lines move: made of what is said, where, and of which line of code.
type identities map[string]int

func (ids identities) of(f *checks.ReportedFinding) string {
	key := strings.Join([]string{f.Check.ID, f.Place.Path, f.Message, strings.Join(strings.Fields(f.Place.Excerpt), " ")}, "\x00")
	n := ids[key]
	ids[key]++
	if n > 0 {
		key += fmt.Sprintf("\x00%d", n) // the same once more in one file
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// uuid writes 32 hexadecimal digits as a UUID of version 8, whose content is free (RFC 9562, section 5.8).
func uuid(h string) string {
	return h[:8] + "-" + h[8:12] + "-8" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
