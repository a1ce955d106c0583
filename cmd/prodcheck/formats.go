package main

import (
	"io"
	"time"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/report"
)

// formats are the words that --format of scan takes, the default first.
func formats() []string {
	return []string{"text", "json", "sarif", "html", "markdown", "junit", "gitlab", "gitlab-sast", "csv"}
}

// formatted writes a report in one of the formats that need nothing but the report, and says whether the format is one of them.
func formatted(w io.Writer, format string, rep *checks.Report, t *target, start time.Time) (bool, error) {
	switch format {
	case "html":
		return true, report.HTML(w, rep, report.HTMLOptions{Version: version, Name: t.name()})
	case "markdown":
		return true, report.Markdown(w, rep, report.MarkdownOptions{Version: version, Name: t.name()})
	case "junit":
		return true, report.JUnit(w, rep)
	case "csv":
		return true, report.CSV(w, rep)
	case "gitlab":
		return true, report.GitLab(w, rep, t.prefix())
	case "gitlab-sast":
		o := report.SASTOptions{Version: version, Prefix: t.prefix(), Start: start, End: time.Now(), Failed: len(stopped(rep)) > 0}
		return true, report.SAST(w, rep, o)
	}
	return false, nil
}
