package site

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// What is kept of a page.
const (
	maxList   = 200     // scripts, references, assets
	maxTokens = 200_000 // of a page
)

// isHTML reports whether an answer calls itself HTML.
func isHTML(r *Response) bool {
	mime, _, _ := strings.Cut(r.Header("Content-Type"), ";")
	mime = strings.ToLower(strings.TrimSpace(mime))
	return mime == "text/html" || mime == "application/xhtml+xml"
}

// loads says which attribute of an element loads or sends something, and whether what is loaded is active content: browsers block it
// on a page of HTTPS (W3C Mixed Content, 5), while they upgrade images, sound and video.
var loads = map[string]struct {
	attribute string
	active    bool
}{
	"script": {"src", true}, "iframe": {"src", true}, "frame": {"src", true}, "embed": {"src", true}, "object": {"data", true}, "form": {"action", true},
	"img": {"src", false}, "audio": {"src", false}, "video": {"src", false}, "source": {"src", false}, "track": {"src", true}, "input": {"src", false},
}

// ReadPage reads the elements of a page that refer to something.
func ReadPage(at string, body []byte) *Page {
	p := &Page{URL: text(at)}
	base, err := url.Parse(at)
	if err != nil {
		return p
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(1 << 20)
	for n := 0; ; n++ {
		kind := z.Next()
		if kind == html.ErrorToken {
			return p
		}
		if n > maxTokens {
			p.More = true
			return p
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := z.TagName()
		tag, attrs := string(name), map[string]string{}
		for i := 0; more && i < 100; i++ {
			var k, v []byte
			k, v, more = z.TagAttr()
			if _, ok := attrs[string(k)]; !ok { // of two the first counts
				attrs[string(k)] = string(v)
			}
		}
		p.element(base, tag, attrs)
		if tag == "title" && p.Title == "" && z.Next() == html.TextToken {
			p.Title = text(strings.TrimSpace(string(z.Text())))
			p.Title = p.Title[:min(len(p.Title), 200)]
			p.Title = strings.ToValidUTF8(p.Title, "")
		}
	}
}

// element notes what one start tag says.
func (p *Page) element(base *url.URL, tag string, attrs map[string]string) {
	switch tag {
	case "script":
		if len(p.Scripts) < maxList {
			p.Scripts = append(p.Scripts, Script{text(attrs["src"]), text(attrs["integrity"]), text(attrs["crossorigin"])})
		} else {
			p.More = true
		}
	case "meta":
		p.meta(attrs)
	case "input":
		switch {
		case attrs["name"] == "csrfmiddlewaretoken":
			p.CSRFField = true
		case strings.EqualFold(attrs["type"], "password"):
			p.Password = true
		}
	case "link":
		rel := strings.Fields(strings.ToLower(attrs["rel"]))
		for _, r := range rel {
			switch r {
			case "stylesheet", "preload", "modulepreload", "manifest":
				p.reference(base, tag, attrs["href"], true)
			case "icon", "apple-touch-icon":
				p.reference(base, tag, attrs["href"], false)
			}
		}
		return
	}
	if l, ok := loads[tag]; ok {
		p.reference(base, tag, attrs[l.attribute], l.active)
	}
}

// meta notes policies. The other http-equiv headers have no effect in browsers.
func (p *Page) meta(attrs map[string]string) {
	content, ok := attrs["content"]
	switch _, equiv := attrs["http-equiv"]; {
	case equiv && ok:
		if content != "" && strings.EqualFold(strings.TrimSpace(attrs["http-equiv"]), "content-security-policy") && len(p.CSP) < 20 {
			p.CSP = append(p.CSP, policy(content))
		}
	case strings.EqualFold(strings.TrimSpace(attrs["name"]), "referrer") && content != "":
		p.Referrer = text(content)
	}
}

// policy caps a policy at 16 KiB, as headers are.
func policy(s string) string { return strings.ToValidUTF8(s[:min(len(s), 16<<10)], "\uFFFD") }

// reference notes what an element loads: an asset of the same origin, or something by plain HTTP.
func (p *Page) reference(base *url.URL, tag, to string, active bool) {
	to = strings.TrimSpace(to)
	u, err := base.Parse(to)
	if to == "" || err != nil {
		return
	}
	switch {
	case base.Scheme == "https" && u.Scheme == "http":
		if len(p.Insecure) < maxList {
			p.Insecure = append(p.Insecure, Reference{tag, text(u.String()), active})
		} else {
			p.More = true
		}
	case u.Scheme == base.Scheme && u.Host == base.Host && tag != "form" && tag != "iframe" && len(p.Assets) < maxList:
		p.Assets = append(p.Assets, text(u.String()))
	}
}
