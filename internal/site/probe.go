package site

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// announcedBody is the length that the header-only POST announces: no limit above it protects anything.
const announcedBody = 1 << 30

// A probe is one look at a site.
type probe struct {
	o    Options
	host string
	port int
	g    *guard
	c    *client

	mu   sync.Mutex
	site *Site
}

// Probe looks at the site at a URL of HTTPS, or a bare host, and returns what it saw. The error says that the URL is none; whatever
// goes wrong with the site is in the facts. It returns soon after the context ends or the time is up, with what was seen until then.
func Probe(ctx context.Context, at string, o Options) (*Site, error) {
	host, port, err := target(at)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	for i, h := range o.Hosts {
		if o.Hosts[i], _, err = target(h); err != nil {
			return nil, err
		}
	}
	p := &probe{o: o, host: host, port: port, g: newGuard(o, host)}
	p.c = newClient(o, p.g)
	defer p.c.transport.CloseIdleConnections()
	p.site = &Site{Schema: Schema, Host: host, Port: port, HTTPPort: o.HTTPPort, Start: o.Now().UTC().Truncate(time.Second), Depth: o.Depth, TrustStore: "system"}
	if o.Roots != nil {
		p.site.TrustStore = "given"
	}
	p.site.URL = p.baseURL("https") + "/"
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	p.run(ctx)
	p.site.Requests, p.site.Connections = p.c.sent, p.g.opened
	if ctx.Err() != nil {
		p.problem("time", "the time was up before everything was looked at")
	}
	return p.site, nil
}

// problem notes that something could not be looked at.
func (p *probe) problem(probe, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.site.Problems = append(p.site.Problems, Problem{probe, text(fmt.Sprintf(format, args...))})
}

// each calls f for 0 to n-1, two at a time: the scan of TLS takes about another two.
func (p *probe) each(n int, f func(i int)) {
	slots := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() { f(i); <-slots })
	}
	wg.Wait()
}

// run looks at everything, TLS and HTTP at the same time.
func (p *probe) run(ctx context.Context) {
	addrs := p.names(ctx)
	if len(addrs) == 0 {
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() { p.transportLayer(ctx, addrs) })
	wg.Go(func() { p.pages(ctx) })
	wg.Wait()
	// A server that crypto/tls cannot talk to still sent its certificate to the hellos of tlsprobe.
	if h := &p.site.Handshakes[0]; len(h.Chain) == 0 && p.site.TLS != nil && len(p.site.TLS.Chains) > 0 {
		if seen, ok := p.chainOf(addrs[0], p.site.TLS.Chains[0]); ok {
			h.Chain, h.Trust = seen.Chain, seen.Trust
		}
	}
	// Nor is the one that crypto/tls was given the only one: servers have an RSA certificate for clients that do not take the other.
	if leaf := p.site.Handshakes[0].Leaf(); leaf != nil && p.site.TLS != nil {
		for _, ders := range p.site.TLS.Chains {
			if seen, ok := p.chainOf(addrs[0], ders); ok && seen.Leaf().SHA256 != leaf.SHA256 {
				p.site.Alternatives = append(p.site.Alternatives, seen)
			}
		}
	}
}

// names resolves the host and says which addresses are probed, four at most.
func (p *probe) names(ctx context.Context) []netip.Addr {
	d := &p.site.DNS
	v4, v6, overridden, err := p.g.lookup(ctx, p.host, p.port)
	d.Overridden = overridden
	for _, a := range v4 {
		d.IPv4 = append(d.IPv4, a.String())
	}
	for _, a := range v6 {
		d.IPv6 = append(d.IPv6, a.String())
	}
	d.CAAState = "not-asked"
	if p.o.Depth == Full && (p.o.systemResolver || p.o.DNSServer != "") && !overridden {
		p.caa(ctx)
	}
	if err != nil {
		d.Error = text(err.Error())
		p.problem("dns", "%q does not resolve: %v", p.host, err)
		return nil
	}
	for _, a := range slices.Concat(v4, v6) {
		if reason := refuse(a, p.o.AllowPrivate); reason != "" {
			d.Refused = append(d.Refused, a.String()+": "+reason)
		}
	}
	addrs, err := p.g.addresses(ctx, p.host, p.port)
	if err != nil {
		p.problem("dns", "%v", err)
		return nil
	}
	// A name with more addresses than that belongs to a network of caches, whose nodes are alike.
	addrs = addrs[:min(len(addrs), 4)]
	for _, a := range addrs {
		d.Addresses = append(d.Addresses, a.String())
	}
	return addrs
}

// transportLayer looks at ports, certificates and TLS.
func (p *probe) transportLayer(ctx context.Context, addrs []netip.Addr) {
	if p.o.Depth == Full {
		p.site.Ports = p.portScan(ctx, addrs[0])
	}
	p.site.Handshakes = make([]Handshake, len(addrs))
	var wg sync.WaitGroup
	wg.Go(func() {
		p.each(len(addrs), func(i int) { p.site.Handshakes[i] = p.handshake(ctx, addrs[i]) })
		if www := "www." + p.host; p.g.names(www) {
			p.site.WWW = p.www(ctx)
		}
	})
	wg.Go(func() {
		o := tlsprobe.Options{ServerName: p.host, Depth: tlsprobe.Depth(p.o.Depth), Parallel: 2, MaxConnections: max(10, p.o.MaxHandshakes-20),
			Timeout: min(p.o.RequestTimeout, 5*time.Second)}
		at := netip.AddrPortFrom(addrs[0], uint16(p.port)).String()
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			return p.g.connect(ctx, addrs[0], p.port)
		}
		p.site.TLS = tlsprobe.Scan(ctx, at, o)
		if p.site.TLS.Stopped != "" {
			p.problem("tls", "%s", p.site.TLS.Stopped)
		}
	})
	wg.Wait()
}

// pages looks at what the site answers over HTTP.
func (p *probe) pages(ctx context.Context) {
	s, base := p.site, p.baseURL("https")
	var body []byte
	s.HTTPS, body = p.c.chain(ctx, base+"/", p.port)
	s.HTTP, _ = p.c.chain(ctx, p.baseURL("http")+"/", p.port)
	last := s.HTTPS.Last()
	if !s.HTTPS.First().OK() {
		p.problem("http", "%s gives no answer over HTTPS: %s", s.URL, s.HTTPS.First().Error)
		return
	}
	if last.OK() && isHTML(last) {
		s.Page = ReadPage(last.URL, body)
	}
	// What tells most comes first, since the number of requests is limited: the baseline that exposures are compared with, then
	// those, then what other origins may read.
	s.Missing = p.get(ctx, request{url: base + "/" + p.o.Random()})
	s.Exposures = p.exposed(ctx)
	s.CORS = p.cors(ctx)
	s.Robots = p.get(ctx, request{url: base + "/robots.txt"})
	s.Preflight = p.get(ctx, request{method: http.MethodOptions, url: last.URL, most: 1,
		header: map[string]string{"Origin": ObservatoryOrigin, "Access-Control-Request-Method": "GET"}})
	if p.o.Depth == Full {
		s.ForeignHost = p.get(ctx, request{url: base + "/", host: p.o.Random() + ".example"})
		s.Admin = p.form(ctx, p.o.AdminPath)
		s.Login = s.Admin
		if p.o.LoginPath != "" && p.o.LoginPath != p.o.AdminPath {
			s.Login = p.form(ctx, p.o.LoginPath)
		}
	}
	p.static(ctx)
	if p.o.Depth == Full {
		s.Compressed = append(s.Compressed, *p.get(ctx, request{url: last.URL, header: encodings(), most: maxPage}))
		if !p.o.NoBodyLimit {
			s.BodyLimit = p.bodyLimit(ctx)
		}
	}
	if p.o.BurstRequests > 0 && strings.HasPrefix(p.o.BurstPath, "/") {
		p.burst(ctx)
	}
	var answers []*Response
	for i := range s.HTTPS.Responses {
		answers = append(answers, &s.HTTPS.Responses[i])
	}
	s.Cookies = Cookies(append(answers, s.Robots, s.Preflight)...)
}

// encodings are the compressions that browsers take.
func encodings() map[string]string { return map[string]string{"Accept-Encoding": "gzip, br, zstd"} }

// get sends a request whose body is of no interest.
func (p *probe) get(ctx context.Context, r request) *Response {
	out, _ := p.c.do(ctx, r)
	return &out
}

// form follows the redirects of a path and reads the page at the end.
func (p *probe) form(ctx context.Context, at string) *Chain {
	if !strings.HasPrefix(at, "/") {
		return nil
	}
	chain, body := p.c.chain(ctx, p.baseURL("https")+at, p.port)
	if r := chain.Last(); r.OK() && isHTML(r) {
		chain.Page = ReadPage(r.URL, body)
	}
	return &chain
}

// static asks for a text file that the page, or else the admin site, loads; compression is allowed, which changes no other header.
func (p *probe) static(ctx context.Context) {
	var assets []string
	for _, page := range []*Page{p.site.Page, pageOf(p.site.Admin)} {
		if page != nil {
			assets = append(assets, page.Assets...)
		}
	}
	// Style sheets and scripts are what servers compress; pictures are compressed by nature.
	rank := func(a string) int { // the first text file, and if there is none the first of all
		u, err := url.Parse(a)
		if err != nil {
			return 2
		}
		if ext := path.Ext(u.Path); ext == ".css" || ext == ".js" || ext == ".mjs" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(assets, func(a, b string) int { return rank(a) - rank(b) })
	if len(assets) == 0 || rank(assets[0]) == 2 {
		p.problem("static", "no page refers to a file of this host")
		return
	}
	r, _ := p.c.do(ctx, request{url: assets[0], header: encodings(), most: maxPage})
	p.site.Static = &r
	p.site.Compressed = append(p.site.Compressed, r)
}

// pageOf returns the page at the end of a chain, nil if there is none.
func pageOf(c *Chain) *Page {
	if c == nil {
		return nil
	}
	return c.Page
}

// bodyLimit sends the headers of a POST and waits for what the server says before a body. Nothing of the body is sent.
func (p *probe) bodyLimit(ctx context.Context) *BodyLimit {
	at := p.baseURL("https") + "/"
	out := &BodyLimit{Announced: announcedBody, Outcome: "unknown", Response: Response{Method: http.MethodPost, URL: at}}
	if out.Response.Error = p.c.take(); out.Response.Error != "" {
		return out
	}
	defer p.g.hold(ctx)()
	ctx, cancel := context.WithTimeout(ctx, min(p.o.RequestTimeout, 5*time.Second))
	defer cancel()
	raw, err := p.g.dial(ctx, "tcp", p.host+":"+strconv.Itoa(p.port))
	if err != nil {
		out.Response.Error = classify(err)
		return out
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })()
	config := tlsConfig(p.host)
	config.NextProtos = []string{"http/1.1"}
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		out.Response.Error = classify(err)
		return out
	}
	// net/http would send the body it has, or none: this one is announced and never sent.
	host := strings.TrimPrefix(p.baseURL("https"), "https://")
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
		host, p.o.UserAgent, int64(announcedBody))
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, maxHeaders)), &http.Request{Method: http.MethodPost})
	if err != nil {
		out.Response.Error = classify(err)
		return out
	}
	defer resp.Body.Close()
	out.Response.Status, out.Response.Proto, out.Response.Headers = resp.StatusCode, resp.Proto, headers(resp.Header)
	switch resp.StatusCode {
	case http.StatusRequestEntityTooLarge:
		out.Outcome = "refused"
	case http.StatusContinue:
		out.Outcome = "accepted"
	default:
		out.Outcome = "answered"
	}
	return out
}

// burst sends GETs in a row to a path that the user named.
func (p *probe) burst(ctx context.Context) {
	b := &Burst{Path: p.o.BurstPath, Statuses: map[int]int{}}
	var mu sync.Mutex
	p.each(p.o.BurstRequests, func(int) {
		r, _ := p.c.do(ctx, request{url: p.baseURL("https") + p.o.BurstPath, most: 1})
		if strings.HasPrefix(r.Error, "limit") {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		b.Requests++
		b.Statuses[r.Status]++
	})
	p.site.Burst = b
}
