package site

import (
	"bytes"
	"context"
	"net/url"
	"regexp"
	"strings"
)

// An exposed is a path that should not be served, and how its content is known.
type exposed struct {
	path, rule string
	basic      bool
	match      func(body []byte) string // what matched, "" if nothing
	header     map[string]string
}

// A HEAD names a branch or a commit; a .env has at least two assignments; a compose file starts a line with services.
var (
	gitHead    = regexp.MustCompile(`\A(ref: refs/[\x21-\x7e]+|[0-9a-f]{40})\s*\z`)
	assignment = regexp.MustCompile(`(?m)^(export )?[A-Z][A-Z0-9_]+=`)
	composeKey = regexp.MustCompile(`(?m)^services:\s*$`)
)

// isGitHead matches the whole file, so that a page that talks of a HEAD is none.
func isGitHead(b []byte) string {
	if gitHead.Match(b) {
		return "the HEAD of a git repository"
	}
	return ""
}

// exposures are the paths of files that deployments forget, after what scanners for exposed files agree on. A database is known by
// its first bytes.
var exposures = []exposed{
	{path: "/.env", rule: "dotenv", basic: true, match: func(b []byte) string {
		if len(assignment.FindAll(b, 2)) == 2 {
			return "lines of the form NAME=value"
		}
		return ""
	}},
	{path: "/.git/HEAD", rule: "git", basic: true, match: isGitHead},
	{path: "/static../.git/HEAD", rule: "alias-traversal", match: isGitHead},
	{path: "/media../.git/HEAD", rule: "alias-traversal", match: isGitHead},
	{path: "/dump.sql", rule: "database-dump", match: func(b []byte) string {
		for _, mark := range []string{"-- PostgreSQL database dump", "-- MySQL dump", "-- MariaDB dump", "PGDMP", "CREATE TABLE", "INSERT INTO"} {
			if bytes.Contains(b, []byte(mark)) {
				return mark
			}
		}
		return ""
	}},
	{path: "/db.sqlite3", rule: "sqlite", header: map[string]string{"Range": "bytes=0-15"}, match: func(b []byte) string {
		if bytes.HasPrefix(b, []byte("SQLite format 3\x00")) {
			return "the header of an SQLite database"
		}
		return ""
	}},
	{path: "/docker-compose.yml", rule: "compose", match: func(b []byte) string {
		if composeKey.Match(b) {
			return "services: at the start of a line"
		}
		return ""
	}},
}

// exposed asks for each path. A hit must not be HTML and must differ from the answer for a path that cannot exist: sites that answer
// every path with their one page are many.
func (p *probe) exposed(ctx context.Context) []Exposure {
	var asked []exposed
	for _, e := range exposures {
		if e.basic || p.o.Depth == Full {
			asked = append(asked, e)
		}
	}
	out := make([]Exposure, len(asked))
	p.each(len(asked), func(i int) {
		e := asked[i]
		r, body := p.c.do(ctx, request{url: p.baseURL("https") + e.path, most: maxExposure, header: e.header})
		out[i] = Exposure{Path: e.path, Rule: e.rule, Response: r}
		// A site of one page answers every path with it, and some answer with the text that is looked for.
		same := p.site.Missing.OK() && p.site.Missing.Status == r.Status && p.site.Missing.SHA256 == r.SHA256
		if (r.Status == 200 || r.Status == 206) && !isHTML(&r) && !same && !bytes.Contains(bytes.ToLower(body[:min(len(body), 512)]), []byte("<html")) {
			out[i].Evidence = e.match(body)
			out[i].Hit = out[i].Evidence != ""
		}
	})
	return out
}

// Cookies reads what answers set. The value of none is kept.
func Cookies(responses ...*Response) []Cookie {
	var out []Cookie
	for _, r := range responses {
		for _, line := range r.Values("Set-Cookie") {
			if c, ok := cookie(line); ok && len(out) < 100 {
				c.URL = r.URL
				replaced := false
				for i := range out {
					if identity(out[i]) == identity(c) {
						out[i], replaced = c, true
					}
				}
				if !replaced {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// identity is the name, domain and path by which a browser tells cookies apart. Without them the answer's own count (RFC 6265, 5.1.4).
func identity(c Cookie) [3]string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return [3]string{c.Name, c.Domain, c.Path}
	}
	if c.Domain == "" {
		c.Domain = strings.ToLower(u.Hostname())
	}
	if !strings.HasPrefix(c.Path, "/") {
		c.Path = "/"
		if i := strings.LastIndexByte(u.Path, '/'); i > 0 {
			c.Path = u.Path[:i]
		}
	}
	return [3]string{c.Name, c.Domain, c.Path}
}

// cookieBytes is what stands for the value of a cookie in the facts.
var cookieBytes = regexp.MustCompile(`\A<([0-9]{1,6}) bytes>\z`)

// cookie reads a Set-Cookie line as headers keeps it.
func cookie(line string) (c Cookie, ok bool) {
	parts := strings.Split(line, ";")
	name, value, ok := strings.Cut(parts[0], "=")
	if c.Name = strings.TrimSpace(name); !ok || c.Name == "" {
		return c, false
	}
	if m := cookieBytes.FindStringSubmatch(value); m != nil {
		for _, d := range m[1] {
			c.Bytes = c.Bytes*10 + int(d-'0')
		}
	}
	for _, a := range parts[1:] {
		k, v, _ := strings.Cut(a, "=")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "secure":
			c.Secure = true
		case "httponly":
			c.HTTPOnly = true
		case "samesite":
			c.SameSite, c.HasSameSite = v, true
		case "domain":
			c.Domain = strings.ToLower(strings.TrimPrefix(v, "."))
		case "path":
			c.Path = v
		}
	}
	return c, true
}
