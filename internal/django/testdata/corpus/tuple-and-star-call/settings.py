import os
from collections import namedtuple
from operator import itemgetter

VERSION = tuple(int(x) for x in os.environ.get("V", "0.0").split("."))
NEXT = VERSION[:-1] + (VERSION[-1] + 1,)
STRING = ".".join(map(str, NEXT))
args = ("a", "b")
kwargs = {"sep": "|"}


def joined(*parts, sep=","):
    return sep.join(parts)


JOINED = joined(*args, "c", **kwargs)
SORTED = sorted([("b", 2), ("a", 3)], key=lambda p: p[1], reverse=True)
MIN = min([("b", 2), ("a", 3)], key=lambda p: p[0])[0] if False else "a"
ENUM = [f"{i}:{v}" for i, v in enumerate("xy")]
REV = list(reversed(range(3)))
SLICE = list(range(10))[::3] if False else [0, 3, 6, 9]
RANGE = list(range(5, 0, -2))
ANY = any(x > 1 for x in VERSION)
SUM = sum(VERSION, 10)
COUNT = [1, 1, 2].count(1)
INDEX = ("x", "y").index("y")
NESTED = [[*r] for r in ((1, 2), (3,))]
UNPACK = [a + b for a, b in [(1, 2), (3, 4)]]
MULT = ("x",) * 2 + ([None] * 2)[0:0].__class__() if False else ("x",) * 2
