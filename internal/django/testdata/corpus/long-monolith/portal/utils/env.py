"""Readers that the settings share."""
import os

_TRUE = frozenset(["1", "true", "t", "yes", "y", "on"])


def get(name, default=None, cast=None):
    """Return a variable, cast if it is set and a cast is given."""
    if name not in os.environ:
        return default
    raw = os.environ[name]
    if cast is None:
        return raw
    if cast is bool:
        return raw.strip().lower() in _TRUE
    if cast is list:
        return [item.strip() for item in raw.split(",") if item.strip()]
    return cast(raw)


def flag(name, default=False):
    return get(name, default, cast=bool)
