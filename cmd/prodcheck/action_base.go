package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/baseline"
	"github.com/prodcheck/prodcheck/internal/git"
	"github.com/prodcheck/prodcheck/internal/repo"
)

// maxBaseline is the largest baseline file that is read.
const maxBaseline = 16 << 20

// findBase works out which findings are new: from a baseline file, or from the commit that the change is proposed to. Only a
// baseline file that cannot be read is an error; whatever else is missing is told, loudly.
func (s *step) findBase(ctx context.Context) error {
	file, err := s.asked.place(s.workspace, "baseline")
	if err != nil {
		return err
	}
	if file == "" && !s.proposed() && !s.newOnly {
		return nil
	}
	tree, why := s.tree(ctx)
	if file != "" {
		return s.fromFile(file, tree)
	}
	if tree == nil {
		s.noBase(why)
		return nil
	}
	rep, err := s.scanBase(ctx, tree)
	if err != nil && ctx.Err() == nil && tree.local {
		if tree, why = s.download(ctx, tree.commit); tree != nil { // a clone may have the commit without its files
			rep, err = s.scanBase(ctx, tree)
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case tree == nil:
		s.noBase(why)
	case err != nil:
		s.noBase("the base commit " + tree.commit.Short() + " cannot be read: " + err.Error())
	default:
		s.base = base{comparison: baseline.Compare(baseline.Of(rep), s.report), name: tree.name()}
	}
	return nil
}

// noBase tells that every finding counts, new or not.
func (s *step) noBase(why string) {
	s.base.missing = why
	s.warn("old and new findings alike are listed and count: there is nothing to compare with, because " + why)
}

// fromFile compares with a baseline file. Of a pull request it is the base's file, if that has one: nobody may excuse their own
// findings.
func (s *step) fromFile(name string, tree *baseTree) error {
	var data []byte
	var err error
	from := name
	if tree != nil && s.proposed() {
		if data, err = readLimited(tree.all, name); err == nil {
			from += " of " + tree.name()
		}
	}
	if data == nil {
		root, openErr := os.OpenRoot(s.workspace)
		if openErr != nil {
			return failed("the workspace cannot be read: %w", openErr)
		}
		defer root.Close()
		if data, err = readLimited(root.FS(), name); err != nil {
			return usage("baseline: %s cannot be read: %w", name, plainPath(err))
		}
	}
	entries, err := baseline.Read(bytes.NewReader(data))
	if err != nil {
		return usage("baseline: %s: %w", name, err)
	}
	s.base = base{comparison: baseline.Compare(entries, s.report), name: "the baseline " + from}
	return nil
}

func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBaseline+1))
	if err == nil && len(data) > maxBaseline {
		err = fmt.Errorf("it has more than %d bytes", maxBaseline)
	}
	return data, err
}

// A baseTree is the tree of the commit that the change is compared with.
type baseTree struct {
	all    fs.FS // from the repository's root
	commit git.Hash
	branch string          // that it is on, "" if not known
	local  bool            // it is read from the workspace's own git objects
	of     *git.Repository // nil if only the files are known
}

func (t *baseTree) name() string {
	if t.branch != "" {
		return t.branch + " at " + t.commit.Short()
	}
	return "commit " + t.commit.Short()
}

// baseTree finds the base commit and its tree: in the workspace's git objects, else through the API. It returns nil and why if
// neither has it.
func (s *step) baseTree(ctx context.Context) (*baseTree, string) {
	g := s.git()
	commit, why := s.baseCommit(ctx, g)
	if commit.IsZero() {
		return nil, why
	}
	t := &baseTree{commit: commit, local: true, of: g}
	if s.gh.Pull != nil {
		t.branch = s.gh.Pull.BaseRef
	}
	fsys, err := g.FS(commit)
	if err != nil {
		return s.download(ctx, commit)
	}
	t.all = fsys
	return t, ""
}

// git is the repository of the workspace, of which the scanned folder may be a part.
func (s *step) git() *git.Repository {
	if s.target.prefix() == "" {
		return s.repo.Git
	}
	root, err := os.OpenRoot(s.workspace)
	if err != nil {
		return s.repo.Git
	}
	return git.Open(root.FS()) // stays open until the run ends
}

// baseCommit is the commit to compare with. What GitHub checks out for a pull request is the merge of both branches, whose first
// parent is the base as it is now; the base that the event names may be older.
func (s *step) baseCommit(ctx context.Context, g *git.Repository) (git.Hash, string) {
	switch {
	case s.gh.Event == "merge_group":
		return git.ParseHash(s.gh.Base), "the event names no base commit"
	case s.gh.Pull == nil:
		return git.ParseHash(s.gh.Before), "the event names no commit before this one"
	}
	head, _, ok := g.Head()
	if ok && head.String() == s.gh.SHA && s.gh.SHA != s.gh.Pull.Head {
		if parents, err := g.Parents(head); err == nil && len(parents) > 0 {
			return parents[0], ""
		}
	}
	base := git.ParseHash(s.gh.Pull.Base)
	if ok {
		for _, tip := range []string{"refs/remotes/origin/" + s.gh.Pull.BaseRef, s.gh.Pull.Base} {
			if at, err := g.Resolve(tip); err == nil {
				if common, err := g.MergeBase(head, at); err == nil {
					return common, ""
				}
			}
		}
	}
	if common := s.mergeBase(ctx); !common.IsZero() {
		return common, ""
	}
	return base, "the event names no base commit"
}

// loadBase loads the base as the head was loaded: the same folder, the same view of production. It returns nil if the folder is not
// in the base.
func (s *step) loadBase(ctx context.Context, t *baseTree) (*repo.Repo, error) {
	fsys := t.all
	o := repo.Options{Stated: s.target.stated, Exclude: s.target.exclude}
	if prefix := s.target.prefix(); prefix != "" {
		sub, err := fs.Sub(fsys, prefix)
		if err != nil {
			return nil, err
		}
		if info, err := fs.Stat(sub, "."); err != nil || !info.IsDir() {
			return nil, errNoFolder
		}
		fsys = sub // git tells nothing about a folder that is not its root, there and here
	} else if s.repo.Git.Reason() == "" {
		o.Snapshot = &git.Snapshot{Of: t.of, Commit: t.commit}
	}
	return repo.Load(ctx, fsys, o)
}

// scanBase runs the checks on the base as they ran on the head.
func (s *step) scanBase(ctx context.Context, t *baseTree) (*checks.Report, error) {
	r, err := s.loadBase(ctx, t)
	switch {
	case errors.Is(err, errNoFolder):
		return &checks.Report{}, nil // the folder is new: so is all that is in it
	case err != nil:
		return nil, err
	}
	rep := checks.Run(s.facts(r))
	if ids := stopped(rep); len(ids) > 0 {
		return nil, errors.New("internal error in " + strings.Join(ids, ", "))
	}
	for _, p := range rep.Problems {
		if strings.Contains(p.Text, git.ErrNotFound.Error()) {
			return nil, git.ErrNotFound
		}
	}
	return rep, nil
}
