import os


def env_bool(name, default=False):
    """Read a flag."""
    value = os.environ.get(name)
    if value is None:
        return default
    return value.strip().lower() in ("1", "true", "yes", "on")


def env_list(name, default="", sep=","):
    raw = os.environ.get(name, default)
    return [part.strip() for part in raw.split(sep) if part.strip()]


def env_int(name, default=None, *, minimum=0):
    try:
        return max(minimum, int(os.environ[name]))
    except KeyError:
        return default
    except ValueError:
        raise RuntimeError(f"{name} is not a number")


def required(name):
    if name not in os.environ:
        return "missing-" + name.lower()
    return os.environ[name]


class Reader:
    prefix = "APP_"

    def __init__(self, suffix=""):
        self.suffix = suffix

    def get(self, name, default=None):
        return os.environ.get(self.prefix + name + self.suffix, default)

    def __call__(self, name):
        return self.get(name, "called")
