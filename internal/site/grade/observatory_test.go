package grade

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

// An answer is one response of a made-up site, in a form that both this package and the published scanner are given.
type answer struct {
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers"`
}

// A sample is a made-up site.
type sample struct {
	Host     string   `json:"host"`
	Page     answer   `json:"page"`
	HTML     string   `json:"html"`
	HTTPS    bool     `json:"https"`
	Verified bool     `json:"verified"`
	HTTP     []string `json:"http"` // URLs of the way that starts at http://; none if the port is closed
	CORS     answer   `json:"cors"`
}

// facts returns what a probe would have seen of the sample.
func (x sample) facts() *site.Site {
	s := &site.Site{Schema: site.Schema, Host: x.Host, Start: time.Unix(1e9, 0)}
	s.Handshakes = []site.Handshake{{Chain: make([]site.Certificate, 1), Trust: site.Trust{Verified: x.Verified}}}
	at := "http://" + x.Host + "/"
	if x.HTTPS {
		at = "https://" + x.Host + "/"
		s.HTTPS.Responses = []site.Response{{URL: at, Status: x.Page.Status, Headers: x.Page.Headers}}
	} else {
		s.HTTPS.Responses = []site.Response{{Error: "refused"}}
	}
	for _, u := range x.HTTP {
		s.HTTP.Responses = append(s.HTTP.Responses, site.Response{URL: u, Status: 200, Headers: map[string][]string{}})
	}
	if !x.HTTPS {
		s.HTTP.Responses = []site.Response{{URL: at, Status: x.Page.Status, Headers: x.Page.Headers}}
	}
	if mime := strings.Split(strings.Join(x.Page.Headers["Content-Type"], ""), ";")[0]; mime == "" || mime == "text/html" {
		s.Page = site.ReadPage(at, []byte(x.HTML))
		if mime == "" {
			s.Page.CSP, s.Page.Referrer = nil, ""
		}
	}
	s.Preflight = &site.Response{Status: x.CORS.Status, Headers: x.CORS.Headers}
	if x.HTTPS {
		s.Cookies = site.Cookies(&s.HTTPS.Responses[0])
	} else {
		s.Cookies = site.Cookies(&s.HTTP.Responses[0])
	}
	return s
}

// plain is a site with the headers that are usual, and no policy.
func plain() sample {
	return sample{Host: "site.test", Page: answer{200, map[string][]string{"Content-Type": {"text/html"}, "Strict-Transport-Security": {"max-age=63072000"}, "X-Frame-Options": {"DENY"},
		"X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"same-origin"}}}, HTTPS: true, Verified: true, HTTP: []string{"http://site.test/", "https://site.test/"},
		CORS: answer{200, map[string][]string{}}}
}

// TestObservatoryExamples is the table of worked examples that the published scanner gave.
func TestObservatoryExamples(t *testing.T) {
	with := func(change func(*sample), headers ...string) sample {
		x := plain()
		for i := 0; i < len(headers); i += 2 {
			x.Page.Headers[headers[i]] = append(x.Page.Headers[headers[i]], headers[i+1])
		}
		if change != nil {
			change(&x)
		}
		return x
	}
	csp := "Content-Security-Policy"
	reflected := func(x *sample) {
		x.CORS.Headers = map[string][]string{"Access-Control-Allow-Origin": {site.ObservatoryOrigin}, "Access-Control-Allow-Credentials": {"true"}}
	}
	for _, test := range []struct {
		name   string
		x      sample
		letter string
		score  int
	}{
		{"no headers at all", with(func(x *sample) { x.Page.Headers = map[string][]string{"Content-Type": {"text/html"}} }), "D", 30},
		{"no CSP", with(nil), "B", 75},
		{"Django's check --deploy, no CSP", with(nil, "Cross-Origin-Opener-Policy", "same-origin"), "B", 75},
		{"CSP 'self'", with(nil, csp, "default-src 'self'"), "A+", 115},
		{"inline styles", with(nil, csp, "default-src 'self'; style-src 'self' 'unsafe-inline'"), "A+", 110},
		{"inline scripts", with(nil, csp, "default-src 'self'; script-src 'self' 'unsafe-inline'"), "B+", 80},
		{"inline scripts, COOP, CORP", with(nil, csp, "default-src 'self'; script-src 'self' 'unsafe-inline'", "Cross-Origin-Opener-Policy", "same-origin",
			"Cross-Origin-Resource-Policy", "same-origin"), "B+", 80},
		{"CORS reflected with credentials", with(reflected, csp, "default-src 'self'"), "C", 50},
		{"session without HttpOnly", with(nil, csp, "default-src 'self'", "Set-Cookie", "sessionid=x; Secure; SameSite=Lax"), "B", 70},
		{"straight to www", with(func(x *sample) { x.HTTP = []string{"http://site.test/", "https://www.site.test/"} }, csp, "default-src 'self'"), "A+", 110},
	} {
		g := Observatory(test.x.facts(), func(string) bool { return false })
		if g.Letter != test.letter || g.Score != test.score || len(g.Rules) != 12 || len(g.NotEvaluated) != 0 {
			t.Errorf("%s: %s %d, want %s %d: %+v", test.name, g.Letter, g.Score, test.letter, test.score, g)
		}
	}
}

// random makes up a site from pools of values that mean something to a rule or nearly do.
func random(r *rand.Rand) sample {
	x := plain()
	pick := func(pool ...string) string { return pool[r.IntN(len(pool))] }
	maybe := func(name string, pool ...string) {
		switch n := r.IntN(10); {
		case n < 3:
			delete(x.Page.Headers, name)
		case n < 9:
			x.Page.Headers[name] = []string{pick(pool...)}
		default:
			x.Page.Headers[name] = []string{pick(pool...), pick(pool...)}
		}
	}
	policy := func() string {
		var parts []string
		for range r.IntN(5) {
			words := []string{pick("default-src", "script-src", "style-src", "img-src", "media-src", "object-src", "frame-ancestors", "base-uri", "form-action", "report-uri",
				"report-to", "Script-Src", "sandbox", "upgrade-insecure-requests", "connect-src")}
			for range r.IntN(4) {
				words = append(words, pick("'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "https:", "http:", "*", "https://a.test", "https://a.test/", "https://a.test/x",
					"https://a.test/x/y", "http://b.test", "ftp://c.test", "'nonce-abc'", "'sha256-abc='", "'strict-dynamic'", "https://*", "http://*.*", "*.site.test", "blob:", "/csp",
					"https://A.test/%20", "https://a.test/%zz", "https://a-b.test", "https://a_b.test", "wss://a.test"))
			}
			parts = append(parts, strings.Join(words, pick(" ", "  ", "\t")))
		}
		return strings.Join(parts, pick(";", "; ", " ;"))
	}
	sources := func() string { return pick(policy(), policy(), policy()+", "+policy(), "", "x", "img-src") }
	maybe("Content-Security-Policy", sources(), sources())
	maybe("Content-Security-Policy-Report-Only", policy())
	if r.IntN(3) > 0 {
		delete(x.Page.Headers, "Content-Security-Policy-Report-Only")
	}
	maybe("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload", "max-age=15552000", "max-age=15551999", "max-age=0", "max-age=", "includeSubDomains", "MAX-AGE=31536000",
		"max-age=\"31536000\"", "max-age=3e9", "max-age=-5", "max-age=1, max-age=2", "max-age = 31536000", "max-age=31536000;max-age=1", "")
	maybe("X-Frame-Options", "DENY", "sameorigin", "ALLOW-FROM https://a.test", "DENY ", "ALLOWALL", "", "deny; x")
	maybe("X-Content-Type-Options", "nosniff", "NOSNIFF ", "none", "")
	maybe("Referrer-Policy", "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin", "unsafe-url", "no-referrer-when-downgrade", "no-referrer, unsafe-url",
		"nothing", "", "STRICT-ORIGIN", "unsafe-url, nothing")
	for _, pool := range [][]string{{"Cross-Origin-Embedder-Policy", "require-corp", "credentialless", "unsafe-none"}, {"Cross-Origin-Opener-Policy", "same-origin", "same-origin-allow-popups",
		"noopener-allow-popups", "unsafe-none"}, {"Cross-Origin-Resource-Policy", "same-origin", "same-site", "cross-origin"}} {
		v := pick(pool[1:]...)
		maybe(pool[0], v, v, v, v+`; report-to="x"`, v+"; a=1.5;b", `"`+v+`"`, strings.ToUpper(v), v+" x", v+", "+v, "", "bad", v+";", v+"; A=1")
	}
	if r.IntN(2) == 0 {
		for range r.IntN(3) + 1 {
			c := pick("sessionid", "csrftoken", "login", "theme", "JSESSIONID", "heroku-session-affinity", "XSRF") + "=v"
			for _, a := range []string{"; Secure", "; HttpOnly", pick("; SameSite=Lax", "; SameSite=Strict", "; SameSite=None", "; samesite=nope", "; SameSite", "; SameSite=", "; SameSite=lax=x"),
				pick("; Path=/", "; Domain=site.test", "; Domain=other.test", "; Max-Age=0")} {
				if r.IntN(3) > 0 {
					c += a
				}
			}
			x.Page.Headers["Set-Cookie"] = append(x.Page.Headers["Set-Cookie"], c)
		}
	}
	for range r.IntN(4) {
		src := pick("/a.js", "a.js", "https://site.test/a.js", "https://cdn.site.test/a.js", "https://cdn.test/a.js", "http://cdn.test/a.js", "//cdn.test/a.js", "//site.test/a.js", "///a.js", "HTTPS://cdn.test/a.js",
			"http://site.test/x.js", "https://a.github.io/x.js", "data:text/javascript,1")
		tag := `<script src="` + src + `"`
		if r.IntN(2) == 0 {
			tag += ` integrity="sha384-` + pick("a", "b") + `"`
		}
		x.HTML += tag + "></script>"
	}
	if r.IntN(4) == 0 {
		x.HTML += `<meta http-equiv="` + pick("Content-Security-Policy", " content-security-policy", "refresh") + `" content="` + strings.ReplaceAll(policy(), `"`, "") + `">`
	}
	if r.IntN(6) == 0 {
		x.HTML += `<meta name=referrer content="` + pick("no-referrer", "unsafe-url", "x", "") + `">`
	}
	x.HTML = pick("<!doctype html><title>x</title>", "<html><head>", "") + x.HTML + pick("", "<script>var a = '<script src=//x.test>'</script>", "<!-- <script src=//x.test> -->")
	if r.IntN(8) == 0 {
		x.Page.Headers["Content-Type"] = []string{pick("application/json", "text/html; charset=utf-8", "application/xhtml", "")}
	}
	x.Verified, x.HTTPS = r.IntN(8) > 0, r.IntN(12) > 0
	x.HTTP = [][]string{{"http://site.test/", "https://site.test/"}, {"http://site.test/"}, {"http://site.test/", "https://www.site.test/"}, {"http://site.test/", "http://www.site.test/", "https://www.site.test/"},
		{"http://site.test/", "https://site.test/", "http://site.test/x"}, nil}[r.IntN(6)]
	x.Page.Status = []int{200, 200, 200, 204, 401, 403, 404, 500, 304}[r.IntN(9)]
	if r.IntN(3) == 0 {
		x.CORS.Headers = map[string][]string{"Access-Control-Allow-Origin": {pick(site.ObservatoryOrigin, "*", "null", " * ", "https://a.test", site.ObservatoryOrigin+" ")},
			"Access-Control-Allow-Credentials": {pick("true", "TRUE ", "false", "")}}
	}
	if r.IntN(2) == 0 { // a site that is good but for a few things
		for _, name := range []string{"Content-Type", "Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"} {
			if r.IntN(6) > 0 {
				x.Page.Headers[name] = plain().Page.Headers[name]
			}
		}
		if r.IntN(4) > 0 {
			x.Page.Headers["Content-Security-Policy"] = []string{pick("default-src 'self'", "default-src 'none'", "default-src 'none'; script-src 'self'; report-uri /a; report-uri /b", "default-src 'self'; style-src 'self' 'unsafe-inline'")}
		}
		if r.IntN(2) > 0 {
			x.HTML = "<!doctype html>"
		}
		if r.IntN(2) > 0 {
			delete(x.Page.Headers, "Set-Cookie")
		}
		x.Page.Status, x.HTTPS, x.Verified, x.CORS.Headers = 200, true, true, map[string][]string{}
	}
	return x
}

// TestObservatoryAgainstScanner grades thousands of made-up sites with the published scanner, of which PRODCHECK_OBSERVATORY names a
// checkout with its dependencies.
func TestObservatoryAgainstScanner(t *testing.T) {
	dir := os.Getenv("PRODCHECK_OBSERVATORY")
	if dir == "" {
		t.Skip("PRODCHECK_OBSERVATORY names no checkout of mdn/mdn-http-observatory")
	}
	r := rand.New(rand.NewPCG(6, 2026))
	var samples []sample
	for range 8000 {
		x := random(r)
		for _, h := range []map[string][]string{x.Page.Headers, x.CORS.Headers} { // no client hands blanks around a value on
			for _, values := range h {
				for i := range values {
					values[i] = strings.TrimSpace(values[i])
				}
			}
		}
		samples = append(samples, x)
	}
	b, err := json.Marshal(samples)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "samples.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join("testdata", "observatory.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	node := os.Getenv("PRODCHECK_NODE")
	if node == "" {
		node = "node"
	}
	cmd := exec.Command(node, "--input-type=module", "-e", string(script), file)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []struct {
		Error, Grade string
		Score        int
		Tests        []string
	}
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	bad, graded := 0, map[string]int{}
	for i, x := range samples {
		g := Observatory(x.facts(), func(string) bool { return false })
		graded[g.Letter]++
		got := ""
		for _, rule := range g.Rules {
			got += rule.Result + " "
		}
		if g.Letter == want[i].Grade && g.Score == want[i].Score && (g.Refused != "") == (want[i].Error != "") && strings.TrimSpace(got) == strings.Join(want[i].Tests, " ") {
			continue
		}
		if bad++; bad <= 5 {
			j, _ := json.Marshal(x)
			t.Errorf("%s\n got %s %d %s %s\nwant %s %d %s %s", j, g.Letter, g.Score, g.Refused, got, want[i].Grade, want[i].Score, want[i].Error, strings.Join(want[i].Tests, " "))
		}
	}
	t.Logf("%d of %d differ; letters %v", bad, len(samples), fmt.Sprint(graded))
}
