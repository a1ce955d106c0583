package grade

import (
	"testing"

	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/internal/tlsprobe"
)

func TestMozilla(t *testing.T) {
	type offer = map[tlsprobe.Version][]string
	const v11, v12, v13 = tlsprobe.TLS11, tlsprobe.TLS12, tlsprobe.TLS13
	for _, test := range []struct {
		name   string
		offer  offer
		key    string
		change func(*site.Site)
		want   string
	}{
		{"TLS 1.3 alone, ECDSA", offer{v13: {t128, t256}}, "ECDSA", nil, "modern"},
		{"TLS 1.3 alone, RSA", offer{v13: {t128}}, "RSA", nil, "intermediate"},
		{"TLS 1.2 and 1.3", offer{v12: {gcm128, gcm256, chacha}, v13: {t128}}, "ECDSA", nil, "intermediate"},
		{"with DHE", offer{v12: {gcm128, "DHE_RSA/AES_256_GCM_SHA384"}, v13: {t128}}, "RSA", nil, "intermediate 5.7"},
		{"with CBC", offer{v12: {gcm128, cbc128}, v13: {t128}}, "RSA", nil, ""},
		{"with CCM in TLS 1.3", offer{v13: {t128, "AES_128_CCM_SHA256"}}, "RSA", nil, ""},
		{"with TLS 1.1", offer{v11: {cbc128}, v12: {gcm128}}, "RSA", nil, ""},
		{"DHE 1024", offer{v12: {"DHE_RSA/AES_256_GCM_SHA384"}}, "RSA", func(s *site.Site) { s.TLS.DH = []tlsprobe.DHParameters{{Bits: 1024}} }, ""},
		{"RSA 1024", offer{v12: {gcm128}}, "RSA", func(s *site.Site) { s.Handshakes[0].Chain[0].Bits = 1024 }, ""},
	} {
		s := server{versions: test.offer, key: test.key, change: test.change}.site(t)
		if g := Mozilla(s); g.Letter != test.want || g.Refused != "" || len(g.NotEvaluated) != 0 {
			t.Errorf("%s: %+v, want %q", test.name, g, test.want)
		}
	}
	if g := Mozilla(&site.Site{}); g.Letter != "" || g.Refused == "" {
		t.Errorf("%+v", g)
	}
}
