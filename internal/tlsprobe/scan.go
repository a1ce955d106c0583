package tlsprobe

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"sync"
)

// chunk is how many suites are offered at once to a server that refuses the whole list, as some do because of its length.
const chunk = 64

// Scan probes the server at an address of host and port. It always returns a result: what went wrong is said by the states in it
// and by Stopped. It ends soon after the context does.
func Scan(ctx context.Context, address string, o Options) *Result {
	o = o.withDefaults()
	p := &prober{Options: o, address: address, slots: make(chan struct{}, o.Parallel)}
	p.result = &Result{Address: address, ServerName: o.ServerName, Depth: o.Depth}
	// Only full probes go on from the first suite of a version.
	tasks := p.versions(ctx)
	if o.Depth == Full {
		p.together(tasks)
	}
	tasks = nil
	if best, ok := p.legacy(); ok {
		tasks = append(tasks, func() { p.features(ctx, best) })
		if o.Depth == Full {
			tasks = append(tasks, func() { p.fallback(ctx) }, func() { p.curves(ctx) })
		}
	}
	if o.Depth == Full {
		tasks = append(tasks, func() { p.alpn(ctx) })
		if p.result.Version(TLS13).Offered == Yes {
			tasks = append(tasks, func() { p.groups(ctx) })
		}
	}
	p.together(tasks)
	return p.result
}

// together runs tasks at the same time; how many connections are open is limited elsewhere.
func (p *prober) together(tasks []func()) {
	var wg sync.WaitGroup
	for _, f := range tasks {
		wg.Go(f)
	}
	wg.Wait()
}

// versions asks which versions are offered, newest first and one after the other, since the answer to one tells what the others
// mean. It returns the tasks that find the suites of each.
func (p *prober) versions(ctx context.Context) []func() {
	order := []Version{TLS13, TLS12, TLS11, TLS10, SSL30}
	var tasks []func()
	p.result.Versions = make([]VersionResult, len(order))
	ask := func(i int) outcome {
		v := order[i]
		o, list := p.firstOf(ctx, v)
		r := &p.result.Versions[i]
		*r = VersionResult{Version: v, Offered: Inconclusive, Reason: o.reason}
		switch {
		case o.kind == answered && o.version == v:
			r.Offered, r.Suites = Yes, []Suite{o.suite}
			tasks = append(tasks, func() { p.suites(ctx, r, list) })
		case o.kind == answered:
			r.Offered, r.Reason = No, "the server answers with "+o.version.String()
		case o.kind == refused:
			r.Offered = No
		}
		return o
	}
	// Before any hello was answered a server that hangs up may be of no version at all, or out of order.
	var again []int
	for i := range order {
		if ask(i).kind == lost {
			again = append(again, i)
		}
	}
	for _, i := range again { // now there may be a hello that is known to be answered
		if p.good != nil {
			ask(i)
		}
	}
	return tasks
}

// firstOf offers everything to a version, and if that is refused what servers use. It returns the hello's list too.
func (p *prober) firstOf(ctx context.Context, v Version) (outcome, hello) {
	h := hello{version: v, suites: suitesFor(v), groups: allGroups(v)}
	o := p.ask(ctx, h)
	switch {
	case o.kind == answered, o.kind == spent, o.kind == refused && o.alert == 70:
		return o, h
	case v == TLS13 && o.kind != silent: // TLS 1.3 without a share is legal and rare
		h.keyShare = true
		if again := p.ask(ctx, h); again.kind == answered {
			return again, h
		}
	case v < TLS13 && o.kind != silent:
		short := h
		short.suites = h.suites[:chunk]
		if again := p.ask(ctx, short); again.kind == answered {
			return again, short
		}
	}
	return o, h
}

// suites finds the suites of a version beyond the first, and whose order counts.
func (p *prober) suites(ctx context.Context, r *VersionResult, first hello) {
	all := suitesFor(r.Version)
	lists := [][]Suite{all}
	// What refuses a long list is asked for a part of it at a time.
	if len(first.suites) < len(all) {
		lists = slices.Collect(slices.Chunk(all, chunk))
	}
	r.Complete = true
	for _, list := range lists {
		list = without(list, r.Suites...)
		for len(list) > 0 {
			h := first
			h.suites = list
			o := p.ask(ctx, h)
			if o.kind != answered || o.version != r.Version {
				// Another version, nonsense or silence ends the search without saying that this was all.
				r.Complete = r.Complete && o.kind == refused
				break
			}
			r.Suites = append(r.Suites, o.suite)
			list = without(list, o.suite)
		}
	}
	if len(r.Suites) > 1 {
		p.order(ctx, r, first)
	}
}

// order offers the suites in reverse: a server that chooses as before goes by its own order.
func (p *prober) order(ctx context.Context, r *VersionResult, h hello) {
	// By the client's order the last of the found suites, which is now the first, is chosen.
	h.suites = slices.Clone(r.Suites)
	slices.Reverse(h.suites)
	// Some servers prefer ChaCha20 if it is the client's first wish and keep to their own order otherwise.
	if i := slices.IndexFunc(h.suites, func(s Suite) bool { return !strings.Contains(s.Name(), "CHACHA20") }); i > 0 {
		h.suites[0], h.suites[i] = h.suites[i], h.suites[0]
	}
	if h.suites[0] == r.Suites[0] {
		return // of the rest none can be put first without giving ChaCha20 away
	}
	o := p.ask(ctx, h)
	switch {
	case o.kind != answered:
		r.ServerOrder = Inconclusive
	case o.suite == h.suites[0]:
		r.ServerOrder = No
	case o.suite == r.Suites[0]:
		r.ServerOrder = Yes
	default:
		r.ServerOrder = Inconclusive
	}
}

// legacy returns the newest version below TLS 1.3 that is offered.
func (p *prober) legacy() (VersionResult, bool) {
	for _, r := range p.result.Versions {
		if r.Version < TLS13 && r.Offered == Yes {
			return r, true
		}
	}
	return VersionResult{}, false
}

// features asks for extensions whose presence in the answer tells of a feature.
func (p *prober) features(ctx context.Context, best VersionResult) {
	o := p.ask(ctx, hello{version: best.Version, suites: suitesFor(best.Version), groups: allGroups(best.Version), compress: true, features: true})
	has := func(ext uint16) State {
		if o.kind != answered {
			return Inconclusive
		}
		return state(o.extensions[ext] != nil)
	}
	r := p.result
	r.SecureRenegotiation, r.ExtendedMasterSecret, r.Heartbeat = has(extRenegotiation), has(extExtendedMasterSecret), has(extHeartbeat)
	r.Compression = Inconclusive
	if o.kind == answered {
		r.Compression = state(o.compression == 1)
	}
}

// fallback asks for an older version than the server's newest and says that it is a second try (RFC 7507).
func (p *prober) fallback(ctx context.Context) {
	newest := true
	for _, r := range p.result.Versions {
		if r.Offered != Yes {
			continue
		}
		if newest {
			newest = false
			continue
		}
		o := p.ask(ctx, hello{version: r.Version, suites: suitesFor(r.Version), groups: allGroups(r.Version), fallback: true})
		switch {
		case o.kind == answered:
			p.result.FallbackSCSV = No
		case o.kind == refused && o.alert == 86:
			p.result.FallbackSCSV = Yes
		default:
			p.result.FallbackSCSV = Inconclusive
		}
		return
	}
}

// groups finds the groups of TLS 1.3: a hello without any share makes the server name the one it wants.
func (p *prober) groups(ctx context.Context) {
	p.result.Groups = p.groupsOf(ctx, hello{version: TLS13, suites: suitesFor(TLS13), groups: allGroups(TLS13)})
}

// curves finds the curves of ECDHE below TLS 1.3, from the parameters that the server sends.
func (p *prober) curves(ctx context.Context) {
	for _, r := range p.result.Versions {
		if r.Version == TLS13 || r.Offered != Yes {
			continue
		}
		ecdhe := func(auth ...string) []Suite {
			return slices.DeleteFunc(slices.Clone(r.Suites), func(s Suite) bool {
				a := s.Attributes()
				return a.Kx != "ECDHE" || !slices.Contains(auth, a.Auth)
			})
		}
		// Suites with an RSA certificate work with any curve; those with ECDSA need the certificate's own besides.
		h := hello{version: r.Version, suites: ecdhe("RSA", "anon"), groups: allGroups(r.Version)}
		if len(h.suites) > 0 {
			p.result.Curves = p.groupsOf(ctx, h)
			return
		}
		if h.suites = ecdhe("ECDSA"); len(h.suites) > 0 {
			p.result.Curves = p.groupsOf(ctx, h)
			p.result.Curves.Complete = false // without the curve of the certificate the suites cannot be had at all
			return
		}
	}
}

// groupsOf offers groups until the server refuses, taking away each that it chose.
func (p *prober) groupsOf(ctx context.Context, h hello) (out GroupResult) {
	for len(h.groups) > 0 {
		o := p.ask(ctx, h)
		i := slices.Index(h.groups, o.group)
		if o.kind != answered || o.version != h.version || i < 0 {
			out.Complete = o.kind == refused
			return out
		}
		out.Groups = append(out.Groups, o.group)
		h.groups = slices.Delete(slices.Clone(h.groups), i, i+1)
	}
	return out
}

// alpn offers each protocol alone. TLS 1.3 encrypts its answer, for which a library has to be asked.
func (p *prober) alpn(ctx context.Context) {
	p.result.ALPN = map[string]State{}
	best, legacy := p.legacy()
	for _, protocol := range []string{"h2", "http/1.1"} {
		if !legacy {
			p.result.ALPN[protocol] = p.alpnTLS13(ctx, protocol)
			continue
		}
		o := p.ask(ctx, hello{version: best.Version, suites: suitesFor(best.Version), groups: allGroups(best.Version), alpn: []string{protocol}})
		switch chosen := o.extensions[extALPN]; {
		case o.kind == answered:
			p.result.ALPN[protocol] = state(len(chosen) > 3 && string(chosen[3:]) == protocol)
		case o.kind == refused && o.alert == 120:
			p.result.ALPN[protocol] = No
		default:
			p.result.ALPN[protocol] = Inconclusive
		}
	}
}

// alpnTLS13 shakes hands by crypto/tls. Go refuses if the server chooses no protocol that was offered, which is a no as well.
func (p *prober) alpnTLS13(ctx context.Context, protocol string) State {
	if p.result.Version(TLS13).Offered != Yes || !p.take() {
		return Inconclusive
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	raw, err := p.Dial(ctx, "tcp", p.address)
	if err != nil {
		return Inconclusive
	}
	defer raw.Close()
	name := p.ServerName
	if net.ParseIP(name) != nil {
		name = ""
	}
	conn := tls.Client(raw, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS13})
	if err := conn.HandshakeContext(ctx); err != nil {
		if strings.Contains(err.Error(), "no application protocol") {
			return No
		}
		return Inconclusive
	}
	return state(conn.ConnectionState().NegotiatedProtocol == protocol)
}

// state is Yes or No.
func state(yes bool) State {
	if yes {
		return Yes
	}
	return No
}

// without returns a list less some of its suites, in a copy.
func without(list []Suite, gone ...Suite) []Suite {
	return slices.DeleteFunc(slices.Clone(list), func(s Suite) bool { return slices.Contains(gone, s) })
}
