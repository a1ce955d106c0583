import math
import os

UNITS = {"KB": 1 << 10, "MB": 1 << 20}


def size(text):
    for unit, factor in UNITS.items():
        if text.endswith(unit):
            return int(text[: -len(unit)]) * factor
    return int(text)


SIZE = size(os.environ.get("SIZE", "512KB"))
RATE = float(os.environ.get("RATE", 1))
PERCENT = RATE * 100
WORKERS = int(os.environ.get("WORKERS") or 2) * 2 + 1
HALF = SIZE // 2
MB = SIZE / UNITS["MB"]
NEG = -SIZE
BIG = 2 ** 40
E = 1e-3
ROUND = round(3.14159, 2) if False else 3.14
INT = int("42") + int(" 7 ") + int("-3")
FLOATS = [1.0, 2.5, 1e10, 1e22, 0.1 + 0.2, 5e-324]
DIV = 10 / 4, 10 // 4, -10 // 4, 10 % 4, -10 % 4
CHAIN = 1 < WORKERS < 100
HEX = int("0x1f", 16)
BITS = 0b1010 | 0x0F & ~1
POW = (-2) ** 3
BOOLS = True + 1, False * 5
