package nginx

import (
	"strconv"
	"strings"
	"sync"
)

// A place is where a directive can stand, one letter each: M top level, E events, H http, S server, F if in server,
// L location, I if in location, X limit_except, U upstream, T stream, V server of stream, W upstream of stream, A mail,
// B server of mail.
type place byte

// A spec is what nginx knows about a directive in some places. A name has several if modules differ (server, listen).
type spec struct {
	name     string
	places   string
	min, max int // number of arguments
	block    bool
	kind     string // "flag", "num", "size", "sec", "msec", "" (anything)
	once     bool   // a second one in the same block is refused as duplicate
	since    [3]int // version that brought it; zero: older than all that matter
	until    [3]int // version that dropped it
}

// fits reports whether n arguments are allowed.
func (s spec) fits(n int) bool { return n >= s.min && n <= s.max }

// specs is specTable and newTable by name.
var specs = sync.OnceValue(func() map[string][]spec {
	out := map[string][]spec{}
	for _, line := range strings.Split(specTable+newTable, "\n") {
		head, names, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		f := strings.Fields(head)
		s := spec{places: f[0]}
		low, high, ranged := strings.Cut(f[1], "-")
		s.min, _ = strconv.Atoi(low)
		if s.max = s.min; ranged {
			if s.max, _ = strconv.Atoi(high); high == "" {
				s.max = 1 << 20
			}
		}
		for _, word := range f[2:] {
			switch {
			case word == "block":
				s.block = true
			case word == "once":
				s.once = true
			case word[0] == '@':
				s.since = version3(word[1:])
			case word[0] == '<':
				s.until = version3(word[1:])
			default:
				s.kind = word
			}
		}
		for _, name := range strings.Fields(names) {
			s.name = name
			out[name] = append(out[name], s)
		}
	}
	return out
})

// version3 reads a version of three numbers.
func version3(s string) [3]int {
	var v [3]int
	for i, part := range strings.SplitN(s, ".", 3) {
		v[i], _ = strconv.Atoi(part)
	}
	return v
}

// lookup returns what is known about a directive, nil for an unknown name.
func lookup(name string) []spec { return specs()[name] }

// thirdParty are the prefixes and names of modules that no stock nginx has. A directive of theirs is unknown to the image, not
// misspelled.
const thirdParty = ` more_ brotli zstd lua_ js_ geoip2 echo vhost_traffic_status modsecurity pagespeed passenger upload_ rtmp fancyindex
 naxsi nchan push_stream vod testcookie srcache redis memc drizzle rds_ postgres_ xss_ set_unescape_uri set_escape_uri set_encode_ set_decode_ set_sha
 set_md5 set_hmac set_random set_secure_random set_rotate set_quote set_local_today set_formatted set_if_empty set_misc set_hashed set_form_input encrypted_session headers_more cookie_flag_filter set_cookie_flag opentracing opentelemetry otel_ zipkin
 jaeger datadog auth_jwt auth_ldap ldap_server auth_pam auth_spnego auth_gss auth_digest auth_oidc shib_ shibboleth dav_ext_ subs_filter substitutions
 image_filter xslt_ perl geoip_ health_check zone_sync sticky keyval state ntlm queue api status_zone match f4f hls session_log
 app_protect waf_ aws_auth dynamic_ security_headers hide_server_tokens length_hiding limit_upstream upsync upstream_fair fair check check_ dyups ajp_ fastdfs ngx_
 proxy_cache_purge fastcgi_cache_purge uwsgi_cache_purge cache_purge slowfs ct_ ssl_ct statsd prometheus nginx_status redis2_ array_ coolkit
 sass_ small_light unzip_ untar_ eval mogilefs mysql_ mongo gridfs google_perftools_profiles cpu uthash tfs tcp_ wasm_ proxy_wasm njs_
 init_by_lua init_worker_by_lua rewrite_by_lua access_by_lua content_by_lua header_filter_by_lua body_filter_by_lua log_by_lua balancer_by_lua
 ssl_certificate_by_lua ssl_session_fetch_by_lua ssl_session_store_by_lua ssl_client_hello_by_lua set_by_lua preread_by_lua exit_worker_by_lua
 server_rewrite_by_lua proxy_ssl_certificate_by_lua proxy_ssl_verify_by_lua precontent_by_lua headers_ log_zmq rdns_ concat delay footer trim_ strip_ sorted_querystring uploadprogress upload_progress track_uploads report_uploads
 html_sanitize notice doc_ slice_ secure_token akamai_ live_ hls_ dash_ proxy_connect oidc mgmt license_token enforce_ acme_ acme internal_redirect num_map
 access_control auth_basic_brute loop_detect stream_echo ssl_dyn_rec keepalive_disabled php_ enable_alphabet bot_ proxy_protocol_vendor zookeeper
 immutable test_cookie response h2_ quic_ http3_hq hmac_ teapot `

// isThirdParty reports whether a name belongs to a module we know to exist outside of nginx.
func isThirdParty(name string) bool {
	for _, p := range strings.Fields(thirdParty) {
		if name == p || strings.HasPrefix(name, p) && (strings.HasSuffix(p, "_") || strings.HasPrefix(name[len(p):], "_")) {
			return true
		}
	}
	return strings.Contains(name, "_by_lua")
}

// nearest returns the known directive that an unknown name is misspelled from: one letter added, lost or changed, or two
// swapped. "" if there is none, or the name is too short to tell.
func nearest(name string) string {
	if len(name) < 4 || len(name) > 50 {
		return ""
	}
	best := ""
	for known := range specs() {
		if d := len(known) - len(name); d < -1 || d > 1 || known == name {
			continue
		}
		if oneEdit(name, known) && (best == "" || known < best) {
			best = known
		}
	}
	return best
}

// oneEdit reports whether a becomes b by one edit, or by swapping two neighbours.
func oneEdit(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(x) == len(y)+1:
		return x[1:] == y
	case len(y) == len(x)+1:
		return y[1:] == x
	case len(x) != len(y) || x == "":
		return false
	}
	return x[1:] == y[1:] || len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
}

// newTable holds what came after 1.22, and what was dropped, by nginx's change log.
const newTable = `
HS 1 flag once @1.25.1: http2 http3 http3_hq quic_retry quic_gso
HS 1 num once @1.25.0: http3_max_concurrent_streams quic_active_connection_id_limit
HS 1 size once @1.25.0: http3_stream_buffer_size
HS 1 @1.25.0: quic_host_key
M 1 flag @1.25.0: quic_bpf
HSLI 1 once @1.29.3: add_header_inherit add_trailer_inherit
HSL 1- @1.29.0: early_hints
HSTVAB 1 flag once @1.29.1: ssl_certificate_compression
HSTV 1 @1.29.4: ssl_ech_file
HSTV 1-3 @1.27.4: ssl_certificate_cache
HSLTV 1-3 @1.27.4: proxy_ssl_certificate_cache
HSL 1-3 @1.27.4: grpc_ssl_certificate_cache uwsgi_ssl_certificate_cache
M 1 flag @1.27.4: ssl_object_cache_inheritable
HSL 1 msec once @1.27.4: keepalive_min_timeout
HSL 1 @1.27.2: ssl_key_log proxy_ssl_key_log grpc_ssl_key_log uwsgi_ssl_key_log
TV 1 @1.27.2: ssl_stapling ssl_stapling_file ssl_stapling_responder ssl_stapling_verify ssl_ocsp ssl_ocsp_cache ssl_ocsp_responder
TV 1 @1.25.5: ssl_reject_handshake
UW 1- @1.27.3: resolver
UW 1 msec @1.27.3: resolver_timeout
UW 1 @1.27.3: state
V 1 @1.25.5: pass
V 1- @1.25.5: server_name
T 1 @1.25.5: server_names_hash_max_size server_names_hash_bucket_size
HSL 1 flag @1.27.2: proxy_pass_trailers
HSL 1 flag @1.29.4: grpc_pass_trailers
U 1- @1.29.6: sticky
HSAB 1 flag once <1.25.1: ssl
`
