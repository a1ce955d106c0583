package ingest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func read(t testing.TB, files map[string]string) *Outputs {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	o, err := Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestContainers(t *testing.T) {
	want := []Container{
		{Name: "club-db-1", Service: "db", State: "running", Health: "healthy", Status: "Up 3 days (healthy)", Ports: []Port{{"", 5432, 0}}},
		{Name: "club-nginx-1", Service: "nginx", State: "running", Status: "Up 3 days", Ports: []Port{{"0.0.0.0", 443, 443}}},
	}
	lines := `{"Name":"club-db-1","Service":"db","State":"running","Health":"healthy","Status":"Up 3 days (healthy)","ExitCode":0,"Publishers":[{"URL":"","TargetPort":5432,"PublishedPort":0,"Protocol":"tcp"}]}
{"Name":"club-nginx-1","Service":"nginx","State":"running","Health":"","Status":"Up 3 days","Labels":"a=b","Publishers":[{"URL":"0.0.0.0","TargetPort":443,"PublishedPort":443,"Protocol":"tcp"}]}
`
	for name, text := range map[string]string{
		"one object on each line": lines,
		"an array":                "[" + strings.Replace(strings.TrimSpace(lines), "\n", ",", 1) + "]",
	} {
		c := read(t, map[string]string{"1-containers.json": text}).Containers
		if c == nil || !reflect.DeepEqual(c.List, want) {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if !want[1].Ports[0].Open() || want[0].Ports[0].Open() || (Port{"127.0.0.1", 5432, 5432}).Open() {
		t.Error("Open is not right")
	}
	o := read(t, map[string]string{"containers.json": "NAME   IMAGE\nclub   x\n"})
	if o.Containers != nil || len(o.Problems) != 1 {
		t.Errorf("a table: %+v", o)
	}
}

func TestCertificates(t *testing.T) {
	c := read(t, map[string]string{"2-certificates.txt": `Saving debug log to /var/log/letsencrypt/letsencrypt.log

- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
Found the following certs:
  Certificate Name: example.org
    Serial Number: 4a1f
    Key Type: ECDSA
    Domains: example.org www.example.org
    Expiry Date: 2027-01-30 10:11:12+00:00 (VALID: 67 days)
    Certificate Path: /etc/letsencrypt/live/example.org/fullchain.pem
  Certificate Name: old.example.org
    Identifiers: old.example.org
    Expiry Date: 2026-01-30 10:11:12+00:00 (INVALID: EXPIRED)
- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
`}).Certificates
	want := []Certificate{
		{"example.org", []string{"example.org", "www.example.org"}, time.Date(2027, 1, 30, 10, 11, 12, 0, time.UTC), ""},
		{"old.example.org", []string{"old.example.org"}, time.Date(2026, 1, 30, 10, 11, 12, 0, time.UTC), "EXPIRED"},
	}
	if c == nil || !reflect.DeepEqual(c.List, want) {
		t.Errorf("%+v", c)
	}
	if c := read(t, map[string]string{"certificates.txt": "No certificates found.\n"}).Certificates; c == nil || len(c.List) != 0 {
		t.Errorf("none: %+v", c)
	}
	if o := read(t, map[string]string{"certificates.txt": "no such service: certbot\n"}); o.Certificates != nil || len(o.Problems) != 1 {
		t.Errorf("another program's words: %+v", o)
	}
}

func TestNginx(t *testing.T) {
	for _, c := range []struct {
		text             string
		ok               bool
		errors, warnings int
	}{
		{"nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n", true, 0, 0},
		{"nginx: [warn] \"ssl_stapling\" ignored, no OCSP responder URL in the certificate \"x.pem\"\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n", true, 0, 1},
		{"nginx: [emerg] unknown directive \"sever\" in /etc/nginx/nginx.conf:3\nnginx: configuration file /etc/nginx/nginx.conf test failed\n", false, 1, 0},
		{"2026/11/23 10:00:00 [emerg] 1#1: host not found in upstream \"web\" in /etc/nginx/conf.d/a.conf:4\n", false, 1, 0},
		{"nginx: configuration file /etc/nginx/nginx.conf test is successful\n# configuration file /etc/nginx/nginx.conf:\n# [emerg] is the word for trouble\nevents {}\n", true, 0, 0},
	} {
		n := read(t, map[string]string{"7-nginx.txt": c.text}).Nginx
		if n == nil || n.OK != c.ok || len(n.Errors) != c.errors || len(n.Warnings) != c.warnings {
			t.Errorf("%q: %+v", c.text, n)
		}
	}
	if o := read(t, map[string]string{"nginx.txt": ""}); o.Nginx != nil || len(o.Problems) != 1 {
		t.Errorf("nothing: %+v", o)
	}
}

func TestAnswers(t *testing.T) {
	o := read(t, map[string]string{
		"4-redirect.txt": "HTTP/1.1 301 Moved Permanently\r\nServer: nginx\r\nLocation: https://example.org/\r\n\r\n",
		"5-hsts.txt":     "strict-transport-security: max-age=63072000\r\n",
		"3-https.txt":    "HTTP/2 200 \r\nset-cookie: sessionid=abcdef\r\nserver: nginx\r\n\r\n",
	})
	if a := o.Redirect.List; len(a) != 1 || a[0].Status != 301 || a[0].Headers["location"][0] != "https://example.org/" {
		t.Errorf("%+v", a)
	}
	if a := o.HSTS.List; len(a) != 1 || a[0].Status != 0 || a[0].Headers["strict-transport-security"][0] != "max-age=63072000" {
		t.Errorf("%+v", a)
	}
	if strings.Contains(fmt.Sprintf("%+v", o.HTTPS), "abcdef") {
		t.Error("the value of a cookie is kept")
	}
}

func TestLogs(t *testing.T) {
	o := read(t, map[string]string{
		"6-logs.txt": "web-1 | \"GET / HTTP/1.1\" 200 12\nweb-1 | Traceback (most recent call last):\nweb-1 |   ValueError: secret-of-somebody\n" +
			"web-1 | \"GET /x?token=s3cret1 HTTP/1.1\" 502 12\nweb-1 | Invalid HTTP_HOST header: 'a'\n",
		"8-renewal.txt": "certbot | Failed to renew certificate example.org with error: x\ncertbot | Congratulations, all renewals succeeded:\n",
	})
	want := []Found{{Traceback, 1, 2, 2}, {ServerError, 1, 4, 4}, {TokenInURL, 1, 4, 4}, {DisallowedHost, 1, 5, 5}}
	if !reflect.DeepEqual(o.Logs.Found, want) || o.Logs.Lines != 5 {
		t.Errorf("%+v", o.Logs)
	}
	if f := o.Renewal; f.Of(RenewalFailed).Last != 1 || f.Of(Renewed).Last != 2 {
		t.Errorf("%+v", f)
	}
	if s := fmt.Sprintf("%+v", o.Logs); strings.Contains(s, "s3cret") || strings.Contains(s, "somebody") {
		t.Errorf("a line of the log is kept: %s", s)
	}
}

// TestHostile reads outputs that somebody made to do harm: they cost neither time nor memory.
func TestHostile(t *testing.T) {
	long := strings.Repeat("Certificate Name: x\n", 1<<19)
	start := time.Now()
	o := read(t, map[string]string{
		"1-containers.json":  strings.Repeat(`{"Name":"x"}`, 1<<16),
		"2-certificates.txt": long, "3-https.txt": strings.Repeat("a: b\n", 1<<20), "4-redirect.txt": "HTTP/1.1 \x1b[31m\xff\n", "6-logs.txt": strings.Repeat("x", 9<<20),
		"strange.txt": "", "\x1b]0;x.txt": "",
	})
	if len(o.Containers.List) > maxItems || len(o.Certificates.List) > maxItems || !o.Logs.Cut || len(o.HTTPS.List[0].Headers["a"]) > 50 {
		t.Error("a limit is not kept")
	}
	if len(o.Problems) != 3 {
		t.Errorf("problems: %q", o.Problems)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %s", d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("containers.json", `[{"Name":"a","Publishers":[{"URL":"::","TargetPort":1}]}]`)
	f.Add("certificates.txt", "Certificate Name: a\nDomains: b\nExpiry Date: 2027-01-30 10:11:12+00:00 (VALID: 67 days)\n")
	f.Add("nginx.txt", "[warn] x\ntest is successful")
	f.Add("https.txt", "HTTP/2 200\r\na: b\r\n")
	f.Add("logs.txt", "Traceback (most recent call last):\n?token=abcdef")
	f.Fuzz(func(t *testing.T, name, text string) {
		kind := Names()[len(name)%len(Names())]
		o, err := Read(fstest.MapFS{kind + ".txt": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		if o.Containers != nil && len(o.Containers.List) > maxItems {
			t.Error("too many containers")
		}
	})
}
