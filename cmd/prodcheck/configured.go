package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

// vocabulary is what the checklist calls its rows and checks, for the configuration file.
func vocabulary() config.Vocabulary {
	v := config.Vocabulary{}
	for _, s := range checks.Checklist() {
		for _, r := range s.Rows {
			v.Rows = append(v.Rows, r.Key)
			if r.Days > 0 {
				v.Attestable = append(v.Attestable, r.Key)
			}
		}
	}
	for _, c := range checks.All() {
		for _, id := range append([]string{c.ID}, c.Aliases...) {
			v.Checks = append(v.Checks, id)
			if checks.NeedsEnd(c.Severity) {
				v.Grave = append(v.Grave, id)
			}
		}
	}
	for _, c := range checks.Live() {
		v.Checks = append(v.Checks, c.ID)
		if checks.NeedsEnd(c.Severity) {
			v.Grave = append(v.Grave, c.ID)
		}
	}
	for s := checks.Critical; ; s-- {
		v.Severities = append(v.Severities, s.String())
		if s == checks.Info {
			return v
		}
	}
}

// day returns today's date: that of --today, or of SOURCE_DATE, or the clock's, which counts in UTC.
func (a *app) day(t *target) (time.Time, error) {
	for _, given := range []struct{ name, value string }{{"--today", t.today}, {"SOURCE_DATE", a.getenv("SOURCE_DATE")}} {
		if given.value == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, given.value)
		if err != nil {
			return time.Time{}, usage("%s %s: not a date such as 2027-01-31", given.name, given.value)
		}
		return day, nil
	}
	return time.Now().UTC().Truncate(24 * time.Hour), nil
}

// configure reads the configuration file of the folder, or the one that the user named, and takes from it what no flag says.
func (a *app) configure(t *target, fsys fs.FS) (err error) {
	if t.day, err = a.day(t); err != nil {
		return err
	}
	file, err := t.configFile(fsys)
	if err != nil || file == nil {
		return err
	}
	f, err := config.Decode(file, vocabulary())
	if err == nil {
		err = f.On(t.day)
	}
	if err != nil {
		return misconfigured(err)
	}
	t.take(f)
	return nil
}

// misconfigured is a configuration error.
func misconfigured(err error) error { return &exit{statusUsage, err} }

// complaints are the lines in which an error is told: one for each thing that is wrong with a configuration file.
func complaints(err error) (lines []string) {
	var many config.Errors
	if !errors.As(err, &many) {
		return []string{err.Error()}
	}
	for _, e := range many {
		lines = append(lines, e.Error())
	}
	return lines
}

// configFile returns the configuration file, or nil if there is none. One that the user named must be there; the folder's own must
// be a regular file of it.
func (t *target) configFile(fsys fs.FS) (*source.File, error) {
	name, open := config.Name, fsys.Open
	if t.config != "" {
		name, open = filepath.ToSlash(t.config), func(string) (fs.File, error) { return os.Open(t.config) }
	} else if info, err := fs.Stat(fsys, name); err != nil || !info.Mode().IsRegular() {
		for _, other := range []string{".prodcheck.yaml", "prodcheck.yml", "prodcheck.yaml"} {
			if _, err := fs.Stat(fsys, other); err == nil {
				return nil, usage("%s is not read: name it %s", other, config.Name)
			}
		}
		return nil, nil
	}
	f, err := open(name)
	if err != nil {
		return nil, usage("the configuration cannot be read: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, config.MaxSize+1))
	if err != nil {
		return nil, usage("the configuration cannot be read: %w", err)
	}
	return source.NewFile(name, text), nil
}

// take takes from a configuration file what no flag says, and remembers where each value came from.
func (t *target) take(f *config.File) {
	t.file = f
	one := func(to *string, from config.Text, flag string) {
		if *to == "" && from.Value != "" {
			*to = from.Value
			t.spoke(flag, from.Span)
		}
	}
	many := func(to *[]string, from []config.Text, flag string) {
		if len(*to) > 0 {
			return
		}
		for _, v := range from {
			*to = append(*to, v.Value)
			t.spoke(flag, v.Span)
		}
	}
	p := f.Production
	one(&t.stated.Settings, p.Settings, "settings")
	one(&t.stated.Configuration, p.Configuration, "configuration")
	one(&t.stated.DjangoRoot, p.DjangoRoot, "django-root")
	many(&t.stated.Compose, p.Compose, "compose")
	many(&t.stated.EnvFiles, p.EnvFiles, "env-file")
	many(&t.stated.Dockerfiles, p.Dockerfiles, "dockerfile")
	many(&t.exclude, f.Exclude, "exclude")
}

func (t *target) spoke(flag string, at source.Span) {
	if t.said == nil {
		t.said = map[string][]source.Span{}
	}
	t.said[flag] = append(t.said[flag], at)
}

// origin names where the i-th value of a flag came from, as errors begin: the flag and its value, or a place of the file.
func (t *target) origin(flag string, i int, value string) string {
	if at := t.said[flag]; i < len(at) {
		p := at[i].Position()
		return fmt.Sprintf("%s:%d:%d: %s", at[i].Path(), p.Line, p.Column, value)
	}
	return "--" + flag + " " + value
}

// facts returns what the checks look at.
func (t *target) facts(r *repo.Repo) *checks.Facts {
	f := &checks.Facts{Repo: r, Today: t.day}
	if t.file != nil {
		f.Policy, f.Limits = policy(t.file), limits(t.file)
	}
	return f
}

// threshold returns the severity that fails a run: the flag's, else the file's, else the flag's default.
func (t *target) threshold(flag *choice, given bool) string {
	if !given && t.file != nil && t.file.FailOn.Value != "" {
		return t.file.FailOn.Value
	}
	return flag.value
}

func limits(f *config.File) checks.Limits {
	th := f.Thresholds
	return checks.Limits{JWTAccess: th.JWTAccess.Value, JWTRefresh: th.JWTRefresh.Value, HSTS: int64(th.HSTS.Value), SecretKey: th.SecretKeyLength.Value}
}

// policy is what a configuration file says about the checklist.
func policy(f *config.File) checks.Policy {
	p := checks.Policy{ForbidInline: !f.AllowInlineWaivers.Value, MaxDays: f.WaiverMaxDays.Value, Domains: texts(f.Domains), Frontends: texts(f.Frontends)}
	for _, a := range f.Attestations {
		p.Attestations = append(p.Attestations, checks.Attestation{Row: a.Row, By: a.By, On: a.On, Evidence: a.Evidence, Until: a.Until, At: place(a.Span)})
	}
	for _, e := range f.Rows {
		p.Exemptions = append(p.Exemptions, checks.Exemption{Row: e.Row, Reason: e.Reason, At: place(e.Span)})
	}
	for _, s := range f.Severities {
		to, err := checks.ParseSeverity(s.Severity)
		if err != nil {
			panic(err) // the file takes no other words
		}
		p.Severities = append(p.Severities, checks.SeverityChange{Check: s.Check, Severity: to, At: place(s.Span)})
	}
	for _, w := range f.Waivers {
		p.Waivers = append(p.Waivers, checks.Waiver{Check: w.Check, Path: w.Path, Reason: w.Reason, Owner: w.Owner, Until: w.Until, At: place(w.Span)})
	}
	return p
}

func place(s source.Span) checks.Place {
	start, end := s.Position(), s.File.Position(s.End)
	return checks.Place{Path: s.Path(), Line: start.Line, Column: start.Column, EndLine: end.Line, EndColumn: end.Column, File: s.File}
}

func texts(all []config.Text) (out []string) {
	for _, t := range all {
		out = append(out, t.Value)
	}
	return out
}
