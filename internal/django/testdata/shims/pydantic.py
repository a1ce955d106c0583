"""What settings use of pydantic: models with plain types."""
import datetime
import enum
import json
import pathlib
import types
import typing

_NONE = type(None)
_MISSING = object()


class ValidationError(ValueError):
    pass


class _FieldInfo:
    def __init__(self, default=..., default_factory=None, alias=None, validation_alias=None, **_):
        self.default, self.default_factory, self.alias = default, default_factory, validation_alias or alias

    def value(self):
        if self.default_factory:
            return self.default_factory()
        return _MISSING if self.default is ... else self.default


def Field(*args, **kwargs):
    return _FieldInfo(*args, **kwargs)


class AliasChoices:
    def __init__(self, *choices):
        self.choices = choices


class SecretStr:
    def __init__(self, value):
        self._value = value

    def get_secret_value(self):
        return self._value


def field_validator(*names, mode="after"):
    def mark(f):
        f = getattr(f, "__func__", f)
        f._validates = (names, mode)
        return classmethod(f)
    return mark


def coerce(kind, value):
    """Give a value the type of an annotation."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return coerce([a for a in typing.get_args(kind) if a is not _NONE][0], value)
    if origin is typing.Annotated:
        return coerce(typing.get_args(kind)[0], value)
    if origin is typing.Literal:
        if value not in typing.get_args(kind):
            raise ValidationError(value)
        return value
    if origin in (list, set, tuple):
        inner = (typing.get_args(kind) or (str,))[0]
        if isinstance(value, str):
            raise ValidationError(value)
        return origin(coerce(inner, v) for v in value)
    if kind in (list, set, tuple):
        if isinstance(value, (str, int)):
            raise ValidationError(value)
        return kind(value)
    if kind is bool and isinstance(value, str):
        if value.lower() in ("1", "true", "t", "yes", "y", "on"):
            return True
        if value.lower() in ("0", "false", "f", "no", "n", "off"):
            return False
        raise ValidationError(value)
    if kind is SecretStr:
        return value if isinstance(value, SecretStr) else SecretStr(value)
    if kind is datetime.timedelta and isinstance(value, str):
        return datetime.timedelta(seconds=int(value))
    if kind in (int, float) and isinstance(value, str):
        return kind(value)
    if kind is pathlib.Path:
        return pathlib.Path(value)
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and not isinstance(value, kind):
        return kind(value)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, dict):
        return kind(**value)
    return value


def is_complex(kind):
    """Whether the environment holds JSON for a type."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return any(is_complex(a) for a in typing.get_args(kind))
    if origin is typing.Annotated:
        return is_complex(typing.get_args(kind)[0])
    kind = origin or kind
    return kind in (list, set, tuple, dict) or isinstance(kind, type) and issubclass(kind, BaseModel)


class BaseModel:
    validates_defaults = False

    def __init__(self, **values):
        for name, kind in self._fields().items():
            default = self._default(name)
            given = values.get(name, _MISSING)
            if given is not _MISSING:
                given = self._validate(name, "before", given)
                given = self._validate(name, "after", coerce(kind, given))
            elif default is _MISSING:
                raise ValidationError(name)
            elif self.validates_defaults:
                given = self._validate(name, "after", coerce(kind, default))
            else:
                given = default
            setattr(self, name, given)

    @classmethod
    def _fields(cls):
        hints = {}
        for c in reversed(cls.__mro__):
            for name, kind in vars(c).get("__annotations__", {}).items():
                if name != "model_config":
                    hints[name] = typing.get_type_hints(c, include_extras=True)[name]
        return hints

    @classmethod
    def _info(cls, name):
        value = getattr(cls, name, _MISSING)
        return value if isinstance(value, _FieldInfo) else _FieldInfo(... if value is _MISSING else value)

    @classmethod
    def _default(cls, name):
        return cls._info(name).value()

    def _validate(self, name, mode, value):
        for c in reversed(type(self).__mro__):
            for f in vars(c).values():
                names, when = getattr(getattr(f, "__func__", None), "_validates", ((), ""))
                if name in names and when == mode:
                    value = f.__func__(type(self), value)
        return value

    def model_dump(self):
        dump = lambda v: v.model_dump() if isinstance(v, BaseModel) else v
        return {name: dump(getattr(self, name)) for name in self._fields()}
