package site

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
)

// A guard lets connections through to addresses of named hosts alone. A name is looked up once: the address that was judged is the
// address that is dialled, whatever the name resolves to a moment later.
type guard struct {
	o     Options
	hosts []string
	slots chan struct{} // what is under way at once

	mu       sync.Mutex
	resolved map[string]resolved
	opened   int
}

// A resolved is what a resolver said of a host. It is asked once.
type resolved struct {
	v4, v6 []netip.Addr
	err    error
}

// newGuard returns a guard that lets through to the host and to those that the user named.
func newGuard(o Options, host string) *guard {
	return &guard{o: o, hosts: append([]string{host}, o.Hosts...), slots: make(chan struct{}, parallel), resolved: map[string]resolved{}}
}

// parallel is how many requests, handshakes and other connections are under way at once, whatever asks for them.
const parallel = 4

// hold waits until there is room for one more and returns what gives the room back. When the context ends it no longer waits: what
// follows fails by the same context.
func (g *guard) hold(ctx context.Context) (release func()) {
	select {
	case g.slots <- struct{}{}:
		return sync.OnceFunc(func() { <-g.slots })
	case <-ctx.Done():
		return func() {}
	}
}

// A held is a connection that gives its room back when it is closed.
type held struct {
	net.Conn
	release func()
}

// Close closes the connection and gives the room back.
func (h *held) Close() error {
	defer h.release()
	return h.Conn.Close()
}

// names reports whether a host is one of the named.
func (g *guard) names(host string) bool { return slices.Contains(g.hosts, host) }

// lookup returns the addresses of a host for a port: those of the user, or the resolver's, IPv4 first. The error is the resolver's.
func (g *guard) lookup(ctx context.Context, host string, port int) (v4, v6 []netip.Addr, overridden bool, err error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip.Unmap()}, nil, true, nil
	}
	var any []netip.Addr
	for _, r := range g.o.Resolve {
		if r.Host == host {
			any = append(any, r.Address)
			if r.Port == port {
				v4 = append(v4, r.Address)
			}
		}
	}
	// What the user says of one port of a host holds for the others, as long as nothing else is said of them.
	if v4 == nil && any != nil {
		v4 = any[:1]
	}
	if v4 != nil {
		return v4, nil, true, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	r, ok := g.resolved[host]
	if !ok {
		r = g.ask(ctx, host)
		g.resolved[host] = r
	}
	return r.v4, r.v6, false, r.err
}

// ask asks the resolver for both kinds of address.
func (g *guard) ask(ctx context.Context, host string) (out resolved) {
	ctx, cancel := context.WithTimeout(ctx, g.o.RequestTimeout)
	defer cancel()
	var err6 error
	out.v4, out.err = g.o.Resolver.LookupNetIP(ctx, "ip4", host)
	out.v6, err6 = g.o.Resolver.LookupNetIP(ctx, "ip6", host)
	if len(out.v4)+len(out.v6) > 0 {
		out.err = nil
	} else if out.err == nil {
		out.err = err6
	}
	for _, list := range []*[]netip.Addr{&out.v4, &out.v6} {
		for i := range *list {
			(*list)[i] = (*list)[i].Unmap()
		}
		slices.SortFunc(*list, netip.Addr.Compare)
		*list = slices.Compact(*list)
	}
	return out
}

// addresses returns the addresses of a host that may be dialled.
func (g *guard) addresses(ctx context.Context, host string, port int) ([]netip.Addr, error) {
	if !g.names(host) {
		return nil, fmt.Errorf("%q is not one of the named hosts", text(host))
	}
	v4, v6, overridden, err := g.lookup(ctx, host, port)
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, a := range slices.Concat(v4, v6) {
		if reason := refuse(a, g.o.AllowPrivate); reason == "" {
			out = append(out, a)
		} else if len(v4)+len(v6) == 1 || overridden {
			return nil, fmt.Errorf("%s is %s and is not probed", a, reason)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%q has no public address", text(host))
	}
	return out, nil
}

// dial connects to a named host: it is what the HTTP client dials with. The addresses are tried in order.
func (g *guard) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, p, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		return nil, err
	}
	addrs, err := g.addresses(ctx, host, port)
	if err != nil {
		return nil, err
	}
	for _, a := range addrs {
		conn, failed := g.connect(ctx, a, port)
		if failed == nil {
			return conn, nil
		}
		err = failed
	}
	return nil, err
}

// connect dials an address that was let through.
func (g *guard) connect(ctx context.Context, a netip.Addr, port int) (net.Conn, error) {
	g.mu.Lock()
	g.opened++
	g.mu.Unlock()
	return g.o.Dial(ctx, "tcp", netip.AddrPortFrom(a, uint16(port)).String())
}

// special are the ranges that are not public, from the IANA registries of special-purpose addresses. Ranges that carry an IPv4 address inside (6to4,
// Teredo, NAT64, IPv4-compatible) are among them, since they lead to any address.
var special = []struct {
	prefix netip.Prefix
	name   string
	never  bool // refused even where private addresses are allowed
}{
	{netip.MustParsePrefix("127.0.0.0/8"), "an address of this machine", false},
	{netip.MustParsePrefix("::1/128"), "an address of this machine", false},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address", false},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address", false},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address", false},
	{netip.MustParsePrefix("fc00::/7"), "a private address", false},
	{netip.MustParsePrefix("100.64.0.0/10"), "an address of a carrier's network", false},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address", true},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address", true},
	{netip.MustParsePrefix("fd00:ec2::/32"), "an address of a cloud's metadata", true},
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address", true},
	{netip.MustParsePrefix("::/96"), "an unspecified address", true},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address", true},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address", true},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address", true},
	{netip.MustParsePrefix("192.0.0.0/24"), "a reserved address", true},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation", true},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation", true},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation", true},
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation", true},
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation", true},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks", true},
	{netip.MustParsePrefix("192.88.99.0/24"), "a relay's address", true},
	{netip.MustParsePrefix("64:ff9b::/96"), "an address that stands for another", true},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "an address that stands for another", true},
	{netip.MustParsePrefix("2002::/16"), "an address that stands for another", true},
	{netip.MustParsePrefix("2001::/32"), "an address that stands for another", true},
	{netip.MustParsePrefix("fec0::/10"), "a site-local address", true},
	{netip.MustParsePrefix("100::/64"), "an address that discards", true},
}

// refuse says why an address is not probed, "" if it is.
func refuse(a netip.Addr, allowPrivate bool) string {
	a = a.Unmap().WithZone("")
	reason := ""
	for _, s := range special {
		// ::1 lies in the range of IPv4-compatible addresses too, and is the one of them that may be allowed.
		if s.prefix.Contains(a) && a != netip.IPv6Loopback() || s.prefix.Bits() == 128 && s.prefix.Addr() == a {
			if s.never {
				return s.name
			}
			reason = s.name
		}
	}
	if allowPrivate {
		return ""
	}
	return reason
}
