package grade

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

// suites reads registered names without TLS_, _WITH_ and what most of them have in common.
func suites(t *testing.T, names ...string) []tlsprobe.Suite {
	t.Helper()
	var out []tlsprobe.Suite
	for _, n := range names {
		var s tlsprobe.Suite
		if err := s.UnmarshalText([]byte("TLS_" + strings.Replace(n, "/", "_WITH_", 1))); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// A server of the table: what it offers, and what the guide makes of it by hand.
type server struct {
	name     string
	versions map[tlsprobe.Version][]string
	key      string // "RSA" unless set
	bits     int    // 2048 unless set
	hsts     string // max-age of two years unless set; "none" for no header
	change   func(*site.Site)
	letter   string
	score    int
}

const (
	gcm128 = "ECDHE_RSA/AES_128_GCM_SHA256"
	gcm256 = "ECDHE_RSA/AES_256_GCM_SHA384"
	chacha = "ECDHE_RSA/CHACHA20_POLY1305_SHA256"
	cbc128 = "ECDHE_RSA/AES_128_CBC_SHA"
	rsa128 = "RSA/AES_128_CBC_SHA"
	t128   = "AES_128_GCM_SHA256"
	t256   = "AES_256_GCM_SHA384"
)

func TestSSLLabs(t *testing.T) {
	v := func(pairs ...any) map[tlsprobe.Version][]string {
		out := map[tlsprobe.Version][]string{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(tlsprobe.Version)] = strings.Fields(pairs[i+1].(string))
		}
		return out
	}
	const v30, v10, v11, v12, v13 = tlsprobe.SSL30, tlsprobe.TLS10, tlsprobe.TLS11, tlsprobe.TLS12, tlsprobe.TLS13
	modern := v(v12, gcm128+" "+gcm256, v13, t128+" "+t256)
	trust := func(f func(*site.Trust)) func(*site.Site) {
		return func(s *site.Site) { s.Handshakes[0].Trust.Verified = false; f(&s.Handshakes[0].Trust) }
	}
	dh := func(bits int) func(*site.Site) {
		return func(s *site.Site) { s.TLS.DH = []tlsprobe.DHParameters{{Bits: bits}} }
	}
	// The score is 0.3 protocol + 0.3 key + 0.4 cipher, rounded down.
	for _, x := range []server{
		{name: "modern, RSA 2048", versions: modern, letter: "A+", score: 93},                                                      // 100, 90, (80+100)/2
		{name: "modern, RSA 4096", versions: modern, bits: 4096, letter: "A+", score: 93},                                          // the curve is worth 3072 bits
		{name: "modern, P-256", versions: modern, key: "ECDSA", bits: 256, letter: "A+", score: 93},                                // 3072 bits: 90
		{name: "TLS 1.3 alone", versions: v(v13, t128+" "+t256), letter: "A+", score: 93},                                          // no longer stuck at A
		{name: "256 bits alone", versions: v(v12, gcm256, v13, t256), letter: "A+", score: 97},                                     // 100, 90, 100
		{name: "no HSTS", versions: modern, hsts: "none", letter: "A", score: 93},                                                  // not A-, not A+
		{name: "short HSTS", versions: modern, hsts: "max-age=86400", letter: "A", score: 93},                                      //
		{name: "HSTS of six months", versions: modern, hsts: "max-age=15552000", letter: "A+", score: 93},                          //
		{name: "HSTS a second short", versions: modern, hsts: "max-age=15551999", letter: "A", score: 93},                          //
		{name: "HSTS turned off", versions: modern, hsts: "max-age=0", letter: "A-", score: 93},                                    // a warning
		{name: "HSTS invalid", versions: modern, hsts: "includeSubDomains", letter: "A-", score: 93},                               // a warning
		{name: "no TLS 1.3", versions: v(v12, gcm128+" "+gcm256), letter: "A-", score: 93},                                         // a warning
		{name: "TLS 1.0 to 1.3", versions: v(v10, cbc128, v11, cbc128, v12, gcm128, v13, t128), letter: "B", score: 87},            // 95, 90, 80 = 28.5+27+32
		{name: "TLS 1.1 and 1.2", versions: v(v11, cbc128, v12, gcm128+" "+cbc128), letter: "B", score: 88},                        // 97, 90, 80
		{name: "TLS 1.0 alone", versions: v(v10, cbc128), letter: "C", score: 86},                                                  // 90, 90, 80
		{name: "SSLv3 alone, RC4", versions: v(v30, "RSA/RC4_128_SHA"), letter: "F", score: 83},                                    // 80, 90, 80
		{name: "SSLv3 with CBC beside TLS 1.2", versions: v(v30, rsa128, v12, gcm128), letter: "C", score: 86},                     // 90, 90, 80; POODLE
		{name: "SSLv3 with RC4 beside TLS 1.2", versions: v(v30, "RSA/RC4_128_SHA", v12, gcm128), letter: "B", score: 86},          // RC4 and SSLv3
		{name: "RC4 with TLS 1.2", versions: v(v12, gcm128+" RSA/RC4_128_SHA"), letter: "C", score: 89},                            // 100, 90, 80
		{name: "3DES at the end", versions: v(v12, gcm128+" RSA/3DES_EDE_CBC_SHA"), letter: "B", score: 77},                        // 100, 90, (80+20)/2: the score does it
		{name: "3DES behind 256 bits", versions: v(v12, gcm256+" RSA/3DES_EDE_CBC_SHA"), letter: "A-", score: 81},                  // 100, 90, 60: no client gets it
		{name: "3DES alone", versions: v(v12, "RSA/3DES_EDE_CBC_SHA"), letter: "C", score: 65},                                     // 100, 90, 20
		{name: "CBC alone", versions: v(v12, cbc128+" ECDHE_RSA/AES_256_CBC_SHA"), letter: "B", score: 93},                         // no AEAD
		{name: "no forward secrecy", versions: v(v12, "RSA/AES_128_GCM_SHA256"), letter: "B", score: 89},                           //
		{name: "RSA 1024", versions: modern, bits: 1024, letter: "B", score: 90},                                                   // 100, 80, 90
		{name: "RSA 768", versions: modern, bits: 768, letter: "F", score: 78},                                                     // 100, 40, 90
		{name: "DHE 1024", versions: v(v12, "DHE_RSA/AES_128_GCM_SHA256 "+gcm128), change: dh(1024), letter: "B", score: 86},       // 100, 80, 80
		{name: "DHE 512", versions: v(v12, "DHE_RSA/AES_128_GCM_SHA256"), change: dh(512), letter: "F", score: 74},                 // 100, 40, 80
		{name: "DHE 2048", versions: v(v12, "DHE_RSA/AES_128_GCM_SHA256"), change: dh(2048), letter: "A-", score: 89},              //
		{name: "anonymous", versions: v(v12, "DH_anon/AES_128_CBC_SHA "+gcm128, v13, t128), letter: "F", score: 0},                 // key exchange 0
		{name: "NULL", versions: v(v12, gcm128+" RSA/NULL_SHA256"), letter: "F", score: 0},                                         // cipher 0
		{name: "export", versions: v(v10, "RSA_EXPORT/RC4_40_MD5", v12, gcm128), letter: "F", score: 60},                           // 95, 40, 50
		{name: "only RC4", versions: v(v12, "ECDHE_RSA/RC4_128_SHA"), letter: "F", score: 89},                                      //
		{name: "CRIME", versions: modern, change: func(s *site.Site) { s.TLS.Compression = tlsprobe.Yes }, letter: "C", score: 93}, //
		{name: "no renegotiation", versions: modern, change: func(s *site.Site) { s.TLS.SecureRenegotiation = tlsprobe.No }, letter: "A-", score: 93},
		{name: "MD5", versions: modern, change: func(s *site.Site) { s.Handshakes[0].Chain[0].Signature = "MD5-RSA" }, letter: "F", score: 93},
		{name: "SHA-1", versions: modern, change: func(s *site.Site) { s.Handshakes[0].Chain[0].Signature = "SHA1-RSA" }, letter: "A", score: 93},
		{name: "incomplete chain", versions: modern, change: trust(func(x *site.Trust) { x.Chained = false; x.Incomplete = true }), letter: "B", score: 93},
		{name: "expired", versions: modern, change: trust(func(x *site.Trust) { x.InTime = false }), letter: "T", score: 93},
		{name: "self-signed", versions: modern, change: trust(func(x *site.Trust) { x.Chained = false; x.SelfSigned = true }), letter: "T", score: 93},
		{name: "other name", versions: modern, change: trust(func(x *site.Trust) { x.Named = false }), letter: "M", score: 93},
		{name: "revoked", versions: modern, change: func(s *site.Site) { s.Handshakes[0].Staple = &site.Staple{Status: "revoked"} }, letter: "T", score: 93},
		{name: "exponent 1", versions: modern, change: func(s *site.Site) { s.Handshakes[0].Chain[0].Exponent = 1 }, letter: "F", score: 93},
	} {
		s := x.site(t)
		g := SSLLabs(s)
		if g.Letter != x.letter || g.Score != x.score {
			t.Errorf("%s: %s %d, want %s %d: %v", x.name, g.Letter, g.Score, x.letter, x.score, g.Rules)
		}
		if (g.Letter == "T" || g.Letter == "M") != (g.IfTrusted != "") || g.Version != "2009r" || len(g.NotEvaluated) < 9 {
			t.Errorf("%s: %+v", x.name, g)
		}
	}
}

func (x server) site(t *testing.T) *site.Site {
	t.Helper()
	key, bits := x.key, x.bits
	if key == "" {
		key = "RSA"
	}
	if bits == 0 {
		bits = 2048
	}
	r := &tlsprobe.Result{Depth: tlsprobe.Full, SecureRenegotiation: tlsprobe.Yes, Compression: tlsprobe.No}
	ecdhe := false
	for v := tlsprobe.TLS13; v >= tlsprobe.SSL30; v-- {
		one := tlsprobe.VersionResult{Version: v, Offered: tlsprobe.No}
		if names := x.versions[v]; names != nil {
			one = tlsprobe.VersionResult{Version: v, Offered: tlsprobe.Yes, Suites: suites(t, names...), Complete: true, ServerOrder: tlsprobe.Yes}
		}
		ecdhe = ecdhe || slices.ContainsFunc(one.Suites, func(s tlsprobe.Suite) bool { return s.Attributes().Kx == "ECDHE" || s.Attributes().TLS13 })
		r.Versions = append(r.Versions, one)
	}
	if ecdhe {
		r.Groups.Groups = []tlsprobe.Group{0x1D}
	}
	s := &site.Site{TLS: r, Handshakes: []site.Handshake{{Chain: []site.Certificate{{Key: key, Bits: bits, Exponent: 65537, Signature: "SHA256-RSA"}},
		Trust: site.Trust{Verified: true, Chained: true, InTime: true, Named: true}}}}
	first := site.Response{Status: 200, Headers: map[string][]string{}}
	switch x.hsts {
	case "":
		first.Headers["Strict-Transport-Security"] = []string{"max-age=63072000"}
	case "none":
	default:
		first.Headers["Strict-Transport-Security"] = []string{x.hsts}
	}
	s.HTTPS.Responses = []site.Response{first}
	if x.change != nil {
		x.change(s)
	}
	return s
}

// TestSSLLabsNeverGuesses expects no letter for a server that was not seen, and a word about what was not found out.
func TestSSLLabsNeverGuesses(t *testing.T) {
	for _, s := range []*site.Site{{}, {TLS: &tlsprobe.Result{}, Handshakes: make([]site.Handshake, 1)}} {
		if g := SSLLabs(s); g.Letter != "" || g.Refused == "" {
			t.Errorf("%+v", g)
		}
	}
	s := server{versions: map[tlsprobe.Version][]string{tlsprobe.TLS12: {gcm128}}}.site(t)
	s.TLS.Versions[4] = tlsprobe.VersionResult{Version: tlsprobe.SSL30, Offered: tlsprobe.Inconclusive, Reason: "no answer in time"}
	if g := SSLLabs(s); !slices.Contains(g.NotEvaluated, "whether SSLv3 is offered: no answer in time") {
		t.Errorf("%v", g.NotEvaluated)
	}
}
