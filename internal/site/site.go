// Package site looks at a running deployment from outside and writes down what it saw: names and addresses, ports, certificates,
// what TLS offers, redirects, headers, cookies, cross-origin answers, pages that should not be there. It judges nothing: a *Site is
// plain data, which checks and grades read, and which goes to a file and back without a loss so that a run can be repeated.
//
// A probe is a guest. It talks to the named hosts alone, with GET, HEAD, OPTIONS and one POST that has no body; it follows no
// redirect to another host, logs in nowhere, and stops at a number of requests, connections and seconds. It takes every byte of the
// answers for hostile: bodies, headers and times are capped, and of a file that should not be public nothing is kept but its length
// and hash.
package site

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// Schema is the version of the facts as JSON. A file of another version is refused.
const Schema = 1

// maxFacts is the most that Read takes, in bytes.
const maxFacts = 32 << 20

// A Site is what was seen of a deployment. The zero value of a part means that it was not looked at; Problems says why.
type Site struct {
	Schema int    `json:"schema"`
	URL    string `json:"url"`
	Host   string `json:"host"` // in ASCII, without the port
	// Port is where HTTPS was asked for and HTTPPort where plain HTTP was.
	Port     int       `json:"port"`
	HTTPPort int       `json:"http_port"`
	Start    time.Time `json:"start"`
	Depth    string    `json:"depth"`
	// TrustStore is "system" or "given".
	TrustStore string `json:"trust_store"`

	DNS   DNS    `json:"dns"`
	Ports []Port `json:"ports,omitempty"`
	// Handshakes has one entry for each address, in the order of DNS.Addresses.
	Handshakes []Handshake      `json:"handshakes,omitempty"`
	TLS        *tlsprobe.Result `json:"tls,omitempty"`
	// Alternatives are other certificates that the first address sends, to clients with other suites.
	Alternatives []Handshake `json:"alternatives,omitempty"`
	// WWW says whether "www." and the host takes connections and speaks TLS, which the preload list asks of a domain.
	WWW *WWW `json:"www,omitempty"`

	// HTTP is the chain of answers that starts at http://host/, HTTPS the one at https://host/.
	HTTP  Chain `json:"http"`
	HTTPS Chain `json:"https"`
	// Page is what the HTML of the last answer of HTTPS holds; nil if it is no HTML.
	Page *Page `json:"page,omitempty"`
	// Missing is the answer for a path that cannot exist, the baseline for whatever looks like a hit.
	Missing *Response `json:"missing,omitempty"`
	// Static is the answer for a file of the site that a page refers to; Robots for /robots.txt.
	Static *Response `json:"static,omitempty"`
	Robots *Response `json:"robots,omitempty"`
	// Compressed are answers to requests that allow compression: for the page, and for Static unless that is the same request.
	Compressed []Response `json:"compressed,omitempty"`
	// ForeignHost is the answer to a request for "/" with a Host that is not the site's.
	ForeignHost *Response `json:"foreign_host,omitempty"`
	// Preflight is the answer to OPTIONS with the origin of the Observatory's scanner.
	Preflight *Response `json:"preflight,omitempty"`
	// Admin is the chain that starts at the path of the admin site, Login at the path of the login page. Their Pages are in them.
	Admin *Chain `json:"admin,omitempty"`
	Login *Chain `json:"login,omitempty"`

	CORS      []CORSProbe `json:"cors,omitempty"`
	Exposures []Exposure  `json:"exposures,omitempty"`
	BodyLimit *BodyLimit  `json:"body_limit,omitempty"`
	Burst     *Burst      `json:"burst,omitempty"`
	// Cookies are all that the answers on the way to the page, /robots.txt and the preflight set, the last of a name, path and domain.
	Cookies []Cookie `json:"cookies,omitempty"`

	Requests    int       `json:"requests"`
	Connections int       `json:"connections"` // TLS handshakes and plain connections, those of TLS included
	Problems    []Problem `json:"problems,omitempty"`
}

// A Problem is something that could not be looked at, and why.
type Problem struct {
	Probe string `json:"probe"` // "dns", "tls", "cors" …
	Text  string `json:"text"`
}

// A DNS is what names resolve to. An Error is the resolver's, "" if it answered.
type DNS struct {
	// Addresses are those that are probed; Overridden says that they were given by the user and not looked up.
	Addresses  []string `json:"addresses,omitempty"`
	Overridden bool     `json:"overridden,omitempty"`
	IPv4       []string `json:"ipv4,omitempty"`
	IPv6       []string `json:"ipv6,omitempty"`
	Error      string   `json:"error,omitempty"`
	// Refused are addresses that are not probed, as they are not public.
	Refused []string `json:"refused,omitempty"`
	// CAA are the records that say who may issue; CAAName is the name that has them, "" if none up to the root has.
	CAA      []CAA  `json:"caa,omitempty"`
	CAAName  string `json:"caa_name,omitempty"`
	CAAState string `json:"caa_state,omitempty"` // "found", "none", "not-asked" or the resolver's error
}

// A CAA is one record of RFC 8659.
type CAA struct {
	Critical bool   `json:"critical,omitempty"`
	Tag      string `json:"tag"`
	Value    string `json:"value"`
}

// A Port is the answer of one port of the first address.
type Port struct {
	Port int `json:"port"`
	// State is "open", "closed" (refused), "filtered" (no answer in time) or "error".
	State   string `json:"state"`
	Service string `json:"service"` // "http", "https", "PostgreSQL" …
	Control bool   `json:"control"` // the connection that shows that this machine gets through at all
}

// A WWW is how the www name of a domain takes connections.
type WWW struct {
	Name     string `json:"name"`
	Connects bool   `json:"connects"` // takes TCP on the port of HTTPS
	TLS      bool   `json:"tls"`      // and shakes hands with a certificate that is trusted for the name
	Error    string `json:"error,omitempty"`
}

// A Chain is a list of answers, each but the first the target of the redirect before it.
type Chain struct {
	Responses []Response `json:"responses,omitempty"`
	// Stopped says why the last redirect was not followed: "another host", "another scheme", "too many", "not a URL"; "" if the last
	// answer is none.
	Stopped string `json:"stopped,omitempty"`
	// Next is the target that was not followed.
	Next string `json:"next,omitempty"`
	Page *Page  `json:"page,omitempty"`
}

// First returns the first answer, nil if there is none.
func (c *Chain) First() *Response {
	if c == nil || len(c.Responses) == 0 {
		return nil
	}
	return &c.Responses[0]
}

// Last returns the last answer, nil if there is none.
func (c *Chain) Last() *Response {
	if c == nil || len(c.Responses) == 0 {
		return nil
	}
	return &c.Responses[len(c.Responses)-1]
}

// A Response is an answer, or why there is none. Bodies are not kept.
type Response struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// Error is why there is no answer, with the kind in front: "timeout", "refused", "reset", "tls", "malformed", "too-large",
	// "no-connection", "limit". "" if there is one.
	Error  string `json:"error,omitempty"`
	Status int    `json:"status,omitempty"`
	Proto  string `json:"proto,omitempty"`
	// Headers are in canonical form; values of one name in the order in which they came.
	Headers map[string][]string `json:"headers,omitempty"`
	Length  int                 `json:"length"` // of the body as far as it was read
	// Truncated says that the body was longer than what is read, or broke off.
	Truncated bool   `json:"truncated,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
	// Marks are strings that give away a debug page or a framework's own error page.
	Marks []Mark `json:"marks,omitempty"`
}

// OK reports whether there was an answer.
func (r *Response) OK() bool { return r != nil && r.Error == "" && r.Status > 0 }

// Values returns the values of a header, whose name is in canonical form.
func (r *Response) Values(name string) []string {
	if r == nil {
		return nil
	}
	return r.Headers[name]
}

// Header returns the first value of a header, whose name is in canonical form, or "".
func (r *Response) Header(name string) string {
	if v := r.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// A Mark is what gives a page away.
type Mark struct {
	Kind      string `json:"kind"`      // "debug" or "framework-page"
	Framework string `json:"framework"` // "Django", "Werkzeug" …
	Text      string `json:"text"`      // what was found, in the words of this package
}

// A Page is what an HTML page refers to. Lists are capped; More says that something was left out.
type Page struct {
	URL     string   `json:"url"`
	Title   string   `json:"title,omitempty"`
	Scripts []Script `json:"scripts,omitempty"`
	// Insecure are references to http: URLs on a page that came by HTTPS.
	Insecure []Reference `json:"insecure,omitempty"`
	// CSP and Referrer are policies of meta elements.
	CSP      []string `json:"csp,omitempty"`
	Referrer string   `json:"referrer,omitempty"`
	// Assets are files of the same host that the page loads.
	Assets []string `json:"assets,omitempty"`
	// CSRFField says that a form has Django's field for the token; Password that there is a field for one.
	CSRFField bool `json:"csrf_field,omitempty"`
	Password  bool `json:"password,omitempty"`
	More      bool `json:"more,omitempty"`
}

// A Script is a script element. An attribute that is absent is "".
type Script struct {
	Src         string `json:"src,omitempty"`
	Integrity   string `json:"integrity,omitempty"`
	Crossorigin string `json:"crossorigin,omitempty"`
}

// A Reference is something that a page loads or sends to.
type Reference struct {
	Element string `json:"element"` // "script", "link", "iframe", "form", "img" …
	URL     string `json:"url"`
	// Active is loaded content that can change the page, and targets of forms; browsers block it or warn. The rest they upgrade.
	Active bool `json:"active,omitempty"`
}

// A CORSProbe is the answer to a request that names an origin.
type CORSProbe struct {
	// Kind is "trusted", "foreign", "null", "prefix", "suffix", "subdomain", "unescaped-dot", "http", "underscore" or "backtick".
	Kind   string `json:"kind"`
	Origin string `json:"origin"`
	// Response is the answer; Method says whether it is to a plain request or a preflight.
	Response Response `json:"response"`
}

// Allows reports whether the answer lets the origin read it: Access-Control-Allow-Origin names it or is a star.
// Access-Control-Allow-Credentials alone allows nothing.
func (p *CORSProbe) Allows() bool {
	v := p.Response.Header("Access-Control-Allow-Origin")
	return v == "*" || v == p.Origin
}

// Credentials reports whether the origin is allowed by name and with credentials.
func (p *CORSProbe) Credentials() bool {
	return p.Response.Header("Access-Control-Allow-Origin") == p.Origin && p.Response.Header("Access-Control-Allow-Credentials") == "true"
}

// An Exposure is the answer for a path that should not be served.
type Exposure struct {
	Path string `json:"path"`
	Rule string `json:"rule"` // "dotenv", "git", "alias-traversal", "database-dump", "compose", "sqlite"
	// Hit says that the content is what the rule looks for, and differs from the answer for a path that cannot exist.
	Hit bool `json:"hit"`
	// Evidence says what matched, in the words of this package: nothing of the content is kept.
	Evidence string   `json:"evidence,omitempty"`
	Response Response `json:"response"`
}

// A BodyLimit is the answer to a POST that announces a body and does not send it.
type BodyLimit struct {
	Announced int64 `json:"announced"` // bytes
	// Outcome is "refused" (an answer of 413 before any body), "accepted" (100, the server wants the body), "answered" with
	// another status, or "unknown" with the reason in Response.Error.
	Outcome  string   `json:"outcome"`
	Response Response `json:"response"`
}

// A Burst is a number of requests in a row, made only when asked for.
type Burst struct {
	Path     string      `json:"path"`
	Requests int         `json:"requests"`
	Statuses map[int]int `json:"statuses"` // status → how often; 0 counts requests without an answer
}

// A Cookie is one that the site sets.
type Cookie struct {
	Name     string `json:"name"`
	URL      string `json:"url"` // of the answer that sets it
	Domain   string `json:"domain,omitempty"`
	Path     string `json:"path,omitempty"`
	Secure   bool   `json:"secure,omitempty"`
	HTTPOnly bool   `json:"http_only,omitempty"`
	// SameSite is the value as sent; HasSameSite tells an empty value from none.
	SameSite    string `json:"same_site,omitempty"`
	HasSameSite bool   `json:"has_same_site,omitempty"`
	// Bytes is the length of the value, which is not kept.
	Bytes int `json:"bytes"`
}

// Write writes the facts as indented JSON.
func Write(w io.Writer, s *Site) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Read reads facts that Write wrote. It refuses unknown fields, another schema and files above 32 MiB.
func Read(r io.Reader) (*Site, error) {
	d := json.NewDecoder(io.LimitReader(r, maxFacts))
	d.DisallowUnknownFields()
	var s Site
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	if s.Schema != Schema {
		return nil, fmt.Errorf("read facts: schema %d, this version reads %d", s.Schema, Schema)
	}
	return &s, nil
}
