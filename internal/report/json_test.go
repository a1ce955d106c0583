package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/deploy"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "docs", "report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(SchemaURL, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaURL)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written writes a report as JSON and holds it against its schema.
func written(t *testing.T, r *checks.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, r, JSONOptions{Version: "0.1.0"}); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	if err := schema(t).Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, b.Bytes())
	}
	return b.Bytes()
}

func TestJSON(t *testing.T) {
	r := rich()
	r.View[0].Choice = &deploy.Choice{What: "compose", Chosen: "docker-compose.yml", Because: "it is the only one", Stated: true}
	b := written(t, r)
	for _, acts := range []string{"\x1b", "\x07", "\u202e", "##["} {
		if bytes.Contains(b, []byte(acts)) {
			t.Errorf("%q is written as it is", acts)
		}
	}
	if !bytes.Equal(b, written(t, r)) {
		t.Error("the same report gives other bytes")
	}
	var got jsonReport
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if v := got.View[0]; v.What != "compose" || v.Chosen != "docker-compose.yml" || !v.Stated {
		t.Errorf("view %+v", v)
	}
	if s := got.Summary; s.Findings["total"] != 36 || s.Findings["critical"] != 2 || s.Findings["info"] != 1 || s.Causes != 7 || s.Rows["total"] != 7 || s.Rows["fail"] != 4 {
		t.Errorf("summary %+v", s)
	}
	first := got.Checks[0].Findings[0]
	if want := r.Results[0].Findings[0]; first.Message != want.Message || first.Place.Path != want.Place.Path || len(first.Trail) != len(want.Trail) || first.Place.Line != 0 {
		t.Errorf("finding %+v, want %+v", first, want)
	}
	if e := got.Checks[2].Findings[0].Place.Excerpt; len(e) > maxExcerpt+len(ellipsis) || !strings.HasSuffix(e, ellipsis) {
		t.Errorf("an excerpt of %d bytes", len(e))
	}
	written(t, &checks.Report{})
}

// TestJSONHasAll fails when the report gains a field that JSON does not write.
func TestJSONHasAll(t *testing.T) {
	for _, c := range []struct {
		report, json any
		not          string // fields that are written elsewhere or not at all
	}{
		{checks.ReportedFinding{}, jsonFinding{}, "Check Edits"},
		{checks.Line{}, jsonLine{}, "Choice"},
		{checks.Place{}, jsonPlace{}, "File"},
		{checks.Stats{}, jsonStats{}, ""},
		{checks.SettingValue{}, jsonSettingValue{}, ""},
	} {
		of := reflect.TypeOf(c.report)
		to := reflect.TypeOf(c.json)
		for i := range of.NumField() {
			name := of.Field(i).Name
			if _, ok := to.FieldByName(name); !ok && !slices.Contains(strings.Fields(c.not), name) {
				t.Errorf("%s.%s is not written", of, name)
			}
		}
	}
}
