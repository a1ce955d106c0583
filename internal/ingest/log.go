package ingest

import (
	"regexp"
	"strings"
)

// A Log is what was found in a log. Its lines are not kept: they may hold secrets.
type Log struct {
	Output
	Lines int // that were read
	Found []Found
}

// A Found is one kind of line.
type Found struct {
	Kind        string
	Count       int
	First, Last int // lines, from 1
}

// Of returns what was found of a kind, nil if nothing was.
func (l *Log) Of(kind string) *Found {
	for i := range l.Found {
		if l.Found[i].Kind == kind {
			return &l.Found[i]
		}
	}
	return nil
}

// A pattern is how a kind of line is known.
type pattern struct {
	kind string
	re   *regexp.Regexp
}

// Kinds of lines in the log of an application and of the proxy before it.
const (
	Traceback      = "traceback"
	ServerError    = "server-error"
	UpstreamDown   = "upstream"
	DisallowedHost = "disallowed-host"
	TokenInURL     = "token-in-url"
)

// Kinds of lines in the log of certbot.
const (
	Renewed       = "renewed"
	NotDue        = "not-due"
	RenewalFailed = "renewal-failed"
)

var application = []pattern{
	{Traceback, regexp.MustCompile(`Traceback \(most recent call last\):`)},
	// the status of an access log, gunicorn's and nginx's, or the logger of Django
	{ServerError, regexp.MustCompile(`" 50[0-4] |django\.request.*Internal Server Error|Internal Server Error: /`)},
	{UpstreamDown, regexp.MustCompile(`upstream timed out|connect\(\) failed|no live upstreams|WORKER TIMEOUT|Worker .*was sent SIGKILL`)},
	{DisallowedHost, regexp.MustCompile(`DisallowedHost|Invalid HTTP_HOST header`)},
	{TokenInURL, regexp.MustCompile(`(?i)[?&](?:token|access_token|refresh_token|password|passwd|secret|api_?key|jwt)=[^&\s"]{4}`)},
}

var renewal = []pattern{
	{Renewed, regexp.MustCompile(`all renewals succeeded|Successfully received certificate|new certificate deployed|\(success\)`)},
	{NotDue, regexp.MustCompile(`No renewals were attempted|not (?:yet )?due for renewal`)},
	{RenewalFailed, regexp.MustCompile(`Failed to renew|renewals failed|renew failure|Some challenges have failed|\(failure\)|too many certificates`)},
}

// log looks for each kind of line. A line longer than 64 KiB is looked at up to there.
func log(at Output, text string, patterns []pattern) *Log {
	out := &Log{Output: at}
	for line := range strings.Lines(text) {
		out.Lines++
		line = line[:min(len(line), 64<<10)]
		for _, p := range patterns {
			if !p.re.MatchString(line) {
				continue
			}
			f := out.Of(p.kind)
			if f == nil {
				out.Found = append(out.Found, Found{Kind: p.kind, First: out.Lines})
				f = &out.Found[len(out.Found)-1]
			}
			f.Count++
			f.Last = out.Lines
		}
	}
	return out
}
