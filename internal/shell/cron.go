package shell

import (
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A CronJob is one line of a crontab.
type CronJob struct {
	Schedule string // "0 3 * * *", "@daily"
	User     string // of a system crontab
	Span     source.Span
	Script   *Script
}

var cronLine = regexp.MustCompile(`^[ \t]*(@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|` +
	`(?:[0-9*][0-9*/,~-]*[ \t]+){3}[0-9*A-Za-z][0-9A-Za-z*/,~-]*[ \t]+[0-9*A-Za-z][0-9A-Za-z*/,~-]*)[ \t]+([^\s#].*)$`)

var cronUser = regexp.MustCompile(`^([a-z_][a-z0-9_-]*)[ \t]+(.*)$`)

// ParseCron reads a crontab. System says that it names a user on each line, as /etc/crontab and /etc/cron.d/* do.
func ParseCron(f *source.File, system bool) []CronJob {
	var jobs []CronJob
	text := string(f.Text[:min(len(f.Text), maxSize)])
	for start := 0; start < len(text) && len(jobs) < 1000; {
		end, next := len(text), len(text)
		if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
			end, next = start+n, start+n+1
		}
		end = start + len(strings.TrimRight(text[start:end], "\r"))
		if from, job, ok := cronJob(text[start:end], system); ok && end-start < maxText {
			job.Span = source.Span{File: f, Start: start, End: end}
			at := source.Span{File: f, Start: start + from, End: end}
			job.Script = ParseText(at, at.Text())
			jobs = append(jobs, job)
		}
		start = next
	}
	return jobs
}

// cronJob reads one line and returns where its command starts.
func cronJob(line string, system bool) (from int, job CronJob, ok bool) {
	if len(line) > maxText {
		return 0, job, false
	}
	m := cronLine.FindStringSubmatchIndex(line)
	if m == nil {
		return 0, job, false
	}
	job.Schedule, from = line[m[2]:m[3]], m[4]
	if system {
		u := cronUser.FindStringSubmatchIndex(line[from:])
		if u == nil {
			return 0, job, false
		}
		job.User = line[from+u[2] : from+u[3]]
		from += u[4]
	}
	return from, job, true
}

// cronLines finds the jobs that a command writes to a crontab: echo "0 3 * * * …" | crontab -, cat > /etc/cron.d/x <<EOF.
func (in *interp) cronLines(cmd *Command, c ctx) {
	if len(cmd.Args) == 0 || !cmd.Args[0].Known {
		return
	}
	target := ""
	for _, r := range cmd.Redirects {
		if strings.HasPrefix(r.Op, ">") {
			target = r.File.Text
		}
	}
	name := base(cmd.Args[0].Text)
	if name == "tee" && len(cmd.Args) > 1 {
		target = cmd.Args[len(cmd.Args)-1].Text
	}
	toCron := strings.Contains(target, "cron")
	system := strings.Contains(target, "cron.d/") || strings.HasSuffix(target, "/crontab")
	read := func(r rope, w Word) {
		text := r.String()
		for start := 0; start < len(text); {
			end := len(text)
			if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
				end = start + n
			}
			if from, _, ok := cronJob(text[start:end], system); ok && len(cmd.Inner) < 100 {
				if s := in.script(r.cut(start+from, end), w, c); s != nil {
					cmd.Inner = append(cmd.Inner, s)
				}
			}
			start = end + 1
		}
	}
	switch name {
	case "echo", "printf":
		if c.pipe || toCron {
			for _, w := range cmd.Args[1:] {
				read(w.rope, w)
			}
		}
	case "cat", "tee", "crontab":
		if name == "crontab" || toCron {
			for _, h := range cmd.Heredocs {
				read(rope{{text: h.Text, at: h.Body, exact: h.Text == h.Body.Text(), known: true}}, Word{Span: h.Body})
			}
		}
	}
}
