package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
	"github.com/prodcheck/prodcheck/internal/github"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/report"
	"github.com/prodcheck/prodcheck/sarif"
)

func (a *app) action() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "action",
		Short: "Scan as a step of a GitHub workflow",
		Long: `Action is what the container action runs: it scans the workspace, tells new findings of a pull request from old ones, annotates
lines, writes the step summary, the outputs and the SARIF file, comments on the pull request and uploads to code scanning.

Each flag is an input of the action. Exit status: 0 nothing at or over fail-on, 1 findings, 2 usage or configuration, 3 the scan
could not do its whole job. What GitHub's API answers never changes it.`,
		Args: cobra.NoArgs,
	}
	for _, in := range inputs() {
		cmd.Flags().String(in.name, "", in.usage)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s := &step{app: a, runner: github.NewRunner(a.stdout, a.getenv), started: time.Now()}
		err := s.run(cmd)
		var x *exit
		if errors.As(err, &x) && x.err != nil {
			s.fail(x)
		}
		return err
	}
	return cmd
}

// A step is one run of the action.
type step struct {
	*app
	runner    *github.Runner
	asked     *asked
	gh        *github.Run
	workspace string
	target    target
	repo      *repo.Repo
	report    *checks.Report
	base      base
	found     *foundTree     // the base commit's tree, once it was looked for
	judged    *checks.Policy // by which a proposed change is judged, nil for the target's own
	newOnly   bool
	failOn    string
	stopped   []string
	started   time.Time
	told      bool // the outcome is in the outputs
}

func (s *step) run(cmd *cobra.Command) (err error) {
	if s.asked, err = ask(cmd, s.runner.Input); err != nil {
		return err
	}
	var unread error
	if s.gh, unread = github.ReadRun(s.getenv); unread != nil {
		s.warn(unread.Error())
	}
	if err := s.refuse(); err != nil {
		return err
	}
	s.workspace = cmp.Or(s.getenv("GITHUB_WORKSPACE"), ".")
	folder, err := s.asked.place(s.workspace, "path")
	if err != nil {
		return err
	}
	s.target = s.asked.target()
	if err := s.configFile(); err != nil {
		return err
	}
	for _, name := range []string{"sarif-file", "json-file", "baseline"} {
		if _, err := s.asked.place(s.workspace, name); err != nil {
			return err
		}
	}
	s.target = s.asked.target()
	if s.repo, err = s.load(cmd.Context(), &s.target, []string{filepath.Join(s.workspace, filepath.FromSlash(folder))}); err != nil {
		return err
	}
	if s.proposed() {
		if err := s.judgeByBase(cmd.Context()); err != nil {
			return err
		}
	}
	s.failOn = s.asked.get("fail-on")
	if f := s.target.file; f != nil && f.FailOn.Value != "" && !s.asked.given["fail-on"] {
		s.failOn = f.FailOn.Value
	}
	s.report = checks.Run(s.facts(s.repo))
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	s.stopped = stopped(s.report)
	s.newOnly = s.asked.is("new-only") || !s.asked.given["new-only"] && s.proposed()
	if err := s.findBase(cmd.Context()); err != nil {
		return err
	}
	return s.deliver(cmd.Context())
}

// configFile makes the path of the configuration file one that is inside the workspace, whatever links there are.
func (s *step) configFile() error {
	name, err := s.asked.place(s.workspace, "config")
	if err != nil || name == "" {
		return err
	}
	root, err := os.OpenRoot(s.workspace)
	if err != nil {
		return failed("the workspace cannot be read: %w", err)
	}
	defer root.Close()
	if info, err := root.Stat(filepath.FromSlash(name)); err != nil {
		return usage("config: %q: %w", name, plainPath(err))
	} else if !info.Mode().IsRegular() {
		return usage("config: %q: not a regular file", name)
	}
	s.target.config = filepath.Join(s.workspace, filepath.FromSlash(name))
	return nil
}

// proposed reports whether the run is about a change that is not merged yet.
func (s *step) proposed() bool { return s.gh.Pull != nil || s.gh.Event == "merge_group" }

// refuse stops a run that would give a stranger's files the rights of this repository.
func (s *step) refuse() error {
	if s.gh.Event == "pull_request_target" && (s.gh.Pull == nil || s.gh.Pull.Foreign()) {
		return usage("pull_request_target runs with the rights of this repository, and this pull request comes from another one: run on pull_request instead (docs/guides/forks.md)")
	}
	return nil
}

// deliver tells the outcome everywhere and returns the exit status, which depends on nothing but findings and threshold.
func (s *step) deliver(ctx context.Context) error {
	s.log()
	sarifFile := s.write("sarif-file", s.sarif)
	jsonFile := s.write("json-file", func(w io.Writer) error {
		o := s.options()
		return report.JSON(w, s.report, report.JSONOptions{Version: version, Proposed: &report.Proposed{
			Comparison: o.Comparison, Base: o.Base, NoBase: o.NoBase, FailOn: o.FailOn, NewOnly: o.NewOnly, Stopped: o.Stopped,
		}})
	})
	if s.asked.is("annotations") {
		s.annotate()
	}
	if s.asked.is("summary") {
		s.summarize()
	}
	s.outputs(sarifFile, jsonFile)
	s.send(ctx)
	switch {
	case len(s.stopped) > 0:
		return failed("internal error in %s: please report it at %s/issues", strings.Join(s.stopped, ", "), home)
	case s.failing():
		return &exit{status: statusFindings}
	}
	return nil
}

// failing reports whether a finding that counts is at or over the threshold. Without a base every finding counts.
func (s *step) failing() bool {
	if s.base.comparison == nil || !s.newOnly {
		return gate(s.report, s.failOn)
	}
	isNew := s.base.comparison.IsNew()
	return gate(&checks.Report{Results: filter(s.report.Results, isNew)}, s.failOn)
}

func filter(all []*checks.Result, keep func(*checks.ReportedFinding) bool) (out []*checks.Result) {
	for _, res := range all {
		r := &checks.Result{Check: res.Check}
		for _, f := range res.Findings {
			if keep(f) {
				r.Findings = append(r.Findings, f)
			}
		}
		out = append(out, r)
	}
	return out
}

// log writes the whole report where the workflow's log is read.
func (s *step) log() {
	var b bytes.Buffer
	err := report.Text(&b, s.report, report.TextOptions{Version: version, Name: s.target.name(), Width: 120})
	if err == nil {
		err = s.runner.Group("prodcheck report", b.Bytes())
	}
	if err != nil {
		s.complain(err.Error())
	}
}

func (s *step) sarif(w io.Writer) error {
	prefix := s.target.prefix()
	category := "prodcheck"
	if prefix != "" {
		category += "/" + prefix
	}
	return sarif.Write(w, s.report, sarif.Options{
		Version: version, Category: category, Prefix: prefix, Anchor: anchor(s.repo), Incomplete: len(s.stopped) > 0,
	})
}

// write writes a report into the workspace and returns its path, "" if none was asked for or it cannot be written.
func (s *step) write(input string, content func(io.Writer) error) string {
	name, err := s.asked.place(s.workspace, input)
	if err != nil || name == "" {
		return ""
	}
	var b bytes.Buffer
	if err = content(&b); err == nil {
		err = writeInside(s.workspace, name, b.Bytes())
	}
	if err != nil {
		s.warn(input + ": " + name + " cannot be written: " + err.Error())
		return ""
	}
	return name
}

func (s *step) annotate() {
	keep := func(*checks.ReportedFinding) bool { return true }
	if s.base.comparison != nil && s.proposed() {
		keep = s.base.comparison.IsNew() // others are not in the diff
	}
	all := github.Annotations(s.report, s.target.prefix(), keep)
	if left := s.runner.Annotate(all); left > 0 {
		s.runner.Say("notice", "prodcheck", strconv.Itoa(left)+" more in the summary")
	}
}

// options say for comment and summary what the report does not know.
func (s *step) options() report.CommentOptions {
	o := report.CommentOptions{
		Version: version, Commit: s.gh.SHA, Repository: s.gh.URL(), Prefix: s.target.prefix(), Run: s.gh.Page(),
		Comparison: s.base.comparison, Base: s.base.name, NoBase: s.base.missing, FailOn: s.failOn, NewOnly: s.newOnly, Stopped: s.stopped,
	}
	if head, _, ok := s.repo.Git.Head(); ok {
		o.Commit = head.String() // what is checked out may be another commit than what the run is about
	}
	return o
}

func (s *step) summarize() {
	var b bytes.Buffer
	err := report.Summary(&b, s.report, s.options())
	if err == nil {
		err = s.runner.Summary(b.Bytes())
	}
	if err != nil {
		s.warn("the summary cannot be written: " + err.Error())
	}
}

// outputs sets what later steps can read.
func (s *step) outputs(sarifFile, jsonFile string) {
	result := "passed"
	switch {
	case len(s.stopped) > 0:
		result = "incomplete"
	case s.failing():
		result = "failed"
	}
	bySeverity := map[checks.Severity]int{}
	total := 0
	for _, res := range s.report.Results {
		for _, f := range res.Findings {
			bySeverity[f.Severity]++
			total++
		}
	}
	holds, rows := 0, 0
	for _, sec := range s.report.Sections {
		for _, row := range sec.Rows {
			switch row.Status {
			case checks.NotApplicable:
				continue
			case checks.Pass, checks.Attested:
				holds++
			}
			rows++
		}
	}
	isNew, fixed := "", ""
	if c := s.base.comparison; c != nil {
		isNew, fixed = strconv.Itoa(len(c.New)), strconv.Itoa(len(c.Fixed))
	}
	for _, o := range [][2]string{
		{"result", result}, {"total", strconv.Itoa(total)}, {"new", isNew}, {"fixed", fixed},
		{"critical", strconv.Itoa(bySeverity[checks.Critical])}, {"high", strconv.Itoa(bySeverity[checks.High])},
		{"medium", strconv.Itoa(bySeverity[checks.Medium])}, {"low", strconv.Itoa(bySeverity[checks.Low])},
		{"rows-passed", strconv.Itoa(holds)}, {"rows-total", strconv.Itoa(rows)}, {"sarif-file", sarifFile}, {"json-file", jsonFile},
	} {
		s.output(o[0], o[1])
	}
	s.told = true
}

func (s *step) output(name, value string) {
	if err := s.runner.Output(name, value); err != nil {
		s.complain("the output " + name + " cannot be set: " + err.Error())
	}
}

// fail tells why a run ended early where its reader looks: on the run's page. The outputs say that nothing is known.
func (s *step) fail(x *exit) {
	s.runner.Say("error", "prodcheck", x.Error())
	if !s.told {
		s.output("result", "incomplete")
	}
}

func (s *step) warn(message string) { s.runner.Say("warning", "prodcheck", message) }

// A base is what the report is compared with.
type base struct {
	comparison *baseline.Comparison
	name       string // of what it is compared with
	missing    string // why there is nothing to compare with although it is wanted
}
