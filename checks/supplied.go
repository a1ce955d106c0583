package checks

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/prodcheck/internal/ingest"
	"github.com/prodcheck/prodcheck/internal/site/grade"
)

// A Supplied is what an output that a person supplied says of one row of the checklist.
type Supplied struct {
	Row      string
	Status   Status // Pass, Unknown or Fail
	Severity Severity
	Line     Line
}

// supply collects what the outputs say.
type supply struct {
	f   *Facts
	all []Supplied
}

// supplied returns what the outputs of the server's commands say of the rows, in the order of the checklist's commands.
func (f *Facts) supplied(red *redactor) []Supplied {
	o := f.Server
	if o == nil {
		return nil
	}
	s := &supply{f: f}
	s.containers(o.Containers)
	s.certificates(o.Certificates)
	s.answers(o)
	s.logs(o.Logs)
	s.nginx(o.Nginx)
	s.renewal(o.Renewal)
	for i := range s.all {
		l := &s.all[i].Line
		l.Text, l.Settle = red.line("operator-supplied: "+l.Text), red.line(l.Settle)
	}
	return s.all
}

func (s *supply) say(row string, status Status, severity Severity, at ingest.Output, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if at.Cut {
		text += ", as far as the file was read"
	}
	s.all = append(s.all, Supplied{row, status, severity, Line{Text: text, Place: Place{URL: at.File}}})
}

// suppliedPorts are the ports of what should not be open: the same that a probe tries.
var suppliedPorts = []int{5432, 3306, 6379, 27017, 9200, 11211}

func (s *supply) containers(c *ingest.Containers) {
	if c == nil {
		return
	}
	running, private := 0, 0
	var down, open []string
	for _, x := range c.List {
		name := x.Service
		if name == "" {
			name = x.Name
		}
		switch {
		case x.State == "running" && x.Health != "unhealthy" && !strings.HasPrefix(x.Status, "Restarting"):
			running++
		case x.State == "exited" && x.ExitCode == 0: // a job that did its work
		default:
			down = append(down, fmt.Sprintf("%s is %s", quote(name), strings.TrimSpace(x.State+" "+x.Health)))
		}
		for _, p := range x.Ports {
			switch {
			case !slices.Contains(suppliedPorts, p.Target):
			case p.Open():
				open = append(open, fmt.Sprintf("%s publishes %d at %s", quote(name), p.Published, p.Address))
			default:
				private++
			}
		}
	}
	switch {
	case len(down) > 0:
		s.say("commands.containers", Fail, High, c.Output, "%s", someOf(down, 4))
	case running == 0:
		s.say("commands.containers", Fail, High, c.Output, "no container is running")
	default:
		s.say("commands.containers", Pass, Info, c.Output, "%s", plural(running, "%d container is running", "%d containers are running"))
	}
	switch {
	case len(open) > 0: // past the host's firewall, whose rules docker's come before
		s.say("database.not-public", Fail, High, c.Output, "%s: docker publishes past the host's firewall", someOf(open, 4))
	case private > 0:
		s.say("database.not-public", Pass, Info, c.Output, "no port of a database is published")
	}
}

func (s *supply) certificates(c *ingest.Certificates) {
	if c == nil {
		return
	}
	const row = "commands.certificates"
	if len(c.List) == 0 {
		s.say(row, Fail, High, c.Output, "certbot has no certificate")
		return
	}
	var wrong, names []string
	covers := false
	for _, x := range c.List {
		names = append(names, x.Name)
		for _, d := range x.Domains {
			covers = covers || s.f.Site != nil && nameCovers(d, s.f.Site.Host)
		}
		switch {
		case x.Invalid != "":
			wrong = append(wrong, fmt.Sprintf("%s is %s", quote(x.Name), x.Invalid))
		case x.Expires.IsZero():
			wrong = append(wrong, fmt.Sprintf("%s has no date of expiry", quote(x.Name)))
		case !s.f.Today.IsZero() && x.Expires.Sub(s.f.Today) < 48*time.Hour:
			wrong = append(wrong, fmt.Sprintf("%s ends on %s", quote(x.Name), isoDate(x.Expires)))
		}
	}
	switch {
	case len(wrong) > 0:
		s.say(row, Fail, High, c.Output, "%s", someOf(wrong, 4))
	case s.f.Site != nil && !covers:
		s.say(row, Fail, High, c.Output, "certbot has no certificate for %s, but for %s", quote(s.f.Site.Host), someOf(names, 4))
	default:
		s.say(row, Pass, Info, c.Output, "certbot has a valid certificate for %s, until %s", someOf(c.List[0].Domains, 3), isoDate(c.List[0].Expires))
	}
}

// nameCovers reports whether a name of a certificate, which may begin with a star, covers a host.
func nameCovers(name, host string) bool {
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		_, parent, found := strings.Cut(host, ".")
		return found && strings.EqualFold(parent, rest)
	}
	return strings.EqualFold(name, host)
}

func (s *supply) answers(o *ingest.Outputs) {
	if a := o.HTTPS; a != nil && len(a.List) > 0 {
		if n := a.List[len(a.List)-1].Status; n >= 200 && n < 400 {
			s.say("commands.https", Pass, Info, a.Output, "HTTPS answers %d", n)
		} else {
			s.say("commands.https", Fail, High, a.Output, "HTTPS answers %d", n)
		}
	}
	if a := o.Redirect; a != nil && len(a.List) > 0 {
		first := a.List[0]
		to := ""
		if l := first.Headers["location"]; len(l) > 0 {
			to = l[0]
		}
		u, err := url.Parse(to)
		if first.Status >= 300 && first.Status < 400 && err == nil && u.Scheme == "https" {
			s.say("commands.redirect", Pass, Info, a.Output, "plain HTTP answers %d to %s", first.Status, quote(to))
		} else {
			s.say("commands.redirect", Fail, High, a.Output, "plain HTTP answers %d and does not redirect to HTTPS", first.Status)
		}
	}
	for _, a := range []*ingest.Answers{o.HSTS, o.HTTPS} {
		if a == nil {
			continue
		}
		var values []string
		if len(a.List) > 0 {
			values = a.List[0].Headers["strict-transport-security"]
		}
		if h := grade.ParseHSTS(values); h.Present && h.Invalid == "" && h.MaxAge > 0 {
			s.say("commands.hsts", Pass, Info, a.Output, "Strict-Transport-Security: %s", cutText(values[0]))
		} else {
			s.say("commands.hsts", Fail, Medium, a.Output, "no Strict-Transport-Security that is in force")
		}
		return
	}
}

func (s *supply) logs(l *ingest.Log) {
	if l == nil {
		return
	}
	const row = "commands.logs"
	if l.Lines == 0 {
		s.say(row, Unknown, Info, l.Output, "the log is empty")
		return
	}
	var found []string
	severity := Low
	for _, k := range []struct {
		kind, one, many string
		severity        Severity
	}{
		{ingest.TokenInURL, "%d line with a token or password in a URL", "%d lines with a token or password in a URL", High},
		{ingest.Traceback, "%d traceback", "%d tracebacks", Medium},
		{ingest.ServerError, "%d answer of 5xx", "%d answers of 5xx", Medium},
		{ingest.UpstreamDown, "%d time-out of the application", "%d time-outs of the application", Medium},
	} {
		if f := l.Of(k.kind); f != nil {
			found = append(found, plural(f.Count, k.one, k.many)+fmt.Sprintf(", first in line %d", f.First))
			severity = max(severity, k.severity)
		}
	}
	switch {
	case len(found) > 0:
		s.say(row, Fail, severity, l.Output, "%s", strings.Join(found, "; "))
	case l.Of(ingest.DisallowedHost) != nil: // scanners that ask by address: Django refuses them as it should
		s.say(row, Pass, Info, l.Output, "%s, no errors but requests with a foreign Host", plural(l.Lines, "%d line", "%d lines"))
	default:
		s.say(row, Pass, Info, l.Output, "%s without errors", plural(l.Lines, "%d line", "%d lines"))
	}
}

func (s *supply) nginx(n *ingest.Nginx) {
	if n == nil {
		return
	}
	for _, row := range []string{"docker.nginx-valid", "commands.nginx"} {
		switch {
		case !n.OK && len(n.Errors) > 0:
			s.say(row, Fail, High, n.Output, "nginx refuses its configuration: %s", cutText(n.Errors[0]))
		case !n.OK:
			s.say(row, Fail, High, n.Output, "nginx refuses its configuration")
		case len(n.Warnings) > 0:
			s.say(row, Pass, Info, n.Output, "nginx takes its configuration, with %s: %s", plural(len(n.Warnings), "%d warning", "%d warnings"), cutText(n.Warnings[0]))
		default:
			s.say(row, Pass, Info, n.Output, "nginx takes its configuration")
		}
	}
}

func (s *supply) renewal(l *ingest.Log) {
	if l == nil {
		return
	}
	const row = "commands.renewal-logs"
	bad, good, idle := l.Of(ingest.RenewalFailed), l.Of(ingest.Renewed), l.Of(ingest.NotDue)
	last := 0
	for _, f := range []*ingest.Found{good, idle} {
		if f != nil {
			last = max(last, f.Last)
		}
	}
	switch {
	case bad != nil && bad.Last > last:
		s.say(row, Fail, High, l.Output, "the last renewal failed, line %d", bad.Last)
	case good != nil:
		s.say(row, Pass, Info, l.Output, "certificates were renewed, line %d", good.Last)
	case idle != nil:
		s.say(row, Pass, Info, l.Output, "certbot runs, and no certificate was due, line %d", idle.Last)
	default:
		s.say(row, Unknown, Info, l.Output, "%s that say nothing of a renewal", plural(l.Lines, "%d line", "%d lines"))
	}
}
