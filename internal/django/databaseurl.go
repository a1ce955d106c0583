package django

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// urlParts are the parts of a URL as Python's urlsplit gives them: nothing is decoded but the host's case.
type urlParts struct {
	scheme, netloc, user, password, host, port, path, query string
	hasUser, hasPassword                                    bool
}

// splitURL is urllib.parse.urlsplit; false for what Python refuses or reads in ways that do not matter here.
func splitURL(s string) (u urlParts, ok bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	scheme, rest, found := strings.Cut(s, ":")
	if !found || scheme == "" || strings.ContainsAny(scheme, "/?#@ ") {
		scheme, rest = "", s
	}
	u.scheme = strings.ToLower(scheme)
	rest, _, _ = strings.Cut(rest, "#")
	rest, u.query, _ = strings.Cut(rest, "?")
	if strings.HasPrefix(rest, "//") {
		rest = rest[2:]
		k := strings.IndexByte(rest, '/')
		if k < 0 {
			k = len(rest)
		}
		u.netloc, rest = rest[:k], rest[k:]
	}
	u.path = rest
	host := u.netloc
	if k := strings.LastIndexByte(host, '@'); k >= 0 {
		u.user, u.password, u.hasPassword = strings.Cut(host[:k], ":")
		u.hasUser = true
		host = host[k+1:]
	}
	if strings.HasPrefix(host, "[") {
		k := strings.IndexByte(host, ']')
		if k < 0 {
			return u, false
		}
		u.port = strings.TrimPrefix(host[k+1:], ":")
		host = host[1:k]
	} else {
		host, u.port, _ = strings.Cut(host, ":")
	}
	u.host = strings.ToLower(host)
	if u.port != "" {
		if n, err := strconv.Atoi(u.port); err != nil || n < 0 || n > 65535 {
			return u, false
		}
	}
	return u, true
}

func unquote(s string) string {
	if t, err := url.PathUnescape(s); err == nil {
		return t
	}
	return s
}

// queryPairs is parse_qs: keys in order, the values of each, empty ones left out.
func queryPairs(q string) (keys []string, values map[string][]string) {
	values = map[string][]string{}
	for _, p := range strings.Split(q, "&") {
		k, v, _ := strings.Cut(p, "=")
		k, v = unquote(strings.ReplaceAll(k, "+", " ")), unquote(strings.ReplaceAll(v, "+", " "))
		if v == "" {
			continue
		}
		if values[k] == nil {
			keys = append(keys, k)
		}
		values[k] = append(values[k], v)
	}
	return keys, values
}

func digits(s string) bool {
	return s != "" && len(s) < 18 && strings.Trim(s, "0123456789") == ""
}

// A urlDialect says whose reading of database URLs is asked for.
type urlDialect uint8

const (
	djDialect      urlDialect = iota // dj_database_url
	environDialect                   // django-environ
)

// engineOf is the Django backend of a URL's scheme, "" if there is none.
func engineOf(scheme string, d urlDialect) string {
	switch scheme {
	case "postgres", "postgresql", "pgsql":
		return "django.db.backends.postgresql"
	case "psql":
		if d == environDialect {
			return "django.db.backends.postgresql"
		}
	case "postgis":
		return "django.contrib.gis.db.backends.postgis"
	case "mysql", "mysql2":
		return "django.db.backends.mysql"
	case "mysqlgis":
		return "django.contrib.gis.db.backends.mysql"
	case "mysql-connector":
		return "mysql.connector.django"
	case "sqlite":
		return "django.db.backends.sqlite3"
	case "spatialite":
		return "django.contrib.gis.db.backends.spatialite"
	case "oracle":
		return "django.db.backends.oracle"
	case "redshift":
		return "django_redshift_backend"
	case "mssql":
		if d == environDialect {
			return "mssql"
		}
		return "sql_server.pyodbc"
	case "mssqlms", "pyodbc", "oraclegis", "timescale", "timescalegis", "cockroach":
		if d == djDialect {
			return map[string]string{"mssqlms": "mssql", "oraclegis": "django.contrib.gis.db.backends.oracle", "timescale": "timescale.db.backends.postgresql",
				"timescalegis": "timescale.db.backends.postgis", "cockroach": "django_cockroachdb"}[scheme]
		}
		if scheme == "pyodbc" {
			return "sql_server.pyodbc"
		}
	}
	if d == environDialect {
		return scheme
	}
	return ""
}

// databaseURL turns a database URL into an entry of DATABASES.
func (i *interp) databaseURL(n *node, d urlDialect, at source.Span) *node {
	if !n.isStr() {
		u := unknown(Value{n}.Reason()).with(at, n)
		u.secret = n.secret
		return u
	}
	out := dict(nil, nil)
	put := func(key string, v *node) { i.put(out, str(key), v.with(at, n)) }
	if n.str == "sqlite://:memory:" {
		put("ENGINE", str("django.db.backends.sqlite3"))
		put("NAME", str(":memory:"))
		return out.with(at, n)
	}
	u, ok := splitURL(n.str)
	engine := engineOf(u.scheme, d)
	if !ok || engine == "" || strings.Contains(u.host, ",") || strings.HasPrefix(u.path, "//") && d == environDialect && u.scheme != "sqlite" {
		if ok && d == djDialect && engine == "" {
			return i.valueError(n, at)
		}
		return unknown("a database URL that is not understood").with(at, n)
	}
	name := unquote(u.path[min(1, len(u.path)):])
	host := u.host
	if d == environDialect {
		if u.path == "" && u.scheme != "sqlite" || strings.HasPrefix(name, "/") && engine != "django.db.backends.sqlite3" || u.scheme == "oracle" || u.scheme == "ldap" {
			return unknown("a database URL that is not understood").with(at, n)
		}
		name = strings.ReplaceAll(name, "+", " ")
	} else {
		host = unquote(host)
	}
	if name == "" && u.scheme == "sqlite" {
		name = ":memory:"
	}
	put("ENGINE", str(engine))
	put("NAME", str(name))
	put("USER", str(unquote(u.user)))
	put("PASSWORD", str(unquote(u.password)))
	i.secret(str(unquote(u.password)))
	i.secret(str(u.password))
	put("HOST", str(host))
	switch p, err := strconv.ParseInt(u.port, 10, 64); {
	case d == djDialect && (u.scheme == "oracle" || u.scheme == "mssql" || u.scheme == "mssqlms"):
		put("PORT", str(u.port))
	case err == nil && (p != 0 || d == djDialect && false):
		put("PORT", integer(p))
	default:
		put("PORT", str(""))
	}
	i.databaseOptions(out, u, d, n, at)
	return out.with(at, n)
}

func (i *interp) databaseOptions(out *node, u urlParts, d urlDialect, n *node, at source.Span) {
	keys, values := queryPairs(u.query)
	options := dict(nil, nil).with(at, n)
	for _, k := range keys {
		v := str(values[k][0])
		switch {
		case digits(v.str):
			v = i.toInt(v, nil, at)
		case d == djDialect && (strings.EqualFold(v.str, "true") || strings.EqualFold(v.str, "false")):
			v = boolean(strings.EqualFold(v.str, "true"))
		}
		if d == djDialect {
			switch {
			case len(values[k]) > 1:
				v = unknown("an option that is given twice")
			case k == "currentSchema" && (strings.HasPrefix(u.scheme, "p") || u.scheme == "redshift" || strings.HasPrefix(u.scheme, "timescale")):
				k, v = "options", str("-c search_path="+v.str)
			case k == "ssl-ca" && strings.HasPrefix(u.scheme, "mysql") && len(u.scheme) < 7:
				ca := dict(nil, nil)
				i.put(ca, str("ca"), v.with(at, n))
				k, v = "ssl", ca
			}
		} else {
			switch up := strings.ToUpper(k); up {
			case "CONN_MAX_AGE", "ATOMIC_REQUESTS", "AUTOCOMMIT", "DISABLE_SERVER_SIDE_CURSORS", "CONN_HEALTH_CHECKS":
				switch v.str {
				case "True", "False":
					v = boolean(v.str == "True")
				case "None":
					v = none()
				}
				i.put(out, str(up), v.with(at, n))
				continue
			}
		}
		i.put(options, str(k), v.with(at, n))
	}
	if len(keys) > 0 {
		i.put(out, str("OPTIONS"), options)
	}
}

// djDatabaseURL is dj_database_url.config and parse.
func (i *interp) djDatabaseURL(fn string, a *args, at source.Span) *node {
	var u *node
	if fn == "config" {
		name := "DATABASE_URL"
		if n, ok := a.str(0, "env"); ok {
			name = n
		}
		def := a.get(1, "default")
		if def != nil && def.kind == NoneKind {
			def = nil
		}
		v, r := i.readVar(name, def, at)
		if v == nil {
			r.Fallback = true
			i.note(r)
			d := dict(nil, nil)
			d.reads = []Read{r}
			d.ev = source.Evidence{Span: at, Trail: r.Var.Evidence.Trail}
			return d
		}
		u = v
	} else {
		u = a.first()
		a = &args{pos: append([]*node{nil}, a.pos...), kw: a.kw, open: a.open}
	}
	return i.lift(u, func(n *node) *node { return i.djParse(n, a, at) })
}

// djParse reads a URL with the arguments of config: env, default, engine, conn_max_age, conn_health_checks,
// disable_server_side_cursors, ssl_require, test_options.
func (i *interp) djParse(n *node, a *args, at source.Span) *node {
	if n.isStr() && n.str == "" || n.kind == NoneKind {
		return dict(nil, nil).with(at, n)
	}
	d := i.databaseURL(n, djDialect, at)
	if d.kind != DictKind || d.box.c.get("HOST") == nil {
		return d
	}
	set := func(k int, arg, key string, def *node) {
		v := a.get(k, arg)
		if v == nil {
			v = def
		}
		if v != nil {
			i.put(d, str(key), v)
		}
	}
	set(3, "conn_max_age", "CONN_MAX_AGE", integer(0).with(at))
	set(4, "conn_health_checks", "CONN_HEALTH_CHECKS", boolean(false).with(at))
	set(5, "disable_server_side_cursors", "DISABLE_SERVER_SIDE_CURSORS", boolean(false).with(at))
	if v := a.get(2, "engine"); v != nil && (Value{v}).IsTrue() {
		i.put(d, str("ENGINE"), v)
	}
	if v := a.get(6, "ssl_require"); v != nil && !(Value{v}).IsFalse() {
		o := dict(nil, nil).with(at)
		if old := d.box.c.get("OPTIONS"); old != nil {
			o = old
		}
		mode := str("require").with(at, v)
		if !(Value{v}).IsTrue() {
			mode = choice(mode, &node{unset: true}).plusReads(v.reads)
		}
		i.put(o, str("sslmode"), mode)
		i.put(d, str("OPTIONS"), o)
	}
	if v := a.get(7, "test_options"); v != nil && (Value{v}).IsTrue() {
		i.put(d, str("TEST"), v)
	}
	return d
}
