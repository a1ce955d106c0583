package dockerfile

import (
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// find returns the stage that --target names: the last one for "".
func (f *File) find(name string) *Stage {
	if len(f.Stages) == 0 {
		return nil
	}
	if name == "" {
		return f.Stages[len(f.Stages)-1]
	}
	for i := len(f.Stages) - 1; i >= 0; i-- {
		if f.Stages[i].Name == strings.ToLower(name) {
			return f.Stages[i]
		}
	}
	return nil
}

// chain returns a stage and those it is built on, base first.
func (s *Stage) chain() (list []*Stage) {
	for ; s != nil; s = s.Parent { // a parent stands before its child, so this ends
		list = append(list, s)
	}
	slices.Reverse(list)
	return list
}

// copied returns the stages that those of chain take files from, directly or not, with what they are built on.
func copied(chain []*Stage) (list []*Stage) {
	seen := map[*Stage]bool{}
	for _, s := range chain {
		seen[s] = true
	}
	todo := slices.Clone(chain)
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		for _, in := range s.Instructions {
			from := []*Stage{in.FromStage}
			for _, m := range in.Mounts {
				from = append(from, m.FromStage)
			}
			for _, other := range from {
				for ; other != nil && !seen[other]; other = other.Parent {
					seen[other] = true
					list = append(list, other)
					todo = append(todo, other)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b *Stage) int { return a.Index - b.Index })
	return list
}

// Target returns the stages of the image that --target name builds (the last stage for ""), base first, followed by those that
// COPY --from and RUN --mount=from reach, directly or not; nil if there is no such stage.
func (f *File) Target(name string) []*Stage {
	s := f.find(name)
	if s == nil {
		return nil
	}
	chain := s.chain()
	return append(chain, copied(chain)...)
}

// Image works out the image of a target (the last stage for "") with the given build arguments (nil: none are passed); nil if
// there is no such stage. An argument that is not passed and has no default is empty then, as it is for Docker.
func (f *File) Image(target string, args Lookup) *Image {
	t := f.find(target)
	if t == nil {
		return nil
	}
	e := &evaluator{file: f, lookup: args, budget: maxExpanded}
	e.meta()
	chain := e.chain(t)
	img := &Image{Target: t, Chain: chain, Copied: copied(chain), Base: chain[0].Base}
	base := e.value(&img.Base, e.global)
	img.Base.Text, img.Base.Known = base.text, base.known
	st := newState(base.known && base.text == "scratch")
	for i, s := range chain {
		var list []*Instruction
		if i > 0 {
			for _, in := range chain[i-1].Instructions {
				if in.OnBuild {
					list = append(list, in)
				}
			}
		}
		for _, in := range s.Instructions {
			if !in.OnBuild {
				list = append(list, in)
			}
		}
		img.stage(e, st, list)
	}
	for _, in := range t.Instructions {
		if in.OnBuild {
			img.Triggers = append(img.Triggers, in)
		}
	}
	for _, name := range st.order {
		img.Env = append(img.Env, st.last[name])
	}
	if st.dirOK {
		img.Dir = st.dir
	}
	return img
}

// chain follows FROM with the build arguments of this evaluation, which may name other stages than the defaults do.
func (e *evaluator) chain(t *Stage) []*Stage {
	list := []*Stage{t}
	for s := t; ; {
		v := s.Base
		b := e.value(&v, e.global)
		var parent *Stage
		for i := 0; b.known && i < s.Index; i++ {
			if e.file.Stages[i].Name != "" && e.file.Stages[i].Name == b.text {
				parent = e.file.Stages[i]
			}
		}
		if parent == nil {
			break
		}
		list = append(list, parent)
		s = parent
	}
	slices.Reverse(list)
	return list
}

// stage runs the instructions of one stage.
func (img *Image) stage(e *evaluator, st *state, list []*Instruction) {
	cmd := false
	for _, in := range list {
		e.run(in, st)
		switch in.Kind {
		case Cmd:
			img.Cmd, cmd = in, true
		case Entrypoint:
			img.Entrypoint = in
			if !cmd { // an ENTRYPOINT voids the CMD of the images below
				img.Cmd = nil
			}
		case User:
			img.User = in
		case Workdir:
			img.Workdir = in
		case Healthcheck:
			img.Healthcheck = in
		case Copy, Add:
			img.Files = append(img.Files, in)
		}
	}
}

// Place returns the file offset of a byte of Command, which continuation lines may keep apart from its neighbours. For an exec
// form it is the start of the arguments.
func (in *Instruction) Place(offset int) int {
	if in.line == nil || in.from < 0 {
		return in.Args.Start
	}
	return in.line.place(in.from + offset)
}

// CommandSpan returns the span of Command with the continuation lines in it; of an exec form, that of the array.
func (in *Instruction) CommandSpan() source.Span {
	if in.line == nil || in.from < 0 {
		return in.Args
	}
	return in.line.span(in.from, in.from+len(in.Command))
}
