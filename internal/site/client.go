package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// What is read of answers, in bytes. Headers beyond maxHeaders are an error of the server.
const (
	maxPage     = 2 << 20
	maxOther    = 64 << 10
	maxExposure = 4 << 10
	maxHeaders  = 64 << 10
	maxHops     = 8 // redirects that are followed in a chain
)

// A client sends the requests of one probe and counts them.
type client struct {
	o         Options
	g         *guard
	transport *http.Transport

	mu   sync.Mutex
	sent int
}

// newClient returns a client whose connections all go through the guard: redirects and proxies of the environment are none of its business.
func newClient(o Options, g *guard) *client {
	return &client{o: o, g: g, transport: &http.Transport{
		DialContext:            g.dial,
		TLSClientConfig:        tlsConfig(""),
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxConnsPerHost:        2,
		MaxResponseHeaderBytes: maxHeaders,
		ResponseHeaderTimeout:  o.RequestTimeout,
		TLSHandshakeTimeout:    o.RequestTimeout,
	}}
}

// tlsConfig accepts whatever crypto/tls can speak. It trusts everybody: trust is a fact of its own, and headers are looked at
// whether or not the certificate is right. Nothing that is sent is a secret.
func tlsConfig(host string) *tls.Config {
	c := &tls.Config{ServerName: host, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}
	for _, list := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range list {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
	}
	return c
}

// A request is one that a probe sends.
type request struct {
	method, url string
	host        string // a Host header other than the URL's
	header      map[string]string
	most        int // bytes of the body that are read; maxOther if zero
}

// take counts a request. It says why there may be none more, "" if there may.
func (c *client) take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent >= c.o.MaxRequests {
		return fmt.Sprintf("limit: no more than %d requests are made", c.o.MaxRequests)
	}
	c.sent++
	return ""
}

// do sends a request and reads the answer within the limits. It never fails: why there is no answer stands in the Response. The body
// is decompressed if it came as gzip unasked.
func (c *client) do(ctx context.Context, r request) (Response, []byte) {
	if r.method == "" {
		r.method = http.MethodGet
	}
	out := Response{Method: r.method, URL: text(r.url)}
	if out.Error = c.take(); out.Error != "" {
		return out, nil
	}
	defer c.g.hold(ctx)()
	ctx, cancel := context.WithTimeout(ctx, c.o.RequestTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, nil)
	if err != nil {
		out.Error = "malformed: not a URL"
		return out, nil
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	if r.host != "" {
		req.Host = r.host
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		out.Error = classify(err)
		return out, nil
	}
	defer resp.Body.Close()
	most := r.most
	if most == 0 {
		most = maxOther
	}
	// One byte more than is kept tells a body that ends from one that goes on.
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(most)+1))
	out.Status, out.Proto, out.Headers = resp.StatusCode, resp.Proto, headers(resp.Header)
	out.Truncated = err != nil || len(body) > most
	body = body[:min(len(body), most)]
	out.Length = len(body)
	sum := sha256.Sum256(body)
	out.SHA256 = hex.EncodeToString(sum[:])
	if resp.Header.Get("Content-Encoding") == "gzip" && r.header["Accept-Encoding"] == "" {
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, _ = io.ReadAll(io.LimitReader(z, maxPage))
		}
	}
	// Marks are looked for here, since no body is kept.
	out.Marks = marks(body)
	return out, body
}

// headers keeps what a server sent, capped: at most 200 names, 50 values each.
func headers(h http.Header) map[string][]string {
	out := map[string][]string{}
	for k, values := range h {
		if len(out) >= 200 {
			break
		}
		for _, v := range values[:min(len(values), 50)] {
			// A value may be the session of somebody, and facts are written to files.
			if k == "Set-Cookie" {
				v = withoutValue(v)
			}
			if k = text(k); len(v) > 16<<10 {
				v = v[:16<<10]
			}
			out[k] = append(out[k], strings.ToValidUTF8(v, "\uFFFD"))
		}
	}
	return out
}

// withoutValue takes the value out of a Set-Cookie line: it may be a session.
func withoutValue(line string) string {
	pair, attributes, more := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return text(line)
	}
	out := name + "=<" + strconv.Itoa(len(strings.TrimSpace(value))) + " bytes>"
	if more {
		out += ";" + attributes
	}
	return text(out)
}

// classify says what an error of a request means, in words that hold nothing of the server's making.
func classify(err error) string {
	var timeout net.Error
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var unparsable x509.CertificateInvalidError
	s := err.Error()
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout: no answer in time"
	case errors.Is(err, context.Canceled):
		return "timeout: stopped"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused: the port is closed"
	case errors.As(err, &record):
		return "tls: the server does not speak TLS"
	case errors.As(err, &alert), errors.As(err, &unparsable), strings.Contains(s, "tls: "), strings.Contains(s, "x509: "), strings.Contains(s, "remote error"):
		return "tls: " + text(s)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.EPIPE), strings.Contains(s, "server closed"):
		return "reset: the server hangs up"
	case strings.Contains(s, "exceeded"), strings.Contains(s, "too many"), strings.Contains(s, "too large"):
		return "too-large: headers above " + strconv.Itoa(maxHeaders) + " bytes"
	case strings.Contains(s, "malformed"), strings.Contains(s, "invalid"), strings.Contains(s, "protocol error"), strings.Contains(s, "PROTOCOL_ERROR"), strings.Contains(s, "bad "):
		return "malformed: the answer is not HTTP"
	}
	return "no-connection: " + text(s)
}

// redirects are the statuses whose Location is followed.
func redirects(status int) bool {
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308
}

// chain asks for a URL and follows redirects within the named hosts and their two ports. It returns the body of the last answer.
func (c *client) chain(ctx context.Context, start string, port int) (Chain, []byte) {
	var out Chain
	seen := map[string]bool{}
	for next := start; ; {
		r, body := c.do(ctx, request{url: next, most: maxPage})
		out.Responses = append(out.Responses, r)
		seen[next] = true
		if !r.OK() || !redirects(r.Status) || r.Header("Location") == "" {
			return out, body
		}
		base, err := url.Parse(next)
		if err != nil {
			return out, body
		}
		u, err := base.Parse(r.Header("Location"))
		switch {
		case err != nil:
			out.Stopped, out.Next = "not a URL", text(r.Header("Location"))
		case u.Scheme != "http" && u.Scheme != "https":
			out.Stopped = "another scheme"
		case !c.g.names(strings.ToLower(u.Hostname())):
			out.Stopped = "another host"
		case u.Scheme == "https" && portOf(u, 443) != port, u.Scheme == "http" && portOf(u, 80) != c.o.HTTPPort:
			out.Stopped = "another port"
		case len(out.Responses) > maxHops:
			out.Stopped = "too many"
		}
		if err == nil {
			// The fragment never leaves the browser: "/" and "/#a" are the same request.
			u.Fragment = ""
			next = u.String()
			if out.Stopped == "" && seen[next] {
				out.Stopped = "a loop"
			}
		}
		if out.Stopped != "" {
			if out.Next == "" {
				out.Next = text(next)
			}
			return out, body
		}
	}
}

// portOf returns the port that a URL names, or the usual one of its scheme.
func portOf(u *url.URL, otherwise int) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	return otherwise
}
