package ingest

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Certificates are what certbot certificates printed.
type Certificates struct {
	Output
	List []Certificate
}

// A Certificate is one that certbot has. Invalid is why it says that it is not valid, "EXPIRED" or "TEST_CERT", or "".
type Certificate struct {
	Name    string
	Domains []string
	Expires time.Time // UTC
	Invalid string
}

var (
	certName   = regexp.MustCompile(`^\s*Certificate Name: (.+?)\s*$`)
	certDomain = regexp.MustCompile(`^\s*(?:Domains|Identifiers): (.+?)\s*$`) // Identifiers since certbot 5
	certExpiry = regexp.MustCompile(`^\s*Expiry Date: (\S+ \S+) \((VALID|INVALID)(?:: (.+?))?\)\s*$`)
)

func certificates(at Output, text string) (*Certificates, error) {
	out := &Certificates{Output: at}
	none := false
	for line := range strings.Lines(text) {
		if m := certName.FindStringSubmatch(line); m != nil && len(out.List) < maxItems {
			out.List = append(out.List, Certificate{Name: clip(m[1])})
			continue
		}
		none = none || strings.Contains(line, "No certificates found")
		if len(out.List) == 0 {
			continue
		}
		c := &out.List[len(out.List)-1]
		if m := certDomain.FindStringSubmatch(line); m != nil {
			c.Domains = strings.Fields(clip(m[1]))
		}
		if m := certExpiry.FindStringSubmatch(line); m != nil {
			if t, err := time.Parse("2006-01-02 15:04:05Z07:00", m[1]); err == nil {
				c.Expires = t.UTC()
			}
			if m[2] == "INVALID" {
				c.Invalid = clip(m[3])
			}
		}
	}
	if len(out.List) == 0 && !none {
		return nil, errors.New("is not what certbot certificates prints")
	}
	return out, nil
}

// Nginx is what nginx -t or -T said of its configuration.
type Nginx struct {
	Output
	OK bool // the test was successful
	// Errors and Warnings are messages without the level in front.
	Errors, Warnings []string
}

var nginxMessage = regexp.MustCompile(`\[(emerg|alert|crit|error|warn)\] (?:\d+#\d+: )?(.+?)\s*$`)

func nginx(at Output, text string) (*Nginx, error) {
	out := &Nginx{Output: at}
	said := false
	for line := range strings.Lines(text) {
		switch {
		case strings.Contains(line, "test is successful"):
			out.OK, said = true, true
		case strings.Contains(line, "configuration file") && strings.Contains(line, "test failed"):
			out.OK, said = false, true
		}
		m := nginxMessage.FindStringSubmatch(line)
		switch {
		case m == nil || strings.HasPrefix(strings.TrimSpace(line), "#"):
		case m[1] == "warn" && len(out.Warnings) < maxItems:
			out.Warnings = append(out.Warnings, clip(m[2]))
		case m[1] != "warn" && len(out.Errors) < maxItems:
			said = true
			out.Errors = append(out.Errors, clip(m[2]))
		}
	}
	if !said {
		return nil, errors.New("is not what nginx -t prints: it writes to standard error, 2>&1")
	}
	out.OK = out.OK && len(out.Errors) == 0
	return out, nil
}

// Answers are what curl -I printed: one or, with -L, several.
type Answers struct {
	Output
	List []Answer
}

// An Answer is a status and the headers by lower-case name. Status is 0 where only headers were kept.
type Answer struct {
	Status  int
	Headers map[string][]string
}

var statusLine = regexp.MustCompile(`^HTTP/[0-9.]+ ([1-5][0-9][0-9])\b`)

func answers(at Output, text string) (*Answers, error) {
	out := &Answers{Output: at}
	var last *Answer
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if m := statusLine.FindStringSubmatch(line); m != nil && len(out.List) < maxItems {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				return nil, err
			}
			out.List = append(out.List, Answer{Status: n, Headers: map[string][]string{}})
			last = &out.List[len(out.List)-1]
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(name, " \t") || name == "" {
			continue
		}
		if last == nil {
			out.List = append(out.List, Answer{Headers: map[string][]string{}})
			last = &out.List[0]
		}
		if name = strings.ToLower(clip(name)); len(last.Headers) < 200 && len(last.Headers[name]) < 50 && name != "set-cookie" {
			last.Headers[name] = append(last.Headers[name], clip(strings.TrimSpace(value)))
		}
	}
	if len(out.List) == 0 && strings.TrimSpace(text) != "" {
		return nil, errors.New("is not what curl -I prints")
	}
	return out, nil
}
