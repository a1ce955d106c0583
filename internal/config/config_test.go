package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/source"
)

// vocabulary is that of the checklist, as the program has it.
func vocabulary() Vocabulary {
	v := Vocabulary{Severities: []string{"critical", "high", "medium", "low", "info"}}
	for _, s := range checks.Checklist() {
		for _, r := range s.Rows {
			v.Rows = append(v.Rows, r.Key)
			if r.Days > 0 {
				v.Attestable = append(v.Attestable, r.Key)
			}
		}
	}
	for _, c := range checks.All() {
		for _, id := range append([]string{c.ID}, c.Aliases...) {
			v.Checks = append(v.Checks, id)
			if checks.NeedsEnd(c.Severity) {
				v.Grave = append(v.Grave, id)
			}
		}
	}
	return v
}

func decode(text string) (*File, error) {
	return Decode(source.NewFile(Name, []byte(text)), vocabulary())
}

// TestSchemaIsFresh holds docs/prodcheck.schema.json against the table that decodes the file.
func TestSchemaIsFresh(t *testing.T) {
	want, err := Schema(vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("..", "..", "docs", "prodcheck.schema.json")
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v): go test ./internal/config -update", name, err)
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema(vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(SchemaURL, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaURL)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// value turns YAML into what an editor hands to the schema: dates are text, and a key that is there twice is an error.
func value(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return value(n.Content[0])
	case yaml.AliasNode:
		return value(n.Alias)
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			v, err := value(c)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, twice := out[key]; twice {
				return nil, fmt.Errorf("%s is there twice", key)
			}
			v, err := value(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			out[key] = v
		}
		return out, nil
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return json.Number(n.Value), nil
	case "!!bool":
		return n.Value == "true", nil
	case "!!null":
		return nil, nil
	}
	return n.Value, nil
}

func accepts(s *jsonschema.Schema, text string) error {
	var n yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&n); err != nil {
		return err
	}
	v, err := value(&n)
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// wrong are files with one mistake each: its line, a part of the message and a part of the remedy.
var wrong = []struct {
	name, text   string
	line         int
	says, remedy string
	// programOnly marks what a schema cannot say.
	programOnly bool
}{
	{"empty", "", 1, "the file is empty", "version: 1", false},
	{"only a comment", "# nothing\n", 1, "the file is empty", "version: 1", false},
	{"no version", "fail-on: high\n", 1, "the file has no version", "add version", false},
	{"another version", "version: 2\n", 1, `version is "2"`, "use 1", false},
	{"version as text", "version: \"1\"\n", 1, `version is the text "1" and not a number`, "without quotes", false},
	{"version as a decimal", "version: 1.5\n", 1, "not a number", "write a number", false},
	{"a list", "- version: 1\n", 1, "the file is a list and not a mapping", "version, production", false},
	{"a text", "version\n", 1, "and not a mapping", "write its keys below", false},
	{"unknown key", "version: 1\nprodction:\n  settings: a.b\n", 2, `unknown key "prodction"`, "is it production?", false},
	{"unknown key with an underscore", "version: 1\nfail_on: high\n", 2, `unknown key "fail_on"`, "is it fail-on?", false},
	{"key like no other", "version: 1\nzzzzzzzz: 1\n", 2, `unknown key "zzzzzzzz"`, "use version, production", false},
	{"unknown key below", "version: 1\nproduction:\n  setting: a.b\n", 3, `unknown key "setting" in production`, "is it settings?", false},
	{"production as text", "version: 1\nproduction: config.settings\n", 2, "production is the text", "write its keys below, indented: settings", false},
	{"production empty", "version: 1\nproduction:\n", 2, "production is empty and not a mapping", "write its keys", false},
	{"settings as a path", "version: 1\nproduction:\n  settings: config/settings.py\n", 3, `settings is "config/settings.py"`, "a module such as", false},
	{"settings as a number", "version: 1\nproduction:\n  settings: 12\n", 3, `settings is the number "12" and not text`, "in quotes", false},
	{"settings as a list", "version: 1\nproduction:\n  settings: [a]\n", 3, "settings is a list", "one value", false},
	{"compose as text", "version: 1\nproduction:\n  compose: compose.yml\n", 3, "compose is the text", "[one, another]", false},
	{"compose outside", "version: 1\nproduction:\n  compose: [../compose.yml]\n", 3, `"../compose.yml"`, "a path inside the repository", false},
	{"an absolute path", "version: 1\nproduction:\n  dockerfiles:\n    - /srv/Dockerfile\n", 4, `"/srv/Dockerfile"`, "inside the repository", false},
	{"django-root above", "version: 1\nproduction:\n  django-root: a/../..\n", 3, "django-root is", "inside the repository", false},
	{"domain with a scheme", "version: 1\ndomains: [https://example.com]\n", 2, `"https://example.com"`, "without https://", false},
	{"domain without a dot", "version: 1\ndomains:\n- localhost\n", 3, `"localhost"`, "a domain such as", false},
	{"front end without TLS", "version: 1\nfrontends: ['http://app.example.net']\n", 2, `"http://app.example.net"`, "https://app.example.net", false},
	{"front end with a path", "version: 1\nfrontends: ['https://app.example.net/x']\n", 2, "an item of frontends", "without a path", false},
	{"duration as a number", "version: 1\nthresholds:\n  jwt-access: 5\n", 3, `jwt-access is the number "5"`, "in quotes", false},
	{"duration in words", "version: 1\nthresholds:\n  jwt-access: five hours\n", 3, `"five hours"`, "5h", false},
	{"duration of nothing", "version: 1\nthresholds:\n  jwt-refresh: 0d\n", 3, `"0d"`, "7d", false},
	{"hsts of zero", "version: 1\nthresholds:\n  hsts: 0\n", 3, `hsts is "0"`, "from 1 to", false},
	{"hsts as a duration", "version: 1\nthresholds:\n  hsts: 2y\n", 3, "not a number", "without quotes", false},
	{"short keys", "version: 1\nthresholds:\n  secret-key-length: 8\n", 3, `secret-key-length is "8"`, "from 50", false},
	{"number too large", "version: 1\nwaiver-max-days: 99999999999999999999\n", 2, "waiver-max-days is", "from 1 to 366", false},
	{"unknown row", "version: 1\nrows:\n  nginx.gzp:\n    not-applicable: the network compresses\n", 3, `there is no row "nginx.gzp"`, "is it nginx.gzip?", false},
	{"row without a reason", "version: 1\nrows:\n  nginx.gzip:\n    not-applicable:\n", 4, "not-applicable is empty", "in quotes", false},
	{"row with a blank reason", "version: 1\nrows:\n  nginx.gzip:\n    not-applicable: '  '\n", 4, `not-applicable is "  "`, "a reason in words", false},
	{"row as text", "version: 1\nrows:\n  nginx.gzip: the network compresses\n", 3, "nginx.gzip is the text", "not-applicable", false},
	{"unknown check", "version: 1\nseverity:\n  django-debug-enable: low\n", 3, `there is no check "django-debug-enable"`, "is it django-debug-enabled?", false},
	{"unknown severity", "version: 1\nseverity:\n  django-admin-exposed: hi\n", 3, `django-admin-exposed is "hi"`, "use critical, high", false},
	{"exclude as text", "version: 1\nexclude: docs\n", 2, "exclude is the text", "[one, another]", false},
	{"exclude with brackets", "version: 1\nexclude: ['a[b']\n", 2, `"a[b"`, "a glob", false},
	{"fail-on misspelt", "version: 1\nfail-on: hihg\n", 2, `fail-on is "hihg"`, "is it high?", false},
	{"fail-on as a boolean", "version: 1\nfail-on: false\n", 2, `fail-on is "false" and not text`, "use critical, high, medium, low or never", false},
	{"boolean as text", "version: 1\nallow-inline-waivers: \"false\"\n", 2, "allow-inline-waivers is the text", "true or false", false},
	{"boolean as a word", "version: 1\nallow-inline-waivers: no\n", 2, "allow-inline-waivers is", "true or false", false},
	{"attestation of a row nobody attests", "version: 1\nattestations:\n  django.debug: {by: A, on: 2026-01-01, evidence: x}\n", 3, `there is no row that people attest "django.debug"`, "prodcheck checklist", false},
	{"attestation by nobody", "version: 1\nattestations:\n  database.backups: {on: 2026-01-01, evidence: x}\n", 3, "database.backups has no by", "add by", false},
	{"attestation without evidence", "version: 1\nattestations:\n  database.backups:\n    by: A\n    on: 2026-01-01\n", 4, "database.backups has no evidence", "add evidence", false},
	{"attestation on no day", "version: 1\nattestations:\n  database.backups: {by: A, on: 2026-02-30, evidence: x}\n", 3, `on is "2026-02-30" and not a date`, "2027-01-31", false},
	{"attestation in another order of day and month", "version: 1\nattestations:\n  database.backups: {by: A, on: 31.01.2026, evidence: x}\n", 3, "not a date", "2027-01-31", false},
	{"attested twice", "version: 1\nattestations:\n  database.backups: {by: A, on: 2026-01-01, evidence: x}\n  database.backups: {by: B, on: 2026-01-01, evidence: x}\n", 4, `"database.backups" is there twice`, "keep one", false},
	{"attestation that ends first", "version: 1\nattestations:\n  database.backups: {by: A, on: 2026-01-02, evidence: x, until: 2026-01-01}\n", 3, "before it begins", "after 2026-01-02", true},
	{"waivers as a mapping", "version: 1\nwaivers:\n  check: django-admin-exposed\n", 3, "waivers is a mapping and not a list", "- before", false},
	{"waiver without a reason", "version: 1\nwaivers:\n  - check: django-admin-exposed\n    path: '**'\n    owner: A\n", 3, "has no reason", "add reason", false},
	{"waiver without an owner", "version: 1\nwaivers:\n  - {check: django-admin-exposed, path: '**', reason: it is fine}\n", 3, "has no owner", "add owner", false},
	{"waiver of an unknown check", "version: 1\nwaivers:\n  - check: django-admin-exposd\n    path: '**'\n    reason: fine\n    owner: A\n", 3, `check is "django-admin-exposd"`, "is it django-admin-exposed?", false},
	{"waiver of something critical without an end", "version: 1\nwaivers:\n  - {check: django-debug-enabled, path: '**', reason: fine, owner: A}\n", 3, "the waiver of django-debug-enabled has no end", "add until", false},
	{"waiver outside", "version: 1\nwaivers:\n  - {check: django-admin-exposed, path: '../**', reason: fine, owner: A}\n", 3, `path is "../**"`, "inside the repository", false},
	{"not YAML", "version: 1\nproduction: {settings: [a\n", 2, "not YAML", "indentation", false},
	{"tabs", "version: 1\nproduction:\n\tsettings: a.b\n", 3, "not YAML", "indentation", false},
	{"two documents", "version: 1\n---\nversion: 1\n", 2, "a second document", "keep one", true},
	{"an alias", "version: 1\nexclude: &a ['docs/**']\ndomains: *a\n", 3, "domains is an alias", "write the value out", false},
	{"a merge key", "version: 1\nproduction:\n  <<: {settings: a.b}\n", 3, "has a key that is", "write its keys out", false},
	{"a tag", "version: 1\nfail-on: !mine high\n", 2, "has the tag", "leave the tag out", true},
}

// TestWrongFiles holds that every wrong file is refused at the right line with a remedy, and that the schema refuses it too.
func TestWrongFiles(t *testing.T) {
	s := schema(t)
	for _, c := range wrong {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(c.text)
			var errs Errors
			if !errors.As(err, &errs) || len(errs) == 0 {
				t.Fatalf("accepted: %v", err)
			}
			got := errs[0]
			if line := got.Span.Position().Line; line != c.line || !strings.Contains(got.Text, c.says) || !strings.Contains(got.Remedy, c.remedy) {
				t.Errorf("%v\nwant line %d, %q, %q", got, c.line, c.says, c.remedy)
			}
			if !strings.HasPrefix(got.Error(), fmt.Sprintf("%s:%d:", Name, c.line)) {
				t.Errorf("%q does not begin with its place", got.Error())
			}
			if err := accepts(s, c.text); (err == nil) != c.programOnly {
				t.Errorf("the schema says %v", err)
			}
		})
	}
	if len(wrong) < 40 {
		t.Errorf("%d wrong files", len(wrong))
	}
}

// TestRightFiles holds that the program and the schema accept the same right files.
func TestRightFiles(t *testing.T) {
	s := schema(t)
	for _, text := range []string{
		"version: 1\n",
		"version: 1\nproduction:\n  settings: config.settings.production\n  compose: [a.yml, deploy/b.yml]\n  env-files: ['.envs/.production/.django']\n",
		"# first\nversion: 1 # the only one\nexclude:\n- docs/**\n- '*.md'\nfail-on: never\nallow-inline-waivers: false\nwaiver-max-days: 30\n",
		"version: 1\nthresholds: {jwt-access: 30m, jwt-refresh: 2w, hsts: 31536000, secret-key-length: 50}\nseverity: {django-admin-exposed: info}\n",
		"version: 1\ndomains: [example.com, example.co.uk]\nfrontends: ['https://app.example.net:8443']\nrows:\n  nginx.gzip: {not-applicable: the network compresses}\n",
		"version: 1\nattestations:\n  database.backups:\n    by: Ada L.\n    on: 2026-01-01\n    evidence: https://example.com/x\n    until: '2026-03-01'\n",
		"version: 1\nwaivers:\n  - {check: django-debug-enabled, path: '**', reason: fine, owner: A, until: 2026-05-01}\n  - {check: django-admin-exposed, path: shop/**, reason: fine, owner: A}\n",
		string(Initial(Found{})),
		string(Initial(Found{Settings: "a.b", Compose: []string{"c.yml"}, DjangoRoot: "back end", Domains: []string{"example.com"}})),
		uncommented(string(Initial(Found{Settings: "a.b", Configuration: "Production", Dockerfiles: []string{"Dockerfile: x"}}))),
	} {
		if _, err := decode(text); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
		if err := accepts(s, text); err != nil {
			t.Errorf("%s\nthe schema: %v", text, err)
		}
	}
}

// uncommented takes the # away before every key of a first file.
func uncommented(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") && (strings.HasPrefix(line, "#  ") || !strings.HasPrefix(line, "# ")) {
			line = line[1:]
		}
		if strings.HasPrefix(line, " ") || !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

func TestDecoded(t *testing.T) {
	f, err := decode("version: 1\nthresholds:\n  jwt-access: 90m\nattestations:\n  database.backups: {by: Ada, on: 2026-01-02, evidence: docs/b.md}\n" +
		"waivers:\n  - check: django-admin-exposed\n    path: '**'\n    reason: \"a VPN: ours\"\n    owner: ops\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Thresholds.JWTAccess; got.Value != 90*time.Minute || got.Span.Text() != "90m" || got.Span.Position().Line != 3 {
		t.Errorf("%v %q", got.Value, got.Span.Text())
	}
	if a := f.Attestations[0]; a.By != "Ada" || a.On.Format(time.DateOnly) != "2026-01-02" || a.Span.Text() != "database.backups" {
		t.Errorf("%+v", a)
	}
	if w := f.Waivers[0]; w.Reason != "a VPN: ours" || !w.Until.IsZero() || w.Span.Position().Line != 7 {
		t.Errorf("%+v", w)
	}
	if !f.AllowInlineWaivers.Value {
		t.Error("waivers beside the code are not allowed unless said")
	}
}

func TestOn(t *testing.T) {
	f, err := decode("version: 1\nattestations:\n  database.backups: {by: A, on: 2026-06-02, evidence: x}\nwaivers:\n  - {check: django-debug-enabled, path: '**', reason: fine, owner: A, until: 2026-12-01}\n")
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for today, want := range map[string][]string{
		"2026-06-01": {":3:3: the attestation of database.backups is dated 2026-06-02, and today is 2026-06-01", ":5:"},
		"2026-06-03": {":5:13: the waiver of django-debug-enabled ends on 2026-12-01, more than 180 days from today"},
		"2026-06-04": nil, "2027-01-01": nil,
	} {
		err := f.On(day(today))
		if (err == nil) != (want == nil) {
			t.Errorf("%s: %v", today, err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", today, err, w)
			}
		}
	}
}

// TestHostile holds that no file takes the program with it, or long.
func TestHostile(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("version: 1\nexclude: &a [x]\n")
	for i := range 60 {
		fmt.Fprintf(&bomb, "k%d: &b%d [*a, *a]\n", i, i)
	}
	for name, text := range map[string]string{
		"bomb": bomb.String(), "deep": strings.Repeat("[", 20000), "deep mapping": "version: 1\nproduction: " + strings.Repeat("{a: ", 5000),
		"long": "version: 1\nexclude: [" + strings.Repeat("a, ", 200000) + "a]\n", "NUL": "version: 1\x00\n", "large": strings.Repeat("#", MaxSize+1),
		"not UTF-8": "version: 1\nfail-on: \"\xff\xfe\"\n", "long key": "version: 1\n" + strings.Repeat("k", 100000) + ": 1\n",
		"many keys": "version: 1\nseverity:\n" + strings.Repeat("  x: y\n", 5000),
	} {
		start := time.Now()
		if _, err := decode(text); err == nil {
			t.Errorf("%s: accepted", name)
		} else if len(err.Error()) > 8000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range wrong {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile(Name, []byte(text))
		_, err := Decode(file, vocabulary())
		var errs Errors
		if err != nil && !errors.As(err, &errs) {
			t.Fatalf("%v", err)
		}
		for _, e := range errs {
			if e.Span.File != file || e.Span.Start < 0 || e.Span.End > len(file.Text) || e.Remedy == "" {
				t.Errorf("%+v", e)
			}
		}
	})
}
