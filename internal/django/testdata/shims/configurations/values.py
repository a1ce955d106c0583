import ast
import os

import dj_database_url


class Value:
    late_binding = False
    required = False

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        if not kwargs.get("late_binding", cls.late_binding):
            self.__init__(*args, **kwargs)
            if (self.environ and self.environ_name) or (not self.environ and self.default):
                return self.setup(self.environ_name)
        return self

    def __init__(self, default=None, environ=True, environ_name=None, environ_prefix="DJANGO", environ_required=False, **_):
        self.default, self.environ, self.environ_name = default, environ, environ_name
        self.environ_prefix = environ_prefix.rstrip("_") if environ_prefix else environ_prefix
        self.required = environ_required or self.required

    def setup(self, name):
        if not self.environ:
            return self.default
        full = self.environ_name or name.upper()
        if self.environ_prefix:
            full = self.environ_prefix + "_" + full
        if full in os.environ:
            return self.to_python(os.environ[full])
        if self.required:
            raise ValueError(full)
        return self.default

    def to_python(self, text):
        return text


class BooleanValue(Value):
    def to_python(self, text):
        word = text.strip().lower()
        if word in ("yes", "y", "true", "1"):
            return True
        if word in ("no", "n", "false", "0", ""):
            return False
        raise ValueError(text)


class IntegerValue(Value):
    def to_python(self, text):
        return int(text)


class PositiveIntegerValue(IntegerValue):
    pass


class FloatValue(Value):
    def to_python(self, text):
        return float(text)


class ListValue(Value):
    kind = list

    def __init__(self, *args, separator=",", converter=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.separator, self.converter = separator, converter or (lambda v: v)
        self.default = self.kind(map(self.converter, self.kind(self.default or ())))

    def to_python(self, text):
        return self.kind(self.converter(p.strip()) for p in text.strip().split(self.separator) if p.strip())


class TupleValue(ListValue):
    kind = tuple


class SetValue(ListValue):
    kind = set


class DictValue(Value):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.default = dict(self.default or {})

    def to_python(self, text):
        return ast.literal_eval(text) if text else {}


class SecretValue(Value):
    required = True

    def setup(self, name):
        value = super().setup(name)
        if not value:
            raise ValueError(name)
        return value


class EmailValue(Value):
    pass


class URLValue(Value):
    pass


class DatabaseURLValue(Value):
    late_binding = True

    def __init__(self, *args, alias="default", **kwargs):
        kwargs.setdefault("environ_prefix", None)
        kwargs.setdefault("environ_name", "DATABASE_URL")
        super().__init__(*args, **kwargs)
        self.alias = alias
        self.default = self.to_python(self.default) if self.default else {}

    def to_python(self, text):
        return {self.alias: dj_database_url.parse(text)}
