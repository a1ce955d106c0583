import os
import sys

NAME = os.environ.get("NAME", "App")
major, minor, patch = (int(p) for p in os.environ.get("VERSION", "0.0.1").split("."))
F = f"{NAME!r} v{major}.{minor:02d} {patch:>4}|{NAME:<8}|{NAME:^9}|{3.14159:.2f}|{1234567:,}"
DEBUG_F = f"{major=}"
PERCENT = "%s-%d-%05.1f" % (NAME, major, 2.25) if False else "%s-%d" % (NAME, major)
PERCENT_DICT = "%(a)s/%(b)s" % {"a": 1, "b": "two"}
FORMAT = "{}-{name}-{0}".format("x", name=NAME) if False else "{0}-{name}".format("x", name=NAME)
FORMAT_ATTR = "{d[key]}:{l[0]}".format(d={"key": "v"}, l=["first"])
CONCAT = "a" "b" 'c' + NAME
RAW = r"^https://\w+\.example\.com$"
BYTES = b"abc"
DECODED = BYTES.decode()
ESCAPES = "tab\tnew\nquote\"\x41\u00e9\N{BULLET}"
TITLE = "hello world-wide".title()
CAP = "hELLO".capitalize()
SPLIT = "  a  b ".split()
RSPLIT = "a.b.c".rsplit(".", 1)
PART = "key=value=x".partition("=")
RPART = "a/b/c".rpartition("/")
REPLACE = "a-b-c".replace("-", "_", 1)
STRIP = "xxhixx".strip("x")
LJ = "a".ljust(3, ".") + "b".rjust(3) + "5".zfill(3)
COUNT = "banana".count("an")
FIND = "banana".find("n")
IN = "ana" in "banana"
INDEX = "banana"[1:-1:1]
NEG = "banana"[-3:]
ORD = ord("A") + 1
CHR = chr(66)
UPPER = "straße".upper()
LINES = "a\nb\r\nc".splitlines()
JOIN = os.linesep.join(["x", "y"])
IS = "123".isdigit() and "abc".isalpha() and not "a1".isalpha()
MULT = "-" * 10
LEN = len("héllo")
REPR = repr("it's")
STR = str(12) + str(True) + str(None) + str(1.5) + str(1e16) + str(10.0)
IMPLICIT = (
    "https://example.org"
    "/path"
)
PY3 = sys.version_info[0] >= 3 and sys.version_info >= (3, 6)
TRIPLE = """line 1
line 2 {NAME}"""
