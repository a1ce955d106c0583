package nginx

import (
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// ownEvidence is the place of the first directive of a name in this very block, or the scope's own.
func (s *Scope) ownEvidence(name string) source.Evidence {
	if own := s.Own(name); len(own) > 0 {
		return own[0].Evidence()
	}
	return s.Evidence()
}

// Access returns whom the scope lets in. allow and deny are one list: the nearest block that has any of them counts alone.
func (s *Scope) Access() Access {
	a := Access{Known: true, Basic: s.Value("auth_basic")}
	satisfy := s.Value("satisfy")
	a.Any = satisfy.Is("any")
	a.Known = satisfy.Known && a.Basic.Known
	for at := s; at != nil && len(a.Rules) == 0; at = at.Parent {
		for _, d := range at.list {
			if (d.Name == "allow" || d.Name == "deny") && len(d.Args) > 0 {
				a.Rules = append(a.Rules, AccessRule{Allow: d.Name == "allow", Who: d.Text(0), Known: d.Args[0].Known && !d.Conditional, At: d})
			}
		}
		if len(a.Rules) == 0 && at.Open {
			a.Known = false
		}
	}
	if list := s.All("auth_request"); len(list) > 0 && list[0].Text(0) != "off" {
		a.AuthRequest = list[0]
	}
	return a
}

// byAddress says what the rules make of a stranger's address: trueTruth lets it in.
func (a Access) byAddress() truth {
	maybeIn, maybeOut := false, false
	for _, r := range a.Rules {
		everyone := r.Who == "all" || r.Who == "0.0.0.0/0" || r.Who == "::/0"
		switch {
		case !r.Known && r.Allow:
			maybeIn = true
		case !r.Known:
			maybeOut = true
		case everyone && r.Allow && !maybeOut:
			return trueTruth
		case everyone && !r.Allow && !maybeIn:
			return falseTruth
		case everyone:
			return unsureTruth
		}
	}
	if maybeOut {
		return unsureTruth
	}
	return trueTruth
}

// closedByAddress reports whether a stranger is kept out by address alone.
func (a Access) closedByAddress() bool { return a.byAddress() == falseTruth }

// Open reports whether a stranger is surely let in: by address, and without a password or a sub-request.
func (a Access) Open() bool {
	if !a.Known || a.AuthRequest != nil && !a.Any {
		return false
	}
	free := a.Basic.Text == "off" && a.AuthRequest == nil
	if a.Any {
		return len(a.Rules) > 0 && a.byAddress() == trueTruth || free && len(a.Rules) == 0
	}
	return free && a.byAddress() == trueTruth
}

// Closed reports whether a stranger is surely kept out: by address, or by a password.
func (a Access) Closed() bool {
	password := a.Basic.Known && a.Basic.Text != "off"
	if strings.Contains(a.Basic.Text, "$") { // a variable may say off
		password = false
	}
	if a.Any {
		return a.byAddress() == falseTruth && password && a.AuthRequest == nil
	}
	return a.byAddress() == falseTruth || password
}

// LimitReqs returns the limit_req directives in force.
func (s *Scope) LimitReqs() []LimitReq {
	dry := s.Value("limit_req_dry_run").Is("on")
	var out []LimitReq
	for _, d := range s.All("limit_req") {
		l := LimitReq{At: d, DryRun: dry, Known: d.Known() && !d.Conditional}
		for _, a := range d.Args {
			if v, ok := strings.CutPrefix(a.Text, "zone="); ok {
				l.Zone = v
			}
			if v, ok := strings.CutPrefix(a.Text, "burst="); ok {
				l.Burst, _ = strconv.Atoi(v)
			}
		}
		if s.config != nil {
			l.Of = s.config.Zones[l.Zone]
		}
		out = append(out, l)
	}
	return out
}

// BodySize returns client_max_body_size in bytes; 0 is no limit. It is -1 if the value is not known.
func (s *Scope) BodySize() (int64, Value) {
	v := s.Value("client_max_body_size")
	if !v.Known || len(v.Args) != 1 {
		return -1, v
	}
	n, ok := parseSize(v.Args[0])
	if !ok {
		return -1, v
	}
	return n, v
}

// parseSize reads a size as ngx_parse_offset does: digits with an optional k, m or g.
func parseSize(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	scale := int64(1)
	switch s[len(s)-1] | 0x20 {
	case 'k':
		scale = 1 << 10
	case 'm':
		scale = 1 << 20
	case 'g':
		scale = 1 << 30
	}
	if scale > 1 {
		s = s[:len(s)-1]
	}
	n, err := strconv.ParseUint(s, 10, 62)
	if err != nil || int64(n) > (1<<62)/scale {
		return 0, false
	}
	return int64(n) * scale, true
}
