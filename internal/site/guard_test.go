package site

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRefuse(t *testing.T) {
	for address, want := range map[string][2]bool{ // refused, and refused where private addresses are allowed
		"93.184.216.34": {}, "2606:2800:220:1::1": {}, "172.32.0.1": {}, "100.128.0.1": {}, "2001:4860::1": {},
		"127.0.0.1": {true, false}, "127.9.9.9": {true, false}, "::1": {true, false}, "::ffff:127.0.0.1": {true, false}, "10.0.0.1": {true, false}, "172.31.255.255": {true, false},
		"192.168.1.1": {true, false}, "fd12::1": {true, false}, "100.64.0.1": {true, false},
		"169.254.169.254": {true, true}, "::ffff:169.254.169.254": {true, true}, "fe80::1%eth0": {true, true}, "fd00:ec2::254": {true, true}, "0.0.0.0": {true, true}, "::": {true, true},
		"::127.0.0.1": {true, true}, "64:ff9b::7f00:1": {true, true}, "2002:7f00:1::": {true, true}, "224.0.0.1": {true, true}, "255.255.255.255": {true, true}, "192.0.2.1": {true, true},
		"198.18.0.1": {true, true}, "2001:db8::1": {true, true}, "ff02::1": {true, true},
	} {
		a := netip.MustParseAddr(address)
		if got := [2]bool{refuse(a, false) != "", refuse(a, true) != ""}; got != want {
			t.Errorf("%s: refused %v, want %v", address, got, want)
		}
	}
}

// A resolver answers each look-up with the next list of addresses.
type resolver struct {
	mu      sync.Mutex
	answers [][]string
	asked   int
}

func (r *resolver) LookupNetIP(_ context.Context, network, _ string) ([]netip.Addr, error) {
	if network != "ip4" {
		return nil, errors.New("no such host")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.answers[min(r.asked, len(r.answers)-1)]
	r.asked++
	var out []netip.Addr
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	if len(out) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: "site.test", IsNotFound: true}
	}
	return out, nil
}

// TestPinned is a name that leads to a public address when it is judged and to the metadata of a cloud afterwards: what is dialled is
// what was judged.
func TestPinned(t *testing.T) {
	var mu sync.Mutex
	dialled := map[string]int{}
	names := &resolver{answers: [][]string{{"93.184.216.34"}, {"169.254.169.254"}}}
	o := Options{Timeout: 5 * time.Second, RequestTimeout: time.Second,
		Resolver: names,
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			dialled[address]++
			return nil, errors.New("no route")
		}}
	s := look(t, o)
	for address := range dialled {
		if !strings.HasPrefix(address, "93.184.216.34:") {
			t.Errorf("%s is dialled", address)
		}
	}
	if names.asked != 1 {
		t.Errorf("the name is looked up %d times", names.asked)
	}
	if len(dialled) == 0 || s.HTTPS.First().Error == "" {
		t.Errorf("dialled %v, %+v", dialled, s.HTTPS)
	}
}

// TestNotProbed are hosts that nothing is sent to.
func TestNotProbed(t *testing.T) {
	for _, test := range []struct {
		at      string
		answers []string
		problem string
	}{
		{"https://site.test", []string{"169.254.169.254"}, "169.254.169.254 is a link-local address and is not probed"},
		{"https://site.test", []string{"127.0.0.1"}, "127.0.0.1 is an address of this machine and is not probed"},
		{"https://site.test", []string{"10.0.0.1", "192.168.0.1"}, `"site.test" has no public address`},
		{"https://127.0.0.1", nil, "127.0.0.1 is an address of this machine and is not probed"},
		{"https://[::1]:8443", nil, "::1 is an address of this machine and is not probed"},
		{"https://site.test", nil, `"site.test" does not resolve: lookup site.test: no such host`},
	} {
		o := Options{Resolver: &resolver{answers: [][]string{test.answers}}, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			t.Errorf("%s is dialled", address)
			return nil, errors.New("no")
		}}
		s, err := Probe(t.Context(), test.at, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Problems) != 1 || s.Problems[0].Text != test.problem {
			t.Errorf("%s: %v, want %q", test.at, s.Problems, test.problem)
		}
	}
	for _, at := range []string{"", "ftp://site.test", "http://site.test", "https://user@site.test", "https://site.test/path", "https://", "https://a b", "https://site.test:0", "file:///etc/passwd"} {
		if _, err := Probe(t.Context(), at, Options{}); err == nil {
			t.Errorf("%q is taken", at)
		}
	}
}

// TestRedirects are targets that are written down and not followed.
func TestRedirects(t *testing.T) {
	a := newAuthority(t)
	for to, want := range map[string]string{
		"http://169.254.169.254/latest/": "another host", "file:///etc/passwd": "another scheme", "https://other.test/": "another host", "javascript:alert(1)": "another scheme",
		"https://site.test:8443/": "another port", "gopher://site.test/": "another scheme", "//other.test": "another host", "https://site.test@other.test/": "another host",
		"/loop": "a loop", "/n": "too many", "http://[::1": "not a URL", "https://SITE.TEST/ok": "",
	} {
		n := 0
		all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/ok":
			case strings.HasPrefix(r.URL.Path, "/n"):
				n++
				w.Header().Set("Location", fmt.Sprintf("/n%d", n))
				w.WriteHeader(302)
			default:
				w.Header().Set("Location", to)
				w.WriteHeader(302)
			}
		})
		s := newSite(t, &tls.Config{Certificates: []tls.Certificate{a.leaf(t)}}, all, all, a.roots)
		s.o.Depth = Basic
		got := look(t, s.o)
		if got.HTTPS.Stopped != want || (want == "") != (got.HTTPS.Next == "") || len(got.HTTPS.Responses) > maxHops+1 {
			t.Errorf("%q: stopped %q at %q after %d", to, got.HTTPS.Stopped, got.HTTPS.Next, len(got.HTTPS.Responses))
		}
	}
}

func TestParseResolve(t *testing.T) {
	for in, want := range map[string]string{"Site.test:443:127.0.0.1": "{site.test 443 127.0.0.1}", "a:1:[::1]": "{a 1 ::1}", "a:1:::1": "{a 1 ::1}"} {
		if got, err := ParseResolve(in); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a", "a:b:c", "a:0:1.1.1.1", "a:443:b", ":443:1.1.1.1", "a:70000:1.1.1.1"} {
		if got, err := ParseResolve(in); err == nil {
			t.Errorf("%q is taken for %v", in, got)
		}
	}
}
