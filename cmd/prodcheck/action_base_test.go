package main

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/prodcheck/prodcheck/internal/inert"
)

// shallow takes the base out of a workspace's git objects, as fetch-depth: 1 leaves it: the merge names its parents, which are not
// there.
func (w *scene) shallow() {
	w.t.Helper()
	for _, hash := range []string{w.base, w.head} {
		if err := os.Remove(filepath.Join(w.dir, ".git", "objects", hash[:2], hash[2:])); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(w.dir, ".git", "shallow"), []byte(w.merge+"\n"), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func mapFS(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		if text != deleted {
			m[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		}
	}
	return m
}

// renamed is a change that gives the settings module another name.
func renamed(files map[string]string) map[string]string {
	change := map[string]string{"filmclub/settings.py": deleted, "filmclub/conf.py": files["filmclub/settings.py"]}
	for name, text := range files {
		if strings.Contains(text, "filmclub.settings") && name != "filmclub/settings.py" {
			change[name] = strings.ReplaceAll(text, "filmclub.settings", "filmclub.conf")
		}
	}
	return change
}

// TestBase has changes of all kinds, each with the base from git objects and from a tarball: both say the same.
func TestBase(t *testing.T) {
	settings := hardened(t)["filmclub/settings.py"]
	bad := hardened(t)
	bad["filmclub/settings.py"] = settings + "\nDEBUG = True\nCORS_ALLOWED_ORIGINS = [\"http://a.example.com\"]\n"
	bad["deploy/.env"] = "DJANGO_SECRET_KEY=wK7-mmq2Lx91-Bzu4Qe8sTn3Rv6Yd5Hc0\n"
	for name, story := range map[string]struct {
		base, change map[string]string
		isNew, fixed string
	}{
		"nothing":         {bad, map[string]string{"README.md": "x\n"}, "0", "0"},
		"moved":           {bad, map[string]string{"filmclub/settings.py": "# one more line\n\n" + bad["filmclub/settings.py"]}, "0", "0"},
		"renamed":         {bad, renamed(bad), "0", "0"},
		"mended":          {bad, map[string]string{"filmclub/settings.py": settings}, "0", "2"},
		"one more origin": {bad, map[string]string{"filmclub/settings.py": bad["filmclub/settings.py"] + "CORS_ALLOWED_ORIGINS += [\"http://b.example.com\"]\n"}, "1", "0"},
		"worse":           {hardened(t), map[string]string{"filmclub/settings.py": bad["filmclub/settings.py"]}, "2", "0"},
		"tracked .env":    {hardened(t), map[string]string{"deploy/.env": bad["deploy/.env"]}, "1", "0"},
		"untracked again": {bad, map[string]string{"deploy/.env": deleted}, "0", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			local := newScene(t, story.base, story.change)
			local.env["INPUT_UPLOAD"], local.env["INPUT_FAIL-ON"] = "never", "low"
			r := local.run()
			if r.outputs["new"] != story.isNew || r.outputs["fixed"] != story.fixed {
				t.Errorf("git objects: new %s, fixed %s; want %s, %s\n%s", r.outputs["new"], r.outputs["fixed"], story.isNew, story.fixed, r.sum[:min(len(r.sum), 2000)])
			}
			if want := map[bool]int{true: statusOK, false: statusFindings}[story.isNew == "0"]; r.status != want {
				t.Errorf("status %d, want %d", r.status, want)
			}
			far := newScene(t, story.base, story.change)
			far.env["INPUT_UPLOAD"], far.env["INPUT_COMMENT"] = "never", "never"
			far.fake.tree = mapFS(story.base)
			far.shallow()
			r = far.run()
			if r.outputs["new"] != story.isNew || r.outputs["fixed"] != story.fixed {
				t.Errorf("tarball: new %s, fixed %s; want %s, %s\n%s", r.outputs["new"], r.outputs["fixed"], story.isNew, story.fixed, commands(r.stdout))
			}
			if got := strings.Join(far.fake.requests, " "); got != "GET /repos/o/r/tarball/"+far.base {
				t.Errorf("requests %s", got)
			}
		})
	}
}

// TestNoBase has no base anywhere: everything counts, and everybody is told.
func TestNoBase(t *testing.T) {
	base := hardened(t)
	base["filmclub/settings.py"] += "\nDEBUG = True\n"
	for name, broken := range map[string]func(http.ResponseWriter, *http.Request){
		"404": func(w http.ResponseWriter, _ *http.Request) { answer(w, 404, map[string]string{}) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"HTML": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newScene(t, base, map[string]string{"README.md": "x\n"})
			w.shallow()
			w.fake.before = func(rw http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, "/tarball/") {
					broken(rw, r)
					return true
				}
				return false
			}
			r := w.run()
			r.holds(t, statusFindings, "::warning title=prodcheck::old and new findings alike are listed and count: there is nothing to compare with, because the base commit ")
			if r.outputs["new"] != "" || !strings.Contains(w.fake.by(bot)[0], "> [!WARNING]") || !strings.Contains(r.sum, "> [!WARNING]") {
				t.Errorf("outputs %v\n%s", r.outputs, w.fake.by(bot))
			}
		})
	}
}

// TestBaselineFile has a baseline file, and a pull request that excuses itself by it.
func TestBaselineFile(t *testing.T) {
	bad := hardened(t)
	bad["filmclub/settings.py"] += "\nDEBUG = True\n"
	w := newScene(t, bad, nil)
	file := filepath.Join(w.dir, ".prodcheck-baseline")
	var all strings.Builder
	a := &app{stdout: &all, stderr: &all, getenv: func(string) string { return "" }}
	if status := a.run(t.Context(), []string{"baseline", "-o", file, w.dir}); status != statusOK {
		t.Fatal(all.String())
	}
	text := mustRead(t, file)
	w.env["INPUT_BASELINE"], w.env["INPUT_NEW-ONLY"] = ".prodcheck-baseline", "true"
	w.event("push", "refs/heads/main", w.merge, map[string]any{})
	if r := w.run(); r.status != statusOK || r.outputs["new"] != "0" {
		t.Errorf("status %d, outputs %v", r.status, r.outputs)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, "django-debug-enabled critical", "django-debug-enabled medium", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := w.run(); r.status != statusFindings || r.outputs["new"] != "1" || r.outputs["fixed"] != "0" {
		t.Errorf("worse: status %d, outputs %v", r.status, r.outputs)
	}
	w.env["INPUT_BASELINE"] = "README.md"
	w.run().holds(t, statusUsage, "baseline: README.md")

	base := hardened(t)
	base[".prodcheck-baseline"] = text[:strings.Index(text, "\n")+1]
	change := maps.Clone(bad)
	change[".prodcheck-baseline"] = text
	pr := newScene(t, base, change)
	pr.env["INPUT_BASELINE"] = ".prodcheck-baseline"
	if r := pr.run(); r.status != statusFindings {
		t.Error("a pull request has excused its own finding")
	}
}

// TestHostileNames has a repository whose names and lines are commands, markup and marks. What the runner reads is parsed as the
// runner does.
func TestHostileNames(t *testing.T) {
	files := hardened(t)
	change := map[string]string{
		"filmclub/settings.py": files["filmclub/settings.py"] + "\nALLOWED_HOSTS = [\"*\", \"::set-output name=x::@everyone <!-- prodcheck --> | ` </details> [x](http://evil.example) ##[add-mask]a \u202e\"]\n",
	}
	for _, name := range []string{"::set-output name=x::y", "##[add-mask]the", "p|q", "t`t`", "@everyone", "rtl\u202exyz", "<img src=x>", "<!-- x -->"} {
		change["front/"+name+"/.env"] = "DJANGO_SECRET_KEY=wK7-mmq2Lx91-Bzu4Qe8sTn3Rv6Yd5Hc0\n"
		change["front/"+name+"/settings.py"] = "DEBUG = True\n"
	}
	w := newScene(t, files, change)
	w.env["INPUT_UPLOAD"] = "never"
	r := w.run()
	r.holds(t, statusFindings)
	stop, found := "", 0
	for _, line := range strings.Split(r.stdout, "\n") {
		line = strings.TrimRight(line, "\r")
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case stop != "":
			if trimmed == "::"+stop+"::" {
				stop = ""
			} else if strings.HasPrefix(trimmed, "::") || strings.Contains(line, "##[") {
				t.Errorf("a command in the log: %q", line)
			}
		case strings.HasPrefix(trimmed, "::stop-commands::"):
			stop = strings.TrimPrefix(trimmed, "::stop-commands::")
		case strings.Contains(line, "##["):
			t.Errorf("a command: %q", line)
		case strings.HasPrefix(trimmed, "::"):
			name, _, _ := strings.Cut(strings.TrimPrefix(trimmed, "::"), "::")
			name, _, _ = strings.Cut(name, " ")
			switch name {
			case "error", "warning", "notice":
				found++
			case "group", "endgroup":
			default:
				t.Errorf("a command of somebody else: %q", line)
			}
		}
		if inert.Text(line) != line && !strings.HasPrefix(trimmed, "::") {
			t.Errorf("the log has %q", line)
		}
	}
	if found == 0 || stop != "" {
		t.Errorf("%d annotations, commands stopped by %q", found, stop)
	}
	for name := range r.outputs {
		if name == "x" || len(r.outputs) != 12 {
			t.Errorf("outputs %v", r.outputs)
		}
	}
	for _, text := range append(w.fake.by(bot), r.sum) {
		html := render(t, text)
		for _, tag := range []string{"<img", "<!-- x", "<!-- prodcheck --", "href=\"http://evil", "\u202e"} {
			if strings.Contains(html, tag) {
				t.Errorf("%q acts in %.3000s", tag, html)
			}
		}
		if n, m := strings.Count(html, "<details>"), strings.Count(html, "</details>"); n != m {
			t.Errorf("%d <details> and %d </details>", n, m)
		}
		if i := mention(html); i >= 0 {
			t.Errorf("a mention acts: %q", html[max(0, i-60):min(len(html), i+40)])
		}
	}
}
