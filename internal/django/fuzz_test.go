package django

import (
	"fmt"
	"strings"
	"testing"
)

func sprintAll(v Value) string {
	var out []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		out = append(out, fmt.Sprintf(verb, v))
	}
	return strings.Join(append(out, fmt.Sprint(v), v.Display(true)), "\n")
}

// FuzzEvaluate evaluates arbitrary settings in an arbitrary environment: no panic, every place inside its file.
func FuzzEvaluate(f *testing.F) {
	for _, name := range corpus(f) {
		c, files := loadCase(f, name)
		var env []string
		for k, v := range c.Env {
			env = append(env, k+"="+v)
		}
		for p, text := range files {
			if strings.HasSuffix(p, ".py") {
				f.Add(text, strings.Join(env, "\n"))
			}
		}
	}
	f.Add("import os\nDEBUG = os.environ.get('A') == '1'\n", "A=?")
	f.Fuzz(func(t *testing.T, text, vars string) {
		env := map[string]string{}
		for _, line := range strings.Split(vars, "\n") {
			if k, v, ok := strings.Cut(line, "="); ok {
				env[k] = v
			}
		}
		s := Evaluate(newHost(map[string]string{"settings.py": text, ".env": vars}, env), Options{Module: "settings"})
		if s.crash != nil {
			t.Fatalf("panic: %v", s.crash)
		}
		for _, n := range append(s.Names(), "DEBUG", "SECRET_KEY") {
			set := s.Get(n)
			ev := set.Value.Evidence()
			spans := append([]string(nil), ev.Span.Text())
			for _, step := range ev.Trail {
				spans = append(spans, step.Span.Text())
			}
			for _, o := range append(set.NotReached, set.Overridden...) {
				spans = append(spans, o.Span.Text())
			}
			if sp := ev.Span; sp.File != nil && (sp.Start < 0 || sp.End > len(sp.File.Text) || sp.Start > sp.End) {
				t.Fatalf("%s: span %d–%d of %d bytes", n, sp.Start, sp.End, len(sp.File.Text))
			}
			sprintAll(set.Value)
			set.Value.MayContain()
			set.Value.Elements()
			set.Value.Reason()
		}
		again := Evaluate(newHost(map[string]string{"settings.py": text, ".env": vars}, env), Options{Module: "settings"})
		for _, n := range s.Names() {
			if a, b := s.Get(n).Value.Display(false), again.Get(n).Value.Display(false); a != b {
				t.Fatalf("%s is %s and then %s", n, a, b)
			}
		}
	})
}
