package django

import (
	gopath "path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const splitTools = "split_settings.tools."

func isSplitInclude(fn *node) bool { return fn.str == splitTools+"include" && fn.impl == nil }

// splitInclude is include(*paths) of django-split-settings: files, found beside the including one, run in its namespace.
func (i *interp) splitInclude(a *args, sc *scope, at source.Span) *node {
	host := sc.mod
	if a.open {
		i.loosen(host.sc, "files whose names are not known are included", at)
	}
	for _, p := range a.pos {
		optional := p.str == splitTools+"optional" && p.call != nil
		if optional && len(p.call.args) > 0 {
			p = p.call.args[0]
		}
		if optional && p.kind == NoneKind {
			continue
		}
		name, ok := text(p)
		if !ok || len(p.alts) > 0 {
			i.loosen(host.sc, "a file whose name is not known is included", at)
			continue
		}
		files := i.h.Glob(joinPath(gopath.Dir(host.file), name))
		if len(files) == 0 && !strings.HasPrefix(name, "/") {
			if optional {
				i.problem(at, "%q is not in the repository; it is optional and taken to be absent", name)
				continue
			}
			i.loosen(host.sc, "the included file "+name+" is not in the repository", at)
			continue
		}
		if len(files) == 0 && !optional {
			i.loosen(host.sc, "the included file "+name+" is outside of the repository", at)
		}
		for _, f := range files {
			if !i.including(f) {
				i.includeFile(f, host, at)
			}
		}
	}
	return none()
}

// including reports whether a file was included before: each is run once.
func (i *interp) including(file string) bool {
	for _, f := range i.includes {
		if f == file {
			return true
		}
	}
	return false
}

// includeFile runs a file in the namespace of a module. The functions of the file keep their own place for evidence.
func (i *interp) includeFile(file string, host *module, at source.Span) {
	pm := i.h.Parse(file)
	if pm == nil || len(i.includes) >= maxCalls {
		return
	}
	i.files = append(i.files, pm.File)
	for _, p := range pm.Problems {
		i.problem(p.Span, "%s", p.Text)
	}
	sc := host.sc
	if sc.names["__file__"] == nil { // the including file's, in all of them
		i.set(sc, "__file__", &binding{v: path(host.file), span: at})
	}
	m := &module{name: host.name, file: file, pkg: host.pkg, m: pm, busy: true}
	m.sc = &scope{names: sc.names, mod: m, record: sc.record, skipped: sc.skipped, past: sc.past, open: sc.open}
	i.includes = append(i.includes, file)
	i.exec(pm.Body, m.sc)
	if pm.Incomplete {
		i.loosen(m.sc, "the file could not be read to its end", source.Span{File: pm.File})
	}
	if m.sc.open != sc.open {
		i.setOpen(sc, m.sc.open)
	}
	m.busy = false
}
