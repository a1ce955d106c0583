package checks

import (
	"time"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/ingest"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/site"
)

// Facts are all that a check may look at.
type Facts struct {
	Repo   *repo.Repo
	Limits Limits
	// Today is the day on which attestations and waivers are judged, at midnight UTC. On the zero day no attestation holds and
	// no waiver that has an end is in force.
	Today time.Time
	// Policy is what people said about the checklist.
	Policy Policy
	// Platform is what the code-hosting platform said; nil if it was not asked.
	Platform *Platform
	// Site is what was seen of the running site; nil if it was not looked at.
	Site *site.Site
	// Server is what an operator's commands printed; nil if nothing was supplied.
	Server *ingest.Outputs
	// SiteOnly says that there is no repository, and Repo is empty: rows that nothing but a repository answers are left out.
	SiteOnly bool
}

// Limits are the thresholds that the user may configure. The zero value of a field means the checklist's own figure.
type Limits struct {
	JWTAccess  time.Duration // longest SimpleJWT access token lifetime; 5 hours
	JWTRefresh time.Duration // longest SimpleJWT refresh token lifetime; 7 days
	HSTS       int64         // seconds; 63072000
	SecretKey  int           // shortest secret key in characters; 64
}

func (l Limits) withDefaults() Limits {
	if l.JWTAccess == 0 {
		l.JWTAccess = 5 * time.Hour
	}
	if l.JWTRefresh == 0 {
		l.JWTRefresh = 7 * 24 * time.Hour
	}
	if l.HSTS == 0 {
		l.HSTS = 63072000
	}
	if l.SecretKey == 0 {
		l.SecretKey = 64
	}
	return l
}

// Projects returns the Django projects that production runs, in order of their root.
func (f *Facts) Projects() []*deploy.Project { return f.Repo.Deployment.Projects }
