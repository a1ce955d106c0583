import os

try:
    from distutils.util import strtobool
except ImportError:
    def strtobool(value):
        return 1 if value.lower() in ("y", "yes", "t", "true", "on", "1") else 0

A = bool(strtobool(os.environ.get("A", "no")))
B = bool(strtobool(os.environ.get("B", "on")))
C = strtobool(os.getenv("C", "0")) == 1


def to_bool(text):
    match text.strip().lower():
        case "1" | "t" | "true" | "yes":
            return True
        case "" | "0" | "f" | "false" | "no":
            return False
    raise ValueError(text)


D = to_bool(os.getenv("D", ""))
E = to_bool(os.getenv("E", "FALSE"))
TRUTHY = {"true": True, "false": False}
F = TRUTHY.get(os.getenv("F", "false"), None)
G = TRUTHY[os.getenv("G", "true").lower()]
