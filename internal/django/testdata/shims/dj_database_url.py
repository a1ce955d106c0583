"""What settings use of dj-database-url."""
import os

import _urls

_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "pgsql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
}


def _option(values):
    out = []
    for v in values:
        low = v.lower()
        out.append(int(v) if v.isdigit() else low == "true" if low in ("true", "false") else v)
    return out[0] if len(out) == 1 else out


def parse(url, engine=None, conn_max_age=0, conn_health_checks=False, disable_server_side_cursors=False, ssl_require=False, test_options=None):
    if url == "sqlite://:memory:":
        return {"ENGINE": _ENGINES["sqlite"], "NAME": ":memory:"}
    parts, query = _urls.split(url)
    if parts.scheme not in _ENGINES:
        raise ValueError(parts.scheme)
    options = {k: _option(v) for k, v in query.items()}
    if parts.scheme.startswith("p") and options.get("currentSchema"):
        options["options"] = "-c search_path=" + options.pop("currentSchema")
    if ssl_require:
        options["sslmode"] = "require"
    out = {
        "ENGINE": engine or _ENGINES[parts.scheme],
        "NAME": _urls.text(parts.path[1:]),
        "USER": _urls.text(parts.username),
        "PASSWORD": _urls.text(parts.password),
        "HOST": _urls.text(parts.hostname),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": conn_max_age,
        "CONN_HEALTH_CHECKS": conn_health_checks,
        "DISABLE_SERVER_SIDE_CURSORS": disable_server_side_cursors,
    }
    if parts.scheme == "sqlite" and not out["NAME"]:
        out["NAME"] = ":memory:"
    if options:
        out["OPTIONS"] = options
    if test_options:
        out["TEST"] = test_options
    return out


def config(env="DATABASE_URL", default=None, **kwargs):
    url = os.environ.get(env, default)
    return parse(url, **kwargs) if url else {}
