import os
import sys
from importlib import import_module

globals().update({"A": 1, "B": "two"})
globals()["C"] = 3
locals()["D"] = 4
vars().update(E=5)
for name in ("F", "G"):
    globals()[name] = os.environ.get("DJANGO_" + name, name.lower())
X = globals().get("A", 0) + globals()["C"]
MISSING = globals().get("NOPE", "default")
setattr(sys.modules[__name__], "H", "set by setattr")
mod = import_module("extra")
for key in ("ONE", "TWO"):
    globals()[key] = getattr(mod, key)
OTHER = getattr(mod, "NOTHING", "fallback")
HAS = hasattr(mod, "ONE")
other = import_module(".sub", package="pkg")
SUB = other.VALUE
globals().update({k: v for k, v in {"I": 9, "j": 10}.items() if k.isupper()})
