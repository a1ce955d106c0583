package report

import (
	"html/template"
	"strings"
	"testing"
)

// Our reading of a page template gives what html/template makes of it.
func TestMarkup(t *testing.T) {
	type leaf struct {
		Name string
		N    int
	}
	data := struct {
		Title string
		List  []leaf
		Empty []leaf
		Leaf  *leaf
		None  *leaf
		Yes   bool
		URL   string
	}{"a<b>\"c\" & 'd'", []leaf{{"x", 1}, {"<y>", 2}}, nil, &leaf{"z", 3}, nil, true, "https://example.org/?a=b"}
	for _, text := range []string{
		`<p title="{{.Title}}">{{.Title}}</p>`,
		"<ul>\n{{- range .List}}\n<li>{{.Name}} {{.N}}</li>\n{{- end}}\n</ul>",
		`{{range .Empty}}a{{else}}none{{end}}`,
		`{{range $i, $x := .List}}{{if eq $i 0}}first{{else}}{{$x.Name}}{{end}} {{$.Title}}{{end}}`,
		`{{with .Leaf}}{{.Name}}{{end}}{{with .None}}no{{else}}yes{{end}}`,
		`{{if .Yes}}1{{end}}{{if or .Empty .List}}2{{end}}{{if eq (len .List) 2}}3{{end}}{{len .List}}`,
		`{{define "row"}}[{{.N}}]{{end}}{{range .List}}{{template "row" .}}{{end}}`,
		`<a href="{{.URL}}">x</a>`,
		"a {{- with .Leaf}} b {{end -}} c",
	} {
		var want, got strings.Builder
		if err := template.Must(template.New("").Parse(text)).Execute(&want, data); err != nil {
			t.Fatal(err)
		}
		if err := parseMarkup(text).execute(&got, data); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got.String() != want.String() {
			t.Errorf("%s\n got %s\nwant %s", text, &got, &want)
		}
	}
}

// An address that is neither https nor inside the page is not written.
func TestMarkupAddress(t *testing.T) {
	var got strings.Builder
	if err := parseMarkup(`<a href="{{.}}">{{.}}</a>`).execute(&got, "javascript:alert(1)"); err != nil {
		t.Fatal(err)
	}
	if want := `<a href="#">javascript:alert(1)</a>`; got.String() != want {
		t.Errorf("got %s, want %s", &got, want)
	}
	if err := parseMarkup(`{{.Gone}}`).execute(&got, struct{ There int }{}); err == nil {
		t.Error("a field that is not there gives no error")
	}
}
