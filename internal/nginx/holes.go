package nginx

import (
	"regexp"
	"sort"
	"strings"
)

// holePattern finds what a template engine would replace: {{ x }}, {% x %}, <%= x %>, ${NAME}, $NAME, __NAME__, %%NAME%%,
// @@NAME@@, %NAME%, <NAME>. Upper case tells envsubst's variables from nginx's own.
var holePattern = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>|\$\{[A-Z_][A-Z0-9_]*\}|\$[A-Z_][A-Z0-9_]+|\$\{\w+:?[-?=+][^}]*\}|` +
	`__[A-Z][A-Z0-9_]*?__|%%\w+%%|@@\w+@@|%[A-Z][A-Z0-9_]{2,}%|<[A-Z][A-Z0-9_-]+>|\$\{\{.*?\}\}`)

// isHole reports whether s is one placeholder and nothing else.
func isHole(s string) bool {
	if len(s) < 3 || len(s) > maxTemplateTag || strings.IndexByte("{<$_%@", s[0]) < 0 {
		return false
	}
	loc := holePattern.FindStringIndex(s)
	return loc != nil && loc[0] == 0 && loc[1] == len(s)
}

// A holeFinder knows which upper-case names are nginx variables after all, and which kinds of template were seen.
type holeFinder struct {
	text    string
	defined map[string]bool // lower-case names, nil until asked for
	kinds   map[string]bool
}

var definePattern = regexp.MustCompile(`(?:\bset\s+|[\s;{}]map\s+\S+\s+|[\s;{}]geo\s+(?:\S+\s+)?|split_clients\s+\S+\s+|js_set\s+|js_var\s+|auth_request_set\s+|perl_set\s+)\$(\w+)|\(\?P?<(\w+)>`)

// newHoleFinder returns a finder for one file.
func newHoleFinder(text string) *holeFinder {
	return &holeFinder{text: text, kinds: map[string]bool{}}
}

// defines reports whether the file itself defines a variable of that lower-case name.
func (h *holeFinder) defines(name string) bool {
	if h.defined == nil {
		h.defined = map[string]bool{}
		for _, m := range definePattern.FindAllStringSubmatch(h.text, 2000) {
			h.defined[strings.ToLower(m[1]+m[2])] = true
		}
	}
	return h.defined[name]
}

// find returns the names of the placeholders of a word as written.
func (h *holeFinder) find(raw string) []string {
	if !strings.ContainsAny(raw, "{<$%@_") {
		return nil
	}
	if len(raw) > nginxBuffer { // refused anyway
		raw = raw[:nginxBuffer]
	}
	var names []string
	for _, m := range holePattern.FindAllString(raw, 50) {
		name := strings.Trim(m, "{}<>$%@#_ \t-=")
		switch {
		case strings.HasPrefix(m, "{") || strings.HasPrefix(m, "<%") || strings.HasPrefix(m, "${{"):
			h.kinds["jinja"] = true
		case m[0] == '$':
			name = strings.Trim(m, "${}")
			if i := strings.IndexAny(name, ":-?=+"); i >= 0 {
				name = name[:i]
			}
			if low := strings.ToLower(name); isVariable(low) || h.defines(low) {
				continue
			}
			h.kinds["envsubst"] = true
		case m[0] == '<':
			if strings.Contains(raw, "(?"+m) || strings.Contains(raw, "(?P"+m) { // a named group of a regular expression
				continue
			}
			h.kinds["sed"] = true
		default:
			h.kinds["sed"] = true
		}
		names = append(names, name)
	}
	return names
}

// list returns the kinds of template seen, sorted.
func (h *holeFinder) list() []string {
	if len(h.kinds) == 0 {
		return nil
	}
	out := make([]string, 0, len(h.kinds))
	for k := range h.kinds {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// substitute puts the values of known environment variables into a text, as envsubst does for the variables of the
// environment. It reports false if a placeholder is left.
func substitute(text string, env func(string) (string, bool)) (string, bool) {
	if env == nil {
		return text, false
	}
	out := holePattern.ReplaceAllStringFunc(text, func(m string) string {
		if m[0] != '$' || strings.ContainsAny(m, ":-?=+ ") {
			return m
		}
		if v, ok := env(strings.Trim(m, "${}")); ok && len(v) < nginxBuffer {
			return v
		}
		return m
	})
	if !strings.ContainsAny(out, "{<$%@_") {
		return out, true
	}
	left := holePattern.FindAllString(out, 50)
	for _, m := range left {
		if m[0] != '$' || !isVariable(strings.ToLower(strings.Trim(m, "${}"))) {
			return out, false
		}
	}
	return out, true
}

// variableNames are the variables of nginx's own modules that are spelled out; families such as $http_… are prefixes.
const variableNames = ` ancient_browser arg_ args binary_remote_addr body_bytes_sent bytes_received bytes_sent connection connection_requests
connection_time connections_active connections_reading connections_waiting connections_writing content_length content_type cookie_
date_gmt date_local document_root document_uri fastcgi_path_info fastcgi_script_name geoip_area_code geoip_city
geoip_city_continent_code geoip_city_country_code geoip_city_country_name geoip_country_code geoip_country_code3
geoip_country_name geoip_dma_code geoip_latitude geoip_longitude geoip_org geoip_postal_code geoip_region geoip_region_name
gzip_ratio host hostname http_ http2 http3 https invalid_referer is_args is_request_port limit_conn_status limit_rate
limit_req_status memcached_key modern_browser msec msie nginx_version pid pipe protocol proxy_add_x_forwarded_for proxy_host
proxy_port proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr proxy_protocol_server_port query_string
realip_remote_addr realip_remote_port realpath_root remote_addr remote_port remote_user request request_body request_body_file
request_completion request_filename request_id request_length request_method request_port request_time request_uri scheme
secure_link secure_link_expires sent_http_ sent_trailer_ server_addr server_name server_port server_protocol session_log_id
session_time slice_range ssl_alpn_protocol ssl_cipher ssl_ciphers ssl_client_cert ssl_client_escaped_cert
ssl_client_fingerprint ssl_client_i_dn ssl_client_i_dn_legacy ssl_client_raw_cert ssl_client_s_dn ssl_client_s_dn_legacy
ssl_client_serial ssl_client_v_end ssl_client_v_remain ssl_client_v_start ssl_client_verify ssl_curve ssl_curves
ssl_early_data ssl_preread_alpn_protocols ssl_preread_protocol ssl_preread_server_name ssl_protocol ssl_server_name
ssl_session_id ssl_session_reused ssl_sigalg ssl_client_sigalg status tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd tcpinfo_rcv_space
time_iso8601 time_local trailer_ uid_got uid_reset uid_set upstream_addr upstream_bytes_received upstream_bytes_sent
upstream_cache_age upstream_cache_key upstream_cache_last_modified upstream_cache_etag upstream_cache_status
upstream_connect_time upstream_cookie_ upstream_first_byte_time upstream_header_time upstream_http_ upstream_last_server_name
upstream_queue_time upstream_response_length upstream_response_time upstream_session_time upstream_status
upstream_trailer_ uri proxy_internal_body_length proxy_protocol_tlv_ jwt_claim_ jwt_header_ otel_trace_id otel_span_id
otel_parent_id otel_parent_sampled brotli_ratio gzip_bypass zstd_ratio `

// variablePrefixes are the families among them.
const variablePrefixes = " arg_ cookie_ http_ sent_http_ sent_trailer_ trailer_ upstream_cookie_ upstream_http_ upstream_trailer_ proxy_protocol_tlv_ jwt_claim_ jwt_header_ "

// isVariable reports whether a lower-case name is a variable of nginx itself.
func isVariable(name string) bool {
	if name == "" {
		return false
	}
	for rest := variableNames; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			break
		}
		if i > 0 && isBlank(rest[i-1]) && i+len(name) < len(rest) && isBlank(rest[i+len(name)]) {
			return true
		}
		rest = rest[i+len(name):]
	}
	for i := strings.IndexByte(name, '_'); i >= 0; {
		if strings.Contains(variablePrefixes, " "+name[:i+1]+" ") {
			return true
		}
		j := strings.IndexByte(name[i+1:], '_')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return false
}

// isBlank reports whether c separates words.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
