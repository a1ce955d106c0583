"""What settings use of django-environ."""
import json
import os
import re
import sys
from urllib.parse import ParseResult, unquote_plus, urlparse

import _urls
import dotenv
from django.core.exceptions import ImproperlyConfigured

_TRUE = ("true", "on", "ok", "y", "yes", "1")
_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "psql": "django.db.backends.postgresql",
    "pgsql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
    "mssql": "mssql",
    "sqlite": "django.db.backends.sqlite3",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
}
_MAIL = {
    "smtp": "smtp", "smtps": "smtp", "smtp+tls": "smtp", "smtp+ssl": "smtp",
    "consolemail": "console", "filemail": "filebased", "memorymail": "locmem", "dummymail": "dummy",
}
_CACHES = {
    "dbcache": "django.core.cache.backends.db.DatabaseCache",
    "dummycache": "django.core.cache.backends.dummy.DummyCache",
    "filecache": "django.core.cache.backends.filebased.FileBasedCache",
    "locmemcache": "django.core.cache.backends.locmem.LocMemCache",
}


class NoValue:
    pass


def _number(text):
    return int(text) if text.isdigit() else text


class Env:
    NOTSET = NoValue()
    ENVIRON = os.environ

    def __init__(self, **scheme):
        self.scheme = scheme
        self.prefix = ""
        self.smart_cast = True

    def __contains__(self, name):
        return name in os.environ

    def __call__(self, var, cast=None, default=NOTSET, parse_default=False):
        return self.get_value(var, cast, default, parse_default)

    def get_value(self, var, cast=None, default=NOTSET, parse_default=False):
        name = self.prefix + var
        if name in self.scheme:
            entry = self.scheme[name]
            pair = isinstance(entry, (tuple, list, str, dict)) and len(entry) == 2
            cast = cast or (entry[0] if pair else entry)
            if pair and default is self.NOTSET:
                default = entry[1]
        if name in os.environ:
            value = os.environ[name]
        elif default is self.NOTSET:
            raise ImproperlyConfigured(var)
        else:
            value = default
        if isinstance(value, str) and value.startswith("$"):
            value = self.get_value(value.lstrip("$"), cast, default)
        if cast is None and default is not None and default is not self.NOTSET:
            cast = type(default)
        if default is None and value == "":
            value = None
        if value != default or (parse_default and value is not None):
            value = self.parse_value(value, cast)
        return value

    @classmethod
    def parse_value(cls, value, cast):
        if cast is None:
            return value
        if cast is bool:
            try:
                return int(value) != 0
            except ValueError:
                return value.lower().strip() in _TRUE
        if isinstance(cast, dict):
            by_key = cast.get("cast", {})
            pairs = [p.split("=") for p in value.split(";") if p]
            return {cast.get("key", str)(k): cls.parse_value(v, by_key.get(k, cast.get("value", str))) for k, v in pairs}
        if isinstance(cast, list) or cast is list:
            element = cast[0] if isinstance(cast, list) else str
            return [element(p) for p in value.split(",") if p]
        if isinstance(cast, tuple) or cast is tuple:
            element = cast[0] if isinstance(cast, tuple) else str
            return tuple(element(p) for p in value.strip("(").strip(")").split(",") if p)
        if cast is dict:
            return dict(p.split("=", 1) for p in value.split(",") if p)
        if cast is float:
            parts = re.split("[,.]", re.sub(r"[^\d,.-]", "", value))
            return float(parts[0] if len(parts) == 1 else "".join(parts[:-1]) + "." + parts[-1])
        return cast(value)

    def str(self, var, default=NOTSET, multiline=False):
        value = self.get_value(var, str, default)
        return re.sub(r"(\\r)?\\n", "\n", value) if multiline else value

    def bool(self, var, default=NOTSET):
        return self.get_value(var, bool, default)

    def int(self, var, default=NOTSET):
        return self.get_value(var, int, default)

    def float(self, var, default=NOTSET):
        return self.get_value(var, float, default)

    def json(self, var, default=NOTSET):
        return self.get_value(var, json.loads, default)

    def list(self, var, cast=None, default=NOTSET):
        return self.get_value(var, [cast] if cast else list, default)

    def tuple(self, var, cast=None, default=NOTSET):
        return self.get_value(var, (cast,) if cast else tuple, default)

    def dict(self, var, cast=dict, default=NOTSET):
        return self.get_value(var, cast, default)

    def url(self, var, default=NOTSET):
        return self.get_value(var, urlparse, default, True)

    def path(self, var, default=NOTSET, **kwargs):
        return Path(self.get_value(var, None, default), **kwargs)

    def db(self, var="DATABASE_URL", default=NOTSET, engine=None):
        url = self.get_value(var, None, default)
        if url == "sqlite://:memory:":
            return {"ENGINE": _ENGINES["sqlite"], "NAME": ":memory:"}
        parts, query = _urls.split(url)
        name = unquote_plus(parts.path[1:])
        out = {
            "NAME": name or (":memory:" if parts.scheme == "sqlite" else ""),
            "USER": _urls.text(parts.username),
            "PASSWORD": _urls.text(parts.password),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "ENGINE": engine or _ENGINES.get(parts.scheme, parts.scheme),
        }
        options = {}
        for key, values in query.items():
            if key.upper() in ("CONN_MAX_AGE", "ATOMIC_REQUESTS", "AUTOCOMMIT", "DISABLE_SERVER_SIDE_CURSORS", "CONN_HEALTH_CHECKS"):
                words = {"True": True, "False": False, "None": None}
                out[key.upper()] = words[values[0]] if values[0] in words else _number(values[0])
            else:
                options[key] = _number(values[0])
        if query:
            out["OPTIONS"] = options
        return out

    db_url = db

    def email_url(self, var="EMAIL_URL", default=NOTSET, backend=None):
        parts = self.url(var, default)
        known = lambda v: None if v is None else _urls.text(v)
        out = {
            "EMAIL_FILE_PATH": unquote_plus(parts.path[1:]),
            "EMAIL_HOST_USER": known(parts.username),
            "EMAIL_HOST_PASSWORD": known(parts.password),
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port,
            "EMAIL_BACKEND": backend or "django.core.mail.backends.%s.EmailBackend" % _MAIL[parts.scheme],
        }
        if parts.scheme in ("smtps", "smtp+tls"):
            out["EMAIL_USE_TLS"] = True
        elif parts.scheme == "smtp+ssl":
            out["EMAIL_USE_SSL"] = True
        return out

    email = email_url

    def cache_url(self, var="CACHE_URL", default=NOTSET, backend=None):
        parts = self.url(var, default)
        location = parts.netloc + (parts.path if parts.scheme == "filecache" else "")
        return {"BACKEND": backend or _CACHES[parts.scheme], "LOCATION": location}

    cache = cache_url

    @classmethod
    def read_env(cls, env_file=None, overwrite=False, encoding="utf8", **overrides):
        if env_file is None:
            env_file = os.path.join(os.path.dirname(sys._getframe(1).f_code.co_filename), ".env")
        values = dict(overrides, **dotenv.dotenv_values(str(env_file)))
        for key, value in values.items():
            if overwrite or key not in os.environ:
                os.environ[key] = str(value)


class Path:
    def __init__(self, start="", *paths, **_):
        self.root = os.path.abspath(os.path.join(str(start), *paths))

    def path(self, *paths, **_):
        return Path(self.root, *paths)

    def __call__(self, *paths, **_):
        return os.path.abspath(os.path.join(self.root, *paths))

    def __sub__(self, other):
        if isinstance(other, int):
            return self.path("../" * other)
        return Path(self.root.rstrip(str(other)))

    def __add__(self, other):
        return Path(self.root, str(other))

    def __str__(self):
        return self.root

    def __fspath__(self):
        return self.root
