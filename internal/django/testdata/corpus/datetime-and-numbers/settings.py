import os
import datetime as dt
from datetime import timedelta

ACCESS = timedelta(minutes=int(os.environ.get("MINUTES", "15")))
REFRESH = timedelta(days=1) - timedelta(hours=int(os.environ.get("HOURS", 0)))
DOUBLE = 2 * ACCESS
HALF = REFRESH / 2
NEG = -timedelta(days=1)
SECONDS = ACCESS.total_seconds()
DAYS = timedelta(weeks=2).days
MIXED = dt.timedelta(1, 2, 3, 4, 5, 6, 7)
FRACTION = timedelta(days=0.5, milliseconds=1.5)
UPLOAD = int(os.getenv("MB", "10")) * 1024 * 1024
HSTS = 60 * 60 * 24 * 365
HEX = 0xFF
OCT = 0o755
BIN = 0b101
UNDER = 31_536_000
FLOAT = 1e3
DIV = 7 / 2
FLOOR = -7 // 2
MOD = -7 % 3
POW = 2 ** 10
SHIFT = 1 << 4
BITS = 6 & 3 | 8 ^ 1
INVERT = ~5
ROUND = round(2.5)
ROUND2 = round(3.7)
ABS = abs(-4)
CMP = 1 < 2 <= 2 != 3
BOOL_SUM = True + True
INT_BASE = int("ff", 16)
INT_FLOAT = int(3.9)
FLOAT_STR = float("2.50")
DIVMOD = divmod(7, 2) if False else (7 // 2, 7 % 2)
BIG = 10 ** 18
NONE_OR = None or 0 or "" or [] or "end"
AND = 1 and "x" and 2.5
TERNARY = "a" if 0 else "b" if "" else "c"
MAXSIZE = max(1.5, 2)
