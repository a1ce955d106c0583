package site

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// typeCAA is the number of CAA records (RFC 8659), which dnsmessage has no name for.
const typeCAA = dnsmessage.Type(257)

// caa asks for the records that say who may issue, from the host up to its top-level domain, and keeps those of the first name that
// has any (RFC 8659, 3).
func (p *probe) caa(ctx context.Context) {
	d := &p.site.DNS
	server := p.o.DNSServer
	if server == "" {
		server = systemServer()
	}
	if server == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	for name := p.host; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		records, err := askCAA(ctx, server, name)
		if err != nil {
			d.CAAState = text(err.Error())
			return
		}
		if len(records) > 0 {
			d.CAA, d.CAAName, d.CAAState = records, name, "found"
			return
		}
	}
	d.CAAState = "none"
}

// systemServer returns the first name server of the system's configuration.
func systemServer() string {
	b, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "nameserver" {
			return net.JoinHostPort(f[1], "53")
		}
	}
	return ""
}

// askCAA sends one query by UDP, and by TCP if the answer did not fit.
func askCAA(ctx context.Context, server, name string) ([]CAA, error) {
	qname, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return nil, fmt.Errorf("%q is no name of DNS", name)
	}
	id := uint16(time.Now().UnixNano())
	query := dnsmessage.Message{Header: dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: qname, Type: typeCAA, Class: dnsmessage.ClassINET}}}
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	for _, network := range []string{"udp", "tcp"} {
		answer, err := exchange(ctx, network, server, packed)
		if err != nil {
			return nil, errors.New("the name server gives no answer about CAA")
		}
		records, truncated, err := readCAA(answer, id, qname)
		if err != nil || !truncated {
			return records, err
		}
	}
	return nil, errors.New("the name server's answer about CAA is cut off")
}

// exchange sends a query and reads one answer. Messages over TCP have their length in front (RFC 1035, 4.2.2).
func exchange(ctx context.Context, network, server string, query []byte) ([]byte, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if t, ok := ctx.Deadline(); ok {
		conn.SetDeadline(t)
	}
	if network == "tcp" {
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)); err != nil {
			return nil, err
		}
		var n [2]byte
		if _, err := io.ReadFull(conn, n[:]); err != nil {
			return nil, err
		}
		b := make([]byte, binary.BigEndian.Uint16(n[:]))
		_, err := io.ReadFull(conn, b)
		return b, err
	}
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	b := make([]byte, 4096)
	n, err := conn.Read(b)
	return b[:n], err
}

// readCAA reads the records of an answer. A name that does not exist has none; another refusal is an error.
func readCAA(b []byte, id uint16, name dnsmessage.Name) (out []CAA, truncated bool, err error) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil || !h.Response || h.ID != id {
		return nil, false, errors.New("the name server's answer about CAA is not understood")
	}
	if q, err := p.Question(); err != nil || !strings.EqualFold(q.Name.String(), name.String()) {
		return nil, false, errors.New("the name server's answer about CAA is not understood")
	}
	if h.RCode != dnsmessage.RCodeSuccess && h.RCode != dnsmessage.RCodeNameError {
		return nil, false, fmt.Errorf("the name server answers %s about CAA", h.RCode)
	}
	if h.Truncated {
		return nil, true, nil
	}
	if err := p.SkipAllQuestions(); err != nil {
		return nil, false, err
	}
	for len(out) < 50 {
		head, err := p.AnswerHeader()
		if err != nil {
			return out, false, nil
		}
		if head.Type != typeCAA {
			if p.SkipAnswer() != nil {
				return out, false, nil
			}
			continue
		}
		r, err := p.UnknownResource()
		if err != nil {
			return out, false, nil
		}
		if d := r.Data; len(d) > 2 && len(d) >= 2+int(d[1]) { // flags, length of the tag, tag, value
			n := 2 + int(d[1])
			out = append(out, CAA{Critical: d[0]&0x80 != 0, Tag: strings.ToLower(text(string(d[2:n]))), Value: text(string(d[n:]))})
		}
	}
	return out, false, nil
}
