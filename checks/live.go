package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A LiveCheck verifies one thing that only the running site can show. To reporters it is a Check like the others; Bad and Good are
// archives of one file, site.json: facts of a site that fails and of one that passes. What it could not look at it says to be
// unknown, with the reason: a pass is never silent.
type LiveCheck struct {
	Check
	// Run shadows the Run of Check, which is nil.
	Run func(*site.Site, *Verdict)
}

// Live returns every check of the running site, in the order in which the checklist names them first.
func Live() []*LiveCheck {
	return []*LiveCheck{
		liveDebugPage, liveHTTPSRedirect, liveCookies, liveHSTS, liveFileExposed, liveDNS, liveDNSIPv6, livePorts, liveCertificate, liveTLSGrade,
		liveHeadersGrade, liveCORS, liveMixedContent, liveDatabasePortOpen, liveTLSProtocols, liveTLSCiphers, liveSecurityHeaders, liveRateLimit,
		liveServerTokens, liveOCSPStapling, liveCompression, liveBodyLimit, liveAdminReachable, liveCSRF, liveErrorPages, liveObservatoryGrade,
		liveHSTSPreload, liveCertificateTransparency,
	}
}

// LookupLive returns the live check with the given id, or nil.
func LookupLive(id string) *LiveCheck {
	for _, c := range Live() {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Everything returns the checks of the repository and then those of the running site.
func Everything() []*Check {
	all := All()
	for _, c := range Live() {
		all = append(all, &c.Check)
	}
	return all
}

// askSite asks every live check; nothing if no site was looked at.
func (f *Facts) askSite(red *redactor) (all []*Result) {
	if f.Site == nil {
		return nil
	}
	for _, c := range Live() {
		v := askLive(c, f)
		f.Policy.apply(v)
		res := report(v, red)
		res.Live = true
		all = append(all, res)
	}
	return all
}

// askLive runs one live check, as ask runs one of the repository.
func askLive(c *LiveCheck, f *Facts) (v *Verdict) {
	v = &Verdict{check: &c.Check, limits: f.Limits}
	defer func() {
		if e := recover(); e != nil {
			v = &Verdict{check: &c.Check, stopped: true}
			v.unknownAt(f.Site.URL, "report this as a bug of prodcheck", "the check stopped on an internal error: %v", e)
		}
	}()
	c.Run(f.Site, v)
	return v
}

// failAt says that what the check is about does not hold at a URL or host.
func (v *Verdict) failAt(at, format string, args ...any) *Finding {
	fd := v.Fail(source.Evidence{}, format, args...)
	fd.URL = at
	return fd
}

// unknownAt says that something could not be tested from here, and what would settle it.
func (v *Verdict) unknownAt(at, settle, format string, args ...any) {
	v.Unknown(source.Evidence{}, settle, format, args...)
	v.unknowns[len(v.unknowns)-1].URL = at
}

// passAt says that the thing holds at a URL or host, and what shows it.
func (v *Verdict) passAt(at, format string, args ...any) {
	v.Pass(source.Evidence{}, format, args...)
	v.passes[len(v.passes)-1].URL = at
}

// because adds what led to a finding, nearest first.
func (f *Finding) because(notes ...string) *Finding {
	for _, n := range notes {
		f.Evidence.Trail = append(f.Evidence.Trail, source.Step{Note: n})
	}
	return f
}

// answered returns the page of the site, or says that there is none and returns nil.
func answered(s *site.Site, v *Verdict) *site.Response {
	if r := s.HTTPS.Last(); r.OK() {
		return r
	}
	unanswered(s, v)
	return nil
}

// unanswered says in the same words for every check that the site was not reached.
func unanswered(s *site.Site, v *Verdict) {
	settle := "run it from where the site can be reached"
	switch {
	case len(s.DNS.Refused) > 0 && len(s.DNS.Addresses) == 0:
		v.unknownAt(s.URL, "prodcheck verify --allow-private, if it is meant to be", "nothing was asked: %s", s.DNS.Refused[0])
	case s.DNS.Error != "":
		v.unknownAt(s.URL, settle, "nothing was asked: %s does not resolve", quote(s.Host))
	case s.HTTPS.Last() != nil:
		v.unknownAt(s.URL, settle, "the site gives no answer over HTTPS: %s", s.HTTPS.Last().Error)
	default:
		v.unknownAt(s.URL, settle, "the site was not asked: %s", problemOf(s, "no answer", "dns", "http", "time"))
	}
}

// unlooked says why a part of the facts is not there.
func unlooked(s *site.Site, v *Verdict, what string, probes ...string) {
	if s.Depth == site.Basic {
		v.unknownAt(s.URL, "prodcheck verify --depth full", "%s is not looked at with --depth basic", what)
		return
	}
	if !s.HTTPS.First().OK() {
		unanswered(s, v)
		return
	}
	v.unknownAt(s.URL, "run it again", "%s could not be looked at: %s", what, problemOf(s, "nothing was noted of it", append(probes, "time")...))
}

// problemOf returns what went wrong with one of the probes, or a default.
func problemOf(s *site.Site, otherwise string, probes ...string) string {
	for _, p := range s.Problems {
		if slices.Contains(probes, p.Probe) {
			return p.Text
		}
	}
	return otherwise
}

// fromWithin reports whether the site was reached at an address of this machine or of a private network: what is open or closed there
// says little of the internet.
func fromWithin(s *site.Site) (string, bool) {
	for _, a := range s.DNS.Addresses {
		if ip, err := netip.ParseAddr(a); err == nil && (ip.IsLoopback() || ip.IsPrivate()) {
			return a, true
		}
	}
	return "", false
}

// quote quotes text of a server, cut to what a line has room for.
func quote(s string) string { return fmt.Sprintf("%q", cutText(s)) }

// cutText cuts text of a server to what a line has room for. Reporters make it inert.
func cutText(s string) string {
	const most = 120
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// someOf names the first of many.
func someOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
