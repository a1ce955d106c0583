"""What settings use of environs."""
import contextlib
import json
import logging
import os
import pathlib
import sys
from datetime import timedelta
from urllib.parse import urlparse

import dj_database_url
import dotenv

_MISSING = object()
_TRUE = {"t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"}
_FALSE = {"f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"}


class EnvError(ValueError):
    pass


class EnvValidationError(EnvError):
    pass


def _bool(text):
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise EnvValidationError(text)


def _checked(cast):
    def parse(text, **_):
        try:
            return cast(text)
        except EnvError:
            raise
        except ValueError:
            raise EnvValidationError(text)
    return parse


def _cast(kind):
    return _checked({bool: _bool}.get(kind, kind)) if kind else (lambda t: t)


def _level(text):
    return int(text) if text.isdigit() else getattr(logging, text.upper())


def _list(text, subcast=None, delimiter=","):
    return [_cast(subcast)(p) for p in text.split(delimiter)] if text else []


def _dict(text, subcast_keys=None, subcast_values=None, **_):
    pairs = (p.split("=", 1) for p in text.split(",") if text)
    return {_cast(subcast_keys)(k.strip()): _cast(subcast_values)(v.strip()) for k, v in pairs}


class Env:
    def __init__(self, **_):
        self.prefix = ""

    def _read(self, parse, name, default, always=False, **kwargs):
        text = os.environ.get(self.prefix + name, _MISSING)
        if text is _MISSING:
            if default is _MISSING:
                raise EnvError(name)
            if not always:
                return default
            text = default
        return parse(text, **kwargs)

    @contextlib.contextmanager
    def prefixed(self, prefix):
        old = self.prefix
        self.prefix = old + prefix
        yield self
        self.prefix = old

    def read_env(self, path=None, recurse=True, override=False, **_):
        if path is None:
            path = dotenv._above(os.path.dirname(sys._getframe(1).f_code.co_filename), ".env")
        return dotenv.load_dotenv(path, override=override) if path else False

    def seal(self):
        pass

    def __call__(self, name, default=_MISSING, **_):
        return self._read(str, name, default)

    str = __call__

    def dj_db_url(self, name="DATABASE_URL", default=_MISSING, **kwargs):
        return self._read(dj_database_url.parse, name, default, always=True, **kwargs)


def _method(parse):
    def method(self, name, default=_MISSING, subcast=None, validate=None, **kwargs):
        if subcast:
            kwargs["subcast"] = subcast
        return self._read(parse, name, default, **kwargs)
    return method


Env.bool, Env.int, Env.float = _method(_checked(_bool)), _method(_checked(int)), _method(_checked(float))
Env.list, Env.dict, Env.json = _method(_list), _method(_dict), _method(_checked(json.loads))
Env.path, Env.url, Env.log_level = _method(pathlib.Path), _method(urlparse), _method(_level)
Env.timedelta = _method(lambda t: timedelta(seconds=int(t)))
env = Env()
