package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"": "…", "short12": "…", "hunter22": "hun…", "sk_live_abcdefgh": "sk_…", "éèàùôîçâ": "éèà…", "a\nbcdefghij": "a…", "\x00abcdefghij": "…",
		"ab\xffcdefghi": "ab…", "日本語日本語日本語": "日本語…",
	} {
		if got := Redact(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// canaries are values with everything in them that some format escapes.
var canaries = []string{
	"CANARY9f8e7d6c5b", `Can"ary\1'2&3<4>5`, "can ary/7+8=9?x#y%z", "canäry$1`2`!3", "ca:n@a/r*y(9)[8]{7}", "canary~^|;,.-_", "line one of it\nline two of the key",
}

// written returns a value as formats write it, by the standard library's own functions.
func written(v string) map[string]string {
	j, _ := json.Marshal(map[string]string{"password": v})
	var x bytes.Buffer
	_ = xml.EscapeText(&x, []byte(v))
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return map[string]string{
		"as it is": v, "query": url.QueryEscape(v), "path": url.PathEscape(v), "userinfo": url.UserPassword("app", v).String(), "JSON": string(j),
		"JSON for people": plain.String(), "XML": x.String(), "base64": base64.StdEncoding.EncodeToString([]byte(v)),
		"basic authentication": base64.StdEncoding.EncodeToString([]byte("app:" + v)), "base64, one more": base64.StdEncoding.EncodeToString([]byte("a" + v + "b")),
		"base64, two more": base64.URLEncoding.EncodeToString([]byte("ab" + v + "\n")), "raw base64": base64.RawURLEncoding.EncodeToString([]byte(v)),
		"hex": hex.EncodeToString([]byte(v)), "HEX": fmt.Sprintf("%X", v), "Go": strconv.Quote(v), "ASCII": strconv.QuoteToASCII(v),
		"single quotes": "'" + strings.ReplaceAll(v, "'", `'\''`) + "'", "YAML": "'" + strings.ReplaceAll(v, "'", "''") + "'",
		"compose": strings.ReplaceAll(v, "$", "$$"), "ini": strings.ReplaceAll(v, "%", "%%"),
	}
}

func TestRedactorForms(t *testing.T) {
	r := NewRedactor(canaries)
	for _, v := range canaries {
		for format, text := range written(v) {
			got := r.Redact("before " + text + " after")
			if !strings.Contains(got, "…") || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				t.Errorf("%s: %q: %q", format, text, got)
			}
			// around the value stand sixteen characters at most, of it three are shown, and base64 shares some with its neighbours
			if left := len(strings.Replace(got, "…", "", 1)) - len("before  after"); left > 16+3+3 {
				t.Errorf("%s: %d characters of %q are left: %q", format, left, text, got)
			}
		}
	}
	pem := "-----BEGIN X KEY-----\nMIICXQIBAAKBgQC7pX0y\nr5Tq9oWk2mVb8nLc4dZs\n-----END X KEY-----\n"
	got := NewRedactor([]string{pem}).Redact("line 2: MIICXQIBAAKBgQC7pX0y, line 3: r5Tq9oWk2mVb8nLc4dZs")
	if got != "line 2: MII…, line 3: r5T…" {
		t.Errorf("lines of a key: %q", got)
	}
}

func TestRedactor(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 40)
	for _, c := range []struct {
		values     []string
		text, want string
	}{
		{nil, "text", "text"},
		{[]string{"", "abc", "no"}, "abc no", "abc no"},
		{[]string{"hunter2!"}, "a hunter2! b hunter2!", "a hun… b hun…"},
		{[]string{"abcdefghij", "ghijklmnop"}, "xabcdefghijklmnopx", "xabc…x"},   // they overlap
		{[]string{"abcdefgh", "cdef"}, "cdef abcdefgh abcdef", "… abc… ab…"},     // one holds the other
		{[]string{"secretone", "secrettwo"}, "secretonesecrettwo", "sec…"},       // they touch
		{[]string{long}, "x" + long + "y", "x012…y"},                             // longer than what is searched for
		{[]string{long}, "x" + long[:100] + "y", "x012…y"},                       // cut off
		{[]string{"pa…sword", "password"}, "password pa…sword", "pas*** pa*** "}, // a value holds what stands for it
	} {
		got := NewRedactor(c.values).Redact(c.text)
		if got != strings.TrimSpace(c.want) && !(strings.Contains(c.text, "…") && !strings.Contains(got, "pa…sword")) {
			t.Errorf("%q in %q: %q, want %q", c.values, c.text, got, c.want)
		}
	}
	var none *Redactor
	if none.Redact("x") != "x" || new(Redactor).Redact("x") != "x" {
		t.Error("no redactor changes nothing")
	}
}

func TestRedactLine(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`DEBUG = True`, `DEBUG = True`},
		{`SECRET_KEY = "hunter2hunter2"`, `SECRET_KEY = "hun…"`},
		{`SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "hunter2hunter2")`, `SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "hun…")`},
		{`SECRET_KEY = env("DJANGO_KEY", default='hunter2hunter2')  # why`, `SECRET_KEY = env("DJANGO_KEY", default='hun…')  # why`},
		{`    'PASSWORD': 'hunter2',`, `    'PASSWORD': '…',`},
		{`SIMPLE_JWT = {"SIGNING_KEY": "hunter2hunter2", "X": 1}`, `SIMPLE_JWT = {"SIGNING_KEY": "hun…", "X": 1}`},
		{`DB_PASSWORD=hunter2hunter2`, `DB_PASSWORD=hun…`},
		{`export DB_PASSWORD="hunter2 hunter2"`, `export DB_PASSWORD="hun…"`},
		{`      - POSTGRES_PASSWORD=hunter2hunter2`, `      - POSTGRES_PASSWORD=hun…`},
		{`      POSTGRES_PASSWORD: hunter2hunter2 # why`, `      POSTGRES_PASSWORD: hun… # why`},
		{`      POSTGRES_PASSWORD: ${DB_PASSWORD:-hunter2hunter2}`, `      POSTGRES_PASSWORD: ${DB_PASSWORD:-hun…}`},
		{`      POSTGRES_PASSWORD: ${DB_PASSWORD}`, `      POSTGRES_PASSWORD: ${DB_PASSWORD}`},
		{`ENV SECRET_KEY hunter2hunter2`, `ENV SECRET_KEY hun…`},
		{`ENV A=1 SECRET_KEY=hunter2hunter2`, `ENV A=1 SECRET_KEY=hun…`},
		{`ARG TOKEN=hunter2hunter2`, `ARG TOKEN=hun…`},
		{`RUN curl -H "Authorization: Bearer abcdefgh12345" https://x`, `RUN curl -H "Authorization: Bearer abc…" https://x`},
		{`RUN mysql --password hunter2hunter2`, `RUN mysql --password hun…`},
		{`RUN mysql --password=hunter2hunter2`, `RUN mysql --password=hun…`},
		{`DATABASE_URL=postgres://app:hunter2hunter2@db/app`, `DATABASE_URL=postgres://app:hun…@db/app`},
		{`CREATE USER app WITH PASSWORD 'hunter2hunter2';`, `CREATE USER app WITH PASSWORD 'hun…';`},
		{`CREATE USER app IDENTIFIED BY 'hunter2hunter2';`, `CREATE USER app IDENTIFIED BY 'hun…';`},
		{`<password>hunter2hunter2</password>`, `<password>hun…</password>`},
		{`x = "Zk3x7Cp0q9W8e7R6t5Y4u3I2"`, `x = "Zk3…"`},
		{`image: nginx@sha256:2f1cd90e00fe2c991e18272bb35d6a8258eeb27785d121aa4cc1ae4235167cfd`, `image: nginx@sha256:2f1cd90e00fe2c991e18272bb35d6a8258eeb27785d121aa4cc1ae4235167cfd`},
		{`POSTGRES_PASSWORD_FILE=/run/secrets/db`, `POSTGRES_PASSWORD_FILE=/run/secrets/db`},
		{`AUTH_PASSWORD_VALIDATORS = []`, `AUTH_PASSWORD_VALIDATORS = []`},
		{`    "ACCESS_TOKEN_LIFETIME": timedelta(days=30),`, `    "ACCESS_TOKEN_LIFETIME": timedelta(days=30),`},
		{`CORS_ALLOWED_ORIGINS = ["http://localhost:3000", "https://x.org"]`, `CORS_ALLOWED_ORIGINS = ["http://localhost:3000", "https://x.org"]`},
		{`INSTALLED_APPS = ["django.contrib.auth", "corsheaders"]`, `INSTALLED_APPS = ["django.contrib.auth", "corsheaders"]`},
		{`SECURE_SSL_REDIRECT = env.bool("USE_HTTPS", default=False)`, `SECURE_SSL_REDIRECT = env.bool("USE_HTTPS", default=False)`},
		{`SECRET_KEY = get_random_secret_key()`, `SECRET_KEY = get_random_secret_key()`},
		{`MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware", "x.y"]`, `MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware", "x.y"]`},
		{``, ``},
	} {
		if got := RedactLine(c.line, nil); got != c.want {
			t.Errorf("%s\n gives %s\n not   %s", c.line, got, c.want)
		}
	}
	if got := RedactLine("say hunter2hunter2 twice: hunter2hunter2", []string{"hunter2hunter2", "say"}); got != "say hun… twice: hun…" {
		t.Errorf("known values: %q", got)
	}
}

// A literal given to the name of a secret is in no line that is shown, whatever the format.
func TestRedactLineCanary(t *testing.T) {
	formats := []string{
		`%s=%s`, `%s = "%s"`, `%s: %s`, `%s: "%s"`, `"%s": "%s",`, `'%s': '%s'`, `export %s=%s`, `ENV %s=%s`, `ENV %s %s`, `ARG %s=%s`, `LABEL %s=%s`, `- %s=%s`,
		`- "%s=%s"`, `os.environ["%s"] = "%s"`, `os.environ.setdefault("%s", "%s")`, `env("%s", default="%s")`, `config('%s', default='%s')`, `getenv('%s') or '%s'`,
		`${%s:-%s}`, `  %s:   '%s'  # note`, `%s := "%s"`, `%s => '%s'`, `<%s>%s</%[1]s>`, `--%s=%s`, `--%s %s`, `set %s %s`, `%s=f"%s"`, `x(%s="%s")`, `const %s = '%s';`,
	}
	for _, name := range []string{"SECRET_KEY", "DB_PASSWORD", "API_TOKEN", "DJANGO_KEY", "secret_key", "EMAIL_PASS"} {
		for _, value := range []string{"CANARYvalue", "canary-value-1", "CANARY_9f8e7d", "canary.value/9"} {
			for _, f := range formats {
				if strings.HasPrefix(f, "${") {
					f = "X=" + f
				}
				line := fmt.Sprintf(f, name, value)
				if got := RedactLine(line, nil); strings.Contains(strings.ToLower(got), "canary") {
					t.Errorf("%s\n gives %s", line, got)
				}
			}
		}
	}
}

func TestRedactorSpeed(t *testing.T) {
	var values []string
	for i := range 3000 {
		values = append(values, fmt.Sprintf("value-%d-of-a-secret-%x", i*7919, i*104729))
	}
	start := time.Now()
	r := NewRedactor(values)
	built := time.Since(start)
	text := strings.Repeat("an ordinary line of a report, with value-1 and a-secret and nothing else in it\n", 20000)
	start = time.Now()
	if got := r.Redact(text); got != text {
		t.Error("nothing is known of this text")
	}
	took := time.Since(start)
	t.Logf("3000 values: built in %v, %d bytes in %v", built, len(text), took)
	if built > 3*time.Second || took > time.Second {
		t.Errorf("built in %v, %d bytes in %v", built, len(text), took)
	}
	same := NewRedactor([]string{strings.Repeat("a", 100000), strings.Repeat("a", 99999) + "b", strings.Repeat("a", 50)})
	start = time.Now()
	same.Redact(strings.Repeat(strings.Repeat("a", 40000)+"c", 50))
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("values that begin alike: %v", d)
	}
}

func FuzzRedact(f *testing.F) {
	for _, v := range canaries {
		f.Add(v, "x"+v+"y", "other value")
	}
	f.Add("abcdefghij", "xabcdefghijkl", "ghijkl")
	f.Add("pa…sword", "pa…sword password", "***…[redacted]")
	f.Add("aaaa", "aaaaaaaaaa", "aaaaa")
	f.Fuzz(func(t *testing.T, a, text, b string) {
		values := []string{a, b}
		r := NewRedactor(values)
		got := r.Redact(text + a + text + url.QueryEscape(b) + text)
		known := []string{a, b}
		if utf8.RuneCountInString(b) >= 4 {
			known = append(known, url.QueryEscape(b))
		}
		for _, v := range known {
			if utf8.RuneCountInString(v) >= 4 && strings.Contains(got, v) {
				t.Fatalf("%q is left in %q", v, got)
			}
		}
		if shown := r.Redact("\x01" + a + "\x01"); utf8.RuneCountInString(a) >= 8 && utf8.ValidString(a) && !strings.ContainsAny(a, "\x01") && utf8.RuneCountInString(shown) > 3+2+len("[redacted]") {
			t.Fatalf("of %q is shown %q", a, shown)
		}
		if known := RedactLine(text+a, []string{a}); len(a) >= 8 && !strings.Contains(a, "…") && strings.Contains(known, a) {
			t.Fatalf("%q is left in %q", a, known)
		}
	})
}
