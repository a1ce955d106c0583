"""What settings use of python-decouple."""
import os
import shlex
import string
import sys

_MISSING = object()
_TRUE = {"y", "yes", "t", "true", "on", "1"}
_FALSE = {"n", "no", "f", "false", "off", "0"}


class UndefinedValueError(Exception):
    pass


def strtobool(value):
    if isinstance(value, bool):
        return value
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ValueError(value)


def _bool(value):
    text = str(value)
    return bool(strtobool(text)) if text else False


class RepositoryEmpty:
    data = {}

    def __init__(self, source="", encoding="UTF-8"):
        self.data = {}


class RepositoryEnv(RepositoryEmpty):
    def __init__(self, source, encoding="UTF-8"):
        self.data = {}
        with open(source, encoding=encoding) as h:
            for raw in h:
                key, eq, value = raw.strip().partition("=")
                if not eq or key.startswith("#"):
                    continue
                value = value.strip()
                if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                    value = value[1:-1]
                self.data[key.strip()] = value


class Config:
    def __init__(self, repository):
        self.repository = repository

    def get(self, option, default=_MISSING, cast=None):
        if option in os.environ:
            value = os.environ[option]
        elif option in self.repository.data:
            value = self.repository.data[option]
        elif default is _MISSING:
            raise UndefinedValueError(option)
        else:
            value = default
        if cast is None:
            return value
        return _bool(value) if cast is bool else cast(value)

    __call__ = get


class AutoConfig:
    def __init__(self, search_path=None):
        self.search_path = search_path
        self.config = None

    def __call__(self, *args, **kwargs):
        if self.config is None:
            start = self.search_path or os.path.dirname(sys._getframe(1).f_code.co_filename)
            folder = os.path.abspath(start)
            self.config = Config(RepositoryEmpty())
            while folder != "/":
                if os.path.isfile(os.path.join(folder, ".env")):
                    self.config = Config(RepositoryEnv(os.path.join(folder, ".env")))
                    break
                folder = os.path.dirname(folder)
        return self.config(*args, **kwargs)


config = AutoConfig()


class Csv:
    def __init__(self, cast=str, delimiter=",", strip=string.whitespace, post_process=list):
        self.cast, self.delimiter, self.strip, self.post_process = cast, delimiter, strip, post_process

    def __call__(self, value):
        if value is None:
            return self.post_process()
        words = shlex.shlex(value, posix=True)
        words.whitespace, words.whitespace_split = self.delimiter, True
        return self.post_process(self.cast(w.strip(self.strip)) for w in words)


class Choices:
    def __init__(self, flat=None, cast=str, choices=None):
        self.cast = cast
        self.valid = list(flat or []) + [c[0] for c in choices or []]

    def __call__(self, value):
        value = self.cast(value)
        if value not in self.valid:
            raise ValueError(value)
        return value
