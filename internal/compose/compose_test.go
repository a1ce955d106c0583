package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

// files answers from a map and fails the test if it is asked for a path outside of the root.
func files(t testing.TB, m map[string]string) Read {
	return func(p string) (*source.File, error) {
		if !fs.ValidPath(p) || p == "." {
			t.Errorf("asked for %q", p)
		}
		text, ok := m[p]
		if !ok {
			return nil, errors.New("not there")
		}
		return source.NewFile(p, []byte(text)), nil
	}
}

func one(t testing.TB, text string) *Project {
	return Load(files(t, map[string]string{"compose.yaml": text}), []string{"compose.yaml"}, Options{})
}

// What is normal where no production environment is: none of this makes a project invalid.
func TestNotInvalid(t *testing.T) {
	for name, text := range map[string]string{
		"a required variable":       "services:\n  web:\n    image: \"a:${TAG:?set TAG}\"\n    environment: {KEY: \"${KEY?}\"}\n",
		"a missing env_file":        "services:\n  web: {image: a, env_file: [.env, prod.env]}\n",
		"an include outside":        "include: [../other/compose.yaml, /etc/compose.yaml, \"https://example.org/compose.yaml\"]\nservices:\n  web: {image: a, depends_on: [db], networks: [n]}\n",
		"a missing include":         "include: [db.yaml]\nservices:\n  web: {image: a, volumes: [\"data:/data\"]}\n",
		"a missing extended file":   "services:\n  web: {extends: {file: ../base.yaml, service: x}}\n",
		"extension keys":            "x-a: 1\nservices:\n  web: {image: a, x-b: [1], build: {context: ., x-c: d}, deploy: {x-d: 1}}\n",
		"a version":                 "version: '2.4'\nservices:\n  web: {image: a}\n",
		"variables everywhere":      "services:\n  web: {image: \"$IMAGE\", restart: $RESTART, deploy: {replicas: \"${N}\"}, networks: [\"${NET}\"], volumes: [\"${V}:/x\"], ports: [\"${P}\", \"${IP}:80:80\"]}\n",
		"a template":                "services:\n  web:\n    image: {{ image }}\n{% if debug %}\n    ports: {{ ports }}\n{% endif %}\n",
		"text that docker fills in": "services:\n  web: {image: a, hostname: \"{{.Node.Hostname}}\", environment: {A: \"{{ x }}\"}}\n",
		"a dependency by profile":   "services:\n  web: {image: a, depends_on: [db]}\n  db: {image: b, profiles: [x]}\n",
	} {
		if p := one(t, text); len(p.Invalid) > 0 {
			t.Errorf("%s: %s", name, problems(p.Invalid))
		}
	}
}

// Hostile files cost bounded time, and each is told in one line.
func TestHostile(t *testing.T) {
	var bomb, keys, merges strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i, i, i, i, i, i, i)
	}
	keys.WriteString("services:\n  web: &w\n    image: a\n")
	for i := range 20000 {
		fmt.Fprintf(&keys, "    x-%d: y\n", i)
	}
	merges.WriteString("x0: &x0 {a: b}\n")
	for i := range 2000 {
		fmt.Fprintf(&merges, "x%d: &x%d\n  <<: *x%d\n  k%d: v\n", i+1, i+1, i, i)
	}
	for name, text := range map[string]string{
		"alias bomb":        "x-bomb:\n  " + strings.ReplaceAll(bomb.String(), "\n", "\n  ") + "\nservices:\n  web: {image: a, environment: {A: b}}\n",
		"deep flow":         "services: " + strings.Repeat("[", 100000) + strings.Repeat("]", 100000),
		"deep mappings":     "services: " + strings.Repeat("{a: ", 100000) + "b" + strings.Repeat("}", 100000),
		"deep and open":     strings.Repeat("{", 100000),
		"deep dashes":       strings.Repeat("- ", 100000) + "a",
		"ten megabytes":     "services:\n  web:\n    image: " + strings.Repeat("a", 10<<20),
		"many keys":         keys.String(),
		"merges of merges":  merges.String() + "services:\n  web: {image: a}\n",
		"itself":            "services: &s\n  web: *s\n",
		"merge of itself":   "services:\n  web: &w\n    <<: *w\n    image: a\n",
		"a million dollars": "services:\n  web:\n    image: \"" + strings.Repeat("$", 900000) + "\"\n    command: \"" + strings.Repeat("${A:-", 10000) + "\"\n",
		"long ports":        "services:\n  web:\n    image: a\n    ports: [\"" + strings.Repeat("1:", 200000) + "\"]\n",
		"many documents":    strings.Repeat("---\nservices: {web: {image: a}}\n", 20000),
		"binary":            "services:\n  web:\n    image: \x00\x01\xff\xfe\n",
		"tabs":              "services:\n\tweb:\n\t\timage: a\n",
		"mappings as keys":  "? {a: b}\n: c\n? [d]\n: e\n",
		"include of itself": "include: [compose.yaml]\nservices: {web: {image: a}}\n",
		"extends in a ring": "services:\n  a: {extends: b}\n  b: {extends: {file: compose.yaml, service: a}}\n",
		"many same lists":   "services:\n  web:\n    image: a\n    expose: [" + strings.Repeat("\"1\", ", 50000) + "\"2\"]\n",
	} {
		start := time.Now()
		p := one(t, text)
		d := time.Since(start)
		t.Logf("%s: %v", name, d)
		if d > 5*time.Second {
			t.Errorf("%s: %v", name, d)
		}
		if strings.Contains("many keys, many same lists, merges of merges, a million dollars, long ports", name) {
			continue
		}
		told := append(append([]source.Problem{}, p.Problems...), p.Invalid...)
		if len(told) == 0 || len(told) > 12 {
			t.Errorf("%s: %d problems: %.300s", name, len(told), problems(told))
		}
		for _, q := range told {
			if len(q.Text) > 300 || strings.ContainsAny(q.Text, "\n\r") {
				t.Errorf("%s: %.400q", name, q.Text)
			}
		}
	}
	overlays := map[string]string{}
	var names []string
	for i := range 300 {
		n := fmt.Sprintf("f%d.yaml", i)
		names = append(names, n)
		overlays[n] = fmt.Sprintf("include: [f%d.yaml]\nservices: {web: {image: a, environment: {A%d: b}}}\n", i+1, i)
	}
	start := time.Now()
	if p := Load(files(t, overlays), names, Options{}); len(p.Problems) == 0 || len(p.Files) > maxFiles {
		t.Errorf("%d files, %s", len(p.Files), problems(p.Problems))
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("many files: %v", d)
	}
}

// Nothing outside of the root is asked for, whatever names it.
func TestOutside(t *testing.T) {
	p := Load(files(t, map[string]string{"deploy/compose.yaml": `
include: ["../../etc/compose.yaml", {path: a.yaml, project_directory: ../../..}]
services:
  web:
    build: {context: ../../x, dockerfile: /etc/passwd}
    env_file: [../../../etc/passwd, /etc/shadow, ~/.env]
    volumes: ["../../:/host", "/etc:/etc"]
    extends: {file: ../../base.yaml, service: x}
  other:
    build: {context: .., dockerfile: ../../Dockerfile}
`}), []string{"deploy/compose.yaml", "../outside.yaml"}, Options{})
	web := p.Service("web")
	if web == nil || !web.Build.Outside || web.Build.DockerfilePath != "" {
		t.Fatalf("%+v", web)
	}
	for _, e := range web.EnvFiles {
		if !e.Outside || e.Path != "" {
			t.Errorf("%+v", e)
		}
	}
	for _, m := range web.Volumes {
		if m.InRoot {
			t.Errorf("%+v", m)
		}
	}
	if other := p.Service("other"); other.Build.Outside || other.Build.ContextDir != "" || other.Build.DockerfilePath != "" {
		t.Errorf("%+v", other.Build)
	}
}

// Every place is exact: the text of a span is what stands in the file.
func TestSpans(t *testing.T) {
	p := Load(files(t, map[string]string{"a.yaml": `services:
  web:
    image: "nginx:1.27"
    environment:
      - SECRET=hunter2
      - 'OTHER=${X:-literal}'
    ports: ["127.0.0.1:8000:80"]
    command: gunicorn  app --bind 'a b'
  db:
    image: &img postgres
    environment: &env
      POSTGRES_PASSWORD: "pa\u0073s"
      KEY: plain # why
  copy:
    image: *img
    environment: *env
`, "b.yaml": "services:\n  web:\n    restart: always\n"}), []string{"a.yaml", "b.yaml"}, Options{})
	web, db := p.Service("web"), p.Service("db")
	text := func(s source.Span) string { return fmt.Sprintf("%s:%d %s", s.Path(), s.Position().Line, s.Text()) }
	other := web.Env("OTHER").Value
	v := other.Interpolate(nil).Vars[0]
	for _, c := range []struct{ got, want string }{
		{text(web.Image.Span), `a.yaml:3 "nginx:1.27"`},
		{text(web.Env("SECRET").Value.Span), "a.yaml:5 hunter2"},
		{text(web.Env("SECRET").KeySpan), "a.yaml:5 SECRET"},
		{text(other.SpanOf(v)), "a.yaml:6 literal"},
		{text(web.Ports[0].HostIP.Span), "a.yaml:7 127.0.0.1"},
		{text(web.Ports[0].Published.Span), "a.yaml:7 8000"},
		{text(web.Ports[0].Target.Span), "a.yaml:7 80"},
		{text(web.Command.Words[1].Span), "a.yaml:8 app"},
		{text(web.Command.Words[3].Span), "a.yaml:8 'a b'"},
		{text(web.Keys["restart"]), "b.yaml:3 restart"},
		{text(web.Span), "b.yaml:2 web"},
		{text(web.Spans[0]), "a.yaml:2 web"},
		{text(db.Env("POSTGRES_PASSWORD").Value.Span), `a.yaml:12 "pa\u0073s"`},
		{db.Env("POSTGRES_PASSWORD").Value.Raw, "pass"},
		{text(db.Env("KEY").Value.Span), "a.yaml:13 plain"},
		{text(p.Service("copy").Env("KEY").Value.Span), "a.yaml:13 plain"},
		{p.Service("copy").Image.Raw, "postgres"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// A broken file still tells what stands before the error.
func TestSalvage(t *testing.T) {
	p := one(t, "services:\n  web:\n    image: a\n    ports: [\"80:80\"]\n  db:\n    image: b\n   wrong: [\n")
	if len(p.Invalid) == 0 || p.Service("web") == nil || p.Service("web").Image.Raw != "a" {
		t.Errorf("%s %+v", problems(p.Invalid), p.Services)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range stories(f) {
		all := ""
		for _, name := range s.load {
			all += s.files[name] + "\x00"
		}
		f.Add(all)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := map[string]string{}
		var names []string
		for i, part := range strings.Split(text, "\x00") {
			if part != "" && i < 4 {
				names = append(names, fmt.Sprintf("f%d.yaml", i))
				m[names[len(names)-1]] = part
			}
		}
		p := Load(files(t, m), names, Options{})
		inside := func(s source.Span) {
			if s.File != nil && (s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text)) {
				t.Fatalf("span %d to %d of %d bytes", s.Start, s.End, len(s.File.Text))
			}
		}
		for _, q := range append(p.Problems, p.Invalid...) {
			inside(q.Span)
			if q.Text == "" {
				t.Fatal("a problem without a text")
			}
		}
		for _, s := range p.Services {
			inside(s.Span)
			inside(s.Image.Span)
			for _, e := range s.Environment {
				inside(e.KeySpan)
				inside(e.Value.Span)
				for _, v := range e.Value.Interpolate(nil).Vars {
					inside(e.Value.SpanOf(v))
				}
			}
			for _, q := range s.Ports {
				inside(q.HostIP.Span)
				inside(q.Published.Span)
				inside(q.Target.Span)
			}
			for _, q := range s.Volumes {
				inside(q.Source.Span)
				inside(q.Target.Span)
			}
			for _, c := range []*Command{s.Command, s.Entrypoint} {
				if c != nil {
					for _, w := range c.Words {
						inside(w.Span)
					}
				}
			}
			for _, k := range s.Keys {
				inside(k)
			}
		}
	})
}
