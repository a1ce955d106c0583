package site

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// The depths of a probe: Full asks everything within the limits; Basic asks what a quick look after a deployment needs.
const (
	Full  = "full"
	Basic = "basic"
)

// Options say how to probe. The zero value probes the public address of a host in full.
type Options struct {
	// Hosts are further hosts of the same owner, to which redirects may be followed. "www." and the host is looked at only if it is
	// one of them.
	Hosts []string
	// HTTPPort is where plain HTTP is asked for; 80 if zero.
	HTTPPort int
	// Resolve replaces look-ups, as "host:port:address"; ParseResolve reads one. A host with any entry is not looked up.
	Resolve []Override
	// AllowPrivate allows addresses of this machine and of private networks. Link-local addresses, where clouds keep the credentials
	// of a machine, are refused all the same.
	AllowPrivate bool
	// Roots are the certificates that are trusted; the system's if nil.
	Roots *x509.CertPool
	// Resolver looks names up; the system's if nil. With one given, CAA records are asked for only if DNSServer is set.
	Resolver interface {
		LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	}
	// DNSServer is where CAA records are asked for, "address:port"; the first of /etc/resolv.conf if empty and Resolver is nil.
	DNSServer string
	// Dial opens every connection, to an address that was looked up and let through; net.Dialer's if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Depth is Full if empty.
	Depth string
	// Timeout is for the whole, a minute if zero; RequestTimeout for one request or connection, 10 seconds if zero.
	Timeout, RequestTimeout time.Duration
	// MaxRequests is 40 if zero, a burst not counted; MaxHandshakes 150.
	MaxRequests, MaxHandshakes int
	// UserAgent tells the operator of a site who asks. DefaultUserAgent if empty.
	UserAgent string
	// TrustedOrigins are the front ends that may read answers across origins, "https://app.example.org".
	TrustedOrigins []string
	// APIPath is where CORS is asked for besides the page; AdminPath is "/admin/" if empty; LoginPath is the admin's if empty.
	APIPath, AdminPath, LoginPath string
	// NoBodyLimit leaves the header-only POST out.
	NoBodyLimit bool
	// BurstPath and BurstRequests, at most 30, ask for a burst of GETs, which is not made otherwise.
	BurstPath     string
	BurstRequests int
	// Now is time.Now if nil; Random returns a name that no site has, 16 random bytes in hexadecimal if nil.
	Now    func() time.Time
	Random func() string

	systemResolver bool // none was given
}

// DefaultUserAgent is what a probe calls itself.
const DefaultUserAgent = "prodcheck (+https://github.com/prodcheck/prodcheck; verifies the deployment of this site for its owner)"

// withDefaults fills what is zero and caps what must be.
func (o Options) withDefaults() Options {
	number := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	number(&o.HTTPPort, 80)
	number(&o.MaxRequests, 40)
	number(&o.MaxHandshakes, 150)
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	o.systemResolver = o.Resolver == nil
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Depth == "" {
		o.Depth = Full
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.RequestTimeout <= 0 {
		o.RequestTimeout = 10 * time.Second
	}
	if o.UserAgent == "" {
		o.UserAgent = DefaultUserAgent
	}
	o.UserAgent = strings.NewReplacer("\r", "", "\n", "").Replace(o.UserAgent)
	if o.AdminPath == "" {
		o.AdminPath = "/admin/"
	}
	o.BurstRequests = min(o.BurstRequests, 30)
	o.MaxRequests += max(0, o.BurstRequests)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = func() string {
			b := make([]byte, 16)
			rand.Read(b)
			return hex.EncodeToString(b)
		}
	}
	return o
}

// An Override replaces the look-up of a host for a port.
type Override struct {
	Host    string
	Port    int
	Address netip.Addr
}

// ParseResolve reads "host:port:address" as curl takes it; an IPv6 address may stand in brackets.
func ParseResolve(s string) (Override, error) {
	host, rest, ok := strings.Cut(s, ":")
	port, address, ok2 := strings.Cut(rest, ":")
	n, err := strconv.Atoi(port)
	addr, err2 := netip.ParseAddr(strings.Trim(address, "[]"))
	if !ok || !ok2 || host == "" || err != nil || n < 1 || n > 65535 || err2 != nil {
		return Override{}, fmt.Errorf("%q is not host:port:address", s)
	}
	return Override{Host: strings.ToLower(host), Port: n, Address: addr.Unmap()}, nil
}

// target reads what the user asks to be verified: a URL of HTTPS or a bare host. A path is refused: rows are about a whole site.
func target(s string) (host string, port int, err error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not a URL", s)
	}
	if u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Path != "" && u.Path != "/" {
		return "", 0, fmt.Errorf("%q is not of the form https://host", s)
	}
	host = strings.TrimSuffix(u.Hostname(), ".")
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = idna.Lookup.ToASCII(host); err != nil || host == "" || len(host) > 253 {
			return "", 0, fmt.Errorf("%q has no valid host", s)
		}
	}
	port = 443
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return "", 0, fmt.Errorf("%q has no valid port", s)
		}
	}
	return strings.ToLower(host), port, nil
}
