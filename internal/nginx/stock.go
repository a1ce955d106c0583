package nginx

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// StockFile returns the file that the nginx image, Debian's package or certbot brings along at a path of the container, or
// nil. Its path starts with "/", as no path of a repository does. Only what bears on a request is in it.
func StockFile(containerPath string, debian bool) *source.File {
	name := path.Base(containerPath)
	text := ""
	switch {
	case containerPath == "/etc/nginx/nginx.conf" && debian:
		text = stockDebian
	case containerPath == "/etc/nginx/nginx.conf":
		text = stockImage
	case containerPath == "/etc/nginx/conf.d/default.conf" && !debian:
		text = stockDefault
	case name == "options-ssl-nginx.conf" && strings.HasPrefix(containerPath, "/etc/letsencrypt/"):
		text = stockCertbot
	case oneOf(path.Dir(containerPath), "/etc/nginx", "/usr/local/openresty/nginx/conf", "/usr/local/nginx/conf"):
		text = stockParams(name)
	case containerPath == "/etc/nginx/snippets/snakeoil.conf":
		text = "ssl_certificate /etc/ssl/certs/ssl-cert-snakeoil.pem;\nssl_certificate_key /etc/ssl/private/ssl-cert-snakeoil.key;\n"
	case containerPath == "/etc/nginx/snippets/fastcgi-php.conf":
		text = "fastcgi_split_path_info ^(.+?\\.php)(/.*)$;\ntry_files $fastcgi_script_name =404;\nset $path_info $fastcgi_path_info;\n" +
			"fastcgi_param PATH_INFO $path_info;\nfastcgi_index index.php;\ninclude fastcgi.conf;\n"
	}
	if text == "" {
		return nil
	}
	return source.NewFile(containerPath, []byte(text))
}

// stockImage is what the official image runs: no gzip, no server_tokens, conf.d included at the end of http.
const stockImage = `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /var/run/nginx.pid;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
    access_log /var/log/nginx/access.log main;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
`

const stockDefault = `server {
    listen 80;
    server_name localhost;
    location / { root /usr/share/nginx/html; index index.html index.htm; }
    error_page 500 502 503 504 /50x.html;
    location = /50x.html { root /usr/share/nginx/html; }
}
`

// stockDebian is the nginx.conf of Debian 12: gzip is on there, and TLS 1.0 too.
const stockDebian = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 768; }
http {
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log /var/log/nginx/access.log;
    gzip on;
    include /etc/nginx/conf.d/*.conf;
    include /etc/nginx/sites-enabled/*;
}
`

// stockCertbot is what certbot --nginx installs, by its settings.
const stockCertbot = `ssl_session_cache shared:le_nginx_SSL:10m;
ssl_session_timeout 1440m;
ssl_session_tickets off;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers off;
ssl_ciphers "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";
`

// stockParams are the parameter files in /etc/nginx.
func stockParams(name string) string {
	switch name {
	case "mime.types":
		return "types {\n    text/html html htm shtml;\n    text/css css;\n    text/xml xml;\n    text/plain txt;\n    image/gif gif;\n    image/jpeg jpeg jpg;\n" +
			"    image/png png;\n    image/svg+xml svg svgz;\n    image/webp webp;\n    image/x-icon ico;\n    application/javascript js;\n    application/json json;\n" +
			"    application/pdf pdf;\n    application/wasm wasm;\n    application/zip zip;\n    font/woff woff;\n    font/woff2 woff2;\n    video/mp4 mp4;\n}\n"
	case "proxy_params":
		return "proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\n" +
			"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto $scheme;\n"
	case "fastcgi_params", "scgi_params", "uwsgi_params", "fastcgi.conf":
		var b strings.Builder
		directive := strings.TrimSuffix(strings.TrimSuffix(name, "s"), ".conf")
		if directive == "fastcgi" {
			directive = "fastcgi_param"
			b.WriteString("fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n")
		}
		for _, p := range []string{
			"QUERY_STRING $query_string", "REQUEST_METHOD $request_method", "CONTENT_TYPE $content_type", "CONTENT_LENGTH $content_length",
			"REQUEST_URI $request_uri", "DOCUMENT_ROOT $document_root", "SERVER_PROTOCOL $server_protocol", "REQUEST_SCHEME $scheme",
			"REMOTE_ADDR $remote_addr", "REMOTE_PORT $remote_port", "SERVER_PORT $server_port", "SERVER_NAME $server_name",
		} {
			b.WriteString(directive + " " + p + ";\n")
		}
		b.WriteString(directive + " HTTPS $https if_not_empty;\n")
		return b.String()
	case "koi-utf", "koi-win", "win-utf":
		return "charset_map " + map[string]string{"koi-utf": "koi8-r utf-8", "koi-win": "koi8-r windows-1251", "win-utf": "windows-1251 utf-8"}[name] + " {\n    80 E282AC;\n}\n"
	}
	return ""
}
