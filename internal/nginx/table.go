package nginx

// specTable holds the directives of nginx 1.22 as the program itself answers about them: places (see place), number of
// arguments ("2-" has no upper end), "block", the kind of a single value, and "once" where a second one is refused.
const specTable = `
M 0 block once: events http mail stream
M 1: debug_points env load_module ssl_engine
M 1 once: lock_file pid working_directory
M 1 flag once: daemon master_process pcre_jit
M 1 msec once: timer_resolution worker_shutdown_timeout
M 1 num once: worker_priority worker_rlimit_nofile
M 1 once: worker_processes
M 1 size once: worker_rlimit_core
M 1-: worker_cpu_affinity
M 1-2: user
M 2-3: thread_pool
MEHSFLIXUTVWAB 1: include
MHSLTVAB 1-: error_log
E 1: debug_connection use
E 1 flag once: accept_mutex multi_accept
E 1 msec once: accept_mutex_delay
E 1 num once: epoll_events worker_aio_requests worker_connections
H 1 num once: server_names_hash_bucket_size server_names_hash_max_size
H 1 size once: http2_recv_buffer_size
H 2 block: charset_map
H 2-: fastcgi_cache_path proxy_cache_path scgi_cache_path uwsgi_cache_path
H 3: limit_req_zone
HS 1: http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests http2_recv_timeout ssl_ocsp ssl_ocsp_cache
HS 1 once: ssl_ocsp_responder ssl_stapling_file ssl_stapling_responder
HS 1 flag once: ignore_invalid_headers merge_slashes ssl_early_data ssl_reject_handshake ssl_stapling ssl_stapling_verify underscores_in_headers
HS 1 msec once: client_header_timeout
HS 1 num once: http2_max_concurrent_pushes http2_max_concurrent_streams http2_streams_index_size max_headers
HS 1 size once: client_header_buffer_size connection_pool_size http2_body_preread_size http2_pool_size request_pool_size ssl_buffer_size
HS 2: large_client_header_buffers
HSFLI 1 flag once: rewrite_log uninitialized_variable_warn
HSL 0 block: types
HSL 1: aio ancient_browser_value autoindex_format client_body_in_file_only fastcgi_catch_stderr fastcgi_hide_header fastcgi_pass_header
HSL 1 once: gzip_http_version gzip_static if_modified_since limit_conn_status
HSL 1: fastcgi_split_path_info grpc_hide_header grpc_pass_header http2_push
HSL 1 once: limit_req_log_level limit_req_status lingering_close proxy_http_version
HSL 1: mirror modern_browser_value proxy_hide_header proxy_pass_header
HSL 1 once: satisfy server_tokens
HSL 1: scgi_hide_header scgi_pass_header userid uwsgi_hide_header uwsgi_pass_header
HSL 1 once: add_after_body add_before_body auth_request default_type fastcgi_cache fastcgi_cache_key fastcgi_index fastcgi_store
HSL 1 once: grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_ciphers grpc_ssl_crl grpc_ssl_name grpc_ssl_password_file
HSL 1 once: grpc_ssl_trusted_certificate proxy_cache proxy_cache_key proxy_method proxy_set_body proxy_store real_ip_header scgi_cache
HSL 1 once: scgi_cache_key scgi_store secure_link secure_link_md5 secure_link_secret userid_domain userid_mark userid_name userid_p3p userid_path
HSL 1 once: uwsgi_cache uwsgi_cache_key uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_ciphers uwsgi_ssl_crl uwsgi_ssl_name
HSL 1 once: uwsgi_ssl_password_file uwsgi_ssl_trusted_certificate uwsgi_store uwsgi_string
HSL 1 flag once: absolute_redirect aio_write autoindex autoindex_exact_size autoindex_localtime chunked_transfer_encoding
HSL 1 flag once: client_body_in_single_buffer create_full_put_path etag fastcgi_buffering fastcgi_cache_background_update fastcgi_cache_lock
HSL 1 flag once: fastcgi_cache_revalidate fastcgi_force_ranges fastcgi_ignore_client_abort fastcgi_intercept_errors fastcgi_keep_conn
HSL 1 flag once: fastcgi_pass_request_body fastcgi_pass_request_headers fastcgi_request_buffering fastcgi_socket_keepalive grpc_intercept_errors
HSL 1 flag once: grpc_socket_keepalive grpc_ssl_server_name grpc_ssl_session_reuse grpc_ssl_verify gunzip gzip_no_buffer gzip_vary
HSL 1 flag once: http2_push_preload limit_req_dry_run log_not_found log_subrequest memcached_socket_keepalive mirror_request_body
HSL 1 flag once: mp4_start_key_frame msie_padding msie_refresh open_file_cache_errors open_file_cache_events port_in_redirect proxy_buffering
HSL 1 flag once: proxy_cache_background_update proxy_cache_convert_head proxy_cache_lock proxy_cache_revalidate proxy_force_ranges
HSL 1 flag once: proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body proxy_pass_request_headers proxy_request_buffering
HSL 1 flag once: real_ip_recursive recursive_error_pages reset_timedout_connection scgi_buffering scgi_cache_background_update scgi_cache_lock
HSL 1 flag once: scgi_cache_revalidate scgi_force_ranges scgi_ignore_client_abort scgi_intercept_errors scgi_pass_request_body
HSL 1 flag once: scgi_pass_request_headers scgi_request_buffering scgi_socket_keepalive server_name_in_redirect ssi_ignore_recycled_buffers
HSL 1 flag once: ssi_last_modified ssi_silent_errors sub_filter_last_modified sub_filter_once tcp_nopush uwsgi_buffering
HSL 1 flag once: uwsgi_cache_background_update uwsgi_cache_lock uwsgi_cache_revalidate uwsgi_force_ranges uwsgi_ignore_client_abort
HSL 1 flag once: uwsgi_intercept_errors uwsgi_pass_request_body uwsgi_pass_request_headers uwsgi_request_buffering uwsgi_socket_keepalive
HSL 1 flag once: uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_verify
HSL 1 msec once: auth_delay client_body_timeout fastcgi_cache_lock_age fastcgi_cache_lock_timeout fastcgi_connect_timeout
HSL 1 msec once: fastcgi_next_upstream_timeout fastcgi_read_timeout fastcgi_send_timeout grpc_connect_timeout grpc_next_upstream_timeout
HSL 1 msec once: grpc_read_timeout grpc_send_timeout lingering_time lingering_timeout memcached_connect_timeout memcached_next_upstream_timeout
HSL 1 msec once: memcached_read_timeout memcached_send_timeout proxy_cache_lock_age proxy_cache_lock_timeout proxy_read_timeout proxy_send_timeout
HSL 1 msec once: scgi_cache_lock_age scgi_cache_lock_timeout scgi_connect_timeout scgi_next_upstream_timeout scgi_read_timeout scgi_send_timeout
HSL 1 msec once: send_timeout uwsgi_cache_lock_age uwsgi_cache_lock_timeout uwsgi_connect_timeout uwsgi_next_upstream_timeout uwsgi_read_timeout
HSL 1 msec once: uwsgi_send_timeout
HSL 1 num once: fastcgi_cache_min_uses fastcgi_next_upstream_tries grpc_next_upstream_tries grpc_ssl_verify_depth gzip_comp_level max_ranges
HSL 1 num once: memcached_gzip_flag memcached_next_upstream_tries min_delete_depth open_file_cache_min_uses proxy_cache_min_uses
HSL 1 num once: proxy_headers_hash_bucket_size proxy_headers_hash_max_size scgi_cache_min_uses scgi_next_upstream_tries types_hash_bucket_size
HSL 1 num once: types_hash_max_size userid_service uwsgi_cache_min_uses uwsgi_modifier1 uwsgi_modifier2 uwsgi_next_upstream_tries
HSL 1 num once: uwsgi_ssl_verify_depth
HSL 1 sec once: open_file_cache_valid userid_expires
HSL 1 size once: client_body_buffer_size client_max_body_size directio directio_alignment fastcgi_buffer_size fastcgi_busy_buffers_size
HSL 1 size once: fastcgi_cache_max_range_offset fastcgi_limit_rate fastcgi_max_temp_file_size fastcgi_send_lowat fastcgi_temp_file_write_size
HSL 1 size once: grpc_buffer_size gzip_hash gzip_min_length gzip_window http2_chunk_size memcached_buffer_size mp4_buffer_size mp4_max_buffer_size
HSL 1 size once: postpone_gzipping postpone_output proxy_busy_buffers_size proxy_cache_max_range_offset proxy_limit_rate proxy_max_temp_file_size
HSL 1 size once: proxy_send_lowat proxy_temp_file_write_size read_ahead scgi_buffer_size scgi_busy_buffers_size scgi_cache_max_range_offset
HSL 1 size once: scgi_limit_rate scgi_max_temp_file_size scgi_temp_file_write_size send_lowat sendfile_max_chunk slice ssi_min_file_chunk
HSL 1 size once: ssi_value_length subrequest_output_buffer_size uwsgi_buffer_size uwsgi_busy_buffers_size uwsgi_cache_max_range_offset
HSL 1 size once: uwsgi_limit_rate uwsgi_max_temp_file_size uwsgi_temp_file_write_size
HSL 1-: addition_types ancient_browser charset_types dav_methods fastcgi_cache_bypass fastcgi_cache_methods fastcgi_cache_use_stale
HSL 1-: fastcgi_cache_valid fastcgi_ignore_headers fastcgi_next_upstream fastcgi_no_cache grpc_ignore_headers grpc_next_upstream
HSL 1-: grpc_ssl_protocols gzip_disable gzip_proxied gzip_types index memcached_next_upstream proxy_cache_bypass proxy_cache_methods
HSL 1-: proxy_cache_use_stale proxy_cache_valid proxy_ignore_headers proxy_next_upstream proxy_no_cache scgi_cache_bypass scgi_cache_methods
HSL 1-: scgi_cache_use_stale scgi_cache_valid scgi_ignore_headers scgi_next_upstream scgi_no_cache ssi_types sub_filter_types uwsgi_cache_bypass
HSL 1-: uwsgi_cache_methods uwsgi_cache_use_stale uwsgi_cache_valid uwsgi_ignore_headers uwsgi_next_upstream uwsgi_no_cache uwsgi_ssl_protocols
HSL 1-2: disable_symlinks fastcgi_bind grpc_bind keepalive_disable memcached_bind modern_browser open_file_cache proxy_cookie_domain
HSL 1-2: proxy_cookie_path proxy_redirect scgi_bind uwsgi_bind
HSL 1-2 once: keepalive_timeout
HSL 1-3: dav_access fastcgi_store_access limit_req proxy_store_access scgi_store_access userid_flags uwsgi_store_access
HSL 1-4: proxy_cookie_flags
HSL 1-4 once: client_body_temp_path fastcgi_temp_path proxy_temp_path scgi_temp_path uwsgi_temp_path
HSL 2: auth_request_set fastcgi_buffers grpc_set_header grpc_ssl_conf_command gunzip_buffers gzip_buffers output_buffers proxy_buffers
HSL 2: proxy_set_header scgi_buffers sub_filter uwsgi_buffers uwsgi_ssl_conf_command
HSL 2-3: fastcgi_param scgi_param uwsgi_param
HSLI 1 once: charset post_action root source_charset
HSLI 1 flag once: gzip override_charset sendfile ssi
HSLI 1 size once: limit_rate limit_rate_after
HSLI 1-2 once: expires
HSLI 2-: error_page
HSLI 2-3: add_header add_trailer
HSLIXTV 1-: access_log
HSLX 1 once: auth_basic auth_basic_user_file
HSLXTV 1: allow deny
HSLU 1 msec once: keepalive_time
HSLU 1 num once: keepalive_requests
HSLTV 1: limit_conn_log_level
HSLTV 1 once: proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_name proxy_ssl_password_file
HSLTV 1 once: proxy_ssl_trusted_certificate
HSLTV 1 flag once: limit_conn_dry_run proxy_socket_keepalive proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify tcp_nodelay
HSLTV 1 msec once: proxy_connect_timeout proxy_next_upstream_timeout
HSLTV 1 num once: proxy_next_upstream_tries proxy_ssl_verify_depth
HSLTV 1 size once: proxy_buffer_size
HSLTV 1-: proxy_ssl_protocols
HSLTV 1-2: proxy_bind
HSLTV 1-4: open_log_file_cache
HSLTV 2: limit_conn proxy_ssl_conf_command
HSLTVAB 1: set_real_ip_from
HSLTVAB 1 msec once: resolver_timeout
HSLTVAB 1-: resolver
HSTVAB 1 once: ssl_verify_client
HSTVAB 1: ssl_certificate ssl_certificate_key ssl_session_ticket_key
HSTVAB 1 once: ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve ssl_password_file ssl_trusted_certificate
HSTVAB 1 flag once: ssl_prefer_server_ciphers ssl_session_tickets
HSTVAB 1 num once: ssl_verify_depth
HSTVAB 1 sec once: ssl_session_timeout
HSTVAB 1-: ssl_protocols
HSTVAB 1-2: ssl_session_cache
HSTVAB 2: ssl_conf_command
HT 1 num once: map_hash_bucket_size map_hash_max_size variables_hash_bucket_size variables_hash_max_size
HT 1 block: upstream
HT 1-2 block: geo
HT 2: limit_conn_zone
HT 2 block: map split_clients
HT 2-: log_format
HTA 0 block: server
S 1-: server_name
SFLI 0: break
SFLI 1-2: return
SFLI 2-3: rewrite
SFLIV 2: set
SL 0-1: stub_status
SL 1 num once: referer_hash_bucket_size referer_hash_max_size
SL 1-: valid_referers
SL 1- block: if
SL 1-2 block: location
SL 2-: try_files
SVB 1-: listen
L 0: empty_gif flv internal mp4
L 1 once: alias
L 1 flag once: random_index
L 1- block: limit_except
LI 1 once: fastcgi_pass grpc_pass memcached_pass scgi_pass uwsgi_pass
LIXV 1 once: proxy_pass
U 0: ip_hash
U 1 msec once: keepalive_timeout
U 1 num once: keepalive
UW 0: least_conn
UW 0-2: random
UW 1-: server
UW 1-2: hash zone
TV 1: proxy_next_upstream
TV 1 flag once: proxy_half_close proxy_ssl ssl_preread
TV 1 msec once: preread_timeout proxy_protocol_timeout ssl_handshake_timeout
TV 1 num once: proxy_requests proxy_responses
TV 1 size once: preread_buffer_size proxy_download_rate proxy_downstream_buffer proxy_upload_rate proxy_upstream_buffer
TV 1- once: ssl_alpn
TVAB 1 flag once: proxy_protocol
TVAB 1 msec once: proxy_timeout
V 1: return
AB 1: auth_http server_name starttls
AB 1 flag once: auth_http_pass_client_cert proxy proxy_pass_error_message proxy_smtp_auth xclient
AB 1 msec once: auth_http_timeout smtp_greeting_delay timeout
AB 1 num once: max_errors
AB 1 size once: imap_client_buffer proxy_buffer smtp_client_buffer
AB 1-: imap_auth imap_capabilities pop3_auth pop3_capabilities smtp_auth smtp_capabilities
AB 2: auth_http_header
B 1: protocol
`
