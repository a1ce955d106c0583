package checks

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// A Waiver takes findings of one check out of force, for a reason and until a day. A person answers for it.
type Waiver struct {
	Check  string
	Path   string // a glob of root-relative paths, with ** for any folders; of one beside the code, the path itself
	Reason string
	Owner  string    // "" for one beside the code: git knows who wrote it
	Until  time.Time // the last day on which it is in force; zero: no end
	At     Place
	// Inline is true for one that stands beside the code, and Code is the line of code that it speaks of, blanks aside.
	Inline bool
	Code   string

	line   int // of Code, for an inline one
	defect string
	used   int
}

// Told says in a few words until when the waiver is in force, whose it is and why.
func (w *Waiver) Told() string {
	text := "waived"
	if !w.Until.IsZero() {
		text += " until " + isoDate(w.Until)
	}
	if w.Owner != "" {
		text += " by " + w.Owner
	}
	return text + ": " + w.Reason
}

// A NoticeKind says what a notice is about.
type NoticeKind uint8

// The kinds of notices.
const (
	AttestationDue NoticeKind = iota // lapsed or about to
	WaiverEnding                     // in force, and not for long
	WaiverOver                       // ended, so that what it waived is a finding again
	WaiverVoid                       // not in force: no reason, no end where one is needed, an end too far off, unknown check
	WaiverUnused                     // matches nothing
	WaiverAdded                      // by the pull request that would profit from it: in force once it is merged
)

var noticeNames = [...]string{"attestation-due", "waiver-ending", "waiver-over", "waiver-void", "waiver-unused", "waiver-added"}

// String returns the kind as JSON writes it.
func (k NoticeKind) String() string { return noticeNames[min(int(k), len(noticeNames)-1)] }

// A Notice is one line about what people said, beside the findings.
type Notice struct {
	Kind NoticeKind
	Key  string // the row or check it is about
	Line
}

// NeedsEnd reports whether a waiver of findings of a severity must have an end.
func NeedsEnd(s Severity) bool { return s >= High }

// defectOf says why a waiver cannot be in force on a day whatever it matches, or "".
func (w *Waiver) defectOf(p *Policy, today time.Time) string {
	c := Lookup(w.Check)
	switch {
	case c == nil:
		return fmt.Sprintf("there is no check %q", w.Check)
	case w.Inline && p.ForbidInline:
		return "waivers beside the code are not allowed here"
	case strings.TrimSpace(w.Reason) == "":
		return "it gives no reason"
	case w.Until.IsZero() && NeedsEnd(c.Severity):
		return fmt.Sprintf("%s is %s: say until when", c.ID, c.Severity)
	case w.Until.IsZero():
		return ""
	case today.IsZero():
		return "what day it is today is not known"
	case daysBetween(today, w.Until) > p.maxDays():
		return fmt.Sprintf("it ends on %s, more than %d days from today", isoDate(w.Until), p.maxDays())
	}
	return ""
}

// matches reports whether the waiver is about a finding.
func (w *Waiver) matches(f *ReportedFinding) bool {
	if c := Lookup(w.Check); c != f.Check {
		return false
	}
	if w.Inline {
		return f.Place.Path == w.Path && max(1, f.Place.Line) == w.line
	}
	return globs(w.Path, f.Place.Path)
}

// waive moves findings that are waived out of the results, and returns what is to be said of the waivers.
func waive(f *Facts, results []*Result, red *redactor) (notices []Notice) {
	p := &f.Policy
	all := slices.Clone(p.Waivers)
	inline := Inline(f.Repo)
	base := slices.Clone(p.Base)
	for i := range inline {
		w := &inline[i]
		if p.OnlyBase {
			if n := slices.IndexFunc(base, w.same); n >= 0 {
				base = slices.Delete(base, n, n+1)
			} else {
				notices = append(notices, w.notice(WaiverAdded, "%s is waived by this pull request itself: that is in force once it is merged", w.Check))
				continue
			}
		}
		all = append(all, *w)
	}
	for i := range all {
		all[i].defect = all[i].defectOf(p, f.Today)
	}
	for _, res := range results {
		var kept []*ReportedFinding
		for _, fd := range res.Findings {
			if w := waiverOf(all, fd, f.Today); w != nil {
				told := *w
				told.Reason, told.Owner = red.line(w.Reason), red.line(w.Owner)
				fd.Waiver = &told
				res.Waived = append(res.Waived, fd)
			} else {
				kept = append(kept, fd)
			}
		}
		res.Findings = kept
	}
	for i := range all {
		notices = append(notices, all[i].judge(f.Today)...)
	}
	for i := range notices {
		notices[i].Text = red.line(notices[i].Text)
		if notices[i].Place.Path != "" && notices[i].Place.File != nil {
			notices[i].Place = red.place(notices[i].Place.File.LineSpan(notices[i].Place.Line))
		}
	}
	slices.SortStableFunc(notices, func(a, b Notice) int { return cmp.Or(comparePlaces(a.Place, b.Place), cmp.Compare(a.Kind, b.Kind)) })
	return notices
}

// waiverOf returns the waiver that takes a finding out of force. Waivers that would, but are over or void, are marked as used.
func waiverOf(all []Waiver, fd *ReportedFinding, today time.Time) (by *Waiver) {
	for i := range all {
		w := &all[i]
		if !w.matches(fd) {
			continue
		}
		w.used++
		switch {
		case w.defect != "" || w.over(today):
		case w.Until.IsZero() && NeedsEnd(fd.Severity):
			w.defect = fmt.Sprintf("the finding is %s: say until when", fd.Severity)
		case by == nil:
			by = w
		}
	}
	return by
}

func (w *Waiver) over(today time.Time) bool { return !w.Until.IsZero() && today.After(w.Until) }

// judge says what is worth saying of a waiver once it was held against all findings.
func (w *Waiver) judge(today time.Time) []Notice {
	switch {
	case w.defect != "":
		return []Notice{w.notice(WaiverVoid, "the waiver of %s is not in force: %s", w.Check, w.defect)}
	case w.over(today) && w.used > 0:
		return []Notice{w.notice(WaiverOver, "the waiver of %s ended on %s, %s ago: what it waived is a finding again", w.Check, isoDate(w.Until), days(daysBetween(w.Until, today)))}
	case w.used == 0:
		return []Notice{w.notice(WaiverUnused, "the waiver of %s matches nothing: take it out", w.Check)}
	case !w.Until.IsZero() && daysBetween(today, w.Until) <= 14:
		left := "in " + days(daysBetween(today, w.Until))
		if w.Until.Equal(today) {
			left = "today"
		}
		return []Notice{w.notice(WaiverEnding, "the waiver of %s ends %s, on %s", w.Check, left, isoDate(w.Until))}
	}
	return nil
}

func (w *Waiver) notice(kind NoticeKind, format string, args ...any) Notice {
	return Notice{kind, w.Check, Line{Text: fmt.Sprintf(format, args...), Place: w.At}}
}

// same reports whether two waivers say the same of the same: of those beside the code, of the same line of code.
func (w *Waiver) same(o Waiver) bool {
	return w.Check == o.Check && w.Path == o.Path && w.Reason == o.Reason && w.Owner == o.Owner && w.Until.Equal(o.Until) &&
		w.Inline == o.Inline && w.Code == o.Code
}

// globs reports whether a root-relative path matches a glob: ** is any number of folders, the rest is as path.Match has it. A
// glob without a slash is about the file's name, and ** alone also about findings that stand nowhere.
func globs(glob, name string) bool {
	if glob == "**" {
		return true
	}
	if name == "" {
		return false
	}
	glob = strings.TrimPrefix(strings.TrimPrefix(glob, "./"), "/")
	if !strings.Contains(glob, "/") {
		name = path.Base(name)
	}
	if strings.HasSuffix(glob, "/") {
		glob += "**"
	}
	return globParts(strings.Split(glob, "/"), strings.Split(name, "/"))
}

// globParts matches in one pass with one point to come back to: the last **, which takes one folder more each time.
func globParts(glob, name []string) bool {
	g, n, back, from := 0, 0, -1, 0
	for n < len(name) {
		if g < len(glob) && glob[g] == "**" {
			back, from = g, n
			g++
			continue
		}
		if g < len(glob) {
			if ok, _ := path.Match(glob[g], name[n]); ok {
				g, n = g+1, n+1
				continue
			}
		}
		if back < 0 {
			return false
		}
		from++
		g, n = back+1, from
	}
	for g < len(glob) && glob[g] == "**" {
		g++
	}
	return g == len(glob)
}
