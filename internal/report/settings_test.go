package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/source"
)

func project() checks.ProjectSettings {
	f := source.NewFile("shop/settings.py", []byte("DEBUG = os.environ.get('DEBUG', 'True') == 'True'\nif HTTPS:\n    SESSION_COOKIE_SECURE = True\n"))
	env := source.NewFile(".env.example", []byte("DEBUG=False\n"))
	read := checks.Line{Text: "reads DEBUG", Place: place(f, 1, "os.environ")}
	return checks.ProjectSettings{Root: ".", Module: "shop.settings", Because: "wsgi.py names it", Documented: true, Settings: []checks.SettingValues{
		{
			Name:       "DEBUG",
			Documented: &checks.SettingValue{Value: "False", State: "assigned", Known: true, Place: place(env, 1, "False"), Trail: []checks.Line{read}},
			Unset:      checks.SettingValue{Value: "True", State: "assigned", Known: true, Fallback: true, Place: place(f, 1, "'True'"), Trail: []checks.Line{{Text: "DEBUG is not set"}}},
		},
		{
			Name:       "SESSION_COOKIE_SECURE",
			Documented: &checks.SettingValue{Value: "False", State: "default", Known: true},
			Unset: checks.SettingValue{Value: "False", State: "default", Known: true,
				NotReached: []checks.Line{{Text: "not reached", Place: place(f, 3, "SESSION_COOKIE_SECURE"), Trail: []checks.Line{{Text: "if HTTPS is false", Place: place(f, 2, "HTTPS")}}}}},
		},
		{Name: "SECURE_HSTS_PRELOAD", Unset: checks.SettingValue{Value: "False", State: "default", Known: true}},
		{Name: "SECRET_KEY", Unset: checks.SettingValue{Value: "unknown", State: "maybe", Reason: "the function " + strings.Repeat("load() ", 20) + "is not in the repository", Place: place(f, 2, "HTTPS")}},
		{Name: "X\x1b[31m", Unset: checks.SettingValue{Value: "\u202e" + strings.Repeat("long ", 50), State: "assigned", Known: true, Place: place(f, 2, "HTTPS")}},
	}}
}

func TestSettings(t *testing.T) {
	var b bytes.Buffer
	if err := Settings(&b, []checks.ProjectSettings{project(), {Root: "other"}}, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, line := range strings.Split(got, "\n") {
		if width(line) > defaultWidth || strings.HasSuffix(line, " ") || strings.ContainsAny(line, "\x1b\u202e") {
			t.Errorf("%d columns: %q", width(line), line)
		}
	}
	wants(t, got, "shop.settings in .\n  because wsgi.py names it\n",
		"DEBUG\n  documented  False\n              at    .env.example:1  DEBUG=False\n              from  shop/settings.py:1  reads DEBUG\n",
		"  unset       True\n              at    shop/settings.py:1  DEBUG = os.environ.get('DEBUG', 'True')…\n              from  DEBUG is not set\n",
		"SESSION_COOKIE_SECURE\n  documented  False (not set: Django's default)\n",
		"  unset       False (not set: Django's default)\n              not reached  shop/settings.py:3  SESSION_COOKIE_SECURE = True\n              from  shop/settings.py:2  if HTTPS is false\n",
		"SECURE_HSTS_PRELOAD               False  not set: Django's default\n",
		"SECRET_KEY\n  unknown (the function load() load()",
		"no settings module in other\n")

	b.Reset()
	if err := SettingsJSON(&b, []checks.ProjectSettings{project()}); err != nil {
		t.Fatal(err)
	}
	var read jsonSettings
	if err := json.Unmarshal(b.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	debug := read.Projects[0].Settings[0]
	if debug.Documented == nil || debug.Documented.Value != "False" || debug.Unset.Value != "True" || !debug.Unset.Fallback || debug.Documented.Place.Path != ".env.example" {
		t.Errorf("DEBUG is %+v", debug)
	}
	if n := read.Projects[0].Settings[1].Unset.NotReached; len(n) != 1 || n[0].Place.Line != 3 || len(n[0].Trail) != 1 {
		t.Errorf("not reached: %+v", n)
	}
}

// TestPagesFit holds that no page and no list is wider than a terminal, links apart: a broken link leads nowhere.
func TestPagesFit(t *testing.T) {
	for _, columns := range []int{60, 80} {
		var b bytes.Buffer
		if err := Checks(&b, TextOptions{Width: columns}); err != nil {
			t.Fatal(err)
		}
		for _, c := range checks.All() {
			if !strings.Contains(b.String(), "  "+c.ID+" ") {
				t.Errorf("%s is not listed", c.ID)
			}
			if err := Explain(&b, c, TextOptions{Width: columns}); err != nil {
				t.Fatal(err)
			}
		}
		for _, line := range strings.Split(b.String(), "\n") {
			if width(line) > columns && !strings.Contains(line, "  https://") {
				t.Errorf("%d columns: %q", width(line), line)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	c := checks.Lookup("django-debug-enabled")
	var b, colored bytes.Buffer
	if err := Explain(&b, c, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	wants(t, b.String(), c.Title+"\n", c.ID+"  critical, high where it holds only while a variable is\n                      left unset\n", "answers  ", "(django.debug)\n", "fix:  ", "does not see:  ",
		"Fails\n", " ✗    3 │ ", "Passes\n", "sources  "+c.Refs[0]+"\n")
	if strings.Contains(b.String(), "# want") {
		t.Error("the page shows an expectation of a test")
	}
	if err := Explain(&colored, c, TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if plainText(colored.String()) != b.String() || colored.Len() == b.Len() {
		t.Error("in colour it reads differently")
	}
}
