package nginx

import (
	"strings"
)

// protocolNames are the arguments of ssl_protocols in rising order.
var protocolNames = []string{"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}

// TLS returns what the server does with TLS. nginx takes ssl_protocols of the default server of an address for all servers on
// it before it knows the name: ask Route("", port, true) for that one too.
func (s *Server) TLS() TLS {
	t := TLS{
		ProtocolsAt: s.Value("ssl_protocols"), Ciphers: s.Value("ssl_ciphers"), Preference: s.Value("ssl_prefer_server_ciphers"),
		Stapling: s.Value("ssl_stapling"), StaplingOK: s.Value("ssl_stapling_verify"), Trusted: s.Value("ssl_trusted_certificate"),
		Resolver: s.Value("resolver"), SessionCache: s.Value("ssl_session_cache"), Tickets: s.Value("ssl_session_tickets"),
		DHParam: s.Value("ssl_dhparam"), Curve: s.Value("ssl_ecdh_curve"),
	}
	for _, p := range protocolNames {
		if contains(t.ProtocolsAt.Args, p) {
			t.Protocols = append(t.Protocols, p)
		}
	}
	keys := s.All("ssl_certificate_key")
	for i, d := range s.All("ssl_certificate") {
		c := Certificate{Path: d.Text(0), Known: d.Known() && !strings.Contains(d.Text(0), "$"), At: d}
		if i < len(keys) {
			c.Key, c.KeyAt = keys[i].Text(0), keys[i]
			c.Known = c.Known && keys[i].Known()
		}
		if rest, ok := strings.CutPrefix(c.Path, "/etc/letsencrypt/live/"); ok {
			c.LetsEncrypt, _, _ = strings.Cut(rest, "/")
		}
		t.Certificates = append(t.Certificates, c)
	}
	for _, d := range s.All("ssl_conf_command") {
		if len(d.Args) == 2 {
			t.ConfCommands = append(t.ConfCommands, [2]string{d.Text(0), d.Text(1)})
		}
	}
	return t
}
