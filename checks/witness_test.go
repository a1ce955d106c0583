package checks

import (
	"regexp"
	"testing"
)

func TestStrangerWitness(t *testing.T) {
	tests := []struct {
		pattern string
		want    string // the witness; "" for none
	}{
		{`^https://\w+\.example\.com$`, ""},
		{`^https://\w+\.example\.com\Z`, ""},
		{`^https://(www|api)\.example\.com$`, ""},
		{`^https://example\.(com|org)$`, ""},
		{`^https://[a-z0-9-]+\.example\.co\.uk$`, ""},
		{`https://app\.example\.com`, "https://app.example.com.evil.test"},
		{`^https://\w+\.example\.com`, "https://a.example.com.evil.test"},
		{`^https://.*\.example\.com$`, ""},
		{`^https://.*example\.com$`, "https://evilexample.com"},
		{`^https://www.example\.com$`, "https://wwwxexample.com"},
		{`^https://app\.example.com$`, ""}, // "examplexcom" is no domain that anybody can register
		{`^https?://localhost:\d+$`, ""},
		{`^https://localhost`, ""},
		{`^https://[\w-]+\.vercel\.app$`, ""},
		{`^https://([a-z]+\.)?example\.com$`, ""},
		{`^https://sub[.]example[.]com$`, ""},
	}
	for _, tt := range tests {
		got, err := strangerWitness(tt.pattern)
		if err != nil {
			t.Errorf("%s: %v", tt.pattern, err)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.pattern, got, tt.want)
		}
		if got != "" && !regexp.MustCompile("^(?:"+tt.pattern+")").MatchString(got) {
			t.Errorf("%s does not match its own witness %s", tt.pattern, got)
		}
	}
	if _, err := strangerWitness(`^https://(?!evil)\w+\.example\.com$`); err == nil {
		t.Error("look-around is judged")
	}
}

func TestMatchesAnyOrigin(t *testing.T) {
	for pattern, want := range map[string]bool{
		`.*`: true, `^.*$`: true, `^https?://.*$`: true, `^https://.+`: true, ``: true,
		`^https://.*\.example\.com$`: false, `https://example\.com`: false, `^https://localhost.*`: false,
	} {
		if got := matchesAnyOrigin(pattern); got != want {
			t.Errorf("%q: %v, want %v", pattern, got, want)
		}
	}
}

func TestPlatformAndInsecureWitness(t *testing.T) {
	for pattern, want := range map[string]bool{
		`^https://[\w-]+\.vercel\.app$`: true, `^https://shop-.*\.netlify\.app$`: true, `^https://shop\.netlify\.app$`: false,
		`^https://\w+\.example\.com$`: false,
	} {
		if w, got := platformWitness(pattern); got != want {
			t.Errorf("platform %q: %v (%s), want %v", pattern, got, w, want)
		}
	}
	for pattern, want := range map[string]bool{
		`^https?://\w+\.example\.com$`: true, `^http://shop\.example\.com$`: true, `^https://\w+\.example\.com$`: false,
		`^http://localhost:\d+$`: false,
	} {
		if w, got := insecureWitness(pattern); got != want {
			t.Errorf("insecure %q: %v (%s), want %v", pattern, got, w, want)
		}
	}
}

func TestOrigins(t *testing.T) {
	for in, want := range map[string]origin{
		"https://a.example.com:8443": {"https", "a.example.com"}, "http://[::1]:3000": {"http", "::1"},
		"HTTP://LOCALHOST": {"http", "localhost"}, "example.com": {"", "example.com"}, "https://u:p@h.example/x": {"https", "h.example"},
	} {
		if got := parseOrigin(in); got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "10.1.2.3": true, "::1": true, "192.168.1.4": true,
		"0.0.0.0": true, "example.com": false, "8.8.8.8": false} {
		if got := isLocal(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}
