package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/fix"
	"github.com/prodcheck/prodcheck/internal/inert"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

func (a *app) fix() *cobra.Command {
	var t target
	var ids []string
	var dry bool
	cmd := &cobra.Command{
		Use:   "fix [DIR]",
		Short: "Make the changes that need nobody's judgement",
		Long: `Fix shows as a diff, and makes, the changes that checks offer: each is an edit of the lines it names and of nothing else. After
every step the repository is read again in memory: a change that does not mend its finding, or brings up another one, is not made.
What needs to be known better than the repository says is left to you.`,
		Example: "  prodcheck fix --dry-run\n  prodcheck fix --check docker-restart-policy-missing --check nginx-server-tokens-on",
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			only := map[string]bool{}
			for _, id := range ids {
				c := checks.Lookup(id)
				if c == nil {
					return usage("there is no check %q: prodcheck checks lists them", id)
				}
				only[c.ID] = true
			}
			first, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			w := &workshop{ctx: cmd.Context(), app: a, t: &t, only: only, files: map[string][]byte{}}
			if err := w.work(first); err != nil {
				return err
			}
			return w.finish(dry)
		},
	}
	cmd.Flags().StringArrayVar(&ids, "check", nil, "make the changes of this check `ID` only; repeatable")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show the changes, make none")
	complete(cmd, "check", nil)
	t.flags(cmd)
	return cmd
}

// maxRounds is how often the repository is read again: an edit may make room for another one.
const maxRounds = 12

// A workshop tries edits in memory until none is left that helps.
type workshop struct {
	ctx    context.Context
	app    *app
	t      *target
	only   map[string]bool
	files  map[string][]byte // what files would hold
	before map[string]*source.File
	show   func(string) string
	gone   map[string]int // findings that were mended, by check
	left   int            // findings that remain
}

// A bench is the repository with the edits made so far.
type bench struct {
	facts *checks.Facts
	rep   *checks.Report
}

func (w *workshop) look(r *repo.Repo) *bench {
	f := w.t.facts(r)
	return &bench{f, checks.Run(f)}
}

// read reads the repository with some files as they would be.
func (w *workshop) read(files map[string][]byte) (*bench, error) {
	root, err := os.OpenRoot(w.t.dir)
	if err != nil {
		return nil, failed("the folder cannot be read: %w", err)
	}
	defer root.Close()
	r, err := repo.Load(w.ctx, &overlay{root.FS(), files}, repo.Options{Stated: w.t.stated, Exclude: w.t.exclude})
	if err != nil {
		return nil, failed("the folder cannot be read: %w", err)
	}
	return w.look(r), nil
}

// work makes edits in memory, round by round.
func (w *workshop) work(first *repo.Repo) error {
	now := w.look(first)
	start := now
	w.show, w.before = checks.Redactor(now.facts), map[string]*source.File{}
	refused := map[string]bool{}
	for range maxRounds {
		units := w.units(now.rep, refused)
		if len(units) == 0 {
			break
		}
		next, files, err := w.try(now, units)
		if err != nil {
			return err
		}
		if next != nil {
			now, w.files = next, files
			continue
		}
		progress := false
		for _, u := range units { // one of them is no good: each by itself
			u, there := w.unitOf(now.rep, u.check, refused)
			if !there {
				continue
			}
			alone, made, err := w.try(now, []unit{u})
			switch {
			case err != nil:
				return err
			case alone == nil:
				refused[u.key()] = true
			default:
				now, w.files, progress = alone, made, true
			}
		}
		if !progress {
			break
		}
	}
	w.gone = map[string]int{}
	was, is := tallyFindings(start.rep), tallyFindings(now.rep)
	for id, n := range was {
		if is[id] < n {
			w.gone[id] = n - is[id]
		}
	}
	for _, n := range is {
		w.left += n
	}
	return nil
}

// A unit is the edits of one check, which are made together or not at all.
type unit struct {
	check string
	edits []fix.Edit
}

// key names what a unit would do.
func (u unit) key() string {
	var b strings.Builder
	b.WriteString(u.check)
	for _, e := range u.edits {
		fmt.Fprintf(&b, "\x00%s:%d:%d:%s", e.Span.Path(), e.Span.Position().Line, e.Span.End-e.Span.Start, e.Text)
	}
	return b.String()
}

// units are the edits that checks offer now.
func (w *workshop) units(rep *checks.Report, refused map[string]bool) (out []unit) {
	for _, res := range rep.Results {
		if len(w.only) > 0 && !w.only[res.Check.ID] {
			continue
		}
		u := unit{check: res.Check.ID}
		for _, f := range res.Findings {
			u.edits = append(u.edits, f.Edits...)
		}
		if len(u.edits) > 0 && !refused[u.key()] {
			out = append(out, u)
		}
	}
	return out
}

// unitOf is what one check offers now.
func (w *workshop) unitOf(rep *checks.Report, id string, refused map[string]bool) (unit, bool) {
	for _, u := range w.units(rep, refused) {
		if u.check == id {
			return u, true
		}
	}
	return unit{}, false
}

// try makes edits in memory and reads the repository again. It returns nil if that mends nothing, or if another check finds more than
// before that is no smaller thing.
func (w *workshop) try(now *bench, units []unit) (*bench, map[string][]byte, error) {
	var edits []fix.Edit
	for _, u := range units {
		edits = append(edits, u.edits...)
	}
	changes, _ := fix.Apply(edits)
	files := make(map[string][]byte, len(w.files)+len(changes))
	for name, text := range w.files {
		files[name] = text
	}
	for _, c := range changes {
		if w.before[c.File.Path] == nil && w.files[c.File.Path] == nil {
			w.before[c.File.Path] = c.File
		}
		files[c.File.Path] = c.After
	}
	next, err := w.read(files)
	if err != nil {
		return nil, nil, err
	}
	was, is := tallyFindings(now.rep), tallyFindings(next.rep)
	better := false
	for _, u := range units {
		better = better || is[u.check] < was[u.check] || !slices.Equal(messages(now.rep, u.check), messages(next.rep, u.check))
	}
	for id, n := range is {
		// what one change uncovers may be a smaller thing: with DEBUG off, other settings begin to count
		if n > was[id] && (len(units) > 1 || severity(next.rep, id) >= severity(now.rep, units[0].check)) {
			return nil, nil, nil
		}
	}
	if !better || len(next.rep.Problems) > len(now.rep.Problems) {
		return nil, nil, nil
	}
	return next, files, nil
}

// tallyFindings counts the findings of each check.
func tallyFindings(rep *checks.Report) map[string]int {
	out := map[string]int{}
	for _, res := range rep.Results {
		out[res.Check.ID] += len(res.Findings)
	}
	return out
}

// severity is that of a check's worst finding.
func severity(rep *checks.Report, id string) (worst checks.Severity) {
	for _, res := range rep.Results {
		for _, f := range res.Findings {
			if res.Check.ID == id {
				worst = max(worst, f.Severity)
			}
		}
	}
	return worst
}

func messages(rep *checks.Report, id string) (out []string) {
	for _, res := range rep.Results {
		for _, f := range res.Findings {
			if res.Check.ID == id {
				out = append(out, f.Message)
			}
		}
	}
	return out
}

// finish shows the changes and makes them.
func (w *workshop) finish(dry bool) error {
	var b bytes.Buffer
	names := make([]string, 0, len(w.files))
	for name := range w.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := fix.Between(w.before[name], w.files[name])
		b.WriteString(c.Diff(3, func(line string) string { return inert.Text(strings.ReplaceAll(w.show(line), "\t", "    ")) }))
	}
	mended := 0
	for _, n := range w.gone {
		mended += n
	}
	if len(names) > 0 {
		b.WriteString("\n")
	}
	verb := "mended"
	if dry {
		verb = "would be mended"
	}
	fmt.Fprintf(&b, "%s in %s · %s\n", plural(mended, "finding "+verb, "findings "+verb), plural(len(names), "file", "files"), plural(w.left, "finding needs a person", "findings need a person"))
	if !dry {
		if err := w.write(names); err != nil {
			return err
		}
	}
	return w.app.write(b.Bytes())
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// write puts the new texts where the old ones are, all of them or none: beside them first, then over them.
func (w *workshop) write(names []string) (err error) {
	root, err := os.OpenRoot(w.t.dir)
	if err != nil {
		return failed("the folder cannot be read: %w", err)
	}
	defer root.Close()
	var ready []string
	defer func() {
		for _, name := range ready {
			_ = root.Remove(beside(name))
		}
	}()
	for _, name := range names {
		mode := fs.FileMode(0o644)
		info, err := root.Lstat(name)
		switch {
		case err == nil && !info.Mode().IsRegular():
			return failed("%s is no regular file, nothing was changed", name)
		case err == nil:
			mode = info.Mode().Perm()
			text, err := root.ReadFile(name)
			if err != nil || !bytes.Equal(text, w.before[name].Text) {
				return failed("%s changed in the meantime, nothing was changed", name)
			}
		default:
			if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
				return failed("%s cannot be made: %w", name, err)
			}
		}
		ready = append(ready, name)
		if err := root.WriteFile(beside(name), w.files[name], mode); err != nil {
			return failed("%s cannot be written: %w", name, err)
		}
		if err := root.Chmod(beside(name), mode); err != nil {
			return failed("%s cannot be written: %w", name, err)
		}
	}
	for _, name := range names {
		if err := root.Rename(beside(name), name); err != nil {
			return failed("%s cannot be written: %w", name, err)
		}
	}
	ready = nil
	return nil
}

// beside is the name under which the new text of a file waits.
func beside(name string) string {
	dir, base := path.Split(name)
	return dir + ".prodcheck-fix-" + base
}
