package main

import (
	"context"
	"path"
	"slices"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/config"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/source"
)

// judgeByBase makes the policy of a proposed change the base's: waivers, severities, rows, figures and paths left out count as the
// base has them, and what the change asks for is told. Where the base is not known, nothing that the change asks for is in force.
func (s *step) judgeByBase(ctx context.Context) error {
	tree, why := s.tree(ctx)
	var base *config.File
	var inline []checks.Waiver
	if tree == nil {
		if s.target.file != nil {
			s.warn("the configuration's waivers and severities are not in force: they are taken from the base, and " + why)
		}
	} else {
		base = s.baseConfig(tree)
		if r, err := s.loadBase(ctx, tree); err == nil {
			checks.Run(s.target.facts(r)) // opens the files that waivers stand in
			inline = checks.Inline(r)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	head := s.target.file
	left := s.target.exclude
	file, asked := config.PullRequest(base, head)
	for _, c := range asked {
		s.warn("this change " + c.Text + ": that counts once it is merged")
	}
	var was, now checks.Policy
	if base != nil {
		was = policy(base)
	}
	if head != nil {
		now = policy(head)
	}
	judged, added := checks.PullRequest(was, now, inline)
	for _, c := range added {
		s.warn("this change asks for something about " + c.Key + " that counts once it is merged: " + c.Text)
	}
	s.target.file, s.judged = file, &judged
	s.target.exclude = texts(file.Exclude)
	if slices.Equal(left, s.target.exclude) {
		return nil
	}
	r, err := s.load(ctx, &target{dir: s.target.dir, stated: s.target.stated, exclude: s.target.exclude, bare: true}, []string{s.target.dir})
	if err == nil {
		s.repo = r
	}
	return err
}

// facts are what the checks look at, with the policy by which a proposed change is judged.
func (s *step) facts(r *repo.Repo) *checks.Facts {
	f := s.target.facts(r)
	if s.judged != nil {
		f.Policy = *s.judged
	}
	return f
}

// baseConfig is the configuration of the base, or nil if it has none that can be read.
func (s *step) baseConfig(t *baseTree) *config.File {
	name := path.Join(s.target.prefix(), config.Name)
	if given, err := s.asked.place(s.workspace, "config"); err == nil && given != "" {
		name = given
	}
	data, err := readLimited(t.all, name)
	if err != nil {
		return nil
	}
	f, err := config.Decode(source.NewFile(name, data), vocabulary())
	if err != nil {
		s.warn("the base's configuration " + name + " cannot be read: nothing in it is in force")
		return nil
	}
	return f
}

// tree is baseTree, worked out once.
func (s *step) tree(ctx context.Context) (*baseTree, string) {
	if s.found == nil {
		t, why := s.baseTree(ctx)
		s.found = &foundTree{t, why}
	}
	return s.found.tree, s.found.why
}

type foundTree struct {
	tree *baseTree
	why  string
}
