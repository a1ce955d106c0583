package site

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"strconv"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// stapleTries is how often a handshake is made to see a staple: nginx fetches it after the first handshake that wanted one.
const stapleTries = 3

// stapleWait is the time between two of them.
const stapleWait = 1500 * time.Millisecond

// handshake connects to an address by crypto/tls and writes down the chain, what it is worth, and what came with it.
func (p *probe) handshake(ctx context.Context, a netip.Addr) Handshake {
	out := Handshake{Address: a.String()}
	for {
		state, err := p.shake(ctx, a, p.host, p.port)
		out.Tries++
		if err != nil {
			if out.Version == "" {
				out.Error = classify(err)
			}
			return out
		}
		p.read(&out, state)
		// Without a responder there is nothing to wait for.
		leaf := out.Leaf()
		if out.Staple != nil || leaf == nil || len(leaf.OCSP) == 0 && !leaf.MustStaple || out.Tries >= stapleTries || p.o.Depth != Full {
			return out
		}
		select {
		case <-time.After(stapleWait):
		case <-ctx.Done():
			return out
		}
	}
}

// shake makes one handshake and returns its state.
func (p *probe) shake(ctx context.Context, a netip.Addr, host string, port int) (tls.ConnectionState, error) {
	defer p.g.hold(ctx)()
	ctx, cancel := context.WithTimeout(ctx, p.o.RequestTimeout)
	defer cancel()
	raw, err := p.g.connect(ctx, a, port)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer raw.Close()
	config := tlsConfig(host)
	config.NextProtos = []string{"h2", "http/1.1"}
	// A megabyte is ten times the largest chain that was ever sent in earnest.
	conn := tls.Client(&capped{Conn: raw, left: 1 << 20}, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return tls.ConnectionState{}, err
	}
	return conn.ConnectionState(), nil
}

// read writes down the state of a connection.
func (p *probe) read(out *Handshake, state tls.ConnectionState) {
	out.Version, out.Suite, out.ALPN = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), text(state.NegotiatedProtocol)
	out.Chain = nil
	chain := state.PeerCertificates[:min(len(state.PeerCertificates), 16)]
	for _, c := range chain {
		out.Chain = append(out.Chain, describe(c))
	}
	out.Trust = verify(chain, p.host, p.o.Roots, p.site.Start)
	out.Staple = staple(state.OCSPResponse, chain)
	if len(out.Chain) > 0 {
		leaf := &out.Chain[0]
		for _, raw := range state.SignedCertificateTimestamps[:min(len(state.SignedCertificateTimestamps), 20)] {
			if s, ok := sct(cryptobyte.String(raw), "tls"); ok {
				leaf.SCTs = append(leaf.SCTs, s)
			}
		}
		leaf.SCTs = append(leaf.SCTs, stapledSCTs(state.OCSPResponse)...)
	}
}

// chainOf reads the certificates that tlsprobe saw, for a server that crypto/tls has no suite in common with.
func (p *probe) chainOf(a netip.Addr, ders [][]byte) (Handshake, bool) {
	out := Handshake{Address: a.String()}
	var chain []*x509.Certificate
	for _, der := range ders[:min(len(ders), 16)] {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return out, false
		}
		chain = append(chain, c)
		out.Chain = append(out.Chain, describe(c))
	}
	out.Trust = verify(chain, p.host, p.o.Roots, p.site.Start)
	return out, len(chain) > 0
}

// capped is a connection of which no more than so many bytes are read.
type capped struct {
	net.Conn
	left int
}

// Read reads at most what is left; then the connection counts as broken off.
func (c *capped) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, net.ErrClosed
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// services are the ports that are looked at, with what speaks there. Those after the second should not answer from outside.
var services = []struct {
	port int
	name string
}{
	{443, "https"}, {80, "http"}, {5432, "PostgreSQL"}, {3306, "MySQL"}, {6379, "Redis"}, {27017, "MongoDB"}, {9200, "Elasticsearch"}, {11211, "memcached"},
	{2375, "Docker"},
}

// portScan connects to each port of an address. The first is the control: if it does not answer, no other answer means anything.
func (p *probe) portScan(ctx context.Context, a netip.Addr) []Port {
	out := make([]Port, len(services))
	p.each(len(services), func(i int) {
		s := services[i]
		switch s.name {
		case "https":
			s.port = p.port
		case "http":
			s.port = p.o.HTTPPort
		}
		out[i] = Port{Port: s.port, Service: s.name, Control: i == 0, State: p.connects(ctx, a, s.port)}
	})
	return out
}

// connects says what becomes of a connection that nothing is sent on.
func (p *probe) connects(ctx context.Context, a netip.Addr, port int) string {
	defer p.g.hold(ctx)()
	ctx, cancel := context.WithTimeout(ctx, min(p.o.RequestTimeout, 3*time.Second))
	defer cancel()
	conn, err := p.g.connect(ctx, a, port)
	if err == nil {
		conn.Close()
		return "open"
	}
	switch kind := classify(err); {
	case len(kind) > 7 && kind[:7] == "refused":
		return "closed"
	case len(kind) > 7 && kind[:7] == "timeout":
		return "filtered"
	}
	return "error"
}

// www looks at the www name of a domain.
func (p *probe) www(ctx context.Context) *WWW {
	out := &WWW{Name: "www." + p.host}
	addrs, err := p.g.addresses(ctx, out.Name, p.port)
	if err != nil {
		out.Error = classify(err)
		return out
	}
	if out.Connects = p.connects(ctx, addrs[0], p.port) == "open"; !out.Connects {
		return out
	}
	state, err := p.shake(ctx, addrs[0], out.Name, p.port)
	if err != nil {
		out.Error = classify(err)
		return out
	}
	trust := verify(state.PeerCertificates, out.Name, p.o.Roots, p.site.Start)
	out.TLS, out.Error = trust.Verified, trust.Error
	return out
}

// baseURL returns scheme, host and port; the port only if it is not the usual one, as browsers write origins.
func (p *probe) baseURL(scheme string) string {
	port, usual := p.port, 443
	if scheme == "http" {
		port, usual = p.o.HTTPPort, 80
	}
	host := p.host
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		host = "[" + host + "]"
	}
	if port != usual {
		host += ":" + strconv.Itoa(port)
	}
	return scheme + "://" + host
}
