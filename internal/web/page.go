package web

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A Resource is an address that an HTML page makes the browser load.
type Resource struct {
	Tag, Attr string // lower case
	URL       string
	Rel       string // of a link element
	Span      source.Span
}

// maxElements bounds the elements of one page.
const maxElements = 100000

// Resources returns the addresses that the elements of an HTML page, Django template, Vue or Svelte file name in src, href, data,
// action, poster and srcset attributes, in order. Template tags pass as text.
func Resources(f *source.File) (found []Resource) {
	walk(f, func(tag string, attrs map[string]string, at source.Span) {
		for _, name := range []string{"src", "href", "data", "action", "poster", "srcset"} {
			if value, ok := attrs[name]; ok {
				span := at
				if i := strings.Index(at.Text(), value); i >= 0 && value != "" {
					span.Start, span.End = at.Start+i, at.Start+i+len(value)
				}
				found = append(found, Resource{Tag: tag, Attr: name, URL: strings.TrimSpace(value), Rel: strings.ToLower(attrs["rel"]), Span: span})
			}
		}
	}, nil)
	return found
}

// Scripts returns the tokens of the inline scripts of an HTML, Vue or Svelte file, each script apart.
func Scripts(f *source.File) (scripts [][]Token) {
	walk(f, nil, func(start, end int, lang string) {
		scripts = append(scripts, lexRange(f, start, end, lang != "ts"))
	})
	return scripts
}

// walk reads a page with the tokenizer of golang.org/x/net/html: the raw text of all tokens is the page, so that their lengths give
// the places.
func walk(f *source.File, element func(tag string, attrs map[string]string, at source.Span), script func(start, end int, lang string)) {
	if len(f.Text) > maxSource {
		return
	}
	z := html.NewTokenizer(bytes.NewReader(f.Text))
	z.SetMaxBuf(maxSource + 1)
	pos, n := 0, 0
	inScript, lang := false, ""
	for n < maxElements {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		size := len(z.Raw())
		at := source.Span{File: f, Start: pos, End: pos + size}
		pos += size
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			n++
			name, more := z.TagName()
			tag := string(name)
			attrs := map[string]string{}
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				if len(attrs) < 100 {
					attrs[string(k)] = string(v)
				}
			}
			if element != nil {
				element(tag, attrs, at)
			}
			inScript = tag == "script" && kind == html.StartTagToken
			lang = attrs["lang"]
			if t := attrs["type"]; inScript && t != "" && t != "module" && !strings.Contains(t, "javascript") {
				inScript = false // JSON, templates
			}
		case html.TextToken:
			if inScript && script != nil {
				script(at.Start, at.End, lang)
			}
		case html.EndTagToken:
			inScript = false
		}
	}
}
