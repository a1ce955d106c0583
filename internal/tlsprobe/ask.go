package tlsprobe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// maxSilent is how many connections may time out before a server is left alone.
const maxSilent = 5

// An outcome is what became of one hello.
type outcome struct {
	answer
	kind   kind
	reason string
}

// A kind says what an outcome means.
type kind uint8

// The kinds. Only refused says that something is not offered; only answered that it is.
const (
	lost     kind = iota // hung up, or an alert about the form of the hello
	garbled              // no TLS, or a choice that was not offered
	silent               // no answer in time, or no connection
	refused              // an alert that says no
	answered             // a ServerHello that fits the hello
	spent                // not asked: out of connections, or stopped
)

// A prober asks one server. Its fields below mu are shared by goroutines.
type prober struct {
	Options
	address string
	slots   chan struct{}

	mu      sync.Mutex
	result  *Result
	good    *hello // one that was answered
	timeout int
}

// stop ends probing; the first reason stands.
func (p *prober) stop(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result.Stopped == "" {
		p.result.Stopped = reason
	}
}

// take counts a connection, if there may be one more.
func (p *prober) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result.Stopped == "" && p.result.Connections >= p.MaxConnections {
		p.result.Stopped = fmt.Sprintf("the limit of %d connections is reached", p.MaxConnections)
	}
	if p.result.Stopped != "" {
		return false
	}
	p.result.Connections++
	return true
}

// ask sends a hello and settles what the answer means. A connection that is lost is tried once more; if it is lost again and a hello
// that was answered before still is, the server refuses by hanging up. If that one is not answered any more, nothing that comes
// from this server can be trusted and probing stops.
func (p *prober) ask(ctx context.Context, h hello) outcome {
	o := p.once(ctx, h)
	if o.kind != lost && o.kind != silent {
		return o
	}
	// Silence is never taken for a refusal: firewalls drop what they do not like, and what they like at bad times.
	if o = p.once(ctx, h); o.kind != lost {
		return o
	}
	p.mu.Lock()
	good := p.good
	p.mu.Unlock()
	if good == nil {
		return o
	}
	switch control := p.once(ctx, *good); control.kind {
	case answered:
		o.kind = refused
	case spent:
	default:
		p.stop(fmt.Sprintf("after %d connections the server no longer answers a hello that it answered before: %s", p.count(), control.reason))
	}
	return o
}

// count returns how many connections were opened.
func (p *prober) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.result.Connections
}

// once sends a hello on a connection of its own.
func (p *prober) once(ctx context.Context, h hello) outcome {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		p.stop("out of time")
		return outcome{kind: spent, reason: "out of time"}
	}
	if !p.take() {
		return outcome{kind: spent, reason: p.stopped()}
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	conn, err := p.Dial(ctx, "tcp", p.address)
	if err != nil {
		return p.failed(err)
	}
	defer conn.Close()
	// The deadline of the context ends reads and writes as well.
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	h.serverName = p.ServerName
	if _, err := conn.Write(h.encode()); err != nil {
		return p.failed(err)
	}
	a, err := readAnswer(conn, p.MaxBytes, true)
	if err != nil {
		return p.failed(err)
	}
	return p.judge(h, a)
}

// stopped returns why probing ended early, "" if it did not.
func (p *prober) stopped() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.result.Stopped
}

// failed says what an error of the connection means.
func (p *prober) failed(err error) outcome {
	var timeout net.Error
	switch {
	case errors.Is(err, errMalformed):
		return outcome{kind: garbled, reason: err.Error()}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return outcome{kind: lost, reason: "the server hangs up"}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		p.mu.Lock()
		p.timeout++
		enough := p.timeout >= maxSilent
		p.mu.Unlock()
		if enough {
			p.stop(fmt.Sprintf("%d connections timed out", maxSilent))
		}
		return outcome{kind: silent, reason: "no answer in time"}
	case errors.Is(err, syscall.ECONNREFUSED):
		p.stop("the port is closed")
		return outcome{kind: silent, reason: "the port is closed"}
	}
	return outcome{kind: silent, reason: "no connection"}
}

// judge compares an answer with the hello: a server that chooses what was not offered is not understood.
func (p *prober) judge(h hello, a answer) outcome {
	switch a.alert {
	case -1:
	case 0, 10, 47, 50, 112: // it did not like the hello as such, or the name
		return outcome{answer: a, kind: lost, reason: alertText(a.alert)}
	default:
		return outcome{answer: a, kind: refused, reason: alertText(a.alert)}
	}
	if a.version > h.version || (a.version == TLS13) != a.suite.Attributes().TLS13 || !slices.Contains(h.suites, a.suite) || a.compression > 1 || a.compression == 1 && !h.compress {
		return outcome{answer: a, kind: garbled, reason: fmt.Sprintf("the server chooses %s and %s, which were not offered", a.version, a.suite)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.good == nil {
		p.good = &h
	}
	// Only timeouts in a row count: a slow server is not a silent one.
	p.timeout = 0
	p.note(a)
	return outcome{answer: a, kind: answered}
}

// note keeps what any answer tells: the chain, the size of parameters. Called with mu held.
func (p *prober) note(a answer) {
	r := p.result
	if a.dh.Bits > 0 && !slices.Contains(r.DH, a.dh) && len(r.DH) < 8 {
		r.DH = append(r.DH, a.dh)
		slices.SortFunc(r.DH, func(x, y DHParameters) int { return x.Bits - y.Bits })
	}
	if len(a.chain) > 0 && len(r.Chains) < 4 && !slices.ContainsFunc(r.Chains, func(c [][]byte) bool { return string(c[0]) == string(a.chain[0]) }) {
		r.Chains = append(r.Chains, a.chain)
	}
}
