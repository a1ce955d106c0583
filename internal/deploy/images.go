package deploy

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

const maxImages = 200

// chooseImages finds the images that production builds, and the images of this repository that they are built on.
func (v *view) chooseImages() {
	for _, p := range v.stated.Dockerfiles {
		v.addImage(&Image{Context: v.contextOf(p), Because: "it is stated"}, p, true, source.Evidence{})
	}
	if len(v.stated.Dockerfiles) == 0 {
		for _, s := range v.d.Stacks {
			if !s.Development {
				v.stackImages(s)
			}
		}
		if len(v.d.Images) == 0 {
			v.looseImages()
		}
	}
	for n := 0; n < len(v.d.Images) && n < 50; n++ {
		v.bases(v.d.Images[n])
	}
	sort.SliceStable(v.d.Images, func(i, j int) bool { return !v.d.Images[i].Base && v.d.Images[j].Base })
	v.copiedTemplates()
}

func (v *view) stackImages(s *Stack) {
	in := v.env.interpolator(s, Unset)
	for _, svc := range s.Project.Services {
		b := svc.Build
		if b == nil || b.Remote || b.Outside || b.DockerfilePath == "" || !v.fs.Has(b.DockerfilePath) {
			continue
		}
		target, _ := interpolated(b.Target, in)
		i := &Image{Context: b.ContextDir, Target: target, Service: svc, Args: map[string]django.Var{}}
		for _, a := range b.Args {
			i.Args[a.Name] = composeVar(a, in)
		}
		i.Because = fmt.Sprintf("%s builds %s from it", place(b.Span), svc.Name)
		v.addImage(i, b.DockerfilePath, false, source.At(b.Span))
	}
}

// interpolated works out a scalar with defaults in force for what is not set.
func interpolated(s compose.Scalar, in *interpolation) (string, bool) {
	r := s.Interpolate(in.lookup)
	return r.Value, r.Known
}

// addImage parses the Dockerfile and keeps the image, unless the same one is there already.
func (v *view) addImage(i *Image, p string, stated bool, at source.Evidence) {
	i.File = v.fs.Dockerfile(p)
	if i.File == nil || len(v.d.Images) >= maxImages {
		return
	}
	for _, o := range v.d.Images {
		if o.File == i.File && o.Target == i.Target && o.Context == i.Context && (o.Service == nil || i.Service == nil || sameArgs(o, i)) {
			o.Base = o.Base || i.Base && o.Service == nil && !stated
			return
		}
	}
	for _, g := range []string{p + ".dockerignore", path.Join(i.Context, ".dockerignore")} {
		if f := v.fs.File(g); f != nil {
			i.Ignore = dockerfile.ParseIgnore(f)
			break
		}
	}
	v.d.Images = append(v.d.Images, i)
	if i.Base {
		return
	}
	if at.IsZero() {
		at = source.At(whole(i.File.Source))
	}
	for _, c := range v.d.Choices {
		if c.What == "Dockerfile" && c.Chosen == p {
			return
		}
	}
	v.choose(Choice{What: "Dockerfile", Chosen: p, Because: i.Because, Stated: stated, At: at})
}

func sameArgs(a, b *Image) bool {
	if len(a.Args) != len(b.Args) {
		return false
	}
	for n, x := range a.Args {
		if y := b.Args[n]; x.State != y.State || x.Value != y.Value {
			return false
		}
	}
	return true
}

// looseImages takes Dockerfiles that no production compose file builds: named for production, else plain ones. Those that only
// a development compose file builds are not production's.
func (v *view) looseImages() {
	var prod, plain []string
	for _, p := range v.index.dockerfiles {
		if aside(folder(p)) || v.onlyForDevelopment(p) {
			continue
		}
		switch st := stageOf(path.Base(p)); {
		case st == production || st == plainStage && stageOf(folder(p)) == production:
			prod = append(prod, p)
		case st == plainStage && stageOf(folder(p)) == plainStage:
			plain = append(plain, p)
		}
	}
	because := "its name says production"
	list := prod
	if len(list) == 0 {
		list, because = plain, "no compose file for production builds an image"
		if len(plain) == 1 {
			because = "it is the only Dockerfile not named for development"
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return strings.Count(list[i], "/") < strings.Count(list[j], "/") })
	for n, p := range list {
		if n == 20 {
			break
		}
		i := &Image{Context: v.contextOf(p), Because: because}
		for _, b := range v.mentions().builds {
			if b.file == p {
				i.Context, i.Target, i.Because = b.context, b.target, fmt.Sprintf("%s builds it", place(b.at))
				break
			}
		}
		v.addImage(i, p, false, source.Evidence{})
	}
}

// onlyForDevelopment reports whether development compose files build a Dockerfile and nothing else speaks of it.
func (v *view) onlyForDevelopment(p string) bool {
	for _, b := range v.mentions().builds {
		if b.file == p {
			return false
		}
	}
	for _, c := range v.index.composes {
		if stageOf(path.Base(c)) != development && !v.developmentByContent(c) {
			continue
		}
		for _, s := range v.load([]string{c}, nil).Services {
			if s.Build != nil && s.Build.DockerfilePath == p {
				return true
			}
		}
	}
	return false
}

// contextOf guesses the build context of a Dockerfile from what it copies: its own folder if its first source is there, else the root.
func (v *view) contextOf(p string) string {
	dir := folder(p)
	f := v.fs.Dockerfile(p)
	if f == nil || dir == "" {
		return dir
	}
	for _, s := range f.Stages {
		for _, in := range s.Instructions {
			if in.Kind != dockerfile.Copy && in.Kind != dockerfile.Add || in.From.Raw != "" {
				continue
			}
			for _, src := range in.Sources {
				name := strings.TrimPrefix(src.Text, "/")
				if name == "." || name == "./" || strings.ContainsAny(name, "*?[$") {
					continue
				}
				for d := dir; ; d = folder(d) {
					if q, ok := join(d, name); ok && (v.fs.Has(q) || v.fs.IsDir(q)) {
						return d
					}
					if d == "" {
						break
					}
				}
			}
		}
	}
	return dir
}

// bases adds the images of this repository that an image is built on.
func (v *view) bases(i *Image) {
	img := i.File.Image(i.Target, i.lookup)
	if img == nil {
		return
	}
	stages := append(slices.Clone(img.Chain), img.Copied...)
	for _, s := range stages {
		if s.Parent != nil || s.Base.Text == "" || s.Base.Text == "scratch" {
			continue
		}
		if b := v.findBase(s.Base.Text, i); b != nil {
			v.addImage(b, b.path, false, source.Evidence{})
		}
	}
}

// findBase finds the build in this repository that makes an image of a name: a compose service with both build and image, or a
// docker build in a script.
func (v *view) findBase(name string, of *Image) *Image {
	for _, s := range v.d.Stacks {
		in := v.env.interpolator(s, Unset)
		for _, svc := range s.Project.Services {
			b := svc.Build
			if b == nil || b.DockerfilePath == "" || v.fs.Dockerfile(b.DockerfilePath) == nil || of.File != nil && of.File.Source.Path == b.DockerfilePath {
				continue
			}
			if image, _ := interpolated(svc.Image, in); image != "" && sameImage(image, name) {
				target, _ := interpolated(b.Target, in)
				return &Image{path: b.DockerfilePath, File: v.fs.Dockerfile(b.DockerfilePath), Context: b.ContextDir, Target: target, Base: true, Because: fmt.Sprintf("%s builds %s, on which %s is built", place(b.Span), name, of.File.Source.Path)}
			}
		}
	}
	for _, b := range v.mentions().builds {
		if b.tag != "" && sameImage(b.tag, name) && v.fs.Dockerfile(b.file) != nil && of.File.Source.Path != b.file {
			return &Image{path: b.file, File: v.fs.Dockerfile(b.file), Context: b.context, Target: b.target, Base: true, Because: fmt.Sprintf("%s builds %s, on which %s is built", place(b.at), name, of.File.Source.Path)}
		}
	}
	return nil
}

// baseOf returns the image among those found that another one is built on, or nil.
func (v *view) baseOf(name string, of *Image) *Image {
	if name == "" {
		return nil
	}
	b := v.findBase(name, of)
	if b == nil {
		return nil
	}
	for _, i := range v.d.Images {
		if i.File.Source.Path == b.path && i.Target == b.Target {
			return i
		}
	}
	return nil
}

// sameImage compares image names; a missing tag is "latest".
func sameImage(a, b string) bool {
	tagged := func(s string) string {
		if !strings.Contains(s[strings.LastIndexByte(s, '/')+1:], ":") {
			s += ":latest"
		}
		return s
	}
	return a == b || tagged(a) == tagged(b)
}

// copiedTemplates notes templates that an image copies into place as the real file: then they are values.
func (v *view) copiedTemplates() {
	for _, i := range v.d.Images {
		img := i.File.Image(i.Target, i.lookup)
		if img == nil {
			continue
		}
		for _, s := range img.Chain {
			for _, in := range s.Instructions {
				if in.Kind == dockerfile.Run && !in.OnBuild {
					v.copiesIn(shell.ParseText(in.Args, in.Command), i.Context)
				}
			}
		}
		for _, in := range img.Files {
			if in.From.Raw != "" || len(in.Sources) != 1 {
				continue
			}
			src, ok := join(i.Context, strings.TrimPrefix(in.Sources[0].Text, "/"))
			if !ok || v.env.files[src] == nil || v.env.files[src].File == nil {
				continue
			}
			if dst := path.Base(in.Dest.Text); dst != path.Base(src) && isEnvFile(dst) {
				to := path.Join(folder(src), dst)
				v.env.copies[to] = src
				v.env.changed()
				v.env.use(to, source.At(in.Span, source.Step{Span: in.Span, Note: "copied into the image from " + src}))
			}
		}
	}
}

// copiesIn notes the cp and mv of a script that put a template in place of the real file.
func (v *view) copiesIn(s *shell.Script, dir string) {
	for _, c := range s.Commands {
		w := c.Program()
		if len(w) < 3 || w[0].Text != "cp" && w[0].Text != "mv" || !w[len(w)-1].Known || !w[len(w)-2].Known {
			continue
		}
		from, to := path.Base(w[len(w)-2].Text), path.Base(w[len(w)-1].Text)
		if to == "." || !isEnvFile(to) || !isTemplateName(from) {
			continue
		}
		src, ok := join(dir, from)
		if e := v.env.files[src]; !ok || e == nil || e.File == nil {
			continue
		}
		dst := path.Join(folder(src), to)
		v.env.copies[dst] = src
		v.env.changed()
		v.env.use(dst, source.At(c.Span, source.Step{Span: c.Span, Note: "copied into place from " + src}))
	}
}
