package django

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// parse is Env.parse_value: what django-environ makes of a variable's text.
func (e *environReader) parse(i *interp, v *node, cast string, castNode *node, a *args, at source.Span) *node {
	if !v.isStr() {
		u := unknown(Value{v}.Reason()).with(at, v)
		u.secret = v.secret
		u.nonEmpty = v.nonEmpty && (cast == "" || cast == "str")
		if cast == "list" {
			c := container(ListKind, nil)
			c.box.c.open = true
			return c.with(at, v)
		}
		return u
	}
	switch cast {
	case "", "str", "unicode":
		return v
	case "bool":
		if n := i.quietInt(pyStrip(v.str)); n != nil { // a number other than 0 counts as true
			return boolean(*n != 0).with(at, v)
		}
		switch pyStrip(strings.ToLower(v.str)) {
		case "true", "on", "ok", "y", "yes", "1":
			return boolean(true).with(at, v)
		}
		return boolean(false).with(at, v)
	case "int":
		return i.toInt(v, nil, at)
	case "float":
		s := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '.' || r == ',' || r == '-' {
				return r
			}
			return -1
		}, v.str)
		if k := strings.LastIndexAny(s, ".,"); k >= 0 { // what stands before may group thousands
			s = strings.NewReplacer(".", "", ",", "").Replace(s[:k]) + "." + s[k+1:]
		}
		return i.toFloat(str(s).with(at, v), at)
	case "list", "tuple":
		return e.parseList(i, v, cast, castNode, at)
	case "dict":
		return e.parseDict(i, v, castNode, a, at)
	case "json":
		if r, ok := fromJSON(v.str, at, v); ok {
			return r
		}
		return i.valueError(v, at)
	case "url":
		return (&node{kind: ObjectKind, str: "urllib.parse.urlparse", nonEmpty: true, call: &call{args: []*node{v}}}).with(at, v)
	case "call":
		if castNode != nil {
			return i.apply(castNode, []*node{v}, nil, at).plusReads(v.reads)
		}
	}
	return unknown("a cast that is not known").with(at, v)
}

func (e *environReader) parseList(i *interp, v *node, cast string, castNode *node, at source.Span) *node {
	out := container(ListKind, nil)
	text := v.str
	if cast == "tuple" {
		out = container(TupleKind, nil)
		text = strings.TrimRight(strings.TrimLeft(text, "("), ")")
		text = strings.TrimLeft(strings.TrimRight(text, "("), ")")
	}
	// a cast of the elements is the type itself for env.list(…, cast=int) and a list of one for a scheme's [int]
	if castNode != nil && castNode.isContainer() {
		if len(castNode.box.c.elems) == 1 && castNode.kind != DictKind {
			castNode = castNode.box.c.elems[0]
		} else {
			return unknown("a cast that is not known").with(at, v)
		}
	} else if castNode != nil && castNode.str == "builtins."+cast {
		castNode = nil
	}
	for _, p := range strings.Split(text, ",") {
		if p == "" {
			continue
		}
		el := str(p).with(at, v)
		if castNode != nil && castNode.kind != NoneKind && castNode.str != "builtins.str" {
			el = i.apply(castNode, []*node{el}, nil, at)
		}
		out.box.c.elems = append(out.box.c.elems, el)
	}
	return out.with(at, v)
}

// parseDict reads "a=1,b=2", or with a dict of casts "a=1;b=2".
func (e *environReader) parseDict(i *interp, v *node, casts *node, a *args, at source.Span) *node {
	out := dict(nil, nil)
	if casts == nil || casts.kind != DictKind {
		for _, p := range strings.Split(v.str, ",") {
			if p == "" {
				continue
			}
			k, val, ok := strings.Cut(p, "=")
			if !ok {
				return i.valueError(v, at)
			}
			i.put(out, str(k).with(at, v), str(val).with(at, v))
		}
		return out.with(at, v)
	}
	keyCast, valueCast, byKey := casts.box.c.get("key"), casts.box.c.get("value"), casts.box.c.get("cast")
	for _, p := range strings.Split(v.str, ";") {
		if p == "" {
			continue
		}
		k, val, ok := strings.Cut(p, "=")
		if !ok || strings.Contains(val, "=") {
			return i.valueError(v, at)
		}
		key, cast := str(k).with(at, v), valueCast
		if byKey != nil && byKey.kind == DictKind && byKey.box.c.get(k) != nil {
			cast = byKey.box.c.get(k)
		}
		if keyCast != nil {
			key = i.apply(keyCast, []*node{key}, nil, at)
		}
		el := str(val).with(at, v)
		if cast != nil {
			el = e.parse(i, el, castOf(cast), cast, &args{}, at)
		}
		i.put(out, key, el)
	}
	return out.with(at, v)
}

func (i *interp) quietInt(s string) *int64 {
	n := int64(0)
	if s == "" || len(s) > 18 {
		return nil
	}
	d := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if !digits(d) || len(s)-len(d) > 1 {
		return nil
	}
	for _, c := range d {
		n = n*10 + int64(c-'0')
	}
	if s[0] == '-' {
		n = -n
	}
	return &n
}

// cacheURL is Env.cache_url_config.
func (i *interp) cacheURL(v, backend *node, at source.Span) *node {
	return i.lift(v, func(n *node) *node {
		if !n.isStr() {
			u := unknown(Value{n}.Reason()).with(at, n)
			u.secret = n.secret
			return u
		}
		u, ok := splitURL(n.str)
		driver := map[string]string{
			"dbcache": "django.core.cache.backends.db.DatabaseCache", "dummycache": "django.core.cache.backends.dummy.DummyCache",
			"filecache": "django.core.cache.backends.filebased.FileBasedCache", "locmemcache": "django.core.cache.backends.locmem.LocMemCache",
		}[u.scheme]
		location := u.netloc
		switch u.scheme {
		case "filecache":
			location += u.path
		case "redis", "rediss", "rediscache":
			// the driver depends on the version of Django and on what is installed
			out := dict(nil, nil)
			i.put(out, str("BACKEND"), unknown("the Redis backend depends on the versions that are installed"))
			scheme := strings.ReplaceAll(u.scheme, "cache", "")
			if u.host == "" {
				scheme = "unix"
			}
			i.put(out, str("LOCATION"), str(scheme+"://"+u.netloc+u.path).with(at, n))
			if backend != nil {
				i.put(out, str("BACKEND"), backend)
			}
			out.box.c.open = u.query != ""
			return out.with(at, n)
		}
		if driver == "" || !ok || u.query != "" || strings.Contains(u.netloc, ",") {
			return unknown("a cache URL that is not understood").with(at, n)
		}
		out := dict(nil, nil)
		i.put(out, str("BACKEND"), str(driver).with(at, n))
		i.put(out, str("LOCATION"), str(location).with(at, n))
		if backend != nil {
			i.put(out, str("BACKEND"), backend)
		}
		return out.with(at, n)
	})
}

// emailURL is Env.email_url_config.
func (i *interp) emailURL(v, backend *node, at source.Span) *node {
	return i.lift(v, func(n *node) *node {
		if !n.isStr() {
			u := unknown(Value{n}.Reason()).with(at, n)
			u.secret = n.secret
			return u
		}
		u, ok := splitURL(n.str)
		driver := map[string]string{"smtp": "smtp", "smtps": "smtp", "smtp+tls": "smtp", "smtp+ssl": "smtp", "consolemail": "console",
			"filemail": "filebased", "memorymail": "locmem", "dummymail": "dummy"}[u.scheme]
		if driver == "" || !ok || u.query != "" {
			return unknown("a mail URL that is not understood").with(at, n)
		}
		out := dict(nil, nil)
		put := func(k string, v *node) { i.put(out, str(k), v.with(at, n)) }
		opt := func(s string, has bool) *node {
			if !has {
				return none()
			}
			return str(unquote(s))
		}
		put("EMAIL_FILE_PATH", str(strings.ReplaceAll(unquote(strings.TrimPrefix(u.path, "/")), "+", " ")))
		put("EMAIL_HOST_USER", opt(u.user, u.hasUser))
		put("EMAIL_HOST_PASSWORD", opt(u.password, u.hasPassword))
		i.secret(str(unquote(u.password)))
		put("EMAIL_HOST", opt(u.host, u.host != ""))
		put("EMAIL_PORT", none())
		if p := i.quietInt(u.port); p != nil {
			put("EMAIL_PORT", integer(*p))
		}
		put("EMAIL_BACKEND", str("django.core.mail.backends."+driver+".EmailBackend"))
		if backend != nil {
			i.put(out, str("EMAIL_BACKEND"), backend)
		}
		switch u.scheme {
		case "smtps", "smtp+tls":
			put("EMAIL_USE_TLS", boolean(true))
		case "smtp+ssl":
			put("EMAIL_USE_SSL", boolean(true))
		}
		return out.with(at, n)
	})
}
