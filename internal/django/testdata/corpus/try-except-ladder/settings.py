import os


class ConfigError(Exception):
    pass


def port():
    try:
        return int(os.environ.get("PORT", "8000"))
    except ValueError:
        return 9999


def level():
    try:
        value = int(os.environ["LEVEL"])
        if value > 2:
            raise ConfigError("too high")
    except KeyError:
        return "missing"
    except (ConfigError, TypeError) as exc:
        return "refused"
    else:
        return value
    finally:
        global CLEANED
        CLEANED = True


PORT = port()
LEVEL = level()
try:
    try:
        [][0]
    except KeyError:
        INNER = "key"
    else:
        INNER = "else"
except IndexError:
    INNER = "index from inner"
try:
    {}["x"]
except LookupError:
    LOOKUP = True
try:
    raise ConfigError
except Exception:
    GENERIC = True
try:
    value = None
    value.attribute
except AttributeError:
    ATTR = "no attribute"
try:
    undefined_name
except NameError:
    NAME = "no name"
try:
    1 / 0
except ZeroDivisionError:
    ZERO = "zero"
try:
    "a" + 1
except TypeError:
    TYPE = "type"
