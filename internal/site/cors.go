package site

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// ObservatoryOrigin is the origin of the MDN HTTP Observatory's preflight; any that is foreign does.
const ObservatoryOrigin = "https://http-observatory.security.mozilla.org"

// An origin to ask with, and what it tries.
type origin struct{ kind, value string }

// origins returns those to ask with: the trusted front ends, and for the first of them, or else for the site, what a loose
// comparison takes for it.
func (p *probe) origins() []origin {
	var out []origin
	// The positive test comes first: a front end that cannot read its API is as much of a finding.
	for _, o := range p.o.TrustedOrigins[:min(len(p.o.TrustedOrigins), 4)] {
		out = append(out, origin{"trusted", o})
	}
	out = append(out, origin{"foreign", "https://" + p.o.Random() + ".example"}, origin{"null", "null"})
	model := p.baseURL("https")
	if len(p.o.TrustedOrigins) > 0 {
		model = p.o.TrustedOrigins[0]
	}
	u, err := url.Parse(model)
	if err != nil || u.Hostname() == "" {
		return out
	}
	host, port := u.Hostname(), ""
	if u.Port() != "" {
		port = ":" + u.Port()
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return append(out, origin{"http", "http://" + u.Host})
	}
	out = append(out, origin{"prefix", "https://" + host + ".evil.example"}, origin{"suffix", "https://evil" + host + port})
	if i := strings.LastIndexByte(host, '.'); i > 0 { // the last dot but one, which a pattern leaves unescaped more often than the one of the top-level domain
		if j := strings.LastIndexByte(host[:i], '.'); j > 0 {
			i = j
		}
		out = append(out, origin{"unescaped-dot", "https://" + host[:i] + "x" + host[i+1:] + port})
	}
	out = append(out, origin{"http", "http://" + host})
	if p.o.Depth == Full {
		out = append(out, origin{"subdomain", "https://x." + host + port}, origin{"underscore", "https://" + host + "_.evil.example"},
			origin{"backtick", "https://" + host + "`.evil.example"})
	}
	return out
}

// cors asks the API, or the page if none is named, with every origin, and with a preflight for those where it differs most often.
func (p *probe) cors(ctx context.Context) []CORSProbe {
	at := p.baseURL("https") + "/"
	if strings.HasPrefix(p.o.APIPath, "/") {
		at = p.baseURL("https") + p.o.APIPath
	}
	type ask struct {
		origin
		method string
	}
	var asks []ask
	for _, o := range p.origins() {
		if p.o.Depth != Full && o.kind != "trusted" && o.kind != "foreign" {
			continue
		}
		asks = append(asks, ask{o, http.MethodGet})
		if o.kind == "trusted" || o.kind == "foreign" {
			asks = append(asks, ask{o, http.MethodOptions})
		}
	}
	out := make([]CORSProbe, len(asks))
	p.each(len(asks), func(i int) {
		a := asks[i]
		r := request{method: a.method, url: at, header: map[string]string{"Origin": a.value}, most: 1}
		if a.method == http.MethodOptions {
			r.header["Access-Control-Request-Method"] = "POST"
			r.header["Access-Control-Request-Headers"] = "authorization,content-type"
		}
		out[i] = CORSProbe{Kind: a.kind, Origin: a.value}
		out[i].Response, _ = p.c.do(ctx, r)
	})
	return out
}
